"""What of many listings may be public, in a fixed number of queries.

The rules are those of one (``workflow/queries.py``, ``directory/gate.py``); here is
only how what they need is read for many at once.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from directory.models import Location
from directory.payload import Payload
from workflow import queries
from workflow.models import Listing, Release


def public_parts(
    listings: Sequence[Listing],
) -> dict[uuid.UUID, queries.PublicParts]:
    """What the gate lets through of each of these listings, by its id.

    The listings come with their record and its revision.
    """
    wholes = queries.wholes(listings)
    runs_it = {key: parts.organization.get("id") for key, parts in wholes.items()}
    theirs = {uuid.UUID(key) for key in runs_it.values() if key}
    released, guarded = _released(theirs), _guarded(theirs)
    return {
        key: queries.public_parts(
            parts,
            queries.gate_context(
                parts, released.get(runs_it[key], {}), guarded.get(runs_it[key], {})
            ),
        )
        for key, parts in wholes.items()
    }


def _released(
    organization_ids: Iterable[uuid.UUID],
) -> dict[str | None, dict[str, str]]:
    """What is released for each organization, as ``queries.released`` says it."""
    rows = Release.objects.filter(
        organization_id__in=organization_ids,
        revoked_at=None,
        accepted_at__isnull=False,
    )
    out: defaultdict[str | None, dict[str, str]] = defaultdict(dict)
    for of, key, instead in rows.values_list("organization_id", "key", "replacement"):
        out[str(of)][key] = instead
    return out


def _guarded(
    organization_ids: Iterable[uuid.UUID],
) -> dict[str | None, dict[str, Payload]]:
    """What each guards by ``queries.guarded_places``."""
    used: defaultdict[str, set[str]] = defaultdict(set)
    rows = Listing.objects.filter(organization_id__in=organization_ids)
    for of, places in rows.values_list("organization_id", "location_ids"):
        used[str(of)].update(map(str, places))
    secret = Location.objects.filter(
        Q(sensitive=True) | Q(home=True),
        pk__in={place for places in used.values() for place in places},
    ).values_list("pk", flat=True)
    known = {
        key: queries.current(record) for key, record in queries.records(secret).items()
    }
    return {
        of: {key: payload for key, payload in known.items() if key in places}
        for of, places in used.items()
    }
