"""What happened in one village: its shapes and its chance become dated events. Pure.

Every instant is another one, so that the order in which things happened is plain.
"""

import datetime as dt
import random
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from common.clock import LONDON
from config.demo import events as e
from config.demo import papers
from config.demo.shapes import Body, Service, Town, key_id
from config.seeding.catalogue import EDITORS
from config.seeding.generator import Block
from directory.freshness import due_on
from workflow.choices import Evidence, Hidden, Level, Method, RejectReason, Verdict

CYCLE = 84
"""Days between two checks."""

LONG_STANDING = ("checked", "lapsed", "closed")
"""The histories of what has been assured long ago."""

FOUNDED_DAYS_AGO = 480
PERIOD_MONTHS = 3
LAPSES_AFTER = dt.timedelta(days=28)
"""The two are those of a policy that nobody has changed."""


def of(block: Block, today: dt.date, terms: Mapping[str, str]) -> list[e.Event]:
    """Everything that happened in a village, oldest first."""
    events = list(_Life(block, today, terms).all())
    return sorted(events, key=lambda event: event.at)


def moment(today: dt.date, days_ago: int, hour: int, minute: int = 0) -> dt.datetime:
    """An instant in London, so many days before today."""
    day = today - dt.timedelta(days=days_ago)
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=LONDON)


