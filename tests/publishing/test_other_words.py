"""Looking for a service in other words than those that stand in it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from common.errors import InvalidInput, InvalidState
from directory import starter
from directory.choices import Facet
from directory.models import TaxonomyTerm
from directory.starter_words import OTHER_WORDS
from publishing.models import Endpoint
from publishing.narrowing import text_query
from tests import world
from tests.publishing import sample
from tests.publishing.test_finding import facts, found, term_of
from workflow.actions.terms import set_other_words

pytestmark = pytest.mark.django_db
GROUPS = (("Food banks and parcels", "food bank", "foodbank"), ("Debt advice", "SEND"))

BOTH = "(food <-> bank) | (food <-> banks <-> and <-> parcels)"


@pytest.fixture
def parcels(place: world.Place) -> TaxonomyTerm:
    """A term of the place with other words."""
    return term_of(
        place, Facet.SERVICE_TYPE, "Food banks and parcels",
        other_words=["food bank", "foodbank"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("bank", "bank:*"),
        ("Foodbank today", f"((foodbank:*) | {BOTH}) & today:*"),
        ("my food banks", f"my:* & ((food:* & banks:*) | {BOTH} | (foodbank))"),
        ("send", "((send:*) | (debt <-> advice))"),
    ],
)  # fmt: skip
def test_query_takes_what_means_the_same(typed: str, query: str) -> None:
    assert text_query(typed, GROUPS) is not None
    assert repr(query) in repr(text_query(typed, GROUPS))


@pytest.mark.parametrize("words", ["foodbank", "food bank", "Food Banks"])
def test_either_word_finds_the_other_and_the_term(
    endpoint: Endpoint, client: Client, parcels: TaxonomyTerm, words: str
) -> None:
    sample.shelve(endpoint, "Bags of plenty", terms=[parcels])
    sample.shelve(endpoint, "St John’s foodbank")
    sample.shelve(endpoint, "Town food bank")
    sample.shelve(endpoint, "A bank with food")
    sample.shelve(endpoint, "Yoga")
    everything = {"Bags of plenty", "St John’s foodbank", "Town food bank"}
    also = set() if words == "foodbank" else {"A bank with food"}

    assert set(found(client, q=words)) == everything | also


def test_reason_names_the_kind_of_help_that_is_meant(
    endpoint: Endpoint, client: Client, parcels: TaxonomyTerm
) -> None:
    sample.shelve(endpoint, "Bags of plenty", terms=[parcels])

    assert facts(client, q="foodbank") == [
        "Its kind of help is “Food banks and parcels”"
    ]


def test_reason_names_no_kind_that_a_word_is_only_a_part_of(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    pantry = term_of(place, Facet.SERVICE_TYPE, "Pantries", other_words=["food pantry"])
    sample.shelve(
        endpoint, "The fridge", terms=[pantry], service={"description": "Spare food."}
    )

    assert facts(client, q="food") == ["“food” is in what it says of itself"]
    assert facts(client, q="food pantry") == ["Its kind of help is “Pantries”"]


def test_keyword_of_the_api_takes_them_too_with_one_query_more(
    endpoint: Endpoint, client: Client, parcels: TaxonomyTerm
) -> None:
    sample.shelve(endpoint, "Bags of plenty", terms=[parcels])

    def titles(words: str) -> list[str]:
        answer = client.get("/oruk/v3/services", {"search": words})
        return [one["name"] for one in answer.json()["contents"]]

    assert (titles("foodbank"), titles("yoga")) == (["Bags of plenty"], [])
    term_of(world.make_place("Elsewhere"), Facet.SERVICE_TYPE, "Yoga",
            other_words=["stretching"])  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        client.get("/oruk/v3/services", {"search": "stretching"})
    about = [q for q in asked.captured_queries if "other_words" in str(q["sql"])]
    assert len(about) == 1


def test_words_of_another_place_mean_nothing_here(
    endpoint: Endpoint, client: Client
) -> None:
    elsewhere = world.make_place("Elsewhere")
    term_of(elsewhere, Facet.SERVICE_TYPE, "Yoga", other_words=["stretching"])
    sample.shelve(endpoint, "Yoga")

    assert found(client, q="stretching") == []


def test_retired_term_no_longer_lends_its_words(
    endpoint: Endpoint, client: Client, parcels: TaxonomyTerm
) -> None:
    sample.shelve(endpoint, "Town food bank")
    parcels.retired_on = clock.today()
    parcels.save()

    assert found(client, q="foodbank") == []


def test_starter_lists_come_with_words_for_terms_that_are_on_them(
    place: world.Place,
) -> None:
    starter.write_starter_lists(place.partnership)

    rows = TaxonomyTerm.objects.filter(taxonomy__partnership=place.partnership)
    kept = dict(rows.exclude(other_words=[]).values_list("name", "other_words"))
    assert kept == {name: list(words) for name, words in OTHER_WORDS.items()}


# --- the lead -------------------------------------------------------------------------


def test_lead_says_what_people_say_instead(
    place: world.Place, parcels: TaxonomyTerm
) -> None:
    set_other_words(
        by=place.lead, term_id=parcels.pk, was=["food bank", "foodbank"],
        words=["  larder ", "", "Larder", "food banks and parcels", "pantry"],
    )  # fmt: skip

    parcels.refresh_from_db()
    assert parcels.other_words == ["larder", "pantry"]


@pytest.mark.parametrize(
    ("was", "words", "error"),
    [
        ([], ["larder"], InvalidState),
        (["food bank", "foodbank"], ["x" * 101], InvalidInput),
        (["food bank", "foodbank"], [f"word {n}" for n in range(21)], InvalidInput),
    ],
)
def test_words_that_cannot_be_kept_are_refused(
    place: world.Place, parcels: TaxonomyTerm, was: Any, words: Any, error: Any
) -> None:
    with pytest.raises(error):
        set_other_words(by=place.lead, term_id=parcels.pk, was=was, words=words)

    parcels.refresh_from_db()
    assert parcels.other_words == ["food bank", "foodbank"]


def test_page_of_a_term_keeps_them(
    place: world.Place, parcels: TaxonomyTerm, client: Client
) -> None:
    client.force_login(place.lead)
    address = f"/lead/terms/term/{parcels.pk}/"
    answer = client.get(address)
    assert answer.status_code == 200
    form = answer.context["forms"]["words"]
    sent = {
        "act": "words", "was": form["was"].value().replace("\n", "\r\n"),
        "words": "foodbank\r\nlarder",
    }  # fmt: skip

    done = client.post(address, sent)
    again = client.post(address, sent)
    late = client.post(address, sent | {"words": "parcels"})

    parcels.refresh_from_db()
    assert [one.status_code for one in (done, again, late)] == [302, 302, 409]
    assert parcels.other_words == ["foodbank", "larder"]
