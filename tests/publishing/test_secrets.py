"""Planted secrets: what may not be public is found in no public answer.

There is something to find for every rule: each field that is for partners or for
those who keep the record, generated from the declarations; a refuge; a mobile, a
private mailbox and a home; and all of them again in running text.
"""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from directory.choices import Kind, Visibility
from directory.models import Postcode
from publishing import actions
from publishing.models import (
    Gone,
    PublishedArea,
    PublishedOrganization,
    PublishedPlace,
    PublishedService,
)
from tests import world
from tests.publishing import sample
from workflow import queries
from workflow.actions import listings
from workflow.choices import Hidden
from workflow.models import Listing

pytestmark = pytest.mark.django_db

# Values that many records share give nothing away.
COMMON = {
    *("physical", "England", "GB", "venue", "WEEKLY", "MONTHLY", "TU", "pl", "voice"),
    *("dates", "times"),
    *("2026-01-06", "2099-12-31", "10:00", "12:00", "1,15"),
}
MOBILE = "07700 900461"
PRIVATE = "joan.marsh@friends.example"
NUMBER = "943 476 5919"


def everything_sent(client: Client, *listings_: Listing) -> Iterator[Any]:
    """Every public answer there is about some services, faults included."""
    near = {"latitude": 51.4, "longitude": -2.4}
    Postcode.objects.get_or_create(code="BA11AA", defaults=near)
    paths = ["/", "/?page=2", "/?q=coffee", "/?q=%00", "/?page=x", "/nothing"]
    paths += [f"/oruk/v3{p}" for p in (
        "", "/openapi.json", "/services", "/services?per_page=1", "/services?page=0",
        "/services/17", "/services?full=true", "/services?minimal=true",
        "/services?postcode=BA11AA", "/services?postcode=BA11AA&proximity=999999",
        "/taxonomies", "/taxonomy_terms",
    )]  # fmt: skip
    for name in ("services", "organizations", "service_at_locations"):
        more = ("", "?full=true", "?full_service=true", "?format=ndjson")
        paths += [f"/oruk/v3/{name}{query}" for query in more]
    links = PublishedPlace.objects.values_list("link_id", flat=True)
    paths += [f"/oruk/v3/service_at_locations/{key}" for key in links]
    for listing in listings_:
        for key in (listing.record_id, listing.pk, listing.organization_id):
            paths += [f"/services/{key}/", f"/oruk/v3/services/{key}"]
            paths += [f"/oruk/v3/organizations/{key}?full_service=true"]
        for key in listing.location_ids:
            paths += [f"/services/{key}/", f"/oruk/v3/services/{key}"]
            paths += [f"/oruk/v3/service_at_locations/{key}"]
    for path in paths:
        yield client.get(path)
        yield client.head(path)
        yield client.post(path)


def said(answer: Any) -> str:
    """Everything an answer says: address asked, headers, cookies, body."""
    headers = "\n".join(f"{k}: {v}" for k, v in answer.items())
    body = b"".join(answer) if answer.streaming else answer.content
    return f"{headers}\n{answer.cookies}\n{body.decode()}"


def stored() -> str:
    """Everything the read side holds, search vector and all."""
    lines = []
    for model in (
        PublishedService, PublishedPlace, PublishedArea, PublishedOrganization, Gone,
    ):  # fmt: skip
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own name
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, memoryview | bytes):
                        value = bytes(value).decode()
                    lines.append(str(value))
    return "\n".join(lines)


def leaks(secrets: set[str], *texts: str) -> list[str]:
    """The secrets that some text gives away, however letters are folded or spaced."""
    packed = ["".join(t.casefold().split()) for t in texts]
    return sorted(
        s for s in secrets if any("".join(s.casefold().split()) in p for p in packed)
    )


def found_by_search(client: Client, words: set[str]) -> list[str]:
    """The words under which the finder finds anything."""
    return sorted(
        w for w in words if list(client.get(f"/?q={quote(w)}").context["cards"])
    )


