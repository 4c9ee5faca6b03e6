"""A place of any size: (how many, seed) → villages, one after the other. Pure.

The same number, seed and day give the same place. Each village is a block by itself: it
shares nothing with another but the place's founding, so only one is held in memory.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.demo.shapes import Body, Place, Service, Town
from config.seeding.catalogue import BODIES, CHILDMINDER, OFFERS, REFUGE, Offer
from config.seeding.countryside import STREETS, Village, village

SERVICES_IN_A_VILLAGE = 10
ENGLAND = "http://statistics.data.gov.uk/id/statistical-geography/E92000001"

HISTORIES = (
    ("checked", 84), ("lapsed", 4), ("carried", 4), ("new", 2), ("draft", 2),
    ("closed", 2), ("returned", 1), ("declined", 1),
)  # fmt: skip
"""How services got where they are, and how many of a hundred did so in each way."""

LAST_CHECKS = (((1, 74), 74), ((75, 90), 11), ((91, 104), 8), ((106, 117), 7))
"""When the last check of one that is public was, in days ago, and how many of them."""


@dataclass(frozen=True)
class Block:
    """One village: its shapes, and the chance by which its past is told."""

    town: Town
    chance: random.Random


def head(slug: str, name: str) -> Town:
    """The place itself, still without a village."""
    partners = (
        (f"{name} Council", "council", f"directory@council.{slug}.example"),
        (f"{name} Health Partnership", "health", f"info@health.{slug}.example"),
        (f"{name} Fire and Rescue", "fire", f"safety@fire.{slug}.example"),
        (f"{name} Voluntary Action", "voluntary", f"hello@action.{slug}.example"),
    )
    return Town(name, slug, "spruce", name, partners, (), ())


def villages(services: int) -> int:
    """How many villages a place of so many services has."""
    return math.ceil(services / SERVICES_IN_A_VILLAGE)


def blocks(town: Town, services: int, seed: int) -> Iterator[Block]:
    """The villages of a place with exactly so many services."""
    for number in range(villages(services)):
        yield block(town, services, seed, number)


def block(town: Town, services: int, seed: int, number: int) -> Block:
    """One of these villages, which does not depend on the others."""
    wanted = min(SERVICES_IN_A_VILLAGE, services - number * SERVICES_IN_A_VILLAGE)
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - no secret
    here = village(number, villages(services), seed)
    return Block(_Maker(town, here, chance).make(wanted), chance)


def pick(chance: random.Random, weighted: tuple[tuple[Any, int], ...]) -> Any:
    """One of these, by its weight."""
    return chance.choices([w[0] for w in weighted], [w[1] for w in weighted])[0]


class _Maker:
    """Makes the shapes of one village."""

    def __init__(self, town: Town, here: Village, chance: random.Random) -> None:
        self.town = town
        self.here = here
        self.chance = chance
        self.places: dict[str, Place] = {}

    def make(self, services: int) -> Town:
        """The village with so many services, about two to a body."""
        offers = self.chance.sample(OFFERS, services)
        names = self.chance.sample(BODIES[1:], len(BODIES) - 1)
        bodies: list[Body] = []
        special = self._special() if services > 2 else None
        if special:
            offers.pop()
        while offers:
            size = min(self.chance.choice((1, 1, 2, 2, 3)), len(offers))
            own, offers = offers[:size], offers[size:]
            form = BODIES[0] if not bodies else names[len(bodies) % len(names)]
            bodies.append(self._body(form, own, first=not bodies))
        if special:
            bodies.append(self._body(names[0], [special], first=False))
        return Town(
            self.town.name, self.town.slug, self.town.accent, self.town.county,
            self.town.partners, tuple(self.places.values()), tuple(bodies),
        )  # fmt: skip

    def _special(self) -> Offer | None:
        number = self.here.number % 12
        return {3: REFUGE, 7: CHILDMINDER}.get(number)

    # --- places -----------------------------------------------------------------------

    def _place(self, key: str, name: str, nth: int, **more: Any) -> str:
        key = f"{self.here.name}/{key}"
        if key not in self.places:
            self.places[key] = Place(
                key, name, f"{nth * 3 + 1} {STREETS[nth % len(STREETS)]}",
                self.here.name, self.here.postcode(nth), self.here.building(nth),
                **more,
            )  # fmt: skip
        return key

    def _hall(self) -> str:
        return self._place(
            "hall", f"{self.here.name} Village Hall", 0,
            access=("Step-free entrance", "Hearing loop"),
            bus="The bus stops at the gate.",
        )  # fmt: skip

    def _where(self, offer: Offer) -> tuple[str, ...]:
        if offer is REFUGE:
            name = f"{self.here.name} House"
            return (self._place("refuge", name, 4, kind="secret"),)
        if offer is CHILDMINDER:
            name = f"Acorns, {self.here.name}"
            return (self._place("home", name, 5, kind="home"),)
        if offer.way != "venue":
            return ()
        if self.chance.random() < 0.5:
            return (self._hall(),)
        name, nth = self.chance.choice((("Chapel", 1), ("Library", 2), ("School", 3)))
        at = self._place(
            name, f"{self.here.name} {name}", nth,
            access=("Ramp at the side door",) if nth == 1 else (),
        )  # fmt: skip
        if self.chance.random() < 0.08:
            return (at, self._hall())
        return (at,)

    # --- bodies and services ----------------------------------------------------------

    def _phone(self) -> str:
        figures = self.chance.randrange(1000)
        if self.chance.random() < 0.15:
            return f"0808 157 0{figures:03}"
        return f"01632 960{figures:03}"

    def _body(self, form: tuple[str, str], offers: list[Offer], *, first: bool) -> Body:
        name = form[0].format(self.here.name)
        if offers[0] in (REFUGE, CHILDMINDER):
            kind = "Refuge" if offers[0] is REFUGE else "Acorns Childminding"
            name = f"{self.here.name} {kind}"
        host = "".join(c for c in name.lower() if c.isalnum())
        level = self.chance.choice(("proxy", "monitored", "trusted"))
        number = f"9{self.here.number % 1_000_000:06}"
        services = tuple(
            self._service(offer, host, first=first and i == 0)
            for i, offer in enumerate(offers)
        )
        return Body(
            name, form[1], services, level=level, phone=self._phone(),
            email=f"hello@{host}.example" if self.chance.random() < 0.5 else "",
            website=f"https://{host}.example/" if self.chance.random() < 0.6 else "",
            number=("GB-CHC", "Charity number", number)
            if self.chance.random() < 0.4 else None,
            legal="charity" if self.chance.random() < 0.4 else "",
        )  # fmt: skip

    def _service(self, offer: Offer, host: str, *, first: bool) -> Service:
        """One service; a village's first is always public, and has its hall accepted
        before others meet there."""
        chance = self.chance
        days, opens, closes = offer.times
        times: dict[str, Any] = {
            "freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes,
        }  # fmt: skip
        if offer.way != "venue":
            times["attending_type"] = offer.way
        history = "checked" if first else pick(chance, HISTORIES)
        low, high = pick(chance, LAST_CHECKS)
        return Service(
            f"{offer.name}, {self.here.name}", offer.description,
            at=(self._hall(),) if first else self._where(offer), times=(times,),
            phone=self._phone() if chance.random() < 0.97 else "07700 900"
            f"{chance.randrange(1000):03}",
            email=f"bookings@{host}.example" if chance.random() < 0.3 else "",
            url=f"https://{host}.example/{offer.name.split()[0].lower()}/"
            if offer.way == "online" else "",
            fees=offer.fees, prices=(offer.price,) if offer.price else (),
            ages=offer.ages, who=offer.who, joining=offer.joining,
            area=f"{self.here.name} and the villages around it"
            if offer.way in ("home visit", "phone") else "",
            terms=offer.terms, history=history,
            days_ago=chance.randint(low, high),
            critical=offer is REFUGE, more=self._more(offer),
        )  # fmt: skip

    def _more(self, offer: Offer) -> dict[str, Any]:
        """What only some services say."""
        chance = self.chance
        more: dict[str, Any] = {}
        if offer.way == "online":
            more["service_areas"] = [{"name": "England", "uri": ENGLAND}]
        if chance.random() < 0.1:
            more["languages"] = [{"name": "Polish", "code": "pl"}]
        if chance.random() < 0.08:
            more["required_documents"] = [{"document": "Proof of address"}]
        if chance.random() < 0.1:
            more["funding"] = [{"source": f"{self.town.name} Council"}]
        return more
