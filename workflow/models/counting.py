"""What a place counted at the end of each month, so that no page counts it again."""

from django.db import models

from accounts.models import Partnership
from common import clock


class MonthCount(models.Model):
    """One of the lead's six figures as it stood when a month ended in London.

    ``day`` is the last day of the month, ``figure`` a slug of ``workflow/figures.py``.
    ``overdue_days`` is what the policy allowed when it was counted: a number counted
    under another policy is not read, and counted anew (docs/adr/0026).
    """

    id = models.BigAutoField(primary_key=True)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="month_counts"
    )
    day = models.DateField()
    figure = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    overdue_days = models.PositiveSmallIntegerField()
    counted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "day", "figure"), name="month_counted_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.figure} at the end of {self.day:%B %Y}"
