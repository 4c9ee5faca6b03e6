"""Nothing that somebody types makes the server ask its own network."""

import socket
from dataclasses import replace
from typing import Any

import pytest

from tests.workflow.importing import feeds
from workflow.importing import internet
from workflow.importing.fetching import NOT_PUBLIC, CannotRead, Fetcher
from workflow.importing.internet import NotPublic, is_public, way_to

STRICT = replace(feeds.QUICK, public_only=True)


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.0.0.8", "172.16.4.4", "192.168.1.1", "169.254.169.254",
        "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::",  # noqa: S104
        "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_numbers_of_other_networks_are_not_public(number: str) -> None:
    assert is_public(number) is False


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da::"])
def test_numbers_of_the_internet_are_public(number: str) -> None:
    assert is_public(number) is True


def _names(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    def found(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, 0, 0, "", (number, port)) for number in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", found)


def test_the_number_that_was_judged_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, "93.184.215.14")

    way = way_to("https://feed.example.org:8443/api?x=1")

    assert str(way.url) == "https://93.184.215.14:8443/api?x=1"
    assert way.headers == {"Host": "feed.example.org:8443"}
    assert way.extensions == {"sni_hostname": "feed.example.org"}


def test_a_name_with_one_private_number_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _names(monkeypatch, "93.184.215.14", "10.0.0.8")

    with pytest.raises(NotPublic):
        way_to("https://feed.example.org/")


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a" * 300, "a..b"])
def test_what_can_be_no_name_is_not_known(host: str) -> None:
    with pytest.raises(OSError, match="No name can be written"):
        way_to(f"http://{host}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
def test_a_feed_on_this_machine_is_not_asked(feed: feeds.Feed, host: str) -> None:
    feed["/"] = {"secret": True}
    port = feed.address.rpartition(":")[2]

    with Fetcher(STRICT) as fetcher, pytest.raises(CannotRead) as refused:
        fetcher.get(f"http://{host}:{port}/")

    assert refused.value.sentence == NOT_PUBLIC
    assert feed.asked == []


def test_a_redirect_into_the_own_network_is_not_followed(
    feed: feeds.Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer comes from an address that is taken to be public."""
    real = internet.is_public
    allowed = iter([True])
    monkeypatch.setattr(
        internet, "is_public", lambda number: next(allowed, real(number))
    )
    feed["/"] = lambda handler: feeds.send(
        handler, b"", 302, Location=f"{feed.address}/inside"
    )
    feed["/inside"] = {"secret": True}

    with Fetcher(STRICT) as fetcher, pytest.raises(CannotRead) as refused:
        fetcher.get(f"{feed.address}/")

    assert refused.value.sentence == NOT_PUBLIC
    assert feed.asked == ["/"]
