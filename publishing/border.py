"""Over the border: what neighbours show of what a place keeps.

While an agreement is in force, the services of its home stand at the neighbour's
end-point too: the same row, as the home's end-point has it. The functions here are
called where a service is published, under its lock, and read what is agreed then. So
whatever happens to a service, and to an agreement, has happened there as well once the
outbox is empty.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import AuditEvent, Partnership
from common import clock
from publishing import render, shelving
from publishing.choices import GoneReason
from publishing.models import Endpoint, Gone, PublishedService
from workflow import neighbours
from workflow.choices import OfferState
from workflow.models import HomeOffer, Listing, SharingAgreement

Agreements = list[SharingAgreement]


def endpoint_of(place: Partnership) -> Endpoint:
    """The end-point of a place, made when it publishes for the first time."""
    endpoint, _ = Endpoint.objects.get_or_create(
        partnership=place, slug=place.slug, defaults={"name": place.name}
    )
    return endpoint


def _agreed(home_id: uuid.UUID) -> dict[Partnership, Agreements]:
    """The neighbours that show what a place keeps, or once did; the oldest first."""
    found: defaultdict[Partnership, Agreements] = defaultdict(list)
    rows = SharingAgreement.objects.filter(home=home_id, accepted_at__isnull=False)
    for agreement in rows.select_related("shown_by").order_by("accepted_at", "pk"):
        found[agreement.shown_by].append(agreement)
    return found


def _is_in_force(agreements: Agreements) -> bool:
    return agreements[-1].is_in_force


# --- one service ----------------------------------------------------------------------


def copy(listing: Listing, row: PublishedService, documents: render.Documents) -> None:
    """Show a service, as its home's end-point does, wherever that is agreed now."""
    values = {name: getattr(row, name) for name in shelving.PLAIN}
    agreed = _agreed(listing.partnership_id)
    _leave_old_homes(listing, agreed)
    for place, agreements in agreed.items():
        if not _is_in_force(agreements):
            _leave_word(listing, place, agreements, GoneReason.NOT_SHARED, None)
            continue
        endpoint = endpoint_of(place)
        there = {"endpoint": endpoint, "service_id": row.service_id}
        since = PublishedService.objects.filter(**there).values_list("here_since")
        shelving.shelve(
            endpoint, documents, **values, kept_by_id=listing.partnership_id,
            here_since=next((at for (at,) in since if at), clock.now()),
        )  # fmt: skip
        Gone.objects.filter(**there).delete()


def take_away(
    listing: Listing, reason: GoneReason, hidden_at: Callable[[Listing], dt.datetime]
) -> None:
    """Show a service, which its home has hidden, nowhere else either."""
    if listing.published_at is None:
        _forget_others(listing, ())
        return
    agreed = _agreed(listing.partnership_id)
    _leave_old_homes(listing, agreed)
    for place, agreements in agreed.items():
        if _is_in_force(agreements):
            _leave_word(listing, place, agreements, reason, hidden_at(listing))
        else:
            _leave_word(listing, place, agreements, GoneReason.NOT_SHARED, None)


def _leave_old_homes(listing: Listing, agreed: Iterable[Partnership]) -> None:
    """Take it from where it was kept before, and from where that place was shown, if
    nobody shows it there now; say who keeps it.

    Only what is public is handed over the border, so it was public at the old home
    (``workflow/actions/offering.py``).
    """
    rows = HomeOffer.objects.filter(listing=listing, state=OfferState.ACCEPTED)
    now = {listing.partnership, *agreed}
    old, near = {}, {}
    for offer in rows.select_related("home").order_by("answered_at"):
        since = offer.answered_at or clock.now()
        old[offer.home] = since
        for place, every in _agreed(offer.home_id).items():
            if then := [one for one in every if _began(one) <= since]:
                near[place] = then, since
    _forget_others(listing, {*agreed, *old, *near})
    for place in old.keys() - now:
        _say_who_keeps_it(listing, place, old[place])
    for place in near.keys() - old.keys() - now:
        agreements, since = near[place]
        _leave_word(listing, place, agreements, GoneReason.NOT_SHARED, since)


def _began(agreement: SharingAgreement) -> dt.datetime:
    return agreement.accepted_at or clock.now()


