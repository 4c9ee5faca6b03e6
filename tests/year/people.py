"""Whom a played year has in it: providers who answer or do not, and assurers with so
much time. They do what they do through the pages and actions that people use.

Who tells from outside is in ``reporting``, who rings in ``ringing``, the lead in
``leading``. What each does follows from the record and the day alone, so that a year
can be played again.
"""

import contextlib
import datetime as dt
import email
from email.message import EmailMessage
from typing import Any

from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.mail import header_id
from accounts.models import Message, Partnership, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.year import leading, reporting, ringing
from tests.year.diary import Diary
from tests.year.fates import fate
from workflow import access, answer_keys, working_days
from workflow.actions import answering_other, bounces, checking, decisions
from workflow.actions.answering import Who
from workflow.actions.choosing import Choice
from workflow.choices import (
    Channel,
    Hidden,
    Level,
    Method,
    ProposalKind,
    RejectReason,
    Stage,
    Verdict,
)
from workflow.models import (
    Ask,
    AskedListing,
    AssuranceLevel,
    Confirmation,
    Listing,
    Policy,
    Proposal,
)

WHO = {"name": "Jo Bright", "role": "Secretary"}
SIGN_IN = range(58, 70)
"""The fates of those who sign in to answer, where somebody there has an account."""
NO_MORE = range(57, 58)
"""The fate of those who say that it is not them any more: their link ends with that."""
NOT_HERE = {"name": "Al Gone", "role": "Neighbour", "because": "not_us"}
SLOW = dt.timedelta(days=6)
"""How long a report lies that nobody gets to."""


def live_a_day(diary: Diary, in_a_year: int, number: int) -> None:
    """Everything that people do on the present day, after the morning's jobs: on the
    day of this number of the year."""
    today = clock.today()
    diary.turn_the_page()
    scan_links(diary, today)
    answer_mails(diary, today)
    come_back(diary, today)
    ringing.type_codes(diary, today)
    for policy in Policy.objects.select_related("partnership").order_by("created_at"):
        place = policy.partnership
        check(diary, place, today, in_a_year)
        if working_days.of_policy(policy).includes(today):
            users = assurers(place)
            reporting.wait_for_providers(diary, policy, users, today)
            decide(diary, place)
            for user in users:
                ringing.ring(diary, user, today)
            leading.answer_the_run(diary, place, today)
        reporting.report(diary, place, today)
        leading.lead(diary, place, today, number)


# --- providers ------------------------------------------------------------------------


def asked_today(today: dt.date) -> list[Ask]:
    """The mails of a day that went out, in an order that is always the same."""
    rows = Ask.objects.filter(
        channel=Channel.MAIL, asked_on=today, message__sent_at__isnull=False
    )
    return list(rows.order_by("partnership__slug", "contact__email", "pk"))


def scan_links(diary: Diary, today: dt.date) -> None:
    """A machine opens every link of the day with GET and HEAD; nothing comes of it."""
    before = _said()
    client = Client()
    for ask in asked_today(today):
        diary.did["mails"] += 1
        for open_it in (client.get, client.head):
            assert open_it(address(ask)).status_code == 200
            diary.did["opened"] += 1
    assert _said() == before


def _said() -> tuple[int, int]:
    answered = AskedListing.objects.exclude(answer="").count()
    return Confirmation.objects.count(), answered


def address(ask: Ask) -> str:
    """The address that the link in a mail leads to."""
    return f"/answer/{answer_keys.key_of(ask)}/"


def answer_mails(diary: Diary, today: dt.date) -> None:
    """Some of those who got a mail answer it, each in their own way."""
    for ask in asked_today(today):
        rows = ask.asked.filter(answer="").select_related("listing__record__revision")
        for row in rows.order_by("listing__title", "pk"):
            number = fate(row.listing.title, row.due_on)
            _answer(diary, ask, row, number)
            if number in NO_MORE:
                break


def _answer(diary: Diary, ask: Ask, row: AskedListing, number: int) -> None:
    client, listing = Client(), row.listing
    who = Who(WHO["name"], WHO["role"])
    assert listing.record.revision is not None
    version = listing.record.revision.number
    if number < 45:
        shown = f"{listing.pk}:{version}"
        data = WHO | {"shown": shown, "same": str(listing.pk)}
        assert client.post(address(ask), data).status_code == 302
        _said_by_link(diary, listing, "same")
    elif number < 55:
        answering_other.say_different(
            ask=ask, listing_id=listing.pk, who=who,
            edits={"description": f"As it is since {clock.today()}."},
            base=version,
        )  # fmt: skip
        _said_by_link(diary, listing, "change")
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
        _said_by_link(diary, listing, "closed_for_now")
    elif number in NO_MORE:
        left = ask.asked.filter(answer="")
        for other in left.select_related("listing"):
            _said_by_link(diary, other.listing, "not_us")
        assert client.post(f"{address(ask)}stop/", NOT_HERE).status_code == 200
        diary.stopped[ask.contact_id] = "not_us"
    elif number in SIGN_IN and (editor := reporting.editor_of(listing)):
        # One whose word that it is wrong waits cannot say that all is right.
        with contextlib.suppress(InvalidState):
            reporting.say_still_right(diary, editor, listing)
    else:
        diary.did["silent"] += 1


