"""Looking for a service: where, when, for whom and what kind."""

import datetime as dt
import uuid
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from directory.choices import Facet
from directory.freshness import day_and_date
from directory.models import Postcode, Taxonomy, TaxonomyTerm, TermMapping
from publishing import actions, facets, finding, tallies
from publishing.models import Endpoint, PublishedService, Tally
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
        if fact["label"] == "What fits"
    ]  # fmt: skip


def next_tuesday() -> str:
    """The day that somebody means who asks for a Tuesday evening now."""
    now = clock.now().astimezone(clock.LONDON)
    return day_and_date(now.date() + dt.timedelta(days=(1 - now.weekday()) % 7))


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
    assert facts(client, **asked) == [
        "Very near BA12 3AB", "0.7 miles from BA12 3AB", "Covers A",
        "Not tied to one place on the map",
    ]  # fmt: skip
    assert found(client, near="BA12 3AB", within=20) == [
        "Nearest", "Near", "Far", "Far but comes", "By phone",
    ]  # fmt: skip


def test_distance_is_of_the_published_point_alone(
    place: world.Place, client: Client, postcode: Postcode
) -> None:
    world.published(place, in_hall=world.hall(sensitive=True, latitude=51.2001))
    actions.consume_outbox()

    assert facts(client, near="BA12 3AB") == ["Not tied to one place on the map"]


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
        "Within 1 mile of BA12 3AB", f"On {next_tuesday()}", "In the evening, from 5pm",
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

    assert f'href="/?kind={term.pk}#found">Company</a>' in answer
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


# --- what it is about -----------------------------------------------------------------


