"""Telling the managers of contracts what is overdue: one mail each, nothing twice.

What is overdue and not yet told is one statement over all contracts. Each manager is
then one transaction that writes down what is told before the mail: a notice is unique
for contract, service and missed day, so that a second worker or a second run finds
nothing left, and a killed one leaves neither notice nor mail.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import connection, transaction

from accounts import audit
from common import clock
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import erased
from workflow.actions.asking_run import NOT_BEFORE
from workflow.actions.noting import noted
from workflow.actions.telling import AT_ONCE, tell
from workflow.letters import letter, page
from workflow.models import ContractNotice, JobRun

_UNTOLD = """
WITH holding AS (
    SELECT c.id, c.partnership_id, c.organization_id, c.commissioner_id,
        CASE WHEN u.is_active THEN u.email
             WHEN c.manager_mailbox <> '' THEN c.manager_mailbox
             ELSE b.role_mailbox END AS address
    FROM workflow_contract c
    JOIN accounts_partner b ON b.id = c.commissioner_id
    LEFT JOIN accounts_user u ON u.id = c.manager_id
    WHERE c.ended_at IS NULL AND c.starts_on <= %(today)s
      AND (c.ends_on IS NULL OR c.ends_on >= %(today)s)
),
pairs AS (
    SELECT h.id AS contract_id, l.id AS listing_id
    FROM holding h JOIN workflow_listing l
        ON l.organization_id = h.organization_id
       AND l.partnership_id = h.partnership_id
    UNION
    SELECT h.id, n.listing_id
    FROM holding h JOIN workflow_contractedlisting n ON n.contract_id = h.id
),
untold AS (
    SELECT h.address, h.commissioner_id, p.contract_id, p.listing_id, l.due_on
    FROM pairs p
    JOIN holding h ON h.id = p.contract_id
    JOIN workflow_listing l ON l.id = p.listing_id
    JOIN workflow_policy y ON y.partnership_id = l.partnership_id
    WHERE l.due_on + y.overdue_days::int <= %(today)s AND h.address <> ''
      AND (l.stage IN ('assured', 'published') OR l.hidden_because = '{lapsed}')
      AND NOT EXISTS (
          SELECT 1 FROM workflow_contractnotice t
          WHERE t.contract_id = p.contract_id AND t.listing_id = p.listing_id
            AND t.due_on = l.due_on
      )
)
"""

_MANAGERS = (
    _UNTOLD
    + """
SELECT DISTINCT address FROM untold ORDER BY address
"""
)

_TAKE = (
    _UNTOLD
    + """
INSERT INTO workflow_contractnotice (id, created_at, contract_id, listing_id, due_on)
SELECT gen_random_uuid(), %(now)s, contract_id, listing_id, due_on
FROM untold WHERE address = %(address)s
ON CONFLICT (contract_id, listing_id, due_on) DO NOTHING
RETURNING id
"""
)


def tell_managers(run: JobRun) -> None:
    """Tell each manager once of what became overdue of their contracts."""
    if clock.now().astimezone(clock.LONDON).time() < NOT_BEFORE:
        return
    for (address,) in _rows(_MANAGERS, {"today": clock.today()}):
        with noted(run, address.rpartition("@")[2]), transaction.atomic():
            run.done += _tell(address)


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _tell(address: str) -> int:
    erased.keep_out()
    values = {"today": clock.today(), "now": clock.now(), "address": address}
    taken = [key for (key,) in _rows(_TAKE, values)]
    if not taken:
        return 0
    notices = list(
        ContractNotice.objects.filter(pk__in=taken)
        .select_related("contract__commissioner__partnership", "listing")
        .order_by("contract__reference", "due_on", "listing__title", "pk")
    )
    partner = notices[0].contract.commissioner
    message = tell(
        address, kind="contract_overdue", about=partner, delay=AT_ONCE,
        subject=_subject(len(notices)),
        lines=_lines(notices, clock.today()),
    )  # fmt: skip
    ContractNotice.objects.filter(pk__in=taken).update(message=message)
    audit.record(
        "contract_manager_told", partner, actor=audit.SYSTEM,
        partnership_id=partner.partnership_id,
        after={"listings": [str(one.listing_id) for one in notices]},
    )  # fmt: skip
    return len(notices)


def _subject(number: int) -> str:
    if number == 1:
        return "1 record of a service you commission is overdue"
    return f"{number:,} records of services you commission are overdue"


def _lines(notices: list[ContractNotice], today: dt.date) -> list[str]:
    """The mail: each contract with what is overdue, and where all of it stands."""
    of, them = (
        ("this service", "it") if len(notices) == 1 else ("these services", "them")
    )
    lines = [
        (f"What the directory says of {of} has not been checked in time. We have asked "
         f"those who provide {them}; it may help if you mention it too."),
    ]  # fmt: skip
    by_contract: defaultdict[Any, list[ContractNotice]] = defaultdict(list)
    for one in notices:
        by_contract[one.contract].append(one)
    for contract, some in by_contract.items():
        lines += ["", f"{contract.commissioner}, {contract.reference}"]
        for one in some:
            late = counted((today - one.due_on).days, "day")
            day = full_date(one.due_on)
            lines.append(f"  - {one.listing.title}: due on {day}, {late} ago")
    lines += ["", "How all of them stand, to read or to print:"]
    partners = {contract.commissioner for contract in by_contract}
    for partner in sorted(partners, key=str):
        lines.append(f"  {page(partner.partnership, 'statement', partner.pk)}")
    return letter(notices[0].contract.commissioner.partnership, *lines)
