"""Erasing a value leaves it nowhere: not in any column of the whole database."""

import base64
import dataclasses
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from accounts import audit
from accounts.models import AuditEvent, Message
from common.errors import InvalidInput
from directory import payload as payloads
from directory.models import ELEMENT_MODELS, RECORD_MODELS
from publishing.actions import consume_outbox
from publishing.models import PublishedService
from tests import world
from tests.workflow.town import ACCEPT, REJECT, Town, decide, suggest
from workflow.actions import checking, listings
from workflow.actions.erasure import KEPT_IN, erase_value
from workflow.choices import Method, Stage, Verdict
from workflow.models import (
    Change,
    Harvest,
    HarvestProblem,
    Listing,
    Record,
    Revision,
    Source,
    SourceRecord,
)

pytestmark = pytest.mark.django_db

# --- every column is thought of -------------------------------------------------------

REWRITTEN = {
    "directory": "written anew from the revisions",
    "publishing": "written anew through the outbox",
}
"""Apps whose tables are projections; those that nobody writes anew are exempt below."""

NOT_PROJECTIONS = (
    "directory.Taxonomy", "directory.TaxonomyTerm", "directory.ExternalReference",
    "directory.Postcode",
    "publishing.Endpoint",
)  # fmt: skip

ACCOUNT = "a person's own account, which ends by closing it"
ACTOR = "who acted: the trail keeps it (PRODUCT.md section 6: who, when, why)"
BODY = "a body that takes part, its name or role mailbox; set by those who run it"
CODE = "one of our own words, or a hash"
LIST = "a list of terms, about nobody"
GEOGRAPHY = "where each postcode of the country is, the same for everybody"
CLASS = "the name of an error's class and its place in the code"

EXEMPT = {
    "accounts.User": {"password": CODE, "email": ACCOUNT, "name": ACCOUNT},
    "accounts.Partnership": dict.fromkeys(
        ("name", "slug", "host_names", "role_mailbox", "accent"), BODY
    ),
    "accounts.Partner": dict.fromkeys(("name", "role_mailbox"), BODY),
    "accounts.Invitation": {
        "role": CODE, "token_hash": CODE, "invited_by_label": ACTOR,
    },
    "accounts.Message": {
        "kind": CODE, "refused_with": CODE,
        "key": "what opens an answer page; forgotten when the mail is sent",
    },
    "accounts.AuditEvent": {"verb": CODE, "object_type": CODE, "actor_label": ACTOR},
    "directory.Postcode": dict.fromkeys(("code", "council"), GEOGRAPHY),
    "directory.Taxonomy": dict.fromkeys(
        ("uri", "version", "licence", "origin"), LIST
    ),
    "directory.TaxonomyTerm": dict.fromkeys(("code", "term_uri"), LIST),
    "directory.ExternalReference": {"system": BODY},
    "publishing.Endpoint": {"slug": BODY, "name": BODY},
    "workflow.Policy": {"mandatory": CODE, "always_checked": CODE},
    "workflow.Remit": {"name": BODY, "districts": GEOGRAPHY},
    "workflow.Area": dict.fromkeys(("name", "code"), GEOGRAPHY),
    "workflow.PublicReport": {
        "reference": CODE, "token_hash": CODE, "sender": "a keyed hash of one day",
    },
    "workflow.AssuranceLevel": {"decided_by_label": ACTOR},
    "workflow.LevelAdvice": {"facts": "counts by the names of what is counted"},
    "workflow.BatchItem": {
        "seen": "record ids, version numbers and a check's id", "was": "ids",
    },
    "workflow.ListingCount": {"stage": CODE, "entry": CODE, "hidden_because": CODE},
    "workflow.MonthCount": {"figure": CODE},
    "workflow.StandingCount": {
        "figure": CODE, "split": CODE, "parts": "ids, districts and counts",
    },
    "workflow.KeptFigures": {
        "rows": "counts by the names of what is counted",
        "taken_by_label": ACTOR,
    },
    "workflow.Revision": {"paths": CODE, "method": CODE, "made_by_label": ACTOR},
    "workflow.ErasedValue": {
        "digest": "a keyed hash, by which it is known again", "erased_by_label": ACTOR,
    },
    "workflow.Release": {
        "key": "a hash of the value; put out of use with the release",
        "accepted_by_label": ACTOR, "revoked_by_label": ACTOR,
    },
    "workflow.Ask": {
        "asked_by_label": BODY, "token_hash": CODE, "bounced_with": CODE,
    },
    "workflow.OutboxEvent": {"error": CLASS},
    "workflow.JobRun": {"name": CODE, "error": CLASS},
    "workflow.Assurance": {
        "covers": "record ids and version numbers", "set_aside": "codes and a date",
    },
    "workflow.HidingStop": {
        "scope": "a partnership's or remit's id and a date",
        "listing_ids": "ids", "decided_by_label": ACTOR,
    },
    "workflow.Decision": {"rule": CODE, "undone_by_label": ACTOR},
    "workflow.Change": {"path": "names of fields and ids"},
    "workflow.Source": {"standard": CODE},
    "workflow.HarvestProblem": {"field": CODE, "what": CODE},
    "workflow.HarvestRequest": {
        "said": CODE, "error": CODE,
        "body": "a file; the request ends of which the file holds the value",
    },
    "workflow.SourceRecord": {"fingerprint": "a hash of a whole record"},
}  # fmt: skip


