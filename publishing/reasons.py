"""Why a service is among what was found, in a few words. Pure: the public document."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from directory import schedules
from directory.freshness import day_and_date
from directory.service_elements import HOLIDAYS
from directory.weekdays import DAY_NAMES
from publishing import areas, different, facets, narrowing
from publishing.narrowing import Asked
from publishing.render import Document

METRES_IN_A_MILE = 1609.344
WEEKS_AHEAD = 14
"""How many such days are looked at for the next on which a service is open."""


@dataclass(frozen=True)
class Question:
    """What was asked, with the words that it was asked in.

    ``place`` is the name of the place that answers, ``part`` the part of the day, and
    ``need`` the kinds of help that answer the need, if one was chosen.
    """

    asked: Asked
    place: str = ""
    part: str = ""
    need: frozenset[uuid.UUID] = frozenset()


def why(document: Document, question: Question, metres: float | None) -> str:
    """“1.2 miles from WX1 1AA; open Tuesday evening”; ``""`` where nothing was asked.

    ``metres`` is how far its nearest place in reach is, None where there is none.
    """
    said = [
        _where(document, question, metres),
        _when(document, question),
        _what(document, question.need),
        _for_whom(document, question.asked),
        "free" if facets.FREE in question.asked.facets else "",
        _words(document, question.asked),
    ]
    text = "; ".join(each for each in said if each)
    return text[:1].upper() + text[1:]


def _where(document: Document, question: Question, metres: float | None) -> str:
    near = question.asked.near
    if near is None:
        return ""
    if metres is not None:
        return f"{_miles(metres)} {near.postcode}"
    covers = _covers(document, question.place)
    if covers:
        return covers
    codes, outlines = areas.covered(document)
    if codes or outlines:
        return f"comes to {near.postcode}"
    return "not tied to one place on the map"


def _miles(metres: float) -> str:
    """A distance as people say it; to a tenth of a mile, which is two minutes' walk."""
    miles = metres / METRES_IN_A_MILE
    if miles < 0.1:
        return "very near"
    tenths = f"{miles:.1f}"
    if miles >= 10:
        return f"{miles:.0f} miles from"
    return f"{tenths} mile{'' if tenths == '1.0' else 's'} from"


def _covers(document: Document, place: str) -> str:
    names = [area["name"] for area in document.get("service_areas", [])]
    if place and place in names:
        return f"covers all of {place}"
    return f"covers {', '.join(names[:3])}" if names else ""


def _when(document: Document, question: Question) -> str:
    """The day on which it is open; of what opens on some such days only, the next."""
    on, during = question.asked.on, question.asked.during
    if during is None:
        return ""
    part = f" in the {question.part}" if question.part else ""
    if on is None:
        return f"open{part}"
    if _opens(document, on, during):
        return f"open on {day_and_date(on)}{part}"
    later = (on + dt.timedelta(weeks=number) for number in range(1, WEEKS_AHEAD))
    found = next((day for day in later if _opens(document, day, during)), None)
    if found is None:
        return f"ring to ask about {day_and_date(on)}{part}"
    return f"not every {DAY_NAMES[on.weekday()]}: next on {day_and_date(found)}{part}"


def _opens(document: Document, day: dt.date, during: tuple[int, int]) -> bool:
    """Whether it is open for a minute of that part of a day, or was until then."""
    rows = different.regular(document)
    for link in document.get("service_at_locations", []):
        rows += different.regular(link)
    found = schedules.openings(
        rows, document.get(HOLIDAYS.name, []),
        start=day - dt.timedelta(days=1), end=day, nation=different.nation(document),
    )  # fmt: skip
    begins, ends = (_at(day, minute) for minute in during)
    return any(
        opens < ends and (opens >= begins or _end(opens, closes) > begins)
        for opens, closes in found
    )


def _end(opens: dt.datetime, closes: dt.datetime | None) -> dt.datetime:
    """When it closes: without times at the end of the day, of a single time then."""
    if closes is not None or opens.time() != dt.time():
        return closes or opens
    return opens + dt.timedelta(days=1)


def _at(day: dt.date, minute: int) -> dt.datetime:
    """A minute of a day in Europe/London."""
    naive = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
    return naive.replace(tzinfo=schedules.LONDON)


def _what(document: Document, wanted: frozenset[uuid.UUID]) -> str:
    ids = {str(each) for each in wanted}
    names = [term["name"] for term in _terms(document) if term["id"] in ids]
    return ", ".join(name[:1].lower() + name[1:] for name in dict.fromkeys(names))


def _terms(document: Document) -> Iterable[Any]:
    records = [document, document.get("organization", {})]
    records += [link["location"] for link in document.get("service_at_locations", [])]
    for record in records:
        for attribute in record.get("attributes", []):
            yield attribute["taxonomy_term"]


def _for_whom(document: Document, asked: Asked) -> str:
    if asked.minimum_age is None:
        return ""
    youngest, oldest = document.get("minimum_age"), document.get("maximum_age")
    if youngest is None and oldest is None:
        return "no age is given"
    if oldest is None:
        return f"from {youngest:g} years old"
    return f"for {youngest or 0:g} to {oldest:g} year olds"


def _words(document: Document, asked: Asked) -> str:
    """Where the words stand that the name does not hold."""
    words = asked.words
    wanted = narrowing.plain_words(words)
    if not wanted:
        return ""
    named = " ".join((document.get("name", ""), document.get("alternate_name", "")))
    if _holds(named, wanted):
        return ""
    kinds = [term["name"] for term in _terms(document)]
    if _holds(" ".join(kinds), wanted):
        return f"its kind of help is “{words}”"
    if _holds(document.get("organization", {}).get("name", ""), wanted):
        return f"“{words}” is in the name of who runs it"
    known = {group[0] for group in asked.alike}
    same = [name for name in kinds if name in known and _means(asked, name)]
    if same:
        return f"its kind of help is “{same[0]}”"
    return f"“{words}” is in what it says of itself"


def _means(asked: Asked, name: str) -> bool:
    """Whether what somebody looks for are other words for a term."""
    others = [each for group in asked.alike if group[0] == name for each in group[1:]]
    return narrowing.says(asked.words) in map(narrowing.says, others)


def _holds(text: str, wanted: list[str]) -> bool:
    there = narrowing.plain_words(text, most=200)
    return all(any(word.startswith(each) for word in there) for each in wanted)
