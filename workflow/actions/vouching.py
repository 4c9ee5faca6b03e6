"""Storing that a person vouched for a record, and what follows from it."""

from typing import Any

from accounts import audit
from accounts.models import Partner, User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import checks
from workflow import access, erased, periods, queries
from workflow.actions import public
from workflow.actions.choosing import Check, need_method
from workflow.actions.revising import announce, lock_alone
from workflow.choices import Hidden, Stage
from workflow.models import Assurance, Decision, Listing, Record
from workflow.stages import move

LIFTED_BY_A_CHECK = (Hidden.LAPSED, Hidden.CARRIED_OVER_ENDED)
"""Reasons that say only that nobody had checked it."""


def body_for(by: access.Asker, listing: Listing) -> str:
    """The body a person acts for on this listing: their partner, or the provider."""
    if listing.remit and access.is_in_remit(by, listing):
        return listing.remit.partner.name
    if access.is_own(by, listing):
        parts = queries.drafted(listing) if listing.draft else queries.whole(listing)
        return str(parts.organization.get("name") or "the provider")[:250]
    partner = access.first_partner(by)
    return partner.name if partner else str(listing.partnership)


def body_for_record(by: access.Asker, record: Record) -> str:
    """The body a person acts for on an organization or place by itself: the partner
    that keeps it, or the organization."""
    if access.can_correct(by, record):
        owner: Any = access.with_record_owner(Record.objects.filter(pk=record.pk))
        return str(Partner.objects.get(pk__in=owner.values("owner_id")))
    if access.edited_organizations(by).filter(pk=record.pk).exists():
        return record.label[:250]
    partner = access.first_partner(by)
    return partner.name if partner else str(record.home)


def assure_new(
    listing: Listing,
    *,
    by: User,
    decision: Decision,
    check: Check | None,
    override_reason: str,
) -> None:
    """submitted → assured, and public at once if the policy says so and the gate lets.

    The caller has locked its record, or made it in this transaction.
    Raises InvalidInput: what the policy wants and is missing (``record id:field``), the
    method, or a reason against what looks odd.
    """
    if check is None:
        raise InvalidInput({"method": "Say how you checked it."})
    need_method(check.method)
    listing = lock_alone(listing.pk)
    service = queries.current(listing.record)
    if listing.record.revision is None or not service.get("organization_id"):
        raise InvalidInput("A service needs at least a name and who runs it.")
    missing = checks.missing(service, listing.partnership.policy.mandatory)
    if missing:
        prefix = f"{listing.record_id}:"
        raise InvalidInput({prefix + name: text for name, text in missing.items()})
    odd = checks.oddities(service, clock.today())
    if odd and not override_reason.strip():
        raise InvalidInput(
            {"override_reason": " ".join(odd.values()) + " If it is right all the "
             "same, say why."}
        )  # fmt: skip
    move(listing, "assure")
    listing.draft = None
    listing.save(update_fields=["stage", "draft"])
    write_assurance(
        listing, by=by, method=check.method, note=check.note,
        body=decision.body_label, single_handed=decision.single_handed,
        decision=decision,
    )  # fmt: skip
    if listing.partnership.policy.publish_at_once:
        # What the gate stops stays assured: a publisher looks at it.
        public.go_public_if_it_may(
            listing, "publish", by=by, reason="at once, by policy"
        )


def write_assurance(
    listing: Listing, *, by: User, method: str, note: str, body: str,
    single_handed: bool, decision: Decision | None = None,
) -> Assurance:  # fmt: skip
    """Store that a person vouched for a locked listing today; its dates follow.

    ``decision`` is the one that it came with. Raises InvalidInput where the note holds
    what was erased.
    """
    erased.refuse({"note": note})
    today = clock.today()
    revision = listing.record.revision
    if revision is None:
        raise InvalidState("There is no accepted version to vouch for yet.")
    assurance = Assurance.objects.create(
        listing=listing,
        revision=revision,
        covers=queries.covers(listing),
        assured_by=by,
        body_label=body,
        body_mailbox=mailbox_of(listing, body),
        assured_on=today,
        due_on=periods.due_on(listing, today),
        method=method,
        note=note.strip(),
        single_handed=single_handed,
        decision=decision,
        set_aside=set_aside_by(listing),
    )
    listing.carried_over_until = None
    take_dates(listing, assurance)
    announce(listing.record_id)
    audit.record(
        "listing_assured",
        listing,
        actor=by,
        body=body,
        partnership_id=listing.partnership_id,
        after={"assured_on": today.isoformat(), "revision": revision.number},
        reason=note,
    )
    return assurance


def set_aside_by(listing: Listing) -> dict[str, Any]:
    """What a check puts an end to, for its undo."""
    until = listing.carried_over_until
    return {
        "hidden_because": [
            reason for reason in listing.hidden_because if reason in LIFTED_BY_A_CHECK
        ],
        "carried_over_until": until.isoformat() if until else "",
    }


def take_dates(listing: Listing, assurance: Assurance | None) -> None:
    """Give a locked listing the dates of the last assurance that stands, and save them
    with the day to which it was carried over.

    When it is due follows from the policy as it is now: it may have changed since.
    """
    day = assurance.assured_on if assurance else None
    listing.assurance = assurance
    listing.assured_on = day
    listing.due_on = periods.due_on(listing, day) if day else None
    listing.save(
        update_fields=["assurance", "assured_on", "due_on", "carried_over_until"]
    )


def mailbox_of(listing: Listing, body: str) -> str:
    """The role mailbox of the body that vouches, else the place's."""
    remit = listing.remit
    if remit and remit.partner.name == body and remit.partner.role_mailbox:
        return remit.partner.role_mailbox
    return listing.partnership.role_mailbox


def come_back(listing: Listing, *, by: User) -> None:
    """A check lifts “nobody had checked it”, and only that; then it is public again.

    A closed one stays closed; one that the gate stops waits, still hidden, for
    somebody to see to it. The check stands in any case.
    """
    because = listing.hidden_because
    if listing.stage != Stage.UNPUBLISHED:
        return
    left = [reason for reason in because if reason not in LIFTED_BY_A_CHECK]
    if left == because:
        return
    if left:
        listing.hidden_because = left
        listing.save(update_fields=["hidden_because"])
        public.write_audit(
            "reasons_lifted", listing, by, before=because, after=left, reason="checked"
        )
        return
    public.go_public_if_it_may(
        listing, "put_back", by=by, reason=f"checked on {clock.today():%-d %B %Y}"
    )
