"""The queue of who has much is that of everybody else: only read in another way."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import clock
from tests import world
from tests.workflow.deciding import edit, query_count, report
from workflow import access, narrowed, waiting_proposals, worklist
from workflow.actions import proposals
from workflow.actions.bodies import propose_record_edit
from workflow.choices import Level, ProposalState
from workflow.models import (
    AssuranceLevel,
    Change,
    Cover,
    Listing,
    OrganizationReview,
    Proposal,
    Remit,
)
from workflow.narrowed import Filters
from workflow.sections import CHANGES, NEW, REPORTS

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NOW = dt.datetime(2026, 11, 2, 10, 0, tzinfo=clock.LONDON)


@dataclass
class Crowd:
    """A place where each rule of who decides holds for somebody, and the people."""

    place: world.Place
    people: list[User]


@pytest.fixture
def crowd(stocked_place: world.Place) -> Crowd:
    place = stocked_place
    with clock.at(NOW):
        people = _fill(place)
    return Crowd(place, people)


def _fill(place: world.Place) -> list[User]:
    other = world.give(world.person("Otto Other"), Role.ASSURER, place.health)
    nurse = world.give(world.person("Nina Nurse"), Role.ASSURER, place.health)
    first, second, third = (
        world.published(place, name=name, body=world.organization(name=f"{name} club"))
        for name in ("First", "Second", "Third")
    )
    theirs = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Theirs", lead=other,
        organization_ids=[second.organization_id],
    )  # fmt: skip
    Listing.objects.filter(pk=second.pk).update(remit=theirs)
    Cover.objects.create(
        remit=place.remit, user=nurse, reason="Leave.", arranged_by=place.lead,
        begins_on=clock.today(), ends_on=clock.today(),
    )  # fmt: skip
    editor = world.make_editor(third)
    world.trust(place, third)
    # Four eyes: what the assurers suggest themselves is for somebody else.
    for listing in (first, second, third):
        edit(place, listing, fees="Free")
        edit(place, listing, by=place.assurer, fees="£1")
        edit(place, listing, by=editor if listing is third else other, fees="£2")
        report(place, listing)
        proposals.report_problem(
            by=place.assurer, listing_id=listing.pk, words="Shut.", evidence="visited",
            harm=True,
        )  # fmt: skip
    # Of an organization by itself, whose home another area of work may be.
    for listing in (first, second):
        propose_record_edit(
            by=place.contributor, record_id=listing.organization_id, base=1,
            values={"description": "Tea."}, evidence="visited", words="I was there.",
        )  # fmt: skip
    world.submitted(place, name="New")
    world.submitted(place, name="Mine", by=place.assurer)
    elsewhere = world.make_place("Elsewhere")
    edit(elsewhere, world.published(elsewhere), fees="Free")
    # Nothing but the id tells these apart.
    same = Proposal.objects.filter(state=ProposalState.OPEN)
    same.update(created_at=NOW)
    Proposal.objects.filter(pk=same.order_by("pk")[0].pk).update(
        created_at=NOW - dt.timedelta(hours=1)
    )
    # What an assurer added to somebody else's suggestion is not theirs to decide.
    Change.objects.filter(proposal__listing=first, proposed_by=other).update(
        proposed_by=place.assurer
    )
    return [place.assurer, place.second_assurer, other, nurse, editor, place.publisher,
            place.contributor, elsewhere.assurer]  # fmt: skip


def test_what_one_may_decide_is_the_same_asked_one_by_one(crowd: Crowd) -> None:
    with clock.at(NOW):
        found, asked = (
            [set(rule(user).values_list("pk", flat=True)) for user in crowd.people]
            for rule in (access.decidable_at_once, access.decidable_by)
        )

    assert asked == found
    assert [len(keys) for keys in found] == [7, 13, 5, 19, 3, 0, 0, 1]


def _queue(user: User, filters: Filters) -> dict[str, Any]:
    """All that the queue says of suggestions."""
    now = clock.now()
    begins = worklist.start(user, filters, now, 3)
    out: dict[str, Any] = {"counts": begins.counts, "first": begins.first}
    pages = worklist.pages(user, CHANGES, filters, now, begins.reach)
    out["pages"] = [list(pages[:2]), list(pages[2:5])]
    for section in (None, CHANGES):
        said: Any = {"filters": filters, "section": section}
        for slug, some in begins.first.items():
            for after in (
                some[:2] if slug in (REPORTS.slug, CHANGES.slug, NEW.slug) else ()
            ):
                following = waiting_proposals.next_proposal(
                    user, now, after=after, **said
                )
                out[f"after {after.pk} {section}"] = following
        out[f"left {section}"] = waiting_proposals.left(user, now, after=None, **said)
    return out


def test_queue_of_who_has_much_is_the_same(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    remit, term = crowd.place.remit.pk, world.term("Lunch clubs").pk
    first = Proposal.objects.filter(listing__isnull=False).order_by("pk")[:1]
    Listing.objects.filter(pk__in=first.values("listing")).update(term_ids=[term])
    few = [
        Filters(remit=str(remit), remits=frozenset([remit]), whose="free"),
        Filters(term=str(term), terms=frozenset([term])),
    ]
    with clock.at(NOW + dt.timedelta(hours=2)):
        for number, user in enumerate(crowd.people[:3]):
            for filters in (Filters(), *few)[: 3 - 2 * (number % 2)]:
                monkeypatch.setattr(waiting_proposals, "MUCH", 1000)
                found, narrows = _queue(user, filters), filters.narrows
                monkeypatch.setattr(waiting_proposals, "MUCH", 0)
                for much in ((5_000, 1000), (0, 1000), (5_000, 0))[: 1 + 2 * narrows]:
                    for name, number_of in zip(("MANY", "SOME"), much, strict=True):
                        monkeypatch.setattr(waiting_proposals, name, number_of)
                    assert _queue(user, filters) == found


def test_asking_in_turn_costs_no_more_where_more_waits(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_proposals, "MUCH", 0)
    address, assurer = reverse("workflow:queue"), crowd.place.assurer
    with clock.at(NOW):
        before = [query_count(assurer, f"{address}?kind={k}") for k in ("", "changes")]
        for name in ("One", "Two"):
            edit(crowd.place, world.published(crowd.place, name=name), fees="Free")
        after = [query_count(assurer, f"{address}?kind={k}") for k in ("", "changes")]

    assert after == before


def test_level_says_since_when_the_organization_waits_for_a_review(
    stocked_place: world.Place,
) -> None:
    place = stocked_place
    day = dt.date(2026, 11, 2)
    values = {"partnership": place.partnership, "organization_id": uuid.uuid4()}
    level = AssuranceLevel.objects.create(
        **values, level=Level.MONITORED, decided_at=NOW
    )

    def since() -> dt.date | None:
        return AssuranceLevel.objects.values_list("since", flat=True).get(pk=level.pk)

    found = [since()]
    review = OrganizationReview.objects.create(
        **values, reviewed_by=place.assurer, reviewed_on=day + dt.timedelta(days=40)
    )
    found.append(since())
    review.reviewed_on = day + dt.timedelta(days=20)
    review.save()
    found.append(since())
    AssuranceLevel.objects.filter(pk=level.pk).update(
        decided_at=NOW + dt.timedelta(days=30)
    )
    found.append(since())
    AssuranceLevel.objects.filter(pk=level.pk).update(decided_at=NOW)
    review.delete()
    found.append(since())

    assert [day and (day - NOW.date()).days for day in found] == [0, 40, 20, 30, 0]


def test_who_has_many_records_is_offered_every_kind_of_the_place(
    stocked_place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = stocked_place
    used, unused = (world.term(name) for name in ("Lunch clubs", "Walks"))
    listing = world.published(place)
    Listing.objects.filter(pk=listing.pk).update(term_ids=[used.pk])
    named = {"Lunch clubs", "Walks"}

    def offered() -> set[str]:
        kinds = narrowed.terms_of(place.assurer, frozenset())
        return named & {name for _, name in kinds}

    few = offered()
    monkeypatch.setattr(narrowed, "LOOKED_THROUGH", 0)

    assert (few, offered()) == ({used.name}, {used.name, unused.name})
