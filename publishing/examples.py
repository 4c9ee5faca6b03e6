"""What a developer may ask of this very end-point, with its own ids and words.

Each is made from what is published here at the moment, so each of them works.
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from django.urls import reverse

from directory import postcodes, weekdays
from directory.models import Postcode
from publishing.models import PublishedService

FEW_CHANGED = 5
"""How many services the example of what changed shows, or a few more of one instant."""
LONGEST_SHOWN = 1200
"""Characters of an answer that are shown; the rest is there when one asks."""


@dataclass(frozen=True)
class Example:
    """A request: what for, its path with the query, and headers it is sent with.

    ``status`` is that of the answer, and ``shows`` the beginning of it, where shown.
    """

    title: str
    why: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    shows: str = ""


def examples(
    row: PublishedService, *, etag: str, changed: dt.datetime
) -> list[Example]:
    """Requests that find this service, those that ``changed`` since an instant, or all
    of them."""
    document = orjson.loads(bytes(row.item))
    full = orjson.loads(bytes(row.full))
    services = reverse("publishing:oruk-services")
    one = reverse("publishing:oruk-service", args=[row.service_id])

    def ask(title: str, why: str, **asked: Any) -> Example:
        return Example(title, why, f"{services}?{urlencode(asked)}")

    found = [
        ask("A page of services",
            "Pages of 50, or of as many as per_page says, 100 at most. Go on with "
            "page=2 until last_page is true.", per_page=5),
        Example("One service, with everything that hangs on it",
                "The same document as in the lists with full=true.", one,
                shows=_shown(document)),
        ask("By words", "Names weigh more than descriptions.",
            search=_word(row)),
        *_by_its_values(row, full, ask),
        ask("For somebody aged 70",
            "A service that says nothing of an age takes in everybody.",
            minimum_age=70, maximum_age=70),
        ask("What changed since",
            "New and changed services. What is gone is found by comparing ids, below.",
            modified_after=changed.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        ask("Every id, with when it last changed",
            "All at once. An id that you hold and that is not here is public no more; "
            "asked by its id it answers 410 and says why.", minimal="true"),
        ask("Everything, line by line",
            "One JSON object on each line, sent as it is read: for a copy of your "
            "own.", format="ndjson", full="true"),
        Example("Only if it changed",
                "Send back the ETag you were given: 304 without a body means that "
                "what you hold still stands.", one, {"If-None-Match": etag}, 304),
    ]  # fmt: skip
    return [*found, *_other_lists()]


def _by_its_values(row: PublishedService, full: Any, ask: Any) -> list[Example]:
    """Questions that need a term, a time or a known postcode of the service."""
    out = []
    if row.term_ids:
        out.append(ask("By a term", "Given twice, services that have both.",
                       taxonomy_term_id=row.term_ids[0]))  # fmt: skip
    if row.open_minutes:
        begins = row.open_minutes[0].lower or 0
        day = weekdays.CODES[begins // (24 * 60)]
        start = f"{begins % (24 * 60) // 60:02}:00"
        out.append(ask("By day and time", "Open from that time on or later.",
                       day=day, start_time=start))  # fmt: skip
    postcode = _known_postcode(full)
    if postcode:
        out += [
            ask("For a postcode, and of one kind",
                "Services whose area holds it, and those whose area cannot be told: "
                "without a kind or a word that may be very many.",
                postcode=postcode, **_of_its_kind(row)),
            ask("Near a postcode", "Within so many metres, the nearest first.",
                postcode=postcode, proximity=3000),
        ]  # fmt: skip
    return out


def _of_its_kind(row: PublishedService) -> dict[str, Any]:
    """What narrows a question to services like this one."""
    if row.term_ids:
        return {"taxonomy_term_id": row.term_ids[0]}
    return {"search": _word(row)}


def _word(row: PublishedService) -> str:
    return row.sort_key.split(" ")[0] or "group"


def _known_postcode(full: Any) -> str:
    """A published postcode of a service that we can locate."""
    codes = [
        address["postal_code"]
        for link in full.get("service_at_locations", [])
        for address in link["location"].get("addresses", [])
    ]
    plain = [code.replace(" ", "").upper() for code in codes]
    known = Postcode.objects.filter(code__in=plain).values_list("code", flat=True)
    return postcodes.normalise(known[0]) if known else ""


def _other_lists() -> list[Example]:
    organizations = reverse("publishing:oruk-organizations")
    return [
        Example("Services at each of their places",
                "One for each place where a service happens, with its point.",
                f"{reverse('publishing:oruk-service_at_locations')}?per_page=5"),
        Example("Organisations with their services",
                "Whole services with full_service=true, 20 organisations on a page.",
                f"{organizations}?per_page=5&full_service=true"),
        Example("The lists of terms", "Which vocabularies are in use here.",
                reverse("publishing:oruk-taxonomies")),
        Example("Their terms", "Only those below no other, with top_only=true.",
                f"{reverse('publishing:oruk-taxonomy_terms')}?top_only=true"),
        Example("The whole API, described",
                "OpenAPI 3.1, made from the same declarations as the data.",
                reverse("publishing:oruk-openapi")),
    ]  # fmt: skip


def _shown(document: Any) -> str:
    """The beginning of a document, as a person reads it."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if len(text) <= LONGEST_SHOWN:
        return text
    return text[:LONGEST_SHOWN].rsplit("\n", 1)[0] + "\n  …"
