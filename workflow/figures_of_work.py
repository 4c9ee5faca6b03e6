"""Figures about what people do: suggestions, decisions, checks, answers, hours.

Each counts rows of one kind, told by when they were written, so that what a figure was
at any earlier instant can be asked as well.
"""

import datetime as dt

from django.db.models import (
    Exists,
    Expression,
    F,
    FloatField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast

from common import clock
from workflow import statements
from workflow.choices import (
    Answered,
    Channel,
    EffortKind,
    ProposalKind,
    ProposalState,
    Verdict,
)
from workflow.measuring import (
    Derived,
    Figure,
    Measure,
    Source,
    Unit,
    Values,
    minutes_between,
)
from workflow.models import (
    AgreedRate,
    AskedListing,
    Assurance,
    Change,
    Decision,
    Effort,
    Policy,
    Proposal,
)

RECENT = dt.timedelta(days=90)
"""How far back what happened is counted, where nothing else is said."""
LATELY = dt.timedelta(days=30)
"""How far back the checks that were made, and the hours, are counted."""
PACE_WEEKS = 12
"""Over how many weeks the pace is worked out, at most."""
_WEEK = dt.timedelta(days=7)

SPEED = "How fast it goes"
SUGGESTIONS = "Suggestions"
ANSWERS = "Answers to reminders"
ALONE = "With one pair of eyes"
WORK = "Hours and cost"


# --- suggestions ----------------------------------------------------------------------


def waiting(policy: Policy, now: dt.datetime) -> QuerySet[Proposal]:
    """Open at an instant: made by then, and not decided or taken back by then."""
    return Proposal.objects.filter(
        is_waiting(policy, now),
        partnership_id=policy.partnership_id,
        created_at__lte=now,
    ).order_by("created_at")


def is_waiting(policy: Policy, now: dt.datetime) -> Q:
    return Q(decided_at=None) | Q(decided_at__gt=now)


def _suggestions(policy: Policy, now: dt.datetime) -> QuerySet[Proposal]:
    since = now - RECENT
    lately = Q(decided_at__gt=since) | Q(created_at__gt=since)
    return Proposal.objects.filter(
        is_waiting(policy, now) | lately,
        partnership_id=policy.partnership_id,
        created_at__lte=now,
    ).order_by("created_at", "pk")


PROPOSALS = Source("Suggestions, reports and new services", _suggestions)
_REPORTS = Q(kind__in=(ProposalKind.REPORT, ProposalKind.CLOSURE))


def _late(policy: Policy, now: dt.datetime) -> Q:
    return is_waiting(policy, now) & _REPORTS & Q(answer_by__lt=now)


def _decided(policy: Policy, now: dt.datetime) -> Q:
    return Q(
        state=ProposalState.DECIDED, decided_at__lte=now, decided_at__gt=now - RECENT
    )


def _in_time(policy: Policy, now: dt.datetime) -> Q:
    timed = _decided(policy, now) & _REPORTS & Q(answer_by__isnull=False)
    return timed & Q(decided_at__lte=F("answer_by"))


def _too_late(policy: Policy, now: dt.datetime) -> Q:
    timed = _decided(policy, now) & _REPORTS & Q(answer_by__isnull=False)
    return timed & Q(decided_at__gt=F("answer_by"))


def _with(*verdicts: Verdict) -> Q:
    """At least one of its changes met with one of these answers, which stands: what was
    undone waits again, as another suggestion."""
    answered = Change.objects.filter(
        proposal=OuterRef("pk"), verdict__in=verdicts, decision__undone_at=None
    )
    return Q(Exists(answered))


def _put_right() -> Q:
    """A report of which a change was accepted, or whose record an assurer corrected
    before it was answered (as ``workflow/readiness.py`` counts errors)."""
    corrected = Effort.objects.filter(
        listing=OuterRef("listing"), kind=EffortKind.CORRECT, taken_back_at=None,
        created_at__gte=OuterRef("created_at"), created_at__lte=OuterRef("decided_at"),
    )  # fmt: skip
    changed = _with(Verdict.ACCEPTED, Verdict.CHANGED)
    return _REPORTS & (changed | Q(Exists(corrected)))


def _corrected(policy: Policy, now: dt.datetime) -> Q:
    return _decided(policy, now) & _put_right()


def _received(policy: Policy, now: dt.datetime) -> Q:
    return Q(created_at__gt=now - RECENT)


def _accepted(policy: Policy, now: dt.datetime) -> Q:
    """Taken back later, or decided after the instant, it was not accepted then."""
    good = _with(Verdict.ACCEPTED, Verdict.CHANGED, Verdict.SAME)
    decided = Q(state=ProposalState.DECIDED, decided_at__lte=now)
    return _received(policy, now) & decided & (good | _put_right())


# --- decisions and checks -------------------------------------------------------------


def _of_decisions(policy: Policy, now: dt.datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(
        proposal__partnership_id=policy.partnership_id, undone_at=None,
        decided_at__lte=now, decided_at__gt=now - RECENT,
    ).order_by("-decided_at", "pk")  # fmt: skip


def _of_checks(policy: Policy, now: dt.datetime) -> QuerySet[Assurance]:
    return Assurance.objects.filter(
        listing__partnership_id=policy.partnership_id, undone_at=None,
        created_at__lte=now, created_at__gt=now - RECENT,
    ).order_by("-created_at", "pk")  # fmt: skip


DECISIONS = Source("Decisions", _of_decisions)
CHECKS = Source("Checks of whole records", _of_checks)


def _alone(policy: Policy, now: dt.datetime) -> Q:
    return Q(single_handed=True)


def _checked_lately(policy: Policy, now: dt.datetime) -> Q:
    return Q(created_at__gt=now - LATELY)


def _in_pace(policy: Policy, now: dt.datetime) -> Q:
    return Q(created_at__gt=now - PACE_WEEKS * _WEEK)


def _pace(found: Values, policy: Policy, now: dt.datetime) -> int:
    """The weeks are counted from the first check where that was made within them."""
    longest = PACE_WEEKS * _WEEK
    every = Assurance.objects.filter(
        listing__partnership_id=policy.partnership_id, undone_at=None
    )
    span = longest
    if not every.filter(created_at__lte=now - longest).exists():
        lately = every.filter(created_at__gt=now - longest, created_at__lte=now)
        first = lately.aggregate(first=Min("created_at"))["first"]
        span = max(_WEEK, now - first) if first else longest
    return round((found["pace-checks"] or 0) / (span / _WEEK))


# --- answers to reminders -------------------------------------------------------------


def _of_asked(policy: Policy, now: dt.datetime) -> QuerySet[AskedListing]:
    today = clock.london_day(now)
    return AskedListing.objects.filter(
        ask__partnership_id=policy.partnership_id, created_at__lte=now,
        ask__asked_on__lte=today, ask__asked_on__gt=today - RECENT,
    ).exclude(ask__channel=Channel.LEAD).order_by("-ask__asked_on", "pk")  # fmt: skip


ASKED = Source("Records that providers were asked about", _of_asked)


def _all(policy: Policy, now: dt.datetime) -> Q:
    return Q()


def _answered(policy: Policy, now: dt.datetime) -> Q:
    return Q(answered_at__lte=now)


def _unanswered(policy: Policy, now: dt.datetime) -> Q:
    return Q(answered_at=None) | Q(answered_at__gt=now)


def _by_way(way: str) -> Figure:
    label, definition = _WAYS[Answered(way)]

    def part(policy: Policy, now: dt.datetime) -> Q:
        return _answered(policy, now) & Q(answered_how=way)

    return Figure(
        f"answered-{way.replace('_', '-')}", label, definition, ANSWERS,
        source=ASKED, part=part, noun="answer",
    )  # fmt: skip


_WAYS = {
    Answered.LINK: (
        "Answered by the link of a mail",
        (
            "Asked in the last 90 days, and answered by the link in the mail, without "
            "signing in."
        ),
    ),
    Answered.SIGN_IN: (
        "Answered signed in",
        "Asked in the last 90 days, and answered by somebody who had signed in.",
    ),
    Answered.PHONE: (
        "Answered by telephone",
        "Asked in the last 90 days, and answered when somebody rang.",
    ),
    Answered.LETTER: (
        "Answered with the code of a letter",
        "Asked in the last 90 days, and answered with the code of a letter.",
    ),
    Answered.SMS: (
        "Answered by the link of a text message",
        "Asked in the last 90 days, and answered by the link in a text message.",
    ),
}


# --- hours ----------------------------------------------------------------------------


def _of_efforts(policy: Policy, now: dt.datetime) -> QuerySet[Effort]:
    today = clock.london_day(now)
    return statements.work_of(
        policy.partnership_id, today - LATELY + dt.timedelta(days=1),
        today + dt.timedelta(days=1),
    ).filter(created_at__lte=now)  # fmt: skip


EFFORTS = Source("Pieces of work of the partners", _of_efforts)


def _pence() -> Expression:
    """What a piece of work comes to at the rate of its day, as a statement charges it;
    nothing where none was agreed."""
    agreed = AgreedRate.objects.filter(
        partnership=OuterRef("partnership_id"), starts_on__lte=OuterRef("done_on")
    ).order_by("-starts_on")
    rate = Subquery(agreed.values("rate")[:1])
    return Cast("minutes", FloatField()) * Cast(rate, FloatField()) * 100 / 60


def share(part: str, *rest: str) -> Derived:
    """What percentage one figure is of itself and others together, rounded down; not
    known where there are none."""

    def made(found: Values, policy: Policy, now: dt.datetime) -> int | None:
        whole = sum(found[slug] or 0 for slug in (part, *rest))
        return (found[part] or 0) * 100 // whole if whole else None

    return Derived((part, *rest), made, (part, *rest))


def part_of(part: str, whole: str) -> Derived:
    """What percentage one figure is of another that holds it, rounded down."""

    def made(found: Values, policy: Policy, now: dt.datetime) -> int | None:
        of = found[whole]
        return (found[part] or 0) * 100 // of if of else None

    return Derived((part, whole), made, (whole,))


WAITING_FIGURES = (
    Figure(
        "waiting",
        "Waiting for a decision",
        "Suggestions, reports and new services that nobody has finished deciding.",
        "At a glance", source=PROPOSALS, part=is_waiting, noun="suggestion",
    ),
    Figure(
        "late",
        "Reports past their time",
        "Reports of something wrong, of harm or of closure that are not answered "
        "although their clock has run out.",
        "At a glance", source=PROPOSALS, part=_late, noun="report",
    ),
)  # fmt: skip
CHECKS_FIGURE = Figure(
    "checks",
    "Checks of the last 30 days",
    "How often somebody vouched for a whole record in the last 30 days. A check "
    "that was undone does not count.",
    "At a glance", source=CHECKS, part=_checked_lately, noun="check",
)  # fmt: skip

FIGURES: tuple[Figure, ...] = (
    Figure(
        "decision-time",
        "From submission to decision",
        "The median time, over the suggestions, reports and new services that were "
        "decided in the last 90 days, from being sent in to the decision. Nights and "
        "weekends count. What was taken back does not.",
        SPEED, source=PROPOSALS, part=_decided, noun="suggestion",
        measure=Measure(minutes_between("created_at", "decided_at"), median=True),
        unit=Unit.SPAN,
    ),
    Figure(
        "correction-time",
        "From report to correction",
        "The median time, over the reports of something wrong, of harm or of closure "
        "of which at least a part was put right in the last 90 days, from the report "
        "to the answer: a change of it was accepted, or an assurer corrected the "
        "record before. Nights and weekends count.",
        SPEED, source=PROPOSALS, part=_corrected, noun="report",
        measure=Measure(minutes_between("created_at", "decided_at"), median=True),
        unit=Unit.SPAN,
    ),
    Figure(
        "in-time-share",
        "Reports inside the clock",
        "Of the reports of something wrong, of harm or of closure that were answered "
        "in the last 90 days, how many were answered before their clock ran out. "
        "While the provider is asked it stands still.",
        SPEED, derived=share("answered-in-time", "answered-late"), noun="report",
        unit=Unit.PERCENT,
    ),
    Figure(
        "answered-in-time",
        "Reports answered in time",
        "Reports of something wrong, of harm or of closure of the last 90 days that "
        "were answered before their clock ran out. While the provider is asked it "
        "stands still.",
        SPEED, source=PROPOSALS, part=_in_time, noun="report",
    ),
    Figure(
        "answered-late",
        "Reports answered late",
        "Reports of the last 90 days that were answered after their clock ran out.",
        SPEED, source=PROPOSALS, part=_too_late, noun="report",
    ),
    Figure(
        "received",
        "Suggestions received",
        "Suggestions, reports and new services that were sent in during the last 90 "
        "days, also those that were taken back.",
        SUGGESTIONS, source=PROPOSALS, part=_received, noun="suggestion",
    ),
    Figure(
        "accepted",
        "Of these, accepted",
        "What was sent in during the last 90 days, is decided, and was accepted at "
        "least in part, or said what was accepted already; and reports after which "
        "the record was corrected.",
        SUGGESTIONS, source=PROPOSALS, part=_accepted, noun="suggestion",
    ),
    Figure(
        "accepted-share",
        "Accepted, of what was received",
        "Of what was sent in during the last 90 days, how much was accepted, at least "
        "in part. What still waits to be decided counts among what was sent in.",
        SUGGESTIONS, derived=part_of("accepted", "received"), noun="suggestion",
        unit=Unit.PERCENT,
    ),
    Figure(
        "asked",
        "Reminders",
        "How often a provider was asked about a record in the last 90 days, by mail, "
        "text message, letter or telephone. A mail about three records counts three.",
        ANSWERS, source=ASKED, part=_all, noun="reminder",
    ),
    *(_by_way(way) for way in Answered.values),
    Figure(
        "not-answered",
        "Not answered",
        "Asked in the last 90 days, and no answer yet.",
        ANSWERS, source=ASKED, part=_unanswered, noun="reminder",
    ),
    Figure(
        "single-handed",
        "Decided single-handed",
        "Decisions of the last 90 days in which one person was both pairs of eyes: "
        "a trusted organisation's own, or correct and check.",
        ALONE, source=DECISIONS, part=_alone, noun="decision",
    ),
    Figure(
        "single-handed-checks",
        "Checked single-handed",
        "Checks of the last 90 days by the organisation itself, or in one act with "
        "a correction.",
        ALONE, source=CHECKS, part=_alone, noun="check",
    ),
    Figure(
        "pace-checks",
        "Checks of the last 12 weeks",
        "How often somebody vouched for a whole record in the last 12 weeks: what the "
        "pace is worked out from. A check that was undone does not count.",
        WORK, source=CHECKS, part=_in_pace, noun="check",
    ),
    Figure(
        "pace",
        "Checks made in a week",
        "The checks of the last 12 weeks, in a week on average; a young place counts "
        "from its first check.",
        WORK, derived=Derived(("pace-checks",), _pace), noun="check",
    ),
    Figure(
        "hours",
        "Hours of the last 30 days",
        "The time of every check, correction, decision, call and review that the "
        "partners’ people did in the last 30 days: what they stated, else what the "
        "place reckons. What was undone does not count, nor what organisations do for "
        "their own records.",
        WORK, source=EFFORTS, part=_all, noun="piece of work,pieces of work",
        measure=Measure(Cast("minutes", FloatField()), median=False), unit=Unit.WORK,
    ),
    Figure(
        "cost",
        "Cost of the last 30 days",
        "This time, to the minute, at the hourly rate that was agreed for the day.",
        WORK, source=EFFORTS, part=_all, noun="piece of work,pieces of work",
        measure=Measure(_pence(), median=False, nothing=None), unit=Unit.MONEY,
    ),
)  # fmt: skip
