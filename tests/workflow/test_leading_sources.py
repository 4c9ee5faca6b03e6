"""The sources of a place as pages: asking for one, its runs, its problems."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common import clock
from common.errors import InvalidState
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow.actions import asking
from workflow.importing import requests
from workflow.importing.fetching import NOT_PUBLIC
from workflow.models import (
    Harvest,
    HarvestProblem,
    HarvestRequest,
    JobRun,
    Listing,
    Source,
)

pytestmark = pytest.mark.django_db

PAGE = "/lead/sources/"


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def ask(place: world.Place, **typed: Any) -> Any:
    data = {"partner": place.council.pk, "name": "The old directory", **typed}
    return signed_in(place.lead).post(PAGE, data)


def sent(*services: Any) -> SimpleUploadedFile:
    content = json.dumps(feeds.page(*services)).encode()
    return SimpleUploadedFile("old.json", content, "application/json")


def read_all() -> JobRun:
    run = JobRun.objects.create(name="bring_in")
    requests.read_all(run)
    return run


def problem(run: Harvest, **values: Any) -> HarvestProblem:
    given = {
        "what": "text repaired", "kind": "service", "external_id": "1",
        "label": "Knit and natter", "field": "email", "sentence": "A blank was cut.",
        **values,
    }  # fmt: skip
    return HarvestProblem.objects.create(harvest=run, **given)


# --- asking ---------------------------------------------------------------------------


def test_a_file_is_read_by_a_job_and_then_taken_away(place: world.Place) -> None:
    answer = ask(place, file=sent(feeds.service(), feeds.repairs()))
    waits = signed_in(place.lead).get(PAGE)
    read_all()

    request = HarvestRequest.objects.get()
    source = Source.objects.get()
    assert answer.status_code == 302
    assert "Waiting" in text(waits)
    assert (source.name, source.address) == ("The old directory", "File: old.json")
    assert Listing.objects.filter(source=source).count() == 2
    assert (request.body, request.error) == (None, "")
    assert request.harvest == Harvest.objects.get()


def test_the_same_file_again_is_the_same_source(place: world.Place) -> None:
    for _ in range(2):
        ask(place, file=sent(feeds.service()))
        read_all()

    assert Source.objects.count() == 1
    assert Harvest.objects.count() == 2


def test_an_address_of_the_own_network_is_refused_with_a_sentence(
    place: world.Place,
) -> None:
    ask(place, address="http://127.0.0.1:9/services")
    read_all()

    page = signed_in(place.lead).get(PAGE)
    assert HarvestRequest.objects.get().error == NOT_PUBLIC
    assert NOT_PUBLIC in text(page)
    assert Source.objects.count() == 0


def test_an_address_of_the_own_network_is_read_where_that_is_configured(
    place: world.Place, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HARVEST_PRIVATE_NETWORKS = True
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with feeds.served() as feed:
        feed["/services"] = feeds.page(feeds.service())
        feed[f"/services/{feeds.KNITTING}"] = feeds.service()
        ask(place, address=feed.address)
        read_all()

    assert HarvestRequest.objects.get().error == ""
    assert Listing.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"address": ["Give its address, or choose a file."]}),
        (
            {"address": "file:///etc/passwd"},
            {"address": ["Only addresses that begin with http or https are read."]},
        ),
        (
            {"address": "https://me:word@feed.example.org/"},
            {"address": ["Leave the sign-in name and password out of the address."]},
        ),
    ],
)
def test_what_cannot_be_read_is_said_at_once(
    place: world.Place, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = ask(place, **typed)

    assert answer.status_code == 200
    assert answer.context["form"].errors == errors
    assert HarvestRequest.objects.count() == 0


def test_an_address_and_a_file_are_one_too_many(place: world.Place) -> None:
    answer = ask(place, address="https://feed.example.org/", file=sent())

    assert answer.context["form"].errors == {
        "file": ["Give either an address or a file, not both."]
    }


def test_a_source_that_waits_is_not_asked_for_twice(place: world.Place) -> None:
    ask(place, address="https://feed.example.org/")
    again = ask(place, address="https://feed.example.org/")

    assert again.status_code == 200
    assert again.context["form"].non_field_errors() == [
        "This source is being brought in already."
    ]


def test_a_file_that_is_no_feed_comes_to_nothing(place: world.Place) -> None:
    ask(place, file=SimpleUploadedFile("a.json", b"not json"))
    run = read_all()

    request = HarvestRequest.objects.get()
    assert (run.done, run.failed) == (0, 1)
    assert request.error == "It did not give JSON, which feeds are made of."
    assert request.body is None


# --- the job --------------------------------------------------------------------------


def _asked(place: world.Place, **values: Any) -> HarvestRequest:
    return HarvestRequest.objects.create(
        partner=place.council, asked_by=place.lead, address="File: x.json", **values
    )


def test_a_reading_that_a_killed_worker_left_is_taken_up_again(
    place: world.Place,
) -> None:
    left = _asked(place, begun_at=clock.now(), said_at=clock.now(), tries=1)

    now = asking.take_request()
    with clock.at(clock.now() + asking.SILENCE + dt.timedelta(seconds=1)):
        later = asking.take_request()

    assert now is None
    assert later is not None
    assert (later.pk, later.tries) == (left.pk, 2)


def test_a_reading_that_is_broken_off_each_time_is_given_up(
    place: world.Place,
) -> None:
    _asked(place, tries=asking.MOST_TRIES)

    assert asking.take_request() is None
    assert HarvestRequest.objects.get().error == (
        "It was broken off each time it was tried."
    )


def test_who_asked_and_may_not_any_more_brings_nothing_in(place: world.Place) -> None:
    ask(place, file=sent(feeds.service()))
    HarvestRequest.objects.update(asked_by=place.reader)
    read_all()

    assert Listing.objects.count() == 0
    assert HarvestRequest.objects.get().error == ("Who asked for it may not any more.")


def test_how_far_a_reading_is_stands_on_the_page(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []

    def harvest(**options: Any) -> Any:
        options["say"]("100 of 300 services taken in")
        said.append(text(signed_in(place.lead).get(PAGE)))
        raise InvalidState("Stopped.")

    monkeypatch.setattr(requests, "harvest", harvest)
    ask(place, address="https://feed.example.org/")
    read_all()

    assert "So far: 100 of 300 services taken in." in said[0]
    assert "Being read" in said[0]


# --- what a harvest found -------------------------------------------------------------


def test_problems_stand_by_kind_with_links_to_their_records(
    place: world.Place,
) -> None:
    ask(place, file=sent(feeds.service(email="  ask us"), feeds.repairs(colour="red")))
    read_all()
    source, listing = Source.objects.get(), Listing.objects.get(title="Knit and natter")

    page = signed_in(place.assurer).get(reverse("workflow:source", args=[source.pk]))

    found = {
        group["what"]: [(r["problem"].label, r["problem"].field, r["url"])
                        for r in group["rows"]]
        for group in page.context["groups"]
    }  # fmt: skip
    url = reverse("workflow:record", args=[listing.pk])
    assert page.status_code == 200
    assert found == {
        "Value that cannot be read": [("Knit and natter", "email", url)],
        "Field the standard does not have": [("Service", "colour", "")],
    }


def test_a_kind_with_many_problems_is_shown_in_full_on_its_own_page(
    place: world.Place,
) -> None:
    source = Source.objects.create(partner=place.council, name="Old", address="x")
    run = Harvest.objects.create(source=source, finished_at=clock.now())
    for number in range(12):
        problem(run, external_id=str(number), label=f"Service {number:02}")
    problem(run, what="needed and not said")
    client, url = signed_in(place.lead), reverse("workflow:source", args=[source.pk])

    first = client.get(url)
    (group, other) = first.context["groups"]
    rest = client.get(group["url"])

    assert (group["count"], len(group["rows"]), other["url"]) == (12, 10, "")
    assert len(rest.context["groups"][0]["rows"]) == 12


def test_a_run_that_missed_something_says_what(place: world.Place) -> None:
    source = Source.objects.create(partner=place.council, name="Old", address="x")
    Harvest.objects.create(
        source=source, finished_at=clock.now(),
        counts={"shortfall": "Page 3 could not be read.", "read": 40},
    )  # fmt: skip

    page = text(signed_in(place.lead).get(reverse("workflow:source", args=[source.pk])))

    assert "Not read completely" in page
    assert "Page 3 could not be read." in page


def test_what_vanished_stands_with_its_day(place: world.Place) -> None:
    for services in ((feeds.service(), feeds.repairs()), (feeds.repairs(),)):
        ask(place, file=sent(*services))
        read_all()
    source = Source.objects.get()

    page = signed_in(place.lead).get(reverse("workflow:source", args=[source.pk]))

    assert [one["title"] for one in page.context["vanished"]] == ["Knit and natter"]


# --- who ------------------------------------------------------------------------------


def test_an_assurer_reads_the_page_and_brings_nothing_in(place: world.Place) -> None:
    client = signed_in(place.assurer)

    page = client.get(PAGE)
    tried = client.post(
        PAGE,
        {"partner": place.council.pk, "name": "X", "address": "https://x.example/"},
    )

    assert page.context["may_bring_in"] is False
    assert "Bring in a source" not in text(page)
    assert tried.status_code == 403
    assert HarvestRequest.objects.count() == 0


def test_a_reader_does_not_find_it(place: world.Place) -> None:
    assert signed_in(place.reader).get(PAGE).status_code == 403


def test_a_source_of_another_place_is_not_there(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    source = Source.objects.create(partner=other.council, name="Old", address="x")

    page = signed_in(place.lead).get(reverse("workflow:source", args=[source.pk]))

    assert page.status_code == 404
    assert "Old" not in text(signed_in(place.lead).get(PAGE))
