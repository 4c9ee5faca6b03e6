"""``manage.py back_up FILE``: everything that must not be lost, in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups import BackupFault, back_up, listed_beside


class Command(BaseCommand):
    """Backs up while serving. Writes FILE, and FILE.json to compare a restore with."""

    help = "Back up the database to FILE, and what a restore must match to FILE.json."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up. Raises CommandError with a sentence."""
        file: Path = options["file"]
        try:
            rows = back_up(file)
        except BackupFault as fault:
            raise CommandError(str(fault)) from None
        size = file.stat().st_size / 1_000_000
        self.stdout.write(
            f"{rows:,} rows, {size:.1f} MB in {file}; keep {listed_beside(file)} "
            "with it."
        )
