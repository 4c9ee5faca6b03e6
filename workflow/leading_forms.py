"""Forms of those who lead a place. See ``workflow/forms.py`` for how they are made."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Partner, User
from accounts.roles import ROLES, Role, Target
from common.forms import PlainDateField, PlainForm
from workflow.choices import Level
from workflow.forms import words
from workflow.importing.fetching import CannotRead, Limits, check_address
from workflow.models import Listing, Source

MOST_BYTES = Limits().answer_bytes


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
    reason = words("Why?", help_text="Others read this, today and next year.")


class LapsedForm(PlainForm):
    """Why a record that no machine may hide is hidden."""

    reason = words(
        "Why is it hidden?",
        help_text="Colleagues read this. For example: nobody has answered since May.",
    )


# --- organisations and areas of work --------------------------------------------------


class FindForm(PlainForm):
    """Which organisations to show."""

    q = forms.CharField(label="Name", required=False, max_length=100)
    show = forms.CharField(widget=forms.HiddenInput, required=False)


class FindAreaForm(PlainForm):
    """Which wards, parishes and districts to show."""

    q = forms.CharField(label="Name", required=False, max_length=100)


class LevelForm(PlainForm):
    """How far the place trusts an organization."""

    level = forms.ChoiceField(
        label="How far do you trust it?",
        help_text="What it has sent in already, and past checks, stand as they are.",
        required=False,
        choices=Level.choices,
        widget=forms.RadioSelect,
    )
    reason = words(
        "Why?",
        help_text="Colleagues read this, and so do the people of the organisation: "
        "they are sent it.",
    )


class OwnBodyForm(PlainForm):
    """Which partner is the same body."""

    partner = forms.ModelChoiceField(
        label="Which partner is it?",
        help_text="That partner’s assurers then cannot be the first to assure its "
        "services: somebody of another body looks at them.",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose the partner that is the same body."},
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner], **more: Any) -> None:
        super().__init__(*args, **more)
        _offer_rows(self.fields["partner"], partners)


def _offer_rows(field: forms.Field, rows: QuerySet[Any]) -> None:
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


# --- people ---------------------------------------------------------------------------

INVITED = (Role.ASSURER, Role.CONTRIBUTOR, Role.READER, Role.VOLUNTEER,
           Role.PUBLISHER, Role.DATA_PROTECTION)  # fmt: skip
"""The roles that a lead gives."""


class InviteForm(PlainForm):
    """Whom to invite to what."""

    email = forms.EmailField(
        label="Their e-mail address",
        help_text="They get a mail with a link that holds for 14 days.",
    )
    role = forms.ChoiceField(
        label="What will they do?",
        choices=[
            (role.value, f"{ROLES[role].title}: {ROLES[role].sentence}")
            for role in INVITED
        ],
        widget=forms.RadioSelect,
    )
    partner = forms.ModelChoiceField(
        label="For which partner?",
        help_text="Publishers, data protection officers and self-registered "
        "contributors act for the whole place: leave it as it is.",
        queryset=Partner.objects.none(),
        required=False,
        empty_label="The whole place",
    )

    def __init__(
        self, *args: Any, partners: QuerySet[Partner], own_email: str, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.own_email = own_email
        _offer_rows(self.fields["partner"], partners)

    def clean_email(self) -> str:
        """Somebody else's address."""
        email: str = self.cleaned_data["email"].strip().lower()
        if email == self.own_email:
            raise forms.ValidationError(
                "This is your own address. Nobody appoints themselves: ask an "
                "administrator."
            )
        return email

    def clean(self) -> dict[str, Any]:
        """A role is held on a partner or on the place, never on the other."""
        typed = super().clean() or {}
        role, partner = typed.get("role"), typed.get("partner")
        if role and "partner" in typed:
            by_partner = ROLES[Role(role)].target == Target.PARTNER
            if by_partner and partner is None:
                self.add_error("partner", "Choose the partner for which they do it.")
            elif partner is not None and not by_partner:
                self.add_error(
                    "partner",
                    f"{ROLES[Role(role)].title} is for the whole place: choose that.",
                )
        return typed


class TakeRoleForm(PlainForm):
    """Why somebody’s part ends."""

    reason = words("Why?", help_text="For example: moved to another job on 1 June.")


# --- neighbours -----------------------------------------------------------------------


class ProposeSharingForm(PlainForm):
    """Words that go with a proposal to a neighbour."""

    words = words(
        "What should they know? (if there is something)",
        help_text="Their lead reads this. For example: half of our carers live on "
        "your side of the river.",
    )


class AcceptSharingForm(PlainForm):
    """Nothing has to be said to accept."""


class DeclineSharingForm(PlainForm):
    """Why a neighbour's proposal is declined."""

    reason = words("Why not?", help_text="Their lead reads this.")


class WithdrawSharingForm(PlainForm):
    """Nothing has to be said to take a proposal back."""


class EndSharingForm(PlainForm):
    """Why an agreement ends."""

    reason = words(
        "Why does it end?", help_text="The lead of the other place reads this."
    )


