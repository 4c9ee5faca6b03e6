"""Names of people in running text, told from names of halls, saints and charities.

A rule of thumb with word lists, not a certainty: every finding is shown to a person
(PRODUCT.md section 6). "Certain" is a title or a clear hint beside a full name;
everything else is "suspected".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from directory.given_names import AMBIGUOUS_GIVEN, GIVEN
from directory.name_hints import (
    AFTER_LONE_NAME,
    AND_ANOTHER,
    ASKED_FOR,
    HOLDS_OFFICE,
    STRONG,
    THEN_A_DEED,
    THEN_A_NUMBER,
    name_hints,
)
from directory.name_lists import (
    BODIES,
    FICTION,
    HONOURS,
    NOT_NAMES,
    NOT_PRIVATE,
    OFFICES,
    PLACE_SURNAMES,
    PUBLIC_TITLES,
    ROLES,
    SURNAMES,
    THINGS,
    TITLES,
)

CERTAIN: Final = "certain"
SUSPECTED: Final = "suspected"

#: Where a name stands, and how sure it is: (start, end, certainty).
Span = tuple[int, int, str]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# How far the name of a place or a body is followed ("Queen's Road Junior School").
_MOST_WORDS: Final = 5
_PLAIN_LETTERS: Final = {ord("ł"): "l", ord("đ"): "d", ord("ø"): "o"}
_CONTACT_DETAILS = re.compile(r"\S*@\S*|\+?\(?[0-9][0-9\s()-]*")


@dataclass(frozen=True)
class _Word:
    """A word; ``key`` is it in lower case, without accents and possessive ending."""

    start: int
    end: int
    text: str
    key: str

    @property
    def is_possessive(self) -> bool:
        return self.text.endswith(("'s", "’s"))

    @property
    def is_capitalised(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_acronym(self) -> bool:
        return len(self.text) < 5 and self.text.isupper() and len(self.text) > 1


def find_names(text: str, *, organization_names: Sequence[str] = ()) -> list[Span]:
    """The names of people in a text, in order and apart from each other.

    A title belongs to the name. Where an organisation's name stands in the text it is
    not a person's, even if it is called after one.
    """
    words = _words(text)
    hints = name_hints(text)
    bodies = list(_mentions(text, organization_names))
    found: list[Span] = []
    index = 0
    while index < len(words):
        match = _titled(text, words, index) or _named(text, words, index, hints)
        if match is None:
            index += 1
            continue
        name = words[match.first : match.after]
        end = name[-1].end - (2 if name[-1].is_possessive else 0)
        start = words[index].start
        if not _is_public(name) and not any(a <= start < b for a, b in bodies):
            found.append((start, end, match.certainty))
            if another := AND_ANOTHER.match(text, end):
                hints.setdefault(another.start("name"), STRONG)
        index = match.after
    return found


def is_person_name(text: str, *, organization_names: Sequence[str] = ()) -> bool:
    """Whether the name of a contact is a person's rather than an office's.

    In this field most values are people, so a name of one to four words is a person's
    unless a word of it belongs to a body, a place or a role.
    """
    parts = re.split(r"[&/,;]|\band\b", _CONTACT_DETAILS.sub(" ", text))
    bodies = [{word.key for word in _words(name)} for name in organization_names]
    return any(_is_name(part, bodies) for part in parts)


def _is_name(text: str, bodies: Sequence[set[str]]) -> bool:
    """Whether this part of a contact's name is a person's."""
    words = _words(text)
    titled = bool(words) and words[0].key in TITLES | PUBLIC_TITLES
    words = [word for word in words[titled:] if word.key not in OFFICES]
    if not 1 <= len(words) <= 4 or _is_public(words):
        return False
    keys = {part for word in words for part in (word.key, *word.key.split("-"))}
    first, last = words[0].key, words[-1].key
    if titled or (_is_given(first) and (len(words) == 1 or _is_surname(last))):
        return not keys & (THINGS | ROLES) - PLACE_SURNAMES - SURNAMES
    if keys & (THINGS | ROLES | NOT_NAMES) or any(keys <= body for body in bodies):
        return False
    in_capitals = text.isupper() and len(words) > 1
    return bool(keys & GIVEN) or all(
        word.is_capitalised and (in_capitals or not word.is_acronym) for word in words
    )


def is_surname(name: str) -> bool:
    """Whether this is a common surname or has the form of one, in any case."""
    return _is_surname(name.lower())


def _plain(text: str) -> str:
    """In lower case, without accents, with straight apostrophes."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    bare = "".join(char for char in parts if not unicodedata.combining(char))
    return bare.translate(_PLAIN_LETTERS)


