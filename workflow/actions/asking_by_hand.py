"""Asking once more outside the run: a new link, a text message, a letter."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max

from accounts import audit
from accounts.models import User
from common import clock
from common.enqueue import enqueue_on_commit
from common.errors import InvalidState
from workflow import access, asking, asking_contacts, asking_words
from workflow.actions.asking_run import new_ask, write_mail
from workflow.actions.revising import lock_listing, lock_listings
from workflow.actions.telling import UNDO
from workflow.choices import Channel, Stage
from workflow.models import Ask, AskedListing, ContactPoint, Listing

ONE_DAY = dt.timedelta(days=1)
_JUST_NOW = {
    Channel.MAIL: "They were asked about it by mail just now.",
    Channel.LETTER: "A letter about it was made just now. It is under “Asked and "
    "answered”, to be printed from there.",
    Channel.SMS: "Words for a text message about it were made just now. They are under "
    "“Asked and answered”, to be copied from there.",
}
"""What is not asked twice in ten minutes: each would be one more that works."""


@transaction.atomic
def ask_by_hand(*, by: User, listing_id: Any, channel: str, position: int = 1) -> Ask:
    """Ask about one record now, by mail, text message or letter, for an assurer.

    Of a text message and a letter only the words and the key are made; somebody sends
    them. Raises PermissionDenied, InvalidState where that way is not open, or was gone
    just now.
    """
    listing = lock_listing(listing_id)
    if not access.is_in_remit(by, listing):
        raise PermissionDenied("This is not in your area of work.")
    if listing.stage not in (Stage.PUBLISHED, Stage.UNPUBLISHED) or not listing.due_on:
        raise InvalidState("It has to be assured before anybody is asked about it.")
    contact = contact_of(listing, position)
    if channel == Channel.MAIL and not contact.can_be_mailed:
        raise InvalidState("There is no address that we may write to.")
    way = Channel(channel)
    if way in _JUST_NOW and _was_just_asked(contact, listing, way):
        raise InvalidState(_JUST_NOW[way])
    body = listing.remit.partner.name if listing.remit else str(listing.partnership)
    ask = new_ask(contact, channel, body)
    if channel == Channel.MAIL:
        write_mail(ask, [listing], asked_before=False)
        enqueue_on_commit("workflow.send_mail")
    keep(ask, [listing], by)
    return ask


def _was_just_asked(contact: ContactPoint, listing: Listing, way: Channel) -> bool:
    """Whether a button was pressed twice, or two people have pressed it."""
    return contact.asks.filter(
        channel=way, revoked_at=None, asked__listing=listing,
        created_at__gt=clock.now() - UNDO,
    ).exists()  # fmt: skip


def contact_of(listing: Listing, position: int) -> ContactPoint:
    asking_contacts.fill(listing.partnership, [listing.organization_id])
    contact = (
        ContactPoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partnership__policy")
        .filter(
            partnership=listing.partnership_id,
            organization_id=str(listing.organization_id),
            position=position,
        )
        .first()
    )
    if contact is None:
        raise InvalidState("There is no second contact.")
    return contact


def keep(ask: Ask, listings: list[Listing], by: User | str) -> None:
    ask.save(force_insert=True)
    steps = steps_by_hand(listings)
    AskedListing.objects.bulk_create(
        AskedListing(ask=ask, listing=one, due_on=one.due_on, step=steps[one.pk])
        for one in listings
        if one.due_on
    )
    audit.record(
        "provider_asked", ask, actor=by, body=ask.asked_by_label,
        partnership_id=ask.partnership_id,
        after={
            "channel": ask.channel,
            "listings": [str(listing.pk) for listing in listings],
        },
    )  # fmt: skip


def steps_by_hand(listings: list[Listing]) -> dict[Any, int]:
    """The next step outside the ladder of each of these locked listings, by id."""
    # Not how many there are: of those that were taken back, or left out, none is left.
    last = dict(
        AskedListing.objects.filter(
            listing__in=listings, due_on=F("listing__due_on"), step__gte=asking.BY_HAND
        )
        .order_by()
        .values_list("listing_id")
        .annotate(Max("step"))
    )
    return {one.pk: last.get(one.pk, asking.BY_HAND - 1) + 1 for one in listings}


def put_on_phone_list(contact: ContactPoint, listing: Listing) -> AskedListing:
    """A new place on the phone list for a locked listing that has a due date, outside
    the ladder."""
    assert listing.due_on is not None  # noqa: S101
    body = asking_words.asker_of([listing]).body
    ask = new_ask(contact, Channel.PHONE, body)
    ask.save(force_insert=True)
    return AskedListing.objects.create(
        ask=ask, listing=listing, due_on=listing.due_on,
        step=steps_by_hand([listing])[listing.pk],
    )  # fmt: skip


@transaction.atomic
def send_new_link(*, ask: Ask) -> bool:
    """Send a new link to the contact point whose link has run out, about what it has
    not answered; to nobody else. At most one a day; False where none was sent."""
    if ask.contact_id is None:
        return False
    # Records before contact points, as everywhere: the other contact may ask at once.
    unanswered = ask.asked.filter(answer="").values_list("listing_id", flat=True)
    open_ones = lock_listings(unanswered)
    contact = (
        ContactPoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partnership__policy")
        .get(pk=ask.contact_id)
    )
    if not contact.can_be_mailed:
        return False
    if contact.asks.filter(
        channel=Channel.MAIL, created_at__gt=clock.now() - ONE_DAY
    ).exists():
        return False
    listings = list(
        asking.askable(contact.partnership)
        .filter(pk__in=open_ones, asked__in=ask.asked.filter(answer=""))
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .order_by("due_on", "title", "pk")
    )
    if not listings:
        return False
    new = new_ask(contact, Channel.MAIL, asking_words.asker_of(listings).body)
    write_mail(new, listings, asked_before=False)
    keep(new, listings, "The provider, by a link")
    enqueue_on_commit("workflow.send_mail")
    return True


@transaction.atomic
def revoke_ask(*, by: User, ask_id: Any) -> None:
    """Let the key of an ask open nothing any more, for an assurer of its records.

    Raises PermissionDenied, InvalidState, Ask.DoesNotExist.
    """
    ask = Ask.objects.select_for_update(of=("self",), no_key=True).get(pk=ask_id)
    about = access.in_remit_by(by).filter(asked__ask=ask)
    if not about.exists():
        raise PermissionDenied("This is not in your area of work.")
    if ask.revoked_at or not ask.token_hash:
        raise InvalidState("It opens nothing already.")
    ask.revoked_at = clock.now()
    ask.save(update_fields=["revoked_at"])
    audit.record(
        "ask_revoked", ask, actor=by, body=ask.asked_by_label,
        partnership_id=ask.partnership_id,
    )  # fmt: skip
