"""What is gone from a source is reported once; a bad record stops no other."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.roles import Role
from directory.choices import Kind
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import asked, listing_of, open_proposal
from workflow.actions import decisions, harvest_drafts, listings
from workflow.choices import (
    Hidden,
    ProposalKind,
    ProposalState,
    Stage,
)
from workflow.importing.harvesting import Summary
from workflow.importing.noting import What
from workflow.models import (
    Harvest,
    HarvestProblem,
    Listing,
    Proposal,
    Record,
    Source,
    SourceRecord,
)

pytestmark = pytest.mark.django_db

Run = Callable[..., Summary]


# --- gone and back --------------------------------------------------------------------


def test_service_gone_from_a_whole_source_is_reported_once(
    run: Run, assured: Listing
) -> None:
    first = run(feeds.repairs())
    second = run(feeds.repairs())

    (report,) = assured.proposals.filter(kind=ProposalKind.REPORT)
    assert first.counts == {"read": 1, "unchanged": 1, "vanished": 1}
    assert second.counts == {"read": 1, "unchanged": 1}
    assert report.evidence_words == "no longer in the source"
    assert report.source == Source.objects.get()
    assert report.answer_by is not None
    assert listing_of().stage == Stage.PUBLISHED
    gone = SourceRecord.objects.exclude(vanished_at=None)
    assert [(g.kind, g.external_id) for g in gone] == [(Kind.SERVICE, feeds.KNITTING)]


def test_place_that_is_gone_is_marked_and_comes_back(run: Run) -> None:
    alone = feeds.service(service_at_locations=[])
    run(feeds.service())
    run(alone)
    gone = SourceRecord.objects.exclude(vanished_at=None).values_list("kind", flat=True)
    assert list(gone) == [Kind.LOCATION]

    run(feeds.service())

    assert not SourceRecord.objects.exclude(vanished_at=None).exists()
    assert not Proposal.objects.filter(kind=ProposalKind.REPORT).exists()


def test_return_takes_mark_and_report_away(run: Run, assured: Listing) -> None:
    run(feeds.repairs())

    summary = run(feeds.service(), feeds.repairs())
    gone_again = run(feeds.repairs())

    first, second = assured.proposals.filter(kind=ProposalKind.REPORT).order_by(
        "created_at"
    )
    assert summary.counts == {"read": 2, "unchanged": 2}
    assert (first.state, second.state) == (ProposalState.WITHDRAWN, ProposalState.OPEN)
    assert gone_again.counts["vanished"] == 1


def test_report_that_was_answered_stays_answered(
    run: Run, place: world.Place, assured: Listing
) -> None:
    run(feeds.repairs())
    report = open_proposal(assured, ProposalKind.REPORT)
    decisions.decide(
        by=place.assurer, proposal_id=report.pk, choices={}, answer="It still runs."
    )

    run(feeds.service(), feeds.repairs())

    report.refresh_from_db()
    assert report.state == ProposalState.DECIDED


def test_reading_that_was_not_whole_marks_nothing(run: Run, assured: Listing) -> None:
    summary = run(feeds.repairs(), total=2)

    assert summary.counts == {"read": 1, "unchanged": 1}
    assert summary.shortfall == "It says it has 2 services, and 1 could be read."
    assert not summary.harvest.complete
    assert not SourceRecord.objects.exclude(vanished_at=None).exists()
    assert not Proposal.objects.filter(kind=ProposalKind.REPORT).exists()


def test_service_that_lost_its_name_has_not_vanished(run: Run) -> None:
    run(feeds.repairs(), feeds.service())

    nameless = feeds.service(name="")
    summary = run(feeds.repairs(), nameless)

    assert summary.counts == {"read": 2, "unchanged": 2}
    assert [(p.what, p.field) for p in summary.problems] == [(What.INCOMPLETE, "name")]


def test_declined_service_that_is_gone_is_not_reported(
    run: Run, place: world.Place
) -> None:
    run(feeds.service(), feeds.repairs())
    listings.decline_listing(
        by=place.assurer,
        listing_id=listing_of().pk,
        because=Hidden.OUT_OF_SCOPE,
        reason="Not ours.",
    )

    summary = run(feeds.repairs())

    assert summary.counts["vanished"] == 1
    assert not Proposal.objects.filter(kind=ProposalKind.REPORT).exists()


# --- what goes wrong ------------------------------------------------------------------


def test_bad_record_never_stops_the_rest(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = harvest_drafts.begin_listing

    def fail_for_knitting(case: Any) -> None:
        begin(case)
        if case.bundle.service.id == feeds.KNITTING:
            raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(harvest_drafts, "begin_listing", fail_for_knitting)
        first = run(feeds.service(), feeds.repairs())
    left = Listing.objects.values_list("record_id", flat=True)
    assert [str(key) for key in left] == [feeds.REPAIRS]

    second = run(feeds.service(), feeds.repairs())

    assert first.counts == {"read": 2, "failed": 1, "new": 1}
    assert [(p.what, p.label, p.sentence) for p in first.problems] == [
        (
            What.FAILED,
            "Knit and natter",
            "It could not be brought in (ZeroDivisionError). The next run tries again.",
        )
    ]
    assert second.counts == {"read": 2, "new": 1, "unchanged": 1}


def test_what_is_no_record_at_all_is_told(run: Run) -> None:
    summary = run(feeds.service(), "a string", None, 7, {"id": "x"}, [])

    assert summary.counts == {"read": 6, "new": 1, "unusable": 5}
    told = HarvestProblem.objects.filter(harvest=summary.harvest)
    assert set(told.values_list("label", "sentence")) >= {
        ("Record 2", "This is not a record of a service."),
        ("Record 3", "This is not a record of a service."),
        ("Record 4", "This is not a record of a service."),
        ("Without a name", "A service needs a name, so it was left out."),
        ("Record 6", "This is not a record of a service."),
    }


def test_run_that_was_killed_is_simply_repeated(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = harvest_drafts.begin_listing
    services = [
        feeds.service(id=f"knitting-{n}", name=f"Knitting {n}") for n in range(5)
    ]

    def killed_at_the_third(case: Any) -> None:
        begin(case)
        if Listing.objects.count() == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(harvest_drafts, "begin_listing", killed_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            run(*services)
    assert Listing.objects.count() == 2
    assert Harvest.objects.get().finished_at is None

    summary = run(*services)

    assert summary.counts == {"read": 5, "new": 3, "unchanged": 2}
    assert Listing.objects.filter(stage=Stage.SUBMITTED).count() == 5
    assert Proposal.objects.filter(state=ProposalState.OPEN).count() == 5
    assert Record.objects.count() == 7
    assert SourceRecord.objects.count() == 7
    for listing in Listing.objects.all():
        assert listing.draft is not None
        assert listing.draft["organization"]["id"] == feeds.MAKERS


def test_killed_change_of_a_shared_organization_reaches_the_rest(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(feeds.service(), feeds.repairs())
    redraft = harvest_drafts.redraft
    renamed = feeds.organization(name="Pinfold Makers and Menders")
    services = feeds.service(organization=renamed), feeds.repairs(organization=renamed)

    def killed_at_the_second(listing: Listing, case: Any) -> Any:
        if case.bundle.service.id == feeds.REPAIRS:
            raise KeyboardInterrupt
        return redraft(listing, case)

    with monkeypatch.context() as patch:
        patch.setattr(harvest_drafts, "redraft", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            run(*services)

    summary = run(*services)

    assert summary.counts == {"read": 2, "changed": 1, "unchanged": 1}
    for key in (feeds.KNITTING, feeds.REPAIRS):
        waiting = asked(open_proposal(listing_of(key), ProposalKind.NEW))
        assert waiting[Kind.ORGANIZATION, "name"] == "Pinfold Makers and Menders"


def test_lead_of_the_place_may_and_the_roles_that_may_not(
    run: Run, place: world.Place
) -> None:
    may = {
        person.name
        for person in (
            place.lead, place.publisher, place.officer, place.assurer, place.reader,
            world.give(world.person("Ada Admin"), Role.LEAD, place.partnership),
        )
        if _may(run, person)
    }  # fmt: skip

    assert may == {"Lena Lead", "Ada Admin"}


def _may(run: Run, person: Any) -> bool:
    try:
        run(feeds.service(), by=person)
    except PermissionDenied:
        return False
    return True
