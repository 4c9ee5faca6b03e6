"""Times of day as people type and say them, by the clock on the wall.

The standard writes "HH:MM" and, for the end of a day that is open all round, 23:59
(digest 1.6).
"""

import re
from typing import Final

#: The minute 23:59, which stands for the end of the day.
LAST_MINUTE: Final = 24 * 60 - 1

_NOON: Final = 12 * 60
_ZONE: Final = r"(?:z|[+-][0-9]{2}:?[0-9]{2})?"
_CLOCK = re.compile(
    rf"(?P<hour>[0-9]{{1,2}})(?:[:.h](?P<minute>[0-9]{{2}})(?::[0-9]{{2}}(?:\.[0-9]+)?)?"
    rf"{_ZONE})?\s*(?:hrs|hours)?\s*(?P<half>[ap]\.?m\.?)?"
)
_FIGURES = re.compile(r"(?P<hour>[0-9]{1,2})(?P<minute>[0-9]{2})\s*(?:hrs|hours)?")
_TIME_EXAMPLE: Final = "Write it like 10am, 6.30pm or 18:30."


def parse_time(text: str) -> str:
    """What people type for a time as "HH:MM": "10am", "10.30", "12 noon", "1930".

    A figure from 1 to 7 with neither am nor pm may be either and is asked for again,
    unless it has its 0 ("07:30"). A time zone is dropped: times are those of the clock
    on the wall. Raises ValueError with a sentence.
    """
    said = " ".join(text.split())
    plain = said.lower().replace("o'clock", "").replace("o’clock", "").strip()
    if re.fullmatch(r"(?:12 ?)?(?:noon|midday)|12 ?n", plain):
        return "12:00"
    if re.fullmatch(r"(?:12 ?)?midnight|24[:.]?00(?::00)?", plain):
        return "00:00"
    match = _CLOCK.fullmatch(plain) or _FIGURES.fullmatch(plain)
    if match is None:
        raise ValueError(f"“{said}” is not a time. {_TIME_EXAMPLE}")
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match.groupdict().get("half") or "")[:1]
    if (half == "a" and hour > 12) or hour > 23 or minute > 59:
        raise ValueError(f"“{said}” is not a time. {_TIME_EXAMPLE}")
    if not half and len(match["hour"]) == 1 and 1 <= hour <= 7:
        shown = plain.replace(":", ".")
        raise ValueError(
            f"Is “{said}” in the morning or later? Write {shown}am or {shown}pm."
        )
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}"


def minutes(time: str) -> int:
    """Minutes after midnight of a time in any form that ``parse_time`` reads."""
    hour, minute = parse_time(time).split(":")
    return int(hour) * 60 + int(minute)


def in_words(minutes: int) -> str:
    """Minutes after midnight as people say them: "10am", "6.30pm", "12 noon"."""
    if minutes in {0, LAST_MINUTE}:
        return "midnight"
    if minutes == _NOON:
        return "12 noon"
    hour, minute = divmod(minutes, 60)
    half = "am" if hour < 12 else "pm"
    shown = (hour - 1) % 12 + 1
    return f"{shown}.{minute:02}{half}" if minute else f"{shown}{half}"
