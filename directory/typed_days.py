"""Days as people type them: "Mon-Fri", "first and third Tuesdays", "the 15th"."""

import re
from dataclasses import dataclass, replace
from typing import Final

from directory.weekdays import Day

_DAY: Final = (
    r"(?:mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:s|nesdays?)?|thu(?:r(?:s(?:days?)?)?)?"
    r"|fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?)\b\.?(?:'s)?"
)
_GROUP: Final = (
    r"(?:every ?day except|every ?day|daily|(?:7|seven) days(?: a week)?|(?:every )?"
    r"week ?days?|(?:every |at )?weekends?)\b"
)
_ORDINAL: Final = (
    r"(?:(?:second|third|fourth|fifth) to last|second last|penultimate|first|second"
    r"|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)\b"
)
# One way only to read each character: two would double the time with every repetition.
_BETWEEN: Final = r"(?:[\s,&/+–-]|\b(?:and|to|until|through|the)\b)"
_ITEM: Final = rf"(?:(?:every |each |the |on )*(?:{_GROUP}|(?:{_ORDINAL}\s+)?{_DAY}))"
RUN: Final = re.compile(
    rf"(?:{_ITEM}|(?:the )?{_ORDINAL}(?={_BETWEEN}+{_ORDINAL}))"
    rf"(?:{_BETWEEN}+(?:on )?(?:{_ITEM}|{_ORDINAL}(?={_BETWEEN}+{_ORDINAL})))*"
)
"""Everything that is said about days in one go."""

_DATE: Final = (
    r"(?:\d{1,2}(?:st|nd|rd|th) to last day|(?:second|third|fourth|fifth) to last day"
    r"|last day|\d{1,2}(?:st|nd|rd|th))"
)
DATES_OF_MONTH: Final = re.compile(
    rf"(?:the )?{_DATE}(?:(?:,? and |, | ?& ?)(?:the )?{_DATE})*"
)
"""Days of a month by their numbers; "of every month" has to follow."""

_TOKEN: Final = re.compile(
    rf"(?P<group>{_GROUP})|(?P<ordinal>{_ORDINAL})|(?P<day>{_DAY})"
    r"|(?P<to>-|–|\bto\b|\buntil\b|\bthrough\b)|(?P<rest>.)",
    re.DOTALL,
)
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1,
    "second last": -2, "penultimate": -2,
}  # fmt: skip
_GROUPS: Final = (
    ("week", "end", range(5, 7)), ("week", "day", range(5)), ("", "", range(7)),
)  # fmt: skip


@dataclass(frozen=True)
class Days:
    """On which days: weekdays (which of the month, 0 for each; Monday 0), days of the
    month by number, and every how many weeks or months. ``waits``: only the weeks are
    said so far, and days follow."""

    days: tuple[Day, ...] = ()
    monthdays: tuple[int, ...] = ()
    interval: int = 1
    waits: bool = False

    @property
    def is_monthly(self) -> bool:
        """Whether they are counted within a month."""
        return bool(self.monthdays) or any(ordinal for ordinal, _ in self.days)

    def joined(self, more: "Days") -> "Days":
        """Both, for days that are said one after another."""
        return replace(
            self,
            days=(*self.days, *more.days),
            monthdays=(*self.monthdays, *more.monthdays),
            interval=max(self.interval, more.interval),
        )


def days_of(run: str) -> Days:
    """The days of a :data:`RUN`. Raises ValueError where it does not add up."""
    days: list[Day] = []
    ordinals: list[int] = []
    reach = leave_out = False
    for token in _TOKEN.finditer(run):
        if token["group"]:
            leave_out = leave_out or token["group"].endswith("except")
            days += [(0, day) for day in _group(token["group"])]
        elif token["ordinal"]:
            ordinals.append(_ordinal(token["ordinal"]))
        elif token["day"]:
            day = _NAMES.index(token["day"][:3])
            if leave_out:
                days = [one for one in days if one[1] != day]
            elif reach:
                last = days[-1][1]
                days += [(0, (last + n) % 7) for n in range(1, (day - last) % 7 + 1)]
            else:
                days += [(nth, day) for nth in ordinals or [0]]
            ordinals, reach = [], False
        elif token["to"]:
            if not days or days[-1][0]:
                raise ValueError(run)
            reach = True
    if not days or ordinals or reach:
        raise ValueError(run)
    in_order = sorted(set(days), key=lambda one: (one[1], one[0] < 0, one[0]))
    return Days(tuple(in_order))


def _group(said: str) -> range:
    plain = said.replace(" ", "").removeprefix("every").removeprefix("at")
    for begins, holds, days in _GROUPS:
        if plain.startswith(begins) and holds in plain and plain != "daily":
            return days
    return range(7)


def _ordinal(said: str) -> int:
    if said.endswith("to last"):
        return -_ORDINALS[said.removesuffix(" to last")]
    return _ORDINALS.get(said) or int(said[0])


def dates_of_month(said: str) -> list[int]:
    """The numbers of :data:`DATES_OF_MONTH`, from the end if negative."""
    out = []
    for one in re.findall(_DATE, said):
        if one == "last day":
            out.append(-1)
        elif one.endswith("to last day"):
            nth = one.removesuffix(" to last day")
            out.append(-(_ORDINALS.get(nth) or int(re.sub(r"\D", "", nth))))
        else:
            out.append(int(re.sub(r"\D", "", one)))
    return out
