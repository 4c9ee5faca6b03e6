"""``manage.py appoint_administrator EMAIL``: the first person of an installation."""

import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.actions import new_account, write_grant
from accounts.models import User
from accounts.roles import Role
from common.errors import InvalidInput


class Command(BaseCommand):
    """Makes the account if there is none, and appoints it. Others are invited."""

    help = "Appoint an administrator; asks for a password if the account is new."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address, and a name for a new account."""
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint. Raises CommandError with a sentence for what cannot be used."""
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is not an e-mail address.") from None
        with transaction.atomic():
            user = User.objects.filter(email=email).first() or self._made(
                email, options["name"]
            )
            given = write_grant(
                user=user, role=Role.ADMINISTRATOR, on=None, by="command line"
            )
        self.stdout.write(
            f"{user} is an administrator now." if given else f"{user} is one already."
        )

    def _made(self, email: str, name: str) -> User:
        password = getpass.getpass("A password for the new account: ")
        try:
            return new_account(email, name or email.partition("@")[0], password)
        except InvalidInput as error:
            raise CommandError(str(error)) from None
