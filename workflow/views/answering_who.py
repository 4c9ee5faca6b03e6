"""Who answers, remembered between two forms of the same link, and nowhere with us.

It stands in a cookie of their own browser, which is sent with the pages of this link
alone and goes when the browser is closed.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from workflow.actions.answering import LONGEST_NAME, Who

COOKIE = "answering"
_SALT = "answering-who"


def remembered(request: HttpRequest) -> dict[str, str]:
    """What was said of who answers, for the fields of a form; empty at first."""
    try:
        name, role = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return {}
    return {"name": str(name), "role": str(role)}


def remember(response: HttpResponse, key: str, who: Who) -> HttpResponse:
    """The answer to a form, after which the next form of this link knows who it is."""
    said = [who.name[:LONGEST_NAME], who.role[:LONGEST_NAME]]
    response.set_cookie(
        COOKIE, signing.dumps(said, salt=_SALT), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path=reverse("workflow:answer", args=[key]),
    )  # fmt: skip
    return response
