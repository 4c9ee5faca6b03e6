"""``manage.py set_points``"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.templatetags.vouch import counted
from workflow.actions.periodic import run_job
from workflow.actions.pointing import set_points


class Command(BaseCommand):
    """Puts places that have a postcode and no point on the map."""

    help = (
        "Give places that people go to, and that have no point on the map, the point "
        "of their postcode. Each is a version of its own in the history of the place. "
        "Run it after load_postcodes; it does nothing twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        run = run_job("set_points", set_points)
        self.stdout.write(f"Put on the map: {counted(run.done, 'place')}.")
        if run.failed:
            raise CommandError(
                f"{run.failed} could not be written; the log names them. The others "
                "are done."
            )
