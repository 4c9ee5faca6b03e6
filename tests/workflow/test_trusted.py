"""What a trusted organization decides alone, and what it does not."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from tests import world
from tests.workflow.town import ACCEPT, Town, decide, line, now, suggest
from workflow import access
from workflow.actions import checking, proposals
from workflow.actions import place as places
from workflow.choices import (
    Evidence,
    Level,
    ProposalState,
    Verdict,
)
from workflow.models import Assurance, Record


def _edit_own(town: Town, by: User, record: Record | None = None, **values: Any) -> Any:
    about = record or town.listing.record
    assert about.revision is not None
    return checking.edit_own(
        by=by, listing_id=town.listing.pk, edits={str(about.pk): values},
        bases={str(about.pk): about.revision.number},
    )  # fmt: skip


# --- trusted: single-handed, within limits --------------------------------------------


def test_a_trusted_bodys_own_edit_is_accepted_at_once_and_marked(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)

    proposal = _edit_own(town, editor, fees="£2")

    assert proposal.state == ProposalState.DECIDED
    assert proposal.decisions.get().single_handed is True
    assert now(town.listing.record)["fees"] == "£2"


@pytest.mark.parametrize("level", [Level.PROXY, Level.MONITORED])
def test_any_other_bodys_own_edit_waits(town: Town, level: str) -> None:
    editor = world.make_editor(town.listing)
    places.set_level(
        by=town.place.lead, place=town.place.partnership, level=level,
        organization=world.organization_of(town.listing), reason="As agreed.",
    )  # fmt: skip

    proposal = _edit_own(town, editor, fees="£2")

    assert proposal.state == ProposalState.OPEN
    assert now(town.listing.record)["fees"] == "Free"


def test_fields_that_are_always_checked_wait_for_the_remit(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)
    places.save_policy(
        by=town.place.lead, place=town.place.partnership,
        values={"always_checked": ["phones", "url"]},
    )  # fmt: skip
    (phone,) = now(town.listing.record)["phones"]
    path = f"phones/{phone['id']}"

    values: dict[str, Any] = {path: {**phone, "number": "01632 960333"}}
    proposal = _edit_own(town, editor, fees="£2", **values)

    assert (line(proposal, "fees").verdict, line(proposal, path).verdict) == (
        "accepted", "pending",
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        decide(town, proposal, by=editor, choices={path: ACCEPT})
    decide(town, proposal, choices={path: ACCEPT})


def test_a_trusted_body_does_not_give_its_service_to_another(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)
    other = world.published(town.place)

    proposal = _edit_own(
        town, editor, organization_id=str(other.organization_id), fees="£2"
    )

    assert line(proposal, "organization_id").verdict == Verdict.PENDING
    assert world.fresh(town.listing).organization_id == town.listing.organization_id


def test_a_trusted_body_keeps_its_own_record_but_not_the_hall(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)
    organization = Record.objects.select_related("revision").get(
        pk=str(town.listing.organization_id)
    )

    own = _edit_own(town, editor, organization, description="Neighbours.")
    hall = _edit_own(town, editor, town.hall, transportation="Bus 7")

    assert (own.state, hall.state) == (ProposalState.DECIDED, ProposalState.OPEN)


def test_trust_is_between_a_place_and_an_organization(town: Town) -> None:
    editor = world.make_editor(town.listing)
    elsewhere = world.make_place("Elseham")
    places.set_level(
        by=elsewhere.lead, place=elsewhere.partnership, level=Level.TRUSTED,
        organization=world.organization_of(town.listing), reason="We know them.",
    )  # fmt: skip

    assert _edit_own(town, editor, fees="£2").state == ProposalState.OPEN


def test_on_a_downgrade_open_items_move_to_the_remit(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)
    proposal = suggest(town, {"fees": "£2"})
    assert access.can_decide(editor, proposal) is True

    places.set_level(
        by=town.place.lead, place=town.place.partnership, level=Level.MONITORED,
        organization=world.organization_of(town.listing), reason="Three errors.",
    )  # fmt: skip

    assert access.can_decide(editor, proposal) is False
    assert access.can_check(editor, town.listing) is False
    assert access.can_decide(town.place.assurer, proposal) is True
    assert Assurance.objects.filter(listing=town.listing).count() == 1


@pytest.mark.parametrize("what", ["closure", "harm", "error"])
def test_reports_about_a_trusted_body_go_to_the_remit(town: Town, what: str) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)
    said: dict[str, Any] = {"by": town.place.contributor, "listing_id": town.listing.pk,
            "words": "Look.", "evidence": Evidence.VISITED}  # fmt: skip
    report = (
        proposals.report_closed(**said) if what == "closure"
        else proposals.report_problem(**said, harm=what == "harm")
    )  # fmt: skip
    choices = {"status": ACCEPT} if what == "closure" else {}

    with pytest.raises(PermissionDenied):
        decide(town, report, by=editor, choices=choices, answer="All is well.")
    decide(town, report, choices=choices, answer="We have seen to it.")

    report.refresh_from_db()
    assert report.state == ProposalState.DECIDED
