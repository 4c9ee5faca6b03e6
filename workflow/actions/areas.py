"""Putting the wards, parishes and districts of a place on its map."""

from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import Partnership, User
from directory.outlines import inside, size
from workflow import erased, remits
from workflow.importing.outlines import AreaRead
from workflow.models import Area, AreaOutline


@dataclass(frozen=True)
class Loaded:
    """What loading a file of areas came to."""

    new: int
    changed: int
    removed: int


@transaction.atomic
def write_areas(
    place: Partnership, areas: list[AreaRead], *, by: User | str, whole: bool = False
) -> Loaded:
    """Store these areas; one with a code that is known is put right, not doubled.

    ``whole`` says that the file has all of each kind that is in it: other areas of
    those kinds are removed. The caller has authorised it.
    """
    erased.keep_out()
    Partnership.objects.select_for_update(no_key=True).get(pk=place.pk)
    remits.change_rules([place.pk])
    known = {area.code: area for area in place.areas.all()}
    kept = [_write(place, read, known.get(read.code)) for read in areas]
    removed = 0
    if whole:
        gone = place.areas.filter(kind__in={area.kind for area in areas})
        removed = gone.exclude(pk__in=[area.pk for area in kept]).count()
        gone.exclude(pk__in=[area.pk for area in kept]).delete()
    changed = sum(read.code in known for read in areas)
    loaded = Loaded(len(areas) - changed, changed, removed)
    remits.work_out(place.pk)
    audit.record(
        "areas_loaded", place, actor=by, partnership_id=place.pk,
        after={"new": loaded.new, "changed": changed, "removed": removed},
    )  # fmt: skip
    return loaded


def _write(place: Partnership, read: AreaRead, area: Area | None) -> Area:
    area = area or Area(partnership=place, code=read.code)
    area.name, area.kind = read.name, read.kind
    # Rounded, so that two of one size are told apart by their codes, not by noise.
    area.size = round(sum(map(size, read.outlines)), 9)
    largest = max(read.outlines, key=size)
    area.middle_longitude, area.middle_latitude = inside(largest)
    area.save()
    area.outlines.all().delete()
    AreaOutline.objects.bulk_create(
        AreaOutline(area=area, corners=corners) for corners in read.outlines
    )
    return area
