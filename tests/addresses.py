"""Every address there is, with something in the place of each id."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

SOMETHING = {
    "uuid": str(uuid.UUID(int=7)), "slug": "about", "str": "service", "int": "7",
    "path": "about",
}  # fmt: skip
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_GROUP = re.compile(r"\(\?P<\w+>[^)]*\)")


def addresses() -> list[tuple[str, Any]]:
    """Each address with its view, in the order of the URL files."""
    return list(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, prefix + _filled(entry))
        elif isinstance(entry, URLPattern):
            yield prefix + _filled(entry), entry.callback


def _filled(entry: URLPattern | URLResolver) -> str:
    route = _GROUP.sub("x", str(entry.pattern).removeprefix("^"))
    route = route.replace("/?$", "/").rstrip("$")
    return _PARAMETER.sub(lambda match: SOMETHING[match[1] or "str"], route)
