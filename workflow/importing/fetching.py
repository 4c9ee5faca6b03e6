"""Getting JSON from an address that may answer slowly, wrongly or with ill will.

Only http and https; redirects are followed by hand and never to anything else; every
answer has a limit of size and time; a server that is busy is asked again, politely.
"""

import json
import re
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx

from workflow.importing.internet import NotPublic, way_to

GZIP = b"\x1f\x8b"
NOT_PUBLIC = (
    "It is not an address of the public internet. Feeds on the own network are brought "
    "in by the administrator."
)
NOT_FOLLOWED = "It sends on to an address that is not followed."
_LONGEST_NAME = 253
_AGAIN = {429, 500, 502, 503, 504}
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Limits:
    """How far a feed is trusted with our time and memory."""

    seconds: float = 20.0
    """For connecting and for each piece of an answer."""
    answer_seconds: float = 90.0
    """For one answer as a whole."""
    attempts: int = 3
    pause: float = 1.0
    """Seconds before asking again; doubled each time."""
    longest_pause: float = 30.0
    redirects: int = 5
    answer_bytes: int = 30_000_000
    """After unpacking."""
    all_bytes: int = 600_000_000
    pages: int = 5_000
    records: int = 100_000
    public_only: bool = False
    """Whether only addresses of the public internet are asked."""


class CannotRead(Exception):
    """A source did not give what it should; with a sentence, and the HTTP status."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class _TryAgain(CannotRead):
    """What may go better next time, after ``pause`` seconds if the server says."""

    def __init__(
        self, sentence: str, status: int | None = None, pause: float | None = None
    ) -> None:
        super().__init__(sentence, status)
        self.pause = pause


class Fetcher:
    """Asks one server for JSON. Use as a context manager."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bytes_read = 0
        self.client = httpx.Client(
            timeout=limits.seconds,
            follow_redirects=False,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": "Vouch-harvest (Open Referral UK)",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def get(self, address: str, params: Mapping[str, str] | None = None) -> Any:
        """The JSON at an address. Raises CannotRead."""
        url = httpx.URL(address)
        if params:
            url = url.copy_merge_params(dict(params))
        pause = self.limits.pause
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return parse(self._answer(str(url)), self.limits.answer_bytes)
            except _TryAgain as error:
                if attempt == self.limits.attempts:
                    raise
                wait = pause if error.pause is None else error.pause
                time.sleep(min(wait, self.limits.longest_pause))
                pause *= 2
        raise CannotRead("It was not asked.")

    def _answer(self, url: str) -> bytes:
        for _ in range(self.limits.redirects + 1):
            body, onward = self._one_answer(url)
            if onward is None:
                return body
            url = _followed(url, onward)
        raise CannotRead("It sends from one address to another without end.")

    def _one_answer(self, url: str) -> tuple[bytes, str | None]:
        """The body of an answer, or where it sends on to."""
        try:
            with self.client.stream("GET", **self._way_to(url)) as answer:
                if answer.is_redirect:
                    return b"", answer.headers.get("Location", "")
                _check_status(answer)
                return self._body(answer), None
        except httpx.TimeoutException as error:
            raise _TryAgain(
                f"It did not answer within {self.limits.seconds:g} seconds."
            ) from error
        except httpx.InvalidURL as error:
            raise CannotRead(NOT_FOLLOWED) from error
        except httpx.DecodingError as error:
            raise CannotRead("Its answer is packed in a way that fails.") from error
        except httpx.TransportError as error:
            raise _TryAgain("It cannot be reached, or broke off.") from error

    def _way_to(self, url: str) -> dict[str, Any]:
        """Where a request is sent: with ``public_only`` nowhere but to the internet."""
        if not self.limits.public_only:
            return {"url": url}
        try:
            way = way_to(url)
        except NotPublic:
            raise CannotRead(NOT_PUBLIC) from None
        except OSError:
            raise _TryAgain("It cannot be reached, or broke off.") from None
        return {"url": way.url, "headers": way.headers, "extensions": way.extensions}

    def _body(self, answer: httpx.Response) -> bytes:
        started = time.monotonic()
        pieces = []
        size = 0
        for piece in answer.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            self.bytes_read += len(piece)
            if size > self.limits.answer_bytes:
                raise CannotRead(too_large(self.limits.answer_bytes))
            if self.bytes_read > self.limits.all_bytes:
                raise CannotRead("All its answers together are too large.")
            if time.monotonic() - started > self.limits.answer_seconds:
                raise CannotRead(
                    f"Its answer took more than {self.limits.answer_seconds:g} seconds."
                )
        return b"".join(pieces)


def check_address(address: str) -> None:
    """Raise CannotRead for what is no plain http or https address."""
    try:
        parts = urlsplit(address)
        port_is_a_number = parts.port is None or parts.port > 0
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL):
        raise CannotRead("This is not a web address.") from None
    if parts.scheme not in ("http", "https"):
        raise CannotRead("Only addresses that begin with http or https are read.")
    if not parts.hostname or not port_is_a_number or not _is_name(address):
        raise CannotRead("This is not a web address.")
    if parts.username or parts.password:
        raise CannotRead("Leave the sign-in name and password out of the address.")


def _is_name(address: str) -> bool:
    """Whether the host of an address can be looked up at all: no part of a name is
    empty or longer than 63 letters, and one that is coded can be read."""
    url = httpx.URL(address)
    try:
        host = url.host and url.raw_host.decode("ascii")
        host.encode("idna")
    except UnicodeError:
        return False
    return len(host.rstrip(".")) <= _LONGEST_NAME


def _followed(url: str, onward: str) -> str:
    """Where a redirect leads. Raises CannotRead for another scheme than the web's."""
    try:
        target = urljoin(url, onward)
        check_address(target)
    except (ValueError, CannotRead):
        target = ""
    secure = urlsplit(url).scheme == "https"
    if not onward or not target or (secure and target.startswith("http:")):
        raise CannotRead(NOT_FOLLOWED)
    return target


def _check_status(answer: httpx.Response) -> None:
    status = answer.status_code
    if answer.is_success:
        return
    sentence = f"It answered with the error {status}."
    if status in _AGAIN:
        after = answer.headers.get("Retry-After", "")
        raise _TryAgain(sentence, status, float(after) if after.isdecimal() else None)
    raise CannotRead(sentence, status)


def parse(body: bytes, most: int) -> Any:
    """JSON, also packed with gzip, with only text that a database can keep.

    Raises CannotRead; ``most`` is the size in bytes after unpacking.
    """
    if body.startswith(GZIP):
        body = _unpacked(body, most)
    if len(body) > most:
        raise CannotRead(too_large(most))
    try:
        value = json.loads(
            body.removeprefix(b"\xef\xbb\xbf"), parse_constant=lambda _: None
        )
        return storable(value)
    except (ValueError, RecursionError):
        raise CannotRead("It did not give JSON, which feeds are made of.") from None


def too_large(most: int) -> str:
    """The sentence for an answer or a file that is larger than the limit."""
    size = f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most:,} bytes"
    return f"It is larger than {size}."


def _unpacked(body: bytes, most: int) -> bytes:
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpack.decompress(body, most + 1)
    except zlib.error:
        raise CannotRead("It is packed in a way that fails.") from None
    return plain


def storable(value: Any) -> Any:
    """The value without the characters that PostgreSQL refuses, keys included."""
    if isinstance(value, str):
        return _NOT_STORABLE.sub("", value)
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    return value
