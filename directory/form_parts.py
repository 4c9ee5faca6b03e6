"""What a form of a record is drawn from: fields, and lists of groups of fields."""

from collections.abc import Mapping
from typing import Any

from django.forms import BoundField, Form

from directory import overnight, validation, widgets
from directory.declare import Field, List, Type
from directory.payload import Payload

Cleaned = Mapping[str, Any]
FOLDED_WHEN_EMPTY = frozenset({"contacts", "funding", "holiday_schedules"})
"""Lists that are folded away while nobody has said anything there."""

# What nearly every element says; it does not open what few people fill in.
_USUAL = {"currency": "GBP", "country": "GB", "address_type": "physical"}


class Slot:
    """One declared field on the page; days have a second control, for months."""

    def __init__(self, form: Form, item: Field, name: str, words_name: str) -> None:
        self.form = form
        self.item = item
        self.name = name
        self.words_name = words_name

    is_list = False

    @property
    def bounds(self) -> list[BoundField]:
        """Its controls, to be drawn one after another."""
        names = [self.name, *([self.words_name] if self.words_name else [])]
        return [self.form[name] for name in names]

    @property
    def is_in_use(self) -> bool:
        """Whether it says something or has something wrong with it."""
        return any(bound.value() or bound.errors for bound in self.bounds)

    @property
    def is_usual(self) -> bool:
        """Whether it says what nearly every element says, and nothing is wrong."""
        (bound, *_) = self.bounds
        return bound.value() == _USUAL.get(self.item.name) and not bound.errors

    def was_changed(self, cleaned: Cleaned) -> bool:
        """Whether something else was typed than what stood there."""
        return any(
            _same_typed(cleaned.get(bound.name), bound.initial) is False
            for bound in self.bounds
        )

    def value(self, cleaned: Cleaned) -> Any:
        """What was typed, unread; None for nothing."""
        typed = cleaned.get(self.name)
        if self.item.type == Type.DAYS:
            typed = widgets.days_value(typed or [], cleaned.get(self.words_name) or "")
        if isinstance(typed, str) and not typed.strip():
            return None
        return typed

    @property
    def place_of_error(self) -> str:
        """The control that what is wrong with it stands at."""
        words = self.words_name and self.form[self.words_name].value()
        return self.words_name if words else self.name


def _same_typed(typed: Any, stood: Any) -> bool:
    if isinstance(typed, str) and isinstance(stood, str):
        return typed.strip() == stood.replace("\r\n", "\n").strip()
    return (typed or None) == (stood or None)


