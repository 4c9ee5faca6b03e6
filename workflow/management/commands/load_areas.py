"""`manage.py load_areas FILE --place …`: the wards and parishes of a place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Partnership
from workflow.actions.areas import write_areas
from workflow.choices import AreaKind
from workflow.importing.outlines import CannotRead, read_areas


class Command(BaseCommand):
    """Reads a GeoJSON file. Ends with 1, and changes nothing, where it is unusable."""

    help = (
        "Load the outlines of wards, parishes or districts from a GeoJSON file in "
        "degrees (WGS 84), such as the ONS Open Geography Portal exports. Safe to run "
        "again: areas are known by their code."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the place whose areas these are."""
        parser.add_argument("file", type=Path, help="a GeoJSON FeatureCollection")
        parser.add_argument("--place", required=True, help="slug or name of the place")
        parser.add_argument(
            "--kind", choices=AreaKind.values, default="",
            help="what they are, where the file does not say",
        )  # fmt: skip
        parser.add_argument(
            "--whole", action="store_true",
            help="the file has all of its kind: remove others that are here",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them and say what came of it."""
        file: Path = options["file"]
        place = _place(options["place"])
        try:
            areas = read_areas(file.read_bytes(), options["kind"])
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except CannotRead as error:
            lines = "\n  ".join(error.sentences)
            raise CommandError(
                f"{file} cannot be used; nothing was changed.\n  {lines}"
            ) from None
        done = write_areas(place, areas, by="command line", whole=options["whole"])
        self.stdout.write(
            f"{place}: {done.new} new areas, {done.changed} put right, {done.removed} "
            "removed."
        )


def _place(said: str) -> Partnership:
    """The place of this slug or name. Raises CommandError."""
    for place in Partnership.objects.all():
        if said.strip().lower() in (place.slug.lower(), place.name.lower()):
            return place
    known = ", ".join(Partnership.objects.values_list("slug", flat=True)) or "none"
    raise CommandError(f"There is no place “{said}” here. There are: {known}.")
