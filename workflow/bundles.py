"""A service as a source has it now, with the organization and the places it names."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory.choices import Kind
from directory.payload import Payload
from workflow.models import Source, SourceRecord

Key = tuple[str, str]
"""A kind of record and a source's own id."""


@dataclass(frozen=True)
class Part:
    """One record as a source has it now: our names, our ids, nothing unusable."""

    kind: str
    external_id: str
    payload: Payload

    @property
    def id(self) -> str:
        """Our id of the record."""
        return str(self.payload["id"])

    @property
    def key(self) -> Key:
        """Which record of the source it is."""
        return self.kind, self.external_id


@dataclass(frozen=True)
class Bundle:
    """A service of a source with the organization and the places it names."""

    service: Part
    organization: Part | None = None
    locations: tuple[Part, ...] = ()
    assured_on_claim: dt.date | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The service, its organization, its places."""
        organization = (self.organization,) if self.organization else ()
        return (self.service, *organization, *self.locations)

    def fingerprint(self, part: Part) -> str:
        """The hash that tells whether a part is as it was.

        That of the service covers the rest too, so that each listing which shows an
        organization or a place hears of its change.
        """
        if part.kind != Kind.SERVICE:
            return fingerprint(part.payload)
        return fingerprint([p.payload for p in self.parts])

    def is_unchanged(self, copies: Mapping[Key, SourceRecord]) -> bool:
        """Whether a source says exactly what it said, and had it when last read."""
        for part in self.parts:
            copy = copies.get(part.key)
            if copy is None or copy.fingerprint != self.fingerprint(part):
                return False
        return copies[self.service.key].vanished_at is None


@dataclass(frozen=True)
class Case:
    """A bundle with what its source said last and what of it is accepted already.

    ``accepted`` holds our ids; the records are locked.
    """

    source: Source
    bundle: Bundle
    copies: Mapping[Key, SourceRecord]
    accepted: frozenset[str]

    def unaccepted(self, part: Part) -> bool:
        """Whether nobody has accepted anything of this record yet."""
        return part.id not in self.accepted


def fingerprint(value: Any) -> str:
    """A hash of JSON values. The order of a list makes no difference."""
    return hashlib.sha256(_in_order(value).encode()).hexdigest()


def _in_order(value: Any) -> str:
    if isinstance(value, dict):
        inside = (f"{json.dumps(k)}:{_in_order(v)}" for k, v in sorted(value.items()))
        return "{" + ",".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted(_in_order(v) for v in value)) + "]"
    return json.dumps(value)
