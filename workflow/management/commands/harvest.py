"""`manage.py harvest SOURCE --partner …`: bring in what another system knows."""

import contextlib
import csv
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.models import Partner, User
from common.errors import InvalidState
from workflow.actions.harvesting import Outcome
from workflow.importing import harvesting
from workflow.importing.fetching import CannotRead
from workflow.importing.harvesting import Summary
from workflow.importing.noting import Problem
from workflow.importing.reading import STANDARDS

COUNTED = (
    (Outcome.NEW, "new, in the queue now"),
    (Outcome.CHANGED, "changed: suggested, or put into what nobody has decided yet"),
    (Outcome.UNCHANGED, "unchanged"),
    (Outcome.REMOVED, "left alone: declined or taken away here"),
    (Outcome.WAITING, "left for the next run: somebody is working on them"),
    (harvesting.UNUSABLE, "without what a service needs, left out"),
    (harvesting.FAILED, "failed, to be tried again by the next run"),
    (harvesting.VANISHED, "no longer in the source, reported"),
)


class Command(BaseCommand):
    """Reads an ORUK 1.0 or 3.0 feed. Ends with 1 where the source cannot be read."""

    help = (
        "Bring in an Open Referral UK 1.0 or 3.0 feed from an address or a saved file. "
        "New services go into the queue; what changed in a source becomes suggestions."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The source, whose it is, and who asks."""
        parser.add_argument("source", help="the address of a feed, or a file")
        parser.add_argument(
            "--partner", required=True, help="name or id of who stands behind it"
        )
        parser.add_argument("--place", help="name of the place, if several have such a"
                            " partner")  # fmt: skip
        parser.add_argument("--by", help="e-mail of the person who asks for it")
        parser.add_argument(
            "--name", default="",
            help="what to call the source; it is known by this name again when its "
            "address or file has changed",
        )  # fmt: skip
        parser.add_argument("--standard", choices=STANDARDS, default="",
                            help="worked out from the content if left out")  # fmt: skip
        parser.add_argument(
            "--problems", metavar="FILE", help="write every problem to a CSV file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and say what came of it."""
        try:
            summary = harvesting.harvest(
                source=options["source"],
                partner=_partner(options["partner"], options["place"]),
                by=_person(options["by"]),
                name=options["name"].strip(),
                standard=options["standard"],
                say=lambda words: self.stderr.write(f"  {words}"),
            )
        except CannotRead as error:
            raise CommandError(
                f"{options['source']} cannot be read. {error.sentence} Nothing was "
                "changed."
            ) from None
        except InvalidState as error:
            raise CommandError(error.sentence) from None
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        self._tell(summary)
        self._tell_problems(summary, options["problems"])

    def _tell(self, summary: Summary) -> None:
        source = summary.harvest.source
        read = _count(summary.counts[harvesting.READ], "service")
        self.stdout.write(f"{source} (ORUK {summary.standard}): {read} read.")
        for name, words in COUNTED:
            if summary.counts[name]:
                self.stdout.write(f"{summary.counts[name]:>7} {words}")
        if summary.shortfall:
            self.stdout.write(
                f"This was not all of the source. {summary.shortfall} So nothing was "
                "marked as gone from it."
            )

    def _tell_problems(self, summary: Summary, path: str | None) -> None:
        if not summary.problems:
            self.stdout.write("Everything could be used as it came.")
            return
        self.stdout.write(f"{_count(len(summary.problems), 'problem')}:")
        for kind, count in summary.problem_counts.items():
            self.stdout.write(f"{count:>7} {kind}")
        kept = f"They are kept with this run ({summary.harvest.pk})"
        if path:
            _write(Path(path), summary.problems)
            self.stdout.write(f"{kept} and written to {path}, by record and field.")
        else:
            self.stdout.write(
                f"{kept}, by record and field; --problems FILE writes them out as well."
            )


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _partner(said: str, place: str | None) -> Partner:
    """The partner of this name or id. Raises CommandError."""
    here = Partner.objects.filter(ended_at=None)
    partners = here.select_related("partnership").order_by("name")
    named = Q(name__iexact=said.strip())
    with contextlib.suppress(ValueError):
        named |= Q(pk=uuid.UUID(said.strip()))
    found = partners.filter(named)
    if place:
        found = found.filter(
            Q(partnership__name__iexact=place) | Q(partnership__slug=place)
        )
    if len(found) == 1:
        return found[0]
    if not found:
        known = ", ".join(f"“{p}”" for p in partners[:20]) or "none"
        raise CommandError(f"There is no partner “{said}” here. There are: {known}.")
    places = ", ".join(str(p.partnership) for p in found)
    raise CommandError(f"“{said}” is a partner in {places}. Say which with --place.")


def _person(email: str | None) -> User | None:
    """Who asks. Raises CommandError for somebody unknown."""
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody here has the address {email}.")
    return person


def _inert(cell: str) -> str:
    """The cell such that no spreadsheet takes what a stranger wrote for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _write(path: Path, problems: list[Problem]) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            table = csv.writer(file)
            table.writerow(
                ("problem", "kind", "id", "label", "field", "value", "sentence")
            )
            for p in problems:
                row = p.what, p.kind, p.external_id, p.label, p.field, p.value
                table.writerow([_inert(str(cell)) for cell in (*row, p.sentence)])
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
