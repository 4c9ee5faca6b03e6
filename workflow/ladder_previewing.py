"""What a change of the reminder ladder would do, before it is saved.

The next run is planned as it would be, with both ladders, and taken back. The thirty
days from it on are reckoned: records that stand alike climb the ladder together, as if
nobody answered, so that it takes as many queries for any number of records. In a large
place, where planning a day takes longer than a page may, the next run is reckoned too.
A test compares each with what then happens.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Greatest

from accounts.models import Partnership
from common import clock
from workflow import asking, standing_counts, working_days
from workflow.actions.asking_run import NOT_BEFORE, Plan, plan_of
from workflow.asking import Step
from workflow.choices import AskTo, CallOutcome, Channel
from workflow.models import AskedListing, ContactPoint, Listing, Remit
from workflow.previewing import Number, assurers_of

DAYS = 30
"""So many days are reckoned, today included."""
_DAY = dt.timedelta(days=1)
_WRITTEN, _RUNG, _TOLD = (
    "Asked about by mail", "Put on the phone list", "Told to the lead",
)  # fmt: skip


@dataclass(frozen=True)
class Calls:
    """What comes onto the phone list for one area of work; ``people`` share it."""

    name: str
    people: int
    number: Number

    @property
    def each(self) -> Number:
        """How many that is for each of the people; all of it where there is nobody."""
        share = max(self.people, 1)
        then, now = self.number.then, self.number.now
        return Number(self.name, -(-now // share), -(-then // share))


@dataclass(frozen=True)
class Preview:
    """What another ladder would do with what stands today.

    On ``next_on``, the day of the next run (None where the place is closed on all the
    days that are looked at): ``mails`` that go out, records put on the
    phone list (``rung``), records the lead is told of (``told``); where the run
    ``is_reckoned``, the records that mails ask about stand for the mails. The same in
    30 days, where ``written`` is how often a record is asked about by mail; ``calls``
    are the areas of work for which the phone list changes. ``nearly`` are
    records on the phone list that go to the lead when nobody answers the next call.
    """

    next_on: dt.date | None
    is_reckoned: bool
    mails: Number
    rung: Number
    told: Number
    written_in_month: Number
    rung_in_month: Number
    told_in_month: Number
    calls: list[Calls]
    nearly: Number

    @property
    def does_nothing(self) -> bool:
        """Whether as many are asked as now."""
        return not self.calls and not any(
            number.more
            for number in (
                self.mails, self.rung, self.told, self.written_in_month,
                self.rung_in_month, self.told_in_month, self.nearly,
            )
        )  # fmt: skip


def preview(place: Partnership, act: Callable[[], Any], *, tries: int) -> Preview:
    """Change the ladder, with ``tries`` calls, by an action, and take it back: what
    would follow from it. Raises what the action raises."""
    today = clock.today()
    days = working_days.of_policy(place.policy)
    ahead = days.between(today, today + (DAYS - 1) * _DAY)
    is_large = standing_counts.is_large(place.policy)
    with transaction.atomic():
        # Before any contact point, as whoever changes the place does.
        Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
        now = _forecast(place, ahead, is_large)
        act()
        then = _forecast(place, ahead, is_large)
        transaction.set_rollback(True)

    def next_run(label: str, channel: str) -> Number:
        return Number(label, now.first[channel], then.first[channel])

    def in_month(label: str, channel: str) -> Number:
        return Number(label, now.of(channel), then.of(channel))

    return Preview(
        ahead[0] if ahead else None,
        is_large,
        next_run(_WRITTEN if is_large else "Mails", Channel.MAIL),
        next_run(_RUNG, Channel.PHONE),
        next_run(_TOLD, Channel.LEAD),
        in_month(_WRITTEN, Channel.MAIL),
        in_month(_RUNG, Channel.PHONE),
        in_month(_TOLD, Channel.LEAD),
        _calls(now.month, then.month),
        _nearly(place, tries),
    )


@dataclass(frozen=True)
class _Forecast:
    """What a ladder does: on the first day by channel; until the last day by area of
    work and channel."""

    first: Counter[str]
    month: Counter[tuple[Any, str]]

    def of(self, channel: str) -> int:
        """So many records, each time that one is asked about in this way."""
        return sum(n for (_, how), n in self.month.items() if how == channel)


def _forecast(place: Partnership, days: Sequence[dt.date], is_large: bool) -> _Forecast:
    if not days:
        return _Forecast(Counter(), Counter())
    # First, so that the mailboxes of whoever is asked then are known.
    plan = None if is_large else _planned(place, days[0])
    found = _reckoned(place, days)
    if plan is None:
        return found
    first = {
        Channel.MAIL: len(plan.by_mail),
        Channel.PHONE: sum(len(some) for some in plan.by_phone.values()),
        Channel.LEAD: len(plan.to_lead),
    }
    return replace(found, first=Counter(first))


def _planned(place: Partnership, day: dt.date) -> Plan:
    """What is asked on a day."""
    if day == clock.today():
        return plan_of(place)
    with clock.at(dt.datetime.combine(day, NOT_BEFORE, tzinfo=clock.LONDON)):
        return plan_of(place)


# --- the days ahead -------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """How records stand that climb alike: due on a day, asked so far. No mail goes out
    for what is kept ``by_telephone``; ``news`` is the day on which something was found
    out lately."""

    due_on: dt.date
    last_step: int | None
    last_asked_on: dt.date | None
    on_the_list: bool
    by_telephone: bool
    first: bool
    second: bool
    news: dt.date | None


def _reckoned(place: Partnership, days: Sequence[dt.date]) -> _Forecast:
    """How often a record is asked about on these days if nobody answers. What a mail
    takes along before its day counts on its day."""
    found = _Forecast(Counter(), Counter())
    every = asking.askable(place)
    for contracted, listings in (
        (False, asking.uncontracted(every)), (True, asking.contracted(every)),
    ):  # fmt: skip
        ladder = asking.ladder_of(place, contracted=contracted)
        last = days[-1] - ladder[0].days * _DAY
        climbed: dict[_Group, list[tuple[dt.date, str]]] = {}
        for remit_id, group, number in _groups(listings.filter(due_on__lte=last)):
            if group not in climbed:
                climbed[group] = list(_climbed(group, ladder, days))
            for day, channel in climbed[group]:
                found.month[remit_id, channel] += number
                if day == days[0]:
                    found.first[channel] += number
    return found


def _groups(listings: QuerySet[Listing]) -> Iterator[tuple[Any, _Group, int]]:
    """How many records of an area of work stand alike. One query."""
    now = clock.now()
    contacts = ContactPoint.objects.filter(
        partnership=OuterRef("partnership"), organization_id=OuterRef("organization_id")
    )
    mailed = contacts.filter(stopped_at=None).exclude(email="")
    listed = AskedListing.objects.filter(
        listing=OuterRef("pk"), due_on=OuterRef("due_on"), ask__channel=Channel.PHONE
    )
    names = [
        "remit_id", "due_on", "last_step", "last_asked_on", "on_the_list",
        "by_telephone", "first", "second", "news",
    ]  # fmt: skip
    rows = (
        asking.with_last(asking.without_word(listings, now - asking.LATELY))
        .annotate(
            on_the_list=Exists(listed),
            by_telephone=asking.is_by_telephone(),
            # Nobody was asked there yet: the first mailbox is read when somebody is.
            first=Q(Exists(mailed.filter(position=1))) | ~Q(Exists(contacts)),
            second=Exists(mailed.filter(position=2)),
            heard=Greatest("assured_on", "confirmed_on"),
            news=Case(When(heard__gte=(now - asking.LATELY).date(), then=F("heard"))),
        )
        .order_by()
        .values_list(*names)
        .annotate(number=Count("pk"))
    )
    for remit_id, *stands, number in rows:
        yield remit_id, _Group(*stands), number


def _climbed(
    group: _Group, ladder: Sequence[Step], days: Sequence[dt.date]
) -> Iterator[tuple[dt.date, str]]:
    """On which of these days a step of such a record has come, and how it is asked
    about then, by the rules of ``asking.at_step``."""
    for day in days:
        step = next((one for one in ladder if _has_come(one, group, day)), None)
        if step is None:
            continue
        channel = _channel(step, group)
        yield day, channel
        group = replace(
            group, last_step=step.days, last_asked_on=day,
            on_the_list=group.on_the_list or channel == Channel.PHONE,
        )  # fmt: skip


def _has_come(step: Step, group: _Group, day: dt.date) -> bool:
    if group.due_on + step.days * _DAY > day:
        return False
    if group.news and group.news >= day - asking.LATELY:
        return False
    wait = asking.CATCHING_UP if step.after is None else step.gap
    if group.last_asked_on and group.last_asked_on > day - wait * _DAY:
        return False
    if step.after is None or group.last_step is None:
        return step.after is None and group.last_step is None
    if group.last_step >= step.days:
        return False
    climbed = group.last_step >= step.least
    if step.to == AskTo.LEAD:
        return climbed or group.on_the_list
    return climbed and not group.on_the_list


def _channel(step: Step, group: _Group) -> str:
    if step.to == AskTo.LEAD:
        return Channel.LEAD
    has_mailbox = {AskTo.FIRST: group.first, AskTo.SECOND: group.second}
    writes = has_mailbox.get(AskTo(step.to), False) and not group.by_telephone
    return Channel.MAIL if writes else Channel.PHONE


# --- who rings ------------------------------------------------------------------------


def _calls(
    now: Counter[tuple[Any, str]], then: Counter[tuple[Any, str]]
) -> list[Calls]:
    """The areas of work whose part of the phone list changes, by name, then what is
    nobody's. Two queries."""
    changes = {
        remit: (now[remit, Channel.PHONE], then[remit, Channel.PHONE])
        for remit, how in {*now, *then}
        if how == Channel.PHONE
        and now[remit, Channel.PHONE] != then[remit, Channel.PHONE]
    }
    remits = Remit.objects.filter(pk__in=[key for key in changes if key])
    people = assurers_of(remits)
    found = [
        Calls(
            one.name, people.get(one.partner_id, 0), Number(one.name, *changes[one.pk])
        )
        for one in remits.order_by("name")
    ]
    if None in changes:
        name = "Nobody’s area of work"
        found.append(Calls(name, 0, Number(name, *changes[None])))
    return found


def _nearly(place: Partnership, tries: int) -> Number:
    """Records on the phone list that go to the lead after one more call that nobody
    answers, by as many calls as the place makes."""
    unanswered = Count(
        "calls",
        filter=Q(
            calls__call__outcome=CallOutcome.NO_ANSWER, calls__call__taken_back_at=None
        ),
    )
    listed = AskedListing.objects.filter(
        answer="", ask__channel=Channel.PHONE, ask__partnership=place,
        due_on=F("listing__due_on"), listing__in=asking.askable(place).values("pk"),
    )  # fmt: skip
    found = listed.annotate(times=unanswered).aggregate(
        now=Count("pk", filter=Q(times__gte=place.policy.call_tries - 1)),
        then=Count("pk", filter=Q(times__gte=tries - 1)),
    )
    return Number("Go to the lead after one more call", found["now"], found["then"])
