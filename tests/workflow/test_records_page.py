"""The staff record page, its history and the exact preview: who sees what."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from publishing import actions
from tests import world
from tests.workflow.deciding import edit, later, page, query_count, text
from workflow import queries
from workflow.actions.decisions import Choice, decide
from workflow.actions.listings import hide_listing
from workflow.actions.place import hide_lapsed
from workflow.actions.proposals import say_still_right
from workflow.actions.records import set_visibility
from workflow.choices import Hidden, Verdict
from workflow.models import Listing

pytestmark = pytest.mark.django_db

PAGES = ("record", "history", "preview")


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    return world.stocked(
        partner_notes="The planted partner note",
        internal_notes="The planted internal note",
    )


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def acts(response: Any) -> list[str]:
    return [entry["act"].slug for entry in response.context["acts"]]


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_readers_of_the_place(
    place: world.Place, listing: Listing, name: str
) -> None:
    elsewhere = world.make_place("Elsewhere")
    outside = 200 if name == "record" else 404

    assert page(place.reader, name, listing.pk).status_code == 200
    assert page(place.assurer, name, listing.pk).status_code == 200
    assert page(elsewhere.reader, name, listing.pk).status_code == outside
    assert page(place.volunteer, name, listing.pk).status_code == outside


# --- a neighbour ----------------------------------------------------------------------


def test_neighbour_sees_the_published_version_and_who_keeps_it(
    place: world.Place, listing: Listing
) -> None:
    neighbour = world.make_place("Elsewhere").assurer

    response = page(neighbour, "record", listing.pk)

    words = text(response)
    suggest = reverse("workflow:suggest", args=[listing.pk])
    assert "Kept by Testham Council for Testham." in words
    assert "Tea, cake and company for anybody who would like some." in words
    assert f'href="{suggest}"' in words
    assert "The planted" not in words
    assert page(neighbour, "suggest", listing.pk).status_code == 200


def test_who_keeps_it_is_said_as_on_its_public_page(
    place: world.Place, listing: Listing, client: Client, settings: Any
) -> None:
    settings.DEFAULT_PLACE = place.partnership.slug
    neighbour = world.make_place("Elsewhere").assurer
    world.trust(place, listing)
    actions.consume_outbox()

    public = text(client.get(f"/services/{listing.record_id}/"))
    words = text(page(neighbour, "record", listing.pk))

    assert "Kept by Testham Friends, who run it. Checked" in public
    assert "Kept by Testham Friends, who run it, for Testham. You see what" in words
    assert "Testham Council decides on what you suggest" in words


def test_neighbour_who_only_reads_is_offered_no_suggestion(
    listing: Listing,
) -> None:
    reader = world.make_place("Elsewhere").reader

    response = page(reader, "record", listing.pk)

    assert response.context["may_propose"] is False
    assert "Suggest a change" not in text(response)


def test_neighbour_sees_nothing_of_what_is_hidden_or_not_open(
    place: world.Place, listing: Listing
) -> None:
    neighbour = world.make_place("Elsewhere").assurer
    kept = world.published(place)
    set_visibility(
        by=place.assurer, record_id=kept.record_id, visibility="partners",
        reason="For workers.",
    )  # fmt: skip
    with later(days=130):
        hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Nobody answers.")

    assert page(neighbour, "record", listing.pk).status_code == 404
    assert page(neighbour, "record", kept.pk).status_code == 404


def test_neighbour_is_not_told_of_a_secret_place(place: world.Place) -> None:
    hidden = world.hall(name="The planted refuge", sensitive=True)
    secret = world.published(place, in_hall=hidden)
    neighbour = world.make_place("Elsewhere").assurer

    words = text(page(neighbour, "record", secret.pk))

    assert "planted refuge" not in words
    assert "BA12" not in words


def test_neighbour_is_shown_nothing_that_the_gate_holds_back(
    place: world.Place,
) -> None:
    held = world.published(place, phones=[{"number": "07700 900123"}])
    neighbour = world.make_place("Elsewhere").assurer

    assert "07700 900123" not in text(page(neighbour, "record", held.pk))


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_a_stranger_to_sign_in(
    client: Any, listing: Listing, name: str
) -> None:
    url = reverse(f"workflow:{name}", args=[listing.pk])

    assert client.get(url).url == f"/sign-in/?next={url}"


@pytest.mark.parametrize("name", ["record", "history"])
def test_internal_fields_are_for_those_who_keep_it(
    place: world.Place, listing: Listing, name: str
) -> None:
    reader = text(page(place.reader, name, listing.pk))
    keeper = text(page(place.assurer, name, listing.pk))

    assert "The planted partner note" in reader
    assert "The planted internal note" not in reader
    assert "The planted internal note" in keeper


def test_preview_shows_open_fields_alone(place: world.Place, listing: Listing) -> None:
    shown = text(page(place.assurer, "preview", listing.pk))

    assert "The planted partner note" not in shown
    assert "The planted internal note" not in shown
    assert "Tea, cake and company for anybody who would like some." in shown


def test_a_secret_place_is_shown_to_its_keepers_alone(place: world.Place) -> None:
    secret = world.hall(name="Planted Refuge House", sensitive=True)
    listing = world.published(place, in_hall=secret)

    for name in PAGES:
        reader = text(page(place.reader, name, listing.pk))
        assert "Planted Refuge House" not in reader, name
        assert "1 High Street" not in reader, name
    assert "Planted Refuge House" in text(page(place.assurer, "record", listing.pk))


def shown_versions(place: world.Place, listing: Listing) -> list[tuple[str, int]]:
    response = page(place.reader, "history", listing.pk)
    assert "1 High Street" not in text(response)
    assert "BA12 9AA" not in text(response)
    assert "51.2" not in text(response)
    return [(v["record_label"], v["revision"].number)
            for v in response.context["versions"]]  # fmt: skip


@pytest.mark.parametrize("sensitive", [True, None])
def test_history_tells_nothing_of_a_place_that_is_or_was_secret(
    place: world.Place, sensitive: bool | None
) -> None:
    first = {"name": "Planted Refuge House", "sensitive": None if sensitive else True}
    listing = world.published(place, in_hall=world.hall(**first))
    hall = str(listing.location_ids[0])
    address = queries.current(queries.records([hall])[hall])["addresses"][0]
    moved = address | {"address_1": "2 Low Street", "postal_code": "BA12 9AB"}
    proposal = edit(
        place, listing, record=hall, sensitive=sensitive, name="Planted Open House",
        latitude=51.3, **{f"addresses/{address['id']}": moved},
    )  # fmt: skip
    decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
    )  # fmt: skip

    told = sorted(shown_versions(place, listing))

    halls = [] if sensitive else [("Place: Planted Open House", 2)]
    assert [row for row in told if row[0].startswith("Place")] == halls
    reader = text(page(place.reader, "history", listing.pk))
    assert "Planted Refuge House" not in reader
    assert ("2 Low Street" in reader) is not sensitive


def test_history_tells_nothing_of_where_somebody_lives(place: world.Place) -> None:
    home = world.hall(name="Planted Home", home=True, alternate_name="Planted Home")
    listing = world.published(place, in_hall=home)

    told = shown_versions(place, listing)

    assert "Planted Home" not in text(page(place.reader, "history", listing.pk))
    assert ("Place: A place that is kept secret", 1) in told
    keeper = text(page(place.assurer, "history", listing.pk))
    assert "Planted Home" in keeper


def test_three_dates_stand_apart(place: world.Place, listing: Listing) -> None:
    editor = world.make_editor(listing)
    say_still_right(by=editor, listing_id=listing.pk)

    shown = page(place.reader, "record", listing.pk).context["listing"]

    assert (shown.assured_on, shown.confirmed_on, shown.seen_on) == (
        clock.today(),
        clock.today(),
        None,
    )


def test_a_lapsed_record_says_ring_first(place: world.Place, listing: Listing) -> None:
    since = listing.assured_on
    assert since is not None
    with later(days=130):
        hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Nobody answers.")
        response = page(place.reader, "record", listing.pk)

    (words,) = response.context["in_words"]
    assert words == (
        f"Not checked since {since:%-d %B %Y}, so the public does not see it: ring "
        "before you send somebody."
    )
    assert response.context["reasons"] == ["Not checked in time"]
    assert response.context["grade"] == "lapsed"


def test_what_was_taken_from_the_public_is_in_no_grade(
    place: world.Place, listing: Listing
) -> None:
    assert page(place.assurer, "record", listing.pk).context["grade"] == "current"
    hide_listing(
        by=place.assurer,
        listing_id=listing.pk,
        because=Hidden.WITHDRAWN,
        reason="Moved.",
    )

    shown = page(place.assurer, "record", listing.pk)

    assert shown.context["grade"] == ""
    assert "In date" not in text(shown)


def test_waiting_suggestions_are_linked_for_those_who_may_open_them(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="Free")
    url = reverse("workflow:proposal", args=[proposal.pk])

    (mine,) = page(place.assurer, "record", listing.pk).context["waiting"]
    (theirs,) = page(place.reader, "record", listing.pk).context["waiting"]

    assert (mine["text"], mine["url"]) == ("Change, from Cora Contributor", url)
    assert (theirs["text"], theirs["url"]) == ("Change", "")


def test_each_person_is_offered_what_they_may_do(
    place: world.Place, listing: Listing
) -> None:
    def offered(user: Any) -> tuple[bool, bool, list[str]]:
        response = page(user, "record", listing.pk)
        context = response.context
        return context["may_check"], context["may_correct"], acts(response)

    assert offered(place.reader) == (False, False, [])
    keeps = ["hide", "main-area", "invite-editor", "visibility", "entry"]
    assert offered(place.assurer) == (True, True, keeps)
    assert offered(place.publisher) == (False, False, ["hide"])
    assert offered(place.lead) == (False, False, ["hand-over", "main-area", "critical"])


def test_a_trusted_editor_may_check_but_not_correct_at_once(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    world.trust(place, listing)

    context = page(editor, "record", listing.pk).context

    assert (context["may_check"], context["may_correct"]) == (True, False)


def test_a_submission_leads_to_its_decision(place: world.Place) -> None:
    listing = world.submitted(place)

    response = page(place.assurer, "record", listing.pk)

    proposal = listing.proposals.get()
    assert response.context["may_decide"]
    assert response.context["waiting"][0]["url"] == reverse(
        "workflow:proposal", args=[proposal.pk]
    )
    assert acts(response) == ["return", "decline", "main-area", "entry"]
    assert "Tea, cake and company" in text(response)


def test_record_costs_the_same_with_one_and_three_suggestions(
    place: world.Place, listing: Listing
) -> None:
    address = reverse("workflow:record", args=[listing.pk])
    edit(place, listing, fees="£1")
    one = query_count(place.assurer, address)
    edit(place, listing, fees="£2")
    edit(place, listing, fees="£3")

    assert query_count(place.assurer, address) == one


# --- history --------------------------------------------------------------------------


def test_history_says_who_supplied_and_who_accepted_what(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, url="https://new.example.org/")
    decide(
        by=place.second_assurer,
        proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
    )

    versions = page(place.reader, "history", listing.pk).context["versions"]

    newest = versions[0]
    assert newest["revision"].number == 2
    assert (newest["supplied"], newest["accepted"], newest["body"]) == (
        "Cora Contributor",
        "Bert Assurer",
        "Testham Council",
    )
    assert newest["rows"] == [
        {
            "label": "Web page",
            "before": [("https://", ""), ("coffee.example.org", "del"), ("/", "")],
            "after": [("https://", ""), ("new.example.org", "ins"), ("/", "")],
            "told": "",
            "is_changed": False,
            "is_followed": False,
        }
    ]


def test_history_says_that_a_value_was_changed_before_it_was_accepted(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, url="https://new.example.org/")
    change = proposal.changes.get()
    better = Choice(
        Verdict.CHANGED, "https://right.example.org/", words="The other one is old."
    )
    decide(
        by=place.second_assurer, proposal_id=proposal.pk, choices={change.pk: better}
    )

    words = text(page(place.assurer, "history", listing.pk))

    assert (
        "Changed and accepted by Bert Assurer for Testham Council; "
        "Cora Contributor had suggested something else;"
    ) in words
    assert "Supplied by Cora Contributor, accepted by Bert Assurer" not in words
    again = edit(place, listing, url="https://third.example.org/")
    (row,) = page(place.assurer, "proposal", again.pk).context["rows"]
    assert row.events[0]["by"].startswith(
        "changed and accepted by Bert Assurer; Cora Contributor had suggested "
        "something else, "
    )


def test_history_of_a_reader_counts_what_they_may_not_see(
    place: world.Place, listing: Listing
) -> None:
    versions = page(place.reader, "history", listing.pk).context["versions"]
    service = next(v for v in versions if v["record_label"].startswith("Service"))

    assert service["unseen"] == 1


def test_history_tells_what_happened_with_reasons_for_keepers_alone(
    place: world.Place, listing: Listing
) -> None:
    with later(days=130):
        hide_lapsed(by=place.lead, listing_id=listing.pk, reason="The planted reason.")
        keeper = page(place.assurer, "history", listing.pk).context["happenings"]
        reader = page(place.reader, "history", listing.pk).context["happenings"]

    assert (keeper[0]["text"], keeper[0]["detail"]) == (
        "Hidden from the public",
        "The planted reason.",
    )
    assert (reader[0]["text"], reader[0]["detail"]) == ("Hidden from the public", "")


def test_history_costs_the_same_with_one_and_three_versions(
    place: world.Place, listing: Listing
) -> None:
    address = reverse("workflow:history", args=[listing.pk])

    def accept(**values: Any) -> None:
        proposal = edit(place, listing, **values)
        decide(by=place.second_assurer, proposal_id=proposal.pk,
               choices=world.accept_all(proposal))  # fmt: skip

    accept(fees="£1")
    one = query_count(place.assurer, address)
    accept(fees="£2")
    accept(fees="£3")

    assert query_count(place.assurer, address) == one


# --- preview --------------------------------------------------------------------------


def public_row(response: Any, label: str) -> dict[str, Any]:
    return next(
        row
        for part in response.context["as_public"]
        for row in part.rows
        if row["label"] == label
    )


def test_preview_strikes_through_what_is_held_back(place: world.Place) -> None:
    listing = world.published(place, phones=[{"number": "07700 900123"}])

    response = page(place.assurer, "preview", listing.pk)

    assert public_row(response, "Phone numbers") == {
        "label": "Phone numbers",
        "segments": [("07700 900123", "held")],
        "reason": "This is a mobile number. Is it the group's public line?",
    }
    assert response.context["held"] == 1


def test_preview_agrees_with_what_the_gate_lets_out(place: world.Place) -> None:
    """Whatever is not struck through is in the public payload, word for word."""
    listing = world.published(
        place, alert="Ring 07700 900123 first", email="jo.bloggs@friends.example"
    )
    public = queries.public_parts(queries.whole(listing))

    response = page(place.assurer, "preview", listing.pk)

    assert public.service["alert"] == "Ring [held back] first"
    assert public_row(response, "Notice")["segments"] == [
        ("Ring ", ""),
        ("07700 900123", "held"),
        (" first", ""),
    ]
    assert "email" not in public.service
    assert public_row(response, "E-mail")["segments"] == [
        ("jo.bloggs@friends.example", "held")
    ]


def test_preview_shows_a_youngest_age_of_nought(place: world.Place) -> None:
    listing = world.published(place, minimum_age=0, maximum_age=4)

    response = page(place.assurer, "preview", listing.pk)

    assert public_row(response, "Youngest age")["segments"] == [("0", "")]


def test_preview_of_a_secret_place_gives_nothing_away(place: world.Place) -> None:
    secret = world.hall(name="Planted Refuge House", sensitive=True)
    listing = world.published(place, in_hall=secret)

    response = page(place.assurer, "preview", listing.pk)

    assert public_row(response, "Place") == {
        "label": "Place",
        "segments": [("Planted Refuge House", "held")],
        "reason": "This place is kept secret: nothing about where it is becomes "
        "public.",
    }


def test_preview_says_what_stops_publication(place: world.Place) -> None:
    place.policy.publish_at_once = False
    place.policy.save()
    listing = world.published(place, name="Ring 07700 900123")

    response = page(place.publisher, "preview", listing.pk)

    (stop,) = response.context["stops"]
    assert stop == (
        "The name of the service is held back: This is a mobile number. Is it the "
        "group's public line?"
    )
    assert "Publish it as it stands here" not in text(response)
    let_out = f'href="{reverse("workflow:record", args=[listing.pk])}#held-back"'
    assert let_out in response.content.decode()
    record = page(place.publisher, "record", listing.pk).content.decode()
    assert 'id="held-back"' in record


def test_preview_offers_publishing_to_a_publisher(place: world.Place) -> None:
    place.policy.publish_at_once = False
    place.policy.save()
    listing = world.published(place)

    assert "Publish it as it stands here" in text(
        page(place.publisher, "preview", listing.pk)
    )
    assert "Publish it as it stands here" not in text(
        page(place.assurer, "preview", listing.pk)
    )


def test_two_changes_of_one_day_stand_in_the_history_and_beside_the_record(
    place: world.Place,
) -> None:
    listing = world.published(place)
    both: tuple[dict[str, Any], ...] = (
        {"fees": "£3"}, {"fees": "£4", "alert": "Ring first."},
    )  # fmt: skip
    for values in both:
        proposal = edit(place, listing, **values)
        decide(
            by=place.assurer, proposal_id=proposal.pk,
            choices=world.accept_all(proposal),
        )  # fmt: skip

    record = page(place.assurer, "record", listing.pk)
    history = page(place.assurer, "history", listing.pk)

    (rail,) = [one for one in record.context["rail"] if one["id"] == "history"]
    said = [one["text"] for one in rail["events"] if one["text"].startswith("Changed")]
    assert [sorted(one.removeprefix("Changed: ").split(", ")) for one in said] == [
        ["cost in words", "notice"], ["cost in words"],
    ]  # fmt: skip
    assert [one["revision"].number for one in history.context["versions"]][:2] == [3, 2]
