"""``manage.py erase_again LIST``: after a restore, what was erased since the backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import InvalidInput
from config.backups import BackupFault, read_list
from workflow.actions.erasing_again import erase_again


class Command(BaseCommand):
    """Erases what the list names and this database still holds; may be repeated."""

    help = "Erase again what a list names (note_erasures, or a backup's FILE.json)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The list."""
        parser.add_argument("list", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase. Raises CommandError with a sentence."""
        try:
            rows = erase_again(read_list(options["list"])["erased"])
        except BackupFault as fault:
            raise CommandError(str(fault)) from None
        except InvalidInput as fault:
            raise CommandError(" ".join(fault.errors.values())) from None
        self.stdout.write(f"Erased again in {rows} entries.")
