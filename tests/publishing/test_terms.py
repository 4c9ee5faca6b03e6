"""Terms at an end-point: which lists are there, and what a replaced term becomes."""

import datetime as dt
from typing import Any

import orjson
import pytest
from django.test import Client

from directory.models import Taxonomy, TaxonomyTerm
from publishing import actions
from publishing.models import Endpoint, PublishedService
from tests import world
from tests.publishing import sample
from workflow.actions import terms
from workflow.models import OutboxEvent

pytestmark = pytest.mark.django_db

GONE = dt.date(2026, 1, 1)


def listing_with(place: world.Place, *said: TaxonomyTerm, **more: Any) -> Any:
    """A published service that says these terms."""
    attributes = [{"taxonomy_term_id": str(term.pk)} for term in said]
    listing = world.published(place, attributes=attributes, **more)
    actions.consume_outbox()
    return listing


def shown(listing: Any) -> list[str]:
    """The names of the terms in the public bytes of a service."""
    row = PublishedService.objects.get(service_id=listing.record_id)
    attributes = orjson.loads(bytes(row.full)).get("attributes", [])
    assert sorted({a["taxonomy_term_id"] for a in attributes}) == sorted(
        map(str, row.term_ids)
    )
    return [a["taxonomy_term"]["name"] for a in attributes]


def found(client: Client, path: str, **asked: Any) -> list[str]:
    answer = client.get(f"/oruk/v3/{path}", asked)
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["contents"]]


# --- a term that was replaced ---------------------------------------------------------


def test_replaced_term_is_published_as_what_replaced_it(
    place: world.Place, client: Client
) -> None:
    old, new, other = world.term("Tea"), world.term("Coffee"), world.term("Cake")
    first = listing_with(place, old, other)
    second = listing_with(place, old, new)

    terms.retire_term(by=place.lead, term_id=old.pk, replacement_id=new.pk)
    actions.consume_outbox()

    assert shown(first) == ["Coffee", "Cake"]
    assert shown(second) == ["Coffee"]
    for asked in (old, new):
        assert len(found(client, "services", taxonomy_term_id=asked.pk)) == 2
    assert found(client, "taxonomy_terms") == ["Cake", "Coffee"]
    answer = client.get(f"/oruk/v3/taxonomy_terms/{old.pk}")
    assert answer.json()["name"] == "Tea"


def test_restored_term_is_published_again(place: world.Place) -> None:
    tea, coffee, cake = world.term("Tea"), world.term("Coffee"), world.term("Cake")
    listing = listing_with(place, tea)
    terms.retire_term(by=place.lead, term_id=tea.pk, replacement_id=coffee.pk)
    terms.retire_term(by=place.lead, term_id=coffee.pk, replacement_id=cake.pk)
    actions.consume_outbox()
    assert shown(listing) == ["Cake"]

    terms.restore_term(by=place.lead, term_id=coffee.pk)
    actions.consume_outbox()
    assert shown(listing) == ["Coffee"]

    terms.restore_term(by=place.lead, term_id=tea.pk)
    actions.consume_outbox()
    assert shown(listing) == ["Tea"]


def test_term_retired_without_another_stays_where_it_is(place: world.Place) -> None:
    tea = world.term("Tea")
    listing = listing_with(place, tea)

    terms.retire_term(by=place.lead, term_id=tea.pk)
    actions.consume_outbox()

    assert shown(listing) == ["Tea"]


def test_term_of_a_hall_is_rendered_anew_with_each_service_there(
    place: world.Place,
) -> None:
    ramp = world.term("Ramp", "Access")
    hall = world.hall(attributes=[{"taxonomy_term_id": str(ramp.pk)}])
    listing = listing_with(place, in_hall=hall)
    level = world.term("Step-free", "Access")

    terms.retire_term(by=place.lead, term_id=ramp.pk, replacement_id=level.pk)
    actions.consume_outbox()

    row = PublishedService.objects.get(service_id=listing.record_id)
    assert row.term_ids == [level.pk]


def test_many_services_are_rendered_one_event_each(place: world.Place) -> None:
    tea = world.term("Tea")
    listings = [listing_with(place, tea) for _ in range(3)]

    terms.rename_term(
        by=place.lead, term_id=tea.pk, was=terms.term_as_read(tea), name="Tea and cake"
    )
    last = OutboxEvent.objects.latest("id")
    actions.consume_outbox()

    made = OutboxEvent.objects.filter(pk__gt=last.pk)
    assert set(made.values_list("record_id", flat=True)) == {
        listing.record_id for listing in listings
    }
    assert [shown(listing) for listing in listings] == [["Tea and cake"]] * 3


# --- which lists are there ------------------------------------------------------------


def test_lists_are_those_of_the_place_used_or_said_here(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    world.term("Tea")
    world.term("Theirs", "Elsewhere’s", of=world.make_place("Elsewhere").partnership)
    used, said = (Taxonomy.objects.create(name=n) for n in ("Used", "Said"))
    Taxonomy.objects.create(name="Unused")
    used.used_by.add(place.partnership)
    TaxonomyTerm.objects.create(taxonomy=used, name="In use")
    term = TaxonomyTerm.objects.create(taxonomy=said, name="Said here")
    sample.shelve(endpoint, "Coffee", terms=[term])

    assert found(client, "taxonomies") == ["Said", "Service types", "Used"]
    assert found(client, "taxonomy_terms") == ["Said here", "Tea", "In use"]


def test_list_of_another_place_is_not_here(endpoint: Endpoint, client: Client) -> None:
    theirs = world.term(of=world.make_place("Elsewhere").partnership)

    for path in (f"taxonomies/{theirs.taxonomy_id}", f"taxonomy_terms/{theirs.pk}"):
        assert client.get(f"/oruk/v3/{path}").status_code == 404


def test_licence_of_a_list_is_told(
    place: world.Place, endpoint: Endpoint, client: Client
) -> None:
    Taxonomy.objects.create(
        partnership=place.partnership, name="Kinds", description="Kinds of service.",
        licence="OGL 3.0", attribution="The programme.",
    )  # fmt: skip

    (row,) = client.get("/oruk/v3/taxonomies").json()["contents"]

    assert row["description"] == (
        "Kinds of service. Source: The programme. Licence: OGL 3.0."
    )


@pytest.mark.parametrize("path", ["taxonomies", "taxonomy_terms"])
def test_questions_do_not_grow_with_the_terms(
    place: world.Place, endpoint: Endpoint, client: Client, path: str,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    def ask() -> int:
        with django_assert_num_queries(3):
            return len(found(client, path))

    world.term("Tea", "Ours")
    assert ask() == 1
    for number in range(5):
        term = world.term(f"Term {number}", f"List {number}")
        sample.shelve(endpoint, f"Coffee {number}", terms=[term])
    assert ask() == 6
