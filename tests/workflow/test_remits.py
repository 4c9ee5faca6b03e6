"""Which remit a listing is in: the statement against a plain re-computation."""

import random
import uuid
from typing import Any

import pytest
from django.utils import timezone

from directory.choices import Facet
from directory.models import Address, Location, Taxonomy, TaxonomyTerm
from directory.outlines import inside, size
from tests import world
from workflow import remits
from workflow.choices import AreaKind
from workflow.models import (
    Area,
    AreaOutline,
    Listing,
    Record,
    Remit,
    RemitOutline,
    Source,
)

pytestmark = pytest.mark.django_db

INF = float("inf")


def square(x: float, y: float, side: float) -> list[tuple[float, float]]:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]


def area(place: world.Place, outline: list[tuple[float, float]], kind: str) -> Area:
    longitude, latitude = inside(outline)
    made = Area.objects.create(
        partnership=place.partnership, name="An area", kind=kind, size=size(outline),
        code=str(uuid.uuid4())[:30], middle_longitude=longitude,
        middle_latitude=latitude,
    )  # fmt: skip
    AreaOutline.objects.create(area=made, corners=outline)
    return made


class Plainly:
    """The same rules, one listing and one remit at a time."""

    def __init__(self, place: world.Place) -> None:
        self.terms = {t.pk: t for t in TaxonomyTerm.objects.all()}
        self.areas = {a.pk: a for a in Area.objects.all()}
        self.pieces = {
            a.pk: [box_of(o.corners) for o in a.outlines.all()]
            for a in self.areas.values()
        }
        self.locations: dict[Any, Any] = {x.pk: x for x in Location.objects.all()}
        rows = Address.objects.order_by("-position")
        self.postcodes = dict(rows.values_list("location_id", "postal_code"))
        self.remits = list(Remit.objects.filter(partnership=place.partnership))
        self.drawn = {
            r.pk: [(box_of(o.corners), o.size) for o in r.outlines.all()]
            for r in self.remits
        }

    def now(self, term_id: Any) -> TaxonomyTerm:
        term = self.terms[term_id]
        return self.now(term.replaced_by_id) if term.replaced_by_id else term

    def chain(self, term: TaxonomyTerm) -> list[Any]:
        above = self.terms[term.parent_id] if term.parent_id else None
        return [term.pk, *(self.chain(above) if above else [])]

    def depth(self, remit: Remit, listing: Listing) -> int:
        named = {self.now(key).pk for key in remit.term_ids}
        carried = [
            key for t in listing.term_ids for key in self.chain(self.now(t))
            if key in named
        ]  # fmt: skip
        return max((len(self.chain(self.terms[key])) for key in carried), default=0)

    def spot(self, listing: Listing) -> tuple[float, float, float, str, Any] | None:
        """Longitude, latitude, own size, postcode district, own area."""
        places = [self.locations.get(key) for key in listing.location_ids]
        if any(p is not None and p.sensitive for p in places):
            return None
        if listing.main_place_id in listing.location_ids:
            found = self.locations.get(listing.main_place_id)
            if found is None:
                return None
            code = self.postcodes.get(found.pk, "").split(" ")[0]
            point = (found.longitude, found.latitude)
            if None in point:
                point = (INF, INF)
            return (*point, 0.0, code, None)
        if listing.main_area_id:
            a = self.areas[listing.main_area_id]
            return a.middle_longitude or INF, a.middle_latitude or INF, a.size, "", a.pk
        return None

    def size(self, remit: Remit, listing: Listing) -> float | None:
        """The smallest area of the remit that has the listing's; None for none."""
        spot = self.spot(listing)
        if spot is None:
            return None
        x, y, own, district, key = spot
        found = [
            self.areas[a].size for a in remit.area_ids
            if a in self.areas and (a == key or (
                self.areas[a].size >= own
                and any(holds(piece, x, y) for piece in self.pieces[a])
            ))
        ]  # fmt: skip
        found += [s for piece, s in self.drawn[remit.pk] if s >= own
                  and holds(piece, x, y)]  # fmt: skip
        if district and district in remit.districts:
            found.append(remits.DISTRICT_SIZE)
        return min(found, default=None)

    def score(self, remit: Remit, listing: Listing) -> tuple[int, int, float] | None:
        named = bool(remit.organization_ids)
        areal = bool(remit.area_ids or remit.districts or self.drawn[remit.pk])
        if remit.is_default or not (named or areal or remit.term_ids):
            return None
        if named and listing.organization_id not in remit.organization_ids:
            return None
        depth = self.depth(remit, listing)
        if remit.term_ids and not depth:
            return None
        small = self.size(remit, listing) if areal else INF
        return None if small is None else (-int(named), -depth, small)

    def work_out(self, listing: Listing) -> tuple[Any, list[Any]]:
        if listing.remit_handed_over:
            return listing.remit_id, listing.tied_remit_ids
        scores = {r.pk: s for r in self.remits if (s := self.score(r, listing))}
        if not scores:
            return next((r.pk for r in self.remits if r.is_default), None), []
        best = min(scores.values())
        first = sorted(key for key, score in scores.items() if score == best)
        return (first[0], []) if len(first) == 1 else (None, first)


