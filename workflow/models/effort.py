"""What the work costs: minutes for each check, call and decision (section 5)."""

from django.db import models
from django.db.models import Q

from accounts.models import Partner, Partnership
from common.models import CreatedModel
from workflow.choices import EffortKind, Level
from workflow.models.assurance import Assurance
from workflow.models.listing import Listing
from workflow.models.proposal import Decision


class EffortDefault(CreatedModel):
    """How many minutes a place reckons for one piece of work, where nobody says."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="effort_defaults"
    )
    kind = models.CharField(max_length=20, choices=EffortKind)
    level = models.CharField(max_length=20, choices=Level)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "kind", "level"), name="effort_default_once"
            ),
        )


class AgreedRate(CreatedModel):
    """What an hour of assuring costs in a place, in pounds, from one day until the next
    that has one; empty where none is agreed any more."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="agreed_rates"
    )
    starts_on = models.DateField()
    rate = models.DecimalField(max_digits=6, decimal_places=2, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "starts_on"), name="agreed_rate_once_a_day"
            ),
        )


class OrganizationReview(CreatedModel):
    """An assurer looked at all that a monitored organization keeps and sends.

    Due every three months (PRODUCT.md section 5). It checks no record: the dates of
    the records do not move.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    organization_id = models.UUIDField()
    reviewed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+"
    )
    body_label = models.CharField(max_length=250)
    reviewed_on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("partnership", "organization_id", "reviewed_on"),
                name="review_of_organization",
            ),
        )


class Effort(CreatedModel):
    """The minutes of one piece of work, written by the action that did it.

    It names the body whose work it was and no person; ``partner`` is empty where an
    organization worked on its own records. ``stated`` says that somebody typed the
    minutes. What is undone is ``taken_back_at`` a time, and counts no more.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, related_name="efforts"
    )
    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, null=True, related_name="efforts"
    )
    kind = models.CharField(max_length=20, choices=EffortKind)
    level = models.CharField(max_length=20, choices=Level)
    minutes = models.PositiveSmallIntegerField()
    stated = models.BooleanField(default=False)
    done_on = models.DateField()
    assurance = models.OneToOneField(
        Assurance, on_delete=models.PROTECT, null=True, related_name="effort"
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="effort"
    )
    review = models.OneToOneField(
        OrganizationReview, on_delete=models.CASCADE, null=True, related_name="effort"
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=EffortKind.CALL)
                | Q(assurance__isnull=False)
                | Q(decision__isnull=False)
                | Q(review__isnull=False),
                name="effort_of_something",
            ),
        )
        indexes = (
            models.Index(
                fields=("partnership", "partner", "done_on"),
                condition=Q(taken_back_at=None),
                name="effort_of_partner",
            ),
        )
