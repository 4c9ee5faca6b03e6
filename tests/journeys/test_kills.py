"""Real workers on a real broker, killed in the middle: nothing lost or doubled."""

import datetime as dt
from pathlib import Path

import pytest

from accounts.models import AuditEvent
from common import clock
from publishing.models import PublishedService
from tests import world
from tests.journeys.site import Site, running, until
from workflow.choices import Hidden, Stage
from workflow.models import Listing, OutboxEvent, Record

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MANY = 40


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def publish_many(place: world.Place, number: int = MANY) -> None:
    first = world.published(place)
    hall = Record.objects.get(pk=first.location_ids[0])
    body = Record.objects.get(pk=world.organization_of(first).pk)
    for each in range(number - 1):
        world.published(place, at=hall, run_by=body, name=f"Group number {each}")


def hidden() -> int:
    return Listing.objects.filter(stage=Stage.UNPUBLISHED).count()


def start_freshening(site: Site) -> None:
    site.manage("shell", "-c", "from workflow.tasks import freshen; freshen.delay()")


def test_worker_killed_while_hiding_loses_and_doubles_nothing(
    place: world.Place, process_environment: dict[str, str], tmp_path: Path
) -> None:
    publish_many(place)
    place.policy.stop_percent = 100
    place.policy.save()
    clock.move_to(clock.now() + dt.timedelta(days=150))

    with running(process_environment, tmp_path, "worker") as site:
        start_freshening(site)
        until(lambda: hidden() >= 3, "the first records to be hidden")
        site.kill("worker")
        after_the_kill = hidden()
        site.start("worker")
        start_freshening(site)
        until(lambda: hidden() == MANY, "every record to be hidden")

    assert after_the_kill < MANY
    assert AuditEvent.objects.filter(verb="listing_hidden").count() == MANY
    reasons = Listing.objects.values_list("hidden_because", flat=True)
    assert [list(r) for r in reasons] == [[Hidden.LAPSED]] * MANY


def test_worker_killed_while_publishing_loses_and_doubles_nothing(
    place: world.Place, process_environment: dict[str, str], tmp_path: Path
) -> None:
    publish_many(place)
    waiting = OutboxEvent.objects.filter(done_at=None).count()

    with running(process_environment, tmp_path, "worker") as site:
        site.manage(
            "shell",
            "-c",
            "from publishing.tasks import consume_outbox; consume_outbox.delay()",
        )
        until(lambda: PublishedService.objects.count() >= 3, "the first to come out")
        site.kill("worker")
        out_after_the_kill = PublishedService.objects.count()
        site.start("worker", "beat")
        until(
            lambda: not OutboxEvent.objects.filter(done_at=None).exists(),
            "the outbox to be empty",
        )

    assert waiting > MANY
    assert out_after_the_kill <= MANY
    assert PublishedService.objects.count() == MANY
    assert set(PublishedService.objects.values_list("service_id", flat=True)) == set(
        Listing.objects.values_list("record_id", flat=True)
    )
