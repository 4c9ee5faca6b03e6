"""What is measured: the jobs of a night, and the pages of those who work in a place."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from accounts.models import Partner, Partnership, User
from common import clock
from config.bench.assurance.ground import ONE, TEAM
from config.bench.assurance.made import day_of_lapsing
from config.bench.assurance.measuring import Aim
from config.bench.places import SLUG
from workflow import areas, asking, figures, remits, splits
from workflow.actions import (
    asking_run,
    clocks,
    counting_standing,
    keeping_quarters,
    periodic,
)
from workflow.actions.ladders import as_read
from workflow.choices import AreaKind, ProposalKind, Stage
from workflow.models import (
    Area,
    Ask,
    JobRun,
    KeptCheck,
    Listing,
    Policy,
    Proposal,
    Remit,
    StandingCount,
)

PAGE = Aim(300, "ms")
ON_A_PAGE = 25


@dataclass(frozen=True)
class Task:
    """Work with its aim. ``noun`` is what it does many of; ``prepare`` makes the work
    and is not measured."""

    name: str
    aim: Aim | None
    prepare: Callable[[], Callable[[], int]]
    noun: str = ""


# --- jobs -----------------------------------------------------------------------------


def _lapse() -> Callable[[], int]:
    # What stops a run that would hide too much at once would stop this one.
    Policy.objects.update(stop_percent=100)
    day = day_of_lapsing()

    def work() -> int:
        run = JobRun.objects.create(name="freshen")
        with clock.at(day):
            periodic.grade_and_lapse(run, Policy.objects.get())
        if run.failed:
            raise RuntimeError(f"{run.failed} failed: {run.error}")
        return run.done

    return work


def _clocks() -> Callable[[], int]:
    day = day_of_lapsing()

    def work() -> int:
        run = JobRun.objects.create(name="freshen")
        with clock.at(day):
            clocks.run_clocks(run, Policy.objects.get())
        return run.done

    return work


def _remits() -> Callable[[], int]:
    """A tenth of the place lies with the one that takes the rest, as if new."""
    rest = Remit.objects.get(is_default=True)
    tenth = Listing.objects.filter(pk__gte=uuid.UUID(int=9 * 2**128 // 10))
    tenth.update(remit=rest)

    def work() -> int:
        return sum(move.number for move in remits.work_out(rest.partnership_id))

    return work


def _standing() -> Callable[[], int]:
    policy = Policy.objects.select_related("partnership").get()
    return lambda: counting_standing.count_place(policy, clock.now())


def _place() -> Partnership:
    return Policy.objects.select_related("partnership").get().partnership


def _plan() -> Callable[[], int]:
    place = _place()

    def work() -> int:
        plan = asking_run.plan_of(place)
        return len(plan.by_mail) + len(plan.by_phone)

    return work


def _quarter() -> Callable[[], int]:
    policy = Policy.objects.get()

    def work() -> int:
        keeping_quarters.keep_quarter(policy, clock.today())
        return KeptCheck.objects.count()

    return work


def _digests(most: int) -> Callable[[], int]:
    """Mails are rows: nothing is sent, and in the end all is taken back."""
    place = _place()
    plan = asking_run.plan_of(place)
    some = dict(islice(plan.by_mail.items(), most))
    few = asking_run.Plan(by_mail=some, soon=plan.soon)

    def work() -> int:
        run = JobRun.objects.create(name="ask")
        asking_run.carry_out(run, place, few)
        if run.failed:
            raise RuntimeError(f"{run.failed} failed: {run.error}")
        return Ask.objects.filter(asked_on=clock.today()).count()

    return work


def jobs(digests: int) -> list[Task]:
    """The work of a night, with so many digests."""
    return [
        Task("grade and lapse", Aim(30, "s"), _lapse, "listings changed"),
        Task("reports that are late", None, _clocks, "told of"),
        Task("areas of work", Aim(60, "s"), _remits, "listings moved"),
        Task("figures of every hour", None, _standing, "counts"),
        Task("a quarter written down", None, _quarter, "checks that fell due"),
        Task("plan of a day's asking", None, _plan, "contact points"),
        Task(
            "digests, not sent", Aim(200, "a second", at_least=True),
            lambda: _digests(digests), "digests",
        ),
    ]  # fmt: skip


# --- pages ----------------------------------------------------------------------------


def _client(who: str) -> Client:
    client = Client(headers={"host": f"{SLUG}.localhost"})
    person = User.objects.get(email=f"{who}@{SLUG}.example")
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def _page(who: str, path: str, **asked: Any) -> Callable[[], Callable[[], int]]:
    address = f"{path}?{urlencode(asked)}" if asked else path

    def prepare() -> Callable[[], int]:
        client = _client(who)

        def work() -> int:
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}.")
            return len(answer.content)

        return work

    return prepare


def _ladder_preview() -> Callable[[], int]:
    """What it would do to ask five days sooner, shown before it is saved."""
    place = _place()
    typed: dict[str, Any] = {"seen": as_read(place, contracted=False)}
    for number, step in enumerate(asking.ladder_of(place), start=1):
        days = step.days - 5 if number == 1 else step.days
        typed |= {
            f"days_{number}": abs(days), f"to_{number}": step.to,
            f"when_{number}": "before" if days < 0 else "after",
        }  # fmt: skip
    client = _client("lead")

    def work() -> int:
        answer = client.post("/lead/reminders/", typed)
        if b"The steps then" not in answer.content or answer.status_code != 200:
            raise RuntimeError(f"No preview was shown: {answer.status_code}.")
        return len(answer.content)

    return work


def pages() -> Iterator[Task]:
    """The pages of an assurer with one area of work, of one with twenty, of one who has
    most of the place, of the lead."""
    for who, words in ((ONE, "one area"), (TEAM, "a team"), ("assurer", "the rest")):
        yield Task(f"queue, {words}", PAGE, _page(who, "/work/"))
        yield Task(f"queue, {words}, due", PAGE, _page(who, "/work/", kind="due"))
    yield Task("phone list, one area", PAGE, _page(ONE, "/work/phone/"))
    yield Task("records", None, _page(ONE, "/records/"))
    yield Task("lead", PAGE, _page("lead", "/lead/"))
    yield Task("areas of work", PAGE, _page("lead", "/lead/areas/"))
    policy = Policy.objects.get()
    found = figures.counts(policy, clock.now())
    for slug in ("published", "in-date", "behind", "overdue", "unowned"):
        address = f"/lead/{slug}/"
        last = max(1, -(-found[slug] // ON_A_PAGE))
        yield Task(f"{slug}, first page", PAGE, _page("lead", address))
        yield Task(f"{slug}, last page", PAGE, _page("lead", address, page=last))
    for split in ("partner", "provider", "type", "ward", "assurer"):
        parts = StandingCount.objects.get(figure="published", split=split).parts
        # People are named to their own team only; of the others there is one part.
        largest = next(key for key, _ in parts if key not in (None, splits.UNDISCLOSED))
        largest = splits.OTHERS if split == "assurer" else largest
        for name, asked in (("by", {}), ("of one", {"of": largest})):
            yield Task(
                f"published {name} {split}", PAGE,
                _page("lead", "/lead/published/", by=split, **asked),
            )  # fmt: skip
    for words, key in (("in no ward", splits.NOBODY), ("secret", splits.UNDISCLOSED)):
        yield Task(
            f"published, {words}", PAGE,
            _page("lead", "/lead/published/", by="ward", of=key),
        )  # fmt: skip
    yield Task("checks of 30 days", PAGE, _page("lead", "/lead/checks/"))
    yield Task("decision time", PAGE, _page("lead", "/lead/decision-time/"))
    rest = Remit.objects.get(is_default=True)
    for slug in ("public", "soon", "late", "waiting"):
        yield Task(
            f"the rest's {slug}", PAGE, _page("lead", f"/lead/areas/{rest.pk}/{slug}/")
        )
    yield Task("a week ahead", PAGE, _page("lead", "/lead/weeks/3/"))
    yield Task("nobody's", PAGE, _page("lead", "/lead/areas/nobodys/"))
    yield Task("wards", PAGE, _page("lead", "/lead/wards/"))
    ward = Area.objects.filter(kind=AreaKind.WARD).order_by("code")[0]
    yield Task("one ward", PAGE, _page("lead", f"/lead/wards/{ward.pk}/"))
    yield Task("organisations", PAGE, _page("lead", "/lead/organisations/"))
    yield from _narrowed_queues()
    yield from _single_pages()


def _narrowed_queues() -> Iterator[Task]:
    """The queue of who has most of the place, by each thing that narrows it."""
    public = Listing.objects.filter(stage=Stage.PUBLISHED, remit__is_default=True)
    known = public.exclude(term_ids=[]).exclude(location_ids=[]).order_by("pk")[0]
    area = areas.areas_of_listing(known)[0]
    asked = {
        "whose": "free", "days": 28, "why": "silent", "remit": str(known.remit),
        "area": area.name, "term": known.term_ids[0], "run_by": "Centre",
    }  # fmt: skip
    for name, value in asked.items():
        words = f"the rest's queue by {name}"
        yield Task(words, PAGE, _page("assurer", "/work/", **{name: value}))


def _single_pages() -> Iterator[Task]:
    """Pages about one of many: a record, a suggestion, a call, a statement."""
    yield Task("phone list, the rest", PAGE, _page("assurer", "/work/phone/"))
    public = Listing.objects.filter(stage=Stage.PUBLISHED, remit__is_default=True)
    one = public.order_by("pk")[0]
    for words, path in (("record", ""), ("history", "history/"), ("check", "check/")):
        address = f"/records/{one.pk}/{path}"
        yield Task(f"{words} page", PAGE, _page("assurer", address))
    change = Proposal.objects.filter(
        listing__remit__is_default=True, decided_at=None, kind=ProposalKind.EDIT
    ).order_by("pk")[0]
    yield Task("decision page", PAGE, _page("assurer", f"/work/proposals/{change.pk}/"))
    yield Task("records by name", PAGE, _page("assurer", "/records/", q=one.title))
    yield Task(
        "organisations by name", PAGE, _page("lead", "/organisations/", q="Club")
    )
    partner = Partner.objects.get(kind="council")
    for words in ("services", "work"):
        address = f"/statements/{partner.pk}/{words}/"
        yield Task(f"statement of {words}", PAGE, _page("lead", address))
    yield Task("contracts", PAGE, _page("lead", "/contracts/"))
    yield Task("terms", PAGE, _page("lead", "/lead/terms/"))
    yield Task("preview of reminders", None, _ladder_preview)
    yield Task("effort", PAGE, _page("lead", "/lead/effort/"))
