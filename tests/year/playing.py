"""Playing a year a day at a time: the jobs of a morning, then what people do.

Every morning what the jobs did is compared with what ``expected`` and its neighbours
work out from the rows that stood before; every evening what people said with the rows
that keep it; every month the lead's figures with what ``recount`` makes of the audit
trail.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts import audit
from accounts.models import AuditEvent, Message, Partnership
from common import clock
from tests.year import people, plain
from tests.year.diary import Diary
from tests.year.expected import Morning, Periods
from tests.year.expected_contracts import notices
from tests.year.expected_levels import Levels
from tests.year.expected_reports import Reports
from tests.year.recount import NOT_TOLD, compare
from tests.year.reporting import time_ends
from workflow.choices import Hidden
from workflow.figures import BY_SLUG
from workflow.models import (
    AskedListing,
    Confirmation,
    ContactPoint,
    ContractNotice,
    Escalation,
    HidingStop,
    LevelAdvice,
    Listing,
    Proposal,
)

HOUR = dt.time(10)
_END_OF_DAY = dt.time(23, 59)


@dataclass
class Year:
    """What came of it, counted: what the jobs of the mornings did, and the people."""

    days: int = 0
    diary: Diary = field(default_factory=Diary)
    jobs: Counter[str] = field(default_factory=Counter)
    from_the_trail: set[str] = field(default_factory=set)
    with_the_rows: set[str] = field(default_factory=set)
    """Figures of the lead that were counted again: of the trail, the checks and the
    versions alone, and with one thing more of the rows."""

    def __str__(self) -> str:
        parts = (("jobs", self.jobs), ("people", self.diary.did))
        return f"{self.days} days; " + "; ".join(
            f"{who}: " + ", ".join(f"{name} {counts[name]}" for name in sorted(counts))
            for who, counts in parts
        )

    @property
    def figures(self) -> str:
        """Which figures of the lead agreed, and which the trail does not tell."""
        trail, rows = self.from_the_trail, self.with_the_rows
        untold = sorted(set(BY_SLUG) - trail - rows)
        lines = [f"{len(BY_SLUG)} figures of the lead, compared each Monday."]
        for what, slugs in (
            ("the audit trail, the checks and the versions alone", trail),
            ("these, and of what kind a suggestion is and about what", rows),
        ):
            names = ", ".join(sorted(slugs))
            lines.append(f"{len(slugs)} agree with {what}: {names}")
        lines.append(f"{len(untold)} that the trail does not tell:")
        lines += [f"  {slug}: {NOT_TOLD.get(slug, 'not yet')}" for slug in untold]
        return "\n".join(lines)


def play(
    days: int, jobs: Callable[[], None], in_a_year: int, say: Callable[[str], None]
) -> Year:
    """Live so many days from tomorrow on. ``jobs`` runs what a morning runs."""
    year, first = Year(), clock.today()
    for number in range(1, days + 1):
        day = first + dt.timedelta(days=number)
        _one_day(year, day, jobs, in_a_year)
        if day.weekday() == 0 or number == days:
            _agrees_with_the_trail(year)
        if day.day == 1 or number == days:
            say(f"{day}: {year}")
    return year


def _one_day(
    year: Year, day: dt.date, jobs: Callable[[], None], in_a_year: int
) -> None:
    now = dt.datetime.combine(day, HOUR, tzinfo=clock.LONDON)
    before = [
        Expected(place, now, day) for place in Partnership.objects.order_by("slug")
    ]
    there = Rows()
    clock.move_to(now)
    jobs()
    for expected in before:
        _compare(year, expected, there)
    year.days += 1
    evening = Rows()
    people.live_a_day(year.diary, in_a_year, year.days)
    _compare_evening(year.diary, day, evening)


class Expected:
    """What is worked out again of a place before the jobs of a day run."""

    def __init__(self, place: Partnership, now: dt.datetime, day: dt.date) -> None:
        self.place, self.day = place, day
        self.morning = Morning(place, now, day)
        self.levels = Levels(self.morning)
        self.brought = Reports(self.morning).brought()
        self.notices = notices(self.morning)


class Rows:
    """Which rows there are at a moment, to tell what is new after it."""

    def __init__(self) -> None:
        newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)
        self.last_event = newest.first() or 0
        self.asked = set(AskedListing.objects.values_list("pk", flat=True))
        self.answered = set(
            AskedListing.objects.exclude(answer="").values_list("pk", flat=True)
        )
        self.notices = set(ContractNotice.objects.values_list("pk", flat=True))
        self.escalations = set(Escalation.objects.values_list("pk", flat=True))
        self.mails = set(_report_mails().values_list("pk", flat=True))
        self.stopped = set(_stopped().values_list("pk", flat=True))
        self.confirmed = set(Confirmation.objects.values_list("pk", flat=True))


def _report_mails() -> Any:
    return Message.objects.filter(kind__in=("report_deputy", "report_lead"))


def _stopped() -> Any:
    return ContactPoint.objects.filter(stopped_at__isnull=False)


# --- the jobs of a morning ------------------------------------------------------------


def _compare(year: Year, expected: Expected, there: Rows) -> None:
    place, day, morning = expected.place, expected.day, expected.morning
    rows = AskedListing.objects.exclude(pk__in=there.asked)
    asked = {
        (listing, step, how if how in ("phone", "lead") else "mail")
        for listing, step, how in rows.filter(
            listing__partnership=place
        ).values_list("listing", "step", "ask__channel")
    }  # fmt: skip
    _equal(day, "asked", asked, morning.asked())
    _equal(day, "restored", _back(place, there), morning.restored())
    hide, stops = morning.hidden()
    _equal(day, "lapsed", _gone(place, there, Hidden.LAPSED), hide)
    ended = _gone(place, there, Hidden.CARRIED_OVER_ENDED)
    _equal(day, "ended", ended, morning.ended())
    waits = HidingStop.objects.filter(partnership=place, decided_at=None).exists()
    assert waits == stops, (day, place, waits, stops)
    brought = _brought(place, there)
    _equal(day, "brought to those above", brought, expected.brought)
    told = _told(place, there)
    _equal(day, "told to managers of contracts", told, expected.notices)
    year.jobs.update(f"asked: {how}" for _, _, how in asked)
    year.jobs.update(f"reports to the {step}" for _, step, _ in brought)
    year.jobs.update(
        {
            "restored": len(morning.restored()), "lapsed": len(hide),
            "stopped": stops, "ended": len(ended), "told to managers": len(told),
        }
    )  # fmt: skip
    _compare_levels(year, expected)


def _back(place: Partnership, there: Rows) -> set[Any]:
    """What the jobs let the public see again, by the audit trail."""
    found = _events(place, there, "listing_published")
    return {event.object_id for event in found}


def _gone(place: Partnership, there: Rows, why: str) -> set[Any]:
    """What the jobs hid since, by the audit trail, for a reason."""
    found = _events(place, there, "listing_hidden")
    return {event.object_id for event in found if why in (event.after or [])}


def _events(place: Partnership, there: Rows, verb: str) -> Any:
    return AuditEvent.objects.filter(
        partnership_id=place.pk, verb=verb, pk__gt=there.last_event,
        actor_label=audit.SYSTEM,
    )  # fmt: skip


def _brought(place: Partnership, there: Rows) -> set[Any]:
    """Which reports were brought to whom: the row, and the mails to each of them."""
    mails = _report_mails().exclude(pk__in=there.mails)
    to: dict[Any, list[str]] = {}
    for about, kind, address in mails.values_list("about_id", "kind", "to"):
        to.setdefault((about, kind), []).append(address)
    new = Escalation.objects.exclude(pk__in=there.escalations)
    return {
        (about, step, tuple(sorted(to.get((about, f"report_{step}"), ()))))
        for about, step in new.filter(proposal__partnership=place).values_list(
            "proposal_id", "step"
        )
    }


def _told(place: Partnership, there: Rows) -> set[Any]:
    new = ContractNotice.objects.exclude(pk__in=there.notices)
    return set(
        new.filter(contract__partnership=place).values_list(
            "contract_id", "listing_id", "due_on", "message__to"
        )
    )


def _compare_levels(year: Year, expected: Expected) -> None:
    """The advice of the day, and every fact that it is made of."""
    place, day, levels = expected.place, expected.day, expected.levels
    rows = LevelAdvice.objects.filter(partnership=place)
    found = {row.organization_id: (row.advice, row.facts) for row in rows}
    services = {body: facts["services"] for body, (_, facts) in found.items()}
    after = Listing.objects.filter(partnership=place, stage="published")
    now = Counter(after.values_list("organization_id", flat=True))
    before = levels.running()
    for body, number in services.items():
        assert number in (before[body], now[body]), (day, place, body, number)
    wanted = levels.advised(services)
    differ = {
        body: (found.get(body), wanted.get(body))
        for body in {*found, *wanted}
        if found.get(body) != wanted.get(body)
    }
    assert differ == {}, (day, place)
    year.jobs.update(f"advised: {advice}" for advice, _ in found.values() if advice)
    year.jobs["levels weighed"] += len(found)


# --- the evening ----------------------------------------------------------------------


def _compare_evening(diary: Diary, day: dt.date, there: Rows) -> None:
    """What people have said and done that day is what the rows say."""
    new = AskedListing.objects.exclude(answer="").exclude(pk__in=there.answered)
    answered = Counter(new.values_list("listing_id", "answer", "answered_how"))
    _equal(day, "answered", _numbered(answered), _numbered(diary.answers))
    said = Confirmation.objects.exclude(pk__in=there.confirmed)
    confirmed = set(said.values_list("listing_id", flat=True))
    same = {pk for pk, answer, _ in diary.answers if answer == "same"}
    assert same <= confirmed, (day, same - confirmed)
    for row in Listing.objects.filter(pk__in=confirmed).values_list(
        "title", "confirmed_on"
    ):
        assert row[1] == day, (day, row)
    stopped = dict(
        _stopped().exclude(pk__in=there.stopped).values_list("pk", "stopped_because")
    )
    assert stopped == diary.stopped, day
    back = AuditEvent.objects.filter(
        verb="listing_published", pk__gt=there.last_event
    ).values_list("object_id", flat=True)
    _equal(day, "back by a check", set(back), diary.back)
    _compare_checks(diary, day)
    _compare_clocks(day)


def _numbered(answers: Counter[tuple[Any, str, str]]) -> set[tuple[Any, ...]]:
    return {(*answer, number) for answer, number in answers.items()}


def _compare_checks(diary: Diary, day: dt.date) -> None:
    """What was checked is due again after the period of its policy, nothing else has
    the date of a check of that day."""
    today = Listing.objects.filter(assured_on=day)
    _equal(day, "checked", set(today.values_list("pk", flat=True)), diary.checked)
    for listing in today.select_related("partnership__policy"):
        periods = Periods(listing.partnership.policy)
        due = plain.months_later(day, periods.of_listing(listing))
        assert listing.due_on == due, (day, listing, listing.due_on, due)


def _compare_clocks(day: dt.date) -> None:
    """The time of a report that was made that day, and of which nobody waits for the
    provider, ends when the policy says."""
    begins = dt.datetime.combine(day, dt.time(), tzinfo=clock.LONDON)
    for proposal in Proposal.objects.filter(
        kind__in=("report", "closure"), created_at__gte=begins, pauses=None
    ).select_related("partnership__policy"):
        ends = time_ends(proposal.partnership.policy, proposal, day)
        assert proposal.answer_by == ends, (day, proposal, proposal.answer_by, ends)


def _agrees_with_the_trail(year: Year) -> None:
    """The lead's figures are those that the audit trail tells."""
    # As of the end of the day: figures reach back to the same hour of an earlier day,
    # at which somebody may be in the middle of an act whose rows have several moments.
    ends = dt.datetime.combine(clock.today(), _END_OF_DAY, tzinfo=clock.LONDON)
    differ = {}
    for place in Partnership.objects.order_by("slug"):
        found = compare(place, ends)
        year.from_the_trail |= found.from_the_trail
        year.with_the_rows |= found.with_the_rows
        differ[place.slug] = found.differ
    assert not any(differ.values()), (clock.today(), differ)


def _equal(day: dt.date, what: str, there: set[Any], wanted: set[Any]) -> None:
    if there == wanted:
        return
    names = dict(Listing.objects.values_list("pk", "title"))

    def said(rows: set[Any]) -> list[str]:
        return sorted(
            str((names.get(row), row) if not isinstance(row, tuple)
                else (names.get(row[0]), *row[1:]))
            for row in rows
        )  # fmt: skip

    raise AssertionError(
        f"{day}, {what}: too many {said(there - wanted)}, "
        f"missing {said(wanted - there)}"
    )
