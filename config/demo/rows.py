"""A terser way to write shapes down: one line of content, one call.

Times as ``"TU,TH 10-12:30"`` or ``"1FR 14-16 online; SA 9-11"``; a telephone number by
its last three digits (``"412"``, ``"m412"`` for a mobile, ``"f412"`` for a free call),
all of them numbers that Ofcom keeps for drama; money as words, or as prices where it
says ``"A session: £2; Children: £1"``; ages as ``"11-17"`` or ``"65-"``.
"""

import re
import zlib
from typing import Any

from config.demo.shapes import Body, Service, monthly, weekly

LEVELS = {"P": "proxy", "M": "monitored", "T": "trusted"}

_NUMBERS = {"": "01632 960", "m": "07700 900", "f": "0808 157 0"}
_SLOT = re.compile(r"(\S+) (\d+)(?::(\d\d))?-(\d+)(?::(\d\d))?(?: (\S.*))?")
_PRICE = re.compile(r"(.+): £(\d+(?:\.\d+)?)")


def one(
    name: str,
    description: str,
    at: str,
    when: str,
    phone: str,
    terms: str,
    pay: str = "Free",
    ages: str = "",
    ago: int | None = None,
    **more: Any,
) -> Service:
    """A service. ``at`` and ``terms`` list keys and names; without ``ago`` it was
    checked some days ago that follow from its name."""
    priced = [_PRICE.fullmatch(part) for part in pay.split("; ")]
    prices = tuple((p[1], float(p[2])) for p in priced if p)
    lowest, _, highest = ages.partition("-")
    return Service(
        name, description, tuple(at.split()), times(when), number(phone),
        fees="" if prices else pay, prices=prices,
        ages=(int(lowest) if lowest else None, int(highest) if highest else None),
        terms=tuple(terms.split("; ")) if terms else (),
        days_ago=spread(name) if ago is None else ago, **more,
    )  # fmt: skip


def body(
    name: str,
    description: str,
    level: str,
    phone: str = "",
    email: str = "",
    *services: Service,
    **more: Any,
) -> Body:
    """An organisation with what it runs."""
    return Body(
        name, description, services, level=LEVELS[level], phone=number(phone),
        email=email, **more,
    )  # fmt: skip


def number(short: str) -> str:
    """The whole telephone number. Raises KeyError for a kind that is not known."""
    if not short:
        return ""
    return _NUMBERS[short[:-3]] + short[-3:]


def times(words: str) -> tuple[dict[str, Any], ...]:
    """The opening times. Raises ValueError for what cannot be read."""
    return tuple(_slot(part) for part in words.split("; ")) if words else ()


def _slot(words: str) -> dict[str, Any]:
    found = _SLOT.fullmatch(words)
    if found is None:
        raise ValueError(f"These are no times: {words}")
    days, hour, minute, last, after, how = found.groups()
    more = {"attending_type": _HOW[how]} if how else {}
    opens, closes = (
        f"{int(hour):02}:{minute or '00'}", f"{int(last):02}:{after or '00'}",
    )  # fmt: skip
    days = {"daily": "MO,TU,WE,TH,FR,SA,SU", "weekdays": "MO,TU,WE,TH,FR"}.get(
        days, days
    )
    make = monthly if days[0] in "-12345" else weekly
    return make(days, opens, closes, **more)


_HOW = {"phone": "phone", "online": "online", "home": "home visit"}


def spread(name: str) -> int:
    """How many days ago a service of this name was checked: most of them in date."""
    seed = zlib.crc32(name.encode())
    share, rest = seed % 100, seed // 100
    if share < 86:
        return 1 + rest % 74
    if share < 92:
        return 78 + rest % 10
    if share < 96:
        return 93 + rest % 10
    return 107 + rest % 10
