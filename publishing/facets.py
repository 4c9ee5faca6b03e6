"""What a service can be narrowed by beside its terms: short keys. Pure.

Stored with the row, so that they are found by an index and counted by a trigger.
"""

import re
from collections.abc import Iterable, Sequence

from publishing import areas
from publishing.render import Document

FREE = "free"
ANYWHERE = "anywhere"
"""Neither a point on a map nor an area that can be told: rung from anywhere."""

ALL = "all"
"""Every service has it: the tally of a list."""

PARTS = {
    "morning": ("In the morning, until noon", 6 * 60, 12 * 60),
    "afternoon": ("In the afternoon, from noon", 12 * 60, 17 * 60),
    "evening": ("In the evening, from 5pm", 17 * 60, 24 * 60),
}
"""Parts of a day: in words, and their minutes."""

_DAY = 24 * 60
_NOTHING = re.compile(
    r"\s*(?:it is |always |entirely |completely )?"
    r"(?:free(?: of charge)?|no (?:charge|cost|fee)|nothing|£0(?:\.00)?)"
    r"(?:[.,;:!(–-]|\s+(?:to|for)\s+(?:all|every|any)|\s*$)",
    re.IGNORECASE,
)

_A_PRICE = re.compile("[1-9]")


def day(number: int) -> str:
    """The key of what is open on a weekday, Monday 0."""
    return f"day-{number}"


def part(name: str) -> str:
    """The key of what is open in a part of some day."""
    return f"part-{name}"


def of(full: Document, slots: Sequence[tuple[int, int]]) -> list[str]:
    """The keys of a service, from its document and the minutes of its week."""
    found = {ALL}
    if is_free(full):
        found.add(FREE)
    if _is_anywhere(full):
        found.add(ANYWHERE)
    found |= {day(number) for number in _days(slots)}
    found |= {part(name) for name in _parts(slots)}
    return sorted(found)


def is_free(full: Document) -> bool:
    """Whether it says of itself that it costs nothing: every price is 0, or the words
    about the cost begin with that."""
    amounts = [row.get("amount") for row in full.get("cost_options", [])]
    if amounts:
        return all(amount == 0 for amount in amounts)
    fees = full.get("fees", "")
    return _NOTHING.match(fees) is not None and not _A_PRICE.search(fees)


def _is_anywhere(full: Document) -> bool:
    codes, outlines = areas.covered(full)
    links = full.get("service_at_locations", [])
    points = [one for one in links if "latitude" in one["location"]]
    return not (codes or outlines or points)


def _days(slots: Iterable[tuple[int, int]]) -> Iterable[int]:
    for begins, ends in slots:
        for number in range(begins // _DAY, (ends - 1) // _DAY + 1):
            yield number % 7


def _parts(slots: Iterable[tuple[int, int]]) -> Iterable[str]:
    for begins, ends in slots:
        for number in range(begins // _DAY, (ends - 1) // _DAY + 1):
            for name, (_, first, last) in PARTS.items():
                start = number * _DAY
                if begins < start + last and ends > start + first:
                    yield name
