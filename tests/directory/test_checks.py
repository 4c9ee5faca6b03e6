"""What the policy asks for, and what looks odd though each value is right."""

import datetime as dt
from typing import Any

import pytest

from directory import checks
from directory.declarations import SERVICE

TODAY = dt.date(2026, 9, 14)


def reached(**values: Any) -> dict[str, Any]:
    """A service that the usual policy has nothing against."""
    return {
        "name": "Tea", "description": "Tea, cake and company for anybody.",
        "status": "active", "url": "https://tea.example.org/",
        "service_areas": [{"name": "All of it"}], **values,
    }  # fmt: skip


def without(*names: str) -> dict[str, Any]:
    return {k: v for k, v in reached().items() if k not in names}


def test_usual_policy_asks_for_nothing_more() -> None:
    assert checks.missing(reached(), checks.DEFAULT_MANDATORY) == {}


@pytest.mark.parametrize("name", ["name", "description", "status"])
def test_plain_field_is_asked_for_by_its_label(name: str) -> None:
    label = SERVICE.get(name).label.lower()

    assert checks.missing(without(name), checks.DEFAULT_MANDATORY) == {
        name: f"Still needed: {label}."
    }


@pytest.mark.parametrize(
    "way",
    [
        {"url": "https://tea.example.org/"},
        {"email": "info@tea.example.org"},
        {"phones": [{"number": "01632 960101"}]},
        {"contacts": [{"name": "Office", "phones": [{"number": "01632 960101"}]}]},
    ],
)
def test_any_one_way_to_reach_it_will_do(way: dict[str, Any]) -> None:
    assert checks.missing({**without("url"), **way}, ["way_to_reach"]) == {}
    assert set(checks.missing(without("url"), ["way_to_reach"])) == {"phones"}


@pytest.mark.parametrize(
    ("taking_part", "code", "name", "puts_right"),
    [
        ("phone", "phone_if_by_phone", "phones", {"phones": [{"number": "1"}]}),
        ("online", "link_if_online", "url", {"url": "https://tea.example.org/"}),
    ],
)
def test_way_of_taking_part_asks_for_what_it_needs(
    taking_part: str, code: str, name: str, puts_right: dict[str, Any]
) -> None:
    service = {**without("url"), "schedules": [{"attending_type": taking_part}]}

    assert set(checks.missing(service, [code])) == {name}
    assert checks.missing({**service, **puts_right}, [code]) == {}
    assert checks.missing(without("url"), [code]) == {}


def test_link_of_one_opening_time_is_a_link() -> None:
    schedules = [
        {"attending_type": "online", "schedule_link": "https://tea.example.org/"}
    ]

    assert checks.missing(
        {**without("url"), "schedules": schedules}, ["link_if_online"]
    ) == {}  # fmt: skip


@pytest.mark.parametrize(
    ("ways", "is_needed"),
    [
        ([], True), (["venue"], True), (["venue", "online"], True),
        (["online"], False), (["phone", "home visit"], False),
    ],
)  # fmt: skip
def test_place_is_needed_unless_all_is_remote(ways: list[str], is_needed: bool) -> None:
    service = without("service_areas") | {
        "schedules": [{"attending_type": way} for way in ways]
    }

    found = checks.missing(service, ["place_unless_remote"])

    assert bool(found) == is_needed
    assert checks.missing(
        {**service, "service_at_locations": [{"location_id": "x"}]},
        ["place_unless_remote"],
    ) == {}  # fmt: skip


def test_every_choice_of_a_policy_can_be_asked_for() -> None:
    for code, words in checks.mandatory_choices():
        found = checks.missing({"schedules": [{"attending_type": "phone"}]}, [code])
        assert words
        assert all(SERVICE.get(name) for name in found)


# --- what looks odd -------------------------------------------------------------------


def test_ordinary_service_is_not_odd() -> None:
    assert checks.oddities(reached(), TODAY) == {}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"status": "defunct"}, "status"),
        ({"schedules": [{"valid_to": "2026-09-13"}]}, "schedules"),
        ({"description": "Tea."}, "description"),
        ({"fees": " No charge ", "cost_options": [{"amount": 2}]}, "cost_options"),
    ],
)
def test_what_does_not_go_together_is_odd(values: dict[str, Any], name: str) -> None:
    assert set(checks.oddities(reached(**values), TODAY)) == {name}


@pytest.mark.parametrize(
    "values",
    [
        {"schedules": [{"valid_to": "2026-09-14"}]},
        {"schedules": [{"valid_to": "2020-01-01"}, {"freq": "WEEKLY"}]},
        {"fees": "free", "cost_options": [{"amount": 0}]},
        {"fees": "£2", "cost_options": [{"amount": 2}]},
    ],
)
def test_what_goes_together_is_not(values: dict[str, Any]) -> None:
    assert checks.oddities(reached(**values), TODAY) == {}