def _words(text: str) -> list[_Word]:
    return [
        _Word(match.start(), match.end(), match[0], _plain(match[0]).removesuffix("'s"))
        for match in _WORD.finditer(text)
    ]


@dataclass(frozen=True)
class _Match:
    """Words from ``first`` up to ``after``; a title stands before ``first``."""

    first: int
    after: int
    certainty: str


def _titled(text: str, words: Sequence[_Word], index: int) -> _Match | None:
    """A title and a name: "Mrs Janet Ogden", "Mr and Mrs Ogden", "Cllr Sam Patel"."""
    title = words[index]
    if title.key not in TITLES | PUBLIC_TITLES or not title.is_capitalised:
        return None
    if title.text == "MS" or _is_drive(text, words, index):
        return None
    first = index + 1
    if (
        first + 2 < len(words)
        and words[first].key in {"and", "&"}
        and words[first + 1].key in TITLES
    ):
        first += 2
    elif "&" in text[title.end : title.end + 3] and first < len(words):
        first += words[first].key in TITLES
    after = first
    while after < min(first + 3, len(words)) and _continues(text, words, after):
        after += 1
    if after == first or words[first].key in FICTION:
        return None
    if _makes_a_thing(text, words, first, after):
        return None
    if title.key in TITLES:
        return _Match(first, after, CERTAIN)
    last = words[after - 1]
    if last.is_possessive and after == first + 1:
        return None  # "Dr Barnardo's", "Dr Smith's": what carries the name, not who
    is_name = words[first].key in GIVEN or title.key not in {"father", "sister", "sir"}
    return _Match(first, after, SUSPECTED) if is_name else None


def _is_drive(text: str, words: Sequence[_Word], index: int) -> bool:
    """Whether "Dr" is the end of an address ("12 Acacia Dr")."""
    if words[index].key != "dr" or index == 0:
        return False
    before = words[index - 1]
    return before.is_capitalised and text[before.end : words[index].start] == " "


def _named(
    text: str, words: Sequence[_Word], index: int, hints: dict[int, int]
) -> _Match | None:
    """A given name with a surname, or one of them with a hint beside it."""
    word = words[index]
    hint = hints.get(word.start, 0)
    if not word.is_capitalised:
        return _uncapitalised(text, words, index) if hint >= STRONG else None
    if index and words[index - 1].key in HONOURS and _adjoins(text, words, index):
        return None
    after = index + 1
    while after < min(index + 3, len(words)) and _continues(text, words, after):
        after += 1
    if _makes_a_thing(text, words, index, after):
        return None
    if after - index > 1 and word.is_possessive:
        return None  # "Mary's Meals"
    name = words[index:after]
    if len(name) > 1:
        certainty = _full_name(name, hint)
    else:
        certainty = _lone_name(text, word, hint)
    if certainty is None and _is_surely_somebody(text, name, hint):
        certainty = SUSPECTED
    return _Match(index, after, certainty) if certainty else None


def _uncapitalised(text: str, words: Sequence[_Word], index: int) -> _Match | None:
    """ "call janet ogden", as people type on a phone."""
    if words[index].key not in GIVEN:
        return None
    after = index + 1
    if (
        after < len(words)
        and words[after].key in SURNAMES
        and _adjoins(text, words, after)
    ):
        return _Match(index, after + 1, CERTAIN)
    return _Match(index, after, SUSPECTED)


def _full_name(name: Sequence[_Word], hint: int) -> str | None:
    """How sure it is that these words are somebody's full name."""
    given, last = name[0].key, name[-1].key
    if given in NOT_NAMES and not (given in AMBIGUOUS_GIVEN and hint):
        return None
    if last in PLACE_SURNAMES:
        return SUSPECTED if hint and given in GIVEN else None
    surely = CERTAIN if hint >= STRONG else SUSPECTED
    if given in GIVEN:
        return surely
    if given in AMBIGUOUS_GIVEN:
        return surely if _is_surname(last) else SUSPECTED if hint else None
    return SUSPECTED if hint >= STRONG and _is_surname(last) else None


