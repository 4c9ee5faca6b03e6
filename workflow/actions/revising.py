"""Making the next version of a record. Every accepted value comes through here."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from accounts import audit
from accounts.models import Partnership, User
from common.enqueue import enqueue_on_commit
from common.errors import InvalidInput, InvalidState
from common.models import as_uuid
from directory import diff, points, terms, validation
from directory import payload as payloads
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.payload import Payload
from workflow import erased, periods, queries, remits
from workflow.models import Decision, Listing, OutboxEvent, Record, Revision


def lock_records(ids: Iterable[Any]) -> dict[str, Record]:
    """Lock records in one order everywhere, so that no two actions wait in a ring.

    An action locks all its records at once, before any other row. The lock lets
    others refer to the record meanwhile (no key changes), or a suggestion about a
    hall would wait for whoever decides about it. What the areas of work of their
    places take stays until the action is over.
    """
    wanted = {as_uuid(i) for i in ids}
    rows = Record.objects.filter(pk__in=[key for key in wanted if key]).order_by("pk")
    locked = rows.select_for_update(no_key=True).values_list("pk", flat=True)
    # Read once they are locked: a query that waited joins what had been there before,
    # and of a record with a new version finds none.
    found = {
        str(record.pk): record
        for record in rows.filter(pk__in=list(locked)).select_related(
            "revision", "home"
        )
    }
    if len(found) != len(wanted):
        raise InvalidState("One of the records is not there any more.")
    remits.hold_rules_for(locked)
    return found


def referred(values: Iterable[tuple[str, Any]]) -> set[Any]:
    """The ids of the records that these values, by path, would refer to.

    Whoever makes a record refer to another locks that too, or it might be replaced by
    a third between looking and writing.
    """
    wanted = set()
    for path, value in values:
        if path == "organization_id":
            wanted.add(as_uuid(value))
        elif path.startswith("service_at_locations/") and isinstance(value, dict):
            wanted.add(as_uuid(value.get("location_id")))
    found = Record.objects.filter(pk__in=[key for key in wanted if key])
    return set(found.values_list("pk", flat=True)) if wanted else set()


def lock_listing(listing_id: Any, also: Iterable[Any] = ()) -> Listing:
    """Lock a listing's record, with ``also`` those of these ids, then the listing.

    Read fresh from the database. Raises Listing.DoesNotExist, InvalidState.
    """
    record_id = Listing.objects.values_list("record_id", flat=True).get(pk=listing_id)
    lock_records([record_id, *also])
    return lock_alone(listing_id)


def lock_alone(listing_id: Any) -> Listing:
    """Lock a listing whose record is locked already. Raises Listing.DoesNotExist."""
    return (
        Listing.objects.select_for_update(of=("self",), no_key=True)
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .get(pk=listing_id)
    )


def lock_listings(listing_ids: Iterable[Any]) -> list[uuid.UUID]:
    """Lock many listings, and before them their records, each in the order of ids.

    The ids of those that are there. Nothing of the rows is read: whoever needs them
    asks once they are locked.
    """
    wanted = list(listing_ids)
    records = Record.objects.filter(listing__in=wanted).order_by("pk")
    list(records.select_for_update(of=("self",), no_key=True).values_list("pk"))
    rows = Listing.objects.filter(pk__in=wanted).order_by("pk")
    return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def announce(*record_ids: Any) -> None:
    """Write an outbox row for each record whose public face may have changed."""
    OutboxEvent.objects.bulk_create(
        (OutboxEvent(record_id=i) for i in dict.fromkeys(record_ids)),
        batch_size=audit.IN_A_BATCH,
    )
    enqueue_on_commit("publishing.consume_outbox")


def faults(record: Record, payload: Payload, paths: Iterable[str]) -> dict[str, str]:
    """A sentence, by path, for what cannot be accepted once these paths are so.

    Faults elsewhere that the record has already (from before a rule was made) do not
    stand in the way of another field's correction.
    """
    touched = set(paths)
    old = (
        validation.problems(record.kind, queries.current(record))
        if record.revision
        else {}
    )
    errors = {
        path: sentence
        for path, sentence in validation.problems(record.kind, payload).items()
        if path not in old or path.split(".")[0] in touched
    }
    again = erased.faults({path: diff.at(payload, path) for path in touched})
    return {**_reference_faults(record.home, payload, touched), **errors, **again}


_REFERENCES = {
    "organization_id": (Kind.ORGANIZATION, "This organisation"),
    "parent_organization_id": (Kind.ORGANIZATION, "This organisation"),
    "location_id": (Kind.LOCATION, "This place"),
}


def _reference_faults(
    home: Partnership, payload: Payload, paths: set[str]
) -> dict[str, str]:
    errors = _term_faults(home, payload, paths)
    named: dict[str, tuple[str, uuid.UUID]] = {}
    for path in paths:
        value = diff.at(payload, path)
        name = path
        if path.startswith("service_at_locations/") and value:
            name, value = "location_id", value.get("location_id")
        key = as_uuid(value) if name in _REFERENCES else None
        if key:  # a gap, or not an id: the declaration's own check names it
            named[path] = (name, key)
    rows = Record.objects.select_related("replaced_by")
    known = rows.in_bulk([key for _, key in named.values()]) if named else {}
    for path, (name, key) in named.items():
        sentence = _reference_fault(name, known.get(key))
        if sentence:
            errors[path] = sentence
    return errors


def _term_faults(
    home: Partnership, payload: Payload, paths: set[str]
) -> dict[str, str]:
    """A sentence for each term that may not be chosen at the record's home now."""
    given = {
        path: as_uuid(value.get("taxonomy_term_id"))
        for path in paths
        if path.startswith("attributes/") and (value := diff.at(payload, path))
    }
    if not any(given.values()):
        return {}
    known = terms.terms_of(home).filter(pk__in=filter(None, given.values()))
    found = set(known.values_list("pk", flat=True))
    return {
        path: "This term is not on our lists."
        for path, key in given.items()
        if key and key not in found
    }


