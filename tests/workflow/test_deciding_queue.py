"""The queue: what waits for whom, oldest duty first."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from tests import world
from tests.workflow.deciding import (
    change,
    choice,
    edit,
    later,
    page,
    query_count,
    report,
    send,
    signed_in,
    text,
)
from workflow import queries, worklist
from workflow import sections as parts_of_the_queue
from workflow.actions import listings, proposals, releases
from workflow.actions.decisions import decide
from workflow.actions.place import hide_lapsed
from workflow.models import Proposal
from workflow.narrowed import Filters
from workflow.sections import SECTIONS
from workflow.views.deciding_cards import how_long, time_left

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def sections(response: Any) -> dict[str, list[str]]:
    """The titles of the cards by section."""
    return {
        group["section"].slug: [card["title"] for card in group["cards"]]
        for group in response.context["groups"]
    }


def cards(response: Any) -> list[dict[str, Any]]:
    return [card for group in response.context["groups"] for card in group["cards"]]


def test_queue_says_what_was_decided_differently_meanwhile(
    place: world.Place,
) -> None:
    listing = world.published(place, fees="Free")
    waiting = edit(place, listing, fees="£1")
    other = edit(place, listing, by=place.volunteer, fees="£2")
    with clock.at(dt.datetime(2026, 11, 2, 10, 42, tzinfo=clock.LONDON)):
        (card,) = [
            card
            for card in cards(page(place.assurer, "queue"))
            if card["url"].endswith(f"{waiting.pk}/")
        ]
        assert card["tags"] == []
        decide(
            by=place.second_assurer, proposal_id=other.pk,
            choices=world.accept_all(other),
        )  # fmt: skip
        (card,) = cards(page(place.assurer, "queue"))

    assert [tag["text"] for tag in card["tags"]] == [
        "Decided differently today at 10.42am"
    ]


# --- who ------------------------------------------------------------------------------


def test_queue_is_not_for_contributors(place: world.Place) -> None:
    assert page(place.contributor, "queue").status_code == 403


def test_queue_asks_a_stranger_to_sign_in(client: Any) -> None:
    response = client.get(reverse("workflow:queue"))

    assert response.status_code == 302
    assert response.url == "/sign-in/?next=/work/"


def test_queue_leaves_out_what_one_suggested_oneself(place: world.Place) -> None:
    listing = world.published(place)
    edit(place, listing, by=place.assurer, fees="Free")

    assert sections(page(place.assurer, "queue")) == {}
    assert sections(page(place.second_assurer, "queue")) == {
        "changes": ["Tuesday coffee morning"]
    }


def test_queue_leaves_out_other_places(place: world.Place) -> None:
    elsewhere = world.make_place("Elsewhere")
    edit(elsewhere, world.published(elsewhere), fees="Free")

    assert sections(page(place.assurer, "queue")) == {}


def test_queue_of_a_trusted_editor_holds_their_own_checks(place: world.Place) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    assert page(editor, "queue").status_code == 403
    world.trust(place, listing)

    with later(days=95):
        assert sections(page(editor, "queue")) == {"due": ["Tuesday coffee morning"]}


# --- what -----------------------------------------------------------------------------


def test_queue_groups_by_duty(place: world.Place) -> None:
    first = world.published(place, name="First")
    second = world.published(place, name="Second")
    world.submitted(place, name="Third")
    report(place, first)
    edit(place, second, fees="Free")

    response = page(place.assurer, "queue")

    assert sections(response) == {
        "reports": ["First"],
        "changes": ["Second"],
        "new": ["Third"],
    }
    assert [(t["label"], t["count"]) for t in response.context["tabs"]] == [
        ("Everything", 3),
        ("Reports and closures", 1),
        ("Changes", 1),
        ("New services", 1),
    ]


def test_queue_puts_the_oldest_duty_first(place: world.Place) -> None:
    first, second = (world.published(place, name=n) for n in ("First", "Second"))
    edit(place, second, fees="Free")
    with later(hours=1):
        edit(place, first, fees="Free")
        response = page(place.assurer, "queue")

    assert sections(response) == {"changes": ["Second", "First"]}


def test_queue_puts_the_report_that_runs_out_first(place: world.Place) -> None:
    first, second = (world.published(place, name=n) for n in ("First", "Second"))
    report(place, first)
    with later(minutes=5):
        report(place, second, harm=True)
        response = page(place.assurer, "queue")

    assert sections(response) == {"reports": ["Second", "First"]}
    assert "of reports, the one to be answered soonest." in text(response)


def test_queue_says_that_a_report_is_late(place: world.Place) -> None:
    report(place, world.published(place), harm=True)

    with later(days=3):
        (card,) = cards(page(place.assurer, "queue"))

    assert [(tag["text"], tag["kind"]) for tag in card["tags"]] == [
        ("Somebody could come to harm", "bad"),
        ("Answer: 2 days late", "bad"),
    ]


def test_queue_says_why_a_change_is_there(place: world.Place) -> None:
    edit(place, world.published(place), fees="Free", alert="Closed in May")

    (card,) = cards(page(place.assurer, "queue"))

    assert card["caption"] == "Testham Friends"
    assert card["text"] == (
        "Cora Contributor suggests 2 changes: notice, cost in words. “I was there.”"
    )


@pytest.mark.parametrize(
    ("days", "section"),
    [
        (50, None),
        (76, None),
        (77, "soon"),
        (84, "soon"),
        (85, "week"),
        (92, "due"),
        (110, "overdue"),
        (130, "lapsed"),
    ],
)
def test_queue_asks_for_checks_by_how_late_they_are(
    place: world.Place, days: int, section: str | None
) -> None:
    with clock.at(dt.datetime(2026, 3, 1, 12, tzinfo=clock.LONDON)):
        world.published(place)
    at = dt.datetime(2026, 3, 1, 12, tzinfo=clock.LONDON) + dt.timedelta(days=days)
    with clock.at(at):
        response = page(place.assurer, "queue")

    expected = {section: ["Tuesday coffee morning"]} if section else {}
    assert sections(response) == expected


@pytest.mark.parametrize(
    ("days_before", "section"), [(3, "week"), (4, None), (20, None)]
)
def test_queue_asks_from_the_day_that_the_policy_names(
    place: world.Place, days_before: int, section: str | None
) -> None:
    due = world.published(place).due_on
    assert due is not None
    place.policy.due_soon_days = 3
    place.policy.save()

    noon = dt.datetime.combine(due, dt.time(12), tzinfo=clock.LONDON)
    with clock.at(noon - dt.timedelta(days=days_before)):
        response = page(place.assurer, "queue")

    assert sections(response) == ({section: ["Tuesday coffee morning"]} if section
                                  else {})  # fmt: skip


def test_queue_counts_and_filters_what_is_due_soon(place: world.Place) -> None:
    due = world.fresh(world.published(place)).due_on
    assert due is not None

    with clock.at(
        dt.datetime.combine(due, dt.time(12), tzinfo=clock.LONDON)
        - dt.timedelta(days=10)
    ):
        response = page(place.assurer, "queue", kind="soon")

    tabs = response.context["tabs"]
    assert [(tab["label"], tab["count"], tab["current"]) for tab in tabs] == [
        ("Everything", 1, False), ("Due soon", 1, True),
    ]  # fmt: skip
    (card,) = cards(response)
    assert [f["date"] for f in card["facts"] if f["label"].startswith("Due")] == [due]


def test_queue_keeps_what_is_hidden_because_it_lapsed(place: world.Place) -> None:
    listing = world.published(place)
    with later(days=130):
        hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Nobody answers.")
        (card,) = cards(page(place.assurer, "queue"))
        since = world.fresh(listing).assured_on

    assert card["text"].startswith(f"Not checked since {since:%-d %B %Y}")
    assert card["reasons"] == ["Not checked in time"]
    ring = {"label": "Ring", "value": "01632 960101 (Bookings)"}
    assert ring | {"url": "tel:+441632960101"} in card["facts"]


def test_queue_does_not_ask_to_check_what_is_closed(place: world.Place) -> None:
    listing = world.published(place)
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because="closed", reason="It shut."
    )

    with later(days=130):
        assert sections(page(place.assurer, "queue")) == {}


def test_queue_lists_public_lines_to_accept(place: world.Place) -> None:
    listing = world.published(place, phones=[{"number": "07700 900123"}])
    editor = world.make_editor(listing)
    held = queries.public_parts(queries.whole(listing)).held_back
    (finding,) = held[str(listing.record_id)]
    releases.state_public_line(
        by=editor, listing_id=listing.pk, key=finding.key, reason="The rota phone."
    )

    response = page(place.assurer, "queue")

    assert sections(response) == {"lines": ["Tuesday coffee morning"]}
    assert cards(response)[0]["text"] == (
        "Edda Editor says that 07700 900123 is the group's public line: "
        "“The rota phone.”"
    )


def test_queue_of_a_publisher_holds_what_is_to_publish(place: world.Place) -> None:
    place.policy.publish_at_once = False
    place.policy.save()
    world.published(place)

    response = page(place.publisher, "queue")

    assert sections(response) == {"publish": ["Tuesday coffee morning"]}


def test_queue_that_is_empty_names_the_next_check(place: world.Place) -> None:
    listing = world.published(place)
    due = world.fresh(listing).due_on
    assert due is not None

    response = page(place.assurer, "queue")

    assert f"The next check falls due on {due:%-d %B %Y}" in text(response)
    assert reverse("workflow:check", args=[listing.pk]) in text(response)


# --- filters --------------------------------------------------------------------------


def test_queue_shows_one_kind_alone(place: world.Place) -> None:
    listing = world.published(place)
    edit(place, listing, fees="Free")
    report(place, listing)

    response = page(place.assurer, "queue", kind="changes")

    assert list(sections(response)) == ["changes"]


def test_queue_shows_what_somebody_has_started(place: world.Place) -> None:
    listing = world.published(place)
    mine = edit(place, listing, fees="Free")
    edit(place, listing, by=place.volunteer, fees="£1")
    proposals.start_deciding(by=place.assurer, proposal_id=mine.pk)

    def shown(whose: str) -> list[str]:
        response = page(place.second_assurer, "queue", whose=whose)
        return [card["url"].partition("?")[0] for card in cards(response)]

    assert len(shown("")) == 2
    assert len(shown("free")) == 1
    assert shown("mine") == []
    response = page(place.assurer, "queue", whose="mine")
    assert [card["next_label"] for card in cards(response)] == ["Carry on"]


def test_queue_says_who_is_on_it(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")
    noon = dt.datetime.combine(clock.today(), dt.time(12), tzinfo=clock.LONDON)
    with clock.at(noon):
        proposals.start_deciding(by=place.assurer, proposal_id=proposal.pk)
        (card,) = cards(page(place.second_assurer, "queue"))

    assert card["tags"][0]["text"] == "Asha Assurer is on it until 12.30pm"
    assert "next_url" not in card


def test_queue_passes_over_a_filter_that_is_not_there(place: world.Place) -> None:
    edit(place, world.published(place), fees="Free")

    response = page(place.assurer, "queue", kind="nonsense", whose="x", remit="y")

    assert sections(response) == {"changes": ["Tuesday coffee morning"]}


# --- starting, stopping, undoing ------------------------------------------------------


def test_opening_claims_nothing(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")

    page(place.assurer, "proposal", proposal.pk)
    page(place.assurer, "start", proposal.pk)

    proposal.refresh_from_db()
    assert proposal.claimed_by is None


def test_start_claims_for_half_an_hour_and_opens_it(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")

    response = send(place.assurer, "start", proposal.pk)

    proposal.refresh_from_db()
    assert response.url == reverse("workflow:proposal", args=[proposal.pk])
    assert proposal.claimed_by == place.assurer


def test_start_of_what_another_has_started_says_so(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")
    noon = dt.datetime.combine(clock.today(), dt.time(12), tzinfo=clock.LONDON)
    with clock.at(noon):
        send(place.assurer, "start", proposal.pk)
        response = send(place.second_assurer, "start", proposal.pk)

    assert response.status_code == 409
    assert "Asha Assurer is looking at this until 12.30pm." in text(response)


def test_start_is_refused_to_those_who_may_not_decide(place: world.Place) -> None:
    proposal = edit(place, world.published(place), by=place.assurer, fees="Free")

    assert send(place.assurer, "start", proposal.pk).status_code == 403
    assert send(place.contributor, "start", proposal.pk).status_code == 403
    elsewhere = world.make_place("Elsewhere")
    assert send(elsewhere.assurer, "start", proposal.pk).status_code == 404


def test_stop_gives_it_back(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")
    send(place.assurer, "start", proposal.pk)

    response = send(place.assurer, "stop", proposal.pk)

    proposal.refresh_from_db()
    assert response.url == reverse("workflow:queue")
    assert proposal.claimed_by is None


def test_stop_of_what_one_has_not_started_says_so(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")

    assert send(place.assurer, "stop", proposal.pk).status_code == 409


def test_undo_puts_it_in_the_queue_again(place: world.Place) -> None:
    listing = world.published(place)
    proposal = edit(place, listing, fees="Free")
    send(place.assurer, "proposal", proposal.pk, **choice(change(proposal), "accept"))
    decision = proposal.decisions.get()

    response = signed_in(place.assurer).post(
        reverse("workflow:undo", args=[decision.pk]), follow=True
    )

    again = Proposal.objects.get(state="open")
    assert response.redirect_chain == [
        (reverse("workflow:proposal", args=[again.pk]), 302)
    ]
    (message,) = response.context["messages"]
    assert str(message) == (
        "Undone: “Tuesday coffee morning”: cost in words accepted. "
        "It waits for a decision again, as it came."
    )
    assert queries.current(world.fresh(listing).record).get("fees") is None


def test_undo_after_ten_minutes_says_that_it_is_too_late(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")
    send(place.assurer, "proposal", proposal.pk, **choice(change(proposal), "accept"))
    decision = proposal.decisions.get()

    with later(minutes=11):
        response = send(place.assurer, "undo", decision.pk)
        same = page(place.assurer, "proposal", proposal.pk)

    assert response.status_code == 409
    assert "Ten minutes have passed." in text(response)
    assert same.context["undos"] == []


def test_undo_is_only_for_who_decided(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="Free")
    send(place.assurer, "proposal", proposal.pk, **choice(change(proposal), "accept"))

    response = send(place.second_assurer, "undo", proposal.decisions.get().pk)

    assert response.status_code == 403


# --- cost and words -------------------------------------------------------------------


def test_queue_costs_the_same_with_one_and_three_of_everything(
    place: world.Place,
) -> None:
    def fill(name: str) -> None:
        listing = world.published(place, name=name)
        edit(place, listing, fees="Free")
        report(place, listing)
        world.submitted(place, name=f"New {name}")

    address = reverse("workflow:queue")
    fill("One")
    with later(days=95):
        one = query_count(place.assurer, address)
    fill("Two")
    fill("Three")
    with later(days=95):
        three = query_count(place.assurer, address)

    assert three == one


def test_queue_asks_nothing_twice(place: world.Place) -> None:
    listing = world.published(place)
    edit(place, listing, fees="Free")
    report(place, listing)
    client = signed_in(place.assurer)
    with later(days=95):
        for kind in ("", "due", "changes"):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("workflow:queue"), {"kind": kind})
            each = Counter(query["sql"] for query in asked)

            assert [sql for sql, times in each.items() if times > 1] == []


def test_queue_starts_with_what_its_sections_hold(place: world.Place) -> None:
    """The numbers and the first of each are those of the sections by themselves."""
    for number in range(4):
        listing = world.published(place, name=f"Service {number}")
        edit(place, listing, fees="Free")
        report(place, listing)
        world.submitted(place, name=f"New {number}")
    with later(days=95):
        now, user = clock.now(), place.assurer
        begins = worklist.start(user, Filters(), now, 3)
        whole = {
            section.slug: list(
                worklist.rows(user, section, Filters(), now, begins.reach)
            )
            for section in SECTIONS
        }

    assert begins.counts == {slug: len(rows) for slug, rows in whole.items()}
    assert begins.first == {slug: rows[:3] for slug, rows in whole.items()}
    assert [s for s, n in begins.counts.items() if n] == [
        "reports", "changes", "new", "due",
    ]  # fmt: skip


def test_queue_says_where_it_stopped_counting(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tab, the whole, the menu and the time say that there is more, and agree."""
    for number in range(3):
        edit(place, world.published(place, name=f"Service {number}"), fees="Free")
    monkeypatch.setattr(parts_of_the_queue, "MOST", 2)

    with later(days=95):
        answer = page(place.assurer, "queue")

    tabs = {tab["label"]: str(tab["count"]) for tab in answer.context["tabs"]}
    assert tabs == {"Everything": "4+", "Changes": "2+", "Due now": "2+"}
    assert "4+ things to do, more than 0 hours." in text(answer)
    (mine,) = [one for one in answer.context["nav"] if one["label"] == "My work"]
    assert str(mine["count"]) == "4+"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "about 5 minutes"),
        (22, "about 20 minutes"),
        (60, "about an hour"),
        (95, "about 1½ hours"),
        (480, "about 8 hours"),
    ],
)
def test_how_long_is_said_in_round_words(minutes: int, words: str) -> None:
    assert how_long(minutes) == words


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.01, ("1 minute left", False)),
        (3.5, ("3 hours left", False)),
        (-1.2, ("1 hour late", True)),
        (-50, ("2 days late", True)),
    ],
)
def test_time_left_says_how_much_and_whether_it_is_late(
    hours: float, said: tuple[str, bool]
) -> None:
    now = dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)

    assert time_left(now + dt.timedelta(hours=hours), now) == said


def test_total_counts_everything_that_waits(place: world.Place) -> None:
    listing = world.published(place)
    edit(place, listing, fees="Free")
    report(place, listing)

    assert worklist.total(place.assurer) == 2
