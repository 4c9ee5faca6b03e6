"""Finding a record, saying something about it, and what became of it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, User
from common import clock
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.freshness import full_date
from tests import world
from tests.workflow.pages import filled_in, text
from workflow.actions import checking, decisions, listings, proposals
from workflow.actions.decisions import Choice, Informant
from workflow.choices import Verdict
from workflow.models import Change, Confirmation, Listing, Proposal, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(listing: Listing, name: str = "suggest") -> str:
    return reverse(f"workflow:{name}", args=[listing.pk])


def section_of(
    listing: Listing, slug: str, kind: str = Kind.SERVICE, record_id: Any = None
) -> str:
    record = record_id or listing.record_id
    return reverse("workflow:suggest-section", args=[listing.pk, kind, record, slug])


def suggested(place: world.Place, listing: Listing, **edits: Any) -> Proposal:
    record = str(listing.record_id)
    return proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk, edits={record: edits},
        bases={record: 1}, evidence="visited",
        partner=place.health,
    )  # fmt: skip


# --- finding --------------------------------------------------------------------------


def titles(response: Any) -> list[str]:
    return [card["title"] for card in response.context["cards"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Thursday lunch", "Tuesday coffee morning"]),
        ("?q=coffee", ["Tuesday coffee morning"]),
        ("?q=friends+LUNCH", ["Thursday lunch"]),
        ("?q=BA12", []),
        ("?q=%25", []),
        ("?place=testham", ["Thursday lunch", "Tuesday coffee morning"]),
    ],
)
def test_records_are_found_by_name_and_who_runs_them(
    place: world.Place, asked: str, found: list[str]
) -> None:
    world.published(place)
    world.published(place, name="Thursday lunch")

    response = signed_in(place.contributor).get(f"/records/{asked}")

    assert titles(response) == found


def test_records_hold_no_drafts_and_nothing_hidden_from_this_person(
    place: world.Place,
) -> None:
    hidden = world.published(place)
    world.draft(place, by=place.volunteer)
    world.submitted(place, by=place.volunteer)
    listings.hide_listing(
        by=place.assurer, listing_id=hidden.pk, because="withdrawn", reason="Asked."
    )

    assert titles(signed_in(place.contributor).get("/records/")) == [hidden.title]
    assert titles(signed_in(place.volunteer).get("/records/")) == []


def test_neighbour_finds_what_is_published(place: world.Place) -> None:
    listing = world.published(place)
    neighbour = world.make_place("Elsewhere")

    response = signed_in(neighbour.contributor).get("/records/")

    assert titles(response) == [listing.title]
    assert response.context["cards"][0]["url"] == page_of(listing)


def test_lead_finds_what_a_neighbour_published(place: world.Place) -> None:
    listing = world.published(place)
    hidden = world.published(place, name="Hidden coffee morning")
    listings.hide_listing(
        by=place.assurer, listing_id=hidden.pk, because="closed", reason="It shut."
    )
    client = signed_in(world.make_place("Elsewhere").lead)

    response = client.get("/records/", {"q": "coffee"})

    assert titles(response) == [listing.title]
    (card,) = response.context["cards"]
    assert card["url"] == page_of(listing, "record")
    assert client.get(card["url"]).status_code == 200


def test_reader_finds_records_and_is_not_asked_to_suggest(place: world.Place) -> None:
    listing = world.published(place)

    (card,) = signed_in(place.reader).get("/records/").context["cards"]

    assert card["url"] == page_of(listing, "record")
    assert "next_url" not in card
    assert signed_in(place.reader).get(page_of(listing)).status_code == 403


def test_reader_is_told_whom_to_write_to(place: world.Place) -> None:
    world.published(place)
    mailbox = "Is something wrong, closed or missing? Write to"
    find = f'href="{reverse("workflow:records")}">Find a record'
    for user, told in ((place.reader, True), (place.volunteer, False)):
        client = signed_in(user)
        records = client.get("/records/").content.decode()
        mine = client.get("/my-suggestions/").content.decode()

        assert (mailbox in records, mailbox in mine) == (told, told)
        assert ("say what is right" in records, find in mine) == (not told, not told)


def cost(client: Client, address: str) -> tuple[int, int]:
    """How often a page asks the database, and how many cards it shows."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    return len(asked), len(response.context["cards"])


