"""``manage.py import_terms FILE``: a published list of terms, told by its content."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Partnership
from common.errors import InvalidInput
from directory.term_files.found import NotAList
from directory.term_files.reading import MOST_BYTES, read_lists
from workflow.actions.term_lists import Brought, write_lists

SHARED = "shared"


class Command(BaseCommand):
    """Writes the lists of a file: shared ones, or a place's own.

    Says how many terms are new, changed, as before and retired, and by row what could
    not be used. Raises CommandError with a sentence where nothing can be read.
    """

    help = "Bring in a published list of terms, or bring it up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whose its lists become."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--place",
            default=SHARED,
            help="the short name of a place, whose own lists these become "
            f"(“{SHARED}”, if it is left out: lists that every place may use)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, write, tell."""
        place = _place(options["place"])
        try:
            lists = read_lists(_content(options["file"]))
            with transaction.atomic():
                brought = write_lists(place=place, lists=lists, by="import_terms")
        except NotAList as error:
            raise CommandError(error.sentence) from error
        except InvalidInput as error:
            raise CommandError(str(error)) from error
        for each in brought:
            self._tell(each)

    def _tell(self, brought: Brought) -> None:
        counts = ", ".join(f"{n:,} {words}" for words, n in brought.counts.items())
        self.stdout.write(f"{brought.taxonomy}: {counts}")
        for problem in brought.problems:
            self.stdout.write(
                f"  row {problem.row}, {problem.what}: {problem.sentence}"
            )


def _place(slug: str) -> Partnership | None:
    if slug == SHARED:
        return None
    place = Partnership.objects.filter(slug=slug).first()
    if place is None:
        raise CommandError(f"There is no place called “{slug}”.")
    return place


def _content(path: Path) -> bytes:
    """The file, one byte more than may be read at most."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"The file cannot be opened: {error.strerror}.") from error
