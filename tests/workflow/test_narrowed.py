"""The queue narrowed by its address, and going on with the next of the same part."""

import copy
import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse

from accounts.roles import Role
from common import clock
from tests import world
from tests.workflow.deciding import (
    change,
    choice,
    edit,
    page,
    query_count,
    report,
    seen,
    signed_in,
)
from tests.workflow.pages import text
from workflow import batches, effort, forms, sections, waiting_checks
from workflow.actions.proposals import report_closed, start_deciding
from workflow.choices import BatchAct, EffortKind, Level, Method
from workflow.models import (
    Area,
    AreaOutline,
    EffortDefault,
    Listing,
    Proposal,
    Record,
    Remit,
)
from workflow.narrowed import Filters
from workflow.views import deciding, deciding_asked

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def file_trio(file_transaction: None) -> tuple[world.Place, list[Listing]]:
    """A place with three services that wait, made once for the tests of this file."""
    place = world.make_place("Trioham")
    return place, three(place)


@pytest.fixture
def trio(
    file_trio: tuple[world.Place, list[Listing]], place: world.Place
) -> list[Listing]:
    """Those three, in ``place``."""
    return copy.deepcopy(file_trio[1])


@pytest.fixture
def place(request: pytest.FixtureRequest, settings: Any, db: None) -> world.Place:
    """The place of the three for a test that asks for them, else an empty one."""
    if "trio" in request.fixturenames:
        made = copy.deepcopy(request.getfixturevalue("file_trio")[0])
    else:
        made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def shown(place: world.Place, **query: str) -> list[str]:
    """The titles in the queue, group after group."""
    groups = page(place.assurer, "queue", **query).context["groups"]
    return [card["title"] for group in groups for card in group["cards"]]


def three(place: world.Place) -> list[Listing]:
    """Three services with a suggestion each, the first the oldest."""
    made = []
    for number, name in enumerate(("Ants", "Bees", "Cats")):
        with clock.at(clock.now() - dt.timedelta(days=30 - 10 * number)):
            listing = world.published(place, name=name)
            edit(place, listing, fees="Free")
        made.append(listing)
    return made


def sent_on(answer: Any) -> tuple[str, str]:
    """The path and the query that an answer leads to."""
    parts = urlsplit(answer["Location"])
    return parts.path, parts.query


# --- narrowing ------------------------------------------------------------------------


def test_queue_is_narrowed_by_who_runs_it(
    place: world.Place, trio: list[Listing]
) -> None:
    ants, bees, cats = trio
    Record.objects.filter(pk=str(ants.organization_id)).update(label="Norton Friends")
    Record.objects.filter(pk=str(bees.organization_id)).update(label="Norton School")
    Record.objects.filter(pk=str(cats.organization_id)).update(label="Friends of Ash")

    assert shown(place, run_by="friends norton") == ["Ants"]
    assert shown(place, run_by="friends") == ["Ants", "Cats"]
    assert shown(place, run_by="nobody") == []


@pytest.mark.parametrize("most", [50, 1])
def test_queue_is_narrowed_by_area_of_work(
    place: world.Place,
    trio: list[Listing],
    monkeypatch: pytest.MonkeyPatch,
    most: int,
) -> None:
    """By the id in the page's address; where there are too many to choose from, by
    words of the name as well. Of another body's area nothing is narrowed."""
    for module in (forms, deciding_asked):
        monkeypatch.setattr(module, "MOST_IN_A_SELECT", most)
    ants, bees, _ = trio
    east, west, theirs = (
        Remit.objects.create(
            partnership=place.partnership, lead=place.assurer,
            partner=partner, name=name,
        )
        for name, partner in (
            ("Young east", place.council), ("Young west", place.council),
            ("Of health", place.health),
        )
    )  # fmt: skip
    for listing, remit in ((ants, east), (bees, west)):
        Listing.objects.filter(pk=listing.pk).update(
            remit=remit, remit_handed_over=True
        )

    assert shown(place, remit=str(east.pk)) == ["Ants"]
    assert shown(place, remit=str(place.remit.pk)) == ["Cats"]
    assert shown(place, remit=str(theirs.pk)) == ["Ants", "Bees", "Cats"]
    if most == 1:
        assert shown(place, remit="young") == ["Ants", "Bees"]
        assert shown(place, remit="young west") == ["Bees"]
        assert shown(place, remit="health") == []


