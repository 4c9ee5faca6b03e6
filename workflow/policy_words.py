"""What somebody changes of a policy, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from workflow import periods
from workflow.actions.place import EDITABLE
from workflow.choices import Level
from workflow.models import Policy
from workflow.periods import Row
from workflow.policy_forms import ClosedDaysField, PolicyForm


@dataclass(frozen=True)
class Difference:
    """A part of the policy that is changed, as it is and as it would be, in words."""

    label: str
    now: str
    then: str


def differences(form: PolicyForm, policy: Policy) -> list[Difference]:
    """What a valid form changes of a policy, in the order of the page."""
    found = []
    for name in EDITABLE:
        stands, typed = getattr(policy, name), form.cleaned_data[name]
        field = form.fields[name]
        now, then = _said(field, stands), _said(field, typed)
        if now != then:
            found.append(Difference(str(field.label), now, then))
    now, then = (
        _rules_said(form, rows)
        for rows in (periods.rows_of(policy), form.cleaned_data["period_rules"])
    )
    if now != then:
        found.append(Difference("Some records more or less often", now, then))
    return found


def _said(field: forms.Field, value: Any) -> str:
    """A value of the policy in words; the order in which a list was typed is none."""
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    if isinstance(field, ClosedDaysField):
        return ", ".join(str(field.prepare_value(value)).splitlines()) or "None"
    if isinstance(field, forms.ChoiceField):
        ticked = value if isinstance(value, list) else [value]
        chosen = {str(each) for each in ticked}
        labels = [label for key, label in _flat(field) if str(key) in chosen]
        return ", ".join(labels) or "None"
    return "Not said" if value is None else str(value)


def _flat(field: forms.Field) -> Iterator[tuple[Any, str]]:
    """The options of a field, out of their groups."""
    choices: Any = getattr(field, "choices", ())
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield key, str(label)


def _rules_said(form: PolicyForm, rows: Iterable[Row]) -> str:
    names = dict(_flat(form.fields["type_1"]))
    said = []
    for row in rows:
        level = Level(row.level).label if row.level else "critical"
        about = names.get(str(row.term_id), "A type no longer in use")
        said.append(f"{about if row.term_id else level}: {row.months} months")
    return "; ".join(sorted(said)) or "None"
