"""The forms of the gallery of components (config/gallery.py)."""

from django import forms

from common.forms import PlainDateField, PlainForm


class ExampleForm(PlainForm):
    """One field of each kind."""

    name = forms.CharField(
        label="Name of the service",
        help_text="For example: Wexcombe Memory Café",
        error_messages={"required": "Write the name people know it by."},
    )
    description = forms.CharField(
        label="What happens there",
        max_length=600,
        widget=forms.Textarea({"rows": 4}),
        help_text="As you would tell a neighbour.",
    )
    kind = forms.ChoiceField(
        label="What it is mostly",
        choices=[("", "Choose one"), ("group", "A group"), ("advice", "Advice")],
    )
    status = forms.ChoiceField(
        label="Is it running?",
        choices=[("active", "Yes"), ("paused", "Not at the moment"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    access = forms.MultipleChoiceField(
        label="Getting in and about",
        required=False,
        choices=[("step", "No steps"), ("loop", "Hearing loop"), ("park", "Parking")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick everything that is there.",
    )
    starts_on = PlainDateField(
        label="When does it start?", help_text="For example: 27 3 2026"
    )
    opens_at = forms.CharField(
        label="Opens at",
        help_text="For example: 10am or 2.30pm",
        widget=forms.TextInput({"class": "govuk-input--width-5"}),
    )
    agree = forms.BooleanField(label="I have checked the whole record", required=False)


class FilterForm(PlainForm):
    """A filter bar."""

    q = forms.CharField(label="Name", required=False)
    stage = forms.ChoiceField(
        label="Stage",
        required=False,
        choices=[("", "Every stage"), ("published", "Published (24)")],
    )
    remit = forms.ChoiceField(
        label="Area of work",
        required=False,
        choices=[("", "Everybody's"), ("mine", "Mine (12)")],
    )
