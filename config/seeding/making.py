"""Villages made into the text of their rows, some at a time.

Nothing is read from the database, where a place that was just founded cannot be seen by
everybody yet; only the next numbers of sequences, which belong to no transaction, are
taken from it. So any process can do it (``processes.py``).
"""

import datetime as dt
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from common import clock
from config.demo.founding import Standing
from config.demo.shapes import Town
from config.seeding import generator, lives
from config.seeding.books import Books
from config.seeding.clerk import Clerk
from config.seeding.copying import Batch, Numbers, Written
from config.seeding.shelves import close
from config.seeding.staff import Staff
from directory import locating
from directory.models import TaxonomyTerm
from publishing.models import Endpoint

VILLAGES_IN_A_PART = 25
"""About 250 services: large enough for COPY to pay, small enough to hold."""


@dataclass(frozen=True)
class Made:
    """Some villages: how many services, their rows, where their postcodes are."""

    services: int
    tables: list[Written]
    postcodes: dict[str, locating.Row]


@dataclass
class Maker:
    """Makes the villages of one founded place."""

    standing: Standing
    endpoint: Endpoint
    terms: Mapping[str, TaxonomyTerm]
    services: int
    seed: int
    now: dt.datetime
    villages_in_a_part: int = VILLAGES_IN_A_PART
    staff: Staff = field(init=False)
    numbers: Numbers = field(init=False, default_factory=Numbers)

    def __post_init__(self) -> None:
        self.staff = Staff(self.standing)

    @property
    def parts(self) -> int:
        """How many times some villages make the whole place."""
        return math.ceil(generator.villages(self.services) / self.villages_in_a_part)

    def make(self, part: int) -> Made:
        """The villages of one part; it does not depend on the others."""
        first = part * self.villages_in_a_part
        villages = generator.villages(self.services)
        after = min(first + self.villages_in_a_part, villages)
        batch, done = Batch(), 0
        postcodes: dict[str, locating.Row] = {}
        for number in range(first, after):
            town = self.standing.town
            block = generator.block(town, self.services, self.seed, number)
            keys = random.Random(f"{town.slug}/{self.seed}/{number}")  # noqa: S311
            books = Books(self.standing, self.staff, batch, keys)
            clerk = Clerk(books)
            day = clock.london_day(self.now)
            clerk.perform(lives.of(block, day, self.standing.terms))
            close(books, self.endpoint, self.terms, self.numbers, self.now)
            self.staff.forget_block(clerk.joined)
            postcodes |= postcodes_of(block.town)
            done += len(books.listings)
        return Made(done, batch.written(), postcodes)


def postcodes_of(town: Town) -> dict[str, locating.Row]:
    """Where the postcodes of a village are, as if they were in the real list."""
    return {
        place.postcode: (place.postcode.replace(" ", ""), *place.point, "")
        for place in town.places
        if place.point and place.postcode
    }
