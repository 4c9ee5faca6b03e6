"""Forms about contracts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.utils import ErrorDict

from accounts.models import Partner, User
from common.forms import PlainDateField, PlainForm
from workflow.actions.contracts import Terms
from workflow.forms import Options, first, offer, words


class _ManagerField(forms.ModelChoiceField):
    """People with ``bodies``, in which of the partners they have a part."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {obj.bodies}"


class ContractForm(PlainForm):
    """What a contract says, and what to look for while it is written down. ``seen`` is
    what it said when the person read it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(
        label="Find the organisation or the services",
        help_text="A word of the name. What you find can be chosen below.",
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "data-enter": "find"}),
    )
    commissioner = forms.ModelChoiceField(
        label="Who commissions it?",
        queryset=Partner.objects.none(),
        empty_label="Choose a partner",
        error_messages={"required": "Choose the partner that commissions it."},
    )
    reference = forms.CharField(
        label="Reference",
        help_text="As on your papers, for example: CW/2026/014.",
        max_length=60,
        error_messages={"required": "Give it the reference that your papers have."},
    )
    organization = forms.ChoiceField(
        label="All services of an organisation",
        required=False,
        widget=forms.RadioSelect,
    )
    listings = forms.MultipleChoiceField(
        label="These services",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    review_months = forms.IntegerField(
        label="Reviewed every how many months?",
        min_value=1,
        max_value=36,
        widget=forms.TextInput(
            {"class": "govuk-input--width-3", "inputmode": "numeric"}
        ),
    )
    starts_on = PlainDateField(label="Begins on")
    ends_on = PlainDateField(label="Ends on (if that is agreed)", required=False)
    manager = _ManagerField(
        label="Who manages it?",
        help_text="Somebody who has a part in that partner. They are told by mail of "
        "what is overdue, and of reviews and the end.",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody by name",
    )
    manager_mailbox = forms.EmailField(
        label="Or the mailbox of the role",
        help_text="For example: contracts@council.example.",
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        partners: QuerySet[Partner],
        people: QuerySet[User],
        organizations: Options,
        listings: Options,
        found: str = "",
        **more: Any,
    ) -> None:
        """``found`` is said of what was looked for; empty where nothing was."""
        super().__init__(*args, **more)
        self.found = found
        for name, rows in (("commissioner", partners), ("manager", people)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
        offer(
            self.fields["organization"],
            first("No whole organisation: single services", organizations),
        )
        offer(self.fields["listings"], listings)
        if not listings:
            del self.fields["listings"]

    def full_clean(self) -> None:
        """Who is still looking for the services is told of nothing that is missing."""
        super().full_clean()
        if self.found:
            self._errors = ErrorDict()

    def terms(self) -> Terms:
        """What was typed, for the actions."""
        typed = self.cleaned_data
        manager = typed["manager"]
        return Terms(
            commissioner_id=typed["commissioner"].pk, reference=typed["reference"],
            review_months=typed["review_months"], starts_on=typed["starts_on"],
            ends_on=typed["ends_on"], organization_id=typed["organization"] or None,
            listing_ids=tuple(typed.get("listings") or ()),
            manager_id=manager.pk if manager else None,
            manager_mailbox=typed["manager_mailbox"],
        )  # fmt: skip


class ContractReviewForm(PlainForm):
    """What came of looking at a contract."""

    words = words("What came of it? (if there is something to say)")


class EndContractForm(PlainForm):
    """Why a contract ends before its day."""

    reason = words("Why does it end?", help_text="Others read this.")
