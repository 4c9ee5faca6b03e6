"""What somebody typed into a form whose link has run out meanwhile: their own words,
to be copied or read out. Nothing is looked up in the record: whoever holds such a link
may have no right to it any more.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from directory.choices import Kind
from directory.declarations import RECORDS
from directory.declare import Field, Type
from directory.form_parts import Block, Group, Slot
from directory.forms import section_form
from directory.prefilling import IN_WORDS
from workflow.answer_parts import SECTIONS, asked_for
from workflow.answering_forms import ClosedForm, StopForm, TellForm, WhoForm
from workflow.models import Record

Row = dict[str, Any]
"""A row of a summary list: label, value, lines."""

WHO = "who"
"""What the names of who answers begin with, beside a part that may have a name too."""
TAKEN_AWAY = "To be taken away"
_FORMS: dict[str, type[forms.Form]] = {
    "answer": WhoForm,
    "answer-stop": StopForm,
    "answer-closed": ClosedForm,
}


def rows(
    address: str, data: QueryDict, sent_to: dict[str, Any], *, stranger: bool
) -> list[Row]:
    """What was sent to the address of this name, as rows; none where nothing was
    typed. ``sent_to`` are the parts of the address; a ``stranger`` has a key that never
    opened anything."""
    if address in _FORMS:
        return list(_of_form(_FORMS[address](data)))
    if "slug" not in sent_to:
        return []
    kinds = _kinds(sent_to.get("record_id"), stranger=stranger)
    parts = [list(_of_part(kind, sent_to["slug"], data)) for kind in kinds]
    return max(parts, key=len) + list(_of_form(TellForm(data, prefix=WHO)))


def as_text(found: list[Row]) -> str:
    """The same as lines of text, to go along with a form."""
    lines = [
        f"{row['label']}: {'; '.join(row['lines']) or row['value']}" for row in found
    ]
    return "\n".join(lines)


def _kinds(record_id: UUID | None, *, stranger: bool) -> list[str]:
    """What the form may have been about: the service unless another record is said. Of
    which kind that is would tell a stranger that there is one."""
    if record_id is None:
        return [Kind.SERVICE]
    others = [kind for kind in SECTIONS if kind != Kind.SERVICE]
    if stranger:
        return others
    found = Record.objects.filter(pk=record_id, kind__in=others)
    return list(found.values_list("kind", flat=True)) or others


def _row(label: str, value: str = "", lines: list[str] | None = None) -> Row:
    return {"label": label, "value": value, "lines": lines or []}


def _of_form(form: forms.Form) -> Iterator[Row]:
    for bound in form:
        if said := _said(bound):
            yield _row(str(bound.label), said)


def _of_part(kind: str, slug: str, data: QueryDict) -> Iterator[Row]:
    if slug not in SECTIONS.get(kind, ()):
        return
    entity = RECORDS[kind]
    part = asked_for(entity.section(slug))
    # Times in words are shown as they were typed, not as what would be read from them.
    sent = data.copy()
    in_words = {name: str(data[name + IN_WORDS]) for name in part.names
                if data.get(name + IN_WORDS, "").strip()}  # fmt: skip
    for name in in_words:
        del sent[name + IN_WORDS]
    form = section_form(entity, part, {}, sent)
    for one in form.parts:
        if isinstance(one, Slot):
            if said := _of_slot(one):
                yield _row(one.item.label, said)
        elif isinstance(one, Block):
            if one.each.name in in_words:
                label = f"{one.each.label}, in your own words"
                yield _row(label, in_words[one.each.name])
            yield from _of_block(one)


def _of_block(block: Block) -> Iterator[Row]:
    for number, group in enumerate(block.groups, 1):
        lines = list(_of_group(group))
        if lines:
            label = block.each.entity.label
            several = f" ({number})" if len(block.groups) > 1 else ""
            yield _row(label + several, lines=lines)


def _of_group(group: Group) -> Iterator[str]:
    for slot in group.slots:
        if not slot.is_usual and (said := _of_slot(slot)):
            yield f"{slot.item.label}: {said}"
    for block in group.blocks:
        for inner in block.groups:
            yield from _of_group(inner)
    if group.form.data.get(group.form.add_prefix(f"{group.key}-remove")):
        yield TAKEN_AWAY


def _of_slot(slot: Slot) -> str:
    """What was typed into a field; a record that was chosen has no words of theirs."""
    item: Field = slot.item
    if item.type == Type.REFERENCE:
        return ""
    return ", ".join(said for said in map(_said, slot.bounds) if said)


def _said(bound: forms.BoundField) -> str:
    typed, widget = bound.data, bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "Yes" if typed else ""
    known: dict[str, str] = {}
    if isinstance(widget, forms.widgets.ChoiceWidget):
        known = {str(key): str(words) for key, words in widget.choices}
    several = typed if isinstance(typed, list) else [typed]
    between = " " if isinstance(widget, forms.MultiWidget) else ", "
    return between.join(known.get(str(one), str(one)) for one in several if one).strip()
