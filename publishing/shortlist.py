"""“My list”: services that somebody has put aside, to print or hand to somebody.

It stands in a cookie of their own browser and nowhere with us; a shared address carries
the same ids. Only ids of public services are ever in it.
"""

import base64
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "my-list"
MOST = 30
"""So many fit on a few pages of paper, and into a cookie."""

KEPT_FOR = 30 * 24 * 60 * 60
"""Seconds until the browser forgets it."""


def read(request: HttpRequest) -> list[uuid.UUID]:
    """What is on the list of this browser, in the order in which it was put there."""
    return unpacked(request.COOKIES.get(COOKIE, ""))


def packed(ids: Iterable[uuid.UUID]) -> str:
    """Ids as a short text for a cookie or an address: 22 letters for each."""
    return ".".join(
        base64.urlsafe_b64encode(each.bytes).decode().rstrip("=") for each in ids
    )


def unpacked(text: str) -> list[uuid.UUID]:
    """The ids in such a text; what is none is passed over, and so is one told twice."""
    found: dict[uuid.UUID, None] = {}
    for part in text[: MOST * 23].split("."):
        try:
            found[uuid.UUID(bytes=base64.urlsafe_b64decode(f"{part}=="))] = None
        except ValueError:
            continue
    return list(found)[:MOST]


def write(response: HttpResponse, ids: Iterable[uuid.UUID]) -> None:
    """Let the browser keep this list, or forget it where it is empty."""
    text = packed(ids)
    if not text:
        response.delete_cookie(COOKIE)
        return
    response.set_cookie(
        COOKIE, text, max_age=KEPT_FOR, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
