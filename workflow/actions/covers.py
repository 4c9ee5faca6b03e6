"""Standing in for a remit on some days: who may act changes, the remit does not."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.freshness import full_date
from workflow import access, leaders
from workflow.actions.telling import AT_ONCE, tell
from workflow.letters import letter
from workflow.models import Cover, Remit

LONGEST = dt.timedelta(days=366)


@transaction.atomic
def arrange_cover(
    *,
    by: User,
    remit_id: Any,
    user: User,
    begins_on: dt.date,
    ends_on: dt.date,
    reason: str,
) -> Cover:
    """Let an assurer of the place act for a remit on these days, both included.

    For the place's lead, and for who leads the remit or stands in for them; nobody
    appoints themselves, or stands in for themselves. Raises PermissionDenied,
    InvalidInput by field.
    """
    remit = _lock(remit_id)
    _need(by, remit)
    if user.pk == by.pk:
        raise InvalidInput({"user": "Nobody appoints themselves. Ask somebody else."})
    if user == leaders.of_remit(remit).lead:
        raise InvalidInput({"user": f"{user} leads “{remit}”. Choose somebody else."})
    if remit.partnership_id not in access.places_assured_by(user):
        raise InvalidInput({"user": f"{user} is no assurer in {remit.partnership}."})
    _check_days(begins_on, ends_on)
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; others will read it."})
    others = Cover.objects.filter(
        remit=remit, user=user, begins_on__lte=ends_on, ends_on__gte=begins_on
    )
    if others.exists():
        raise InvalidInput({"user": f"{user} stands in on some of these days already."})
    cover = Cover.objects.create(
        remit=remit, user=user, begins_on=begins_on, ends_on=ends_on,
        reason=reason.strip(), arranged_by=by,
    )  # fmt: skip
    _audit("cover_arranged", cover, by)
    _tell(cover)
    return cover


@transaction.atomic
def end_cover(*, by: User, cover_id: Any) -> None:
    """Let cover end now (:func:`stop`).

    Raises PermissionDenied, InvalidState.
    """
    remit = _lock(Cover.objects.values_list("remit_id", flat=True).get(pk=cover_id))
    _need(by, remit)
    cover = Cover.objects.select_related("user").filter(pk=cover_id).first()
    if cover is None or cover.ends_on < clock.today():
        raise InvalidState("This is over already.")
    stop(cover, by)


def stop(cover: Cover, by: User) -> None:
    """End what is not over yet, its place locked: what has not begun is taken back, the
    rest ends yesterday."""
    today = clock.today()
    _audit("cover_ended", cover, by)
    if cover.begins_on < today:
        cover.ends_on = today - dt.timedelta(days=1)
        cover.save(update_fields=["ends_on"])
    else:
        cover.delete()


def _lock(remit_id: Any) -> Remit:
    """A remit, its place locked: what changes remits waits for the place."""
    place_id = Remit.objects.values_list("partnership_id", flat=True).get(pk=remit_id)
    Partnership.objects.select_for_update(no_key=True).get(pk=place_id)
    return Remit.objects.select_related("partnership", "partner").get(pk=remit_id)


def _need(by: User, remit: Remit) -> None:
    if not access.can_arrange_cover(by, remit):
        raise PermissionDenied(f"This is for those who lead “{remit}” or its place.")


def _check_days(begins_on: dt.date, ends_on: dt.date) -> None:
    if begins_on < clock.today():
        raise InvalidInput({"begins_on": "Choose today or a later day."})
    if ends_on < begins_on:
        raise InvalidInput({"ends_on": "The last day is before the first."})
    if ends_on - begins_on > LONGEST:
        raise InvalidInput(
            {"ends_on": "A year at most: for longer, hand the area of work over."}
        )


def _audit(verb: str, cover: Cover, by: User) -> None:
    audit.record(
        verb, cover.remit, actor=by, partnership_id=cover.remit.partnership_id,
        after={
            "user": str(cover.user_id), "begins_on": str(cover.begins_on),
            "ends_on": str(cover.ends_on),
        },
        reason=cover.reason,
    )  # fmt: skip


def _tell(cover: Cover) -> None:
    days = f"from {full_date(cover.begins_on)} to {full_date(cover.ends_on)}"
    if cover.begins_on == cover.ends_on:
        days = f"on {full_date(cover.begins_on)}"
    what = f"the area of work “{cover.remit}” of {cover.remit.partner}"
    tell(
        cover.user.email, kind="cover_arranged",
        subject=f"You stand in for “{cover.remit}” {days}",
        lines=letter(
            cover.remit.partnership,
            f"{cover.arranged_by} asks you to stand in for {what}, {days}.",
            f"“{cover.reason}”",
            "",
            "On those days its work is among yours. It ends by itself.",
            look="Who stands in for whom",
            at="covers",
        ),
        about=cover, delay=AT_ONCE,
    )  # fmt: skip
