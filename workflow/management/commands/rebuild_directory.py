"""``manage.py rebuild_directory``"""

from typing import Any

from django.core.management.base import BaseCommand

from workflow.actions.rebuilding import rebuild_directory


class Command(BaseCommand):
    """Makes the tables of the directory anew from the accepted revisions."""

    help = "Make the tables of the directory anew from the accepted revisions."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild_directory()} records written.")
