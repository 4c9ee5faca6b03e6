"""What somebody without an account is asked when something is wrong: little."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing

from common.forms import PlainForm
from directory import phones
from publishing.render import Document
from workflow.actions.public_reports import FOR_GOOD, FOR_NOW, LONGEST, NOT_SURE
from workflow.choices import WhatIsWrong

SALT = "public-report"
GOOD_FOR = 24 * 60 * 60
"""Seconds in which a form can be sent."""

ASKED: dict[str, tuple[str, str]] = {
    WhatIsWrong.REACH: (
        "What happened when you tried?",
        (
            "For example: the number rings and nobody answers, for a week now. If you "
            "know the right one, put it here."
        ),
    ),
    WhatIsWrong.TIMES: (
        "When is it, as far as you know?",
        "For example: it is on Wednesdays now, 2 to 4.",
    ),
    WhatIsWrong.MOVED: ("Where is it now, as far as you know?", "A name or a street."),
    WhatIsWrong.COST: (
        "What does it cost, as far as you know?",
        "For example: £3, or £1.50 for children.",
    ),
    WhatIsWrong.CLOSED: (
        "How do you know? (if you like)",
        "For example: there is a notice on the door.",
    ),
    WhatIsWrong.HARM: (
        "What have you seen?",
        "Leave out the names of people. If somebody is in danger now, ring 999.",
    ),
    WhatIsWrong.ELSE: ("What is wrong?", "In your own words."),
}
"""The one question that follows, and an example."""


class WhatForm(PlainForm):
    """The first question."""

    what = forms.ChoiceField(
        label="What is wrong?",
        choices=WhatIsWrong.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong."},
    )


class ReportForm(PlainForm):
    """The second: details, and where to send the answer. All but little may be empty.

    ``website`` is a trap: people do not see it, and what fills it in is a machine.
    """

    what = forms.ChoiceField(choices=WhatIsWrong.choices, widget=forms.HiddenInput)
    once = forms.CharField(widget=forms.HiddenInput)
    closed = forms.ChoiceField(
        label="Is it closed for good?",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (FOR_GOOD, "Yes, for good"),
            (FOR_NOW, "No, for a while"),
            (NOT_SURE, "I am not sure"),
        ],
    )
    contact = forms.ChoiceField(
        label="Which of them is wrong?",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of them."},
    )
    words = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
    )
    answer_to = forms.EmailField(
        label="Your e-mail address (if you want to hear what comes of it)",
        help_text="We use it for this one answer, and erase it a month after.",
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(
        self, *args: Any, what: str, contacts: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        label, example = ASKED[what]
        self.fields["words"].label = label
        self.fields["words"].help_text = example
        if what != WhatIsWrong.CLOSED:
            del self.fields["closed"]
        if what == WhatIsWrong.REACH and contacts:
            offered = [(each, each) for each in contacts]
            choices = [*offered, ("", "I am not sure")]
            self.fields["contact"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["contact"]

    @property
    def said(self) -> str:
        """The words, after the number or address that they are about."""
        about, words = self.cleaned_data.get("contact", ""), self.cleaned_data["words"]
        return f"{about}: {words}".rstrip(": ") if about else words


def contacts_of(document: Document) -> list[str]:
    """The numbers and addresses that the public reads of a service, each once."""
    records = [document, document.get("organization", {})]
    records += [link["location"] for link in document.get("service_at_locations", [])]
    people = [each for record in records for each in record.get("contacts", [])]
    found: dict[str, None] = {}
    for record in [*records, *people]:
        for phone in record.get("phones", []):
            found[phones.display(phone["number"])] = None
        for name in ("email", "url", "website"):
            if record.get(name):
                found[str(record[name])] = None
    return list(found)


def sealed(secret: str, service_id: Any) -> str:
    """The secret of a form, for this service, as it is put into it."""
    return signing.dumps([secret, str(service_id)], salt=SALT)


def opened(text: str, service_id: Any) -> str | None:
    """The secret of a form that we gave out for this service within a day, or None."""
    try:
        secret, about = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(secret) if about == str(service_id) else None
