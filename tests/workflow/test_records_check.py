"""Checking a record, and correcting and checking it in one act."""

from typing import Any

import pytest
from django.urls import reverse

from common import clock
from tests import world
from tests.workflow.deciding import edit, later, page, seen, send, signed_in, text
from tests.workflow.test_deciding_new import filled, told
from workflow import queries
from workflow.actions.decisions import decide
from workflow.actions.place import hide_lapsed
from workflow.choices import Stage
from workflow.models import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def change_meanwhile(place: world.Place, listing: Listing) -> None:
    proposal = edit(place, listing, fees="Free")
    decide(
        by=place.second_assurer,
        proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
    )


# --- checking -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["check", "correct"])
def test_pages_are_for_those_who_may_check(
    place: world.Place, listing: Listing, name: str
) -> None:
    elsewhere = world.make_place("Elsewhere")

    assert page(place.assurer, name, listing.pk).status_code == 200
    assert page(place.reader, name, listing.pk).status_code == 403
    assert page(place.publisher, name, listing.pk).status_code == 403
    assert page(elsewhere.assurer, name, listing.pk).status_code == 404


def test_nobody_is_told_to_ring_themselves(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    world.trust(place, listing)
    Listing.objects.filter(pk=listing.pk).update(due_on=clock.today())

    def told(user: Any) -> list[Any]:
        where = f"/records/{listing.pk}/"
        pages = [signed_in(user).get(f"{where}{end}") for end in ("", "check/")]
        cards = signed_in(user).get("/work/?kind=due").context["groups"][0]["cards"]
        rings = [[f["label"] for f in card["facts"]].count("Ring") for card in cards]
        words = "so there is nobody to ring" in text(pages[1])
        return [*(bool(one.context["ring"]) for one in pages), words, rings]

    assert told(editor) == [False, False, True, [0]]
    assert told(place.assurer) == [True, True, False, [1]]


def test_what_was_never_assured_is_not_checked(place: world.Place) -> None:
    listing = world.submitted(place)

    response = page(place.assurer, "check", listing.pk)

    assert response.status_code == 403
    assert "It has to be assured once" in text(response)


def test_page_asks_first_about_what_is_wrong_most_often(
    place: world.Place, listing: Listing
) -> None:
    response = page(place.assurer, "check", listing.pk)

    assert [row["label"] for row in response.context["first"]] == [
        "Phone numbers",
        "Opening times",
        "People or teams to ask",
        "Is it running?",
        "E-mail",
        "Web page",
    ]
    assert response.context["first"][0]["lines"] == ["01632 960101 (Bookings)"]
    assert response.context["ring"] == {
        "number": "01632 960101",
        "uri": "tel:+441632960101",
        "who": "Bookings",
        "wrong": [],
    }


def test_checking_moves_the_date_and_says_when_it_is_due_again(
    place: world.Place, listing: Listing
) -> None:
    with later(days=80):
        opened = page(place.assurer, "check", listing.pk)
        response = signed_in(place.assurer).post(
            reverse("workflow:check", args=[listing.pk]),
            {"method": "visit", "note": "Was there.", **seen(opened)},
            follow=True,
        )
        today = clock.today()

    listing = world.fresh(listing)
    assert listing.assured_on == today
    assert listing.assurance is not None
    assert listing.assurance.note == "Was there."
    assert listing.due_on is not None
    (undo,) = response.context["undos"]
    assert undo["text"] == (
        "“Tuesday coffee morning” is checked. The next check falls due on "
        f"{listing.due_on:%-d %B %Y}."
    )


def test_checking_brings_a_lapsed_record_back(
    place: world.Place, listing: Listing
) -> None:
    with later(days=130):
        hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Nobody answers.")
        send(place.assurer, "check", listing.pk, method="call")

    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_checking_has_to_say_how_and_keeps_the_note(
    place: world.Place, listing: Listing
) -> None:
    with later(days=80):
        response = send(place.assurer, "check", listing.pk, note="A long note.")

    form = response.context["check_form"]
    assert response.status_code == 200
    assert form.errors == {"method": ["Say how you checked it."]}
    assert form["note"].value() == "A long note."
    assert world.fresh(listing).assured_on == listing.assured_on


def test_a_record_that_changed_while_it_was_looked_at_is_not_checked(
    place: world.Place, listing: Listing
) -> None:
    with later(days=80):
        opened = page(place.assurer, "check", listing.pk)
        change_meanwhile(place, listing)
        response = send(
            place.assurer, "check", listing.pk,
            method="call", note="A long note.", **seen(opened),
        )  # fmt: skip
        again = send(
            place.assurer, "check", listing.pk, method="call", **seen(response)
        )

    assert response.status_code == 409
    assert response.context["sentence"].startswith("The record changed while you were")
    assert response.context["check_form"]["note"].value() == "A long note."
    assert "Free" in text(response)
    assert again.status_code == 302


def test_page_says_what_is_to_be_decided_first(
    place: world.Place, listing: Listing
) -> None:
    proposal = edit(place, listing, fees="Free")

    (waiting,) = page(place.assurer, "check", listing.pk).context["waiting"]

    assert waiting["url"] == reverse("workflow:proposal", args=[proposal.pk])


# --- correct and check ----------------------------------------------------------------


def contact(response: Any) -> Any:
    """The one open section."""
    (section,) = response.context["editor"].sections
    return section


def test_correcting_changes_the_record_and_checks_it_in_one_act(
    place: world.Place, listing: Listing
) -> None:
    with later(days=80):
        opened = page(place.assurer, "correct", listing.pk, section="contact")
        section = contact(opened)
        response = send(
            place.assurer, "correct", listing.pk, **seen(opened),
            **filled(section.form, **{"phones-0-number": "01632 960222"}),
            **told(sections=section.key, note="New line since May."),
        )  # fmt: skip
        today = clock.today()

    listing = world.fresh(listing)
    (phone,) = queries.current(listing.record)["phones"]
    assert response.status_code == 302
    assert phone["number"] == "01632 960222"
    assert listing.assured_on == today
    assert listing.assurance is not None
    assert (listing.assurance.method, listing.assurance.single_handed) == ("call", True)
    assert listing.assurance.note == "New line since May."


def test_correcting_several_sections_is_still_one_act(
    place: world.Place, listing: Listing
) -> None:
    client = signed_in(place.assurer)
    address = reverse("workflow:correct", args=[listing.pk])
    keys = [f"{listing.record_id}:contact", f"{listing.record_id}:cost"]
    opened = client.get(address, {"section": keys})
    first, second = opened.context["editor"].sections

    client.post(
        address,
        {
            **filled(first.form, url="https://new.example.org/"),
            **filled(second.form, fees="£2"),
            **told(),
            "sections": keys,
        },
    )

    service = queries.current(world.fresh(listing).record)
    assert (service["url"], service["fees"]) == ("https://new.example.org/", "£2")
    assert listing.assurances.count() == 2


def test_opening_one_more_section_keeps_what_was_typed(
    place: world.Place, listing: Listing
) -> None:
    section = contact(page(place.assurer, "correct", listing.pk, section="contact"))

    response = send(
        place.assurer, "correct", listing.pk, open=f"{listing.record_id}:cost",
        **filled(section.form, url="https://new.example.org/"),
        sections=section.key, informant="Sam Ford",
    )  # fmt: skip

    first, second = response.context["editor"].sections
    assert response.status_code == 200
    assert first.form["url"].value() == "https://new.example.org/"
    assert second.title == "Service: What it costs"
    assert response.context["informant"]["informant"].value() == "Sam Ford"


def test_one_more_phone_number_is_asked_for_without_losing_anything(
    place: world.Place, listing: Listing
) -> None:
    section = contact(page(place.assurer, "correct", listing.pk, section="contact"))

    response = send(
        place.assurer, "correct", listing.pk, sections=section.key,
        **filled(section.form, url="https://new.example.org/"),
        **{section.form.add_name: "phones"},
    )  # fmt: skip

    form = contact(response).form
    assert response.status_code == 200
    assert form["url"].value() == "https://new.example.org/"
    before = len(section.form.blocks[0].groups)
    assert len(form.blocks[0].groups) == before + 1


def test_a_wrong_value_is_refused_at_its_control(
    place: world.Place, listing: Listing
) -> None:
    section = contact(page(place.assurer, "correct", listing.pk, section="contact"))

    response = send(
        place.assurer, "correct", listing.pk,
        **filled(section.form, url="no address"), **told(sections=section.key),
    )  # fmt: skip

    assert response.status_code == 200
    assert list(contact(response).form.errors) == ["url"]
    assert contact(response).form["url"].value() == "no address"


def test_correcting_needs_somebody_who_said_so(
    place: world.Place, listing: Listing
) -> None:
    section = contact(page(place.assurer, "correct", listing.pk, section="contact"))

    response = send(
        place.assurer, "correct", listing.pk, sections=section.key,
        informed_by="call",
        **filled(section.form, url="https://new.example.org/"),
    )  # fmt: skip

    assert response.status_code == 200
    assert response.context["informant"].errors == {
        "informant": ["Say who told you and what they do there."]
    }
    assert world.fresh(listing).assured_on == listing.assured_on


def test_correcting_nothing_says_to_check_instead(
    place: world.Place, listing: Listing
) -> None:
    section = contact(page(place.assurer, "correct", listing.pk, section="contact"))

    response = send(
        place.assurer, "correct", listing.pk,
        **filled(section.form), **told(sections=section.key),
    )  # fmt: skip

    assert response.context["loose"] == [
        "Nothing is different. Use “Check” if all is right."
    ]


def test_correcting_what_changed_meanwhile_keeps_what_was_typed(
    place: world.Place, listing: Listing
) -> None:
    opened = page(place.assurer, "correct", listing.pk, section="contact")
    section = contact(opened)
    change_meanwhile(place, listing)

    response = send(
        place.assurer, "correct", listing.pk, **seen(opened),
        **filled(section.form, url="https://new.example.org/"),
        **told(sections=section.key),
    )  # fmt: skip

    assert response.status_code == 409
    assert contact(response).form["url"].value() == "https://new.example.org/"
    assert response.context["informant"]["informant"].value() == (
        "Sam Ford, group leader"
    )


def test_correcting_is_refused_where_the_policy_does_not_allow_it(
    place: world.Place, listing: Listing
) -> None:
    place.policy.correct_and_check = False
    place.policy.save()

    assert page(place.assurer, "correct", listing.pk).status_code == 403


def test_a_trusted_editor_checks_but_does_not_correct_at_once(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    world.trust(place, listing)

    assert page(editor, "check", listing.pk).status_code == 200
    assert page(editor, "correct", listing.pk).status_code == 403


def test_a_hall_kept_elsewhere_is_not_offered(
    place: world.Place, listing: Listing
) -> None:
    hall_id = str(listing.location_ids[0])
    hall = queries.records([hall_id])[hall_id]
    hall.home = world.make_place("Elsewhere").partnership
    hall.save()

    editor = page(place.assurer, "correct", listing.pk).context["editor"]

    assert [group["label"] for group in editor.closed] == [
        "Service",
        "Organisation “Testham Friends”",
    ]
