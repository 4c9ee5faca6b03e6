"""Telling the managers of contracts of a review or an end that comes, or came: one mail
for each manager and place, nothing twice.

What was told is a row, unique for contract, day and what it is about, and is written
with the mail or not at all. The contracts are locked while that is done, without those
that another worker is at, and asked again: two workers tell nothing twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from common import clock
from common.templatetags.vouch import counted
from workflow import contracts, erased
from workflow.actions import contract_notices
from workflow.actions.asking_run import NOT_BEFORE
from workflow.actions.noting import noted
from workflow.actions.telling import AT_ONCE, tell
from workflow.contracts import Coming
from workflow.letters import letter
from workflow.models import Contract, ContractReminder, JobRun

Untold = list[tuple[Contract, list[Coming]]]


def tell_of_contracts(run: JobRun) -> None:
    """Tell each manager once of what became overdue of their contracts, and of their
    reviews and ends."""
    contract_notices.tell_managers(run)
    remind_managers(run)


def remind_managers(run: JobRun) -> None:
    """Tell each manager once of a review that falls due within thirty days, or has, and
    of an end that is near, or was."""
    if clock.now().astimezone(clock.LONDON).time() < NOT_BEFORE:
        return
    theirs: defaultdict[tuple[Any, str], list[Any]] = defaultdict(list)
    for contract, _ in _untold(Contract.objects.all(), clock.today()):
        if address := contracts.told_at(contract):
            theirs[contract.partnership_id, address].append(contract.pk)
    for (_, address), ids in theirs.items():
        with noted(run, address.rpartition("@")[2]), transaction.atomic():
            run.done += _tell(address, ids)


def _untold(found: QuerySet[Contract], today: dt.date) -> Untold:
    """What comes of these contracts and was not told yet. Two queries."""
    due = contracts.to_look_at(found, today)
    told = set(
        ContractReminder.objects.filter(
            contract__in=[contract.pk for contract, _ in due]
        ).values_list("contract", "about", "day")
    )
    left = [
        (
            contract,
            [x for x in some if (contract.pk, x.about.value, x.day) not in told],
        )
        for contract, some in due
    ]
    return [(contract, some) for contract, some in left if some]


def _tell(address: str, ids: Iterable[Any]) -> int:
    """One mail about some contracts of one place; of how many it tells."""
    erased.keep_out()
    locked = Contract.objects.select_for_update(
        of=("self",), no_key=True, skip_locked=True
    )
    found = _untold(locked.filter(pk__in=ids).order_by("pk"), clock.today())
    # Who manages one of them may be another by now: the next run tells them.
    found = [row for row in found if contracts.told_at(row[0]) == address]
    if not found:
        return 0
    message = tell(
        address, kind="contract_due", about=found[0][0].commissioner, delay=AT_ONCE,
        subject=_subject(found), lines=_lines(found),
    )  # fmt: skip
    ContractReminder.objects.bulk_create(
        ContractReminder(
            contract=contract, about=one.about, day=one.day, message=message
        )
        for contract, some in found
        for one in some
    )
    for contract, some in found:
        audit.record(
            "contract_reminded", contract, actor=audit.SYSTEM,
            partnership_id=contract.partnership_id,
            after={one.about.value: one.day.isoformat() for one in some},
        )  # fmt: skip
    return len(found)


def _subject(found: Untold) -> str:
    if len(found) > 1:
        return f"{counted(len(found), 'contract')} to look at"
    contract, some = found[0]
    words = some[0].words
    return f"Contract {contract.reference}: {words[:1].lower()}{words[1:]}"


def _lines(found: Sequence[tuple[Contract, list[Coming]]]) -> list[str]:
    one = len(found) == 1
    what = "this contract" if one else "these contracts"
    them = "it" if one else "them"
    lines = [f"You manage {what}, and something is to be done about {them}:"]
    for contract, some in found:
        lines += ["", f"{contract.commissioner}, {contract.reference}"]
        lines += [f"  - {one.words}" for one in some]
    subject = "the contract" if one else "a contract"
    lines += [
        "",
        (f"Please tell the lead or an assurer of the place once {subject} has been "
         "reviewed, has been extended, or has been replaced by another. They write it "
         "down here, so that we remind you on the right day."),
    ]  # fmt: skip
    return letter(found[0][0].partnership, *lines, look="See them", at="contracts")
