"""Until when a service is closed, as it is asked of everybody who says so."""

from typing import Any

from common import clock
from common.forms import PlainDateField, PlainForm


def coming_day() -> str:
    """An example of a day that is still to come, as it is typed."""
    return f"27 3 {clock.today().year + 1}"


class UntilForm(PlainForm):
    """The day on which it opens again, beside ``for_good`` of another form.

    ``day_needed``: without a day, “for now” is not enough.
    """

    until = PlainDateField(
        label="When does it open again? (if it is closed for now)",
        required=False,
    )
    day_needed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        until, day = self.fields["until"], coming_day()
        until.help_text = f"As far as you know. For example: {day}."
        until.error_messages["no_such_date"] = (
            f"There is no such date. Write it like {day}."
        )

    def clean(self) -> None:
        """A day is needed for what is closed for now."""
        typed = self.cleaned_data
        for_now = typed.get("for_good") == "no"
        missing = not typed.get("until") and "until" not in self.errors
        if self.day_needed and for_now and missing:
            self.add_error("until", "Give the day on which it opens again.")
