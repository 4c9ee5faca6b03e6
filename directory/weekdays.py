"""Weekdays in the standard's codes ("MO", "2MO", "-1FR") and in words.

The codes are those of RFC 5545, where a number counts the weekday within a month, from
the end if it is negative.
"""

import re
from typing import Final

#: An occurrence of a weekday: which one in the month (0 for each, -1 for the last) and
#: the weekday (Monday 0).
Day = tuple[int, int]

CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_ORDINAL_WORDS: Final = {
    "FIRST": 1,
    "SECOND": 2,
    "THIRD": 3,
    "FOURTH": 4,
    "FIFTH": 5,
    "LAST": -1,
}
_DAY_GROUPS: Final = {
    "WEEKDAY": range(5),
    "WEEKEND": range(5, 7),
    "EVERYDAY": range(7),
    "DAILY": range(7),
}
# One token of days in words, without spaces. "4TH" before a day is an ordinal, before
# anything else the standard's code for the fourth Thursday.
_DAY_TOKEN = re.compile(
    r"(?P<group>WEEKDAY|WEEKEND|EVERYDAY|DAILY)S?"
    r"|(?P<ordinal>[+-]?[0-9]{1,2}(?:ST|ND|RD|TH(?=MO|TU|WE|TH|FR|SA|SU))?"
    r"|FIRST|SECOND|THIRD|FOURTH|FIFTH|LAST)"
    r"|[,;/&]|AND|THE|OF(?:EACH|EVERY|THE)?MONTH"
    r"|(?:EVERY|EACH)(?=MO|TU|WE|TH(?!IRD)|FR|SA|SU)"
    r"|(?P<day>MO(?:N(?:DAYS?)?)?|TU(?:E(?:S(?:DAYS?)?)?)?|WE(?:D(?:S|NESDAYS?)?)?"
    r"|TH(?:U(?:R(?:S(?:DAYS?)?)?)?)?|FR(?:I(?:DAYS?)?)?|SA(?:T(?:URDAYS?)?)?"
    r"|SU(?:N(?:DAYS?)?)?)\.?"
    r"|(?P<range>TO|[-–])"
)
_DAY_CODE = re.compile(r"(?P<ordinal>-?[0-9]{1,2})?(?P<code>MO|TU|WE|TH|FR|SA|SU)")


def code(day: Day) -> str:
    """The standard's code of a day."""
    return f"{day[0] or ''}{CODES[day[1]]}"


def from_words(text: str) -> list[Day]:
    """Days in codes or words: "MO,TH", "Monday to Friday", "first and third Sunday".

    Raises ValueError when any of it is unsure: "every second Tuesday" may be meant by
    the week or by the month.
    """
    text = "".join(text.split()).upper()
    days: list[Day] = []
    ordinals: list[int] = []
    to_next = False
    position = 0
    while position < len(text):
        token = _DAY_TOKEN.match(text, position)
        if token is None:
            raise ValueError(text)
        position = token.end()
        if token["group"]:
            days += [(0, day) for day in _DAY_GROUPS[token["group"]]]
        elif token["ordinal"]:
            ordinals.append(_ordinal(token["ordinal"]))
        elif token["day"]:
            day = CODES.index(token["day"][:2])
            if to_next:
                last = days[-1][1]
                days += [(0, (last + n) % 7) for n in range(1, (day - last) % 7 + 1)]
            else:
                days += [(ordinal, day) for ordinal in ordinals or [0]]
            ordinals, to_next = [], False
        elif token["range"]:
            if not days or days[-1][0]:
                raise ValueError(text)
            to_next = True
    if not days or ordinals or to_next:
        raise ValueError(text)
    return days


def _ordinal(text: str) -> int:
    number = _ORDINAL_WORDS.get(text) or int(re.sub("[A-Z]", "", text))
    if number == 0:
        raise ValueError(text)
    return number


def from_code(item: str) -> Day:
    """The day of one code. Raises ValueError with a sentence."""
    match = _DAY_CODE.fullmatch(item)
    if match is None:
        raise ValueError(
            f"“{item.strip()}” is not a day. Write days like MO,TH or Monday and "
            "Thursday; in a month like 2MO or second Monday."
        )
    ordinal = int(match["ordinal"] or 0)
    if abs(ordinal) > 5:
        raise ValueError(
            f"“{item}” cannot be: a month has at most five of one day. Use 1 to 5, or "
            "-1 for the last."
        )
    return ordinal, CODES.index(match["code"])
