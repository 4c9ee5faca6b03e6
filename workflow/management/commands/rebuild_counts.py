"""``manage.py rebuild_counts``"""

from typing import Any

from django.core.management.base import BaseCommand

from workflow import listing_counts


class Command(BaseCommand):
    """Counts again how many listings stand alike, from the listings themselves."""

    help = "Count again how many records stand in which way in each place."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{listing_counts.rebuild():,} rows of counts.")
