"""Assuring a new service on the decision page."""

from typing import Any

import pytest
from django.urls import reverse

from common import clock
from tests import world
from tests.workflow.deciding import change, choice, page, send, signed_in
from workflow import queries
from workflow.actions import listings
from workflow.choices import Method, Stage
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db

CHECKED = {"method": "call", "note": "Spoke to the coordinator."}


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def submission(place: world.Place, **values: Any) -> tuple[Listing, Proposal]:
    listing = world.submitted(place, **values)
    return listing, listing.proposals.get()


def told(**more: str) -> dict[str, str]:
    day = clock.today()
    return {
        "informant": "Sam Ford, group leader",
        "informed_by": "call",
        "informed_on_day": str(day.day),
        "informed_on_month": str(day.month),
        "informed_on_year": str(day.year),
        **more,
    }


def row_of(response: Any, path: str) -> Any:
    return next(r for r in response.context["rows"] if r.change.path == path)


def test_accepting_the_rest_assures_and_publishes(place: world.Place) -> None:
    listing, proposal = submission(place)

    response = signed_in(place.assurer).post(
        reverse("workflow:proposal", args=[proposal.pk]),
        {"decide": "accept_rest", **CHECKED},
        follow=True,
    )

    listing = world.fresh(listing)
    assert response.redirect_chain == [(reverse("workflow:queue"), 302)]
    assert listing.stage == Stage.PUBLISHED
    assert listing.assurance is not None
    assert (listing.assurance.method, listing.assurance.note) == (
        Method.CALL,
        "Spoke to the coordinator.",
    )
    (message,) = response.context["messages"]
    assert str(message) == (
        "“Tuesday coffee morning” is assured and public. That cannot be undone: if it "
        "was wrong, hide it, with a reason."
    )


def test_accepting_the_rest_keeps_what_was_rejected(place: world.Place) -> None:
    listing, proposal = submission(place, alert="Closed in May")

    send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED,
        **choice(change(proposal, "alert"), "reject", reason="not_so"),
    )  # fmt: skip

    assert queries.current(world.fresh(listing).record).get("alert") is None


def test_every_line_has_to_be_decided(place: world.Place) -> None:
    listing, proposal = submission(place)

    response = send(
        place.assurer, "proposal", proposal.pk, **CHECKED,
        **choice(change(proposal, "name"), "accept"),
    )  # fmt: skip

    assert response.status_code == 200
    assert response.context["loose"] == [
        "Decide every line of a new service before you go on."
    ]
    assert row_of(response, "name").form["choice"].value() == "accept"
    assert world.fresh(listing).stage == Stage.SUBMITTED


def test_skip_link_leads_to_the_question_how_it_was_checked(
    place: world.Place,
) -> None:
    _, proposal = submission(place)

    shown = page(place.assurer, "proposal", proposal.pk).content.decode()

    assert 'href="#new-checked">Skip to assuring it' in shown
    start = shown.index('id="new-checked" tabindex="-1"')
    assert start < shown.index('name="method"') < shown.index('value="accept_rest"')


def test_the_check_has_to_say_how(place: world.Place) -> None:
    _, proposal = submission(place)

    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", note="Kept."
    )

    form = response.context["extras"].check
    assert response.status_code == 200
    assert form.errors == {"method": ["Say how you checked it."]}
    assert form["note"].value() == "Kept."


def test_what_is_missing_is_said_and_its_section_stands_open(
    place: world.Place,
) -> None:
    _, proposal = submission(place, description="", phones=[], url="")

    response = page(place.assurer, "proposal", proposal.pk)

    assert response.context["gaps"] == [
        "Still needed: what it is.",
        "Give at least one way to get in touch: phone, e-mail or web page.",
    ]
    assert [s.title for s in response.context["editor"].sections] == [
        "Service: What it is",
        "Service: How to get in touch",
    ]


def test_filling_in_what_is_missing_assures_it_single_handed(
    place: world.Place,
) -> None:
    listing, proposal = submission(place, description="")
    opened = page(place.assurer, "proposal", proposal.pk)
    (section,) = opened.context["editor"].sections
    words = "Tea, cake and company for anybody who would like some."

    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED,
        **filled(section.form, description=words), **told(sections=section.key),
    )  # fmt: skip

    assert response.status_code == 302
    listing = world.fresh(listing)
    assert listing.stage == Stage.PUBLISHED
    assert queries.current(listing.record)["description"] == words
    added = proposal.changes.get(path="description", record=listing.record)
    assert (added.informant, added.informed_by) == ("Sam Ford, group leader", "call")
    assert proposal.decisions.get().single_handed


def filled(form: Any, **values: str) -> dict[str, str]:
    """What a browser sends for a section, with some values typed in."""
    sent = {
        bound.html_name: str(bound.value())
        for bound in form
        if bound.value() not in (None, "", False, [])
    }
    for block in form.blocks:
        sent[block.count_name] = str(len(block.groups))
        for group in block.groups:
            sent[group.id_name] = group.element_id
    return sent | {form.add_prefix(name): value for name, value in values.items()}


