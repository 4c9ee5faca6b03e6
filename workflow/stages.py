"""The stages of a listing as a state machine: the table of PRODUCT.md section 3.

Who may do it and what has to hold is asked by the actions, on the locked row, before
they call :func:`move`; what stands here is only what leads where.
"""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django_fsm import TransitionNotAllowed, transition

from common.errors import InvalidState
from workflow.choices import Stage

WAITING = [Stage.DRAFT, Stage.SUBMITTED, Stage.ASSURED]


class Stages(models.Model):
    """The transitions of ``stage``. Each returns nothing and saves nothing."""

    class Meta:
        abstract = True

    @transition(field="stage", source=Stage.DRAFT, target=Stage.SUBMITTED)
    def submit(self) -> None:
        """Its author or an editor of its organisation sends it in."""

    @transition(field="stage", source=Stage.SUBMITTED, target=Stage.DRAFT)
    def send_back(self) -> None:
        """An assurer returns it with a reason, or its submitter takes it back."""

    @transition(field="stage", source=Stage.SUBMITTED, target=Stage.ASSURED)
    def assure(self) -> None:
        """An assurer decided it field by field and vouches for it."""

    @transition(field="stage", source=Stage.SUBMITTED, target=Stage.PUBLISHED)
    def carry_over(self) -> None:
        """A lead takes it over from a directory that is switched off."""

    @transition(field="stage", source=Stage.ASSURED, target=Stage.SUBMITTED)
    def reopen(self) -> None:
        """An assurer wants it looked at again, with a reason."""

    @transition(field="stage", source=Stage.ASSURED, target=Stage.PUBLISHED)
    def publish(self) -> None:
        """A publisher, or the policy at once, lets the public see it."""

    @transition(field="stage", source=Stage.PUBLISHED, target=Stage.ASSURED)
    def call_back(self) -> None:
        """Within ten minutes, who published it takes that back."""

    @transition(field="stage", source=Stage.PUBLISHED, target=Stage.UNPUBLISHED)
    def hide(self) -> None:
        """Its provider, an assurer, a publisher or the system takes it away."""

    @transition(field="stage", source=WAITING, target=Stage.UNPUBLISHED)
    def decline(self) -> None:
        """An assurer declines it with a reason."""

    @transition(field="stage", source=Stage.UNPUBLISHED, target=Stage.PUBLISHED)
    def put_back(self) -> None:
        """No reason against it is left."""

    @transition(field="stage", source=Stage.UNPUBLISHED, target=Stage.SUBMITTED)
    def appeal(self) -> None:
        """Its author asks another assurer, once, if it was never assured."""


def move(listing: Any, name: str) -> None:
    """Make the transition. Raises InvalidState with a sentence for a person."""
    try:
        getattr(listing, name)()
    except TransitionNotAllowed:
        stage = Stage(listing.stage).label.lower()
        raise InvalidState(
            f"“{listing}” is at the stage “{stage}” now, so this can no longer be "
            "done. Somebody else may have been faster."
        ) from None


def move_many(listings: QuerySet[Any], name: str, **columns: Any) -> int:
    """Make the same transition of many locked listings in one statement, and set other
    columns with it; how many moved.

    What leads where is what stands above: the rows at another stage stay as they are.
    """
    ways = getattr(Stages, name)._django_fsm.transitions
    (target,) = {way.target for way in ways.values()}
    return listings.filter(stage__in=list(ways)).update(stage=target, **columns)
