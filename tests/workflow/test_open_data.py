"""The licence of the open data: chosen by the lead from those that are well known."""

from typing import Any

import pytest

from accounts.licences import LICENCES
from accounts.models import AuditEvent, Partnership
from common.errors import InvalidInput
from tests import world
from tests.workflow.deciding import signed_in
from workflow.actions.open_data import set_licence

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def test_lead_chooses_the_licence_by_a_page(place: world.Place) -> None:
    client = signed_in(place.lead)
    shown = client.get("/lead/open-data/").context["form"]["licence"]
    done = client.post("/lead/open-data/", {"licence": "ODbL-1.0"})
    again = client.post("/lead/open-data/", {"licence": "ODbL-1.0"})

    assert shown.value() == "OGL-UK-3.0"
    assert (done.status_code, again.status_code) == (302, 302)
    assert Partnership.objects.get().licence.name == "Open Database License v1.0"
    (event,) = AuditEvent.objects.filter(verb="licence_changed")
    assert (event.before, event.after) == (
        {"licence": "OGL-UK-3.0"}, {"licence": "ODbL-1.0"}
    )  # fmt: skip


def test_what_is_no_open_licence_is_refused(place: world.Place) -> None:
    with pytest.raises(InvalidInput, match="Choose one of the licences"):
        set_licence(by=place.lead, place=place.partnership, licence="All rights mine")
    answer = signed_in(place.lead).post("/lead/open-data/", {"licence": "mine"})

    assert list(answer.context["form"].errors) == ["licence"]
    assert Partnership.objects.get().open_licence == "OGL-UK-3.0"


def test_assurer_does_not_open_the_page(place: world.Place) -> None:
    assert signed_in(place.assurer).get("/lead/open-data/").status_code == 403


def test_every_licence_has_an_address_of_its_own() -> None:
    assert len({each.url for each in LICENCES}) == len(LICENCES) == 6
    assert all(each.url.startswith("https://") for each in LICENCES)
