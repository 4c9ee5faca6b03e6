"""What publishing and mail did by run, and reading the last runs of every job."""

import datetime as dt
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client

from accounts import mail
from accounts.models import Message, User
from accounts.roles import Role
from common import clock
from publishing.tasks import consume_outbox
from tests import world
from tests.workflow.pages import text
from workflow.actions import periodic
from workflow.actions.jobs import timetable
from workflow.models import JobRun, OutboxEvent
from workflow.tasks import send_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def administrator(place: world.Place) -> User:
    return world.give(world.person("Ada Administrator"), Role.ADMINISTRATOR, None)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db(transaction=True)
def test_what_was_published_and_mailed_is_counted_by_run(
    place: world.Place, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.published(place)
    for address in ("a@friends.example", "b@friends.example"):
        Message.objects.create(to=address, subject="Hello", text="Words", kind="test")
    Message.objects.exclude(kind="test").delete()

    consume_outbox()
    send_mail()
    send_mail()  # finds nothing to do, and keeps nothing

    runs = {run.name: (run.done, run.failed) for run in JobRun.objects.all()}
    published, failed = runs.pop("publish")
    assert (runs, failed) == ({"mail": (2, 0)}, 0)
    assert 0 < published <= OutboxEvent.objects.filter(done_at__isnull=False).count()
    Message.objects.create(to="c@friends.example", subject="S", text="W", kind="test")
    monkeypatch.setattr(mail, "_written", Mock(side_effect=OSError("out of reach")))
    send_mail()
    words = text(signed_in(administrator).get("/administration/jobs/"))
    assert f"saw to {published} change" in words
    assert "1 mail could not be done" in words


def test_job_that_breaks_off_keeps_its_run(place: world.Place) -> None:
    with pytest.raises(ZeroDivisionError):
        periodic.keep_if_any("mail", lambda: 1 / 0)  # type: ignore[arg-type,return-value]

    (run,) = JobRun.objects.all()
    assert (run.name, run.error, run.done) == ("mail", "ZeroDivisionError", 0)


def test_last_runs_are_read_in_one_query_however_many_there_are(
    place: world.Place, django_assert_num_queries: Any
) -> None:
    day = clock.now()
    JobRun.objects.bulk_create(
        JobRun(name=name, started_at=day - dt.timedelta(minutes=n), done=n)
        for name in ("mail", "publish")
        for n in range(30)
    )
    with django_assert_num_queries(1):
        found = {job.name: job for job in timetable()}

    assert [run.done for run in found["mail"].runs] == list(range(10))
    assert [run.done for run in found["publish"].runs] == list(range(10))
    assert found["ask"].runs == ()