@pytest.fixture(params=[True, False], ids=["strict", "extended"])
def strict(request: Any, settings: Any) -> bool:
    settings.ORUK_STRICT_PROFILE = request.param
    return bool(request.param)


def planted(kind: str, visibility: Visibility) -> dict[str, Any]:
    """A value in every field of this visibility, all of them beginning with one tag."""
    return sample.Filler(f"zq{kind}{visibility}x", {}).record(kind, visibility)


def test_fields_that_are_not_open_appear_nowhere(
    place: world.Place, client: Client, strict: bool
) -> None:
    closed = {
        kind: planted(kind, Visibility.PARTNERS) | planted(kind, Visibility.INTERNAL)
        for kind in Kind
    }
    listing = world.published(
        place,
        body=world.organization(**closed[Kind.ORGANIZATION]),
        in_hall=world.hall(**closed[Kind.LOCATION]),
        **closed[Kind.SERVICE],
    )
    actions.consume_outbox()
    parts = queries.whole(listing)
    accepted = {
        Kind.SERVICE: parts.service,
        Kind.ORGANIZATION: parts.organization,
        Kind.LOCATION: next(iter(parts.locations.values())),
    }
    secrets = {t for payload in closed.values() for t in sample.texts(payload)}
    secrets -= COMMON

    for kind, payload in closed.items():
        assert set(payload) <= set(accepted[kind]), "the secrets are really there"
    assert len(secrets) >= 3 * 9
    assert leaks(secrets, stored()) == []
    for answer in everything_sent(client, listing):
        assert leaks(secrets, said(answer)) == [], answer.request
    assert found_by_search(client, secrets) == []


def refuge(place: world.Place, *, sensitive: bool = True) -> tuple[Listing, set[str]]:
    """A refuge of which everything is known, and its texts, in other texts too."""
    filler = sample.Filler("zqrefuge", {})
    hall = filler.record(Kind.LOCATION) | {"latitude": 51.98765}
    hall["sensitive"] = sensitive
    hall["addresses"][0] |= {
        "address_1": "77 Hidden Passage",
        "city": "Zqtown",
        "postal_code": "ZE1 0AA",
    }
    listing = world.published(
        place,
        in_hall=hall,
        description="Come to 77 Hidden Passage, ZE1 0AA. We are there day and night.",
        fees=f"Free. Ask for {hall['name']}.",
        schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                    "closes_at": "12:00", "description": "At 77 hidden passage"}],
    )  # fmt: skip
    found = queries.whole(listing).locations
    texts = {t for payload in found.values() for t in sample.texts(payload)}
    return listing, (texts | {"51.98765", "-2.125", "ZE1"}) - COMMON


def test_refuge_gives_nothing_away(
    place: world.Place, client: Client, strict: bool
) -> None:
    listing, secrets = refuge(place)
    actions.consume_outbox()
    row = PublishedService.objects.get()

    assert len(secrets) > 20
    assert str(listing.location_ids[0]) in secrets
    assert (row.location_ids, list(row.places.all())) == ([], [])
    assert row.area == ""
    assert leaks(secrets, stored()) == []
    for answer in everything_sent(client, listing):
        assert leaks(secrets, said(answer)) == [], answer.request
    assert found_by_search(client, secrets) == []


def test_the_same_place_is_found_everywhere_where_it_is_no_secret(
    place: world.Place, client: Client
) -> None:
    listing, texts = refuge(place, sensitive=False)
    actions.consume_outbox()
    page, item = (
        said(client.get(f"{start}/services/{listing.record_id}{end}"))
        for start, end in (("", "/"), ("/oruk/v3", ""))
    )

    for text in ("77 Hidden Passage", "ZE1 0AA", "zqrefuge2 words"):
        assert text in texts
        assert leaks({text}, page) == leaks({text}, item) == [text]
    assert found_by_search(client, {"Hidden", "Zqtown"}) == ["Hidden", "Zqtown"]