def test_records_cost_the_same_for_one_and_three(place: world.Place) -> None:
    client = signed_in(place.contributor)
    world.published(place)
    one = cost(client, "/records/")
    world.published(place)
    world.published(place)

    assert (one[1], cost(client, "/records/")) == (1, (one[0], 3))


# --- what one sees --------------------------------------------------------------------


def secrets() -> dict[str, Any]:
    return {
        "partner_notes": "Ring the side door first",
        "internal_notes": "Their lease ends soon",
        "phones": [{"number": "07700 900123"}],
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [("contributor", ["partner_notes", "phones"]), ("volunteer", []),
     ("second_assurer", ["partner_notes", "internal_notes", "phones"])],
)  # fmt: skip
def test_suggest_shows_what_the_person_may_see(
    place: world.Place, who: str, seen: list[str]
) -> None:
    listing = world.published(place, **secrets())
    words = text(signed_in(getattr(place, who)).get(page_of(listing)))

    said = {
        "partner_notes": "Ring the side door first",
        "internal_notes": "Their lease ends soon",
        "phones": "07700 900123",
    }
    assert [name for name, value in said.items() if value in words] == seen


@pytest.mark.parametrize("who", ["contributor", "volunteer"])
def test_internal_section_is_not_there_for_those_who_do_not_keep_the_record(
    place: world.Place, who: str
) -> None:
    listing = world.published(place, **secrets())
    client = signed_in(getattr(place, who))

    page = client.get(section_of(listing, "keeping"))
    client.post(
        section_of(listing, "keeping"),
        {"internal_notes": "Mine", "evidence": "visited", "version": "1"},
    )

    assert b"internal_notes" not in page.content
    assert not Change.objects.filter(path="internal_notes", value="Mine").exists()


def test_secret_place_is_shown_to_those_who_keep_it_alone(place: world.Place) -> None:
    listing = world.published(
        place, in_hall=world.hall(name="The Refuge", sensitive=True)
    )
    hall = listing.location_ids[0]
    where = section_of(listing, "address", Kind.LOCATION, hall)

    for user in (place.contributor, place.volunteer):
        client = signed_in(user)
        words = text(client.get(page_of(listing)))
        assert "The Refuge" not in words
        assert "1 High Street" not in words
        assert client.get(where).status_code == 404
        assert "The Refuge" not in text(client.get(section_of(listing, "where")))
    assert "The Refuge" in text(signed_in(place.second_assurer).get(page_of(listing)))


@pytest.mark.parametrize(
    ("visibility", "who", "is_there"),
    [
        ("open", "volunteer", True),
        ("partners", "volunteer", False),
        ("partners", "contributor", True),
        ("internal", "contributor", False),
        ("internal", "second_assurer", True),
    ],
)
def test_record_for_fewer_people_is_shown_to_those_alone(
    place: world.Place, visibility: str, who: str, is_there: bool
) -> None:
    listing = world.published(place)
    hall = listing.location_ids[0]
    Record.objects.filter(pk=hall).update(visibility=visibility)
    client = signed_in(getattr(place, who))

    page = client.get(page_of(listing))
    section = client.get(section_of(listing, "about", Kind.LOCATION, hall))
    offered = client.get(section_of(listing, "where")).content.decode()

    assert ("1 High Street" in text(page)) is is_there
    assert section.status_code == (200 if is_there else 404)
    assert ("Testham Hall" in offered) is is_there


def test_listing_that_is_not_assured_is_not_there(place: world.Place) -> None:
    draft = world.draft(place)

    for name in ("suggest", "still-right", "closed", "problem"):
        response = signed_in(place.contributor).get(page_of(draft, name))
        assert response.status_code == 404


# --- suggesting -----------------------------------------------------------------------