def test_need_finds_what_any_of_its_kinds_of_help_answers(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    need, food, parcels = (
        term_of(place, Facet.NEED, "Something to eat", plain_position=1),
        term_of(place, Facet.SERVICE_TYPE, "Food"),
        term_of(place, Facet.SERVICE_TYPE, "Food parcels"),
    )
    TermMapping.objects.create(from_term=need, to_term=food)
    parcels.parent = food
    parcels.save()
    sample.shelve(endpoint, "Bags", terms=[parcels])
    sample.shelve(endpoint, "Lunch", terms=[food])
    sample.shelve(endpoint, "Yoga")
    answer = client.get("/")

    lost = client.get("/", {"q": "qxzkw"})
    assert lost.context["needs"] == answer.context["needs"]
    assert answer.context["needs"] == [
        {"label": "Something to eat", "url": f"/?need={need.pk}"}
    ]
    assert found(client, need=need.pk) == ["Bags", "Lunch"]
    assert facts(client, need=need.pk) == ["Food parcels", "Food"]
    again = client.get("/", {"need": str(need.pk)})
    assert [each["label"] for each in again.context["applied"]] == ["Something to eat"]
    assert f'name="need" value="{need.pk}"' in again.content.decode()
    assert found(client, need=uuid.uuid4()) == ["Bags", "Lunch", "Yoga"]


def test_what_is_so_in_somebodys_life_finds_what_it_leads_to_here(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    grief, lonely = (
        term_of(place, Facet.SERVICE_TYPE, name) for name in ("Bereavement", "Company")
    )
    ways = {
        name: term_of(place, facet, name)
        for facet, name in (
            (Facet.CIRCUMSTANCE, "Recently bereaved"), (Facet.NEED, "Somebody to talk"),
            (Facet.CIRCUMSTANCE, "Living alone"), (Facet.CIRCUMSTANCE, "Out of work"),
        )
    }  # fmt: skip
    for name, to in (
        ("Recently bereaved", grief), ("Somebody to talk", grief),
        ("Living alone", lonely),
    ):  # fmt: skip
        TermMapping.objects.create(from_term=ways[name], to_term=to)
    sample.shelve(endpoint, "Grief group", terms=[grief])
    sample.shelve(endpoint, "Yoga")

    answer = client.get("/")
    offered = {one["label"]: one["url"] for one in answer.context["more_needs"]}

    assert list(offered) == ["Somebody to talk", "Recently bereaved"]
    assert "Or with what is so in your life just now" in answer.content.decode()
    assert found(client, need=ways["Recently bereaved"].pk) == ["Grief group"]
    assert offered["Recently bereaved"] == f"/?need={ways['Recently bereaved'].pk}"


def test_terms_that_are_called_the_same_are_one_choice(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    """A neighbour's services are shown here with the terms of the neighbour's lists."""
    need = term_of(place, Facet.NEED, "Something to eat", plain_position=1)
    ours = term_of(place, Facet.SERVICE_TYPE, "Food")
    theirs = term_of(world.make_place("Nextford"), Facet.SERVICE_TYPE, "Food")
    TermMapping.objects.create(from_term=need, to_term=ours)
    sample.shelve(endpoint, "Lunch", terms=[ours])
    sample.shelve(endpoint, "Supper", terms=[theirs])

    assert choices(client, "kind") == ["Food (2)"]
    assert found(client, need=need.pk) == ["Lunch", "Supper"]
    for key in (ours.pk, theirs.pk):
        assert found(client, kind=key) == ["Lunch", "Supper"]
        applied = client.get("/", {"kind": str(key)}).context["applied"]
        assert [each["label"] for each in applied] == ["Food"]


def term_of(place: world.Place, facet: str, name: str, **values: Any) -> TaxonomyTerm:
    taxonomy, _ = Taxonomy.objects.get_or_create(
        partnership=place.partnership, facet=facet, name=f"{facet} of ours"
    )
    return TaxonomyTerm.objects.create(taxonomy=taxonomy, name=name, **values)


def test_free_and_access_narrow(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    step_free = term_of(place, Facet.ACCESSIBILITY, "Step-free entrance")
    free = {"fees": "Free, donations welcome."}
    sample.shelve(endpoint, "Free up the steps", service=free)
    sample.shelve(endpoint, "Free on the flat", service=free, terms=[step_free])
    sample.shelve(endpoint, "Paid", service={"fees": "£2"}, terms=[step_free])
    asked = {"free": "on", "access": str(step_free.pk)}

    assert found(client, free="on") == ["Free on the flat", "Free up the steps"]
    assert found(client, **asked) == ["Free on the flat"]
    assert facts(client, **asked) == ["Free"]
    labels = [each["label"] for each in client.get("/", asked).context["applied"]]
    assert labels == ["Free", "Step-free entrance"]


@pytest.mark.parametrize(
    ("document", "free"),
    [
        ({"fees": "Free"}, True),
        ({"fees": "free to all"}, True),
        ({"fees": "No charge."}, True),
        ({"fees": "£0.00"}, True),
        ({"fees": "Free for members, £2 for others"}, False),
        ({"fees": "Free, or £3 with lunch"}, False),
        ({"fees": "Freezer meals £4"}, False),
        ({"fees": "The first one is free"}, False),
        ({"cost_options": [{"amount": 0}]}, True),
        ({"cost_options": [{"amount": 0}, {"amount": 3.5}]}, False),
        ({"fees": "Free", "cost_options": [{"amount": 3.5}]}, False),
        ({}, False),
    ],
)
def test_free_is_what_says_so_of_itself(document: dict[str, Any], free: bool) -> None:
    assert facets.is_free(document) is free


# --- order, numbers, reasons ----------------------------------------------------------


def test_overdue_comes_after_what_is_in_date(
    endpoint: Endpoint, client: Client
) -> None:
    today = clock.today()
    day = dt.timedelta(days=1)
    sample.shelve(endpoint, "A", ranks_last_on=today)
    sample.shelve(endpoint, "B", ranks_lower_on=today)
    sample.shelve(endpoint, "C", ranks_lower_on=today + day, ranks_last_on=today + day)

    assert found(client) == ["C", "B", "A"]


def test_order_can_be_chosen(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    old, new = dt.date(2026, 1, 1), dt.date(2026, 2, 1)
    sample.shelve(endpoint, "A far", places=[hall(51.23, -2.2)], assured_on=old)
    sample.shelve(endpoint, "B near", places=[hall(51.2, -2.2)], assured_on=new)
    sample.shelve(endpoint, "C unknown", places=[hall(51.21, -2.2)])
    near = {"near": "BA12 3AB"}

    assert found(client, **near) == ["B near", "C unknown", "A far"]
    assert found(client, **near, sort="name") == ["A far", "B near", "C unknown"]
    assert found(client, **near, sort="checked") == ["B near", "A far", "C unknown"]
    assert facts(client, **near, sort="name") == [
        "2.1 miles from BA12 3AB", "Very near BA12 3AB", "0.7 miles from BA12 3AB",
    ]  # fmt: skip


def choices(client: Client, name: str, **asked: Any) -> list[str]:
    form = client.get("/", asked).context["form"]
    return [label for key, label in form.fields[name].widget.choices if key != ""]


def test_numbers_beside_the_filters_are_of_what_is_found(
    endpoint: Endpoint, client: Client
) -> None:
    tea, art = world.term("Tea"), world.term("Art")
    monday = {"schedules": [weekly("MO", "09:00", "11:00")]}
    both = {"schedules": [weekly("MO,TU", "18:00", "20:00")]}
    sample.shelve(endpoint, "One", terms=[tea], service=monday)
    sample.shelve(endpoint, "Two", terms=[tea, art], service=both)

    assert choices(client, "kind") == ["Art (1)", "Tea (2)"]
    assert choices(client, "day")[:3] == ["Monday (2)", "Tuesday (1)", "Wednesday (0)"]
    assert choices(client, "day", q="one")[:2] == ["Monday (1)", "Tuesday (0)"]
    assert choices(client, "kind", q="one") == ["Tea (1)"]
    assert choices(client, "part", day=0) == [
        "In the morning, until noon (1)", "In the afternoon, from noon (0)",
        "In the evening, from 5pm (1)",
    ]  # fmt: skip


def test_numbers_stay_right_whoever_writes(endpoint: Endpoint, client: Client) -> None:
    term = world.term("Tea")
    rows = [sample.shelve(endpoint, f"Tea {n}", terms=[term]) for n in range(3)]
    rows[0].delete()
    PublishedService.objects.filter(pk=rows[1].pk).update(term_ids=[])
    before = tallies.read(endpoint)
    folded = tallies.fold()
    Tally.objects.bulk_create(
        Tally(endpoint=endpoint, key="all", number=n) for n in [1, -1] * tallies.MANY
    )

    assert (before["all"], before[str(term.pk)], folded) == (2, 1, False)
    assert tallies.fold() is True
    assert tallies.read(endpoint) == before
    assert Tally.objects.count() == len(before)


def test_search_opens_at_its_answer_and_at_the_top_where_not_understood(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Coffee")
    asked = [{}, {"q": "coffee"}, {"q": "zzzz"}, {"age": "old"}]

    pages = [client.get("/", one).content.decode() for one in asked]

    assert [page.count(' action="/#found"') for page in pages] == [1, 1, 1, 1]
    assert [page.count(' id="found"') for page in pages] == [1, 1, 1, 0]


def test_more_than_can_be_leafed_through_is_said(
    endpoint: Endpoint, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST", 3)
    monkeypatch.setattr(finding, "MOST_COUNTED", 4)
    for number in range(5):
        sample.shelve(endpoint, f"Tea {number}")
    everything = " ".join(client.get("/").content.decode().split())
    words = " ".join(client.get("/", {"q": "tea"}).content.decode().split())

    assert (
        '<h2 class="govuk-heading-m v-section" id="found">5 services</h2>' in everything
    )
    assert "The first 3 are listed here." in everything
    assert "More than 3 services for “tea”</h2>" in words
    assert found(client, q="tea") == ["Tea 0", "Tea 1", "Tea 2"]


def test_reason_says_where_the_words_are(endpoint: Endpoint, client: Client) -> None:
    term = world.term("Keeping warm")
    sample.shelve(endpoint, "Warm rooms")
    sample.shelve(endpoint, "Library", terms=[term])
    sample.shelve(endpoint, "Hall", service={"description": "Warm, and open to all."})
    answer = client.get("/", {"q": "warm"})
    why = {
        card["title"]: [f["value"] for f in card["facts"] if f["label"] == "What fits"]
        for card in answer.context["cards"]
    }

    assert why == {
        "Warm rooms": [],
        "Library": ["Its kind of help is “warm”"],
        "Hall": ["“warm” is in what it says of itself"],
    }


# --- where nothing is found -----------------------------------------------------------


def steps(client: Client, **asked: Any) -> list[tuple[str, str]]:
    answer = client.get("/", asked)
    return [(step["label"], step["url"]) for step in answer.context["steps"]]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cofee", "coffee"),
        ("cofffee mornign", "coffee morning"),
        ("yogga", "yoga"),
        ("yoag", "yoga"),
        ("qxzkw yoag", "yoga"),
    ],
)
def test_misspelt_words_are_known(
    endpoint: Endpoint, client: Client, typed: str, meant: str
) -> None:
    sample.shelve(endpoint, "Coffee morning")
    sample.shelve(endpoint, "Yoga")
    (first, *_) = steps(client, q=typed)

    assert first == (f"Did you mean “{meant}”?", f"/?q={meant.replace(' ', '+')}")
    assert found(client, q=meant) != []


def test_where_the_corrected_words_find_nothing_together_each_is_offered_alone(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Yoga")
    sample.shelve(endpoint, "Coffee morning")

    assert steps(client, q="yoag cofee") == [
        ("Look for “yoga” alone", "/?q=yoga"),
        ("Look for “coffee” alone", "/?q=coffee"),
    ]


def test_where_nothing_is_found_no_choice_counts_to_nothing(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Yoga")
    form = client.get("/", {"q": "qxzkw"}).context["form"]

    assert [words for _, words in form.fields["part"].widget.choices] == [
        "Any time", "In the morning, until noon", "In the afternoon, from noon",
        "In the evening, from 5pm",
    ]  # fmt: skip
    assert form.fields["free"].label == "Only what costs nothing"


def test_what_is_like_nothing_has_no_other_spelling(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Yoga")

    assert steps(client, q="qxzkw") == []
    assert finding.suggestion(endpoint, "yoga") == ""


def test_word_that_nothing_is_like_is_not_left_out_as_if_it_were_spelt_so(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Yoga")

    assert steps(client, q="yoga qxzkw") == [
        ("Look for “yoga” alone", "/?q=yoga"),
    ]


def test_next_steps_are_wider_fewer_words_and_fewer_filters(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    for name in ("Yoga", "Chess", "Chess and yoga"):
        north = 51.21 if name == "Yoga" else 51.32
        sample.shelve(endpoint, name, places=[hall(north, -2.2)])
    offered = steps(client, q="yoga chess", near="BA12 3AB", within=1)

    assert offered == [
        ("Look within 10 miles", "/?q=yoga+chess&near=BA12+3AB&within=10"),
        ("Look for “yoga” alone", "/?near=BA12+3AB&within=1&q=yoga"),
        ("Leave out: Within 1 mile of BA12 3AB", "/?q=yoga+chess&within=1"),
    ]
    assert [found(client, **parse_qs(url[2:])) for _, url in offered] == [
        ["Chess and yoga"], ["Yoga"], ["Chess and yoga"],
    ]  # fmt: skip


def test_no_next_step_leads_to_nothing_again(
    endpoint: Endpoint, client: Client, postcode: Postcode
) -> None:
    sample.shelve(endpoint, "Yoga", places=[hall(53.9, -1.1)])

    assert steps(client, near="BA12 3AB", within=5) == []
    assert steps(client, q="chess", near="BA12 3AB", within=5) == []
    # Neither of the two that stand in the way is enough to leave out.
    assert steps(client, q="yoga", near="BA12 3AB", free="on") == [
        ("Look for “yoga” and leave out all else", "/?q=yoga")
    ]


# --- some of the words ----------------------------------------------------------------


def also(client: Client, **asked: Any) -> list[str]:
    answer = client.get("/", asked)
    return [card["title"] for card in answer.context["also"]]


def test_some_of_the_words_find_what_has_most_of_them_after_what_has_all(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Warm room", description_text="with soup")
    sample.shelve(endpoint, "Food parcels")
    sample.shelve(endpoint, "Chess")

    assert (found(client, q="warm food"), also(client, q="warm food")) == (
        [], ["Food parcels", "Warm room"],
    )  # fmt: skip
    # Two of three words hide what has one.
    (card,) = client.get("/", {"q": "warm food soup"}).context["also"]
    assert (card["title"], card["facts"][0]) == (
        "Warm room", {"label": "Has", "value": "“warm”, “soup”"},
    )  # fmt: skip
    assert (found(client, q="soup room"), also(client, q="warm parcels soup")) == (
        ["Warm room"], ["Warm room"],
    )  # fmt: skip
    text = client.get("/", {"q": "warm food"}).content.decode()
    assert "No service has all of these words; these have some" in text


def test_what_has_all_words_comes_first_and_some_are_said_to_be_some(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Warm food")
    sample.shelve(endpoint, "Food parcels")
    text = client.get("/", {"q": "warm food"}).content.decode()

    assert (found(client, q="warm food"), also(client, q="warm food")) == (
        ["Warm food"], ["Food parcels"],
    )  # fmt: skip
    assert ("1 service for" in text, "These have some of the words" in text) == (
        True, True,
    )  # fmt: skip


def test_words_lead_to_the_needs_that_are_called_so(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    needs = [
        term_of(place, Facet.NEED, name)
        for name in ("Food and essentials", "Food at school", "Money")
    ]
    pantries, meals = (
        term_of(place, Facet.SERVICE_TYPE, name) for name in ("Pantries", "Meals")
    )
    TermMapping.objects.create(from_term=needs[0], to_term=pantries)
    TermMapping.objects.create(from_term=needs[1], to_term=meals)
    TermMapping.objects.create(from_term=needs[2], to_term=pantries)
    sample.shelve(endpoint, "Northfield larder", terms=[pantries])
    evening = {"schedules": [weekly("TU", "18:00:00", "20:00:00")]}
    sample.shelve(endpoint, "Food parcels", service=evening)

    answer = client.get("/", {"q": "foods and", "part": "", "page": "1"})

    (help_,) = answer.context["helps"]
    assert help_ == {
        "label": "Food and essentials", "url": f"/?part=&need={needs[0].pk}",
    }  # fmt: skip
    assert "What helps may be called otherwise." in answer.content.decode()
    assert found(client, need=needs[0].pk) == ["Northfield larder"]
    # Where it would lead to nothing, and where a need is chosen, there is none.
    assert client.get("/", {"q": "food", "part": "evening"}).context["helps"] == []
    chosen = {"q": "food", "need": str(needs[2].pk)}
    assert client.get("/", chosen).context["helps"] == []
    assert client.get("/", {"q": "and"}).context["helps"] == []


def test_enough_with_all_words_need_no_others(
    endpoint: Endpoint, client: Client
) -> None:
    for number in range(5):
        sample.shelve(endpoint, f"Warm food {number}")
    sample.shelve(endpoint, "Food parcels")

    assert (len(found(client, q="warm food")), also(client, q="warm food")) == (5, [])


def test_name_that_is_spelt_much_like_it_is_found(
    endpoint: Endpoint, client: Client
) -> None:
    sample.shelve(endpoint, "Coffee morning")
    sample.shelve(endpoint, "Chess")

    assert (also(client, q="cofee"), also(client, q="qxzkw")) == (
        ["Coffee morning"],
        [],
    )
    assert also(client, q="coffee") == []


def test_other_questions_still_narrow_what_has_some_words(
    endpoint: Endpoint, client: Client
) -> None:
    free = {"cost_options": [{"amount": 0}]}
    sample.shelve(endpoint, "Food for free", service=free)
    sample.shelve(endpoint, "Food for a pound")

    assert also(client, q="warm food", free="on") == ["Food for free"]


def test_some_of_the_words_cost_one_query_more_however_many_there_are(
    endpoint: Endpoint, client: Client
) -> None:
    asked = []
    for number in range(12):
        sample.shelve(endpoint, f"Food {number}")
        if number in (0, 2, 11):
            with CaptureQueriesContext(connection) as captured:
                client.get("/", {"q": "warm food"})
            asked.append(len(captured))

    assert asked[0] == asked[1] == asked[2]
    assert sum("UNION ALL" in one["sql"] for one in captured) == 1


def test_demo_says_which_postcode_to_try(
    endpoint: Endpoint, client: Client, settings: Any
) -> None:
    said = []
    for settings.VOUCH_DEMO in (False, True):
        form = client.get("/").context["form"]
        said.append(form.fields["near"].help_text)

    assert said == ["We do not keep it.", "We do not keep it. Try WX1 1AA."]
