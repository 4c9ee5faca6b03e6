"""Opening times said in words, and answers copied, in the form of a section."""

from typing import Any

from directory.declarations import SERVICE
from directory.filling import Source
from directory.forms import RecordForm, section_form
from directory.payload import Payload
from tests.directory.test_forms import sent

ID = "11111111-1111-4111-8111-111111111111"
PHONE = {"id": "22222222-2222-4222-8222-222222222222", "number": "01632 960123"}
MONDAYS = {
    "id": "33333333-3333-4333-8333-333333333333", "freq": "WEEKLY", "byday": "MO",
    "opens_at": "10:00", "closes_at": "12:00",
}  # fmt: skip


def again(slug: str, payload: Payload, **typed: Any) -> RecordForm:
    """The form of a section as it comes back from a browser."""
    sources = typed.pop("sources", ())
    draft = typed.pop("draft", False)
    part = SERVICE.section(slug)
    unbound = section_form(SERVICE, part, payload, sources=sources)
    data = sent(unbound, **typed)
    return section_form(SERVICE, part, payload, data, sources=sources, draft=draft)


def resent(form: RecordForm, slug: str, **typed: Any) -> RecordForm:
    """The form that such a page is, sent once more."""
    was: Any = form.data
    data = {k: was.getlist(k) for k in was} | typed
    data = {k: v[0] if isinstance(v, list) and len(v) == 1 else v
            for k, v in data.items() if k != "add"}  # fmt: skip
    return section_form(SERVICE, SERVICE.section(slug), form.base, data)


# --- in words -------------------------------------------------------------------------


def test_times_in_words_are_said_back_and_not_saved() -> None:
    form = again("times", {"id": ID}, **{"schedules-in-words": "Mon-Fri 9-5"})

    assert form.prefilled.read_back == ["Every weekday, 9am to 5pm"]
    assert form.prefilled.typed == "Mon-Fri 9-5"
    assert form.is_valid() is False
    assert form["schedules-in-words"].value() == ""
    assert form["schedules-0-opens_at"].value() == "9am"


def test_what_was_understood_is_saved_when_it_is_sent_once_more() -> None:
    form = again("times", {"id": ID, "schedules": [MONDAYS]},
                 **{"schedules-in-words": "every second Tuesday from 6 January 2026 "
                    "2pm to 4pm"})  # fmt: skip

    final = resent(form, "times")

    assert final.is_valid() is True
    [only] = final.payload()["schedules"]
    assert only == {
        "id": MONDAYS["id"], "freq": "WEEKLY", "byday": "TU", "interval": 2,
        "dtstart": "2026-01-06", "valid_from": "2026-01-06",
        "opens_at": "14:00", "closes_at": "16:00",
    }  # fmt: skip


TUESDAYS = {
    "id": "44444444-4444-4444-8444-444444444444", "freq": "WEEKLY", "byday": "TU",
    "opens_at": "14:00", "closes_at": "16:00",
}  # fmt: skip


def test_times_in_words_take_the_place_of_what_was_there() -> None:
    before = {"id": ID, "schedules": [MONDAYS, TUESDAYS]}

    form = again("times", before, **{"schedules-in-words": "Wednesdays 1pm to 3pm"})

    assert form.prefilled.read_back == ["Wednesdays, 1pm to 3pm"]
    assert form.prefilled.replaced == [
        "Mondays, 10am to 12 noon", "Tuesdays, 2pm to 4pm",
    ]  # fmt: skip
    [only] = resent(form, "times").payload()["schedules"]
    assert only == {
        "id": MONDAYS["id"], "freq": "WEEKLY", "byday": "WE",
        "opens_at": "13:00", "closes_at": "15:00",
    }  # fmt: skip


def test_how_people_take_part_stays_when_the_times_change() -> None:
    mondays, tuesdays = ({**each, "attending_type": "home visit"}
                         for each in (MONDAYS, TUESDAYS))  # fmt: skip
    typed = {"schedules-in-words": "Tue 2pm to 4pm, Fri 10am to 12"}

    form = again("times", {"id": ID, "schedules": [mondays, tuesdays]}, **typed)

    first, second = resent(form, "times").payload()["schedules"]
    assert (first["byday"], first["attending_type"]) == ("FR", "home visit")
    assert second == tuesdays


def test_a_time_that_is_said_again_stays_the_same_one() -> None:
    before = {"id": ID, "schedules": [MONDAYS, TUESDAYS]}

    typed = {"schedules-in-words": "Tue 2pm to 4pm, Fri 10am to 12"}
    form = again("times", before, **typed)

    assert form.prefilled.replaced == ["Mondays, 10am to 12 noon"]
    first, second = resent(form, "times").payload()["schedules"]
    assert (first["id"], first["byday"]) == (MONDAYS["id"], "FR")
    assert second == TUESDAYS


