"""A record that another place keeps from now on: agreed by two, moved whole."""

import copy
import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Message
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import freshness
from directory.choices import Visibility
from directory.freshness import full_date
from tests import world
from tests.workflow.border_scene import WHY, Border, make_border
from tests.workflow.deciding import signed_in
from tests.workflow.pages import text
from tests.workflow.town import ACCEPT, Town, decide, now, suggest
from workflow import (
    access,
    answer_keys,
    asking,
    figures,
    homes,
    listing_counts,
    queries,
)
from workflow.actions import (
    answering,
    answering_other,
    asking_by_hand,
    contracts,
    decisions,
    erasure,
    listings,
    offering,
    proposals,
)
from workflow.actions.answering import Who
from workflow.actions.claiming import start_checking
from workflow.choices import CallOutcome, Channel, Hidden, OfferState
from workflow.letters import page
from workflow.models import (
    AskedListing,
    Call,
    CalledListing,
    ContactPoint,
    HomeOffer,
    Policy,
    Proposal,
    Record,
    Remit,
)
from workflow.views.asking import events

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def file_border(file_transaction: None) -> Border:
    """Two places and what they share, made once for all tests of the file."""
    return make_border()


@pytest.fixture
def border(file_border: Border, db: None) -> Border:
    """The same for one test, to change as it likes."""
    made = copy.deepcopy(file_border)
    made.listing = made.fresh
    return made


def as_town(border: Border, at: world.Place | None = None) -> Town:
    """The record as a town, for its suggestions and decisions."""
    listing = border.fresh
    hall = Record.objects.get(pk=listing.location_ids[0])
    return Town(at or border.home, listing, listing, hall)


def mails(kind: str) -> list[tuple[str, list[str]]]:
    rows = Message.objects.filter(kind=kind).order_by("to")
    return [(row.to, row.text.splitlines()) for row in rows]


def months_on(months: int) -> dt.date:
    return freshness.due_on(clock.today(), months)


def trail(verb: str) -> set[Any]:
    """In whose audit trail something stands."""
    rows = AuditEvent.objects.filter(verb=verb)
    return set(rows.values_list("partnership_id", flat=True))


# --- proposing and answering ----------------------------------------------------------


def test_offer_waits_for_the_other_side_and_changes_nothing(border: Border) -> None:
    before = border.fresh
    offer = border.offer()

    assert (offer.asked, offer.state) == (border.other.partnership, OfferState.OPEN)
    assert border.fresh.partnership == before.partnership
    assert mails("home_offered") == [
        (border.other.lead.email, [
            "Hello,", "",
            ("Lena Lead of Nearham proposes that Farwell keeps “Tuesday coffee "
             "morning” from now on."), f"“{WHY}”", "",
            "See what would move, and answer:",
            f"  {page(border.other.partnership, 'new-home', border.listing.pk)}", "",
            "The directory of Farwell",
        ]),
    ]  # fmt: skip
    assert trail("home_offered") == {
        border.home.partnership.pk, border.other.partnership.pk
    }  # fmt: skip


def test_place_may_ask_for_a_record_of_its_neighbour(border: Border) -> None:
    offer = border.offer(border.other)
    assert offer.asked == border.home.partnership
    with pytest.raises(PermissionDenied):
        border.accept(offer, border.other.lead)

    border.accept(offer, border.home.lead)

    assert border.fresh.partnership == border.other.partnership


def test_proposer_does_not_answer_even_who_leads_both(border: Border) -> None:
    offer = border.offer()
    both = world.give(border.other.lead, Role.LEAD, border.home.partnership)

    for by in (border.home.lead, both):
        with pytest.raises(PermissionDenied):
            border.accept(offer, by)
        with pytest.raises(PermissionDenied):
            offering.decline_home(by=by, offer_id=offer.pk, reason="No.")
    assert border.fresh.partnership == border.home.partnership


def test_declined_it_stays_and_the_proposer_is_told_why(border: Border) -> None:
    offer = border.offer()
    with pytest.raises(InvalidInput):
        offering.decline_home(by=border.other.lead, offer_id=offer.pk, reason=" ")

    offering.decline_home(
        by=border.other.lead, offer_id=offer.pk, reason="We do not know it."
    )

    assert border.fresh.partnership == border.home.partnership
    assert mails("home_declined") == [
        (border.home.lead.email, [
            "Hello,", "", "You proposed that Farwell keeps “Tuesday coffee morning”.",
            "“We do not know it.”", "", "How the places work together:",
            f"  {page(border.home.partnership, 'neighbours')}", "",
            "The directory of Nearham",
        ]),
    ]  # fmt: skip
    assert border.offer().state == OfferState.OPEN  # and may be proposed again


