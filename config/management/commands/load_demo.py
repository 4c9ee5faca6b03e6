"""``manage.py load_demo``: Wexcombe and Hartmoor, once, in demo mode only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Partnership
from common import clock
from config.demo.load import load


class Command(BaseCommand):
    """Loads the demo places; does nothing where a place exists already."""

    help = "Load the invented places Wexcombe and Hartmoor (demo mode only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load both places in one transaction. Raises CommandError outside the demo."""
        if not settings.VOUCH_DEMO:
            raise CommandError("The demo places are for demo mode only.")
        if Partnership.objects.exists():
            self.stdout.write("There is a place already; nothing was loaded.")
            return
        with transaction.atomic():
            load(clock.today(), self.stdout.write)
