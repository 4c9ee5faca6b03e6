"""One listing that is really two services: what is written, and when it is refused."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.choices import Visibility
from publishing import actions as publishing
from publishing.models import PublishedService
from tests import world
from tests.workflow.deciding import edit
from workflow import access, queries
from workflow.actions import decisions, erasure, listings, records, releases
from workflow.actions import place as places
from workflow.actions.choosing import Choice, Informant
from workflow.actions.dividing import Vouched, split_listing
from workflow.choices import Evidence, Hidden, Method, ProposalState, Stage, Verdict
from workflow.models import Decision, Listing, OutboxEvent, Proposal, Record, Revision

pytestmark = pytest.mark.django_db

INFORMANT = Informant("Jo, who pours the tea", Method.CALL, clock.today())


def weekly(day: str) -> dict[str, str]:
    return {
        "freq": "WEEKLY", "byday": day, "opens_at": "10:00", "closes_at": "12:00",
    }  # fmt: skip


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    return world.stocked(
        fees="£2", alert="Ring first", internal_notes="Jo has the key.",
        schedules=[weekly("TU"), weekly("FR")],
    )  # fmt: skip


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def says(listing: Listing) -> dict[str, Any]:
    return queries.current(world.fresh(listing).record)


def element(listing: Listing, name: str, number: int = 0) -> str:
    return f"{name}/{says(listing)[name][number]['id']}"


def goes(listing: Listing) -> dict[str, str]:
    """Friday moves; what both need is copied; the rest stays."""
    return {
        element(listing, "schedules", 1): "moves",
        "fees": "moves",
        "description": "both",
        element(listing, "phones"): "both",
        element(listing, "service_at_locations"): "both",
    }


def number(listing: Listing) -> int:
    revision = world.fresh(listing).record.revision
    assert revision is not None
    return revision.number


def split(place: world.Place, listing: Listing, **more: Any) -> Listing:
    return split_listing(
        by=more.pop("by", place.assurer), listing_id=listing.pk,
        seen=more.pop("seen") if "seen" in more else number(listing),
        name=more.pop("name", "Friday chess"),
        goes=more.pop("goes") if "goes" in more else goes(listing),
        reason=more.pop("reason", "Two groups, two leaders."), **more,
    )  # fmt: skip


def vouched(**more: Any) -> Vouched:
    return Vouched(INFORMANT, **more)


# --- what is written ------------------------------------------------------------------


def test_first_keeps_its_id_its_dates_and_what_stays(
    place: world.Place, listing: Listing
) -> None:
    before = says(listing)

    split(place, listing)

    after, kept = says(listing), world.fresh(listing)
    assert (kept.stage, kept.assured_on, kept.remit_id) == (
        Stage.PUBLISHED, listing.assured_on, listing.remit_id,
    )  # fmt: skip
    expected = {name: value for name, value in before.items() if name != "fees"}
    assert after == {**expected, "schedules": before["schedules"][:1]}
    revision = Revision.objects.get(record=listing.record, number=2)
    assert (revision.method, sorted(revision.paths)) == (
        "divide", sorted(["fees", f"schedules/{before['schedules'][1]['id']}"]),
    )  # fmt: skip


def test_new_one_says_what_moved_and_what_is_true_of_both(
    place: world.Place, listing: Listing
) -> None:
    before = says(listing)

    new = split(place, listing)

    service = (new.draft or {})["service"]
    assert {name: service.get(name) for name in ("name", "fees", "description")} == {
        "name": "Friday chess", "fees": "£2", "description": before["description"],
    }  # fmt: skip
    assert [one["byday"] for one in service["schedules"]] == ["FR"]
    assert service["organization_id"] == before["organization_id"]
    assert queries.location_ids(service) == queries.location_ids(before)
    assert {"alert", "internal_notes", "url"} & set(service) == set()


def test_elements_of_the_new_one_have_ids_of_their_own(
    place: world.Place, listing: Listing
) -> None:
    before = says(listing)

    service = (split(place, listing).draft or {})["service"]

    names = ("phones", "schedules", "service_at_locations")
    old = {one["id"] for name in names for one in before[name]}
    new = {one["id"] for name in names for one in service[name]}
    assert (len(new), old & new) == (3, set())


def test_new_one_waits_for_another_assurer_in_the_same_hands(
    place: world.Place, listing: Listing
) -> None:
    Listing.objects.filter(pk=listing.pk).update(critical=True, remit_handed_over=True)

    new = split(place, listing)

    proposal = new.proposals.get()
    assert (new.stage, new.split_from, new.author) == (
        Stage.SUBMITTED, listing, place.assurer,
    )  # fmt: skip
    assert (new.partnership, new.remit, new.remit_handed_over, new.critical) == (
        listing.partnership, listing.remit, True, True,
    )  # fmt: skip
    assert proposal.evidence_words == (
        "Split off from “Tuesday coffee morning”: Two groups, two leaders."
    )
    assert not access.can_decide(place.assurer, proposal)
    decisions.decide(
        by=place.second_assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal), check=decisions.Check(Method.CALL),
    )  # fmt: skip
    assert world.fresh(new).stage == Stage.PUBLISHED


def test_who_asked_assures_the_new_one_single_handed(
    place: world.Place, listing: Listing
) -> None:
    new = split(place, listing, vouched=vouched(note="Rang Jo."))

    decision = Decision.objects.get(proposal__listing=new)
    assert (new.stage, new.assured_on, new.draft) == (
        Stage.PUBLISHED, clock.today(), None,
    )  # fmt: skip
    assert (decision.single_handed, decision.decided_by) == (True, place.assurer)
    changes = decision.proposal.changes.all()
    assert {change.verdict for change in changes} == {Verdict.ACCEPTED}
    assert {change.informant for change in changes} == {"Jo, who pours the tea"}
    assert new.assurance is not None
    assert (new.assurance.single_handed, new.assurance.note) == (True, "Rang Jo.")
    assert says(new)["name"] == "Friday chess"


def test_both_are_public_at_once_and_say_their_own(
    place: world.Place, listing: Listing
) -> None:
    new = split(place, listing, vouched=vouched())
    publishing.consume_outbox()

    found = PublishedService.objects.values_list("title", flat=True)
    assert sorted(found) == ["Friday chess", "Tuesday coffee morning"]
    assert says(listing).get("fees") is None
    assert says(new)["fees"] == "£2"


def test_both_histories_say_what_happened(place: world.Place, listing: Listing) -> None:
    moved = ["fees", element(listing, "schedules", 1)]

    new = split(place, listing)

    one = AuditEvent.objects.get(object_id=listing.pk, verb="listing_split")
    other = AuditEvent.objects.get(object_id=new.pk, verb="listing_split_off")
    assert one.after is not None
    assert (one.reason, one.after["new"]) == (
        "Two groups, two leaders.", str(new.record_id),
    )  # fmt: skip
    assert sorted(one.after["moved"]) == sorted(moved)
    assert other.before == {"from": str(listing.record_id)}


def test_first_is_announced(place: world.Place, listing: Listing) -> None:
    OutboxEvent.objects.all().delete()

    split(place, listing)

    assert listing.record_id in OutboxEvent.objects.values_list("record_id", flat=True)


def test_where_all_is_true_of_both_the_first_has_no_new_version(
    place: world.Place, listing: Listing
) -> None:
    split(place, listing, goes={"description": "both"})

    assert number(listing) == 1


def test_suggestion_about_what_moved_stays_with_the_first(
    place: world.Place, listing: Listing
) -> None:
    asked = edit(place, listing, fees="£3")

    split(place, listing)

    asked.refresh_from_db()
    assert (asked.state, asked.listing) == (ProposalState.OPEN, listing)


# --- secrets --------------------------------------------------------------------------


@pytest.mark.parametrize("visibility", [Visibility.PARTNERS, Visibility.INTERNAL])
def test_half_of_a_closed_record_is_as_closed(
    place: world.Place, listing: Listing, visibility: str
) -> None:
    Record.objects.filter(pk=listing.record_id).update(visibility=visibility)

    new = split(place, listing, vouched=vouched())
    publishing.consume_outbox()

    assert Record.objects.get(pk=new.record_id).visibility == visibility
    assert (new.stage, PublishedService.objects.filter(title="Friday chess").exists()) \
        == (Stage.ASSURED, False)  # fmt: skip


def test_what_is_internal_stays_so_in_the_new_one(
    place: world.Place, listing: Listing
) -> None:
    new = split(
        place, listing, vouched=vouched(),
        goes={**goes(listing), "internal_notes": "moves"},
    )  # fmt: skip
    publishing.consume_outbox()

    assert says(new)["internal_notes"] == "Jo has the key."
    stored = PublishedService.objects.filter(title="Friday chess").values().get()
    assert "Jo has the key" not in repr(stored)


def test_what_is_hidden_for_personal_data_does_not_come_out_as_another(
    place: world.Place, listing: Listing
) -> None:
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=Hidden.PERSONAL_DATA,
        reason="A name.",
    )  # fmt: skip

    with pytest.raises(InvalidState, match="hidden meanwhile"):
        split(place, listing)


# --- refused --------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["contributor", "lead", "publisher", "reader"])
def test_nobody_else_divides(place: world.Place, listing: Listing, who: str) -> None:
    with pytest.raises(PermissionDenied):
        split(place, listing, by=getattr(place, who))


def test_nobody_vouches_alone_where_the_place_does_not_let_them(
    place: world.Place, listing: Listing
) -> None:
    places.save_policy(
        by=place.lead, place=place.partnership, values={"correct_and_check": False}
    )

    with pytest.raises(PermissionDenied, match="Somebody else has to assure"):
        split(place, listing, vouched=vouched())
    assert split(place, listing).stage == Stage.SUBMITTED


def test_nobody_vouches_alone_for_their_own_body(
    place: world.Place, listing: Listing
) -> None:
    world.own_body(place.council, listing)

    with pytest.raises(PermissionDenied, match="Somebody else has to assure"):
        split(place, listing, vouched=vouched())


def test_second_pair_of_eyes_has_a_name(place: world.Place, listing: Listing) -> None:
    nobody = Vouched(Informant("", Method.CALL, clock.today()))

    with pytest.raises(InvalidInput) as refused:
        split(place, listing, vouched=nobody)

    assert refused.value.errors == {
        "informant": "Say who told you and what they do there."
    }


def test_everything_missing_is_said_at_once(
    place: world.Place, listing: Listing
) -> None:
    with pytest.raises(InvalidInput) as refused:
        split(place, listing, name=" ", goes={}, reason="")

    assert refused.value.errors == {
        "name": "Give the new service a name.",
        "": "Choose at least one thing that goes with the new service.",
        "reason": "Give a reason; others will read it.",
    }
    assert Listing.objects.count() == 1


def test_unknown_choice_is_refused_beside_its_line(
    place: world.Place, listing: Listing
) -> None:
    with pytest.raises(InvalidInput) as refused:
        split(place, listing, goes={"fees": "away", "description": "both"})

    assert refused.value.errors == {"fees": "Choose where this goes."}


def test_first_is_not_left_without_what_the_policy_wants(
    place: world.Place, listing: Listing
) -> None:
    with pytest.raises(InvalidInput) as refused:
        split(place, listing, goes={"description": "moves"})

    assert refused.value.errors == {
        "": "“Tuesday coffee morning” would be left with too little. Still needed: "
        "what it is."
    }


def test_new_one_is_not_assured_without_what_the_policy_wants(
    place: world.Place, listing: Listing
) -> None:
    chosen = {**goes(listing), "description": "stays"}

    with pytest.raises(InvalidInput) as refused:
        split(place, listing, goes=chosen, vouched=vouched())

    assert refused.value.errors == {"description": "Still needed: what it is."}
    assert Listing.objects.count() == 1
    assert split(place, listing, goes=chosen).stage == Stage.SUBMITTED


def test_time_is_not_parted_from_the_place_it_is_for(place: world.Place) -> None:
    listing = world.published(place)
    link = says(listing)["service_at_locations"][0]["id"]
    times: Any = {
        "id": "11111111-1111-4111-8111-111111111111", "freq": "WEEKLY", "byday": "MO",
        "opens_at": "10:00", "closes_at": "11:00", "service_at_location_id": link,
    }  # fmt: skip
    new_times: dict[str, Any] = {f"schedules/{times['id']}": times}
    proposal = edit(place, listing, **new_times)
    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk, choices=world.accept_all(proposal)
    )
    path, at = f"schedules/{times['id']}", f"service_at_locations/{link}"

    with pytest.raises(InvalidInput) as refused:
        split(place, listing, goes={path: "moves"})
    new = split(place, listing, goes={path: "moves", at: "both"})

    assert list(refused.value.errors) == [path]
    service = (new.draft or {})["service"]
    (moved,), (there,) = service["schedules"], service["service_at_locations"]
    assert (moved["service_at_location_id"], there["id"] == link) == (
        there["id"], False,
    )  # fmt: skip


def test_erased_word_does_not_come_back_as_a_name(
    place: world.Place, listing: Listing
) -> None:
    erasure.erase_value(
        by=place.officer, place=place.partnership, value="Ring first",
        reason="They asked.",
    )  # fmt: skip

    with pytest.raises(InvalidInput) as refused:
        split(place, listing, name="Ring first", goes={"description": "both"})

    assert list(refused.value.errors) == ["name"]


# --- somebody was faster --------------------------------------------------------------


def test_record_that_was_changed_meanwhile_is_looked_at_again(
    place: world.Place, listing: Listing
) -> None:
    seen = number(listing)
    proposal = edit(place, listing, alert="Shut on Monday")
    decisions.decide(
        by=place.second_assurer, proposal_id=proposal.pk,
        choices={proposal.changes.get().pk: Choice(Verdict.ACCEPTED)},
    )  # fmt: skip

    with pytest.raises(InvalidState) as refused:
        split(place, listing, seen=seen)

    assert refused.value.sentence == (
        "The record was changed by Bert Assurer while you were dividing it. Look at it "
        "again; your choices are below, nothing is lost."
    )
    assert Listing.objects.count() == 1


def test_record_that_was_replaced_meanwhile_says_by_what(
    place: world.Place, listing: Listing
) -> None:
    other = world.published(place, name="Coffee club")
    records.replace_record(
        by=place.second_assurer, listing_id=listing.pk, reason="The same.",
        replaced_by_id=other.record_id,
    )  # fmt: skip

    with pytest.raises(InvalidState, match="was replaced by “Coffee club”"):
        split(place, listing)


def test_listing_that_was_never_assured_is_not_divided(place: world.Place) -> None:
    waiting = world.submitted(place)

    with pytest.raises(InvalidState, match="has to be assured"):
        split(place, waiting, seen=0, goes={"description": "both"})


# --- what follows from it -------------------------------------------------------------


def test_released_value_is_released_for_the_new_one_too(place: world.Place) -> None:
    mobile = "07700 900123"
    listing = world.published(place, phones=[{"number": mobile}])
    editor = world.make_editor(listing)
    (found,) = queries.public_parts(queries.whole(listing)).held_back[
        str(listing.record_id)
    ]
    release = releases.state_public_line(
        by=editor, listing_id=listing.pk, key=found.key, reason="It is ours."
    )
    releases.accept_public_line(by=place.assurer, release_id=release.pk)

    new = split(
        place, listing, vouched=vouched(),
        goes={**goes_for_reaching(listing), "description": "both"},
    )  # fmt: skip

    shown = queries.public_parts(queries.whole(world.fresh(new))).service
    assert [phone["number"] for phone in shown["phones"]] == [mobile]


def goes_for_reaching(listing: Listing) -> dict[str, str]:
    return {
        element(listing, "phones"): "both",
        element(listing, "service_at_locations"): "both",
    }


def test_new_one_can_be_said_to_be_the_old_one_again(
    place: world.Place, listing: Listing
) -> None:
    new = split(place, listing, vouched=vouched())

    records.replace_record(
        by=place.assurer, listing_id=new.pk, reason="It was one after all.",
        replaced_by_id=listing.record_id,
    )  # fmt: skip

    assert world.fresh(new).stage == Stage.UNPUBLISHED


def test_a_split_has_no_decision_of_the_first_to_undo(
    place: world.Place, listing: Listing
) -> None:
    new = split(place, listing, vouched=vouched())

    made = Decision.objects.get(proposal__listing=new)
    with pytest.raises(InvalidState, match="A new service is not undone"):
        decisions.undo_decision(by=place.assurer, decision_id=made.pk)
    later = Decision.objects.filter(
        proposal__listing=listing, decided_at__gt=made.decided_at
    )
    assert later.count() == 0
    assert Proposal.objects.filter(listing=new).get().evidence == Evidence.OTHER
