"""The public document in words, for pages. Pure; nothing here knows anything else."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from directory import phones, schedules, words
from directory.choices import EntryKind, LocationType, ServiceStatus
from directory.elements import ADDRESS, LANGUAGE, NATIONS, PROGRAM
from directory.service_elements import COST_OPTION
from publishing import different
from publishing.render import Document

MAP = "https://www.openstreetmap.org/"
MAP_SEARCH = f"{MAP}search"
MINUTES_OF_A_DAY = 24 * 60
SHORT = 180
"""Characters of a description in a list, about three lines on a phone."""


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere, and what it is for."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A fact: label, lines of words, links."""

    label: str
    lines: list[str]
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Touch:
    """How to reach somebody: a name or a role (or neither), and the ways."""

    name: str
    links: list[Link]


@dataclass(frozen=True)
class Place:
    """Where it happens."""

    name: str
    where_inside: str
    address: list[str]
    times: list[str]
    map_url: str
    rows: list[Row]
    touch: list[Link]


@dataclass(frozen=True)
class Shown:
    """A service as its page shows it."""

    name: str
    also_known_as: str
    description: str
    status: str
    alert: str
    kinds: list[str]
    rows: list[Row]
    places: list[Place]
    touch: list[Touch]
    organization: "Provider | None"

    @property
    def can_be_reached(self) -> bool:
        """Whether there is any way to ask them: number, address, web page."""
        touch = [*self.touch, *(self.organization.touch if self.organization else [])]
        return any(one.links for one in touch) or any(p.touch for p in self.places)


@dataclass(frozen=True)
class Provider:
    """Who runs it. ``id`` leads to its page."""

    id: str
    name: str
    description: str
    rows: list[Row]
    touch: list[Touch]


def status_words(document: Document) -> str:
    """That it is not running as usual; ``""`` for one that is."""
    status = ServiceStatus(document["status"])
    return "" if status == ServiceStatus.ACTIVE else str(status.label)


def tags(document: Document, entry: str) -> list[dict[str, str]]:
    """What stands out of a service in a list: that it does not run as usual, and what
    an assurer said it is, where that is no service of its own."""
    status = status_words(document)
    found = [{"text": status, "icon": "warning", "kind": "bad"}] if status else []
    if entry in (EntryKind.BODY, EntryKind.SIGNPOST):
        found.append({"text": EntryKind(entry).label, "icon": "information"})
    return found


def shown(document: Document, today: dt.date) -> Shown:
    """The page of a service from its full document, as it is read today."""
    links = document.get("service_at_locations", [])
    several = len(links) > 1
    return Shown(
        name=document["name"],
        also_known_as=document.get("alternate_name", ""),
        description=document.get("description", ""),
        status=status_words(document),
        alert=document.get("alert", ""),
        kinds=_term_names(document),
        rows=[r for r in _rows(document, several, today) if r.lines or r.links],
        places=[_place(link, document, several, today) for link in links],
        touch=_touch(document),
        organization=provider(document.get("organization")),
    )


def in_short(document: Document) -> str:
    """The beginning of a description, cut between words."""
    text = " ".join(document.get("description", "").split())
    if len(text) <= SHORT:
        return text
    return text[:SHORT].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"


def when_in_short(
    document: Document,
    today: dt.date,
    on: dt.date | None = None,
    during: tuple[int, int] | None = None,
) -> str:
    """The first of its times, whether there are more, and what is different soon. Where
    somebody asks for a day, or minutes of it, the first of those that fit."""
    rows = different.regular(document)
    asked = on is not None or during is not None
    then = [row for row in rows if asked and _is_open_then(row, on, during)]
    others = [row for row in rows if row not in then]
    times = schedules.describe_all(then) + schedules.describe_all(others)
    more = len(times) - 1
    said = f"{times[0]} (and {more} more)" if more > 0 else "".join(times)
    return ". ".join(_present(said, *different.soon(document, today)))


def _is_open_then(
    schedule: Document, on: dt.date | None, during: tuple[int, int] | None
) -> bool:
    """Whether it begins on this weekday, and is open in some of these minutes of a day,
    in an ordinary week."""
    first, last = during or (0, MINUTES_OF_A_DAY)
    for begin, end in schedules.weekly_minutes(schedule):
        day, minute = divmod(begin, MINUTES_OF_A_DAY)
        fits = minute < last and minute + end - begin > first
        if fits and (on is None or day == on.weekday()):
            return True
    return False


