"""Records as nested documents: tidied, with an id on every element, and in tables."""

import uuid
from typing import Any

import pytest

from directory import payload
from directory.choices import Kind
from directory.declarations import RECORDS, SERVICE
from directory.models import RECORD_MODELS, Phone, Service

RECORD = "0b1f5a3e-5c1d-4c57-9c43-2f6f2f1d0c01"
OTHER = "1c7d0b9a-0f0a-4b8e-8a55-6a7d5a1e0c02"
PHONE = "7b0f3c52-64d0-4e31-8f77-3b0b0d1d7001"
NUMBER = {"number": "01632 960101"}


def phones(*elements: dict[str, Any], record: str = RECORD) -> list[dict[str, Any]]:
    """The phones of a service, each with its id."""
    with_ids = payload.with_ids(SERVICE, {"id": record, "phones": list(elements)})
    found: list[dict[str, Any]] = with_ids["phones"]
    return found


def test_tidying_leaves_gaps_and_the_undeclared_out_and_keeps_nought() -> None:
    raw = {
        "made_up": 1, "name": "Tea", "fees": "", "alert": None, "minimum_age": 0,
        "id": uuid.UUID(RECORD), "phones": [], "cost_options": [{"amount": 0}],
    }  # fmt: skip

    assert list(payload.tidy(SERVICE, raw).items()) == [
        ("id", RECORD), ("name", "Tea"), ("minimum_age", 0),
        ("cost_options", [{"amount": 0}]),
    ]  # fmt: skip


def test_switch_that_is_off_is_a_gap() -> None:
    raw = {"id": RECORD, "sensitive": False, "home": True}

    assert payload.tidy(RECORDS[Kind.LOCATION], raw) == {"id": RECORD, "home": True}


def test_element_keeps_its_own_id() -> None:
    assert phones({"id": PHONE, **NUMBER}) == [{"id": PHONE, **NUMBER}]


def test_id_of_an_element_follows_from_record_list_and_value() -> None:
    (here,), (again,), (elsewhere,) = (
        phones(NUMBER), phones(NUMBER), phones(NUMBER, record=OTHER),
    )  # fmt: skip
    (described,) = phones({**NUMBER, "description": "Bookings"})

    assert here == again
    assert len({here["id"], elsewhere["id"], described["id"]}) == 3


def test_equal_elements_become_one_and_different_ones_of_an_id_two() -> None:
    assert len(phones(NUMBER, NUMBER)) == 1
    one, two = phones({"id": PHONE, **NUMBER}, {"id": PHONE, "number": "01632 960102"})

    assert one["id"] == PHONE
    assert two["id"] != PHONE


def test_term_has_the_id_of_its_term_whatever_came_with_it() -> None:
    tags = [{"id": key, "taxonomy_term_id": OTHER} for key in (PHONE, RECORD)]

    found = payload.with_ids(SERVICE, {"id": RECORD, "attributes": tags})

    assert len(found["attributes"]) == 1
    assert found["attributes"][0]["id"] not in (PHONE, RECORD)


@pytest.mark.django_db
def test_two_records_may_use_one_element_id_for_two_things() -> None:
    for key, number in ((RECORD, "01632 960101"), (OTHER, "01632 960102")):
        payload.write(
            Kind.ORGANIZATION,
            {"id": key, "name": "Friends", "phones": [{"id": PHONE, "number": number}]},
        )

    assert sorted(Phone.objects.values_list("element_id", "number")) == [
        (uuid.UUID(PHONE), "01632 960101"), (uuid.UUID(PHONE), "01632 960102"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_writing_again_takes_away_what_is_not_said_any_more() -> None:
    full = {"id": RECORD, "name": "Friends", "website": "https://friends.example/",
            "phones": [{"id": PHONE, **NUMBER}]}  # fmt: skip
    payload.write(Kind.ORGANIZATION, full)

    payload.write(Kind.ORGANIZATION, {"id": RECORD, "name": "Friends"})

    assert payload.read(Kind.ORGANIZATION, RECORD) == {"id": RECORD, "name": "Friends"}
    assert Phone.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind)
def test_record_that_is_not_there_is_not_read(kind: str) -> None:
    with pytest.raises(RECORD_MODELS[kind].DoesNotExist):
        payload.read(kind, RECORD)
    assert Service.objects.count() == 0
