"""Bringing a published list of terms in, and keeping up with it.

Read again, a list is brought up to date: new names, terms that came and went. What
went is retired; what a lead retired stays so. Terms are known again by their ids in the
file.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.access import is_administrator
from accounts.models import Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from common.marks import mark
from directory.choices import Facet
from directory.models import Attribute, Taxonomy, TaxonomyTerm
from directory.term_files.found import FoundList, FoundTerm, Problem
from workflow import erased, remits
from workflow.actions.revising import announce
from workflow.actions.terms import lock_owner, lock_place, web_address

NAMESPACE = uuid.UUID("5a1e3c64-7a55-4a0e-8f0d-3c0d5f6b9e21")
_BATCH = 1000
_OF_A_LIST = {"name": 255, "uri": 1000, "version": 50}
"""What people may change of a list, each with the characters that it may have."""
_WRITTEN = ("name", "description", "code", "term_uri", "parent", "retired_on",
            "ended_by_import")  # fmt: skip


@transaction.atomic
def change_list(
    *, by: User, taxonomy_id: Any, was: str, name: str, uri: str, version: str
) -> Taxonomy:
    """Give a list of the place another name, web address or version. ``was`` is what
    :func:`list_as_read` said of what was on the page; what it says already stays.

    Where a record says one of its terms, the list is named too, and so is told anew.
    Raises PermissionDenied, InvalidState, InvalidInput by field.
    """
    place = lock_owner(by, Taxonomy.objects.get(pk=taxonomy_id))
    taxonomy = Taxonomy.objects.select_for_update(no_key=True).get(pk=taxonomy_id)
    before = {each: getattr(taxonomy, each) for each in _OF_A_LIST}
    after = {
        "name": " ".join(name.split()), "uri": web_address("uri", uri),
        "version": " ".join(version.split()),
    }  # fmt: skip
    if after == before:
        return taxonomy
    if was != list_as_read(taxonomy):
        version, uri = taxonomy.version or "none", taxonomy.uri or "none"
        raise InvalidState(
            "Somebody else has changed this list meanwhile, and nothing of yours was "
            f"saved. It is now called “{taxonomy}”; its version: {version}; its web "
            f"address: {uri}. If you save yours, it takes the place of this."
        )
    _need_good(place, taxonomy, after)
    for each, value in after.items():
        setattr(taxonomy, each, value)
    taxonomy.save(update_fields=_OF_A_LIST)
    audit.record(
        "list_changed", taxonomy, actor=by, partnership_id=place.pk,
        before=before, after=after,
    )  # fmt: skip
    if after["name"] != before["name"]:
        announce(*_shown(list(taxonomy.terms.all())))
    return taxonomy


def list_as_read(taxonomy: Taxonomy) -> str:
    """What the form of a page carries of a list: to tell whether it says something
    else by now."""
    return mark(*(getattr(taxonomy, each) for each in _OF_A_LIST))


def _need_good(place: Partnership, taxonomy: Taxonomy, said: dict[str, str]) -> None:
    """Raise InvalidInput for a name that is none or another list's, for what is too
    long, and for what was erased."""
    if not said["name"]:
        raise InvalidInput({"name": "Give the list a name."})
    for each, most in _OF_A_LIST.items():
        if len(said[each]) > most:
            raise InvalidInput({each: f"Keep it to {most} characters."})
    others = Taxonomy.objects.filter(Q(partnership=place) | Q(used_by=place))
    same = others.filter(name__iexact=said["name"]).exclude(pk=taxonomy.pk)
    if same.exists():
        raise InvalidInput(
            {"name": f"There is another list called “{said['name']}” already."}
        )
    erased.refuse(said)


@dataclass
class Brought:
    """What came of one list: how many terms are new, changed, as before, retired."""

    taxonomy: Taxonomy
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers, for the audit trail and for people."""
        return {
            "new": self.new, "changed": self.changed, "unchanged": self.unchanged,
            "retired": self.retired, "left out": len(self.problems),
        }  # fmt: skip


@transaction.atomic
def import_lists(
    *, by: User, place: Partnership | None, lists: Sequence[FoundList]
) -> list[Brought]:
    """Write what a file holds: as lists of a place, or as shared ones without one.

    Those of a place are brought in by its lead, shared ones by an administrator.
    Raises PermissionDenied, InvalidInput.
    """
    if place is not None:
        place = lock_place(by, place.pk)
    elif not is_administrator(by):
        raise PermissionDenied("Only an administrator brings in a shared list.")
    return write_lists(place=place, lists=lists, by=by)


def write_lists(
    *, place: Partnership | None, lists: Iterable[FoundList], by: User | str
) -> list[Brought]:
    """The same without asking who may, inside the caller's transaction."""
    return [_write(place, each, by) for each in lists]


