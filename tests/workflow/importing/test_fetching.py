"""Getting JSON from servers that answer slowly, wrongly or with ill will."""

import gzip
import json
import time
from dataclasses import replace

import pytest

from tests.workflow.importing import feeds
from workflow.importing import fetching
from workflow.importing.fetching import CannotRead, Fetcher, Limits, parse


def _get(feed: feeds.Feed, path: str = "/", limits: Limits = feeds.QUICK):
    with Fetcher(limits) as fetcher:
        return fetcher.get(feed.address + path)


def _refused(feed: feeds.Feed, path: str = "/", limits: Limits = feeds.QUICK) -> str:
    with pytest.raises(CannotRead) as refusal:
        _get(feed, path, limits)
    return refusal.value.sentence


def test_json_is_given_as_it_is(feed: feeds.Feed) -> None:
    feed["/"] = {"a": [1, "é", None]}

    assert _get(feed) == {"a": [1, "é", None]}


def test_it_says_who_asks_and_what_it_understands(feed: feeds.Feed) -> None:
    heard = {}

    def answer(handler) -> None:
        heard.update(handler.headers)
        feeds.send(handler, b"{}")

    feed["/"] = answer
    _get(feed)

    assert heard["User-Agent"] == "Vouch-harvest (Open Referral UK)"
    assert heard["Accept"] == "application/json"
    assert heard["Accept-Encoding"] == "gzip, deflate"


def test_packed_answer_is_unpacked(feed: feeds.Feed) -> None:
    body = gzip.compress(b'{"packed": true}')
    feed["/"] = lambda handler: feeds.send(handler, body, Content_Encoding="gzip")

    assert _get(feed) == {"packed": True}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_server_in_trouble_is_asked_again(feed: feeds.Feed, status: int) -> None:
    feed["/"] = feeds.one_after_another(status, {"well": "again"})

    assert _get(feed) == {"well": "again"}
    assert feed.asked == ["/", "/"]


def test_server_that_stays_in_trouble_is_given_up(feed: feeds.Feed) -> None:
    feed["/"] = 503

    assert _refused(feed) == "It answered with the error 503."
    assert feed.asked == ["/", "/"]


def test_server_says_when_to_come_back(
    feed: feeds.Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    busy = [
        lambda handler, after=after: feeds.send(handler, b"", 429, Retry_After=after)
        for after in ("7", "3600", "tomorrow")
    ]
    feed["/"] = feeds.one_after_another(*busy, {})

    _get(feed, limits=replace(feeds.QUICK, attempts=4, pause=1.0))

    assert waited == [7.0, 30.0, 4.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_clear_refusal_is_not_asked_again(feed: feeds.Feed, status: int) -> None:
    feed["/"] = status

    assert _refused(feed) == f"It answered with the error {status}."
    assert feed.asked == ["/"]


def test_silence_ends_after_its_time(feed: feeds.Feed) -> None:
    feed["/"] = feeds.late(1.5)

    assert _refused(feed) == "It did not answer within 0.5 seconds."


def test_answer_without_end_is_cut_off(feed: feeds.Feed) -> None:
    feed["/"] = feeds.dripping(50, 0.1)

    assert _refused(feed) == "Its answer took more than 1 seconds."


def test_nobody_there_is_said() -> None:
    with (
        Fetcher(feeds.QUICK) as fetcher,
        pytest.raises(CannotRead, match="It cannot be reached"),
    ):
        fetcher.get("http://127.0.0.1:9/")


def test_huge_answer_is_not_read_to_its_end(feed: feeds.Feed) -> None:
    feed["/"] = b"[" + b"1," * 2_000_000 + b"1]"

    said = _refused(feed, limits=replace(feeds.QUICK, answer_bytes=1_000_000))

    assert said == "It is larger than 1 MB."


def test_answer_that_grows_when_unpacked_is_refused(feed: feeds.Feed) -> None:
    body = gzip.compress(b"[" + b" " * 30_000_000 + b"]")
    feed["/"] = lambda handler: feeds.send(handler, body, Content_Encoding="gzip")
    feed["/file"] = body
    small = replace(feeds.QUICK, answer_bytes=1_000_000)

    assert len(body) < 100_000
    assert _refused(feed, "/", small) == "It is larger than 1 MB."
    assert _refused(feed, "/file", small) == "It is larger than 1 MB."


def test_answers_together_have_a_limit(feed: feeds.Feed) -> None:
    feed["/"] = b"[" + b" " * 400_000 + b"]"
    limits = replace(feeds.QUICK, all_bytes=1_000_000)

    with Fetcher(limits) as fetcher:
        fetcher.get(feed.address)
        fetcher.get(feed.address)
        with pytest.raises(CannotRead, match="All its answers together"):
            fetcher.get(feed.address)


def test_redirect_is_followed_on_the_web(feed: feeds.Feed) -> None:
    feed["/"] = feeds.sent_on("/moved?x=1")
    feed["/moved?x=1"] = feeds.sent_on(f"{feed.address}/there", 308)
    feed["/there"] = {"found": True}

    assert _get(feed) == {"found": True}


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1/",
        "javascript:1",
        "http://somebody:secret@127.0.0.1/",
        "http://[broken/",
        "",
    ],
)
def test_redirect_to_anything_else_is_refused(feed: feeds.Feed, to: str) -> None:
    feed["/"] = feeds.sent_on(to)

    assert _refused(feed) == "It sends on to an address that is not followed."
    assert feed.asked == ["/"]


