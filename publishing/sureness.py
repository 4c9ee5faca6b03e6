"""How sure a published record is, in words for anybody. Pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from directory import freshness
from directory.choices import EntryKind
from directory.entries import host
from publishing.choices import HOW_CHECKED
from publishing.models import PublishedService
from publishing.render import Document
from workflow import standing
from workflow.standing import Keeper


def grade(row: PublishedService, today: dt.date) -> str:
    """How fresh a published record is; being due soon is no matter of the public's."""
    if row.due_on is None or row.overdue_on is None or row.lapsed_on is None:
        return freshness.NEVER
    if today >= row.lapsed_on:
        return freshness.LAPSED
    if today >= row.overdue_on:
        return freshness.OVERDUE
    return freshness.DUE if today >= row.due_on else freshness.CURRENT


def warning(row: PublishedService, today: dt.date) -> str:
    """What to say of a doubt or of a check that is late; ``""`` where there is none."""
    if row.being_checked:
        return standing.BEING_CHECKED
    if row.due_on is None or today < row.due_on:
        return ""
    due = freshness.full_date(row.due_on)
    if today == row.due_on:
        return f"It is to be checked again today, {due}."
    ago = freshness.age_in_words(row.due_on, today)
    return (
        f"It was to be checked again by {due} ({ago}), and nobody has done so yet. "
        "Much of it may well still be right: ring first."
    )


def entry(row: PublishedService, document: Document) -> str:
    """What an entry is that is no service one can go to; ``""`` for all others."""
    if row.entry == EntryKind.SIGNPOST:
        phones = [phone["number"] for phone in document.get("phones", [])]
        there = host(document.get("url")) or "".join(phones[:1]) or "somebody else"
        return (
            f"This entry points to {there}. When it happens, where and for whom stands "
            "there and not here."
        )
    if row.entry == EntryKind.BODY:
        who = document.get("organization", {}).get("name") or row.title
        return f"This entry tells who {who} is. It is not one of the services it runs."
    return ""


@dataclass(frozen=True)
class Credit:
    """Who keeps a record, and who checked it how; ``""`` for what is not known."""

    keeper: Keeper
    checked_by: str
    how: str


def credit(row: PublishedService, document: Document, place: Any) -> Credit:
    """Whom to thank, and to ask: bodies, never a person. ``place`` keeps it."""
    body = row.body_label
    keeps = standing.keeper(
        provider=document.get("organization", {}).get("name", ""),
        by_provider=row.kept_by_provider,
        checked_by=body,
        place=place.name if place else "",
    )
    return Credit(
        keeper=keeps,
        checked_by="" if body == keeps.name else body,
        how=HOW_CHECKED.get(row.checked_how, ""),
    )
