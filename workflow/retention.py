"""How long each kind of data is kept, and why (PRODUCT.md section 6).

The one table. ``workflow.actions.retaining`` carries it out, ``manage.py write_docs``
prints it as docs/retention.md. What is not in it stays: revisions and audit rows
always, of which erasure alone can blank a value.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Invitation, Message
from common import clock
from workflow.choices import ProposalState
from workflow.models import (
    Ask,
    AskedListing,
    Batch,
    Call,
    Change,
    CheckClaim,
    Confirmation,
    Contract,
    Harvest,
    HarvestRequest,
    HomeOffer,
    JobRun,
    OrganizationReview,
    OutboxEvent,
    Proposal,
    PublicReport,
    SourceRecord,
    TeamNote,
)

FORGOTTEN = "(no longer kept)"
"""What stands where words were blanked. It says that there were some."""
NOBODY = "nobody@invalid.example"

Rows = Callable[[dt.datetime], QuerySet[Any]]


@dataclass(frozen=True)
class Rule:
    """One kind of data, how many days it is kept since when, why, and what happens.

    ``rows`` finds what is older than an instant and still there. It is deleted, or
    where ``blank`` says so, these columns get these values; then ``rows`` finds it no
    more.
    """

    kind: str
    days: int
    since: str
    why: str
    rows: Rows
    blank: Mapping[str, Any] = field(default_factory=dict)

    @property
    def happens(self) -> str:
        """What happens, in words."""
        return "blanked" if self.blank else "deleted"


def _outbox(before: dt.datetime) -> QuerySet[Any]:
    return OutboxEvent.objects.filter(done_at__lte=before)


def _job_runs(before: dt.datetime) -> QuerySet[Any]:
    newer = JobRun.objects.filter(
        name=OuterRef("name"), started_at__gt=OuterRef("started_at")
    )
    return JobRun.objects.filter(Exists(newer), started_at__lte=before)


def _mail_words(before: dt.datetime) -> QuerySet[Any]:
    over = (
        Q(sent_at__lte=before) | Q(cancelled_at__lte=before) | Q(refused_at__lte=before)
    )
    return Message.objects.filter(over).exclude(to=NOBODY)


def _mails(before: dt.datetime) -> QuerySet[Any]:
    return Message.objects.filter(created_at__lte=before, send_after__lte=before)


def _invitations(before: dt.datetime) -> QuerySet[Any]:
    return Invitation.objects.filter(
        Q(accepted_at__lte=before) | Q(expires_at__lte=before)
    )


def _sessions(before: dt.datetime) -> QuerySet[Any]:
    return Session.objects.filter(expire_date__lte=before)


def _attempts(before: dt.datetime) -> QuerySet[Any]:
    return AccessAttempt.objects.filter(attempt_time__lte=before)


def _failures(before: dt.datetime) -> QuerySet[Any]:
    return AccessFailureLog.objects.filter(attempt_time__lte=before)


def _closed(before: dt.datetime) -> QuerySet[Any]:
    return Proposal.objects.filter(decided_at__lte=before).exclude(
        state=ProposalState.OPEN
    )


def _answers(before: dt.datetime) -> QuerySet[Any]:
    return _closed(before).exclude(answer_to="")


def _public_addresses(before: dt.datetime) -> QuerySet[Any]:
    closed = _closed(before).values("pk")
    return PublicReport.objects.filter(proposal__in=closed).exclude(answer_to="")


def _senders(before: dt.datetime) -> QuerySet[Any]:
    return PublicReport.objects.filter(created_at__lte=before).exclude(sender="")


def _public_reports(before: dt.datetime) -> QuerySet[Any]:
    return PublicReport.objects.filter(proposal__in=_closed(before).values("pk"))


def _evidence(before: dt.datetime) -> QuerySet[Any]:
    return (
        _closed(before)
        .filter(source=None)
        .exclude(evidence_words__in=("", FORGOTTEN))
    )  # fmt: skip


def _still_right(before: dt.datetime) -> QuerySet[Any]:
    return Confirmation.objects.filter(created_at__lte=before).exclude(
        words__in=("", FORGOTTEN)
    )


def _notes(before: dt.datetime) -> QuerySet[Any]:
    return TeamNote.objects.filter(created_at__lte=before)


def _struck_notes(before: dt.datetime) -> QuerySet[Any]:
    return TeamNote.objects.filter(struck_at__lte=before)


def _who_answered(before: dt.datetime) -> QuerySet[Any]:
    return AskedListing.objects.filter(answered_at__lte=before).exclude(
        answered_by__in=("", FORGOTTEN)
    )


def _asks(before: dt.datetime) -> QuerySet[Any]:
    return Ask.objects.filter(created_at__lte=before).exclude(
        to_label__in=("", FORGOTTEN)
    )


def _calls(before: dt.datetime) -> QuerySet[Any]:
    return Call.objects.filter(created_at__lte=before)


def _reviews(before: dt.datetime) -> QuerySet[Any]:
    return OrganizationReview.objects.filter(created_at__lte=before).exclude(
        note__in=("", FORGOTTEN)
    )


def _contracts(before: dt.datetime) -> QuerySet[Any]:
    return Contract.objects.filter(
        Q(ended_at__lte=before) | Q(ends_on__lt=clock.london_day(before))
    )


def _offers(before: dt.datetime) -> QuerySet[Any]:
    return HomeOffer.objects.filter(answered_at__lte=before).exclude(reason=FORGOTTEN)


def _names(before: dt.datetime) -> QuerySet[Any]:
    return (
        _closed(before)
        .filter(source=None, proposer=None)
        .exclude(proposer_label=FORGOTTEN)
    )


def _informants(before: dt.datetime) -> QuerySet[Any]:
    return Change.objects.filter(decision__decided_at__lte=before).exclude(
        informant__in=("", FORGOTTEN)
    )


def _harvest_requests(before: dt.datetime) -> QuerySet[Any]:
    return HarvestRequest.objects.filter(finished_at__lte=before)


def _harvests(before: dt.datetime) -> QuerySet[Any]:
    newer = Harvest.objects.filter(
        source=OuterRef("source"), created_at__gt=OuterRef("created_at")
    )
    needed = HarvestRequest.objects.filter(harvest=OuterRef("pk"))
    last_complete = Q(complete=True) & ~Exists(newer.filter(complete=True))
    return Harvest.objects.filter(
        ~Exists(needed), Exists(newer), created_at__lte=before
    ).exclude(last_complete)


def _source_copies(before: dt.datetime) -> QuerySet[Any]:
    return SourceRecord.objects.filter(vanished_at__lte=before)


def _check_claims(before: dt.datetime) -> QuerySet[Any]:
    return CheckClaim.objects.filter(until__lte=before)


def _batches(before: dt.datetime) -> QuerySet[Any]:
    return Batch.objects.filter(created_at__lte=before)


RULES: tuple[Rule, ...] = (
    Rule("Outbox rows that are done", 7, "they were done",
         "To look into a fault of last week. Nothing is rebuilt from them.",
         _outbox),
    Rule("Runs of periodic jobs", 90, "they began",
         "To see when something went wrong. The last run of each job stays.",
         _job_runs),
    Rule("Addresses and words of mails", 90, "they were sent or cancelled",
         "To say what somebody was told, while they may still ask.",
         _mail_words, {"to": NOBODY, "subject": FORGOTTEN, "text": FORGOTTEN,
                       "html": "", "key": ""}),
    Rule("Mails", 365, "they were written",
         "That there was one, of what kind, and about what. By then one that never "
         "went out helps nobody either.",
         _mails),
    Rule("What somebody did to several records in one go", 7, "they chose them",
         "To undo it, and to go on with what could not be done. The checks, mails and "
         "audit rows that came of it stay, and name it.",
         _batches),
    Rule("Who was on the check of a record", 1, "their half hour was over",
         "So that no two people ring about it. The audit trail says who was on it.",
         _check_claims),
    Rule("Invitations", 90, "they were accepted or ran out",
         "The audit trail says who was invited by whom.",
         _invitations),
    Rule("Sign-in sessions", 1, "they ran out",
         "Nothing can be done with them.",
         _sessions),
    Rule("Sign-ins that failed", 30, "they were tried",
         "To see an attack. The lock-out itself takes minutes.",
         _attempts),
    Rule("Log of sign-ins that failed", 30, "they were tried",
         "To see an attack.",
         _failures),
    Rule("Addresses for an answer", 30, "the suggestion was closed",
         "The outcome is told ten minutes after the decision; a month is left for "
         "questions.",
         _answers, {"answer_to": ""}),
    Rule("Addresses of the public for an answer", 30, "the report was closed",
         "As for others: the answer is told, and a month is left for questions.",
         _public_addresses, {"answer_to": ""}),
    Rule("What tells senders of public reports apart", 1, "they reported",
         "A keyed hash of the network address, to stop a flood. It is good for a day.",
         _senders, {"sender": ""}),
    Rule("Private links to the answers of public reports", 365,
         "the report was closed",
         "So long somebody may look up what became of it. The report itself stays.",
         _public_reports),
    Rule("Words of evidence", 365, "the suggestion was closed",
         "“How do you know?” often names people. The kind of evidence stays.",
         _evidence, {"evidence_words": FORGOTTEN}),
    Rule("Words with “still right”", 365, "they were said",
         "They may name people. Who said it, and when, stays.",
         _still_right, {"words": FORGOTTEN}),
    Rule("Notes for one's own team", 730, "they were written",
         "What colleagues need to know of a record, which often names people. What "
         "still holds is written again.",
         _notes),
    Rule("Notes that were struck out", 30, "they were struck out",
         "Nobody needs them any more.",
         _struck_notes),
    Rule("Names of people who answered what we asked", 365, "they answered",
         "They are needed while the answer may be questioned. What was answered, when "
         "and how, stays.",
         _who_answered, {"answered_by": FORGOTTEN}),
    Rule("To whom we wrote to ask", 365, "we asked",
         "As for names. That somebody was asked, when, and about what, stays.",
         _asks, {"to_label": FORGOTTEN}),
    Rule("Calls that were tried", 365, "the call",
         "Which number was rung, by whom, and what came of it, so that nobody rings in "
         "vain. The answer itself stays where it was given.",
         _calls),
    Rule("Notes of quarterly reviews", 730, "the review",
         "As notes for one's own team. That there was a review stays.",
         _reviews, {"note": FORGOTTEN}),
    Rule("Words of offers to hand a record over to a neighbour", 730,
         "they were answered or taken back",
         "Why, and why not, as two leads told each other; it may name people. Which "
         "place offered what to which, when, and what became of it, stays.",
         _offers, {"reason": FORGOTTEN, "answer": ""}),
    Rule("Contracts", 2192, "they ended",
         "Six years, in which something owed may be claimed. With them goes who was "
         "told of what was overdue.",
         _contracts),
    Rule("Names of people who suggested without an account", 365,
         "the suggestion was closed",
         "They are needed while the decision may be questioned.",
         _names, {"proposer_label": FORGOTTEN}),
    Rule("Names of informants", 365, "the decision",
         "The second pair of eyes, while the decision may be questioned. How and when "
         "they were asked stays.",
         _informants, {"informant": FORGOTTEN}),
    Rule("Requests to bring in a source", 90, "they were finished",
         "To see what came of them.",
         _harvest_requests),
    Rule("Readings of a source, with what could not be used", 90, "they began",
         "To put a feed right. The last reading of each source stays, and the last "
         "complete one.",
         _harvests),
    Rule("Copies of records that a source no longer has", 365, "they vanished from it",
         "They are what a changed source is compared with, in case it comes back.",
         _source_copies),
)  # fmt: skip
