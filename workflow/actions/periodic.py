"""What runs by itself: lapsing, restoring, ending what was carried over.

Every step takes one listing in one transaction and asks again on the locked row, so a
killed worker loses nothing, two workers do nothing twice and one bad row stops nobody.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.access import ids_with
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import access
from workflow.actions.public import go_public, take_from_public
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
    """Lapse, restore and end what was carried over, in every place."""
    today = clock.today()
    for policy in Policy.objects.select_related("partnership"):
        _each(run, _restorable(policy, today), _restore)
        _each(run, _ended(policy, today), _end_carried_over)
        _lapse(run, policy, today)


def _each(
    run: JobRun, listing_ids: Iterable[Any], step: Callable[[Any, dt.date], bool]
) -> None:
    today = clock.today()
    for listing_id in listing_ids:
        try:
            with transaction.atomic():
                run.done += step(listing_id, today)
        except Exception as error:  # one bad row never stops the rest
            run.failed += 1
            run.error = type(error).__name__
            logger.exception("periodic_step_failed", extra={"id": str(listing_id)})


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
    try:
        with transaction.atomic():
            go_public(
                listing, "put_back", by=audit.SYSTEM, reason="not lapsed any more"
            )
    except InvalidInput:
        return False  # the gate holds it; the lead sees it among the hidden
    return True


# --- what was carried over ------------------------------------------------------------


def _ended(policy: Policy, today: dt.date) -> list[Any]:
    rows = Listing.objects.filter(
        partnership=policy.partnership,
        stage=Stage.PUBLISHED,
        carried_over_until__lt=today,
    )
    return list(rows.values_list("pk", flat=True))


def _end_carried_over(listing_id: Any, today: dt.date) -> bool:
    listing = lock_listing(listing_id)
    until = listing.carried_over_until
    if listing.stage != Stage.PUBLISHED or until is None or until >= today:
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
    published = list(
        Listing.objects.filter(partnership=place, stage=Stage.PUBLISHED).only(
            "pk", "due_on", "critical", "term_ids", "area", "partnership_id"
        )
    )
    limit = _lapsed_before(policy, today)
    kept = _kept_by_the_lead(place, today)
    only = only_of_its_kind(published)
    hide = [
        x for x in published
        if x.due_on and x.due_on <= limit and not x.critical
        and x.pk not in only and str(x.pk) not in kept
    ]  # fmt: skip
    scope = too_much(published, hide, policy.stop_percent)
    if scope:
        _ask_the_lead(place, scope, hide, len(published))
        return
    _each(run, [x.pk for x in hide], _hide)


def _hide(listing_id: Any, today: dt.date) -> bool:
    listing = lock_listing(listing_id)
    if (
        listing.stage != Stage.PUBLISHED
        or listing.critical
        or not access.is_lapsed(listing, today)
    ):
        return False
    try:
        take_from_public(
            listing, Hidden.LAPSED, by=audit.SYSTEM,
            reason="Nobody has checked it in time.",
        )  # fmt: skip
    except InvalidState:
        return False
    return True


def only_of_its_kind(published: list[Listing]) -> set[Any]:
    """The ids of listings that are the only one of a service type in their area."""
    seen: dict[tuple[Any, str], list[Any]] = {}
    for listing in published:
        for term in listing.term_ids:
            seen.setdefault((term, listing.area), []).append(listing.pk)
    return {ids[0] for ids in seen.values() if len(ids) == 1}


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


def _kept_by_the_lead(place: Partnership, today: dt.date) -> set[str]:
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
    place = Partnership.objects.select_for_update().get(pk=place.pk)
    stop = HidingStop.objects.filter(partnership=place, decided_at=None).first()
    if stop is not None:
        if stop.listing_ids != ids:
            stop.listing_ids = ids
            stop.out_of = out_of
            stop.save(update_fields=["listing_ids", "out_of"])
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
    for lead in _leads(place):
        tell(
            lead.email,
            kind="hiding_stopped",
            subject=f"{place}: {len(ids)} records would be hidden at once",
            lines=[why, "", "Please sign in and decide."],
            about=stop,
            delay=dt.timedelta(0),
        )


def _leads(place: Partnership) -> Iterable[User]:
    for user in User.objects.filter(
        partnershipgrant__content_object=place, is_active=True
    ).distinct():
        if ids_with(user, Permission.DECIDE_HIDING, Partnership).filter(
            content_object_id=place.pk
        ):
            yield user