def test_what_is_answered_is_answered_once(border: Border) -> None:
    offer, seen = border.offer(), border.seen()
    offering.withdraw_home(by=border.home.lead, offer_id=offer.pk)

    for answer in (
        lambda: border.accept(offer, seen=seen),
        lambda: offering.withdraw_home(by=border.home.lead, offer_id=offer.pk),
        lambda: offering.decline_home(
            by=border.other.lead, offer_id=offer.pk, reason="No."
        ),
    ):
        with pytest.raises(InvalidState, match="taken back"):
            answer()
    assert HomeOffer.objects.get().state == OfferState.WITHDRAWN


def test_only_what_the_public_sees_is_offered(border: Border) -> None:
    Record.objects.filter(pk=border.listing.record_id).update(
        visibility=Visibility.PARTNERS
    )
    with pytest.raises(InvalidState, match="does not see"):
        border.offer()
    with pytest.raises(PermissionDenied):  # the neighbour does not know of it
        border.offer(border.other)

    assert HomeOffer.objects.count() == 0


def test_one_offer_at_a_time_between_ones_own_place_and_another(border: Border) -> None:
    border.offer()
    with pytest.raises(InvalidState, match="Nearham has proposed"):
        border.offer(border.other)
    third = world.make_place("Thirdbury")
    with pytest.raises(InvalidInput):
        border.offer(third)
    with pytest.raises(InvalidInput):
        offering.offer_home(
            by=border.home.lead, place=border.home.partnership, reason=WHY,
            listing_id=border.listing.pk, to=border.home.partnership,
        )  # fmt: skip


# --- moving ---------------------------------------------------------------------------


def test_accepted_it_moves_with_what_only_it_needs(border: Border) -> None:
    shared_hall = Record.objects.get(pk=border.listing.location_ids[0])
    world.published(border.home, at=shared_hall, name="Chess club")
    Policy.objects.filter(partnership=border.other.partnership).update(period_months=2)
    before = border.fresh

    after = border.move()

    homes_now: dict[Any, str] = dict(Record.objects.values_list("pk", "home__name"))
    assert (after.pk, after.record_id) == (before.pk, before.record_id)
    assert homes_now[after.record_id] == "Farwell"
    assert homes_now[after.organization_id] == "Farwell"
    assert homes_now[shared_hall.pk] == "Nearham"
    assert after.remit == border.other.remit
    assert after.assurance == before.assurance
    assert after.assured_on == before.assured_on
    assert (before.due_on, after.due_on) == (months_on(3), months_on(2))
    assert trail("listing_moved_home") == {border.other.partnership.pk}
    assert trail("home_accepted") == {
        border.home.partnership.pk, border.other.partnership.pk
    }  # fmt: skip


def test_after_the_move_the_new_place_decides_and_the_old_one_suggests(
    border: Border,
) -> None:
    waiting = suggest(as_town(border), {"fees": "£2"})
    proposals.start_deciding(by=border.home.assurer, proposal_id=waiting.pk)

    border.move()

    waiting.refresh_from_db()
    assert (waiting.partnership, waiting.claimed_by) == (border.other.partnership, None)
    town = as_town(border, border.other)
    with pytest.raises(PermissionDenied):
        decide(town, waiting, by=border.home.assurer, choices={"fees": ACCEPT})
    decide(town, waiting, choices={"fees": ACCEPT})
    assert now(border.listing.record)["fees"] == "£2"
    assert access.can_read(border.home.reader, border.fresh) is False
    assert access.can_read(border.other.reader, border.fresh) is True
    again = suggest(as_town(border), {"fees": "£3"}, by=border.home.contributor)
    assert again.partnership == border.other.partnership


