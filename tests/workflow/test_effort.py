"""What work takes: written by the actions, taken back with them, for a body."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidInput
from tests import world
from tests.workflow.deciding import signed_in
from workflow import effort
from workflow.actions import bodies, checking, decisions, proposals
from workflow.actions.choosing import Choice, Informant
from workflow.actions.efforts import save_effort_defaults
from workflow.choices import EffortKind, Evidence, Level, Method, Verdict
from workflow.models import (
    AgreedRate,
    Assurance,
    AssuranceLevel,
    Decision,
    Effort,
    EffortDefault,
    Listing,
    Proposal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def check(place: world.Place, listing: Listing, **more: Any) -> Assurance:
    return checking.check_listing(
        by=place.assurer, listing_id=listing.pk, method=Method.CALL, **more
    )


def effort_of(done: Assurance | Decision) -> Effort:
    name = "assurance" if isinstance(done, Assurance) else "decision"
    return Effort.objects.get(**{name: done})


def suggestion(place: world.Place, listing: Listing) -> Proposal:
    record = listing.record
    assert record.revision
    return proposals.propose_edit(
        by=place.contributor, listing_id=listing.pk, evidence=Evidence.VISITED,
        edits={str(record.pk): {"fees": "£3"}}, words="I paid it.",
        bases={str(record.pk): record.revision.number},
    )  # fmt: skip


def informant() -> Informant:
    return Informant("Jo, the caretaker", Method.CALL, clock.today())


def test_first_decision_is_effort_of_the_partner(
    place: world.Place, listing: Listing
) -> None:
    row = Effort.objects.get()

    assert (row.kind, row.level, row.minutes, row.stated) == (
        EffortKind.NEW, Level.PROXY, effort.PLAIN["new"]["proxy"], False
    )  # fmt: skip
    assert (row.partner, row.listing, row.done_on) == (
        place.council, listing, clock.today()
    )  # fmt: skip
    assert row.decision is not None
    assert row.decision.proposal.listing == listing


def test_check_takes_what_the_level_is_reckoned_to(
    place: world.Place, listing: Listing
) -> None:
    world.trust(place, listing)

    row = effort_of(check(place, listing))

    assert (row.kind, row.level, row.minutes) == ("check", "trusted", 5)


def test_stated_minutes_are_kept_and_marked(
    place: world.Place, listing: Listing
) -> None:
    row = effort_of(check(place, listing, minutes=42))

    assert (row.minutes, row.stated) == (42, True)


def test_minutes_that_were_left_as_reckoned_are_not_stated(
    place: world.Place, listing: Listing
) -> None:
    assert effort_of(check(place, listing, minutes=15)).stated is False


@pytest.mark.parametrize("minutes", [-1, effort.MOST + 1])
def test_impossible_minutes_are_refused(
    place: world.Place, listing: Listing, minutes: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(place, listing, minutes=minutes)

    assert list(refused.value.errors) == ["minutes"]
    assert Effort.objects.filter(kind="check").count() == 0


def test_button_pressed_twice_is_one_effort(
    place: world.Place, listing: Listing
) -> None:
    check(place, listing)
    check(place, listing)

    assert Effort.objects.filter(kind="check").count() == 1


def test_undone_check_takes_its_effort_back(
    place: world.Place, listing: Listing
) -> None:
    done = check(place, listing)
    checking.undo_check(by=place.assurer, assurance_id=done.pk)

    counted = Effort.objects.filter(taken_back_at=None)
    assert list(counted.values_list("kind", flat=True)) == ["new"]


def test_correction_and_check_is_one_effort(
    place: world.Place, listing: Listing
) -> None:
    done = checking.correct_and_check(
        by=place.assurer, listing_id=listing.pk, method=Method.CALL,
        informant=informant(), edits={str(listing.record_id): {"fees": "£4"}},
        minutes=31,
    )  # fmt: skip

    row = Effort.objects.exclude(kind="new").get()
    assert (row.kind, row.minutes) == ("correct", 31)
    assert (row.assurance, row.decision) == (done, done.decision)


def test_decision_and_its_undo_are_counted_and_taken_back(
    place: world.Place, listing: Listing
) -> None:
    proposal = suggestion(place, listing)
    decision = decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal), minutes=7,
    )  # fmt: skip
    row = effort_of(decision)
    assert (row.kind, row.minutes) == ("decision", 7)

    decisions.undo_decision(by=place.assurer, decision_id=decision.pk)

    counted = Effort.objects.filter(taken_back_at=None)
    assert list(counted.values_list("kind", flat=True)) == ["new"]


def test_refused_decision_leaves_no_effort(
    place: world.Place, listing: Listing
) -> None:
    proposal = suggestion(place, listing)
    change = proposal.changes.get()

    with pytest.raises(InvalidInput):
        decisions.decide(
            by=place.assurer, proposal_id=proposal.pk,
            choices={change.pk: Choice(Verdict.REJECTED)},
        )  # fmt: skip

    assert Effort.objects.filter(kind="decision").count() == 0


def test_correction_of_a_place_is_effort_of_who_keeps_it(
    place: world.Place, listing: Listing
) -> None:
    bodies.correct_record(
        by=place.assurer, record_id=listing.location_ids[0], minutes=3,
        values={"transportation": "Bus 9"}, informant=informant(),
    )  # fmt: skip

    row = Effort.objects.get(kind="decision")
    assert (row.partner, row.listing, row.minutes) == (place.council, None, 3)


def test_own_work_of_a_trusted_organization_is_nobodys_bill(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    world.trust(place, listing)

    done = checking.check_listing(by=editor, listing_id=listing.pk, method=Method.OWN)

    assert effort_of(done).partner is None


def test_place_may_reckon_otherwise_and_what_was_written_stays(
    place: world.Place, listing: Listing
) -> None:
    first = check(place, listing)
    save_effort_defaults(
        by=place.lead, place=place.partnership,
        rate=Decimal("24.50"),
        minutes={("check", "proxy"): 22, ("check", "trusted"): 5},
    )  # fmt: skip
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        second = check(place, listing)

    assert [effort_of(one).minutes for one in (first, second)] == [15, 22]
    event = AuditEvent.objects.get(verb="effort_defaults_changed")
    assert (event.before, event.after) == (
        {"check:proxy": 15, "rate": ""},
        {
            "check:proxy": 22, "rate": "24.50",
            "rate_from": clock.today().isoformat(),
        },
    )  # fmt: skip


def test_default_of_ages_is_refused_beside_its_field(place: world.Place) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_effort_defaults(
            by=place.lead,
            place=place.partnership,
            minutes={("check", "proxy"): 9999},
            rate=Decimal(-1),
            rate_from=dt.date(2006, 1, 1),
        )

    assert list(refused.value.errors) == ["check:proxy", "rate", "rate_from"]


def test_rate_that_holds_already_is_not_written_again(place: world.Place) -> None:
    for rate in ("24.50", "24.5"):
        save_effort_defaults(
            by=place.lead, place=place.partnership, minutes={}, rate=Decimal(rate)
        )

    assert AgreedRate.objects.count() == 1


def test_every_kind_is_reckoned_at_every_level() -> None:
    reckoned = {(k, level) for k, levels in effort.PLAIN.items() for level in levels}

    assert reckoned == {(k, level) for k in EffortKind for level in Level}


def test_many_checks_together_take_what_the_place_says(
    place: world.Place, listing: Listing
) -> None:
    level = {"level": Level.MONITORED, "reason": "They keep it."}
    AssuranceLevel.objects.create(
        partnership=place.partnership, organization_id=str(listing.organization_id),
        **level,
    )  # fmt: skip
    Listing.objects.filter(pk=listing.pk).update(due_on=clock.today())

    def said() -> list[str]:
        queue = signed_in(place.assurer).get("/work/?kind=due").context
        weeks = signed_in(place.lead).get("/lead/").context["weeks"]
        return [queue["groups"][0]["how_long"], queue["how_long"], weeks[0][2]["text"]]

    plain = said()
    save_effort_defaults(
        by=place.lead, place=place.partnership,
        minutes={("check", "monitored"): 480}, rate=Decimal(20),
    )  # fmt: skip

    assert (plain, said()) == (["about 10 minutes"] * 3, ["about 8 hours"] * 3)


@pytest.mark.parametrize("kind", ["", "due"])
def test_group_of_a_few_takes_what_its_records_say(
    place: world.Place, listing: Listing, kind: str
) -> None:
    """Kept for its provider it takes longer than checks do in general."""
    Listing.objects.filter(pk=listing.pk).update(due_on=clock.today())

    shown = signed_in(place.assurer).get(f"/work/?kind={kind}").context

    (group,) = shown["groups"]
    (card,) = group["cards"]
    takes = [fact["value"] for fact in card["facts"] if fact["label"] == "Takes"]
    assert [*takes, group["how_long"], shown["how_long"]] == ["about 15 minutes"] * 3


def test_group_of_many_takes_what_such_things_take(
    place: world.Place,
) -> None:
    for number in range(5):
        one = world.published(place, name=f"Service {number}")
        Listing.objects.filter(pk=one.pk).update(due_on=clock.today())

    client = signed_in(place.assurer)
    (few,) = client.get("/work/").context["groups"]
    (every,) = client.get("/work/?kind=due").context["groups"]

    assert (len(few["cards"]), few["how_long"]) == (3, "about an hour")
    assert (len(every["cards"]), every["how_long"]) == (5, "about an hour")


def test_several_places_are_reckoned_together(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    EffortDefault.objects.create(
        partnership=other.partnership, kind="check", level="monitored", minutes=30
    )
    both = [place.partnership.pk, other.partnership.pk]

    assert [effort.in_general(ids)["check"] for ids in ([], both[1:], both)] == [
        10, 30, 20,
    ]  # fmt: skip
