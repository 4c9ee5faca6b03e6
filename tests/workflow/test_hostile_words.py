"""Words that try to be a script, a template or a header stay words, on every page."""

import copy
import json
from collections import Counter, deque
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from accounts.models import User
from accounts.roles import Role
from common import clock
from directory import validation
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.declare import Type
from publishing.actions import consume_outbox
from tests import world
from tests.workflow.deciding import signed_in
from tests.workflow.town import REJECT, Town, as_it_is, decide, line
from workflow.actions import listings, proposals
from workflow.actions.checking import check_listing, correct_and_check
from workflow.actions.choosing import Choice, Informant
from workflow.choices import Method, Verdict
from workflow.models import Record, Remit

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

HOSTILE = (
    "zq<script>zqrun()</script>\"'><b zqattr=1 onclick='zqrun()'>"
    '{{ no|default:"ZQEVALUATED" }}{% now "Y" %}</title></textarea>'
)
TURNED = f"\u202e{HOSTILE}\u2066"
OF_ONE_VIEW = 2
"""How many links to one kind of page are followed; what they show differs little."""
NOT_LINKS = ("/static/", "/sign-out/")


def hostile(kind: str, **values: Any) -> dict[str, Any]:
    """A payload with these words in every text that takes them."""
    payload: dict[str, Any] = {**values}
    for item in RECORDS[kind].fields:
        if item.type in (Type.LINE, Type.TEXT) and item.name not in values:
            tried = {**payload, item.name: TURNED[: item.max_length]}
            if item.name not in validation.problems(kind, {"id": "x", **tried}):
                payload = tried
    return payload


@pytest.fixture(scope="module")
def hostile_town(file_transaction: None) -> Town:
    """A place in which every name, reason and note is hostile."""
    place = world.make_place()
    User.objects.update(name=HOSTILE[:120])
    for row in (place.council, place.health, place.partnership):
        row.name = f"{row.pk.hex[:4]} {HOSTILE}"[:120]
        row.save()
    Remit.objects.update(name=HOSTILE[:100])
    for name in ("assurer", "contributor", "reader", "lead", "publisher", "officer"):
        getattr(place, name).refresh_from_db()
    listing = world.published(
        place,
        body=hostile(Kind.ORGANIZATION),
        in_hall={**world.hall(), **hostile(Kind.LOCATION)},
        **hostile(Kind.SERVICE, status="active"),
    )
    town = Town(place, listing, listing, Record.objects.get(pk=listing.location_ids[0]))
    _say_everything(town)
    consume_outbox()
    return town


@pytest.fixture
def town(hostile_town: Town, db: None, settings: Any) -> Town:
    """That place for one test, on every host name."""
    settings.DEFAULT_PLACE = hostile_town.place.partnership.slug
    return as_it_is(copy.deepcopy(hostile_town))


def _say_everything(town: Town) -> None:
    place, listing = town.place, town.listing

    def edit(fees: str) -> Any:
        fresh = world.fresh(listing)
        assert fresh.record.revision is not None
        key = str(fresh.record_id)
        return proposals.propose_edit(
            by=place.contributor, listing_id=listing.pk,
            edits={key: {"fees": fees}}, bases={key: fresh.record.revision.number},
            evidence="visited", words=HOSTILE,
        )  # fmt: skip

    refused = edit(f"£1 {HOSTILE}"[:200])
    reason = Choice(Verdict.REJECTED, reason=REJECT.reason, words=HOSTILE)
    decide(town, refused, choices={"fees": reason}, answer=HOSTILE)
    edit(f"£2 {HOSTILE}"[:200])
    key = str(listing.record_id)
    correct_and_check(
        by=place.assurer, listing_id=listing.pk,
        edits={key: {"alert": f"Now {HOSTILE}"[:150]}},
        informant=Informant(HOSTILE, Method.CALL, clock.today()), method=Method.CALL,
        note=HOSTILE,
    )  # fmt: skip
    check_listing(
        by=place.assurer, listing_id=listing.pk, method=Method.CALL, note=HOSTILE
    )
    proposals.report_problem(
        by=place.contributor, listing_id=listing.pk, words=HOSTILE, evidence="user"
    )
    proposals.say_still_right(by=place.volunteer, listing_id=listing.pk, words=HOSTILE)
    own = Record.objects.get(pk=str(listing.organization_id))
    hidden = world.published(place, at=town.hall, run_by=own, name=HOSTILE[:100])
    listings.hide_listing(
        by=place.assurer, listing_id=hidden.pk, because="withdrawn", reason=HOSTILE
    )
    back = world.submitted(place, at=town.hall, run_by=own, name=HOSTILE[:100])
    listings.return_listing(by=place.assurer, listing_id=back.pk, reason=HOSTILE)
    world.submitted(place, at=town.hall, run_by=own, name=HOSTILE[:100])


