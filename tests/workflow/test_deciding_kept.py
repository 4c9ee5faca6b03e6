"""Nothing typed on the decision page is lost, whatever is pressed and however late."""

from typing import Any

import pytest
from django.urls import reverse

from tests import world
from tests.workflow.deciding import change, choice, edit, page, send, text
from workflow import effort
from workflow.choices import EffortKind, Stage
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def submission(place: world.Place) -> tuple[Listing, Proposal]:
    listing = world.submitted(place)
    return listing, listing.proposals.get()


def act(response: Any, slug: str) -> Any:
    return next(e for e in response.context["extras"].instead if e.act.slug == slug)


@pytest.mark.parametrize(
    ("slug", "errors"),
    [
        ("return", {"reason": ["Say what is missing or has to be different."]}),
        ("decline", {"because": ["Choose why it is declined."]}),
    ],
)
def test_return_without_a_reason_comes_back_with_all_that_was_typed(
    place: world.Place, slug: str, errors: dict[str, list[str]]
) -> None:
    listing, proposal = submission(place)
    name = change(proposal, "name")

    response = send(
        place.assurer, "proposal", proposal.pk, decide=slug,
        **choice(name, "reject", reason="not_so", reason_words="I rang."),
        method="call", note="Spoke to Sam.", answer="Thank you.",
    )  # fmt: skip

    row = next(r for r in response.context["rows"] if r.change.pk == name.pk)
    extras = response.context["extras"]
    assert response.status_code == 200
    assert act(response, slug).form.errors == errors
    assert row.form["choice"].value() == "reject"
    assert row.form["reason_words"].value() == "I rang."
    assert extras.check["note"].value() == "Spoke to Sam."
    assert extras.answer["answer"].value() == "Thank you."
    assert world.fresh(listing).stage == Stage.SUBMITTED


def test_words_for_its_author_stay_when_something_else_is_pressed(
    place: world.Place,
) -> None:
    _, proposal = submission(place)

    response = send(
        place.assurer, "proposal", proposal.pk, decide="accept_rest",
        **{"return-reason": "The times are missing."},
    )  # fmt: skip

    entry = act(response, "return")
    assert (entry.form["reason"].value(), entry.open) == (
        "The times are missing.",
        True,
    )


def test_return_with_a_reason_goes_back_to_its_author(place: world.Place) -> None:
    listing, proposal = submission(place)

    response = send(
        place.assurer, "proposal", proposal.pk, decide="return",
        **{"return-reason": "The times are missing."},
    )  # fmt: skip

    assert response.url == reverse("workflow:queue")
    assert world.fresh(listing).stage == Stage.DRAFT


def test_decision_page_has_one_form_for_everything_typed(place: world.Place) -> None:
    _, proposal = submission(place)

    words = text(page(place.assurer, "proposal", proposal.pk))

    opened = words.index("novalidate data-guard>")
    closed = words.index("</form>", opened)
    assert opened < words.index('name="return-reason"') < closed
    assert opened < words.index('name="decline-because"') < closed


# --- two tabs -------------------------------------------------------------------------


def test_words_that_came_too_late_stand_there_to_be_copied(place: world.Place) -> None:
    proposal = edit(place, world.published(place), fees="£1")
    row = change(proposal)
    send(place.assurer, "proposal", proposal.pk, **choice(row, "accept"))
    assert proposal.listing is not None
    usual = effort.minutes_of_listing(proposal.listing, EffortKind.DECISION)

    response = send(
        place.second_assurer, "proposal", proposal.pk, answer="We rang them twice.",
        minutes=str(usual), **choice(row, "accept"),
    )  # fmt: skip

    assert response.status_code == 409
    assert response.context["written"] == [
        {
            "label": "A word to whoever suggested it (if you like)",
            "text": "We rang them twice.",
        }
    ]
    assert '<blockquote class="v-quote">We rang them twice.</blockquote>' in text(
        response
    )


def test_reason_for_returning_that_came_too_late_stands_there(
    place: world.Place,
) -> None:
    _, proposal = submission(place)
    reason = {"return-reason": "The times are missing."}
    send(place.assurer, "proposal", proposal.pk, decide="return", **reason)

    response = send(
        place.second_assurer, "proposal", proposal.pk, decide="return", **reason
    )

    assert response.status_code == 409
    assert response.context["written"] == [
        {
            "label": "What is missing, or has to be different?",
            "text": "The times are missing.",
        }
    ]
