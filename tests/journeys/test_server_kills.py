"""The servers below are killed: what was written stays, and the rest follows."""

import datetime as dt
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from accounts.models import AuditEvent, Message
from common import clock
from config import backups
from config.local.postgres import Postgres
from config.local.valkey import Valkey
from publishing.models import PublishedService
from tests import world
from tests.journeys.site import running, until
from tests.journeys.test_kills import MANY, hidden, publish_many
from tests.workflow.asking_scene import MONDAY, due
from tests.workflow.town import many
from workflow.models import Ask, AskedListing, JobRun, OutboxEvent

pytestmark = pytest.mark.slow

FEW = 20


def kill(server: Postgres | Valkey) -> None:
    """Kill -9, as the kernel does when there is no memory left."""
    assert server.child is not None
    os.kill(server.child.process.pid, signal.SIGKILL)
    server.child.process.wait()


# --- PostgreSQL -----------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Postgres]:
    """A PostgreSQL of this test alone, which keeps what it has said to have kept."""
    server = Postgres(tmp_path / "data", tmp_path / "postgres.log", durable=True)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def ask(server: Postgres, query: str) -> Any:
    """The first value of an answer, None while the server does not give one."""
    try:
        with psycopg.connect(server.url, connect_timeout=2) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.OperationalError:
        return None
    return row[0] if row else None


@pytest.mark.django_db(transaction=True)
def test_database_killed_while_publishing_loses_and_doubles_nothing(
    cluster: Postgres, broker_url: str, tmp_path: Path
) -> None:
    publish_many(world.make_place(), FEW)
    backup = tmp_path / "vouch.dump"
    backups.back_up(backup)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.live",
        "DATABASE_URL": cluster.url, "REDIS_URL": broker_url,
    }  # fmt: skip
    out = "SELECT count(*) FROM publishing_publishedservice"
    waiting = "SELECT count(*) FROM workflow_outboxevent WHERE done_at IS NULL"

    with running(environment, tmp_path) as site:
        site.manage("restore", str(backup))
        audited = ask(cluster, "SELECT count(*) FROM accounts_auditevent")
        site.start("worker", "beat")
        until(lambda: (ask(cluster, out) or 0) >= 3, "the first to come out")
        kill(cluster)
        cluster.start()
        out_after_the_kill = ask(cluster, out)
        until(lambda: ask(cluster, waiting) == 0, "the outbox to be empty")

    assert 3 <= out_after_the_kill <= FEW
    assert ask(cluster, out) == FEW
    assert ask(
        cluster, "SELECT count(DISTINCT service_id) FROM publishing_publishedservice"
    ) == FEW  # fmt: skip
    assert ask(cluster, "SELECT count(*) FROM accounts_auditevent") == audited
    assert ask(
        cluster, "SELECT count(*) FROM publishing_publishedservice "
        "WHERE convert_from(\"full\", 'UTF8')::jsonb ->> 'id' = service_id::text",
    ) == FEW  # fmt: skip


