"""Whom to ask for an organization, as who keeps its records writes it."""

from typing import Any

from django import forms

from common.forms import PlainForm
from workflow.actions.contact_points import Where
from workflow.models import ContactPoint

_PARTS = ("email", "phone", "role", "postal")


class ContactPointsForm(PlainForm):
    """The first and the second contact point."""

    first_email = forms.EmailField(
        label="E-mail address that we ask first",
        help_text="A shared mailbox is best: it is still read when somebody leaves.",
        required=False,
    )
    first_role = forms.CharField(
        label="Whose it is", help_text="A role, for example: the office.",
        max_length=120, required=False,
    )  # fmt: skip
    first_phone = forms.CharField(
        label="Telephone number there", max_length=40, required=False,
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
    )  # fmt: skip
    first_postal = forms.CharField(
        label="Where a letter goes (if there is no e-mail)",
        max_length=500, required=False, widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    second_email = forms.EmailField(
        label="E-mail address that we ask if nobody answers there", required=False
    )
    second_role = forms.CharField(label="Whose that is", max_length=120, required=False)
    second_phone = forms.CharField(
        label="Telephone number of those", max_length=40, required=False,
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
    )  # fmt: skip

    def where(self, name: str) -> Where:
        """One of the two, as it was typed."""
        typed = self.cleaned_data
        return Where(*(typed.get(f"{name}_{part}", "") for part in _PARTS))


def initial(points: dict[int, ContactPoint]) -> dict[str, Any]:
    """What the form begins with."""
    return {
        f"{name}_{part}": getattr(points[position], part)
        for position, name in ((1, "first"), (2, "second"))
        for part in _PARTS
        if position in points
    }
