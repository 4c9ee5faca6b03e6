"""ORUK 1.0 put in the names of 3.0, and read from there.

Pure. What 1.0 had and 3.0 lost (digest section 2, “Changes”, and 4.3) keeps its sense:
ways to take part go to the opening times or into words, who may come into ages and
words, terms into attributes. The names are those of the schema files and those that
running feeds really use.
"""

from collections.abc import Callable, Mapping
from typing import Any

from directory.choices import AttendingType
from workflow.importing import oruk3
from workflow.importing.noting import Notes, What
from workflow.importing.taking import (
    Raw,
    Reading,
    elements,
    is_empty,
    text_of,
)

DELIVERABLES = (
    "Advice", "Assessment", "Counselling", "Equipment", "Financial Support",
    "Information", "Permission", "Training",
)  # fmt: skip
ACCESS = {
    "referral": "You need to be referred.",
    "appointment": "By appointment.",
    "membership": "For members.",
    "drop-in": "You can just turn up.",
}
WAYS = {
    AttendingType.VENUE: "in person",
    AttendingType.PHONE: "by phone",
    AttendingType.ONLINE: "online",
    AttendingType.HOME_VISIT: "at people's homes",
}
_EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"

Say = Callable[[What, str, Any, str], None]


def read(value: Raw, notes: Notes, *, is_short: bool = False) -> Reading:
    """One service with its organization and places."""
    told: list[tuple[What, str, Any, str]] = []
    converted, partners_note = _as_oruk3(value, lambda *problem: told.append(problem))
    reading = oruk3.read(converted, notes, is_short=is_short)
    if partners_note:
        reading.service.payload["partner_notes"] = partners_note
    for problem in told:
        reading.service.about.say(*problem)
    return reading


def _as_oruk3(value: Raw, say: Say) -> tuple[Raw, str]:
    """The service in the names of 3.0, and what only partners may read of it."""
    out = dict(value)
    _rename(out, {"fundings": "funding"})
    if isinstance(out.get("organization"), dict):
        out["organization"] = dict(out["organization"])
        _rename(out["organization"], {"url": "website"})
    links = elements(out.get("service_at_locations"))
    links = [_place(each) if isinstance(each, dict) else each for each in links]
    out["service_at_locations"] = links
    out["schedules"] = _times(out)
    _ways_in(out, [out, *links], say)
    terms = _terms(_pop(out, "service_taxonomys", "service_taxonomies"), "service_type")
    terms += _eligibility(out, say)
    out["attributes"] = elements(out.get("attributes")) + terms
    return out, _deliverable(out.pop("deliverable_type", None), say)


def _rename(value: Raw, names: Mapping[str, str]) -> None:
    """Move what is under an old name to the new one, unless that says something."""
    for old, new in names.items():
        given = value.pop(old, None)
        if not is_empty(given) and is_empty(value.get(new)):
            value[new] = given


def _pop(value: Raw, *names: str) -> list[Any]:
    """The elements of a list that goes by several names, which are taken away."""
    out = []
    for name in names:
        out += elements(value.pop(name, None))
    return out


# --- times and places -----------------------------------------------------------------


def _times(value: Raw) -> list[Any]:
    """Regular and holiday times; an exception is one with a validity (digest 1.6)."""
    regular = _pop(value, "regular_schedules", "regular_schedule", "schedules")
    holidays = _pop(value, "holiday_schedules", "holiday_schedule")
    return [_regular(each) for each in regular] + [_holiday(each) for each in holidays]