def test_suggestion_names_what_changed_and_how_one_knows(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    where = section_of(listing, "contact")

    response = client.post(
        where,
        filled_in(client.get(where), evidence="rang", words="On Monday.",
                  **{"phones-0-number": "01632 960 199"}),
    )  # fmt: skip

    proposal = Proposal.objects.get(kind="edit")
    assert response["Location"] == reverse("workflow:suggestion", args=[proposal.pk])
    assert (proposal.evidence, proposal.evidence_words) == ("rang", "On Monday.")
    assert proposal.proposer_partner == place.health
    (change,) = proposal.changes.all()
    assert change.value == (change.was or {}) | {"number": "01632 960199"}
    assert change.base == 1


def test_section_says_what_the_person_sent_before(place: world.Place) -> None:
    listing = world.published(place)
    mine = suggested(place, listing, fees="£999", wait_time="A week")
    changes = mine.changes.get(path="fees")
    slug = next(s.slug for s in RECORDS[Kind.SERVICE].sections if "fees" in s.names)
    where = section_of(listing, slug)

    here = signed_in(place.contributor).get(where).context["waiting"]
    others = signed_in(place.second_assurer).get(where).context["waiting"]

    url = reverse("workflow:suggestion", args=[mine.pk])
    assert {"text": said(changes), "url": url} in here
    assert others == []


def said(change: Change) -> str:
    day = full_date(change.proposal.created_at.astimezone(clock.LONDON))
    now = f" (now {change.was})" if change.was else ""
    return f"You sent on {day}: Cost in words: {change.value}{now}."


def test_section_of_a_hall_names_the_services_that_change_too(
    place: world.Place,
) -> None:
    listing = world.published(place)
    hall = Record.objects.get(pk=listing.location_ids[0])
    world.published(place, at=hall, name="Thursday lunch")
    world.submitted(place, at=hall, name="Not public yet")
    editor = world.make_editor(listing)
    suggest = section_of(listing, "address", Kind.LOCATION, hall.pk)
    args = [listing.pk, Kind.LOCATION, hall.pk, "address"]

    page = signed_in(place.contributor).get(suggest)
    own = signed_in(editor).get(reverse("workflow:section", args=args))

    for shown in (page, own):
        assert shown.context["also"] == ["Thursday lunch"]
        assert "Also changes this service: Thursday lunch" in text(shown)
    alone = signed_in(place.contributor).get(section_of(listing, "contact"))
    assert alone.context["also"] == []


def test_suggestion_without_evidence_keeps_everything(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    where = section_of(listing, "contact")

    response = client.post(
        where, filled_in(client.get(where), email="new@coffee.example", words="Hm.")
    )

    assert response.context["how"].errors == {"evidence": ["Say how you know."]}
    sent = filled_in(response)
    assert (sent["email"], sent["words"]) == (["new@coffee.example"], ["Hm."])
    assert not Proposal.objects.filter(kind="edit").exists()


def test_suggestion_is_made_against_the_version_that_was_seen(
    place: world.Place,
) -> None:
    listing = world.published(place, fees="£2")
    client = signed_in(place.contributor)
    where = section_of(listing, "cost")
    opened = client.get(where)
    checking.correct_and_check(
        by=place.assurer, listing_id=listing.pk,
        edits={str(listing.record_id): {"fees": "£3"}},
        informant=Informant("Sam Ford, leader", "call", clock.today()), method="call",
    )  # fmt: skip

    client.post(where, filled_in(opened, fees="£2.50", evidence="visited"))

    (change,) = Change.objects.filter(proposal__state="open")
    assert (change.was, change.value, change.base) == ("£2", "£2.50", 1)


def test_neighbour_who_changes_one_thing_does_not_touch_what_is_held_back(
    place: world.Place,
) -> None:
    listing = world.published(place, fees="£2", **secrets())
    neighbour = world.make_place("Elsewhere")
    client = signed_in(neighbour.contributor)
    where = section_of(listing, "contact")

    client.post(
        where,
        filled_in(client.get(where), email="info@coffee.example", evidence="website"),
    )

    (change,) = Change.objects.filter(proposal__kind="edit")
    assert (change.path, change.value) == ("email", "info@coffee.example")


@pytest.mark.parametrize("version", ["", "0", "99", "-1", "one", "9" * 30])
def test_version_that_never_was_is_passed_over(
    place: world.Place, version: str
) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    where = section_of(listing, "cost")

    response = client.post(
        where,
        filled_in(client.get(where), version=version, fees="£2", evidence="visited"),
    )

    assert response.status_code == 302
    assert Change.objects.get(proposal__kind="edit").base == 1


def test_own_suggestion_stands_at_its_section(place: world.Place) -> None:
    listing = world.published(place)
    suggested(place, listing, fees="Free")

    mine = signed_in(place.contributor).get(page_of(listing)).context["records"][0]
    theirs = signed_in(place.volunteer).get(page_of(listing)).context["records"][0]

    assert [s.waiting for s in mine.sections if s.slug == "cost"] == [
        ["Cost in words: Free."]
    ]
    assert not theirs.is_waiting


# --- three short things ---------------------------------------------------------------


def test_still_right_is_a_sighting(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    before = AuditEvent.objects.count()

    client.get(page_of(listing, "still-right"))
    assert AuditEvent.objects.count() == before
    client.post(page_of(listing, "still-right"), {"words": "I was there."})

    said = Confirmation.objects.get()
    assert (said.source, said.words) == ("other", "I was there.")
    assert world.fresh(listing).seen_on == clock.today()


def test_still_right_leads_back_to_what_was_searched_for(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    search = f"?{urlencode({'q': listing.title})}"
    found = client.get(f"{reverse('workflow:records')}{search}")
    address = page_of(listing, "still-right")
    assert f'href="{address}{search}"' in found.content.decode()

    done = client.post(f"{address}{search}", {"words": ""})

    assert done.headers["Location"] == f"{reverse('workflow:records')}{search}"


def test_still_right_twice_on_a_day_is_noted_once(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    for _ in range(2):
        page = client.post(page_of(listing, "still-right"), {"words": ""}, follow=True)

    assert Confirmation.objects.count() == 1
    assert [str(m) for m in page.context["messages"]] == [
        "Thank you. You told us so today already, so it is noted."
    ]
    with clock.at(clock.now() + dt.timedelta(days=1)):
        proposals.say_still_right(by=place.contributor, listing_id=listing.pk)
    assert Confirmation.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("closed", {"for_good": "yes"}, "it has closed"),
        ("problem", {"words": "Nobody answers."}, "something is wrong"),
    ],
)
def test_still_right_waits_for_the_opposite_to_be_taken_back(
    place: world.Place, name: str, data: dict[str, str], said: str
) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    client.post(page_of(listing, name), {"evidence": "visited", **data})
    before = Proposal.objects.get(proposer=place.contributor, state="open")

    page = client.get(page_of(listing, "still-right"))
    refused = client.post(page_of(listing, "still-right"), {"words": ""})

    day = full_date(clock.today())
    notice = {
        "text": f"You told us on {day} that {said}; take that back first if it is "
        "still right.",
        "url": reverse("workflow:suggestion", args=[before.pk]),
    }
    assert page.context["waits"] == notice
    assert (refused.status_code, refused.context["waits"]) == (409, notice)
    assert world.fresh(listing).seen_on is None
    proposals.withdraw_proposal(by=place.contributor, proposal_id=before.pk)
    client.post(page_of(listing, "still-right"), {"words": ""})
    assert Confirmation.objects.count() == 1


@pytest.mark.parametrize(
    ("for_good", "status"), [("yes", "defunct"), ("no", "temporarily closed")]
)
def test_closed_is_for_good_or_for_now(
    place: world.Place, for_good: str, status: str
) -> None:
    listing = world.published(place)

    signed_in(place.contributor).post(
        page_of(listing, "closed"),
        {"for_good": for_good, "evidence": "visited", "words": ""},
    )

    assert Change.objects.get(proposal__kind="closure").value == status


def test_provider_says_until_when_it_is_closed(place: world.Place) -> None:
    """The same as by the link of a mail: no question how they know, and a day."""
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    url = page_of(listing, "closed")

    assert url in client.get(f"/listings/{listing.pk}/").content.decode()
    refused = client.post(url, {"for_good": "no", "words": ""})
    assert refused.context["form"].errors == {
        "until": ["Give the day on which it opens again."]
    }
    client.post(url, {
        "for_good": "no", "words": "The roof.", "until_day": "3",
        "until_month": "9", "until_year": str(clock.today().year + 1),
    })  # fmt: skip

    told = Change.objects.get(proposal__kind="closure")
    said = f"Closed until 3 September {clock.today().year + 1}. The roof."
    assert (told.value, told.proposal.by_provider) == ("temporarily closed", True)
    assert (told.proposal.evidence, told.proposal.evidence_words) == ("run_it", said)


def test_closed_twice_says_so(place: world.Place) -> None:
    listing = world.published(place, status="temporarily closed")

    response = signed_in(place.contributor).post(
        page_of(listing, "closed"), {"for_good": "no", "evidence": "visited"}
    )

    assert response.context["form"].non_field_errors() == [
        "It is marked as closed already."
    ]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"for_good": "", "evidence": "visited"},
         {"for_good": ["Choose an answer for “Has it closed for good?”."]}),
        ({"for_good": "yes", "evidence": ""}, {"evidence": ["Say how you know."]}),
        ({}, {"for_good": ["Choose an answer for “Has it closed for good?”."],
              "evidence": ["Say how you know."]}),
        ({"for_good": "yes", "evidence": "a dream"},
         {"evidence": ["Choose one of the answers given for “How do you know?”."]}),
    ],
)  # fmt: skip
def test_closed_says_what_is_missing_beside_it(
    place: world.Place, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    listing = world.published(place)

    response = signed_in(place.contributor).post(page_of(listing, "closed"), typed)

    assert dict(response.context["form"].errors) == errors
    assert not Proposal.objects.filter(kind="closure").exists()


def test_problem_says_all_that_is_missing_at_once(place: world.Place) -> None:
    listing = world.published(place)

    page = signed_in(place.contributor).post(page_of(listing, "problem"), {})

    assert dict(page.context["form"].errors) == {
        "words": ["Say what is wrong, in your own words."],
        "evidence": ["Say how you know."],
    }


def test_suggestion_says_what_is_wrong_in_it_and_around_it_at_once(
    place: world.Place,
) -> None:
    client, listing = signed_in(place.contributor), world.published(place)
    address = section_of(listing, "contact")

    wrong = client.post(address, filled_in(client.get(address), url="no address"))
    same = client.post(address, filled_in(client.get(address)))

    assert list(wrong.context["form"].errors) == ["url"]
    assert wrong.context["how"].errors == {"evidence": ["Say how you know."]}
    assert same.context["form"].non_field_errors() == [
        "Nothing is different from what is there now."
    ]
    assert same.context["how"].errors == {"evidence": ["Say how you know."]}


def test_asking_for_one_more_phone_says_nothing_is_missing(place: world.Place) -> None:
    client, listing = signed_in(place.contributor), world.published(place)
    address = section_of(listing, "contact")

    more = client.post(
        address, filled_in(client.get(address), add="phones", words="I rang.")
    )

    assert not more.context["how"].errors
    assert "I rang." in more.content.decode()
    assert "govuk-error-summary" not in more.content.decode()


@pytest.mark.parametrize(("harm", "gravity"), [("on", "harm"), (None, "error")])
def test_problem_is_told_in_words(
    place: world.Place, harm: str | None, gravity: str
) -> None:
    listing = world.published(place)
    typed = {"words": "Nobody there.", "evidence": "visited"}

    signed_in(place.contributor).post(
        page_of(listing, "problem"), typed | ({"harm": harm} if harm else {})
    )

    assert Proposal.objects.get(kind="report").gravity == gravity


def test_problem_without_words_keeps_the_tick(place: world.Place) -> None:
    listing = world.published(place)

    response = signed_in(place.contributor).post(
        page_of(listing, "problem"), {"harm": "on", "evidence": "visited"}
    )

    form = response.context["form"]
    assert form.errors == {"words": ["Say what is wrong, in your own words."]}
    assert form["harm"].value() is True


@pytest.mark.parametrize("name", ["still-right", "closed", "problem"])
def test_reader_says_nothing_about_a_record(place: world.Place, name: str) -> None:
    listing = world.published(place)
    client = signed_in(place.reader)

    assert client.get(page_of(listing, name)).status_code == 403
    assert client.post(page_of(listing, name), {}).status_code == 403


# --- what became of it ----------------------------------------------------------------


def test_closed_record_is_shown_as_such_and_not_closed_again(
    place: world.Place,
) -> None:
    listing = world.published(place)
    where = reverse("workflow:suggest", args=[listing.pk])
    client = signed_in(place.contributor)
    offer = reverse("workflow:closed", args=[listing.pk])
    assert offer in client.get(where).content.decode()

    Listing.objects.filter(pk=listing.pk).update(
        stage="unpublished", hidden_because=["closed"]
    )
    response = client.get(where)

    assert "Not public: closed" in text(response)
    assert offer not in response.content.decode()


def test_suggestion_says_what_became_of_each_change_and_why(
    place: world.Place,
) -> None:
    listing = world.published(place)
    proposal = suggested(
        place, listing, fees="Free", wait_time="None", email="info@coffee.example"
    )
    ids = dict(proposal.changes.values_list("path", "pk"))
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, answer="Thank you very much.",
        choices={
            ids["fees"]: Choice(Verdict.ACCEPTED),
            ids["wait_time"]: Choice(
                Verdict.REJECTED, reason="not_so", words="About a week."
            ),
            ids["email"]: Choice(
                Verdict.CHANGED, value="hello@coffee.example", words="They moved."
            ),
        },
    )  # fmt: skip

    with clock.at(clock.now() + dt.timedelta(minutes=10)):
        response = signed_in(place.contributor).get(
            reverse("workflow:suggestion", args=[proposal.pk])
        )

    told = {c["label"]: c for c in response.context["changes"]}
    assert {label: c["verdict"] for label, c in told.items()} == {
        "E-mail": "Changed and accepted",
        "Cost in words": "Accepted",
        "How long people wait": "Rejected",
    }
    assert told["How long people wait"]["reason"] == (
        "We asked, and it is not so. About a week."
    )
    assert told["E-mail"]["accepted"] == "hello@coffee.example"
    assert response.context["state"] == "It has been decided."
    assert "Thank you very much." in text(response)
    assert not response.context["can_take_back"]


