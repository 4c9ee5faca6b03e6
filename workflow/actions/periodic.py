"""What runs by itself: lapsing, restoring, ending what was carried over.

Every step takes one listing in one transaction and asks again on the locked row, so a
killed worker loses nothing, two workers do nothing twice and one bad row stops nobody.
"""

import contextlib
import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.access import ids_with
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from directory import terms
from workflow import access
from workflow.actions import counting
from workflow.actions.public import go_public_if_it_may, take_from_public
from workflow.actions.revising import lock_listing
from workflow.actions.telling import tell
from workflow.choices import Hidden, Stage, WhenLapsed
from workflow.models import HidingStop, JobRun, Listing, Policy

logger = logging.getLogger(__name__)

KEPT_FOR_DAYS = 14
"""How long a lead's “do not hide these” holds before it is asked again."""


def run_job(name: str, work: Callable[[JobRun], None]) -> JobRun:
    """Run a periodic job and keep what it did, its failure included."""
    run = JobRun.objects.create(name=name)
    try:
        work(run)
    except Exception as error:
        run.error = type(error).__name__
        raise
    finally:
        run.finished_at = clock.now()
        run.save()
    return run


def freshen(run: JobRun) -> None:
    """Lapse, restore and end what was carried over, in every place; count the months
    that are over."""
    today = clock.today()
    for policy in Policy.objects.select_related("partnership"):
        with noted(run, policy.pk):
            _each(run, _restorable(policy, today), _restore)
            _each(run, _ended(policy, today), _end_carried_over)
            _lapse(run, policy, today)
        with noted(run, policy.pk):
            counting.count_months(policy, clock.now())


@contextlib.contextmanager
def noted(run: JobRun, row_id: Any) -> Iterator[None]:
    """Keep a fault with the run and go on: one bad row never stops the rest."""
    try:
        yield
    except Exception as error:
        run.failed += 1
        run.error = type(error).__name__
        logger.exception("periodic_step_failed", extra={"id": str(row_id)})


def _each(
    run: JobRun, listing_ids: Iterable[Any], step: Callable[[Any, dt.date], bool]
) -> None:
    today = clock.today()
    for listing_id in listing_ids:
        with noted(run, listing_id), transaction.atomic():
            run.done += step(listing_id, today)


def _lapsed_before(policy: Policy, today: dt.date) -> dt.date:
    return today - dt.timedelta(days=policy.lapsed_days)


# --- restoring ------------------------------------------------------------------------


def _restorable(policy: Policy, today: dt.date) -> list[Any]:
    """Hidden only because they lapsed, and not lapsed (any more)."""
    hidden = Listing.objects.filter(
        partnership=policy.partnership,
        stage=Stage.UNPUBLISHED,
        hidden_because=[Hidden.LAPSED],
    )
    if policy.when_lapsed == WhenLapsed.HIDE:
        hidden = hidden.filter(due_on__gt=_lapsed_before(policy, today))
    return list(hidden.values_list("pk", flat=True))


def _restore(listing_id: Any, today: dt.date) -> bool:
    listing = lock_listing(listing_id)
    hides = listing.partnership.policy.when_lapsed == WhenLapsed.HIDE
    if (
        listing.stage != Stage.UNPUBLISHED
        or listing.hidden_because != [Hidden.LAPSED]
        or (hides and access.is_lapsed(listing, today))
    ):
        return False
    # What the gate stops stays hidden; the lead sees it among the hidden.
    return go_public_if_it_may(
        listing, "put_back", by=audit.SYSTEM, reason="not lapsed any more"
    )


# --- what was carried over ------------------------------------------------------------


def _ended(policy: Policy, today: dt.date) -> list[Any]:
    rows = Listing.objects.filter(
        partnership=policy.partnership,
        stage=Stage.PUBLISHED,
        carried_over_until__lt=today,
        critical=False,
    )
    return list(rows.values_list("pk", flat=True))


