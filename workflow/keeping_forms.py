"""Forms of those who keep records: providers and contributors.

Their fields carry the names under which actions say what is wrong. They ask for what
the actions ask for, in the same words, so that all that is missing is said at once.
"""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts import accents
from accounts.models import PartnerKind, Partnership
from accounts.roles import ROLES, Role
from common.forms import PlainForm
from directory.choices import Kind
from workflow import finding
from workflow.choices import PROVIDER_REASONS, Evidence, Hidden
from workflow.closing_forms import UntilForm
from workflow.forms import Options, first, words

ONE_CLUE = "Give one clue as well: what it is, where, or who runs it."
OWN_ADDRESS = (
    "This is your own address. Nobody appoints themselves: write that of the other "
    "person."
)
ONE_OF_THE_TWO = (
    "You have chosen who runs it in the list as well. Empty this, or choose that it is "
    "not in the list."
)
HOW_PEOPLE_KNOW: Options = [
    (e.value, e.label) for e in Evidence if e != Evidence.SOURCE
]


def wanted(field: forms.CharField, sentence: str) -> forms.CharField:
    """A field that has to be filled in; ``sentence`` says what is missing."""
    field.required = True
    field.error_messages["required"] = sentence
    return field


class NoteForm(PlainForm):
    """A word to who decides; where nobody does first (``at_once``), for the history."""

    words = words(
        "A word to whoever looks at it (if there is something to say)", rows=2
    )

    def __init__(self, *args: Any, at_once: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if at_once:
            self.fields[
                "words"
            ].label = "Why, or where you know it from (if there is something to say)"


class EvidenceForm(PlainForm):
    """How somebody knows."""

    evidence = forms.ChoiceField(
        label="How do you know?",
        choices=HOW_PEOPLE_KNOW,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how you know."},
    )
    words = words(
        "In your words (if you like)",
        help_text="For example: I rang them on Monday and spoke to the coordinator.",
        rows=2,
    )


class ClosedForm(UntilForm, EvidenceForm):
    """That a service has closed, and for how long.

    Who runs it (``own``) is not asked how they know, and says until when.
    """

    for_good = forms.ChoiceField(
        label="Has it closed for good?",
        choices=[("yes", "Yes, for good"), ("no", "No, for now")],
        widget=forms.RadioSelect,
    )
    field_order = ("for_good", "until", "evidence", "words")

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day_needed = own
        if not own:
            self.fields["until"].label = "When does it open again? (if you know)"
        else:
            self.fields["words"].label = "Anything else we should know? (if you like)"
            self.fields["words"].help_text = ""
            del self.fields["evidence"]


class ProblemForm(EvidenceForm):
    """What is wrong, without saying what should be there."""

    words = wanted(
        words(
            "What is wrong?",
            help_text="For example: nobody answers the phone, and the door was locked.",
        ),
        "Say what is wrong, in your own words.",
    )
    harm = forms.BooleanField(
        label="Somebody could come to harm",
        required=False,
        help_text="Tick this if it cannot wait. It is looked at the same day.",
    )
    field_order = ("words", "harm", "evidence")


class StillRightForm(PlainForm):
    """That it is still right."""

    words = words(
        "Anything to add? (if you like)",
        help_text="For example: I was there on Tuesday.",
        rows=2,
    )


class AppealForm(PlainForm):
    """Why a declined listing should be looked at again."""

    words = wanted(
        words(
            "Why should it be looked at again?",
            help_text="Somebody else reads this. You can ask once.",
        ),
        "Say why it should be looked at again.",
    )


class TakeAwayForm(PlainForm):
    """Why a listing should not be public."""

    because = forms.ChoiceField(
        label="Why should people not see it?",
        error_messages={"required": "Choose why it should not be public."},
        choices=[
            (Hidden(reason).value, label)
            for reason, label in zip(
                PROVIDER_REASONS,
                ("We do not want it listed", "It has closed"),
                strict=True,
            )
        ],
        widget=forms.RadioSelect,
    )
    reason = wanted(
        words(
            "Why, in your words",
            help_text="So that those who keep and check it know. The public does not "
            "see this.",
            rows=2,
        ),
        "Say why, so that others know.",
    )


class SomebodyElseForm(PlainForm):
    """Whom to invite: not oneself."""

    def __init__(self, *args: Any, own_email: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.own_email = own_email

    def clean_email(self) -> str:
        """Somebody else's address."""
        email: str = self.cleaned_data["email"].strip().lower()
        if email == self.own_email:
            raise forms.ValidationError(OWN_ADDRESS)
        return email


class InviteKeeperForm(SomebodyElseForm):
    """Whom to ask to keep an organization's services, and as what."""

    email = forms.EmailField(
        label="Their e-mail address",
        max_length=254,
        help_text="They get a mail with a link that holds for 14 days.",
    )
    role = forms.ChoiceField(
        label="What will they do?",
        choices=[
            (Role.EDITOR.value, "Keep the services right"),
            (
                Role.ORGANIZATION_LEAD.value,
                "Keep the services right, and say who else does",
            ),
        ],
        initial=Role.EDITOR.value,
        widget=forms.RadioSelect,
    )


class EndKeepingForm(PlainForm):
    """Why somebody no longer keeps an organization's services."""

    reason = wanted(
        words("Why?", help_text="For example: left on 1 June.", rows=2),
        "Say why; it is written down.",
    )


class FindPlaceForm(PlainForm):
    """One of the places that were found."""

    location_id = forms.ChoiceField(
        label="Which of these is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the places, or add a new one."},
    )

    def __init__(self, *args: Any, matches: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["location_id"]
        if isinstance(field, forms.ChoiceField):
            field.choices = matches


class RunByForm(PlainForm):
    """Who runs a service: somebody in the directory, or somebody new.

    Too many for a list are looked for by a part of the name: a button ``look`` sends
    the form, and those that are like it are offered.
    """

    organization_search = forms.CharField(
        label="Who runs it? Part of its name",
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "data-enter": "look"}),
    )
    organization_id = forms.ChoiceField(
        label="Who runs it?", required=False, widget=forms.Select
    )
    organization_name = forms.CharField(
        label="If it is not in the list: its name",
        required=False,
        max_length=255,
    )

    def __init__(
        self,
        *args: Any,
        organizations: Options,
        own: Sequence[tuple[str, str]] = (),
        looked: bool = False,
        **more: Any,
    ) -> None:
        """``own`` are those of them that the person edits: offered without looking.
        Who has ``looked`` is told what was found (``found``)."""
        super().__init__(*args, **more)
        self.found = ""
        field = self.fields["organization_id"]
        if not isinstance(field, forms.ChoiceField):
            return
        self.is_searched = len(organizations) > finding.MOST_IN_A_SELECT
        if not self.is_searched:
            del self.fields["organization_search"]
            field.choices = first("Not in the list, or not known", organizations)
            return
        words = str(self["organization_search"].value() or "")
        chosen = str(self["organization_id"].value() or "")
        found = finding.named_like(organizations, words)
        self.found = _found_words(words, len(found)) if looked else ""
        found = [*own, *(one for one in found if one not in own)]
        kept = [one for one in organizations if one[0] == chosen and one not in found]
        none = "None of these, or not known"
        field.label = "Which of these is it?"
        field.widget = forms.RadioSelect()
        field.choices = first(none, organizations)
        field.widget.choices = first(none, [*kept, *found])