def test_queue_is_narrowed_by_kind_of_service_with_all_below_it(
    place: world.Place,
    trio: list[Listing],
) -> None:
    ants, bees, cats = trio
    top = world.term("Food")
    below = world.term("Pantries", parent=top)
    other = world.term("Music")
    for one, term in ((ants, top), (bees, below), (cats, other)):
        Listing.objects.filter(pk=one.pk).update(term_ids=[term.pk])

    form = page(place.assurer, "queue").context["form"]

    assert [label for _, label in form.fields["term"].choices] == [
        "Every kind", "Food", "Music", "Pantries",
    ]  # fmt: skip
    assert shown(place, term=str(top.pk)) == ["Ants", "Bees"]
    assert shown(place, term=str(below.pk)) == ["Bees"]


def test_queue_is_narrowed_by_a_kind_with_what_it_replaced(
    place: world.Place, trio: list[Listing]
) -> None:
    ants, bees, _ = trio
    now = world.term("Food")
    old = world.term("Meals", retired_on=clock.today(), replaced_by=now)
    for one, term in ((ants, now), (bees, old)):
        Listing.objects.filter(pk=one.pk).update(term_ids=[term.pk])

    form = page(place.assurer, "queue").context["form"]

    assert [label for _, label in form.fields["term"].choices] == ["Every kind", "Food"]
    assert shown(place, term=str(now.pk)) == ["Ants", "Bees"]


def test_queue_is_narrowed_by_age(place: world.Place, trio: list[Listing]) -> None:

    assert shown(place, days="14", kind="changes") == ["Ants", "Bees"]
    assert shown(place, days="28", kind="changes") == ["Ants"]


def test_checks_are_narrowed_by_how_long_they_are_due(place: world.Place) -> None:
    for name, days in (("Long", 20), ("Lately", 3)):
        listing = world.published(place, name=name)
        due = clock.today() - dt.timedelta(days=days)
        Listing.objects.filter(pk=listing.pk).update(due_on=due)

    assert shown(place) == ["Lately", "Long"]
    assert shown(place, days="7") == ["Long"]


def test_queue_is_narrowed_by_who_is_on_it(
    place: world.Place, trio: list[Listing]
) -> None:
    ants, bees, _ = trio
    colleague = world.give(world.person("Col"), Role.ASSURER, place.council)
    start_deciding(by=place.assurer, proposal_id=ants.proposals.get(state="open").pk)
    start_deciding(by=colleague, proposal_id=bees.proposals.get(state="open").pk)

    assert shown(place, whose="mine") == ["Ants"]
    assert shown(place, whose="others") == ["Bees"]
    assert shown(place, whose="free") == ["Cats"]


def test_queue_is_narrowed_by_where_it_is(place: world.Place) -> None:
    for name, longitude in (("West", -2.15), ("East", -2.05)):
        listing = world.published(place, name=name, in_hall=world.hall(
            name=f"{name} Hall", longitude=longitude, latitude=51.1,
        ))  # fmt: skip
        edit(place, listing, fees="Free")
    ward = Area.objects.create(
        partnership=place.partnership, name="Westside", kind="ward", code="W1", size=1
    )
    corners = ((-2.2, 51.0), (-2.1, 51.0), (-2.1, 51.2), (-2.2, 51.2))
    AreaOutline.objects.create(area=ward, corners=corners)

    assert shown(place, area=str(ward.pk)) == ["West"]
    answer = page(place.assurer, "queue", area=str(ward.pk))
    assert [one["label"] for one in answer.context["applied"]] == [
        "Where it is: Westside"
    ]


