"""Real workers on a real broker, killed in the middle: nothing lost or doubled."""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import AuditEvent, Message
from common import clock
from publishing.models import PublishedService
from tests import world
from tests.journeys.site import running, until
from tests.workflow.asking_scene import MONDAY, due
from tests.workflow.town import many
from workflow.actions.passes import A_PASS
from workflow.choices import Channel, Hidden, Stage
from workflow.models import (
    Ask,
    AskedListing,
    JobRun,
    Listing,
    OutboxEvent,
    Record,
)

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


@contextlib.contextmanager
def slowed(event: str, seconds: float) -> Iterator[None]:
    """Let a statement on a table (“UPDATE ON workflow_listing”) take so long, so that
    there is a middle of the work to be killed in."""
    table = event.split(" ON ")[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER slowly AFTER {event} "
            "FOR EACH STATEMENT EXECUTE FUNCTION slowly()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER slowly ON {table}")
            cursor.execute("DROP FUNCTION slowly()")


def is_slowed() -> bool:
    """Whether some process is in the middle of such a statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        )
        return bool(cursor.fetchone()[0])


def test_worker_killed_while_hiding_loses_and_doubles_nothing(
    place: world.Place, process_environment: dict[str, str], tmp_path: Path
) -> None:
    """In the middle of the second pass: that one is taken back whole."""
    late = many(place, 2 * A_PASS + 10, due_on=clock.today() - dt.timedelta(days=60))
    place.policy.stop_percent = 100
    place.policy.save()

    with (
        slowed("UPDATE ON workflow_listing", 1),
        running(process_environment, tmp_path, "worker") as site,
    ):
        site.send("workflow.freshen")
        until(lambda: hidden() == A_PASS, "the first pass to be over")
        site.kill("worker")
        after_the_kill = hidden()
        site.start("worker")
        site.send("workflow.freshen")
        until(lambda: hidden() == len(late), "every record to be hidden")

    assert after_the_kill == A_PASS
    asked = {listing.pk for listing in late}
    events = AuditEvent.objects.filter(verb="listing_hidden")
    told = list(events.values_list("object_id", flat=True))
    assert (len(told), set(told)) == (len(late), asked)
    announced = list(OutboxEvent.objects.values_list("record_id", flat=True))
    assert sorted(announced) == sorted(listing.record_id for listing in late)
    reasons = Listing.objects.values_list("hidden_because", flat=True)
    assert [list(r) for r in reasons] == [[Hidden.LAPSED]] * len(late)


def runs_ended(times: int) -> bool:
    """Whether so many runs that ask came to their end."""
    ended = JobRun.objects.filter(name="ask", finished_at__isnull=False)
    return ended.count() >= times


def test_worker_killed_while_asking_asks_each_record_once(
    place: world.Place, process_environment: dict[str, str], tmp_path: Path
) -> None:
    """A mail is a row, written with what it asks or not at all: killed once while the
    mails are written, which are one transaction, and once on the phone list."""
    by_mail = [due(place, MONDAY) for _ in range(5)]
    by_phone = [
        due(place, MONDAY, body=world.organization(email=""), phones=[])
        for _ in range(5)
    ]
    clock.move_to(dt.datetime.combine(MONDAY, dt.time(10), tzinfo=clock.LONDON))

    with (
        slowed("INSERT ON workflow_ask", 1),
        running(process_environment, tmp_path, "worker") as site,
    ):
        site.send("workflow.ask")
        until(is_slowed, "the mails to be written")
        site.kill("worker")
        until(lambda: not is_slowed(), "the dying connection to end")
        after_first = Ask.objects.count()
        site.start("worker")
        site.send("workflow.ask")
        until(lambda: Ask.objects.count() > len(by_mail), "some on the phone list")
        site.kill("worker")
        after_second = Ask.objects.count()
        site.start("worker")
        # A contact point that the dying connection still holds waits for the next run.
        for ended in (1, 2):
            site.send("workflow.ask")
            until(partial(runs_ended, ended), "the run to end")

    records = by_mail + by_phone
    assert after_first == 0
    assert len(by_mail) < after_second < len(records)
    lines = list(AskedListing.objects.values_list("listing_id", flat=True))
    assert sorted(lines) == sorted(listing.pk for listing in records)
    asks = Ask.objects.filter(channel=Channel.MAIL).values_list("message_id", flat=True)
    mails = Message.objects.filter(kind="ask").values_list("pk", flat=True)
    assert set(mails) == set(asks)
    assert (len(asks), Ask.objects.count()) == (len(by_mail), len(records))


def test_worker_killed_while_sending_sends_no_mail_twice(
    place: world.Place, process_environment: dict[str, str], tmp_path: Path
) -> None:
    """What was claimed and perhaps sent is left to a person; the rest goes out."""
    letters = tmp_path / "letters"
    mails = Message.objects.bulk_create(
        Message(to=f"box{n}@wexcombe.example", kind="test", subject="Hello", text="Hi.",
                about_id=place.partnership.pk, send_after=clock.now())
        for n in range(30)
    )  # fmt: skip

    def gone() -> list[str]:
        texts = [path.read_text() for path in letters.glob("*")]
        return [x for text in texts for x in re.findall("^To: (.*)$", text, re.M)]

    with (
        slowed("UPDATE ON accounts_message", 0.05),
        running(
            process_environment | {"EMAIL_FILE_PATH": str(letters)}, tmp_path, "worker"
        ) as site,
    ):
        site.send("workflow.send_mail")
        until(lambda: len(gone()) >= 3, "the first to go out")
        site.kill("worker")
        after_the_kill = len(gone())
        site.start("worker")
        site.send("workflow.send_mail")
        until(
            lambda: not Message.objects.filter(claimed_at=None).exists(),
            "every mail to be taken",
        )
        until(
            lambda: Message.objects.filter(sent_at=None).count() <= 1, "the last to go"
        )

    assert after_the_kill < len(mails)
    unsure = set(Message.objects.filter(sent_at=None).values_list("to", flat=True))
    assert len(gone()) == len(set(gone()))
    assert set(gone()) | unsure == {mail.to for mail in mails}
    assert len(unsure) <= 1


def test_worker_killed_while_publishing_loses_and_doubles_nothing(
    place: world.Place, process_environment: dict[str, str], tmp_path: Path
) -> None:
    publish_many(place)
    waiting = OutboxEvent.objects.filter(done_at=None).count()

    with running(process_environment, tmp_path, "worker") as site:
        site.send("publishing.consume_outbox")
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
