"""Ringing those whom no mail reaches: every try, and what came of it."""

from django.db import models
from django.db.models import Q

from accounts.models import Partnership, User
from common.models import CreatedModel
from workflow.choices import CallOutcome
from workflow.models.asking import Ask, AskedListing, ContactPoint
from workflow.models.effort import Effort


class Call(CreatedModel):
    """One try to ring one contact point, about one or several of its records.

    ``number`` is what was rung, ``next_at`` when it is worth trying again, and
    ``lead_ask`` what told the lead that nobody ever answers. What was noted by mistake
    is ``taken_back_at`` a time, and counts no more.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="calls"
    )
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body_label = models.CharField(max_length=250)
    outcome = models.CharField(max_length=20, choices=CallOutcome)
    number = models.CharField(max_length=40, blank=True)
    next_at = models.DateTimeField(null=True)
    lead_ask = models.OneToOneField(
        Ask, on_delete=models.SET_NULL, null=True, related_name="told_by_call"
    )
    effort = models.OneToOneField(
        Effort, on_delete=models.SET_NULL, null=True, related_name="call"
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(next_at=None)
                | Q(outcome__in=(CallOutcome.NO_ANSWER, CallOutcome.LATER)),
                name="call_is_tried_again_after_no_answer",
            ),
        )
        indexes = (
            models.Index(fields=("contact", "created_at"), name="call_of_contact"),
        )

    def __str__(self) -> str:
        return CallOutcome(self.outcome).label


class CalledListing(CreatedModel):
    """That a call was about one record, as it stood on the phone list."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="about")
    asked = models.ForeignKey(
        AskedListing, on_delete=models.PROTECT, related_name="calls"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("call", "asked"), name="called_once_about_a_record"
            ),
        )
