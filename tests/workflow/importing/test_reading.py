"""The records of a feed: pages, full records, files, and what was missed."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.importing import feeds
from workflow.importing import reading
from workflow.importing.fetching import CannotRead
from workflow.importing.reading import ORUK_1, ORUK_3, Feed


def _read(source: Any, **limits: Any) -> Feed:
    return reading.read(str(source), limits=replace(feeds.QUICK, **limits))


def _short(number: int) -> dict[str, Any]:
    return {"id": f"s{number}", "name": f"Service {number}", "status": "active"}


def _full(number: int) -> dict[str, Any]:
    return {**_short(number), "phones": [{"number": "01632 960123"}]}


def _ids(feed: Feed) -> list[str]:
    return [item.value["id"] for item in feed.items]


# --- pages ----------------------------------------------------------------------------


def test_all_pages_of_oruk_3_are_read(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_full(n) for n in range(5)], 2)

    read = _read(feed.address)

    assert _ids(read) == ["s0", "s1", "s2", "s3", "s4"]
    assert read.standard == ORUK_3
    assert (read.whole, read.shortfall) == (True, "")
    assert feed.asked == [f"/services?page={n}" for n in (1, 2, 3)]


def test_all_pages_of_oruk_1_are_read(feed: feeds.Feed) -> None:
    for number in (1, 2):
        feed[f"/v1/services?page={number}"] = {
            "totalElements": 2,
            "totalPages": 2,
            "number": number,
            "last": number == 2,
            "content": [{**_short(number), "regular_schedules": [{"byday": "MO"}]}],
        }

    read = _read(f"{feed.address}/v1/")

    assert _ids(read) == ["s1", "s2"]
    assert (read.standard, read.whole) == (ORUK_1, True)


@pytest.mark.parametrize("path", ["", "/", "/services", "/services/", "/services#x"])
def test_address_may_be_that_of_the_feed_or_of_its_services(
    feed: feeds.Feed, path: str
) -> None:
    feeds.paged(feed, [_full(1)], 1)

    assert _ids(_read(feed.address + path)) == ["s1"]
    assert feed.asked == ["/services?page=1"]


def test_query_of_an_address_is_kept_on_every_page(feed: feeds.Feed) -> None:
    for number in (1, 2):
        feed[f"/services?key=abc&page={number}"] = {
            **feeds.page(_full(number), total=2),
            "total_pages": 2,
            "page_number": number,
            "last_page": number == 2,
        }

    assert _ids(_read(f"{feed.address}/?key=abc")) == ["s1", "s2"]


def test_saved_page_on_a_server_is_read_as_it_is(feed: feeds.Feed) -> None:
    feed["/saved.json"] = feeds.page(_full(1), _full(2))

    assert _ids(_read(f"{feed.address}/saved.json")) == ["s1", "s2"]
    assert feed.asked == ["/saved.json/services?page=1", "/saved.json"]


def test_page_that_fails_leaves_what_was_read_before(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_full(n) for n in range(6)], 2)
    feed["/services?page=2"] = 500

    read = _read(feed.address)

    assert _ids(read) == ["s0", "s1"]
    assert not read.whole
    assert read.shortfall == (
        "Page 2 could not be read. It answered with the error 500."
    )


def test_server_that_gives_the_same_page_again_is_left(feed: feeds.Feed) -> None:
    feed["/services"] = {**feeds.page(_full(1), total=9), "total_pages": 9} | {
        "last_page": False
    }

    read = _read(feed.address)

    assert _ids(read) == ["s1"]
    assert read.shortfall == "It gave page 1 when asked for page 2."


def test_pages_without_end_are_left(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_full(n) for n in range(9)], 1)

    read = _read(feed.address, pages=3)

    assert _ids(read) == ["s0", "s1", "s2"]
    assert read.shortfall == "It has more pages than are read."


@pytest.mark.parametrize(
    ("said", "shortfall"),
    [
        (3, "It says it has 3 services, and 2 could be read."),
        (1, "It says it has 1 service, and 2 could be read."),
        (None, "It does not say how many services it has."),
        ("2", ""),
    ],
)
def test_reading_is_whole_only_if_the_total_is_right(
    feed: feeds.Feed, said: Any, shortfall: str
) -> None:
    feed["/services"] = {**feeds.page(_full(1), _full(2)), "total_items": said}

    assert _read(feed.address).shortfall == shortfall


def test_service_given_twice_does_not_stand_for_another(feed: feeds.Feed) -> None:
    feed["/services"] = feeds.page(_full(1), _full(1))

    assert not _read(feed.address).whole


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (500, "It answered with the error 500."),
        (b"<html>", "It did not give JSON, which feeds are made of."),
        (
            {"message": "hello"},
            "It is neither a page of services nor a list nor a service.",
        ),
        (b'"services"', "It is neither a page of services nor a list nor a service."),
        (feeds.page(), "It holds no services."),
        ([], "It holds no services."),
    ],
)
def test_source_without_a_beginning_cannot_be_read(
    feed: feeds.Feed, answer: Any, sentence: str
) -> None:
    feed["/services"] = answer

    with pytest.raises(CannotRead) as refusal:
        _read(feed.address)

    assert refusal.value.sentence == sentence


# --- full records ---------------------------------------------------------------------


def test_short_services_are_asked_for_in_full(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_short(1), _full(2), {**_short(3), "id": "a/b c"}], 2)
    feed["/services/s1"] = _full(1)
    feed["/services/a%2Fb%20c"] = {**_full(3), "id": "a/b c"}

    read = _read(feed.address)

    assert [item.is_short for item in read.items] == [False, False, False]
    assert [len(item.value["phones"]) for item in read.items] == [1, 1, 1]
    assert feed.asked[2:] == ["/services/s1", "/services/a%2Fb%20c"]
    assert read.whole


def test_full_record_may_be_as_short_as_it_is(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_short(1)], 1)
    feed["/services/s1"] = _short(1)

    assert [item.is_short for item in _read(feed.address).items] == [False]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (500, "It answered with the error 500."),
        (404, "It answered with the error 404."),
        (feeds.page(), "Its full record is about something else."),
        ({"id": "s3", "name": "Another"}, "Its full record is about something else."),
    ],
)
def test_service_without_its_full_record_is_named_and_left_out(
    feed: feeds.Feed, answer: Any, sentence: str
) -> None:
    feeds.paged(feed, [_short(1), _short(2)], 2)
    feed["/services/s1"] = _full(1)
    feed["/services/s2"] = answer

    read = _read(feed.address)

    assert _ids(read) == ["s1"]
    assert read.failed_ids == {"s2": sentence}
    assert read.ids == {"s1", "s2"}
    assert read.shortfall == "The full record of 1 service could not be read."


def test_source_without_full_records_is_taken_as_it_is(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_short(n) for n in range(5)], 5)

    read = _read(feed.address)

    assert [item.is_short for item in read.items] == [True] * 5
    assert len(feed.asked) == 1 + 3
    assert (read.whole, read.failed_ids) == (True, {})


def test_source_that_broke_down_is_not_asked_for_each_record(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_short(n) for n in range(20)], 20)
    for number in range(20):
        feed[f"/services/s{number}"] = _full(number) if number < 2 else 503

    read = _read(feed.address, attempts=1)

    assert _ids(read) == ["s0", "s1"]
    assert len(feed.asked) == 1 + 2 + 5
    assert len(read.failed_ids) == 18
    assert read.failed_ids["s19"] == (
        "It was not asked for, as those before it failed."
    )


# --- files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "ids", "standard", "whole"),
    [
        (feeds.page(_full(1), _full(2)), ["s1", "s2"], ORUK_3, True),
        (feeds.page(_full(1), total=7), ["s1"], ORUK_3, False),
        ({"content": [_full(1)], "totalElements": 1}, ["s1"], ORUK_1, True),
        ([_full(1), _full(2)], ["s1", "s2"], ORUK_3, False),
        ([{**_short(1), "eligibilitys": []}], ["s1"], ORUK_1, False),
        ({**_short(1), "attending_access": ""}, ["s1"], ORUK_1, False),
        (_full(1), ["s1"], ORUK_3, False),
        ({"contents": [{**_short(1), "deliverable_type": ""}]}, ["s1"], ORUK_1, False),
        ({"content": [{**_short(1), "last_modified": ""}]}, ["s1"], ORUK_3, False),
    ],
)
def test_file_holds_a_page_a_list_or_a_service(
    tmp_path: Path, content: Any, ids: list[str], standard: str, whole: bool
) -> None:
    read = _read(feeds.write(tmp_path / "feed.json", content))

    assert (_ids(read), read.standard, read.whole) == (ids, standard, whole)


def test_packed_file_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "feed.json.gz"
    path.write_bytes(gzip.compress(json.dumps(feeds.page(_full(1))).encode()))

    assert _ids(_read(path)) == ["s1"]


def test_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRead) as refusal:
        _read(tmp_path / "nothing.json")

    assert refusal.value.sentence == (
        "The file cannot be read: No such file or directory."
    )


def test_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = feeds.write(tmp_path / "feed.json", ["x" * 2000])

    with pytest.raises(CannotRead) as refusal:
        _read(path, answer_bytes=1000)

    assert refusal.value.sentence == "It is larger than 1,000 bytes."


@pytest.mark.parametrize("content", [[[]] * 4, feeds.page([], [], [], [])])
def test_file_of_too_many_records_is_not_read(tmp_path: Path, content: Any) -> None:
    path = feeds.write(tmp_path / "feed.json", content)

    with pytest.raises(CannotRead) as refusal:
        _read(path, records=3)

    assert refusal.value.sentence == (
        "It holds 4 records, and at most 3 are read at once. Divide it into several."
    )


def test_page_of_too_many_records_is_not_read(feed: feeds.Feed) -> None:
    feeds.paged(feed, [_full(n) for n in range(4)], 4)

    with pytest.raises(CannotRead, match="It holds 4 records, and at most 3"):
        _read(feed.address, records=3)


@pytest.mark.parametrize(("every", "said"), [(0.0, 4), (60.0, 0)])
def test_a_slow_source_is_told_of_by_time(
    feed: feeds.Feed, monkeypatch: pytest.MonkeyPatch, every: float, said: int
) -> None:
    monkeypatch.setattr(reading, "SAYS_EVERY", every)
    feeds.paged(feed, [_short(n) for n in range(4)], 4)
    for number in range(4):
        feed[f"/services/s{number}"] = _full(number)
    heard: list[str] = []

    reading.read(feed.address, limits=feeds.QUICK, say=heard.append)

    assert heard == [f"{n} of 4 services in full" for n in range(1, said + 1)]
