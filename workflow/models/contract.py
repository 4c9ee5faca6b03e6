"""Services that a partner pays for, and what was told about them."""

from django.db import models
from django.db.models import Q

from accounts.models import Partner, Partnership, User
from common.models import CreatedModel
from workflow.choices import ContractDue
from workflow.models.listing import Listing


class Contract(CreatedModel):
    """A partner commissions services: of an organization, or named ones.

    With ``organization_id`` it is for every service of it in the place; listings of
    :class:`ContractedListing` come on top. Its manager is a person of the partner or a
    mailbox for the role, one of the two. It holds until it ``ends_on`` a day, or was
    ``ended_at`` an instant before.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    commissioner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="contracts"
    )
    reference = models.CharField(max_length=60)
    organization_id = models.UUIDField(null=True, blank=True, db_index=True)
    review_months = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    manager = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    manager_mailbox = models.EmailField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("commissioner", "reference"),
                condition=Q(ended_at=None),
                name="contract_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=False, manager_mailbox="")
                | Q(manager__isnull=True) & ~Q(manager_mailbox=""),
                name="contract_has_one_manager",
            ),
            models.CheckConstraint(
                condition=Q(review_months__gte=1, review_months__lte=36),
                name="contract_review_months",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.reference


class ContractedListing(CreatedModel):
    """One service that a contract names."""

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="named"
    )
    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="contracted"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("contract", "listing"), name="contracted_listing_once"
            ),
        )


class ContractNotice(CreatedModel):
    """That the manager of a contract was told of one overdue service, by which mail.

    Once for each due day that was missed.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="notices"
    )
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    message = models.ForeignKey(
        "accounts.Message", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("contract", "listing", "due_on"), name="contract_notice_once"
            ),
        )


class ContractReminder(CreatedModel):
    """That the manager of a contract was told of its review or end, by which mail.

    Once for each day of a review or an end.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="reminders"
    )
    about = models.CharField(max_length=20, choices=ContractDue)
    day = models.DateField()
    message = models.ForeignKey(
        "accounts.Message", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("contract", "about", "day"), name="contract_reminder_once"
            ),
        )
