"""Doing one thing to several records of the queue: choose, look, do it, undo it.

One address for a batch: before it is carried out it shows what would happen to each,
afterwards what became of each. What could not be done stays ticked, with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from common.models import as_uuid
from common.posting import posted_from
from common.templatetags.vouch import counted
from workflow import (
    asking,
    batch_forms,
    batches,
    naming,
    queries,
    waiting_checks,
    worklist,
)
from workflow.actions.batches import (
    SILENCE,
    Said,
    prepare_batch,
    run_batch,
    undo_batch,
)
from workflow.actions.telling import UNDO
from workflow.batch_words import WORDS, buttons
from workflow.choices import BatchAct, BatchState
from workflow.forms import told
from workflow.models import Batch, BatchItem, Listing
from workflow.queries import Whole
from workflow.views import deciding_asked, deciding_checks
from workflow.views.deciding import conflict
from workflow.views.deciding_asked import Asked
from workflow.views.deciding_cards import how_long
from workflow.views.keeping_answers import person
from workflow.worklist import has_queue

ALL = "all"
"""What is sent for “all in this list”, instead of what was ticked."""


@permitted(has_queue)
@posted_from("workflow:queue")
def choose(request: HttpRequest) -> HttpResponse:
    """Take what was ticked on the queue to its preview."""
    asked = deciding_asked.read(request)
    ids: Sequence[Any] = _sent(request, "pick")
    if request.POST.get(ALL) and asked.section:
        ids = _all_of(request, asked)
    try:
        batch = prepare_batch(
            by=person(request), act=request.POST.get("act", ""), listing_ids=ids
        )
    except InvalidInput as error:
        messages.warning(request, " ".join(error.errors.values()))
        return redirect(asked.to("queue"))
    except PermissionDenied:
        messages.warning(request, "None of these waits for you any more.")
        return redirect(asked.to("queue"))
    return redirect(asked.to("together", batch.pk))


def _sent(request: HttpRequest, name: str) -> list[str]:
    """The ids that a form has sent, without what is none."""
    return [key for key in request.POST.getlist(name) if as_uuid(key)]


def _all_of(request: HttpRequest, asked: Asked) -> list[Any]:
    """The oldest of a section, as many as can be done at once."""
    user = person(request)
    if asked.section is None:
        return []
    rows = worklist.rows(
        user, asked.section, asked.filters, clock.now(), waiting_checks.reach_of(user)
    )
    return list(rows.values_list("pk", flat=True)[: batches.MOST])


@permitted(has_queue)
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, batch_id: Any) -> HttpResponse:
    """What would happen to each record; on POST it does, and the page says what did."""
    batch = get_object_or_404(Batch, pk=batch_id, by=person(request))
    if batch.begun_at:
        if request.method == "POST":
            return redirect(request.get_full_path())
        return _result(request, batch)
    preview = _preview_of(person(request), batch)
    form = batch_forms.form_for(
        batch.act,
        request.POST if request.method == "POST" else None,
        remits=batches.remits_for(person(request), [one for one, _ in preview.can]),
        minutes=preview.minutes,
    )
    if request.method == "POST" and form.is_valid() and _run(request, batch, form):
        return redirect(request.get_full_path())
    return _preview_page(request, batch, preview, form)


def _run(request: HttpRequest, batch: Batch, form: Form) -> bool:
    """Carry it out; False with what is missing in its form."""
    typed = form.cleaned_data
    ticked = _sent(request, "record")
    if not ticked:
        form.add_error(None, "Tick at least one.")
        return False
    remit = typed.get("remit")
    minutes = typed.get("minutes")
    reckoned = form.initial.get("minutes")
    said = Said(
        method=typed.get("method", ""),
        note=typed.get("note", ""),
        minutes=None if minutes == reckoned else minutes,
        remit_id=remit.pk if remit else None,
        reason=typed.get("reason", ""),
    )
    try:
        run_batch(by=person(request), batch_id=batch.pk, ticked=ticked, said=said)
    except InvalidInput as error:
        told(form, error)
        return False
    return True


@permitted(has_queue)
@posted_from("workflow:together", "batch_id")
def undo(request: HttpRequest, batch_id: Any) -> HttpResponse:
    """Take back all that was done to several records, within ten minutes."""
    batch = get_object_or_404(Batch, pk=batch_id, by=person(request))
    url = deciding_asked.read(request).to("together", batch.pk)
    try:
        left = undo_batch(by=person(request), batch_id=batch.pk)
    except InvalidState as error:
        return conflict(request, error.sentence, url, "Back to what was done")
    undone = batch.items.filter(state=BatchState.UNDONE).count()
    said = WORDS[BatchAct(batch.act)].undone.format(_are(undone))
    messages.success(request, f"Undone: {said}.")
    if left:
        messages.warning(request, f"{counted(len(left), 'record')} could not be.")
    return redirect(url)


# --- before ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """The records that it can be done to, with what they say, and those that not, with
    the reason."""

    can: list[tuple[Listing, Whole]]
    cannot: list[tuple[Listing, str]]
    minutes: int


def _preview_of(user: User, batch: Batch) -> Preview:
    items = list(batch.items.all())
    found = {one.pk: one for one in batches.chosen([x.listing_id for x in items])}
    listings = [found[x.listing_id] for x in items if x.listing_id in found]
    shown = queries.wholes(listings)
    seen = {item.listing_id: item.seen for item in items}
    why_not = batches.reasons(user, batch.act, listings, seen, shown=shown)
    can = [one for one in listings if one.pk not in why_not]
    return Preview(
        [(one, shown[one.pk]) for one in can],
        [(one, why_not[one.pk]) for one in listings if one.pk in why_not],
        sum(batches.minutes_of(can, batch.act).values()),
    )


def _preview_page(
    request: HttpRequest, batch: Batch, preview: Preview, form: Form
) -> HttpResponse:
    asked, act = deciding_asked.read(request), BatchAct(batch.act)
    number = len(preview.can)
    ticked = set(request.POST.getlist("record")) if form.is_bound else None
    context = {
        **_shared(asked, batch, number + len(preview.cannot)),
        "form": form,
        "rows": [
            row | {"ticked": ticked is None or str(row["listing"].pk) in ticked}
            for row in _rows(preview, act)
        ],
        "cannot": [_left(one, why) for one, why in preview.cannot],
        "minutes": how_long(preview.minutes) if preview.minutes else "",
        "mails": len({batches.key_of(one) for one, _ in preview.can})
        if act == BatchAct.REMIND
        else 0,
        "most": batches.MOST,
        "still": _still(request, batch),
    }
    return render(request, "workflow/deciding/together.html", context)


def _rows(preview: Preview, act: BatchAct) -> list[dict[str, Any]]:
    """The records with what they say; their names cost so many queries for all."""
    minutes = batches.minutes_of([one for one, _ in preview.can], act)
    told = asking.not_theirs(one for one, _ in preview.can)
    names: dict[str, str] = {}
    if act == BatchAct.CHECK:
        names = naming.names([whole.service for _, whole in preview.can])
    return [
        {
            "listing": listing,
            "run_by": whole.organization.get("name", ""),
            "minutes": how_long(minutes[listing.pk]) if minutes[listing.pk] else "",
            "says": deciding_checks.likely_wrong(whole, names)
            if act == BatchAct.CHECK
            else [],
            "numbers": whole.numbers,
            "not_theirs": told.get(listing.pk, ""),
        }
        for listing, whole in preview.can
    ]


def _left(listing: Listing, why: str) -> dict[str, Any]:
    return {"listing": listing, "sentence": why}


# --- afterwards -----------------------------------------------------------------------


def _result(request: HttpRequest, batch: Batch) -> HttpResponse:
    asked, now = deciding_asked.read(request), clock.now()
    items = list(batch.items.select_related("listing"))
    by_state = {state: [x for x in items if x.state == state] for state in BatchState}
    begun = batch.begun_at or now
    busy = batch.ended_at is None and now < begun + SILENCE
    done, waiting = by_state[BatchState.DONE], by_state[BatchState.WAITING]
    open_ones = [*by_state[BatchState.REFUSED], *([] if busy else waiting)]
    words = WORDS[BatchAct(batch.act)]
    context = {
        **_shared(asked, batch, len(items)),
        "busy": len(waiting) if busy else 0,
        "said": words.done.format(_are(len(done))),
        "done": done,
        "undone": by_state[BatchState.UNDONE],
        "left_out": len(by_state[BatchState.LEFT_OUT]),
        "cannot": [_left(x.listing, _why(x)) for x in open_ones],
        "still": _still(request, batch),
        "undo_url": asked.to("together-undo", batch.pk)
        if done and not busy and now <= begun + UNDO
        else "",
        "until": begun + UNDO,
    }
    return render(request, "workflow/deciding/together_done.html", context)


def _why(item: BatchItem) -> str:
    return item.sentence or "It was broken off before it came to this one."


def _are(number: int) -> str:
    """“1 record is”, “3 records are”."""
    return f"{counted(number, 'record')} {'is' if number == 1 else 'are'}"


def _shared(asked: Asked, batch: Batch, number: int) -> dict[str, Any]:
    words = WORDS[BatchAct(batch.act)]
    return {
        "batch": batch,
        "words": words,
        "title": words.title.format(counted(number, "record")),
        "back_url": asked.to("queue"),
        "choose_url": asked.to("together-choose"),
        "queue_url": reverse("workflow:queue"),
    }


def _still(request: HttpRequest, batch: Batch) -> list[dict[str, str]]:
    """What else may be done with those that could not be done."""
    asked = deciding_asked.read(request)
    if asked.section is None:
        return []
    of_checks = waiting_checks.is_check(asked.section)
    return buttons(person(request), asked.section, of_checks=of_checks)
