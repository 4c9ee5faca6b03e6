"""Forms of those who lead a place. See ``workflow/forms.py`` for how they are made."""

from typing import Any

from django import forms

from accounts.roles import ROLES, Role
from common.forms import PlainForm
from directory.checks import mandatory_choices
from directory.declarations import SERVICE
from workflow.choices import Level, WhenLapsed
from workflow.forms import Options, first, offer, words


class StopForm(PlainForm):
    """The answer to a run that stopped."""

    hide = forms.ChoiceField(
        label="What should happen?",
        choices=[
            ("yes", "Hide those that are still lapsed"),
            ("no", "Keep them public for two more weeks"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether they are hidden or kept."},
    )
    reason = words("Why?", help_text="Others read this.")


class LevelForm(PlainForm):
    """How far the place trusts an organization."""

    organization = forms.ChoiceField(label="Organisation")
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=Level.choices,
        widget=forms.RadioSelect,
    )
    reason = words("Why?", help_text="Others read this, the organisation too.")

    def __init__(self, *args: Any, organizations: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self.fields["organization"], first("Choose one", organizations))


class PolicyForm(PlainForm):
    """How the place checks and publishes."""

    period_months = forms.TypedChoiceField(
        label="How often a record is checked",
        coerce=int,
        choices=[("2", "Every two months"), ("3", "Every three months")],
        widget=forms.RadioSelect,
    )
    due_soon_days = forms.IntegerField(
        label="Say “due soon” how many days before",
        min_value=0,
        max_value=60,
        widget=forms.TextInput({"class": "govuk-input--width-3"}),
    )
    overdue_days = forms.IntegerField(
        label="Overdue how many days after",
        min_value=1,
        max_value=90,
        widget=forms.TextInput({"class": "govuk-input--width-3"}),
    )
    lapsed_days = forms.IntegerField(
        label="Lapsed how many days after",
        min_value=2,
        max_value=120,
        widget=forms.TextInput({"class": "govuk-input--width-3"}),
    )
    when_lapsed = forms.ChoiceField(
        label="What happens to a lapsed record",
        choices=WhenLapsed.choices,
        widget=forms.RadioSelect,
    )
    stop_percent = forms.IntegerField(
        label="Ask me before a run hides more than this many per cent",
        help_text="Of the whole place, of a service type or of an area.",
        min_value=1,
        max_value=100,
        widget=forms.TextInput({"class": "govuk-input--width-3"}),
    )
    report_days = forms.IntegerField(
        label="Working days to answer a report",
        help_text="Closure and harm are answered the same day.",
        min_value=1,
        max_value=10,
        widget=forms.TextInput({"class": "govuk-input--width-3"}),
    )
    publish_at_once = forms.BooleanField(
        label="Publish as soon as a record is assured", required=False
    )
    correct_and_check = forms.BooleanField(
        label="An assurer who has asked may correct and check in one act",
        required=False,
    )
    mandatory = forms.MultipleChoiceField(
        label="What has to be there before a record is assured",
        choices=mandatory_choices(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    always_checked = forms.MultipleChoiceField(
        label="What an assurer always decides, even for a trusted organisation",
        choices=[(item.name, item.label) for item in SERVICE.items],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


INVITED = (Role.ASSURER, Role.CONTRIBUTOR, Role.READER, Role.VOLUNTEER,
           Role.PUBLISHER, Role.DATA_PROTECTION)  # fmt: skip
"""The roles that a lead gives."""


class InviteForm(PlainForm):
    """Whom to invite to what."""

    email = forms.EmailField(label="Their e-mail address")
    role = forms.ChoiceField(
        label="What they will do",
        choices=[
            (role.value, f"{ROLES[role].title}: {ROLES[role].sentence}")
            for role in INVITED
        ],
        widget=forms.RadioSelect,
    )
    partner = forms.ChoiceField(
        label="For which partner",
        help_text="Publishers, data protection officers and self-registered "
        "contributors act for the whole place.",
        required=False,
    )

    def __init__(self, *args: Any, partners: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self.fields["partner"], first("The whole place", partners))


class EditorForm(PlainForm):
    """The first person of an organization."""

    email = forms.EmailField(
        label="Their e-mail address",
        help_text="They look after its listings and invite the others.",
    )


class EraseForm(PlainForm):
    """A value to blank everywhere."""

    value = forms.CharField(
        label="What has to go?",
        help_text="Exactly as it stands, for example a name, a number or an address.",
        required=False,
        max_length=250,
    )
    reason = words("Why?", help_text="It is all that will be left.")
    sure = forms.BooleanField(
        label="I know that this cannot be undone",
        error_messages={"required": "Tick that you know it cannot be undone."},
    )
