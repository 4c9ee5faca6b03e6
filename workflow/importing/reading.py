"""The records of a feed: its pages, and each service in full where pages are short.

ORUK 1.0 wraps a page in ``content, totalElements, totalPages, number, last``, 3.0 in
``contents, total_items, total_pages, page_number, last_page`` (digest 1.4 and 4.3). A
file holds one page, a list, or a single service.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from workflow.importing.fetching import (
    CannotRead,
    Fetcher,
    Limits,
    check_address,
    parse,
    too_large,
)

ORUK_1 = "1.0"
ORUK_3 = "3.0"
STANDARDS = (ORUK_1, ORUK_3)

_ONLY_1 = {
    "accessibility_for_disabilities", "attending_access", "attending_type",
    "deliverable_type", "eligibilities", "eligibilitys", "fundings",
    "holiday_schedules", "physical_addresses", "regular_schedules",
    "service_taxonomies", "service_taxonomys",
}  # fmt: skip
_ONLY_3 = {
    "alert", "assurer_email", "attributes", "funding", "last_modified", "maximum_age",
    "minimum_age", "schedules",
}  # fmt: skip
IN_FULL = {
    "attributes", "contacts", "cost_options", "eligibilities", "eligibilitys",
    "funding", "fundings", "holiday_schedules", "languages", "phones",
    "regular_schedules", "required_documents", "schedules", "service_areas",
    "service_at_locations", "service_taxonomies", "service_taxonomys",
}  # fmt: skip
"""Lists that only the full record of a service has."""

SAYS_EVERY = 5.0
"""Seconds after which it is said how far a reading is: whoever hears nothing for long
takes it to be broken off, and a slow source gives few records in that time."""

_PROBES = 3
_IN_VAIN = 5


@dataclass(frozen=True)
class Item:
    """One service as the source gave it. A short one says nothing about its lists."""

    value: Any
    is_short: bool


@dataclass
class Feed:
    """What was read. ``whole`` only if nothing of the source can have been missed."""

    items: list[Item] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    said_total: int | None = None
    shortfall: str = ""
    failed_ids: dict[str, str] = field(default_factory=dict)
    standard: str = ORUK_3

    @property
    def whole(self) -> bool:
        """Whether what is not here is no longer in the source."""
        return not self.shortfall


@dataclass(frozen=True)
class _Page:
    items: list[Any]
    total: int | None
    pages: int | None
    number: int | None
    is_last: bool
    standard: str


def is_web_address(source: str) -> bool:
    """Whether a source is named by an address rather than a file."""
    return "://" in source


def id_of(value: Any) -> str:
    """The source's own id of a record as text, ``""`` where it gives none."""
    given = value.get("id") if isinstance(value, dict) else None
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return ""
    return str(given).strip()


def read(
    source: str, *, limits: Limits, say: Callable[[str], None] = lambda _: None
) -> Feed:
    """All a source has to say. Raises CannotRead when not even its beginning is there.

    ``say`` hears how it goes on.
    """
    if is_web_address(source):
        check_address(source)
        with Fetcher(limits) as fetcher:
            feed = _read_pages(fetcher, source, limits, say)
    else:
        feed = _read_file(Path(source), limits)
    if not feed.items and not feed.failed_ids:
        raise CannotRead("It holds no services.")
    return feed


# --- a file ---------------------------------------------------------------------------


def _read_file(path: Path, limits: Limits) -> Feed:
    try:
        if path.stat().st_size > limits.answer_bytes:
            raise CannotRead(too_large(limits.answer_bytes))
        body = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise CannotRead(f"The file cannot be read: {reason}.") from None
    page = _not_too_many(_page(parse(body, limits.answer_bytes)), limits)
    feed = Feed(said_total=page.total, standard=page.standard)
    _add(feed, page.items)
    feed.shortfall = _shortfall(feed, page.total)
    return feed


# --- an address -----------------------------------------------------------------------


def _read_pages(
    fetcher: Fetcher, source: str, limits: Limits, say: Callable[[str], None]
) -> Feed:
    address, page = _first_page(fetcher, _services_address(source), source)
    _not_too_many(page, limits)
    feed = Feed(said_total=page.total, standard=page.standard)
    asked = 1
    _add(feed, page.items)
    while not _ends(page, asked):
        asked += 1
        if asked > limits.pages or len(feed.items) > limits.records:
            feed.shortfall = "It has more pages than are read."
            break
        say(f"page {asked} of {page.pages or 'an unknown number'}")
        before = page.number
        try:
            page = _page(fetcher.get(address, {"page": str(asked)}))
            _not_too_many(page, limits)
        except CannotRead as error:
            feed.shortfall = f"Page {asked} could not be read. {error.sentence}"
            break
        if page.number is not None and page.number == before:
            feed.shortfall = f"It gave page {page.number} when asked for page {asked}."
            break
        feed.said_total = page.total
        _add(feed, page.items)
    feed.shortfall = feed.shortfall or _shortfall(feed, feed.said_total)
    _fill_in(fetcher, address, feed, say)
    return feed


def _services_address(source: str) -> str:
    """The list of services of a feed, from its address or its base address."""
    parts = urlsplit(source)
    path = parts.path.rstrip("/")
    if path.rsplit("/", 1)[-1] != "services":
        path += "/services"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _first_page(fetcher: Fetcher, address: str, source: str) -> tuple[str, _Page]:
    """The first page, from the services below an address or from itself."""
    try:
        return address, _page(fetcher.get(address, {"page": "1"}))
    except CannotRead as error:
        as_given = source.split("#")[0]
        if error.status not in (404, 405, 410) or as_given.rstrip("/") == address:
            raise
        return as_given, _page(fetcher.get(as_given))


