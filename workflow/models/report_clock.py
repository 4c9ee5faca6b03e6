"""The clock of a report: when it stood still, and whom it was brought to."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from common.models import CreatedModel
from workflow.choices import EscalationStep, Method, PauseEnd
from workflow.models.proposal import Proposal


class ReportPause(CreatedModel):
    """A time in which the clock of a report stood still: somebody asked the provider.

    ``until`` is when it goes on by itself, ``left`` how many working days it then has
    after that one (``workflow/report_clock.py``).
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="pauses"
    )
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=20, choices=Method)
    until = models.DateTimeField()
    left = models.PositiveSmallIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=20, choices=PauseEnd, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("proposal",),
                condition=Q(ended_at=None),
                name="one_open_pause_of_a_report",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="")
                | Q(ended_at__isnull=False) & ~Q(ended_because=""),
                name="report_pause_ended_because",
            ),
        )

    def __str__(self) -> str:
        return f"Pause of {self.proposal}"


class Escalation(CreatedModel):
    """That the clock of a report was brought to somebody; once for each step."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="escalations"
    )
    step = models.CharField(max_length=20, choices=EscalationStep)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "step"), name="escalated_once_for_each_step"
            ),
        )

    def __str__(self) -> str:
        return f"{self.proposal}: {self.get_step_display()}"
