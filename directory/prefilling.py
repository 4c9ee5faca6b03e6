"""What a form of a record fills in before anything is judged: opening times that were
said in words, and answers copied from another record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from common import clock
from directory import different_days, widgets, words
from directory.choices import OnThoseDays, WhichDays
from directory.declare import Field, List
from directory.filling import Filling, Source, copy_into
from directory.payload import Payload
from directory.service_elements import HOLIDAY, SCHEDULE
from directory.typed_times import EXAMPLES, NotUnderstood, Read, read_times

SAME_AS = "same-as"
"""The control that says what to copy from, and the value of its button."""
IN_WORDS = "-in-words"
"""What the name of a list has behind it where the whole list is said in words."""
NO_TIMES = (
    "That names no time at which it is open. Write days and times like "
    f"{EXAMPLES}; anything else goes under “In words”, below."
)
NO_MATTER_OF_TIME = ("attending_type", "notes", "schedule_link")
"""Fields of an opening time that typed times say nothing of."""
CLOSED_ON_THEM: Payload = {
    "days": WhichDays.BANK_HOLIDAYS.value,
    "what": OnThoseDays.CLOSED.value,
}
Items = Sequence[Field | List]


@dataclass(frozen=True)
class Copied:
    """What was copied from where, and what was there already and stays: labels."""

    label: str
    copied: list[str]
    kept: list[str]


@dataclass
class Prefilled:
    """What was filled in: ``data`` is the form's as it is then, ``read_back`` says in
    words what was understood of what was ``typed``, ``replaced`` what it takes the
    place of, ``refused`` what was not understood, by the name of its control."""

    prefix: str
    data: Any = None
    typed: str = ""
    read_back: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    copied: Copied | None = None

    @property
    def has_news(self) -> bool:
        """Whether there is something to be looked at before it is saved."""
        return bool(self.read_back or self.refused)

    def fill(
        self, data: Any, items: Items, here: Payload, sources: Mapping[str, Source]
    ) -> None:
        """Put into what was sent what was said in words, and what is to be copied."""
        filling = Filling(data)
        for item in items:
            if isinstance(item, List) and item.entity is SCHEDULE:
                self._read_words(filling, item, items, here)
        source = sources.get(str(data.get(self._name(SAME_AS), "")))
        if source and data.get(self._name("add")) == SAME_AS:
            pairs = [(item, self._name(item.name)) for item in items]
            self.copied = Copied(source.label, *copy_into(filling, pairs, here, source))
        self.data = filling.data

    def _name(self, name: str) -> str:
        return f"{self.prefix}-{name}" if self.prefix else name

    def _read_words(
        self, filling: Filling, each: List, items: Items, here: Payload
    ) -> None:
        """Opening times typed in words take the place of those in the groups of fields,
        and are said back."""
        name = self._name(each.name + IN_WORDS)
        typed = str(filling.data.get(name, ""))
        try:
            found = read_times(typed, today=clock.today())
        except NotUnderstood as refused:
            self.refused[each.name + IN_WORDS] = str(refused)
            return
        if typed.strip() and not self._is_read(found):
            self.refused[each.name + IN_WORDS] = NO_TIMES
            return
        if found.schedules:
            was = here.get(each.name, [])
            rows = [{**_said_of_all(was), **row} for row in found.schedules]
            gone = filling.replace(each, self._name(each.name), rows, was)
            self.replaced += words.show(each, gone)
            self.read_back += words.show(each, rows)
        if found.closed_on_bank_holidays:
            self._close_on_bank_holidays(filling, items)
        if self._is_read(found):
            self.typed, filling.data[name] = typed.strip(), ""

    def _is_read(self, found: Read) -> bool:
        return bool(found.schedules or found.closed_on_bank_holidays)

    def _close_on_bank_holidays(self, filling: Filling, items: Items) -> None:
        for item in items:
            if isinstance(item, List) and item.entity is HOLIDAY:
                filling.add(item, self._name(item.name), CLOSED_ON_THEM)
                self.read_back.append(different_days.describe(CLOSED_ON_THEM))


def _said_of_all(schedules: Sequence[Payload]) -> Payload:
    """What all opening times say that is no time: new ones do not take it back."""
    if not schedules:
        return {}
    first, *others = schedules
    return {
        name: first[name]
        for name in NO_MATTER_OF_TIME
        if first.get(name) and all(one.get(name) == first[name] for one in others)
    }


def in_words_field() -> forms.Field:
    """Where a whole list of opening times is said in words."""
    return widgets.AsTyped(
        label="Say the times in your own words",
        help_text="All of them: they take the place of what is there now. We say "
        "back what we understood, and nothing is saved before you have seen it. For "
        "example: Mon to Fri 9am to 5pm, or every second Tuesday 2pm to 4pm.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def same_as_field(sources: Iterable[Source]) -> forms.Field:
    """What the answers of a section can be copied from."""
    return widgets.AsTyped(
        label="Same as",
        help_text="Copies the answers of this section into what is still empty here. "
        "Nothing you typed goes, and nothing is saved before you save it.",
        widget=forms.Select(
            choices=[("", "Choose one"), *((s.key, s.label) for s in sources)]
        ),
    )
