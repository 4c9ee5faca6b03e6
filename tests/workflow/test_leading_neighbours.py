"""The lead's pages about what is shared with neighbours."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from directory.choices import Visibility
from tests import world
from tests.workflow.leading import listing, signed_in
from tests.workflow.pages import text
from workflow.actions import sharing
from workflow.choices import Ending, Stage
from workflow.models import SharingAgreement

pytestmark = pytest.mark.django_db

ALL = "/lead/neighbours/"


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def neighbour(place: world.Place) -> world.Place:
    return world.make_place("Nextford")


def address(other: world.Place, direction: str = "theirs-here") -> str:
    return reverse("workflow:sharing", args=[other.partnership.pk, direction])


def send(
    by: Any, other: world.Place, direction: str = "theirs-here", **typed: str
) -> HttpResponse:
    """What a form of the page sends, about the newest agreement unless said."""
    newest = SharingAgreement.objects.order_by("created_at").last()
    typed = {"answered": str(newest.pk) if newest else "", **typed}
    return signed_in(by).post(address(other, direction), typed)  # type: ignore[return-value]


def proposed(by: world.Place, home: world.Place, at: world.Place) -> SharingAgreement:
    return sharing.propose_sharing(
        by=by.lead, place=by.partnership, home=home.partnership,
        shown_by=at.partnership, words="Half of our carers live on your side.",
    )  # fmt: skip


def agreed(place: world.Place, neighbour: world.Place) -> SharingAgreement:
    """The place shows what the neighbour keeps."""
    made = proposed(neighbour, neighbour, place)
    return sharing.accept_sharing(by=place.lead, agreement_id=made.pk)


def cells(place: world.Place) -> list[list[str]]:
    rows = signed_in(place.lead).get(ALL).context["rows"]
    return [[cell["text"] for cell in row] for row in rows]


def acts(by: Any, other: world.Place, direction: str = "theirs-here") -> list[str]:
    return sorted(signed_in(by).get(address(other, direction)).context["forms"])


# --- who ------------------------------------------------------------------------------


def test_pages_are_for_leads_alone(place: world.Place, neighbour: world.Place) -> None:
    administrator = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)
    root = world.person("Root", is_superuser=True)
    people = (place.publisher, place.officer, place.assurer, administrator, root)

    for by in people:
        for path in (ALL, address(neighbour)):
            assert signed_in(by).get(path).status_code == 403
        assert send(by, neighbour, act="propose").status_code == 403
    assert signed_in(place.lead).get(ALL).status_code == 200
    assert SharingAgreement.objects.count() == 0


def test_no_page_for_oneself_nor_for_another_direction(
    place: world.Place, neighbour: world.Place
) -> None:
    client = signed_in(place.lead)

    assert client.get(address(place)).status_code == 404
    assert client.get(address(neighbour, "sideways")).status_code == 404
    assert send(place.lead, neighbour, act="sell").status_code == 404
    assert send(place.lead, neighbour, act="accept").status_code == 404


# --- seeing ---------------------------------------------------------------------------


def test_overview_of_neighbours_says_how_each_direction_stands(
    place: world.Place, neighbour: world.Place
) -> None:
    assert cells(place) == [["Nextford", "Not agreed", "Not agreed"]]
    proposed(neighbour, neighbour, place)
    proposed(place, place, neighbour)
    assert cells(place) == [
        ["Nextford", "They propose it: answer", "Proposed, waiting for them"]
    ]
    assert cells(neighbour) == [
        ["Testham", "They propose it: answer", "Proposed, waiting for them"]
    ]


def test_proposal_of_a_neighbour_stands_on_the_leads_first_page(
    place: world.Place, neighbour: world.Place
) -> None:
    proposed(neighbour, neighbour, place)
    proposed(place, place, neighbour)
    answer = signed_in(place.lead).get("/lead/")

    assert answer.context["neighbours"] == [
        {
            "text": "Nextford would like you to show its services too.",
            "url": address(neighbour),
        }
    ]
    assert "A neighbour waits for your answer" in text(answer)


def test_neighbour_that_would_show_ours_is_told_apart(
    place: world.Place, neighbour: world.Place
) -> None:
    proposed(neighbour, place, neighbour)
    answer = signed_in(place.lead).get(ALL)

    assert answer.context["waiting"] == [
        {
            "text": "Nextford would like to show your services too.",
            "url": address(neighbour, "ours-there"),
        }
    ]


def test_page_says_how_many_would_appear(
    place: world.Place, neighbour: world.Place
) -> None:
    for _ in range(2):
        listing(neighbour, stage=Stage.PUBLISHED)
    listing(neighbour, stage=Stage.PUBLISHED, visibility=Visibility.PARTNERS)
    listing(place, stage=Stage.PUBLISHED)
    answer = signed_in(place.lead).get(address(neighbour))
    would, _ = (f for f in answer.context["facts"] if f["label"] != "How it stands")

    assert would == {
        "label": "Would appear", "value": "2 services of Nextford",
        "note": "beside 1 service that Testham keeps",
    }  # fmt: skip
    assert "Nextford’s services in your directory" in text(answer)
    other = signed_in(place.lead).get(address(neighbour, "ours-there"))
    assert other.context["facts"][1]["value"] == "1 service of Testham"


# --- doing ----------------------------------------------------------------------------


def test_lead_proposes(place: world.Place, neighbour: world.Place) -> None:
    answer = send(
        place.lead, neighbour, "ours-there", act="propose", words="Our river."
    )
    made = SharingAgreement.objects.get()

    assert (answer.status_code, answer["Location"]) == (
        302, address(neighbour, "ours-there"),
    )  # fmt: skip
    assert (made.home, made.shown_by, made.proposed_for, made.words) == (
        place.partnership, neighbour.partnership, place.partnership, "Our river.",
    )  # fmt: skip
    assert acts(place.lead, neighbour, "ours-there") == ["withdraw"]
    assert acts(place.lead, neighbour) == ["propose"]


def test_lead_accepts_and_later_ends(
    place: world.Place, neighbour: world.Place
) -> None:
    made = proposed(neighbour, neighbour, place)
    before = acts(place.lead, neighbour)
    page = text(signed_in(place.lead).get(address(neighbour)))
    accepted = send(place.lead, neighbour, act="accept")
    made.refresh_from_db()
    in_force, between = made.is_in_force, acts(place.lead, neighbour)
    empty = send(place.lead, neighbour, act="end", reason=" ")
    ended = send(place.lead, neighbour, act="end", reason="They stopped checking.")
    made.refresh_from_db()
    history = signed_in(place.lead).get(address(neighbour)).context["events"]

    assert before == ["accept", "decline"]
    assert "“Half of our carers live on your side.”" in page
    assert (accepted.status_code, in_force, between) == (302, True, ["end"])
    assert empty.status_code == 200
    assert empty.context["forms"]["end"].errors == {  # type: ignore[attr-defined]
        "reason": ["Give a reason; the other place will read it."]
    }
    assert (ended.status_code, made.ending, made.ended_for) == (
        302, Ending.ENDED, place.partnership,
    )  # fmt: skip
    assert [(e["text"], e.get("detail", "")) for e in history] == [
        ("Ended by Testham", "“They stopped checking.”"),
        ("Accepted by Testham", ""),
        ("Proposed by Nextford", "“Half of our carers live on your side.”"),
    ]
    assert acts(place.lead, neighbour) == ["propose"]


def test_lead_declines_with_a_reason(
    place: world.Place, neighbour: world.Place
) -> None:
    made = proposed(neighbour, neighbour, place)

    send(place.lead, neighbour, act="decline", reason="Not yet.")

    made.refresh_from_db()
    assert (made.ending, made.reason) == (Ending.DECLINED, "Not yet.")


def test_lead_takes_a_proposal_back(place: world.Place, neighbour: world.Place) -> None:
    made = proposed(place, neighbour, place)

    send(place.lead, neighbour, act="withdraw")

    made.refresh_from_db()
    assert made.ending == Ending.WITHDRAWN


def test_answer_that_comes_too_late_says_so_and_loses_no_word(
    place: world.Place, neighbour: world.Place
) -> None:
    made = agreed(place, neighbour)
    sharing.end_sharing(
        by=neighbour.lead, place=neighbour.partnership, agreement_id=made.pk,
        reason="Enough.",
    )  # fmt: skip

    answer = send(place.lead, neighbour, act="end", reason="My long reason.")

    assert answer.status_code == 409
    assert "Nextford has ended this already." in text(answer)
    assert "My long reason." in text(answer)


def test_answer_is_to_the_proposal_that_was_seen_and_not_to_a_newer_one(
    place: world.Place, neighbour: world.Place
) -> None:
    first = proposed(neighbour, neighbour, place)
    sharing.withdraw_sharing(by=neighbour.lead, agreement_id=first.pk)
    second = proposed(neighbour, neighbour, place)

    answer = send(place.lead, neighbour, act="accept", answered=str(first.pk))

    second.refresh_from_db()
    assert (answer.status_code, second.accepted_at) == (409, None)
    assert "Nextford has taken this back already." in text(answer)


def test_proposers_own_side_is_refused(
    place: world.Place, neighbour: world.Place
) -> None:
    made = proposed(place, neighbour, place)

    answer = send(place.lead, neighbour, act="accept")

    made.refresh_from_db()
    assert (answer.status_code, made.accepted_at) == (403, None)


def test_reading_changes_nothing(place: world.Place, neighbour: world.Place) -> None:
    proposed(neighbour, neighbour, place)
    before = list(SharingAgreement.objects.values())

    for path in (ALL, address(neighbour), f"{address(neighbour)}?act=accept"):
        signed_in(place.lead).get(path)

    assert list(SharingAgreement.objects.values()) == before


def test_list_of_neighbours_does_not_grow_queries(
    place: world.Place, neighbour: world.Place
) -> None:
    client = signed_in(place.lead)
    client.get(ALL)
    agreed(place, neighbour)
    counts = []
    for name in ("", "Farwell", "Overton"):
        if name:
            proposed(other := world.make_place(name), other, place)
        with CaptureQueriesContext(connection) as asked:
            client.get(ALL)
        counts.append(len(asked))

    assert counts[0] == counts[1] == counts[2]
