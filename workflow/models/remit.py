"""Who answers for which part of a place, and who acts for them on which days."""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Q

from accounts.models import Partner, Partnership, User
from common.models import CreatedModel
from directory.outlines import PolygonField


def _ids(words: str) -> "ArrayField[list[uuid.UUID], list[uuid.UUID]]":
    return ArrayField(models.UUIDField(), default=list, blank=True, help_text=words)


class Remit(CreatedModel):
    """A part of the place given to a partner's assurers (PRODUCT.md section 5).

    What it takes is said by up to three parts: providers, service types with all below
    them, areas. Each part that is not empty has to match, by any of what it lists. One
    without parts takes only what is handed to it; the default takes all the rest. Which
    listings it holds is worked out in ``workflow/remits.py``.

    What is named here may be gone (an area that was redrawn): then it matches nothing,
    and the part still stands, or the remit would suddenly take more.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="remits"
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="remits"
    )
    name = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)
    organization_ids = _ids("Providers: their services.")
    term_ids = _ids("Service types, each with everything below it.")
    area_ids = _ids("Wards, parishes and districts on the map of the place.")
    districts = ArrayField(
        models.CharField(max_length=4), default=list, blank=True,
        help_text="Postcode districts: the first half of a postcode.",
    )  # fmt: skip
    lead = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership",),
                condition=Q(is_default=True),
                name="one_default_remit_in_a_place",
            ),
            models.UniqueConstraint(
                fields=("partnership", "name"), name="remit_name_once_in_a_place"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False)
                | Q(organization_ids=[], term_ids=[], area_ids=[], districts=[]),
                name="default_remit_takes_the_rest",
            ),
        )
        # Which of them name an organization is asked for each that is decided about.
        indexes = (GinIndex(fields=("organization_ids",), name="remit_organizations"),)

    def __str__(self) -> str:
        return self.name


class RemitOutline(models.Model):
    """One piece of the area that somebody drew for a remit.

    ``size`` is in square degrees, as that of an Area.
    """

    id = models.BigAutoField(primary_key=True)
    remit = models.ForeignKey(Remit, on_delete=models.CASCADE, related_name="outlines")
    corners = PolygonField()
    size = models.FloatField()

    class Meta:
        indexes = (GistIndex(fields=("corners",), name="remit_outline_corners"),)

    def __str__(self) -> str:
        return f"A piece of {self.remit}"


class Cover(CreatedModel):
    """Somebody acts for a remit on these days (both included, in Europe/London).

    The remit, its lead and its partner stay; only who may act changes, and by itself
    again when the days are over (``workflow/access/``).
    """

    remit = models.ForeignKey(Remit, on_delete=models.CASCADE, related_name="covers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField()
    arranged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(begins_on__lte=F("ends_on")), name="cover_ends_after_start"
            ),
        )
        indexes = (models.Index(fields=("user", "ends_on"), name="cover_user_ends"),)
        ordering = ("begins_on", "pk")

    def __str__(self) -> str:
        return f"{self.user} for {self.remit}"

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is one of the days."""
        return self.begins_on <= day <= self.ends_on
