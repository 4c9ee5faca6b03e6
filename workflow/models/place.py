"""What a place has decided about itself: policy, levels, own bodies."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Partner, Partnership
from common import clock
from common.models import CreatedModel
from directory.bank_holidays import ENGLAND
from directory.checks import DEFAULT_MANDATORY
from directory.elements import NATIONS
from directory.models import TaxonomyTerm
from workflow.choices import Level, WhenLapsed, WhenOverdue

SHORTEST_PERIOD, LONGEST_PERIOD = 2, 3
"""Calendar months between two checks (PRODUCT.md section 5)."""


def default_mandatory() -> list[str]:
    """The mandatory fields of a place that has not chosen its own."""
    return list(DEFAULT_MANDATORY)


def monday_to_friday() -> list[int]:
    """The working days of a place that has not chosen its own; Monday is 0."""
    return [0, 1, 2, 3, 4]


class Policy(CreatedModel):
    """How a place checks and publishes (PRODUCT.md section 5). One for each place.

    Days are counted from the day on which a check is due: ``overdue_days`` and
    ``lapsed_days`` after it; what lapsing does happens ``grace_days`` later still.
    ``report_days`` and ``pause_days`` are working days. After ``call_tries`` calls that
    nobody answers the lead is told. ``version`` grows with every
    change, so that nobody saves over what they have not seen.
    """

    partnership = models.OneToOneField(
        Partnership, on_delete=models.PROTECT, related_name="policy"
    )
    version = models.PositiveIntegerField(default=1)
    period_months = models.PositiveSmallIntegerField(
        default=LONGEST_PERIOD,
        validators=(
            MinValueValidator(SHORTEST_PERIOD), MaxValueValidator(LONGEST_PERIOD),
        ),
    )  # fmt: skip
    due_soon_days = models.PositiveSmallIntegerField(default=15)
    overdue_days = models.PositiveSmallIntegerField(default=14)
    lapsed_days = models.PositiveSmallIntegerField(default=28)
    grace_days = models.PositiveSmallIntegerField(default=0)
    when_overdue = models.CharField(
        max_length=20, choices=WhenOverdue, default=WhenOverdue.RANK_LOWER
    )
    when_lapsed = models.CharField(
        max_length=20, choices=WhenLapsed, default=WhenLapsed.HIDE
    )
    stop_percent = models.PositiveSmallIntegerField(default=5)
    mandatory = ArrayField(models.CharField(max_length=60), default=default_mandatory)
    always_checked = ArrayField(
        models.CharField(max_length=60), default=list, blank=True
    )
    publish_at_once = models.BooleanField(default=True)
    trusted_assures_own = models.BooleanField(default=True)
    correct_and_check = models.BooleanField(default=True)
    working_days = ArrayField(
        models.PositiveSmallIntegerField(), default=monday_to_friday
    )
    nation = models.CharField(
        max_length=20,
        choices=NATIONS,
        default=ENGLAND,
        blank=True,
        help_text="Whose bank holidays are no working days; none where it is empty.",
    )
    closed_days = ArrayField(models.DateField(), default=list, blank=True)
    report_days = models.PositiveSmallIntegerField(default=2)
    amber_hours = models.PositiveSmallIntegerField(default=24)
    pause_days = models.PositiveSmallIntegerField(default=3)
    call_tries = models.PositiveSmallIntegerField(
        default=3, validators=(MinValueValidator(1), MaxValueValidator(9))
    )
    checks_per_week = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=(MinValueValidator(1),)
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(period_months__in=(SHORTEST_PERIOD, LONGEST_PERIOD)),
                name="policy_period",
            ),
            models.CheckConstraint(
                condition=Q(overdue_days__lt=models.F("lapsed_days")),
                name="policy_overdue_before_lapsed",
            ),
            models.CheckConstraint(
                condition=~Q(working_days=[]), name="policy_has_working_days"
            ),
        )

    def __str__(self) -> str:
        return f"Policy of {self.partnership}"


class PeriodRule(CreatedModel):
    """A period that differs from the place's own: for a service type with everything
    below it, for a level of trust, or for what is marked as critical.

    Which one holds for a record is worked out in ``workflow/periods.py``.
    """

    policy = models.ForeignKey(
        Policy, on_delete=models.CASCADE, related_name="period_rules"
    )
    term = models.ForeignKey(
        TaxonomyTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.CharField(max_length=20, choices=Level, blank=True)
    critical = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(months__in=(SHORTEST_PERIOD, LONGEST_PERIOD)),
                name="period_rule_months",
            ),
            models.CheckConstraint(
                condition=Q(term__isnull=False, level="", critical=False)
                | Q(term__isnull=True, critical=False) & ~Q(level="")
                | Q(term__isnull=True, level="", critical=True),
                name="period_rule_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=("policy", "term", "level", "critical"),
                nulls_distinct=False,
                name="period_rule_once",
            ),
        )

    def __str__(self) -> str:
        about = self.term or self.get_level_display() or "critical"
        return f"{about}: every {self.months} months"


class AssuranceLevel(CreatedModel):
    """How far a place trusts an organization to keep its own records right."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    organization_id = models.UUIDField(default=uuid.uuid4)
    level = models.CharField(max_length=20, choices=Level)
    reason = models.TextField()
    decided_by_label = models.CharField(max_length=250)
    decided_at = models.DateTimeField(default=clock.now)
    since = models.DateField(
        null=True, editable=False,
        help_text="The day of its last review, or on which it came to this level if "
        "that was later; a trigger keeps it so.",
    )  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "organization_id"),
                name="one_level_per_place_and_organization",
            ),
        )
        # What waits for a review is read in the order of its duty.
        indexes = (
            models.Index(
                fields=("partnership", "since", "organization_id"),
                condition=models.Q(level=Level.MONITORED),
                name="level_to_review",
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
