"""The versions of a record and what happened to it, in words."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import AuditEvent
from directory import diff, gate
from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import List
from workflow import naming, queries, seeing, showing, wording
from workflow.choices import Evidence
from workflow.models import Listing, Record, Revision
from workflow.queries import Told
from workflow.views.deciding_rows import METHODS

HAPPENED = {
    "listing_submitted": "Sent in",
    "listing_returned": "Returned to its author",
    "listing_declined": "Declined",
    "listing_appealed": "Appealed",
    "listing_reopened": "Sent back to be decided again",
    "submission_withdrawn": "Taken back by its author",
    "listing_assured": "Checked",
    "check_undone": "The check was undone",
    "listing_published": "Published",
    "listing_hidden": "Hidden from the public",
    "reasons_lifted": "What stood against it was lifted",
    "listing_confirmed": "“Nothing has changed”, say those who run it",
    "listing_seen": "“Still right”, says somebody who was there",
    "listing_handed_over": "Handed over",
    "listing_moved_home": "Handed over to another place",
    "entry_marked": "It was said what kind of entry it is",
    "listing_split": "Found to be two services: a part of it went its own way",
    "listing_split_off": "Split off from another service",
    "critical_set": "The mark “critical” was changed",
}
"""Audit verbs about a listing that are told to partners, in words."""


def versions(listing: Listing, *, keeps: bool) -> QuerySet[Revision]:
    """Every version of a service and of what it shows now, newest first.

    Those of a place that is secret, or was when they were made, are for those who keep
    the record alone.
    """
    own = str(listing.record_id)
    others = set(queries.whole(listing).numbers) - {own}
    found = Revision.objects.filter(record_id__in={own, *others})
    if not keeps:
        others -= seeing.hidden_ids(others, seeing.PARTNERS)
        found = Revision.objects.filter(record_id__in={own, *others}).exclude(
            record__kind=Kind.LOCATION, payload__contains={"sensitive": True}
        )
    return found.select_related("record", "decision__proposal").order_by(
        "-made_at", "record_id", "-number"
    )


def later_versions(listing: Listing, *, keeps: bool) -> QuerySet[Revision]:
    """Those of them that changed what was there from the beginning."""
    return versions(listing, keeps=keeps).exclude(number=1)


def versions_of(record: Record, *, keeps: bool) -> QuerySet[Revision]:
    """Every version of an organization or a place by itself, newest first."""
    found = Revision.objects.filter(record=record)
    if not keeps:
        found = found.exclude(
            record__kind=Kind.LOCATION, payload__contains={"sensitive": True}
        )
    return found.select_related("record", "decision__proposal").order_by("-number")


def described(rows: Iterable[Revision], *, keeps: bool) -> list[dict[str, Any]]:
    """Versions with who supplied and accepted what, and the differences marked."""
    found = list(rows)
    before = _before(found)
    values = [
        diff.at(payload, path)
        for revision in found
        for path in revision.paths
        for payload in (revision.payload, before.get(_key(revision, -1), {}))
    ]
    names = naming.names([v for v in values if isinstance(v, dict)]
                         + [r.payload for r in found])  # fmt: skip
    see = showing.EVERYTHING if keeps else showing.FOR_PARTNERS
    if not keeps:
        before = {key: {} if p.get("sensitive") else p for key, p in before.items()}
        names = seeing.without_secrets(
            names, [*before.values(), *(r.payload for r in found)]
        )
    homes: set[Any] = set() if keeps else _homes(found)
    told = queries.informants(found) if keeps else {}
    changed, moved = queries.changed_first(found), queries.followed(found)
    return [
        _described(
            r, before, names, see, told, changed, moved, is_home=r.record_id in homes
        )
        for r in found
    ]


def _homes(rows: Sequence[Revision]) -> set[Any]:
    """Which of these records are places that somebody lives at, now or then."""
    then = {r.record_id for r in rows if r.payload.get("home")}
    now = Record.objects.filter(
        pk__in={r.record_id for r in rows}, revision__payload__home=True
    )
    return then | set(now.values_list("pk", flat=True))


def _key(revision: Revision, step: int = 0) -> tuple[Any, int]:
    return revision.record_id, revision.number + step


def _before(rows: Sequence[Revision]) -> dict[tuple[Any, int], dict[str, Any]]:
    """The payloads of the versions before these."""
    where = Q(pk__in=[])
    for revision in rows:
        where |= Q(record_id=revision.record_id, number=revision.number - 1)
    return {_key(r): r.payload for r in Revision.objects.filter(where)}


def _described(
    revision: Revision,
    before: dict[tuple[Any, int], dict[str, Any]],
    names: dict[str, str],
    see: frozenset[Visibility],
    told: Mapping[tuple[Any, str, str], Told],
    changed: Set[tuple[Any, str, str]],
    moved: Set[tuple[Any, str, str]],
    *,
    is_home: bool,
) -> dict[str, Any]:
    entity = RECORDS[revision.record.kind]
    old = before.get(_key(revision, -1), {})
    rows, unseen = [], 0
    for path in revision.paths:
        try:
            item = diff.declaration(entity, path)
        except KeyError:
            continue  # a field that was declared once and is not any more
        if item.visibility not in see or (is_home and gate.tells_home(path)):
            unseen += 1
            continue
        sides = wording.compare(
            showing.say(item, diff.at(old, path), names),
            showing.say(item, diff.at(revision.payload, path), names),
        )
        label = item.entity.label if isinstance(item, List) else item.label
        key = (revision.decision_id, str(revision.record_id), path)
        by = told.get(key)
        rows.append(
            {
                "label": label,
                "before": sides.before,
                "after": sides.after,
                "told": by.words if by else "",
                "is_changed": key in changed,
                "is_followed": key in moved,
            }
        )
    name = seeing.UNNAMED if is_home else str(revision.record)
    supplied_rows = [row for row in rows if not row["is_followed"]]
    decision = revision.decision
    supplied = decision.proposal.proposer_label if decision else ""
    return {
        "revision": revision,
        "record_label": f"{entity.label}: {name}",
        "is_first": revision.number == 1,
        "rows": rows,
        "unseen": unseen,
        "all_changed": bool(supplied_rows)
        and all(row["is_changed"] for row in supplied_rows),
        "supplied": supplied or revision.made_by_label,
        "accepted": revision.made_by_label,
        "body": decision.body_label if decision else "",
        "evidence": Evidence.said(decision.proposal.evidence) if decision else "",
        "method": METHODS.get(revision.method, revision.method),
        "single_handed": bool(decision and decision.single_handed),
        "undone": bool(decision and decision.undone_at),
    }


def happenings(listing: Listing, *, keeps: bool) -> list[dict[str, Any]]:
    """What happened to a listing, newest first; reasons only for those who keep it."""
    rows = AuditEvent.objects.filter(
        object_id=listing.pk, verb__in=list(HAPPENED)
    ).order_by("-id")
    return [happening(row, HAPPENED[row.verb], keeps=keeps) for row in rows]


def changes(listing: Listing, most: int, *, keeps: bool) -> list[dict[str, Any]]:
    """The newest changes that were accepted, in the form of :func:`happenings`; what
    was there from the beginning is none."""
    newer = later_versions(listing, keeps=keeps)[:most]
    return [
        {
            "text": f"Changed: {', '.join(row['label'].lower() for row in one['rows'])}"
            if one["rows"]
            else "Changed, in what is not for everybody",
            "at": one["revision"].made_at,
            "by": one["accepted"],
            "detail": "",
        }
        for one in described(newer, keeps=keeps)
    ]


def happening(row: AuditEvent, text: str, *, keeps: bool) -> dict[str, Any]:
    """One thing that happened, for a list of them."""
    return {
        "text": text,
        "at": row.at,
        "by": f"{row.actor_label} for {row.body_label}"
        if row.body_label
        else row.actor_label,
        "detail": row.reason if keeps else "",
    }
