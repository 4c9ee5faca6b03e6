"""Forms of those who keep the lists of terms."""

from collections.abc import Iterable
from typing import Any

from django import forms

from common.forms import PlainForm
from common.models import as_uuid
from directory.models import TaxonomyTerm
from workflow import term_uses
from workflow.actions.terms import MOST_PLAIN_NEEDS
from workflow.forms import first, words


class FindTermForm(PlainForm):
    """What to look for on the lists."""

    q = forms.CharField(label="Find a term", required=False, max_length=100)


def _name() -> forms.CharField:
    return forms.CharField(
        label="Name",
        max_length=255,
        help_text="In words that people use, for example: Lunch clubs.",
    )


def _description() -> forms.CharField:
    return words(
        "What belongs to it (if it needs saying)",
        help_text="Words that people say instead belong here: suggestions look there.",
    )


def _address() -> forms.CharField:
    return forms.CharField(
        label="Web address (if it has one)",
        required=False,
        max_length=1000,
        help_text="Where it is described, for example https://example.org/terms/1. It "
        "is published.",
    )


def _below(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


class _Below(PlainForm):
    """A form that asks below which term of a list another stands."""

    def __init__(self, *args: Any, rows: Iterable[TaxonomyTerm], **more: Any) -> None:
        super().__init__(*args, **more)
        offered = first("At the top of the list", term_uses.options(rows))
        self.fields["parent"].choices = offered  # type: ignore[attr-defined]


class AddTermForm(_Below):
    """A new term."""

    name = _name()
    description = _description()
    parent = _below("Below")


class RenameForm(PlainForm):
    """Another name or description; ``was`` marks those that were on the page."""

    was = forms.CharField(widget=forms.HiddenInput, strip=False)
    name = _name()
    description = _description()


class CodeForm(PlainForm):
    """By which code and web address others know a term."""

    was_code = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    was_uri = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    code = forms.CharField(
        label="Code (if it has one)",
        required=False,
        max_length=100,
        help_text="As it is written on the published list that it comes from. What a "
        "feed says by this code is then known as this term.",
    )
    term_uri = _address()


class ListForm(PlainForm):
    """What a list is called, and by what others know it; ``was`` marks what of this was
    on the page."""

    was = forms.CharField(widget=forms.HiddenInput, strip=False)
    name = forms.CharField(label="Name of the list", max_length=255)
    uri = _address()
    version = forms.CharField(
        label="Version (if it has one)",
        required=False,
        max_length=50,
        help_text="For example: 2.1, or the month that it is of.",
    )


class OtherWordsForm(PlainForm):
    """What people say instead of the name."""

    was = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    words = words(
        "Other words for it, one on each line",
        help_text="For example: foodbank. Whoever looks for one of these finds what "
        "carries the term.",
    )

    def clean_was(self) -> list[str]:
        """The lines that were on the page."""
        return [line for line in self.cleaned_data["was"].splitlines() if line]


class MoveForm(_Below):
    """Another term to stand below."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    parent = _below("Below")


class RetireForm(PlainForm):
    """What stands in for a term that goes."""

    replacement = forms.ChoiceField(
        label="What says it better?",
        required=False,
        help_text="Whatever says the old term is then shown and found under this one.",
    )

    def __init__(
        self, *args: Any, groups: Iterable[tuple[str, Any]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        offered = first("Nothing: records keep it until changed", groups)
        self.fields["replacement"].choices = offered  # type: ignore[attr-defined]


class _Keys(forms.MultipleChoiceField):
    """Ids that were on the page, be they of what is no longer offered."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: Any) -> bool:
        return as_uuid(value) is not None


class MappingForm(PlainForm):
    """The kinds of service that answer a need or a circumstance; ``was`` are those that
    were ticked on the page."""

    was = _Keys(required=False)
    types = forms.MultipleChoiceField(
        label="Kinds of service that help",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A kind stands for everything below it too.",
    )

    def __init__(self, *args: Any, groups: list[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["types"].choices = groups  # type: ignore[attr-defined]


class ImportForm(PlainForm):
    """A file with a published list of terms."""

    file = forms.FileField(
        label="A file with a list of terms",
        help_text="As it is published: CSV, JSON or JSON-LD, 10 MB at most. Which list "
        "it is shows from what is in it.",
        error_messages={
            "required": "Choose a file with a list of terms.",
            "empty": "This file is empty. Choose the one with the list.",
        },
    )


class PlainNeedsForm(PlainForm):
    """The needs that the public front page begins with."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, needs: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        for number in range(1, MOST_PLAIN_NEEDS + 1):
            self.fields[f"need_{number}"] = forms.ChoiceField(
                label=f"Number {number}",
                required=False,
                choices=first("Nothing here", needs),
            )

    @property
    def chosen(self) -> list[str]:
        """The ids chosen, in order; gaps are closed up."""
        numbers = range(1, MOST_PLAIN_NEEDS + 1)
        picked = [self.cleaned_data.get(f"need_{number}", "") for number in numbers]
        return [key for key in picked if key]
