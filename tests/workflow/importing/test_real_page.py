"""A real page of an ORUK 1.0 feed: nothing of it is lost, nothing damaged gets in."""

import json
from collections import Counter

import pytest

from tests import world
from tests.workflow.importing.conftest import SHARED
from workflow.importing.harvesting import Summary, harvest
from workflow.models import Listing

PAGE = SHARED / "data" / "oruk1_services_page.json"

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def test_real(place):
    summary = harvest(source=str(PAGE), partner=place.council)
    print(summary.counts, summary.problem_counts, summary.shortfall, summary.standard)
    print(Counter((p.what.value, p.kind, p.field) for p in summary.problems))
    for p in summary.problems:
        if p.what.name != "REPAIRED":
            print(p)
    print(Counter(Listing.objects.values_list("stage", flat=True)))
    again = harvest(source=str(PAGE), partner=place.council)
    print(again.counts)
    l = Listing.objects.first()
    print(json.dumps(l.draft, indent=1)[:3000])
