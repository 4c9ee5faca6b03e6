"""The end of a proposal, and what whoever made it is told."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.text import Truncator

from accounts import audit
from accounts.models import Message, Partnership, User
from common import clock
from common.words import one_line
from directory import diff, gate
from directory.declarations import RECORDS
from directory.payload import Payload
from directory.words import show
from workflow import access, bodies, naming, queries, seeing, standing
from workflow.actions.lines import announce_if_urgent, label_of
from workflow.actions.telling import tell
from workflow.choices import (
    Hidden,
    ProposalKind,
    ProposalState,
    RejectReason,
    Verdict,
)
from workflow.letters import letter
from workflow.models import Change, Decision, Listing, Proposal

CHECKED = "Checked means that the information was checked, not the service."
LONGEST_VALUE = 160
"""Characters of what somebody suggested that stand in a mail."""


def close_if_done(proposal: Proposal) -> bool:
    """Close a locked proposal of which nothing waits, and write the answer."""
    if proposal.changes.filter(verdict=Verdict.PENDING).exists():
        return False
    proposal.state = ProposalState.DECIDED
    proposal.decided_at = clock.now()
    proposal.claimed_by = None
    proposal.claimed_until = None
    proposal.save()
    announce_if_urgent(proposal)
    tell_outcome(proposal)
    return True


def take_back(proposal: Proposal, by: User | str) -> None:
    """Close a locked proposal of which nothing has been decided."""
    proposal.changes.update(verdict=Verdict.WITHDRAWN)
    proposal.state = ProposalState.WITHDRAWN
    proposal.decided_at = clock.now()
    proposal.save(update_fields=["state", "decided_at"])
    announce_if_urgent(proposal)
    audit.record(
        "proposal_withdrawn", proposal, actor=by, partnership_id=proposal.partnership_id
    )


def close_with_thanks(proposal: Proposal, *, by: User | str) -> None:
    """Close another's proposal of which the last value was accepted elsewhere."""
    if close_if_done(proposal):
        audit.record(
            "proposal_closed_as_same", proposal, actor=by,
            partnership_id=proposal.partnership_id,
        )  # fmt: skip


def tell_outcome(proposal: Proposal) -> None:
    """Write the answer to who suggested it: each change and its reason.

    Who has an account is told what they suggested, as far as the public may see it, and
    where all of it stands. For all others values are left out: the mail may go to a
    stranger, and a value may be personal.
    What was undone meanwhile waits again and is told when it is decided anew.
    """
    by = proposal.proposer
    to = proposal.answer_to or (by.email if by and by.is_active else "")
    stand = _decisions(proposal)
    decision = next(iter(stand), None)
    if decision and decision.decided_by_id == proposal.proposer_id:
        to = ""
    public = proposal.public_reports.exclude(answer_to="")
    addresses = [to] if to else []
    addresses += public.values_list("answer_to", flat=True).order_by("created_at")
    lines, answers = _said(proposal, stand) if addresses else ([], [])
    if not lines and not answers:
        return
    place, title = proposal.partnership, _title(proposal)
    mail = outcome_mail(place, title, lines, answers)
    for address in dict.fromkeys(addresses):
        said = mail
        if address == to and not proposal.answer_to:
            own = own_lines(proposal, _told(proposal))
            said = outcome_mail(place, title, own, answers, key=proposal.pk)
        tell(address, **said, about=proposal)


def _decisions(proposal: Proposal) -> QuerySet[Decision]:
    return proposal.decisions.filter(undone_at=None).order_by("-decided_at")


def _said(proposal: Proposal, stand: Iterable[Decision]) -> tuple[list[str], list[str]]:
    """A line for each change with its reason, and the answers, the newest first."""
    answers = [d.answer for d in stand if d.answer]
    return [outcome_line(change) for change in _told(proposal)], answers


def _told(proposal: Proposal) -> QuerySet[Change]:
    return proposal.changes.select_related("record__revision").filter(
        informant="", decision__undone_at=None
    )


def own_lines(
    proposal: Proposal, told: Iterable[Change], context: gate.Context | None = None
) -> list[str]:
    """A line for each change, with what was suggested, as far as the public may see it.

    Of a new service there is too much to say; a record that shows no service is not
    asked about, nor one that was hidden for personal data. ``context`` is what the gate
    has to know of the service, where that is at hand.
    """
    listing = proposal.listing
    if (
        listing is None
        or proposal.kind == ProposalKind.NEW
        or Hidden.PERSONAL_DATA in listing.hidden_because
    ):
        return [outcome_line(change) for change in told]
    known = context or queries.context_of(queries.whole(listing))
    seen = [(change, _public(change, known)) for change in told]
    service = queries.current(listing.record)
    found = naming.names([service, *(_named(one, value) for one, value in seen)])
    names = seeing.without_secrets(found, [service], seeing.PUBLIC)
    return [outcome_line(one, _in_words(one, value, names)) for one, value in seen]


