"""Forms whose errors are sentences, and dates the way people write them."""

import datetime as dt

import pytest
from django import forms

from accounts.models import Partner
from common.forms import PlainDateField, PlainForm


class EveryKind(PlainForm):
    """One field of each kind that says something of its own."""

    name = forms.CharField(label="Name", max_length=5)
    kind = forms.ChoiceField(label="Kind", choices=[("group", "A group")])
    agreed = forms.BooleanField(label="I agree")
    email = forms.EmailField(label="E-mail")
    website = forms.URLField(label="Website", assume_scheme="https")
    places = forms.IntegerField(label="Places")
    own = forms.CharField(error_messages={"required": "Say it in your words."})


def test_plain_form_names_each_field_that_is_empty() -> None:
    form = EveryKind({})

    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "name": ["Fill in “Name”."],
        "kind": ["Choose an answer for “Kind”."],
        "agreed": ["Tick “I agree” to go on."],
        "email": ["Fill in “E-mail”."],
        "website": ["Fill in “Website”."],
        "places": ["Fill in “Places”."],
        "own": ["Say it in your words."],
    }


def test_plain_form_says_what_is_wrong_with_what_was_typed() -> None:
    form = EveryKind(
        {
            "name": "abcdefgh",
            "kind": "nothing",
            "agreed": "on",
            "email": "somebody",
            "website": "not a site",
            "places": "many",
            "own": "x",
        }
    )

    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "name": ["Shorten “Name” to 5 characters: it has 8."],
        "kind": ["Choose one of the answers given for “Kind”."],
        "email": ["Write the e-mail address like name@example.org."],
        "website": ["Write the web address like https://example.org."],
        "places": ["Write “Places” as a number, like 12."],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["nonsense", "8d1f0a52-0000-4000-8000-000000000000"])
def test_forged_choice_is_answered_in_plain_words(forged: str) -> None:
    class Choosing(PlainForm):
        partner = forms.ModelChoiceField(Partner.objects, label="100 % whose")
        several = forms.ModelMultipleChoiceField(Partner.objects, label="100 % whose")
        number = forms.UUIDField(label="100 % whose")

    form = Choosing({"partner": forged, "several": [forged], "number": f"{forged}x"})

    said = ["Choose one of the answers given for “100 % whose”."]
    assert form.errors == {"partner": said, "several": said, "number": said}


def test_plain_form_bears_a_per_cent_sign_in_a_label() -> None:
    class Share(PlainForm):
        share = forms.CharField(label="Share in %", max_length=2)

    assert Share({"share": "100"}).errors["share"] == [
        "Shorten “Share in %” to 2 characters: it has 3."
    ]


class Starts(PlainForm):
    """A date that may be left out."""

    on = PlainDateField(required=False)


def _typed(day: str, month: str, year: str) -> Starts:
    return Starts({"on_day": day, "on_month": month, "on_year": year})


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("3", "5", "2026"),
        (" 03 ", "05", "26"),
        ("3", "May", "2026"),
        ("3", "may.", "2026"),
    ],
)
def test_plain_date_reads_what_people_write(day: str, month: str, year: str) -> None:
    form = _typed(day, month, year)

    assert (form.errors, form.cleaned_data) == ({}, {"on": dt.date(2026, 5, 3)})


@pytest.mark.parametrize(
    ("day", "month", "year", "sentence"),
    [
        ("", "5", "2026", "The date also needs a day."),
        ("3", "", "", "The date also needs a month and a year."),
        ("31", "2", "2026", "There is no such date. Write it like 27 3 2026."),
        ("3", "Mey", "2026", "There is no such date. Write it like 27 3 2026."),
        ("x", "5", "2026", "There is no such date. Write it like 27 3 2026."),
        ("3", "5", "20260", "There is no such date. Write it like 27 3 2026."),
    ],
)
def test_plain_date_refuses_with_a_sentence(
    day: str, month: str, year: str, sentence: str
) -> None:
    assert _typed(day, month, year).errors == {"on": [sentence]}


def test_plain_date_may_be_left_out() -> None:
    form = _typed("", "", "")

    assert (form.errors, form.cleaned_data) == ({}, {"on": None})


def test_plain_date_keeps_what_was_typed_and_knows_that_nothing_changed() -> None:
    form = Starts(
        {"on_day": "3", "on_month": "5", "on_year": "2026"},
        initial={"on": dt.date(2026, 5, 3)},
    )

    assert form.has_changed() is False


def test_plain_date_refuses_a_day_beyond_its_validators() -> None:
    def not_before_2026(day: dt.date) -> None:
        if day.year < 2026:
            raise forms.ValidationError("Too early.")

    field = PlainDateField(validators=[not_before_2026])

    with pytest.raises(forms.ValidationError) as refused:
        field.clean(["1", "1", "2025"])
    assert refused.value.messages == ["Too early."]
