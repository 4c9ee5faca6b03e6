"""Which terms the words of a record suggest. Pure; a person decides.

A term is suggested by the words of its name, or by several of its description, that the
record says too, whatever their endings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_SUGGESTED = 8
ENOUGH = 0.6
"""Of 1, which is every word of a name."""
_OF_A_DESCRIPTION = 0.35
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDINGS = ("ings", "ing", "ies", "ers", "er", "es", "ed", "s", "y")
_SMALL = frozenset((
    "all", "and", "are", "but", "can", "for", "from", "has", "have", "help", "her",
    "his", "how", "into", "its", "more", "not", "one", "other", "our", "out", "people",
    "service", "services", "someone", "somebody", "such", "than", "that", "the",
    "their", "them", "there", "they", "this", "those", "who", "with", "you", "your",
    "what", "when", "where", "which", "will", "would",
))  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A term as far as its words matter."""

    id: str
    name: str
    description: str


@dataclass(frozen=True)
class Suggestion:
    """A term with the words of the record that speak for it."""

    id: str
    name: str
    because: tuple[str, ...]

    @property
    def why(self) -> str:
        """A sentence for people."""
        return f"They say {', '.join(f'“{word}”' for word in self.because)}."


def suggest(said: Iterable[str], candidates: Iterable[Candidate]) -> list[Suggestion]:
    """The terms that these texts speak for, the likeliest first."""
    words: dict[str, str] = {}
    for text in said:
        for word in _words(text):
            words.setdefault(_stem(word), word)
    found = []
    for term in candidates:
        score, because = _compared(term, words)
        if score >= ENOUGH:
            found.append((-score, term.name, Suggestion(term.id, term.name, because)))
    found.sort(key=lambda each: each[:2])
    return [suggestion for _, _, suggestion in found[:MOST_SUGGESTED]]


def _compared(term: Candidate, words: dict[str, str]) -> tuple[float, tuple[str, ...]]:
    name = dict.fromkeys(_stem(word) for word in _words(term.name))
    more = dict.fromkeys(_stem(word) for word in _words(term.description))
    in_name = [words[stem] for stem in name if stem in words]
    beside = [words[stem] for stem in more if stem in words and stem not in name]
    score = len(in_name) / len(name) if name else 0.0
    score += _OF_A_DESCRIPTION * len(beside)
    return score, tuple(dict.fromkeys([*in_name, *beside]))[:4]


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.lower().replace("’", "'")):
        if word not in _SMALL:
            yield word


def _stem(word: str) -> str:
    """A word without its commonest endings; four letters stay at least."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
