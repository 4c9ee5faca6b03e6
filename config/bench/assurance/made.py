"""The place that is measured, made once and kept in ``var/bench``."""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg

from config.bench.places import SLUG, command, is_finished
from config.local.postgres import Postgres

SMALL = 500
"""So many services the real seeder makes; the rest are copies of them."""
SETTINGS = "config.bench.assurance.settings"
LAPSING_OF_A_HUNDRED = 5


@dataclass(frozen=True)
class Size:
    """About so many listings, and so many areas of work."""

    listings: int
    remits: int

    @property
    def name(self) -> str:
        """What its database is called."""
        return f"assurance_{self.listings}_{self.remits}"

    @property
    def copies(self) -> int:
        """How often the small place is copied."""
        return max(round(self.listings / SMALL) - 1, 0)


def made(server: Postgres, size: Size) -> str:
    """The address of the database with this place, made if it is not there yet.

    From then on this process is a Django over it. Raises CannotStart.
    """
    parts = urlsplit(server.url)
    url = urlunsplit(parts._replace(path=f"/{size.name}"))
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": SETTINGS}
    os.environ["DEFAULT_PLACE"] = SLUG
    environment = dict(os.environ)
    with psycopg.connect(server.url, autocommit=True) as connection:
        there = is_finished(connection, size.name)
        if not there:
            connection.execute(f'DROP DATABASE IF EXISTS "{size.name}"')
            connection.execute(f'CREATE DATABASE "{size.name}"')
        command(environment, "migrate", "--verbosity", "0")
        if not there:
            few = str(min(SMALL, size.listings))
            command(environment, "seed_place", "--services", few, "--slug", SLUG)
    import django

    django.setup()
    if not there:
        _grow(url, size)
    _count_listings()
    _count_standing()
    if not there:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"COMMENT ON DATABASE \"{size.name}\" IS 'finished'")
    return url


def _grow(url: str, size: Size) -> None:
    from django.db import transaction

    from accounts.models import Partnership
    from config.bench.assurance import copying, ground
    from workflow import asking_contacts, remits
    from workflow.models import Listing

    place = Partnership.objects.get(slug=SLUG)
    every = Listing.objects.exclude(organization_id=None).order_by()
    asking_contacts.fill(place, every.values_list("organization_id", flat=True))

    def copy() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            copying.copy_out(connection, size.copies)

    def work_out() -> None:
        with transaction.atomic():
            remits.work_out(place.pk)

    _timed("copying the small place", copy)
    _timed("first figures for the planner", lambda: _vacuum(url))
    _timed("areas and areas of work", lambda: ground.lay_out(place, *_of(size)))
    # As autovacuum would: the planner has to know how many areas of work there are.
    _timed("figures for the planner", lambda: _vacuum(url))
    _timed("what each area of work takes", work_out)
    ground.give_one(place)
    _timed("the months that are over", _count_months)
    _timed("figures for the planner", lambda: _vacuum(url))


def _of(size: Size) -> tuple[int, int]:
    return size.listings, size.remits


def _count_months() -> None:
    """As the nightly job keeps them: for the pages of today, and until the day on which
    lapsing is measured."""
    from common import clock
    from workflow.actions import counting
    from workflow.models import Policy

    policy = Policy.objects.select_related("partnership").get()
    for now in (clock.now(), day_of_lapsing()):
        with clock.at(now):
            counting.count_months(policy, now)


def _count_listings() -> None:
    """As the triggers count, which are not asked while rows are copied."""
    from django.db.models import Sum

    from workflow import listing_counts
    from workflow.models import Listing, ListingCount, StandingCount

    kept = ListingCount.objects.aggregate(number=Sum("number"))["number"]
    if kept != Listing.objects.count():
        _timed("the listings", listing_counts.rebuild)
        StandingCount.objects.all().delete()


def _count_standing() -> None:
    """As the hourly job counts; of a place that was made before there was one, too."""
    from common import clock
    from workflow.actions import counting_standing
    from workflow.models import Policy, StandingCount

    policy = Policy.objects.select_related("partnership").get()
    if not StandingCount.objects.exists():
        _timed(
            "what is counted every hour",
            lambda: counting_standing.count_place(policy, clock.now()),
        )


def day_of_lapsing() -> dt.datetime:
    """The instant by which about 5 % of what is published has lapsed since today."""
    from common import clock
    from workflow.choices import Stage
    from workflow.models import Listing, Policy

    policy = Policy.objects.get()
    public = Listing.objects.filter(stage=Stage.PUBLISHED).order_by()
    wanted = public.count() * LAPSING_OF_A_HUNDRED // 100
    due = public.filter(due_on__isnull=False, critical=False).order_by("due_on")
    last = due.values_list("due_on", flat=True)[wanted]
    if last is None:
        raise RuntimeError("What is due is on no day.")
    day = last + dt.timedelta(days=policy.lapsed_days + policy.grace_days)
    return clock.now() + max(dt.timedelta(0), day - clock.today())


def _vacuum(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _timed(what: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    sys.stdout.write(f"  {what}: {time.perf_counter() - began:,.1f} s\n")
    sys.stdout.flush()