def _reference_fault(name: str, record: Record | None) -> str | None:
    """What is wrong with a reference to another record; None if nothing."""
    kind, words = _REFERENCES[name]
    if record is None or record.kind != kind or record.revision_id is None:
        return (
            f"{words} is not in the directory yet: its own lines have to be accepted "
            "too."
        )
    if record.replaced_by:
        return f"{words} was replaced by “{record.replaced_by}”: choose that one."
    return None


def write_revision(
    record: Record,
    payload: Payload,
    *,
    by: User | str,
    body: str,
    method: str,
    decision: Decision | None = None,
    reason: str = "",
    exact: bool = False,
) -> Revision | None:
    """Make the next version of a locked record; None if it says the same already.

    A place's point follows its postcode here, as a part of the version that moves it;
    ``exact`` leaves it as it is given. Raises InvalidInput for values that cannot be
    accepted.
    """
    entity = RECORDS[record.kind]
    before = queries.current(record)
    payload = validation.normalise(record.kind, payload)
    if record.kind == Kind.LOCATION and not exact:
        payload = _with_point(before, payload)
    differences = diff.changes(entity, before, payload)
    if not differences:
        return None
    paths = [d.path for d in differences]
    wrong = faults(record, payload, paths)
    if wrong:
        raise InvalidInput(wrong)
    revision = Revision.objects.create(
        record=record,
        number=record.revision.number + 1 if record.revision else 1,
        payload=payload,
        paths=paths,
        decision=decision,
        method=method,
        made_by_id=by.pk if isinstance(by, User) else None,
        made_by_label=str(by),
    )
    record.revision = revision
    record.label = label_of_record(record, payload)
    record.save(update_fields=["revision", "label"])
    project(record, payload, new=revision.number == 1)
    audit.record(
        "revision_made",
        record,
        actor=by,
        body=body,
        partnership_id=record.home_id,
        before={d.path: d.was for d in differences},
        after={d.path: d.value for d in differences},
        reason=reason,
    )
    announce(record.pk, *_whose_texts_it_guards(record, before, payload))
    return revision


def _with_point(before: Payload, payload: Payload) -> Payload:
    """A place with the point of its postcode (``directory/points.py``), but for one
    that was erased."""
    placed = points.following(before, payload)
    if placed is not payload and erased.faults(
        {name: placed.get(name) for name in points.NAMES}
    ):
        return points.without(placed)
    return placed


def _whose_texts_it_guards(
    record: Record, before: Payload, after: Payload
) -> list[uuid.UUID]:
    """The services whose free text a place keeps secrets of: all those of the
    organizations that use it, use it from now on or did so until now."""
    if record.kind == Kind.SERVICE:
        users = _new_to_guarded_places(before, after)
    elif record.kind == Kind.LOCATION and (_guards(before) or _guards(after)):
        here = Listing.objects.filter(location_ids__contains=[record.pk])
        users = set(here.values_list("organization_id", flat=True))
    else:
        return []
    theirs = Listing.objects.filter(organization_id__in=users)
    return list(theirs.values_list("record_id", flat=True))


