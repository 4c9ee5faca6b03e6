"""Doing one thing to several records: look first, then each by itself, undo as a whole.

Each record is one transaction, and what is done to it is what is done to it alone: the
same action, asked again on the locked row. One that cannot be done stops no other and
keeps its reason (ADR 34).
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_person
from accounts.models import User
from common import clock, request_id
from common.errors import InvalidInput, InvalidState
from workflow import access, asking_contacts, batches, queries
from workflow.actions.batch_asking import ask_about_several, take_ask_back
from workflow.actions.checking import check_listing, lock_whole, undo_check
from workflow.actions.choosing import need_method
from workflow.actions.listings import publish_listing, undo_publishing
from workflow.actions.place import hand_over
from workflow.actions.revising import lock_listing
from workflow.actions.telling import UNDO
from workflow.choices import BatchAct, BatchState
from workflow.models import Batch, BatchItem, Listing, Remit

logger = logging.getLogger(__name__)

BROKEN = "Something went wrong here, and nothing was changed. Try it by itself."
SILENCE = dt.timedelta(minutes=2)
"""A batch that has not ended after so long was broken off."""


@dataclass(frozen=True)
class Said:
    """What is asked once for all records of a batch.

    ``minutes`` is what all of them took together, None for what is reckoned;
    ``remit_id`` where they go, ``reason`` why.
    """

    method: str = ""
    note: str = ""
    minutes: int | None = None
    remit_id: Any = None
    reason: str = ""


@transaction.atomic
def prepare_batch(*, by: User, act: str, listing_ids: Collection[Any]) -> Batch:
    """Choose records to do one thing to; nothing is done yet.

    Keeps how each is now: what changes until it is carried out is not done. Raises
    PermissionDenied where none is the person's to do it to, InvalidInput.
    """
    if act not in BatchAct.values:
        raise InvalidInput("Choose what to do with them.")
    keys = list(dict.fromkeys(map(str, listing_ids)))
    if not keys:
        raise InvalidInput("Tick at least one first.")
    if len(keys) > batches.MOST:
        raise InvalidInput(f"Tick no more than {batches.MOST} at a time.")
    if not batches.may_at_all(by, act, keys):
        raise PermissionDenied("None of these is yours to do this to.")
    theirs = batches.offered_to(by, act).filter(pk__in=keys)
    seen = access.read_by(by).filter(pk__in=keys)
    known = {*theirs.values_list("pk", flat=True), *seen.values_list("pk", flat=True)}
    found = {str(one.pk): one for one in batches.chosen(known)}
    listings = [found[key] for key in keys if key in found]
    if act == BatchAct.REMIND:
        _find_contacts(listings)
    shown = queries.wholes(listings)
    batch = Batch.objects.create(by=by, act=act)
    BatchItem.objects.bulk_create(
        BatchItem(
            batch=batch, listing=one, position=at,
            seen=batches.state_of(one, shown[one.pk]),
        )
        for at, one in enumerate(listings)
    )  # fmt: skip
    return batch


def _find_contacts(listings: Sequence[Listing]) -> None:
    """Whom the records name by now, so that the preview says who can be reached."""
    for place in {one.partnership for one in listings}:
        bodies = {
            one.organization_id
            for one in listings
            if one.partnership_id == place.pk and one.organization_id
        }
        asking_contacts.fill(place, bodies)


# --- carrying it out ------------------------------------------------------------------


def run_batch(
    *, by: User, batch_id: Any, ticked: Collection[str] | None = None, said: Said
) -> bool:
    """Do it to each record that is ``ticked`` (all, where None), once; False where it
    was begun already, so that a button pressed twice does nothing twice.

    Raises PermissionDenied, InvalidInput (``method``, ``remit``, ``reason``,
    ``minutes``).
    """
    batch = _own(by, batch_id)
    _need_said(batch.act, said)
    if not _begin(by, batch, ticked):
        return False
    with _as_one_request(batch):
        items = list(batch.items.filter(state=BatchState.WAITING))
        if batch.act == BatchAct.REMIND:
            _remind(by, batch, items)
        else:
            _one_by_one(by, batch, items, said)
    Batch.objects.filter(pk=batch.pk).update(ended_at=clock.now())
    return True


def _own(by: User, batch_id: Any) -> Batch:
    batch = Batch.objects.get(pk=batch_id)
    if not is_person(by) or batch.by_id != by.pk:
        raise PermissionDenied("Somebody else chose these records.")
    return batch


def _need_said(act: str, said: Said) -> None:
    if act == BatchAct.CHECK:
        need_method(said.method)
    if act == BatchAct.ASSIGN:
        wrong = {}
        if said.remit_id is None:
            wrong["remit"] = "Choose the area of work that takes them."
        if not said.reason.strip():
            wrong["reason"] = "Give a reason; others will read it."
        if wrong:
            raise InvalidInput(wrong)


@transaction.atomic
def _begin(by: User, batch: Batch, ticked: Collection[str] | None) -> bool:
    rows = Batch.objects.filter(pk=batch.pk, begun_at=None)
    if not rows.update(begun_at=clock.now()):
        return False
    if ticked is not None:
        _leave_out(by, batch, ticked)
    with _as_one_request(batch):
        audit.record(
            "batch_begun", batch, actor=by,
            partnership_id=_place_of(batch),
            after={
                "act": batch.act,
                "records": batch.items.filter(state=BatchState.WAITING).count(),
            },
        )  # fmt: skip
    return True


def _leave_out(by: User, batch: Batch, ticked: Collection[str]) -> None:
    """What is not ticked is left out; what could not be done keeps saying why."""
    rest = list(batch.items.exclude(listing__in=list(ticked)))
    seen = {item.listing_id: item.seen for item in rest}
    why = batches.reasons(by, batch.act, list(batches.chosen(seen)), seen)
    for item in rest:
        item.sentence = why.get(item.listing_id, "")
        item.state = BatchState.REFUSED if item.sentence else BatchState.LEFT_OUT
    BatchItem.objects.bulk_update(rest, ["state", "sentence"])


def _place_of(batch: Batch) -> Any:
    return batch.items.values_list("listing__partnership_id", flat=True).first()


@contextmanager
def _as_one_request(batch: Batch) -> Iterator[None]:
    """Let every audit row carry the id of the batch."""
    before = request_id.current()
    request_id.start(batch.pk)
    try:
        yield
    finally:
        request_id.start(before)


def _one_by_one(by: User, batch: Batch, items: Sequence[BatchItem], said: Said) -> None:
    shares = _shares(said.minutes, len(items))
    for item, minutes in zip(items, shares, strict=True):
        with _kept(item), transaction.atomic():
            if _is_undone(batch):
                return
            _do(by, BatchAct(batch.act), item, said, minutes)
            item.state = BatchState.DONE
            item.save(update_fields=["state", "assurance", "was"])


def _is_undone(batch: Batch) -> bool:
    """Whether it was undone while it runs, which is offered after :data:`SILENCE`; if
    not, nobody begins to undo it before this record is through."""
    row = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    return row.undone_at is not None


def _shares(minutes: int | None, number: int) -> list[int | None]:
    """What all took together, divided evenly to the minute."""
    if minutes is None:
        return [None] * number
    each, left = divmod(minutes, max(number, 1))
    return [each + (at < left) for at in range(number)]


@contextmanager
def _kept(item: BatchItem) -> Iterator[None]:
    """Keep with the item why it could not be done, and go on."""
    try:
        yield
    except (InvalidInput, InvalidState) as error:
        _refuse(item, str(error))
    except PermissionDenied as error:
        _refuse(item, str(error) or "This is not yours to do.")
    except Listing.DoesNotExist:
        _refuse(item, "It is not there any more.")
    except Exception:
        logger.exception("batch_item_failed", extra={"id": str(item.pk)})
        _refuse(item, BROKEN)


def _refuse(item: BatchItem, sentence: str) -> None:
    item.state, item.sentence = BatchState.REFUSED, sentence
    BatchItem.objects.filter(pk=item.pk).update(
        state=BatchState.REFUSED, sentence=sentence
    )


def _do(
    by: User, act: BatchAct, item: BatchItem, said: Said, minutes: int | None
) -> None:
    """Do it to one record, locked and asked again what stands in the way."""
    listing = (
        lock_whole(item.listing_id)
        if act == BatchAct.CHECK
        else lock_listing(item.listing_id)
    )
    fresh = list(batches.chosen([listing.pk]))
    if why := batches.reasons(by, act, fresh, {listing.pk: item.seen}).get(listing.pk):
        raise InvalidState(why)
    if act == BatchAct.CHECK:
        item.assurance = check_listing(
            by=by, listing_id=listing.pk, method=said.method, note=said.note,
            seen=item.seen["numbers"], minutes=minutes,
        )  # fmt: skip
    elif act == BatchAct.PUBLISH:
        publish_listing(by=by, listing_id=listing.pk)
    else:
        _give(by, listing, item, said)


def _give(by: User, listing: Listing, item: BatchItem, said: Said) -> None:
    remit = Remit.objects.filter(pk=said.remit_id).first()
    if remit is None:
        raise InvalidState("Somebody ended this area of work just now.")
    if listing.remit_id == remit.pk and listing.remit_handed_over:
        raise InvalidState(f"It was given to “{remit}” already.")
    handed = listing.remit_id if listing.remit_handed_over else None
    item.was = {"remit": str(handed or ""), "given": str(remit.pk)}
    hand_over(by=by, listing_id=listing.pk, remit=remit, reason=said.reason)


def _remind(by: User, batch: Batch, items: Sequence[BatchItem]) -> None:
    """One mail for each contact point, about all of its records."""
    listings = {one.pk: one for one in batches.chosen([x.listing_id for x in items])}
    mails: dict[Any, list[BatchItem]] = {}
    for item in items:
        if one := listings.get(item.listing_id):
            mails.setdefault(batches.key_of(one), []).append(item)
    for some in mails.values():
        _ask(by, batch, some)


def _ask(by: User, batch: Batch, items: Sequence[BatchItem]) -> None:
    why: dict[Any, str] = {}
    broken = BatchItem(pk=items[0].pk)
    with _kept(broken), transaction.atomic():
        if _is_undone(batch):
            return
        ask, why = ask_about_several(by=by, listing_ids=[x.listing_id for x in items])
        asked = [x.pk for x in items if x.listing_id not in why]
        BatchItem.objects.filter(pk__in=asked).update(state=BatchState.DONE, ask=ask)
    for item in items:
        if sentence := broken.sentence or why.get(item.listing_id):
            _refuse(item, sentence)


# --- and back -------------------------------------------------------------------------


def undo_batch(*, by: User, batch_id: Any) -> list[BatchItem]:
    """Within ten minutes: take back what was done, record by record; those that could
    not be, each with its reason in ``sentence``.

    What was taken back by itself meanwhile stays so. Raises PermissionDenied,
    InvalidState when it is too late or was done already.
    """
    batch = _begin_undo(by, batch_id)
    items = list(batch.items.filter(state=BatchState.DONE).select_related("listing"))
    return [item for item in items if not _taken_back(by, BatchAct(batch.act), item)]


@transaction.atomic
def _begin_undo(by: User, batch_id: Any) -> Batch:
    own = _own(by, batch_id)
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=own.pk)
    if batch.begun_at is None:
        raise InvalidState("Nothing has been done yet.")
    if not batch.items.filter(state=BatchState.DONE).exists():
        raise InvalidState("There is nothing left to undo.")
    if batch.ended_at is None and clock.now() < batch.begun_at + SILENCE:
        raise InvalidState("It is still being done. Wait a moment.")
    if clock.now() > batch.begun_at + UNDO:
        raise InvalidState("Ten minutes have passed.")
    batch.undone_at = clock.now()
    batch.save(update_fields=["undone_at"])
    audit.record(
        "batch_undone", batch, actor=by, partnership_id=_place_of(batch),
        after={"batch": str(batch.pk)},
    )  # fmt: skip
    return batch


def _taken_back(by: User, act: BatchAct, item: BatchItem) -> bool:
    """Whether it is undone, by this press of the button or by one at the same time."""
    try:
        with transaction.atomic():
            lock_listing(item.listing_id)
            rows = BatchItem.objects.select_for_update(of=("self",), no_key=True)
            if rows.get(pk=item.pk).state == BatchState.DONE:
                _UNDO[act](by, item)
                rows.filter(pk=item.pk).update(state=BatchState.UNDONE)
    except (InvalidInput, InvalidState, PermissionDenied) as error:
        item.sentence = str(error)
        item.save(update_fields=["sentence"])
        return False
    return True


def _uncheck(by: User, item: BatchItem) -> None:
    undo_check(by=by, assurance_id=item.assurance_id)


def _unask(by: User, item: BatchItem) -> None:
    """The mail is taken back with the first of its records."""
    done = BatchItem.objects.filter(ask=item.ask_id, state=BatchState.UNDONE)
    if not done.exists():
        take_ask_back(by=by, ask_id=item.ask_id)


def _unpublish(by: User, item: BatchItem) -> None:
    undo_publishing(by=by, listing_id=item.listing_id)


def _give_back(by: User, item: BatchItem) -> None:
    was = item.was["remit"]
    before = Remit.objects.filter(pk=was).first() if was else None
    listing = lock_listing(item.listing_id)
    if str(listing.remit_id or "") != item.was["given"]:
        raise InvalidState("Somebody has given it to another area of work since.")
    hand_over(by=by, listing_id=listing.pk, remit=before, reason="Undone.")


_UNDO: dict[BatchAct, Callable[[User, BatchItem], None]] = {
    BatchAct.CHECK: _uncheck,
    BatchAct.REMIND: _unask,
    BatchAct.PUBLISH: _unpublish,
    BatchAct.ASSIGN: _give_back,
}
