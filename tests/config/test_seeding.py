"""A seeded place: what is written in bulk is what the actions would have made."""

import datetime as dt
import json
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import ForeignKey

from accounts.models import Partnership
from common import clock
from config.demo.acting import Actor
from config.demo.events import Drafted, Event
from config.demo.founding import Standing, found
from config.demo.load import SMALL, events_of
from config.seeding import generator, lives, place
from config.seeding.catalogue import CHILDMINDER, OFFERS, REFUGE
from directory import checks, validation
from directory.choices import Kind
from publishing.actions import rebuild
from publishing.models import PublishedService
from workflow.models import Listing

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 11, 30, tzinfo=clock.LONDON)
SERVICES = 50

NATURAL = {
    "workflow_listing": ("record_id",),
    "workflow_proposal": ("listing_id", "created_at", "kind"),
    "workflow_decision": ("proposal_id", "decided_at"),
    "workflow_change": ("proposal_id", "record_id", "path"),
    "workflow_revision": ("record_id", "number"),
    "workflow_assurance": ("listing_id", "created_at"),
    "workflow_confirmation": ("listing_id", "created_at"),
    "workflow_effort": ("listing_id", "created_at", "kind"),
    "workflow_assurancelevel": ("organization_id",),
    "workflow_ownbody": ("partner_id", "organization_id"),
    "workflow_policy": ("partnership_id",),
    "workflow_remit": ("partnership_id", "name"),
    "workflow_source": ("partner_id", "address"),
    "workflow_outboxevent": ("record_id", "at", "done_at"),
    "accounts_message": ("about_id", "kind", "send_after"),
    "accounts_auditevent": (),
    "accounts_partnershipgrant": ("user_id", "permission_id", "content_object_id"),
    "accounts_partnergrant": ("user_id", "permission_id", "content_object_id"),
    "directory_organizationgrant": ("user_id", "permission_id", "content_object_id"),
    "publishing_endpoint": ("partnership_id", "slug"),
    "publishing_publishedservice": ("service_id",),
    "publishing_publishedplace": ("link_id",),
    "publishing_publishedarea": ("service_id", "code", "outline"),
    "publishing_publishedorganization": ("organization_id",),
    "publishing_gone": ("service_id",),
}
"""What tells the rows of a table apart whose key is drawn by chance or by a sequence.

A key is renamed to these values, wherever it stands. Rows that agree in them (and audit
rows, in all cases) are told apart by their order. Of other tables whose keys come from
a sequence it is all other columns; what is left has keys that follow from the seed,
which are compared as they are.
"""

LISTS = (
    "accessibility", "address", "attribute", "contact", "costoption", "funding",
    "language", "organizationidentifier", "phone", "program", "requireddocument",
    "schedule", "servicearea", "serviceatlocation",
)  # fmt: skip
NATURAL |= {f"directory_{name}": ("element_id", "position") for name in LISTS}

PLAIN_PARENTS = {"accounts_message": {"workflow_listing", "workflow_proposal"}}
"""Tables that refer to others by a plain id, not by a foreign key."""

LEFT_OUT = {
    "django_migrations": "says when the test's database was made",
    "django_content_type": "is made with the database",
    "auth_permission": "is made with the database",
    "publishing_edition": "counts the transactions that changed what is public",
}
"""Tables that are not compared, and why."""

LEFT_OUT_COLUMNS = {
    ("accounts_auditevent", "request_id"): "compared by which rows share it",
    ("workflow_outboxevent", "id"): "the consumer splits events of shared records "
    "as it comes to them; what was announced when is compared",
}
"""Columns that are not compared as they are, and why."""

Rows = dict[str, dict[str, dict[str, Any]]]
"""By table and name of the row: its columns."""


def order(services: int = SERVICES) -> place.Order:
    town = generator.head("thornshire", "Thornshire")
    return place.Order(town, services, 7, NOW, "!unusable")


# --- reading the whole database -------------------------------------------------------


