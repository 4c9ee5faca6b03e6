"""What the answers of a section can be copied from: other services of the organization,
and the organization itself."""

from collections.abc import Iterable

from accounts.models import User
from directory.choices import Kind
from directory.filling import Source
from directory.payload import Payload
from workflow import access, naming, queries, seeing
from workflow.models import Listing
from workflow.seeing import Side

MOST = 30
"""Services that are offered; who keeps more knows which they mean."""
ORGANIZATION = "organization"
_SAME = {"email": "email", "url": "website", "phones": "phones", "contacts": "contacts"}
"""What an organization has under another name, or the same."""
_NEVER = ("id", "organization_id", "name", "alternate_name", "alert")
"""What two services never have in common."""


def sources(
    user: User, found: Listing, sides: Iterable[Side], side: Side, names: Iterable[str]
) -> list[Source]:
    """What the fields and lists of these names may be copied from, the organization
    first; nothing for a record that is no service.

    ``sides`` are the records of the page as the person sees them. A fixed number of
    queries.
    """
    if side.kind != Kind.SERVICE:
        return []
    wanted = set(names)
    every = [*_organization(sides), *_other_services(user, found, side.payload)]
    return [one for one in every if wanted & set(one.values)]


def _organization(sides: Iterable[Side]) -> list[Source]:
    return [
        Source(
            ORGANIZATION,
            f"{side.name}, which runs it",
            {n: side.payload[other] for n, other in _SAME.items()
             if other in side.payload},
        )
        for side in sides
        if side.kind == Kind.ORGANIZATION
    ]  # fmt: skip


def _other_services(user: User, found: Listing, service: Payload) -> list[Source]:
    """Accepted services of the same organization that the person keeps."""
    rows = (
        access.own_by(user)
        .filter(
            organization_id=service.get("organization_id"),
            record__revision__isnull=False,
        )
        .exclude(pk=found.pk)
        .select_related("record__revision")
        .order_by("title", "pk")[:MOST]
    )
    payloads = {(str(row.pk), row.title): queries.current(row.record) for row in rows}
    names = naming.names(payloads.values())
    hidden = seeing.hidden_from(user, names)
    shown = {key: name for key, name in names.items() if key not in hidden}
    return [
        Source(key, title, _without(payload, hidden), shown)
        for (key, title), payload in payloads.items()
    ]


def _without(payload: Payload, hidden: set[str]) -> Payload:
    values = {name: v for name, v in payload.items() if name not in _NEVER}
    links = values.pop("service_at_locations", [])
    kept = [link for link in links if link.get("location_id") not in hidden]
    return {**values, **({"service_at_locations": kept} if kept else {})}