def _end_carried_over(listing_id: Any, today: dt.date) -> bool:
    listing = lock_listing(listing_id)
    until = listing.carried_over_until
    if listing.stage != Stage.PUBLISHED or until is None or until >= today:
        return False
    if listing.critical:
        return False
    take_from_public(
        listing, Hidden.CARRIED_OVER_ENDED, by=audit.SYSTEM,
        reason="It was taken over from another directory and never checked here.",
    )  # fmt: skip
    return True


# --- lapsing --------------------------------------------------------------------------


def _lapse(run: JobRun, policy: Policy, today: dt.date) -> None:
    if policy.when_lapsed != WhenLapsed.HIDE:
        return
    place = policy.partnership
    published, lapsed = _published_and_lapsed(policy, today)
    hide = less_the_last_of_a_kind(published, [x for x in lapsed if not x.critical])
    scope = too_much(published, hide, policy.stop_percent)
    if scope:
        _ask_the_lead(place, scope, hide, len(published))
        return
    _take_question_back(place)
    _each(run, [x.pk for x in hide], _hide)


def _published_and_lapsed(
    policy: Policy, today: dt.date
) -> tuple[list[Listing], list[Listing]]:
    """What is published, and those of it that lapsed and that the lead has not kept.

    Only to be looked at: a term that was replaced stands there as what replaced it.
    """
    published = list(
        Listing.objects.filter(
            partnership_id=policy.partnership_id, stage=Stage.PUBLISHED
        ).only("pk", "due_on", "critical", "term_ids", "area", "partnership_id")
    )
    now = terms.resolve(term for x in published for term in x.term_ids)
    for x in published:
        x.term_ids = list(dict.fromkeys(now[term] for term in x.term_ids))
    limit = _lapsed_before(policy, today)
    kept = _kept_by_the_lead(policy.partnership)
    return published, [
        x for x in published
        if x.due_on and x.due_on <= limit and str(x.pk) not in kept
    ]  # fmt: skip


def left_to_a_person(policy: Policy, today: dt.date) -> set[Any]:
    """Ids of lapsed public listings that no run hides: a person decides on each.

    Those marked as critical, and the last of their kind in their area. None where the
    policy keeps lapsed records public, nor what the lead has kept for a while.
    """
    if policy.when_lapsed != WhenLapsed.HIDE:
        return set()
    published, lapsed = _published_and_lapsed(policy, today)
    free = [listing for listing in lapsed if not listing.critical]
    hidden = {listing.pk for listing in less_the_last_of_a_kind(published, free)}
    return {listing.pk for listing in lapsed if listing.pk not in hidden}


def _hide(listing_id: Any, today: dt.date) -> bool:
    # One at a time in a place, or two of a kind could go at once.
    place_id = Listing.objects.values_list("partnership_id", flat=True).get(
        pk=listing_id
    )
    policy = Policy.objects.select_for_update(no_key=True).get(partnership=place_id)
    listing = lock_listing(listing_id)
    if (
        listing.stage != Stage.PUBLISHED
        or listing.critical
        or policy.when_lapsed != WhenLapsed.HIDE
        or not access.is_lapsed(listing, today)
        or _is_last_of_a_kind(listing)
    ):
        return False
    take_from_public(
        listing, Hidden.LAPSED, by=audit.SYSTEM, reason="Nobody has checked it in time."
    )
    return True


def _kinds(listing: Listing) -> list[tuple[Any, str]]:
    """What a listing is one of: each of its terms, in its area."""
    return [(term, listing.area) for term in listing.term_ids]


def less_the_last_of_a_kind(
    published: list[Listing], lapsed: list[Listing]
) -> list[Listing]:
    """Those of the lapsed after whose hiding one of each kind is left in each area.

    Where all of a kind have lapsed, the one checked last stays.
    """
    left = Counter(kind for listing in published for kind in _kinds(listing))
    hide = []
    for listing in sorted(lapsed, key=lambda x: (x.due_on or dt.date.min, str(x.pk))):
        if any(left[kind] == 1 for kind in _kinds(listing)):
            continue
        left.subtract(_kinds(listing))
        hide.append(listing)
    return hide


