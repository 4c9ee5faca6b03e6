"""Carrying over in bulk, and blanking a value, as pages."""

import datetime as dt
from typing import Any

import pytest

from common import clock
from tests import world
from tests.workflow.leading import from_source, listing, signed_in, source
from tests.workflow.pages import text
from workflow.choices import Stage
from workflow.models import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def carry(place: world.Place, *listings: Listing, **typed: Any) -> Any:
    until = clock.today() + dt.timedelta(days=60)
    data = {
        "listings": [one.pk for one in listings],
        "until_day": until.day, "until_month": until.month, "until_year": until.year,
        "reason": "The old directory is switched off.", **typed,
    }  # fmt: skip
    return signed_in(place.lead).post("/lead/carry-over/", data)


def shown(answer: Any) -> dict[str, tuple[bool, str]]:
    """What the page lists: title → ticked, and the sentence beside it."""
    return {
        row["listing"].title: (row["ticked"], row["sentence"])
        for row in answer.context["rows"]
    }


# --- carrying over --------------------------------------------------------------------


def test_what_came_from_a_source_and_waits_is_listed(place: world.Place) -> None:
    origin, other = source(place), source(place, "Another")
    listing(place, stage=Stage.SUBMITTED, source=origin)
    one = listing(place, stage=Stage.SUBMITTED, source=other)
    listing(place, stage=Stage.DRAFT, source=origin)
    listing(place, stage=Stage.SUBMITTED)
    client = signed_in(place.lead)

    everything = client.get("/lead/carry-over/")
    narrowed = client.get("/lead/carry-over/", {"source": str(other.pk)})
    ticked = client.get("/lead/carry-over/", {"tick": "all"})

    assert [ticked for ticked, _ in shown(everything).values()] == [False, False]
    assert list(shown(narrowed)) == [one.title]
    assert [ticked for ticked, _ in shown(ticked).values()] == [True, True]


def test_ticked_listings_are_carried_over(place: world.Place) -> None:
    origin = source(place)
    one, two = (from_source(place, origin, name=n) for n in ("Lunch", "Chess"))

    answer = carry(place, one)

    assert (answer.status_code, answer["Location"]) == (302, "/lead/carry-over/")
    public, waits = world.fresh(one), world.fresh(two)
    assert (public.stage, waits.stage) == (Stage.PUBLISHED, Stage.SUBMITTED)
    assert public.carried_over_until == clock.today() + dt.timedelta(days=60)
    assert list(shown(signed_in(place.lead).get("/lead/carry-over/"))) == ["Chess"]


def test_after_carrying_over_nothing_else_is_ticked(place: world.Place) -> None:
    origin = source(place)
    one = from_source(place, origin)
    until = clock.today() + dt.timedelta(days=60)
    data = {
        "listings": [one.pk], "reason": "Switched off.", "until_day": until.day,
        "until_month": until.month, "until_year": until.year,
    }  # fmt: skip

    answer = signed_in(place.lead).post(
        f"/lead/carry-over/?source={origin.pk}&tick=all", data
    )

    assert answer["Location"] == f"/lead/carry-over/?source={origin.pk}"


def test_what_could_not_be_carried_over_stays_ticked_and_says_why(
    place: world.Place,
) -> None:
    origin = source(place)
    good, gone = (from_source(place, origin, name=n) for n in ("Lunch", "Chess"))
    Listing.objects.filter(pk=gone.pk).update(stage=Stage.DRAFT)

    answer = carry(place, good, gone)

    ((title, (ticked, sentence)),) = shown(answer).items()
    assert (answer.status_code, title, ticked) == (200, "Chess", True)
    assert sentence != ""
    assert world.fresh(good).stage == Stage.PUBLISHED
    assert answer.context["form"]["reason"].value() == (
        "The old directory is switched off."
    )
    assert f"{sentence} Testham Friends. From The old directory." in text(answer)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"reason": ""}, "reason", "Say where it was taken over from."),
        ({"until_year": "2020"}, "until", "Choose a day in the future."),
        ({"until_day": "", "until_month": "", "until_year": ""}, "until",
         "Fill in “Until when?”."),
        ({"until_day": "31", "until_month": "2"}, "until",
         "There is no such date. Write it like 27 3 2026."),
        ({"listings": []}, "listings", "Tick at least one service."),
    ],
)  # fmt: skip
def test_carrying_over_says_beside_the_field_what_is_wrong(
    place: world.Place, typed: dict[str, Any], field: str, sentence: str
) -> None:
    one = listing(place, stage=Stage.SUBMITTED, source=source(place))

    answer = carry(place, one, **typed)

    form = answer.context["form"]
    assert (answer.status_code, form.errors) == (200, {field: [sentence]})
    assert shown(answer) == {one.title: (field != "listings", "")}
    assert world.fresh(one).stage == Stage.SUBMITTED


def test_carrying_over_keeps_to_the_place(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    foreign = listing(other, stage=Stage.SUBMITTED, source=source(other))

    answer = carry(place, foreign)

    assert answer.context["form"].errors == {
        "listings": ["One of these is not a service of this place."]
    }
    assert world.fresh(foreign).stage == Stage.SUBMITTED
    refused = signed_in(place.assurer).post("/lead/carry-over/", {})
    assert refused.status_code == 403
