"""What we say when we ask: the facts that are likeliest to be wrong, and the mail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q
from django.template.loader import render_to_string

from accounts.models import KEY_MARK, Partnership
from common.words import one_line
from directory import gate
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.freshness import full_date
from directory.payload import Payload
from directory.templatetags.when import is_past
from directory.words import show
from workflow import asking, naming, queries
from workflow.models import Ask, Listing, Record, Revision

LIKELIEST: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("When", ("schedules",), "We do not know."),
    ("Phone", ("phones",), "We publish none."),
    ("Cost", ("fees", "cost_options"), "We do not know."),
    ("Holidays", ("holiday_schedules",), "We know of no days that are different."),
)
"""What changes most often: what it is called in a mail, the fields it is made of, and
what is said where nothing is known."""

ALSO = ("description", "application_process", "eligibility_description", "url", "email")
"""Of these the one that has stood unchanged for longest is asked about too."""

UNPUBLISHED = "We have this, but do not publish it."
OF_THE_ORGANIZATION = "None of its own: we publish the organisation’s."

HIDDEN_LINK = "[Here stood the link to their page.]"
"""What stands instead of a key where somebody else reads a mail."""

MOST_IN_A_MAIL = 8
MOST_LINES = 4
LONGEST = 220


@dataclass(frozen=True)
class Fact:
    """One thing we say of a service."""

    label: str
    words: str


@dataclass(frozen=True)
class Entry:
    """One record in a mail: what it is called, how it stands, what we say of it."""

    title: str
    dates: str
    facts: list[Fact]


def base_url(place: Partnership) -> str:
    """Where the pages of a place are, without a slash at the end: at the installation's
    own address for the place that answers there, else at the first of its names."""
    if not place.host_names or place.slug == settings.DEFAULT_PLACE:
        return str(settings.PUBLIC_URL).rstrip("/")
    parts = urlsplit(settings.PUBLIC_URL)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme or 'https'}://{place.host_names[0]}{port}"


def link(place: Partnership, key: str) -> str:
    """The address of an answer page."""
    return f"{base_url(place)}/answer/{key}/"


def without_key(text: str, place: Partnership) -> str:
    """The words of a mail as anybody but its reader may see them: what its link opens
    is theirs alone."""
    return text.replace(link(place, KEY_MARK), HIDDEN_LINK)


def names_of_likeliest() -> list[str]:
    """The fields that are asked about first, in their order."""
    return [name for _, names, _ in LIKELIEST for name in names]


def without_words(
    kept: Payload, shown: Payload, body: Payload, context: gate.Context
) -> dict[str, str]:
    """By field, what is said of what is likeliest to be wrong where the public is shown
    nothing though there is something. ``kept`` is a whole service and ``shown`` its
    public part, ``body`` the whole record of who runs it."""
    out = {
        name: UNPUBLISHED
        for name in names_of_likeliest()
        if kept.get(name) and not shown.get(name)
    }
    if not kept.get("phones") and body.get("phones"):
        public = gate.public_payload(Kind.ORGANIZATION, body, context)
        if public.get("phones"):
            out["phones"] = OF_THE_ORGANIZATION
    return out


def facts(
    service: Payload, names: Mapping[str, str], oldest: str = "",
    without: Mapping[str, str] | None = None,
) -> list[Fact]:  # fmt: skip
    """What we say of a service, what is likeliest to be wrong first.

    ``service`` is its public part. ``oldest`` is the field besides these that has
    stood unchanged for longest, ``without`` what ``without_words`` says.
    """
    entity = RECORDS[Kind.SERVICE]
    out = []
    for label, fields, unknown in LIKELIEST:
        lines: list[str] = []
        for name in fields:
            said = show(entity.get(name), service.get(name), names)
            lines += [said] if isinstance(said, str) and said else list(said or [])
        if not lines:
            lines = [words for name, words in (without or {}).items() if name in fields]
        out.append(Fact(label, _short("; ".join(lines[:MOST_LINES])) or unknown))
    if oldest and service.get(oldest):
        said = show(entity.get(oldest), service[oldest], names)
        if isinstance(said, str):
            out.append(Fact(entity.get(oldest).label, _short(said)))
    return out


def _short(text: str) -> str:
    text = one_line(text)
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def oldest_fields(listings: Iterable[Listing]) -> dict[Any, str]:
    """By record, the field of ``ALSO`` that has stood unchanged for longest."""
    rows = Revision.objects.filter(
        record__in=[listing.record_id for listing in listings]
    ).order_by("number")
    changed: dict[Any, dict[str, int]] = {}
    for record_id, number, paths in rows.values_list("record_id", "number", "paths"):
        last = changed.setdefault(record_id, {})
        last.update((path, number) for path in paths if path in ALSO)
    return {
        record_id: min(last, key=lambda name: (last[name], ALSO.index(name)))
        for record_id, last in changed.items()
        if last
    }


@dataclass(frozen=True)
class Known:
    """What mails have to know besides the listings that they ask about, by the id of an
    organization as text; ``oldest`` by record. ``listed`` counts all that the place
    lists of it, and what is asked about."""

    bodies: Mapping[str, Record]
    released: Mapping[str, Mapping[str, str]]
    guarded: Mapping[str, Mapping[str, Payload]]
    oldest: Mapping[Any, str]
    listed: Mapping[str, int]

    def name_of(self, listing: Listing) -> str:
        """The name of who runs a service."""
        found = self.bodies.get(str(listing.organization_id))
        return found.label if found else "your organisation"

    def body_of(self, listing: Listing) -> Payload:
        """The whole record of who runs a service; empty where nobody is known."""
        body = self.bodies.get(str(listing.organization_id))
        return queries.current(body) if body else {}

    def gate_of(self, listing: Listing) -> gate.Context:
        """What the gate has to know for the services of a listing's organization."""
        key = str(listing.organization_id)
        whole = queries.Whole({}, self.body_of(listing), {})
        return queries.gate_context(
            whole, self.released.get(key, {}), self.guarded.get(key, {})
        )