def _public(change: Change, context: gate.Context) -> Any:
    """What somebody suggested, as far as the public may see it; None for nothing."""
    if change.value is None:
        return None
    return queries.public_value(context, change.record, change.path, change.value)


def _named(change: Change, value: Any) -> Payload:
    return value if isinstance(value, dict) else {change.path: value}


def _is_named(ids: Iterable[str], names: Mapping[str, str]) -> bool:
    """Whether all of these have a name that anybody may be told."""
    return all(names.get(key, seeing.UNNAMED) != seeing.UNNAMED for key in ids)


def _in_words(change: Change, value: Any, names: Mapping[str, str]) -> str:
    if change.value is None:
        return "take it away"
    if value is None or not _is_named(naming.refers_to(_named(change, value)), names):
        return ""
    item = diff.declaration(RECORDS[change.record.kind], change.path)
    said = show(item, value, names)
    words = said if isinstance(said, str) else "; ".join(said)
    return Truncator(one_line(words)).chars(LONGEST_VALUE)


def outcome(proposal: Proposal) -> list[str]:
    """What became of a proposal, for a page: its changes, then what was answered.

    Empty while nothing stands.
    """
    lines, answers = _said(proposal, _decisions(proposal))
    return [*lines, *reversed(answers)]


def outcome_mail(
    place: Partnership, title: str, lines: list[str], answers: list[str],
    key: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """The mail about a title: a line for each change, the newest answer first; with
    ``key`` the way to the suggestion, for who may open it."""
    return {
        "kind": "outcome",
        "subject": f"What became of what you sent us about “{title}”",
        "lines": letter(
            place,
            f"Thank you for what you sent us about “{title}”.",
            "",
            *lines,
            *[line for answer in reversed(answers) for line in ("", answer)],
            "",
            CHECKED,
            look="See what you suggested, and what became of it" if key else "",
            at="suggestion",
            key=key,
        ),
    }


def _title(proposal: Proposal) -> str:
    """The name of what it is about, unless that is hidden from who is told."""
    listing, by = proposal.listing, proposal.proposer
    if proposal.record is not None:
        seen = by is not None and bodies.can_see(by, proposal.record)
        return proposal.title if seen else seeing.UNNAMED
    if listing is None or Hidden.PERSONAL_DATA not in listing.hidden_because:
        return proposal.title
    may_know = by is not None and access.can_read(by, listing)
    return proposal.title if may_know else standing.PUT_RIGHT


def outcome_line(change: Change, value: str = "") -> str:
    """What became of one change, and why: “- Cost in words: “£2”, accepted”.

    A label that is a question keeps its own mark: “- Is it running? Accepted”.
    """
    why = [RejectReason(change.reason).label] if change.reason else []
    why += [change.reason_words] if change.reason_words else []
    label, verdict = label_of(change), Verdict(change.verdict).label
    asks = label.endswith("?")
    if value or not asks:
        verdict = verdict.lower()
    said = f"“{value}”, {verdict}" if value else verdict
    line = f"- {label}{'' if asks else ':'} {said}"
    return line + (f" ({'. '.join(why)})" if why else "")


def untell(proposal: Proposal) -> None:
    """Cancel the answer that has not gone out; what still stands is told anew."""
    if _not_gone_out().filter(about_id=proposal.pk).update(cancelled_at=clock.now()):
        tell_outcome(proposal)


def tell_anew(place_ids: Iterable[Any]) -> None:
    """Write once more what has not gone out yet about the services of whoever uses
    these places, which are kept secret from now on: a value may give them away."""
    users = Listing.objects.filter(location_ids__overlap=list(place_ids))
    about = Proposal.objects.filter(
        listing__organization_id__in=users.values("organization_id")
    )
    waiting = _not_gone_out().filter(about_id__in=about.values("pk"))
    told = waiting.order_by().values_list("about_id", flat=True)
    for proposal in Proposal.objects.filter(pk__in=set(told)).order_by("pk"):
        untell(proposal)


def _not_gone_out() -> QuerySet[Message]:
    return Message.objects.filter(
        kind="outcome", sent_at=None, claimed_at=None, cancelled_at=None
    )
