"""Opening hours past midnight: how they are read, and when they are asked about."""

import uuid
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from directory import overnight
from directory.declarations import SERVICE
from directory.forms import RecordForm, section_form

SECTION = next(s for s in SERVICE.sections if s.slug == "times")
DAY = "schedules-0-"


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        ("20:00", "18:00",
         "We read this as 8pm to 6pm the next day, which is 22 hours."),
        ("22:00", "07:30",
         "We read this as 10pm to 7.30am the next day, which is 9 hours 30 minutes."),
        ("23:30", "00:30",
         "We read this as 11.30pm to 12.30am the next day, which is 1 hour."),
        ("10:00", "12:00", ""),
        ("10:00", "00:00", ""),
        ("10:00", "10:00", ""),
        ("10:00", None, ""),
        ("nonsense", "06:00", ""),
    ],
)  # fmt: skip
def test_hours_past_midnight_are_said(
    opens: str, closes: str | None, said: str
) -> None:
    hours = {"freq": "WEEKLY", "byday": "MO", "opens_at": opens, "closes_at": closes}

    assert overnight.in_a_sentence(hours) == said


def form_of(draft: bool = False, **typed: Any) -> RecordForm:
    data = QueryDict(mutable=True)
    data["schedules-count"] = "1"
    data[f"{DAY}id"] = ""
    data[f"{DAY}byday"] = "MO"
    for name, value in typed.items():
        data[DAY + name] = value
    return section_form(SERVICE, SECTION, {"id": str(uuid.uuid4())}, data, draft=draft)


def drawn(form: RecordForm) -> str:
    return render_to_string("workflow/_record_form.html", {"form": form})


def test_long_night_is_asked_about_beside_its_closing_time() -> None:
    form = form_of(opens_at="8pm", closes_at="6pm")

    said = (
        "We read this as 8pm to 6pm the next day, which is 22 hours. If that is "
        "right, tick the box below; if not, put the time right."
    )
    assert form.errors == {f"{DAY}closes_at": [said]}
    assert f'name="{DAY}overnight"' in drawn(form)


def test_long_night_that_is_meant_is_accepted() -> None:
    form = form_of(opens_at="8pm", closes_at="6pm", overnight="on")

    assert form.is_valid()
    assert [c["closes_at"] for c in form.edits().values()] == ["18:00"]


@pytest.mark.parametrize(
    ("closes", "said"),
    [("6am", "We read this as 8pm to 6am the next day, which is 10 hours."),
     ("10pm", "")],
)  # fmt: skip
def test_short_night_is_read_out_and_not_asked_about(closes: str, said: str) -> None:
    form = form_of(opens_at="8pm", closes_at=closes)

    assert form.is_valid()
    page = drawn(form)
    assert ("We read this as" in page) == bool(said)
    assert said in page
    assert f'name="{DAY}overnight"' not in page


def test_long_night_of_a_draft_is_kept_and_told() -> None:
    form = form_of(draft=True, opens_at="8pm", closes_at="6pm")

    assert form.is_valid()
    assert form.doubts == [
        "We read this as 8pm to 6pm the next day, which is 22 hours."
    ]


def test_long_night_that_stands_already_is_not_asked_about_again() -> None:
    stored = {
        "id": "00000000-0000-4000-8000-000000000001", "freq": "WEEKLY", "byday": "MO",
        "opens_at": "20:00", "closes_at": "18:00",
    }  # fmt: skip
    form = section_form(
        SERVICE, SECTION, {"id": str(uuid.uuid4()), "schedules": [stored]}
    )

    assert "We read this as 8pm to 6pm the next day" in drawn(form)
    assert f'name="{DAY}overnight"' not in drawn(form)
