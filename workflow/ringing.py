"""At which number a service is rung: one order for the phone list and for my work.

Where somebody wrote down whom to ask, that comes first. Then comes what the service
says itself: who keeps its record up to date, and its own number. The organisation's
number, which may be another town's switchboard, comes after that.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from directory import phones
from directory.payload import Payload
from workflow import queries
from workflow.models import ContactPoint, Listing

Named = tuple[str, str]
"""A number as it is stored, and whose it is."""
WRITTEN = "whom we ask, as somebody wrote it"


def of_records(
    written: str, services: Iterable[tuple[str, Payload]], organization: Payload
) -> Iterator[Named]:
    """The numbers of some services (title, payload), the best first; ``written`` is
    that of the contact point that somebody saved, or ``""``.

    Where a record has that number too, it is said whose it is: who saved a contact
    point may have written an address alone, and left the number as it was.
    """
    known = list(_of_every(services, organization))
    if written:
        shown = phones.display(written)
        own = (who for number, who in known if phones.display(number) == shown)
        yield written, next(own, WRITTEN)
    yield from known


def _of_every(
    services: Iterable[tuple[str, Payload]], organization: Payload
) -> Iterator[Named]:
    """What the records themselves say."""
    several = list(services)
    for title, payload in several:
        yield from _of_keepers(payload)
        for number, what in _of(payload):
            yield number, what or f"the number of “{title}”"
    yield from _of_keepers(organization)
    for number, what in _of(organization):
        own = "the organisation’s own number"
        yield number, f"{what}, {own}" if what else own


def _of_keepers(payload: Payload) -> Iterator[Named]:
    for person in payload.get("maintainers", []):
        words = str(person.get("title") or person.get("department") or "")
        who = words or str(person.get("name") or "") or "who keeps the record"
        for number, _ in _of(person):
            yield number, f"{who}, who keeps the record up to date" if words else who


def _of(payload: Payload) -> Iterator[Named]:
    """The numbers of a record, each with what it says that it is."""
    for phone in payload.get("phones", []):
        if text := str(phone.get("number") or "")[:40]:
            yield text, str(phone.get("description") or "")


def dialled(number: str) -> str:
    """The number as a link dials it; ``""`` where none can."""
    try:
        return phones.tel_uri(number)
    except ValueError:
        return ""


def of_listings(listings: Iterable[Listing]) -> dict[Any, dict[str, str]]:
    """By listing, whom to ring: ``number``, ``uri`` and ``who``; without those that
    have no number. Two queries for all of them, and none for none."""
    every = list(listings)
    if not every:
        return {}
    bodies = queries.records({str(one.organization_id) for one in every})
    written = _written(every)
    found = {}
    for one in every:
        body = bodies.get(str(one.organization_id))
        numbers = of_records(
            written.get((one.partnership_id, one.organization_id), ""),
            [(one.title, queries.current(one.record))],
            queries.current(body) if body else {},
        )
        for number, who in numbers:
            found[one.pk] = {
                "number": phones.display(number), "uri": dialled(number), "who": who,
            }  # fmt: skip
            break
    return found


def _written(listings: Iterable[Listing]) -> dict[tuple[Any, Any], str]:
    wanted = Q()
    for one in listings:
        wanted |= Q(partnership=one.partnership_id, organization_id=one.organization_id)
    rows = ContactPoint.objects.filter(wanted, by_hand=True, position=1)
    return {
        (place, body): phone
        for place, body, phone in rows.values_list(
            "partnership_id", "organization_id", "phone"
        )
    }
