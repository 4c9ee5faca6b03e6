"""What the place asked its providers in the last weeks, and what some answered."""

import datetime as dt

from django.db.models import F

from accounts.models import Message
from common import clock
from config.demo.teller import Teller
from workflow import phoning, working_days
from workflow.actions import (
    answering,
    asking_run,
    bounces,
    calling,
    contact_points,
)
from workflow.actions.answering import Who
from workflow.actions.calling import Said
from workflow.choices import CallOutcome, Channel, Stopped
from workflow.models import Ask, JobRun

_WHO = (
    Who("Alma Fenwick", "secretary"),
    Who("Tariq Boll", "office manager"),
    Who("Nessa Quint", "volunteer"),
    Who("Owen Marrable", "treasurer"),
)
"""People who do not exist, in the order in which they answer."""


_CALLS = (CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER, CallOutcome.LATER)


def tell(t: Teller) -> None:
    """Two rounds of asking. Four answer the first, one mail comes back, one is told
    that it is not them any more; the others have not answered."""
    first = _ask(t, 20)
    for number, (ask, who) in enumerate(zip(first, _WHO, strict=False)):
        with t.at(18, 10 + number):
            for asked in list(ask.asked.order_by("due_on", "pk")):
                answering.say_same(ask=ask, listing_id=asked.listing_id, who=who)
    with t.at(17, 8):
        for ask in first[4:5]:
            bounces.mark_bounced(ask.message_id, "5.1.1")
    with t.at(16, 11):
        for ask in first[5:6]:
            contact_points.say_stop(
                ask=ask, who=Who("Pat Lorimer", "caretaker"), because=Stopped.NOT_US
            )
    _ask(t, 8)
    _ring(t)


def _ring(t: Teller) -> None:
    """Some whom no mail reaches were rung yesterday: nobody answered, a number was
    wrong, one wants to be rung again."""
    by = t.people["assurer"]
    with t.at(1, 10):
        now = clock.now()
        first = phoning.contacts(by, now)[1 : len(_CALLS) + 1]
        keys = [row["ask__contact"] for row in first]
        lines = phoning.lines(by, keys, now)
        for key, outcome in zip(keys, _CALLS, strict=False):
            line = lines[key]
            calling.record_call(
                by=by,
                contact_id=key,
                about={row.pk: None for row in line.asked},
                said=Said(
                    outcome,
                    number=line.numbers[0].text if line.numbers else "",
                    again_on=t.today + dt.timedelta(days=2)
                    if outcome == CallOutcome.LATER
                    else None,
                ),
            )


def _ask(t: Teller, days_ago: int) -> list[Ask]:
    """One round, on the first working day from then on; the mails that it sent."""
    place = t.standing.place
    day = t.today - dt.timedelta(days=days_ago)
    then = working_days.of_policy(place.policy).next(day)
    with t.at((t.today - then).days, 9):
        run = JobRun(name="ask")
        asking_run.ask_place(run, place)
        Message.objects.filter(kind="ask", sent_at=None).update(
            sent_at=F("send_after"), claimed_at=F("send_after")
        )
        today = clock.today()
    mails = Ask.objects.filter(
        partnership=place, channel=Channel.MAIL, asked_on=today
    ).select_related("contact")
    return list(mails.order_by("contact__organization_id"))