def _regular(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    out = dict(given)
    _rename(out, {"weekday": "byday"})
    is_daily = text_of(out.get("freq")).upper() == "DAILY"
    skips_days = text_of(out.get("interval")) not in ("", "0", "1")
    if is_daily and not skips_days and is_empty(out.get("byday")):
        # 3.0 has no DAILY, and every day is a week of days.
        out |= {"freq": "WEEKLY", "byday": _EVERY_DAY}
    return out


def _holiday(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    out = dict(given)
    _rename(out, {"start_date": "valid_from", "end_date": "valid_to"})
    closed = out.pop("closed", None)
    if closed is True or text_of(closed).lower() in ("true", "1", "yes", "y"):
        out.pop("opens_at", None)
        out.pop("closes_at", None)
        out["description"] = f"Closed {text_of(out.get('description'))}".strip()
    return out


def _place(link: Raw) -> Raw:
    out = dict(link)
    out["schedules"] = _times(out)
    if not isinstance(out.get("location"), dict):
        return out
    place = out["location"] = dict(out["location"])
    place["schedules"] = _times(place)
    _rename(place, {"accessibility_for_disabilities": "accessibility"})
    addresses = elements(place.get("addresses"))
    for name in ("physical", "postal"):
        addresses += [
            {"address_type": name, **address} if isinstance(address, dict) else address
            for address in _pop(place, f"{name}_addresses")
        ]
    place["addresses"] = addresses
    if is_empty(place.get("location_type")):
        place["location_type"] = "physical"
    return out


# --- who may come ---------------------------------------------------------------------


def _eligibility(value: Raw, say: Say) -> list[Raw]:
    """Ages and words from the eligibilities; their terms are returned."""
    terms: list[Raw] = []
    words: list[str] = []
    lowest: list[int | None] = []
    highest: list[int | None] = []
    given = _pop(value, "eligibilitys", "eligibilities")
    for each in given:
        one = each if isinstance(each, dict) else {"eligibility": each}
        terms += _terms(_pop(dict(one), "taxonomys", "taxonomies"), "eligibility")
        youngest = _age(one.get("minimum_age"), "eligibilitys.minimum_age", say)
        oldest = _age(one.get("maximum_age"), "eligibilitys.maximum_age", say)
        lowest.append(youngest)
        highest.append(oldest)
        ages = _ages(youngest, oldest) if len(given) > 1 else ""
        said = text_of(one.get("eligibility"))
        words.append(f"{said} ({ages})" if said and ages else said or ages.capitalize())
    if given and None not in lowest and is_empty(value.get("minimum_age")):
        value["minimum_age"] = min(age for age in lowest if age is not None)
    if given and None not in highest and is_empty(value.get("maximum_age")):
        value["maximum_age"] = max(age for age in highest if age is not None)
    said = "\n".join(dict.fromkeys(w for w in words if w))
    if said and is_empty(value.get("eligibility_description")):
        value["eligibility_description"] = said
    return terms


def _age(given: Any, name: str, say: Say) -> int | None:
    """An age in whole years; one that nobody has is told and left out."""
    if is_empty(given):
        return None
    try:
        age = float(str(given).strip())
    except ValueError:
        age = -1.0
    if not age.is_integer() or not 0 <= age <= 130:
        say(What.UNREADABLE, name, given, "Enter an age between 0 and 130.")
        return None
    return int(age)


def _ages(youngest: int | None, oldest: int | None) -> str:
    if youngest is not None and oldest is not None:
        return f"ages {youngest} to {oldest}"
    if youngest is not None:
        return f"from {youngest}"
    return f"up to {oldest}" if oldest is not None else ""


def _terms(given: list[Any], says: str) -> list[Raw]:
    """Links to terms (``{id, taxonomy: {id, name, vocabulary}}``) as attributes."""
    out = []
    for each in given:
        inner = each.get("taxonomy") if isinstance(each, dict) else None
        term = inner if isinstance(inner, dict) else each
        clue = term if isinstance(term, dict) else {"id": term}
        out.append(
            {
                "link_type": says,
                "taxonomy_term": {
                    "id": clue.get("id"),
                    "code": clue.get("id"),
                    "term_uri": clue.get("uri"),
                    "name": clue.get("name"),
                    "taxonomy": clue.get("vocabulary"),
                },
            }
        )
    return out


# --- ways to take part ----------------------------------------------------------------


def _ways_in(value: Raw, with_times: list[Any], say: Say) -> None:
    """How people take part: on the opening times if there are any, else in words.

    ``with_times`` are the service and its links to places.
    """
    said = value.pop("attending_type", None)
    ways = _codes(
        said, {way: way.value for way in AttendingType}, "attending_type", say
    )
    access = _codes(
        value.pop("attending_access", None), {key: key for key in ACCESS},
        "attending_access", say,
    )  # fmt: skip
    held = [each["schedules"] for each in with_times if isinstance(each, dict)]
    times = [s for each in held for s in each if _is_open_sometime(s)]
    words = [ACCESS[code] for code in access]
    if len(ways) == 1 and times:
        for schedule in times:
            if is_empty(schedule.get("attending_type")):
                schedule["attending_type"] = ways[0]
    elif ways:
        shown = " or ".join(WAYS[AttendingType(way)] for way in ways)
        words.insert(0, f"People take part {shown}.")
    if words:
        told = text_of(value.get("application_process"))
        value["application_process"] = " ".join(filter(None, (told, *words)))


def _is_open_sometime(schedule: Any) -> bool:
    return isinstance(schedule, dict) and not all(
        is_empty(schedule.get(name)) for name in ("freq", "byday", "opens_at")
    )


def _codes(given: Any, allowed: Mapping[str, str], name: str, say: Say) -> list[str]:
    """Values of an enumeration, however they are written; others are told."""
    plain = {_letters(key): code for key, code in allowed.items()}
    out = []
    for each in elements(given):
        parts = each.replace(";", ",").split(",") if isinstance(each, str) else [each]
        for part in parts:
            code = plain.get(_letters(text_of(part)))
            if code:
                out.append(code)
            elif not is_empty(part):
                _not_on_list(say, name, part, allowed)
    return list(dict.fromkeys(out))


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _not_on_list(say: Say, name: str, value: Any, allowed: Mapping[str, str]) -> None:
    listed = ", ".join(allowed)
    say(What.NOT_ON_LIST, name, value, f"“{text_of(value)}” is not one of: {listed}.")


def _deliverable(given: Any, say: Say) -> str:
    """What a service gives, which 3.0 has no field for: a note for partners."""
    codes = _codes(
        given, {name: name for name in DELIVERABLES}, "deliverable_type", say
    )
    return f"What it gives, as its source says: {', '.join(codes)}." if codes else ""