class _Page(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "script" and "src" not in has:
            self.wrong.append("a script within the page")
        for name, value in attrs:
            if name.startswith(("on", "zqattr")):
                self.wrong.append(f"{tag} with {name}")
            if (value or "").strip().lower().startswith(("javascript:", "data:text")):
                self.wrong.append(f"{tag} {name}={value}")
        if tag == "a" and has.get("href"):
            self.links.append(str(has["href"]))


def faults(answer: Any) -> tuple[list[str], list[str]]:
    """What is wrong with a page, and its links."""
    kind = answer["Content-Type"].split(";")[0]
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    words = said.decode()
    wrong = []
    if answer.get("X-Content-Type-Options") != "nosniff":
        wrong.append("may be sniffed")
    written = (
        '"ZQEVALUATED"', "&quot;ZQEVALUATED&quot;", '\\"ZQEVALUATED\\"',
        r"\&quot;ZQEVALUATED\&quot;",  # JSON that a page shows
    )  # fmt: skip
    left = words
    for quoted in written:
        left = left.replace(quoted, "")
    if "ZQEVALUATED" in left:
        wrong.append("a template was evaluated")
    if any(mark in words for mark in "\u202e\u2066"):
        wrong.append("turns the text around it")
    if kind == "application/json":
        json.loads(words)
        return wrong, []
    if kind == "text/csv" and answer["Content-Disposition"].startswith("attachment"):
        return wrong, []  # a file: no page that words could run in
    if kind != "text/html":
        return [*wrong, f"is {kind}"], []
    page = _Page()
    page.feed(words)
    return wrong + page.wrong, page.links


def walk(client: Client, *starts: str) -> tuple[dict[str, list[str]], set[str], int]:
    """What is wrong by address, the addresses looked at, how many had the words."""
    waiting, known = deque(starts), set(starts)
    wrong: dict[str, list[str]] = {}
    views: Counter[str] = Counter()
    met = 0
    while waiting:
        address = waiting.popleft()
        answer = client.get(address, follow=True)
        found, links = faults(answer)
        if found:
            wrong[address] = found
        met += "zqrun" in answer.text if not answer.streaming else 0
        for link in links:
            parts = urlsplit(urljoin(address, link))
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            own = not urlsplit(link).netloc and parts.path.startswith("/")
            if not own or parts.path.startswith(NOT_LINKS) or target in known:
                continue
            view = resolve(parts.path).view_name
            if views[view] < OF_ONE_VIEW:
                views[view] += 1
                known.add(target)
                waiting.append(target)
    return wrong, known, met


@pytest.mark.parametrize(
    "who",
    ["nobody", "contributor", "reader", "assurer", "lead", "publisher", "officer",
     "editor", "administrator"],
)  # fmt: skip
def test_words_stay_words_on_every_page(town: Town, who: str) -> None:
    listing = town.listing
    if who == "nobody":
        client = Client()
    elif who == "editor":
        client = signed_in(world.make_editor(listing, HOSTILE[:60]))
    elif who == "administrator":
        boss = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)
        client = signed_in(boss)
    else:
        client = signed_in(getattr(town.place, who))

    starts = [
        "/", "/home/", f"/services/{listing.record_id}/", "/oruk/v3/services",
        f"/oruk/v3/services/{listing.record_id}", "/nowhere/%3Cscript%3E/",
        "/?q=%22%3E%3Cscript%3Ezqrun()%3C/script%3E",
        "/records/?q=%22%3E%3Cscript%3Ezqrun()%3C/script%3E",
        "/sign-in/?next=javascript:zqrun()",
        f"/records/{listing.pk}/", f"/records/{listing.pk}/history/",
        f"/records/{listing.pk}/preview/",
    ]  # fmt: skip
    wrong, looked_at, met = walk(client, *starts)

    assert wrong == {}
    assert len(looked_at) > len(starts)
    assert met > 3


def test_json_gives_the_words_as_data(town: Town, client: Client) -> None:
    answer = client.get(f"/oruk/v3/services/{town.listing.record_id}")

    assert answer["Content-Type"].split(";")[0] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.json()["name"].startswith("zq")


def test_refusals_say_the_words_back_as_words(town: Town) -> None:
    client = signed_in(town.place.assurer)
    listing = town.listing
    proposal = listing.proposals.filter(state="open", kind="edit").get()
    row = f"c-{line(proposal, 'fees').pk}"
    sent = [
        (f"/work/proposals/{proposal.pk}/", {
            f"{row}-choice": "changed", f"{row}-words": TURNED, "answer": TURNED}),
        (f"/records/{listing.pk}/hide/", {"because": TURNED, "reason": TURNED}),
        (f"/records/{listing.pk}/problem/", {"words": TURNED, "evidence": TURNED}),
        ("/sign-in/", {"username": TURNED, "password": TURNED}),
    ]  # fmt: skip

    for address, data in sent:
        wrong, _ = faults(client.post(address, data))
        assert [w for w in wrong if w != "turns the text around it"] == [], address


def test_what_is_typed_into_a_form_turns_nothing(town: Town) -> None:
    other = world.give(world.person("Otto"), Role.CONTRIBUTOR, town.place.health)

    signed_in(other).post(
        f"/records/{town.listing.pk}/problem/",
        {"words": "ab\u202ecd\u2066 ef", "evidence": "user"},
    )

    said = town.listing.proposals.filter(evidence_words__startswith="ab").get()
    assert said.evidence_words == "abcd ef"
