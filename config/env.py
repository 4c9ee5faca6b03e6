"""Everything Vouch reads from its environment, declared once with its meaning.

`python -m config.env` prints the list. Settings read a variable through `text`, `flag`,
`number` or `items`; a name that is not declared here raises KeyError, so this list is
complete by construction.
"""

import os
import sys
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit


class EnvironmentFault(Exception):
    """A variable is missing or wrong; the message is a sentence for whoever set it."""


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what it is for, its value when unset."""

    name: str
    meaning: str
    default: str = ""


VARIABLES = (
    Variable(
        "SECRET_KEY",
        "Signs sessions and links in mail. At least 50 random characters, kept secret; "
        "changing it signs everybody out.",
    ),
    Variable(
        "ERASURE_KEY",
        "Keys the marks by which an erased value is known again. At least 50 random "
        "characters, kept secret and kept for good: with another one, what was erased "
        "may come back with the next harvest.",
    ),
    Variable(
        "ALLOWED_HOSTS",
        "Host names this installation answers to, separated by commas.",
    ),
    Variable(
        "PUBLIC_URL",
        "Address at which people reach this installation, without a final slash; "
        "links in mail begin with it.",
        "http://127.0.0.1:8000",
    ),
    Variable(
        "DATABASE_URL",
        "PostgreSQL 15 or later: postgresql://user:password@host:5432/name, or "
        "postgresql://user@/name?host=/socket/directory. A pooler in between that "
        "hands out a connection for one transaction has to know prepared statements, "
        "such as PgBouncer with max_prepared_statements.",
    ),
    Variable(
        "REDIS_URL",
        "Redis 7 or Valkey, broker and cache: redis://:password@host:6379/0.",
    ),
    Variable(
        "DEFAULT_PLACE",
        "Slug of the place that answers a host name which no place claims. When unset, "
        "the only place there is answers on every host name, and of several each on "
        "its own.",
    ),
    Variable(
        "VOUCH_DEMO",
        "1 shows the demo sign-ins and makes outgoing mail readable on a page. "
        "Production settings refuse it.",
        "0",
    ),
    Variable(
        "CLOCK_FILE",
        "File holding an offset in seconds that is added to the clock. Test and demo "
        "settings only.",
    ),
    Variable(
        "HARVEST_PRIVATE_NETWORKS",
        "1 lets leads bring in feeds from addresses that are not on the public "
        "internet, such as servers of the own network.",
        "0",
    ),
    Variable(
        "ORUK_STRICT_PROFILE",
        "1 leaves everything that the ORUK profile does not name out of the open data.",
        "0",
    ),
    Variable(
        "EMAIL_BACKEND",
        "Python path of the Django mail backend that delivers queued messages.",
        "django.core.mail.backends.smtp.EmailBackend",
    ),
    Variable("EMAIL_HOST", "Mail server that takes outgoing mail.", "localhost"),
    Variable("EMAIL_PORT", "Port of the mail server.", "25"),
    Variable("EMAIL_HOST_USER", "User name at the mail server, if it asks for one."),
    Variable("EMAIL_HOST_PASSWORD", "Password at the mail server."),
    Variable("EMAIL_USE_TLS", "1 speaks STARTTLS to the mail server.", "0"),
    Variable(
        "DEFAULT_FROM_EMAIL",
        "Sender of outgoing mail.",
        "Vouch <no-reply@localhost>",
    ),
    Variable(
        "PROXY_COUNT",
        "Reverse proxies in front of the web process; each is trusted to append the "
        "address it saw to X-Forwarded-For, and to set X-Forwarded-Proto.",
        "0",
    ),
    Variable(
        "SECURE_HSTS_SECONDS",
        "How long browsers must insist on HTTPS, in seconds.",
        "31536000",
    ),
    Variable(
        "LOG_LEVEL", "Least severe log line written: DEBUG, INFO or WARNING.", "INFO"
    ),
)

_DECLARED = {variable.name: variable for variable in VARIABLES}
_YES, _NO = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str) -> str:
    """The value of a declared variable, stripped; its default when unset or empty."""
    variable = _DECLARED[name]
    return os.environ.get(name, "").strip() or variable.default


def required(name: str) -> str:
    """Like `text`; raises EnvironmentFault where that would be empty."""
    value = text(name)
    if not value:
        meaning = _DECLARED[name].meaning
        raise EnvironmentFault(f"Set {name} in the environment. {meaning}")
    return value


def flag(name: str) -> bool:
    """A yes-or-no variable. Raises EnvironmentFault for any other word."""
    value = text(name).lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise EnvironmentFault(f"{name} must be 1 or 0, not “{value}”.")


def number(name: str) -> int:
    """A whole number, 0 or more. Raises EnvironmentFault for anything else."""
    value = text(name)
    if not value.isdecimal():
        raise EnvironmentFault(f"{name} must be a whole number, not “{value}”.")
    return int(value)


def items(name: str) -> list[str]:
    """A list separated by commas; empty when unset."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def database(url: str, options: dict[str, object]) -> dict[str, object]:
    """Django's DATABASES entry for a postgresql:// address.

    Parameters after the question mark go to the driver beside `options`; `host` among
    them may be the directory of a Unix socket. Raises EnvironmentFault for another
    kind of address.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise EnvironmentFault(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name."
        )
    parameters = dict(parse_qsl(parts.query))
    host = parameters.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options | parameters,
    }


def describe() -> str:
    """The declared variables as Markdown, for the documentation."""
    rows = [f"| `{v.name}` | {v.meaning} | {v.default} |" for v in VARIABLES]
    return "\n".join(["| variable | meaning | when unset |", "|---|---|---|", *rows])


if __name__ == "__main__":
    sys.stdout.write(describe() + "\n")
