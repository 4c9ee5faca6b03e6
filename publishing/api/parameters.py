"""What may be asked of each list (digest 1.3: the union of both published sets).

Unknown parameters are ignored, one without a value counts as not given, and a bad value
is told in a sentence that says what a good one looks like.
"""

import datetime as dt
import functools
import re
import uuid
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest
from rest_framework import serializers

from common import clock
from directory import locating, weekdays
from publishing.api.answers import Fault
from publishing.narrowing import Asked

PER_PAGE = 50
MOST_PER_PAGE = 100
LAST_PAGE = 1_000_000_000
MOST_METRES = 1_000_000
OLDEST = 150
LONGEST_SEARCH = 200
JSON = "json"
NDJSON = "ndjson"
_DIGITS = re.compile(r"[0-9]{1,1000}")
TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?Z?")
# A + that was not written as %2B arrives as a space.
_LOST_PLUS = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:[0-9]{2}$)")
_LEAP_SECOND = re.compile(r":60(?=[.Z+-])")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class WholeNumber(serializers.IntegerField):
    """A whole number in plain figures, from 1 up."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if not _DIGITS.fullmatch(str(data)):
            self.fail("invalid")
        return int(data)


class Number(serializers.FloatField):
    """A number from 0 to a greatest one."""

    default_error_messages = {"invalid": "Give a number.", "nan": "Give a number."}

    def __init__(self, most: float, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=most, **kwargs)

    def to_internal_value(self, data: Any) -> float:
        value = super().to_internal_value(data)
        if value != value:
            self.fail("nan")
        return value


class Id(serializers.UUIDField):
    """An id: a UUID as the standard writes it."""

    default_error_messages = {"invalid": "Give an id, which is a UUID."}

    def to_internal_value(self, data: Any) -> uuid.UUID:
        value = super().to_internal_value(data)
        if str(value) != str(data).lower():
            self.fail("invalid")
        return uuid.UUID(str(value))


class YesOrNo(serializers.ChoiceField):
    """true or false."""

    default_error_messages = {"invalid_choice": "Give true or false."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=["true", "false"], default="false", **kwargs)


class Weekday(serializers.ChoiceField):
    """A day of the week, in large letters or small ones."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(str(data).upper())


class Minutes(serializers.CharField):
    """A time of day, as minutes after midnight."""

    def to_internal_value(self, data: Any) -> Any:
        match = TIME.fullmatch(str(data).strip())
        if match is None:
            raise serializers.ValidationError("Give a time of day, for example 18:30.")
        return int(match[1]) * 60 + int(match[2])


class Moment(serializers.CharField):
    """A date or an instant (RFC 3339); one without a zone is British time."""

    def to_internal_value(self, data: Any) -> Any:
        text = _LEAP_SECOND.sub(":59", str(data).strip().upper())
        text = _LOST_PLUS.sub("+", text) if "T" in text else text
        try:
            instant = dt.datetime.fromisoformat(text)
        except ValueError:
            raise serializers.ValidationError(
                "Give a date or a moment, for example 2026-03-15T10:30:00Z."
            ) from None
        # No zone may carry it out of the calendar.
        year = min(max(instant.year, _FIRST_YEAR), _LAST_YEAR)
        if year != instant.year:
            instant = instant.replace(year=year, month=1, day=1)
        zoned = instant if instant.tzinfo else instant.replace(tzinfo=clock.LONDON)
        return zoned.astimezone(dt.UTC)