def _said_by_link(diary: Diary, listing: Listing, answer: str) -> None:
    diary.answers[listing.pk, answer, "link"] += 1
    diary.did[f"by link: {answer}"] += 1


def come_back(diary: Diary, today: dt.date) -> None:
    """Some mails come back: the server of the other side says that nobody is there."""
    for ask in asked_today(today):
        assert ask.contact is not None
        if ask.contact.stopped_at or fate("bounce", ask.contact.email, today) >= 2:
            continue
        assert ask.message is not None
        assert bounces.read([_returned(ask.message)]).stopped == 1
        diary.stopped[ask.contact_id] = "bounced"
        diary.did["came back"] += 1


def _returned(message: Message) -> Any:
    """A report of a failure for good (RFC 3464) with the mail that it is about."""
    ours = EmailMessage()
    ours["Message-ID"] = header_id(message.pk)
    ours.set_content("Is this still right?")
    status = f"Final-Recipient: rfc822; {message.to}\nAction: failed\nStatus: 5.1.1\n"
    return email.message_from_string(
        'Content-Type: multipart/report; boundary="="\n\n--=\n'
        f"Content-Type: message/delivery-status\n\n{status}\n--=\n"
        f"Content-Type: message/rfc822\n\n{ours.as_string()}\n--=--\n"
    )


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


def check(diary: Diary, place: Partnership, today: dt.date, in_a_year: int) -> None:
    """What is due longest is checked by whoever may, as far as there is time: so many
    checks a year, spread over its days."""
    day = today.toordinal()
    left = in_a_year * day // 365 - in_a_year * (day - 1) // 365
    for user in assurers(place):
        while left:
            listing = _due_longest(user, place, today)
            if listing is None:
                break
            _vouch(diary, user, listing, Method.CALL, "Rang them.")
            left -= 1
    for listing, editor in _kept_by_the_trusted(place, today):
        _vouch(diary, editor, listing, Method.OWN, "We run it.")


def _vouch(
    diary: Diary, user: User, listing: Listing, method: Method, note: str
) -> None:
    if ringing.is_back_by_a_check(listing):
        diary.back.add(listing.pk)
    checking.check_listing(by=user, listing_id=listing.pk, method=method, note=note)
    diary.checked.add(listing.pk)
    diary.did[f"checked: {method}"] += 1


def _kept_by_the_trusted(
    place: Partnership, today: dt.date
) -> list[tuple[Listing, User]]:
    """What trusted organizations check themselves today: most, on the day."""
    trusted = AssuranceLevel.objects.filter(partnership=place, level=Level.TRUSTED)
    due = Listing.objects.filter(
        partnership=place, stage=Stage.PUBLISHED, due_on=today,
        organization_id__in=trusted.values("organization_id"),
    ).order_by("title", "pk")  # fmt: skip
    return [
        (listing, editor)
        for listing in due
        if fate("own", listing.title, today) < 70
        and (editor := reporting.editor_of(listing))
        and access.can_check(editor, listing)
    ]


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


def decide(diary: Diary, place: Partnership) -> None:
    """What came in about records that are there is decided by whoever may, a few a
    day; what is new is left to others. Most is accepted, also a closure for good."""
    for user in assurers(place):
        waiting = access.decidable_at_once(user).filter(partnership=place)
        there = waiting.exclude(kind=ProposalKind.NEW).order_by("created_at", "pk")
        left = 3
        for proposal in there:
            if not left or fate(proposal.listing_id, clock.today()) < 40:
                continue
            if _is_slow(proposal):
                continue
            with contextlib.suppress(InvalidState, InvalidInput, PermissionDenied):
                decisions.decide(
                    by=user,
                    proposal_id=proposal.pk,
                    choices=_choices(proposal),
                    answer="Thank you, it is put right.",
                )
                diary.did[f"decided: {proposal.kind}"] += 1
                left -= 1


def _is_slow(proposal: Proposal) -> bool:
    """Whether it is one of those that nobody gets to in time."""
    told_on = clock.london_day(proposal.created_at)
    if proposal.kind not in (ProposalKind.REPORT, ProposalKind.CLOSURE):
        return False
    is_one = fate("slow", proposal.listing_id, told_on) < 25
    return is_one and clock.today() - told_on < SLOW


def _choices(proposal: Proposal) -> dict[Any, Choice]:
    """All of it is accepted, or all of it is not."""
    if fate("no", proposal.listing_id, clock.london_day(proposal.created_at)) >= 15:
        return world.accept_all(proposal)
    no = Choice(Verdict.REJECTED, reason=RejectReason.NOT_SO)
    return dict.fromkeys(world.accept_all(proposal), no)
