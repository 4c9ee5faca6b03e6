"""Who is checking a record at the moment."""

from django.db import models

from accounts.models import User
from workflow.models.listing import Listing


class CheckClaim(models.Model):
    """Somebody is on the check of a record until then, so that no two ring about it.

    One row for each record, taken over by the next when its time is over; gone with
    the check, or once it is given back.
    """

    listing = models.OneToOneField(
        Listing, on_delete=models.CASCADE, primary_key=True, related_name="check_claim"
    )
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.by}: {self.listing}"
