"""A form field that takes a date the way people write it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]


class DayMonthYearInput(forms.MultiWidget):
    """Three short inputs, for a date that somebody knows by heart."""

    template_name = "django/forms/widgets/day_month_year.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widths = {"day": 2, "month": 4, "year": 4}
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
        except ValueError:
            raise ValidationError(
                "There is no such date. Write it like 27 3 2026.", code="invalid"
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
