"""A whole place: founded as the demo's are, its villages written in bulk or performed.

Both ways make the same rows of the same villages; ``tests/config/test_seeding.py``
compares every table. Villages share nothing, so several processes make the text of
their rows at once; one connection writes it, in one transaction.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F

from accounts.models import Message
from common import clock
from config.demo.acting import Actor
from config.demo.events import Event
from config.demo.founding import Standing, found
from config.demo.shapes import Town
from config.seeding import copying, generator, lives, making, processes
from config.seeding.books import Books
from config.seeding.clerk import Clerk
from config.seeding.copying import Batch, Numbers
from config.seeding.shelves import close
from config.seeding.staff import Staff
from directory import locating
from directory.models import TaxonomyTerm
from publishing import border, editions, tallies
from publishing.actions import consume_outbox
from publishing.models import Endpoint
from workflow import listing_counts

STAFF = (
    ("assurer", "Ansel Assurer"), ("contributor", "Cleo Contributor"),
    ("lead", "Lorna Lead"), ("reader", "Robin Reader"),
)  # fmt: skip
Progress = Callable[[int], None]
"""Told how many services have been made so far."""


@dataclass(frozen=True)
class Order:
    """What place is wanted: so many services, by this seed, as of this instant."""

    town: Town
    services: int
    seed: int
    now: dt.datetime
    password: str

    @property
    def today(self) -> dt.date:
        """The day on which the place is to look as it does."""
        return clock.london_day(self.now)


@transaction.atomic
def write(order: Order, progress: Progress, *, at_once: int = 1) -> Standing:
    """Make the place in bulk, in memory that does not grow with it; so many processes
    make its rows at once."""
    standing = _found(order)
    maker = making.Maker(
        standing, _endpoint(standing, order.now), _terms(), order.services, order.seed,
        order.now,
    )  # fmt: skip
    done = 0
    for made in processes.in_order(maker, at_once):
        copying.write(made.tables)
        locating.write_postcodes(made.postcodes.values())
        _check()
        done += made.services
        progress(done)
    # What the consumer of the outbox does when it has written.
    tallies.fold()
    listing_counts.fold()
    editions.fold()
    return standing


def perform(order: Order, progress: Progress) -> Standing:
    """Make the same place through the actions, which takes a thousand times longer."""
    with transaction.atomic():
        standing = _found(order)
    done = 0
    for block in generator.blocks(order.town, order.services, order.seed):
        actor = Actor(standing)
        actor.perform(lives.of(block, order.today, standing.terms))
        locating.write_postcodes(making.postcodes_of(block.town).values())
        done += len(actor.listings)
        progress(done)
    publish_and_send(order.now)
    return standing


def publish_and_send(now: dt.datetime) -> None:
    """Let what was done through the actions have its effects: what is public is, and
    the mails have gone in their time."""
    with clock.at(now):
        while consume_outbox().done:
            pass
    waiting = Message.objects.filter(send_after__lte=now, sent_at=None)
    waiting.update(sent_at=F("send_after"))


@transaction.atomic
def write_block(standing: Standing, events: Iterable[Event], now: dt.datetime) -> Clerk:
    """Write all that happened in a founded place, if it is small enough to hold; what
    is public of it included."""
    batch = Batch()
    clerk = Clerk(
        Books(standing, Staff(standing), batch, random.Random(standing.town.slug))  # noqa: S311
    )
    clerk.perform(events)
    close(clerk.books, _endpoint(standing, now), _terms(), Numbers(), now)
    copying.write(batch.written())
    return clerk


def _endpoint(standing: Standing, now: dt.datetime) -> Endpoint:
    with clock.at(now):
        return border.endpoint_of(standing.place)


def _terms() -> dict[str, TaxonomyTerm]:
    rows = TaxonomyTerm.objects.select_related("taxonomy")
    return {str(term.pk): term for term in rows}


def _found(order: Order) -> Standing:
    with clock.at(lives.moment(order.today, lives.FOUNDED_DAYS_AGO, 8)):
        return found(order.town, order.password, STAFF)


def _check() -> None:
    """Let the database check what was written while it is at hand."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
