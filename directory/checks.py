"""What has to be there before a record is assured, and what looks odd about it.

``missing`` holds a listing back until it is filled in; ``oddities`` are closing checks
that an assurer may override with a reason (PRODUCT.md section 3).
"""

import datetime as dt
from collections.abc import Callable

from directory.declarations import SERVICE
from directory.payload import Payload

REMOTE = {"phone", "online", "home visit"}


def _ways(service: Payload) -> set[str]:
    return {s["attending_type"] for s in service.get("schedules", [])
            if s.get("attending_type")}  # fmt: skip


def only_remote(service: Payload) -> bool:
    """Whether people take part by phone, online or at home and in no other way."""
    ways = _ways(service)
    return bool(ways) and ways <= REMOTE


def _has_phone(service: Payload) -> bool:
    return bool(service.get("phones")) or any(
        c.get("phones") for c in service.get("contacts", [])
    )


def _can_be_reached(service: Payload) -> bool:
    return _has_phone(service) or bool(service.get("email") or service.get("url"))


def _phone_if_by_phone(service: Payload) -> bool:
    return "phone" not in _ways(service) or _has_phone(service)


def _link_if_online(service: Payload) -> bool:
    links = any(s.get("schedule_link") for s in service.get("schedules", []))
    return "online" not in _ways(service) or bool(service.get("url")) or links


def _place_unless_remote(service: Payload) -> bool:
    return bool(
        only_remote(service)
        or service.get("service_at_locations")
        or service.get("service_areas")
    )


CONDITIONAL: dict[str, tuple[str, Callable[[Payload], bool], str]] = {
    "way_to_reach": (
        "phones",
        _can_be_reached,
        "Give at least one way to get in touch: phone, e-mail or web page.",
    ),
    "phone_if_by_phone": (
        "phones",
        _phone_if_by_phone,
        "People take part by phone, so give the number they ring.",
    ),
    "link_if_online": (
        "url",
        _link_if_online,
        "People take part online, so give the web page they go to.",
    ),
    "place_unless_remote": (
        "service_at_locations",
        _place_unless_remote,
        "Say where it happens, or which area it covers.",
    ),
}
DEFAULT_MANDATORY = ["name", "description", "status", *CONDITIONAL]


def mandatory_choices() -> list[tuple[str, str]]:
    """Everything a policy may ask for, with its words."""
    plain = [(i.name, i.label) for i in SERVICE.items]
    return plain + [(code, rule[2]) for code, rule in CONDITIONAL.items()]


def missing(service: Payload, mandatory: list[str]) -> dict[str, str]:
    """What the policy asks for and the service has not: field name → sentence."""
    out: dict[str, str] = {}
    for code in mandatory:
        if code in CONDITIONAL:
            name, holds, sentence = CONDITIONAL[code]
            if not holds(service):
                out.setdefault(name, sentence)
        elif not service.get(code):
            out.setdefault(code, f"Still needed: {SERVICE.get(code).label.lower()}.")
    return out


def oddities(service: Payload, today: dt.date) -> dict[str, str]:
    """What looks wrong together, though each value is valid: name → sentence."""
    out: dict[str, str] = {}
    if service.get("status") == "defunct":
        out["status"] = "It is marked as closed for good. Should it be published?"
    schedules = service.get("schedules", [])
    ended = [s for s in schedules if s.get("valid_to", "9999") < today.isoformat()]
    if schedules and len(ended) == len(schedules):
        out["schedules"] = "All its opening times have ended."
    if len(service.get("description", "")) < 20:
        out["description"] = "The description says very little."
    free = service.get("fees", "").strip().lower() in ("free", "no charge", "none")
    if free and any(c.get("amount") for c in service.get("cost_options", [])):
        out["cost_options"] = "It says it is free and also names a price."
    return out
