"""What one piece of work is reckoned to take, and whose work it is.

The minutes are those of the place where its lead has set them, else the ones here. They
are a guess for a statement, never a measure of a person.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Partner
from workflow import access
from workflow.choices import EffortKind, Level
from workflow.models import AssuranceLevel, EffortDefault, Listing, Record

PLAIN: Mapping[str, Mapping[str, int]] = {
    EffortKind.CHECK: {Level.PROXY: 15, Level.MONITORED: 10, Level.TRUSTED: 5},
    EffortKind.CORRECT: {Level.PROXY: 20, Level.MONITORED: 15, Level.TRUSTED: 10},
    EffortKind.NEW: {Level.PROXY: 25, Level.MONITORED: 20, Level.TRUSTED: 10},
    EffortKind.DECISION: {Level.PROXY: 5, Level.MONITORED: 5, Level.TRUSTED: 5},
    EffortKind.CALL: {Level.PROXY: 5, Level.MONITORED: 5, Level.TRUSTED: 5},
    EffortKind.REVIEW: {Level.PROXY: 30, Level.MONITORED: 30, Level.TRUSTED: 30},
}
"""Minutes by kind and level for a place that has not set its own."""

MOST = 600
"""Minutes that one piece of work may take; more is a slip of the finger."""


def level_of(place_id: Any, organization_id: Any) -> str:
    """How far a place trusts an organization: proxy unless its lead said otherwise."""
    found = AssuranceLevel.objects.filter(
        partnership_id=place_id, organization_id=organization_id
    )
    return found.values_list("level", flat=True).first() or Level.PROXY.value


def minutes_for(place_id: Any, kind: str, level: str) -> int:
    """What a place reckons for one piece of work."""
    own = EffortDefault.objects.filter(partnership_id=place_id, kind=kind, level=level)
    found = own.values_list("minutes", flat=True).first()
    return PLAIN[kind][level] if found is None else found


def of_place(place_id: Any) -> dict[tuple[str, str], int]:
    """What a place reckons, by kind and level."""
    reckoned = {
        (kind, level): minutes
        for kind, levels in PLAIN.items()
        for level, minutes in levels.items()
    }
    own = EffortDefault.objects.filter(partnership_id=place_id)
    for kind, level, minutes in own.values_list("kind", "level", "minutes"):
        reckoned[kind, level] = minutes
    return reckoned


def in_general(place_ids: Collection[Any]) -> dict[str, int]:
    """What one piece of work of each kind takes in these places where there are many:
    at the level between the others, and the mean of the places. One query."""
    rows = EffortDefault.objects.filter(
        partnership__in=place_ids, level=Level.MONITORED
    ).values_list("kind", "minutes")
    said: dict[str, list[int]] = {}
    for kind, minutes in rows:
        said.setdefault(kind, []).append(minutes)
    out = {}
    for kind, levels in PLAIN.items():
        own = said.get(kind, [])
        rest = max(len(place_ids), 1) - len(own)
        out[kind] = round(
            (sum(own) + rest * levels[Level.MONITORED]) / (len(own) + rest)
        )
    return out


Pair = tuple[Any, Any]
"""The ids of a place and of an organization, whose level there counts."""


@dataclass(frozen=True)
class Reckoned:
    """What pieces of work are reckoned to take for some organizations of some places,
    asked once for all."""

    own: Mapping[tuple[Any, str, str], int]
    levels: Mapping[Pair, str]

    def minutes(self, pair: Pair, kind: str) -> int:
        """For one of them, as ``minutes_for`` says it at its level."""
        level = self.levels.get(pair, Level.PROXY.value)
        return self.own.get((pair[0], kind, level), PLAIN[kind][level])


def reckoned(pairs: Iterable[Pair]) -> Reckoned:
    """What these organizations' work takes: two queries."""
    several = set(pairs)
    places = {place for place, _ in several}
    own = EffortDefault.objects.filter(partnership__in=places)
    bodies = {body for _, body in several if body}
    levels = AssuranceLevel.objects.filter(
        partnership__in=places, organization_id__in=bodies
    ).values_list("partnership_id", "organization_id", "level")
    rows = own.values_list("partnership_id", "kind", "level", "minutes")
    return Reckoned(
        {(place, kind, level): minutes for place, kind, level, minutes in rows},
        {(place, body): level for place, body, level in levels},
    )


def minutes_of_listing(listing: Listing, kind: str) -> int:
    """What one piece of work on this listing is reckoned to take."""
    pair = listing.partnership_id, listing.organization_id
    return reckoned([pair]).minutes(pair, kind)


def partner_for(by: access.Asker, listing: Listing) -> Partner | None:
    """The partner whose work it is; None for an organization's own.

    The same body as ``workflow.actions.vouching.body_for`` names.
    """
    if listing.remit and access.is_in_remit(by, listing):
        return listing.remit.partner
    return None if access.is_own(by, listing) else access.first_partner(by)


def partner_for_record(by: access.Asker, record: Record) -> Partner | None:
    """The same for an organization or place by itself."""
    owned: Any = access.with_record_owner(Record.objects.filter(pk=record.pk))
    if access.can_correct(by, record):
        return Partner.objects.get(pk__in=owned.values("owner_id"))
    if access.edited_organizations(by).filter(pk=record.pk).exists():
        return None
    return access.first_partner(by)
