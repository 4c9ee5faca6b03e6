"""What may be asked of a list. Unknown parameters are ignored, bad values are told."""

import re
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from rest_framework import serializers

from publishing.api.answers import Fault

PER_PAGE = 50
MOST_PER_PAGE = 100
LAST_PAGE = 1_000_000_000
_DIGITS = re.compile(r"[0-9]{1,1000}")


class WholeNumber(serializers.IntegerField):
    """A whole number in plain figures, from 1 up."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if not _DIGITS.fullmatch(str(data)):
            self.fail("invalid")
        return int(data)


class PageParameters(serializers.Serializer[dict[str, int]]):
    """Which page of a list, and how long it is."""

    page = WholeNumber(
        default=1,
        max_value=LAST_PAGE,
        error_messages={
            "invalid": "Give the number of a page: 1, 2, 3 and so on.",
            "min_value": "The first page is 1.",
            "max_value": "There are not that many pages.",
        },
    )
    per_page = WholeNumber(
        default=PER_PAGE,
        error_messages={
            "invalid": "Give how many to put on a page, as a whole number.",
            "min_value": "A page holds 1 at least.",
        },
    )

    def validate_per_page(self, value: int) -> int:
        """A longer page than there can be is the longest there is."""
        return min(value, MOST_PER_PAGE)


def page_asked(request: HttpRequest) -> tuple[int, int]:
    """The page and its length. Raises Fault (400) that names each bad parameter.

    A parameter without a value counts as not given.
    """
    names = ("page", "per_page")
    given = {name: request.GET[name] for name in names if request.GET.get(name)}
    asked = PageParameters(data=given)
    if not asked.is_valid():
        wrong = {name: str(told[0]) for name, told in asked.errors.items()}
        raise Fault(
            HTTPStatus.BAD_REQUEST,
            f"The value of {' and '.join(wrong)} cannot be used.",
            parameters=wrong,
        )
    return asked.validated_data["page"], asked.validated_data["per_page"]
