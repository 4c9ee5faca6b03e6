"""The two places grown up: everything there is in them, and how it stands."""

from dataclasses import replace
from typing import Any

from config.demo.afar import AFAR
from config.demo.halls import MINDERS as HOMES
from config.demo.halls import TOWN, VILLAGES
from config.demo.hartmoor import HARTMOOR
from config.demo.hartmoor_more import HARTMOOR_MORE, HARTMOOR_PLACES
from config.demo.shapes import Body, Town
from config.demo.town_clubs import CLUBS
from config.demo.town_families import FAMILIES
from config.demo.town_health import HEALTH
from config.demo.town_help import HELP
from config.demo.town_more import MORE
from config.demo.villages_north import NORTH
from config.demo.villages_south import SOUTH
from config.demo.wexcombe import WEXCOMBE

PARTNERS = (
    ("Wexcombe and Moorland NHS Trust", "health", "directory@wm-nhs.example"),
    ("Wexcombe GP Federation", "health", "hello@wexcombe-gps.example"),
    ("Wexcombe Neighbourhood Policing", "police",
     "neighbourhood@wexcombe-police.example"),
    ("Wexcombe Town Council", "council", "office@wexcombe-town.example"),
    ("Wexcombe Learning Trust", "education", "office@wexcombelearning.example"),
    ("Sallow House Hospice", "health", "care@sallowhouse.example"),
    ("Wexcombe Voice for Health", "voluntary", "tellus@voiceforhealth.example"),
    ("Wexcombe College", "education", "enquiries@wexcombecollege.example"),
)  # fmt: skip
"""The partners that joined after the first five."""

_LAPSED = (
    "Norton Magna art table", "Thornlow knit and stitch", "Larkstoke toddler hour",
    "Hatch film club", "Upper Sallow whist", "Marlcross women’s evening",
    "Flowers for the ward", "Pots for beginners", "History circle talks",
    "Bouncy bears music", "Slow spin", "Beginners’ bridge",
)  # fmt: skip
_DRAFTS = (
    "Learn to ring", "Fishing for veterans", "Tool library",
    "Coders’ den",
)  # fmt: skip
_NEW = (
    "Starcott badminton", "Colts evening", "Girls’ skate night", "Chatty bench hours",
    "Sunday kitchen table", "Pay-what-you-can yoga",
    "Hedgehogs of Ashenbury", "Barn crafts", "Small Hours video room",
    "Town repair café", "Northfield big table", "Wexcombe Round Table of Trades",
)  # fmt: skip
_RETURNED = ("The Wexcombe Society", "Out together", "Southgate loud choir")
_DECLINED = ("Come and sing", "Sallow Valley Wildlife Group", "Norton bereavement walk")
_CARRIED = (
    "Group minibus hire", "Wheelchair loan", "Key safe fitting", "Bike marking",
    "Community orchard mornings", "Air cadets",
)  # fmt: skip
_CLOSED = (
    "Hatch Young Farmers’ Club", "Quiet hour at Starcott", "Bees for beginners",
    "Twins and triplets morning",
)  # fmt: skip

FATES: dict[str, dict[str, Any]] = {
    **{name: {"history": "lapsed", "days_ago": 124 + 3 * number}
       for number, name in enumerate(_LAPSED)},
    **{name: {"history": "draft", "days_ago": 1 + number}
       for number, name in enumerate(_DRAFTS)},
    **{name: {"history": "new", "days_ago": 1 + number}
       for number, name in enumerate(_NEW)},
    **{name: {"history": "returned", "days_ago": 7 + number}
       for number, name in enumerate(_RETURNED)},
    **{name: {"history": "declined"} for name in _DECLINED},
    **{name: {"history": "carried", "days_ago": 21} for name in _CARRIED},
    **{name: {"history": "closed", "days_ago": 40 + 9 * number}
       for number, name in enumerate(_CLOSED)},
}  # fmt: skip
"""Services of which more is to be told than that they were checked."""


STAFF = (
    ("assurer.homes", "Hal Homes", "housing"),
    ("assurer.voluntary", "Vida Voluntary", "voluntary"),
)
"""Who assures for other partners than the council: key, name and partner."""

SMALL_GROUPS = [b for b in (*NORTH, *SOUTH, *CLUBS) if not b.email][::2]
"""Every second group without a mailbox of its own: Voluntary Action knows them best."""

_CHECKED_BY = {
    "Wexcombe and Moorland NHS Trust": "nhs",
    "Wexcombe Homes Neighbourhoods": "assurer.homes",
    "Wexcombe Voluntary Action": "assurer.voluntary",
    **{body.name: "assurer.voluntary" for body in SMALL_GROUPS},
}


def _shared_out(bodies: tuple[Body, ...]) -> tuple[Body, ...]:
    """Each service with who checks it by now."""
    return tuple(
        replace(
            body,
            services=tuple(
                replace(one, checked_by=_CHECKED_BY.get(body.name, ""))
                for one in body.services
            ),
        )
        for body in bodies
    )


def _fated(bodies: tuple[Body, ...]) -> tuple[Body, ...]:
    return tuple(
        replace(
            body,
            services=tuple(
                replace(service, **FATES.get(service.name, {}))
                for service in body.services
            ),
        )
        for body in bodies
    )


WEXCOMBE_GROWN: Town = replace(
    WEXCOMBE,
    partners=WEXCOMBE.partners + PARTNERS,
    places=WEXCOMBE.places + TOWN + VILLAGES + HOMES,
    bodies=_shared_out(
        WEXCOMBE.bodies
        + _fated((*NORTH, *SOUTH, *HEALTH, *HELP, *FAMILIES, *CLUBS, *MORE, *AFAR))
    ),
    staff=STAFF,
    outlines="wexcombe.geojson",
)  # fmt: skip

HARTMOOR_GROWN: Town = replace(
    HARTMOOR,
    places=HARTMOOR.places + HARTMOOR_PLACES,
    bodies=HARTMOOR.bodies + HARTMOOR_MORE,
)
