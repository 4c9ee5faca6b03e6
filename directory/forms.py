"""Forms for a section of a record, or for one value, made from the declarations.

A form knows the payload that somebody saw and says what they made of it: the payload as
it is now, or the edits that lead there. What cannot be accepted is said beside its
field; what was typed stays as it was typed.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from directory import diff, overnight, validation, widgets
from directory.declare import Entity, Field, List, Section, Type
from directory.filling import Source
from directory.form_parts import Block, Group, Slot
from directory.payload import Payload
from directory.prefilling import (
    IN_WORDS,
    SAME_AS,
    Prefilled,
    in_words_field,
    same_as_field,
)
from directory.term_ticks import Offer, Ticks

Choices = Mapping[str, Any]
"""What may be chosen for a reference: the kind referred to → options, or groups; and
under ``terms`` the :class:`Offer` of who sets the terms by check boxes."""

# A page that was sent with more groups than this was not made by a person.
MOST_GROUPS = 200
# Nor one with more new groups in all its lists together: what is in a list of a list
# multiplies.
MOST_NEW = 400
NESTED_SLOTS = 2


def section_form(
    entity: Entity,
    section: Section,
    payload: Payload,
    data: Any = None,
    *,
    choices: Choices | None = None,
    prefix: str = "",
    draft: bool = False,
    sources: Sequence[Source] = (),
) -> "RecordForm":
    """The form of one section of a record, as ``payload`` has it.

    ``draft`` lets gaps pass: a draft may be incomplete. A reference's select offers
    ``choices``; what is chosen already is always offered too. ``sources`` are what
    answers can be copied from.
    """
    return RecordForm(
        entity, section.names, payload, data, choices=choices, prefix=prefix,
        draft=draft, sources=sources,
    )  # fmt: skip


def value_form(
    entity: Entity,
    path: str,
    value: Any,
    data: Any = None,
    *,
    choices: Choices | None = None,
    prefix: str = "",
) -> "ValueForm":
    """The form of the value of one change: one field, or one whole element.

    Raises KeyError for a path that the record has not.
    """
    return ValueForm(entity, path, value, data, choices=choices, prefix=prefix)


class RecordForm(forms.Form):
    """The fields and lists of a part of a record, as one form.

    ``parts`` are what a template draws: :class:`Slot` for a field, :class:`Block` for
    a list. A submit button named ``add`` whose value is a block's key asks for one more
    group: nothing is judged then, and nothing that was typed goes.
    """

    def __init__(
        self,
        entity: Entity,
        names: Sequence[str],
        payload: Payload,
        data: Any = None,
        *,
        choices: Choices | None = None,
        prefix: str = "",
        draft: bool = False,
        one_element: bool = False,
        sources: Sequence[Source] = (),
    ) -> None:
        super().__init__(data=data, prefix=prefix or None)
        self.entity = entity
        self.names = tuple(names)
        self.base = payload
        self.draft = draft
        self.one_element = one_element
        self.parts: list[Slot | Block | Ticks] = []
        self._choices = choices or {}
        self.sources = {source.key: source for source in sources}
        self._new_left = MOST_NEW
        self._target: Payload = payload
        self.doubts: list[str] = []
        self._asked = str((data or {}).get(self.add_prefix("add"), ""))
        known = {item.name: item for item in entity.items}
        items = [known[name] for name in self.names if name in known]
        if self.sources:
            self.fields[SAME_AS] = same_as_field(self.sources.values())
        self.prefilled = Prefilled(prefix=self.prefix or "")
        if self.is_bound and not one_element:
            self.prefilled.fill(data, items, payload, self.sources)
            self.data = self.prefilled.data
        for item in items:
            offer = self._choices.get("terms")
            if isinstance(item, Field):
                self.parts.append(self._slot(item, item.name, payload))
            elif item.is_set and isinstance(offer, Offer) and not one_element:
                stored = payload.get(item.name, [])
                self.parts.append(Ticks(self, item, stored, offer))
            else:
                self.parts.append(self._block(item, item.name, payload))

    # --- what is on the page ----------------------------------------------------------

    @property
    def add_name(self) -> str:
        """The name of the buttons that ask for one more group."""
        return self.add_prefix("add")

    @property
    def same_as(self) -> forms.BoundField:
        """The control that says what to copy from. Raises KeyError without sources."""
        return self[SAME_AS]

    @property
    def blocks(self) -> list[Block]:
        """The lists of this form, without those inside their elements."""
        return [part for part in self.parts if isinstance(part, Block)]

    def _slot(self, item: Field, name: str, values: Payload) -> Slot:
        value = values.get(item.name)
        field = widgets.form_field(item, self._options(item))
        field.initial = widgets.as_typed(item, value)
        if item.type in (Type.REFERENCE, Type.CHOICE) and value:
            widgets.add_option(field, str(value), self._unlisted(item, str(value)))
        if item.type == Type.REFERENCE and self.is_bound:
            self._offer_copied(field, str(self.data.get(self.add_prefix(name), "")))
        self.fields[name] = field
        by_month = ""
        if item.type == Type.DAYS:
            by_month = name + widgets.BY_MONTH
            self.fields[by_month] = widgets.by_month_field(item)
            self.fields[by_month].initial = widgets.days_in_words(value)
        return Slot(self, item, name, by_month)

    def _offer_copied(self, field: forms.Field, typed: str) -> None:
        """Let a select show a record that another service names."""
        for source in self.sources.values():
            if typed in source.names:
                widgets.add_option(field, typed, source.names[typed])

    def _unlisted(self, item: Field, value: str) -> str:
        return "As it is now" if item.type == Type.REFERENCE else value

    def _options(self, item: Field) -> Sequence[widgets.Option]:
        if item.refers_to == "service_at_location":
            return self._choices.get(item.refers_to) or self._places_of_this_service()
        return self._choices.get(item.refers_to, ())

    def _places_of_this_service(self) -> list[widgets.Option]:
        known: dict[str, Any] = {}
        for key, words in self._choices.get("location", ()):
            known |= {key: words} if isinstance(words, str) else dict(words)
        return [
            (link["id"], known.get(link.get("location_id", ""), "As it is now"))
            for link in self.base.get("service_at_locations", [])
        ]

    def _block(
        self, each: List, key: str, values: Payload, *, inside: bool = False
    ) -> Block:
        block = Block(self, each, key)
        if each.entity.name == "schedule" and not (inside or self.one_element):
            block.words_name = key + IN_WORDS
            self.fields[block.words_name] = in_words_field()
        elements = {e["id"]: e for e in values.get(each.name, [])}
        # An empty group for who begins; beside others it is asked for with a button.
        empty = 0 if elements else 1
        if inside:
            empty = 1 if each.folded else max(1, NESTED_SLOTS - len(elements))
        ids = list(elements)
        if inside or not self.one_element:
            ids = self._group_ids(key, ids, empty)
        for number, known in enumerate(ids):
            element = elements.get(known, {})
            block.groups.append(self._group(each, f"{key}-{number}", element))
        if self._asked == key and block.groups:
            block.groups[-1].focus()
        return block

    def _group_ids(self, key: str, known: list[str], empty: int) -> list[str]:
        """The element ids of the groups to show, ``""`` for each new one.

        As sent, where something was sent: an id that the record has not is a new one.
        """
        if not self.is_bound:
            return known + [""] * empty
        sent = str(self.data.get(self.add_prefix(f"{key}-count"), ""))[:6]
        count = min(int(sent), MOST_GROUPS) if sent.isdecimal() else 0
        count = min(count, len(known) + self._new_left)
        self._new_left -= max(0, count - len(known))
        ids, left = [], set(known)
        for number in range(count):
            sent_id = str(self.data.get(self.add_prefix(f"{key}-{number}-id"), ""))
            ids.append(sent_id if sent_id in left else "")
            left.discard(sent_id)
        return [*ids, ""] if self._asked == key and count < MOST_GROUPS else ids

    def _group(self, each: List, key: str, element: Payload) -> Group:
        group = Group(self, each, key, element)
        group.slots = [
            self._slot(item, f"{key}-{item.name}", element)
            for item in each.entity.fields
        ]
        group.blocks = [
            self._block(inner, f"{key}-{inner.name}", element, inside=True)
            for inner in each.entity.lists
        ]
        if each.entity.name == "schedule" and not self.one_element:
            group.overnight_name = f"{key}-overnight"
            self.fields[group.overnight_name] = forms.BooleanField(
                required=False, label="Yes, it is open until the next day"
            )
        if element and not self.one_element:
            group.remove_name = f"{key}-remove"
            self.fields[group.remove_name] = forms.BooleanField(
                required=False, label=f"Remove this {each.entity.label.lower()}"
            )
        return group

    # --- what was typed ---------------------------------------------------------------

    @property
    def asked_for_more(self) -> bool:
        """Whether the page is to come back before anything is judged: the button asked
        for one more group, or something was filled in that is to be looked at."""
        return bool(self._asked or self.prefilled.has_news)

    def is_valid(self) -> bool:
        """Whether it was sent in and nothing stands against it."""
        return self.is_bound and not self.errors and not self.asked_for_more

    def clean(self) -> dict[str, Any]:
        """Read what was typed and say what cannot be accepted."""
        self._target = self._read()
        for name, sentence in self.prefilled.refused.items():
            self.add_error(name, sentence)
        if not self.asked_for_more:
            self._judge()
        return self.cleaned_data

    def payload(self) -> Payload:
        """The whole payload with this part as typed, as far as it can be read."""
        self._read_once()
        return self._target

    def edits(self) -> dict[str, Any]:
        """What differs from the payload given: path → value, None for a removal."""
        self._read_once()
        return {change.path: change.value for change in self._changes()}

    def _read_once(self) -> None:
        """Read the form if that has not been done."""
        _ = self.errors

    def _changes(self) -> list[diff.PathChange]:
        return diff.changes(self.entity, self.base, self._target, self.names)

    def _read(self) -> Payload:
        target = dict(self.base)
        for part in self.parts:
            if isinstance(part, Slot):
                if part.was_changed(self.cleaned_data):
                    typed = part.value(self.cleaned_data)
                    value = validation.normalise_value(part.item, typed)
                    gap = value is None or value == "" or value is False
                    target = diff.put(target, part.item.name, None if gap else value)
                continue
            elements = self._elements(part)
            target.pop(part.each.name, None)
            if elements:
                target[part.each.name] = elements
        return target

    def _elements(self, block: Block | Ticks) -> list[Payload]:
        """A list as it was typed; each element that changed in its stored form."""
        if isinstance(block, Ticks):
            chosen = block.chosen(self.cleaned_data)
            made = (self._stored(block.each, e, set()) for e in chosen if "id" not in e)
            return [e for e in chosen if "id" in e] + [e for e in made if e]
        before = self.base.get(block.each.name, [])
        known = {element["id"] for element in before}
        taken = set(known)
        stored: dict[int, Payload | None] = {}
        typed = block.typed(self.cleaned_data, before)
        for group in block.groups:
            element = group.result
            if element is not None and element is not group.element:
                group.result = self._stored(block.each, element, taken)
                stored[id(element)] = group.result
            if group.result is not None:
                taken.add(group.result["id"])
        elements = [stored.get(id(element), element) for element in typed]
        return [element for element in elements if element is not None]

    def _stored(self, each: List, element: Payload, taken: set[str]) -> Payload | None:
        """A typed element in the form it is kept in, with an id of its own."""
        record_id = str(self.base.get("id") or uuid.uuid4())
        one = {"id": record_id, each.name: [element]}
        found = validation.normalise(self.entity.name, one).get(each.name)
        if not found:
            return None
        kept: Payload = found[0]
        while "id" not in element and not each.is_set and kept["id"] in taken:
            again = str(uuid.uuid5(uuid.UUID(kept["id"]), "again"))
            kept = {**kept, "id": again}
        return kept

    # --- what is wrong ----------------------------------------------------------------

    def _judge(self) -> None:
        touched = {change.path for change in self._changes()}
        self._doubt_long_nights(touched)
        before = validation.problems(self.entity.name, self.base)
        for path, sentence in validation.problems(
            self.entity.name, self._target
        ).items():
            name = diff.split(path.split(".")[0])[0]
            if name not in self.names:
                continue
            if self.draft:
                if not self._is_gap(path):
                    self._say(path, sentence)
            elif path.split(".")[0] in touched or before.get(path) != sentence:
                self._say(path, sentence)

    def _doubt_long_nights(self, touched: set[str]) -> None:
        """Ask once about hours that go far past midnight: am and pm are soon mistaken.

        A draft keeps what was typed and tells of it beside it (``Group.read_as``).
        """
        for group in (group for block in self.blocks for group in block.groups):
            hours = group.result or {}
            path = f"{group.each.name}/{hours.get('id')}"
            if not group.overnight_name or path not in touched:
                continue
            if not overnight.needs_a_second_look(hours):
                continue
            if self.draft:
                self.doubts.append(overnight.in_a_sentence(hours))
                continue
            group.is_doubted = True
            if not self.cleaned_data.get(group.overnight_name):
                self._say(
                    f"{path}.closes_at",
                    f"{overnight.in_a_sentence(hours)} If that is right, tick the box "
                    "below; if not, put the time right.",
                )

    def _is_gap(self, path: str) -> bool:
        """Whether nothing is there: a draft may be incomplete."""
        element, _, inside = path.partition(".")
        value = diff.at(self._target, element)
        if not inside:
            return value is None
        names = inside.split(".")
        if len(names) == 1:
            return value is not None and value.get(names[0]) is None
        inner = (value or {}).get(names[0], [])
        return any(e.get(names[1]) is None for e in inner)

    def look(self, also: Mapping[str, str] | None = None) -> None:
        """Say beside each field of an unsent form what is wrong with what is stored.

        ``also`` adds sentences by path, for what a policy asks for.
        """
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {}
        self._judge()
        for path, sentence in (also or {}).items():
            if diff.split(path.split(".")[0])[0] in self.names:
                self._say(path, sentence)

    def add_errors(self, errors: Mapping[str, str]) -> None:
        """Put what an action refused beside the right field, the rest at the top.

        Paths are ``name``, ``phones/<id>``, ``phones/<id>.number``, each optionally
        after ``<record id>:``.
        """
        self._read_once()
        for path, sentence in errors.items():
            record, colon, rest = path.rpartition(":")
            if colon and record != str(self.base.get("id")):
                self.add_error(None, sentence)
            else:
                self._say(rest, sentence)

    def _say(self, path: str, sentence: str) -> None:
        name = self._place_of(path)
        if name not in self.fields:
            self.add_error(None, sentence)
        elif sentence not in self.errors.get(name, []):
            self.add_error(name, sentence)

    def _place_of(self, path: str) -> str | None:
        """The name of the form field that an error of this path stands at."""
        head, _, inside = path.partition(".")
        name, element = diff.split(head)
        for part in self.parts:
            if isinstance(part, Slot) and part.item.name == name:
                return part.place_of_error
            if isinstance(part, Ticks) and part.name == name:
                return part.name
            if isinstance(part, Block) and part.each.name == name:
                group = part.group_of(element)
                return group.place_of(inside) if group else None
        return None


class ValueForm(RecordForm):
    """The form of one value of a change, for “change and accept”."""

    def __init__(
        self,
        entity: Entity,
        path: str,
        value: Any,
        data: Any = None,
        *,
        choices: Choices | None = None,
        prefix: str = "",
    ) -> None:
        self.path = path
        name, element = diff.split(path)
        item = diff.declaration(entity, path)
        payload: Payload = {"id": element or str(uuid.uuid4())}
        if isinstance(item, List):
            payload[name] = [{**(value or {}), "id": element}]
        elif value is not None:
            payload[name] = value
        super().__init__(
            entity, (name,), payload, data, choices=choices, prefix=prefix,
            one_element=isinstance(item, List),
        )  # fmt: skip

    def value(self) -> Any:
        """The value as it was typed, in its stored form; None for nothing."""
        name, element = diff.split(self.path)
        target = self.payload()
        if not element:
            return target.get(name)
        elements = target.get(name, [])
        return elements[0] if elements else None

    def _judge(self) -> None:
        for path, sentence in validation.problems(
            self.entity.name, self._target
        ).items():
            if diff.split(path.split(".")[0])[0] in self.names:
                self._say(path, sentence)
