"""At which number a service is rung: one order for the phone list and for my work.

Where somebody wrote down whom to ask, that comes first. Then comes what the service
says itself: who keeps its record up to date, and its own number. The organisation's
number, which may be another town's switchboard, comes after that. What a call found to
be a wrong number is not offered again, wherever it was written (``found_wrong``), until
the record is checked or its provider calls it right.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max, Q

from common import clock
from directory import phones
from directory.freshness import full_date
from directory.payload import Payload
from workflow import queries
from workflow.choices import CallOutcome, SaidBy
from workflow.models import Assurance, Call, Confirmation, ContactPoint, Listing

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


def found_wrong(
    calls: Iterable[tuple[str, str, dt.datetime]], vouched: dt.datetime | None = None
) -> dict[str, dt.datetime]:
    """Which numbers are known to be wrong, and when that was found: of calls that count
    (number, outcome, when; the newest first) the last at each number decides. A number
    that is written instead was not rung yet, so it is not among them; nor is one that
    somebody has ``vouched`` for since."""
    last: dict[str, tuple[str, dt.datetime]] = {}
    for number, outcome, at in calls:
        last.setdefault(number, (outcome, at))
    wrong = (CallOutcome.WRONG_NUMBER, CallOutcome.NOT_US)
    return {
        number: at
        for number, (outcome, at) in last.items()
        if outcome in wrong and not (vouched and vouched > at)
    }


def vouched_at(listing_ids: Iterable[Any]) -> dict[Any, dt.datetime]:
    """When each of these records was last checked, or called right by its provider:
    its numbers with it. Two queries."""
    keys = list(listing_ids)
    checked = Assurance.objects.filter(undone_at=None)
    confirmed = Confirmation.objects.filter(source=SaidBy.PROVIDER)
    found: dict[Any, dt.datetime] = {}
    for rows in (checked, confirmed):
        last = rows.filter(listing__in=keys).order_by().values_list("listing")
        for key, at in last.annotate(last=Max("created_at")):
            found[key] = max(at, found.get(key, at))
    return found


def wrong_words(number: str, at: dt.datetime) -> str:
    """That a number is wrong, in words without a stop."""
    return f"{number} is a wrong number (rung on {full_date(clock.london_day(at))})"


def wrong_of(listings: Iterable[Listing]) -> dict[Any, dict[str, str]]:
    """By listing, each number of its organization that is known to be wrong, with words
    that say so. One query, and two more where there are any."""
    every = list(listings)
    calls: dict[tuple[Any, Any], list[tuple[str, str, dt.datetime]]] = {}
    points = ContactPoint.objects.filter(_points(every))
    rows = Call.objects.filter(contact__in=points, taken_back_at=None)
    found = rows.order_by("-created_at", "-pk").values_list(
        "contact__partnership_id", "contact__organization_id",
        "number", "outcome", "created_at",
    )  # fmt: skip
    for place, body, number, outcome, at in found:
        calls.setdefault((place, body), []).append((number, outcome, at))
    rung = {key for key, some in calls.items() if found_wrong(some)}
    known = [one for one in every if (one.partnership_id, one.organization_id) in rung]
    vouched = vouched_at(one.pk for one in known) if known else {}
    out: dict[Any, dict[str, str]] = {}
    for one in known:
        some = calls[one.partnership_id, one.organization_id]
        wrong = found_wrong(some, vouched.get(one.pk))
        out[one.pk] = {number: wrong_words(number, at) for number, at in wrong.items()}
    return out


def of_listings(listings: Iterable[Listing]) -> dict[Any, dict[str, Any]]:
    """By listing, whom to ring: ``number`` (``""`` where none is left), ``uri`` and
    ``who``, and ``wrong``, what is said of better numbers that are wrong; without those
    that have no number at all. Three queries for all of them, two more where a number
    was found wrong, and none for none."""
    every = list(listings)
    if not every:
        return {}
    bodies = queries.records({str(one.organization_id) for one in every})
    written, known_wrong = _written(every), wrong_of(every)
    found: dict[Any, dict[str, Any]] = {}
    for one in every:
        wrong = known_wrong.get(one.pk, {})
        said: dict[str, str] = {}
        body = bodies.get(str(one.organization_id))
        numbers = of_records(
            written.get((one.partnership_id, one.organization_id), ""),
            [(one.title, queries.current(one.record))],
            queries.current(body) if body else {},
        )
        for number, who in numbers:
            text = phones.display(number)
            if text in wrong:
                said[text] = wrong[text]
                continue
            found[one.pk] = {"number": text, "uri": dialled(number), "who": who}
            break
        if said or one.pk in found:
            none = {"number": "", "uri": "", "who": ""}
            found[one.pk] = found.get(one.pk, none) | {"wrong": list(said.values())}
    return found


def _written(listings: Iterable[Listing]) -> dict[tuple[Any, Any], str]:
    rows = ContactPoint.objects.filter(_points(listings), by_hand=True, position=1)
    return {
        (place, body): phone
        for place, body, phone in rows.values_list(
            "partnership_id", "organization_id", "phone"
        )
    }


def _points(listings: Iterable[Listing]) -> Q:
    """Those of the organizations of these listings, where each is."""
    wanted = Q(pk__in=[])
    for one in listings:
        wanted |= Q(partnership=one.partnership_id, organization_id=one.organization_id)
    return wanted
