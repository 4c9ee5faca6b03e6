"""The lead's overview, the figures and what is behind each, and who may see it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from accounts.roles import Role
from common import clock
from directory import freshness
from directory.choices import Visibility
from tests import world
from tests.workflow.leading import (
    check,
    decision,
    lapsed,
    listing,
    proposal,
    random_states,
    signed_in,
    source,
)
from tests.workflow.pages import text
from workflow import figures
from workflow.choices import Stage
from workflow.models import HidingStop, Listing, Remit
from workflow.views import leading, leading_figures
from workflow.views.leading_rows import UNNAMED

pytestmark = pytest.mark.django_db

PAGES = ("lead", "policy", "levels", "remits", "people", "carry-over")


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def stats(client: Client) -> dict[str, dict[str, Any]]:
    """Every figure on the overview, by its label."""
    page = client.get("/lead/").context
    more = [stat for group in page["groups"] for stat in group["stats"]]
    return {stat["label"]: stat for stat in [*page["headlines"], *more]}


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --- who ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_the_lead_alone(place: world.Place, name: str) -> None:
    url = reverse(f"workflow:{name}")
    nobody = world.person("Sue Superuser", is_superuser=True)
    others = (place.assurer, place.publisher, place.reader, place.officer, nobody)

    assert signed_in(place.lead).get(url).status_code == 200
    assert [signed_in(other).get(url).status_code for other in others] == [403] * 5
    assert Client().get(url)["Location"] == f"/sign-in/?next={url}"


def test_erase_opens_for_the_officer_alone(place: world.Place) -> None:
    url = reverse("workflow:erase")

    assert signed_in(place.officer).get(url).status_code == 200
    assert signed_in(place.lead).get(url).status_code == 403


def test_lead_of_another_place_sees_their_own(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    listing(place, stage=Stage.PUBLISHED)

    answer = signed_in(other.lead).get("/lead/")

    assert answer.context["place"] == other.partnership
    assert stats(signed_in(other.lead))["Published"]["value"] == "0"
    assert stats(signed_in(place.lead))["Published"]["value"] == "1"


def test_home_of_a_lead_is_the_overview(place: world.Place) -> None:
    answer = signed_in(place.lead).get("/home/", follow=True)

    assert answer.redirect_chain == [("/lead/", 302)]
    menu = {item["label"]: item["current"] for item in answer.context["nav"]}
    assert menu == {"Overview": True, "Records": False}


def test_menu_of_a_publisher_counts_what_can_be_published(place: world.Place) -> None:
    listing(place, stage=Stage.ASSURED)

    menu = signed_in(place.publisher).get("/records/").context["nav"]

    assert [(x["label"], x["count"]) for x in menu] == [
        ("To publish", 1), ("Records", None)]  # fmt: skip


# --- figures --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_each_figure_lists_exactly_what_it_counts(
    place: world.Place, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading_figures, "ON_A_PAGE", 5)
    oracle = random_states(place, seed)
    random_states(world.make_place("Elsewhere"), seed + 100)
    client = signed_in(place.lead)
    shown = stats(client)

    for figure in filter(lambda one: oracle.knows(one.slug), figures.FIGURES):
        wanted = oracle.count(figure.slug)
        stat = shown.get(figure.label)
        url = reverse("workflow:figure", args=[figure.slug])
        first = client.get(url)
        pages = first.context["page"].paginator.num_pages
        rows = list(first.context["rows"])
        for number in range(2, pages + 1):
            rows += client.get(url, {"page": number}).context["rows"]
        assert (figure.slug, len(rows)) == (figure.slug, wanted)
        if stat is None:
            assert (figure.group, wanted) == (figures.HIDING, 0)
        else:
            assert (stat["value"], stat["url"]) == (str(wanted), url)
            assert stat["definition"] == figure.definition


@pytest.mark.parametrize("seed", range(3))
def test_grades_together_are_all_that_is_published(
    place: world.Place, seed: int
) -> None:
    random_states(place, seed)

    found = figures.counts(place.policy, clock.now())

    assert sum(found[slug] for slug in figures.GRADED) == found["published"]


def test_in_date_is_said_as_a_part_of_what_is_published(place: world.Place) -> None:
    later = clock.today() + dt.timedelta(days=60)
    for due_on in (later, later, clock.today()):
        listing(place, stage=Stage.PUBLISHED, due_on=due_on)

    shown = stats(signed_in(place.lead))

    assert (shown["In date"]["value"], shown["In date"]["of"]) == ("2", "of 3, 66%")
    assert (shown["Due now"]["value"], shown["Due now"]["of"]) == ("1", "of 3, 33%")
    assert shown["Overdue"]["of"] == "of 3, 0%"


@pytest.mark.parametrize(
    ("value", "published", "words"),
    [
        (1, 101, "of 101, under 1%"),
        (0, 101, "of 101, 0%"),
        (1, 100, "of 100, 1%"),
        (100, 101, "of 101, 99%"),
        (101, 101, "of 101, 100%"),
    ],
)
def test_share_is_rounded_down_but_never_to_nothing(
    value: int, published: int, words: str
) -> None:
    assert leading.share(value, published) == words


def test_figures_say_as_at_when(place: world.Place) -> None:
    with clock.at(dt.datetime(2026, 9, 12, 10, 42, tzinfo=clock.LONDON)):
        client = signed_in(place.lead)
        overview, figure = client.get("/lead/"), client.get("/lead/published/")

    assert "As at 12 September 2026, 10.42am " in text(overview)
    assert "No records, as at 12 September 2026, 10.42am" in text(figure)


def test_figure_compares_with_the_end_of_last_month(place: world.Place) -> None:
    last_day = clock.today().replace(day=1) - dt.timedelta(days=1)
    with clock.at(clock.now() - dt.timedelta(days=40)):
        world.published(place)
    world.published(place, name="Chess club")

    stat = stats(signed_in(place.lead))["Published"]

    day = freshness.full_date(last_day)
    assert (stat["value"], stat["trend"]) == ("2", f"1 more than on {day}")


def test_figure_that_does_not_exist_is_not_found(place: world.Place) -> None:
    assert signed_in(place.lead).get("/lead/happiness/").status_code == 404


def test_no_figure_hides_behind_another_page() -> None:
    for slug in figures.BY_SLUG:
        assert resolve(f"/lead/{slug}/").url_name == "figure"


def test_record_that_the_lead_may_not_read_has_no_name(place: world.Place) -> None:
    secret = listing(place, stage=Stage.ASSURED, visibility=Visibility.INTERNAL)

    answer = signed_in(place.lead).get("/lead/to-publish/")

    assert [row[0] for row in answer.context["rows"]] == [{"text": UNNAMED}]
    assert secret.title not in text(answer)


def test_row_of_a_listing_says_whose_and_when(place: world.Place) -> None:
    made = world.published(place)

    (row,) = signed_in(place.lead).get("/lead/published/").context["rows"]

    today = freshness.full_date(clock.today())
    assert made.due_on is not None
    due = freshness.full_date(made.due_on)
    assert [cell.get("text") for cell in row] == [
        "Tuesday coffee morning", "Testham Friends", "All of Testham", None,
        f"{today}, today", f"{due}, in 3 months",
    ]  # fmt: skip
    assert row[0]["url"] == reverse("workflow:record", args=[made.pk])
    assert row[3] == {"grade": "current"}


# --- what needs the lead --------------------------------------------------------------


def test_nothing_needs_the_lead(place: world.Place) -> None:
    assert "Nothing needs you today" in text(signed_in(place.lead).get("/lead/"))


def test_lapsed_records_that_no_machine_hides_are_the_leads(
    place: world.Place,
) -> None:
    term, other = world.term().pk, world.term("Chess").pk
    critical = lapsed(place, critical=True)
    last = lapsed(place, term_ids=[term])
    lapsed(place, term_ids=[other])
    listing(place, stage=Stage.PUBLISHED, term_ids=[other], due_on=clock.today())
    lapsed(place)

    context = signed_in(place.lead).get("/lead/").context

    shown = {row[0]["text"]: row[-1]["text"] for row in context["lapsed"]}
    assert shown == {
        critical.title: "It is critical",
        last.title: "The last of its kind",
    }
    assert {row[0]["url"] for row in context["lapsed"]} == {
        reverse("workflow:lapsed", args=[one.pk]) for one in (critical, last)
    }


def test_lapsed_records_that_the_policy_keeps_need_nobody(place: world.Place) -> None:
    place.policy.when_lapsed = "warn"
    place.policy.save()
    lapsed(place, critical=True)

    assert signed_in(place.lead).get("/lead/").context["lapsed"] == []


def test_more_than_a_few_fold(place: world.Place) -> None:
    for _ in range(7):
        lapsed(place, critical=True)

    context = signed_in(place.lead).get("/lead/").context

    assert (len(context["lapsed"]), len(context["more_lapsed"])) == (5, 2)


def test_only_so_many_lapsed_are_listed_at_once(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "LAPSED_SHOWN", 6)
    for _ in range(8):
        lapsed(place, critical=True)

    answer = signed_in(place.lead).get("/lead/")

    context = answer.context
    assert (len(context["lapsed"]), len(context["more_lapsed"])) == (5, 1)
    assert (context["lapsed_count"], context["lapsed_left_out"]) == (8, 2)
    assert "Show 1 more; the rest when these are decided" in text(answer)


def test_listings_in_nobodys_area_are_shown(place: world.Place) -> None:
    mine = listing(place, stage=Stage.SUBMITTED, remit=None)
    listing(place, stage=Stage.DRAFT, remit=None)

    context = signed_in(place.lead).get("/lead/").context

    assert [row[0] for row in context["unowned"]] == [
        {"text": mine.title, "url": reverse("workflow:record", args=[mine.pk])}
    ]
    assert context["unowned_count"] == 1


def test_open_stop_is_shown_and_a_decided_one_is_not(place: world.Place) -> None:
    stop = HidingStop.objects.create(
        partnership=place.partnership, scope="the whole place", listing_ids=["a"],
        out_of=10,
    )  # fmt: skip
    client = signed_in(place.lead)

    assert client.get("/lead/").context["stop"] == stop
    HidingStop.objects.update(decided_at=clock.now())
    assert client.get("/lead/").context["stop"] is None


def test_areas_of_work_say_what_they_have_to_do(place: world.Place) -> None:
    today = clock.today()
    for days in (-28, -14, -13, 0, 30, 31):
        one = listing(
            place, stage=Stage.PUBLISHED, due_on=today + dt.timedelta(days=days)
        )
    proposal(place, one)

    (row,) = signed_in(place.lead).get("/lead/").context["remits"]

    assert [cell["text"] for cell in row] == [
        "All of Testham (Testham Council, Asha Assurer)", "6", "3", "2", "1",
    ]  # fmt: skip
    client = signed_in(place.lead)
    counted = [
        client.get(cell["url"]).context["page"].paginator.count for cell in row[1:]
    ]
    assert counted == [6, 3, 2, 1]


# --- cost -----------------------------------------------------------------------------


def one_of_each(place: world.Place) -> Listing:
    """One more of everything that the lead's pages list."""
    world.published(
        place, body=world.organization(name=f"Body {Listing.objects.count()}")
    )
    world.give(world.person("Nina New"), Role.READER, place.health)
    Remit.objects.create(
        partnership=place.partnership, partner=place.council, lead=place.assurer,
        name=f"Remit {Remit.objects.count()}",
    )  # fmt: skip
    listing(place, stage=Stage.SUBMITTED, source=source(place))
    made = lapsed(place, critical=True)
    listing(place, stage=Stage.ASSURED, remit=None)
    proposal(place, made)
    decision(place, made, single_handed=True)
    check(place, made, single_handed=True)
    return made


@pytest.mark.parametrize(
    "url",
    ["/lead/", "/lead/published/", "/lead/waiting/", "/lead/single-handed/",
     "/lead/single-handed-checks/", "/lead/organisations/", "/lead/areas/",
     "/lead/people/", "/lead/carry-over/"],
)  # fmt: skip
def test_more_records_cost_no_more_queries(place: world.Place, url: str) -> None:
    client = signed_in(place.lead)
    one_of_each(place)
    # A list of sources is offered from the second one on.
    listing(place, stage=Stage.SUBMITTED, source=source(place))
    first = queries_of(client, url)
    one_of_each(place)
    one_of_each(place)

    assert queries_of(client, url) == first
