"""Assurers ring whom no mail reaches, or print a letter with a code, which some of
those who get it type in."""

import datetime as dt
from typing import Any

from django.db.models import F
from django.test import Client

from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from tests.year.diary import Diary
from tests.year.fates import fate
from workflow import answer_keys, phoning
from workflow.actions import asking_by_hand, calling, checking
from workflow.actions.answering import Who
from workflow.actions.calling import Said
from workflow.actions.choosing import Informant
from workflow.choices import CallOutcome, Channel, Method
from workflow.models import Ask, Listing
from workflow.phoning import Line

CALLS = 3
"""How many contact points one assurer sees to in a day."""
POST_TAKES = dt.timedelta(days=5)
WHO = Who("Sam Ringwell", "caretaker")
_CAME = (
    (30, CallOutcome.SAME), (52, CallOutcome.NO_ANSWER), (60, CallOutcome.LATER),
    (65, CallOutcome.WRONG_NUMBER), (69, CallOutcome.CLOSED), (74, CallOutcome.NOT_US),
)  # fmt: skip
"""What comes of a call, so many of a hundred, each up to its number."""
_PUT_RIGHT = 84
"""Up to this, who was rung says what is different, and it is put right at once; else a
letter is sent."""


def ring(diary: Diary, user: User, today: dt.date) -> None:
    """A few calls from the top of an assurer's phone list."""
    now = clock.now()
    first = [
        row["ask__contact"]
        for row in phoning.contacts(user, now)
        if row["whose"] == phoning.NOW
    ][:CALLS]
    for key, line in phoning.lines(user, first, now).items():
        luck = fate("ring", line.contact.organization_id, today)
        outcome = next((said for last, said in _CAME if luck < last), None)
        if outcome:
            _call(diary, user, key, line, outcome)
        elif luck < _PUT_RIGHT:
            _put_right(diary, user, line)
        else:
            _write_letter(diary, user, line)


def _call(diary: Diary, user: User, key: Any, line: Line, outcome: CallOutcome) -> None:
    last = line.contact.calls.filter(taken_back_at=None).order_by("-created_at").first()
    later = clock.today() + dt.timedelta(days=4)
    try:
        calling.record_call(
            by=user, contact_id=key, about={row.pk: None for row in line.asked},
            said=Said(
                outcome, who=WHO,
                again_on=later if outcome == CallOutcome.LATER else None,
            ),
            last_id=last and last.pk,
        )  # fmt: skip
    except InvalidInput:
        # It is marked as closed already.
        assert outcome == CallOutcome.CLOSED
        return
    diary.did[f"rang: {outcome}"] += 1
    if outcome in (CallOutcome.SAME, CallOutcome.CLOSED, CallOutcome.NOT_US):
        diary.answers.update(
            (row.listing_id, str(outcome), "phone") for row in line.asked
        )
    if outcome == CallOutcome.NOT_US and line.contact.stopped_at is None:
        diary.stopped[key] = "not_us"


def _put_right(diary: Diary, user: User, line: Line) -> None:
    listing = Listing.objects.get(pk=line.asked[0].listing_id)
    if not listing.partnership.policy.correct_and_check:
        return
    # Perhaps to what was asked before it was said that it is not them any more.
    answers = waits_for_an_answer(listing)
    diary.back |= {listing.pk} if is_back_by_a_check(listing) else set()
    today = clock.today()
    checking.correct_and_check(
        by=user, listing_id=listing.pk, method=Method.CALL,
        informant=Informant(WHO.words, Method.CALL, today),
        edits={str(listing.record_id): {"wait_time": f"None, as of {today}"}},
    )  # fmt: skip
    diary.checked.add(listing.pk)
    diary.did["put right on the telephone"] += 1
    if answers:
        diary.answers[listing.pk, "change", "phone"] += 1


def waits_for_an_answer(listing: Listing) -> bool:
    """Whether anything is open that the provider was asked for the day on which the
    record is due."""
    rows = listing.asked.filter(due_on=F("listing__due_on"), answer="")
    return rows.exclude(ask__channel=Channel.LEAD).exists()


def is_back_by_a_check(listing: Listing) -> bool:
    """Whether nothing but the want of a check keeps it from the public."""
    wants_a_check = {"lapsed", "carried_over_ended"}
    return listing.stage == "unpublished" and set(listing.hidden_because) <= (
        wants_a_check
    )


def _write_letter(diary: Diary, user: User, line: Line) -> None:
    try:
        asking_by_hand.ask_by_hand(
            by=user, listing_id=line.asked[0].listing_id, channel=Channel.LETTER
        )
    except InvalidState:  # a colleague of the same area made it just now
        return
    diary.did["letters"] += 1


def type_codes(diary: Diary, today: dt.date) -> None:
    """Who got a letter some days ago types its code, two times out of three."""
    letters = Ask.objects.filter(channel=Channel.LETTER, asked_on=today - POST_TAKES)
    for ask in letters.select_related("contact").order_by("contact__organization_id"):
        rows = ask.asked.filter(answer="").select_related("listing__record__revision")
        row = rows.first()
        assert ask.contact is not None
        gone = ask.contact.stopped_because == "not_us"
        if row is None or gone or fate("post", row.listing.title, today) >= 66:
            continue
        client, listing = Client(), row.listing
        assert listing.record.revision is not None
        typed = answer_keys.key_of(ask).lower().replace("-", " ")
        page = client.post("/answer/", {"code": typed})
        assert page.status_code == 302, page.content
        data = {
            "name": WHO.name, "role": WHO.role, "same": str(listing.pk),
            "shown": f"{listing.pk}:{listing.record.revision.number}",
        }  # fmt: skip
        assert client.post(page["Location"], data).status_code == 302
        diary.answers[listing.pk, "same", "letter"] += 1
        diary.did["answered a letter"] += 1