def where_in_short(document: Document) -> str:
    """The name and town of its first place, or the area it covers."""
    for link in document.get("service_at_locations", []):
        place = link["location"]
        towns = [a["city"] for a in place.get("addresses", [])][:1]
        named = [n for n in (place.get("name"), *towns) if n]
        if named:
            return ", ".join(dict.fromkeys(named))
    return ", ".join(a["name"] for a in document.get("service_areas", []))


# --- facts ----------------------------------------------------------------------------


def _rows(document: Document, several: bool, today: dt.date) -> list[Row]:
    text = document.get
    general = [
        s
        for s in different.regular(document)
        if not (several and s.get("service_at_location_id"))
    ]
    return [
        _times("When", general),
        Row("Different days", different.lines(document, document, today)),
        Row("Area it covers", [area["name"] for area in text("service_areas", [])]),
        Row(
            "Who it is for", _present(text("eligibility_description"), _ages(document))
        ),
        Row(
            "What it costs",
            [
                *_present(text("fees")),
                *_prices(document),
            ],
        ),
        Row("How to get in", _present(text("application_process"), text("wait_time"))),
        _documents(document),
        Row("Languages", _languages(document)),
        Row("Interpreters", _present(text("interpretation_services"))),
        Row("Accreditations", _present(text("accreditations"), text("licenses"))),
        Row("Paid for by", _sources(document)),
    ]


def _present(*lines: str | None) -> list[str]:
    return [line for line in lines if line]


def _documents(document: Document) -> Row:
    rows = document.get("required_documents", [])
    links = [_web(row["uri"], f"About: {row['document']}") for row in rows
             if "uri" in row]  # fmt: skip
    return Row("What to bring", [row["document"] for row in rows], links)


def _languages(record: Document) -> list[str]:
    """Languages by their names, with what is said about each."""
    return [
        words.element_text(LANGUAGE, {n: row.get(n) for n in ("name", "note")}, {})
        for row in record.get("languages", [])
    ]


def _programs(organization: Document) -> list[str]:
    """Programmes with what is said about each; sent, a description may be its name."""
    rows = organization.get("programs", [])
    return [
        words.element_text(
            PROGRAM,
            {k: v for k, v in row.items() if (k, v) != ("description", row["name"])},
            {},
        )
        for row in rows
    ]


def _sources(record: Document) -> list[str]:
    return [row["source"] for row in record.get("funding", [])]


def _prices(document: Document) -> list[str]:
    rows = document.get("cost_options", [])
    return [words.element_text(COST_OPTION, row, {}) for row in rows]


def _times(label: str, rows: list[Document]) -> Row:
    """Opening times in words, with what else is said about them."""
    lines = schedules.describe_all(rows)
    said = " ".join(lines).lower()
    notes = [row[n] for row in rows for n in ("description", "notes") if n in row]
    notes = [n for n in dict.fromkeys(notes) if n.lower() not in said]
    urls = dict.fromkeys(r["schedule_link"] for r in rows if "schedule_link" in r)
    return Row(label, lines + notes, [_web(url, "Dates on the web") for url in urls])


def _ages(document: Document) -> str:
    youngest, oldest = document.get("minimum_age"), document.get("maximum_age")
    if youngest and oldest is not None:
        return f"From {youngest} to {oldest} years old"
    if youngest:
        return f"From {youngest} years old"
    return f"Up to {oldest} years old" if oldest is not None else ""


def _term_names(record: Document) -> list[str]:
    return [a["taxonomy_term"]["name"] for a in record.get("attributes", [])]


# --- reaching somebody ----------------------------------------------------------------


def _web(url: str, text: str = "") -> Link:
    return Link(text or urlsplit(url).netloc.removeprefix("www."), url)


def _mail(address: str) -> Link:
    return Link(address, f"mailto:{address}")


def _phone(element: Document) -> Link:
    """A number to ring, with its extension and what it is for."""
    number, extension = element["number"], element.get("extension", "")
    kind = {"voice": ""}.get(element.get("type", ""), element.get("type", ""))
    text = f"{phones.display(number)}{f' extension {extension}' if extension else ''}"
    note = ", ".join(_present(element.get("description"), kind, *_languages(element)))
    return Link(text, phones.tel_uri(number), note)


