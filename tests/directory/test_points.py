"""Which point goes with the postcode of a place's next version."""

from typing import Any

import pytest

from directory import points
from directory.models import Postcode

pytestmark = pytest.mark.django_db

OLD, NEW, NOWHERE = "BA12 9AA", "BA13 8ZZ", "BA12 9XX"


@pytest.fixture(autouse=True)
def known(db: None) -> None:
    """Where two postcodes are."""
    Postcode.objects.create(code="BA129AA", latitude=51.2, longitude=-2.1)
    Postcode.objects.create(code="BA138ZZ", latitude=51.25, longitude=-2.18)


def place(
    postcode: str = "", point: tuple[float, float] | None = None, **more: Any
) -> dict[str, Any]:
    out: dict[str, Any] = {"id": "1", "location_type": "physical"}
    if postcode:
        out["addresses"] = [{"id": "2", "postal_code": postcode}]
    if point:
        out["latitude"], out["longitude"] = point
    return {**out, **more}


def of(payload: dict[str, Any]) -> tuple[Any, Any]:
    return payload.get("latitude"), payload.get("longitude")


@pytest.mark.parametrize(
    ("before", "after", "point"),
    [
        # It has none yet.
        ({}, place(NEW), (51.25, -2.18)),
        (place(NEW), place(NEW, name="Hall"), (51.25, -2.18)),
        (place(NEW, (51.3, -2.3)), place(NEW), (51.25, -2.18)),
        # Its postcode becomes another.
        (place(OLD, (51.2, -2.1)), place(NEW, (51.2, -2.1)), (51.25, -2.18)),
        (place(OLD, (51.3, -2.3)), place(NEW, (51.3, -2.3)), (51.25, -2.18)),
        (place(NOWHERE, (51.3, -2.3)), place(NEW, (51.3, -2.3)), (51.25, -2.18)),
        # We do not know where the new one is, or there is none.
        (place(OLD, (51.2, -2.1)), place(NOWHERE, (51.2, -2.1)), (None, None)),
        (place(OLD, (51.20008, -2.10008)), place("", (51.20008, -2.10008)),
         (None, None)),
    ],
)  # fmt: skip
def test_point_goes_with_the_postcode(
    before: dict[str, Any], after: dict[str, Any], point: tuple[Any, Any]
) -> None:
    placed = points.following(before, after)

    assert of(placed) == point
    assert points.without(placed) == points.without(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The postcode stays, or there was none.
        (place(OLD, (51.3, -2.3)), place(OLD, (51.3, -2.3), name="Hall")),
        (place("", (51.3, -2.3)), place(NEW, (51.3, -2.3))),
        ({}, place(NEW, (51.3, -2.3))),
        # It is said with the postcode.
        (place(OLD, (51.2, -2.1)), place(NEW, (51.3, -2.3))),
        (place(OLD, (51.2, -2.1)), place(NOWHERE, (51.3, -2.3))),
        # It is right already, as another way to degrees has it.
        (place(OLD, (51.25004, -2.18)), place(NEW, (51.25004, -2.18))),
        # Somebody set it, and we know nothing better.
        (place(OLD, (51.3, -2.3)), place(NOWHERE, (51.3, -2.3))),
        (place(OLD, (51.2002, -2.1)), place(NOWHERE, (51.2002, -2.1))),
        (place(NOWHERE, (51.3, -2.3)), place("BT1 1AA", (51.3, -2.3))),
        # Nothing is known, or nobody goes there.
        ({}, place(NOWHERE)),
        ({}, place("?")),
        ({}, place()),
        ({}, place(NEW, location_type="virtual")),
        (place(OLD, (51.2, -2.1)), place(NEW, (51.2, -2.1), location_type="postal")),
        # Half a point is somebody's to put right.
        ({}, place(NEW, latitude=51.3)),
    ],
)  # fmt: skip
def test_point_stays_as_it_is(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert points.following(before, after) is after


def test_only_where_people_go_counts() -> None:
    post = {"id": "3", "address_type": "postal", "postal_code": NEW}
    door = {"id": "2", "address_type": "physical", "postal_code": OLD}

    assert points.postcode_of({"addresses": [post, door]}) == OLD
    assert points.postcode_of({"addresses": [post]}) == ""