class _Life:
    def __init__(self, block: Block, today: dt.date, terms: Mapping[str, str]) -> None:
        self.town: Town = block.town
        self.chance: random.Random = block.chance
        self.today = today
        self.terms = terms
        self.places = {place.key: place for place in self.town.places}
        self.number = 0
        """Of the service that is being told; its minute in every hour."""

    def all(self) -> Iterator[e.Event]:
        began = FOUNDED_DAYS_AGO - 20 - self.chance.randrange(180)
        for body in self.town.bodies:
            assured = self._when_first_assured(body, began)
            editor = yield from self._editor(body, assured)
            for service in body.services:
                yield from self._service(body, service, began, editor)
                self.number += 1
                began -= 7

    def _at(self, days_ago: int, hour: int) -> dt.datetime:
        return moment(self.today, days_ago, hour, self.number)

    # --- the people of a body ---------------------------------------------------------

    def _when_first_assured(self, body: Body, began: int) -> int | None:
        """How many days ago the body came into the directory for good, if it did."""
        for index, service in enumerate(body.services):
            if service.history in LONG_STANDING:
                return began - 7 * index - 5
        return None

    def _editor(self, body: Body, assured: int | None) -> Generator[e.Event, None, str]:
        """Who keeps its listings, from the week after; ``""`` for nobody."""
        if assured is None or body.level == Level.PROXY:
            return ""
        about = papers.organization_id(self.town, body)
        person = key_id("editor", about)
        email = f"keeper.{about[:13]}@{self.town.slug}.example"
        yield e.Joined(
            at=self._at(assured - 1, 9), person=person, email=email,
            name=self.chance.choice(EDITORS),
        )  # fmt: skip
        yield e.LevelSet(
            at=self._at(assured - 1, 10), organization_id=about, by="lead",
            level=Level(body.level), reason="Agreed with them when we met.",
        )  # fmt: skip
        yield e.Appointed(
            at=self._at(assured - 1, 11), organization_id=about, person=person
        )
        return person

    # --- one service ------------------------------------------------------------------

    def _service(
        self, body: Body, service: Service, began: int, editor: str
    ) -> Iterator[e.Event]:
        payload = papers.service(self.town, body, service, self.terms)
        carried = service.history == "carried"
        if service.history not in LONG_STANDING:
            began = min(began, 3 + service.days_ago % 40)
        yield e.Drafted(
            at=self._at(began, 9), service=payload,
            organization=papers.organization(self.town, body),
            locations=tuple(
                papers.location(self.town, self.places[key]) for key in service.at
            ),
            by="" if carried else "worker", partner="" if carried else "health",
        )  # fmt: skip
        if service.history == "draft":
            return
        yield e.Submitted(
            at=self._at(began, 10), service_id=payload["id"],
            evidence=Evidence.SOURCE if carried else Evidence.VISITED,
        )  # fmt: skip
        if service.history in LONG_STANDING:
            yield from self._checked(body, service, payload["id"], began - 5, editor)
        else:
            yield from self._ended(service, payload["id"], began - 2)

    def _ended(
        self, service: Service, service_id: str, days_ago: int
    ) -> Iterator[e.Event]:
        """What became of one that was never assured."""
        about: Any = {"at": self._at(days_ago, 12), "service_id": service_id}
        if service.history == "returned":
            yield e.Returned(
                **about, by="assurer", reason="Please say how people join."
            )
        elif service.history == "declined":
            yield e.Declined(
                **about, by="assurer", because=Hidden.OUT_OF_SCOPE,
                reason="It is a single event; this directory lists what goes on.",
            )  # fmt: skip
        elif service.history == "carried":
            yield e.CarriedOver(
                **about, by="lead", until=self.today + dt.timedelta(days=45),
                reason="Taken over from the old directory.",
            )  # fmt: skip

    def _checked(
        self, body: Body, service: Service, service_id: str, assured: int, editor: str
    ) -> Iterator[e.Event]:
        """Assured, then checked in every quarter until the last time."""
        yield e.Assured(
            at=self._at(assured, 11), service_id=service_id, by="assurer",
            note="Went through the record with them.",
        )  # fmt: skip
        if service.critical:
            yield e.MarkedCritical(
                at=self._at(assured, 12), service_id=service_id, by="lead",
                reason="People in danger rely on it.",
            )  # fmt: skip
        lapsed = service.history == "lapsed"
        last = 125 + service.days_ago % 40 if lapsed else service.days_ago
        own = bool(editor) and body.level == Level.TRUSTED
        for days_ago in range(last, assured - 30, CYCLE):
            nth = (days_ago - last) // CYCLE
            yield e.Checked(
                at=self._at(days_ago, 14), service_id=service_id,
                by=editor if own else ("assurer", "second")[nth % 2],
                method=Method.OWN if own else (Method.EMAIL, Method.CALL)[nth % 2],
            )  # fmt: skip
        if lapsed:
            yield from self._lapsed(service, service_id, last)
        elif service.history == "closed":
            yield e.TakenAway(
                at=self._at(max(last - 2, 1), 16), service_id=service_id, by="assurer",
                because=Hidden.CLOSED, reason="The volunteers have stopped for now.",
            )  # fmt: skip
        else:
            yield from self._said(service, service_id, editor)

    def _lapsed(
        self, service: Service, service_id: str, last: int
    ) -> Iterator[e.Event]:
        checked = self.today - dt.timedelta(days=last)
        lapsed = due_on(checked, PERIOD_MONTHS) + LAPSES_AFTER
        if not service.critical and lapsed <= self.today:
            at = dt.datetime.combine(lapsed, dt.time(4, self.number), tzinfo=LONDON)
            yield e.Lapsed(at=at, service_id=service_id)

    # --- what people say --------------------------------------------------------------

    def _said(
        self, service: Service, service_id: str, editor: str
    ) -> Iterator[e.Event]:
        """Suggestions, reports and confirmations about one that is public."""
        chance = self.chance
        if editor and chance.random() < 0.4:
            yield e.SaidStillRight(
                at=self._at(chance.randint(1, 30), 17), service_id=service_id, by=editor
            )
        elif chance.random() < 0.1:
            yield e.SaidStillRight(
                at=self._at(chance.randint(1, 60), 17), service_id=service_id,
                by="contributor", words="I was there this week.",
            )  # fmt: skip
        if chance.random() < 0.16:
            yield from self._suggested(service, service_id, editor)
        if chance.random() < 0.05:
            yield from self._reported(service_id)

    def _suggested(
        self, service: Service, service_id: str, editor: str
    ) -> Iterator[e.Event]:
        """Somebody suggests another value; most are settled within three days."""
        chance = self.chance
        edits: dict[str, dict[str, Any]] = {service_id: self._edit(service)}
        if service.at and self.number == 0 and chance.random() < 0.3:
            hall = papers.place_id(self.town, service.at[0])
            edits[hall] = {"transportation": "The bus stops at the church now."}
        by = editor if editor and chance.random() < 0.5 else "contributor"
        settled = chance.random() < 0.8
        days_ago = chance.randint(5, 60) if settled else chance.randint(1, 4)
        key = f"{service_id}/suggested"
        yield e.Suggested(
            at=self._at(days_ago, 13), service_id=service_id, by=by, key=key,
            evidence=Evidence.RUN_IT if by == editor else Evidence.VISITED,
            words="It has changed since the summer.", edits=edits,
        )  # fmt: skip
        if settled:
            yield e.Settled(
                at=self._at(days_ago - chance.randint(1, 3), 15), key=key, by="second",
                rulings=self._rulings(edits[service_id]),
            )  # fmt: skip

    def _edit(self, service: Service) -> dict[str, Any]:
        chance = self.chance
        return chance.choice(
            (
                {"alert": "Closed in the last week of August."},
                {"description": f"{service.description} Dogs are welcome."},
                {"application_process": "Ring first, please."},
                {"alert": "New times from next month.", "wait_time": "Two weeks"},
                {"fees": "Free; a donation is welcome"},
            )
        )

    def _rulings(self, edit: Mapping[str, Any]) -> dict[str, e.Ruling]:
        """Accept most; reject or change a few."""
        path = next(iter(edit))
        draw = self.chance.random()
        if draw < 0.6:
            return {}
        if draw < 0.8:
            words = "We rang, and it is as it was."
            reason = RejectReason.NOT_SO
            return {path: e.Ruling(Verdict.REJECTED, reason=reason, words=words)}
        return {
            path: e.Ruling(
                Verdict.CHANGED, value=f"{edit[path]} Ask for details.",
                words="Made a little clearer.",
            )
        }  # fmt: skip

    def _reported(self, service_id: str) -> Iterator[e.Event]:
        """Somebody says that it closed, or that something is wrong."""
        chance = self.chance
        key = f"{service_id}/reported"
        days_ago = chance.randint(1, 3)
        about: Any = {
            "at": self._at(days_ago, 18), "service_id": service_id, "by": "worker",
            "evidence": Evidence.USER, "key": key,
        }  # fmt: skip
        draw = chance.random()
        if draw < 0.3:
            yield e.SaidClosed(**about, words="The notice has gone from the board.")
            return
        yield e.SaidWrong(
            **about, words="Somebody went and the door was locked.", harm=draw > 0.9
        )
        if days_ago > 1 and draw < 0.6:
            yield e.Settled(
                at=self._at(days_ago - 1, 19), key=key, by="assurer",
                answer="Thank you. We rang: the lock is mended.",
            )  # fmt: skip
