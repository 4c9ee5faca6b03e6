"""The bank holidays of a nation of the United Kingdom, without asking anybody.

From the package ``holidays`` (MIT), which is kept up to date with proclamations; days
that move because they fall on a weekend are there on both dates.
"""

import datetime as dt
from functools import lru_cache

from directory.elements import NATIONS

ENGLAND = "England"
_SUBDIVISIONS = {
    ENGLAND: "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR",
}  # fmt: skip
_SCOTTISH = frozenset({
    "AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH",
    "TD", "ZE",
})  # fmt: skip
"""Postcode areas that lie in Scotland, or but for a few farms do."""
NATION_NAMES = frozenset(name for name, _ in NATIONS)


@lru_cache(maxsize=64)
def in_year(nation: str, year: int) -> frozenset[dt.date]:
    """The bank holidays of a year. Raises KeyError for what is no nation."""
    # Slow to import, and few requests need it.
    from holidays import country_holidays

    subdivision = _SUBDIVISIONS[nation]
    return frozenset(country_holidays("GB", subdiv=subdivision, years=year))


def is_one(nation: str, day: dt.date) -> bool:
    """Whether a day is a bank holiday there."""
    return day in in_year(nation, day.year)


def next_one(nation: str, today: dt.date) -> dt.date:
    """The next bank holiday from today on; every year has some."""
    both = in_year(nation, today.year) | in_year(nation, today.year + 1)
    return min(day for day in both if day >= today)


def nation_of(address: dict[str, str]) -> str:
    """The nation of an address: as it says, else by its postcode; else England.

    England and Wales have the same bank holidays, so nothing is lost where a postcode
    does not tell them apart.
    """
    said = address.get("state_province", "")
    if said in NATION_NAMES:
        return said
    area = "".join(
        letter for letter in address.get("postal_code", "")[:2] if letter.isalpha()
    ).upper()
    if area == "BT":
        return "Northern Ireland"
    return "Scotland" if area in _SCOTTISH else ENGLAND