def holds_text(field: models.Field) -> bool:
    """Whether a column can hold words that somebody typed."""
    if isinstance(field, ArrayField):
        return holds_text(field.base_field)
    if isinstance(field, models.UUIDField) or field.choices:
        return False
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    return isinstance(field, kinds)


def columns() -> Iterator[tuple[str, str]]:
    """Every column of the four apps that can hold words: model, name."""
    for app in ("accounts", "directory", "workflow", "publishing"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                if holds_text(field):
                    yield model._meta.label, field.name


def covered() -> set[tuple[str, str]]:
    return {
        (model._meta.label, name)
        for model, jsons, texts in KEPT_IN
        for name in (*jsons, *texts)
    }


def exempt() -> set[tuple[str, str]]:
    return {(label, name) for label, names in EXEMPT.items() for name in names}


def test_every_column_is_erased_rewritten_or_exempt_for_a_reason() -> None:
    left = {
        (label, name)
        for label, name in columns()
        if label in NOT_PROJECTIONS or label.split(".")[0] not in REWRITTEN
    }

    assert left - covered() - exempt() == set()
    assert covered() & exempt() == set()


def test_nothing_is_listed_that_is_not_there() -> None:
    assert (covered() | exempt()) - set(columns()) == set()


def test_every_directory_table_is_rewritten_with_its_record() -> None:
    models_written = (*RECORD_MODELS.values(), *ELEMENT_MODELS.values())
    written = {model._meta.label for model in models_written}
    kept = {label for label, _ in columns() if label.startswith("directory.")}

    assert kept - written == {x for x in NOT_PROJECTIONS if x.startswith("directory.")}


# --- nothing is left ------------------------------------------------------------------

NUMBER = "01632 960987"
GROUPINGS = ("01632 960987", "01632960987", "+44 1632 960 987", "(01632) 960-987")
NAME = "Zebedee Quillfeather"
FORMS = {
    NUMBER: re.compile(r"1\D{0,3}6\D{0,3}3\D{0,3}2\D{0,3}9\D{0,3}6\D{0,3}0\D{0,3}987"),
    NAME: re.compile(r"zebedee\W{0,3}quillfeather", re.IGNORECASE),
}


@dataclasses.dataclass
class Planted:
    """A place in which a value was written wherever people and sources can."""

    place: world.Place
    listing: Listing
    waiting: Change
    rejected: Change


def everything() -> Iterator[tuple[str, str]]:
    """Every text, JSON, array and bytes of the whole database, with its column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea',"
            " 'ARRAY', 'tsvector', 'character', 'USER-DEFINED')"
        )
        for table, column, kind in cursor.fetchall():
            quoted = connection.ops.quote_name(column)
            text = f"encode({quoted}, 'base64')" if kind == "bytea" else quoted
            cursor.execute(
                f"SELECT ({text})::text FROM {connection.ops.quote_name(table)}"  # noqa: S608
                f" WHERE {quoted} IS NOT NULL"
            )
            for (value,) in cursor.fetchall():
                if kind == "bytea":
                    value = base64.b64decode(value).decode()
                yield f"{table}.{column}", value


def where(value: str) -> set[str]:
    """The columns in which a value stands, in whatever form."""
    return {column for column, text in everything() if FORMS[value].search(text)}


def plant(place: world.Place, value: str, forms: tuple[str, ...]) -> Planted:
    """Write a value, in these forms in turn, into everything that keeps words."""
    turns = [forms[n % len(forms)] for n in range(12)]
    says = [f"Ask for {form}, please." for form in turns]
    world.draft(place, name="Knitting", description=says[0], fees=says[1])
    listing = world.published(place, description=says[1], internal_notes=says[2],
                              fees="Free")  # fmt: skip
    hall = Record.objects.get(pk=listing.location_ids[0])
    town = Town(place, listing, listing, hall)
    accepted = suggest(town, {"fees": says[3]})
    decide(town, accepted, choices={"fees": ACCEPT}, answer=says[4])
    rejected = suggest(town, {"alert": says[4]})
    reason = dataclasses.replace(REJECT, words=says[5])
    decide(town, rejected, choices={"alert": reason})
    town.listing = world.fresh(listing)
    waiting = suggest(town, {"fees": f"Free. {says[6]}"})
    checking.check_listing(
        by=place.assurer, listing_id=listing.pk, method=Method.CALL, note=says[7]
    )
    listings.hide_listing(
        by=place.publisher, listing_id=listing.pk, because="withdrawn", reason=says[8]
    )
    listings.restore_listing(by=place.publisher, listing_id=listing.pk, reason=says[9])
    _from_a_source(place, listing, says)
    Message.objects.create(
        to="someone@mail.example.org", subject=turns[10], text=says[10], kind="answer"
    )
    with transaction.atomic():
        audit.record(
            "planted", listing, actor=place.lead, partnership_id=place.partnership.pk,
            before={"fees": says[10], "list": [turns[11]]},
            after={"deep": {"a": turns[9]}}, reason=says[11],
        )  # fmt: skip
    consume_outbox()
    return Planted(place, listing, waiting.changes.get(), rejected.changes.get())


def _from_a_source(place: world.Place, listing: Listing, says: list[str]) -> None:
    source = Source.objects.create(
        partner=place.council, name="Feed", address="https://feed.example.org/"
    )
    harvest = Harvest.objects.create(source=source)
    HarvestProblem.objects.create(
        harvest=harvest, kind="service", external_id="7", label="Coffee",
        field="fees", value=says[2], sentence=says[3],
    )  # fmt: skip
    SourceRecord.objects.create(
        source=source, kind="service", external_id="7", record_id=listing.record_id,
        payload={"id": str(listing.record_id), "description": says[4]}, fingerprint="f",
    )  # fmt: skip


VALUES = [(NUMBER, GROUPINGS), (NAME, (NAME, NAME.upper(), "Zebedee  Quillfeather"))]


@pytest.mark.parametrize(("value", "forms"), VALUES)
def test_erased_value_is_nowhere(
    place: world.Place, value: str, forms: tuple[str, ...]
) -> None:
    plant(place, value, forms)
    before = where(value)

    count = erase_value(
        by=place.officer, place=place.partnership, value=value, reason="They asked."
    )
    consume_outbox()

    assert before >= {
        "workflow_listing.draft", "workflow_revision.payload", "workflow_change.was",
        "workflow_change.value", "workflow_change.accepted_value",
        "workflow_change.reason_words", "workflow_decision.answer",
        "workflow_assurance.note", "workflow_sourcerecord.payload",
        "workflow_harvestproblem.value", "workflow_harvestproblem.sentence",
        "accounts_message.subject", "accounts_message.text",
        "accounts_auditevent.before", "accounts_auditevent.after",
        "accounts_auditevent.reason", "directory_service.fees",
        "directory_service.internal_notes",
    }  # fmt: skip
    assert count > 10
    assert where(value) == set()


def test_erased_public_value_goes_from_what_is_sent(place: world.Place) -> None:
    planted = plant(place, NUMBER, GROUPINGS)
    assert "publishing_publishedservice.full" in where(NUMBER)

    erase_value(
        by=place.officer, place=place.partnership, value=GROUPINGS[2], reason="Asked."
    )
    consume_outbox()

    assert where(NUMBER) == set()
    assert world.fresh(planted.listing).stage == Stage.PUBLISHED
    row = PublishedService.objects.get(service_id=planted.listing.record_id)
    assert row.title == "Tuesday coffee morning"
    assert b"Ask for [erased], please." in bytes(row.full)


def test_erased_versions_can_still_be_stored_and_decided(place: world.Place) -> None:
    planted = plant(place, NUMBER, GROUPINGS)
    versions = Revision.objects.count()

    erase_value(
        by=place.officer, place=place.partnership, value=NUMBER, reason="Asked."
    )

    assert Revision.objects.count() == versions
    for record in Record.objects.filter(revision__isnull=False).select_related(
        "revision"
    ):
        assert record.revision is not None
        payloads.write(record.kind, record.revision.payload)
    planted.waiting.refresh_from_db()
    planted.rejected.refresh_from_db()
    assert planted.waiting.verdict == Verdict.WITHDRAWN
    assert planted.rejected.verdict == Verdict.REJECTED


def test_trail_says_who_when_and_why_but_not_what(place: world.Place) -> None:
    plant(place, NAME, (NAME,))

    count = erase_value(
        by=place.officer, place=place.partnership, value=NAME, reason=" She asked. "
    )

    event = AuditEvent.objects.get(verb="value_erased")
    assert (event.actor_id, event.reason, event.partnership_id) == (
        place.officer.pk, "She asked.", place.partnership.pk,
    )  # fmt: skip
    assert (event.before, event.after) == (None, {"rows": count})
    assert event.object_label == place.partnership.name


def test_longer_numbers_and_words_stay(place: world.Place) -> None:
    fees = "Card 016329609871, see Zebedee Quillfeathers."
    listing = world.published(place, fees=fees)

    for value in (NUMBER, NAME):
        erase_value(
            by=place.officer, place=place.partnership, value=value, reason="Asked."
        )

    revision = world.fresh(listing).record.revision
    assert revision is not None
    assert revision.payload["fees"] == fees


def test_append_only_is_closed_again_afterwards(place: world.Place) -> None:
    plant(place, NAME, (NAME,))

    erase_value(by=place.officer, place=place.partnership, value=NAME, reason="Asked.")

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('vouch.erasing', true)")
        assert cursor.fetchone() == ("off",)


# --- who may, and what ----------------------------------------------------------------


def test_only_the_officer_of_the_place_erases(place: world.Place) -> None:
    world.published(place, fees=f"Ask {NAME}")
    others = (
        place.lead, place.publisher, place.assurer, place.contributor, place.reader,
        place.volunteer, world.make_place("Elsewhere").officer,
        world.person("Sue Superuser", is_superuser=True),
    )  # fmt: skip
    before = where(NAME)

    for other in others:
        with pytest.raises(PermissionDenied):
            erase_value(by=other, place=place.partnership, value=NAME, reason="Asked.")

    assert where(NAME) == before != set()


@pytest.mark.parametrize(
    ("value", "reason", "field"),
    [
        ("Bert", "Asked.", "value"),
        ("  Bo  ", "Asked.", "value"),
        ("", "Asked.", "value"),
        (NAME, "  ", "reason"),
        (NAME, f"{NAME.lower()} asked.", "reason"),
        (NUMBER, "They gave 01632960987.", "reason"),
    ],
)
def test_unsafe_requests_are_refused(
    place: world.Place, value: str, reason: str, field: str
) -> None:
    world.published(place, fees=f"Ask {NAME}")
    before = where(NAME)

    with pytest.raises(InvalidInput) as refused:
        erase_value(
            by=place.officer, place=place.partnership, value=value, reason=reason
        )

    assert list(refused.value.errors) == [field]
    assert where(NAME) == before
    assert AuditEvent.objects.filter(verb="value_erased").count() == 0
