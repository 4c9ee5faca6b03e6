"""Forms of those who decide, check and publish.

Their fields carry the names under which actions say what is wrong, so that a refusal
stands beside what it is about. What may be left empty is judged by the action alone.
"""

from collections.abc import Iterable
from typing import Any

from django import forms

from common.errors import InvalidInput
from common.forms import PlainDateField, PlainForm
from directory.choices import EntryKind, Visibility
from workflow.choices import (
    DECLINED,
    Hidden,
    Method,
    RejectReason,
)
from workflow.effort_forms import MinutesForm
from workflow.finding import MOST_IN_A_SELECT
from workflow.models import Remit

Options = list[tuple[str, str]]

ASKED: Options = [(m.value, m.label) for m in Method if m != Method.DECISION]
"""How something may have been found out."""


def told(form: forms.BaseForm, error: InvalidInput) -> None:
    """Put what an action refused beside its field, the rest at the top."""
    for path, sentence in error.errors.items():
        form.add_error(path if path in form.fields else None, sentence)


def first(nothing: str, options: Iterable[tuple[str, str]]) -> Options:
    """Options of a select that begins with none chosen."""
    return [("", nothing), *options]


def words(
    label: str, *, help_text: str = "", rows: int = 2, length: int = 500
) -> forms.CharField:
    """A few sentences that may be left empty as far as the form knows."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=length,
        widget=forms.Textarea({"rows": rows}),
    )


# --- the queue ------------------------------------------------------------------------


class QueueForm(PlainForm):
    """What of the queue to show. Of more areas than fit into a list the name is
    typed."""

    kind = forms.ChoiceField(label="What", required=False)
    whose = forms.ChoiceField(
        label="Whose",
        required=False,
        choices=[
            ("", "Everybody's"),
            ("free", "What nobody is on"),
            ("mine", "What I have started"),
            ("others", "What a colleague is on"),
        ],
    )
    days = forms.ChoiceField(
        label="Waiting or due for",
        required=False,
        choices=[
            ("", "Any time"),
            ("2", "2 days or more"),
            ("7", "A week or more"),
            ("14", "2 weeks or more"),
            ("28", "4 weeks or more"),
        ],
    )
    why = forms.ChoiceField(label="Why it is here", required=False)
    remit = forms.ChoiceField(label="Area of work", required=False)
    area = forms.ChoiceField(label="Where it is", required=False)
    term = forms.ChoiceField(label="Kind of service", required=False)
    run_by = forms.CharField(label="Run by", required=False, max_length=100)

    def __init__(
        self,
        *args: Any,
        kinds: Options,
        remits: Options,
        terms: Options,
        areas: Options,
        reasons: Options,
        **more: Any,
    ):
        super().__init__(*args, **more)
        offer(self.fields["kind"], first("Everything", kinds))
        offer(self.fields["why"], first("Any reason", reasons))
        for name, nothing, options in (
            ("area", "Anywhere", areas), ("remit", "All of mine", remits)
        ):  # fmt: skip
            if len(options) > MOST_IN_A_SELECT:
                self.fields[name] = forms.CharField(
                    label=self.fields[name].label, required=False, max_length=120,
                    help_text="Words of its name",
                )  # fmt: skip
            else:
                offer(self.fields[name], first(nothing, options))
        offer(self.fields["term"], first("Every kind", terms))
        if len(remits) < 2:
            del self.fields["remit"]
        if not terms:
            del self.fields["term"]
        if not areas:
            del self.fields["area"]


def offer(field: forms.Field, options: Options) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = options


# --- deciding -------------------------------------------------------------------------


class RowForm(PlainForm):
    """What is decided on one change. The value of a change has a form of its own."""

    choice = forms.ChoiceField(
        label="What do you decide?",
        required=False,
        choices=[
            ("accept", "Accept"),
            ("change", "Change it, and say why"),
            ("reject", "Reject"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label="Why not?",
        required=False,
        choices=first("Choose a reason", RejectReason.choices),
    )
    reason_words = words(
        "Why, in your words",
        help_text="Whoever suggested it reads this.",
    )


class AnswerForm(MinutesForm):
    """A word to who suggested it."""

    answer = words(
        "A word to whoever suggested it (if you like)",
        help_text="They are told what became of each line in any case.",
    )


class ReportAnswerForm(MinutesForm):
    """What came of a report that proposes nothing."""

    answer = words(
        "What came of it?",
        help_text="Whoever reported it reads this. For example: we rang, and the "
        "door code has been changed.",
        rows=4,
    )


class RejectAllForm(PlainForm):
    """One reason for rejecting every line."""

    reason = forms.ChoiceField(
        label="Why?",
        required=False,
        choices=first("Choose a reason", RejectReason.choices),
    )
    reason_words = words("In your words", help_text="They read this at every line.")


class CheckForm(PlainForm):
    """That the whole record was checked, and how."""

    method = forms.ChoiceField(
        label="How did you check it?",
        required=False,
        choices=ASKED,
        widget=forms.RadioSelect,
    )
    note = words(
        "A note for colleagues (if there is something to say)",
        help_text="For example: spoke to the coordinator; they move in May.",
        length=1000,
    )


class CheckNowForm(MinutesForm, CheckForm):
    """The same, as a page of its own: with what it took."""


class OverrideForm(PlainForm):
    """Why something odd is right all the same."""

    override_reason = words("If it is right all the same, say why")


class InformantForm(PlainForm):
    """The second pair of eyes: who told the decider, how, and when."""

    informant = forms.CharField(
        label="Who told you?",
        help_text="Name and role, for example: Sam Ford, group leader.",
        required=False,
        max_length=250,
    )
    informed_by = forms.ChoiceField(
        label="How?", required=False, choices=ASKED, widget=forms.RadioSelect
    )
    informed_on = PlainDateField(label="When?", required=False)


class CorrectForm(MinutesForm):
    """What colleagues should know about a correction."""

    note = words("A note for colleagues (if there is something to say)", length=1000)


class ReviewForm(MinutesForm):
    """What a quarterly review found."""

    note = words(
        "A note for colleagues (if there is something to say)",
        help_text="For example: rang the manager; two groups merge in spring.",
        length=1000,
    )


# --- acts on a record -----------------------------------------------------------------


class ReasonForm(PlainForm):
    """A reason, which others read."""

    reason = words("Why?", help_text="Others read this, today and next year.")


class EntryForm(ReasonForm):
    """What kind of entry a record is."""

    kind = forms.ChoiceField(
        label="What is it?", choices=EntryKind.choices, widget=forms.RadioSelect
    )
    field_order = ("kind", "reason")


class SplitPlaceForm(PlainForm):
    """Which service is given a place of its own."""

    listing = forms.ChoiceField(
        label="Which service?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the service that moves."},
    )

    def __init__(self, *args: Any, listings: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["listing"]
        if isinstance(field, forms.ChoiceField):
            field.choices = listings


class SamePlaceForm(ReasonForm):
    """Which place another one is the same as, and why one thinks so."""

    other = forms.ChoiceField(
        label="Which of these is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the place that stays."},
    )
    field_order = ("other", "reason")

    def __init__(self, *args: Any, places: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["other"]
        if isinstance(field, forms.ChoiceField):
            field.choices = places


class NoteForm(PlainForm):
    """A note for one's own team."""

    words = forms.CharField(
        label="Leave a note",
        help_text="Only your team sees it: never the public, the provider or another "
        "partner. For example: ring after ten.",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


class PublishForm(PlainForm):
    """Nothing but the button."""


class ReturnForm(PlainForm):
    """What its author has to add or change."""

    reason = words(
        "What is missing, or has to be different?",
        help_text="Its author reads this.",
        rows=3,
    )


class HideForm(PlainForm):
    """Why a record may not be public."""

    because = forms.ChoiceField(
        label="Why should the public not see it?",
        required=False,
        choices=[
            (reason.value, reason.label)
            for reason in (
                Hidden.WITHDRAWN,
                Hidden.CLOSED,
                Hidden.PERSONAL_DATA,
                Hidden.DUPLICATE,
            )
        ],
        widget=forms.RadioSelect,
    )
    reason = words("In your words", help_text="The public does not see this.")


class DeclineForm(PlainForm):
    """Why a listing is declined."""

    because = forms.ChoiceField(
        label="Why is it declined?",
        required=False,
        choices=[(reason.value, reason.label) for reason in DECLINED],
        widget=forms.RadioSelect,
    )
    reason = words(
        "In a sentence its author can read",
        help_text="They may appeal once, to another assurer.",
    )


class HandOverForm(PlainForm):
    """Whose area of work a record is in."""

    remit = forms.ModelChoiceField(
        label="To which area of work?",
        queryset=Remit.objects.none(),
        required=False,
        empty_label="Let the rules decide",
    )
    reason = words("Why?")

    def __init__(self, *args: Any, place_id: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["remit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Remit.objects.filter(partnership_id=place_id).order_by(
                "name"
            )


class VisibilityForm(PlainForm):
    """Who may see a record at all."""

    visibility = forms.ChoiceField(
        label="Who may see it?",
        required=False,
        choices=Visibility.choices,
        widget=forms.RadioSelect,
    )
    reason = words("Why?", help_text="Others read this.")


class SplitForm(PlainForm):
    """Which shared place a service gets a copy of."""

    location = forms.ChoiceField(
        label="Which place?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the place."},
    )

    def __init__(self, *args: Any, places: Options, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self.fields["location"], places)


class EditorForm(PlainForm):
    """The first person of an organization."""

    email = forms.EmailField(
        label="Their e-mail address",
        help_text="They get a link that lets them keep these listings.",
    )


class StateLineForm(PlainForm):
    """A provider's word that a number is the group's own."""

    key = forms.CharField(widget=forms.HiddenInput)
    reason = words(
        "Whose number is it?",
        help_text="For example: the group's own phone, passed on with the rota.",
    )


class ReleaseForm(PlainForm):
    """That a finding is wrong, or what to show instead."""

    key = forms.CharField(widget=forms.HiddenInput)
    use_mailbox = forms.BooleanField(
        label="Show our shared mailbox in its place", required=False
    )
    reason = words("Why may it be public?")


class LineForm(PlainForm):
    """One release."""

    release = forms.UUIDField(widget=forms.HiddenInput)


class RevokeForm(LineForm):
    """A release that no longer holds."""

    reason = words("Why is it held back again?")
