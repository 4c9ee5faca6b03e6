"""Who vouched for what, when; what the periodic jobs did."""

from django.db import models

from accounts.models import Partnership, User
from common import clock
from common.models import CreatedModel
from workflow.choices import Method, SaidBy
from workflow.models.listing import Listing
from workflow.models.record import Revision


class Assurance(CreatedModel):
    """This person, for this body, vouched for this revision of the service and for
    what it shows of its organization and places (PRODUCT.md section 5).

    ``covers`` maps the ids of those other records to revision numbers. ``decision`` is
    the one it came with, if any. ``due_on`` follows from the period on its day,
    ``redated_due_on`` from the one that took its place while it stood, if any.
    ``set_aside`` is what of the listing it put an end to
    (``hidden_because``, ``carried_over_until``): an undo brings that back.
    """

    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="assurances"
    )
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT)
    covers = models.JSONField(default=dict)
    assured_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body_label = models.CharField(max_length=250)
    body_mailbox = models.EmailField(blank=True)
    assured_on = models.DateField()
    due_on = models.DateField()
    redated_due_on = models.DateField(null=True)
    method = models.CharField(max_length=20, choices=Method)
    note = models.TextField(blank=True)
    single_handed = models.BooleanField(default=False)
    decision = models.ForeignKey(
        "workflow.Decision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_aside = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        # How many were made lately, without looking at all that ever were.
        indexes = (
            models.Index(
                fields=("created_at",), include=("listing",),
                condition=models.Q(undone_at=None), name="assurance_made",
            ),
        )  # fmt: skip


class Confirmation(CreatedModel):
    """“Nothing has changed”: from the provider a confirmation, else a sighting.

    Nobody has said it by name (``said_by``) where somebody answered from a link that
    we sent to the provider: their name and role stand with what was asked.
    """

    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="confirmations"
    )
    source = models.CharField(max_length=20, choices=SaidBy)
    said_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    said_on = models.DateField()
    words = models.TextField(blank=True)
    repeats: bool = False
    """Whether the same person had said it on this day before (not stored)."""


class HidingStop(CreatedModel):
    """A run would have hidden too much at once: it asks the lead (section 5).

    ``scope`` says of what (the place, a type, an area); ``listing_ids`` are those the
    run would have hidden.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    scope = models.CharField(max_length=120)
    listing_ids = models.JSONField()
    out_of = models.PositiveIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_label = models.CharField(max_length=250, blank=True)
    hide = models.BooleanField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership",),
                condition=models.Q(decided_at=None),
                name="one_open_hiding_stop_in_a_place",
            ),
        )


class JobRun(models.Model):
    """One run of a periodic job, kept so that one can see that it ran. ``failed`` are
    rows that could not be done, ``places_failed`` places where it came to no end."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    places_failed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("name", "-started_at", "-id"), name="job_run_newest"),
        )

    def __str__(self) -> str:
        return f"{self.name} at {self.started_at:%Y-%m-%d %H:%M}"