def _ends(page: _Page, asked: int) -> bool:
    if not page.items or page.is_last:
        return True
    if page.pages is not None:
        return asked >= page.pages
    return page.number is None


def _fill_in(
    fetcher: Fetcher, address: str, feed: Feed, say: Callable[[str], None]
) -> None:
    """Get the full record of each service that the list gave in short."""
    short = [at for at, item in enumerate(feed.items) if item.is_short]
    short = [at for at in short if id_of(feed.items[at].value)]
    said_at = time.monotonic()
    answers: dict[int, Item | CannotRead] = {}
    for done, at in enumerate(short):
        answers[at] = _full(fetcher, address, id_of(feed.items[at].value))
        if done + 1 == min(_PROBES, len(short)) and _none_there(answers.values()):
            return
        if _in_vain(answers):
            _give_up(feed, short[done + 1 :], answers)
            break
        if time.monotonic() - said_at >= SAYS_EVERY:
            said_at = time.monotonic()
            say(f"{done + 1} of {len(short)} services in full")
    _replace(feed, answers)


def _full(fetcher: Fetcher, address: str, wanted: str) -> "Item | CannotRead":
    parts = urlsplit(address)
    path = f"{parts.path.rstrip('/')}/{quote(wanted, safe='')}"
    try:
        value = fetcher.get(urlunsplit((parts.scheme, parts.netloc, path, "", "")))
    except CannotRead as error:
        return error
    if id_of(value) != wanted:
        return CannotRead("Its full record is about something else.")
    return Item(value, is_short=False)


def _none_there(answers: Iterable[Item | CannotRead]) -> bool:
    """Whether a source has no full records at all: the short ones are all it has."""
    return all(isinstance(a, CannotRead) and a.status in (404, 405) for a in answers)


def _in_vain(answers: dict[int, Item | CannotRead]) -> bool:
    last = list(answers.values())[-_IN_VAIN:]
    return len(last) == _IN_VAIN and all(isinstance(a, CannotRead) for a in last)


def _give_up(
    feed: Feed, left: list[int], answers: dict[int, Item | CannotRead]
) -> None:
    for at in left:
        answers[at] = CannotRead("It was not asked for, as those before it failed.")


def _replace(feed: Feed, answers: dict[int, Item | CannotRead]) -> None:
    """Put full records in; what failed is named and makes the reading incomplete."""
    items = []
    for at, item in enumerate(feed.items):
        answer = answers.get(at, item)
        if isinstance(answer, CannotRead):
            feed.failed_ids[id_of(item.value)] = answer.sentence
        else:
            items.append(answer)
    feed.items = items
    if feed.failed_ids:
        count = len(feed.failed_ids)
        feed.shortfall = feed.shortfall or (
            f"The full records of {count} services could not be read."
            if count > 1
            else "The full record of 1 service could not be read."
        )


# --- pages ----------------------------------------------------------------------------


def _page(value: Any) -> _Page:
    """A page from whatever wraps it. Raises CannotRead for anything else."""
    if isinstance(value, list):
        return _Page(value, None, None, None, True, _standard(value, ORUK_3))
    if isinstance(value, dict):
        for name, likely in (("contents", ORUK_3), ("content", ORUK_1)):
            if isinstance(value.get(name), list):
                return _wrapped(value, value[name], likely)
        if id_of(value) and "name" in value:
            return _Page([value], None, None, None, True, _standard([value], ORUK_3))
    raise CannotRead("It is neither a page of services nor a list nor a service.")


def _not_too_many(page: _Page, limits: Limits) -> _Page:
    """The page, or CannotRead: empty records are a few bytes each, so that a file of
    allowed size can hold millions."""
    if len(page.items) > limits.records:
        raise CannotRead(
            f"It holds {len(page.items):,} records, and at most {limits.records:,} "
            "are read at once. Divide it into several."
        )
    return page


def _wrapped(value: dict[str, Any], items: list[Any], likely: str) -> _Page:
    return _Page(
        items,
        _number(value, "total_items", "totalElements"),
        _number(value, "total_pages", "totalPages"),
        _number(value, "page_number", "number"),
        True in (value.get("last_page"), value.get("last")),
        _standard(items, likely),
    )


def _number(value: dict[str, Any], *names: str) -> int | None:
    for name in names:
        given = value.get(name)
        if isinstance(given, int) and not isinstance(given, bool):
            return given
        if isinstance(given, str) and given.isdecimal():
            return int(given)
    return None


def _standard(items: list[Any], likely: str) -> str:
    """The version that the records look like, else the one that the page does."""
    names = {name for item in items if isinstance(item, dict) for name in item}
    old, new = len(names & _ONLY_1), len(names & _ONLY_3)
    if old == new:
        return likely
    return ORUK_1 if old > new else ORUK_3


def _add(feed: Feed, items: list[Any]) -> None:
    for value in items:
        lists = set(value) & IN_FULL if isinstance(value, dict) else set()
        feed.items.append(Item(value, is_short=not lists))
        feed.ids.add(id_of(value))


def _shortfall(feed: Feed, total: int | None) -> str:
    """Why what was read may not be all, ``""`` if it is."""
    if total is None:
        return "It does not say how many services it has."
    if len(feed.ids) != total or "" in feed.ids:
        services = "1 service" if total == 1 else f"{total} services"
        return f"It says it has {services}, and {len(feed.ids)} could be read."
    return ""