def test_redirect_from_https_to_http_is_refused() -> None:
    with pytest.raises(CannotRead, match="not followed"):
        fetching._followed("https://feeds.example.org/", "http://feeds.example.org/")


def test_endless_redirect_is_left(feed: feeds.Feed) -> None:
    feed["/"] = feeds.sent_on("/")

    assert _refused(feed) == "It sends from one address to another without end."
    assert len(feed.asked) == 6


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><title>Sign in</title>",
        b'{"cut": "off',
        b"",
        b"\xff\xfe\xfd",
        b"[" * 100_000,
        b"[" + b"9" * 10_000 + b"]",
    ],
)
def test_what_is_not_json_is_refused(feed: feeds.Feed, body: bytes) -> None:
    feed["/"] = body

    assert _refused(feed) == "It did not give JSON, which feeds are made of."


def test_what_no_database_can_keep_is_left_out() -> None:
    body = b'{"a\\u0000": ["b\\u0000c", "\\ud800d"], "e": NaN, "f": -Infinity}'

    assert parse(body, 1000) == {"a": ["bc", "d"], "e": None, "f": None}


def test_mark_at_the_beginning_of_a_file_is_passed_over() -> None:
    body = "\ufeff" + json.dumps(["é"], ensure_ascii=False)

    assert parse(body.encode(), 1000) == ["é"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("file:///etc/hostname", "Only addresses that begin with http or https"),
        ("ftp://feeds.example.org/", "Only addresses that begin with http or https"),
        ("https:///services", "This is not a web address."),
        ("https://feeds.example.org:port/", "This is not a web address."),
        ("http://xn--/", "This is not a web address."),
        (f"http://{'a' * 300}/", "This is not a web address."),
        (f"http://{'a.' * 150}org/", "This is not a web address."),
        ("http://feeds..example.org/", "This is not a web address."),
        ("https://me:secret@feeds.example.org/", "Leave the sign-in name and password"),
    ],
)
def test_address_that_is_not_plain_is_refused(address: str, sentence: str) -> None:
    with pytest.raises(CannotRead, match=sentence):
        fetching.check_address(address)


@pytest.mark.parametrize(
    "host",
    ["straße.example", "xn--strae-oqa.example", "[2606:2800:21f::1]", "a_b.org."],
)
def test_unusual_names_are_addresses(host: str) -> None:
    fetching.check_address(f"https://{host}/feed")
