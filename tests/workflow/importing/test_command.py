"""`manage.py harvest`: what it says, how it ends, and that it works on a server."""

import csv
import io
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Partner, PartnerKind
from tests import world
from tests.workflow.importing import feeds
from workflow.importing import harvesting
from workflow.models import Harvest, HarvestProblem, Listing, Source

pytestmark = pytest.mark.django_db

Command = Callable[..., str]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command without waiting for slow servers; returns what it printed."""
    monkeypatch.setattr(harvesting, "Limits", lambda: feeds.QUICK)

    def call(source: Any, **options: Any) -> str:
        out = io.StringIO()
        options = {"partner": "Testham Council", **options}
        call_command(
            "harvest", str(source), stdout=out, stderr=io.StringIO(), **options
        )
        return out.getvalue()

    return call


def _nothing_was_stored() -> bool:
    stored = (Source, Harvest, Listing, HarvestProblem)
    return not any(model._default_manager.exists() for model in stored)


def test_it_says_what_it_found_and_where_the_problems_are(
    place: world.Place, tmp_path: Path, command: Command
) -> None:
    path = feeds.write(
        tmp_path / "feed.json",
        feeds.page(
            feeds.service(url="ask us", colour="red"),
            feeds.repairs(description="<p>Mend it.</p>"),
            {"id": "x"},
        ),
    )

    said = command(path)

    run = Harvest.objects.get()
    kept = (
        f"They are kept with this run ({run.pk}), by record and field; "
        "--problems FILE writes them out as well."
    )
    assert said.splitlines() == [
        "feed.json (ORUK 3.0): 3 services read.",
        "      2 new, in the queue now",
        "      1 without what a service needs, left out",
        "7 problems:",
        "      3 needed and not said",
        "      1 value that cannot be read",
        "      1 text repaired",
        "      1 record that cannot be used",
        "      1 field the standard does not have",
        kept,
    ]


def test_problems_are_written_out_safely(
    place: world.Place, tmp_path: Path, command: Command
) -> None:
    service = feeds.service(url="=HYPERLINK(1)", fees="<b>£2</b>")
    path = feeds.write(tmp_path / "feed.json", feeds.page(service))
    table = tmp_path / "problems.csv"

    said = command(path, problems=str(table))

    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["problem", "kind", "id", "label", "field", "value", "sentence"]
    assert [row[:6] for row in rows[1:]] == [
        ["text repaired", "service", feeds.KNITTING, "Knit and natter", "fees",
         "<b>£2</b>"],
        ["value that cannot be read", "service", feeds.KNITTING, "Knit and natter",
         "url", "'=HYPERLINK(1)"],
    ]  # fmt: skip
    assert said.endswith(f"and written to {table}, by record and field.\n")
    stored = HarvestProblem.objects.values_list("field", "value")
    assert list(stored) == [("fees", "<b>£2</b>"), ("url", "=HYPERLINK(1)")]


def test_second_run_says_that_nothing_changed(
    place: world.Place, tmp_path: Path, command: Command
) -> None:
    path = feeds.write(tmp_path / "feed.json", feeds.page(feeds.service()))
    command(path)

    assert command(path).splitlines() == [
        "feed.json (ORUK 3.0): 1 service read.",
        "      1 unchanged",
        "Everything could be used as it came.",
    ]


def test_part_of_a_source_is_said_to_be_one(
    place: world.Place, tmp_path: Path, command: Command
) -> None:
    path = feeds.write(tmp_path / "feed.json", feeds.page(feeds.service(), total=9))

    assert (
        "This was not all of the source. It says it has 9 services, and 1 could be "
        "read. So nothing was marked as gone from it."
    ) in command(path).splitlines()


def test_standard_may_be_named(
    place: world.Place, tmp_path: Path, command: Command
) -> None:
    service = feeds.service(eligibilitys=[{"minimum_age": 18}])
    path = feeds.write(tmp_path / "feed.json", [service])

    said = command(path, standard="1.0")

    assert said.startswith("feed.json (ORUK 1.0)")
    assert (Listing.objects.get().draft or {})["service"]["minimum_age"] == 18


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (500, "It answered with the error 500."),
        (404, "It answered with the error 404."),
        (b"<html>Sign in</html>", "It did not give JSON, which feeds are made of."),
        (b'{"cut": ', "It did not give JSON, which feeds are made of."),
        ({"hello": 1}, "It is neither a page of services nor a list nor a service."),
        (feeds.page(), "It holds no services."),
        (feeds.late(1.5), "It did not answer within 0.5 seconds."),
        (
            feeds.sent_on("file:///etc/hostname"),
            "It sends on to an address that is not followed.",
        ),
    ],
)
def test_source_that_cannot_be_read_ends_with_a_sentence_and_nothing_done(
    place: world.Place, feed: feeds.Feed, command: Command, answer: Any, why: str
) -> None:
    feed["/services"] = answer
    if answer == 404:
        feed["/"] = 404

    with pytest.raises(CommandError) as ended:
        command(feed.address)

    assert ended.value.returncode == 1
    assert str(ended.value) == (
        f"{feed.address} cannot be read. {why} Nothing was changed."
    )
    assert _nothing_was_stored()


def test_feed_on_a_server_is_brought_in_page_by_page(
    place: world.Place, feed: feeds.Feed, command: Command
) -> None:
    services = [feeds.service(id=f"s{n}", name=f"Knitting {n}") for n in range(5)]
    feeds.paged(feed, services, 2, at="/oruk/v3/services")

    said = command(f"{feed.address}/oruk/v3/")
    again = command(f"{feed.address}/oruk/v3/services")

    name = f"{feed.address.removeprefix('http://')}/oruk/v3"
    assert said.splitlines()[:2] == [
        f"{name} (ORUK 3.0): 5 services read.",
        "      5 new, in the queue now",
    ]
    assert again.splitlines()[1] == "      5 unchanged"
    assert feeds.pages_asked(feed) == ["1", "2", "3", "1", "2", "3"]
    assert Harvest.objects.filter(complete=True).count() == 2


def test_failure_in_the_middle_keeps_what_was_read_and_marks_nothing(
    place: world.Place, feed: feeds.Feed, command: Command
) -> None:
    services = [feeds.service(id=f"s{n}", name=f"Knitting {n}") for n in range(5)]
    feeds.paged(feed, services, 2)
    command(feed.address)
    feeds.paged(feed, [{**s, "alert": "Moved."} for s in services], 2)
    feed["/services?page=2"] = 500

    said = command(feed.address)

    changed, part = said.splitlines()[1:3]
    assert changed == (
        "      2 changed: suggested, or put into what nobody has decided yet"
    )
    assert part == (
        "This was not all of the source. Page 2 could not be read. It answered with "
        "the error 500. So nothing was marked as gone from it."
    )
    run = Harvest.objects.latest("created_at")
    assert (run.complete, run.finished_at is not None) == (False, True)


@pytest.mark.parametrize("said", ["testham council", " Testham Council ", "{pk}"])
def test_partner_is_known_by_name_or_id(
    place: world.Place, tmp_path: Path, command: Command, said: str
) -> None:
    path = feeds.write(tmp_path / "feed.json", [feeds.service()])

    command(path, partner=said.format(pk=place.council.pk))

    assert Source.objects.get().partner == place.council


def test_partner_of_two_places_needs_the_place(
    place: world.Place, tmp_path: Path, command: Command
) -> None:
    other = world.make_place("Elsewhere")
    mine = Partner.objects.create(
        partnership=other.partnership, name="Testham Council", kind=PartnerKind.COUNCIL
    )
    path = feeds.write(tmp_path / "feed.json", [feeds.service()])

    with pytest.raises(CommandError) as ended:
        command(path)
    command(path, place="elsewhere")

    assert str(ended.value) == (
        "“Testham Council” is a partner in Testham, Elsewhere. Say which with --place."
    )
    assert Source.objects.get().partner == mine


@pytest.mark.parametrize("said", ["Nobody", "d6457713-5807-4936-97cd-ed0c32049bb9"])
def test_unknown_partner_is_told_who_there_is(
    place: world.Place, tmp_path: Path, command: Command, said: str
) -> None:
    with pytest.raises(CommandError) as ended:
        command(tmp_path / "feed.json", partner=said)

    assert str(ended.value) == (
        f"There is no partner “{said}” here. "
        "There are: “Testham Council”, “Testham Health”."
    )


def test_person_who_asks_must_be_known_and_allowed(
    place: world.Place, tmp_path: Path, command: Command
) -> None:
    path = feeds.write(tmp_path / "feed.json", [feeds.service()])

    with pytest.raises(CommandError, match="Nobody here has the address x@y"):
        command(path, by="x@y")
    with pytest.raises(CommandError, match="This is for those who answer for Testham"):
        command(path, by=place.assurer.email)
    assert _nothing_was_stored()
    command(path, by=place.lead.email.upper())

    assert Listing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_second_run_at_the_same_time_is_refused_kindly(
    feed: feeds.Feed, command: Command
) -> None:
    place = world.make_place()
    feeds.paged(feed, [feeds.service()], 1)
    page = feed.answers["/services?page=1"]
    begun, go_on = threading.Event(), threading.Event()

    def slow(handler: Any) -> None:
        begun.set()
        go_on.wait(10)
        feeds.give(handler, page)

    def first() -> None:
        with closing(connection):
            harvesting.harvest(source=feed.address, partner=place.council)

    feed["/services?page=1"] = slow
    running = threading.Thread(target=first)
    running.start()
    assert begun.wait(10)

    with pytest.raises(CommandError) as ended:
        command(feed.address)
    asked = list(feed.asked)
    go_on.set()
    running.join()

    assert str(ended.value) == (
        "This source is being harvested at this moment. Try again when that run has "
        "ended."
    )
    assert asked == ["/services?page=1"]
    assert Harvest.objects.count() == 1
    assert "      1 unchanged" in command(feed.address).splitlines()
