"""Erasing once more what a restored backup brought back (PRODUCT.md section 6).

A backup is older than the erasures that came after it. What was erased is known by its
marks and by the ids of erased accounts, neither of which says whose it was, so a list
of them can be kept beside the backups and applied to whichever is restored.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.models import Partnership, User
from common.errors import InvalidInput
from directory import blanking
from directory.remembering import Mark, Memory
from workflow.actions.erasing_accounts import NAMELESS, blank_account
from workflow.actions.erasure import KEPT_IN, blank, keep_others_out
from workflow.models import ErasedValue

_COLUMNS = ("kind", "size", "digest", "erased_by_label", "reason")
_LIST = "The list of what was erased"


def erased_so_far() -> dict[str, list[dict[str, Any]]]:
    """What was erased, in JSON: ``values`` by their marks, ``accounts`` by their ids.

    A value that was let in again is not among them.
    """
    rows = ErasedValue.objects.filter(let_in_at=None).select_related("partnership")
    values = [
        {name: getattr(row, name) for name in _COLUMNS}
        | {"erased_at": row.erased_at.isoformat(), "place": row.partnership.slug}
        for row in rows.order_by("erased_at", "pk")
    ]
    gone = User.objects.filter(name=NAMELESS).order_by("pk")
    return {
        "values": values,
        "accounts": [{"id": str(pk)} for pk in gone.values_list("pk", flat=True)],
    }


@transaction.atomic
def erase_again(listed: Mapping[str, Any]) -> int:
    """Erase what a list (:func:`erased_so_far`) names and this database still holds.

    How many entries held it. For the command line alone, which a restore ends with.
    A file that still waits to be read is looked at only for values that stand elsewhere
    too: it is let go of within days (docs/retention.md), and what it brings is refused.
    Raises InvalidInput for what is no such list or names a place that is not here.
    """
    values, accounts = _read(listed)
    new = _remember(values)
    keep_others_out()
    rows = 0
    if new:
        memory = Memory(settings.ERASURE_KEY, dict.fromkeys(new))
        for value in sorted(_standing(memory)):
            rows += len(blank(blanking.wanted(value)))
            keep_others_out()
    for user in User.objects.filter(pk__in=accounts).exclude(name=NAMELESS):
        user.is_active = False
        user.save(update_fields=["is_active"])
        blank_account(user)
        rows += 1
    for place in Partnership.objects.filter(slug__in={v["place"] for v in values}):
        audit.record(
            "erased_again", place, actor=audit.SYSTEM, partnership_id=place.pk,
            after={"rows": rows}, reason="A backup was restored.",
        )  # fmt: skip
    return rows


def _read(listed: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    try:
        values = [
            {name: row[name] for name in (*_COLUMNS, "erased_at", "place")}
            for row in listed["values"]
        ]
        accounts = [row["id"] for row in listed["accounts"]]
    except (KeyError, TypeError):
        raise InvalidInput({"list": f"{_LIST} is not one that Vouch wrote."}) from None
    known = set(Partnership.objects.values_list("slug", flat=True))
    if missing := {row["place"] for row in values} - known:
        names = ", ".join(sorted(missing))
        raise InvalidInput({"list": f"{_LIST} names places not here: {names}."})
    return values, accounts


def _remember(values: Iterable[dict[str, Any]]) -> list[Mark]:
    """Write the marks that are not known here; what they are."""
    places = {place.slug: place for place in Partnership.objects.all()}
    known = set(
        ErasedValue.objects.filter(let_in_at=None).values_list("digest", flat=True)
    )
    new = {row["digest"]: row for row in values if row["digest"] not in known}
    ErasedValue.objects.bulk_create(
        ErasedValue(partnership=places[row.pop("place")], **row)
        for row in [dict(each) for each in new.values()]
    )
    return [Mark(row["kind"], row["size"], digest) for digest, row in new.items()]


def _standing(memory: Memory) -> set[str]:
    """What stands anywhere and bears one of the marks, as it is written there."""
    found: set[str] = set()
    for model, jsons, texts in KEPT_IN:
        rows = model._default_manager.values_list(*jsons, *texts)
        for row in rows.iterator(chunk_size=500):
            for text in _texts(row):
                found |= {text[hit.start : hit.end] for hit in memory.hits(text)}
    return found


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
