"""``manage.py load_postcodes``"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory import locating


class Command(BaseCommand):
    """Loads where every postcode of Great Britain is. Safe to run again."""

    help = "Load where every postcode of Great Britain is (needed once)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = locating.files()
        except FileNotFoundError as missing:
            raise CommandError(str(missing)) from None
        began, total = time.monotonic(), 0
        for number, file in enumerate(files, 1):
            total += locating.write_postcodes(locating.read(file))
            letter = file.name.removeprefix("postcodes_")[0]
            self.stdout.write(
                f"{number} of {len(files)}: {letter}, {total:,} postcodes so far"
            )
            self.stdout.flush()
        seconds = time.monotonic() - began
        self.stdout.write(f"{total:,} postcodes in {seconds:.0f} seconds.")