def _say_who_keeps_it(listing: Listing, place: Partnership, since: dt.datetime) -> None:
    """Take a service from where it was kept until then, and leave word there."""
    there = {"endpoint": endpoint_of(place), "service_id": listing.record_id}
    was_there = shelving.remove(PublishedService.objects.filter(**there))
    gone = Gone.objects.filter(**there).first() or Gone(**there)
    if was_there:
        gone.removed_at = clock.now()
    gone.since = since
    gone.reason, gone.kept_by = GoneReason.NOT_SHARED, listing.partnership
    gone.instead = listing.record.replaced_by_id
    gone.save()


def _forget_others(listing: Listing, agreed: Iterable[Partnership]) -> None:
    """Leave nothing of a service where none of its home's agreements ever reached."""
    reached = {"endpoint__partnership__in": [listing.partnership, *agreed]}
    known = {"service_id": listing.record_id}
    shelving.remove(PublishedService.objects.filter(**known).exclude(**reached))
    Gone.objects.filter(**known).exclude(**reached).delete()


def _leave_word(
    listing: Listing,
    place: Partnership,
    agreements: Agreements,
    reason: GoneReason,
    since: dt.datetime | None,
) -> None:
    """Take a service from a neighbour's end-point; say so to who comes back there.

    Where no date is given, it is that on which the agreement ended.
    """
    there = {"endpoint": endpoint_of(place), "service_id": listing.record_id}
    was_there = shelving.remove(PublishedService.objects.filter(**there))
    gone = Gone.objects.filter(**there).first()
    if gone is None:
        if not was_there and not _was_shown(listing, agreements):
            return
        gone = Gone(**there, since=since or agreements[-1].ended_at or clock.now())
    if was_there:
        gone.removed_at = clock.now()
    gone.kept_by = listing.partnership
    gone.reason = reason
    gone.instead = listing.record.replaced_by_id
    gone.save()


def _was_shown(listing: Listing, agreements: Agreements) -> bool:
    """Whether it was public during one of the agreements, by the audit trail.

    So that a neighbour's addresses answer the same after a rebuild.
    """
    shown, hidden = Q(verb="listing_published"), Q(verb="listing_hidden", before=[])
    turns = AuditEvent.objects.filter(shown | hidden, object_id=listing.pk)
    for agreement in agreements:
        begun, until = agreement.accepted_at, agreement.ended_at or clock.now()
        last = turns.filter(at__lte=until).order_by("-at", "-id").first()
        if last and (last.verb == "listing_published" or (begun and last.at >= begun)):
            return True
    return False


# --- all that a place shares ----------------------------------------------------------


@transaction.atomic
def clear(home_id: uuid.UUID) -> None:
    """Take away at once all that stands at end-points no longer agreed with a place.

    Leaving must not wait for one service after the other. A service that is being
    published meanwhile is seen to again by its own event, which comes after this.
    """
    showing = neighbours.in_force().filter(home=home_id).values("shown_by")
    left = PublishedService.objects.filter(kept_by=home_id).exclude(
        endpoint__partnership__in=showing
    )
    rows = list(
        left.select_for_update(of=("self",))
        .order_by("endpoint_id", "service_id")
        .values_list("pk", "endpoint_id", "service_id", "endpoint__partnership")
    )
    if not rows:
        return
    PublishedService.objects.filter(pk__in=[pk for pk, *_ in rows]).delete()
    shelving.forget_the_empty()
    ended = _ended_at(home_id)
    Gone.objects.bulk_create(
        [
            Gone(
                endpoint_id=endpoint_id, service_id=service_id, kept_by_id=home_id,
                reason=GoneReason.NOT_SHARED, since=ended.get(place_id, clock.now()),
            )
            for _, endpoint_id, service_id, place_id in rows
        ],
        update_conflicts=True,
        unique_fields=("endpoint", "service_id"),
        update_fields=("reason", "kept_by", "removed_at"),
        batch_size=1000,
    )  # fmt: skip


def _ended_at(home_id: uuid.UUID) -> dict[Any, dt.datetime]:
    """When each neighbour's last agreement ended, by the neighbour's id."""
    rows = SharingAgreement.objects.filter(
        home=home_id, accepted_at__isnull=False, ended_at__isnull=False
    )
    pairs = rows.order_by("ended_at").values_list("shown_by", "ended_at")
    return {place_id: at for place_id, at in pairs if at}
