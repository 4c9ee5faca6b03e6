"""Where an organization can be asked, from what its records say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from accounts.models import Partnership
from directory import personal
from directory.payload import Payload
from workflow import queries
from workflow.choices import Stopped
from workflow.models import ContactPoint, Listing

IN_ONE_GO = 500
_KNOWN = ("email", "phone", "role")


@dataclass(frozen=True)
class Known:
    """A mailbox or number that the record knows; ``role`` are words for it."""

    email: str = ""
    phone: str = ""
    role: str = ""


def fill(place: Partnership, organization_ids: Iterable[Any]) -> None:
    """Give each of these organizations the contact points that its records know.

    What somebody wrote by hand stays. A mailbox from which mails came back works again
    once the record has another.
    """
    wanted = sorted(set(organization_ids), key=str)
    for at in range(0, len(wanted), IN_ONE_GO):
        _fill_some(place, wanted[at : at + IN_ONE_GO])


@transaction.atomic
def _fill_some(place: Partnership, organization_ids: list[Any]) -> None:
    services: dict[Any, list[Payload]] = {key: [] for key in organization_ids}
    for listing in (
        Listing.objects.filter(
            partnership=place,
            organization_id__in=organization_ids,
            record__revision__isnull=False,
        )
        .select_related("record__revision")
        .order_by("title", "pk")
    ):
        services[listing.organization_id].append(queries.current(listing.record))
    bodies = queries.records(organization_ids)
    there = {
        (row.organization_id, row.position): row
        for row in ContactPoint.objects.select_for_update(no_key=True)
        .filter(partnership=place, organization_id__in=organization_ids)
        .order_by("pk")
    }
    new, moved = [], []
    for key in organization_ids:
        body = bodies.get(str(key))
        known = of_records(queries.current(body) if body else {}, services[key])
        for position, found in enumerate(known[:2], start=1):
            row = there.get((key, position))
            if row is None:
                new.append(_new(place, key, position, found))
            elif _follows(row, found):
                moved.append(row)
    ContactPoint.objects.bulk_create(new, ignore_conflicts=True)
    ContactPoint.objects.bulk_update(
        moved, [*_KNOWN, "stopped_because", "stopped_at"], batch_size=IN_ONE_GO
    )


def known(listing: Listing) -> dict[int, ContactPoint]:
    """What the records know for the organization of a listing, by position; nothing
    of it is stored."""
    key = str(listing.organization_id)
    body = queries.records([key]).get(key)
    services = [queries.current(listing.record)] if listing.record.revision else []
    found = of_records(queries.current(body) if body else {}, services)
    return {
        position: _new(listing.partnership, listing.organization_id, position, each)
        for position, each in enumerate(found[:2], start=1)
    }


def _new(place: Partnership, key: Any, position: int, found: Known) -> ContactPoint:
    return ContactPoint(
        partnership=place, organization_id=key, position=position,
        email=found.email, phone=found.phone, role=found.role,
    )  # fmt: skip


def _follows(row: ContactPoint, found: Known) -> bool:
    """Let a contact point follow the record; whether that changed it."""
    if row.by_hand or all(getattr(row, n) == getattr(found, n) for n in _KNOWN):
        return False
    if row.email != found.email and row.stopped_because == Stopped.BOUNCED:
        row.stopped_because, row.stopped_at = "", None
    for name in _KNOWN:
        setattr(row, name, getattr(found, name))
    return True


def of_records(organization: Payload, services: list[Payload]) -> list[Known]:
    """Where an organization can be asked, best first; never empty.

    Who keeps the record up to date comes first: that is what they were named for.
    Then shared mailboxes. A person's own address, given for something else, is none.
    """
    every = [organization, *services]
    phone = next(_phones(every), "")
    found: dict[str, Known] = {}
    for payload in every:
        for person in payload.get("maintainers", []):
            if email := str(person.get("email") or "").lower():
                number = next(_phones([person]), phone)
                role = str(person.get("title") or person.get("department") or "")
                found.setdefault(email, Known(email, number, role[:120]))
    names = queries.organization_names(organization)
    domains = [
        domain
        for payload in every
        for key in ("website", "url")
        if (domain := urlsplit(str(payload.get(key) or "")).hostname)
    ]
    for payload in every:
        email = str(payload.get("email") or "").lower()
        if email and not personal.looks_personal_email(
            email, organization_names=names, organization_domains=domains
        ):
            found.setdefault(email, Known(email, phone))
    return list(found.values()) or [Known(phone=phone)]


def _phones(payloads: Iterable[Payload]) -> Iterator[str]:
    for payload in payloads:
        for phone in payload.get("phones", []):
            if number := str(phone.get("number") or "")[:40]:
                yield number
