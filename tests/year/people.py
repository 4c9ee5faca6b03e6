"""Whom a played year has in it: providers who answer or do not, assurers with so much
time, a lead. They do what they do through the pages and actions that people use.

What each does follows from the record and the day alone, so that a year can be played
again.
"""

import contextlib
import datetime as dt
import zlib
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Partnership, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from workflow import access, answer_keys, working_days
from workflow.actions import answering_other, checking, decisions
from workflow.actions import place as places
from workflow.actions.answering import Who
from workflow.choices import Channel, Hidden, Method, ProposalKind, Stage
from workflow.models import Ask, AskedListing, Confirmation, HidingStop, Listing, Policy

WHO = {"name": "Jo Bright", "role": "Secretary"}
NO_MORE = range(57, 58)
"""The fate of those who say that it is not them any more: their link ends with that."""
NOT_HERE = {"name": "Al Gone", "role": "Neighbour", "because": "not_us"}


@dataclass
class Tally:
    """What the people of a year did, by name."""

    same: int = 0
    different: int = 0
    closed: int = 0
    not_us: int = 0
    silent: int = 0
    checked: int = 0
    decided: int = 0
    stops: int = 0
    mails: int = 0
    opened: int = 0


def fate(*words: Any) -> int:
    """A number from 0 to 99 that is always the same for the same words."""
    return zlib.crc32(":".join(map(str, words)).encode()) % 100


def live_a_day(tally: Tally, in_a_year: int) -> None:
    """Everything that people do on the present day, after the morning's jobs."""
    today = clock.today()
    scan_links(tally, today)
    answer_mails(tally, today)
    for policy in Policy.objects.select_related("partnership").order_by("created_at"):
        check(tally, policy.partnership, today, in_a_year)
        if working_days.of_policy(policy).includes(today):
            decide(tally, policy.partnership)
            answer_the_run(tally, policy.partnership)


# --- providers ------------------------------------------------------------------------


def asked_today(today: dt.date) -> list[Ask]:
    """The mails of a day that went out, in an order that is always the same."""
    rows = Ask.objects.filter(
        channel=Channel.MAIL, asked_on=today, message__sent_at__isnull=False
    )
    return list(rows.order_by("partnership__slug", "contact__email", "pk"))


def scan_links(tally: Tally, today: dt.date) -> None:
    """A machine opens every link of the day with GET and HEAD; nothing comes of it."""
    before = _said()
    client = Client()
    for ask in asked_today(today):
        tally.mails += 1
        for open_it in (client.get, client.head):
            assert open_it(address(ask)).status_code == 200
            tally.opened += 1
    assert _said() == before


def _said() -> tuple[int, int]:
    answered = AskedListing.objects.exclude(answer="").count()
    return Confirmation.objects.count(), answered


def address(ask: Ask) -> str:
    """The address that the link in a mail leads to."""
    return f"/answer/{answer_keys.key_of(ask)}/"


def answer_mails(tally: Tally, today: dt.date) -> None:
    """Some of those who got a mail answer it, each in their own way."""
    for ask in asked_today(today):
        rows = ask.asked.filter(answer="").select_related("listing__record__revision")
        for row in rows.order_by("listing__title", "pk"):
            number = fate(row.listing.title, row.due_on)
            _answer(tally, ask, row, number)
            if number in NO_MORE:
                break


def _answer(tally: Tally, ask: Ask, row: AskedListing, number: int) -> None:
    client, listing = Client(), row.listing
    who = Who(WHO["name"], WHO["role"])
    assert listing.record.revision is not None
    version = listing.record.revision.number
    if number < 45:
        shown = f"{listing.pk}:{version}"
        data = WHO | {"shown": shown, "same": str(listing.pk)}
        assert client.post(address(ask), data).status_code == 302
        tally.same += 1
    elif number < 55:
        answering_other.say_different(
            ask=ask, listing_id=listing.pk, who=who,
            edits={"description": f"As it is since {clock.today()}."},
            base=version,
        )  # fmt: skip
        tally.different += 1
    elif number < 57:
        until = clock.today() + dt.timedelta(days=20)
        closed: dict[str, Any] = WHO | {
            "for_good": "no", "words": "The roof is mended.",
            "until_0": until.day, "until_1": until.month, "until_2": until.year,
            "until_day": until.day, "until_month": until.month,
            "until_year": until.year,
        }  # fmt: skip
        answer = client.post(f"{address(ask)}{listing.pk}/closed/", closed)
        assert answer.status_code == 302
        tally.closed += 1
    elif number in NO_MORE:
        assert client.post(f"{address(ask)}stop/", NOT_HERE).status_code == 200
        tally.not_us += 1
    else:
        tally.silent += 1


# --- those who work for the place -----------------------------------------------------


def assurers(place: Partnership) -> list[User]:
    """Everybody who assures for a partner of a place, in an order that stays."""
    return list(
        User.objects.filter(
            partnergrant__content_object__partnership=place,
            partnergrant__permission__codename=Role.ASSURER.value,
            is_active=True,
        )
        .distinct()
        .order_by("email")
    )


def check(tally: Tally, place: Partnership, today: dt.date, in_a_year: int) -> None:
    """What is due longest is checked by whoever may, as far as there is time: so many
    checks a year, spread over its days."""
    day = today.toordinal()
    left = in_a_year * day // 365 - in_a_year * (day - 1) // 365
    for user in assurers(place):
        while left:
            listing = _due_longest(user, place, today)
            if listing is None:
                break
            checking.check_listing(
                by=user, listing_id=listing.pk, method=Method.CALL, note="Rang them."
            )
            tally.checked += 1
            left -= 1


def _due_longest(user: User, place: Partnership, today: dt.date) -> Listing | None:
    public = Listing.objects.filter(stage=Stage.PUBLISHED)
    lapsed = Listing.objects.filter(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]
    )
    due = (public | lapsed).filter(
        pk__in=access.checkable_by(user).values("pk"),
        partnership=place,
        due_on__lte=today + dt.timedelta(days=3),
    )
    return due.order_by("due_on", "title", "pk").first()


def decide(tally: Tally, place: Partnership) -> None:
    """What came in about records that are there is accepted by whoever may, a few a
    day; what is new is left to others."""
    for user in assurers(place):
        waiting = access.decidable_by(user).filter(partnership=place)
        for proposal in waiting.exclude(kind=ProposalKind.NEW).order_by(
            "created_at", "pk"
        )[:3]:
            if fate(proposal.listing_id, clock.today()) < 40:
                continue
            with contextlib.suppress(InvalidState, InvalidInput, PermissionDenied):
                decisions.decide(
                    by=user,
                    proposal_id=proposal.pk,
                    choices=world.accept_all(proposal),
                    answer="Thank you, it is put right.",
                )
                tally.decided += 1


def answer_the_run(tally: Tally, place: Partnership) -> None:
    """The lead answers a run that has stopped, one way or the other."""
    leads = list(access.leads_of(place))
    for stop in HidingStop.objects.filter(partnership=place, decided_at=None):
        hide = fate(place.slug, clock.today()) < 60
        places.decide_stop(by=leads[0], stop_id=stop.pk, hide=hide, reason="I know.")
        tally.stops += 1
