"""What is asked of somebody who answers without an account: little."""

from django import forms

from common.forms import PlainForm
from workflow.actions.answering import LONGEST_NAME
from workflow.choices import Stopped
from workflow.closing_forms import UntilForm


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


class TellForm(WhoForm):
    """Who says what is different, and what the fields of the part do not hold."""

    words = forms.CharField(
        label="Anything else we should know? (if you like)",
        required=False,
        max_length=500,
        help_text="In your own words, for whoever decides. It is not published.",
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("words", "name", "role")


class ClosedForm(UntilForm, WhoForm):
    """That a service has closed, and until when."""

    for_good = forms.ChoiceField(
        label="Has it closed for good?",
        choices=[("no", "No, for now"), ("yes", "Yes, we no longer run it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it has closed for good."},
    )
    words = forms.CharField(
        label="Anything else we should know? (if you like)",
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("for_good", "until", "words", "name", "role")


class StopForm(WhoForm):
    """Why nothing more shall be sent."""

    because = forms.ChoiceField(
        label="What is it?",
        choices=[
            (Stopped.NOT_US, "This is not us any more, or never was"),
            (Stopped.ASKED_NOT, "It is us, but please do not write to us"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    field_order = ("because", "name", "role")


class CodeForm(PlainForm):
    """The code of a letter."""

    code = forms.CharField(
        label="The code from your letter",
        help_text="Twelve letters and figures, for example BCDF-2345-GHJK.",
        max_length=40,
        widget=forms.TextInput({
            "autocomplete": "off", "autocapitalize": "characters",
            "spellcheck": "false", "class": "govuk-input--width-20",
        }),
        error_messages={"required": "Type the code that stands in the letter."},
    )  # fmt: skip
