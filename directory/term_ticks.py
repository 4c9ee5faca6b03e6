"""The terms of a record as check boxes: one part of a form, for whoever sets them.

Stored terms that were replaced are ticked as what replaced them, and stay as they are
stored until somebody takes the tick away (ADR 14).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from directory.declare import List
from directory.payload import Payload
from directory.suggesting import Suggestion
from directory.widgets import ManyAsTyped


@dataclass(frozen=True)
class TermGroup:
    """The terms for one purpose. ``says`` is the link type their ticks have."""

    title: str
    says: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Offer:
    """What may be ticked on one record.

    ``now`` gives, for each stored term that was replaced, what stands for it, and
    ``words`` is what who runs it says in their own words.
    """

    groups: Sequence[TermGroup]
    now: Mapping[str, str] = field(default_factory=dict)
    suggested: Sequence[Suggestion] = ()
    words: str = ""


@dataclass(frozen=True)
class Tick:
    """One check box."""

    value: str
    label: str
    checked: bool
    why: str = ""


@dataclass(frozen=True)
class Shown:
    """A group as it is drawn."""

    title: str
    ticks: list[Tick]
    open: bool

    @property
    def ticked(self) -> list[Tick]:
        """What of it is ticked: all that shows of a group that is folded."""
        return [tick for tick in self.ticks if tick.checked]

    @property
    def count(self) -> int:
        """How many of it are ticked."""
        return len(self.ticked)


class Ticks:
    """The part of a form that asks for a set of terms."""

    is_ticks = True

    def __init__(
        self, form: forms.Form, each: List, elements: list[Payload], offer: Offer
    ) -> None:
        self.form = form
        self.each = each
        self.elements = elements
        self.offer = offer
        self.name = each.name
        known = dict.fromkeys(map(self._now, elements))
        offered = {key for group in offer.groups for key, _ in group.options}
        self.gone = [key for key in known if key not in offered]
        form.fields[self.name] = ManyAsTyped(label=each.label)
        form.fields[self.name].initial = list(known)
        form.fields[self.find_name] = forms.CharField(
            label="Find a term", required=False, max_length=100
        )

    @property
    def find_name(self) -> str:
        """The name of the field that narrows the boxes."""
        return f"{self.name}-find"

    @property
    def find(self) -> Any:
        """The field that narrows the boxes."""
        return self.form[self.find_name]

    @property
    def input_name(self) -> str:
        """The name of every box."""
        return self.form.add_prefix(self.name)

    @property
    def id_prefix(self) -> str:
        """What the ids of the boxes begin with."""
        return f"id_{self.input_name}"

    @property
    def errors(self) -> Any:
        """What is wrong with the terms."""
        return self.form[self.name].errors

    def _now(self, element: Payload) -> str:
        key = str(element.get("taxonomy_term_id", ""))
        return self.offer.now.get(key, key)

    @property
    def ticked(self) -> set[str]:
        """The ids that are ticked now."""
        return {str(value) for value in self.form[self.name].value() or []}

    @property
    def suggested(self) -> list[Tick]:
        """What the words of the record suggest."""
        ticked = self.ticked
        return [Tick(s.id, s.name, s.id in ticked, s.why) for s in self.offer.suggested]

    @property
    def groups(self) -> list[Shown]:
        """All other boxes in groups; those ticked, and those looked for, first of all.

        While somebody looks for a word, only what has it and what is ticked is drawn.
        """
        ticked, asked = self.ticked, str(self.find.value() or "").lower().split()
        above = {s.id for s in self.offer.suggested}
        out = []
        for group in self.offer.groups:
            ticks = [
                Tick(key, label, key in ticked)
                for key, label in group.options
                if key not in above
                and (key in ticked or all(word in label.lower() for word in asked))
            ]
            if ticks:
                out.append(Shown(group.title, ticks, open=bool(asked)))
        if self.gone:
            words = "A term that is no longer on our lists"
            rows = [Tick(key, words, key in ticked) for key in self.gone]
            out.append(Shown("No longer on our lists", rows, open=False))
        return out

    def chosen(self, cleaned: Mapping[str, Any]) -> list[Payload]:
        """The elements as ticked: those stored as they are, then new ones."""
        ticked = list(dict.fromkeys(str(v) for v in cleaned.get(self.name) or []))
        kept = [e for e in self.elements if self._now(e) in ticked]
        there = {self._now(e) for e in kept}
        says = {key: g.says for g in self.offer.groups for key, _ in g.options}
        new = [
            {"taxonomy_term_id": key, "link_type": says[key]}
            for key in ticked
            if key not in there and key in says
        ]
        return [*kept, *new]
