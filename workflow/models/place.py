"""What a place has decided about itself: policy, levels, own bodies."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Partner, Partnership
from common import clock
from common.models import CreatedModel
from directory.checks import DEFAULT_MANDATORY
from workflow.choices import Level, WhenLapsed


def default_mandatory() -> list[str]:
    """The mandatory fields of a place that has not chosen its own."""
    return list(DEFAULT_MANDATORY)


class Policy(CreatedModel):
    """How a place checks and publishes (PRODUCT.md section 5). One for each place."""

    partnership = models.OneToOneField(
        Partnership, on_delete=models.PROTECT, related_name="policy"
    )
    period_months = models.PositiveSmallIntegerField(
        default=3, validators=(MinValueValidator(2), MaxValueValidator(3))
    )
    due_soon_days = models.PositiveSmallIntegerField(default=15)
    overdue_days = models.PositiveSmallIntegerField(default=14)
    lapsed_days = models.PositiveSmallIntegerField(default=28)
    when_lapsed = models.CharField(
        max_length=20, choices=WhenLapsed, default=WhenLapsed.HIDE
    )
    stop_percent = models.PositiveSmallIntegerField(default=5)
    mandatory = ArrayField(models.CharField(max_length=60), default=default_mandatory)
    always_checked = ArrayField(
        models.CharField(max_length=60), default=list, blank=True
    )
    publish_at_once = models.BooleanField(default=True)
    correct_and_check = models.BooleanField(default=True)
    report_days = models.PositiveSmallIntegerField(default=2)
    agreed_hourly_rate = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(period_months__in=(2, 3)), name="policy_period"
            ),
            models.CheckConstraint(
                condition=Q(overdue_days__lt=models.F("lapsed_days")),
                name="policy_overdue_before_lapsed",
            ),
        )

    def __str__(self) -> str:
        return f"Policy of {self.partnership}"


class AssuranceLevel(CreatedModel):
    """How far a place trusts an organization to keep its own records right."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    organization_id = models.UUIDField(default=uuid.uuid4)
    level = models.CharField(max_length=20, choices=Level)
    reason = models.TextField()
    decided_by_label = models.CharField(max_length=250)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "organization_id"),
                name="one_level_per_place_and_organization",
            ),
        )


class OwnBody(CreatedModel):
    """A partner and an organization that are one real body."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="own_bodies"
    )
    organization_id = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partner", "organization_id"), name="own_body_once"
            ),
        )
