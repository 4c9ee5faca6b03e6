"""What is asked of somebody who answers without an account: little."""

from django import forms

from common.forms import PlainForm
from workflow.actions.answering import LONGEST_NAME


class WhoForm(PlainForm):
    """Who answers."""

    name = forms.CharField(
        label="Your name",
        max_length=LONGEST_NAME,
        help_text="For us alone. We erase it after a year.",
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Give your name, so that we know whom to thank."},
    )
    role = forms.CharField(
        label="What you do there",
        max_length=LONGEST_NAME,
        help_text="For example: secretary, volunteer, manager.",
        widget=forms.TextInput({"autocomplete": "organization-title"}),
        error_messages={"required": "Say what you do there: “secretary”, “volunteer”."},
    )
