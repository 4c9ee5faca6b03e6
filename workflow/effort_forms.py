"""Forms about what work takes."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from common.forms import PlainDateField, PlainForm
from workflow import effort
from workflow.choices import EffortKind, Level


def minutes_field(label: str, **more: Any) -> forms.IntegerField:
    """Minutes that one piece of work may take."""
    return forms.IntegerField(
        label=label, min_value=0, max_value=effort.MOST,
        widget=forms.TextInput(
            {"class": "govuk-input--width-3", "inputmode": "numeric"}
        ),
        **more,
    )  # fmt: skip


class MinutesForm(PlainForm):
    """About how long one piece of work took; may be left as it is, or empty."""

    minutes = minutes_field(
        "Took about how many minutes?",
        help_text="Leave it if it is about right. It is added up for each partner, "
        "never for a person.",
        required=False,
    )


class EffortForm(PlainForm):
    """What each kind of work is reckoned to take, level by level, and the rate."""

    rate = forms.DecimalField(
        label="Agreed rate for an hour, in pounds (if there is one)",
        help_text="The statements of all partners are at this rate. For example: 24.50",
        required=False, min_value=0, max_digits=6, decimal_places=2,
        widget=forms.TextInput(
            {"class": "govuk-input--width-5", "inputmode": "decimal"}
        ),
    )  # fmt: skip
    rate_from = PlainDateField(
        label="This rate holds from",
        help_text="What was worked before that day stays at the rate it had.",
    )

    def __init__(
        self,
        *args: Any,
        reckoned: Mapping[tuple[str, str], int],
        rate: Decimal | None,
        today: dt.date,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        for kind in EffortKind:
            for level in Level:
                name = LEVEL_NAMES[level]
                field = minutes_field(name, initial=reckoned[kind, level])
                field.error_messages["required"] = (
                    f"Say the minutes of “{kind.label}”, {name.lower()}."
                )
                self.fields[f"{kind.value}:{level.value}"] = field

        self.fields["rate"].initial = rate
        self.fields["rate_from"].initial = today

    def rows(self) -> list[dict[str, Any]]:
        """The fields by kind of work, each kind at every level."""
        return [
            {
                "label": kind.label,
                "fields": [self[f"{kind.value}:{level.value}"] for level in Level],
            }
            for kind in EffortKind
        ]

    def minutes(self) -> dict[tuple[str, str], int]:
        """What was typed, by kind and level."""
        return {
            (kind.value, level.value): int(
                self.cleaned_data[f"{kind.value}:{level.value}"]
            )
            for kind in EffortKind
            for level in Level
        }


LEVEL_NAMES: Mapping[str, str] = {
    Level.PROXY: "Kept for them",
    Level.MONITORED: "Monitored",
    Level.TRUSTED: "Trusted",
}
"""The levels in a word or three."""