def test_suggestion_that_was_undone_says_so(place: world.Place) -> None:
    listing = world.published(place)
    proposal = suggested(place, listing, fees="Free")
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )
    decisions.undo_decision(by=place.assurer, decision_id=decision.pk)

    response = signed_in(place.contributor).get(
        reverse("workflow:suggestion", args=[proposal.pk])
    )

    assert response.context["state"] == (
        "It was decided, and is being looked at once more."
    )


def test_suggestion_says_nothing_of_a_decision_for_ten_minutes(
    place: world.Place,
) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    (change,) = proposal.changes.all()
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, answer="Thank you.",
        choices={change.pk: Choice(Verdict.REJECTED, reason="not_so", words="No.")},
    )  # fmt: skip
    client = signed_in(place.contributor)
    where = reverse("workflow:suggestion", args=[proposal.pk])

    with clock.at(decision.decided_at + dt.timedelta(minutes=9, seconds=59)):
        early = client.get(where)
        listed = client.get("/my-suggestions/").context["cards"][0]
    assert early.context["state"] == "Somebody is looking at it."
    (shown,) = early.context["changes"]
    assert (shown["verdict"], shown["reason"], shown["accepted"]) == ("Waiting", "", "")
    assert early.context["answers"] == []
    assert [tag["text"] for tag in listed["tags"]] == ["1 waiting"]
    assert listed["text"] == "Somebody is looking at it."

    with clock.at(decision.decided_at + dt.timedelta(minutes=10)):
        late = client.get(where)
    assert late.context["state"] == "It has been decided."
    assert late.context["changes"][0]["reason"] == "We asked, and it is not so. No."
    assert late.context["answers"] == ["Thank you."]


