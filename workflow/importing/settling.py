"""A reading of a source made ours: our ids, our terms, only what can be used.

What the source said last helps to read what it says now: ids that it makes anew each
time are those it gave before, a value that has become unreadable is not a value taken
away, and a short record says nothing about the lists it leaves out.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from directory import diff, validation
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.declare import Entity, Field, Type
from directory.payload import Payload
from workflow.bundles import Bundle, Key, Part
from workflow.importing.identities import Identities
from workflow.importing.noting import About, What
from workflow.importing.sifting import sift
from workflow.importing.taking import Found, Raw, Reading
from workflow.importing.terms import Terms
from workflow.models import SourceRecord

_ASSURED_DATE = Field("assured_date", "Last checked", Type.DATE)
_COUNTRIES = {
    "uk": "GB", "united kingdom": "GB", "great britain": "GB", "gbr": "GB", "gb": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
}  # fmt: skip


class Settler:
    """Makes readings of one source ours."""

    def __init__(
        self, ids: Identities, terms: Terms, copies: Mapping[Key, SourceRecord]
    ) -> None:
        self.ids = ids
        self.terms = terms
        self.copies = copies
        self._last = {str(c.record_id): c for c in copies.values()}
        self._settled: dict[Key, Part] = {}

    def bundle(self, reading: Reading) -> Bundle | None:
        """The service with what it names; None, told, if it has no name or id."""
        service = reading.service
        if not service.external_id:
            _unusable(service, "id", "It has neither an id nor a name.")
            return None
        organization = self._part(reading.organization, reading.is_short)
        places = [self._part(found, reading.is_short) for found in reading.locations]
        part = self._part(service, reading.is_short)
        if part is None or not part.payload.get("name"):
            _unusable(service, "name", "A service needs a name, so it was left out.")
            return None
        known = {place.id: place for place in places if place}
        return Bundle(
            part,
            organization,
            tuple(self._named_places(part.payload, known)),
            _claim(reading),
        )

    def _named_places(self, service: Payload, known: dict[str, Part]) -> "list[Part]":
        """The places a service links to: as read now, else as the source last said."""
        out = []
        for link in service.get("service_at_locations", []):
            key = link["location_id"]
            last = self._last.get(key)
            if key in known:
                out.append(known[key])
            elif last:
                out.append(Part(last.kind, last.external_id, last.payload))
        return out

    def _part(self, found: Found | None, is_short: bool) -> Part | None:
        if found is None:
            return None
        key = (found.kind, found.external_id)
        if key not in self._settled:
            self._settled[key] = self._settle(found, is_short)
        return self._settled[key]

    def _settle(self, found: Found, is_short: bool) -> Part:
        entity = RECORDS[found.kind]
        raw = {**found.payload, "id": self.ids.of(found.kind, found.external_id)}
        self._tell_if_taken(found, raw["id"])
        self._refer(found, raw)
        self._name_elements(entity, raw)
        raw["attributes"] = self._terms(raw.get("attributes", []), found.about)
        sifted = sift(found.kind, raw, found.about)
        copy = self.copies.get((found.kind, found.external_id))
        payload = sifted.payload
        if copy:
            payload = follow(entity, copy.payload, payload, sifted.lost, is_short)
        return Part(found.kind, found.external_id, payload)

    # --- ids --------------------------------------------------------------------------

    def _tell_if_taken(self, found: Found, given: str) -> None:
        if self.ids.was_taken(found.kind, found.external_id, given):
            found.about.say(
                What.CONFLICT, "id", found.external_id,
                "Another record here has this id, so it was given one of its own.",
            )  # fmt: skip

    def _refer(self, found: Found, raw: Raw) -> None:
        """Our ids in place of the source's where a record names another."""
        for name in ("organization_id", "parent_organization_id"):
            named = raw.pop(name, None)
            if named and self.ids.is_known(Kind.ORGANIZATION, named):
                raw[name] = self.ids.of(Kind.ORGANIZATION, named)
            elif named:
                found.about.say(
                    What.INCOMPLETE, name, named,
                    "The source names an organisation that it says nothing about.",
                )  # fmt: skip
        links = []
        for link in raw.get("service_at_locations", []):
            if self.ids.is_known(Kind.LOCATION, link["location_id"]):
                key = self.ids.of(Kind.LOCATION, link["location_id"])
                links.append({**link, "location_id": key})
            else:
                found.about.say(
                    What.INCOMPLETE, "service_at_locations", link["location_id"],
                    "The source names a place that it says nothing about.",
                )  # fmt: skip
        raw["service_at_locations"] = links

    def _name_elements(self, entity: Entity, raw: Raw) -> None:
        """UUIDs for the elements that have an id; the others get one by their key."""
        for each in entity.lists:
            renamed = []
            for element in raw.get(each.name) or []:
                element = dict(element)
                if element.get("id"):
                    element["id"] = self.ids.element(each.name, element["id"])
                link = element.get("service_at_location_id")
                if link:
                    link = self.ids.element("service_at_locations", link)
                    element["service_at_location_id"] = link
                if each.name == "addresses":
                    _tidy_country(element)
                self._name_elements(each.entity, element)
                renamed.append(element)
            raw[each.name] = renamed

    def _terms(self, clues: list[Raw], about: About) -> list[Raw]:
        """The terms that are on our lists; the others are told."""
        out = []
        for clue in clues:
            key = self.terms.find(clue["term"])
            if key:
                out.append({"taxonomy_term_id": key, "link_type": clue["link_type"]})
            else:
                said = dict.fromkeys(v for v in clue["term"].values() if v)
                name = clue["term"]["name"] or next(iter(said), "")
                about.say(
                    What.UNKNOWN_TERM, "attributes", " · ".join(said),
                    f"The term “{name}” is not on our lists, so it was left out.",
                )  # fmt: skip
        return out


