"""Where a trusted organization keeps its own records: who decides, in words, what the
form asks, and the undo of what it saved."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from tests import world
from tests.workflow.deciding import edit, page, report, signed_in
from tests.workflow.pages import filled_in, text
from workflow import queries, who_decides
from workflow.actions import place as places
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    made = world.stocked()
    assert made.ready is not None
    world.trust(made, made.ready)
    return made


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


@pytest.fixture
def editor(listing: Listing) -> User:
    return world.make_editor(listing)


def section(listing: Listing, slug: str) -> tuple[Any, ...]:
    return (listing.pk, "service", listing.record_id, slug)


def save(user: User, *where: Any, **typed: Any) -> Any:
    """Fill in the form at an address as its page shows it, and save."""
    client = signed_in(user)
    address = reverse("workflow:section", args=where)
    return client.post(address, filled_in(client.get(address), **typed), follow=True)


# --- who decides ----------------------------------------------------------------------


def test_who_suggested_reads_who_really_decides(
    place: world.Place, listing: Listing
) -> None:
    places.save_policy(
        by=place.lead, place=place.partnership, values={"always_checked": ["alert"]}
    )
    fee = edit(place, listing, fees="£4")
    notice = edit(place, listing, alert="Bring a mug.")
    wrong = report(place, listing)

    assert who_decides.by_proposal(place.contributor, [fee, notice, wrong]) == {
        fee.pk: "Testham Council or who runs it",
        notice.pk: "Testham Council",
        wrong.pk: "Testham Council",
    }
    mine = text(page(place.contributor, "my-suggestions"))
    assert (
        "Testham Council or who runs it decides on it, and has not decided yet." in mine
    )
    assert "Testham Council decides on it, and has not decided yet." in mine
    one = page(place.contributor, "suggestion", fee.pk)
    assert "Testham Council or who runs it decides on it" in text(one)


def test_who_runs_it_reads_in_their_own_suggestions_that_they_decide(
    place: world.Place, listing: Listing, editor: User
) -> None:
    edit(place, listing, by=editor, fees="£4")

    mine = text(page(editor, "my-suggestions"))

    assert "Testham Council or your own organisation decides on it" in mine


def test_provider_reads_who_decides_on_its_change_that_waits(
    place: world.Place, listing: Listing, editor: User
) -> None:
    Proposal.objects.filter(pk=edit(place, listing, fees="£4").pk).update(
        by_provider=True
    )

    [card] = page(editor, "my-services").context["cards"]
    own = page(editor, "listing", listing.pk)

    assert card["text"].endswith(
        "Testham Council or your own organisation decides on it."
    )
    assert "Testham Council or your own organisation has not decided" in text(own)


# --- the word beside a change ---------------------------------------------------------


def test_form_of_a_trusted_organisation_speaks_of_nobody_who_looks_first(
    place: world.Place, listing: Listing, editor: User
) -> None:
    own = text(page(editor, "section", *section(listing, "cost")))
    body = text(page(editor, "organization-change", listing.organization_id, "about"))
    hall = text(
        page(editor, "section", listing.pk, "location",
             listing.location_ids[0], "about")
    )  # fmt: skip

    for said in (own, body):
        assert "nobody looks at it first" in said
        assert "A word to whoever looks at it" not in said
        assert "Why, or where you know it from" in said
    assert "A word to whoever looks at it" in hall


# --- the undo -------------------------------------------------------------------------


def test_undo_stands_on_the_page_after_saving(
    place: world.Place, listing: Listing, editor: User
) -> None:
    after = save(editor, *section(listing, "cost"), fees="£4")
    [undo] = after.context["undos"]
    other = page(world.make_editor(listing, "Other Editor"), "listing", listing.pk)
    undone = signed_in(editor).post(undo["undo_url"], follow=True)

    assert "you changed cost in words." in text(after)
    assert "Undone, it says what it said before." in text(after)
    assert other.context["undos"] == []
    assert undone.status_code == 200
    assert queries.current(world.fresh(listing).record).get("fees") != "£4"
    assert page(editor, "listing", listing.pk).context["undos"] == []


def test_undo_stands_on_the_page_of_the_organisation_too(
    place: world.Place, listing: Listing, editor: User
) -> None:
    client = signed_in(editor)
    where = reverse(
        "workflow:organization-change", args=[listing.organization_id, "about"]
    )
    form = client.get(where)
    after = client.post(
        where, filled_in(form, description="Tea and more."), follow=True
    )

    [undo] = after.context["undos"]
    assert undo["text"].startswith("“Testham Friends”: you changed ")
    assert client.post(undo["undo_url"]).status_code == 302
