"""The gate, rule by rule: what is held back, what is released, what stops the rest."""

from typing import Any

import pytest

from directory import gate
from directory.gate import Context
from directory.personal import HELD_BACK

PHONE = "7b0f3c52-64d0-4e31-8f77-3b0b0d1d7001"
MOBILE = "07700 900123"
TEXT = "Ring Tom on 07700 900123, or come in."


def service(**values: Any) -> dict[str, Any]:
    """A service with nothing personal in it."""
    return {"id": "s", "name": "Tea and talk", "status": "active", **values}


def shown(values: dict[str, Any], **context: Any) -> dict[str, Any]:
    """The public version of a service."""
    return gate.public_payload("service", service(**values), Context(**context))


def kinds(values: dict[str, Any], **context: Any) -> list[tuple[str, str]]:
    """The path and kind of each finding."""
    found = gate.findings("service", service(**values), Context(**context))
    return [(f.path, f.kind) for f in found]


def test_record_without_anything_personal_goes_out_as_it_is() -> None:
    assert shown({}) == service()
    assert kinds({}) == []


def test_mobile_takes_its_whole_entry_with_it() -> None:
    values = {"phones": [{"id": PHONE, "number": MOBILE, "description": "Bookings"}]}

    assert kinds(values) == [(f"phones/{PHONE}", "mobile")]
    assert shown(values) == service()


def test_personal_address_is_held_back_and_the_record_is_not() -> None:
    assert kinds({"email": "jo.marsh@mail.example"}) == [("email", "personal_email")]
    assert shown({"email": "jo.marsh@mail.example"}) == service()


def test_in_text_the_words_alone_are_cut() -> None:
    assert ("description", "mobile") in kinds({"description": TEXT})
    public = shown({"description": TEXT})["description"]
    assert MOBILE not in public
    assert HELD_BACK in public
    assert public.endswith(", or come in.")


def test_released_value_is_shown_however_it_is_grouped() -> None:
    values = {"phones": [{"id": PHONE, "number": MOBILE}]}
    key = gate.release_key("mobile", "+44 7700 900 123")

    assert kinds(values, released={key: ""}) == []
    assert shown(values, released={key: ""}) == service(**values)


def test_mailbox_stands_in_for_what_is_held_back() -> None:
    key = gate.release_key("personal_email", "jo.marsh@mail.example")
    released = {key: "services@council.example"}

    assert shown({"email": "jo.marsh@mail.example"}, released=released) == service(
        email="services@council.example"
    )


def test_release_of_one_value_releases_no_other() -> None:
    key = gate.release_key("mobile", "07700 900999")

    assert shown(
        {"phones": [{"id": PHONE, "number": MOBILE}]}, released={key: ""}
    ) == service()  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "field", "stops"),
    [
        ("service", "name", True),
        ("organization", "name", True),
        ("location", "name", False),
        ("service", "description", False),
        ("service", "contacts/1.name", False),
    ],
)
def test_only_a_held_back_name_stops_publication(
    kind: str, field: str, stops: bool
) -> None:
    finding = gate.HeldBack(field, field, "", "mobile", "certain", "x", 0, 1)

    assert gate.stops_publication(kind, [finding]) is stops


def test_text_of_a_secret_place_is_cut_wherever_it_stands() -> None:
    refuge = {
        "id": "l", "sensitive": True, "name": "Rowan House",
        "addresses": [{"address_1": "7 Elm Lane", "postal_code": "BA12 9AA"}],
    }  # fmt: skip
    secrets = gate.secrets_of(refuge)

    public = shown(
        {"description": "We meet at ROWAN  HOUSE, 7 Elm Lane (ba129aa)."},
        secrets=secrets,
    )

    for secret in ("ROWAN", "Elm", "ba129aa"):
        assert secret not in public["description"]
    assert gate.public_payload("location", refuge, Context()) == {"id": "l"}


def test_way_into_a_secret_place_is_not_told() -> None:
    link = {"id": "1", "location_id": "l", "description": "Through the green gate"}

    assert shown(
        {"service_at_locations": [link]}, secret_places=frozenset({"l"})
    ) == service(service_at_locations=[{"id": "1", "location_id": "l"}])  # fmt: skip
    assert shown({"service_at_locations": [link]}) == service(
        service_at_locations=[link]
    )


def test_home_keeps_what_leads_to_it_and_nothing_else() -> None:
    home = {
        "id": "l", "home": True, "location_type": "physical", "latitude": 51.2,
        "longitude": -2.1, "name": "Number seven", "url": "https://seven.example/",
        "transportation": "Bus 12", "description": "A blue door",
        "external_identifier": "100012345",
        "addresses": [{"id": "a", "address_1": "7 Elm Lane"}],
        "accessibility": [{"id": "x", "description": "Step-free"}],
    }  # fmt: skip

    assert gate.public_payload("location", home, Context()) == {
        "id": "l", "location_type": "physical",
        "accessibility": [{"id": "x", "description": "Step-free"}],
    }  # fmt: skip