def _ways(record: Document, web: str = "url") -> list[Link]:
    """The numbers, address and web page that stand on a record or contact."""
    links = [_phone(phone) for phone in record.get("phones", [])]
    if "email" in record:
        links.append(_mail(record["email"]))
    if web in record:
        links.append(_web(record[web]))
    return links


def _touch(record: Document, web: str = "url") -> list[Touch]:
    own = Touch("", _ways(record, web))
    named = [
        Touch(
            ", ".join(_present(c.get("name"), c.get("title"), c.get("department"))),
            _ways(c),
        )
        for c in record.get("contacts", [])
    ]
    return [t for t in (own, *named) if t.name or t.links]


# --- places and providers -------------------------------------------------------------


def _place(link: Document, document: Document, several: bool, today: dt.date) -> Place:
    place: dict[str, Any] = link["location"]
    here = [
        s
        for s in document.get("schedules", [])
        if several and s.get("service_at_location_id") == link["id"]
    ]
    virtual = place["location_type"] == LocationType.VIRTUAL
    addresses = place.get("addresses", [])
    rows = [
        Row("Also known as", _present(place.get("alternate_name"))),
        Row("Getting there", _present(place.get("transportation"))),
        Row("Access", *_access(place)),
        _times("The building is open", different.regular(place)),
        Row("Different days", different.lines(place, document, today)),
        Row("Languages", _languages(place)),
        Row("About the place", _present(place.get("description"))),
    ]
    return Place(
        name=place.get("name") or ("Online or by phone" if virtual else ""),
        where_inside=link.get("description", ""),
        address=_address_lines(addresses[0]) if addresses else [],
        times=schedules.describe_all(here),
        map_url=_map_url(place, addresses),
        rows=[r for r in rows if r.lines or r.links],
        touch=_ways(place),
    )


def _access(place: Document) -> tuple[list[str], list[Link]]:
    rows = place.get("accessibility", [])
    lines = [
        ": ".join(_present(row["description"], row.get("details"))) for row in rows
    ]
    return lines, [
        _web(row["url"], "More about access") for row in rows if "url" in row
    ]


def _address_lines(address: Document) -> list[str]:
    """An address as it stands on an envelope, without the nation."""
    names = ("attention", "address_1", "address_2", "region", "city", "state_province")
    nations = {nation for nation, _ in NATIONS}
    lines = [address[n] for n in names if n in address and address[n] not in nations]
    if address["address_type"] == LocationType.POSTAL:
        lines.insert(0, "For post only:")
    return [*dict.fromkeys(lines), address["postal_code"]]


def _map_url(place: Document, addresses: list[Document]) -> str:
    """The published point on a map elsewhere, else a search for the address there."""
    if "latitude" in place and "longitude" in place:
        latitude, longitude = place["latitude"], place["longitude"]
        asked = urlencode({"mlat": latitude, "mlon": longitude})
        return f"{MAP}?{asked}#map=17/{latitude}/{longitude}"
    physical = [a for a in addresses if a["address_type"] == LocationType.PHYSICAL]
    if not physical:
        return ""
    said = words.element_text(
        ADDRESS, {n: physical[0][n] for n in ("address_1", "city", "postal_code")}, {}
    )
    return f"{MAP_SEARCH}?{urlencode({'query': said})}"


def provider(organization: Document | None) -> Provider | None:
    """Who runs it, from the document of an organisation; None without one."""
    if organization is None:
        return None
    text = organization["description"]
    numbers = [
        f"{i['identifier_type']} {i['identifier']}"
        for i in organization.get("organization_identifiers", [])
    ]
    founded = organization.get("year_incorporated")
    rows = [
        Row("Also known as", _present(organization.get("alternate_name"))),
        Row("Legal form", _present(organization.get("legal_status"))),
        Row("Founded in", [str(founded)] if founded else []),
        Row("Official numbers", numbers),
        Row("Programmes", _programs(organization)),
        Row("Paid for by", _sources(organization)),
    ]
    return Provider(
        id=organization["id"],
        name=organization["name"],
        description="" if text == organization["name"] else text,
        rows=[r for r in rows if r.lines],
        touch=_touch(organization, "website"),
    )
