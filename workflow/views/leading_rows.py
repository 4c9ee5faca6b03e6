"""What a figure counted, as a table: listings, suggestions, decisions or checks."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from common import clock
from directory.freshness import age_in_words, full_date
from workflow import (
    access,
    bodies,
    figures,
    hours,
    leaders,
    seeing,
    standing,
    teams,
    worklist,
)
from workflow.choices import (
    Answer,
    Answered,
    Channel,
    EffortKind,
    Grade,
    Method,
    ProposalKind,
    ProposalState,
    Stage,
)
from workflow.models import (
    AskedListing,
    Assurance,
    Decision,
    Effort,
    Listing,
    Policy,
    Proposal,
    Remit,
)
from workflow.views.deciding_cards import how_long

Cell = dict[str, Any]
SECOND = dt.timedelta(seconds=1)
HIDDEN = "Not shown"
UNNAMED = "A record that only those who keep it see"
BY_SOMEBODY = (Decision, Assurance)
"""What a list says who did it of: by name to their own team."""


@dataclass(frozen=True)
class Shown:
    """What the rows of one page need to know, asked once for all of them."""

    names: dict[str, str]
    readable: set[Any]
    records: set[Any]
    policy: Policy
    today: dt.date
    team: set[Any]

    def service(self, listing: Listing | None, title: str) -> Cell:
        """The service with a link; what the person may not read has no name here."""
        if listing is None:
            return {"text": title}
        if listing.pk not in self.readable:
            return {"text": UNNAMED}
        url = reverse("workflow:record", args=[listing.pk])
        return {"text": title, "url": url}

    def about(self, proposal: Proposal) -> Cell:
        """What a suggestion is about: a service, or an organization or place by
        itself."""
        record = proposal.record
        if record is None:
            listing = proposal.listing
            return self.service(listing, listing.title if listing else proposal.title)
        if record.pk not in self.records:
            return {"text": UNNAMED}
        url = reverse(f"workflow:{record.kind}", args=[record.pk])
        return {"text": record.label, "url": url}

    def run_by(self, listing: Listing | None) -> Cell:
        """The organization that runs it."""
        if listing is None or listing.pk not in self.readable:
            return {"text": HIDDEN}
        name = self.names.get(str(listing.organization_id), "")
        return {"text": name or "Not known"}


def _remit(listing: Listing | None) -> Cell:
    remit = listing.remit if listing else None
    return {"text": remit.name if remit else "Nobody’s"}


def _day(day: dt.date | None, today: dt.date, nothing: str = "Never") -> Cell:
    if day is None:
        return {"text": nothing}
    return {"text": f"{full_date(day)}, {age_in_words(day, today)}"}


def _standing(listing: Listing, shown: Shown) -> Cell:
    if listing.stage == Stage.PUBLISHED:
        return {"grade": figures.grade_of(listing, shown.policy, shown.today)}
    return {"stage": listing.stage, "reasons": standing.reasons(listing)}


def _due(listing: Listing, today: dt.date) -> Cell:
    if listing.due_on is None and listing.carried_over_until:
        return {"text": f"Public until {full_date(listing.carried_over_until)}"}
    return _day(listing.due_on, today, "Not yet")


def _listing_row(listing: Listing, shown: Shown) -> list[Cell]:
    return [
        shown.service(listing, listing.title),
        shown.run_by(listing),
        _remit(listing),
        _standing(listing, shown),
        _day(listing.assured_on, shown.today),
        _due(listing, shown.today),
    ]


def _proposal_row(proposal: Proposal, shown: Shown) -> list[Cell]:
    listing = proposal.listing
    return [
        shown.about(proposal),
        {"text": ProposalKind(proposal.kind).label},
        shown.run_by(listing),
        _remit(listing),
        _day(clock.london_day(proposal.created_at), shown.today),
        {"text": _answer_by(proposal)},
    ]


def _answer_by(proposal: Proposal) -> str:
    """Until when it is to be answered, or since when it is."""
    if proposal.decided_at:
        what = ProposalState(proposal.state).label
        return f"{what} on {full_date(clock.london_day(proposal.decided_at))}"
    until = proposal.answer_by
    return _by_the_end_of(until) if until else "No clock"


def _by_the_end_of(until: dt.datetime) -> str:
    """When the clock of a report runs out: always the end of a day."""
    return f"By the end of {full_date(clock.london_day(until - SECOND))}"


def _decision_row(decision: Decision, shown: Shown) -> list[Cell]:
    listing = decision.proposal.listing
    by, body = decision.decided_by, decision.body_label
    who = teams.named(by, body, shown.team) if by else f"{decision.rule}, {body}"
    return [
        shown.about(decision.proposal),
        shown.run_by(listing),
        _remit(listing),
        {"text": who},
        _day(clock.london_day(decision.decided_at), shown.today),
    ]


def _check_row(check: Assurance, shown: Shown) -> list[Cell]:
    return [
        shown.service(check.listing, check.listing.title),
        shown.run_by(check.listing),
        _remit(check.listing),
        {"text": teams.named(check.assured_by, check.body_label, shown.team)},
        {"text": Method(check.method).label},
        _day(check.assured_on, shown.today),
    ]


def _asked_row(asked: AskedListing, shown: Shown) -> list[Cell]:
    answered = asked.answered_at
    how = Answered(asked.answered_how).label if asked.answered_how else ""
    day = _day(clock.london_day(answered), shown.today)["text"] if answered else ""
    return [
        shown.service(asked.listing, asked.listing.title),
        shown.run_by(asked.listing),
        _remit(asked.listing),
        _day(asked.ask.asked_on, shown.today),
        {"text": Channel(asked.ask.channel).label},
        {"text": Answer(asked.answer).label if asked.answer else "No answer yet"},
        {"text": f"{how}, {day}" if day else "Not answered"},
    ]


def _effort_row(effort: Effort, shown: Shown) -> list[Cell]:
    listing = effort.listing
    name = listing.title if listing else "An organisation, or a place by itself"
    return [
        shown.service(listing, name),
        {"text": EffortKind(effort.kind).label},
        {"text": effort.partner.name if effort.partner else ""},
        {"text": f"{effort.minutes:,}{', stated' if effort.stated else ', reckoned'}"},
        _day(effort.done_on, shown.today),
    ]


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is listed; ``path`` leads from it to its listing."""

    columns: tuple[str, ...]
    row: Callable[[Any, Shown], list[Cell]]
    path: str
    with_rows: tuple[str, ...]