def test_times_that_are_said_twice_over_are_kept_as_said_last() -> None:
    form = again("times", {"id": ID}, **{"schedules-in-words": "Mon 9am to 5pm"})

    form = resent(form, "times", **{"schedules-in-words": "Tue 9am to 5pm"})

    assert form.prefilled.replaced == []
    [only] = resent(form, "times").payload()["schedules"]
    assert only["byday"] == "TU"


def test_bank_holidays_alone_leave_the_opening_times() -> None:
    before = {"id": ID, "schedules": [MONDAYS]}

    form = again("times", before, **{"schedules-in-words": "closed on bank holidays"})

    assert resent(form, "times").payload()["schedules"] == [MONDAYS]


def test_words_without_a_time_are_answered() -> None:
    form = again("times", {"id": ID}, **{"schedules-in-words": "by appointment"})

    [error] = form.errors["schedules-in-words"]
    assert error == (
        "That names no time at which it is open. Write days and times like “Mon to "
        "Fri 9am to 5pm” or “every second Tuesday 2pm to 4pm”; anything else goes "
        "under “In words”, below."
    )


def test_every_second_week_asks_for_its_first_date() -> None:
    form = again("times", {"id": ID}, **{"schedules-in-words": "every second Tue 2-4"})

    final = resent(form, "times")

    assert final.errors == {
        "schedules-0-dtstart": [
            "Enter the first date: every 2 weeks or months are counted from it."
        ]
    }


def test_bank_holidays_in_words_become_a_different_day() -> None:
    typed = {"schedules-in-words": "Mon-Fri 9-5 except bank holidays"}

    form = again("times", {"id": ID}, **typed)

    assert form.prefilled.read_back == [
        "Every weekday, 9am to 5pm",
        "Closed on bank holidays",
    ]
    [day] = resent(form, "times").payload()["holiday_schedules"]
    assert (day["days"], day["what"]) == ("bank_holidays", "closed")


def test_words_that_are_not_understood_stay_and_nothing_is_saved() -> None:
    for draft in (False, True):
        typed = {"schedules-in-words": "now and then"}
        form = again("times", {"id": ID}, draft=draft, **typed)

        assert form.asked_for_more is True
        assert form["schedules-in-words"].value() == "now and then"
        [error] = form.errors["schedules-in-words"]
        assert str(error).startswith("We could not read “now and then”. Write days and")


# --- copied ---------------------------------------------------------------------------

OTHER = Source(
    "other",
    "Coffee morning",
    {"email": "info@example.org", "url": "https://www.example.org", "phones": [PHONE]},
)


def test_answers_are_copied_into_what_is_empty() -> None:
    form = again("contact", {"id": ID, "url": "https://own.example.org"},
                 sources=[OTHER], add="same-as", **{"same-as": "other"})  # fmt: skip

    assert form.is_valid() is False
    assert form.prefilled.copied is not None
    assert form.prefilled.copied.copied == ["E-mail", "Phone numbers"]
    assert form.prefilled.copied.kept == ["Web page"]
    final = resent(form, "contact").payload()
    assert final["url"] == "https://own.example.org"
    assert final["email"] == "info@example.org"
    [phone] = final["phones"]
    assert phone["number"] == PHONE["number"]
    assert phone["id"] != PHONE["id"]


def test_what_was_typed_just_now_stays() -> None:
    form = again("contact", {"id": ID}, sources=[OTHER], add="same-as",
                 email="typed@example.org", **{"same-as": "other"})  # fmt: skip

    assert form["email"].value() == "typed@example.org"
    assert form["url"].value() == "https://www.example.org"


def test_same_number_is_not_copied_twice() -> None:
    form = again("contact", {"id": ID, "phones": [PHONE]}, sources=[OTHER],
                 add="same-as", **{"same-as": "other"})  # fmt: skip

    assert len(resent(form, "contact").payload()["phones"]) == 1


def test_nothing_is_copied_without_the_button() -> None:
    form = again("contact", {"id": ID}, sources=[OTHER], **{"same-as": "other"})

    assert form.is_valid() is True
    assert form.prefilled.copied is None
    assert form.edits() == {}


def test_copied_times_leave_the_other_services_place_behind() -> None:
    times = {**MONDAYS, "service_at_location_id": PHONE["id"]}
    source = Source("other", "Other", {"schedules": [times]})

    form = again("times", {"id": ID}, sources=[source], add="same-as",
                 **{"same-as": "other"})  # fmt: skip

    [copied] = resent(form, "times").payload()["schedules"]
    assert {k: v for k, v in copied.items() if k != "id"} == {
        k: v for k, v in MONDAYS.items() if k != "id"
    }


def test_copied_place_can_be_read_in_its_select() -> None:
    hall = "44444444-4444-4444-8444-444444444444"
    link = {"id": PHONE["id"], "location_id": hall}
    source = Source("other", "Other", {"service_at_locations": [link]},
                    {hall: "Town Hall"})  # fmt: skip

    form = again("where", {"id": ID}, sources=[source], add="same-as",
                 **{"same-as": "other"})  # fmt: skip

    select = form["service_at_locations-0-location_id"]
    assert select.value() == hall
    assert (hall, "Town Hall") in select.field.widget.choices