class OfferHomeForm(PlainForm):
    """Why a record is to be kept by another place."""

    reason = words(
        "Why?",
        help_text="Their lead reads this. For example: the hall is on your side of the "
        "border, and your people know it.",
    )


class AcceptHomeForm(PlainForm):
    """What the person was shown goes with the answer, and words if there are any."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    words = words("Do you want to say something? (if there is something)")


class DeclineHomeForm(PlainForm):
    """Why a record does not get another home."""

    reason = words("Why not?", help_text="Their lead reads this.")


class WithdrawHomeForm(PlainForm):
    """Nothing has to be said to take it back."""


# --- carrying over, erasing -----------------------------------------------------------


class SourceForm(PlainForm):
    """Which source’s services to show."""

    source = forms.ModelChoiceField(
        label="From which source",
        queryset=Source.objects.none(),
        required=False,
        empty_label="Every source",
    )

    def __init__(self, *args: Any, sources: QuerySet[Source], **more: Any) -> None:
        super().__init__(*args, **more)
        _offer_rows(self.fields["source"], sources)


class CarryOverForm(PlainForm):
    """Which services are published unchecked, until when, and why."""

    listings = forms.ModelMultipleChoiceField(
        label="Which services?",
        queryset=Listing.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one service.",
            "invalid_choice": "One of these is not a service of this place.",
        },
    )
    until = PlainDateField(
        label="Until when?",
        help_text="On the day after, those that nobody has checked are hidden again. "
        "For example: 27 9 2026.",
    )
    reason = words(
        "Where are they taken over from, and why?",
        help_text="For example: the old family directory is switched off in June.",
    )

    def __init__(self, *args: Any, listings: QuerySet[Listing], **more: Any) -> None:
        super().__init__(*args, **more)
        _offer_rows(self.fields["listings"], listings)


class BringInForm(PlainForm):
    """Which source to read: an address, or a file that is sent along."""

    partner = forms.ModelChoiceField(
        label="Which partner stands behind it?",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose the partner that stands behind it."},
    )
    name = forms.CharField(
        label="What is the source called?",
        help_text="By this name it is known again when its address or file changes. "
        "For example: the old family directory.",
        max_length=250,
    )
    address = forms.CharField(
        label="Its address (if it has one)",
        help_text="Of an Open Referral UK feed, for example "
        "https://directory.example.org/api/services",
        max_length=1000,
        required=False,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label="Or a file (if it has no address)",
        help_text="One JSON file of such a feed, of 30 MB at most.",
        required=False,
        widget=forms.FileInput({"class": "v-file", "accept": ".json,.gz"}),
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner], **more: Any) -> None:
        super().__init__(*args, **more)
        _offer_rows(self.fields["partner"], partners)

    def clean(self) -> dict[str, Any]:
        """Either an address or a file; ``body`` is what the file holds."""
        typed = super().clean() or {}
        address, file = str(typed.get("address") or "").strip(), typed.get("file")
        if address and file:
            self.add_error("file", "Give either an address or a file, not both.")
        elif file:
            if file.size > MOST_BYTES:
                self.add_error("file", "Choose a file of 30 MB at most.")
            else:
                typed |= {"address": f"File: {file.name}", "body": file.read()}
        elif address:
            try:
                check_address(address)
            except CannotRead as error:
                self.add_error("address", error.sentence)
            typed |= {"address": address, "body": None}
        elif "address" not in self.errors and "file" not in self.errors:
            self.add_error("address", "Give its address, or choose a file.")
        return typed


class FindValueForm(PlainForm):
    """A value to blank everywhere, and why: first it is looked for."""

    value = forms.CharField(
        label="What has to go?",
        help_text="As it stands, for example a name, a number or an address. Numbers "
        "are found however they are spaced, e-mail addresses in whatever case.",
        required=False,
        max_length=250,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = words(
        "Why?",
        help_text="This is all that will be left, so do not repeat the value. For "
        "example: she asked us to on 3 May.",
    )


class EraseForm(FindValueForm):
    """The same once its places have been counted. ``seen`` is how many they were."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="I have seen where it stands, and know that this cannot be undone",
        error_messages={"required": "Tick that you know it cannot be undone."},
    )


class LetInForm(PlainForm):
    """An erased value that may be written again."""

    value = forms.CharField(
        label="What may be written again?",
        help_text="Nothing is brought back: it may only be typed or harvested anew.",
        required=False,
        max_length=250,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = words("Who agreed, and when?", help_text="Without the value itself.")


class EraseAccountForm(PlainForm):
    """A closed account whose name and address go."""

    user = forms.ModelChoiceField(
        label="Whose?",
        help_text="Only accounts that are closed are listed. An administrator closes "
        "them.",
        queryset=User.objects.none(),
        empty_label="Choose",
        error_messages={"required": "Choose whose name has to go."},
    )
    reason = words("Why?", help_text="Without the name: this is what will be left.")

    def __init__(self, *args: Any, accounts: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = accounts  # type: ignore[attr-defined]