# --- Valkey ---------------------------------------------------------------------------


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of this test alone, which forgets everything when it is killed."""
    server = Valkey(tmp_path / "broker", tmp_path / "valkey.log", durable=False)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.mark.django_db(transaction=True)
def test_broker_killed_and_emptied_delays_publishing_and_no_more(
    process_environment: dict[str, str], broker: Valkey, tmp_path: Path
) -> None:
    environment = process_environment | {"REDIS_URL": broker.url}
    place = world.make_place()
    first = world.published(place)

    with running(environment, tmp_path, "worker", "beat") as site:
        until(
            lambda: PublishedService.objects.filter(
                service_id=first.record_id
            ).exists(),
            "the first to come out",
        )
        kill(broker)
        # An action that would wake a worker goes through without a broker.
        site.manage(
            "shell", "--no-imports", "-c",
            "from accounts.models import User\n"
            "from workflow.actions import listings\n"
            "from workflow.models import Listing\n"
            "listings.hide_listing(by=User.objects.get(name='Petra Publisher'),"
            "listing_id=Listing.objects.get().pk, because='closed', reason='Shut.')",
        )  # fmt: skip
        assert OutboxEvent.objects.filter(done_at=None).count() == 1
        assert PublishedService.objects.count() == 1
        address = broker.url
        broker.start()
        assert broker.url == address
        # A worker that was in the middle of a task when its broker went may end.
        until(
            lambda: site.tend() == [] and not PublishedService.objects.exists(),
            "the closed one to go",
            120,
        )

    assert OutboxEvent.objects.filter(done_at=None).count() == 0
    assert AuditEvent.objects.filter(verb="listing_hidden").count() == 1


# --- beat -----------------------------------------------------------------------------


def begun(times: int) -> bool:
    """Whether the job that hides was begun so often."""
    return JobRun.objects.filter(name="freshen").count() >= times


@pytest.mark.django_db(transaction=True)
def test_beat_killed_and_started_again_doubles_no_work(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    """It sends everything again when it starts; the work is done once all the same."""
    place = world.make_place()
    place.policy.stop_percent = 100
    place.policy.save()
    many(place, MANY, due_on=clock.today() - dt.timedelta(days=60))

    with running(process_environment, tmp_path, "worker", "beat") as site:
        until(lambda: hidden() >= 3, "the first records to be hidden")
        for started in (2, 3):
            site.kill("beat")
            site.start("beat")
            until(partial(begun, started), f"start {started} of beat to be felt")
        until(lambda: hidden() == MANY, "every record to be hidden")
        until(
            lambda: not JobRun.objects.filter(finished_at=None).exists(),
            "every run to end",
        )

    assert JobRun.objects.filter(name="freshen").count() >= 3
    runs = JobRun.objects.filter(name="freshen")
    assert sum(runs.values_list("done", flat=True)) == MANY
    assert AuditEvent.objects.filter(verb="listing_hidden").count() == MANY
    told = Message.objects.values_list("about_id", "to", "kind")
    assert len(told) == len(set(told))


@pytest.mark.django_db(transaction=True)
def test_two_beats_by_mistake_double_no_work(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    """Both send every task at once: nothing is hidden, asked or sent twice."""
    place = world.make_place()
    asked = [due(place, MONDAY) for _ in range(4)]
    clock.move_to(dt.datetime.combine(MONDAY, dt.time(10), tzinfo=clock.LONDON))
    place.policy.stop_percent = 100
    place.policy.save()
    many(place, MANY, due_on=MONDAY - dt.timedelta(days=60))
    second, letters = tmp_path / "second", tmp_path / "letters"
    second.mkdir()
    environment = process_environment | {"EMAIL_FILE_PATH": str(letters)}

    def ended(name: str) -> bool:
        runs = JobRun.objects.filter(name=name)
        return len(runs) >= 2 and all(run.finished_at for run in runs)

    with (
        running(environment, tmp_path, "worker", "beat"),
        running(environment, second, "worker", "beat"),
    ):
        for name in ("freshen", "ask"):
            until(partial(ended, name), f"both runs of {name} to end")
        until(
            lambda: not Message.objects.filter(sent_at=None).exists(),
            "every mail to go out",
        )

    assert AuditEvent.objects.filter(verb="listing_hidden").count() == MANY
    assert sum(
        JobRun.objects.filter(name="freshen").values_list("done", flat=True)
    ) == MANY  # fmt: skip
    lines = list(AskedListing.objects.values_list("listing_id", flat=True))
    assert sorted(lines) == sorted(listing.pk for listing in asked)
    mails = Message.objects.filter(kind="ask")
    assert (Ask.objects.count(), mails.count()) == (len(asked), len(asked))
    sent = [path.read_text().count("Message-ID:") for path in letters.glob("*")]
    assert sum(sent) == Message.objects.count()
