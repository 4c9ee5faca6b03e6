"""What two places have agreed to show of each other's services."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Partnership, User
from common.models import CreatedModel
from workflow.choices import Ending


class SharingAgreement(CreatedModel):
    """One place shows what another keeps, at its own end-point (PRODUCT.md section 2).

    One direction: ``home`` keeps the services, ``shown_by`` shows them too. It is
    proposed on behalf of one of the two, in force once a lead of the other accepts it,
    and over for good when ``ended_at`` is set (docs/adr/0010).
    """

    home = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="shared_out"
    )
    shown_by = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="shared_in"
    )
    proposed_for = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)

    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_for = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ending = models.CharField(max_length=20, choices=Ending, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("home", "shown_by"),
                condition=Q(ended_at=None),
                name="one_open_agreement_per_direction",
            ),
            models.CheckConstraint(
                condition=~Q(home=F("shown_by")), name="agreement_is_between_two"
            ),
            models.CheckConstraint(
                condition=Q(proposed_for=F("home")) | Q(proposed_for=F("shown_by")),
                name="agreement_proposed_by_a_party",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False)
                & ~Q(accepted_by=F("proposed_by")),
                name="agreement_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    ended_at=None, ending="", ended_by=None, ended_for=None, reason=""
                )
                | Q(
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    ended_for__isnull=False,
                    ending__in=(Ending.DECLINED, Ending.WITHDRAWN),
                    accepted_at=None,
                )
                | Q(
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    ended_for__isnull=False,
                    ending=Ending.ENDED,
                    accepted_at__isnull=False,
                ),
                name="agreement_ends_in_one_way",
            ),
        )

    def __str__(self) -> str:
        return f"{self.shown_by} shows what {self.home} keeps"

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer or is in force."""
        return self.ended_at is None

    @property
    def is_in_force(self) -> bool:
        """Whether both sides have accepted it and neither has ended it."""
        return self.accepted_at is not None and self.ended_at is None

    @property
    def asked(self) -> Partnership:
        """The side that has to accept it."""
        return self.shown_by if self.proposed_for_id == self.home_id else self.home

    def other_than(self, place: Partnership) -> Partnership:
        """The party that is not this place."""
        return self.shown_by if place.pk == self.home_id else self.home
