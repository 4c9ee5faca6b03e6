"""Times of day as people type a pair of them: "9-5", "2 to 4pm", "10am–12 noon"."""

import re
from typing import Final, NamedTuple

from directory.wall_clock import parse_time

Times = tuple[str, str]
"""Opening and closing as HH:MM; ``""`` for what is not said."""

_ONE: Final = (
    r"(?:(?:12 ?)?(?:noon|midday)|(?:12 ?)?midnight"
    r"|\d{1,2}(?:[:.]\d{2})?(?: ?(?:am|pm)\b| ?o'?clock)?(?!\d|/|st\b|nd\b|rd\b|th\b))"
)
T: Final = re.compile(
    rf"(?:from |(?P<between>between ))?(?P<opens>{_ONE})"
    rf" ?(?:-|–|to|until|till|til|(?(between)and|to)) ?(?P<closes>{_ONE})"
    r"(?: (?:the )?next day)?"
    rf"|(?P<how>from|until|till|at|by) (?P<one>{_ONE})"
    r"|(?P<bare>\d{1,2}(?:[:.]\d{2})? ?(?:am|pm)\b|(?:12 ?)?(?:noon|midday))"
)
"""A pair of times, or one with the word that says what it is."""


class Part(NamedTuple):
    """A part of the day: the half of the day of a bare hour among ``hours``, from when
    until when something in it opens, and until when it may close, all HH:MM; what
    closes by ``night`` of the next day is still of it."""

    half: str
    hours: range
    first: str
    last: str
    closes: str
    night: str = ""


PARTS: Final = {
    "morning": Part("am", range(4, 12), "04:00", "11:59", "14:00"),
    "am": Part("am", range(4, 12), "00:00", "11:59", "12:00"),
    "lunch": Part("pm", range(1, 3), "11:00", "14:59", "16:00"),
    "afternoon": Part("pm", range(1, 8), "12:00", "18:59", "20:00"),
    "pm": Part("pm", range(1, 12), "12:00", "23:59", "23:59", "02:00"),
    "eve": Part("pm", range(4, 12), "16:00", "23:59", "23:59", "02:00"),
    "night": Part("pm", range(6, 12), "18:00", "23:59", "23:59", "07:00"),
}

_HALF: Final = re.compile(r"am|pm|noon|midday|midnight")
_TWELVE_AM: Final = re.compile(r"12(?:[:.]00)? ?am")
_BARE: Final = re.compile(r"(?P<hour>\d{1,2})(?P<rest>(?:[:.]\d{2})?)(?: ?o'?clock)?")


def fits(times: Times, part: str) -> bool:
    """Whether times lie in a part of the day as people mean it. What does not is asked
    for again: “nights 12-6” is no reason to come at noon."""
    here, (opens, closes) = PARTS[part], times
    if opens and not here.first <= opens <= here.last:
        return False
    if not closes:
        return True
    if closes <= here.night:
        return True
    return (opens or here.first) < closes <= here.closes


def one_time(how: str, said: str, part: str = "") -> Times:
    """ "from 10am", "until 4pm", "at 7pm"; "from 7" of an evening, which is its
    ``part`` (:data:`PARTS`). Raises ValueError with a sentence."""
    time = parse_time(_in_part(said, part))
    return ("", time) if how in ("until", "till", "by") else (time, "")


def time_range(opens: str, closes: str, part: str = "") -> Times:
    """Both ends of a pair, each with its morning or afternoon.

    One that is said holds for the other ("2-4pm", "9am-12"); where neither is, hours
    are those of a ``part`` of the day that was named ("evenings 7-9"; :data:`PARTS`)
    or of a working day ("9-5", "10-1", "2-4"). Raises ValueError with a sentence where
    it could as well be the other half of the day ("7-9").
    """
    if _by_24(opens) or _by_24(closes):
        return _literal(opens), _literal(closes)
    if not _HALF.search(closes):
        opens = _in_part(opens, part)
    first, last = _HALF.search(opens), _HALF.search(closes)
    if first and last:
        return parse_time(opens), parse_time(closes)
    if first:
        return parse_time(opens), _after(parse_time(opens), closes)
    if _TWELVE_AM.fullmatch(closes):
        raise ValueError(
            f"Is “{closes}” noon or midnight? Write 12 noon or 12 midnight."
        )
    if last:
        return _before(opens, parse_time(closes)), parse_time(closes)
    return _working_day(opens, closes)


def _in_part(said: str, part: str) -> str:
    """A time that says no half of the day itself, with that of the part."""
    bare, known = _BARE.fullmatch(said), PARTS.get(part)
    if bare is None or known is None or _by_24(said):
        return said
    if int(bare["hour"]) not in known.hours:
        return said
    return f"{bare['hour']}{bare['rest']}{known.half}"


def _by_24(said: str) -> bool:
    """Whether it is said by the 24-hour clock: 14:30, 09.00, 0:30."""
    bare = _BARE.fullmatch(said)
    hour = bare["hour"] if bare else ""
    return bool(hour) and (int(hour) > 12 or hour.startswith("0"))


def _literal(said: str) -> str:
    bare = _BARE.fullmatch(said)
    if bare is None:
        return parse_time(said)
    return parse_time(f"{int(bare['hour']):02}{bare['rest']}")


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _halves(said: str) -> tuple[str, str]:
    """What a bare time is in the morning, and in the afternoon."""
    bare = _BARE.fullmatch(said)
    if bare is None:
        time = parse_time(said)
        return time, time
    plain = f"{bare['hour']}{bare['rest']}"
    return parse_time(f"{plain}am"), parse_time(f"{plain}pm")


def _after(opens: str, said: str) -> str:
    """The next time after opening that reads so."""
    both = {
        ((_minutes(t) - _minutes(opens)) % (24 * 60) or 24 * 60): t
        for t in _halves(said)
    }
    return both[min(both)]


def _before(said: str, closes: str) -> str:
    """The last time before closing that reads so."""
    both = {
        ((_minutes(closes) - _minutes(t)) % (24 * 60) or 24 * 60): t
        for t in _halves(said)
    }
    return both[min(both)]


def _working_day(opens: str, closes: str) -> Times:
    morning, afternoon = _halves(opens)
    hour = int(morning[:2]) or 12
    if hour in (6, 7, 8):
        until = _minutes(_halves(closes)[0]) or 24 * 60
        if until > _minutes(morning):
            raise ValueError(
                f"Is “{opens}” in the morning or in the evening? Write {opens}am or "
                f"{opens}pm."
            )
    begins = morning if 6 <= hour <= 11 else afternoon
    return begins, _after(begins, closes)
