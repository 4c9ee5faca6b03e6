"""What runs by itself: lapsing, restoring, ending what was carried over.

Each pass takes many listings in one transaction and asks everything again on the
locked rows, so a killed worker loses nothing and two workers do nothing twice. A pass
that fails is taken again in halves, so that one bad row stops nobody
(docs/adr/0035-lapsing-in-passes.md).
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import Partnership
from common import clock
from common.outcome import Outcome
from workflow import access, lapsing
from workflow.actions import clocks, counting, keeping_figures, keeping_quarters
from workflow.actions.noting import noted_place
from workflow.actions.passes import in_passes
from workflow.actions.public import put_many_back, take_many_from_public
from workflow.actions.redating import redate
from workflow.actions.revising import lock_listings
from workflow.actions.telling import tell
from workflow.choices import Hidden, Stage, WhenLapsed
from workflow.letters import letter
from workflow.models import HidingStop, JobRun, Listing, Policy

logger = logging.getLogger(__name__)


class PlacesFailed(Exception):
    """In some places a run came to no end; in the others it did."""


def run_job(name: str, work: Callable[[JobRun], None]) -> JobRun:
    """Run a periodic job and keep what it did, its failure included.

    Raises what broke it off, and PlacesFailed: who watches over the timetable hears of
    a place that is never done (``workflow/actions/jobs.py``).
    """
    run = JobRun.objects.create(name=name)
    try:
        work(run)
    except Exception as error:
        run.error = type(error).__name__
        raise
    finally:
        run.finished_at = clock.now()
        run.save()
    if run.places_failed:
        raise PlacesFailed(f"{run.places_failed}: {run.error}")
    return run


def keep_if_any(name: str, work: Callable[[], Outcome]) -> None:
    """Run a job that mostly finds nothing to do; a run that found something, or broke
    off, is kept. Raises what broke it off."""
    started, error, outcome = clock.now(), "", Outcome()
    try:
        outcome = work()
    except Exception as fault:
        error = type(fault).__name__
        raise
    finally:
        if error or outcome.done or outcome.failed:
            JobRun.objects.create(
                name=name, started_at=started, finished_at=clock.now(),
                done=outcome.done, failed=outcome.failed, error=error,
            )  # fmt: skip


def freshen(run: JobRun) -> None:
    """Lapse, restore and end what was carried over, in every place; count the months
    and write down the quarter that are over."""
    for policy in Policy.objects.select_related("partnership"):
        with noted_place(run, policy.pk):
            grade_and_lapse(run, policy)
        with noted_place(run, policy.pk):
            clocks.run_clocks(run, policy)
        with noted_place(run, policy.pk):
            counting.count_months(policy, clock.now())
            keeping_figures.keep_figures(policy, clock.now())
        with noted_place(run, policy.pk):
            keeping_quarters.keep_quarter(policy, clock.today())


def grade_and_lapse(run: JobRun, policy: Policy) -> None:
    """Date every listing of a place by the policy of today, then restore, end and hide
    what is to be."""
    today = clock.today()
    with transaction.atomic():
        # Lists of terms change too, and a check may have met a change of the policy on
        # its way.
        run.done += redate(policy.partnership)
    _restore_all(run, policy, today)
    _end_all(run, policy, today)
    _lapse(run, policy, today)


def _locked(policy: Policy) -> Policy:
    """The policy as it is now. One pass at a time in a place, or two of a kind could
    go at once."""
    locked = Policy.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("partnership").get(pk=policy.pk)


def _ids(rows: QuerySet[Listing]) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


# --- restoring ------------------------------------------------------------------------


def _restore_all(run: JobRun, policy: Policy, today: dt.date) -> None:
    rows = _restorable(policy, today)
    in_passes(run, _ids(rows), lambda ids: _restore(policy, ids, today))


def _restorable(policy: Policy, today: dt.date) -> QuerySet[Listing]:
    """Hidden only because they lapsed, and not lapsed (any more)."""
    hidden = Listing.objects.filter(
        partnership=policy.partnership,
        stage=Stage.UNPUBLISHED,
        hidden_because=[Hidden.LAPSED],
    )
    if policy.when_lapsed == WhenLapsed.HIDE:
        hidden = hidden.filter(due_on__gt=lapsing.hides_before(policy, today))
    return hidden


def _restore(policy: Policy, ids: list[Any], today: dt.date) -> int:
    policy = _locked(policy)
    rows = _restorable(policy, today).filter(pk__in=lock_listings(ids))
    # What the gate stops stays hidden; the lead sees it among the hidden.
    return put_many_back(
        list(rows.select_related("record__revision", "record__replaced_by")),
        by=audit.SYSTEM, reason="not lapsed any more",
    )  # fmt: skip


# --- what was carried over ------------------------------------------------------------


def _end_all(run: JobRun, policy: Policy, today: dt.date) -> None:
    rows = _ended(policy, today)
    in_passes(run, _ids(rows), lambda ids: _end_carried_over(policy, ids, today))


def _ended(policy: Policy, today: dt.date) -> QuerySet[Listing]:
    return Listing.objects.filter(
        partnership=policy.partnership,
        stage=Stage.PUBLISHED,
        carried_over_until__lt=today,
        critical=False,
    )


def _end_carried_over(policy: Policy, ids: list[Any], today: dt.date) -> int:
    rows = _ended(policy, today).filter(pk__in=lock_listings(ids))
    return take_many_from_public(
        list(rows), Hidden.CARRIED_OVER_ENDED, by=audit.SYSTEM,
        reason="It was taken over from another directory and never checked here.",
    )  # fmt: skip


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
    in_passes(run, hide, lambda ids: _hide(policy, ids, today))


def left_to_a_person(policy: Policy, today: dt.date) -> set[Any]:
    """Ids of lapsed public listings that no run hides: a person decides on each.

    Those marked as critical, and the last of their kind in their district. None where
    the policy keeps lapsed records public, nor what the lead has kept for a while.
    """
    return {late.listing_id for late in lapsing.verdict(policy, today).left}


def _hide(policy: Policy, ids: list[Any], today: dt.date) -> int:
    policy = _locked(policy)
    if policy.when_lapsed != WhenLapsed.HIDE:
        return 0
    rows = Listing.objects.filter(
        pk__in=lock_listings(ids), partnership=policy.partnership_id,
        stage=Stage.PUBLISHED,
    )  # fmt: skip
    late = lapsing.lapsed_of(policy, today, rows)
    hide = {one.listing_id for one in lapsing.hidden_together(policy, late)}
    return take_many_from_public(
        list(rows.filter(pk__in=hide)), Hidden.LAPSED, by=audit.SYSTEM,
        reason="Nobody has checked it in time.",
    )  # fmt: skip


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
            lines=letter(
                place, why, look="See them, and decide", at="hiding-stop", key=stop.pk
            ),
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