def test_of_many_areas_the_name_is_typed(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than fit into a list are looked up by name, and an address with an id goes
    on meaning that one."""
    for number in range(3):
        longitude = -2.15 + number / 10
        listing = world.published(place, name=f"Service {number}", in_hall=world.hall(
            name=f"Hall {number}", longitude=longitude, latitude=51.1,
        ))  # fmt: skip
        edit(place, listing, fees="Free")
        ward = Area.objects.create(
            partnership=place.partnership, name=f"Ward {'1' * (number + 1)}",
            kind="ward", code=f"W{number}", size=1,
        )  # fmt: skip
        west, east = longitude - 0.05, longitude + 0.05
        corners = ((west, 51.0), (east, 51.0), (east, 51.2), (west, 51.2))
        AreaOutline.objects.create(area=ward, corners=corners)
    for module in (forms, deciding_asked):
        monkeypatch.setattr(module, "MOST_IN_A_SELECT", 2)

    answer = page(place.assurer, "queue", area=str(ward.pk))

    assert "choices" not in vars(answer.context["form"].fields["area"])
    assert [one["label"] for one in answer.context["applied"]] == [
        "Where it is: Ward 111"
    ]
    assert shown(place, area=str(ward.pk)) == ["Service 2"]
    assert shown(place, area="ward 11") == ["Service 1"]
    assert shown(place, area="11 war") == ["Service 1", "Service 2"]
    assert shown(place, area="elsewhere") == []


@pytest.mark.parametrize(
    ("why", "found"),
    [("provider", ["Own"]), ("colleague", ["Seen", "Shut"]), ("closed", ["Shut"]),
     ("public", []), ("source", []), ("critical", ["Seen"]), ("hidden", [])],
)  # fmt: skip
def test_queue_is_narrowed_by_why_it_is_there(
    place: world.Place, why: str, found: list[str]
) -> None:
    own, seen, shut = (world.published(place, name=n) for n in ("Own", "Seen", "Shut"))
    edit(place, own, by=world.make_editor(own), fees="Free")
    edit(place, seen, fees="Free")
    Listing.objects.filter(pk=seen.pk).update(critical=True)
    report_closed(
        by=place.contributor, listing_id=shut.pk, evidence="visited", words="Shut."
    )

    assert sorted(shown(place, why=why)) == found


def test_checks_are_narrowed_by_why_they_are_there(place: world.Place) -> None:
    day = clock.today() - dt.timedelta(days=5)
    for name, stage in (("Open", "published"), ("Hidden", "unpublished")):
        listing = world.published(place, name=name)
        hidden = ["lapsed"] if stage == "unpublished" else []
        Listing.objects.filter(pk=listing.pk).update(
            due_on=day, stage=stage, hidden_because=hidden
        )

    assert shown(place, why="hidden") == ["Hidden"]
    assert shown(place, why="silent") == []


def test_correcting_and_checking_keeps_the_part(place: world.Place) -> None:
    listing = world.published(place)
    Listing.objects.filter(pk=listing.pk).update(due_on=clock.today())
    query = {"kind": "due", "run_by": "friends"}
    card = page(place.assurer, "queue", **query).context["groups"][0]["cards"][0]

    correct = signed_in(place.assurer).get(card["more"][0]["url"])

    assert card["more"][0]["url"].endswith("/correct/?kind=due&run_by=friends")
    assert correct.context["back_url"].endswith("/check/?kind=due&run_by=friends")


def test_returning_a_new_service_goes_on_in_the_same_part(place: world.Place) -> None:
    first, second = (world.submitted(place, name=name) for name in ("Ants", "Bees"))
    url = reverse("workflow:proposal", args=[opened(place, first).pk])

    answer = signed_in(place.assurer).post(
        f"{url}?kind=new", {"decide": "return", "return-reason": "Times, please."}
    )

    assert sent_on(answer) == (
        reverse("workflow:proposal", args=[opened(place, second).pk]), "kind=new",
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [{"term": "nonsense"}, {"days": "-1"}, {"whose": "x"}, {"kind": "x"},
     {"remit": "nonsense"}],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_passed_over(
    place: world.Place, trio: list[Listing], query: dict[str, str]
) -> None:
    world.term()

    answer = page(place.assurer, "queue", **query)

    assert (answer.status_code, answer.context["total"]) == (200, 3)


def test_what_is_narrowed_is_said_and_can_be_taken_away(
    place: world.Place, trio: list[Listing]
) -> None:

    answer = page(place.assurer, "queue", run_by="friends", days="7", kind="changes")

    applied = {one["label"]: one["url"] for one in answer.context["applied"]}
    assert applied == {
        "Waiting or due for: A week or more": "/work/?kind=changes&run_by=friends",
        "Run by: friends": "/work/?kind=changes&days=7",
    }
    assert next(tab["url"] for tab in answer.context["tabs"]) == (
        "/work/?run_by=friends&days=7"
    )


def test_groups_say_why_and_how_long(place: world.Place, trio: list[Listing]) -> None:

    said = text(page(place.assurer, "queue"))

    assert "Changes 3 About 15 minutes Somebody suggests what a record" in said
    assert "3 things to do, about 15 minutes." in said
    assert said.count("Takes about 5 minutes") == 3


def test_long_queue_folds_all_but_its_first_parts(
    place: world.Place, trio: list[Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "FEW", 2)
    monkeypatch.setattr(deciding, "OPEN", 0)
    folded = page(place.assurer, "queue").content.decode()
    monkeypatch.setattr(deciding, "OPEN", 1)
    first = page(place.assurer, "queue").content.decode()

    fold = '<details class="v-fold" id="part-changes" data-keep-open{}>'
    assert folded.count(fold.format("")) == 1
    assert first.count(fold.format(" open")) == 1


def test_check_says_why_it_is_here(place: world.Place) -> None:
    listing = world.published(place)
    Listing.objects.filter(pk=listing.pk).update(
        due_on=clock.today() - dt.timedelta(days=3)
    )
    lapses = clock.today() + dt.timedelta(days=25)

    said = text(page(place.assurer, "queue"))

    assert (
        "Last checked by Testham Council. The next check was due 3 days ago; it lapses "
        f"on {lapses.day} {lapses:%B %Y}."
    ) in said


# --- going on -------------------------------------------------------------------------


def opened(place: world.Place, listing: Listing) -> Proposal:
    return listing.proposals.get(state="open")


def test_skipping_goes_through_all_and_round_again(
    place: world.Place, trio: list[Listing]
) -> None:
    pages = [opened(place, one) for one in trio]

    skips = [
        page(place.assurer, "proposal", one.pk).context["skip_url"] for one in pages
    ]

    addresses = [reverse("workflow:proposal", args=[one.pk]) for one in pages]
    assert skips == [*addresses[1:], addresses[0]]


def test_decision_goes_on_in_the_same_part(
    place: world.Place, trio: list[Listing]
) -> None:
    ants, _, cats = trio
    term = world.term()
    for one in (ants, cats):
        Listing.objects.filter(pk=one.pk).update(term_ids=[term.pk])
    first = opened(place, ants)
    part = f"kind=changes&term={term.pk}"
    url = reverse("workflow:proposal", args=[first.pk]) + f"?{part}"
    client = signed_in(place.assurer)
    before = client.get(url)
    sent = choice(change(first), "accept") | seen(before) | {"decide": "each"}

    answer = client.post(url, sent)

    assert sent_on(answer) == (
        reverse("workflow:proposal", args=[opened(place, cats).pk]),
        part,
    )
    assert "1 more decision waits after this" in text(before)


def test_last_decision_of_a_part_leads_back_to_the_queue(
    place: world.Place, trio: list[Listing]
) -> None:
    ants, *_ = trio
    first = opened(place, ants)
    url = reverse("workflow:proposal", args=[first.pk]) + "?kind=changes&days=28"
    client = signed_in(place.assurer)
    sent = choice(change(first), "accept") | seen(client.get(url)) | {"decide": "each"}

    assert sent_on(client.post(url, sent)) == ("/work/", "days=28")


def test_start_keeps_the_part(place: world.Place, trio: list[Listing]) -> None:
    ants, *_ = trio
    url = reverse("workflow:start", args=[opened(place, ants).pk])

    answer = signed_in(place.assurer).post(f"{url}?kind=changes")

    assert sent_on(answer)[1] == "kind=changes"


def three_due(place: world.Place) -> list[Listing]:
    """Three whose checks are due, one a day after the other."""
    made = []
    for number, name in enumerate(("Ants", "Bees", "Cats")):
        listing = world.published(place, name=name)
        due = clock.today() - dt.timedelta(days=9 - number)
        Listing.objects.filter(pk=listing.pk).update(due_on=due)
        made.append(listing)
    return made


def test_check_goes_on_with_the_next_of_its_section(place: world.Place) -> None:
    made = three_due(place)
    cards = page(place.assurer, "queue", kind="due").context["groups"][0]["cards"]
    client = signed_in(place.assurer)
    begun = client.post(cards[1]["next_url"]).headers["Location"]
    shown = client.get(begun)
    sent = seen(shown) | {"method": Method.CALL.value, "note": ""}

    answer = client.post(begun, sent)

    third = reverse("workflow:check", args=[made[2].pk])
    assert shown.context["skip_url"] == f"{third}?kind=due"
    assert sent_on(answer) == (third, "kind=due")
    assert QueryDict(sent_on(answer)[1])["kind"] == "due"


@pytest.mark.parametrize(("most", "after"), [(3, 2), (2, 1), (1, 1)])
def test_after_the_last_that_is_counted_comes_the_first(
    place: world.Place, monkeypatch: pytest.MonkeyPatch, most: int, after: int
) -> None:
    made = three_due(place)
    monkeypatch.setattr(sections, "MOST", most)

    found = waiting_checks.next_check(
        place.assurer, sections.DUE, Filters(), clock.today(), after=made[after]
    )

    assert found == made[0]


def test_check_from_the_record_leads_back_to_the_queue(place: world.Place) -> None:
    listing = world.published(place)
    url = reverse("workflow:check", args=[listing.pk])
    client = signed_in(place.assurer)
    sent = seen(client.get(url)) | {"method": Method.CALL.value, "note": ""}

    assert sent_on(client.post(url, sent)) == ("/work/", "")


def test_narrowed_queue_costs_the_same_with_one_and_three(place: world.Place) -> None:
    term = world.term()
    address = reverse("workflow:queue") + f"?run_by=friends&days=2&term={term.pk}"

    def add(name: str) -> None:
        with clock.at(clock.now() - dt.timedelta(days=5)):
            listing = world.published(place, name=name)
            edit(place, listing, fees="Free")
            report(place, listing)
        Listing.objects.filter(pk=listing.pk).update(term_ids=[term.pk])

    add("One")
    one = query_count(place.assurer, address)
    add("Two")
    add("Three")

    assert query_count(place.assurer, address) == one


def test_queue_preview_and_page_of_a_check_say_the_same_minutes(
    place: world.Place,
) -> None:
    one, two = world.published(place, name="One"), world.published(place, name="Two")
    world.trust(place, one)
    EffortDefault.objects.create(
        partnership=place.partnership, kind=EffortKind.CHECK, level=Level.PROXY,
        minutes=35,
    )  # fmt: skip
    Listing.objects.update(due_on=clock.today())

    group = page(place.assurer, "queue").context["groups"][0]
    cards = {card["title"]: card["facts"][-1]["value"] for card in group["cards"]}
    preview = batches.minutes_of([one, two], BatchAct.CHECK)

    assert cards == {"One": "about 5 minutes", "Two": "about 35 minutes"}
    assert preview == {one.pk: 5, two.pk: 35}
    assert [effort.minutes_of_listing(x, EffortKind.CHECK) for x in (one, two)] == [
        5, 35,
    ]  # fmt: skip


def test_row_of_a_check_says_that_its_provider_confirmed(place: world.Place) -> None:
    listing = world.published(place)
    earlier = clock.today() - dt.timedelta(days=90)
    Listing.objects.update(due_on=clock.today(), assured_on=earlier)

    def said(**values: Any) -> bool:
        Listing.objects.filter(pk=listing.pk).update(**values)
        card = page(place.assurer, "queue", kind="due").context["groups"][0]["cards"][0]
        return "Its provider said today that nothing has changed." in card["text"]

    assert not said(confirmed_on=None)
    assert not said(confirmed_on=earlier - dt.timedelta(days=1))
    assert said(confirmed_on=clock.today())
