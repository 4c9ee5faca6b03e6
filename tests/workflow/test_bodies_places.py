"""Which services share a place: giving one its own, finding that two are the same."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEvent
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.deciding import edit, page, send, signed_in, text
from tests.workflow.pages import filled_in
from tests.workflow.town import Town, as_it_is, make_town
from workflow import queries
from workflow.actions import decisions
from workflow.actions.shared_places import share_location
from workflow.choices import Verdict
from workflow.models import OutboxEvent, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(town: Town) -> Record:
    """Another record of the same hall, with a service of its own."""
    listing = world.published(
        town.place, name="Choir", in_hall=world.hall(name="The hall")
    )
    return Record.objects.get(pk=listing.location_ids[0])


def share(town: Town, place: Record, other: Record, by: Any = None) -> Record:
    return share_location(
        by=by or town.place.assurer, location_id=place.pk, other_id=other.pk,
        reason="One hall.",
    )  # fmt: skip


def test_services_of_the_same_place_move_to_the_one_that_stays(
    town: Town, twin: Record
) -> None:
    OutboxEvent.objects.all().delete()
    share(town, town.hall, twin)

    moved = as_it_is(town)
    assert moved.listing.location_ids == moved.neighbour.location_ids == [twin.pk]
    assert moved.hall.replaced_by == twin
    told = set(OutboxEvent.objects.values_list("record_id", flat=True))
    assert told >= {
        town.listing.record_id, town.neighbour.record_id, town.hall.pk, twin.pk
    }  # fmt: skip
    verbs = AuditEvent.objects.filter(object_id__in=(town.hall.pk, twin.pk))
    assert set(verbs.values_list("verb", flat=True)) >= {
        "location_shared", "location_merged"
    }  # fmt: skip


def test_what_was_suggested_about_it_is_answered(town: Town, twin: Record) -> None:
    suggested = edit(
        town.place, town.listing, record=str(town.hall.pk), url="https://a.example/"
    )

    share(town, town.hall, twin)

    suggested.refresh_from_db()
    assert (suggested.state, suggested.changes.get().verdict) == (
        "decided", Verdict.OVERTAKEN,
    )  # fmt: skip


def test_place_that_went_says_where_and_takes_no_suggestion(
    town: Town, twin: Record
) -> None:
    share(town, town.hall, twin)

    answer = page(town.place.assurer, "location", town.hall.pk)

    assert answer.context["replaced_by"] == {
        "text": "This is the same as “The hall”, and is kept there now.",
        "url": reverse("workflow:location", args=[twin.pk]),
    }
    assert answer.context["acts"] == []


def test_two_places_are_not_one_where_only_one_is_secret(
    town: Town, twin: Record
) -> None:
    values: dict[str, Any] = {"sensitive": True}
    suggested = edit(
        town.place, town.listing, by=town.place.second_assurer,
        record=str(town.hall.pk), **values,
    )  # fmt: skip
    decisions.decide(
        by=town.place.assurer, proposal_id=suggested.pk,
        choices=world.accept_all(suggested),
    )  # fmt: skip

    for one, other in ((town.hall, twin), (twin, town.hall)):
        with pytest.raises(InvalidInput, match="kept secret"):
            share(town, one, other)


def test_place_of_others_services_is_not_theirs_to_move(
    town: Town, twin: Record
) -> None:
    elsewhere = make_town(world.make_place("Elseham"))
    world.published(elsewhere.place, at=town.hall, name="Band")

    with pytest.raises(PermissionDenied):
        share(town, town.hall, twin)
    with pytest.raises(PermissionDenied):
        share(town, town.hall, twin, by=town.place.contributor)


def test_service_at_both_is_put_right_first(town: Town, twin: Record) -> None:
    service = queries.current(as_it_is(town).listing.record)
    links = service["service_at_locations"]
    suggested = edit(
        town.place, town.listing,
        **{f"service_at_locations/{twin.pk}": {"location_id": str(twin.pk)}},  # type: ignore[arg-type]
    )  # fmt: skip
    decisions.decide(
        by=town.place.assurer, proposal_id=suggested.pk,
        choices=world.accept_all(suggested),
    )  # fmt: skip

    assert len(links) == 1
    with pytest.raises(InvalidState, match="happens at both"):
        share(town, town.hall, twin)


def test_page_finds_the_other_place_and_moves(town: Town, twin: Record) -> None:
    assurer = town.place.assurer
    url = reverse("workflow:location-same", args=[town.hall.pk]) + "?q=The hall"
    form = signed_in(assurer).get(url)
    assert [key for key, _ in form.context["found"]] == [str(twin.pk)]

    answer = signed_in(assurer).post(
        url, filled_in(form, other=str(twin.pk), reason="One hall.")
    )

    assert answer["Location"] == reverse("workflow:location", args=[twin.pk])


def test_page_gives_a_service_a_place_of_its_own(town: Town) -> None:
    assurer = town.place.assurer
    labels = [
        a["label"] for a in page(assurer, "location", town.hall.pk).context["acts"]
    ]
    assert labels == ["Correct it", "Give a service its own place", "Same place as …"]

    answer = send(
        assurer, "location-split", town.hall.pk, listing=str(town.neighbour.pk)
    )

    own = world.fresh(town.neighbour).location_ids[0]
    assert answer["Location"] == reverse("workflow:location", args=[own])
    told = text(page(assurer, "location", town.hall.pk))
    assert "“Chess club” has moved to a place of its own" in told


def test_contributor_neither_splits_nor_joins(town: Town) -> None:
    user = town.place.contributor
    assert page(user, "location", town.hall.pk).context["acts"] == []
    assert page(user, "location-split", town.hall.pk).status_code == 403
    assert page(user, "location-same", town.hall.pk).status_code == 403