def everything() -> Rows:
    """Every row of every table, with keys that mean nothing renamed."""
    tables = {name: read(name) for name in table_names()}
    names = renamed(tables)
    return {
        table: {
            row_name(names, table, row): canonical(names, table, row) for row in rows
        }
        for table, rows in tables.items()
    }


def table_names() -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
    return sorted(set(found) - set(LEFT_OUT))


ADDED_UP = {
    "publishing_tally": "SELECT slug || '/' || key AS id, sum(number) AS number"
    " FROM publishing_tally t JOIN publishing_endpoint e ON e.id = t.endpoint_id"
    " GROUP BY slug, key HAVING sum(number) <> 0",
    "workflow_listingcount": "SELECT concat_ws('/', p.slug, stage, open_to_all, due_on,"
    " first_due_on, critical, entry, hidden_because, remit IS NULL, tied_remit_ids)"
    " AS id, sum(number) AS number FROM workflow_listingcount c"
    " JOIN accounts_partnership p ON p.id = c.partnership_id"
    " GROUP BY 1 HAVING sum(number) <> 0",
}
"""Tables of which only the sums mean anything, however many rows they are kept in."""


def read(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            ADDED_UP.get(table, f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
        )
        columns = [c.name for c in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor]


def renamed(tables: dict[str, list[dict[str, Any]]]) -> dict[Any, str]:
    """A name for every key that was drawn, by table and key; for UUIDs by key too."""
    names: dict[Any, str] = {}
    waiting = {
        t: NATURAL[t] if t in NATURAL else by_sequence(rows)
        for t, rows in tables.items()
    }
    waiting = {t: columns for t, columns in waiting.items() if columns or t in NATURAL}
    parents = parent_tables()
    while waiting:
        ready = [
            t for t, columns in waiting.items()
            if not (
                {parents.get((t, c)) for c in columns} | PLAIN_PARENTS.get(t, set())
            )
            & (set(waiting) - {t})
        ]  # fmt: skip
        assert ready, waiting
        for table in ready:
            columns = waiting.pop(table)
            count: defaultdict[str, int] = defaultdict(int)
            for row in tables[table]:
                said = [
                    names.get((parents.get((table, c)), row[c]), names.get(row[c]))
                    or str(row[c])
                    for c in columns
                ]
                name = f"{table}({', '.join(said)})"
                count[name] += 1
                names[table, row["id"]] = f"{name}#{count[name]}"
                if not isinstance(row["id"], int):
                    names[row["id"]] = names[str(row["id"])] = names[table, row["id"]]
    for (table, column), parent in parents.items():
        for row in tables.get(table, ()):
            if (parent, row.get(column)) in names:
                names[table, column, row[column]] = names[parent, row[column]]
    requests: dict[Any, str] = {}
    for row in tables["accounts_auditevent"]:
        key = row["request_id"]
        requests.setdefault(key, f"request #{len(requests) + 1}")
        names["accounts_auditevent", "request_id", key] = requests[key]
    return names


def by_sequence(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """All other columns, where the keys of a table are drawn from a sequence."""
    if not rows or not isinstance(rows[0].get("id"), int):
        return ()
    return tuple(column for column in rows[0] if column != "id")


def parent_tables() -> dict[tuple[str, str], str]:
    """The table that each foreign key refers to, by its own table and column."""
    return {
        (model._meta.db_table, str(field.column)): field.related_model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
    }


def row_name(names: dict[Any, str], table: str, row: dict[str, Any]) -> str:
    key = row.get("id", next(iter(row.values())))
    return names.get((table, key), str(key))


UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def canonical(names: dict[Any, str], table: str, row: dict[str, Any]) -> dict[str, Any]:
    def value_of(column: str, value: Any) -> Any:
        if column == "id" and (table, value) in names:
            return names[table, value]
        if (table, column, value if not isinstance(value, list) else None) in names:
            return names[table, column, value]
        if isinstance(value, (dict, list)):
            value = json.dumps(value, sort_keys=True, default=str)
        if isinstance(value, memoryview):
            value = bytes(value).decode()
        text = str(value)
        return UUID.sub(lambda m: names.get(m[0], m[0]), text)

    return {
        column: value_of(column, value)
        for column, value in row.items()
        if (table, column) != ("workflow_outboxevent", "id")
    }


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> tuple[Rows, Rows]:
    """The same place twice: through the actions, and in bulk."""
    with django_db_blocker.unblock():
        acted = rows_after(lambda: place.perform(order(), lambda done: None))
        written = rows_after(lambda: place.write(order(), lambda done: None))
    return acted, written


def rows_after(make: Callable[[], Any]) -> Rows:
    """What is in the database once something was made, which is then undone."""
    with transaction.atomic():
        make()
        rows = everything()
        transaction.set_rollback(True)
    return rows


def demo_towns(make: Callable[[Standing, Iterable[Event]], Any]) -> None:
    """The small towns of the demo, their events made into rows in some way."""
    for town in SMALL:
        with clock.at(NOW - dt.timedelta(days=400)):
            standing = found(town, "!unusable")
        make(standing, events_of(town, NOW.date(), standing.terms))


# --- the tests ------------------------------------------------------------------------


@pytest.mark.xdist_group("seeding")
def test_bulk_writes_the_rows_that_the_actions_make(made) -> None:
    acted, written = made

    for table, rows in acted.items():
        assert sorted(written[table]) == sorted(rows), table
        for name, row in rows.items():
            assert written[table][name] == row, name


@pytest.mark.xdist_group("seeding")
def test_bulk_writes_the_demo_as_the_actions_make_it() -> None:
    def act(standing: Standing, events: Iterable[Event]) -> None:
        Actor(standing).perform(events)
        place.publish_and_send(NOW)

    acted = rows_after(lambda: demo_towns(act))
    written = rows_after(
        lambda: demo_towns(lambda standing, events: place.write_block(
            standing, events, NOW
        ))
    )  # fmt: skip

    for table, rows in acted.items():
        assert sorted(written[table]) == sorted(rows), table
        for name, row in rows.items():
            assert written[table][name] == row, name


@pytest.mark.xdist_group("seeding")
def test_bulk_is_compared_where_it_matters(made) -> None:
    acted, _ = made

    full = {table for table, rows in acted.items() if rows}

    assert full >= {
        "workflow_revision", "workflow_change", "workflow_assurance",
        "accounts_auditevent", "accounts_message", "directory_organizationgrant",
        "directory_schedule", "publishing_publishedplace", "publishing_publishedarea",
        "publishing_gone", "workflow_confirmation", "workflow_outboxevent",
        "workflow_effort",
    }  # fmt: skip
    assert len(acted["workflow_listing"]) == SERVICES


@pytest.mark.xdist_group("seeding")
def test_bulk_comparison_sees_a_single_difference(made) -> None:
    acted, written = made
    name, row = next(iter(written["workflow_change"].items()))
    spoilt = {**written["workflow_change"], name: {**row, "position": "99"}}

    assert acted["workflow_change"] == written["workflow_change"]
    assert acted["workflow_change"] != spoilt


# --- the generator --------------------------------------------------------------------


def made_of(services: int, seed: int = 7) -> list[generator.Block]:
    town = generator.head("thornshire", "Thornshire")
    return list(generator.blocks(town, services, seed))


def shapes(services: int, seed: int = 7) -> list[Any]:
    return [block.town for block in made_of(services, seed)]


@pytest.mark.parametrize("services", [1, 2, 9, 10, 11, 50, 123])
def test_generator_makes_exactly_so_many_services(services) -> None:
    towns = shapes(services)

    assert sum(len(b.services) for t in towns for b in t.bodies) == services


def test_generator_gives_the_same_place_again_and_another_by_another_seed() -> None:
    assert shapes(60) == shapes(60)
    assert shapes(60) != shapes(60, seed=8)


def test_generator_names_everything_once() -> None:
    towns = shapes(3_000)
    services = [s.name for t in towns for b in t.bodies for s in b.services]
    bodies = [b.name for t in towns for b in t.bodies]
    postcodes = [p.postcode for t in towns for p in t.places]

    assert len(set(services)) == len(services)
    assert len(set(bodies)) == len(bodies)
    assert len(set(postcodes)) == len(postcodes)


def test_generator_makes_what_can_be_accepted_as_it_comes() -> None:
    names = {name for offer in (*OFFERS, REFUGE, CHILDMINDER) for name in offer.terms}
    terms = {name: str(uuid.uuid4()) for name in names}

    for block in made_of(600):
        for event in lives.of(block, NOW.date(), terms):
            assert event.at < NOW
            if isinstance(event, Drafted):
                for kind, payload in (
                    (Kind.SERVICE, event.service),
                    (Kind.ORGANIZATION, event.organization),
                    *((Kind.LOCATION, place) for place in event.locations),
                ):
                    stored = validation.normalise(kind, payload)
                    assert validation.problems(kind, stored) == {}
                stored = validation.normalise(Kind.SERVICE, event.service)
                assert checks.missing(stored, checks.DEFAULT_MANDATORY) == {}
                assert checks.oddities(stored, NOW.date()) == {}


def test_generator_spreads_services_over_stages_and_grades() -> None:
    services = [s for t in shapes(3_000) for b in t.bodies for s in b.services]
    ways = Counter(s.history for s in services)
    bodies = [b for t in shapes(3_000) for b in t.bodies]

    assert {name for name, _ in generator.HISTORIES} == set(ways)
    assert 0.8 < ways["checked"] / len(services) < 0.9
    assert 1.5 < len(services) / len(bodies) < 2.5
    assert all(
        0.25 < sum(b.level == level for b in bodies) / len(bodies) < 0.42
        for level in ("proxy", "monitored", "trusted")
    )
    assert {p.kind for t in shapes(3_000) for p in t.places} == {
        "hall", "secret", "home",
    }  # fmt: skip


# --- the command ----------------------------------------------------------------------


def test_seed_place_makes_a_place_that_answers(settings, client) -> None:
    said = StringIO()

    call_command("seed_place", services=20, seed=3, slug="elmshire", stdout=said)

    place_of_it = Partnership.objects.get(slug="elmshire")
    shown = PublishedService.objects.filter(endpoint__partnership=place_of_it).count()
    assert Listing.objects.filter(partnership=place_of_it).count() == 20
    assert f"20 services, {shown} of them public" in said.getvalue()
    settings.DEFAULT_PLACE = "elmshire"
    assert client.get("/oruk/v3/services").json()["total_items"] == shown


def test_seed_place_leaves_a_place_that_the_rebuilds_find_in_order() -> None:
    call_command("seed_place", services=20, seed=3, stdout=StringIO())
    before = everything()

    rebuild()
    call_command("rebuild_directory", stdout=StringIO())

    after = everything()
    assert {t: len(rows) for t, rows in after.items()} == {
        t: len(rows) for t, rows in before.items()
    }
    for table in ("publishedservice", "publishedorganization"):
        name = f"publishing_{table}"
        assert after[name] == before[name]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"services": 0}, "Choose a number of services from 1 to 500,000."),
        ({"services": 500_001}, "Choose a number of services from 1 to 500,000."),
        ({"services": 5, "slug": "twice"}, "There is a place “twice” already."),
    ],
)
def test_seed_place_refuses_what_it_cannot_make(options, sentence) -> None:
    Partnership.objects.create(name="Twice", slug="twice")

    with pytest.raises(CommandError) as refusal:
        call_command("seed_place", **options)

    assert str(refusal.value) == sentence


@pytest.mark.django_db(transaction=True)
def test_seed_place_leaves_nothing_behind_when_it_fails(monkeypatch) -> None:
    def fall_over(*args: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(place, "_check", fall_over)

    with pytest.raises(RuntimeError):
        call_command("seed_place", services=5)

    assert not Partnership.objects.exists()
