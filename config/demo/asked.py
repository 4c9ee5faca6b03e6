"""What the place asked its providers in the last weeks, and what some answered."""

import datetime as dt

from django.db.models import F

from accounts.models import Message
from common import clock
from config.demo.teller import Teller
from workflow import working_days
from workflow.actions import answering, asking_run, bounces, contact_points
from workflow.actions.answering import Who
from workflow.choices import Channel, Stopped
from workflow.models import Ask, JobRun

_WHO = (
    Who("Alma Fenwick", "secretary"),
    Who("Tariq Boll", "office manager"),
    Who("Nessa Quint", "volunteer"),
    Who("Owen Marrable", "treasurer"),
)
"""People who do not exist, in the order in which they answer."""


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
