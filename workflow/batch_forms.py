"""What is asked once where one thing is done to several records."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from common.forms import PlainForm
from workflow import batches, effort
from workflow.choices import BatchAct
from workflow.forms import CheckForm, words
from workflow.models import Remit


class CheckSeveralForm(CheckForm):
    """How all of them were checked; each keeps it."""

    minutes = forms.IntegerField(
        label="Took about how many minutes, all of them together?",
        help_text="Leave it if it is about right. It is shared out evenly between "
        "them, and added up for each partner, never for a person.",
        min_value=0,
        max_value=batches.MOST * effort.MOST,
        required=False,
        widget=forms.TextInput(
            {"class": "govuk-input--width-4", "inputmode": "numeric"}
        ),
    )


class GiveSeveralForm(PlainForm):
    """Which area of work takes them, and why."""

    remit = forms.ModelChoiceField(
        label="To which area of work?",
        queryset=Remit.objects.none(),
        required=False,
        empty_label="Choose one",
    )
    reason = words("Why?", help_text="Others read this at every record.")

    def __init__(self, *args: Any, remits: QuerySet[Remit], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["remit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = remits


def form_for(
    act: str, data: Any, *, remits: QuerySet[Remit], minutes: int
) -> forms.Form:
    """The form of an act; one without questions is empty."""
    if act == BatchAct.CHECK:
        return CheckSeveralForm(data, initial={"minutes": minutes})
    if act == BatchAct.ASSIGN:
        return GiveSeveralForm(data, remits=remits)
    return PlainForm(data)
