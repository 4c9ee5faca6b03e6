"""What colleagues tell each other about a record."""

from django.db import models

from accounts.models import Partner, User
from common.models import CreatedModel
from workflow.models.listing import Listing
from workflow.models.record import Record


class TeamNote(CreatedModel):
    """A note about a record for the people of one partner, and for nobody else.

    It is about a service, by its ``listing``, or about an organization or a location,
    by its ``record``. It is never published, and neither the provider nor another
    partner sees it. Nobody edits it; it can be struck out, and then still says that it
    was there.
    """

    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, null=True, related_name="team_notes"
    )
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, null=True, related_name="team_notes"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(struck_at=None, struck_by=None)
                | models.Q(struck_at__isnull=False, struck_by__isnull=False),
                name="note_struck_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(listing=None, record__isnull=False)
                | models.Q(listing__isnull=False, record=None),
                name="note_about_one",
            ),
        )
        indexes = (
            models.Index(fields=("listing", "created_at"), name="note_of_listing"),
            models.Index(fields=("record", "created_at"), name="note_of_record"),
        )

    def __str__(self) -> str:
        return f"A note for {self.partner}"
