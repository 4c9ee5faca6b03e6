"""How a listing stands, in words: its grade, its dates, and the one next step."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from common import clock
from common.templatetags.vouch import number_words
from directory import freshness
from workflow.choices import Grade, Hidden, Stage
from workflow.models import Listing

BEING_CHECKED = (
    "We have been told that this may have closed or that something is wrong. It is "
    "being checked: ring before you go."
)
"""What to say of a record of which somebody has said so (``queries.being_checked``)."""
NEEDS_A_LOOK = (Grade.DUE_SOON, Grade.DUE, Grade.OVERDUE, Grade.LAPSED)


def grade(listing: Listing, today: dt.date) -> str:
    """How fresh a listing is today, under its home's policy; ``""`` for what was taken
    from the public, which nobody has to keep fresh."""
    if is_taken_away(listing):
        return ""
    policy = listing.partnership.policy
    return freshness.grade(
        listing.due_on,
        today,
        due_soon_days=policy.due_soon_days,
        overdue_days=policy.overdue_days,
        lapsed_days=policy.lapsed_days,
    )


def reasons(listing: Listing) -> list[str]:
    """Why it is not public, in words."""
    return [Hidden(reason).label for reason in listing.hidden_because]


def is_taken_away(listing: Listing) -> bool:
    """Whether somebody took from the public what was assured once; lapsing is not it,
    since a check brings that back by itself."""
    return (
        listing.stage == Stage.UNPUBLISHED
        and listing.was_assured
        and set(listing.hidden_because) != {Hidden.LAPSED}
    )


def taken_away(listing: Listing, since: dt.datetime | None) -> str:
    """Since when and why the public does not see it, and who brings it back."""
    why = ", ".join(reasons(listing)).lower()
    day = (
        f" since {freshness.full_date(since.astimezone(clock.LONDON))}" if since else ""
    )
    said = f" “{listing.hidden_words}”" if listing.hidden_words else ""
    body = listing.remit.partner if listing.remit else None
    mailbox = (body and body.role_mailbox) or listing.partnership.role_mailbox
    return (
        f"It has not been public{day} ({why}).{said} To bring it back, write to "
        f"{waits_for(listing)}: {mailbox}."
    )


PUT_RIGHT = "A service that is being put right"
"""Its name to those from whom it is hidden for personal data."""


def withheld(listing: Listing) -> str:
    """What those are told who may not see a record that holds personal data."""
    return (
        "This record is hidden because something personal stood in it. Until that is "
        "put right, only those who do so can see it. If somebody needs this service, "
        f"ask {waits_for(listing)}."
    )


def dates(listing: Listing, *, own: bool = False) -> str:
    """“Checked 12 September 2026, due 12 December 2026.” Who has confirmed it since is
    its provider; ``own`` says it to one of their people."""
    if listing.assured_on is None or listing.due_on is None:
        return "Not yet checked."
    checked = freshness.full_date(listing.assured_on)
    said = f"Checked {checked}, due {freshness.full_date(listing.due_on)}."
    if listing.confirmed_on and listing.confirmed_on >= listing.assured_on:
        who = "You" if own else "Those who run it"
        said += f" {who} confirmed it on {freshness.full_date(listing.confirmed_on)}."
    return said


def was_confirmed_for_check(listing: Listing) -> bool:
    """Whether its provider said that it is right since the next check was soon due, so
    that only those who check it have something left to do."""
    soon = dt.timedelta(days=listing.partnership.policy.due_soon_days)
    confirmed, due = listing.confirmed_on, listing.due_on
    return bool(confirmed and due and confirmed >= due - soon)


@dataclass(frozen=True)
class Step:
    """The one thing to do next: where, in a verb, and why in a sentence."""

    url: str
    label: str
    why: str = ""


def next_step(
    listing: Listing,
    *,
    may_check: bool,
    today: dt.date,
    waiting: str = "",
    number: int = 1,
    who: str = "",
) -> Step:
    """What a provider would do next with a listing of theirs.

    ``waiting`` is the day on which a change of theirs was sent in that nobody has
    decided on, of a ``number`` of them the first, ``""`` where there is none; and
    ``who`` decides on it.
    """
    page = reverse("workflow:listing", args=[listing.pk])
    if listing.stage == Stage.DRAFT:
        if listing.returned_because:
            return Step(
                page, "Put it right", f"It came back: {listing.returned_because}"
            )
        return Step(page, "Go on with it", "It has not been sent in yet.")
    if listing.stage == Stage.SUBMITTED:
        return Step(page, "Look at it", f"{waits_for(listing)} has it now.")
    if listing.stage == Stage.ASSURED:
        return Step(page, "Look at it", "It will be public when a publisher says so.")
    if waiting:
        said = f"You sent a change in on {waiting}. {who} decides on it."
        if number > 1:
            said = (
                f"You sent {number_words(number)} changes in, the first on {waiting}. "
                f"{who} decides on them."
            )
        return Step(page, "See what waits", said)
    return _step_of_assured(listing, page, may_check=may_check, today=today)


def _step_of_assured(
    listing: Listing, page: str, *, may_check: bool, today: dt.date
) -> Step:
    if listing.stage == Stage.UNPUBLISHED and not listing.was_assured:
        if listing.appealed_at is None:
            return Step(page, "Read why", f"It was declined: {listing.hidden_words}")
        return Step(page, "Read why", "It was declined again.")
    others = [r for r in listing.hidden_because if r != Hidden.LAPSED]
    if others:
        return Step(page, "Look at it", listing.hidden_words)
    if may_check and grade(listing, today) in NEEDS_A_LOOK:
        check = reverse("workflow:check", args=[listing.pk])
        return Step(check, "Check it", "You vouch for your own records.")
    if was_confirmed_for_check(listing):
        return Step(page, "Look at it", f"{waits_for(listing)} checks it next.")
    confirm = reverse("workflow:confirm", args=[listing.pk])
    why = ""
    if Hidden.LAPSED in listing.hidden_because:
        why = (
            "Nobody has checked it in time, so the public does not see it. Say whether "
            f"it is still right; {waits_for(listing)} then checks it first."
        )
    return Step(confirm, "Nothing has changed", why)


def waits_for(listing: Listing) -> str:
    """The body that decides on this listing, by name."""
    return listing.remit.partner.name if listing.remit else listing.partnership.name


@dataclass(frozen=True)
class Keeper:
    """Who keeps a record, as anybody is told; ``""`` where that is not known."""

    name: str
    runs_it: bool

    @property
    def words(self) -> str:
        """“Testham Friends, who run it”"""
        return f"{self.name}, who run it" if self.runs_it else self.name


def keeper(*, provider: str, by_provider: bool, checked_by: str, place: str) -> Keeper:
    """Who keeps a record: its provider, where it does so itself, else the body that
    checked it, else the place."""
    if by_provider and provider:
        return Keeper(provider, runs_it=True)
    return Keeper(checked_by or place, runs_it=False)
