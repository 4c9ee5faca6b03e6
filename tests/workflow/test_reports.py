"""The monthly report and the baseline: made once, kept as they are, and true."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidState
from directory.freshness import add_months
from tests import world
from tests.workflow.deciding import edit, query_count, report
from tests.workflow.leading import signed_in
from tests.workflow.pages import text
from workflow import figures, reports, trends
from workflow.actions import counting, keeping_figures, listings
from workflow.actions.decisions import decide
from workflow.choices import Hidden
from workflow.measuring import Unit
from workflow.models import KeptFigures, Proposal
from workflow.reports import difference

pytestmark = pytest.mark.django_db


def ago(**by: int) -> dt.datetime:
    return clock.now() - dt.timedelta(**by)


@pytest.fixture
def place(settings: Any) -> world.Place:
    """A place with three months behind it."""
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    with clock.at(ago(days=100)):
        first = world.published(made, name="One")
    with clock.at(ago(days=65)):
        second = world.published(made, name="Two")
        report(made, second)
    with clock.at(ago(days=40)):
        listings.hide_listing(
            by=made.assurer, listing_id=first.pk, because=Hidden.WITHDRAWN,
            reason="They asked.",
        )  # fmt: skip
        world.published(made, name="Three")
    proposal = edit(made, second, fees="Free")
    decide(by=made.assurer, proposal_id=proposal.pk,
           choices=world.accept_all(proposal))  # fmt: skip
    return made


def keep(place: world.Place) -> None:
    counting.count_months(place.policy, clock.now())
    keeping_figures.keep_figures(place.policy, clock.now())


def bytes_of(place: world.Place, day: dt.date) -> bytes:
    url = reverse("workflow:month-report-table", args=[day.year, f"{day.month:02}"])
    answer: Any = signed_in(place.lead).get(url)
    return b"".join(answer.streaming_content)


def last_month() -> dt.date:
    return reports.month_before(clock.today())


# --- the month ------------------------------------------------------------------------


def test_report_says_what_the_months_counted(place: world.Place) -> None:
    keep(place)

    kept = reports.months_of(place.policy)[0]
    lines = {line.slug: line for line in reports.read(kept)}
    points = trends.of_place(place.policy, clock.now(), trends.TOLD)

    assert kept.day == last_month() == points[-1].day
    assert {slug: line.value for slug, line in lines.items()} == points[-1].values
    before = {slug: line.before for slug, line in lines.items()}
    assert before == points[-2].values


def test_report_of_a_month_never_changes(place: world.Place) -> None:
    keep(place)
    before = bytes_of(place, last_month())
    place.policy.overdue_days, place.policy.lapsed_days = 1, 2
    place.policy.save()
    world.published(place, name="Four")
    keep(place)

    assert bytes_of(place, last_month()) == before
    assert len(list(csv.reader(io.StringIO(before.decode("utf-8-sig"))))) > 40
    with pytest.raises(DatabaseError), transaction.atomic():
        KeptFigures.objects.update(rows=[])


def test_report_page_says_the_same_as_the_table_and_the_figure(
    place: world.Place,
) -> None:
    keep(place)
    day = last_month()
    client = signed_in(place.lead)
    url = reverse("workflow:month-report", args=[day.year, f"{day.month:02}"])
    context = client.get(url).context
    rows = {
        row[0]["text"]: row[1]["text"]
        for group in context["groups"]
        for row in group["rows"]
    }
    _, *table = csv.reader(io.StringIO(bytes_of(place, day).decode("utf-8-sig")))

    assert rows == {
        row[2]: figures.BY_SLUG[row[0]].unit.said(int(row[4]) if row[4] else None)
        for row in table
    }
    for slug in ("published", "decision-time", "in-date-share"):
        months = client.get(f"/lead/{slug}/").context["months"]
        (month,) = [row for row in months if row[0]["text"] == reports.month_name(day)]
        assert month[1]["text"] == rows[figures.BY_SLUG[slug].label]


def test_report_page_is_silent_about_a_year_before_that_nobody_knows(
    place: world.Place,
) -> None:
    keep(place)
    day = last_month()
    url = reverse("workflow:month-report", args=[day.year, f"{day.month:02}"])
    page = signed_in(place.lead).get(url)
    rows = [row for group in page.context["groups"] for row in group["rows"]]

    start = reports.baseline_of(place.policy)
    names = reports.compared_with(day, start.day if start else None)
    assert [one["label"] for one in page.context["columns"]] == [
        "Figure", "Number", f"Than {names['before']}", f"Than {names['baseline']}",
    ]  # fmt: skip
    assert {len(row) for row in rows} == {4}


def test_what_happens_over_weeks_is_not_held_against_the_first_day(
    place: world.Place,
) -> None:
    keep(place)
    day = last_month()
    start = reports.baseline_of(place.policy)
    assert start is not None
    # On the first day one record was put in, and so one check was written.
    assert reports.values_of(start)["checks"] == 1
    url = reverse("workflow:month-report", args=[day.year, f"{day.month:02}"])
    client = signed_in(place.lead)
    page = client.get(url)
    said = {words.split(":")[0]: words for words in page.context["sentences"]}
    last = {
        row[0]["text"]: row[-1]["text"]
        for group in page.context["groups"]
        for row in group["rows"]
    }

    labels = {one.slug: one.label for one in figures.FIGURES}
    assert {
        slug: "at the start" in said[labels[slug]] for slug in ("published", "checks")
    } == {"published": True, "checks": False}
    assert {slug: last[labels[slug]] for slug in ("checks", "pace", "hours")} == (
        dict.fromkeys(("checks", "pace", "hours"), "Not compared")
    )
    assert last[labels["in-date-share"]] != "Not compared"
    heads = {one["label"]: one for one in client.get("/lead/").context["headlines"]}
    assert {slug: "start" in heads[labels[slug]] for slug in ("waiting", "checks")} == {
        "waiting": True, "checks": False,
    }  # fmt: skip


def test_keeping_twice_keeps_once(place: world.Place) -> None:
    keep(place)
    first = list(KeptFigures.objects.order_by("pk").values())
    keep(place)

    assert list(KeptFigures.objects.order_by("pk").values()) == first


def test_month_that_is_not_over_has_no_report(place: world.Place) -> None:
    keep(place)
    today = clock.today()

    client = signed_in(place.lead)
    for month in (f"{today:%Y-%m}", "2026-13", "1999-01"):
        assert client.get(f"/lead/reports/{month}/").status_code == 404


def test_reports_are_for_the_lead_alone(place: world.Place) -> None:
    keep(place)
    urls = ["/lead/reports/", f"/lead/reports/{last_month():%Y-%m}/"]

    for url in (*urls, f"/lead/reports/{last_month():%Y-%m}.csv"):
        assert signed_in(place.lead).get(url).status_code == 200
        assert signed_in(place.assurer).get(url).status_code == 403
    other = world.make_place("Elsewhere")
    assert signed_in(other.lead).get(urls[1]).status_code == 404


def test_list_of_months_costs_the_same_with_more(place: world.Place) -> None:
    before = query_count(place.lead, "/lead/reports/")
    keep(place)

    assert query_count(place.lead, "/lead/reports/") == before


@pytest.mark.parametrize(
    ("unit", "by", "words"),
    [
        (Unit.COUNT, 12, "12 more"),
        (Unit.COUNT, -1, "1 fewer"),
        (Unit.COUNT, 0, "the same"),
        (Unit.PERCENT, -1, "1 point lower"),
        (Unit.PERCENT, 3, "3 points higher"),
        (Unit.SPAN, 60, "1 hour longer"),
        (Unit.SPAN, -4320, "3 days shorter"),
        (Unit.WORK, 90, "1 hour 30 minutes more"),
        (Unit.MONEY, -2050, "£20.50 less"),
    ],
)
def test_difference_is_said_in_words(unit: Unit, by: int, words: str) -> None:
    assert difference(unit, by) == words


# --- the baseline ---------------------------------------------------------------------


def test_first_day_is_kept_by_itself(place: world.Place) -> None:
    keep(place)

    kept = reports.baseline_of(place.policy)
    assert kept is not None
    assert kept.day == clock.london_day(ago(days=100))
    values = reports.values_of(kept)
    assert (values["published"], values["in-date"], values["behind"]) == (1, 1, 0)
    overview = signed_in(place.lead).get("/lead/")
    assert "1 at the start" in text(overview)
    event = AuditEvent.objects.get(verb="baseline_taken")
    assert event.after == {"day": kept.day.isoformat()}


def test_first_day_is_kept_only_when_it_is_over() -> None:
    made = world.make_place()
    world.published(made)

    assert keeping_figures.keep_figures(made.policy, clock.now()) == 0
    tomorrow = clock.now() + dt.timedelta(days=1, hours=1)
    assert keeping_figures.keep_figures(made.policy, tomorrow) == 1
    kept = reports.baseline_of(made.policy)
    assert kept is not None
    assert set(reports.values_of(kept)) >= set(trends.TOLD)


def test_lead_keeps_the_start_once() -> None:
    made = world.make_place()
    with pytest.raises(PermissionDenied):
        keeping_figures.take_baseline(by=made.assurer, place=made.partnership)
    client = signed_in(made.lead)
    client.post("/lead/reports/start/")

    kept = reports.baseline_of(made.policy)
    assert kept is not None
    assert reports.values_of(kept) == figures.values(made.policy, clock.now())
    with pytest.raises(InvalidState):
        keeping_figures.take_baseline(by=made.lead, place=made.partnership)


# --- against the audit trail ----------------------------------------------------------


def from_the_trail(place: world.Place) -> dict[str, int]:
    """The main figures of now, counted by going through the audit trail in order."""
    public: set[Any] = set()
    checked: dict[Any, dt.datetime] = {}
    opened: dict[Any, dt.datetime] = {}
    decided: dict[Any, dt.datetime] = {}
    checks = 0
    for event in AuditEvent.objects.filter(
        partnership_id=place.partnership.pk
    ).order_by("id"):
        about = event.object_id
        if event.verb == "listing_published":
            public.add(about)
        elif event.verb == "listing_hidden":
            public.discard(about)
        elif event.verb == "listing_assured":
            checked[about] = event.at
            checks += event.at > clock.now() - dt.timedelta(days=30)
        elif event.verb in ("change_proposed", "problem_reported"):
            opened[about] = event.at
        elif event.verb == "proposal_decided" and about in opened:
            decided[about] = event.at
    today = clock.today()
    due = {pk: add_months(clock.london_day(at), 3)
           for pk, at in checked.items() if pk in public}  # fmt: skip
    late = dt.timedelta(days=place.policy.overdue_days)
    return {
        "published": len(public),
        "in-date": sum(day > today for day in due.values()),
        "behind": sum(day + late <= today for day in due.values()),
        "checks": checks,
        "waiting": len(set(opened) - set(decided)),
    }


def test_figures_agree_with_a_count_of_the_audit_trail(place: world.Place) -> None:
    with clock.at(clock.now() + dt.timedelta(days=45)):
        found = figures.values(place.policy, clock.now())
        wanted = from_the_trail(place)

    assert {slug: found[slug] for slug in wanted} == wanted
    assert Proposal.objects.count() > 0
