"""What a place counted at the end of each month, so that no page counts it again."""

from django.db import models

from accounts.models import Partner, Partnership
from common import clock
from common.models import CreatedModel
from workflow.choices import KeptKind
from workflow.models.assurance import Assurance


class MonthCount(models.Model):
    """One of the lead's figures as it stood when a month ended in London.

    ``day`` is the last day of the month, ``figure`` a slug of ``workflow/figures.py``,
    ``number`` empty where there was nothing to measure. The days are those of the
    policy when it was counted: a number counted under another policy is not read, and
    counted anew (docs/adr/0026).
    """

    id = models.BigAutoField(primary_key=True)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="month_counts"
    )
    day = models.DateField()
    figure = models.CharField(max_length=40)
    number = models.PositiveIntegerField(null=True)
    overdue_days = models.PositiveSmallIntegerField()
    lapsed_days = models.PositiveSmallIntegerField(null=True)
    due_soon_days = models.PositiveSmallIntegerField(null=True)
    counted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "day", "figure"), name="month_counted_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.figure} at the end of {self.day:%B %Y}"


class KeptFigures(CreatedModel):
    """What the figures of a place were, kept for good: a trigger refuses every change.

    One for each month that is over (``day`` is its last), and one for the day on which
    the place started. ``rows`` are the lines of the report as they were worked out
    then (``workflow/reports.py``), so that a report never changes afterwards.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="kept_figures"
    )
    kind = models.CharField(max_length=20, choices=KeptKind)
    day = models.DateField()
    rows = models.JSONField()
    taken_by_label = models.CharField(max_length=250)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "kind", "day"), name="figures_kept_once"
            ),
            models.UniqueConstraint(
                fields=("partnership",),
                condition=models.Q(kind=KeptKind.BASELINE),
                name="one_baseline_of_a_place",
            ),
        )

    def __str__(self) -> str:
        return f"{KeptKind(self.kind).label}, {self.day}"


class StandingCount(models.Model):
    """What a figure of a very large place was when it was counted last, or its parts.

    ``split`` is empty for the figure itself (``number``, in its unit), else a slug of
    ``workflow/splits.py`` with its ``parts``: pairs of a key and a number, the largest
    first, and how many more there are (``left_out``). Whoever shows it says
    ``counted_at`` (docs/adr/0042).
    """

    id = models.BigAutoField(primary_key=True)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="standing_counts"
    )
    figure = models.CharField(max_length=40)
    split = models.CharField(max_length=20, blank=True)
    number = models.BigIntegerField(null=True)
    parts = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "figure", "split"), name="figure_counted_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.figure} by {self.split}" if self.split else self.figure


class KeptQuarter(CreatedModel):
    """That a place wrote down what was due in a quarter that is over, and how many days
    later a record was overdue by its policy then (ADR 49)."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="kept_quarters"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    overdue_days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "year", "number"), name="quarter_kept_once"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=4),
                name="quarter_of_a_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


class KeptCheck(models.Model):
    """That the next check after this one fell due in a kept quarter, on a day, in an
    area of work of this partner."""

    id = models.BigAutoField(primary_key=True)
    quarter = models.ForeignKey(
        KeptQuarter, on_delete=models.CASCADE, related_name="checks"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    assurance = models.ForeignKey(
        Assurance, on_delete=models.CASCADE, related_name="in_quarters"
    )
    due_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("quarter", "assurance"), name="kept_check_once"
            ),
        )
        indexes = (
            models.Index(fields=("quarter", "partner"), name="kept_check_of_partner"),
        )

    def __str__(self) -> str:
        return f"{self.due_on}"
