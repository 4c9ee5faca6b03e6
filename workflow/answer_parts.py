"""Which parts of a record may be changed without an account."""

from dataclasses import replace

from directory.choices import Kind
from directory.declare import Section

SECTIONS: dict[str, tuple[str, ...]] = {
    Kind.SERVICE: ("times", "contact", "cost", "joining", "who", "about"),
    Kind.ORGANIZATION: ("contact", "about"),
    Kind.LOCATION: ("address", "access", "about"),
}
"""The parts that may be changed here, what changes most often first."""
NOT_HERE = {
    "sensitive", "home", "location_type", "parent_organization_id", "logo", "uri",
    "external_identifier", "external_identifier_type", "latitude", "longitude",
}  # fmt: skip
"""What nobody is asked for here: it would take a place out of sight, or is chosen from
other records, or read by machines alone."""


def asked_for(part: Section) -> Section:
    """What of a part is asked for here."""
    return replace(part, names=tuple(n for n in part.names if n not in NOT_HERE))
