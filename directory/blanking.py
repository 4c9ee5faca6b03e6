"""Finding a value wherever it was written, and blanking it (PRODUCT.md section 6).

Pure: works on texts and JSON values. Whole words only, in any case and spacing, with
accents of their own and whatever is not seen between letters; a phone number in
whatever grouping, national or international.
"""

import itertools
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final, Protocol

from common.words import INVISIBLE, folded
from directory import phones, postcodes
from directory.declarations import RECORDS
from directory.declare import Entity, Type
from directory.payload import Payload, tidy

ERASED: Final = "[erased]"

NUMBER: Final = "number"
EMAIL: Final = "email"
POSTCODE: Final = "postcode"
WORDS: Final = "words"

APOSTROPHES: Final = "['’‘ʼ]"
# PostgreSQL's \s leaves out the spaces that do not break.
_SPACE: Final = r"[\s\u00a0\u2007\u202f]"
_UNSEEN: Final = f"[{INVISIBLE}]*"
_BETWEEN_DIGITS: Final = rf"[\s().,/\u00a0\u202f\u2010-\u2015{INVISIBLE}-]*"
_JOINT: Final = rf"[\s_\u00a0\u2007\u202f\u2010-\u2015{INVISIBLE}-]"
# Line ends and tabs stand escaped in the text of a JSON column.
_JOINT_IN_JSON: Final = rf"({_JOINT}|\\[nrt])+"
_PARTS: Final = re.compile(r"[\s_\u2010-\u2015-]+")
_BEFORE: Final = r"(?<![^\W_])"
_AFTER: Final = r"(?![^\W_]|[\u0300-\u036f])"
_AT: Final = (
    rf"(?:{_SPACE}*@{_SPACE}*|{_SPACE}*[\[({{]{_SPACE}*at{_SPACE}*[\])}}]{_SPACE}*"
    rf"|{_SPACE}+at{_SPACE}+|%40)"
)
_DOT: Final = (
    rf"(?:\.|{_SPACE}*[\[({{]{_SPACE}*dot{_SPACE}*[\])}}]{_SPACE}*"
    rf"|{_SPACE}+dot{_SPACE}+)"
)
_LOCAL: Final = r"[\w.+%&'’-]{0,63}\w"
_PLAIN_EMAIL = re.compile(rf"({_LOCAL})@([\w-]+(?:\.[\w-]+)+)")
EMAIL_IN_TEXT: Final = re.compile(
    rf"{_LOCAL}{_AT}[\w-]+(?:{_DOT}[\w-]+)+", re.IGNORECASE
)
"""An address in running text, also as people hide it: “jo at friends dot org”."""


@dataclass(frozen=True)
class Wanted:
    """A value to blank. ``sql`` and ``sql_json`` are PostgreSQL patterns that find at
    least every row that holds it: in plain text, in the text of a JSON column."""

    pattern: re.Pattern[str]
    sql: str
    sql_json: str

    def is_in(self, text: str) -> bool:
        """Whether a text holds the value."""
        return self.pattern.search(text) is not None

    def is_all_of(self, text: str) -> bool:
        """Whether a text says nothing but the value."""
        return self.pattern.fullmatch(text.strip()) is not None

    def without(self, text: str) -> str:
        """The text with a mark in place of the value."""
        return self.pattern.sub(ERASED, text)


class Blanks(Protocol):
    """What blanking needs to know of what it blanks."""

    def is_all_of(self, text: str) -> bool: ...

    def without(self, text: str) -> str: ...


def kind_of(value: str) -> str:
    """What a value is looked for as: a number, an e-mail address, a postcode, words."""
    value = value.strip()
    if phones.problem(value) is None and len(national_digits(value)) >= 6:
        return NUMBER
    if _PLAIN_EMAIL.fullmatch(value):
        return EMAIL
    return POSTCODE if postcodes.is_valid(value) else WORDS


def plain_email(text: str) -> str:
    """An address as it is dialled, whatever it was hidden behind; in lower case."""
    text = re.sub(_AT, "@", text, flags=re.IGNORECASE)
    return re.sub(_DOT, ".", text, flags=re.IGNORECASE).lower()


def wanted(value: str) -> Wanted:
    """How to find a value."""
    value = folded(value).strip()
    kind = kind_of(value)
    if kind == NUMBER:
        return _wanted_number(value)
    if kind == EMAIL:
        return _wanted_email(value)
    if kind == POSTCODE:
        halves = postcodes.normalise(value).split()
        return _wanted_words(halves, rf"{_SPACE}*", rf"{_SPACE}*")
    words = [word for word in _PARTS.split(value) if word]
    return _wanted_words(words or [value], rf"{_JOINT}+", _JOINT_IN_JSON)