class Place(serializers.CharField):
    """A postcode that we know the place of."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return locating.locate(str(data))
        except (ValueError, locating.Unknown) as wrong:
            raise serializers.ValidationError(str(wrong)) from None


class Search(serializers.CharField):
    """Words; a NUL is in none of them. Nothing but blanks asks for nothing."""

    def __init__(self) -> None:
        super().__init__(default="", allow_blank=True, max_length=LONGEST_SEARCH)


class Parameters(serializers.Serializer[dict[str, Any]]):
    """Which page of a list, how long it is, and in which form it comes."""

    page = WholeNumber(
        default=1,
        max_value=LAST_PAGE,
        help_text="Which page, from 1. After the last page come empty ones.",
        error_messages={
            "invalid": "Give the number of a page: 1, 2, 3 and so on.",
            "min_value": "The first page is 1.",
            "max_value": "There are not that many pages.",
        },
    )
    per_page = WholeNumber(
        required=False,
        help_text=(
            f"How many on a page; {PER_PAGE} if not said, {MOST_PER_PAGE} at most."
        ),
        error_messages={
            "invalid": "Give how many to put on a page, as a whole number.",
            "min_value": "A page holds 1 at least.",
        },
    )
    format = serializers.ChoiceField(
        choices=[JSON, NDJSON],
        default=JSON,
        help_text="ndjson gives everything at once, one JSON object on each line.",
        error_messages={"invalid_choice": "Give json or ndjson."},
    )


class SearchParameters(Parameters):
    """A list that can be searched."""

    search = Search()


class ServiceParameters(SearchParameters):
    """What may be asked of services, and of services at their places."""

    taxonomy_term_id = serializers.ListField(
        child=Id(),
        default=list,
        help_text="Services with this term; given twice, with both.",
    )
    taxonomy_id = Id(
        required=False, help_text="Services with any term of this taxonomy."
    )
    minimum_age = Number(
        OLDEST,
        required=False,
        help_text=(
            "The youngest person in mind: services that take in people of this age. "
            "A service without a limit takes in everybody."
        ),
    )
    maximum_age = Number(
        OLDEST,
        required=False,
        help_text="The oldest person in mind, in the same way.",
    )
    start_time = Minutes(
        required=False,
        help_text="Open from this time on or later, HH:MM in Europe/London.",
    )
    end_time = Minutes(
        required=False, help_text="Closing at this time at the latest, HH:MM."
    )
    day = Weekday(
        choices=weekdays.CODES,
        required=False,
        help_text="Open on this day of the week.",
        error_messages={
            "invalid_choice": "Give a day as MO, TU, WE, TH, FR, SA or SU."
        },
    )
    postcode = Place(
        required=False,
        help_text=(
            "Services for this postcode: those whose area holds it, and those whose "
            "area cannot be told. With proximity, those near it."
        ),
    )
    proximity = Number(
        MOST_METRES,
        required=False,
        help_text="Within so many metres of the postcode, the nearest first.",
    )
    organization_id = Id(required=False, help_text="Services of this organisation.")
    modified_after = Moment(
        required=False, help_text="Changed then or later: a date or an instant."
    )
    minimal = YesOrNo(
        help_text=(
            "Only id and last_modified (also as modified_date), all at once unless "
            "per_page is given."
        )
    )
    full = YesOrNo(help_text="Each record with everything that hangs on it.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A distance is from somewhere."""
        if "proximity" in attrs and "postcode" not in attrs:
            raise serializers.ValidationError(
                {"proximity": "Give a postcode too: the distance is measured from it."}
            )
        return attrs


class OrganizationParameters(SearchParameters):
    """What may be asked of organisations."""

    full = YesOrNo(help_text="Each organisation with everything that hangs on it.")
    full_service = YesOrNo(
        help_text="Each organisation with its services in full; 20 on a page at most."
    )


class OneOrganizationParameters(serializers.Serializer[dict[str, Any]]):
    """What may be asked of one organisation."""

    full_service = YesOrNo(help_text="With its services in full.")


class TermParameters(SearchParameters):
    """What may be asked of terms."""

    taxonomy_id = Id(required=False, help_text="Terms of this taxonomy.")
    parent_id = Id(required=False, help_text="Terms right below this one.")
    top_only = YesOrNo(help_text="Only terms that are below no other.")


@functools.cache
def _reader(
    parameters: type[serializers.Serializer[dict[str, Any]]],
) -> serializers.Serializer[dict[str, Any]]:
    """One for all requests, since making its fields costs more than reading does."""
    return parameters()


@functools.cache
def _unasked(
    parameters: type[serializers.Serializer[dict[str, Any]]],
) -> dict[str, Any]:
    """The values of what nobody asked for; most requests ask for little."""
    return dict(_reader(parameters).run_validation({}))


def read(
    parameters: type[serializers.Serializer[dict[str, Any]]], request: HttpRequest
) -> dict[str, Any]:
    """What was asked, each value ready for use; yes and no as truth values.

    Raises Fault (400) that names each bad parameter with a sentence.
    """
    reader, asked = _reader(parameters), request.GET
    values, wrong = dict(_unasked(parameters)), {}
    for name, field in reader.fields.items():
        sent = [value for value in asked.getlist(name) if value]
        if not sent:
            continue
        given = sent if isinstance(field, serializers.ListField) else sent[-1]
        try:
            values[name] = field.run_validation(given)
        except serializers.ValidationError as refused:
            wrong[name] = _sentence(refused.detail)
    if not wrong:
        try:
            reader.validate(values)
        except serializers.ValidationError as refused:
            told = cast(dict[str, Any], refused.detail)
            wrong = {name: _sentence(one) for name, one in told.items()}
    if wrong:
        raise Fault(
            HTTPStatus.BAD_REQUEST,
            f"The value of {' and '.join(wrong)} cannot be used.",
            parameters=wrong,
        )
    for name, field in reader.fields.items():
        if isinstance(field, YesOrNo):
            values[name] = values[name] == "true"
    return values


def _sentence(told: Any) -> str:
    """The first thing that is wrong with a parameter, or with one of its values."""
    while not isinstance(told, str):
        told = next(iter(told.values() if isinstance(told, dict) else told))
    return str(told)


def of_services(values: dict[str, Any]) -> Asked:
    """What was asked of services, for the queries."""
    taxonomy_id, day = values.get("taxonomy_id"), values.get("day")
    return Asked(
        words=values["search"],
        terms=values["taxonomy_term_id"],
        taxonomies=[taxonomy_id] if taxonomy_id else [],
        minimum_age=values.get("minimum_age"),
        maximum_age=values.get("maximum_age"),
        day=weekdays.CODES.index(day) if day else None,
        begins=values.get("start_time"),
        ends=values.get("end_time"),
        near=values.get("postcode"),
        metres=values.get("proximity"),
        organization_id=values.get("organization_id"),
        modified_after=values.get("modified_after"),
    )