class Group:
    """One element of a list on the page: its fields, and the lists inside it."""

    def __init__(self, form: Form, each: List, key: str, element: Payload) -> None:
        self.form = form
        self.each = each
        self.key = key
        self.element = element
        self.slots: list[Slot] = []
        self.blocks: list[Block] = []
        self.remove_name = ""
        self.overnight_name = ""
        self.is_asked_for = False
        self.is_doubted = False
        self.result: Payload | None = element or None

    @property
    def id_name(self) -> str:
        """The name of the hidden input that says which element this is."""
        return self.form.add_prefix(f"{self.key}-id")

    @property
    def element_id(self) -> str:
        """The id of the element shown; ``""`` for a new one."""
        return str(self.element.get("id", ""))

    @property
    def remove(self) -> BoundField | None:
        """The tick that takes the element away; a new one has none."""
        return self.form[self.remove_name] if self.remove_name else None

    @property
    def overnight(self) -> BoundField | None:
        """The tick that says that hours past midnight are meant so, where asked for."""
        if not self.overnight_name or not self.is_doubted:
            return None
        return self.form[self.overnight_name]

    @property
    def read_as(self) -> str:
        """How hours that go past midnight are read, in a sentence; else ``""``."""
        if self.each.entity.name != "schedule":
            return ""
        return overnight.in_a_sentence(self.result or {})

    @property
    def main_slots(self) -> list[Slot]:
        """The fields that everybody is asked for."""
        return [slot for slot in self.slots if not slot.item.folded]

    @property
    def folded_slots(self) -> list[Slot]:
        """The fields behind “More”."""
        return [slot for slot in self.slots if slot.item.folded]

    @property
    def main_blocks(self) -> list["Block"]:
        """The lists inside it that everybody is asked for."""
        return [block for block in self.blocks if not block.each.folded]

    @property
    def folded_blocks(self) -> list["Block"]:
        """The lists behind “More”."""
        return [block for block in self.blocks if block.each.folded]

    @property
    def is_more_open(self) -> bool:
        """Whether “More” is open: something unusual is said, or is wrong in it."""
        return any(
            slot.is_in_use and not slot.is_usual for slot in self.folded_slots
        ) or any(group.is_open for b in self.folded_blocks for group in b.groups)

    @property
    def is_in_use(self) -> bool:
        """Whether anything is said or wrong in it."""
        return any(slot.is_in_use for slot in self.slots) or any(
            group.is_in_use for block in self.blocks for group in block.groups
        )

    @property
    def is_open(self) -> bool:
        """Whether the group itself stands open: it is known, asked for or in use."""
        return bool(self.element) or self.is_asked_for or self.is_in_use

    def focus(self) -> None:
        """Let the page open at this group's first control: somebody asked for it."""
        self.is_asked_for = True
        widget = self.form.fields[self.slots[0].name].widget
        widget.attrs["autofocus"] = True

    def typed(self, cleaned: Cleaned) -> Payload | None:
        """The element as typed, unread: the same object where nothing was changed,
        None where it was taken away or says nothing."""
        self.result = self._typed(cleaned)
        return self.result

    def _typed(self, cleaned: Cleaned) -> Payload | None:
        if self.remove_name and cleaned.get(self.remove_name):
            return None
        out, changed = dict(self.element), False
        for slot in self.slots:
            if slot.was_changed(cleaned):
                out[slot.item.name] = slot.value(cleaned)
                changed = True
        for block in self.blocks:
            before = self.element.get(block.each.name, [])
            elements = block.typed(cleaned, before)
            if elements != before:
                out[block.each.name] = elements
                changed = True
        if not changed:
            return self.element or None
        out = {name: value for name, value in out.items() if value not in (None, [])}
        return out if set(out) - {"id"} else None

    def place_of(self, inside: str) -> str | None:
        """The control that an error at ``number`` or ``phones.number`` stands at."""
        name, _, rest = inside.partition(".")
        for slot in self.slots:
            if slot.item.name == name or not inside:
                return slot.place_of_error
        for block in self.blocks:
            if block.each.name == name and block.groups:
                return block.faulty_group(rest).place_of(rest)
        return None


class Block:
    """A list on the page: a group for each element, and for new ones."""

    is_list = True

    def __init__(self, form: Form, each: List, key: str) -> None:
        self.form = form
        self.each = each
        self.key = key
        self.groups: list[Group] = []
        self.words_name = ""

    @property
    def in_words(self) -> BoundField | None:
        """Where the whole list can be said in words; None for most lists."""
        return self.form[self.words_name] if self.words_name else None

    @property
    def count_name(self) -> str:
        """The name of the hidden input that says how many groups the page has."""
        return self.form.add_prefix(f"{self.key}-count")

    @property
    def is_folded(self) -> bool:
        """Whether all of it is folded away: it is long, most leave it empty, and nobody
        has begun with it."""
        inner = [one for group in self.groups for b in group.blocks for one in b.groups]
        return self.each.name in FOLDED_WHEN_EMPTY and not any(
            group.is_open for group in (*self.groups, *inner)
        )

    @property
    def noun(self) -> str:
        """What one of its elements is called, in the middle of a sentence."""
        return self.each.entity.label.lower()

    def typed(self, cleaned: Cleaned, before: list[Payload]) -> list[Payload]:
        """Its elements as typed; those that the page did not show as they were."""
        shown = {group.element_id for group in self.groups}
        out = [element for element in before if element["id"] not in shown]
        for group in self.groups:
            element = group.typed(cleaned)
            if element is not None:
                out.append(element)
        order = {element["id"]: place for place, element in enumerate(before)}
        return sorted(out, key=lambda e: order.get(e.get("id", ""), len(order)))

    def group_of(self, element_id: str) -> Group | None:
        """The group that shows this element; the first for the list as a whole."""
        if not element_id:
            return self.groups[0] if self.groups else None
        for group in reversed(self.groups):
            if (group.result or group.element).get("id") == element_id:
                return group
        return None

    def faulty_group(self, name: str) -> Group:
        """The first group in which something is wrong with this field."""
        for group in self.groups:
            wrong = validation.element_problems(self.each.entity, group.result or {})
            if group.result and name in wrong:
                return group
        return self.groups[0]
