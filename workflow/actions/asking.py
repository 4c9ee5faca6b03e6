"""Asking for a source to be read, and keeping what a worker says about it."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import Partner, User
from common import clock
from common.enqueue import enqueue_on_commit
from common.errors import InvalidInput
from workflow.actions.harvesting import check_may_harvest
from workflow.models import Harvest, HarvestRequest

MOST_TRIES = 3
SILENCE = dt.timedelta(minutes=10)
"""Without a sign of life for so long, the worker is taken to be gone."""


@transaction.atomic
def ask_for_harvest(
    *,
    by: User,
    partner: Partner,
    address: str,
    name: str = "",
    body: bytes | None = None,
) -> HarvestRequest:
    """Ask for a source of a partner to be read, from its address or a file (``body``).

    Raises PermissionDenied; InvalidInput while the same source waits already.
    """
    check_may_harvest(by, partner)
    same = HarvestRequest.objects.filter(partner=partner, finished_at=None)
    if same.filter(address=address).exists():
        raise InvalidInput("This source is being brought in already.")
    request = HarvestRequest.objects.create(
        partner=partner, asked_by=by, name=name, address=address, body=body
    )
    audit.record(
        "harvest_asked_for", request, actor=by, body=str(partner),
        partnership_id=partner.partnership_id,
    )  # fmt: skip
    enqueue_on_commit("workflow.bring_in")
    return request


def unread() -> Q:
    """Requests that nobody is reading: new, or left by a worker that is gone."""
    gone = clock.now() - SILENCE
    return Q(finished_at=None) & (Q(begun_at=None) | Q(said_at__lt=gone))


@transaction.atomic
def take_request() -> HarvestRequest | None:
    """Take the oldest request that nobody is reading; None where there is none.

    One that was taken too often is given up.
    """
    request = (
        HarvestRequest.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("partner__partnership", "asked_by")
        .filter(unread())
        .order_by("created_at")
        .first()
    )
    if request is None:
        return None
    if request.tries >= MOST_TRIES:
        finish_request(request, error="It was broken off each time it was tried.")
        return take_request()
    request.begun_at = request.said_at = clock.now()
    request.tries += 1
    request.save(update_fields=["begun_at", "said_at", "tries"])
    return request


def say_of_request(request: HarvestRequest, words: str) -> None:
    """Keep how far a reading is; also the worker's sign of life."""
    HarvestRequest.objects.filter(pk=request.pk).update(
        said=words[:200], said_at=clock.now()
    )


def finish_request(
    request: HarvestRequest, *, harvest: Harvest | None = None, error: str = ""
) -> None:
    """Keep how a request ended; the file is taken away."""
    HarvestRequest.objects.filter(pk=request.pk).update(
        finished_at=clock.now(), harvest=harvest, error=error, body=None
    )