def test_my_suggestions_list_what_was_undone_once() -> None:
    place = world.make_place("Quietham")
    listing = world.published(place, by=place.volunteer)
    proposal = suggested(place, listing, fees="Free")
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )
    again = decisions.undo_decision(by=place.assurer, decision_id=decision.pk)

    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        response = signed_in(place.contributor).get("/my-suggestions/")

    (card,) = response.context["cards"]
    assert card["url"] == reverse("workflow:suggestion", args=[again.pk])


def test_rejected_change_of_a_provider_leads_to_their_listing(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    service = str(listing.record_id)
    proposal = proposals.propose_edit(
        by=editor, listing_id=listing.pk,
        edits={service: {"fees": "Free"}}, bases={service: 1}, evidence="run_it",
    )  # fmt: skip
    (change,) = proposal.changes.all()
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={change.pk: Choice(Verdict.REJECTED, reason="not_so", words="No.")},
    )  # fmt: skip

    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        response = signed_in(editor).get(
            reverse("workflow:suggestion", args=[proposal.pk])
        )

    assert response.context["about"] == reverse("workflow:listing", args=[listing.pk])
    assert response.context["about_label"] == "Change it again"


def test_suggestion_is_there_for_who_made_it_alone(place: world.Place) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    where = reverse("workflow:suggestion", args=[proposal.pk])

    assert signed_in(place.contributor).get(where).status_code == 200
    for user in (place.assurer, place.volunteer, place.lead):
        assert signed_in(user).get(where).status_code == 404
        assert signed_in(user).post(f"{where}take-back/").status_code == 404


