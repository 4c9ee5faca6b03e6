"""The form about the open data of a place."""

from django import forms

from accounts.licences import LICENCES
from common.forms import PlainForm


class LicenceForm(PlainForm):
    """Under which licence the data are."""

    licence = forms.ChoiceField(
        label="Under which licence may anybody use what is public here?",
        help_text="Those who use it already keep what they have under the licence they "
        "got it with, so change it seldom.",
        choices=[(each.key, each.name) for each in LICENCES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the licences."},
    )
