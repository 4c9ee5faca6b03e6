"""Each rule is asked in two ways, and both give the same answer."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.permissions import Permission
from tests import world
from tests.workflow.rights.scene import Scene, make_own, make_scene
from workflow import access
from workflow.actions import listings
from workflow.matrix import Actor
from workflow.models import Change, Listing, Proposal, Record

# Questions that are not about one object of a queryset.
NO_TWIN = {
    "can_start_listing": "about a place, for whoever might begin something there",
    "has_editors": "about an organization, not about a person",
    "is_lapsed": "about a listing and a day",
    "can_in_place": "the twin of places_with, for each permission",
}


def _functions() -> dict[str, Callable[..., Any]]:
    """Every rule, in whichever part of the package it stands."""
    found: dict[str, Callable[..., Any]] = {}
    for part in pkgutil.iter_modules(access.__path__, f"{access.__name__}."):
        every = inspect.getmembers(
            importlib.import_module(part.name), inspect.isfunction
        )
        found |= {name: one for name, one in every if one.__module__ == part.name}
    return found


def _pairs() -> dict[str, str]:
    """``can_x`` → the queryset it asks, read from the code."""
    pairs = {}
    for name, function in _functions().items():
        asks = re.search(
            r"return among\((\w+), user, \w+\)", inspect.getsource(function)
        )
        if asks:
            pairs[name] = asks[1]
    return pairs


def test_every_question_and_every_queryset_has_its_twin() -> None:
    questions = {n for n in _functions() if n.startswith(("can_", "is_", "has_"))}
    named = {n for n in _functions() if n.endswith("_by") and n[0] != "_"}
    # Asked as a whole alone, inside other rules.
    querysets = named - {"places_assured_by", "begun_by", "remits_by", "covered_by"}
    pairs = _pairs()

    assert set(pairs) == questions - set(NO_TWIN)
    assert sorted(pairs.values()) == sorted(querysets)


@pytest.fixture(scope="module")
def scene(file_transaction: None) -> Scene:
    scene = make_scene()
    for actor in (Actor.TRUSTED, Actor.ASSURER):
        make_own(scene, actor)
    return scene


def test_both_answers_are_the_same_for_everybody(scene: Scene, db: None) -> None:
    """Also that each question is answered with yes, and with no, at least once."""
    said: dict[str, set[bool]] = {}
    rules = _functions()
    for can, by in _pairs().items():
        for user in scene.actors.values():
            objects = rules[by](user)
            among = set(objects.values_list("pk", flat=True))
            every = objects.model.objects.order_by("pk")
            some = [*every.filter(pk__in=among)[:2], *every.exclude(pk__in=among)[:2]]
            for obj in some:
                answer = rules[can](user, obj)
                assert answer == (obj.pk in among), (can, user, obj)
                said.setdefault(can, set()).add(answer)

    assert {can for can, answers in said.items() if len(answers) < 2} == set()


def test_place_permissions_agree(scene: Scene, db: None) -> None:
    here, elsewhere = scene.here.partnership, scene.elsewhere.partnership
    for permission in Permission:
        for user in [*scene.actors.values(), scene.elsewhere.place.lead]:
            among = set(access.places_with(user, permission))
            for place in (here, elsewhere):
                answer = access.can_in_place(user, permission, place)
                assert answer == (place in among)


@pytest.mark.parametrize("model", [Listing, Proposal, Change, Record])
def test_no_rule_answers_twice_for_one_object(
    scene: Scene, db: None, model: Any
) -> None:
    """A join may not double a row: numbers on pages are counts of these."""
    for by in set(_pairs().values()):
        for user in scene.actors.values():
            found = _functions()[by](user)
            if found.model is model:
                keys = list(found.values_list("pk", flat=True))
                assert len(keys) == len(set(keys)), (by, user)


# --- who sees what --------------------------------------------------------------------


def _reads(user: Any, listing: Listing) -> tuple[bool, bool]:
    return access.can_read(user, listing), access.can_see_internal(user, listing)


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [
        ("open", {"reader": (True, False), "assurer": (True, True)}),
        ("partners", {"reader": (True, False), "assurer": (True, True)}),
        ("internal", {"reader": (False, False), "assurer": (True, True)}),
    ],
)
def test_record_is_read_by_those_it_is_for(
    place: world.Place, visibility: str, expected: dict[str, tuple[bool, bool]]
) -> None:
    listing = world.published(place)
    Record.objects.filter(pk=listing.record_id).update(visibility=visibility)
    neighbour = world.make_place("Elseham")

    found = {who: _reads(getattr(place, who), listing) for who in expected}

    assert found == expected
    assert _reads(world.make_editor(listing), listing) == (True, True)
    assert _reads(neighbour.reader, listing) == (False, False)
    assert _reads(place.volunteer, listing) == (False, False)


def test_author_reads_their_draft_until_it_is_accepted(place: world.Place) -> None:
    draft = world.draft(place, by=place.volunteer)
    assert _reads(place.volunteer, draft) == (True, False)

    accepted = world.published(place, by=place.volunteer)
    assert _reads(place.volunteer, accepted) == (False, False)


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [
        ("open", {"contributor": True, "neighbour": True, "volunteer": True}),
        ("partners", {"contributor": True, "neighbour": False, "volunteer": False}),
        ("internal", {"contributor": False, "neighbour": False, "volunteer": False}),
    ],
)
def test_nobody_suggests_about_what_they_may_not_know_of(
    place: world.Place, visibility: str, expected: dict[str, bool]
) -> None:
    listing = world.published(place)
    Record.objects.filter(pk=listing.record_id).update(visibility=visibility)
    people = {
        "contributor": place.contributor,
        "volunteer": place.volunteer,
        "neighbour": world.make_place("Elseham").contributor,
    }

    assert {who: access.can_propose(p, listing) for who, p in people.items()} == (
        expected
    )
    assert access.can_propose(place.assurer, listing) is True
    assert access.can_propose(world.make_editor(listing), listing) is True


def test_neighbour_proposes_about_what_is_published_only(place: world.Place) -> None:
    listing = world.published(place)
    neighbour = world.make_place("Elseham").contributor
    assert access.can_propose(neighbour, listing) is True

    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because="withdrawn", reason="Asked."
    )

    assert access.can_propose(neighbour, listing) is False
    assert access.can_propose(place.contributor, listing) is True
