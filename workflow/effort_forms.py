"""Forms about what work takes."""

from collections.abc import Mapping
from typing import Any

from django import forms

from common.forms import PlainForm
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
    """What each kind of work is reckoned to take, level by level."""

    def __init__(
        self, *args: Any, reckoned: Mapping[tuple[str, str], int], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for kind in EffortKind:
            for level in Level:
                label = f"{kind.label}, {LEVEL_NAMES[level]}"
                field = minutes_field(label, initial=reckoned[kind, level])
                field.error_messages["required"] = f"Say the minutes for “{label}”."
                self.fields[f"{kind}:{level}"] = field

    def rows(self) -> list[dict[str, Any]]:
        """The fields as a table: each kind with its minutes at each level."""
        return [
            {
                "label": kind.label,
                "cells": [
                    {"level": LEVEL_NAMES[level], "field": self[f"{kind}:{level}"]}
                    for level in Level
                ],
            }
            for kind in EffortKind
        ]

    def minutes(self) -> dict[tuple[str, str], int]:
        """What was typed, by kind and level."""
        return {
            (kind, level): int(self.cleaned_data[f"{kind}:{level}"])
            for kind in EffortKind
            for level in Level
        }


LEVEL_NAMES: Mapping[str, str] = {
    Level.PROXY: "kept for them",
    Level.MONITORED: "monitored",
    Level.TRUSTED: "trusted",
}
"""The levels in two words, as a column of minutes is headed."""
