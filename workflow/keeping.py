"""A listing as its provider sees it: what is there, what waits, what is held back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.urls import reverse

from accounts.models import User
from common import clock
from directory import checks, diff, validation
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import List
from directory.freshness import full_date
from directory.gate import HeldBack
from directory.words import show
from workflow import access, completing, queries, seeing
from workflow.choices import ProposalKind, ProposalState, Stage, Verdict
from workflow.completing import TERMS
from workflow.models import Change, Listing, Release
from workflow.seeing import Side
from workflow.standing import waits_for

_ON_THE_MAP = {
    RECORDS[Kind.LOCATION].get(name).label for name in ("latitude", "longitude")
}
NOT_ACCEPTED = "This would not be accepted yet: "
NEEDS_A_LOOK = "Needs another look"
NOT_STARTED, IN_PROGRESS, DONE = "Not started", "In progress", "Done"


@dataclass
class SectionOnPage:
    """One section of one record: its rows, and what waits in it."""

    slug: str
    title: str
    lead: str
    rows: list[dict[str, Any]]
    url: str = ""
    waiting: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    useful: list[str] = field(default_factory=list)
    """Labels of what people would miss most in it."""

    @property
    def filled(self) -> list[dict[str, Any]]:
        """Its rows without gaps, but for those that something is said about."""
        return [
            row
            for row in self.rows
            if row["value"] or row["lines"] or row["note"] or row["changed"]
        ]

    @property
    def unknown(self) -> str:
        """The labels of what nobody has filled in, in one line; some have commas."""
        gaps = [row["label"].lower() for row in self.rows if row not in self.filled]
        return "; ".join(gaps)

    def task(self) -> dict[str, Any]:
        """As a line of a task list."""
        said = [row["value"] or "; ".join(row["lines"]) for row in self.rows]
        begun = any(said)
        status = NOT_STARTED
        wrong = [f for f in self.faults if begun and f.startswith(NOT_ACCEPTED)]
        needed = [f for f in self.faults if not f.startswith(NOT_ACCEPTED)]
        if wrong:
            status = NEEDS_A_LOOK
        elif needed:
            status = "Still needed"
        elif begun:
            status = IN_PROGRESS if self.useful else DONE
        left = ""
        if begun and self.useful:
            left = f"Useful as well: {', '.join(self.useful).lower()}."
        hint = next((text for text in [*wrong, *needed, left, *said] if text), "")
        return {
            "label": self.title,
            "url": self.url or None,
            "status": status,
            "done": status == DONE,
            "warn": status == NEEDS_A_LOOK,
            "hint": hint
            if wrong or len(hint) <= 120
            else f"{hint[:120].rsplit(' ', 1)[0]} …",
        }


@dataclass
class RecordOnPage:
    """One record of the page with its sections."""

    side: Side
    heading: str
    note: str
    sections: list[SectionOnPage]

    @property
    def filled(self) -> list[dict[str, Any]]:
        """Every row of it without gaps, and without figures that nobody can confirm by
        heart: where the map has a place follows from its postcode."""
        return [
            row
            for section in self.sections
            for row in section.filled
            if row["label"] not in _ON_THE_MAP
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether anything in it waits for a decision."""
        return any(section.waiting for section in self.sections)

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """Its sections as a task list."""
        return [section.task() for section in self.sections if section.slug != TERMS]


@dataclass(frozen=True)
class HeldBackHere:
    """Something that the public does not see, and what can be done about it."""

    finding: HeldBack
    kind: str
    record: str
    state: str
    """``""`` nobody has said anything, ``stated`` it waits for an assurer."""
    can_state: bool

    @property
    def label(self) -> str:
        """What is held back, with whose it is."""
        item = diff.declaration(RECORDS[self.kind], self.finding.path)
        label = item.entity.label if isinstance(item, List) else item.label
        return f"{label} of {self.record}"

    @property
    def segments(self) -> list[tuple[str, str]]:
        """The words, marked as held back."""
        return [(self.finding.text, "held")]


def is_draft(listing: Listing) -> bool:
    """Whether it is still a document that its author writes."""
    return not listing.was_assured


def sides_of(user: User, listing: Listing) -> list[Side]:
    """The records of a listing's page, drafted or accepted."""
    if is_draft(listing):
        return seeing.drafted_sides(user, listing)
    return seeing.accepted_sides(user, listing)


def records_on_page(user: User, listing: Listing) -> list[RecordOnPage]:
    """Everything of a listing, section by section, with what waits or is wrong."""
    sides = sides_of(user, listing)
    names = seeing.names_for(user, sides)
    waiting = waiting_changes(user, sides)
    editable = (
        access.can_edit_draft(user, listing)
        if is_draft(listing)
        else access.is_own(user, listing)
    )
    return [
        _record(listing, side, names, waiting, editable and side.is_kept_here)
        for side in sides
    ]


