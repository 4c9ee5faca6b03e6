"""The short forms in which the demo's content is written, and what they become."""

import uuid
from dataclasses import dataclass, field
from typing import Any

ROOT = uuid.UUID("6f0f9a54-7f0e-4a6e-9a70-7d9c1b0f2f11")


def key_id(*words: str) -> str:
    """The same UUID for the same words, every time the demo is made."""
    return str(uuid.uuid5(ROOT, "/".join(words)))


def weekly(days: str, opens: str, closes: str, **more: Any) -> dict[str, Any]:
    """Every week on these days, for example ``weekly("MO,WE", "10:00", "12:00")``."""
    return {
        "freq": "WEEKLY", "byday": days, "opens_at": opens, "closes_at": closes, **more,
    }  # fmt: skip


def monthly(days: str, opens: str, closes: str, **more: Any) -> dict[str, Any]:
    """Every month, for example ``monthly("2TU", "14:00", "16:00")``."""
    return {**weekly(days, opens, closes, **more), "freq": "MONTHLY"}


@dataclass(frozen=True)
class Place:
    """Somewhere things happen. ``kind`` is hall, secret, home or virtual."""

    key: str
    name: str
    street: str = ""
    village: str = ""
    postcode: str = ""
    point: tuple[float, float] | None = None
    kind: str = "hall"
    access: tuple[str, ...] = ()
    bus: str = ""


@dataclass(frozen=True)
class Service:
    """One service. ``history`` names how it got where it is (see ``load.py``)."""

    name: str
    description: str
    at: tuple[str, ...] = ()
    times: tuple[dict[str, Any], ...] = ()
    phone: str = ""
    email: str = ""
    url: str = ""
    fees: str = ""
    prices: tuple[tuple[str, float], ...] = ()
    ages: tuple[int | None, int | None] = (None, None)
    who: str = ""
    joining: str = ""
    area: str = ""
    terms: tuple[str, ...] = ()
    history: str = "checked"
    days_ago: int = 20
    critical: bool = False
    checked_by: str = ""
    """Who checks it since the work was shared out; the council where that is nobody."""
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Body:
    """An organisation with what it runs. ``level`` is proxy, monitored or trusted."""

    name: str
    description: str
    services: tuple[Service, ...]
    level: str = "proxy"
    phone: str = ""
    email: str = ""
    website: str = ""
    number: tuple[str, str, str] | None = None
    legal: str = ""
    keeper: str = ""


@dataclass(frozen=True)
class Town:
    """A whole demo place."""

    name: str
    slug: str
    accent: str
    county: str
    partners: tuple[tuple[str, str, str], ...]
    places: tuple[Place, ...]
    bodies: tuple[Body, ...]
    staff: tuple[tuple[str, str, str], ...] = ()
    """Who assures for other partners than the first: key, name and the partner's key.
    """
    outlines: str = ""
    """The name of the file beside this one with its wards and parishes."""
    checked_often: tuple[str, ...] = ()
    """Service types that are checked every two months."""

    @property
    def partner_keys(self) -> dict[str, str]:
        """What events call each partner, by name: the first of a kind by its kind, the
        others by their names."""
        keys: dict[str, str] = {}
        for name, kind, _ in self.partners:
            keys[name] = name if kind in keys.values() else kind
        return keys
