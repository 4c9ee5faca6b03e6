"""Making the next version of a record: what it refers to has to be there."""

import pytest

from common.errors import InvalidInput
from directory.choices import Kind
from tests import world
from workflow.actions import decisions
from workflow.actions.decisions import Check, Choice
from workflow.choices import Method, RejectReason, Stage, Verdict

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("kind", "what"),
    [(Kind.ORGANIZATION, "organisation"), (Kind.LOCATION, "place")],
)
def test_service_that_refers_to_what_was_rejected_is_refused_at_its_line(
    kind: str, what: str
) -> None:
    place = world.make_place()
    listing = world.submitted(place)
    proposal = listing.proposals.get(state="open")
    choices = world.accept_all(proposal)
    for change in proposal.changes.filter(record__kind=kind):
        choices[change.pk] = Choice(Verdict.REJECTED, reason=RejectReason.NOT_SO)

    with pytest.raises(InvalidInput) as refused:
        decisions.decide(
            by=place.assurer,
            proposal_id=proposal.pk,
            choices=choices,
            check=Check(Method.CALL),
        )

    (told,) = refused.value.errors.values()
    assert told == (
        f"This {what} is not in the directory yet: its own lines have to be accepted "
        "too."
    )
    assert world.fresh(listing).stage == Stage.SUBMITTED
