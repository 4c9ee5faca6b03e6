"""What happens to records in a made-up past, as dated events.

Shapes become events (``histories.py``), and events become rows: through the actions
(``acting.py``) or, for very many, in bulk (``config/seeding``). An event names people
and partners by the keys of the town's founding, records by their ids as text, and says
nothing that an interpreter would have to look up to understand it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.payload import Payload
from workflow.choices import Evidence, Hidden, Level, Method, RejectReason, Verdict


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at an instant."""

    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Joined(Event):
    """A person has an account from now on, and is known by this key."""

    person: str
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Drafted(Event):
    """Somebody brings a service, or (``by`` empty) the old directory does.

    ``organization`` and ``locations`` are what it refers to; those that are in the
    directory by then are not brought again.
    """

    service: Payload
    organization: Payload
    locations: tuple[Payload, ...] = ()
    by: str = ""
    partner: str = ""


@dataclass(frozen=True, kw_only=True)
class _OfService(Event):
    service_id: str


@dataclass(frozen=True, kw_only=True)
class Submitted(_OfService):
    """A draft is sent in by who brought it."""

    evidence: str = Evidence.VISITED
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Assured(_OfService):
    """A submission is accepted, every line of it, and vouched for."""

    by: str
    method: str = Method.CALL
    note: str = ""
    override: str = ""


@dataclass(frozen=True, kw_only=True)
class MarkedCritical(_OfService):
    """No machine hides it from now on."""

    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Checked(_OfService):
    """Somebody vouches for it as it stands."""

    by: str
    method: str = Method.CALL
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Returned(_OfService):
    """A submission goes back to its author."""

    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Declined(_OfService):
    """A submission is refused."""

    by: str
    because: Hidden
    reason: str


@dataclass(frozen=True, kw_only=True)
class TakenAway(_OfService):
    """A person takes a listing from the public."""

    by: str
    because: Hidden
    reason: str


@dataclass(frozen=True, kw_only=True)
class Lapsed(_OfService):
    """The nightly run hides it because nobody has checked it in time."""


@dataclass(frozen=True, kw_only=True)
class CarriedOver(_OfService):
    """The lead publishes what came from the old directory, unchecked."""

    by: str
    until: dt.date
    reason: str


@dataclass(frozen=True, kw_only=True)
class _OfOrganization(Event):
    organization_id: str


@dataclass(frozen=True, kw_only=True)
class LevelSet(_OfOrganization):
    """The lead says how far the place trusts an organization."""

    by: str
    level: Level
    reason: str


@dataclass(frozen=True, kw_only=True)
class Appointed(_OfOrganization):
    """A person leads an organization's listings from now on."""

    person: str


@dataclass(frozen=True, kw_only=True)
class OneBody(_OfOrganization):
    """A partner and an organization are the same real body."""

    partner: str


@dataclass(frozen=True, kw_only=True)
class _Said(_OfService):
    by: str
    key: str = ""
    evidence: str = Evidence.VISITED
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggested(_Said):
    """Somebody suggests other values: record id → path → value (None takes away).

    ``key`` is what :class:`Settled` calls it.
    """

    edits: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class SaidClosed(_Said):
    """Somebody reports that it has closed, for good unless said otherwise."""

    for_good: bool = True


@dataclass(frozen=True, kw_only=True)
class SaidWrong(_Said):
    """Somebody reports that something is wrong, or (``harm``) dangerous."""

    harm: bool = False


@dataclass(frozen=True, kw_only=True)
class SaidStillRight(_OfService):
    """Somebody says that nothing has changed."""

    by: str
    words: str = ""


@dataclass(frozen=True)
class Ruling:
    """What is decided about one line of a suggestion."""

    verdict: Verdict = Verdict.ACCEPTED
    value: Any = None
    reason: RejectReason | str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Settled(Event):
    """A suggestion (by its ``key``) is decided: a ruling for each path named, the
    others are accepted; ``answer`` goes to who made it."""

    key: str
    by: str
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    answer: str = ""