def test_suggestion_is_taken_back(place: world.Place) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    where = reverse("workflow:suggestion", args=[proposal.pk])
    client = signed_in(place.contributor)

    assert client.get(f"{where}take-back/")["Location"] == where
    response = client.post(f"{where}take-back/", follow=True)

    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert response.context["state"] == "You took it back."


def test_suggestion_decided_meanwhile_is_not_taken_back(place: world.Place) -> None:
    proposal = suggested(place, world.published(place), fees="Free")
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )

    response = signed_in(place.contributor).post(
        reverse("workflow:take-back", args=[proposal.pk])
    )

    assert response.status_code == 409
    (sentence,) = response.context["sentences"]
    assert sentence.startswith("Asha Assurer decided this at ")
    assert sentence.endswith(": cost in words accepted.")
    assert sentence in text(response)


def test_card_of_a_suggestion_says_what_it_is_about(place: world.Place) -> None:
    listing = world.published(place)
    suggested(place, listing, fees="Free")
    proposals.report_problem(
        by=place.contributor, listing_id=listing.pk, evidence="visited",
        words="Nobody answers.",
    )  # fmt: skip

    cards = signed_in(place.contributor).get("/my-suggestions/").context["cards"]

    said = [
        fact["value"]
        for card in cards
        for fact in card["facts"]
        if fact["label"] == "You said"
    ]
    assert sorted(said) == ["Cost in words: Free", "Nobody answers."]


