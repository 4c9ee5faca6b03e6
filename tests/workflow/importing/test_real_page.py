"""A real page of an ORUK 1.0 feed: nothing of it is lost, nothing damaged gets in."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import AuditEvent
from directory.choices import Kind
from directory.text import clean
from tests import world
from tests.workflow.importing.conftest import SHARED
from workflow.choices import ProposalKind, Stage
from workflow.importing.harvesting import Summary, harvest
from workflow.importing.noting import What
from workflow.models import (
    Change,
    Harvest,
    HarvestProblem,
    Listing,
    Proposal,
    Record,
    Revision,
    SourceRecord,
)

PAGE = SHARED / "data" / "oruk1_services_page.json"

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


@pytest.fixture
def summary(place: world.Place) -> Summary:
    return harvest(source=str(PAGE), partner=place.council)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def test_fifty_services_become_submissions_of_forty_two_organizations(
    summary: Summary,
) -> None:
    page = json.loads(PAGE.read_text())["content"]

    assert summary.counts == {"read": 50, "new": 50}
    assert summary.standard == "1.0"
    assert not summary.harvest.complete
    assert summary.shortfall == "It says it has 243 services, and 50 could be read."
    rows = Listing.objects.values_list("stage", "record_id", "organization_id")
    assert Counter(stage for stage, _, _ in rows) == {Stage.SUBMITTED: 50}
    assert {str(key) for _, key, _ in rows} == {each["id"] for each in page}
    assert {str(key) for _, _, key in rows} == {
        each["organization"]["id"] for each in page
    }
    assert Counter(Record.objects.values_list("kind", flat=True)) == {
        Kind.SERVICE: 50,
        Kind.ORGANIZATION: 42,
    }
    proposals = Proposal.objects.values_list("kind", "source", "proposer", "evidence")
    source = summary.harvest.source
    assert Counter(proposals) == {(ProposalKind.NEW, source.pk, None, "source"): 50}


def test_nothing_damaged_gets_in_and_each_problem_is_told(summary: Summary) -> None:
    kept = [
        *Listing.objects.values_list("draft", flat=True),
        *SourceRecord.objects.values_list("payload", flat=True),
        *Change.objects.values_list("value", flat=True),
    ]
    texts = list(_texts(kept))
    assert len(texts) > 1000
    assert [t for t in texts if not t.strip()] == []
    assert [t for t in texts if re.search(r"</?[a-z]+[^>]*>|&[a-z]+;", t)] == []
    assert [t for t in texts if re.search("Â|â€|Ã.|\ufffd|\xa0", t)] == []
    assert [t for t in texts if clean(t) != (t, [])] == []

    assert summary.problem_counts == {
        What.REPAIRED: 56,
        What.NOT_ON_LIST: 7,
        What.UNKNOWN_FIELD: 3,
    }
    told = HarvestProblem.objects.exclude(sentence__contains="removed").exclude(
        sentence__contains="repaired"
    )
    assert Counter(told.values_list("kind", "field")) == {
        (Kind.SERVICE, "deliverable_type"): 4,
        (Kind.SERVICE, "attending_access"): 2,
        (Kind.SERVICE, "attending_type"): 1,
        (Kind.SERVICE, "pc_attendingAccess_additionalInfo"): 1,
        (Kind.SERVICE, "pc_metadata"): 1,
        (Kind.SERVICE, "pc_targetAudience"): 1,
    }
    assert HarvestProblem.objects.count() == 66

    claims = SourceRecord.objects.filter(kind=Kind.SERVICE)
    dates = Counter(claims.values_list("assured_on_claim", flat=True))
    assert len(dates) == 34
    assert dates[dt.date(2020, 6, 5)] == 6
    assert set(Listing.objects.values_list("assured_on", "due_on")) == {(None, None)}


def test_repeating_it_changes_nothing(place: world.Place, summary: Summary) -> None:
    def everything() -> dict[str, Any]:
        return {
            "listings": list(Listing.objects.order_by("pk").values()),
            "records": list(Record.objects.order_by("pk").values()),
            "proposals": list(Proposal.objects.order_by("pk").values()),
            "changes": list(Change.objects.order_by("pk").values()),
            "revisions": list(Revision.objects.order_by("pk").values()),
            "copies": list(
                SourceRecord.objects.order_by("pk").values(
                    "pk", "record_id", "payload", "fingerprint", "assured_on_claim"
                )
            ),
        }

    before = everything()
    rows = AuditEvent.objects.count()

    again = harvest(source=str(PAGE), partner=place.council)

    assert again.counts == {"read": 50, "unchanged": 50}
    assert again.problems == summary.problems
    assert everything() == before
    assert AuditEvent.objects.count() == rows + 1
    assert AuditEvent.objects.latest("id").verb == "harvest_begun"
    assert Harvest.objects.count() == 2
