"""Knowing an erased value again without keeping it (PRODUCT.md section 6).

What is kept is a mark: a keyed hash of the value in one spelling, with what it is and
how many words or digits it has. A text is searched by marking whatever in it is of that
kind and size. Pure: the key and the marks are handed in.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.words import folded, folded_with_places
from directory import blanking, postcodes
from directory.blanking import EMAIL, NUMBER, POSTCODE, WORDS

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\s_\u2010-\u2015-]+")
_GROUPED = re.compile(r"[\d\s().,/\u2010-\u2015-]+")
_OPENING = re.compile(
    r"(?<!\d)(?:\(?(?:\+\(?|00)(?:44\D{0,3}0?)?|\(?0)?[\s().,/\u2010-\u2015-]*\Z"
)
_LONGEST_OPENING = 25


@dataclass(frozen=True)
class Mark:
    """A value that nobody can read out of it. ``size`` counts its words or digits."""

    kind: str
    size: int
    digest: str


@dataclass(frozen=True)
class Hit:
    """A known value in a text, from ``start`` up to ``end``."""

    start: int
    end: int
    digest: str


def mark(value: str, key: str) -> Mark:
    """The mark of a value. Raises ValueError for one without letters or digits."""
    value = folded(value)
    kind = blanking.kind_of(value)
    if kind == NUMBER:
        digits = blanking.national_digits(value)
        return Mark(NUMBER, len(digits), _digest(key, NUMBER, digits))
    if kind == EMAIL:
        return Mark(EMAIL, 1, _digest(key, EMAIL, value.strip().lower()))
    if kind == POSTCODE:
        return Mark(POSTCODE, 1, _digest(key, POSTCODE, _plain_postcode(value)))
    words = list(_WORD.finditer(value))
    if not words:
        raise ValueError("There is no letter or digit in it.")
    plain = _plain(value[words[0].start() : words[-1].end()])
    return Mark(WORDS, len(words), _digest(key, WORDS, plain))


def _digest(key: str, kind: str, plain: str) -> str:
    return hmac.digest(key.encode(), f"{kind}:{plain}".encode(), "sha256").hex()


def _plain(text: str) -> str:
    """One spelling of words: whatever case, apostrophe, and space or hyphen between."""
    plain = folded(re.sub(blanking.APOSTROPHES, "'", text).casefold())
    return _BETWEEN.sub(" ", plain).strip()


def _plain_postcode(text: str) -> str:
    return "".join(text.split()).upper()


class Memory:
    """What was erased, by digest; finds it in texts and blanks it as erasure does."""

    def __init__(self, key: str, marks: Mapping[Mark, Any]) -> None:
        self.key = key
        self.known = {mark.digest: what for mark, what in marks.items()}
        self.numbers = {m.size for m in marks if m.kind == NUMBER}
        self.words = {m.size for m in marks if m.kind == WORDS}
        self.kinds = {m.kind for m in marks}

    def hits(self, text: str) -> list[Hit]:
        """Where in a text something stands that was erased, in order and apart."""
        found = sorted(self._all(text), key=lambda hit: (hit.start, -hit.end))
        apart: list[Hit] = []
        for hit in found:
            if not apart or hit.start >= apart[-1].end:
                apart.append(hit)
        return apart

    def every(self, value: Any) -> Iterator[Hit]:
        """The hits in all texts of a JSON value; their places are within each text."""
        if isinstance(value, (dict, list)):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from self.every(inner)
        elif value is not None and not isinstance(value, bool):
            yield from self.hits(str(value))

    def is_all_of(self, text: str) -> bool:
        """Whether a text says nothing but an erased value."""
        plain = text.strip()
        return any(hit.end - hit.start == len(plain) for hit in self.hits(plain))

    def without(self, text: str) -> str:
        """The text with a mark in place of each erased value."""
        for hit in reversed(self.hits(text)):
            text = text[: hit.start] + blanking.ERASED + text[hit.end :]
        return text

    def _all(self, text: str) -> Iterator[Hit]:
        for kind, start, end, plain in self._candidates(text):
            digest = _digest(self.key, kind, plain)
            if digest in self.known:
                yield Hit(start, end, digest)

    def _candidates(self, text: str) -> Iterator[tuple[str, int, int, str]]:
        """What in a text is of the kind and size of something erased, however its
        accents are written and whatever stands in it unseen."""
        text, places = folded_with_places(text)
        for kind, start, end, plain in self._candidates_in(text):
            yield kind, places[start][0], places[end - 1][1], plain

    def _candidates_in(self, text: str) -> Iterator[tuple[str, int, int, str]]:
        if self.words:
            yield from self._runs_of_words(text)
        if self.numbers:
            yield from self._numbers(text)
        if EMAIL in self.kinds:
            for match in blanking.EMAIL_IN_TEXT.finditer(text):
                yield EMAIL, *match.span(), blanking.plain_email(match[0])
        if POSTCODE in self.kinds:
            for start, end, code in postcodes.find_in_text(text):
                yield POSTCODE, start, end, _plain_postcode(code)

    def _runs_of_words(self, text: str) -> Iterator[tuple[str, int, int, str]]:
        words = [match.span() for match in _WORD.finditer(text)]
        for size in self.words:
            for first in range(len(words) - size + 1):
                start, end = words[first][0], words[first + size - 1][1]
                yield WORDS, start, end, _plain(text[start:end])

    def _numbers(self, text: str) -> Iterator[tuple[str, int, int, str]]:
        """Every run of as many digits as an erased number has, where a number may
        begin and end: grouped in whatever way, with whatever is dialled before it."""
        places = [match.start() for match in re.finditer(r"\d", text)]
        digits = "".join(text[place] for place in places)
        for size in self.numbers:
            for first in range(len(digits) - size + 1):
                end = places[first + size - 1] + 1
                whole = text[places[first] : end]
                if text[end : end + 1].isdigit() or not _GROUPED.fullmatch(whole):
                    continue
                begin = max(0, places[first] - _LONGEST_OPENING)
                opening = _OPENING.search(text, begin, places[first])
                if opening:
                    plain = digits[first : first + size]
                    yield NUMBER, opening.start(), end, plain
