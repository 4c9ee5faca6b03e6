"""Finding a value wherever it was written, and blanking it (PRODUCT.md section 6).

Pure: works on texts and JSON values. Whole words only, in any case and spacing; a phone
number in whatever grouping, national or international.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from directory import phones
from directory.declarations import RECORDS
from directory.declare import Entity, Type
from directory.payload import Payload, tidy

ERASED: Final = "[erased]"

_BETWEEN_DIGITS: Final = r"[\s().\u2010-\u2015-]*"
# Line ends and tabs stand escaped in the text of a JSON column.
_BETWEEN_WORDS: Final = r"(\s|\\[nrt])+"


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


def wanted(value: str) -> Wanted:
    """How to find a value."""
    digits = [c for c in value if c.isdigit()]
    if phones.problem(value) is None and len(digits) >= 6:
        return _wanted_number(phones.normalise(value))
    words = value.split()
    plain = r"\s+".join(re.escape(word) for word in words)
    escaped = [re.escape(json.dumps(w, ensure_ascii=False)[1:-1]) for w in words]
    return Wanted(
        re.compile(rf"(?<!\w){plain}(?!\w)", re.IGNORECASE),
        plain,
        _BETWEEN_WORDS.join(escaped),
    )


def _wanted_number(number: str) -> Wanted:
    digits = "".join(c for c in number if c.isdigit())
    national = digits.removeprefix("44") if number.startswith("+44") else digits
    if number.startswith("+") and not number.startswith("+44"):
        start = rf"(?:\+|00){_BETWEEN_DIGITS}"
    else:
        national = national.removeprefix("0")
        start = rf"(?:\+44|0044|0|\+44{_BETWEEN_DIGITS}0){_BETWEEN_DIGITS}"
    written = r"\(?" + start + _BETWEEN_DIGITS.join(national)
    return Wanted(re.compile(rf"(?<!\d){written}(?!\d)"), written, written)


def erased(value: Any, what: Wanted) -> Any:
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


def erased_payload(kind: str, payload: Payload, what: Wanted) -> Payload:
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
