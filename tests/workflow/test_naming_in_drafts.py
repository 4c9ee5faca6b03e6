"""What a draft and the lists of its forms tell of records that others keep."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from directory.choices import Kind
from tests import world
from tests.workflow.deciding import edit, page, signed_in, text
from workflow import keeping, seeing
from workflow.actions.place import hand_over
from workflow.models import Listing, Record, Remit

pytestmark = pytest.mark.django_db

PLANTED = {
    "description": "A room. Ring Jane on 07700 900123.",
    "email": "jane.planted@friends.example",
}


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def naming_draft(place: world.Place, theirs: Listing, by: Any) -> Listing:
    """A draft that names the organization and the hall of another's service."""
    return world.draft(
        place, by=by,
        run_by=Record.objects.get(pk=str(theirs.organization_id)),
        at=Record.objects.get(pk=theirs.location_ids[0]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "is_told"), [("volunteer", False), ("contributor", True)]
)
@pytest.mark.parametrize("name", ["record", "preview"])
def test_draft_tells_of_accepted_records_what_the_person_may_read(
    place: world.Place, name: str, who: str, is_told: bool
) -> None:
    theirs = world.published(
        place, body=world.organization(**PLANTED), in_hall=world.hall(name="The Hall")
    )
    user = getattr(place, who)
    draft = naming_draft(place, theirs, user)

    words = text(page(user, name, draft.pk))

    assert ("jane.planted@friends.example" in words) is is_told
    assert ("07700 900123" in words) is is_told
    assert "The Hall" in words
    sides = {side.kind: side.payload for side in seeing.drafted_sides(user, draft)}
    assert ("email" in sides[Kind.ORGANIZATION]) is is_told
    assert sides[Kind.LOCATION]["name"] == "The Hall"


@pytest.mark.parametrize("name", ["listing", "record", "preview"])
@pytest.mark.parametrize("mark", ["home", "sensitive"])
def test_draft_tells_nothing_of_a_guarded_place_that_it_names(
    place: world.Place, name: str, mark: str
) -> None:
    theirs = world.published(
        place, in_hall=world.hall(name="Planted House", **{mark: True})
    )
    draft = naming_draft(place, theirs, place.volunteer)

    words = text(page(place.volunteer, name, draft.pk))

    assert "Planted House" not in words
    assert "1 High Street" not in words
    assert "BA12 9AA" not in words


def test_held_back_of_a_draft_is_what_the_draft_says_itself(
    place: world.Place,
) -> None:
    theirs = world.published(place, body=world.organization(**PLANTED))
    draft = world.draft(
        place, by=place.volunteer, email="joe.own@friends.example",
        run_by=Record.objects.get(pk=str(theirs.organization_id)),
    )  # fmt: skip

    held = keeping.held_back(place.volunteer, draft)

    assert [each.finding.text for each in held] == ["joe.own@friends.example"]


@pytest.mark.parametrize(
    "closed",
    [{"home": True}, {"sensitive": True}, {"to": "partners"}, {"to": "internal"}],
)
@pytest.mark.parametrize("who", ["volunteer", "neighbour", "second_assurer"])
def test_guarded_records_are_offered_to_who_keeps_them(
    place: world.Place, closed: dict[str, Any], who: str
) -> None:
    marks = {key: value for key, value in closed.items() if key != "to"}
    theirs = world.published(place, in_hall=world.hall(name="Planted House", **marks))
    hall = theirs.location_ids[0]
    Record.objects.filter(pk=hall).update(visibility=closed.get("to", "open"))
    user = (
        world.make_place("Elsewhere").assurer
        if who == "neighbour"
        else getattr(place, who)
    )

    offered = seeing.offered_to(user, place.partnership)[Kind.LOCATION]

    kept = [(str(hall), "Planted House")] if who == "second_assurer" else []
    assert offered == kept


def test_draft_of_ones_own_body_gives_no_right_to_what_it_names(
    place: world.Place,
) -> None:
    own = world.published(place)
    editor = world.make_editor(own)
    theirs = world.published(place, in_hall=world.hall(name="Secret", sensitive=True))
    draft = world.draft(
        place, by=editor,
        run_by=Record.objects.get(pk=str(own.organization_id)),
        at=Record.objects.get(pk=theirs.location_ids[0]),
    )  # fmt: skip

    words = text(page(editor, "record", draft.pk))

    assert "Secret" not in words
    assert "1 High Street" not in words


@pytest.mark.parametrize("name", ["correct", "proposal"])
def test_forms_of_deciders_offer_no_place_that_another_body_keeps(
    place: world.Place, name: str
) -> None:
    secret = world.hall(name="Planted House", sensitive=True)
    theirs = world.published(place, in_hall=secret)
    mine, other = world.published(place), world.published(place)
    user = world.give(world.person("Hal Health"), Role.ASSURER, place.health)
    remit = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health", lead=user
    )
    hand_over(by=place.lead, listing_id=mine.pk, remit=remit, reason="Theirs.")
    link = {"id": "5f1b2c3d-0000-4000-8000-000000000001",
            "location_id": str(other.location_ids[0])}  # fmt: skip
    values: dict[str, Any] = {f"service_at_locations/{link['id']}": link}
    change = edit(place, mine, **values)
    where = {
        "correct": reverse("workflow:correct", args=[mine.pk]) + "?section=where",
        "proposal": reverse("workflow:proposal", args=[change.pk]),
    }

    shown = signed_in(user).get(where[name])

    assert shown.status_code == 200
    assert str(theirs.location_ids[0]) not in text(shown)
    assert "Planted House" not in text(shown)