def test_terms_of_the_old_places_list_are_said_by_the_new_one(border: Border) -> None:
    here, there = border.home.partnership, border.other.partnership
    company, tea = world.term("Company", of=here), world.term("Tea dances", of=here)
    theirs = world.term("company", of=there)
    Remit.objects.create(
        partnership=there, partner=border.other.health, name="Company there",
        term_ids=[theirs.pk], lead=border.other.second_assurer,
    )  # fmt: skip
    border.listing = world.published(
        border.home,
        attributes=[{"taxonomy_term_id": str(t.pk)} for t in (company, tea)],
    )
    plan = homes.plan(border.fresh, there)
    assert [(m.was, m.now) for m in sorted(plan.terms, key=lambda m: m.was.name)] == [
        (company, theirs), (tea, None)
    ]  # fmt: skip

    after = border.move()

    assert after.term_ids == [theirs.pk]
    assert homes.term_ids(queries.current(after.record)) == [theirs.pk]
    assert (str(after.remit), plan.remit) == ("Company there", after.remit)
    assert after.record.revisions.latest("number").method == "new_home"


def test_what_was_said_by_hand_for_the_old_place_does_not_move(border: Border) -> None:
    listing = border.listing
    listing.remit_handed_over = True
    listing.save(update_fields=["remit_handed_over"])

    after = border.move()

    assert (after.remit_handed_over, after.main_area) == (False, None)


def test_what_changed_since_it_was_looked_at_is_looked_at_again(border: Border) -> None:
    offer, seen = border.offer(), border.seen()
    decide(as_town(border), suggest(as_town(border), {"fees": "£2"}), choices={
        "fees": ACCEPT
    })  # fmt: skip

    with pytest.raises(InvalidState, match="changed while you were reading"):
        border.accept(offer, seen=seen)

    assert border.fresh.partnership == border.home.partnership
    border.accept(offer)


def test_hidden_meanwhile_it_does_not_move(border: Border) -> None:
    offer, seen = border.offer(), border.seen()
    listings.hide_listing(
        by=border.home.assurer, listing_id=border.listing.pk, because=Hidden.WITHDRAWN,
        reason="They asked.",
    )  # fmt: skip

    with pytest.raises(InvalidState, match="does not see"):
        border.accept(offer, seen=seen)
    offer = HomeOffer.objects.get()
    assert homes.shown(border.other.lead, [offer]) == []
    assert homes.shown(border.home.lead, [offer]) == [offer]


def test_contract_that_names_it_holds_it(border: Border) -> None:
    offer, seen = border.offer(), border.seen()
    made = contracts.add_contract(
        by=border.home.lead, place=border.home.partnership, terms=contracts.Terms(
            commissioner_id=border.home.health.pk, reference="H 1", review_months=6,
            starts_on=clock.today(), listing_ids=(border.listing.pk,),
            manager_mailbox="contracts@nearham.example",
        ),
    )  # fmt: skip

    with pytest.raises(InvalidState, match="A contract of Nearham names this record"):
        border.accept(offer, seen=seen)
    contracts.end_contract(by=border.home.lead, contract_id=made.pk, reason="Over.")
    border.accept(offer, seen=seen)

    assert border.fresh.partnership == border.other.partnership


def test_decision_of_the_old_place_is_not_undone_over_the_border(
    border: Border,
) -> None:
    said = suggest(as_town(border), {"fees": "£2"})
    decision = decide(as_town(border), said, choices={"fees": ACCEPT})
    border.move()

    with pytest.raises(InvalidState, match="Farwell keeps it since"):
        decisions.undo_decision(by=border.home.assurer, decision_id=decision.pk)

    assert Proposal.objects.filter(state="open").count() == 0


def test_kept_counts_of_both_places_follow(border: Border) -> None:
    border.move()

    for at in (border.home, border.other):
        asked = {
            f.slug: q
            for f in figures.FIGURES
            if f.where
            and listing_counts.answers(q := f.where(at.policy, clock.today()))
        }
        looked = figures.listings(at.policy).aggregate(
            **{slug: Count("pk", filter=q) for slug, q in asked.items()}
        )
        assert listing_counts.counted(at.policy, asked) == looked


def test_answer_on_its_way_counts_and_the_old_place_rings_no_more(
    border: Border,
) -> None:
    ask = asking_by_hand.ask_by_hand(
        by=border.home.assurer, listing_id=border.listing.pk, channel=Channel.PHONE
    )
    assert AskedListing.objects.filter(ask=ask).count() == 1

    border.move()

    for by in (border.home.assurer, border.other.assurer):
        assert list(asking.to_ring(by, clock.now())) == []
    editor = world.make_editor(border.fresh)
    proposals.say_still_right(by=editor, listing_id=border.listing.pk)
    assert border.fresh.confirmed_on == clock.today()


