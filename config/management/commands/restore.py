"""``manage.py restore FILE``: a backup into an empty database, compared."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Message
from config.backups import BackupFault, Restored, restore

_NEXT = (
    "Now give the newest list of what was erased to `manage.py erase_again`, so that "
    "nothing comes back that was erased after this backup."
)


class Command(BaseCommand):
    """Restores whole or not at all, and compares every table with the list beside."""

    help = "Restore a backup into an empty database and compare it with its list."

    def add_arguments(self, parser: CommandParser) -> None:
        """From where."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore. Raises CommandError with a sentence."""
        try:
            restored = restore(options["file"])
        except BackupFault as fault:
            raise CommandError(str(fault)) from None
        self._say(restored)

    def _say(self, restored: Restored) -> None:
        self.stdout.write(
            f"{restored.rows:,} rows in {restored.tables} tables came back, each as "
            "it was."
        )
        if restored.to_migrate:
            self.stdout.write("It is of an older Vouch: run `manage.py migrate`.")
        else:
            waiting = Message.objects.filter(sent_at=None, cancelled_at=None).count()
            self.stdout.write(
                f"{waiting} messages wait to be sent; some may have gone out after "
                "the backup was made."
            )
        self.stdout.write(_NEXT)
