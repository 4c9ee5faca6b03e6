"""Why a service is among what was found, in a few words. Pure: the public document."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from directory.weekdays import DAY_NAMES
from publishing import areas, facets, narrowing
from publishing.narrowing import Asked
from publishing.render import Document

METRES_IN_A_MILE = 1609.344
LONGEST_DAYS = 3


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
        _when(question),
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


def _when(question: Question) -> str:
    during = question.asked.during
    if during is None:
        return ""
    day, part = during[0], question.part
    if day is None:
        return f"open in the {part}"
    return f"open {DAY_NAMES[day]}{f' {part}' if part else 's'}"


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
    """Whether other words for a term hold what somebody looks for."""
    others = [each for group in asked.alike if group[0] == name for each in group[1:]]
    wanted = narrowing.plain_words(asked.words)
    return any(_holds(each, wanted) for each in others)


def _holds(text: str, wanted: list[str]) -> bool:
    there = narrowing.plain_words(text, most=200)
    return all(any(word.startswith(each) for word in there) for each in wanted)
