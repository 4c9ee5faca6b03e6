"""``manage.py rebuild_counts``"""

from typing import Any

from django.core.management.base import BaseCommand

from workflow import areas, listing_counts


class Command(BaseCommand):
    """Makes again what the database keeps of listings and places: how many stand
    alike, and in which areas of the map they lie."""

    help = (
        "Count again how many records stand in which way in each place, and look up "
        "again in which wards, parishes and districts they lie."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{listing_counts.rebuild():,} rows of counts.")
        self.stdout.write(f"{areas.lay_again():,} places in areas of the map.")
