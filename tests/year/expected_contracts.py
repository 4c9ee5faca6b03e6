"""Which managers of contracts are told of what this morning, worked out again."""

import datetime as dt
from typing import Any

from tests.year.expected import Morning
from workflow.models import Contract, ContractedListing, ContractNotice

Notice = tuple[Any, Any, dt.date, str]
"""The contract, the record, the day that was missed, and the address that is told."""


def notices(morning: Morning) -> set[Notice]:
    """What became overdue of what is commissioned, and was not told before: to the
    manager, else to the mailbox of the role, else to that of the partner."""
    day, told = (
        morning.day,
        set(ContractNotice.objects.values_list("contract_id", "listing_id", "due_on")),
    )
    found = set()
    for contract in Contract.objects.filter(
        partnership=morning.place, ended_at=None
    ).select_related("manager", "commissioner"):
        over = contract.ends_on is not None and contract.ends_on < day
        if over or contract.starts_on > day:
            continue
        manager = contract.manager
        to = (
            (manager.email if manager and manager.is_active else "")
            or contract.manager_mailbox
            or contract.commissioner.role_mailbox
        )
        for pk in _commissioned(morning, contract):
            row = morning.listings[pk]
            is_kept = row["stage"] in ("assured", "published") or (
                row["hidden_because"] == ["lapsed"]
            )
            late = dt.timedelta(days=morning.policy.overdue_days)
            if (
                to
                and is_kept
                and row["due_on"]
                and row["due_on"] + late <= day
                and (contract.pk, pk, row["due_on"]) not in told
            ):
                found.add((contract.pk, pk, row["due_on"], to))
    return found


def _commissioned(morning: Morning, contract: Contract) -> set[Any]:
    named = ContractedListing.objects.filter(contract=contract)
    whole = {
        pk for pk, row in morning.listings.items()
        if contract.organization_id
        and row["organization_id"] == contract.organization_id
    }  # fmt: skip
    return whole | (
        set(named.values_list("listing", flat=True)) & set(morning.listings)
    )
