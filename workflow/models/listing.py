"""The workflow side of a service, and what leads from it to the public."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django_fsm import FSMField

from accounts.models import Partner, Partnership, User
from common import clock
from common.models import CreatedModel
from directory.choices import EntryKind
from workflow.choices import Hidden, Stage
from workflow.models.area import Area
from workflow.models.record import Record
from workflow.models.remit import Remit
from workflow.stages import Stages


class Listing(Stages, CreatedModel):
    """A service on its way to the public and back (PRODUCT.md section 3).

    ``stage`` is protected: only the transitions in ``workflow/stages.py`` move it, and
    only actions call those. A draft is a document that may be incomplete or invalid:
    ``{"service": payload, "organization": payload or None, "locations": {id:
    payload}}``.
    """

    record = models.OneToOneField(
        Record, on_delete=models.PROTECT, related_name="listing"
    )
    # What stands first in an index below needs none of its own.
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="listings", db_index=False
    )
    stage = FSMField(
        max_length=20, choices=Stage.choices, default=Stage.DRAFT, protected=True
    )
    title = models.CharField(max_length=255)
    draft = models.JSONField(null=True, blank=True)

    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey(
        "workflow.Source", on_delete=models.PROTECT, null=True, blank=True
    )

    # Routing, worked out from the record whenever it or the draft changes.
    organization_id = models.UUIDField(null=True, blank=True, db_index=True)
    location_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    term_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    area = models.CharField(max_length=60, blank=True, db_index=True)
    remit = models.ForeignKey(
        Remit, on_delete=models.SET_NULL, null=True, blank=True,
        related_name="listings", db_index=False,
    )  # fmt: skip
    remit_handed_over = models.BooleanField(default=False)
    tied_remit_ids = ArrayField(
        models.UUIDField(), default=list, blank=True,
        help_text="Remits that match equally well, so that it is in none.",
    )  # fmt: skip

    # Where most of it happens, if anybody said so; else the whole place (ADR 29).
    main_place_id = models.UUIDField(null=True, blank=True)
    main_area = models.ForeignKey(
        Area, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    open_to_all = models.BooleanField(
        default=True, editable=False,
        help_text="Whether its record is open to all; a trigger keeps it so.",
    )  # fmt: skip

    # Freshness: follows from the assurances, confirmations and sightings alone.
    assurance = models.OneToOneField(
        "workflow.Assurance",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="current_for",
    )
    assured_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    first_due_on = models.DateField(
        null=True,
        blank=True,
        help_text="When the first check is planned, of one that was never checked.",
    )
    confirmed_on = models.DateField(null=True, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    critical = models.BooleanField(
        default=False, help_text="Critical or statutory: no machine ever hides it."
    )

    entry = models.CharField(
        max_length=20,
        choices=EntryKind,
        blank=True,
        help_text="What kind of entry an assurer said it is.",
    )

    split_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="split_off",
        help_text="The listing that it was a part of until somebody divided it.",
    )

    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    hidden_because = ArrayField(
        models.CharField(max_length=30, choices=Hidden), default=list, blank=True
    )
    hidden_words = models.TextField(blank=True)
    carried_over_until = models.DateField(null=True, blank=True)
    declined_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appealed_at = models.DateTimeField(null=True, blank=True)
    returned_because = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            CheckConstraint(
                condition=Q(stage__in=Stage.values), name="listing_stage_known"
            ),
            CheckConstraint(
                condition=~Q(stage=Stage.PUBLISHED) | Q(hidden_because=[]),
                name="published_listing_has_no_reason_to_hide",
            ),
            CheckConstraint(
                condition=~Q(stage=Stage.UNPUBLISHED) | ~Q(hidden_because=[]),
                name="unpublished_listing_has_a_reason",
            ),
            CheckConstraint(
                condition=Q(main_place_id=None) | Q(main_area=None),
                name="listing_has_one_main_area",
            ),
            CheckConstraint(
                condition=Q(author__isnull=False) | Q(source__isnull=False),
                name="listing_has_an_author",
            ),
        )
        indexes = (
            models.Index(fields=("partnership", "stage"), name="listing_place_stage"),
            # With what leads on to its suggestions, which need not look at it then.
            models.Index(
                fields=("remit", "stage"),
                include=("id", "record"),
                name="listing_of_remit",
            ),
            models.Index(fields=("title", "id"), name="listing_by_title"),
            # Read place by place: what waits to be put into it would be read each time.
            GinIndex(
                fields=("location_ids",), name="listing_at_locations", fastupdate=False
            ),
            # The queue of who assures much is read in the order of its duty.
            models.Index(
                fields=(
                    "partnership",
                    "due_on",
                    "first_due_on",
                    "carried_over_until",
                    "title",
                    "id",
                ),
                include=("remit",),
                condition=Q(
                    stage__in=(Stage.ASSURED, Stage.PUBLISHED, Stage.UNPUBLISHED)
                ),
                name="listing_checked_oldest",
            ),
            # What the lists of those who lead and assure a place are read from.
            models.Index(
                fields=("partnership", "due_on", "title", "id"),
                include=("remit", "first_due_on"),
                condition=Q(stage=Stage.PUBLISHED, open_to_all=True),
                name="listing_public_due",
            ),
            models.Index(
                fields=("remit", "due_on"),
                condition=Q(stage=Stage.PUBLISHED, open_to_all=True),
                name="listing_public_of_remit",
            ),
            models.Index(
                fields=("partnership", "due_on", "title", "id"),
                condition=~Q(stage__in=(Stage.DRAFT, Stage.UNPUBLISHED))
                & Q(remit=None),
                name="listing_unowned",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def was_assured(self) -> bool:
        """Whether it has ever been assured: from then on everybody proposes."""
        return self.assured_on is not None or self.record.revision_id is not None


class Release(CreatedModel):
    """A decision that a held-back value may be shown, or be replaced by a mailbox.

    Holds for one organization and value, revocable. A mobile that a provider stated
    to be the group's public line waits (``accepted_at`` empty) for an assurer; a
    wrong finding is released by a publisher (PRODUCT.md section 6).
    """

    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="releases"
    )
    organization_id = models.UUIDField(db_index=True)
    key = models.CharField(max_length=120)
    value = models.TextField()
    replacement = models.EmailField(blank=True)
    reason = models.TextField()
    stated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by_label = models.CharField(max_length=250, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_label = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("organization_id", "key"),
                condition=Q(revoked_at=None),
                name="release_once_per_organization_and_value",
            ),
        )

    def __str__(self) -> str:
        return f"Release for {self.listing}"


class OutboxEvent(models.Model):
    """Something public may have changed for this record; publishing consumes it.

    One that failed waits until ``retry_at``; ``error`` names the fault, not the data.
    """

    id = models.BigAutoField(primary_key=True)
    record_id = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("id",), condition=Q(done_at=None), name="outbox_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.record_id} may have changed"