def _guards(place: Payload) -> bool:
    return bool(place.get("sensitive") or place.get("home"))


def _new_to_guarded_places(before: Payload, after: Payload) -> set[Any]:
    """The organizations of a service that changed hands or places, if one is secret."""
    sides = [
        (side.get("organization_id"), frozenset(queries.location_ids(side)))
        for side in (before, after)
    ]
    if sides[0] == sides[1]:
        return set()
    places = queries.records(sides[0][1] | sides[1][1]).values()
    if not any(_guards(queries.current(place)) for place in places):
        return set()
    return {organization for organization, _ in sides if organization}


def label_of_record(record: Record, payload: Payload) -> str:
    """What a record is called in lists: its name, for a place else its address."""
    if record.kind != Kind.LOCATION or payload.get("name"):
        return str(payload.get("name") or record.label)[:255]
    address = (payload.get("addresses") or [{}])[0]
    words = [address.get("address_1"), address.get("city")]
    return ", ".join(w for w in words if w)[:255] or "Unnamed place"


def project(record: Record, payload: Payload, *, new: bool = False) -> None:
    """Write a record's tables, which hold nothing yet of a ``new`` one, and what its
    listings are routed by from a payload.

    Raises InvalidInput where the values do not go together.
    """
    try:
        with transaction.atomic():
            payloads.write(record.kind, payload, new=new)
            _check_references()
    except (IntegrityError, DataError) as error:
        raise InvalidInput(
            "The values do not go together, or one of them cannot be stored "
            f"({type(error.__cause__).__name__})."
        ) from error
    listings = Listing.objects.select_for_update(of=("self",), no_key=True)
    if record.kind == Kind.SERVICE:
        route(listings.get(record=record), payload)
    elif record.kind == Kind.LOCATION:
        users = listings.filter(location_ids__contains=[record.pk]).order_by("pk")
        here = list(users.select_related("record"))
        for listing in here:
            if listing.record.revision_id:
                _move_area(listing)
        _route_users(here)


def _route_users(listings: list[Listing]) -> None:
    """A place moved, or is kept secret from now on: so may its services' remits."""
    for place_id in sorted({listing.partnership_id for listing in listings}):
        theirs = [x.pk for x in listings if x.partnership_id == place_id]
        remits.work_out(place_id, theirs)


def _move_area(listing: Listing) -> None:
    """A place's address changed: the area of a locked listing may follow.

    The record is read after the lock: its own service may have changed meanwhile.
    """
    record = Record.objects.select_related("revision").get(pk=listing.record_id)
    area = _area(queries.location_ids(queries.current(record)))
    if area != listing.area:
        listing.area = area
        listing.save(update_fields=["area"])


def _check_references() -> None:
    """Let what refers to nothing fail here, where it becomes a sentence.

    Foreign keys are otherwise looked at when the transaction commits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def route(listing: Listing, service: Payload) -> None:
    """Work out a listing's routing columns and remit, and save them.

    Takes a draft too, in which a reference may be anything. When it is due follows the
    period of its types and its provider.
    """
    before = (listing.organization_id, listing.term_ids)
    listing.title = str(service.get("name") or listing.title)[:255]
    listing.organization_id = as_uuid(service.get("organization_id"))
    places = queries.location_ids(service)
    listing.location_ids = [key for key in map(as_uuid, places) if key]
    given = [as_uuid(a.get("taxonomy_term_id")) for a in service.get("attributes", [])]
    listing.term_ids = [key for key in given if key]
    listing.area = _area([str(key) for key in listing.location_ids])
    day = listing.assured_on if listing.assurance_id else None
    if day and before != (listing.organization_id, listing.term_ids):
        listing.due_on = periods.due_on(listing, day)
    listing.save(
        update_fields=[
            "title", "organization_id", "location_ids", "term_ids", "area", "due_on",
        ]
    )  # fmt: skip
    remits.work_out_one(listing)


def _area(places: list[str]) -> str:
    """The area of a listing: the first half of its first place's postcode."""
    found = queries.records(places)
    for record in (found[key] for key in places if key in found):
        for address in queries.current(record).get("addresses", []):
            return str(address.get("postal_code", "")).split(" ")[0]
    return ""
