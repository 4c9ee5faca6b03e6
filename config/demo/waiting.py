"""What waits in Wexcombe's queue this morning."""

import datetime as dt
from collections.abc import Iterator

from config.demo import papers
from config.demo.events import (
    Event,
    SaidClosed,
    SaidStillRight,
    SaidWrong,
    Suggested,
)
from config.demo.histories import moment
from config.demo.shapes import Town
from workflow.choices import Evidence


def of(town: Town, today: dt.date) -> Iterator[Event]:
    """What people have said in the last days, undecided."""

    def service(name: str) -> str:
        return papers.service_id(town, name)

    coffee, pantry = (
        service("Tuesday coffee morning"),
        service("Pantry at St Aldhelm’s"),
    )
    fridge, hall = service("Community fridge"), papers.place_id(town, "church")
    yield Suggested(
        at=moment(today, 6, 15), service_id=coffee, by="contributor",
        words="I took somebody there last week.",
        edits={coffee: {"alert": "No session on 29 December"}},
    )  # fmt: skip
    yield Suggested(
        at=moment(today, 4, 12), service_id=pantry, by="contributor",
        words="The ramp has moved to the front.",
        edits={hall: {"transportation": "Bus 12 stops at the lychgate."}},
    )  # fmt: skip
    yield SaidClosed(
        at=moment(today, 3, 9), service_id=service("Health walks"), by="contributor",
        evidence=Evidence.RANG,
        words="Nobody answers and the notice has gone from the board.",
    )  # fmt: skip
    yield SaidWrong(
        at=moment(today, 2, 16), service_id=service("Falls clinic"), by="worker",
        evidence=Evidence.USER, words="A patient says the room has moved.",
    )  # fmt: skip
    yield Suggested(
        at=moment(today, 1, 11), service_id=fridge, by="provider",
        evidence=Evidence.RUN_IT, words="New hours from this month.",
        edits={fridge: {"fees": "Free; tins are welcome"}},
    )  # fmt: skip
    yield SaidStillRight(
        at=moment(today, 1, 12), by="provider",
        service_id=service("Food parcels to your door"),
    )  # fmt: skip