def _write(place: Partnership | None, found: FoundList, by: User | str) -> Brought:
    _leave_out_erased(found)
    taxonomy = _taxonomy(place, found)
    brought = Brought(taxonomy, problems=found.problems)
    # Locked, so that two runs of the same list follow one another.
    Taxonomy.objects.select_for_update(no_key=True).get(pk=taxonomy.pk)
    known = {term.pk: term for term in taxonomy.terms.all()}
    ids = {key: uuid.uuid5(taxonomy.pk, key) for key in found.terms}
    new, changed = [], []
    for key, said in found.terms.items():
        term = known.get(ids[key])
        if term is None:
            term = TaxonomyTerm(pk=ids[key], taxonomy=taxonomy)
            new.append(term)
            _put(term, said, ids)
        elif _put(term, said, ids):
            changed.append(term)
    gone = _gone(known, set(ids.values()))
    brought.new, brought.changed, brought.retired = len(new), len(changed), len(gone)
    brought.unchanged = len(ids) - len(new) - len(changed)
    _store(new, [*changed, *gone])
    audit.record(
        "list_imported", taxonomy, actor=by,
        partnership_id=place.pk if place else None, after=brought.counts,
    )  # fmt: skip
    announce(*_shown([*changed, *gone]))
    if (changed or gone) and taxonomy.facet == Facet.SERVICE_TYPE:
        users = [place] if place else list(taxonomy.used_by.order_by("pk"))
        remits.change_rules([each.pk for each in users])
        for each in users:
            remits.work_out(each.pk)
    return brought


def _leave_out_erased(found: FoundList) -> None:
    """Read the list without the terms that hold what was erased."""
    known = erased.memory()
    if known is None:
        return
    for key, term in list(found.terms.items()):
        marks = [*known.every(term.name), *known.every(term.description)]
        if marks:
            told = erased.not_taken(known.known[each.digest] for each in marks)
            found.say(term.row, "", told)
            del found.terms[key]


def _taxonomy(place: Partnership | None, found: FoundList) -> Taxonomy:
    """The list that is read again, or a new one. Raises InvalidInput."""
    root = uuid.UUID(str(place.pk)) if place else NAMESPACE
    key = uuid.uuid5(root, f"list/{found.origin}")
    same = Taxonomy.objects.filter(partnership=place, name=found.name)
    if same.exclude(pk=key).exists():
        raise InvalidInput(
            f"There is another list called “{found.name}” already. Give that one "
            "another name on its page, then bring this one in."
        )
    values = {
        name: getattr(found, name)
        for name in ("name", "facet", "description", "uri", "version", "licence",
                     "attribution", "origin")
    }  # fmt: skip
    taxonomy, _ = Taxonomy.objects.update_or_create(
        pk=key, defaults={"partnership": place, **values}
    )
    return taxonomy


def _put(term: TaxonomyTerm, said: FoundTerm, ids: dict[str, uuid.UUID]) -> bool:
    """Let a term say what the file says; whether that is something else."""
    before = _values(term)
    term.name, term.description = said.name, said.description
    term.code, term.term_uri = said.code, said.uri
    term.parent_id = ids.get(said.above)
    if said.ended:
        _end(term)
    elif term.ended_by_import:
        term.retired_on, term.ended_by_import = None, False
        term.replaced_by = None
    return before != _values(term)


def _values(term: TaxonomyTerm) -> tuple[Any, ...]:
    return (
        term.name, term.description, term.code, term.term_uri, term.parent_id,
        term.retired_on,
    )  # fmt: skip


def _end(term: TaxonomyTerm) -> None:
    if term.retired_on is None:
        term.retired_on, term.ended_by_import = clock.today(), True
        term.plain_position = None


def _gone(
    known: dict[uuid.UUID, TaxonomyTerm], there: set[uuid.UUID]
) -> list[TaxonomyTerm]:
    """The terms that the file has no more, retired; those of people's own stay."""
    gone = [
        term
        for pk, term in known.items()
        if pk not in there and term.retired_on is None and term.from_import
    ]
    for term in gone:
        _end(term)
    return gone


def _store(new: list[TaxonomyTerm], changed: list[TaxonomyTerm]) -> None:
    """Codes and addresses may change hands, so they are let go of first."""
    keys = [term.pk for term in changed]
    TaxonomyTerm.objects.filter(pk__in=keys).update(code="", term_uri="")
    parents = {term.pk: term.parent_id for term in new}
    for term in new:
        term.parent_id, term.from_import = None, True
    TaxonomyTerm.objects.bulk_create(new, batch_size=_BATCH)
    for term in new:
        term.parent_id = parents[term.pk]
    nested = [term for term in new if term.parent_id]
    TaxonomyTerm.objects.bulk_update(nested, ["parent"], batch_size=_BATCH)
    TaxonomyTerm.objects.bulk_update(
        changed, [*_WRITTEN, "replaced_by", "plain_position"], batch_size=_BATCH
    )


def _shown(terms: list[TaxonomyTerm]) -> list[uuid.UUID]:
    """Those of the terms that some record says, or said before one stood for it."""
    keys = [term.pk for term in terms]
    said = Attribute.objects.filter(
        Q(taxonomy_term__in=keys) | Q(taxonomy_term__replaced_by__isnull=False)
    ).values_list("taxonomy_term", "taxonomy_term__replaced_by")
    found = {key for pair in said.distinct() for key in pair}
    return [key for key in keys if key in found]
