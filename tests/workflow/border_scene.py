"""Two places, and a record that one of them offers the other."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Partnership
from tests import world
from workflow import homes
from workflow.actions import offering
from workflow.models import HomeOffer, Listing

WHY = "The hall is on your side of the river."


@dataclass
class Border:
    """``home`` keeps the record; ``other`` is to keep it."""

    home: world.Place
    other: world.Place
    listing: Listing

    @property
    def fresh(self) -> Listing:
        return world.fresh(self.listing)

    def offer(self, by: world.Place | None = None, **more: Any) -> HomeOffer:
        """A place (the home, unless told) proposes it."""
        by = by or self.home
        return offering.offer_home(
            by=by.lead, place=by.partnership, listing_id=self.listing.pk,
            to=self.other.partnership, **{"reason": WHY, **more},
        )  # fmt: skip

    def seen(self) -> str:
        """What a form carries of what would move now."""
        to = Partnership.objects.get(pk=self.other.partnership.pk)
        return homes.plan(self.fresh, to).fingerprint

    def accept(self, offer: HomeOffer, by: Any = None, seen: str = "") -> HomeOffer:
        return offering.accept_home(
            by=by or self.other.lead, offer_id=offer.pk, seen=seen or self.seen()
        )

    def move(self) -> Listing:
        """Proposed by the one, accepted by the other."""
        self.accept(self.offer())
        return self.fresh


def make_border(**service: Any) -> Border:
    home, other = world.make_place("Nearham"), world.make_place("Farwell")
    return Border(home, other, world.published(home, **service))
