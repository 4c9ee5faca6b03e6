"""`manage.py prepare`: the database of a demo installation, ready to be looked at."""

import io
import sys
import time
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from accounts.demo import ACCOUNTS, PASSWORD
from accounts.models import Partnership


def sign_ins() -> str:
    """Who may sign in to the demo, as lines for a terminal."""
    width = max(len(account.email) for account in ACCOUNTS)
    people = [f"  {a.email:<{width}}  {a.does}" for a in ACCOUNTS]
    return "\n".join([f"Sign in with the password “{PASSWORD}” as", *people])


class Command(BaseCommand):
    """Migrates, and loads the demo places into a database that has none.

    Steps go to standard error as they are done; the demo sign-ins to standard output.
    """

    help = "Migrate, and load the demo places into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both; raises CommandError where demo mode is off."""
        if not settings.VOUCH_DEMO:
            raise CommandError("Only an installation in demo mode is prepared.")
        self._meet_the_servers()
        self._step("migrated", "migrate", verbosity=0)
        if not Partnership.objects.exists():
            self._step("demo places loaded", "load_demo", stdout=io.StringIO())
        self.stdout.write(sign_ins())

    def _meet_the_servers(self) -> None:
        """Raise CommandError with a sentence where one of them does not answer."""
        try:
            connection.ensure_connection()
        except OperationalError as fault:
            raise CommandError(
                f"The database does not answer; is DATABASE_URL right? {fault}"
            ) from fault
        try:
            with redis.Redis.from_url(settings.REDIS_URL) as client:
                client.ping()
        except (redis.RedisError, ValueError) as fault:
            raise CommandError(
                f"The broker does not answer; is REDIS_URL right? {fault}"
            ) from fault

    def _step(self, done: str, command: str, **options: Any) -> None:
        begun = time.monotonic()
        call_command(command, **options)
        seconds = time.monotonic() - begun
        sys.stderr.write(f"    {done:<42}{seconds:6.1f} s\n")
