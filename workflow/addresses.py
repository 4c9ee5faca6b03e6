"""What is known of a postcode that somebody types for a place: places that are there
already, where it is, and the town and county that others around it have."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Partnership, User
from directory import locating, postcodes
from directory.choices import Kind
from directory.models import Address
from directory.payload import Payload
from workflow import finding, seeing

_NATIONS = {"E": "England", "S": "Scotland", "W": "Wales", "N": "Northern Ireland"}
"""By the first letter of an ONS code."""


@dataclass(frozen=True)
class Looked:
    """``known`` are places at exactly this postcode that the person may choose;
    ``values`` fill in the address; ``question`` is a sentence where something about the
    postcode is odd, which stops nobody."""

    postcode: str = ""
    known: list[tuple[str, str]] = field(default_factory=list)
    values: Payload = field(default_factory=dict)
    question: str = ""


def look_up(
    user: User, place: Partnership, typed: str, *, without: Iterable[str] = ()
) -> Looked:
    """What is known of a postcode, however it is typed. Never raises.

    Only from places that the person may be offered: a secret one is neither found here
    nor does it tell its town.
    """
    if not typed.strip():
        return Looked(question="Type the postcode first, or write the address below.")
    try:
        written = postcodes.normalise(typed)
    except ValueError as error:
        return Looked(question=f"{error} You can write the address below all the same.")
    offered = dict(seeing.offered_to(user, place)[Kind.LOCATION])
    nation, question = _nation(written)
    around = _around(written, offered)
    values = {"postal_code": written, **nation, **around}
    for key in without:
        offered.pop(key, None)
    return Looked(written, finding.at_postcode(written, offered), values, question)


def _nation(written: str) -> tuple[Payload, str]:
    try:
        located = locating.locate(written)
    except locating.Unknown:
        if written.startswith("BT"):
            return {"state_province": "Northern Ireland"}, ""
        return {}, (
            f"Is {written} right? It is not in our list of postcodes. If it is new, go "
            "on: we keep it as you typed it."
        )
    nation = _NATIONS.get(located.council[:1])
    return ({"state_province": nation} if nation else {}), ""


def _around(written: str, offered: Iterable[str]) -> Payload:
    """The town and county that most places nearby have; {} where none is near."""
    near = Address.objects.filter(
        location_id__in=list(offered),
        postal_code__startswith=f"{postcodes.outward(written)} ",
    )
    towns = Counter(near.values_list("city", "state_province"))
    said = {town: number for town, number in towns.items() if all(town)}
    if not said:
        return {}
    city, county = max(said, key=lambda town: (said[town], town))
    return {"city": city, "state_province": county}
