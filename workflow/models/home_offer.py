"""A record that one place offers another to keep from now on."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Partnership, User
from common.models import CreatedModel
from workflow.choices import OfferState
from workflow.models.listing import Listing


class HomeOffer(CreatedModel):
    """A service out of area is to be kept by the neighbour (PRODUCT.md section 2).

    Proposed by either of the two places, ``made_for``, and answered by the other. It
    changes nothing until it is accepted; then ``home`` is where the service was.
    """

    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="home_offers"
    )
    home = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    made_for = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    state = models.CharField(max_length=20, choices=OfferState, default=OfferState.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(state=OfferState.OPEN),
                name="one_open_offer_of_a_listing",
            ),
            models.CheckConstraint(
                condition=~Q(home=F("to")), name="offer_is_between_two"
            ),
            models.CheckConstraint(
                condition=Q(made_for=F("home")) | Q(made_for=F("to")),
                name="offer_made_for_a_party",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, answered_at=None)
                | ~Q(state=OfferState.OPEN) & Q(answered_at__isnull=False),
                name="offer_answered_when_closed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.listing} from {self.home} to {self.to}"

    @property
    def asked(self) -> Partnership:
        """The side that answers it."""
        return self.to if self.made_for_id == self.home_id else self.home
