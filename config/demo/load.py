"""Making the demo places, with a history that explains them.

Deterministic for a given day: ids follow from names, dates from ``today``. What the
places hold are shapes, what happened there are events, each at its own instant, so that
the audit trail reads as a year of work would. The bulk writer makes the rows that the
actions would leave (``tests/config/test_seeding.py``); stories that only one service
has are told through the actions themselves.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from django.contrib.auth.hashers import make_password

from accounts.demo import PASSWORD
from common import clock
from config.demo import histories, stories, waiting
from config.demo.acting import Actor
from config.demo.border import share
from config.demo.events import Event
from config.demo.founding import Standing, found
from config.demo.grown import HARTMOOR_GROWN, WEXCOMBE_GROWN
from config.demo.hartmoor import HARTMOOR
from config.demo.shapes import Town
from config.demo.wexcombe import WEXCOMBE
from config.seeding.place import write_block
from directory import locating
from workflow.actions.areas import write_areas
from workflow.importing.outlines import read_areas
from workflow.models import Listing

FOUNDED_DAYS_AGO = 400


GROWN = (WEXCOMBE_GROWN, HARTMOOR_GROWN)
"""Both places with everything in them."""

SMALL = (WEXCOMBE, HARTMOOR)
"""Both with thirty services each, the ones that the README tells of among them."""


def load(
    today: dt.date, say: Callable[[str], None], towns: tuple[Town, Town] = GROWN
) -> None:
    """Make both places as they stand on ``today``. Nothing may be there yet."""
    password = make_password(PASSWORD)
    sides = []
    for town in towns:
        with clock.at(histories.moment(today, FOUNDED_DAYS_AGO, 8)):
            standing = found(town, password)
            _put_on_the_map(standing)
        write_block(standing, events_of(town, today, standing.terms), clock.now())
        if town is WEXCOMBE_GROWN:
            stories.tell(Actor(standing), today)
        locating.write_postcodes(_postcodes(town))
        sides.append((standing.place, standing.people["lead"]))
        services = Listing.objects.filter(partnership=standing.place).count()
        say(f"{town.name}: {services} services")
    share(today, *sides)


def _put_on_the_map(standing: Standing) -> None:
    if standing.town.outlines:
        file = Path(__file__).with_name(standing.town.outlines)
        write_areas(standing.place, read_areas(file.read_bytes()), by="demo")


def events_of(town: Town, today: dt.date, terms: Mapping[str, str]) -> Iterator[Event]:
    """Everything that has happened in a town since it was founded."""
    yield from histories.of(town, today, terms)
    if town.slug == WEXCOMBE.slug:
        yield from waiting.of(town, today)


def _postcodes(town: Town) -> Iterator[locating.Row]:
    """Where the town's invented postcodes are, as if they were in the real list."""
    for place in town.places:
        if place.point and place.postcode:
            yield (place.postcode.replace(" ", ""), *place.point, "")