def test_card_of_a_place_that_became_secret_holds_no_value(place: world.Place) -> None:
    listing = world.published(place)
    hall = Record.objects.get(pk=listing.location_ids[0])
    proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk, evidence="visited",
        edits={str(hall.pk): {"transportation": "Bus 12"}}, bases={str(hall.pk): 1},
    )  # fmt: skip
    client = signed_in(place.contributor)
    assert "Bus 12" in text(client.get("/my-suggestions/"))

    corrected(place, listing, sensitive=True)

    assert "Bus 12" not in text(client.get("/my-suggestions/"))


def test_my_suggestions_hold_everything_newest_first(place: world.Place) -> None:
    listing = world.published(place)
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        suggested(place, listing, fees="Free")
    with clock.at(clock.now() + dt.timedelta(hours=2)):
        proposals.report_problem(
            by=place.contributor, listing_id=listing.pk, words="Shut.",
            evidence="visited",
        )  # fmt: skip

    response = signed_in(place.contributor).get("/my-suggestions/")

    assert [card["caption"] for card in response.context["cards"]] == [
        "Something is wrong", "Change", "New service",
    ]  # fmt: skip


def test_my_suggestions_cost_the_same_for_one_and_three() -> None:
    place = world.make_place("Quietham")
    listing = world.published(place, by=place.volunteer)
    client = signed_in(place.contributor)
    suggested(place, listing, fees="£0", wait_time="None")
    one = cost(client, "/my-suggestions/")
    for pounds in (1, 2):
        suggested(place, listing, fees=f"£{pounds}", wait_time="None")

    assert (one[1], cost(client, "/my-suggestions/")) == (1, (one[0], 3))