def _record(
    listing: Listing,
    side: Side,
    names: dict[str, str],
    waiting: list[Change],
    editable: bool,
) -> RecordOnPage:
    return RecordOnPage(
        side,
        heading(side),
        "" if side.kind == Kind.SERVICE else _note(listing, side),
        sections(
            side, names, waiting,
            notes=faults_of(listing, side),
            address=partial(section_url, listing, side) if editable else None,
        ),
    )  # fmt: skip


def heading(side: Side) -> str:
    """What stands over a record on a page."""
    if side.kind == Kind.SERVICE:
        return side.heading
    return f"{side.heading}: {side.name}"


def sections(
    side: Side,
    names: dict[str, str],
    waiting: Iterable[Change],
    *,
    notes: Mapping[str, list[str]] | None = None,
    address: Callable[[str], str] | None = None,
) -> list[SectionOnPage]:
    """The sections of a record in words, each with what waits in it and its notes.

    ``address`` says where the section of a slug is changed, None where it is not.
    """
    said = notes or {}
    gaps_here = completing.of_sides([side])
    mine = [change for change in waiting if str(change.record_id) == side.record_id]
    out = []
    for section in side.sections:
        here = [c for c in mine if diff.split(c.path)[0] in section.names]
        changed = {diff.split(c.path)[0] for c in here}
        out.append(
            SectionOnPage(
                section.slug,
                section.title,
                section.lead,
                seeing.rows(side, section, names, said, changed),
                address(section.slug) if address and section.slug != TERMS else "",
                [waiting_in_words(c, side, names) for c in here],
                [text for name in section.names for text in said.get(name, [])],
                [gap.item_label for gap in gaps_here if gap.section == section.slug],
            )
        )
    return out


def _note(listing: Listing, side: Side) -> str:
    if is_draft(listing) and not side.is_kept_here:
        return (
            "This is in the directory already. You can suggest changes to it once the "
            "service has been accepted."
        )
    if is_draft(listing):
        return ""
    others = queries.listings_showing(side.record_id).exclude(pk=listing.pk).count()
    if not others:
        return ""
    services = "1 other service" if others == 1 else f"{others} other services"
    return f"Shared with {services}: what you change here changes there too."


def section_url(listing: Listing, side: Side, slug: str) -> str:
    """Where one section is edited."""
    return reverse(
        "workflow:section", args=[listing.pk, side.kind, side.record_id, slug]
    )


def faults_of(listing: Listing, side: Side) -> dict[str, list[str]]:
    """What of a draft would not be accepted or is asked for, by field or list.

    A gap is no fault: “not known” is an answer. What the place asks for is.
    """
    if not is_draft(listing) or not side.is_kept_here:
        return {}
    notes: dict[str, list[str]] = {}
    for path, sentence in validation.problems(side.kind, side.payload).items():
        name = diff.split(path.split(".")[0])[0]
        if side.payload.get(name) not in (None, "", []):
            notes.setdefault(name, []).append(f"{NOT_ACCEPTED}{sentence}")
    for name, sentence in missing(listing, side).items():
        notes.setdefault(name, []).append(sentence)
    return notes


def gaps(user: User, listing: Listing) -> list[str]:
    """What of a draft is missing or would not be accepted, in sentences, each once."""
    said: dict[str, None] = {}
    for side in seeing.drafted_sides(user, listing):
        for name, sentences in faults_of(listing, side).items():
            where = "" if side.kind == Kind.SERVICE else f"{heading(side)}: "
            item = diff.declaration(side.entity, name)
            for sentence in sentences:
                wrong = sentence.startswith(NOT_ACCEPTED)
                plain = sentence.removeprefix(NOT_ACCEPTED)
                label = item.entity.label if isinstance(item, List) else item.label
                said[f"{where}{label}: {plain}" if wrong else where + plain] = None
    return list(said)


def missing(listing: Listing, side: Side) -> dict[str, str]:
    """What the place asks for and the draft has not, by field or list."""
    if side.kind != Kind.SERVICE:
        return {}
    return checks.missing(side.payload, listing.partnership.policy.mandatory)


# --- what waits -----------------------------------------------------------------------


def waiting_changes(user: User, sides: Iterable[Side]) -> list[Change]:
    """Changes to these records that wait: the person's own, and the provider's."""
    rows = Change.objects.filter(
        record_id__in=[side.record_id for side in sides],
        verdict=Verdict.PENDING,
        proposal__state=ProposalState.OPEN,
    ).exclude(proposal__kind=ProposalKind.NEW)
    return [
        change
        for change in rows.select_related("proposal").order_by("proposal__created_at")
        if change.proposal.by_provider or change.proposal.proposer_id == user.pk
    ]


