"""What could not be used as it came: collected by record and field."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from directory.choices import Kind

MOST_KEPT = 20_000
"""How many problems of one run are kept; of the others it is said how many they are."""

LONGEST_VALUE = 2000
"""How many characters of a source's value are kept beside its problem."""


class What(StrEnum):
    """Kinds of problem. The value is what a person reads in the summary."""

    REPAIRED = "text repaired"
    NOT_ON_LIST = "value that is not on the standard's list"
    UNREADABLE = "value that cannot be read"
    TOO_LONG = "text longer than the field"
    INCOMPLETE = "needed and not said"
    UNKNOWN_FIELD = "field the standard does not have"
    UNKNOWN_TERM = "term that is not on our lists"
    CONFLICT = "one id for two things"
    UNUSABLE = "record that cannot be used"
    FAILED = "record that failed"
    ERASED = "value that was erased"


@dataclass(frozen=True)
class Problem:
    """Something in a source that could not be used as it came."""

    what: What
    kind: str
    external_id: str
    label: str
    field: str
    value: str
    sentence: str


@dataclass
class Notes:
    """The problems of one run, each once; fields nobody knows not once per record."""

    problems: dict[Problem, None] = field(default_factory=dict)
    unknown: defaultdict[tuple[str, str], set[str]] = field(
        default_factory=lambda: defaultdict(set)
    )

    more: Counter[What] = field(default_factory=Counter)
    """How many problems of each kind came after as many as are kept."""

    def about(self, kind: str, external_id: str, label: str) -> "About":
        """A notebook for one record."""
        return About(self, kind, external_id, label)

    def every(self) -> Iterator[Problem]:
        """All problems that are kept, those of single records first; then how many
        more there were."""
        yield from self._kept()
        for what, count in self.more.items():
            were = "1 more was" if count == 1 else f"{count:,} more were"
            yield Problem(
                what, Kind.SERVICE, "", "", "", "", f"{were} found and not listed."
            )

    def _kept(self) -> Iterator[Problem]:
        yield from self.problems
        for (kind, name), records in sorted(self.unknown.items()):
            had = "1 record" if len(records) == 1 else f"{len(records)} records"
            yield Problem(
                What.UNKNOWN_FIELD, kind, "", str(Kind(kind).label), name[:120], "",
                f"“{name}” is no field of the standard that is kept here. "
                f"{had} had it; it was left out.",
            )  # fmt: skip

    def counts(self) -> dict[str, int]:
        """How many problems there are of each kind, most first."""
        counted = Counter(problem.what.value for problem in self._kept())
        counted.update({what.value: count for what, count in self.more.items()})
        return dict(counted.most_common())


@dataclass(frozen=True)
class About:
    """Notes the problems of one record."""

    notes: Notes
    kind: str
    external_id: str
    label: str

    def say(self, what: What, name: str, value: Any, sentence: str) -> None:
        """Note one problem at a field, with the value as the source gave it."""
        problem = Problem(
            what, self.kind, self.external_id, self.label, name[:120], _shown(value),
            sentence,
        )  # fmt: skip
        kept = self.notes.problems
        if len(kept) < MOST_KEPT:
            kept[problem] = None
        elif problem not in kept:
            self.notes.more[what] += 1

    def unknown(self, name: str) -> None:
        """Note a field that nobody knows."""
        self.notes.unknown[self.kind, name].add(self.external_id)


def _shown(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
