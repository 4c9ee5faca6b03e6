"""What a lead decides for a place: policy, levels, remits, what may be hidden."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    ValidationError,
)
from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.actions import write_grant, write_invitation
from accounts.models import Invitation, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import checks
from directory.choices import Facet
from directory.declarations import RECORDS
from directory.models import Organization
from directory.terms import terms_of
from workflow import access, erased, lapsing, remits
from workflow.actions.levels import follow_level
from workflow.actions.public import take_from_public, take_many_from_public
from workflow.actions.redating import redate
from workflow.actions.revising import (
    announce,
    lock_listing,
    lock_listings,
    lock_records,
)
from workflow.choices import Hidden, Level, Stage
from workflow.models import (
    AssuranceLevel,
    HidingStop,
    Listing,
    PeriodRule,
    Policy,
    Record,
    Remit,
)
from workflow.periods import Row, rows_of

EDITABLE = (
    "period_months", "due_soon_days", "overdue_days", "lapsed_days", "grace_days",
    "when_overdue", "when_lapsed", "stop_percent", "mandatory", "always_checked",
    "publish_at_once", "trusted_assures_own", "correct_and_check", "working_days",
    "nation", "closed_days", "report_days", "amber_hours", "pause_days",
    "checks_per_week",
)  # fmt: skip
PERIOD_RULES = "period_rules"
"""The exceptions to the period, rows of their own; ``periods.Row`` each."""

SHOWN = ("overdue_days", "lapsed_days", "grace_days", "when_overdue", "when_lapsed")
"""The parts of the policy that published rows hold, with the dates of a record."""


def _need(by: User, permission: Permission, place: Partnership) -> None:
    if not access.can_in_place(by, permission, place):
        raise PermissionDenied(f"This is for those who answer for {place}.")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; others will read it."})
    return reason.strip()


@transaction.atomic
def save_policy(
    *, by: User, place: Partnership, values: dict[str, Any], seen: int | None = None
) -> Policy:
    """Change the place's policy; records get the due dates that follow from it.

    ``seen`` is the version that the person saw; where it is another by now and says
    all this already, it stays. Raises PermissionDenied, InvalidInput by field,
    InvalidState where somebody else has changed it since.
    """
    policy = Policy.objects.select_for_update(no_key=True).get(partnership=place)
    _need(by, Permission.SET_POLICY, place)
    if seen is not None and seen != policy.version:
        if _says(policy, values):
            return policy
        raise InvalidState(
            "Somebody else has changed the policy meanwhile, and nothing of yours was "
            "saved. Your answers are below: see again what they would change."
        )
    unknown = set(values) - {*EDITABLE, PERIOD_RULES}
    if unknown:
        raise InvalidInput(f"Not a part of the policy: {', '.join(sorted(unknown))}.")
    before = in_words(policy, values)
    _check_names(values)
    _check_periods(place, values.get(PERIOD_RULES) or ())
    _store(policy, values)
    after = in_words(policy, values)
    if set(values) & set(SHOWN):
        announce(*_published(place))
    if set(values) & {PERIOD_RULES, "period_months"}:
        redate(place)
    audit.record(
        "policy_changed", policy, actor=by, partnership_id=place.pk,
        before=before, after=after,
    )  # fmt: skip
    return policy


def _says(policy: Policy, values: dict[str, Any]) -> bool:
    """Whether a policy says all this; the order in which a list was typed is none."""
    now = {name: getattr(policy, name) for name in EDITABLE}
    now[PERIOD_RULES] = rows_of(policy)
    return all(
        set(value) == set(now[name])
        if isinstance(now.get(name), list)
        else value == now.get(name)
        for name, value in values.items()
    )


def in_words(policy: Policy, names: Iterable[str]) -> dict[str, Any]:
    """Parts of a policy as they are kept in the audit trail."""
    found: dict[str, Any] = {}
    for name in names:
        if name == PERIOD_RULES:
            rules = policy.period_rules.select_related("term").order_by("pk")
            found[name] = sorted(str(rule) for rule in rules)
        elif name == "closed_days":
            found[name] = [day.isoformat() for day in policy.closed_days]
        else:
            found[name] = getattr(policy, name)
    return found


def _store(policy: Policy, values: dict[str, Any]) -> None:
    """Save it, as its next version. Raises InvalidInput by field."""
    rows = values.get(PERIOD_RULES)
    for name, value in values.items():
        if name != PERIOD_RULES:
            setattr(policy, name, value)
    policy.version += 1
    try:
        policy.full_clean()
    except ValidationError as error:
        raise InvalidInput(
            {
                "" if name == NON_FIELD_ERRORS else name: " ".join(sentences)
                for name, sentences in error.message_dict.items()
            }
        ) from error
    policy.save()
    if rows is not None:
        policy.period_rules.all().delete()
        PeriodRule.objects.bulk_create(
            PeriodRule(
                policy=policy, months=row.months, term_id=row.term_id,
                level=row.level, critical=row.critical,
            )
            for row in rows
        )  # fmt: skip


def _check_names(values: dict[str, Any]) -> None:
    """Raise InvalidInput for a field that a policy cannot ask for or always check."""
    declared = {item.name for entity in RECORDS.values() for item in entity.items}
    known = {
        "mandatory": {code for code, _ in checks.mandatory_choices()},
        "always_checked": declared,
    }
    for name, allowed in known.items():
        unknown = set(values.get(name) or ()) - allowed
        if unknown:
            raise InvalidInput({name: f"Unknown: {', '.join(sorted(unknown))}."})


def _check_periods(place: Partnership, rows: Iterable[Row]) -> None:
    """Raise InvalidInput for exceptions to the period that cannot stand together."""
    about = [(row.term_id, row.level, row.critical) for row in rows]
    types = {term for term, _, _ in about if term}
    known = terms_of(place, Facet.SERVICE_TYPE).filter(pk__in=types)
    sentence = ""
    if len(set(about)) < len(about):
        sentence = "Give each type, level and risk one period."
    elif known.count() < len(types):
        sentence = "Choose types of service from your own lists."
    elif any(row.level and row.level not in Level.values for row in rows):
        sentence = "Choose a level."
    if sentence:
        raise InvalidInput({PERIOD_RULES: sentence})


def _published(place: Partnership) -> list[Any]:
    rows = Listing.objects.filter(partnership=place, stage=Stage.PUBLISHED)
    return list(rows.values_list("record_id", flat=True))


@transaction.atomic
def set_level(
    *, by: User, place: Partnership, organization: Organization, level: str, reason: str
) -> AssuranceLevel:
    """Say how far a place trusts an organization; its people are told.

    Past assurances stand; on a step down what is open goes to the remit.
    """
    _need(by, Permission.SET_LEVEL, place)
    if level not in Level.values:
        raise InvalidInput({"level": "Choose a level."})
    reason = _reason(reason)
    erased.keep_out()
    # There may be no level yet that could be locked.
    Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    # Before its level and what is suggested: its people may decide about it just now.
    theirs = Listing.objects.filter(partnership=place, organization_id=organization.pk)
    lock_records(theirs.values_list("record_id", flat=True))
    row = (
        AssuranceLevel.objects.select_for_update(no_key=True)
        .filter(partnership=place, organization_id=organization.pk)
        .first()
    )
    before = row.level if row else None
    if row is None:
        row = AssuranceLevel(partnership=place, organization_id=organization.pk)
    row.level = level
    row.reason = reason
    row.decided_by_label = str(by)
    row.decided_at = clock.now()
    row.save()
    audit.record(
        "level_set", organization, actor=by, partnership_id=place.pk,
        before=before, after=level, reason=reason,
    )  # fmt: skip
    follow_level(row, organization, before or Level.PROXY.value)
    # The public is told who keeps a record.
    announce(organization.pk)
    redate(place, Q(organization_id=organization.pk))
    return row


@transaction.atomic
def hand_over(
    *, by: User, listing_id: Any, remit: Remit | None, reason: str
) -> Listing:
    """Give one listing to a remit explicitly, or (None) back to the rules.

    Raises PermissionDenied, InvalidInput by field, InvalidState where the remit ended.
    """
    listing = lock_listing(listing_id)
    _need(by, Permission.HAND_OVER, listing.partnership)
    # Nobody ends it from here on: the record was locked with the rules of its place.
    if remit is not None and not Remit.objects.filter(pk=remit.pk).exists():
        raise InvalidState("Somebody ended this area of work just now.")
    if remit is not None and remit.partnership_id != listing.partnership_id:
        raise InvalidInput({"remit": "This area of work is another place's."})
    reason = _reason(reason)
    before = str(listing.remit or "")
    listing.remit_handed_over = remit is not None
    listing.remit = remit
    listing.tied_remit_ids = []
    listing.save(update_fields=["remit", "remit_handed_over", "tied_remit_ids"])
    remits.work_out_one(listing)
    audit.record(
        "listing_handed_over", listing, actor=by,
        partnership_id=listing.partnership_id,
        before=before, after=str(listing.remit or ""), reason=reason,
    )  # fmt: skip
    return listing


@transaction.atomic
def set_critical(*, by: User, listing_id: Any, critical: bool, reason: str) -> Listing:
    """Mark a service as critical or statutory: no machine ever hides it."""
    listing = lock_listing(listing_id)
    _need(by, Permission.SET_POLICY, listing.partnership)
    reason = _reason(reason)
    listing.critical = critical
    listing.save(update_fields=["critical"])
    redate(listing.partnership, Q(pk=listing.pk))
    audit.record(
        "critical_set", listing, actor=by, partnership_id=listing.partnership_id,
        before=not critical, after=critical, reason=reason,
    )  # fmt: skip
    return listing


@transaction.atomic
def decide_stop(*, by: User, stop_id: Any, hide: bool, reason: str) -> int:
    """Answer a run that stopped because it would hide too much; how many were hidden.

    Only those still lapsed are hidden: what was checked, or marked as critical,
    meanwhile stays.
    """
    locked = _lock_named(stop_id)
    stop = (
        HidingStop.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partnership__policy")
        .get(pk=stop_id)
    )
    _need(by, Permission.DECIDE_HIDING, stop.partnership)
    if stop.decided_at:
        raise InvalidState(f"{stop.decided_by_label} has decided this already.")
    reason = _reason(reason)
    stop.decided_at = clock.now()
    stop.decided_by_label = str(by)
    stop.hide = hide
    stop.reason = reason
    stop.save()
    audit.record(
        "hiding_decided", stop, actor=by, partnership_id=stop.partnership_id,
        after={"hide": hide, "listings": stop.listing_ids}, reason=reason,
    )  # fmt: skip
    if not hide:
        return 0
    late = lapsing.lapsed_before(stop.partnership.policy, clock.today())
    rows = Listing.objects.filter(
        pk__in=locked & set(stop.listing_ids), partnership=stop.partnership_id,
        stage=Stage.PUBLISHED, critical=False, due_on__lte=late,
    )  # fmt: skip
    return take_many_from_public(list(rows), Hidden.LAPSED, by=by, reason=reason)


def _lock_named(stop_id: Any) -> set[str]:
    """Lock all its listings at once, so that nobody waits in a ring."""
    named = HidingStop.objects.values_list("listing_ids", flat=True).get(pk=stop_id)
    return {str(key) for key in lock_listings(named)}


@transaction.atomic
def hide_lapsed(*, by: User, listing_id: Any, reason: str) -> Listing:
    """A person's decision to hide a lapsed record that no machine may hide."""
    listing = lock_listing(listing_id)
    _need(by, Permission.DECIDE_HIDING, listing.partnership)
    if not access.is_lapsed(listing, clock.today()):
        raise InvalidState("It has been checked since and is not lapsed any more.")
    take_from_public(listing, Hidden.LAPSED, by=by, reason=_reason(reason))
    return listing