def _wanted_words(words: list[str], between: str, between_in_json: str) -> Wanted:
    plain = between.join(_escaped(word) for word in words)
    escaped = [_escaped(json.dumps(w, ensure_ascii=False)[1:-1]) for w in words]
    return Wanted(
        re.compile(rf"{_BEFORE}{plain}{_AFTER}", re.IGNORECASE),
        plain,
        between_in_json.join(escaped),
    )


def _escaped(word: str) -> str:
    """As a pattern in which an apostrophe may have any shape and accents may stand for
    themselves, with whatever is not seen between letters."""
    return _UNSEEN.join(_letter(letter) for letter in word)


def _letter(letter: str) -> str:
    if re.match(APOSTROPHES, letter):
        return APOSTROPHES
    base, *accents = list(unicodedata.normalize("NFD", letter))
    if not accents:
        return re.escape(letter)
    spellings = {letter}
    for order in itertools.permutations(accents):
        for at in range(len(order) + 1):
            first = unicodedata.normalize("NFC", "".join((base, *order[:at])))
            spellings.add(first + "".join(order[at:]))
    return f"(?:{'|'.join(_UNSEEN.join(each) for each in sorted(spellings))})"


def _wanted_email(value: str) -> Wanted:
    """In any case, and as people hide it from machines."""
    local, _, domain = value.partition("@")
    dot = _UNSEEN + _DOT + _UNSEEN
    written = (
        _escaped(local)
        + f"{_UNSEEN}{_AT}{_UNSEEN}"
        + dot.join(_escaped(part) for part in domain.split("."))
    )
    return Wanted(
        re.compile(rf"(?<![\w+%-])(?<!\w\.){written}(?![\w-]|\.\w)", re.IGNORECASE),
        written,
        written,
    )


def national_digits(value: str) -> str:
    """The digits of a number without what is dialled before them; of one abroad, with
    the code of the country."""
    number = phones.normalise(value)
    digits = "".join(c for c in number if c.isdigit())
    if number.startswith("+") and not number.startswith("+44"):
        return digits
    national = digits.removeprefix("44") if number.startswith("+44") else digits
    return national.removeprefix("0")


def _wanted_number(value: str) -> Wanted:
    number = phones.normalise(value)
    if number.startswith("+") and not number.startswith("+44"):
        start = rf"(?:\+|00){_BETWEEN_DIGITS}"
    else:
        start = rf"(?:\+44|0044|0|\+44{_BETWEEN_DIGITS}0){_BETWEEN_DIGITS}"
    written = r"\(?" + start + _BETWEEN_DIGITS.join(national_digits(value))
    return Wanted(re.compile(rf"(?<!\d){written}(?!\d)"), written, written)


def erased(value: Any, what: Blanks) -> Any:
    """A JSON value without the wanted one, None where nothing else was there.

    A whole value goes with its key; within a text it is marked. A name stays as a mark,
    so that what it names can still be referred to.
    """
    if isinstance(value, str):
        return None if what.is_all_of(value) else what.without(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return None if what.is_all_of(str(value)) else value
    if isinstance(value, list):
        return [x for x in (erased(v, what) for v in value) if x is not None]
    out = {}
    for key, before in value.items():
        after = erased(before, what)
        if after is None and before is not None and key == "name":
            after = ERASED
        if after is not None or before is None:
            out[key] = after
    return out


def erased_payload(kind: str, payload: Payload, what: Blanks) -> Payload:
    """A record's payload without the value, and still one that can be stored."""
    out = _sound(RECORDS[kind], tidy(RECORDS[kind], erased(payload, what)), top=True)
    if ("latitude" in out) != ("longitude" in out):
        out = {k: v for k, v in out.items() if k not in ("latitude", "longitude")}
    return out


def _sound(entity: Entity, payload: Payload, *, top: bool = False) -> Payload:
    """Without what a mark has made unreadable, empty or too long, and without list
    elements that lost what they cannot do without. A record keeps its name."""
    out = dict(payload)
    for item in entity.fields:
        value = out.get(item.name)
        if not isinstance(value, str) or ERASED not in value:
            continue
        nothing_left = value == ERASED and not (top and item.required)
        if nothing_left or item.type not in (Type.LINE, Type.TEXT):
            del out[item.name]
        elif item.max_length:
            out[item.name] = value[: item.max_length]
    for each in entity.lists:
        required = [f.name for f in each.entity.fields if f.required]
        elements = [_sound(each.entity, e) for e in out.pop(each.name, [])]
        elements = [
            e for e in elements if set(e) > {"id"} and all(n in e for n in required)
        ]
        if elements:
            out[each.name] = elements
    return out