KINDS: dict[type, Kind] = {
    Listing: Kind(
        ("Service", "Run by", "Area of work", "How it stands", "Checked", "Due"),
        _listing_row, "", ("remit",),
    ),
    Proposal: Kind(
        ("Service", "What", "Run by", "Area of work", "Sent in", "Answer by"),
        _proposal_row, "listing", ("listing__remit", "record"),
    ),
    Decision: Kind(
        ("Service", "Run by", "Area of work", "Decided by", "Decided"),
        _decision_row, "proposal.listing",
        ("proposal__listing__remit", "proposal__record", "decided_by"),
    ),
    Assurance: Kind(
        ("Service", "Run by", "Area of work", "Checked by", "How", "Checked"),
        _check_row, "listing", ("listing__remit", "assured_by"),
    ),
    AskedListing: Kind(
        ("Service", "Run by", "Area of work", "Asked", "How", "Answer", "Answered"),
        _asked_row, "listing", ("listing__remit", "ask"),
    ),
    Effort: Kind(
        ("Service", "Work", "Partner", "Minutes", "Done"),
        _effort_row, "listing", ("listing", "partner"),
    ),
}  # fmt: skip


def with_rows(found: QuerySet[Any]) -> QuerySet[Any]:
    """What a figure counted, with all that its table shows, in a fixed order."""
    return found.select_related(*KINDS[found.model].with_rows)


def columns(model: type) -> list[dict[str, Any]]:
    """The columns of the table for this kind of thing."""
    return [{"label": label} for label in KINDS[model].columns]


def rows(
    model: type, found: Iterable[Any], user: User, policy: Policy
) -> list[list[Cell]]:
    """The rows of the table: at most five queries, however many there are."""
    kind, several = KINDS[model], list(found)
    shown = _shown(
        [_listing_of(one, kind.path) for one in several], user, policy,
        [_record_of(one) for one in several],
        teams.team_of(user) if model in BY_SOMEBODY else set(),
    )  # fmt: skip
    return [kind.row(one, shown) for one in several]


def _listing_of(one: Any, path: str) -> Listing | None:
    for step in path.split(".") if path else ():
        one = getattr(one, step)
    listing: Listing | None = one
    return listing


def _record_of(one: Any) -> Any:
    """The id of the organization or place that a suggestion or decision is about."""
    proposal = one.proposal if isinstance(one, Decision) else one
    return proposal.record_id if isinstance(proposal, Proposal) else None


def _shown(
    listings: Sequence[Listing | None],
    user: User,
    policy: Policy,
    records: Sequence[Any] = (),
    team: Collection[Any] = (),
) -> Shown:
    several = [listing for listing in listings if listing]
    ids = [listing.pk for listing in several]
    names = worklist.organization_names([x.organization_id for x in several])
    hidden = seeing.hidden_from(user, names)
    return Shown(
        {key: HIDDEN if key in hidden else name for key, name in names.items()},
        set(access.read_by(user).filter(pk__in=ids).values_list("pk", flat=True)),
        _seen_records(user, [key for key in records if key]),
        policy,
        clock.today(),
        set(team),
    )


def _seen_records(user: User, ids: Sequence[Any]) -> set[Any]:
    if not ids:
        return set()
    return set(bodies.seen_by(user).filter(pk__in=ids).values_list("pk", flat=True))


