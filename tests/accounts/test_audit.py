"""Audit rows and revisions cannot be changed, and none is written on its own."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditEvent, User
from common import request_id
from tests import world
from workflow.actions import checking, decisions, listings
from workflow.actions.choosing import Check
from workflow.choices import Method
from workflow.models import Revision

TABLES = ("accounts_auditevent", "workflow_revision")
CHANGES = {
    "UPDATE": {
        "accounts_auditevent": "UPDATE accounts_auditevent SET verb = 'other'",
        "workflow_revision": "UPDATE workflow_revision SET payload = '{}'",
    },
    "DELETE": {
        "accounts_auditevent": "DELETE FROM accounts_auditevent",
        "workflow_revision": "DELETE FROM workflow_revision",
    },
    "TRUNCATE": {
        "accounts_auditevent": "TRUNCATE accounts_auditevent CASCADE",
        "workflow_revision": "TRUNCATE workflow_revision CASCADE",
    },
}


@transaction.atomic
def run(*statements: str) -> None:
    """Run SQL past the models. Foreign keys that wait would refuse a TRUNCATE first."""
    with connection.cursor() as cursor:
        for statement in ("SET CONSTRAINTS ALL IMMEDIATE", *statements):
            cursor.execute(statement)


def said(refused: pytest.ExceptionInfo[DatabaseError]) -> str:
    """The first line of what PostgreSQL said."""
    return str(refused.value).splitlines()[0]


def rows() -> tuple[list[object], list[object]]:
    """Everything that the two tables hold."""
    return (
        list(AuditEvent.objects.order_by("id").values()),
        list(Revision.objects.order_by("id").values()),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_append_only_rows_are_refused_a_change(change: str, table: str) -> None:
    world.published(world.make_place())
    before = rows()
    assert all(before)

    with pytest.raises(DatabaseError) as refused:
        run(CHANGES[change][table])

    assert said(refused) == f"{change} on {table} refused: its rows are append-only"
    assert rows() == before


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["DELETE", "TRUNCATE"])
def test_deleting_is_refused_even_while_erasing(change: str, table: str) -> None:
    world.published(world.make_place())
    before = rows()

    with pytest.raises(DatabaseError) as refused:
        run(
            "SELECT set_config('vouch.erasing', 'on', true)",
            CHANGES[change][table],
        )

    assert said(refused) == f"{change} on {table} refused: its rows are append-only"
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_raises() -> None:
    person = world.person("Asha Assurer")

    with pytest.raises(RuntimeError):
        audit.record("person_seen", person, actor=person)

    assert AuditEvent.objects.filter(verb="person_seen").count() == 0


@transaction.atomic
def _seen_and_failed(person: User) -> None:
    audit.record("person_seen", person, actor=person)
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_record_goes_with_the_transaction_that_failed() -> None:
    person = world.person("Asha Assurer")

    with pytest.raises(ZeroDivisionError):
        _seen_and_failed(person)

    assert AuditEvent.objects.filter(verb="person_seen").count() == 0


@pytest.mark.django_db
def test_record_freezes_who_and_what() -> None:
    person = world.person("Asha Assurer")
    event = audit.record("person_seen", person, actor=person, reason="Came by.")
    person.name = "Asha Other"
    person.save()

    event.refresh_from_db()
    assert (event.actor_id, event.actor_label) == (person.pk, "Asha Assurer")
    assert (event.object_type, event.object_id, event.object_label) == (
        "user", person.pk, "Asha Assurer",
    )  # fmt: skip


@pytest.mark.django_db
def test_one_request_id_groups_the_rows_of_one_action() -> None:
    place = world.make_place()
    listing = world.draft(place)
    before = set(AuditEvent.objects.values_list("pk", flat=True))

    first = request_id.start()
    listings.submit_listing(by=place.contributor, listing_id=listing.pk)
    proposal = listing.proposals.get(state="open")
    second = request_id.start()
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal),
        check=Check(Method.CALL),
    )  # fmt: skip
    third = request_id.start()
    checking.check_listing(by=place.assurer, listing_id=listing.pk, method=Method.VISIT)

    verbs: dict[object, list[str]] = {first: [], second: [], third: []}
    for event in AuditEvent.objects.exclude(pk__in=before).order_by("id"):
        verbs[event.request_id].append(event.verb)
    assert verbs[first] == ["listing_submitted"]
    assert len(verbs[second]) > 1
    assert "listing_published" in verbs[second]
    assert verbs[third] == ["listing_assured"]
