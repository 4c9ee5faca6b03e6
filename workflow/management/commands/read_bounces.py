"""``manage.py read_bounces``: take what a mailbox says of mails that came back."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflow.actions import bounces


class Command(BaseCommand):
    """Reads delivery reports from a mailbox file, a Maildir, or one from its input."""

    help = (
        "Read delivery reports (RFC 3464) and stop writing to mailboxes that are not "
        "there any more. Reading the same mailbox twice does no harm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the reports are."""
        parser.add_argument(
            "mailbox", nargs="?", default="-",
            help="An mbox file or a Maildir; without it, one mail from the input.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Read them, and say what they held."""
        where = options["mailbox"]
        if where == "-":
            done = bounces.read(bounces.in_stream(sys.stdin.buffer))
        elif Path(where).exists():
            done = bounces.read(bounces.in_file(Path(where)))
        else:
            raise CommandError(f"There is no mailbox at {where}.")
        self.stdout.write(
            f"{done.mails} mails read, {done.failures} reports of a failure for good, "
            f"{done.stopped} contact points stopped."
        )
