"""Several records of the queue that one person does the same thing to (ADR 34)."""

from django.db import models
from django.db.models import Q, UniqueConstraint

from accounts.models import User
from common.models import CreatedModel
from workflow.choices import BatchAct, BatchState
from workflow.models.asking import Ask
from workflow.models.assurance import Assurance
from workflow.models.listing import Listing


class Batch(CreatedModel):
    """What somebody has chosen to do to several records, and when they did.

    It is looked at before it is carried out (``begun_at``), which happens once; what
    was done is undone as a whole (``undone_at``). Its id is the request id of every
    audit row that it led to.
    """

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=20, choices=BatchAct)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{BatchAct(self.act).label}: several records"


class BatchItem(CreatedModel):
    """One record of a batch: how it was when it was chosen, and what became of it.

    ``seen`` holds the versions of the records that were shown, by id, and the check
    that stood. ``was`` is what an undo brings back where no other row keeps it.
    ``sentence`` says to a person why it could not be done, or undone.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    seen = models.JSONField(default=dict)
    state = models.CharField(
        max_length=20, choices=BatchState, default=BatchState.WAITING
    )
    sentence = models.TextField(blank=True)
    assurance = models.ForeignKey(
        Assurance, on_delete=models.CASCADE, null=True, related_name="+"
    )
    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, null=True, related_name="+")
    was = models.JSONField(default=dict)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("batch", "listing"), name="a_record_is_once_in_a_batch"
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.REFUSED) | ~Q(sentence=""),
                name="what_is_refused_has_a_reason",
            ),
        )
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.listing}: {BatchState(self.state).label}"
