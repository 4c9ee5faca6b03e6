"""Setting the reminder ladder of a place: who is asked how many days before and after a
record is due."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common.errors import InvalidInput, InvalidState
from workflow import access, asking
from workflow.choices import AskTo
from workflow.models import LadderStep, Policy

EARLIEST, LATEST = -60, 120
"""Days before and after the due date between which a step may lie."""
MOST = 8
MOST_TRIES = 9


@transaction.atomic
def save_ladder(
    *,
    by: User,
    place: Partnership,
    contracted: bool,
    steps: Sequence[tuple[int, str]],
    call_tries: int | None = None,
    seen: str | None = None,
) -> list[LadderStep]:
    """Set the steps (days after the due date, whom); none brings the default back.
    ``call_tries``, where given, is how often somebody is rung before the lead is told.

    What is so already stays. What was asked already stays asked: a step that moves is
    not made again for the same due date. ``seen`` is what :func:`as_read` said
    of the ladder that the person saw. Raises PermissionDenied, InvalidInput,
    InvalidState where somebody else has changed it since.
    """
    if not access.can_in_place(by, Permission.SET_POLICY, place):
        raise PermissionDenied("Only the lead of the place sets when it asks.")
    place = Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    wanted = sorted(steps)
    rows = LadderStep.objects.filter(partnership=place, contracted=contracted)
    before = list(rows.values_list("days", "to"))
    policy = Policy.objects.get(partnership=place)
    tries = [policy.call_tries, call_tries or policy.call_tries]
    if wanted == before and tries[0] == tries[1]:
        return list(rows)
    if seen is not None and seen != as_read(place, contracted=contracted):
        raise InvalidState(
            "Somebody else has changed the reminders meanwhile, and nothing of yours "
            "was saved. What you typed is below: see again what it would change."
        )
    _check(wanted)
    if not 1 <= tries[1] <= MOST_TRIES:
        raise InvalidInput({"call_tries": f"From 1 to {MOST_TRIES} times."})
    if tries[0] != tries[1]:
        Policy.objects.filter(pk=policy.pk).update(call_tries=tries[1])
    rows.delete()
    made = LadderStep.objects.bulk_create(
        LadderStep(partnership=place, contracted=contracted, days=days, to=to)
        for days, to in wanted
    )
    audit.record(
        "ladder_set", place, actor=by, partnership_id=place.pk,
        before={
            "steps": [[days, str(to)] for days, to in before], "call_tries": tries[0],
        },
        after={
            "steps": [[days, str(to)] for days, to in wanted], "call_tries": tries[1],
        },
    )  # fmt: skip
    return made


def as_read(place: Partnership, *, contracted: bool) -> str:
    """What a page says of the ladder, as the form of the page carries it: to tell
    whether it is another by now."""
    said = [
        f"{step.days} {step.to}"
        for step in asking.ladder_of(place, contracted=contracted)
    ]
    if not contracted:
        said.append(f"{place.policy.call_tries} tries")
    return ", ".join(said)


def _check(steps: Sequence[tuple[int, str]]) -> None:
    if not steps:
        return
    days = [day for day, _ in steps]
    whom = [to for _, to in steps]
    if len(steps) > MOST:
        raise InvalidInput(f"A ladder has {MOST} steps at the most.")
    if any(to not in AskTo.values for to in whom):
        raise InvalidInput("Choose for each step whom to ask.")
    if len(set(days)) != len(days):
        raise InvalidInput("Two steps are on the same day. Put them on two days.")
    if not all(EARLIEST <= day <= LATEST for day in days):
        raise InvalidInput(
            f"A step is from {-EARLIEST} days before to {LATEST} days after."
        )
    if whom[0] != AskTo.FIRST:
        raise InvalidInput("The first step asks the first contact.")
    if AskTo.LEAD in whom[:-1]:
        raise InvalidInput("The lead is told last, once, or not at all.")
