"""Keeping contracts: by the lead and the assurers of the place."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, field, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.access import partners_of
from accounts.models import AuditEvent, Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from common.marks import mark
from workflow import contracts, erased
from workflow.models import Contract, ContractedListing, Listing

_REVIEWED = "contract_reviewed"


@dataclass(frozen=True)
class Terms:
    """What a contract says. A manager or a mailbox, and an organization or listings."""

    commissioner_id: Any
    reference: str
    review_months: int
    starts_on: dt.date
    ends_on: dt.date | None = None
    organization_id: Any = None
    listing_ids: tuple[Any, ...] = field(default=())
    manager_id: Any = None
    manager_mailbox: str = ""


@transaction.atomic
def add_contract(*, by: User, place: Partnership, terms: Terms) -> Contract:
    """Write down a contract. Raises PermissionDenied, InvalidInput by field."""
    place = Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    if not contracts.can_keep_in(by, place):
        raise PermissionDenied("Contracts are kept by the lead and the assurers.")
    contract = Contract(partnership=place)
    _take(contract, terms)
    audit.record(
        "contract_added", contract, actor=by, partnership_id=place.pk,
        after=_said(terms),
    )  # fmt: skip
    return contract


@transaction.atomic
def change_contract(
    *, by: User, contract_id: Any, terms: Terms, seen: str | None = None
) -> Contract:
    """Say anew what a contract says; what it says already is left as it is.

    ``seen`` is what :func:`as_read` said of it when the person read it. Raises as
    ``add_contract``, and InvalidState where it has ended or somebody else has changed
    it since.
    """
    contract = _lock(by, contract_id)
    before = terms_of(contract)
    if as_read(terms) == as_read(before):
        return contract
    if seen is not None and seen != as_read(before):
        raise InvalidState(
            "Somebody else has changed this contract meanwhile, and nothing of yours "
            "was saved. What you typed is below."
        )
    _take(contract, terms)
    audit.record(
        "contract_changed", contract, actor=by, partnership_id=contract.partnership_id,
        before=_said(before), after=_said(terms),
    )  # fmt: skip
    return contract


@transaction.atomic
def review_contract(*, by: User, contract_id: Any, words: str = "") -> Contract:
    """Say that a contract was looked at today; its period begins again. What somebody
    says twice on a day is written down once. Raises PermissionDenied, InvalidState,
    InvalidInput."""
    contract = _lock(by, contract_id)
    erased.refuse({"words": words})
    before, today = contract.reviewed_on, clock.today()
    if reviews(contract).filter(
        actor_id=by.pk, after=today.isoformat(), reason=words.strip()
    ):
        return contract
    contract.reviewed_on = today
    contract.save(update_fields=["reviewed_on"])
    audit.record(
        _REVIEWED, contract, actor=by, partnership_id=contract.partnership_id,
        before=str(before or ""), after=today.isoformat(), reason=words.strip(),
    )  # fmt: skip
    return contract


def reviews(contract: Contract) -> QuerySet[AuditEvent]:
    """What was written down of each review of a contract: when, who, their words."""
    return AuditEvent.objects.filter(object_id=contract.pk, verb=_REVIEWED)


@transaction.atomic
def end_contract(*, by: User, contract_id: Any, reason: str) -> Contract:
    """End a contract before its day, with a reason. It is kept for its statement."""
    contract = _lock(by, contract_id)
    if not reason.strip():
        raise InvalidInput({"reason": "Say why it ends; others will read it."})
    erased.refuse({"reason": reason})
    contract.ended_at = clock.now()
    contract.ended_because = reason.strip()
    contract.save(update_fields=["ended_at", "ended_because"])
    audit.record(
        "contract_ended", contract, actor=by, partnership_id=contract.partnership_id,
        reason=contract.ended_because,
    )  # fmt: skip
    return contract


def terms_of(contract: Contract) -> Terms:
    """What a contract says now."""
    named = contract.named.order_by("listing_id")
    return Terms(
        commissioner_id=contract.commissioner_id, reference=contract.reference,
        review_months=contract.review_months, starts_on=contract.starts_on,
        ends_on=contract.ends_on, organization_id=contract.organization_id,
        listing_ids=tuple(named.values_list("listing_id", flat=True)),
        manager_id=contract.manager_id, manager_mailbox=contract.manager_mailbox,
    )  # fmt: skip


def as_read(terms: Terms) -> str:
    """What the form of a page carries of a contract: to tell whether it says something
    else by now."""
    kept = replace(
        terms, reference=terms.reference.strip(),
        listing_ids=tuple(sorted(map(str, terms.listing_ids))),
        manager_mailbox=terms.manager_mailbox.strip().lower(),
    )  # fmt: skip
    return mark(*astuple(kept))


def _said(terms: Terms) -> dict[str, Any]:
    """What a contract says, for the audit trail, which a mailbox does not enter."""
    said = asdict(terms) | {"listing_ids": sorted(map(str, terms.listing_ids))}
    said["manager_mailbox"] = bool(terms.manager_mailbox)
    return {
        name: value if isinstance(value, bool | int | list) else str(value or "")
        for name, value in said.items()
    }


def _lock(by: User, contract_id: Any) -> Contract:
    contract = (
        Contract.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partnership")
        .get(pk=contract_id)
    )
    if not contracts.can_keep(by, contract):
        raise PermissionDenied("Contracts are kept by the lead and the assurers.")
    if contract.ended_at:
        raise InvalidState("It has been ended already. Add a new one if it goes on.")
    return contract


def _take(contract: Contract, terms: Terms) -> None:
    """Check what a contract is to say, and store it with what it names."""
    listings = list(
        Listing.objects.filter(
            partnership=contract.partnership, pk__in=terms.listing_ids
        ).values_list("pk", flat=True)
    )
    errors = _faults(contract, terms, listings)
    errors |= erased.faults(
        {"reference": terms.reference, "manager_mailbox": terms.manager_mailbox}
    )
    if errors:
        raise InvalidInput(errors)
    contract.commissioner_id = terms.commissioner_id
    contract.reference = terms.reference.strip()
    contract.review_months = terms.review_months
    contract.starts_on = terms.starts_on
    contract.ends_on = terms.ends_on
    contract.organization_id = terms.organization_id
    contract.manager_id = terms.manager_id
    contract.manager_mailbox = terms.manager_mailbox.strip().lower()
    contract.save()
    contract.named.exclude(listing_id__in=listings).delete()
    ContractedListing.objects.bulk_create(
        (ContractedListing(contract=contract, listing_id=pk) for pk in listings),
        ignore_conflicts=True,
    )


def _faults(
    contract: Contract, terms: Terms, listings: Iterable[Any]
) -> dict[str, str]:
    place, errors = contract.partnership, {}
    partner = partners_of(place).filter(pk=terms.commissioner_id).first()
    if partner is None:
        errors["commissioner"] = "Choose the partner that commissions it."
    if not terms.reference.strip() or len(terms.reference) > 60:
        errors["reference"] = "Give it the reference that your papers have."
    elif Contract.objects.filter(
        commissioner_id=terms.commissioner_id, reference=terms.reference.strip(),
        ended_at=None,
    ).exclude(pk=contract.pk).exists():  # fmt: skip
        errors["reference"] = "There is a contract with this reference already."
    if not 1 <= terms.review_months <= 36:
        errors["review_months"] = "Say after how many months it is reviewed: 1 to 36."
    if terms.ends_on and terms.ends_on < terms.starts_on:
        errors["ends_on"] = "It cannot end before it begins."
    mailbox = terms.manager_mailbox.strip()
    if not terms.manager_id and not mailbox:
        errors["manager"] = "Choose a person, or give the mailbox of the role."
    elif terms.manager_id and mailbox:
        errors["manager"] = "Choose a person or give a mailbox, and not both."
    elif partner and terms.manager_id and not contracts.managers_of(partner).filter(
        pk=terms.manager_id
    ).exists():  # fmt: skip
        errors["manager"] = "Choose somebody who has a part in this partner."
    run = Listing.objects.filter(
        partnership=place, organization_id=terms.organization_id
    )
    if terms.organization_id and not run.exists():
        errors["organization"] = "It runs no service in this place."
    elif not terms.organization_id and not list(listings):
        errors["organization"] = "Choose the organisation, or the services."
    return errors
