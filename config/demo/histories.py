"""How each service got where it is: shapes become dated events. Pure.

``Service.history`` names one of the ways below; a new way is a new name here.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from common.clock import LONDON
from config.demo import papers
from config.demo.events import (
    Appointed,
    Assured,
    CarriedOver,
    Checked,
    Declined,
    Drafted,
    Event,
    Lapsed,
    LevelSet,
    MarkedCritical,
    OneBody,
    Returned,
    Submitted,
    TakenAway,
)
from config.demo.shapes import Body, Service, Town
from workflow.choices import Evidence, Hidden, Level, Method

CYCLE = 90
"""Days between two checks in the made-up past; records older than this have been
checked before."""

LAPSES_AFTER = 121
"""Days after a check, at three months and 28 days: by then it has lapsed for sure."""

ASSURED = ("checked", "closed", "lapsed")
"""The histories in which it was assured a year ago, and checked ever since."""

HANDED_OVER = 200
"""Days since others than the council check a part of the services."""


def of(town: Town, today: dt.date, terms: Mapping[str, str]) -> Iterator[Event]:
    """Everything that happened to a town's records, in the order it is to be made."""
    order = [(body, service) for body in town.bodies for service in body.services]
    for body, service in order:
        yield from brought(town, body, service, today, terms)
    yield from _appointments(town, today)
    for _, service in sorted(order, key=lambda pair: -pair[1].days_ago):
        if service.history in ASSURED:
            yield from _checks(town, service, today)
    for _, service in order:
        yield from _ending(town, service, today)


def moment(today: dt.date, days_ago: int, hour: int) -> dt.datetime:
    """The instant of an hour in London, so many days before today."""
    day = today - dt.timedelta(days=days_ago)
    return dt.datetime.combine(day, dt.time(hour), tzinfo=LONDON)


def _began(service: Service) -> int:
    if service.history in ("new", "returned", "draft", "carried", "assured"):
        return service.days_ago
    return 13 if service.history == "declined" else 390


def brought(
    town: Town, body: Body, service: Service, today: dt.date, terms: Mapping[str, str]
) -> Iterator[Event]:
    """A worker or the old directory brings it; most are assured the week after."""
    places = {place.key: place for place in town.places}
    payload = papers.service(town, body, service, terms)
    carried = service.history == "carried"
    began = moment(today, _began(service), 9)
    yield Drafted(
        at=began, service=payload, organization=papers.organization(town, body),
        locations=tuple(papers.location(town, places[key]) for key in service.at),
        by="" if carried else "worker", partner="" if carried else "health",
    )  # fmt: skip
    if service.history == "draft":
        return
    evidence = Evidence.SOURCE if carried else Evidence.VISITED
    yield Submitted(at=began, service_id=payload["id"], evidence=evidence)
    if service.history not in ASSURED:
        return
    assured = moment(today, 385, 11)
    yield Assured(
        at=assured, service_id=payload["id"], by="assurer",
        note="Went through the record with them.",
        override="" if service.description[20:] else "It says enough.",
    )  # fmt: skip
    if service.critical:
        yield MarkedCritical(
            at=assured, service_id=payload["id"], by="lead",
            reason="People in danger rely on it.",
        )  # fmt: skip


def _appointments(town: Town, today: dt.date) -> Iterator[Event]:
    """Levels, editors, and which organizations are partners as well."""
    at = moment(today, 300, 8)
    partners = town.partner_keys
    for body in town.bodies:
        if not any(service.history in ASSURED for service in body.services):
            continue
        about: Any = {
            "at": at, "organization_id": papers.organization_id(town, body),
        }  # fmt: skip
        if body.level != Level.PROXY:
            yield LevelSet(
                **about, by="lead", level=Level(body.level),
                reason="Agreed at the partnership’s first meeting.",
            )  # fmt: skip
        if body.keeper:
            yield Appointed(**about, person=body.keeper)
        if body.name in partners:
            yield OneBody(**about, partner=partners[body.name])


def _checks(town: Town, service: Service, today: dt.date) -> Iterator[Event]:
    """The checks of the past year, the last of them ``days_ago``."""
    for number in range(2, -1, -1):
        ago = service.days_ago + number * CYCLE
        theirs = service.checked_by if ago < HANDED_OVER else ""
        yield Checked(
            at=moment(today, ago, 14),
            service_id=papers.service_id(town, service.name),
            by=theirs or ("second" if number % 2 else "assurer"),
            method=Method.CALL if number else Method.EMAIL,
        )


def _ending(town: Town, service: Service, today: dt.date) -> Iterator[Event]:
    """How those ended up that are not simply checked."""
    about: Any = {
        "at": moment(today, max(service.days_ago - 2, 1), 10),
        "service_id": papers.service_id(town, service.name),
    }
    assurer: Any = {**about, "by": "assurer"}
    if service.history == "returned":
        yield Returned(
            **assurer, reason="Please say how people join: is there a link?"
        )  # fmt: skip
    elif service.history == "declined":
        yield Declined(
            **assurer, because=Hidden.OUT_OF_SCOPE,
            reason="It is a single event; this directory lists services that go on.",
        )  # fmt: skip
    elif service.history == "closed":
        yield TakenAway(
            **assurer, because=Hidden.CLOSED,
            reason="The volunteers have stopped for now.",
        )  # fmt: skip
    elif service.history == "lapsed":
        lapsed_ago = service.days_ago - LAPSES_AFTER
        yield Lapsed(**{**about, "at": moment(today, lapsed_ago, 4)})
    elif service.history == "carried":
        yield CarriedOver(
            **about, by="lead", until=today + dt.timedelta(days=45),
            reason="Taken over from the old directory.",
        )  # fmt: skip
