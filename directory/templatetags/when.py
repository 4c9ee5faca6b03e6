"""Dates and times as people say them, on pages. The edge that reads the clock."""

import datetime as dt

from django import template

from common import clock
from directory import freshness, wall_clock

register = template.Library()


def _day(value: dt.date | dt.datetime) -> dt.date:
    return clock.london_day(value) if isinstance(value, dt.datetime) else value


@register.filter
def full_date(value: dt.date | dt.datetime | None) -> str:
    """``12 September 2026``; an empty text for no date."""
    return freshness.full_date(_day(value)) if value else ""


@register.filter
def iso(value: dt.date | dt.datetime | None) -> str:
    """What a ``<time datetime>`` wants."""
    return value.isoformat() if value else ""


@register.filter
def age(value: dt.date | dt.datetime | None) -> str:
    """``3 weeks ago``, ``today``, ``in 5 days``; an empty text for no date."""
    return freshness.age_in_words(_day(value), clock.today()) if value else ""


@register.filter
def is_past(value: dt.date | dt.datetime | None) -> bool:
    """Whether a day is over; False for no date."""
    return value is not None and _day(value) < clock.today()


@register.filter
def clock_time(value: dt.time | dt.datetime | None) -> str:
    """``10am``, ``2.30pm``, ``12 noon``, ``midnight``, in Europe/London."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.astimezone(clock.LONDON).time()
    return wall_clock.in_words(value.hour * 60 + value.minute)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """``12 September 2026 at 10.42am``; today by name, yesterday as well."""
    if value is None:
        return ""
    day = clock.london_day(value)
    days = (clock.today() - day).days
    date = freshness.full_date(day)
    named = {0: "today", 1: f"yesterday, {date},"}.get(days, date)
    return f"{named} at {clock_time(value)}"
