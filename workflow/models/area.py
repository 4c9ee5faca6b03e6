"""The parts of a place as they are on the map: its wards, parishes and districts."""

from django.contrib.postgres.indexes import GistIndex
from django.db import models

from accounts.models import Partnership
from common.models import CreatedModel
from directory.outlines import PolygonField
from workflow.choices import AreaKind


class Area(CreatedModel):
    """A ward, parish or district of a place, known by its code (an ONS code or own).

    ``size`` is in square degrees; where two hold a point, the smaller one is meant.
    The middle is a point inside its largest piece: what holds it, and is no smaller,
    is taken to hold the area.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="areas"
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=AreaKind)
    code = models.CharField(max_length=30)
    size = models.FloatField()
    middle_longitude = models.FloatField(null=True, blank=True)
    middle_latitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "code"), name="area_code_once_in_a_place"
            ),
        )
        ordering = ("name", "code")

    def __str__(self) -> str:
        return self.name


class AreaOutline(models.Model):
    """One piece of an area: most have one, those with islands have several."""

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="outlines")
    corners = PolygonField()

    class Meta:
        indexes = (GistIndex(fields=("corners",), name="area_outline_corners"),)

    def __str__(self) -> str:
        return f"A piece of {self.area}"


class LocationArea(models.Model):
    """In which area of a kind, of a place, a location lies; no row where in none, or
    where it is kept secret.

    Triggers on locations, areas and outlines keep it (docs/adr/0042);
    ``workflow/areas.py`` makes it anew.
    """

    id = models.BigAutoField(primary_key=True)
    # Locations are rows of another app, which are made anew from the revisions.
    location_id = models.UUIDField()
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    kind = models.CharField(max_length=20, choices=AreaKind)
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("location_id", "partnership", "kind"),
                include=("area",),
                name="location_in_one_area_of_a_kind",
            ),
        )
        indexes = (
            models.Index(
                fields=("area",), include=("location_id",), name="locations_of_area"
            ),
        )

    def __str__(self) -> str:
        return f"{self.location_id} in {self.area_id}"
