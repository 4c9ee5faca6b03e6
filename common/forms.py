"""Forms whose errors are sentences, and a date the way people write it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common.words import plain

# fmt: off
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun",
           "jul", "aug", "sep", "oct", "nov", "dec")
# fmt: on
# Django's own words, which never say which field they are about.
_DJANGO_SAYS = {
    str(sentence)
    for kind in (
        forms.Field,
        forms.BooleanField,
        forms.ChoiceField,
        forms.DecimalField,
        forms.IntegerField,
        forms.ModelChoiceField,
        forms.ModelMultipleChoiceField,
        forms.MultiValueField,
        forms.MultipleChoiceField,
        forms.URLField,
        forms.UUIDField,
    )
    for sentence in getattr(kind, "default_error_messages", {}).values()
}


class PlainErrors(forms.BaseForm):
    """Makes the standard errors of a form name the field and say what to do.

    Stands before another form in the bases (``PlainErrors, AuthenticationForm``). What
    a field says in its own ``error_messages`` stays as it is.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _speak_plainly(field, str(field.label or name.replace("_", " ")))

    def _clean_fields(self) -> None:
        """Take what is not seen out of what was typed; no password is touched."""
        super()._clean_fields()  # type: ignore[misc]
        for name, value in self.cleaned_data.items():
            is_secret = isinstance(self.fields[name].widget, forms.PasswordInput)
            if isinstance(value, str) and not is_secret:
                self.cleaned_data[name] = plain(value)

    def add_error(self, field: str | None, error: Any) -> None:
        """What was sent in place of a choice may be no key at all; the model says so in
        words of its own, for people who program."""
        one = self.fields.get(field or "")
        if (
            isinstance(one, forms.ModelChoiceField)
            and getattr(error, "code", None) == "invalid"
        ):
            words = one.error_messages["invalid_choice"]
            error = ValidationError(words, "invalid_choice", {"value": ""})
        super().add_error(field, error)


class PlainForm(PlainErrors, forms.Form):
    """A form whose errors are sentences."""


def _speak_plainly(field: forms.Field, label: str) -> None:
    """Put sentences where the field has none or only Django's."""
    if isinstance(field, forms.BooleanField):
        required = f"Tick “{label}” to go on."
    elif isinstance(field, forms.ChoiceField):
        required = f"Choose an answer for “{label}”."
    else:
        required = f"Fill in “{label}”."
    # Django puts values into these, so a per cent sign of the label is doubled.
    doubled = label.replace("%", "%%")
    chosen = f"Choose one of the answers given for “{doubled}”."
    sentences = {
        "required": required,
        "invalid_choice": chosen,
        "invalid_pk_value": chosen,
        "invalid_list": chosen.replace("%%", "%"),
        "max_length": (
            f"Shorten “{doubled}” to %(limit_value)d characters: it has %(show_value)d."
        ),
        "min_value": f"Write %(limit_value)s or more for “{doubled}”.",
        "max_value": f"Write %(limit_value)s or less for “{doubled}”.",
        "null_characters_not_allowed": (
            f"“{doubled}” holds a character that cannot be read. Write it again."
        ),
    }
    if isinstance(field, forms.EmailField):
        sentences["invalid"] = "Write the e-mail address like name@example.org."
    elif isinstance(field, forms.URLField):
        sentences["invalid"] = "Write the web address like https://example.org."
    elif isinstance(field, forms.UUIDField):
        sentences["invalid"] = chosen.replace("%%", "%")
    elif isinstance(field, forms.IntegerField):
        sentences["invalid"] = f"Write “{label}” as a number, like 12."
    for code, sentence in sentences.items():
        if str(field.error_messages.get(code, "")) in _DJANGO_SAYS | {""}:
            field.error_messages[code] = sentence


class DayMonthYearInput(forms.MultiWidget):
    """Three short inputs, for a date that somebody knows by heart."""

    template_name = "django/forms/widgets/day_month_year.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widths = {"day": 2, "month": 5, "year": 5}
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput({"class": f"govuk-input--width-{width}"})
            for name, width in widths.items()
        }
        super().__init__(parts, attrs)

    def decompress(self, value: dt.date | None) -> list[str]:
        if isinstance(value, dt.date):
            return [str(value.day), str(value.month), str(value.year)]
        return ["", "", ""]


class PlainDateField(forms.MultiValueField):
    """A date in three inputs; months as a number or a name ("3 May 2026").

    The cleaned value is a ``datetime.date``, or None where nothing was typed and
    nothing is required.
    """

    widget = DayMonthYearInput
    default_error_messages = {
        "no_such_date": "There is no such date. Write it like 27 3 2026."
    }

    def __init__(self, **kwargs: Any) -> None:
        fields = tuple(forms.CharField(required=False) for _ in range(3))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> dt.date | None:
        parts = [str(part or "").strip() for part in value or ("", "", "")]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        names = zip(("a day", "a month", "a year"), parts, strict=True)
        absent = [name for name, part in names if not part]
        if absent:
            raise ValidationError(
                f"The date also needs {' and '.join(absent)}.", code="incomplete"
            )
        try:
            day = dt.date(_year(parts[2]), _month(parts[1]), int(parts[0]))
        except (ValueError, OverflowError):
            raise ValidationError(
                self.error_messages["no_such_date"], code="invalid"
            ) from None
        self.run_validators(day)
        return day


def _month(text: str) -> int:
    """A month from its number or (the beginning of) its name; raises ValueError."""
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _year(text: str) -> int:
    """A year of four figures, or of two in this century; raises ValueError."""
    year = int(text)
    return year + 2000 if 0 <= year < 100 else year
