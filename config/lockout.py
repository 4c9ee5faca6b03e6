"""Whom django-axes locks out: a name, from an address, after repeated failures."""

import ipaddress
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

LONGEST = 255
"""Characters of a name that are kept of a failed attempt."""


def typed_name(
    request: HttpRequest, credentials: Mapping[str, str] | None = None
) -> str:
    """The e-mail address typed into the sign-in form, in the one way it is counted.

    No account has a longer one than :data:`LONGEST`, or one with a NUL: such a name is
    counted by what of it can be stored.
    """
    given = credentials or request.POST
    typed = str(given.get("username") or given.get("email") or "").replace("\x00", "")
    return typed.strip().lower()[:LONGEST]


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies saw.

    Each of the `PROXY_COUNT` proxies appends one to X-Forwarded-For; what stands before
    those was sent by the client and proves nothing.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.PROXY_COUNT
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if not count or len(forwarded) < count:
        return nearest
    try:
        return str(ipaddress.ip_address(forwarded[-count].strip()))
    except ValueError:
        return nearest
