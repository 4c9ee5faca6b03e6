"""The tags that draw fields, icons and counts."""

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template

from common.forms import PlainDateField, PlainForm
from common.templatetags import vouch


class Example(PlainForm):
    """A field of each shape."""

    name = forms.CharField(label="Name", help_text="For example: Tea at Two")
    about = forms.CharField(label="About", max_length=600, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    on = PlainDateField(label="When")
    secret = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no"), (4, "four"), (10, "10"), (1250, "1,250")]
)
def test_number_words_are_words_up_to_nine(number: int, words: str) -> None:
    assert vouch.number_words(number) == words


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "change", "no changes"),
        (1, "change", "1 change"),
        (3, "change", "3 changes"),
        (2, "person,people", "2 people"),
        (1204, "reply,replies", "1,204 replies"),
    ],
)
def test_counted_knows_the_plural(number: int, noun: str, words: str) -> None:
    assert vouch.counted(number, noun) == words


@pytest.mark.parametrize(
    ("characters", "words"), [(600, 100), (300, 50), (40, 7), (3, 1)]
)
def test_about_words_rounds_long_lengths(characters: int, words: int) -> None:
    assert vouch.about_words(characters) == words


SUMMARY = Template('{% include "_components/error_summary.html" %}')


@pytest.mark.parametrize(
    ("form", "sentences", "is_said"),
    [
        (Example({"name": "Tea at Two"}), [], True),
        (Example({"secret": "x"}), [], False),
        (Example({}), [], False),
        (Example({"name": "Tea"}, initial={"name": "Tea"}), [], False),
        (Example(), ["Somebody else was faster."], False),
        ([Example({}), Example({"kind": "b"})], ["Look again."], True),
        ("", ["Somebody else was faster."], False),
    ],
)
def test_that_nothing_is_lost_is_said_where_something_was_typed(
    form: Any, sentences: list[str], is_said: bool
) -> None:
    html = SUMMARY.render(Context({"forms": form, "sentences": sentences}))

    assert "needs another look" in html or "need another look" in html
    assert ("Nothing you typed is lost." in html) is is_said


def test_field_ties_hint_errors_and_control_together() -> None:
    bound = Example({})["name"]

    html = vouch.form_field(bound)

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext">For example: Tea at Two' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_long_text_is_described_by_its_counter_and_never_cut() -> None:
    html = vouch.form_field(Example()["about"])

    assert 'aria-describedby="id_about_count"' in html
    assert 'data-count="600"' in html
    assert "maxlength" not in html
    assert "You can write up to 600 characters, about 100 words." in html


def test_field_escapes_what_was_typed() -> None:
    html = vouch.form_field(Example({"name": '"><script>x</script>'})["name"])

    assert "<script>" not in html


def test_error_links_lead_to_the_first_control_of_each_field() -> None:
    form = Example({})
    form.add_error(None, "Somebody else was faster.")

    assert vouch.error_links(form) == [
        {"text": "Somebody else was faster.", "target": ""},
        {"text": "Fill in “Name”.", "target": "id_name"},
        {"text": "Fill in “About”.", "target": "id_about"},
        {"text": "Choose an answer for “Kind”.", "target": "id_kind_0"},
        {"text": "Fill in “When”.", "target": "id_on_0"},
        {"text": "Fill in “secret”.", "target": ""},
    ]


def test_error_links_take_several_forms_in_their_order() -> None:
    class One(PlainForm):
        name = forms.CharField(label="Name")

    links = vouch.error_links([One({}, prefix="a"), One({"b-name": "x"}, prefix="b")])

    assert links == [{"text": "Fill in “Name”.", "target": "id_a-name"}]


def test_page_numbers_leave_gaps() -> None:
    page = Paginator(range(400), 20).page(7)

    assert vouch.page_numbers(page) == [1, None, 6, 7, 8, None, 20]


def test_repeat_block_gives_the_title_of_the_page_again() -> None:
    page = Template(
        '{% extends "base.html" %}{% block title %} Tea & {{ who }}{% endblock %}'
    )

    html = page.render(Context({"who": "<b>"}))

    assert '<h1 class="govuk-heading-xl">Tea & &lt;b&gt;</h1>' in html
