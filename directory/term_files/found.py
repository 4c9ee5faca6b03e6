"""What was found in a file: lists, their terms, and what could not be used."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from common.words import one_line
from directory import text
from directory.choices import Facet
from directory.models import Taxonomy, TaxonomyTerm

LONGEST_NAME = 255
LONGEST_CODE = 100
MOST_TERMS = 20_000
MOST_LEVELS = 12
"""How deep terms stand in the deepest list that people can still find their way in."""

LONGEST_ORIGIN: int = Taxonomy._meta.get_field("origin").max_length or 0
UNNAMED = "Imported terms"


class NotAList(Exception):
    """The file is none that can be read as lists of terms; says so in a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Problem:
    """Something of a file that was left out. ``row`` counts from 1, headings too."""

    row: int
    what: str
    sentence: str


@dataclass(frozen=True)
class FoundTerm:
    """One term of a file. ``key`` names it in its list, ``above`` its parent there."""

    row: int
    key: str
    name: str
    description: str = ""
    code: str = ""
    uri: str = ""
    above: str = ""
    ended: bool = False


@dataclass
class FoundList:
    """One list of a file. ``origin`` is the same each time it is read."""

    origin: str
    name: str
    facet: Facet
    description: str = ""
    uri: str = ""
    version: str = ""
    licence: str = ""
    attribution: str = ""
    terms: dict[str, FoundTerm] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Words as they are kept; a long origin by its sum, so that two lists of one
        publisher, which begin alike, stay two."""
        self.name = one_line(self.name)[:LONGEST_NAME] or UNNAMED
        self.description = one_line(self.description)
        if len(self.origin) > LONGEST_ORIGIN:
            begins, _, rest = self.origin.partition(":")
            self.origin = f"{begins}:{hashlib.sha256(rest.encode()).hexdigest()[:32]}"

    def say(self, row: int, what: str, sentence: str) -> None:
        """Remember what could not be used."""
        self.problems.append(Problem(row, what, sentence))

    def add(self, term: FoundTerm) -> None:
        """Take a term, as far as it can be used. Raises NotAList for far too many."""
        term = replace(
            term, name=one_line(term.name), description=one_line(term.description),
            code=one_line(term.code),
        )  # fmt: skip
        if not term.key or not term.name:
            self.say(term.row, term.name or term.key, "It has no name, or no id.")
        elif term.key in self.terms:
            self.say(
                term.row, term.name,
                f"Its id stands in row {self.terms[term.key].row} already.",
            )  # fmt: skip
        elif len(term.name) > LONGEST_NAME or len(term.code) > LONGEST_CODE:
            self.say(term.row, term.name[:50], "Its name or code is far too long.")
        else:
            self.terms[term.key] = term
        if len(self.terms) > MOST_TERMS:
            raise NotAList(f"The list has more than {MOST_TERMS:,} terms.")

    def settle(self) -> None:
        """Leave out what does not fit together: parents, addresses, codes."""
        codes: set[str] = set()
        uris: set[str] = set()
        for key, term in list(self.terms.items()):
            above, uri, code = term.above, term.uri, term.code
            if above and above not in self.terms:
                self.say(term.row, term.name, "What it is below is not in the list.")
                above = ""
            elif above and (wrong := self._wrong_above(key, above)):
                self.say(term.row, term.name, wrong)
                above = ""
            if uri and (uri in uris or not _is_address(uri)):
                self.say(term.row, term.name, "Its web address cannot be used.")
                uri = ""
            if code and code in codes:
                self.say(term.row, term.name, f"Its code “{code}” is another’s too.")
                code = ""
            uris.add(uri)
            codes.add(code)
            self.terms[key] = FoundTerm(
                term.row, key, term.name, term.description, code, uri, above, term.ended
            )

    def _wrong_above(self, key: str, above: str) -> str:
        """What is wrong with a term standing there, in a sentence; ``""`` if nothing.

        Looks no further up than a list may be deep: each of very many terms asks.
        """
        up = list(islice(self._upwards(above), MOST_LEVELS))
        if key in up:
            return "It is below itself."
        if len(up) == MOST_LEVELS:
            return f"It stands {MOST_LEVELS} levels down, so it was put at the top."
        return ""

    def _upwards(self, key: str) -> Iterator[str]:
        """A term and all it is below."""
        seen: set[str] = set()
        while key and key not in seen and key in self.terms:
            seen.add(key)
            yield key
            key = self.terms[key].above


def _is_address(uri: str) -> bool:
    limit = TaxonomyTerm._meta.get_field("term_uri").max_length or 0
    return len(uri) <= limit and text.url_problem(uri) is None
