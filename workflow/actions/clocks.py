"""The clock of reports: waiting for the provider, going on, telling those above."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts import audit
from accounts.models import Message, Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import access, erased, leaders, report_clock, working_days
from workflow.actions.noting import noted
from workflow.actions.passes import in_passes
from workflow.actions.proposals import lock_proposal
from workflow.actions.telling import AT_ONCE, tell_many, unsaved
from workflow.choices import (
    URGENT,
    EscalationStep,
    Method,
    PauseEnd,
    ProposalKind,
    ProposalState,
    SaidBy,
)
from workflow.letters import letter
from workflow.models import (
    Confirmation,
    Escalation,
    JobRun,
    Policy,
    Proposal,
    ReportPause,
)
from workflow.report_clock import Light

REPORTS = (ProposalKind.REPORT, ProposalKind.CLOSURE)
HOW = (Method.CALL, Method.EMAIL, Method.VISIT, Method.MEETING)
"""How one asks a provider."""


def _may(by: User, proposal: Proposal) -> None:
    if not access.can_decide(by, proposal):
        raise PermissionDenied("This is for those who may answer the report.")


def open_pause(proposal: Proposal) -> ReportPause | None:
    """The pause in which the clock of a report stands still now, if it does."""
    still = ReportPause.objects.filter(proposal=proposal, ended_at=None)
    return still.filter(until__gt=clock.now()).first()


def can_pause(proposal: Proposal) -> bool:
    """Whether the clock of a report may stand still: not once its time is over, and
    never for closure or harm, which are answered the same day."""
    return (
        proposal.state == ProposalState.OPEN
        and proposal.kind in REPORTS
        and proposal.gravity not in URGENT
        and proposal.kind != ProposalKind.CLOSURE
        and proposal.answer_by is not None
        and clock.now() <= proposal.answer_by
        and open_pause(proposal) is None
    )


@transaction.atomic
def pause_clock(*, by: User, proposal_id: Any, how: str) -> ReportPause:
    """“I asked the provider”: the clock stands still until they answer, or for as long
    as the policy allows. Raises PermissionDenied, InvalidState, InvalidInput."""
    proposal = lock_proposal(proposal_id)
    _may(by, proposal)
    if how not in HOW:
        raise InvalidInput({"how": "Say how you asked them."})
    if not can_pause(proposal) or proposal.answer_by is None:
        raise InvalidState(
            "Its clock cannot wait: it stands still already, its time is over, or it "
            "is about closure or harm, which are answered the same day."
        )
    policy, now = proposal.partnership.policy, clock.now()
    stands = report_clock.pause(
        now, proposal.answer_by, policy.pause_days, working_days.of_policy(policy)
    )
    over = ReportPause.objects.filter(proposal=proposal, ended_at=None).first()
    _end(over, over.until if over else now, PauseEnd.LIMIT)
    paused = ReportPause.objects.create(
        proposal=proposal, paused_by=by, how=how, until=stands.until, left=stands.left
    )
    _move_end(
        proposal, stands.answer_by, "report_clock_paused", by, how=Method(how).label
    )
    return paused


@transaction.atomic
def resume_clock(*, by: User, proposal_id: Any) -> Proposal:
    """“They answered”: the clock goes on, with what was left of it."""
    proposal = lock_proposal(proposal_id)
    _may(by, proposal)
    paused = open_pause(proposal)
    if paused is None:
        raise InvalidState("Its clock is not standing still any more.")
    _go_on(proposal, paused, clock.now(), by)
    return proposal


def _go_on(
    proposal: Proposal, paused: ReportPause, since: dt.datetime, by: User | str
) -> None:
    working = working_days.of_policy(proposal.partnership.policy)
    _end(paused, since, PauseEnd.ANSWERED)
    ends = report_clock.resumed(since, paused.left, working)
    _move_end(proposal, ends, "report_clock_resumed", by)


def _end(paused: ReportPause | None, at: dt.datetime, because: str) -> None:
    if paused is not None:
        paused.ended_at, paused.ended_because = at, because
        paused.save(update_fields=["ended_at", "ended_because"])


def _move_end(
    proposal: Proposal, ends: dt.datetime, verb: str, by: User | str, **more: str
) -> None:
    before, proposal.answer_by = proposal.answer_by, ends
    proposal.save(update_fields=["answer_by"])
    audit.record(
        verb, proposal, actor=by, partnership_id=proposal.partnership_id,
        before=before.isoformat() if before else None,
        after={"answer_by": ends.isoformat(), **more},
    )  # fmt: skip


# --- by itself ------------------------------------------------------------------------


def run_clocks(run: JobRun, policy: Policy) -> None:
    """Let clocks go on whose provider has answered, close pauses that are over, and
    bring what turned amber or red to those above, in passes. Each once."""
    for paused in _open_pauses(policy):
        with noted(run, paused.pk), transaction.atomic():
            run.done += _see_to(paused.pk)
    for step, ids in _to_escalate(policy, clock.now()).items():
        in_passes(run, ids, partial(_escalate, policy.partnership, step))


def _open_pauses(policy: Policy) -> QuerySet[ReportPause]:
    return ReportPause.objects.filter(
        ended_at=None, proposal__partnership_id=policy.partnership_id
    ).order_by("pk")


def _see_to(pause_id: Any) -> bool:
    """Close one pause where its time is over, it was decided, or they have answered."""
    key = ReportPause.objects.values_list("proposal_id", flat=True).get(pk=pause_id)
    proposal = Proposal.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    paused = ReportPause.objects.select_for_update(no_key=True).get(pk=pause_id)
    if paused.ended_at is not None:
        return False
    if proposal.state != ProposalState.OPEN:
        _end(paused, proposal.decided_at or clock.now(), PauseEnd.DECIDED)
        return True
    answered = _answered_at(proposal, paused)
    if answered and answered < paused.until:
        _go_on(proposal, paused, answered, audit.SYSTEM)
        return True
    if clock.now() >= paused.until:
        # Its end was moved by all of the pause when that began.
        _end(paused, paused.until, PauseEnd.LIMIT)
        return True
    return False


def _answered_at(proposal: Proposal, paused: ReportPause) -> dt.datetime | None:
    """When the provider first said something about the service since it was asked."""
    if proposal.listing_id is None:
        return None
    since = {"listing": proposal.listing_id, "created_at__gt": paused.created_at}
    said = Confirmation.objects.filter(source=SaidBy.PROVIDER, **since)
    sent = Proposal.objects.filter(by_provider=True, **since)
    moments = [
        *said.order_by("created_at").values_list("created_at", flat=True)[:1],
        *sent.order_by("created_at").values_list("created_at", flat=True)[:1],
    ]
    return min(moments, default=None)


def _to_escalate(policy: Policy, now: dt.datetime) -> dict[EscalationStep, list[Any]]:
    """Open reports that turned amber or red and were not brought to anybody for it, by
    whom to bring them to."""
    ahead = now + dt.timedelta(hours=policy.amber_hours)
    found = (
        Proposal.objects.filter(
            partnership_id=policy.partnership_id, state=ProposalState.OPEN,
            kind__in=REPORTS, answer_by__lte=ahead,
        )
        .exclude(Q(pauses__ended_at=None, pauses__until__gt=now) & Q(answer_by__gt=now))
        .exclude(escalations__step=EscalationStep.LEAD)
        .order_by("answer_by", "pk")
    )  # fmt: skip
    told = set(
        Escalation.objects.filter(proposal__in=found.values("pk")).values_list(
            "proposal_id", "step"
        )
    )
    steps: dict[EscalationStep, list[Any]] = {}
    for key, answer_by in found.values_list("pk", F("answer_by")):
        stands = report_clock.light(answer_by, now, policy.amber_hours)
        step = EscalationStep.LEAD if stands == Light.RED else EscalationStep.DEPUTY
        if (key, step.value) not in told:
            steps.setdefault(step, []).append(key)
    return steps


def _escalate(place: Partnership, step: EscalationStep, ids: list[Any]) -> int:
    """Tell who is above of these reports, once, however many workers there are."""
    erased.keep_out()
    locked = (
        Proposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("listing__remit__deputy", "listing__remit__lead")
        .filter(pk__in=ids, state=ProposalState.OPEN, answer_by__isnull=False)
        .order_by("pk")
    )
    # Asked for once they are locked, so that of two workers the later finds them.
    waiting = list(locked)
    told = set(
        Escalation.objects.filter(proposal__in=ids, step=step).values_list(
            "proposal_id", flat=True
        )
    )
    new = [proposal for proposal in waiting if proposal.pk not in told]
    leads = list(access.leads_of(place)) if new else []
    above = leaders.of_remits(
        {one.listing.remit for one in new if one.listing and one.listing.remit}
    )
    mails, events = [], []
    for proposal in new:
        people = _above(proposal, step, leads, above)
        mails += [
            _mail(place, proposal, step, person, leads=person in leads)
            for person in people
        ]
        events.append(
            audit.unsaved(
                "report_escalated", proposal, actor=audit.SYSTEM,
                partnership_id=proposal.partnership_id,
                after={"step": step, "people": len(people)},
            )
        )  # fmt: skip
    Escalation.objects.bulk_create(Escalation(proposal=one, step=step) for one in new)
    audit.record_many(events)
    tell_many(mails)
    return len(new)


def _mail(
    place: Partnership,
    proposal: Proposal,
    step: EscalationStep,
    person: User,
    *,
    leads: bool,
) -> Message:
    """The mail to one of them: who ``leads`` the place does not decide, and is shown
    the reports that wait."""
    if proposal.answer_by is None:
        raise ValueError("Its time never ends.")
    late = step == EscalationStep.LEAD
    what = f"Somebody reported something about “{proposal.title}”."
    ends = proposal.answer_by.astimezone(clock.LONDON)
    when = f"{ends:%A} {ends.day} {ends:%B} at {ends:%H:%M}"
    said = "ran out" if late else "runs out"
    at, key = (
        ("figure", "late" if late else "waiting")
        if leads
        else ("proposal", proposal.pk)
    )
    return unsaved(
        person.email,
        kind=f"report_{step}",
        subject=f"A report is {'late' if late else 'to be answered soon'}: "
        f"{proposal.title}",
        lines=letter(
            place,
            f"{what} The time to answer it {said} on {when}.",
            "", "Please see that somebody answers it, or do it yourself.",
            look="Where it waits" if leads else "The report", at=at, key=key,
        ),
        about=proposal,
        delay=AT_ONCE,
    )  # fmt: skip


def _above(
    proposal: Proposal,
    step: EscalationStep,
    leads: Sequence[User],
    above: Mapping[Any, leaders.Leaders],
) -> Sequence[User]:
    """The deputy of the area of work, else who leads it; at last the lead of the place.
    What is nobody's, or in an area that nobody leads, goes to the lead at once."""
    remit = proposal.listing.remit if proposal.listing else None
    if step == EscalationStep.LEAD or remit is None:
        return leads
    person = above[remit.pk].deputy or above[remit.pk].lead
    return [person] if person else leads
