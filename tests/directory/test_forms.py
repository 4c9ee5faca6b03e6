"""Forms made from the declarations: what was typed, what differs, what is wrong."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from directory import validation
from directory.declarations import LOCATION, ORGANIZATION, RECORDS, SERVICE
from directory.declare import Entity, Field, Type
from directory.forms import RecordForm, section_form, value_form

ID = "00000000-0000-4000-8000-000000000001"
PHONE = "10000000-0000-4000-8000-000000000001"
EXTRA = ("_by_month", "-overnight", "-in-words")
OTHER_PHONE = "10000000-0000-4000-8000-000000000002"


def service(**values: Any) -> dict[str, Any]:
    """A stored service payload."""
    payload = {
        "id": ID,
        "name": "Tuesday coffee morning",
        "description": "Tea and company.\nEverybody is welcome.",
        "status": "active",
        "phones": [
            {"id": PHONE, "number": "01632 960101", "description": "Bookings"},
            {"id": OTHER_PHONE, "number": "01632 960102"},
        ],
        **values,
    }
    return validation.normalise("service", payload)


def sent(form: RecordForm, **typed: Any) -> QueryDict:
    """What a browser sends for the form as it stands, with some of it typed over."""
    html = render_to_string("workflow/_record_form.html", {"form": form})
    data = QueryDict(mutable=True)
    for name, value in re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)"', html
    ):
        data[name] = value
    for bound in form:
        value = bound.value()
        if isinstance(value, list):
            data.setlist(bound.html_name, value)
        elif value not in (None, False):
            data[bound.html_name] = "on" if value is True else value
    for name, value in typed.items():
        key = form.add_prefix(name)
        if value is None:
            data.pop(key, None)
        elif isinstance(value, list):
            data.setlist(key, value)
        else:
            data[key] = value
    return data


def again(section: str, payload: dict[str, Any], **typed: Any) -> RecordForm:
    """The form of a service's section as it comes back from a browser; ``more`` is the
    list of which one more was asked for before."""
    options = {k: typed.pop(k) for k in ("choices", "draft", "prefix") if k in typed}
    part, more = SERVICE.section(section), typed.pop("more", "")
    page = section_form(SERVICE, part, payload, **options)
    if more:
        page = section_form(SERVICE, part, payload, sent(page, add=more), **options)
    return section_form(SERVICE, part, payload, sent(page, **typed), **options)


def controls(key: str, entity: Entity) -> list[str]:
    """The controls of an empty group: two groups for a list in it, one for a folded."""
    names = [f"{key}-{f.name}" for f in entity.fields]
    for inner in entity.lists:
        for n in (0,) if inner.folded else (0, 1):
            names += controls(f"{key}-{inner.name}-{n}", inner.entity)
    return names


@pytest.mark.parametrize(
    ("kind", "slug"),
    [(kind, s.slug) for kind, entity in RECORDS.items() for s in entity.sections],
)
def test_section_form_has_a_control_for_every_declared_field(
    kind: str, slug: str
) -> None:
    entity = RECORDS[kind]
    section = entity.section(slug)

    form = section_form(entity, section, {"id": ID})

    wanted = []
    for name in section.names:
        item = entity.get(name)
        if isinstance(item, Field):
            wanted.append(name)
            continue
        wanted += controls(f"{name}-0", item.entity)
    drawn = [name for name in form.fields if not name.endswith(EXTRA)]
    assert sorted(drawn) == sorted(wanted)


@pytest.mark.parametrize("slug", [s.slug for s in SERVICE.sections])
def test_section_form_sent_back_as_it_was_has_no_edits(slug: str) -> None:
    payload = service(
        minimum_age=0,
        email="info@example.org",
        schedules=[
            {"id": PHONE, "byday": "2MO,-1FR", "freq": "MONTHLY", "opens_at": "10:00",
             "closes_at": "12:00", "valid_from": "2026-03-27"},
            {"id": OTHER_PHONE, "byday": "MO,TH", "opens_at": "09:30"},
        ],
        cost_options=[{"id": PHONE, "amount": 2.5, "option": "adults"}],
        contacts=[{"id": PHONE, "name": "The office",
                   "phones": [{"id": OTHER_PHONE, "number": "01632 960103"}]}],
        attributes=[{"taxonomy_term_id": ID}],
        service_at_locations=[{"id": PHONE, "location_id": ID}],
    )  # fmt: skip

    form = again(slug, payload)

    assert form.is_valid(), form.errors
    assert form.edits() == {}
    assert form.payload() == payload


def test_edits_name_only_what_changed() -> None:
    form = again("about", service(), name="Wednesday coffee morning")

    assert form.edits() == {"name": "Wednesday coffee morning"}


def test_edits_say_none_for_what_was_emptied() -> None:
    form = again("about", service(alternate_name="The brew"), alternate_name=" ")

    assert form.edits() == {"alternate_name": None}


def test_edits_of_a_list_name_the_changed_element_whole() -> None:
    form = again("contact", service(), **{"phones-1-description": "Evenings"})

    assert form.edits() == {
        f"phones/{OTHER_PHONE}": {
            "id": OTHER_PHONE, "number": "01632 960102", "description": "Evenings",
        }
    }  # fmt: skip


def test_edits_leave_out_an_element_that_reads_the_same() -> None:
    form = again("contact", service(), **{"phones-0-number": "(01632) 960-101"})

    assert form.edits() == {}


def test_edits_remove_a_ticked_element() -> None:
    form = again("contact", service(), **{"phones-0-remove": "on"})

    assert form.is_valid()
    assert form.edits() == {f"phones/{PHONE}": None}


def test_edits_remove_an_emptied_element() -> None:
    form = again(
        "contact", service(), **{"phones-0-number": "", "phones-0-description": ""}
    )

    assert form.edits() == {f"phones/{PHONE}": None}


def test_edits_add_a_new_element_with_the_id_of_its_natural_key() -> None:
    typed = {"more": "phones", "phones-2-number": "01632960103"}

    first = again("contact", service(), **typed).edits()
    second = again("contact", service(), **typed).edits()

    assert first == second
    ((path, value),) = first.items()
    assert path == f"phones/{value['id']}"
    assert value == {"id": value["id"], "number": "01632 960103"}


def test_edits_give_a_second_equal_element_an_id_of_its_own() -> None:
    typed = {"more": "phones", "phones-2-number": "01632 960103"}
    once = again("contact", service(), **typed).payload()

    typed = {"more": "phones", "phones-3-number": "01632 960103"}
    form = again("contact", once, **typed)

    assert len(form.payload()["phones"]) == 4
    assert len({phone["id"] for phone in form.payload()["phones"]}) == 4


def test_element_id_that_the_record_has_not_is_a_new_element() -> None:
    form = again("contact", service(), **{"phones-1-id": ID})

    assert [p["id"] for p in form.payload()["phones"]][:2] == [PHONE, OTHER_PHONE]
    ((path, value),) = form.edits().items()
    assert value["number"] == "01632 960102"
    assert path not in (f"phones/{ID}", f"phones/{OTHER_PHONE}")


def test_element_id_sent_twice_changes_the_element_once() -> None:
    form = again(
        "contact", service(),
        **{"phones-1-id": PHONE, "phones-1-number": "01632 960109"},
    )  # fmt: skip

    assert set(form.edits()) & {f"phones/{PHONE}"} == set()


def test_elements_that_the_page_did_not_show_stay() -> None:
    part = SERVICE.section("contact")

    form = section_form(SERVICE, part, service(), QueryDict("phones-count=0"))

    assert form.edits() == {}


def test_enormous_count_draws_a_bounded_page() -> None:
    part = SERVICE.section("contact")

    form = section_form(SERVICE, part, {"id": ID}, QueryDict("phones-count=999999999"))

    assert len(form.blocks[0].groups) == 200


@pytest.mark.parametrize(
    ("section", "name", "typed", "sentence"),
    [
        ("about", "name", "", "Enter the name."),
        ("contact", "email", "info at example",
         "“info at example” has a space in it. E-mail addresses have none."),
        ("contact", "url", "ring us",
         "“ring us” has a space in it. Give one web address."),
        ("who", "minimum_age", "four", "Youngest age: enter a number, for example 5."),
        ("who", "minimum_age", "-1", "Enter an age between 0 and 130."),
        ("about", "status", "sleeping",
         ("Is it running?: “sleeping” is not one of: Running, Not running at the "
          "moment, Closed for good, Closed for now.")),
        ("contact", "phones-0-number", "", "Enter the number."),
        ("times", "schedules-0-dtstart", "32 3 2026",
         "First date: enter a date, for example 27 3 2026."),
        ("cost", "cost_options-0-amount", "-2", "Amount in pounds: enter 0 or more."),
        ("where", "service_at_locations-0-location_id", "the hall",
         "Place: choose one from the list."),
    ],
)  # fmt: skip
def test_bad_value_gets_a_sentence_beside_its_field_and_stays(
    section: str, name: str, typed: str, sentence: str
) -> None:
    form = again(section, service(), **{name: typed})

    assert not form.is_valid()
    assert dict(form.errors) == {name: [sentence]}
    assert form[name].value() == typed


def test_text_too_long_gets_a_sentence() -> None:
    form = again("about", service(), name="x" * 256)

    assert form.errors["name"] == ["Name is too long: 256 characters, 255 at most."]
    assert form["name"].value() == "x" * 256


def test_fault_from_before_does_not_stand_in_the_way_of_another_field() -> None:
    payload = {**service(), "url": "no address"}

    form = again("contact", payload, email="info@example.org")

    assert form.is_valid()
    assert form.edits() == {"email": "info@example.org"}


@pytest.mark.parametrize(
    "typed", ["27 3 2026", "27/3/2026", "27.03.26", "2026-03-27", "27th March 2026"]
)
def test_date_is_read_the_ways_people_type_it(typed: str) -> None:
    form = again(
        "times", service(),
        **{"schedules-0-byday": ["TU"], "schedules-0-valid_from": typed},
    )  # fmt: skip

    (schedule,) = form.payload()["schedules"]
    assert schedule["valid_from"] == "2026-03-27"
    assert schedule["byday"] == "TU"


def test_days_by_the_month_are_typed_in_words() -> None:
    form = again(
        "times", service(),
        **{"schedules-0-byday_by_month": "second Monday",
           "schedules-0-opens_at": "10am"},
    )  # fmt: skip

    assert form.is_valid(), form.errors
    (schedule,) = form.payload()["schedules"]
    assert (schedule["byday"], schedule["opens_at"]) == ("2MO", "10:00")


def test_days_that_cannot_be_read_are_said_at_the_words_and_stay() -> None:
    name = "schedules-0-byday_by_month"

    form = again("times", service(), **{name: "now and then"})

    assert list(form.errors) == [name]
    assert form[name].value() == "now and then"


def test_draft_may_have_gaps_but_not_nonsense() -> None:
    form = again("about", {"id": ID}, draft=True, name="", description="Tea.")

    assert form.is_valid()
    assert form.payload() == {"id": ID, "description": "Tea."}

    wrong = again("who", {"id": ID}, draft=True, minimum_age="four")

    assert not wrong.is_valid()
    assert wrong.payload() == {"id": ID, "minimum_age": "four"}


def test_draft_shows_what_cannot_be_read_as_it_was_typed() -> None:
    payload = {"id": ID, "minimum_age": "four", "schedules": [
        {"id": PHONE, "byday": "MO,now and then", "opens_at": "teatime",
         "valid_from": "spring"}]}  # fmt: skip

    who = section_form(SERVICE, SERVICE.section("who"), payload, draft=True)
    times = section_form(SERVICE, SERVICE.section("times"), payload, draft=True)

    assert who["minimum_age"].value() == "four"
    assert times["schedules-0-byday"].value() == ["MO"]
    assert times["schedules-0-byday_by_month"].value() == "now and then"
    assert times["schedules-0-opens_at"].value() == "teatime"
    assert times["schedules-0-valid_from"].value() == "spring"


def test_add_another_keeps_everything_and_judges_nothing() -> None:
    form = again(
        "contact", service(),
        more="phones", add="phones", email="not an address",
        **{"phones-0-number": "typed over", "phones-2-number": "01632"},
    )  # fmt: skip

    assert not form.is_valid()
    assert dict(form.errors) == {}
    assert len(form.blocks[0].groups) == 4
    assert form["email"].value() == "not an address"
    assert form["phones-0-number"].value() == "typed over"
    assert form["phones-1-number"].value() == "01632 960102"
    assert form["phones-2-number"].value() == "01632"
    assert form["phones-3-number"].value() in (None, "")


def test_add_another_inside_an_element_adds_a_slot_there() -> None:
    form = again("contact", service(), add="contacts-0-phones")

    (contact,) = form.blocks[1].groups
    assert len(contact.blocks[0].groups) == 3


def test_enormous_counts_inside_each_other_draw_a_bounded_page() -> None:
    """Two hundred contacts, each with two hundred telephones, are 40,000 groups."""
    inner = "&".join(f"contacts-{at}-phones-count=200" for at in range(200))
    sent = QueryDict(f"contacts-count=200&{inner}")

    form = section_form(SERVICE, SERVICE.section("contact"), {"id": ID}, sent)

    assert sum(name.endswith("-number") for name in form.fields) == 200


def test_added_group_is_sent_like_the_others() -> None:
    first = again("contact", service(), add="phones")

    second = section_form(
        SERVICE, SERVICE.section("contact"), service(),
        sent(first, add=None, **{"phones-2-number": "01632 960104"}),
    )  # fmt: skip

    assert second.is_valid()
    assert [v["number"] for v in second.edits().values()] == ["01632 960104"]


def test_list_that_most_leave_empty_is_folded_until_somebody_begins_there() -> None:
    def folded(**typed: Any) -> list[bool]:
        return [
            block.is_folded for block in again("contact", service(), **typed).blocks
        ]

    assert folded() == [False, True]
    assert folded(**{"contacts-0-name": "The office"}) == [False, False]
    assert folded(add="contacts-0-phones") == [False, False]
    assert folded(add="contacts") == [False, False]


def test_phone_of_a_contact_is_part_of_the_contact() -> None:
    form = again(
        "contact", service(),
        **{"contacts-0-name": "The office",
           "contacts-0-phones-1-number": "01632 960105"},
    )  # fmt: skip

    (value,) = form.edits().values()
    assert value["name"] == "The office"
    assert [phone["number"] for phone in value["phones"]] == ["01632 960105"]


def test_bad_phone_of_a_contact_is_said_at_that_phone() -> None:
    form = again(
        "contact", service(),
        **{"contacts-0-phones-0-number": "01632 960105",
           "contacts-0-phones-1-number": "nobody"},
    )  # fmt: skip

    assert list(form.errors) == ["contacts-0-phones-1-number"]


def test_terms_are_a_set_whose_ids_follow_from_the_term() -> None:
    other = "00000000-0000-4000-8000-000000000002"
    payload = service(attributes=[{"taxonomy_term_id": ID}])
    old = payload["attributes"][0]["id"]
    choices = {"taxonomy_term": [("Types", [(ID, "Coffee"), (other, "Tea")])]}

    form = again(
        "terms", payload, choices=choices, **{"attributes-0-taxonomy_term_id": other}
    )

    new = validation.normalise("service", {"id": ID, "attributes": [
        {"taxonomy_term_id": other}]})["attributes"][0]  # fmt: skip
    assert form.edits() == {f"attributes/{old}": None, f"attributes/{new['id']}": new}


def test_same_term_twice_is_said_at_the_second() -> None:
    payload = service(attributes=[{"taxonomy_term_id": ID}])

    typed = {"more": "attributes", "attributes-1-taxonomy_term_id": ID}
    form = again("terms", payload, **typed)

    assert dict(form.errors) == {
        "attributes-1-taxonomy_term_id": ["Terms: the same one is there twice."]
    }


def test_chosen_reference_is_offered_even_if_the_list_has_it_not() -> None:
    payload = service(service_at_locations=[{"id": PHONE, "location_id": ID}])

    form = section_form(SERVICE, SERVICE.section("where"), payload)

    widget = form.fields["service_at_locations-0-location_id"].widget
    assert list(widget.choices) == [("", "Choose one"), (ID, "As it is now")]


def test_prefix_keeps_two_forms_of_one_page_apart() -> None:
    one = again("about", service(), prefix="a", name="Another name")

    assert one.edits() == {"name": "Another name"}
    assert one["name"].html_name == "a-name"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("name", None),
        ("email", "email"),
        (f"{ID}:email", "email"),
        (f"phones/{OTHER_PHONE}.number", "phones-1-number"),
        (f"{ID}:phones/{OTHER_PHONE}", "phones-1-number"),
        ("phones", "phones-0-number"),
        (f"{PHONE}:email", None),
        ("", None),
    ],
)
def test_errors_of_an_action_stand_beside_the_right_field(
    path: str, place: str | None
) -> None:
    form = again("contact", service())
    assert form.is_valid()

    form.add_errors({path: "Somebody says no."})

    assert dict(form.errors) == {place or "__all__": ["Somebody says no."]}


def test_error_of_a_new_element_stands_at_its_group() -> None:
    typed = {"more": "phones", "phones-2-number": "01632 960103"}
    form = again("contact", service(), **typed)
    (path,) = form.edits()

    form.add_errors({f"{path}.number": "Somebody says no."})

    assert dict(form.errors) == {"phones-2-number": ["Somebody says no."]}


def test_error_is_tied_to_its_field_in_the_page() -> None:
    form = again("contact", service(), email="nobody")

    html = render_to_string("workflow/_record_form.html", {"form": form})

    control = re.search(r'<input[^>]*name="email"[^>]*>', html)
    assert control is not None
    assert 'aria-invalid="true"' in control[0]
    assert "id_email_error" in control[0]
    assert 'id="id_email_error"' in html


def test_null_characters_are_not_stored() -> None:
    form = again("about", service(), draft=True, status="act\x00ive")

    assert form.payload()["status"] == "active"


# --- one value ------------------------------------------------------------------------


def test_value_form_of_a_field_gives_the_value_in_its_stored_form() -> None:
    form = value_form(SERVICE, "minimum_age", 18, {"minimum_age": " 21 "})

    assert form.is_valid()
    assert form.value() == 21


def test_value_form_keeps_zero() -> None:
    assert value_form(SERVICE, "minimum_age", 18, {"minimum_age": "0"}).value() == 0


def test_value_form_of_an_element_keeps_its_id() -> None:
    value = {"id": PHONE, "number": "01632 960101"}
    path = f"phones/{PHONE}"
    unbound = value_form(SERVICE, path, value, prefix="c1")

    form = value_form(
        SERVICE, path, value,
        sent(unbound, **{"phones-0-number": "01632 960199"}), prefix="c1",
    )  # fmt: skip

    assert form.is_valid()
    assert form.value() == {"id": PHONE, "number": "01632 960199"}


def test_value_form_says_what_is_wrong_even_if_nothing_was_typed_over() -> None:
    form = value_form(SERVICE, "url", "no address", {"url": "no address"})

    assert not form.is_valid()
    assert list(form.errors) == ["url"]


def test_value_form_of_a_removal_starts_empty() -> None:
    form = value_form(LOCATION, f"phones/{PHONE}", None)

    assert form["phones-0-number"].value() == ""


def test_value_form_refuses_a_path_that_is_not_declared() -> None:
    with pytest.raises(KeyError):
        value_form(ORGANIZATION, "favourite_colour", "blue")


def test_every_type_has_a_control() -> None:
    from directory import widgets

    for kind in Type:
        widgets.form_field(Field("x", "X", kind))


def test_list_deep_inside_is_folded_so_that_the_form_stays_short() -> None:
    deep = [
        (each.name, inner.name, deeper.name, deeper.folded)
        for entity in RECORDS.values()
        for each in entity.lists
        for inner in each.entity.lists
        for deeper in inner.entity.lists
    ]

    assert {folded for *_, folded in deep} == {True}


@pytest.mark.parametrize(
    ("first", "last", "errors"),
    [
        ("2026-05-03", "2026-04-02",
         {"valid_to": "Until (2 April 2026) is before the first day (3 May 2026)."}),
        ("soon", "2026-04-02",
         {"valid_from": "From: enter a date, for example 27 3 2026."}),
    ],
)  # fmt: skip
def test_price_that_ends_before_it_begins_says_so_in_words(
    first: str, last: str, errors: dict[str, str]
) -> None:
    cost = {"id": ID, "amount": 3, "valid_from": first, "valid_to": last}
    (prices,) = [each for each in SERVICE.lists if each.name == "cost_options"]

    assert validation.element_problems(prices.entity, cost) == errors


def test_address_comes_before_the_point_of_a_place() -> None:
    form = section_form(LOCATION, LOCATION.section("address"), {"id": ID})

    names = [
        getattr(part, "key", "") or getattr(part, "name", "") for part in form.parts
    ]
    assert names[:2] == ["addresses", "latitude"]