LAPSED_COLUMNS = [
    {"label": label}
    for label in ("Service", "Run by", "Area of work", "Checked", "Why you decide")
]
UNOWNED_COLUMNS = [
    {"label": label} for label in ("Service", "Run by", "How it stands", "Checked")
]


def lapsed_rows(
    listings: Iterable[Listing], user: User, policy: Policy
) -> list[list[Cell]]:
    """Lapsed records that a person decides on; each leads to its own decision."""
    several = list(listings)
    shown = _shown(several, user, policy)
    made = []
    for listing in several:
        service = shown.service(listing, listing.title)
        if "url" in service:
            service["url"] = reverse("workflow:lapsed", args=[listing.pk])
        why = "It is critical" if listing.critical else "The last of its kind"
        day = _day(listing.assured_on, shown.today)
        made.append(
            [service, shown.run_by(listing), _remit(listing), day, {"text": why}]
        )
    return made


def unowned_rows(
    listings: Iterable[Listing], user: User, policy: Policy
) -> list[list[Cell]]:
    """Records in nobody's area of work; each leads to the record, to hand it over."""
    several = list(listings)
    shown = _shown(several, user, policy)
    return [
        [
            shown.service(listing, listing.title),
            shown.run_by(listing),
            _standing(listing, shown),
            _day(listing.assured_on, shown.today),
        ]
        for listing in several
    ]


REMIT_COLUMNS = [
    {"label": label, "number": bool(number)}
    for number, label in enumerate(
        ("Area of work", *(figure.label for figure in hours.OF_REMIT.values()))
    )
]  # fmt: skip


def remit_rows(remits: Iterable[Any]) -> list[list[Cell]]:
    """Areas of work (``hours.by_remit``) with what each has to do."""
    several = list(remits)
    led = leaders.of_remits(several)
    return [
        [
            {"text": f"{one.name} ({one.partner.name}, {led[one.pk].who})"},
            *(
                {
                    "text": f"{getattr(one, slug):,}",
                    "url": reverse("workflow:remit-figure", args=[one.pk, slug]),
                }
                for slug in ("public", "soon", "late", "waiting")
            ),
        ]
        for one in several
    ]


UNLED_COLUMNS = [
    {"label": label, "number": label == "Records"}
    for label in ("Area of work", "Partner", "Led by", "Records")
]


def unled_rows(remits: Iterable[Remit]) -> list[list[Cell]]:
    """Areas of work that nobody leads; each leads to where that is put right."""
    several = list(remits)
    if not several:
        return []
    led = leaders.of_remits(several)
    held, none = hours.held_by(one.pk for one in several), hours.Held()
    return [
        [
            {"text": one.name, "url": reverse("workflow:remit-leaders", args=[one.pk])},
            {"text": one.partner.name},
            {"text": led[one.pk].who},
            {"text": f"{held.get(one.pk, none).all:,}"},
        ]
        for one in several
    ]


WEEK_COLUMNS = [
    {"label": label, "number": label == "Checks"}
    for label in ("When", "Checks", "Time", "Against the pace")
]


AHEAD_COLUMNS = [
    {"label": label, "number": number}
    for label, number in (
        ("In the next", False), ("Falls due", True), ("With what is due already", True),
        (hours.CAPACITY.label, True), ("So", False),
    )
]  # fmt: skip


def ahead_row(ahead: hours.Ahead) -> list[Cell]:
    """What falls due in a time ahead, against what can be checked in it."""
    over = ahead.wanted - ahead.can
    url = reverse("workflow:figure", args=[f"due-{ahead.days}"])
    return [
        {"text": f"{ahead.days} days"},
        {"text": f"{ahead.falls_due:,}", "url": url},
        {"text": f"{ahead.wanted:,}"},
        {"text": f"{ahead.can:,}"},
        {"text": f"{over:,} too many" if over > 0 else "It can be done"},
    ]


def week_row(
    week: hours.Week, number: int, pace: int, most: int, each: int
) -> list[Cell]:
    """What falls due in one week, how long that is at so many minutes ``each``, and
    whether it is more than is done in a week."""
    url = reverse("workflow:week-figure", args=[week.number])
    against = ""
    if pace and number > pace:
        against = f"{number - pace:,} more than a week’s checks"
    elif pace:
        against = "Within a week’s checks"
    return [
        {"text": week.label},
        {"text": f"{number:,}", "url": url, "bar": number * 100 // most if most else 0},
        {"text": how_long(number * each) if number else "Nothing"},
        {"text": against or "Not known yet"},
    ]


def as_text(cell: Cell) -> str:
    """A cell in words, for a spreadsheet."""
    if "grade" in cell:
        return str(Grade(cell["grade"]).label)
    if "stage" in cell:
        words = [str(Stage(cell["stage"]).label), *cell["reasons"]]
        return ": ".join((words[0], ", ".join(words[1:]))) if words[1:] else words[0]
    return str(cell["text"])