def _is_last_of_a_kind(listing: Listing) -> bool:
    others = Listing.objects.filter(
        partnership=listing.partnership_id, stage=Stage.PUBLISHED, area=listing.area
    ).exclude(pk=listing.pk)
    return any(
        not others.filter(term_ids__overlap=list(terms.standing_for(term))).exists()
        for term in set(terms.resolve(listing.term_ids).values())
    )


def too_much(published: list[Listing], hide: list[Listing], percent: int) -> str:
    """Of what more than ``percent`` would be hidden at once; ``""`` if of nothing.

    Of the place as a whole, a service type or an area. In a type or an area one
    single record is never “too much”: otherwise none of fewer than 20 could lapse.
    """
    if len(hide) * 100 > percent * len(published):
        return "the whole place"
    for name, keys in (("a service type", _types), ("an area", _areas)):
        total = Counter(key for x in published for key in keys(x))
        gone = Counter(key for x in hide for key in keys(x))
        if any(n > 1 and n * 100 > percent * total[k] for k, n in gone.items()):
            return name
    return ""


def _types(listing: Listing) -> list[Any]:
    return list(listing.term_ids)


def _areas(listing: Listing) -> list[str]:
    return [listing.area] if listing.area else []


def _kept_by_the_lead(place: Partnership) -> set[str]:
    since = clock.now() - dt.timedelta(days=KEPT_FOR_DAYS)
    stops = HidingStop.objects.filter(
        partnership=place, hide=False, decided_at__gte=since
    )
    return {i for ids in stops.values_list("listing_ids", flat=True) for i in ids}


@transaction.atomic
def _ask_the_lead(
    place: Partnership, scope: str, hide: list[Listing], out_of: int
) -> None:
    ids = sorted(str(x.pk) for x in hide)
    place = Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    stop = HidingStop.objects.filter(partnership=place, decided_at=None).first()
    if stop is not None:
        if (stop.scope, stop.listing_ids, stop.out_of) != (scope, ids, out_of):
            stop.scope, stop.listing_ids, stop.out_of = scope, ids, out_of
            stop.save(update_fields=["scope", "listing_ids", "out_of"])
        return
    stop = HidingStop.objects.create(
        partnership=place, scope=scope, listing_ids=ids, out_of=out_of
    )
    audit.record(
        "hiding_stopped", stop, actor=audit.SYSTEM, partnership_id=place.pk,
        after={"scope": scope, "listings": ids},
    )  # fmt: skip
    why = (
        f"{len(ids)} of {out_of} published records have not been checked in time. "
        f"Hiding them would take away more than is allowed of {scope} without asking "
        "you, so nothing has been hidden."
    )
    for lead in leads_of(place):
        tell(
            lead.email,
            kind="hiding_stopped",
            subject=f"{place}: {len(ids)} records would be hidden at once",
            lines=[why, "", "Please sign in and decide."],
            about=stop,
            delay=dt.timedelta(0),
        )


@transaction.atomic
def _take_question_back(place: Partnership) -> None:
    """Close an open question that checks have answered in the meantime."""
    for stop in HidingStop.objects.select_for_update(no_key=True, of=("self",)).filter(
        partnership=place, decided_at=None
    ):
        stop.decided_at = clock.now()
        stop.decided_by_label = audit.SYSTEM
        stop.reason = "No longer too many at once."
        stop.save(update_fields=["decided_at", "decided_by_label", "reason"])
        audit.record(
            "hiding_question_closed", stop, actor=audit.SYSTEM, partnership_id=place.pk
        )


def leads_of(place: Partnership) -> Iterable[User]:
    """The people who decide for a place whether much may be hidden: its leads."""
    for user in User.objects.filter(
        partnershipgrant__content_object=place, is_active=True
    ).distinct():
        if ids_with(user, Permission.DECIDE_HIDING, Partnership).filter(
            content_object_id=place.pk
        ):
            yield user
