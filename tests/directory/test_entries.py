"""What an entry looks like: a service, an organisation's card, or a signpost."""

from typing import Any

import pytest

from directory.choices import EntryKind
from directory.entries import host, looks_like

BODY = {
    "name": "Wexcombe Friends Ltd",
    "description": "A group of neighbours.",
    "website": "https://www.friends.example.org/",
    "email": "info@friends.example.org",
    "phones": [{"number": "01632 960100"}],
}


def kind(service: dict[str, Any], body: dict[str, Any] | None = None) -> str:
    looks = looks_like({"name": "Help line", **service}, BODY if body is None else body)
    return looks.kind if looks else ""


# --- an organisation's card -----------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Wexcombe Friends Ltd", "wexcombe friends", "The Wexcombe Friends"]
)
def test_card_has_the_name_of_the_organisation_and_nothing_of_its_own(
    name: str,
) -> None:
    assert kind({"name": name}) == EntryKind.BODY
    assert kind({"name": name, "description": BODY["description"]}) == EntryKind.BODY
    assert kind({"name": name, "url": BODY["website"]}) == EntryKind.BODY


@pytest.mark.parametrize(
    "more",
    [
        {"description": "Tea and cake on Tuesdays."},
        {"schedules": [{"freq": "WEEKLY", "byday": "TU"}]},
        {"service_at_locations": [{"location_id": "x"}]},
        {"fees": "Free"},
        {"name": "Wexcombe Friends’ café"},
    ],
)
def test_service_that_says_something_of_its_own_is_no_card(more: Any) -> None:
    assert kind({"name": "Wexcombe Friends", **more}) == ""


# --- a signpost -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "service",
    [
        {"url": "https://www.nhs.uk/help"},
        {"url": "https://www.nhs.uk/help", "phones": [{"number": "0300 123 4567"}]},
        {"url": "https://elsewhere.example.com", "description": "See their page."},
        {"phones": [{"number": "0808 157 0123"}]},
    ],
)
def test_signpost_gives_only_what_is_another_bodys(service: Any) -> None:
    assert kind(service) == EntryKind.SIGNPOST


@pytest.mark.parametrize(
    "service",
    [
        {"url": "https://help.friends.example.org/line"},
        {"phones": [{"number": "01632 960100"}]},
        {"phones": [{"number": "01632 960199"}]},
        {"url": "https://www.nhs.uk/help", "phones": [{"number": "01632 960199"}]},
        {"url": "https://www.nhs.uk/help", "fees": "Free"},
        {"url": "https://www.nhs.uk/help", "email": "line@friends.example.org"},
        {"url": "https://www.nhs.uk/", "schedules": [{"byday": "MO"}]},
        {},
    ],
)
def test_what_has_something_of_its_own_is_no_signpost(service: Any) -> None:
    assert kind(service) == ""


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "Friends"}, {"name": "Friends", "email": "friends@gmail.com"}],
)
def test_nothing_is_said_of_a_body_whose_own_page_is_not_known(body: Any) -> None:
    assert kind({"url": "https://www.nhs.uk/help"}, body) == ""


def test_mailbox_of_its_own_tells_a_bodys_page() -> None:
    body = {"name": "Friends", "email": "info@friends.example.org"}
    assert kind({"url": "https://friends.example.org/a"}, body) == ""
    assert kind({"url": "https://other.example.net/a"}, body) == EntryKind.SIGNPOST


def test_draft_without_a_name_is_nothing_yet() -> None:
    assert looks_like({}, {}) is None


def test_reason_is_a_sentence_that_names_both() -> None:
    looks = looks_like({"name": "Help", "url": "https://www.nhs.uk/help"}, BODY)

    assert looks is not None
    assert looks.reason == (
        "It has no times and no place, and its web page, nhs.uk, is not that of "
        "Wexcombe Friends Ltd."
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://www.west.nhs.uk/help", "west.nhs.uk"),
        ("https://www.example.org.uk/", "example.org.uk"),
        ("https://a.b.example.com/", "example.com"),
        ("https://nhs.uk", "nhs.uk"),
        ("", ""), (None, ""), ("not a page", ""), ("https://localhost/", ""),
    ],
)  # fmt: skip
def test_host_is_the_name_that_somebody_registered(url: Any, said: str) -> None:
    assert host(url) == said
