"""How Wexcombe has shared out its work of late, after what one service each went
through: by ward, by postcode, by what somebody drew, by kind of service, with two that
claim the same and somebody on leave.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.actions import give_role
from accounts.models import Partner, User
from accounts.roles import Role
from common.models import as_uuid
from config.demo.teller import Teller
from directory.choices import Facet
from directory.starter import starter_id
from workflow.actions.covers import arrange_cover
from workflow.actions.main_areas import declare_main
from workflow.actions.remits import Parts, create_remit
from workflow.choices import Stage
from workflow.models import Area, Listing, Remit

_VILLAGES = ("WX5 ", "WX6 ", "WX8 ", "WX9 ")
_BY_THE_WEIR = "WX2 4"
_WARDS = ("Ashenbury", "Combe Hatch", "Larkstoke", "Starcott")
_WEIR_PARK = (
    (-2.1746, 51.1960), (-2.1676, 51.1960), (-2.1676, 51.1994), (-2.1746, 51.1994),
    (-2.1746, 51.1960),
)  # fmt: skip
"""The park with the leisure centre beside it, as corners in degrees."""


def tell(t: Teller) -> None:
    """Everything, within the last weeks."""
    with t.at(16, 10):
        _say_where_it_happens(t)
    with t.at(15, 10):
        _by_area(t)
        _by_kind(t)
        _twice(t)
    with t.at(4, 9):
        _on_leave(t)


def _say_where_it_happens(t: Teller) -> None:
    """Of what happens in the villages, and by the weir, it is said where."""
    wanted = (*_VILLAGES, _BY_THE_WEIR)
    halls = {
        as_uuid(t.place(place.key))
        for place in t.standing.town.places
        if place.kind == "hall" and place.postcode.startswith(wanted)
    }
    rows = Listing.objects.filter(
        partnership=t.standing.place, stage=Stage.PUBLISHED, location_ids__len=1,
        location_ids__overlap=list(halls),
    ).order_by("pk")  # fmt: skip
    for listing in rows:
        declare_main(
            by=t.people["lead"], listing_id=listing.pk, place_id=listing.location_ids[0]
        )


def _by_area(t: Teller) -> None:
    partners = t.standing.partners
    wards = Area.objects.filter(
        partnership=t.standing.place, kind="ward", name__in=_WARDS
    )
    town = partners["Wexcombe Town Council"]
    _add(t, partners["council"], "Northern villages", t.people["second"],
         Parts(area_ids=tuple(wards.values_list("pk", flat=True))))  # fmt: skip
    _add(t, partners["voluntary"], "Southern villages", t.people["assurer.voluntary"],
         Parts(districts=("WX8", "WX9")))  # fmt: skip
    _add(t, town, "Weir Park and the leisure centre",
         _assurer(t, "assurer.town", "Tess Town", town),
         Parts(outlines=(_WEIR_PARK,)))  # fmt: skip


def _by_kind(t: Teller) -> None:
    trust = t.standing.partners["education"]
    _add(t, trust, "Learning and work",
         _assurer(t, "assurer.learning", "Lara Learning", trust),
         Parts(term_ids=_types(t, ("Learning and work",))))  # fmt: skip


def _twice(t: Teller) -> None:
    """Both have taken on advice about housing, so that it is nobody’s."""
    housing, voluntary = (t.standing.partners[key] for key in ("housing", "voluntary"))
    _add(t, housing, "Advice for tenants", t.people["assurer.homes"],
         Parts(term_ids=_types(t, ("Housing advice",))))  # fmt: skip
    _add(t, voluntary, "Advice in the community", t.people["assurer.voluntary"],
         Parts(term_ids=_types(t, ("Housing advice", "Law and rights"))))  # fmt: skip


def _on_leave(t: Teller) -> None:
    """Somebody stands in now, and somebody will."""
    for name, who, begins, ends, reason in (
        ("Small groups", "second", -4, 6, "Vida is on leave."),
        ("Homes and neighbourhoods", "assurer", 10, 24, "Hal is on a course."),
    ):
        arrange_cover(
            by=t.people["lead"], user=t.people[who], reason=reason,
            remit_id=Remit.objects.get(partnership=t.standing.place, name=name).pk,
            begins_on=t.today + dt.timedelta(days=begins),
            ends_on=t.today + dt.timedelta(days=ends),
        )  # fmt: skip


def _add(t: Teller, partner: Partner, name: str, lead: User, parts: Parts) -> None:
    create_remit(
        by=t.people["lead"], partner=partner, name=name, lead=lead, parts=parts
    )


def _assurer(t: Teller, key: str, name: str, partner: Partner) -> User:
    """Somebody who assures for a partner from now on."""
    who = t.join(key, name)
    give_role(by=t.people["lead"], role=Role.ASSURER, user=who, on=partner)
    return who


def _types(t: Teller, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(starter_id(t.standing.place, Facet.SERVICE_TYPE, n) for n in names)
