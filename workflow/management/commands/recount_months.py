"""``manage.py recount_months``"""

from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from workflow.actions.counting import recount_months
from workflow.models import Policy


class Command(BaseCommand):
    """Counts again, from the rows, what each place counted when its months ended."""

    help = "Count again what each place counted at the end of each of its months."

    def handle(self, *args: Any, **options: Any) -> None:
        for policy in Policy.objects.select_related("partnership"):
            months = recount_months(policy, clock.now())
            self.stdout.write(f"{policy.partnership}: {months} months counted.")
