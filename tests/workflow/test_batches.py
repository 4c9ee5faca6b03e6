"""One thing done to several records of the queue, looked at first and undone whole."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Message
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.deciding import edit, signed_in, text
from tests.workflow.pages import filled_in
from workflow.actions import batches as acts
from workflow.actions import checking, decisions
from workflow.actions import place as places
from workflow.actions.batches import Said
from workflow.choices import BatchAct, BatchState, EffortKind, Method, Stage
from workflow.models import (
    AskedListing,
    Assurance,
    Batch,
    BatchItem,
    Effort,
    Listing,
    Remit,
)

pytestmark = pytest.mark.django_db

CALLED = Said(method=Method.CALL, note="Rang round.")


def due(place: world.Place, *names: str, **values: Any) -> list[Listing]:
    """Public records whose next check has come."""
    with clock.at(clock.now() - dt.timedelta(days=100)):
        made = [world.published(place, name=name, **values) for name in names]
    return [world.fresh(one) for one in made]


def assured(place: world.Place, *names: str) -> list[Listing]:
    """Records that wait for a publisher."""
    places.save_policy(
        by=place.lead, place=place.partnership, values={"publish_at_once": False}
    )
    return [world.published(place, name=name) for name in names]


def prepare(place: world.Place, act: str, *listings: Listing, by: Any = None) -> Batch:
    return acts.prepare_batch(
        by=by or place.assurer, act=act, listing_ids=[one.pk for one in listings]
    )


def came_of(batch: Batch) -> dict[str, tuple[str, str]]:
    """What became of each record: title → state, and why not."""
    rows = BatchItem.objects.filter(batch=batch).select_related("listing")
    return {row.listing.title: (row.state, row.sentence) for row in rows}


# --- checking -------------------------------------------------------------------------


def test_each_record_gets_its_own_check_of_the_version_that_was_shown(
    place: world.Place,
) -> None:
    listings = due(place, "Lunch", "Chess")
    batch = prepare(place, BatchAct.CHECK, *listings)
    before = Assurance.objects.count()

    done = acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    assert (done, Assurance.objects.count() - before) == (True, 2)
    for listing in listings:
        check = world.fresh(listing).assurance
        assert check is not None
        assert (check.assured_by_id, check.method, check.note, check.assured_on) == (
            place.assurer.pk, "call", "Rang round.", clock.today(),
        )  # fmt: skip
        assert check.revision_id == listing.record.revision_id
    assert came_of(batch) == {"Lunch": ("done", ""), "Chess": ("done", "")}
    events = AuditEvent.objects.filter(request_id=batch.pk)
    assert sorted(events.values_list("verb", flat=True)) == [
        "batch_begun", "listing_assured", "listing_assured",
    ]  # fmt: skip


def test_nothing_is_done_twice_and_by_nobody_else(place: world.Place) -> None:
    (listing,) = due(place, "Lunch")
    batch = prepare(place, BatchAct.CHECK, listing)
    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)
    before = Assurance.objects.count()

    again = acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    assert (again, Assurance.objects.count()) == (False, before)
    with pytest.raises(PermissionDenied):
        acts.run_batch(by=place.second_assurer, batch_id=batch.pk, said=CALLED)


def test_what_changed_since_it_was_chosen_is_not_checked_and_says_so(
    place: world.Place,
) -> None:
    moved, checked, waits, fine = due(place, "Moved", "Checked", "Waits", "Fine")
    batch = prepare(place, BatchAct.CHECK, moved, checked, waits, fine)
    proposal = edit(place, moved, fees="Free")
    decisions.decide(
        by=place.second_assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
    )  # fmt: skip
    world.check(place, checked, by=place.second_assurer)
    edit(place, waits, fees="£3")

    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    assert came_of(batch) == {
        "Moved": (
            "refused", "It has changed since you chose it. Look at it again.",
        ),
        "Checked": ("refused", "Bert Assurer has checked it since you chose it."),
        "Waits": (
            "refused", "A suggestion waits for a decision. Decide that first.",
        ),
        "Fine": ("done", ""),
    }  # fmt: skip


def test_nobody_makes_the_first_check_of_their_own_body_in_bulk(
    place: world.Place,
) -> None:
    own, other = due(place, "Own", "Other")
    world.own_body(place.council, own)
    Listing.objects.filter(pk=own.pk).update(
        assured_on=None, due_on=None, assurance=None
    )
    batch = prepare(place, BatchAct.CHECK, own, other)

    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    assert came_of(batch) == {
        "Own": (
            "refused",
            "Your own organisation runs it, so somebody else makes its first check.",
        ),
        "Other": ("done", ""),
    }


def test_one_that_breaks_stops_no_other(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = due(place, "Bad", "Good")
    batch = prepare(place, BatchAct.CHECK, bad, good)
    check = checking.check_listing

    def falls_over(**values: Any) -> Assurance:
        if values["listing_id"] == bad.pk:
            raise ZeroDivisionError
        return check(**values)

    monkeypatch.setattr(acts, "check_listing", falls_over)
    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    assert came_of(batch) == {"Bad": ("refused", acts.BROKEN), "Good": ("done", "")}
    assert Batch.objects.get(pk=batch.pk).ended_at is not None


def test_minutes_of_all_are_shared_out_between_them(place: world.Place) -> None:
    batch = prepare(place, BatchAct.CHECK, *due(place, "One", "Two", "Three"))

    acts.run_batch(
        by=place.assurer, batch_id=batch.pk, said=Said(method=Method.CALL, minutes=20)
    )

    rows = Effort.objects.filter(kind=EffortKind.CHECK, taken_back_at=None)
    assert sorted(rows.values_list("minutes", flat=True)) == [6, 7, 7]


def test_method_has_to_be_said_and_nothing_begins_without(place: world.Place) -> None:
    batch = prepare(place, BatchAct.CHECK, *due(place, "Lunch"))

    with pytest.raises(InvalidInput) as refused:
        acts.run_batch(by=place.assurer, batch_id=batch.pk, said=Said())

    assert refused.value.errors == {"method": "Say how you checked it."}
    assert Batch.objects.get(pk=batch.pk).begun_at is None


def test_more_than_the_limit_cannot_be_chosen(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.batches.MOST", 1)

    with pytest.raises(InvalidInput) as refused:
        prepare(place, BatchAct.CHECK, *due(place, "One", "Two"))

    assert refused.value.errors == {"": "Tick no more than 1 at a time."}


def test_each_further_record_costs_the_same(place: world.Place) -> None:
    made = due(place, "A", "B", "C", "D", "E", "F")

    def cost(*listings: Listing) -> int:
        batch = prepare(place, BatchAct.CHECK, *listings)
        with CaptureQueriesContext(connection) as found:
            acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)
        return len(found)

    one, two, three = cost(*made[:1]), cost(*made[1:3]), cost(*made[3:])

    assert three - two == two - one < 70


# --- undoing --------------------------------------------------------------------------


def test_undo_takes_back_the_whole_batch_but_for_what_was_undone_by_itself(
    place: world.Place,
) -> None:
    first, second = due(place, "First", "Second")
    before = {one.pk: one.due_on for one in (first, second)}
    batch = prepare(place, BatchAct.CHECK, first, second)
    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)
    checking.undo_check(by=place.assurer, assurance_id=world.fresh(first).assurance_id)

    left = acts.undo_batch(by=place.assurer, batch_id=batch.pk)

    assert [(x.listing_id, x.sentence) for x in left] == [
        (first.pk, "This has been undone already.")
    ]
    assert {x.pk: world.fresh(x).due_on for x in (first, second)} == before
    assert came_of(batch)["Second"] == ("undone", "")


def test_undo_ends_after_ten_minutes_and_is_for_who_did_it(place: world.Place) -> None:
    batch = prepare(place, BatchAct.CHECK, *due(place, "Lunch"))
    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=CALLED)

    with pytest.raises(PermissionDenied):
        acts.undo_batch(by=place.second_assurer, batch_id=batch.pk)
    with (
        clock.at(clock.now() + dt.timedelta(minutes=11)),
        pytest.raises(InvalidState) as late,
    ):
        acts.undo_batch(by=place.assurer, batch_id=batch.pk)

    assert late.value.sentence == "Ten minutes have passed."


# --- asking, publishing, giving away --------------------------------------------------


def test_one_mail_for_each_contact_point_which_waits_until_it_cannot_be_undone(
    place: world.Place,
) -> None:
    lunch, tea = due(place, "Lunch", "Tea", body=world.organization(email=""))
    Listing.objects.filter(pk=tea.pk).update(organization_id=lunch.organization_id)
    (chess,) = due(place, "Chess", body=world.organization(email="x@chess.example"))
    batch = prepare(place, BatchAct.REMIND, lunch, tea, chess)

    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=Said())

    asked = AskedListing.objects.values_list("listing__title", "ask__message__to")
    why = "There is no e-mail address that we may write to. Ring them."
    assert list(asked) == [("Chess", "x@chess.example")]
    assert came_of(batch) == {
        "Lunch": ("refused", why), "Tea": ("refused", why), "Chess": ("done", ""),
    }  # fmt: skip
    mail = Message.objects.get(kind="ask")
    assert mail.send_after >= clock.now() + dt.timedelta(minutes=9)


def test_two_records_of_one_organisation_are_in_one_mail_and_it_is_taken_back(
    place: world.Place,
) -> None:
    lunch, tea = due(place, "Lunch", "Tea", email="us@friends.example")
    Listing.objects.filter(pk=tea.pk).update(organization_id=lunch.organization_id)
    batch = prepare(place, BatchAct.REMIND, lunch, tea)
    acts.run_batch(by=place.assurer, batch_id=batch.pk, said=Said())
    sent = Message.objects.filter(kind="ask")

    assert (sent.count(), AskedListing.objects.count()) == (1, 2)
    assert acts.undo_batch(by=place.assurer, batch_id=batch.pk) == []

    assert (sent.filter(cancelled_at=None).count(), AskedListing.objects.count()) == (
        0, 0,
    )  # fmt: skip


def test_whoever_was_asked_lately_is_not_asked_again(place: world.Place) -> None:
    (lunch,) = due(place, "Lunch", email="us@friends.example")
    first = prepare(place, BatchAct.REMIND, lunch)
    acts.run_batch(by=place.assurer, batch_id=first.pk, said=Said())
    again = prepare(place, BatchAct.REMIND, lunch, by=place.second_assurer)

    acts.run_batch(by=place.second_assurer, batch_id=again.pk, said=Said())

    day = f"{clock.today():%-d %B %Y}"
    assert came_of(again) == {
        "Lunch": ("refused", f"They were asked on {day} already.")
    }


def test_publishing_goes_through_the_gate_and_is_taken_back(place: world.Place) -> None:
    fine, held = assured(place, "Fine", "Held")
    (secret,) = assured(place, "Closed")
    type(secret.record).objects.filter(pk=secret.record_id).update(
        visibility="partners"
    )
    batch = prepare(place, BatchAct.PUBLISH, fine, held, secret, by=place.publisher)
    acts.run_batch(by=place.publisher, batch_id=batch.pk, said=Said())
    after = [world.fresh(x).stage for x in (fine, held, secret)]

    acts.undo_batch(by=place.publisher, batch_id=batch.pk)

    assert after == [Stage.PUBLISHED, Stage.PUBLISHED, Stage.ASSURED]
    assert came_of(batch)["Closed"] == (
        "refused", "This record is for partners only and is not published.",
    )  # fmt: skip
    assert {world.fresh(x).stage for x in (fine, held)} == {Stage.ASSURED}


def test_giving_away_is_the_leads_and_goes_back_on_undo(place: world.Place) -> None:
    (lunch,) = due(place, "Lunch")
    other = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health",
        lead=place.second_assurer,
    )  # fmt: skip
    said = Said(remit_id=other.pk, reason="Theirs.")

    with pytest.raises(PermissionDenied):
        prepare(place, BatchAct.ASSIGN, lunch)
    batch = prepare(place, BatchAct.ASSIGN, lunch, by=place.lead)
    acts.run_batch(by=place.lead, batch_id=batch.pk, said=said)
    given = world.fresh(lunch).remit_id
    acts.undo_batch(by=place.lead, batch_id=batch.pk)

    back = world.fresh(lunch)
    assert given == other.pk
    assert (back.remit_id, back.remit_handed_over) == (place.remit.pk, False)


# --- the pages ------------------------------------------------------------------------


def test_from_the_ticks_of_the_queue_to_the_result_and_back(place: world.Place) -> None:
    lunch, chess = due(place, "Lunch", "Chess")
    client = signed_in(place.assurer)
    queue = client.get("/work/", {"kind": "due", "tick": "all"})
    preview_at = client.post(
        "/work/together/?kind=due",
        {"act": "check", "pick": [str(lunch.pk), str(chess.pk)]},
    )["Location"]
    edit(place, chess, fees="£2")

    preview = client.get(preview_at)
    unsaid = client.post(preview_at, {"record": [str(lunch.pk)]})
    done = client.post(preview_at, filled_in(preview, method="call"), follow=True)

    assert queue.content.decode().count('form="together"') == 2
    assert [row["listing"].title for row in preview.context["rows"]] == ["Lunch"]
    assert [row["sentence"] for row in preview.context["cannot"]] == [
        "A suggestion waits for a decision. Decide that first."
    ]
    assert "Say how you checked it." in text(unsaid)
    assert [item.listing.title for item in done.context["done"]] == ["Lunch"]
    assert [row["listing"].title for row in done.context["cannot"]] == ["Chess"]
    assert done.content.decode().count(" checked aria-describedby") == 1
    assert done.context["back_url"] == "/work/?kind=due"
    undone = client.post(done.context["undo_url"], follow=True)
    assert "Undone: 1 record is as if you had not checked them." in text(undone)
    assert BatchItem.objects.filter(state=BatchState.UNDONE).count() == 1


def test_all_of_a_list_is_its_first_so_many(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.batches.MOST", 2)
    due(place, "A", "B", "C")
    client = signed_in(place.assurer)

    address = client.post("/work/together/?kind=due", {"act": "check", "all": "all"})[
        "Location"
    ]

    rows = client.get(address).context["rows"]
    assert [row["listing"].title for row in rows] == ["A", "B"]


def test_preview_costs_the_same_for_one_and_for_three(place: world.Place) -> None:
    one, *more = due(place, "One", "Two", "Three")
    client = signed_in(place.assurer)

    def cost(*listings: Listing) -> int:
        batch = prepare(place, BatchAct.CHECK, *listings)
        client.get(f"/work/together/{batch.pk}/")
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/work/together/{batch.pk}/").status_code == 200
        return len(found)

    assert cost(one) == cost(one, *more)


def test_a_batch_is_nobody_elses_to_see(place: world.Place) -> None:
    batch = prepare(place, BatchAct.CHECK, *due(place, "Lunch"))

    answer = signed_in(place.second_assurer).get(f"/work/together/{batch.pk}/")

    assert answer.status_code == 404


def test_ids_that_are_none_are_passed_over(place: world.Place) -> None:
    (one,) = due(place, "One")
    odd, client = ["junk", "\x00", "²"], signed_in(place.assurer)
    chosen = {"act": BatchAct.CHECK.value, "pick": [*odd, str(one.pk)]}
    nothing = client.post("/work/together/", chosen | {"pick": odd}, follow=True)
    page = client.post("/work/together/", chosen, follow=True)
    url = page.request["PATH_INFO"]

    said = filled_in(page, method=Method.CALL.value)
    none_ticked = client.post(url, said | {"record": odd})
    client.post(url, said | {"record": [*odd, str(one.pk)]})

    assert "Tick at least one first." in text(nothing)
    assert "Tick at least one." in text(none_ticked)
    assert came_of(Batch.objects.get()) == {"One": (BatchState.DONE, "")}
