"""The map, the partners and the areas of work of the place that is measured."""

import math
import random
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min

from accounts.actions import write_grant
from accounts.models import Partner, Partnership, User
from accounts.roles import Role
from directory.choices import Facet
from directory.models import Location
from directory.outlines import inside, size
from directory.terms import terms_of
from workflow.choices import AreaKind
from workflow.models import Area, AreaOutline, Listing, Remit, RemitOutline

ONE = "one.area"
"""Mailbox name of the assurer whose partner has a single area of work."""
TEAM = "team.1"
"""Of the assurer of one of the other partners, which has some twenty."""
PARTNERS = 40
"""Beside those that the place was founded with."""
ORGANIZATIONS = 50_000
"""So many are given to areas of work by name, at most."""
_CORNERS = 20
"""On each side of an outline, as drawn maps have more corners than four."""
_OF_ONE_PARTNER = 4
"""Each so-manieth area of work is the council's: somebody has a lot."""

Box = tuple[float, float, float, float]


@transaction.atomic
def lay_out(place: Partnership, listings: int, remits: int) -> None:
    """Draw wards and districts, and give so many areas of work away."""
    chance = random.Random(place.slug)  # noqa: S311
    box = _box()
    wards = _areas(place, box, AreaKind.WARD, max(4, round(math.sqrt(listings / 300))))
    _areas(place, box, AreaKind.DISTRICT, 4)
    partners = _partners(place)
    Remits(place, chance, box, wards).give(remits, partners)


def give_one(place: Partnership) -> None:
    """Give the area of work that holds as much as one does on average to the partner
    that will have no other."""
    held = Count("listings")
    remits = Remit.objects.filter(partnership=place, is_default=False)
    found = list(remits.annotate(held=held).values_list("held", "pk"))
    usual = Listing.objects.filter(partnership=place).count() / (len(found) + 1)
    _, nearest = min(found, key=lambda one: (abs(one[0] - usual), one[1]))
    lead = User.objects.get(email=f"{ONE}@{place.slug}.example")
    partner = Partner.objects.get(partnership=place, role_mailbox=lead.email)
    Remit.objects.filter(pk=nearest).update(partner=partner, lead=lead)


def _box() -> Box:
    found = Location.objects.aggregate(
        west=Min("longitude"), south=Min("latitude"),
        east=Max("longitude"), north=Max("latitude"),
    )  # fmt: skip
    west, south, east, north = (float(one) for one in found.values())
    return west - 0.001, south - 0.001, east + 0.001, north + 0.001


def _areas(place: Partnership, box: Box, kind: AreaKind, across: int) -> list[Area]:
    """So many by so many of them, which together are the whole place."""
    west, south, east, north = box
    wide, high = (east - west) / across, (north - south) / across
    areas, outlines = [], []
    for number in range(across * across):
        row, column = divmod(number, across)
        ring = _ring(west + column * wide, south + row * high, wide, high)
        x, y = inside(ring)
        area = Area(
            partnership=place, name=f"{kind.label} {number + 1}", kind=kind,
            code=f"{kind}-{number + 1}", size=size(ring),
            middle_longitude=x, middle_latitude=y,
        )  # fmt: skip
        areas.append(area)
        outlines.append(AreaOutline(area=area, corners=ring))
    Area.objects.bulk_create(areas)
    AreaOutline.objects.bulk_create(outlines)
    return areas


def _ring(x: float, y: float, wide: float, high: float) -> list[tuple[float, float]]:
    parts = [step / _CORNERS for step in range(_CORNERS)]
    ring = [
        *((x + wide * part, y) for part in parts),
        *((x + wide, y + high * part) for part in parts),
        *((x + wide * (1 - part), y + high) for part in parts),
        *((x, y + high * (1 - part)) for part in parts),
    ]
    return [*ring, ring[0]]


def _partners(place: Partnership) -> list[tuple[Partner, User]]:
    """Partners with an assurer each; the first gets a single area of work, later."""
    council = Partner.objects.get(partnership=place, kind="council")
    made = []
    for number in range(PARTNERS):
        key = ONE if not number else f"team.{number}"
        partner = Partner.objects.create(
            partnership=place, kind="voluntary", name=f"Neighbourhood team {number}",
            role_mailbox=f"{key}@{place.slug}.example",
        )  # fmt: skip
        user = User.objects.create(
            email=f"{key}@{place.slug}.example", name=f"Assurer {number}"
        )
        write_grant(user=user, role=Role.ASSURER, on=partner, by="bench")
        made.append((partner, user))
    assurer = User.objects.get(email=f"assurer@{place.slug}.example")
    return [*made, (council, assurer)]


class Remits:
    """Areas of work of every kind: by provider, type, area, postcode, drawn, mixed."""

    def __init__(
        self, place: Partnership, chance: random.Random, box: Box, wards: list[Area]
    ) -> None:  # fmt: skip
        self.place, self.chance, self.box, self.wards = place, chance, box, wards
        types = terms_of(place, Facet.SERVICE_TYPE)
        self.types = [term.pk for term in types]
        rows = Listing.objects.exclude(organization_id=None).order_by("organization_id")
        known = rows.values_list("organization_id", flat=True).distinct()
        self.organizations = [key for key in known[:ORGANIZATIONS] if key]

    def give(self, number: int, partners: list[tuple[Partner, User]]) -> None:
        """Make so many in all, the one that takes the rest among them."""
        made, drawn = [], []
        for index in range(number - 1):
            partner, lead = partners[-1]
            if index % _OF_ONE_PARTNER:
                partner, lead = partners[1 + index % (len(partners) - 2)]
            remit = Remit(
                partnership=self.place, partner=partner, lead=lead,
                name=f"Area of work {index + 1}", **self._parts(index),
            )  # fmt: skip
            made.append(remit)
            if index % 20 == 19:
                drawn.append(self._outline(remit))
        Remit.objects.bulk_create(made)
        RemitOutline.objects.bulk_create(drawn)

    def _parts(self, index: int) -> dict[str, Any]:
        """What one takes; hardly two claim the same with the same right."""
        nth, kind = divmod(index, 10)
        if kind == 0:
            return {"area_ids": self._wards(nth)}
        if kind in (1, 2, 3):
            return {"organization_ids": self._bodies(nth * 4 + kind)}
        if kind == 8:
            return {
                "organization_ids": self._bodies(nth * 4),
                "term_ids": self.chance.sample(self.types, 4),
            }
        row, column = divmod(nth * 5 + kind, len(self.types))
        parts: dict[str, Any] = {"term_ids": [self.types[column]]}
        if kind == 9 and index % 20 != 19:
            parts["districts"] = [f"YC{1 + row % 98}"]
        elif kind != 9:
            parts["area_ids"] = self._wards(row)
        return parts

    def _wards(self, nth: int) -> list[uuid.UUID]:
        """Three that lie side by side."""
        first = nth * 3
        return [self.wards[(first + n) % len(self.wards)].pk for n in range(3)]

    def _bodies(self, nth: int) -> list[uuid.UUID]:
        """Five that no other area of work names."""
        some = self.organizations[nth * 5 : nth * 5 + 5]
        return some or self.organizations[:1]

    def _outline(self, remit: Remit) -> RemitOutline:
        west, south, east, north = self.box
        x, y = self.chance.uniform(west, east), self.chance.uniform(south, north)
        reach = (east - west) / 20
        turns = [2 * math.pi * corner / 60 for corner in range(60)]
        ring = [(x + reach * math.cos(t), y + reach * math.sin(t)) for t in turns]
        ring.append(ring[0])
        return RemitOutline(remit=remit, corners=ring, size=size(ring))