def known_of(listings: list[Listing]) -> Known:
    """The same for any number of listings, in a fixed number of queries."""
    keys = {one.organization_id for one in listings if one.organization_id}
    return Known(
        queries.records(keys),
        queries.released_by(keys),
        queries.guarded_places_by(keys),
        oldest_fields(listings),
        _listed(listings, keys),
    )


def _listed(listings: list[Listing], keys: set[Any]) -> dict[str, int]:
    rows = (
        Listing.objects.filter(
            asking.IS_LISTED | Q(pk__in=[one.pk for one in listings]),
            partnership__in={one.partnership_id for one in listings},
            organization_id__in=keys,
        )
        .order_by()
        .values_list("organization_id")
        .annotate(number=Count("pk"))
    )
    return {str(key): number for key, number in rows}


def entries(listings: list[Listing], known: Known | None = None) -> list[Entry]:
    """What a mail to one organization says of its services: what the public may see,
    and nothing of a place that is kept secret."""
    shown = listings[:MOST_IN_A_MAIL]
    wanted = {*names_of_likeliest(), *ALSO, "id", "name"}
    known = known or known_of(shown)
    context, oldest = known.gate_of(shown[0]), known.oldest
    kept = [
        {k: v for k, v in queries.current(one.record).items() if k in wanted}
        for one in shown
    ]
    services = [gate.public_payload(Kind.SERVICE, one, context) for one in kept]
    body = known.body_of(shown[0])
    names = naming.names(services)
    return [
        Entry(
            one.title, dates(one),
            facts(
                service, names, oldest.get(one.record_id, ""),
                without_words(whole, service, body, context),
            ),
        )
        for one, whole, service in zip(shown, kept, services, strict=True)
    ]  # fmt: skip


def name_of(listing: Listing) -> str:
    """The name of who runs a service."""
    found = queries.records([listing.organization_id]).get(str(listing.organization_id))
    return found.label if found else "your organisation"


def dates(listing: Listing) -> str:
    """“Last checked on 12 September 2026; to be checked again by 12 December 2026.”

    Where that day is over, that it was to be.
    """
    due = full_date(listing.due_on) if listing.due_on else ""
    checked = full_date(listing.assured_on) if listing.assured_on else ""
    if not checked:
        return f"To be checked by {due}."
    was = "it was " if is_past(listing.due_on) else ""
    return f"Last checked on {checked}; {was}to be checked again by {due}."


# --- the mail -------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A mail as it is kept: its key is put in when it goes out."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Asker:
    """Who asks: a body and its mailbox, and in which place."""

    body: str
    mailbox: str
    place: str

    @property
    def introduced(self) -> str:
        """Who they are to whom they ask, as the beginning of a sentence: "Testham
        Council helps to keep the directory of local services for Testham right".

        Several bodies may keep one directory, and two may ask one organization: what
        each of them says has to be true beside what the other says.
        """
        directory = f"the directory of local services for {self.place}"
        if self.body == self.place:
            return f"We keep {directory} right"
        return f"{self.body} helps to keep {directory} right"


def asker_of(listings: list[Listing]) -> Asker:
    """The body in whose remit all of these records are, else the place."""
    place = listings[0].partnership
    bodies = {one.remit.partner if one.remit else None for one in listings}
    body = bodies.pop() if len(bodies) == 1 else None
    if body is not None and body.role_mailbox:
        return Asker(body.name, body.role_mailbox, place.name)
    return Asker(body.name if body else place.name, place.role_mailbox, place.name)


def subject(listings: list[Listing]) -> str:
    """“Is this still right? Coffee morning and 2 more”."""
    first, more = listings[0].title, len(listings) - 1
    return one_line(
        f"Is this still right? {first}{f' and {more} more' if more else ''}"
    )


def write(
    ask: Ask, listings: list[Listing], *, asked_before: bool, known: Known
) -> Written:
    """The mail that asks about these records."""
    asker = asker_of(listings)
    place = ask.partnership
    context = {
        "asker": asker,
        "place": place,
        "organization": known.name_of(listings[0]),
        "listed": known.listed.get(str(listings[0].organization_id), len(listings)),
        "entries": entries(listings, known),
        "more": len(listings) - MOST_IN_A_MAIL,
        "count": len(listings),
        "asked_before": asked_before,
        "link": link(place, KEY_MARK),
        "until": ask.expires_at,
    }
    title = subject(listings)
    return Written(
        title[:200],
        render_to_string("workflow/mails/ask.txt", context).strip() + "\n",
        render_to_string("workflow/mails/ask.html", {**context, "title": title}),
    )
