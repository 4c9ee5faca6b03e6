"""How the matrix is tried: records checked, made public, hidden, erased."""

from typing import Any

from accounts.roles import Role
from common import clock
from directory.choices import Visibility
from tests import world
from tests.workflow.rights.scene import (
    late,
    mobile_key,
)
from tests.workflow.rights.trial import Call, Trial, before_by, into, said_before
from workflow.actions import (
    batches,
    bodies,
    checking,
    claiming,
    dividing,
    erasing_accounts,
    erasure,
    listings,
    records,
    releases,
    shared_places,
)
from workflow.actions import place as places
from workflow.actions.choosing import Informant
from workflow.choices import Hidden, Method
from workflow.models import (
    Batch,
    BatchItem,
)

CALLS: dict[str, Call] = {}
call = into(CALLS)


# --- checking, to the public and back -------------------------------------------------


@call("correct_and_check")
def _correct(t: Trial) -> None:
    informant = Informant("Jo, the caretaker", Method.CALL, clock.today())
    checking.correct_and_check(
        **t.listing("published"), method=Method.CALL, informant=informant,
        edits={str(t.keeping("published").record_id): {"fees": "£4"}},
    )  # fmt: skip


@call("correct_record")
def _correct_record(t: Trial) -> None:
    informant = Informant("Jo, the caretaker", Method.CALL, clock.today())
    bodies.correct_record(
        by=t.by, record_id=t.hall, values={"transportation": "Bus 9"},
        informant=informant,
    )  # fmt: skip


def _prepare_batch(t: Trial) -> None:
    batch = batches.prepare_batch(
        by=t.by, act="check", listing_ids=[t.keeping("published").pk]
    )
    batches.run_batch(by=t.by, batch_id=batch.pk, said=batches.Said(method=Method.CALL))


def _batch(t: Trial, **values: Any) -> Batch:
    """Something that was done to one record of the trial, or waits to be."""
    batch = Batch.objects.create(by=before_by(t), act="check", **values)
    BatchItem.objects.create(
        batch=batch, listing=t.keeping("published"), position=0,
        seen={"numbers": {}, "check": ""}, assurance=t.made.check,
        state="done" if values else "waiting",
    )  # fmt: skip
    return batch


def _undo_publishing(t: Trial) -> None:
    said_before(t, "listing_published", t.keeping("published"))
    listings.undo_publishing(**t.listing("published"))


def _number(t: Trial) -> int:
    revision = world.fresh(t.keeping("published")).record.revision
    return revision.number if revision else 0


@call("hide_lapsed")
def _hide_lapsed(t: Trial) -> None:
    with clock.at(late()):
        places.hide_lapsed(**t.listing("published"), reason="Too old.")


@call("release_finding")
def _release(t: Trial) -> None:
    releases.release_finding(**t.listing("mobile"), key=mobile_key(), reason="Ours.")


CALLS |= {
    "check_listing": lambda t: checking.check_listing(
        **t.listing("published"), method=Method.CALL, note="Rang them."
    ),
    "start_checking": lambda t: claiming.start_checking(**t.listing("published")),
    "undo_check": lambda t: checking.undo_check(
        by=t.by, assurance_id=t.made.check.pk
    ),
    "prepare_batch": _prepare_batch,
    "run_batch": lambda t: batches.run_batch(
        by=t.by, batch_id=_batch(t).pk, said=batches.Said(method=Method.CALL)
    ),
    "undo_batch": lambda t: batches.undo_batch(
        by=t.by, batch_id=_batch(t, begun_at=clock.now(), ended_at=clock.now()).pk
    ),
    "undo_publishing": lambda t: _undo_publishing(t),
    "publish_listing": lambda t: listings.publish_listing(**t.listing("assured")),
    "hide_listing": lambda t: listings.hide_listing(
        **t.listing("published"), because=Hidden.CLOSED, reason="Shut."
    ),
    "restore_listing": lambda t: listings.restore_listing(
        **t.listing("hidden"), reason="They are back."
    ),
    "state_public_line": lambda t: releases.state_public_line(
        **t.listing("mobile"), key=mobile_key(), reason="Ours."
    ),
    "accept_public_line": lambda t: releases.accept_public_line(
        by=t.by, release_id=t.made.release.pk
    ),
    "revoke_release": lambda t: releases.revoke_release(
        by=t.by, release_id=t.made.accepted_release.pk, reason="Not ours."
    ),
    "set_visibility": lambda t: records.set_visibility(
        by=t.by, record_id=t.keeping("published").record_id, reason="For workers.",
        visibility=Visibility.PARTNERS,
    ),
    "mark_entry": lambda t: records.mark_entry(
        **t.listing("published"), kind="signpost", reason="A link."
    ),
    "replace_record": lambda t: records.replace_record(
        **t.listing("hidden"), reason="The same.",
        replaced_by_id=t.keeping("published").record_id,
    ),
    "keep_apart": lambda t: records.keep_apart(**t.listing("replaced"), reason="Two."),
    "split_listing": lambda t: dividing.split_listing(
        **t.listing("published"), name="Chess club", goes={"description": "both"},
        seen=_number(t), reason="Two groups.",
    ),
    "propose_division": lambda t: dividing.propose_division(
        **t.listing("published"), name="Chess club", goes={"description": "both"},
        seen=_number(t), words="Two groups.",
    ),
    "split_location": lambda t: records.split_location(
        **t.listing("neighbouring"),
        location_id=t.keeping("neighbouring").location_ids[0],
    ),
    "share_location": lambda t: shared_places.share_location(
        by=t.by, location_id=t.hall, reason="One hall.",
        other_id=t.keeping("assured").location_ids[0],
    ),
    "erase_value": lambda t: erasure.erase_value(
        by=t.by, place=t.place, value="Zebedee Quillfeather", reason="Asked."
    ),
    "find_value": lambda t: erasure.find_value(
        by=t.by, place=t.place, value="Tuesday coffee morning"
    ),
    "let_in_again": lambda t: _let_in_again(t),
    "erase_account": lambda t: _erase_account(t),
}  # fmt: skip


def _let_in_again(t: Trial) -> None:
    number, officer = "01632 960777", t.made.place.officer
    erasure.erase_value(by=officer, place=t.place, value=number, reason="Asked.")
    t.written()
    erasure.let_in_again(by=t.by, place=t.place, value=number, reason="She agreed.")


def _erase_account(t: Trial) -> None:
    gone = world.give(world.person("Gone Away"), Role.READER, t.made.place.council)
    gone.is_active = False
    gone.save()
    t.written()
    erasing_accounts.erase_account(by=t.by, place=t.place, user=gone, reason="Asked.")