def test_filling_in_without_somebody_who_said_so_is_refused(
    place: world.Place,
) -> None:
    listing, proposal = submission(place, description="")
    opened = page(place.assurer, "proposal", proposal.pk)
    (section,) = opened.context["editor"].sections

    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED,
        **filled(section.form, description="Tea and cake for everybody."),
        sections=section.key,
    )  # fmt: skip

    (kept,) = response.context["editor"].sections
    assert response.status_code == 200
    assert response.context["extras"].informant.errors == {
        "informant": ["Say who told you: name or role, how, when."]
    }
    assert kept.form["description"].value() == "Tea and cake for everybody."
    assert world.fresh(listing).stage == Stage.SUBMITTED


def test_what_is_still_missing_is_refused_at_its_section(place: world.Place) -> None:
    _, proposal = submission(place, description="")
    opened = page(place.assurer, "proposal", proposal.pk)
    (section,) = opened.context["editor"].sections

    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED,
        **filled(section.form), sections=section.key,
    )  # fmt: skip

    (kept,) = response.context["editor"].sections
    assert response.status_code == 200
    assert kept.form.errors == {"description": ["Still needed: what it is."]}


def test_opening_a_section_keeps_every_choice(place: world.Place) -> None:
    listing, proposal = submission(place)
    name = change(proposal, "organization_id")

    response = send(
        place.assurer, "proposal", proposal.pk, open=f"{listing.record_id}:cost",
        **choice(name, "reject", reason="other", reason_words="Too long."),
        note="Half a note",
    )  # fmt: skip

    assert response.status_code == 200
    assert [s.title for s in response.context["editor"].sections] == [
        "Service: What it costs"
    ]
    row = row_of(response, "organization_id")
    assert row.form["reason_words"].value() == "Too long."
    assert response.context["extras"].check["note"].value() == "Half a note"


def test_the_address_can_open_a_section(place: world.Place) -> None:
    _, proposal = submission(place)

    response = page(place.assurer, "proposal", proposal.pk, section="cost")

    assert [s.title for s in response.context["editor"].sections] == [
        "Service: What it costs"
    ]


def test_a_value_that_has_its_own_line_is_changed_there(place: world.Place) -> None:
    listing, proposal = submission(place)
    opened = page(place.assurer, "proposal", proposal.pk, section="about")
    (section,) = opened.context["editor"].sections

    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED,
        **filled(section.form, name="Another name"), **told(sections=section.key),
    )  # fmt: skip

    assert response.status_code == 200
    assert row_of(response, "name").form.errors == {
        "choice": ["This has its own line above: choose “Change it” there."]
    }
    assert world.fresh(listing).stage == Stage.SUBMITTED


def test_something_odd_needs_a_reason(place: world.Place) -> None:
    listing, proposal = submission(place, description="Short.")
    opened = page(place.assurer, "proposal", proposal.pk)
    assert opened.context["oddities"] == ["The description says very little."]

    refused = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED
    )
    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED,
        override_reason="That is all there is to it.",
    )  # fmt: skip

    assert refused.status_code == 200
    assert list(refused.context["extras"].override.errors) == ["override_reason"]
    assert response.status_code == 302
    assert world.fresh(listing).stage == Stage.PUBLISHED


def test_its_author_reads_why_they_may_not_assure_it(place: world.Place) -> None:
    _, proposal = submission(place, by=place.assurer)

    response = page(place.assurer, "proposal", proposal.pk)

    assert row_of(response, "name").cannot == (
        "You suggested this yourself, so a colleague has to decide it."
    )


def test_a_body_does_not_assure_its_own(place: world.Place) -> None:
    listing, proposal = submission(place)
    world.own_body(place.council, listing)

    response = page(place.assurer, "proposal", proposal.pk)

    assert row_of(response, "name").cannot == (
        "Your own organisation runs this, so another body has to decide it."
    )
    assert not response.context["may_decide"]


def test_it_can_be_returned_or_declined_instead(place: world.Place) -> None:
    _, proposal = submission(place)

    response = page(place.assurer, "proposal", proposal.pk)

    entries = response.context["extras"].instead
    assert [(entry.act.slug, entry.open) for entry in entries] == [
        ("return", False),
        ("decline", False),
    ]


def test_a_submission_that_was_taken_back_keeps_the_choices(
    place: world.Place,
) -> None:
    listing, proposal = submission(place)
    name = change(proposal, "name")
    listings.withdraw_submission(by=place.contributor, listing_id=listing.pk)

    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest", **CHECKED,
        **choice(name, "reject", reason="not_so"),
    )  # fmt: skip

    assert response.status_code == 409
    assert response.context["sentence"] == (
        "This was taken back meanwhile, so there is nothing left to decide."
    )
    assert row_of(response, "name").chosen == (
        "You had chosen: rejected (We asked, and it is not so)."
    )
