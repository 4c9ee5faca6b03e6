"""The phone list: whom an assurer rings today, why, and at which number.

What is to be rung about is ``asking.to_ring``; here it is put together by contact
point, so that one call is about all that waits there. What came of earlier calls says
when to try again (``next_try``).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    Case,
    Exists,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from accounts.access import Person, partners_with
from accounts.permissions import Permission
from common import clock
from directory import phones
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.payload import Payload
from workflow import asking, asking_words, effort, queries, ringing, working_days
from workflow.choices import Answer, EffortKind, Level, Stopped
from workflow.models import (
    AskedListing,
    AssuranceLevel,
    Call,
    CalledListing,
    ContactPoint,
    Policy,
)

MORNING, NOON, AFTERNOON = dt.time(9), dt.time(12), dt.time(13)
NOW, LATER, WITH_LEAD = 0, 1, 2
"""Whose turn it is to do something: the assurer's now or later, or the lead's."""
MOST_NUMBERS: Final = 4


def rings(user: Person) -> bool:
    """Whether the person has a phone list: who assures for any partner."""
    return partners_with(user, Permission.ASSURE).exists()


def next_try(policy: Policy, now: dt.datetime) -> dt.datetime:
    """When somebody who did not answer is rung again: on the next working day, in the
    other half of it."""
    local = now.astimezone(clock.LONDON)
    day = working_days.of_policy(policy).after(local.date(), 1)
    return at(day, AFTERNOON if local.time() < NOON else MORNING)


def at(day: dt.date, time: dt.time = MORNING) -> dt.datetime:
    """A time of a day in London."""
    return dt.datetime.combine(day, time, tzinfo=clock.LONDON)


# --- what waits -----------------------------------------------------------------------


def waiting(
    user: Person, now: dt.datetime, away: Iterable[Any] = ()
) -> QuerySet[AskedListing]:
    """What the person has to ring about outside the places ``away``, each with when it
    is worth trying (``try_at``, None for at once) and whose ``turn`` it is."""
    about = CalledListing.objects.filter(
        asked=OuterRef("pk"), call__taken_back_at=None
    ).order_by("-call__created_at")
    rows: QuerySet[Any] = asking.to_ring(user, now).exclude(
        ask__partnership__in=list(away)
    )
    told = Exists(about.filter(call__lead_ask__isnull=False))
    return rows.annotate(try_at=Subquery(about.values("call__next_at")[:1])).annotate(
        turn=Case(
            When(told, then=Value(WITH_LEAD)),
            When(try_at__gt=now, then=Value(LATER)),
            default=Value(NOW),
        )
    )


def contacts(user: Person, now: dt.datetime, away: Iterable[Any] = ()) -> QuerySet[Any]:
    """The contact points of that, one row each (``ask__contact``, ``turn``, ``due``,
    ``at``): those to ring now come first, and of them the longest overdue."""
    rows: QuerySet[Any] = waiting(user, now, away).order_by()
    return (
        rows.values("ask__contact")
        .annotate(whose=Max("turn"), due=Min("due_on"), at=Max("try_at"))
        .order_by("whose", "due", "ask__contact")
    )


def count(user: Person, now: dt.datetime, away: Iterable[Any] = ()) -> int:
    """How many calls there are to make now."""
    return contacts(user, now, away).filter(whose=NOW).count()


def minutes(user: Person, now: dt.datetime, away: Iterable[Any] = ()) -> int:
    """How many minutes these calls are reckoned to take, in three queries."""
    mine = contacts(user, now, away).filter(whose=NOW).values("ask__contact").order_by()
    points = list(
        ContactPoint.objects.filter(pk__in=mine).only(
            "partnership_id", "organization_id"
        )
    )
    levels, reckoned = _levels(points), _minutes(points)
    return sum(
        reckoned[point.partnership_id][EffortKind.CALL, _level(levels, point)]
        for point in points
    )


# --- a line of the list ---------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    """A number to ring: as people write it, as a link dials it (empty where none can),
    where it comes from, and since when it is known to be wrong."""

    text: str
    uri: str
    source: str
    wrong_since: dt.datetime | None = None


@dataclass(frozen=True)
class Line:
    """One call to make: whom, about which records, why, and what was tried."""

    contact: ContactPoint
    organization: str
    asked: list[Any]
    numbers: list[Number]
    why: str
    since: dt.date
    what: str
    minutes: int
    tries: list[Call]
    last: Call | None

    @property
    def turn(self) -> int:
        """Whose turn it is."""
        return max(row.turn for row in self.asked)

    @property
    def try_at(self) -> dt.datetime | None:
        """When it is worth trying, where that is said."""
        return max((row.try_at for row in self.asked if row.try_at), default=None)

    @property
    def ask_for(self) -> str:
        """Whom to ask for, in words."""
        return self.contact.role or "Whoever runs it"


def lines(
    user: Person, contact_ids: Sequence[Any], now: dt.datetime
) -> dict[Any, Line]:
    """These contact points as lines, by id. As many queries for several as for one."""
    rows: dict[Any, list[Any]] = {}
    for row in (
        waiting(user, now)
        .filter(ask__contact__in=contact_ids)
        .select_related(
            "ask__contact__partnership__policy", "listing__record__revision",
            "listing__partnership__policy", "listing__remit__partner",
        )
    ):  # fmt: skip
        rows.setdefault(row.ask.contact_id, []).append(row)
    points = [some[0].ask.contact for some in rows.values()]
    bodies = queries.records({point.organization_id for point in points})
    calls = _calls(points)
    oldest = asking_words.oldest_fields(
        [row.listing for some in rows.values() for row in some]
    )
    levels, minutes = _levels(points), _minutes(points)
    vouched = ringing.vouched_at(
        row.listing_id for some in rows.values() for row in some
    )
    out = {}
    for point in points:
        asked = rows[point.pk]
        made = calls.get(point.pk, [])
        body = bodies.get(str(point.organization_id))
        level = _level(levels, point)
        why, since = _why(point, asked[0], level)
        keys = {row.pk for row in asked}
        out[point.pk] = Line(
            contact=point,
            organization=body.label if body else "Somebody",
            asked=asked,
            numbers=numbers(
                point,
                queries.current(body) if body else {},
                asked,
                made,
                _all_vouched(asked, vouched),
            ),
            why=why,
            since=since,
            what=_what(asked, oldest),
            minutes=minutes[point.partnership_id][EffortKind.CALL, level],
            tries=[
                call
                for call in made
                if keys & {one.asked_id for one in call.about.all()}
            ],
            last=made[0] if made else None,
        )
    return out


def _calls(points: list[ContactPoint]) -> dict[Any, list[Call]]:
    """The calls to these that count, by contact point, the newest first."""
    found: dict[Any, list[Call]] = {}
    for call in (
        Call.objects.filter(contact__in=points, taken_back_at=None)
        .select_related("called_by")
        .prefetch_related("about")
        .order_by("-created_at", "-pk")
    ):
        found.setdefault(call.contact_id, []).append(call)
    return found


def _levels(points: list[ContactPoint]) -> dict[tuple[Any, Any], str]:
    rows = AssuranceLevel.objects.filter(
        partnership__in={point.partnership_id for point in points},
        organization_id__in={point.organization_id for point in points},
    )
    return {
        (place, body): level
        for place, body, level in rows.values_list(
            "partnership_id", "organization_id", "level"
        )
    }


def _level(levels: dict[tuple[Any, Any], str], point: ContactPoint) -> str:
    return levels.get((point.partnership_id, point.organization_id), Level.PROXY)


def _minutes(points: list[ContactPoint]) -> dict[Any, dict[tuple[str, str], int]]:
    places = {point.partnership_id for point in points}
    return {place: effort.of_place(place) for place in places}


def _why(point: ContactPoint, row: AskedListing, level: str) -> tuple[str, dt.date]:
    """Why somebody is rung, and since when, for the record that is longest due."""
    asked_on = row.ask.asked_on
    if row.answer == Answer.NOT_US and row.answered_at:
        said = f"{Stopped.NOT_US.label}."
        return said, clock.london_day(row.answered_at)
    if point.stopped_at:
        return f"{Stopped(point.stopped_because).label}.", clock.london_day(
            point.stopped_at
        )
    if not point.email:
        return "We know no e-mail address.", asked_on
    if level == Level.PROXY:
        return "The record is kept for them, so they are rung first.", asked_on
    return "Nobody has answered what we wrote.", asked_on


def _what(asked: list[Any], oldest: dict[Any, str]) -> str:
    """What is likeliest to be wrong, in the words of a sentence."""
    words = [label.lower() for label, _, _ in asking_words.LIKELIEST]
    entity = RECORDS[Kind.SERVICE]
    for row in asked:
        if name := oldest.get(row.listing.record_id):
            label = entity.get(name).label.lower()
            words += [] if label in words else [label]
    return f"{', '.join(words[:-1])} and {words[-1]}"


# --- numbers --------------------------------------------------------------------------


def _all_vouched(
    asked: Iterable[Any], vouched: dict[Any, dt.datetime]
) -> dt.datetime | None:
    """Since when somebody has vouched for all of these records; None where nobody has
    for one of them: the number may be that one's."""
    each = [vouched.get(row.listing_id) for row in asked]
    known = [at for at in each if at]
    return min(known) if len(known) == len(each) else None


def numbers(
    point: ContactPoint, organization: Payload, asked: Iterable[Any],
    made: list[Call], vouched: dt.datetime | None,
) -> list[Number]:  # fmt: skip
    """The numbers at which a contact point may be reached, the best first.

    ``made`` are the calls so far, newest first: what they found wrong comes last,
    unless all that is asked about was ``vouched`` for since.
    """
    written = point.phone if point.by_hand else ""
    services = [
        (row.listing.title, queries.current(row.listing.record)) for row in asked
    ]
    known: dict[str, str] = {}
    for text, source in ringing.of_records(written, services, organization):
        known.setdefault(phones.display(text), source)
    if point.phone:
        known.setdefault(phones.display(point.phone), "one of their records")
    calls = ((call.number, call.outcome, call.created_at) for call in made)
    wrong = ringing.found_wrong(calls, vouched)
    found = [
        Number(text, ringing.dialled(text), source, wrong.get(text))
        for text, source in known.items()
    ]
    return sorted(found, key=lambda one: one.wrong_since is not None)[:MOST_NUMBERS]
