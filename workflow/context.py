"""What every page is given: the place, who is signed in, and where they can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of ``templates/base.html``."""
    return {
        "place": getattr(request, "place", None),
        "demo": settings.VOUCH_DEMO,
        "nav": [],
    }
