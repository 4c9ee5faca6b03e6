"""What a lead does in a played year: writes down contracts, gives a time of grace and
ends it, follows what is advised about levels, and answers a run that has stopped."""

import datetime as dt

from accounts.models import Partner, Partnership, User
from directory.models import Organization
from tests.year.diary import Diary
from tests.year.fates import fate
from workflow import access
from workflow.actions import contracts
from workflow.actions import place as places
from workflow.actions.contracts import Terms
from workflow.choices import Advice, Level, Stage
from workflow.models import AssuranceLevel, HidingStop, LevelAdvice, Listing

GRACE_BEGINS, GRACE_ENDS, ROUND = 41, 48, 60
"""In each sixty days there is a week in which what has lapsed is given a while."""
GRACE = 21
LEVELS = (Level.PROXY.value, Level.MONITORED.value, Level.TRUSTED.value)
EVERY = 12
"""One service of so many is commissioned."""


def lead(diary: Diary, place: Partnership, day: dt.date, number: int) -> None:
    """What a place's lead does on the day of this number of a year."""
    by = next(iter(access.leads_of(place)))
    if number == 1:
        _commission(diary, place, by, day)
    if number % ROUND in (GRACE_BEGINS, GRACE_ENDS):
        grace = GRACE if number % ROUND == GRACE_BEGINS else 0
        places.save_policy(by=by, place=place, values={"grace_days": grace})
        diary.did["grace given" if grace else "grace ended"] += 1
    if number % 30 == 15:
        _follow_advice(diary, place, by)


def _commission(diary: Diary, place: Partnership, by: User, day: dt.date) -> None:
    """Two contracts: one that goes on, and one that ends after six weeks."""
    rows = Listing.objects.filter(partnership=place, stage=Stage.PUBLISHED)
    listings = list(rows.order_by("title", "pk").values_list("pk", flat=True))
    partner = Partner.objects.filter(partnership=place).order_by("name")[0]
    for name, ends_on, first in (
        ("goes on", None, 0), ("ends", day + dt.timedelta(days=42), EVERY // 2),
    ):  # fmt: skip
        terms = Terms(
            commissioner_id=partner.pk, reference=f"YEAR {name}", review_months=6,
            starts_on=day, ends_on=ends_on, listing_ids=tuple(listings[first::EVERY]),
            manager_mailbox=f"contracts@{place.slug}.example",
        )  # fmt: skip
        contracts.add_contract(by=by, place=place, terms=terms)
        diary.did["contracts"] += 1


def _follow_advice(diary: Diary, place: Partnership, by: User) -> None:
    """What is advised is done: the next level, or the one below."""
    rows = LevelAdvice.objects.filter(partnership=place).exclude(advice="")
    for row in rows.order_by("organization_id"):
        held = AssuranceLevel.objects.filter(
            partnership=place, organization_id=row.organization_id
        ).first()
        now = LEVELS.index(held.level) if held else 0
        step = 1 if row.advice == Advice.READY else -1
        places.set_level(
            by=by, place=place, level=LEVELS[now + step], reason="As the year says.",
            organization=Organization.objects.get(pk=row.organization_id),
        )  # fmt: skip
        diary.did[f"made {LEVELS[now + step]}"] += 1


def answer_the_run(diary: Diary, place: Partnership, today: dt.date) -> None:
    """The lead answers a run that has stopped, one way or the other."""
    by = next(iter(access.leads_of(place)))
    for stop in HidingStop.objects.filter(partnership=place, decided_at=None):
        hide = fate(place.slug, today) < 60
        places.decide_stop(by=by, stop_id=stop.pk, hide=hide, reason="I know.")
        diary.did["stops answered"] += 1