def _lone_name(text: str, word: _Word, hint: int) -> str | None:
    """A given name alone: a person with a hint before it or an act or number after."""
    if word.key in GIVEN:
        another = AND_ANOTHER.match(text, word.end)
        told = (
            hint
            or THEN_A_NUMBER.match(text, word.end)
            or THEN_A_DEED.match(text, word.end)
            or (
                another
                and another["name"][0].isupper()
                and _is_given(_plain(another[1]))
            )
        )
        return SUSPECTED if told else None
    if word.key in AMBIGUOUS_GIVEN and hint >= STRONG:
        return SUSPECTED if AFTER_LONE_NAME.match(text, word.end) else None
    return None


def _is_surely_somebody(text: str, name: Sequence[_Word], hint: int) -> bool:
    """Whether unknown words stand where only a person's name does."""
    most = {ASKED_FOR: 1, HOLDS_OFFICE: 2}.get(hint, 0)
    if hint == STRONG and THEN_A_DEED.match(text, name[-1].end):
        most = 1
    return len(name) <= most and not any(
        word.text.isupper() or word.is_possessive or word.key in _NOT_PEOPLE
        for word in name
    )


_NOT_PEOPLE = THINGS | ROLES | OFFICES | NOT_NAMES | BODIES


def _continues(text: str, words: Sequence[_Word], index: int) -> bool:
    """Whether this word can go on a name that begins before it."""
    word = words[index]
    is_initial = len(word.text) == 1
    if not word.is_capitalised or (word.key in NOT_NAMES and not is_initial):
        return False
    if word.is_acronym and not words[index - 1].text.isupper():
        return False
    return _adjoins(text, words, index)


def _adjoins(text: str, words: Sequence[_Word], index: int) -> bool:
    """Whether only a space, or an initial's or a title's full stop, is between."""
    before = words[index - 1]
    gap = text[before.end : words[index].start]
    is_short = len(before.text) == 1 or before.key in TITLES | PUBLIC_TITLES | {"st"}
    return gap == " " or (gap in {". ", "."} and is_short)


def _makes_a_thing(text: str, words: Sequence[_Word], first: int, after: int) -> bool:
    """Whether the words are, or go on to be, the name of a place, a body or a thing."""
    inside = {word.key for word in words[first + 1 : after]} - PLACE_SURNAMES - SURNAMES
    if any(_is_thing(key) for key in inside):
        return True
    for following in range(after, min(after + _MOST_WORDS, len(words))):
        word = words[following]
        if text[words[following - 1].end : word.start] not in {" ", " & "}:
            return False
        if not word.is_capitalised and word.key not in {"and", "of"}:
            return False
        if word.is_capitalised and _is_thing(word.key):
            return True
    return False


def _is_thing(key: str) -> bool:
    return key in THINGS or key.removesuffix("s") in THINGS


def _mentions(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the names of organisations stand in the text, whatever the apostrophe."""
    plain = text.lower().replace("’", "'")
    for name in names:
        sought = " ".join(name.lower().replace("’", "'").split())
        start = plain.find(sought) if sought else -1
        while start >= 0:
            yield start, start + len(sought)
            start = plain.find(sought, start + 1)


def _is_public(name: Sequence[_Word]) -> bool:
    """Whether it is the name of somebody long public, or begins with one."""
    keys = [word.key for word in name]
    return any(" ".join(keys[:count]) in NOT_PRIVATE for count in (2, 3))


def _is_given(key: str) -> bool:
    return key in GIVEN or key in AMBIGUOUS_GIVEN


def _is_surname(key: str) -> bool:
    return (
        key in SURNAMES
        or key in PLACE_SURNAMES
        or re.fullmatch(r"(?:o'|mc|mac)[a-z]{3,}|[a-z]{3,}(?:son|ski|ska|ova)", key)
        is not None
        or ("-" in key and any(part in SURNAMES for part in key.split("-")))
    )
