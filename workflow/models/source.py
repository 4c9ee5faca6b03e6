"""Other people's data: the feeds we harvest and what they said."""

from django.db import models

from accounts.models import Partner, User
from common import clock
from common.models import CreatedModel
from directory.choices import Kind


class Source(CreatedModel):
    """A feed that a partner stands behind. It is the author of what it brings."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT)
    name = models.CharField(max_length=250)
    address = models.CharField(max_length=1000)
    standard = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partner", "address"), name="source_once_per_partner"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Harvest(CreatedModel):
    """One reading of a source. Only a complete one may flag what vanished."""

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="harvests"
    )
    finished_at = models.DateTimeField(null=True)
    complete = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)


class HarvestRequest(CreatedModel):
    """Somebody asked for a source to be read; a worker does it, and says how far it is.

    ``body`` is a file that was sent; it is taken away when it has been read.
    ``address`` names the source in either case. ``said_at`` is the worker's last sign
    of life; ``error`` says in a sentence why nothing came of it.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=250, blank=True)
    address = models.CharField(max_length=1000)
    body = models.BinaryField(null=True)
    begun_at = models.DateTimeField(null=True)
    said_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    harvest = models.ForeignKey(
        Harvest, on_delete=models.PROTECT, null=True, related_name="+"
    )
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name or self.address


class HarvestProblem(models.Model):
    """Something in a source that could not be used as it came."""

    id = models.BigAutoField(primary_key=True)
    harvest = models.ForeignKey(
        Harvest, on_delete=models.CASCADE, related_name="problems"
    )
    what = models.CharField(max_length=60, blank=True)
    """The kind of problem, in words (workflow/importing/noting.py)."""
    kind = models.CharField(max_length=20, choices=Kind)
    external_id = models.CharField(max_length=255)
    label = models.CharField(max_length=255)
    field = models.CharField(max_length=120)
    value = models.TextField(blank=True)
    sentence = models.TextField()

    def __str__(self) -> str:
        return f"{self.label}: {self.sentence}"


class SourceRecord(CreatedModel):
    """What a source last said about one of its records.

    ``payload`` is the tidied copy that a changed source is compared with;
    ``assured_on_claim`` stays the source's claim and moves no date of ours.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=20, choices=Kind)
    external_id = models.CharField(max_length=255)
    record_id = models.UUIDField(db_index=True)
    payload = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    assured_on_claim = models.DateField(null=True)
    seen_at = models.DateTimeField(default=clock.now)
    vanished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("source", "kind", "external_id"), name="source_record_once"
            ),
        )
