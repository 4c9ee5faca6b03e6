"""Areas of work that change while records are put into them."""

from typing import Any

import pytest
from django.db import transaction

from tests import world
from tests.workflow.threads import while_holding
from workflow.actions import drafts
from workflow.actions.areas import write_areas
from workflow.actions.main_areas import declare_main
from workflow.actions.remits import Parts, create_remit, end_remit, state_of
from workflow.choices import AreaKind
from workflow.importing.outlines import AreaRead
from workflow.models import Area, Listing, Remit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def term(place: world.Place) -> Any:
    return world.term("Chess")


def north(place: world.Place, term: Any) -> Remit:
    """An area of work that takes all chess."""
    return create_remit(
        by=place.lead, partner=place.council, name="North", lead=place.assurer,
        parts=Parts(term_ids=(term.pk,)),
    )  # fmt: skip


def end(place: world.Place, remit: Remit) -> Any:
    return end_remit(
        by=place.lead, remit_id=remit.pk, base=state_of(remit), reason="Merged."
    )


def chess(place: world.Place, term: Any) -> Listing:
    return world.draft(place, attributes=[{"taxonomy_term_id": str(term.pk)}])


def turn_to_chess(place: world.Place, listing: Listing, term: Any) -> Listing:
    draft = dict(listing.draft or {})
    terms = [{"taxonomy_term_id": str(term.pk)}]
    draft["service"] = {**draft["service"], "attributes": terms}
    return drafts.save_draft(by=place.contributor, listing_id=listing.pk, draft=draft)


def test_draft_written_while_its_remit_ends_goes_to_who_takes_the_rest(
    place: world.Place, term: Any
) -> None:
    remit = north(place, term)

    listing, ended = while_holding(
        lambda: chess(place, term), lambda: end(place, remit)
    )

    assert not isinstance(ended, Exception)
    assert world.fresh(listing).remit == place.remit


def test_draft_saved_after_its_remit_ended_goes_to_who_takes_the_rest(
    place: world.Place, term: Any
) -> None:
    remit, listing = north(place, term), world.draft(place)

    _, saved = while_holding(
        lambda: end(place, remit), lambda: turn_to_chess(place, listing, term)
    )

    assert isinstance(saved, Listing)
    assert world.fresh(listing).remit == place.remit


def test_remit_that_ends_waits_in_no_ring_with_who_moves_one_of_its_records(
    place: world.Place, term: Any
) -> None:
    remit = north(place, term)
    held, other = chess(place, term), world.draft(place)

    @transaction.atomic
    def two() -> None:
        declare_main(by=place.lead, listing_id=held.pk)
        turn_to_chess(place, other, term)

    _, ended = while_holding(two, lambda: end(place, remit))

    assert not isinstance(ended, Exception)
    remits = Listing.objects.values_list("remit", flat=True)
    assert list(remits) == [place.remit.pk] * 2


def square(west: float) -> tuple[tuple[float, float], ...]:
    """A ward of one degree each way, from 51 north."""
    east = west + 1
    return ((west, 51.0), (east, 51.0), (east, 52.0), (west, 52.0), (west, 51.0))


def load(place: world.Place, west: float) -> Any:
    """Load the one ward of the place, as the command does."""
    ward = AreaRead("North", AreaKind.WARD, "N1", (square(west),))
    return write_areas(place.partnership, [ward], by="test")


def test_main_place_said_while_wards_are_loaded_is_in_the_new_wards_remit(
    place: world.Place,
) -> None:
    load(place, west=-4.0)
    ward = Remit.objects.create(
        partnership=place.partnership, partner=place.council, name="North",
        lead=place.assurer, area_ids=[Area.objects.get().pk],
    )  # fmt: skip
    listing = world.published(place, in_hall=world.hall(latitude=51.5, longitude=-1.5))
    hall = listing.location_ids[0]

    _, loaded = while_holding(
        lambda: declare_main(by=place.lead, listing_id=listing.pk, place_id=hall),
        lambda: load(place, west=-2.0),
    )

    assert not isinstance(loaded, Exception)
    assert world.fresh(listing).remit == ward


def test_remit_made_while_a_draft_is_written_takes_it(
    place: world.Place, term: Any
) -> None:
    listing, made = while_holding(
        lambda: chess(place, term), lambda: north(place, term)
    )

    assert world.fresh(listing).remit == made