def _tidy_country(address: Raw) -> None:
    said = str(address.get("country") or "").strip().lower().rstrip(".")
    if said in _COUNTRIES:
        address["country"] = _COUNTRIES[said]


def _unusable(found: Found, name: str, sentence: str) -> None:
    found.about.say(What.UNUSABLE, name, found.payload.get(name), sentence)


def _claim(reading: Reading) -> dt.date | None:
    """The day on which the source says it checked the service: its claim alone."""
    given: Any = reading.assured_on
    if given in (None, ""):
        return None
    read = validation.normalise_value(_ASSURED_DATE, given)
    problem = validation.value_problem(_ASSURED_DATE, read)
    if problem:
        reading.service.about.say(What.UNREADABLE, "assured_date", given, problem)
        return None
    return dt.date.fromisoformat(str(read))


# --- what the source said last --------------------------------------------------------


def follow(
    entity: Entity,
    old: Payload,
    new: Payload,
    lost: list[tuple[str, str]],
    is_short: bool,
) -> Payload:
    """``new`` read in the light of what the same record said before."""
    new = _with_known_ids(entity, old, new)
    for path, name in lost:
        was, now = diff.at(old, path), diff.at(new, path)
        if was is None or (now is not None and not name):
            continue
        if not name:
            new = diff.put(new, path, was)
        elif now is not None and name in was and name not in now:
            new = diff.put(new, path, {**now, name: was[name]})
    for item in entity.fields:
        if item.required and item.name not in new and item.name in old:
            new = {**new, item.name: old[item.name]}
    if is_short:
        kept = {each.name: old[each.name] for each in entity.lists if each.name in old}
        new = {**kept, **new}
    return new


def _with_known_ids(entity: Entity, old: Payload, new: Payload) -> Payload:
    """``new`` with the ids of elements that say what an element said before.

    Some systems make the ids of elements anew each time they are asked (digest 6).
    """
    out = dict(new)
    renamed: dict[str, str] = {}
    # Links before schedules, which name them.
    for each in sorted(entity.lists, key=lambda x: x.name != "service_at_locations"):
        if each.name not in new or each.name not in old:
            continue
        now = [_relinked(element, renamed) for element in new[each.name]]
        ids = {element["id"] for element in now}
        before = {
            _said(element): element for element in old[each.name]
            if element["id"] not in ids
        }  # fmt: skip
        known = {element["id"] for element in old[each.name]}
        elements = []
        for element in now:
            same = None
            if element["id"] not in known:
                same = before.pop(_said(element), None)
            if same:
                renamed[element["id"]] = same["id"]
            elements.append(same or element)
        out[each.name] = elements
    return out


def _relinked(element: Payload, renamed: dict[str, str]) -> Payload:
    link = element.get("service_at_location_id")
    if link in renamed:
        return {**element, "service_at_location_id": renamed[link]}
    return element


def _said(value: Any) -> str:
    """What an element says, without its ids."""
    if isinstance(value, dict):
        inside = {k: _said(v) for k, v in value.items() if k != "id"}
        return repr(sorted(inside.items()))
    if isinstance(value, list):
        return repr(sorted(_said(v) for v in value))
    return repr(value)
