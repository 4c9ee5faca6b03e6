"""The versioned record: its home, its revisions, its lock."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from accounts.models import Partnership
from common import clock
from common.models import UUIDModel
from directory.choices import Kind, Visibility


class Record(UUIDModel):
    """A service, organization or location as something that is versioned.

    The id is the id of the record in the payload and in ``directory``. Locking this
    row is what makes two decisions about one record wait for each other.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    home = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="records"
    )
    visibility = models.CharField(
        max_length=20, choices=Visibility, default=Visibility.OPEN
    )
    revision = models.OneToOneField(
        "workflow.Revision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="current_for",
    )
    label = models.CharField(max_length=255)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )

    class Meta:
        indexes = (
            # For words anywhere in a name, large and small letters alike.
            GinIndex(OpClass(Upper("label"), "gin_trgm_ops"), name="record_named"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(replaced_by=models.F("id")),
                name="record_not_replaced_by_itself",
            ),
        )

    def __str__(self) -> str:
        return self.label


class Revision(UUIDModel):
    """An append-only snapshot of one record: the truth.

    A trigger refuses update and delete (erasure apart). ``paths`` are those that
    changed against the revision before.
    """

    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    payload = models.JSONField()
    paths = models.JSONField(default=list)
    decision = models.ForeignKey(
        "workflow.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
    )
    method = models.CharField(max_length=30)
    made_by_id = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=250)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("record", "number"), name="revision_number_once"
            ),
        )
        ordering = ("record", "number")

    def __str__(self) -> str:
        return f"{self.record_id} version {self.number}"
