"""What runs by itself: lapsing, restoring, ending what was carried over.

Every step takes one listing in one transaction and asks again on the locked row, so a
killed worker loses nothing, two workers do nothing twice and one bad row stops nobody.
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Partnership
from common import clock
from directory import terms
from workflow import access, lapsing
from workflow.actions import clocks, counting
from workflow.actions.public import go_public_if_it_may, take_from_public
from workflow.actions.redating import redate
from workflow.actions.revising import lock_listing
from workflow.actions.telling import tell
from workflow.choices import Hidden, Stage, WhenLapsed
from workflow.models import HidingStop, JobRun, Listing, Policy

logger = logging.getLogger(__name__)


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
            with transaction.atomic():
                # Lists of terms change too, and a check may have met a change of the
                # policy on its way.
                run.done += redate(policy.partnership)
            _each(run, _restorable(policy, today), _restore)
            _each(run, _ended(policy, today), _end_carried_over)
            _lapse(run, policy, today)
        with noted(run, policy.pk):
            clocks.run_clocks(run, policy)
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


# --- restoring ------------------------------------------------------------------------


def _restorable(policy: Policy, today: dt.date) -> list[Any]:
    """Hidden only because they lapsed, and not lapsed (any more)."""
    hidden = Listing.objects.filter(
        partnership=policy.partnership,
        stage=Stage.UNPUBLISHED,
        hidden_because=[Hidden.LAPSED],
    )
    if policy.when_lapsed == WhenLapsed.HIDE:
        hidden = hidden.filter(due_on__gt=lapsing.hides_before(policy, today))
    return list(hidden.values_list("pk", flat=True))


def _restore(listing_id: Any, today: dt.date) -> bool:
    listing = lock_listing(listing_id)
    hides = listing.partnership.policy.when_lapsed == WhenLapsed.HIDE
    if (
        listing.stage != Stage.UNPUBLISHED
        or listing.hidden_because != [Hidden.LAPSED]
        or (hides and access.may_hide(listing, today))
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
    place, found = policy.partnership, lapsing.verdict(policy, today)
    hide = [late.listing_id for late in found.hide]
    if found.scope:
        _ask_the_lead(place, found.scope, hide, found.out_of)
        return
    _take_question_back(place)
    _each(run, hide, _hide)


def left_to_a_person(policy: Policy, today: dt.date) -> set[Any]:
    """Ids of lapsed public listings that no run hides: a person decides on each.

    Those marked as critical, and the last of their kind in their district. None where
    the policy keeps lapsed records public, nor what the lead has kept for a while.
    """
    return {late.listing_id for late in lapsing.verdict(policy, today).left}


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
        or not access.may_hide(listing, today)
        or _is_last_of_a_kind(listing)
    ):
        return False
    take_from_public(
        listing, Hidden.LAPSED, by=audit.SYSTEM, reason="Nobody has checked it in time."
    )
    return True


def _is_last_of_a_kind(listing: Listing) -> bool:
    others = Listing.objects.filter(
        partnership=listing.partnership_id, stage=Stage.PUBLISHED, area=listing.area
    ).exclude(pk=listing.pk)
    return any(
        not others.filter(term_ids__overlap=list(terms.standing_for(term))).exists()
        for term in lapsing.types_among(terms.resolve(listing.term_ids).values())
    )


@transaction.atomic
def _ask_the_lead(place: Partnership, scope: str, hide: list[Any], out_of: int) -> None:
    ids = sorted(map(str, hide))
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
    for lead in access.leads_of(place):
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
