"""What somebody has suggested, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from accounts.guard import signed_in
from accounts.models import User
from common import clock
from common.errors import InvalidState
from common.posting import posted_from
from directory import diff, gate
from directory.declarations import RECORDS
from directory.declare import List
from directory.payload import Payload
from directory.words import show
from workflow import (
    access,
    bodies,
    duties,
    naming,
    queries,
    seeing,
    standing,
    who_decides,
)
from workflow.actions import listings, proposals
from workflow.actions.telling import UNDO
from workflow.choices import (
    Evidence,
    ProposalKind,
    ProposalState,
    RejectReason,
    Verdict,
)
from workflow.models import Change, Decision, Proposal
from workflow.views.keeping_answers import person

ON_A_PAGE = 8
LOOKED_AT = (
    "Somebody is looking at it now, so it cannot be taken back any more. What became "
    "of it stands here in a few minutes."
)
MOST_SHOWN = 160
"""Characters of what a suggestion says on its card."""
ICONS = {
    Verdict.PENDING: ("clock", "submitted"),
    Verdict.ACCEPTED: ("published", "good"),
    Verdict.CHANGED: ("published", "good"),
    Verdict.SAME: ("published", "good"),
    Verdict.REJECTED: ("remove", "bad"),
}


@dataclass(frozen=True)
class Shows:
    """What a person may see of the values that others gave.

    ``hidden`` are the ids of records that are kept secret from them, ``homes`` of those
    whose name is; ``of`` takes a change and one of its values.
    """

    hidden: set[str]
    homes: set[str]
    of: Callable[[Change, Any], Any]


def _mine(user: User) -> QuerySet[Proposal]:
    return (
        Proposal.objects.filter(proposer=user)
        .select_related(
            "listing__remit__partner",
            "listing__partnership",
            "partnership",
            "record__revision",
        )
        .prefetch_related(
            Prefetch(
                "changes",
                Change.objects.filter(informant="").select_related(
                    "record__revision", "decision"
                ),
            ),
            "decisions",
        )
    )


def _without_superseded(mine: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Without those of which all was undone: an open copy has taken their place."""
    changes = Change.objects.filter(proposal=OuterRef("pk"), informant="")
    decided = Decision.objects.filter(proposal=OuterRef("pk"))
    undone = Exists(changes.filter(decision__undone_at__isnull=False)) | Exists(
        decided.filter(undone_at__isnull=False)
    )
    stands = Exists(changes.filter(decision__undone_at=None)) | Exists(
        decided.filter(undone_at=None)
    )
    return mine.exclude(Q(state=ProposalState.DECIDED) & undone & ~stands)


def _is_told(decision: Decision | None, proposal: Proposal) -> bool:
    """Whether the person may know of a decision: it can no longer be undone, or it
    never waited for anybody else."""
    if decision is None or decision.rule:
        return True
    if decision.decided_by_id == proposal.proposer_id:
        return True
    return decision.decided_at + UNDO <= clock.now()


def _verdict(change: Change, proposal: Proposal) -> Verdict:
    """What the person is told became of a change."""
    told = _is_told(change.decision, proposal)
    return Verdict(change.verdict) if told else Verdict.PENDING


def _standing(proposal: Proposal) -> list[Change]:
    """Its changes, without those that an open copy holds since they were undone."""
    return [
        change
        for change in proposal.changes.all()
        if change.decision is None or change.decision.undone_at is None
    ]