def test_suggestion_about_a_shared_hall_names_it(place: world.Place) -> None:
    listing = world.published(place)
    hall = Record.objects.get(pk=listing.location_ids[0])
    proposal = proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk,
        edits={str(hall.pk): {"transportation": "Bus 12"}}, bases={str(hall.pk): 1},
        evidence="visited",
    )  # fmt: skip

    response = signed_in(place.contributor).get(
        reverse("workflow:suggestion", args=[proposal.pk])
    )

    assert response.context["changes"][0]["record"] == "Testham Hall"


# --- what became secret meanwhile -----------------------------------------------------


def corrected(place: world.Place, listing: Listing, **edits: Any) -> None:
    """The assurer puts the hall of a service right."""
    checking.correct_and_check(
        by=place.assurer, listing_id=listing.pk,
        edits={str(listing.location_ids[0]): edits},
        informant=Informant("Sam Ford, leader", "call", clock.today()), method="call",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [({"home": None}, {"home": True}), ({"home": True}, {"home": None})],
)
@pytest.mark.parametrize("who", ["volunteer", "contributor"])
def test_old_version_of_a_guarded_place_is_never_shown(
    place: world.Place, who: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    listing = world.published(place, in_hall=world.hall(**before))
    hall = listing.location_ids[0]
    corrected(place, listing, description="Another room", **after)
    where = section_of(listing, "address", Kind.LOCATION, hall)

    response = signed_in(getattr(place, who)).post(
        where, {"version": "1", "add": "addresses"}
    )

    assert response.context["version"] == 2


def test_old_version_of_a_place_that_was_secret_is_not_shown(
    place: world.Place,
) -> None:
    listing = world.published(
        place, in_hall=world.hall(name="The Refuge", sensitive=True)
    )
    corrected(place, listing, name="Open House", sensitive=None)
    where = section_of(listing, "about", Kind.LOCATION, listing.location_ids[0])

    response = signed_in(place.contributor).post(where, {"version": "1"})

    assert "The Refuge" not in text(response)
    assert response.context["version"] == 2


def about_the_hall(place: world.Place, listing: Listing, by: User, **edits: Any) -> str:
    hall = str(listing.location_ids[0])
    proposal = proposals.propose_edit(
        by=by, listing_id=listing.pk, edits={hall: edits}, bases={hall: 1},
        evidence="visited",
    )  # fmt: skip
    return reverse("workflow:suggestion", args=[proposal.pk])


def test_suggestion_about_a_place_that_became_secret_tells_nothing(
    place: world.Place,
) -> None:
    listing = world.published(
        place, in_hall=world.hall(name="Planted House", transportation="Bus 12")
    )
    pages = {
        user: about_the_hall(place, listing, user, transportation="Bus 13")
        for user in (place.contributor, place.second_assurer)
    }
    corrected(place, listing, sensitive=True)

    shown = {
        user: signed_in(user).get(url).context["changes"][0]
        for user, url in pages.items()
    }

    told = [(c["record"], c["was"], c["value"], c["secret"]) for c in shown.values()]
    assert told == [
        ("A place that is kept secret", "", "", True),
        ("Planted House", "Bus 12", "Bus 13", False),
    ]
    words = text(signed_in(place.contributor).get(pages[place.contributor]))
    assert "Planted House" not in words
    assert "Bus 1" not in words


def test_suggestion_shows_a_volunteer_nothing_that_is_held_back(
    place: world.Place,
) -> None:
    listing = world.published(place, email="jane.smith@friends.example")
    record = str(listing.record_id)
    proposal = proposals.propose_edit(
        by=place.volunteer,
        listing_id=listing.pk,
        evidence="visited",
        edits={record: {"email": "info@coffee.example"}},
        bases={record: 1},
    )
    client = signed_in(place.volunteer)

    (change,) = client.get(reverse("workflow:suggestion", args=[proposal.pk])).context[
        "changes"
    ]
    words = text(client.get(page_of(listing)))

    assert (change["was"], change["value"]) == ("", "info@coffee.example")
    assert "jane.smith@friends.example" not in words
    assert "E-mail: info@coffee.example." in words