def personal_listing(place: world.Place) -> Listing:
    """A mobile, a private mailbox and an identity number, in fields and in text."""
    words = f"Ring {MOBILE}, write to {PRIVATE}; her number is {NUMBER}."
    return world.published(
        place,
        description=f"Tea, cake and company for anybody. {words}",
        email=PRIVATE,
        alert=words,
        fees=words,
        phones=[{"number": "01632 960101", "description": words},
                {"number": MOBILE, "description": "Bookings"}],
        contacts=[{"name": "Joan Marsh", "email": PRIVATE,
                   "phones": [{"number": MOBILE}]}],
        cost_options=[{"option": "adults", "amount": 2, "amount_description": words}],
        in_hall=world.hall(description=words, transportation=words),
        body=world.organization(description=words, email=PRIVATE),
    )  # fmt: skip


def test_what_is_personal_appears_nowhere(
    place: world.Place, client: Client, strict: bool
) -> None:
    listing = personal_listing(place)
    actions.consume_outbox()
    secrets = {MOBILE, MOBILE.replace("07", "+447", 1), PRIVATE, NUMBER, "Joan Marsh"}

    assert PublishedService.objects.count() == 1
    assert leaks(secrets, stored()) == []
    for answer in everything_sent(client, listing):
        assert leaks(secrets, said(answer)) == [], answer.request
    assert found_by_search(client, secrets) == []


def test_home_gives_no_address_away(
    place: world.Place, client: Client, strict: bool
) -> None:
    listing = world.published(
        place, in_hall=world.hall(home=True, latitude=51.98765, name="Marsh Cottage")
    )
    actions.consume_outbox()
    secrets = {"1 High Street", "BA12 9AA", "51.98765", "Marsh Cottage"}

    assert leaks(secrets, stored()) == []
    for answer in everything_sent(client, listing):
        assert leaks(secrets, said(answer)) == [], answer.request


def test_gone_page_says_nothing_of_what_it_was(
    place: world.Place, client: Client
) -> None:
    listing = personal_listing(place)
    actions.consume_outbox()
    listings.hide_listing(
        by=place.publisher,
        listing_id=listing.pk,
        because=Hidden.PERSONAL_DATA,
        reason=f"Joan Marsh asked on {MOBILE}.",
    )
    actions.consume_outbox()
    secrets = {"Joan", MOBILE, PRIVATE, "coffee morning", "Testham Friends", "Petra"}

    for path in (
        f"/services/{listing.record_id}/",
        f"/oruk/v3/services/{listing.record_id}",
    ):
        answer = client.get(path)
        assert answer.status_code == 410
        assert leaks(secrets, said(answer)) == []
    assert leaks(secrets, stored()) == []


def test_nobody_who_works_here_is_named(
    place: world.Place, client: Client, strict: bool
) -> None:
    place.council.role_mailbox = "asha.assurer@testham.example"
    place.council.save()
    listing = world.published(place)
    actions.consume_outbox()
    people = (place.assurer, place.contributor, place.lead, place.publisher)
    secrets = {p.name for p in people} | {p.email for p in people}
    secrets |= {place.council.role_mailbox, str(place.assurer.pk)}

    assert leaks(secrets, stored()) == []
    for answer in everything_sent(client, listing):
        assert leaks(secrets, said(answer)) == [], answer.request


def test_draft_is_nowhere(place: world.Place, client: Client) -> None:
    listing = world.submitted(place, name="Zqsecretdraft", description="Zqsecret words")
    actions.consume_outbox()

    assert leaks({"zqsecret"}, stored()) == []
    for answer in everything_sent(client, listing):
        assert leaks({"zqsecret"}, said(answer)) == []
    assert client.get(f"/services/{listing.record_id}/").status_code == 404
    assert client.get(f"/oruk/v3/services/{uuid.uuid4()}").status_code == 404
