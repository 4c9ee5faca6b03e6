"""Three short things: still right, closed, something is wrong."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from common import clock
from directory.freshness import full_date
from tests import world
from tests.workflow.deciding import signed_in
from tests.workflow.pages import filled_in
from tests.workflow.suggesting import page_of, section_of
from workflow.actions import proposals
from workflow.models import Change, Confirmation, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def test_still_right_is_a_sighting(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    before = AuditEvent.objects.count()

    client.get(page_of(listing, "still-right"))
    assert AuditEvent.objects.count() == before
    client.post(page_of(listing, "still-right"), {"words": "I was there."})

    said = Confirmation.objects.get()
    assert (said.source, said.words) == ("other", "I was there.")
    assert world.fresh(listing).seen_on == clock.today()


def test_still_right_leads_back_to_what_was_searched_for(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    search = f"?{urlencode({'q': listing.title})}"
    found = client.get(f"{reverse('workflow:records')}{search}")
    address = page_of(listing, "still-right")
    assert f'href="{address}{search}"' in found.content.decode()

    done = client.post(f"{address}{search}", {"words": ""})

    assert done.headers["Location"] == f"{reverse('workflow:records')}{search}"


def test_still_right_twice_on_a_day_is_noted_once(place: world.Place) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    for _ in range(2):
        page = client.post(page_of(listing, "still-right"), {"words": ""}, follow=True)

    assert Confirmation.objects.count() == 1
    assert [str(m) for m in page.context["messages"]] == [
        "Thank you. You told us so today already, so it is noted."
    ]
    with clock.at(clock.now() + dt.timedelta(days=1)):
        proposals.say_still_right(by=place.contributor, listing_id=listing.pk)
    assert Confirmation.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("closed", {"for_good": "yes"}, "it has closed"),
        ("problem", {"words": "Nobody answers."}, "something is wrong"),
    ],
)
def test_still_right_waits_for_the_opposite_to_be_taken_back(
    place: world.Place, name: str, data: dict[str, str], said: str
) -> None:
    listing = world.published(place)
    client = signed_in(place.contributor)
    client.post(page_of(listing, name), {"evidence": "visited", **data})
    before = Proposal.objects.get(proposer=place.contributor, state="open")

    page = client.get(page_of(listing, "still-right"))
    refused = client.post(page_of(listing, "still-right"), {"words": ""})

    day = full_date(clock.today())
    notice = {
        "text": f"You told us on {day} that {said}; take that back first if it is "
        "still right.",
        "url": reverse("workflow:suggestion", args=[before.pk]),
    }
    assert page.context["waits"] == notice
    assert (refused.status_code, refused.context["waits"]) == (409, notice)
    assert world.fresh(listing).seen_on is None
    proposals.withdraw_proposal(by=place.contributor, proposal_id=before.pk)
    client.post(page_of(listing, "still-right"), {"words": ""})
    assert Confirmation.objects.count() == 1


@pytest.mark.parametrize(
    ("for_good", "status"), [("yes", "defunct"), ("no", "temporarily closed")]
)
def test_closed_is_for_good_or_for_now(
    place: world.Place, for_good: str, status: str
) -> None:
    listing = world.published(place)

    signed_in(place.contributor).post(
        page_of(listing, "closed"),
        {"for_good": for_good, "evidence": "visited", "words": ""},
    )

    assert Change.objects.get(proposal__kind="closure").value == status


def test_provider_says_until_when_it_is_closed(place: world.Place) -> None:
    """The same as by the link of a mail: no question how they know, and a day."""
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    url = page_of(listing, "closed")

    assert url in client.get(f"/listings/{listing.pk}/").content.decode()
    refused = client.post(url, {"for_good": "no", "words": ""})
    assert refused.context["form"].errors == {
        "until": ["Give the day on which it opens again."]
    }
    client.post(url, {
        "for_good": "no", "words": "The roof.", "until_day": "3",
        "until_month": "9", "until_year": str(clock.today().year + 1),
    })  # fmt: skip

    told = Change.objects.get(proposal__kind="closure")
    said = f"Closed until 3 September {clock.today().year + 1}. The roof."
    assert (told.value, told.proposal.by_provider) == ("temporarily closed", True)
    assert (told.proposal.evidence, told.proposal.evidence_words) == ("run_it", said)


def test_closed_twice_says_so(place: world.Place) -> None:
    listing = world.published(place, status="temporarily closed")

    response = signed_in(place.contributor).post(
        page_of(listing, "closed"), {"for_good": "no", "evidence": "visited"}
    )

    assert response.context["form"].non_field_errors() == [
        "It is marked as closed already."
    ]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"for_good": "", "evidence": "visited"},
         {"for_good": ["Choose an answer for “Has it closed for good?”."]}),
        ({"for_good": "yes", "evidence": ""}, {"evidence": ["Say how you know."]}),
        ({}, {"for_good": ["Choose an answer for “Has it closed for good?”."],
              "evidence": ["Say how you know."]}),
        ({"for_good": "yes", "evidence": "a dream"},
         {"evidence": ["Choose one of the answers given for “How do you know?”."]}),
    ],
)  # fmt: skip
def test_closed_says_what_is_missing_beside_it(
    place: world.Place, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    listing = world.published(place)

    response = signed_in(place.contributor).post(page_of(listing, "closed"), typed)

    assert dict(response.context["form"].errors) == errors
    assert not Proposal.objects.filter(kind="closure").exists()


def test_problem_says_all_that_is_missing_at_once(place: world.Place) -> None:
    listing = world.published(place)

    page = signed_in(place.contributor).post(page_of(listing, "problem"), {})

    assert dict(page.context["form"].errors) == {
        "words": ["Say what is wrong, in your own words."],
        "evidence": ["Say how you know."],
    }


def test_suggestion_says_what_is_wrong_in_it_and_around_it_at_once(
    place: world.Place,
) -> None:
    client, listing = signed_in(place.contributor), world.published(place)
    address = section_of(listing, "contact")

    wrong = client.post(address, filled_in(client.get(address), url="no address"))
    same = client.post(address, filled_in(client.get(address)))

    assert list(wrong.context["form"].errors) == ["url"]
    assert wrong.context["how"].errors == {"evidence": ["Say how you know."]}
    assert same.context["form"].non_field_errors() == [
        "Nothing is different from what is there now."
    ]
    assert same.context["how"].errors == {"evidence": ["Say how you know."]}


def test_asking_for_one_more_phone_says_nothing_is_missing(place: world.Place) -> None:
    client, listing = signed_in(place.contributor), world.published(place)
    address = section_of(listing, "contact")

    more = client.post(
        address, filled_in(client.get(address), add="phones", words="I rang.")
    )

    assert not more.context["how"].errors
    assert "I rang." in more.content.decode()
    assert "govuk-error-summary" not in more.content.decode()


@pytest.mark.parametrize(("harm", "gravity"), [("on", "harm"), (None, "error")])
def test_problem_is_told_in_words(
    place: world.Place, harm: str | None, gravity: str
) -> None:
    listing = world.published(place)
    typed = {"words": "Nobody there.", "evidence": "visited"}

    signed_in(place.contributor).post(
        page_of(listing, "problem"), typed | ({"harm": harm} if harm else {})
    )

    assert Proposal.objects.get(kind="report").gravity == gravity


def test_problem_without_words_keeps_the_tick(place: world.Place) -> None:
    listing = world.published(place)

    response = signed_in(place.contributor).post(
        page_of(listing, "problem"), {"harm": "on", "evidence": "visited"}
    )

    form = response.context["form"]
    assert form.errors == {"words": ["Say what is wrong, in your own words."]}
    assert form["harm"].value() is True


@pytest.mark.parametrize("name", ["still-right", "closed", "problem"])
def test_reader_says_nothing_about_a_record(place: world.Place, name: str) -> None:
    listing = world.published(place)
    client = signed_in(place.reader)

    assert client.get(page_of(listing, name)).status_code == 403
    assert client.post(page_of(listing, name), {}).status_code == 403