@transaction.atomic
def invite_first_editor(
    *, by: User, record: Record, email: str, base_url: str
) -> Invitation:
    """An assurer invites the first person of an organization to keep its listings.

    Later ones are invited by that person. Raises PermissionDenied, InvalidState.
    """
    Record.objects.select_for_update(no_key=True).get(pk=record.pk)
    if not access.can_appoint_first_editor(by, record):
        raise PermissionDenied("Only an assurer at its home may invite the first one.")
    organization = Organization.objects.get(pk=record.pk)
    if access.has_editors(organization):
        raise InvalidState("It has an editor already, who invites the others.")
    if email.strip().lower() == by.email:
        raise PermissionDenied("Nobody appoints themselves. Ask somebody else.")
    # A newer invitation takes the place of one that went to a wrong address.
    Invitation.objects.filter(
        target_id=record.pk, accepted_at=None, expires_at__gt=clock.now()
    ).update(expires_at=clock.now(), replaced_at=clock.now())
    return write_invitation(
        by=by, email=email.strip().lower(), role=Role.ORGANIZATION_LEAD,
        on=organization, base_url=base_url,
    )  # fmt: skip


@transaction.atomic
def appoint_first_editor(*, by: User, record: Record, user: User) -> None:
    """Give a person who has an account the lead of an organization's listings."""
    Record.objects.select_for_update(no_key=True).get(pk=record.pk)
    if not access.can_appoint_first_editor(by, record) or user.pk == by.pk:
        raise PermissionDenied("You may not appoint this person.")
    if not user.is_active:
        raise InvalidState(f"The account of {user} is closed.")
    organization = Organization.objects.get(pk=record.pk)
    if access.has_editors(organization):
        raise InvalidState("It has an editor already, who appoints the others.")
    write_grant(user=user, role=Role.ORGANIZATION_LEAD, on=organization, by=by)
