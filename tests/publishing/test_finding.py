"""Looking for a service: where, when, for whom and what kind."""

import uuid
from typing import Any

import pytest
from django.test import Client

from directory.models import Postcode
from publishing import actions
from publishing.models import Endpoint
from tests import world
from tests.publishing import sample
from tests.publishing.test_lists import hall, weekly

pytestmark = pytest.mark.django_db


@pytest.fixture
def postcode(db: None) -> Postcode:
    """A known one."""
    return Postcode.objects.create(
        code="BA123AB", latitude=51.2, longitude=-2.2, council="E07000187"
    )


def found(client: Client, **asked: Any) -> list[str]:
    answer = client.get("/", asked)
    assert answer.status_code == 200
    return [card["title"] for card in answer.context["cards"]]


def facts(client: Client, **asked: Any) -> list[str]:
    cards = client.get("/", asked).context["cards"]
    return [
        fact["value"] for card in cards for fact in card["facts"]
        if fact["label"] == "How far"
    ]  # fmt: skip


def said(client: Client, **asked: Any) -> dict[str, list[str]]:
    answer = client.get("/", asked)
    assert "<title>Error: " in answer.content.decode()
    return dict(answer.context["form"].errors)


def test_nearest_comes_first_and_what_comes_to_you_last(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    area = {"id": str(uuid.uuid4()), "name": "A", "uri": "https://a.example/E07000187"}
    other = {**area, "uri": "https://a.example/E07000188"}
    sample.shelve(endpoint, "By phone")
    sample.shelve(endpoint, "Elsewhere", service={"service_areas": [other]})
    sample.shelve(endpoint, "Far", places=[hall(51.4, -2.2)])
    sample.shelve(endpoint, "Far but comes", places=[hall(51.4, -2.2)],
                  service={"service_areas": [area]})  # fmt: skip
    sample.shelve(endpoint, "Near", places=[hall(51.21, -2.2)])
    sample.shelve(endpoint, "Nearest", places=[hall(51.2001, -2.2)])
    asked = {"near": "ba12 3ab", "within": 5}

    assert found(client, **asked) == ["Nearest", "Near", "Far but comes", "By phone"]
    assert facts(client, **asked) == ["very near", "0.7 miles away", "14 miles away"]
    assert found(client, near="BA12 3AB", within=20) == [
        "Nearest", "Near", "Far", "Far but comes", "By phone",
    ]  # fmt: skip


def test_distance_is_of_the_published_point_alone(
    place: world.Place, client: Client, postcode: Postcode
) -> None:
    world.published(place, in_hall=world.hall(sensitive=True, latitude=51.2001))
    actions.consume_outbox()

    assert facts(client, near="BA12 3AB") == []


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"day": 0}, ["Always", "Day"]),
        ({"day": 5}, ["Always", "Night"]),
        ({"day": 4, "part": "evening"}, ["Always", "Night"]),
        ({"day": 4, "part": "morning"}, ["Always"]),
        ({"part": "morning"}, ["Always", "Day"]),
        ({"part": "afternoon"}, ["Always", "Day"]),
        ({"day": "", "part": ""}, ["Always", "Day", "Night", "Unknown"]),
    ],
)
def test_day_and_time_find_what_is_open_in_some_of_it(
    endpoint: Endpoint, client: Client, asked: dict[str, Any], names: list[str]
) -> None:
    for name, days, opens, closes in (
        ("Always", "MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59"),
        ("Day", "MO", "10:00", "14:00"),
        ("Night", "FR", "22:00", "02:00"),
    ):
        times = [weekly(days, opens, closes)]
        sample.shelve(endpoint, name, service={"schedules": times})
    sample.shelve(endpoint, "Unknown")

    assert found(client, **asked) == names


def test_age_and_kind_narrow_with_the_words(endpoint: Endpoint, client: Client) -> None:
    term = world.term("Company")
    sample.shelve(endpoint, "Coffee", terms=[term], service={"minimum_age": 18})
    sample.shelve(endpoint, "Coffee for all", terms=[term])
    sample.shelve(endpoint, "Coffee to go")

    assert found(client, q="coffee", kind=term.pk) == ["Coffee", "Coffee for all"]
    assert found(client, q="coffee", kind=term.pk, age=9) == ["Coffee for all"]
    kinds = client.get("/").context["form"].fields["kind"].widget.choices
    assert list(kinds) == [("", "All kinds"), (str(term.pk), "Company (2)")]


def test_what_was_asked_is_shown_and_can_be_taken_away_alone(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    asked: dict[str, Any] = {
        "q": "tea", "near": "BA123AB", "within": 1, "day": 1, "part": "evening",
        "age": 70, "page": 2,
    }  # fmt: skip
    applied = client.get("/", asked).context["applied"]

    assert [each["label"] for each in applied] == [
        "Within 1 mile of BA12 3AB", "On Tuesdays", "In the evening",
        "For somebody aged 70",
    ]  # fmt: skip
    assert applied[3]["url"] == "/?q=tea&near=BA123AB&within=1&day=1&part=evening"


def test_what_cannot_be_understood_is_told_and_the_rest_still_asked(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    sample.shelve(endpoint, "Coffee", service={"minimum_age": 18})
    sample.shelve(endpoint, "Tea")

    (sentence,) = said(client, near="BA12")["near"]
    assert sentence.startswith("“BA12” is only the first half of a postcode.")
    assert said(client, near="BA12 9ZZ") == {
        "near": ["We do not know where BA12 9ZZ is. Check it, or try another."]
    }
    assert set(said(client, age="old", day="9", part="x", kind="1", within="3000")) == {
        "age", "day", "part", "kind", "within",
    }  # fmt: skip
    assert found(client, q="tea", near="BA12") == ["Tea"]
    body = client.get("/", {"near": "BA12", "age": "old"}).content.decode()
    assert 'value="BA12"' in body
    assert 'value="old"' in body


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"q": "😀"}, "Write a word or two: what you wrote has no letters."),
        (
            {"q": "\x00"},
            (
                "“What are you looking for?” holds a character that cannot be read. "
                "Write it again."
            ),
        ),
        ({"age": 200}, "Write 150 or less for “For somebody aged”."),
        ({"age": -1}, "Write 0 or more for “For somebody aged”."),
        ({"kind": "food"}, "Choose one of the kinds of help."),
    ],
)
def test_odd_questions_get_a_sentence(
    endpoint: Endpoint, client: Client, asked: dict[str, Any], sentence: str
) -> None:
    assert said(client, **asked) == {next(iter(asked)): [sentence]}


def test_where_nothing_is_found_the_kinds_lead_on(
    endpoint: Endpoint, client: Client
) -> None:
    term = world.term("Company")
    sample.shelve(endpoint, "Coffee", terms=[term])
    answer = client.get("/", {"q": "zeppelin"}).content.decode()

    assert f'href="/?kind={term.pk}">Company (1)</a>' in answer
    assert "mailto:" in answer


def test_page_of_a_service_that_cannot_be_reached_says_whom_to_ask(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    row = sample.shelve(endpoint, "Knitting")
    reached = sample.shelve(
        endpoint, "Choir", service={"phones": [{"id": "1", "number": "01632 960100"}]}
    )
    sentence = "We know of no number, address or web page"

    assert sentence in client.get(f"/services/{row.service_id}/").content.decode()
    assert (
        sentence not in client.get(f"/services/{reached.service_id}/").content.decode()
    )
