"""What a value is erased from beside records: sources, waiting files, the lock-out."""

import gzip
import json

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.db import transaction

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.roles import Role
from common import clock
from tests import world
from tests.workflow.test_erasure import ACTOR, EXEMPT
from workflow.actions import asking, erasing_accounts, keeping_figures
from workflow.actions.erasing_beside import STOPPED
from workflow.actions.erasure import erase_value, find_value
from workflow.choices import Channel
from workflow.models import Ask, ErasedValue, HarvestRequest, KeptFigures, Source

pytestmark = pytest.mark.django_db

NAME = "Zelda Quuxington"
MAIL = "zelda.quux@friends.example"


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def ask(place: world.Place, **values: object) -> HarvestRequest:
    return HarvestRequest.objects.create(
        **{
            "partner": place.council, "asked_by": place.lead, "name": "Clubs",
            "address": "https://feed.example.org/", **values,
        }
    )  # fmt: skip


def fail_to_sign_in(name: str, posted: str = "") -> None:
    common = {"username": name, "ip_address": "192.0.2.1", "user_agent": "x",
              "http_accept": "", "path_info": "/sign-in/"}  # fmt: skip
    AccessAttempt.objects.create(
        **common, get_data="", post_data=posted, failures_since_start=1
    )
    AccessFailureLog.objects.create(**common)


def erase(place: world.Place, value: str) -> int:
    return erase_value(
        by=place.officer, place=place.partnership, value=value, reason="Asked."
    )


def test_value_goes_from_sources_and_requests(place: world.Place) -> None:
    for at in ("a", "b"):
        Source.objects.create(
            partner=place.council, name=f"List of {NAME}",
            address=f"https://{at}.example.org/{NAME}",
        )  # fmt: skip
    waiting = ask(place, name=f"List of {NAME}")
    lost = ask(place, address=f"File: {NAME}.json", body=b"[]")

    found = find_value(by=place.officer, place=place.partnership, value=NAME)
    rows = erase(place, NAME)

    assert (found.rows, rows) == ({"source": 2, "harvest request": 2}, 4)
    assert list(Source.objects.order_by("pk").values_list("name", "address")) == [
        ("List of [erased]", f"erased:{source.pk}")
        for source in Source.objects.order_by("pk")
    ]
    waiting.refresh_from_db()
    lost.refresh_from_db()
    assert (waiting.name, waiting.finished_at, waiting.error) == (
        "List of [erased]", None, "",
    )  # fmt: skip
    assert (lost.address, lost.body, lost.error) == (
        "File: [erased].json", None, STOPPED,
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([{"name": "Zélda  Quuxington"}]).encode(),
        gzip.compress(json.dumps([{"name": "zélda quuxington"}]).encode()),
        "Not JSON, but about Zélda Quuxington".encode(),
    ],
    ids=["json", "gzip", "text"],
)
def test_waiting_file_that_holds_the_value_is_not_read(
    place: world.Place, body: bytes
) -> None:
    holds = ask(place, address="File: a.json", body=body)
    other = ask(place, address="File: b.json", body=b'[{"name": "Zelda"}]')

    rows = erase(place, "Zélda Quuxington")

    holds.refresh_from_db()
    assert (rows, holds.body, holds.error) == (1, None, STOPPED)
    assert asking.take_request() == other
    assert asking.take_request() is None


def test_value_goes_from_what_the_lock_out_keeps(place: world.Place) -> None:
    fail_to_sign_in(MAIL.upper())
    fail_to_sign_in("other@friends.example", posted=f"first={MAIL}")
    fail_to_sign_in("third@friends.example")

    found = find_value(by=place.officer, place=place.partnership, value=MAIL)
    rows = erase(place, MAIL)

    assert (found.total, rows) == (3, 3)
    left = AccessAttempt.objects.values_list("username", flat=True)
    assert list(left) == ["third@friends.example"]
    assert set(AccessFailureLog.objects.values_list("username", flat=True)) == {
        "other@friends.example", "third@friends.example",
    }  # fmt: skip


def test_every_column_that_says_who_acted_is_blanked_with_the_account() -> None:
    """ACTOR is why a value is not looked for there; the account's name is."""
    named = {
        (model, column)
        for model, columns in EXEMPT.items()
        for column, why in columns.items()
        if why == ACTOR
    }
    blanked = {(m._meta.label, column) for m, column, _ in erasing_accounts.ACTORS}

    assert sorted(named - blanked) == []


def test_name_goes_where_no_id_stands_beside_it(place: world.Place) -> None:
    """A lead, who carried records over, started the figures, erased and was written
    to about what nobody answered."""
    gone = place.lead
    world.give(gone, Role.DATA_PROTECTION, place.partnership)
    with transaction.atomic():
        audit.record("revision_made", place.policy, actor=str(gone))
    Ask.objects.create(
        partnership=place.partnership, channel=Channel.LEAD, asked_on=clock.today(),
        to_label=f"Ann Other, {gone}", asked_by_label="Vouch",
    )  # fmt: skip
    keeping_figures.take_baseline(by=gone, place=place.partnership)
    erase_value(by=gone, place=place.partnership, value=MAIL, reason="Asked.")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    erasing_accounts.erase_account(
        by=place.officer, place=place.partnership, user=gone, reason="Asked."
    )

    nobody = erasing_accounts.NAMELESS
    assert [
        set(AuditEvent.objects.filter(verb="revision_made").values_list("actor_label")),
        set(KeptFigures.objects.values_list("taken_by_label")),
        set(ErasedValue.objects.values_list("erased_by_label")),
        set(Ask.objects.values_list("to_label")),
    ] == [{(nobody,)}, {(nobody,)}, {(nobody,)}, {("Ann Other, [erased]",)}]


def test_account_goes_from_the_lock_out_and_from_what_it_asked_for(
    place: world.Place,
) -> None:
    gone = place.contributor
    ask(place, asked_by=gone, name=f"List of {gone.name}", body=None)
    ask(place, address=f"https://feed.example.org/{gone.email}")
    fail_to_sign_in(gone.email)
    gone.is_active = False
    gone.save()

    erasing_accounts.erase_account(
        by=place.officer, place=place.partnership, user=gone, reason="Asked."
    )

    assert set(HarvestRequest.objects.values_list("name", "address")) == {
        ("List of [erased]", "https://feed.example.org/"),
        ("Clubs", "https://feed.example.org/[erased]"),
    }
    assert (AccessAttempt.objects.count(), AccessFailureLog.objects.count()) == (0, 0)
