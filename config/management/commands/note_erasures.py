"""``manage.py note_erasures FILE``: what was erased, to keep beside the backups."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups import BackupFault, note_erasures


class Command(BaseCommand):
    """Quick enough for every hour; holds marks and ids, nobody's data."""

    help = "Write the list of what was erased, for erase_again after a restore."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to; it is written over."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write. Raises CommandError with a sentence."""
        try:
            count = note_erasures(options["file"])
        except BackupFault as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"{count} erasures noted in {options['file']}.")
