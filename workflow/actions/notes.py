"""Notes about a record for one's own team: left, and struck out."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import partners_with
from accounts.models import Partner, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import access, bodies, erased, queries
from workflow.actions.revising import lock_listing, lock_records
from workflow.models import Listing, Record, TeamNote

LONGEST = 1000
"""Characters that a note may have."""
AT_ONCE_AGAIN = dt.timedelta(minutes=10)
"""The same words of the same person within this time are a form that was sent twice."""


def _team(by: User, listing: Listing) -> Partner:
    """The body of the record's place that the person takes part for: the one that
    answers for the record, where they take part for several."""
    answers = listing.remit.partner_id if listing.remit else None
    return _one_of_theirs(by, {listing.partnership_id}, answers)


def _team_of_record(by: User, record: Record) -> Partner:
    """The same for an organization or a location, which services of several places may
    show: one of its home's, where the person takes part for one."""
    notable = access.notable_by(by).values("pk")
    shown = queries.listings_showing(record.pk).filter(pk__in=notable)
    places = set(shown.values_list("partnership_id", flat=True))
    owner = bodies.owner_of(record)
    home = places & {record.home_id}
    return _one_of_theirs(by, home or places, owner.pk if owner else None)


def _one_of_theirs(by: User, places: Collection[Any], answers: Any) -> Partner:
    teams = list(
        partners_with(by, Permission.SUGGEST)
        .filter(partnership__in=places)
        .order_by("name")
    )
    return next((team for team in teams if team.pk == answers), teams[0])


@transaction.atomic
def add_note(*, by: User, listing_id: Any, words: str) -> TeamNote:
    """Leave a note about a service that only the people of one's own body see.

    A form that is sent twice leaves one. Raises PermissionDenied, InvalidInput,
    Listing.DoesNotExist.
    """
    listing = lock_listing(listing_id)
    if not access.can_note(by, listing):
        raise PermissionDenied("You leave no notes about this record.")
    return _add(by, words, _team(by, listing), listing=listing)


@transaction.atomic
def add_record_note(*, by: User, record_id: Any, words: str) -> TeamNote:
    """Leave such a note about an organization or a location.

    Raises PermissionDenied, InvalidInput, KeyError for a record there is not.
    """
    record = lock_records([record_id])[str(record_id)]
    if not access.can_note_record(by, record):
        raise PermissionDenied("You leave no notes about this record.")
    return _add(by, words, _team_of_record(by, record), record=record)


def _add(by: User, words: str, team: Partner, **about: Listing | Record) -> TeamNote:
    words = words.strip()
    if not words:
        raise InvalidInput({"words": "Write the note."})
    if len(words) > LONGEST:
        raise InvalidInput({"words": f"Keep it to {LONGEST} characters."})
    erased.refuse({"words": words})
    same = TeamNote.objects.filter(
        partner=team, author=by, words=words, struck_at=None,
        created_at__gt=clock.now() - AT_ONCE_AGAIN, **about,
    )  # fmt: skip
    if (known := same.first()) is not None:
        return known
    note = TeamNote.objects.create(partner=team, author=by, words=words, **about)
    _write(note, "note_added", by)
    return note


@transaction.atomic
def strike_note(*, by: User, note_id: Any) -> TeamNote:
    """Strike a note out: it can still be read that it was there, and by whom.

    Raises PermissionDenied, InvalidState where somebody was faster,
    TeamNote.DoesNotExist.
    """
    note = (
        TeamNote.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partner")
        .get(pk=note_id)
    )
    if note.struck_at and access.can_see_note(by, note):
        raise InvalidState("This note is struck out already.")
    if not access.can_strike(by, note):
        raise PermissionDenied("Who wrote it strikes it out, or an assurer of yours.")
    note.struck_at, note.struck_by = clock.now(), by
    note.save(update_fields=["struck_at", "struck_by"])
    _write(note, "note_struck", by)
    return note


def _write(note: TeamNote, verb: str, by: User) -> None:
    """An audit row that says that there was a note, and nothing of what it said."""
    audit.record(
        verb, note, actor=by, body=note.partner.name,
        partnership_id=note.partner.partnership_id,
    )  # fmt: skip