@signed_in
@require_safe
def my_suggestions(request: HttpRequest) -> HttpResponse:
    """Everything the person has suggested, newest first."""
    user = person(request)
    page = Paginator(_newest_first(user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": cards(user, list(page)),
        "unanswered": duties.unanswered(user).count(),
        "may_suggest": bool(page) or access.may_suggest(user),
    }
    return render(request, "workflow/keeping/my_suggestions.html", context)


def _newest_first(user: User) -> QuerySet[Proposal]:
    return _without_superseded(_mine(user)).order_by("-created_at", "pk")


def newest(user: User, number: int) -> list[Proposal]:
    """The last suggestions of a person."""
    return list(_newest_first(user)[:number])


def cards(user: User, found: list[Proposal]) -> list[dict[str, Any]]:
    """A card for each; what is about a place that is secret now says no value."""
    changes = [change for one in found for change in one.changes.all()]
    values = [{"a": change.value} for change in changes]
    names = _names(changes, values)
    ids = {str(change.record_id) for change in changes}
    secret = seeing.hidden_ids(ids, seeing.PUBLIC)
    withheld = access.withheld_from(user).filter(
        pk__in=[one.listing_id for one in found]
    )
    unnamed = set(withheld.values_list("pk", flat=True))
    pages = bodies.pages_of(user, [one.record_id for one in found])
    who = who_decides.by_proposal(user, found)
    return [
        _card(
            one,
            standing.PUT_RIGHT
            if one.listing_id in unnamed
            else _title(one, str(one.record_id) in pages),
            _in_short(one, names, secret),
            who[one.pk],
        )
        for one in found
    ]


def _title(proposal: Proposal, has_page: bool) -> str:
    """What it is called; a place that is kept from the person by now has no name."""
    hidden = proposal.record_id is not None and not has_page
    return seeing.UNNAMED if hidden else proposal.title


def _in_short(proposal: Proposal, names: dict[str, str], secret: set[str]) -> str:
    """What a suggestion is about: “Phone: 01632 960199; Cost in words: Free”.

    The values are the person's own; a report is told by its words.
    """
    if proposal.kind == ProposalKind.NEW:
        return ""
    said = []
    for change in _standing(proposal):
        item = diff.declaration(RECORDS[change.record.kind], change.path)
        label = item.entity.label if isinstance(item, List) else item.label
        value = "take it away"
        if str(change.record_id) in secret:
            value = ""
        elif change.value is not None:
            value = str(show(item, change.value, names))
        said.append(f"{label}: {value}" if value else label)
    return Truncator("; ".join(said) or proposal.evidence_words).chars(MOST_SHOWN)


def _counted(verdict: Verdict) -> str:
    """What stands after a number of changes: “2 accepted”."""
    return "accepted already" if verdict == Verdict.SAME else verdict.label.lower()


def _card(proposal: Proposal, title: str, about: str, who: str) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for change in _standing(proposal):
        verdict = _verdict(change, proposal)
        counts[verdict] = counts.get(verdict, 0) + 1
    tags = [
        {
            "text": f"{counts[verdict]} {_counted(verdict)}",
            "icon": ICONS.get(verdict, ("", ""))[0],
            "kind": ICONS.get(verdict, ("", ""))[1],
        }
        for verdict in Verdict
        if counts.get(verdict)
    ]
    return {
        "title": title,
        "url": reverse("workflow:suggestion", args=[proposal.pk]),
        "caption": ProposalKind(proposal.kind).label,
        "tags": tags,
        "text": _state(proposal, who),
        "facts": [
            *([{"label": "You said", "value": about}] if about else []),
            {"label": "Sent in", "date": proposal.created_at},
        ],
    }


def _state(proposal: Proposal, who: str) -> str:
    """Where a suggestion stands, in a sentence; ``who`` decides on it."""
    if proposal.state == ProposalState.WITHDRAWN:
        return "You took it back."
    if proposal.state == ProposalState.OPEN:
        told = {_verdict(one, proposal) for one in _standing(proposal)}
        if told - {Verdict.PENDING}:
            return f"{who} decides on it, and has decided part of it."
        return f"{who} decides on it, and has not decided yet."
    if not _all_told(proposal):
        return "Somebody is looking at it."
    if any(decision.undone_at for decision in proposal.decisions.all()):
        return "It was decided, and is being looked at once more."
    return "It has been decided."


def _all_told(proposal: Proposal) -> bool:
    decided = [*proposal.decisions.all(), *(c.decision for c in _standing(proposal))]
    return all(
        _is_told(one, proposal)
        for one in decided
        if one is not None and one.undone_at is None
    )


@signed_in
@require_safe
def suggestion(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One suggestion: what became of each change, and why."""
    return _page(request, _own(request, proposal_id))


def _own(request: HttpRequest, proposal_id: UUID) -> Proposal:
    proposal = _mine(person(request)).filter(pk=proposal_id).first()
    if proposal is None:
        raise Http404
    return proposal


def _page(
    request: HttpRequest, proposal: Proposal, status: int = 200, sentence: str = ""
) -> HttpResponse:
    changes = list(proposal.changes.all())
    values = [{"a": c.value, "b": c.was, "c": c.accepted_value} for c in changes]
    listing = proposal.listing
    service = queries.current(listing.record) if listing else {}
    names = _names(changes, values, service)
    shows = _shows(person(request), proposal, changes)
    answers = [
        d.answer
        for d in proposal.decisions.all()
        if d.answer and d.undone_at is None and _is_told(d, proposal)
    ]
    shown = [_change(change, proposal, names, shows) for change in changes]
    about, verb = _about(person(request), proposal, shown)
    waits = all(change.verdict == Verdict.PENDING for change in changes)
    withheld = _withheld(person(request), proposal)
    context = {
        "proposal": proposal,
        "title": standing.PUT_RIGHT if withheld else _title(proposal, bool(about)),
        "kind": ProposalKind(proposal.kind).label,
        "evidence": Evidence.said(proposal.evidence),
        "state": _state(proposal, who_decides.of(person(request), proposal)),
        "changes": shown,
        "answers": answers,
        "can_take_back": (
            proposal.state == ProposalState.OPEN
            and waits
            and _may_take_back(person(request), proposal)
        ),
        "forms": [],
        "sentences": [sentence] if sentence else [],
        "withheld": withheld,
        "about": about,
        "about_label": verb,
    }
    return render(request, "workflow/keeping/suggestion.html", context, status=status)


def _may_take_back(user: User, proposal: Proposal) -> bool:
    """A new service goes back as a whole, while nothing of it has been accepted."""
    if proposal.kind != ProposalKind.NEW:
        return True
    listing = proposal.listing
    if listing is None or listing.record.revision_id:
        return False
    return access.can_withdraw(user, listing)


def _withheld(user: User, proposal: Proposal) -> str:
    """What they are told whose suggestion is about a record that was hidden from them
    for personal data; ``""`` for all others."""
    listing = proposal.listing
    if listing and access.withheld_from(user).filter(pk=listing.pk).exists():
        return standing.withheld(listing)
    return ""


def _names(
    changes: list[Change], values: list[Any], service: Payload | None = None
) -> dict[str, str]:
    """Names of what the values refer to, the places where the ``service`` happens among
    it; a plain reference is told by its field."""
    around = [service] if service else []
    plain = [
        {change.path: value}
        for change in changes
        for value in (change.was, change.value, change.accepted_value)
        if isinstance(value, str)
    ]
    return seeing.without_secrets(naming.names([*values, *plain, *around]), around)


def _about(
    user: User, proposal: Proposal, changes: list[dict[str, Any]]
) -> tuple[str, str]:
    """Where the service can be looked at, or changed again by who keeps it, and the
    words of the link; ``""`` where it cannot."""
    listing = proposal.listing
    if proposal.record_id is not None:
        pages = bodies.pages_of(user, [proposal.record_id])
        return pages.get(str(proposal.record_id), ""), "Look at the record"
    if listing is None:
        return "", ""
    look = "Look at the service"
    if access.is_own(user, listing):
        refused = any(change["verdict"] == Verdict.REJECTED.label for change in changes)
        page = reverse("workflow:listing", args=[listing.pk])
        return page, "Change it again" if refused else look
    if proposal.kind == ProposalKind.NEW and listing.author_id == user.pk:
        return reverse("workflow:listing", args=[listing.pk]), look
    if access.can_propose(user, listing):
        return reverse("workflow:suggest", args=[listing.pk]), look
    return "", ""


def _shows(user: User, proposal: Proposal, changes: list[Change]) -> Shows:
    """What this person may see of the values that others gave."""
    listing, record = proposal.listing, proposal.record
    seen = seeing.sees(user, listing) if listing else seeing.PUBLIC
    if record is not None:
        seen, listing = bodies.sees(user, record), bodies.witness(record)
    ids = {str(change.record_id) for change in changes}
    kept = access.kept_records(user).filter(pk__in=ids).values_list("pk", flat=True)
    keeps = {str(pk) for pk in kept}
    homes = seeing.home_ids(ids) if seen == seeing.PUBLIC else set()
    hidden = seeing.hidden_ids(ids, seen) - keeps
    whole = queries.whole(listing) if listing else queries.Whole({}, {}, {})
    known = queries.context_of(whole) if seen == seeing.PUBLIC else gate.Context()
    is_withheld = bool(_withheld(user, proposal))

    def shows(change: Change, value: Any) -> Any:
        if is_withheld:
            return None
        item = diff.declaration(RECORDS[change.record.kind], change.path)
        if str(change.record_id) in hidden or item.visibility not in seen:
            return None
        if seen == seeing.PUBLIC and value is not None:
            return queries.public_value(known, change.record, change.path, value)
        return value

    return Shows(hidden, homes - keeps, shows)


def _change(
    change: Change, proposal: Proposal, names: dict[str, str], shows: Shows
) -> dict[str, Any]:
    item = diff.declaration(RECORDS[change.record.kind], change.path)
    label = item.entity.label if isinstance(item, List) else item.label
    verdict = _verdict(change, proposal)
    icon, kind = ICONS.get(verdict, ("", ""))
    told = verdict == change.verdict
    reason = RejectReason(change.reason).label if change.reason and told else ""
    undone = bool(change.decision and change.decision.undone_at)
    secret = str(change.record_id) in shows.hidden
    accepted = change.accepted_value if verdict == Verdict.CHANGED else None
    unnamed = secret or str(change.record_id) in shows.homes
    record = seeing.UNNAMED if unnamed else change.record.label

    def said(value: Any) -> Any:
        return show(item, value, names) if value is not None else ""

    return {
        "label": label,
        "record": record if change.record.kind != "service" else "",
        "was": said(shows.of(change, change.was)),
        "value": "" if secret else said(change.value),
        "secret": secret,
        "accepted": said(shows.of(change, accepted)),
        "verdict": verdict.label,
        "icon": icon,
        "kind": kind,
        "reason": ". ".join(p for p in (reason, change.reason_words) if p and told),
        "undone": undone,
    }


@signed_in
@posted_from("workflow:suggestion", "proposal_id")
def take_back(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take one's own suggestion back while nobody has decided it."""
    proposal = _own(request, proposal_id)
    is_new = proposal.kind == ProposalKind.NEW and _may_take_back(
        person(request), proposal
    )
    try:
        if is_new:
            listings.withdraw_submission(
                by=person(request), listing_id=proposal.listing_id
            )
        else:
            proposals.withdraw_proposal(by=person(request), proposal_id=proposal.pk)
    except InvalidState as error:
        fresh = _own(request, proposal_id)
        # What was decided is told when it can no longer be undone, here as below.
        sentence = error.sentence if _all_told(fresh) else LOOKED_AT
        return _page(request, fresh, status=409, sentence=sentence)
    if is_new:
        messages.success(request, "It is a draft again, and nobody else sees it.")
        return redirect("workflow:listing", proposal.listing_id)
    messages.success(request, "You took it back. Nothing was changed.")
    return redirect("workflow:suggestion", proposal.pk)