def test_link_of_the_old_place_opens_only_what_it_keeps(border: Border) -> None:
    body = Record.objects.get(pk=str(border.listing.organization_id))
    stays = world.published(border.home, name="Chess club", run_by=body)
    ask = asking_by_hand.ask_by_hand(
        by=border.home.assurer, listing_id=border.listing.pk, channel=Channel.LETTER
    )
    AskedListing.objects.create(
        ask=ask, listing=stays, due_on=stays.due_on or clock.today(), step=0
    )
    where = f"/answer/{answer_keys.key_of(ask)}/"
    client = Client()
    assert len(client.get(where).context["open"]) == 2

    border.move()

    page = client.get(where)
    said = (
        "“Tuesday coffee morning” is looked after by Farwell now, which writes to you "
        "when it is to be checked. Until then, tell Farwell if something is different: "
        "directory@farwell.example."
    )
    assert [one.asked.listing.title for one in page.context["open"]] == ["Chess club"]
    assert (page.context["gone"], said in text(page)) == ([said], True)
    for path in ("", "closed/", "times/"):
        there = client.get(f"{where}{border.listing.pk}/{path}")
        assert (there.status_code, there["Location"]) == (302, where), path
    answer = client.post(where, {
        "name": "Jo Bright", "role": "Secretary", "same": str(border.listing.pk),
        "shown": f"{border.listing.pk}:1",
    })  # fmt: skip
    assert (answer.status_code, answer.context["sentences"]) == (409, [said])
    with pytest.raises(InvalidState, match="is looked after by Farwell now"):
        answering_other.say_closed(
            ask=ask, listing_id=border.listing.pk, who=Who("Jo", "chair"), until=None
        )
    answering.say_same(ask=ask, listing_id=stays.pk, who=Who("Jo", "chair"))
    assert border.fresh.confirmed_on is None
    ask.refresh_from_db()
    assert ask.used_at is not None
    stays_there = client.get(where).context
    assert (len(stays_there["answered"]), stays_there["open"]) == (1, [])


def told(event: dict[str, Any]) -> tuple[str, str, str]:
    return event["text"], event["by"], event["detail"]


def test_new_place_reads_that_the_old_one_asked_and_not_what_its_people_wrote(
    border: Border,
) -> None:
    ask = asking_by_hand.ask_by_hand(
        by=border.home.assurer, listing_id=border.listing.pk, channel=Channel.LETTER
    )
    asked = ask.asked.get()
    answering.say_same(
        ask=ask, listing_id=border.listing.pk, who=Who("Zoe Zander", "chair")
    )
    contact = ContactPoint.objects.get()
    rung = Call.objects.create(
        partnership=border.home.partnership, contact=contact,
        called_by=border.home.assurer, body_label="Nearham Council",
        outcome=CallOutcome.SAME, number="01632 960001",
    )  # fmt: skip
    CalledListing.objects.create(call=rung, asked=asked)
    day = full_date(clock.today())
    before = events(border.home.assurer, border.fresh)

    border.move()

    assert [told(one) for one in before] == [
        ("Rang 01632 960001: all still right", "Nearham Council", ""),
        (f"Letter to {ask.to_label}: made, for somebody to send", "Nearham Council",
         f"Nothing has changed: {day}, Zoe Zander, chair (code of the letter)."),
    ]  # fmt: skip
    assert [told(one) for one in events(border.other.assurer, border.fresh)] == [
        ("Letter, when Nearham kept it", "Nearham",
         f"Nothing has changed: {day} (code of the letter)."),
    ]  # fmt: skip
    letter = reverse("workflow:ask-words", args=[border.listing.pk, ask.pk])
    assert signed_in(border.other.assurer).get(letter).status_code == 404


def test_nobody_of_the_old_place_is_on_its_check_any_more(border: Border) -> None:
    start_checking(by=border.home.assurer, listing_id=border.listing.pk)
    border.move()

    world.check(border.other, border.listing)

    assert border.fresh.assurances.latest("created_at").assured_by == (
        border.other.assurer
    )


def test_erased_words_leave_offers_of_both_places(border: Border) -> None:
    border.offer(reason="Ask Zebedee Quillfeather, who runs it.")
    offer = HomeOffer.objects.get()

    erasure.erase_value(
        by=border.other.officer, place=border.other.partnership,
        value="Zebedee Quillfeather", reason="He asked.",
    )  # fmt: skip

    offer.refresh_from_db()
    assert "Quillfeather" not in offer.reason
