"""``manage.py load_demo``: Wexcombe and Hartmoor, once, in demo mode only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Partnership
from common import clock
from config.demo.load import GROWN, SMALL, load


class Command(BaseCommand):
    """Loads the demo places; does nothing where a place exists already."""

    help = "Load the invented places Wexcombe and Hartmoor (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of them."""
        parser.add_argument(
            "--small", action="store_true", help="thirty services each, no stories"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load both places in one transaction. Raises CommandError outside the demo."""
        if not settings.VOUCH_DEMO:
            raise CommandError("The demo places are for demo mode only.")
        if Partnership.objects.exists():
            self.stdout.write("There is a place already; nothing was loaded.")
            return
        with transaction.atomic():
            load(clock.today(), self.stdout.write, SMALL if options["small"] else GROWN)