def box_of(stored: str) -> tuple[float, float, float, float]:
    numbers = [float(n) for n in stored.replace("(", "").replace(")", "").split(",")]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def holds(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def some(dice: random.Random, among: list[Any], most: int) -> list[Any]:
    return dice.sample(among, min(len(among), dice.randint(0, most)))


class Country:
    """A place with squares within squares, a forest of terms and some providers."""

    def __init__(self, dice: random.Random, name: str = "Testham") -> None:
        self.dice = dice
        self.place = world.make_place(name)
        self.source = Source.objects.create(
            partner=self.place.council, name="Old", address="https://old.example.org/",
            standard="1.0",
        )  # fmt: skip
        self.bodies = [uuid.UUID(int=dice.getrandbits(128)) for _ in range(4)]
        self.areas = [area(self.place, square(0, 0, 0.4), AreaKind.DISTRICT)]
        for x in range(4):
            for y in range(4):
                ward = square(x / 10, y / 10, 0.1)
                self.areas.append(area(self.place, ward, AreaKind.WARD))
        self.areas.append(area(self.place, square(0.12, 0.12, 0.05), AreaKind.PARISH))
        self.terms = self._terms()
        self.locations = [self._location() for _ in range(14)]
        for _ in range(18):
            self._remit()
        self.listings = [self._listing() for _ in range(40)]

    def _terms(self) -> list[Any]:
        taxonomy = Taxonomy.objects.create(
            name="Kinds", facet=Facet.SERVICE_TYPE, partnership=self.place.partnership
        )
        made: list[TaxonomyTerm] = []
        for number in range(14):
            parent = self.dice.choice([None, *made[-6:]])
            made.append(
                TaxonomyTerm.objects.create(
                    taxonomy=taxonomy, name=f"Term {number}", parent=parent
                )
            )
        for number in self.dice.sample(range(7), 2):
            gone = made[number]
            gone.retired_on = timezone.localdate()
            gone.replaced_by = made[self.dice.randint(7, 13)]
            gone.save()
        return [term.pk for term in made]

    def _location(self) -> Any:
        dice = self.dice
        where = (dice.uniform(0, 0.45), dice.uniform(0, 0.45))
        x, y = where if dice.random() < 0.85 else (None, None)
        made = Location.objects.create(
            location_type="physical", sensitive=dice.random() < 0.15,
            longitude=x, latitude=y,
        )  # fmt: skip
        if dice.random() < 0.8:
            code = dice.choice(["WX1 1AA", "WX2 2BB", "WX3 3CC"])
            Address.objects.create(
                location=made, element_id=uuid.uuid4(), postal_code=code
            )
        return made.pk

    def _remit(self) -> None:
        dice = self.dice
        parts: dict[str, Any] = {
            "organization_ids": some(dice, self.bodies, 2)
            if dice.random() < 0.4 else [],
            "term_ids": some(dice, self.terms, 3) if dice.random() < 0.6 else [],
            "area_ids": [a.pk for a in some(dice, self.areas, 3)]
            if dice.random() < 0.5 else [],
            "districts": some(dice, ["WX1", "WX2"], 2) if dice.random() < 0.2 else [],
        }  # fmt: skip
        remit = Remit.objects.create(
            partnership=self.place.partnership, partner=self.place.council,
            lead=self.place.assurer, name=str(uuid.uuid4()), **parts,
        )  # fmt: skip
        if dice.random() < 0.25:
            drawn = square(dice.uniform(0, 0.3), dice.uniform(0, 0.3), 0.15)
            RemitOutline.objects.create(remit=remit, corners=drawn, size=size(drawn))

    def _listing(self) -> Listing:
        dice = self.dice
        places = some(dice, self.locations, 3)
        main: dict[str, Any] = {}
        if places and dice.random() < 0.7:
            main = {"main_place_id": dice.choice(places)}
        elif dice.random() < 0.5:
            main = {"main_area": dice.choice(self.areas)}
        record = Record.objects.create(
            kind="service", home=self.place.partnership, label="A service"
        )
        return Listing.objects.create(
            record=record, partnership=self.place.partnership, title="A service",
            source=self.source, organization_id=dice.choice([None, *self.bodies]),
            location_ids=places, term_ids=some(dice, self.terms, 3),
            remit_handed_over=dice.random() < 0.1, **main,
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_statement_agrees_with_the_plain_rules(seed: int) -> None:
    country = Country(random.Random(seed))
    plainly = Plainly(country.place)
    wanted = {x.pk: plainly.work_out(x) for x in country.listings}

    previewed = remits.work_out(country.place.partnership.pk, write=False)
    moved = remits.work_out(country.place.partnership.pk)

    rows = Listing.objects.values_list("pk", "remit_id", "tied_remit_ids")
    assert {pk: (remit, tied) for pk, remit, tied in rows} == wanted
    assert sum(move.number for move in moved) == sum(
        not listing.remit_handed_over and wanted[listing.pk] != (None, [])
        for listing in country.listings
    )
    assert sorted(map(str, previewed)) == sorted(map(str, moved))
    assert remits.work_out(country.place.partnership.pk) == []


def test_generated_cases_hold_every_outcome() -> None:
    found: set[str] = set()
    for seed in range(6):
        country = Country(random.Random(seed), f"Place {seed}")
        plainly = Plainly(country.place)
        shapes = {r.pk: r for r in plainly.remits}
        for listing in country.listings:
            remit, tied = plainly.work_out(listing)
            if tied:
                found.add("tie")
            elif remit:
                r = shapes[remit]
                areal = r.area_ids or r.districts or plainly.drawn[r.pk]
                parts = zip("ota", (r.organization_ids, r.term_ids, areal), strict=True)
                found.add("".join(c for c, has in parts if has) or "rest")
    assert found == {"tie", "rest", "o", "t", "a", "ot", "oa", "ta", "ota"}


def test_a_few_are_worked_out_as_the_whole_place_is() -> None:
    country = Country(random.Random(99))
    plainly = Plainly(country.place)
    one, two = [x for x in country.listings if not x.remit_handed_over][:2]

    remits.work_out(country.place.partnership.pk, [one.pk, two.pk])

    for listing in country.listings:
        wanted = plainly.work_out(listing) if listing in (one, two) else (None, [])
        fresh = world.fresh(listing)
        assert (fresh.remit_id, fresh.tied_remit_ids) == wanted


def test_what_a_place_would_take_is_what_it_takes_once_it_keeps_it() -> None:
    country = Country(random.Random(7))
    Listing.objects.update(main_area=None, remit_handed_over=False)
    place = country.place.partnership.pk
    other = world.make_place("Farwell").partnership

    Listing.objects.update(partnership=other)
    would = {
        x.pk: remits.would_take(place, x.pk, x.term_ids) for x in country.listings[:40]
    }
    Listing.objects.update(partnership=country.place.partnership)
    remits.work_out(place)

    taken = dict(Listing.objects.filter(pk__in=would).values_list("pk", "remit_id"))
    assert would == taken
    assert len(set(taken.values())) > 3
