"""`manage.py rebuild_published`: make all that is public again, while serving."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from publishing import actions


class Command(BaseCommand):
    """Bring every service that is or was public up to date."""

    help = "Make everything that is public again from the accepted records."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild; ends with an error if a service could not be made."""
        outcome = actions.rebuild()
        self.stdout.write(f"{outcome.done} services brought up to date.")
        if outcome.failed:
            raise CommandError(
                f"{outcome.failed} failed and stay as they were; the log says where."
            )
