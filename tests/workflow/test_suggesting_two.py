"""A provider suggests that one listing is really two; an assurer decides."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEvent, Message, User
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.deciding import page, query_count, signed_in, text
from tests.workflow.town import ACCEPT, Town, decide, now, suggest
from workflow import waiting_proposals
from workflow.actions import erasure
from workflow.actions.dividing import propose_division, split_listing
from workflow.choices import ProposalState
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(town: Town, settings: Any) -> Town:
    settings.DEFAULT_PLACE = town.place.partnership.slug
    return town


@pytest.fixture
def editor(town: Town) -> User:
    return world.make_editor(town.listing)


def propose(town: Town, by: User, **more: Any) -> Proposal:
    said = {
        "name": "Friday chess", "goes": {"fees": "moves", "alert": "both"},
        "words": "Other people come on Fridays.", "seen": 1,
    }  # fmt: skip
    return propose_division(by=by, listing_id=town.listing.pk, **{**said, **more})


def test_suggestion_changes_nothing_and_waits_among_the_changes(
    town: Town, editor: User
) -> None:
    before = now(town.listing.record)

    proposal = propose(town, editor)

    assert proposal.division == {
        "name": "Friday chess", "goes": {"fees": "moves", "alert": "both"}, "seen": 1,
    }  # fmt: skip
    assert (proposal.by_provider, proposal.answer_by) == (True, None)
    assert now(town.listing.record) == before
    assert Listing.objects.filter(split_from=town.listing).count() == 0
    (group,) = page(town.place.assurer, "queue").context["groups"]
    assert (group["section"].slug, [c["text"] for c in group["cards"]]) == (
        "changes", [f"{editor}: “Other people come on Fridays.”"],
    )  # fmt: skip


@pytest.mark.parametrize("who", ["contributor", "assurer"])
def test_only_its_provider_suggests_it(town: Town, who: str) -> None:
    with pytest.raises(PermissionDenied):
        propose(town, getattr(town.place, who))


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"name": " "}, "name"),
        ({"words": " "}, "words"),
        ({"goes": {}}, ""),
        ({"name": "tuesday coffee Morning "}, "name"),
        ({"goes": {"fees": "elsewhere"}}, "fees"),
    ],
)
def test_what_cannot_be_divided_is_refused_with_its_sentence(
    town: Town, editor: User, said: Any, path: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose(town, editor, **said)

    assert path in refused.value.errors
    assert Proposal.objects.filter(kind="division").count() == 0


def test_record_that_changed_meanwhile_is_looked_at_again(
    town: Town, editor: User
) -> None:
    decide(town, suggest(town, {"fees": "£2"}), choices={"fees": ACCEPT})

    with pytest.raises(InvalidState):
        propose(town, editor)


def test_second_suggestion_takes_the_place_of_the_first(
    town: Town, editor: User
) -> None:
    first = propose(town, editor)

    second = propose(town, editor, name="Chess on Fridays")

    first.refresh_from_db()
    assert (first.state, second.state) == (ProposalState.WITHDRAWN, ProposalState.OPEN)


def test_dividing_answers_whoever_suggested_it(town: Town, editor: User) -> None:
    proposal = propose(town, editor)

    new = split_listing(
        by=town.place.assurer, listing_id=town.listing.pk, seen=1, name="Friday chess",
        goes={"fees": "moves"}, reason="Two groups.",
    )  # fmt: skip

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DECIDED
    said = f"“{town.listing}” and “{new}” are two services now."
    assert proposal.decisions.get().answer == said
    (message,) = Message.objects.filter(about_id=proposal.pk)
    assert (message.to, message.text.splitlines().count(said)) == (editor.email, 1)
    assert AuditEvent.objects.filter(
        verb="proposal_decided", object_id=proposal.pk
    ).count() == 1  # fmt: skip


def test_decision_page_leads_to_dividing_with_the_suggestion_put_in(
    town: Town, editor: User
) -> None:
    proposal = propose(town, editor)
    response = page(town.place.assurer, "proposal", proposal.pk)
    division = response.context["division"]

    assert [
        (group["label"], [line["label"] for line in group["lines"]])
        for group in division["groups"]
    ] == [("Goes to the new one", ["Cost in words"]), ("Is true of both", ["Notice"])]
    form = signed_in(town.place.assurer).get(division["url"]).context["form"]
    assert {name: form[name].value() for name in ("name", "fees", "alert")} == {
        "name": "Friday chess", "fees": "moves", "alert": "both",
    }  # fmt: skip
    seen = signed_in(town.place.assurer).post(
        division["url"],
        {"name": "Friday chess", "seen": "1", "fees": "moves", "step": "look"},
    )
    assert seen.context["reason"]["reason"].value() == "Other people come on Fridays."


def test_assurer_answers_that_it_is_one_service(town: Town, editor: User) -> None:
    proposal = propose(town, editor)

    signed_in(town.place.assurer).post(
        reverse("workflow:proposal", args=[proposal.pk]),
        {"decide": "each", "answer": "It is one group on two days."},
    )

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DECIDED
    assert Listing.objects.filter(split_from=town.listing).count() == 0


def test_providers_page_sends_it_and_says_who_looks(town: Town, editor: User) -> None:
    client = signed_in(editor)
    listing = client.get(reverse("workflow:listing", args=[town.listing.pk]))
    address = reverse("workflow:suggest-two", args=[town.listing.pk])
    assert text(listing).count(address) == 1
    typed = {"name": "Friday chess", "seen": "1", "fees": "moves"}

    refused = client.post(address, typed)
    typed["words"] = "Two groups."
    shown = client.post(address, typed)
    assert Proposal.objects.filter(kind="division").count() == 0
    assert {row[0]["text"]: row[1:] for row in shown.context["rows"]}["Name"] == [
        {"text": str(town.listing)}, {"text": "Friday chess"},
    ]  # fmt: skip
    carried = dict(shown.context["carried"])
    anew = client.post(address, {**carried, "seen": "1", "step": "again"})
    assert (anew.context["form"]["name"].value(), anew.context["form"].errors) == (
        "Friday chess", {},
    )  # fmt: skip
    answer = client.post(address, {**carried, "seen": "1", "step": "send"}, follow=True)
    again = client.get(address)

    assert refused.context["form"].errors == {
        "words": ["Say why; an assurer reads it."]
    }
    (proposal,) = Proposal.objects.filter(kind="division")
    assert answer.redirect_chain == [
        (reverse("workflow:suggestion", args=[proposal.pk]), 302)
    ]
    assert again.context["waits"] == reverse("workflow:suggestion", args=[proposal.pk])


def test_others_have_no_such_page(town: Town) -> None:
    assert page(town.place.contributor, "suggest-two", town.listing.pk).status_code == (
        404
    )


def test_erasing_reaches_the_name_that_was_suggested(town: Town, editor: User) -> None:
    proposal = propose(town, editor, name="Chess with Ottoline Quill")

    erasure.erase_value(
        by=town.place.officer, place=town.place.partnership, value="Ottoline Quill",
        reason="She asked.",
    )  # fmt: skip

    proposal.refresh_from_db()
    assert proposal.division is not None
    assert "Ottoline" not in proposal.division["name"]


def test_decision_page_costs_the_same_for_one_line_and_three(
    town: Town, editor: User
) -> None:
    one = propose(town, editor, goes={"fees": "moves"})
    address = reverse("workflow:proposal", args=[one.pk])
    cost = query_count(town.place.assurer, address)
    phone = now(town.listing.record)["phones"][0]["id"]
    three = propose(
        town, editor,
        goes={"fees": "moves", "alert": "both", f"phones/{phone}": "both"},
    )  # fmt: skip

    assert waiting_proposals.visible_by(town.place.assurer).filter(pk=three.pk).exists()
    address = reverse("workflow:proposal", args=[three.pk])
    assert query_count(town.place.assurer, address) == cost
