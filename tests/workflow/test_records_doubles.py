"""Saying that two records are one service: finding, comparing, doing, taking back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from publishing import actions as publishing
from tests import world
from tests.workflow.deciding import choice, edit, page, seen, send, signed_in, text
from workflow.choices import ProposalState, Stage, Verdict
from workflow.models import Listing, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def kept(place: world.Place) -> Listing:
    return world.published(place, name="Coffee in the hall")


@pytest.fixture
def double(place: world.Place) -> Listing:
    return world.published(place, name="Coffee club")


def test_the_other_record_is_found_by_its_name(
    place: world.Place, kept: Listing, double: Listing
) -> None:
    found = page(place.assurer, "replace", double.pk, q="hall coffee")

    assert [card["title"] for card in found.context["cards"]] == ["Coffee in the hall"]


def test_records_of_the_same_place_are_offered_at_once(
    place: world.Place, kept: Listing, double: Listing
) -> None:
    hall = Record.objects.get(pk=kept.location_ids[0])
    near = world.published(place, at=hall, name="Coffee too")

    found = page(place.assurer, "replace", near.pk)

    assert [card["title"] for card in found.context["cards"]] == ["Coffee in the hall"]


def test_both_are_compared_and_nothing_happens_by_looking(
    place: world.Place, kept: Listing, double: Listing
) -> None:
    shown = page(place.assurer, "replace", double.pk, **{"with": str(kept.pk)})

    names = [cell["text"] for cell in shown.context["rows"][0]]
    assert names[1:] == ["Coffee club", "Coffee in the hall"]
    assert world.fresh(double).record.replaced_by is None


def test_the_one_is_kept_and_the_other_leads_there(
    place: world.Place, kept: Listing, double: Listing
) -> None:
    asked = edit(place, double, fees="Free")

    send(
        place.assurer, "replace", double.pk, **{"with": str(kept.pk), "reason": "Same."}
    )
    publishing.consume_outbox()

    gone = world.fresh(double)
    asked.refresh_from_db()
    assert (gone.stage, gone.record.replaced_by) == (Stage.UNPUBLISHED, kept.record)
    assert asked.state == ProposalState.DECIDED
    record = page(place.assurer, "record", double.pk)
    assert record.context["replaced_by"] == {
        "text": "This is kept as “Coffee in the hall” now.",
        "url": reverse("workflow:record", args=[kept.pk]),
    }
    public = Client().get(f"/services/{double.record_id}/")
    assert (public.status_code, public.url) == (302, f"/services/{kept.record_id}/")  # type: ignore[attr-defined]


def test_kept_apart_again_the_old_address_says_that_it_is_gone(
    place: world.Place, kept: Listing, double: Listing
) -> None:
    send(
        place.assurer, "replace", double.pk, **{"with": str(kept.pk), "reason": "Same."}
    )
    publishing.consume_outbox()

    send(place.assurer, "keep-apart", double.pk, reason="They are two.")
    publishing.consume_outbox()

    assert world.fresh(double).record.replaced_by is None
    assert Client().get(f"/services/{double.record_id}/").status_code == 410


def test_old_address_of_a_pair_that_is_both_hidden_says_that_it_is_gone(
    place: world.Place, kept: Listing, double: Listing
) -> None:
    send(
        place.assurer, "replace", double.pk, **{"with": str(kept.pk), "reason": "Same."}
    )
    send(place.assurer, "hide", kept.pk, because="closed", reason="Shut.")
    publishing.consume_outbox()

    assert Client().get(f"/services/{double.record_id}/").status_code == 410


def test_saying_so_wants_a_reason_and_keeps_the_page(
    place: world.Place, kept: Listing, double: Listing
) -> None:
    response = send(
        place.assurer, "replace", double.pk, **{"with": str(kept.pk), "reason": ""}
    )

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["reason"]
    assert world.fresh(double).record.replaced_by is None


def test_only_an_assurer_in_remit_finds_the_page(
    place: world.Place, double: Listing
) -> None:
    assert page(place.reader, "replace", double.pk).status_code == 403
    record = page(place.reader, "record", double.pk)
    assert record.context["may_replace"] is False


def test_what_a_neighbour_has_hidden_is_not_offered(
    place: world.Place, double: Listing
) -> None:
    elsewhere = world.make_place("Elsewhere")
    hidden = world.published(elsewhere, name="Planted coffee")
    send(elsewhere.assurer, "hide", hidden.pk, because="closed", reason="Shut.")

    found = page(place.assurer, "replace", double.pk, q="planted")

    assert found.context["cards"] == []


# --- a place of its own, while deciding -----------------------------------------------


def test_decision_page_offers_a_copy_for_this_service_alone(
    place: world.Place, kept: Listing
) -> None:
    hall = Record.objects.get(pk=kept.location_ids[0])
    near = world.published(place, at=hall, name="Coffee too")
    asked = edit(place, near, record=str(hall.pk), transportation="Bus 7", name="Hut")
    first, second = asked.changes.order_by("position")
    shown = page(place.assurer, "proposal", asked.pk)
    assert "Only for this service: give it its own copy" in text(shown)

    response = signed_in(place.assurer).post(
        reverse("workflow:proposal", args=[asked.pk]),
        {**seen(shown), **choice(first, "reject"), "split": str(hall.pk)},
    )

    rows = response.context["rows"]
    assert response.status_code == 200
    assert [row.others for row in rows] == [[], []]
    assert [row.form["choice"].value() for row in rows] == ["reject", None]
    assert world.fresh(near).location_ids != [hall.pk]
    assert {c.verdict for c in asked.changes.all()} == {Verdict.PENDING}
    assert second.record_id == hall.pk  # as it was before the split