def _found_words(words: str, number: int) -> str:
    """What is said of the organisations that were looked for."""
    if not words.strip():
        return "Write part of its name, then look for it."
    if number == 0:
        return (
            f"We found nothing with “{words}” in its name. Try one word of it, or "
            "write its name below."
        )
    if number == finding.MOST_MATCHES:
        return (
            f"Found for “{words}”: the first {number} organisations. Choose below. If "
            "it is not among them, write more of its name."
        )
    several = "organisation" if number == 1 else "organisations"
    return f"Found for “{words}”: {number} {several}. Choose below."


class NewServiceForm(RunByForm):
    """A name and one clue."""

    name = forms.CharField(
        label="What is it called?",
        max_length=255,
        error_messages={"required": "Give it a name, so that people can find it."},
        help_text="What people call it, for example: Tuesday coffee morning.",
    )
    description = forms.CharField(
        label="What is it?",
        required=False,
        max_length=4000,
        help_text="A sentence is enough for now.",
        widget=forms.Textarea({"rows": 4}),
    )
    field_order = (
        "name", "description", "organization_search", "organization_id",
        "organization_name",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A name alone finds nothing: one clue goes with it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("organization_id") and cleaned.get("organization_name"):
            self.add_error("organization_name", ONE_OF_THE_TWO)
        clues = ("description", "organization_id", "organization_name")
        if not any(cleaned.get(clue) or clue in self.errors for clue in clues):
            self.add_error("description", ONE_CLUE)
        return cleaned


class SearchForm(PlainForm):
    """What to look for among records."""

    q = forms.CharField(label="Service, or who runs it", required=False, max_length=200)
    place = forms.ChoiceField(label="Place", required=False)
    own = forms.BooleanField(
        label="Leave out what only points to somewhere else",
        required=False,
    )

    colleagues = forms.BooleanField(
        label="Only what the public does not find",
        required=False,
    )

    def __init__(
        self, *args: Any, places: Options, colleague: bool = False, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        if not colleague:
            del self.fields["colleagues"]
        field = self.fields["place"]
        if isinstance(field, forms.ChoiceField):
            field.choices = first("All places", places)
        if len(places) < 2:
            del self.fields["place"]


class BodySearchForm(PlainForm):
    """What to look for among organizations or places."""

    q = forms.CharField(label="Its name", required=False, max_length=200)

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        if kind == Kind.LOCATION:
            self.fields["q"].label = "Its name, street or postcode"


# --- the administrator ----------------------------------------------------------------


class InviteForm(SomebodyElseForm):
    """Whom to invite, to what: those whom an administrator appoints."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    role = forms.ChoiceField(
        label="As what?",
        choices=[(r.value, ROLES[r].title) for r in (Role.LEAD, Role.ADMINISTRATOR)],
        widget=forms.RadioSelect,
    )
    place = forms.ModelChoiceField(
        label="Of which place? (for a lead)",
        queryset=Partnership.objects.order_by("name"),
        required=False,
        empty_label="Choose a place",
    )

    def clean(self) -> dict[str, Any]:
        """A lead leads a place."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("role") == Role.LEAD and not cleaned.get("place"):
            self.add_error("place", "Choose the place that they will lead.")
        return cleaned


class PlaceForm(PlainForm):
    """A new place."""

    name = forms.CharField(label="Name of the place", max_length=120)
    role_mailbox = forms.EmailField(
        label="Its shared mailbox",
        help_text="Shown to the public. Not a person's.",
    )
    host_names = forms.CharField(
        label="Host names it answers at, with commas between them (if it has its own)",
        help_text="Each has to be in the setting ALLOWED_HOSTS as well. The only place "
        "there is needs none.",
        required=False,
        max_length=1000,
    )

    def clean_host_names(self) -> list[str]:
        """One by one."""
        typed = self.cleaned_data["host_names"].split(",")
        return [name.strip() for name in typed if name.strip()]


class ChangePlaceForm(PlaceForm):
    """How a place is set up, and ``base``, the state that the person saw."""

    accent = forms.ChoiceField(
        label="Its colour", choices=accents.CHOICES, widget=forms.RadioSelect
    )
    base = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)


class _BodyForm(PlainForm):
    """What a body that takes part is."""

    name = forms.CharField(label="Name of the body", max_length=120)
    kind = forms.ChoiceField(
        label="What it is", choices=first("Choose one", PartnerKind.choices)
    )
    role_mailbox = forms.EmailField(
        label="Its shared mailbox",
        required=False,
        help_text="Shown to the public beside what it has checked. Not a person's.",
    )


class PartnerForm(_BodyForm):
    """A body that takes part."""

    place = forms.ModelChoiceField(
        label="Place",
        queryset=Partnership.objects.order_by("name"),
        empty_label="Choose a place",
    )
    field_order = ("place",)


class ChangePartnerForm(_BodyForm):
    """How a partner is set up, and ``base``, the state that the person saw."""

    base = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)


class EndPartnerForm(PlainForm):
    """Why a body takes part no more."""

    reason = wanted(
        words("Why does it take part no more?", rows=2), "Say why; it is written down."
    )


class FindPersonForm(PlainForm):
    """Whose account to look for."""

    q = forms.CharField(label="Name or e-mail address", max_length=100, required=False)


class CloseAccountForm(PlainForm):
    """Why an account is closed."""

    reason = wanted(
        words("Why is the account closed?", rows=2), "Say why; it is written down."
    )
