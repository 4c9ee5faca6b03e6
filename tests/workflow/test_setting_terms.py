"""Assurers set the terms from what providers say in their own words."""

from typing import Any

import pytest
from django.test import Client

from common import clock
from directory.choices import Visibility
from directory.declarations import SERVICE
from directory.models import TaxonomyTerm
from tests import world
from tests.workflow.leading import signed_in
from workflow import queries
from workflow.actions import decisions
from workflow.actions import terms as acts
from workflow.actions.choosing import Check
from workflow.choices import Method
from workflow.models import Decision, Listing

pytestmark = pytest.mark.django_db

WORDS = "lunch clubs and company"


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


@pytest.fixture
def lunch(place: world.Place) -> TaxonomyTerm:
    return world.term("Lunch clubs")


def said(listing: Listing) -> list[tuple[str, str]]:
    service = queries.current(world.fresh(listing).record)
    rows = service.get("attributes", [])
    return [(row["taxonomy_term_id"], row.get("link_type", "")) for row in rows]


def ticks(client: Client, address: str, **sent: Any) -> Any:
    """The boxes of the service on a page, and the page."""
    answer = client.post(address, sent) if sent else client.get(address)
    assert answer.status_code == 200, answer
    for context in ("editor", "extras"):
        editor = answer.context.get(context)
        editor = getattr(editor, "editor", editor)
        for section in getattr(editor, "sections", []):
            for part in section.form.parts:
                if getattr(part, "is_ticks", False):
                    return part, answer
    raise AssertionError("no boxes on the page")


def _today() -> list[str]:
    day = clock.today()
    return [str(day.day), str(day.month), str(day.year)]


def correcting(listing: Listing) -> str:
    return f"/records/{listing.pk}/correct/?section=terms"


# --- in their own words ---------------------------------------------------------------


def test_own_words_are_for_partners_only() -> None:
    assert SERVICE.get("in_own_words").visibility == Visibility.PARTNERS


def test_providers_and_workers_do_not_choose_terms(
    place: world.Place, lunch: TaxonomyTerm
) -> None:
    draft = world.draft(place)
    client = signed_in(place.contributor)
    address = f"/listings/{draft.pk}/service/{draft.record_id}"

    assert "terms/" not in client.get(f"/listings/{draft.pk}/").content.decode()
    assert client.get(f"{address}/terms/").status_code == 404
    page = client.get(f"{address}/about/").content.decode()
    assert "What kind of help it is, and for whom" in page


# --- deciding on a new service --------------------------------------------------------


def test_boxes_of_a_new_service_begin_with_what_the_words_suggest(
    place: world.Place, lunch: TaxonomyTerm
) -> None:
    world.term("Debt advice")
    world.term("Older people", "Audiences")
    listing = world.submitted(place, in_own_words=WORDS)
    proposal = listing.proposals.get()

    boxes, answer = ticks(signed_in(place.assurer), f"/work/proposals/{proposal.pk}/")

    assert [(t.label, t.checked) for t in boxes.suggested] == [("Lunch clubs", False)]
    assert boxes.suggested[0].why == "They say “lunch”, “clubs”."
    assert [(g.title, [t.label for t in g.ticks]) for g in boxes.groups] == [
        ("Kinds of service", ["Debt advice"]),
        ("Who it is for", ["Older people"]),
    ]
    assert f"In their own words: “{WORDS}”" in answer.content.decode()


def test_terms_are_set_without_anybody_who_told(
    place: world.Place, lunch: TaxonomyTerm
) -> None:
    listing = world.submitted(place)
    proposal = listing.proposals.get()
    path = "attributes/00000000-0000-0000-0000-000000000001"
    value = {"taxonomy_term_id": str(lunch.pk), "link_type": "service_type"}
    place.policy.correct_and_check = False
    place.policy.save()

    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal),
        fill={str(listing.record_id): {path: value}}, check=Check(Method.CALL),
    )  # fmt: skip

    assert said(listing) == [(str(lunch.pk), "service_type")]
    assert Decision.objects.get().single_handed is False


# --- correcting -----------------------------------------------------------------------


def test_boxes_are_narrowed_by_a_word_and_keep_what_is_ticked(
    place: world.Place, lunch: TaxonomyTerm
) -> None:
    debt, dance = world.term("Debt advice"), world.term("Dance")
    listing = world.published(place)
    client = signed_in(place.assurer)
    boxes, _ = ticks(client, correcting(listing))
    key = f"{listing.record_id}:terms"
    sent = {
        "sections": key,
        boxes.input_name: [str(dance.pk)],
        boxes.form.add_prefix(boxes.find_name): "debt",
        boxes.form.add_name: boxes.name,
    }

    narrowed, _ = ticks(client, correcting(listing), **sent)

    (group,) = narrowed.groups
    assert [(t.value, t.checked) for t in group.ticks] == [
        (str(dance.pk), True),
        (str(debt.pk), False),
    ]
    assert group.open
    assert said(listing) == []


def test_replaced_term_stays_as_stored_until_its_tick_goes(
    place: world.Place, lunch: TaxonomyTerm
) -> None:
    old, dance = world.term("Soup"), world.term("Dance")
    stored = [{"taxonomy_term_id": str(old.pk), "link_type": "service_type"}]
    listing = world.published(place, attributes=stored)
    acts.retire_term(by=place.lead, term_id=old.pk, replacement_id=lunch.pk)
    client = signed_in(place.assurer)
    boxes, _ = ticks(client, correcting(listing))
    sent: dict[str, Any] = {
        "sections": f"{listing.record_id}:terms",
        boxes.input_name: [str(lunch.pk), str(dance.pk)],
        "informant": "Sam Ford, leader", "informed_by": "call",
        **dict(zip(("informed_on_0", "informed_on_1", "informed_on_2"),
                   _today(), strict=True)),
        **{f"seen-{k}": n for k, n in queries.whole(listing).numbers.items()},
    }  # fmt: skip

    assert boxes.ticked == {str(lunch.pk)}
    assert client.post(correcting(listing), sent).status_code == 302
    assert said(listing) == [
        (str(old.pk), "service_type"), (str(dance.pk), "service_type"),
    ]  # fmt: skip
