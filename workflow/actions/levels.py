"""What follows from an organization's level: who is told, what moves, the reviews."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts import audit
from accounts.models import Partnership, User
from common import clock
from common.errors import InvalidState
from directory.models import Organization, OrganizationGrant
from workflow import access, effort, erased, readiness, reviews
from workflow.actions.efforts import log_review
from workflow.actions.noting import noted_place
from workflow.actions.telling import tell
from workflow.choices import Level, ProposalState
from workflow.letters import letter
from workflow.models import (
    AssuranceLevel,
    JobRun,
    LevelAdvice,
    Listing,
    OrganizationReview,
    Policy,
    Proposal,
    Record,
)

_RANK = {Level.PROXY.value: 0, Level.MONITORED.value: 1, Level.TRUSTED.value: 2}

_NOW = {
    Level.PROXY.value: (
        "From now on we keep your records for you. Nothing you have told us is lost, "
        "and you can still tell us of every change: we put it in for you."
    ),
    Level.MONITORED.value: (
        "From now on you keep your records yourselves. One of our assurers looks at "
        "what you send before everybody sees it, and once in three months goes "
        "through all of it."
    ),
    Level.TRUSTED.value: (
        "From now on what you change is public at once, and you check your own "
        "records. A few things our assurers still look at first; the page says so."
    ),
}


def level_mail(
    place: Partnership, name: str, before: str, row: AssuranceLevel
) -> dict[str, Any]:
    """The mail to those who keep an organization's listings, as ``tell`` takes it."""
    up = _RANK[row.level] > _RANK[before]
    first = (
        f"Thank you: the records of {name} have been in good hands with you."
        if up
        else f"We would like to look after the records of {name} a little more closely "
        "with you for a while."
    )
    rest = (
        []
        if up
        else [
            "",
            (
                "What you have checked so far stands, with its dates. What was waiting "
                "for you to decide has gone to our assurers, so there is nothing you "
                "have to do. This can change again, in either direction."
            ),
        ]
    )
    return {
        "kind": "level_set",
        "subject": f"How the records of {name} are kept from now on",
        "lines": letter(
            place, first, "", _NOW[row.level], *rest, "",
            (f"{row.decided_by_label} decided this for {place} and wrote: "
            f"“{row.reason}”"), "",
            "If you would see it differently, answer to the directory’s mailbox.",
        ),
    }  # fmt: skip


def follow_level(row: AssuranceLevel, organization: Organization, before: str) -> None:
    """Tell its people of a level that changed; what they had begun to decide is free.

    Rights follow from the level alone, so what waits is the remit's from now on. What
    the nightly run advised is answered.
    """
    LevelAdvice.objects.filter(
        partnership_id=row.partnership_id, organization_id=organization.pk
    ).update(advice="")
    if before == row.level:
        return
    people = OrganizationGrant.objects.filter(
        content_object=organization, user__is_active=True
    )
    addresses = people.order_by("user__email").values_list("user__email", flat=True)
    mail = level_mail(row.partnership, str(organization), before, row)
    for address in addresses.distinct():
        tell(address, about=organization, **mail)
    if _RANK[row.level] < _RANK[before]:
        Proposal.objects.filter(
            partnership_id=row.partnership_id,
            listing__organization_id=organization.pk,
            state=ProposalState.OPEN,
            claimed_by__in=people.values("user_id"),
        ).update(claimed_by=None, claimed_until=None)


def unweighed() -> QuerySet[Policy]:
    """The policies of places whose facts have not been counted today."""
    done = LevelAdvice.objects.filter(as_at=clock.today()).values("partnership_id")
    some = Listing.objects.filter(
        partnership_id=OuterRef("partnership_id"), organization_id__isnull=False
    )
    return Policy.objects.filter(Exists(some)).exclude(partnership__in=done)


def weigh(run: JobRun) -> None:
    """Count the facts of every place that has not been counted today."""
    for policy in unweighed():
        with noted_place(run, policy.pk), transaction.atomic():
            run.done += readiness.work_out(policy)


@transaction.atomic
def review_organization(
    *,
    by: User,
    place: Partnership,
    organization_id: Any,
    note: str = "",
    minutes: int | None = None,
) -> OrganizationReview:
    """Say that all a monitored organization keeps was looked at; due again in three
    months. Checks no record.

    Raises PermissionDenied, InvalidState where it is not monitored (any more),
    InvalidInput.
    """
    row = (
        AssuranceLevel.objects.select_for_update(no_key=True)
        .filter(partnership=place, organization_id=organization_id)
        .first()
    )
    record = Record.objects.filter(pk=organization_id).first()
    if record is None or not access.can_correct(by, record):
        raise PermissionDenied("Its review is for the assurers who keep its record.")
    if row is None or not reviews.can_review(by, place.pk, organization_id):
        raise InvalidState("It is not monitored any more, so nothing waits for you.")
    erased.refuse({"note": note})
    partner = effort.partner_for_record(by, record)
    review = OrganizationReview.objects.create(
        partnership=place, organization_id=organization_id, reviewed_by=by,
        body_label=str(partner or place), reviewed_on=clock.today(),
        note=note.strip(),
    )  # fmt: skip
    log_review(review, partner=partner, minutes=minutes)
    audit.record(
        "organization_reviewed", record, actor=by, body=review.body_label,
        partnership_id=place.pk, reason=review.note,
    )  # fmt: skip
    return review
