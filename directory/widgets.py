"""The control that each type of field is typed into, and back: what was typed.

Controls take whatever is typed and refuse nothing: what is wrong with it is said by
``directory/validation.py``, and the words stay as they were.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms

from common.days import read_day
from directory import phones, schedules, wall_clock, weekdays
from directory.declare import Field, Type
from directory.freshness import full_date

Option = tuple[str, Any]
"""A value and its words, or the name of a group and its options."""

NOT_KNOWN = "Not known"
DAYS = tuple(zip(weekdays.CODES, weekdays.DAY_NAMES, strict=True))
BY_MONTH = "_by_month"
_FEW = 5


class AsTyped(forms.CharField):
    """Text that is kept exactly as it was typed, with a counter where it is limited."""

    def __init__(self, *, limit: int | None = None, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, validators=(), **kwargs)
        self.validators = []
        self.max_length = limit

    def clean(self, value: Any) -> str:
        """The words, with plain line ends and without what no database can hold."""
        typed = "" if value is None else str(value)
        return typed.replace("\r\n", "\n").replace("\x00", "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Only a long text says how long it may be; nothing is cut while typing."""
        attrs = super().widget_attrs(widget)
        if not isinstance(widget, forms.Textarea):
            attrs.pop("maxlength", None)
        return attrs


class ManyAsTyped(forms.MultipleChoiceField):
    """Ticks; one that is not on the list comes back as it was sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def valid_value(self, value: Any) -> bool:
        return True


def form_field(item: Field, options: Sequence[Option] = ()) -> forms.Field:
    """The form field for a declared field. ``options`` are those of a reference."""
    common: dict[str, Any] = {"label": item.label, "help_text": item.hint}
    if item.type == Type.BOOLEAN:
        return forms.BooleanField(required=False, **common)
    if item.type == Type.DAYS:
        return ManyAsTyped(choices=DAYS, label=item.label, help_text=item.help)
    if item.type == Type.CHOICE:
        return AsTyped(widget=_choice_widget(item), **common)
    if item.type == Type.REFERENCE:
        return AsTyped(
            widget=forms.Select(choices=[("", _nothing(item)), *options]), **common
        )
    widget = _WIDGETS.get(item.type, forms.TextInput)(attrs=dict(_ATTRS[item.type]))
    limit = item.max_length if item.type == Type.TEXT else None
    return AsTyped(widget=widget, limit=limit, **common)


def by_month_field(item: Field) -> forms.Field:
    """Beside the ticks of a week: days of the month, in words."""
    return AsTyped(
        label=f"Or {item.label.lower()} by the month",
        help_text="For example: second Monday, last Friday.",
        widget=forms.TextInput(),
    )


def _choice_widget(item: Field) -> forms.Widget:
    if item.required and len(item.choices) <= _FEW:
        return forms.RadioSelect(choices=item.choices)
    return forms.Select(choices=[("", _nothing(item)), *item.choices])


def _nothing(item: Field) -> str:
    return "Choose one" if item.required else NOT_KNOWN


def add_option(field: forms.Field, value: str, label: str) -> None:
    """Let a select show a value that is not on its list."""
    widget = field.widget
    if isinstance(widget, forms.Select) and value:
        flat = [key for key, words in widget.choices if isinstance(words, str)]
        for _, group in widget.choices:
            if not isinstance(group, str):
                flat += [key for key, _ in group]
        if value not in flat:
            widget.choices = [*widget.choices, (value, label)]


_WIDGETS: dict[Type, Callable[..., forms.Widget]] = {
    Type.TEXT: forms.Textarea,
    Type.EMAIL: forms.EmailInput,
    Type.URL: forms.URLInput,
}
_PLAIN: Mapping[str, Any] = {"autocomplete": "off"}
_ATTRS: dict[Type, Mapping[str, Any]] = {
    Type.LINE: _PLAIN,
    Type.TEXT: {"rows": 5},
    Type.EMAIL: {"autocomplete": "off", "spellcheck": "false"},
    Type.URL: {"autocomplete": "off", "spellcheck": "false"},
    Type.PHONE: {**_PLAIN, "inputmode": "tel", "class": "govuk-input--width-20"},
    Type.POSTCODE: {**_PLAIN, "class": "govuk-input--width-10"},
    Type.DATE: {**_PLAIN, "class": "govuk-input--width-20"},
    Type.TIME: {**_PLAIN, "class": "govuk-input--width-10"},
    Type.INTEGER: {**_PLAIN, "inputmode": "numeric", "class": "govuk-input--width-5"},
    Type.DECIMAL: {**_PLAIN, "inputmode": "decimal", "class": "govuk-input--width-10"},
}


def as_typed(item: Field, value: Any) -> Any:
    """A stored value the way somebody would type it; what cannot be read as it is."""
    if item.type == Type.BOOLEAN:
        return bool(value)
    if item.type == Type.DAYS:
        return _ticks(value)[0]
    if value is None:
        return ""
    try:
        return _SAID.get(item.type, str)(value)
    except (ValueError, TypeError):
        return str(value)


def days_in_words(value: Any) -> str:
    """What of some days is not a plain weekday, for the text beside the ticks."""
    return _ticks(value)[1]


def _ticks(value: Any) -> tuple[list[str], str]:
    parts = [part.strip() for part in str(value or "").split(",") if part.strip()]
    ticks = [part for part in parts if part in weekdays.CODES]
    rest = ",".join(part for part in parts if part not in weekdays.CODES)
    return ticks, _by_month(rest)


def _by_month(days: str) -> str:
    """Codes such as 2MO in words, where the words mean the same."""
    if not days:
        return ""
    said = schedules.describe({"byday": days})
    try:
        same = weekdays.from_words(said) == weekdays.from_words(days)
    except ValueError:
        return days
    return said if same else days


def days_value(ticks: Sequence[str], words: str) -> str:
    """Ticked weekdays and days of the month as one value."""
    return ",".join([*ticks, *([words.strip()] if words.strip() else [])])


_SAID: dict[Type, Callable[[Any], str]] = {
    Type.PHONE: lambda value: phones.display(str(value)),
    Type.DATE: lambda value: full_date(read_day(str(value))),
    Type.TIME: lambda value: wall_clock.in_words(wall_clock.minutes(str(value))),
}
