"""``manage.py seed_place``: a made-up place of any size, with its history."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.demo import PASSWORD
from accounts.models import Partnership
from common import clock
from config.seeding import place
from config.seeding.generator import head
from publishing.models import PublishedService

MOST = 500_000


class Command(BaseCommand):
    """Makes one place in one transaction: all of it, or nothing."""

    help = "Make an invented place with so many services, written in bulk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many services, by which seed, under which name."""
        parser.add_argument("--services", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument(
            "--processes", type=int, default=len(os.sched_getaffinity(0)), metavar="P",
            help="How many make rows at once; one for each processor, else.",
        )  # fmt: skip
        parser.add_argument(
            "--slug", default="", help="Short name of the place; thornshire-S else."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the place. Raises CommandError where it cannot be made."""
        services, seed = options["services"], options["seed"]
        if not 1 <= services <= MOST:
            raise CommandError(f"Choose a number of services from 1 to {MOST:,}.")
        slug = options["slug"] or f"thornshire-{seed}"
        name = slug.replace("-", " ").title()
        if Partnership.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a place “{slug}” already.")
        # Its people are invented: nobody signs in as one but in the demo.
        password = make_password(PASSWORD if settings.VOUCH_DEMO else None)
        order = place.Order(head(slug, name), services, seed, clock.now(), password)
        began = time.monotonic()

        def say(done: int) -> None:
            rate = done / (time.monotonic() - began)
            self.stdout.write(f"  {done:>7,} of {services:,}  ({rate:,.0f} a second)")

        standing = place.write(order, say, at_once=options["processes"])
        self.stdout.write("  bringing the planner's figures up to date")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        shown = PublishedService.objects.filter(endpoint__partnership=standing.place)
        self.stdout.write(
            f"{standing.place}: {services:,} services, {shown.count():,} of them "
            f"public, in {time.monotonic() - began:,.1f} s"
        )
