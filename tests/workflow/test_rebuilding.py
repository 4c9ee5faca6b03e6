"""The tables of the directory are made again from the revisions, whatever befell them.

Every table, every column: lost, changed and added rows.
"""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction

from directory.choices import Kind
from directory.models import (
    ELEMENT_MODELS,
    RECORD_MODELS,
    Attribute,
    Contact,
    Location,
    Organization,
    Service,
    ServiceAtLocation,
)
from tests import world
from tests.publishing.sample import Filler
from workflow.actions import revising
from workflow.actions.rebuilding import rebuild_directory
from workflow.models import Listing, Record

TABLES = {model.__name__: model for model in (*RECORD_MODELS.values(),
                                             *ELEMENT_MODELS.values())}  # fmt: skip
OWNERS = ("contact", "phone")
OWN_KEY = ("id", *(f"{owner}_id" for owner in OWNERS))
"""Keys that the database gives; what belongs to another element is known by its id."""


@pytest.fixture(scope="module")
def full_records(shared_place: world.Place) -> None:
    """A service, its organization and its place, with a value in every field."""
    keys = {kind: uuid.uuid4() for kind in Kind}
    references = {
        "organization_id": str(keys[Kind.ORGANIZATION]),
        "location_id": str(keys[Kind.LOCATION]),
        "taxonomy_term_id": str(world.term().pk),
    }
    filler = Filler("whole", references)
    with transaction.atomic():
        for kind in (Kind.ORGANIZATION, Kind.LOCATION, Kind.SERVICE):
            record = Record.objects.create(
                pk=keys[kind], kind=kind, home=shared_place.partnership, label="Whole"
            )
            if kind == Kind.SERVICE:
                Listing.objects.create(
                    record=record, partnership=shared_place.partnership, title="Whole",
                    author=shared_place.contributor,
                )  # fmt: skip
            revising.write_revision(
                record, {"id": str(record.pk), **filler.record(kind)},
                by="test", body="", method="call",
            )  # fmt: skip


@pytest.fixture(autouse=True)
def _with_full_records(full_records: None, db: None) -> None:
    """Each test starts from them."""


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns that say something."""
    keys = OWN_KEY if model in ELEMENT_MODELS.values() else ()
    return [f for f in model._meta.concrete_fields if f.attname not in keys]


def rows(model: type[models.Model]) -> list[tuple[str, ...]]:
    """Every row of a table, with all columns, in one order."""
    names = [f.attname for f in columns(model)]
    owned_by = {f.name for f in model._meta.fields} & set(OWNERS)
    names += [f"{owner}__element_id" for owner in sorted(owned_by)]
    found = model._default_manager.values_list(*names)
    return sorted(tuple(str(value) for value in row) for row in found)


def everything() -> dict[str, list[tuple[str, ...]]]:
    """All rows of all tables of the directory."""
    return {name: rows(model) for name, model in TABLES.items()}


def execute(statement: str) -> None:
    """Run SQL behind the back of every rule that Django keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("RESET session_replication_role")


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value that the column holds and its constraints allow."""
    if field.choices:
        return next(key for key, _ in field.flatchoices if key != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, (models.IntegerField, models.FloatField)):
        return (value or 0) + 1
    if isinstance(field, models.DateField):
        days = -1 if field.attname == "valid_from" else 1
        return (value or dt.date(2026, 1, 1)) + dt.timedelta(days=days)
    if isinstance(field, models.TimeField):
        return dt.time(5, 55)
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    return f"Not {value}"[: field.max_length]


def test_records_of_this_file_have_a_row_in_every_table() -> None:
    assert [name for name, found in everything().items() if not found] == []


def test_rebuilding_what_is_right_changes_nothing() -> None:
    before = everything()

    assert rebuild_directory() == Record.objects.filter(revision__isnull=False).count()

    assert everything() == before


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)
def test_lost_rows_come_back(model: type[models.Model]) -> None:
    before = everything()
    if model in ELEMENT_MODELS.values():
        model._default_manager.all().delete()
    else:
        execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - our own table
    assert rows(model) == []

    rebuild_directory()

    assert everything() == before


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)
def test_changed_columns_are_put_right(model: type[models.Model]) -> None:
    before = everything()
    row: Any = model._default_manager.first()
    wrong = {
        field.attname: other(field, getattr(row, field.attname))
        for field in columns(model)
        if not field.is_relation and not field.primary_key
    }
    model._default_manager.filter(pk=row.pk).update(**wrong)
    damaged = model._default_manager.get(pk=row.pk)
    assert [n for n in wrong if getattr(damaged, n) == getattr(row, n)] == []

    rebuild_directory()

    assert everything() == before


@pytest.mark.parametrize("model", ELEMENT_MODELS.values(), ids=ELEMENT_MODELS)
def test_added_element_goes(model: type[models.Model]) -> None:
    before = everything()
    row: Any = model._default_manager.first()
    row.pk, row.element_id = None, uuid.uuid4()
    if model is Attribute:
        row.taxonomy_term = world.term("Another")
    if model is ServiceAtLocation:
        row.location = Location.objects.create()
    row.save()
    assert len(rows(model)) == len(before[model.__name__]) + 1

    rebuild_directory()

    assert everything() == before


def test_elements_in_another_list_go_back() -> None:
    before = everything()
    Contact.objects.filter(list_name="maintainers").update(list_name="contacts")

    rebuild_directory()

    assert everything() == before


def test_records_that_nobody_accepted_go() -> None:
    before = everything()
    service = Service.objects.create(
        name="X", status="active", organization=Organization.objects.create(name="X")
    )
    ServiceAtLocation.objects.create(
        service=service, location=Location.objects.create(), element_id=uuid.uuid4()
    )

    rebuild_directory()

    assert everything() == before


def test_command_says_how_many() -> None:
    said = io.StringIO()

    call_command("rebuild_directory", stdout=said)

    assert said.getvalue() == "3 records written.\n"
