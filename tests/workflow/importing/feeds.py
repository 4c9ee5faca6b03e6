"""Invented feeds for the tests of harvesting, and a server that gives them."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from workflow.importing.fetching import Limits

HALL = "2c1b8f77-0f0e-4f5e-8d3b-7a1c9e5d4b04"
MAKERS = "0d8f1e9b-3a64-4bb0-8a52-6c1f7e7b9a02"
KNITTING = "6f0c2f3e-5f51-4f0e-9c3a-0b7a5d1e2f01"
REPAIRS = "7a1d3c4f-6e62-4a1f-8d4b-1c8b6e2f3a05"
PHONE = "f5dae407-b162-4cad-8e93-4a5b6c7d8e13"

QUICK = Limits(seconds=0.5, answer_seconds=1.0, attempts=2, pause=0.01)
"""Limits that a test does not wait for."""


def organization(**values: Any) -> dict[str, Any]:
    """An organization in ORUK 3.0."""
    return {
        "id": MAKERS,
        "name": "Pinfold Makers",
        "description": "A group of people who make things.",
        "website": "https://pinfoldmakers.example.org/",
        **values,
    }


def hall(**values: Any) -> dict[str, Any]:
    """A location in ORUK 3.0."""
    return {
        "id": HALL,
        "location_type": "physical",
        "name": "Pinfold Hall",
        "addresses": [
            {
                "id": "10cd3037-35a1-5412-b904-7207a96fce82",
                "address_1": "2 Mill Lane",
                "city": "Pinfold",
                "state_province": "England",
                "postal_code": "BA12 9ZZ",
                "country": "GB",
                "address_type": "physical",
            }
        ],
        **values,
    }


def service(**values: Any) -> dict[str, Any]:
    """A full service in ORUK 3.0 that passes the policy of a new place."""
    return {
        "id": KNITTING,
        "name": "Knit and natter",
        "description": "Bring your needles, we bring the tea.",
        "status": "active",
        "url": "https://knitting.example.org/",
        "organization": organization(),
        "phones": [{"id": PHONE, "number": "01632 960123"}],
        "service_at_locations": [
            {"id": "9b7d4a10-51d5-4c63-9ad1-6ad9f8a11c03", "location": hall()}
        ],
        **values,
    }


def repairs(**values: Any) -> dict[str, Any]:
    """A second service of the same organization in the same place."""
    own: dict[str, Any] = {
        "id": REPAIRS,
        "name": "Repair workshop",
        "description": "Bring what is broken and mend it with us.",
        "phones": [],
        "service_at_locations": [
            {"id": "808426d8-b802-4846-96d9-9f5fec6f4ab9", "location": hall()}
        ],
    }
    return service(**own | values)


def page(*services: Any, total: int | None = None) -> dict[str, Any]:
    """One page of ORUK 3.0 that holds the whole feed unless it says more."""
    return {
        "total_items": len(services) if total is None else total,
        "total_pages": 1,
        "page_number": 1,
        "size": len(services),
        "first_page": True,
        "last_page": True,
        "empty": not services,
        "contents": list(services),
    }


def write(path: Path, content: Any) -> Path:
    """Save a feed as a file."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Feed:
    """A server on this machine: what it answers by path and page, and what was asked.

    An answer is a JSON value, bytes, a status, or a function that writes it.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def __setitem__(self, path: str, answer: Any) -> None:
        self.answers[path] = answer

    def find(self, target: str) -> Any:
        """The answer for a path with its query, else for the path alone, else 404."""
        return self.answers.get(target, self.answers.get(urlsplit(target).path, 404))


def send(
    handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str
) -> None:
    """Write an answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def sent_on(to: str, status: int = 302) -> Answer:
    """An answer that sends on to another address."""
    return lambda handler: send(handler, b"", status, Location=to)


def late(seconds: float) -> Answer:
    """An answer that comes too late."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        send(handler, b"[]")

    return answer


def dripping(pieces: int, pause: float) -> Answer:
    """An answer that comes in pieces, each in time, and never seems to end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(pieces):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(pause)

    return answer


def one_after_another(*answers: Any) -> Answer:
    """A different answer each time it is asked; the last for ever."""
    left = list(answers)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        give(handler, left.pop(0) if len(left) > 1 else left[0])

    return answer


def give(handler: BaseHTTPRequestHandler, answer: Any) -> None:
    """Write an answer of any of the forms that a feed holds."""
    if isinstance(answer, bytes):
        send(handler, answer)
    elif isinstance(answer, int):
        send(handler, b"no", answer)
    elif callable(answer):
        answer(handler)
    else:
        send(handler, json.dumps(answer).encode())


@contextlib.contextmanager
def served() -> Iterator[Feed]:
    """A feed on a server of its own."""
    feed = Feed()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feed.asked.append(self.path)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                give(self, feed.find(self.path))

        def log_message(self, *args: Any) -> None:
            """Say nothing: the test looks at what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    feed.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield feed
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def paged(feed: Feed, services: list[Any], size: int, at: str = "/services") -> None:
    """Let a server give services in pages of ORUK 3.0."""
    pages = [services[i : i + size] for i in range(0, len(services), size)]
    for number, items in enumerate(pages, start=1):
        feed[f"{at}?page={number}"] = {
            **page(*items, total=len(services)),
            "total_pages": len(pages),
            "page_number": number,
            "first_page": number == 1,
            "last_page": number == len(pages),
        }


def pages_asked(feed: Feed) -> list[str]:
    """The pages that were asked for, in order."""
    queries = [parse_qs(urlsplit(target).query) for target in feed.asked]
    return [query["page"][0] for query in queries if "page" in query]