def waiting_in_words(change: Change, side: Side, names: dict[str, str]) -> str:
    """“Phone number: 01632 960102 (now 01632 960101).”, as this person sees it."""
    item = diff.declaration(side.entity, change.path)
    label = item.entity.label if isinstance(item, List) else item.label
    now = diff.at(side.payload, change.path)
    new, old = show(item, change.value, names), show(item, now, names)
    if change.value is None:
        return f"{label}: take away {old}."
    return f"{label}: {new}" + (f" (now {old})." if old else ".")


def waiting_here(
    changes: Iterable[Change], side: Side, names: dict[str, str], *, user: User
) -> list[dict[str, str]]:
    """What waits, each with its day and, where it is the person's own, the way to it:
    so that nobody sends the same again."""
    lines = []
    for change in changes:
        mine = change.proposal.proposer_id == user.pk
        who = "You" if mine else change.proposal.proposer_label
        day = full_date(change.proposal.created_at.astimezone(clock.LONDON))
        page = reverse("workflow:suggestion", args=[change.proposal_id])
        lines.append(
            {
                "text": f"{who} sent on {day}: {waiting_in_words(change, side, names)}",
                "url": page if mine else "",
            }
        )
    return lines


def also_changes(listing: Listing, side: Side) -> list[str]:
    """The other services that the public sees a place or organization at, by name."""
    if side.kind == Kind.SERVICE:
        return []
    others = queries.listings_showing(side.record_id).exclude(pk=listing.pk)
    shown = others.filter(stage=Stage.PUBLISHED, record__visibility=Visibility.OPEN)
    return list(shown.order_by("title", "pk").values_list("title", flat=True))


# --- what is held back ----------------------------------------------------------------


def held_back(user: User, listing: Listing) -> list[HeldBackHere]:
    """What the gate holds back from the public, and which of it the provider can
    state to be the group's public line."""
    draft = is_draft(listing)
    whole = queries.drafted(listing) if draft else queries.whole(listing)
    found = queries.public_parts(whole).held_back
    stated = set()
    if listing.organization_id:
        stated = set(
            Release.objects.filter(
                organization_id=listing.organization_id, revoked_at=None
            ).values_list("key", flat=True)
        )
    secret = {i for i, place in whole.locations.items() if place.get("sensitive")}
    if draft:  # what is in the directory already is for others to say
        secret |= {i for i, r in queries.records(found).items() if r.revision}
    own = access.is_own(user, listing)
    owners = {
        whole.service["id"]: (Kind.SERVICE, "the service"),
        whole.organization.get("id"): (Kind.ORGANIZATION, "the organisation"),
    }
    out: dict[str, HeldBackHere] = {}
    for record_id, findings in found.items():
        if record_id in secret:
            continue
        for finding in findings:
            state = "stated" if finding.key in stated else ""
            can = own and finding.kind == "mobile" and not state
            kind, owner = owners.get(record_id, (Kind.LOCATION, "a place"))
            out.setdefault(finding.key, HeldBackHere(finding, kind, owner, state, can))
    return list(out.values())


# --- what can be done -----------------------------------------------------------------


@dataclass(frozen=True)
class Possible:
    """What the person may do with a listing now."""

    submit: bool
    discard: bool
    withdraw: bool
    appeal: bool
    take_away: bool
    confirm: bool
    edit: bool
    divide: bool
    close: bool


def possible(user: User, listing: Listing) -> Possible:
    """What the page offers; the actions decide again."""
    own = access.is_own(user, listing)
    draft = listing.stage == Stage.DRAFT and access.can_edit_draft(user, listing)
    hidden = listing.stage == Stage.UNPUBLISHED
    return Possible(
        submit=draft,
        discard=draft and access.can_discard(user, listing),
        withdraw=access.can_withdraw(user, listing),
        appeal=hidden and access.can_appeal(user, listing),
        take_away=own and listing.stage == Stage.PUBLISHED,
        confirm=own and listing.was_assured,
        edit=draft or (own and listing.was_assured),
        divide=own and listing.stage in (Stage.ASSURED, Stage.PUBLISHED),
        close=own and listing.stage == Stage.PUBLISHED,
    )


def what_became_of(proposal: Any, listing: Listing) -> str:
    """What happened to an edit, in words: public now, or waiting, and for whom."""
    changes = list(proposal.changes.all())
    done = sum(1 for c in changes if c.verdict == Verdict.ACCEPTED)
    waits = sum(1 for c in changes if c.verdict == Verdict.PENDING)
    said = []
    if done:
        where = "public now" if queries.may_be_public(listing) else "on the record now"
        said.append(f"Saved: {_counted(done)} {where}.")
    if waits:
        public = " Until then people see what was there before."
        said.append(
            f"Sent in: {_counted(waits)} waiting for {waits_for(listing)} to decide."
            + (public if queries.may_be_public(listing) else "")
        )
    return " ".join(said)


def _counted(number: int) -> str:
    return "1 change is" if number == 1 else f"{number} changes are"
