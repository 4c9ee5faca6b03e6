"""What a lead does with the lists of terms of a place.

Everything that changes a list of a place waits for the place, so that two leads never
make a ring of parents or replacements between them. What a term says is rendered anew
wherever it stands, through the outbox; no record changes (ADR 14).
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from accounts import audit
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput, InvalidState
from common.marks import mark
from common.models import as_uuid
from directory import terms
from directory.choices import Facet
from directory.freshness import full_date
from directory.models import Taxonomy, TaxonomyTerm, TermMapping
from directory.starter import LISTS, starter_id, write_starter_lists
from directory.text import normalise_url
from workflow import access, erased, remits
from workflow.actions.revising import announce

MOST_PLAIN_NEEDS = 6
MOST_OTHER_WORDS = 20
LEADING = (Facet.NEED, Facet.CIRCUMSTANCE)
"""What leads to service types."""


def lock_place(by: User, place_id: Any) -> Partnership:
    """The place, locked. Raises PermissionDenied for who does not keep its lists."""
    erased.keep_out()
    place = Partnership.objects.select_for_update(no_key=True).get(pk=place_id)
    if not access.can_in_place(by, Permission.KEEP_TERMS, place):
        raise PermissionDenied(f"The lists of terms are for those who lead {place}.")
    return place


def lock_owner(by: User, taxonomy: Taxonomy) -> Partnership:
    """The place whose list it is, locked. Raises PermissionDenied."""
    if taxonomy.partnership_id is None:
        raise PermissionDenied("A shared list is changed by nobody: it is imported.")
    return lock_place(by, taxonomy.partnership_id)


def _lock_term(by: User, term_id: Any) -> tuple[Partnership, TaxonomyTerm]:
    """A term as it is once its place is locked."""
    found = TaxonomyTerm.objects.select_related("taxonomy").get(pk=term_id)
    place = lock_owner(by, found.taxonomy)
    return place, TaxonomyTerm.objects.select_related(
        "taxonomy", "parent", "replaced_by"
    ).get(pk=term_id)


def _save(term: TaxonomyTerm) -> None:
    """Validate and store. Raises InvalidInput by field."""
    try:
        term.full_clean(validate_constraints=False)
    except ValidationError as error:
        raise InvalidInput(
            {name: " ".join(told) for name, told in error.message_dict.items()}
        ) from error
    _need_unlike(term)
    erased.refuse({"name": term.name, "description": term.description})
    term.save()


def _need_unlike(term: TaxonomyTerm) -> None:
    """Raise InvalidInput where another term of the list has its name or its code."""
    others = TaxonomyTerm.objects.filter(taxonomy=term.taxonomy).exclude(pk=term.pk)
    beside = others.filter(parent=term.parent, retired_on=None)
    if beside.annotate(low=Lower("name")).filter(low=term.name.lower()).exists():
        raise InvalidInput({"name": f"“{term.name}” is on the list already."})
    for name, words in (("code", "code"), ("term_uri", "web address")):
        value = getattr(term, name)
        if value and others.filter(**{name: value}).exists():
            raise InvalidInput({name: f"Another term of the list has this {words}."})


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise InvalidInput({"name": "Give the term a name."})
    return cleaned


def web_address(field: str, typed: str) -> str:
    """A web address as it is kept, ``""`` for none. Raises InvalidInput by field."""
    try:
        return normalise_url(typed) if typed.strip() else ""
    except ValueError as error:
        raise InvalidInput({field: str(error)}) from None


def _note(
    verb: str, place: Partnership, term: TaxonomyTerm, by: User, **values: Any
) -> None:
    audit.record(verb, term, actor=by, partnership_id=place.pk, **values)


# --- one term -------------------------------------------------------------------------


@transaction.atomic
def add_term(
    *,
    by: User,
    taxonomy_id: Any,
    name: str,
    description: str = "",
    parent_id: Any = None,
    code: str = "",
    term_uri: str = "",
) -> TaxonomyTerm:
    """Put a term on a list of the place, below another or at the top.

    Raises PermissionDenied, InvalidState, InvalidInput by field.
    """
    taxonomy = Taxonomy.objects.get(pk=taxonomy_id)
    place = lock_owner(by, taxonomy)
    term = TaxonomyTerm(
        taxonomy=taxonomy, name=_named(name), description=description.strip(),
        parent=_parent(taxonomy, parent_id), code=code.strip(),
        term_uri=web_address("term_uri", term_uri),
    )  # fmt: skip
    _save(term)
    _note("term_added", place, term, by, after={"list": taxonomy.name})
    return term


def _parent(taxonomy: Taxonomy, parent_id: Any) -> TaxonomyTerm | None:
    """The term to put another below; None for the top of the list."""
    if not parent_id:
        return None
    parent = TaxonomyTerm.objects.filter(pk=parent_id, taxonomy=taxonomy).first()
    if parent is None:
        raise InvalidInput({"parent": "Choose a term of the same list."})
    if parent.retired_on:
        raise InvalidState(f"“{parent}” was retired meanwhile: choose another.")
    return parent


@transaction.atomic
def rename_term(
    *, by: User, term_id: Any, was: str, name: str, description: str = ""
) -> TaxonomyTerm:
    """Give a term another name or description. ``was`` is what :func:`term_as_read`
    said of what was on the page; what it says already stays. Raises PermissionDenied,
    InvalidState, InvalidInput by field."""
    place, term = _lock_term(by, term_id)
    before = {"name": term.name, "description": term.description}
    after = {"name": _named(name), "description": description.strip()}
    if after == before:
        return term
    if was != term_as_read(term):
        belongs = f"“{term.description}”" if term.description else "not said"
        raise InvalidState(
            "Somebody else has changed this term meanwhile, and nothing of yours was "
            f"saved. It is now called “{term}”; what belongs to it: {belongs}. If you "
            "save yours, it takes the place of this."
        )
    term.name, term.description = after["name"], after["description"]
    _save(term)
    _note("term_renamed", place, term, by, before=before, after=after)
    announce(term.pk)
    return term


def term_as_read(term: TaxonomyTerm) -> str:
    """What the form of a page carries of a term's name and description: to tell whether
    it says something else by now."""
    return mark(term.name, term.description)


@transaction.atomic
def set_term_code(
    *, by: User, term_id: Any, was: tuple[str, str], code: str, term_uri: str
) -> TaxonomyTerm:
    """Say by which code and web address others know a term: what a feed says by one of
    them is then known as this term, and both are published.

    ``was`` are the code and the address that were on the page; what is so already
    stays. Each is on a list once.
    Raises PermissionDenied, InvalidState, InvalidInput by field.
    """
    place, term = _lock_term(by, term_id)
    before = {"code": term.code, "term_uri": term.term_uri}
    after = {
        "code": " ".join(code.split()), "term_uri": web_address("term_uri", term_uri),
    }  # fmt: skip
    if after == before:
        return term
    if (term.code, term.term_uri) != tuple(was):
        raise InvalidState(
            f"Somebody changed the code or address of “{term}” just now. Look again."
        )
    erased.refuse(after)
    term.code, term.term_uri = after["code"], after["term_uri"]
    _save(term)
    _note("term_code_set", place, term, by, before=before, after=after)
    announce(term.pk)
    return term


@transaction.atomic
def set_other_words(
    *, by: User, term_id: Any, was: Collection[str], words: Iterable[str]
) -> TaxonomyTerm:
    """Say what people say instead of a term's name: who looks for that finds it.

    ``was`` are those that were on the page; what is so already stays. An empty one is
    passed over, and one that says the same as another is kept once. Raises
    PermissionDenied, InvalidState, InvalidInput.
    """
    place, term = _lock_term(by, term_id)
    found: dict[str, str] = {}
    for text in words:
        cleaned = " ".join(text.split())
        if cleaned and cleaned.casefold() != term.name.casefold():
            found.setdefault(cleaned.casefold(), cleaned)
    if len(found) > MOST_OTHER_WORDS or any(len(one) > 100 for one in found):
        raise InvalidInput(
            {"words": f"Give {MOST_OTHER_WORDS} at most, each of 100 letters at most."}
        )
    after = list(found.values())
    if after == term.other_words:
        return term
    if list(was) != term.other_words:
        raise InvalidState(f"Somebody changed the words of “{term}” just now.")
    erased.refuse({"words": "\n".join(after)})
    before, term.other_words = term.other_words, after
    term.save(update_fields=["other_words"])
    _note("other_words_set", place, term, by, before=before, after=after)
    return term


@transaction.atomic
def move_term(
    *, by: User, term_id: Any, was: Any = None, parent_id: Any = None
) -> TaxonomyTerm:
    """Put a term with all below it under another, or at the top of its list.

    ``was`` is the id of what it was below on the page; where it is already, it stays.
    Raises PermissionDenied, InvalidState, InvalidInput.
    """
    place, term = _lock_term(by, term_id)
    if str(term.parent_id or "") == str(parent_id or ""):
        return term
    if str(term.parent_id or "") != str(was or ""):
        raise InvalidState(f"Somebody moved “{term}” just now. Look again.")
    parent = _parent(term.taxonomy, parent_id)
    if parent and parent.pk in _and_below(term):
        raise InvalidInput({"parent": f"“{parent}” is below it: choose another."})
    before, term.parent = str(term.parent or ""), parent
    _save(term)
    _note("term_moved", place, term, by, before=before, after=str(parent or ""))
    _route_by(place, term)
    announce(term.pk)
    return term


def _route_by(place: Partnership, term: TaxonomyTerm) -> None:
    """What is below what decides in whose area of work a service is."""
    if term.taxonomy.facet == Facet.SERVICE_TYPE:
        remits.change_rules([place.pk])
        remits.work_out(place.pk)


def _and_below(term: TaxonomyTerm) -> set[uuid.UUID]:
    """Ids of a term and all below it, also of those that are retired."""
    found, last = {term.pk}, {term.pk}
    while last:
        rows = TaxonomyTerm.objects.filter(parent__in=last).exclude(pk__in=found)
        last = set(rows.values_list("pk", flat=True))
        found |= last
    return found


@transaction.atomic
def retire_term(*, by: User, term_id: Any, replacement_id: Any = None) -> TaxonomyTerm:
    """Let nobody choose a term any more, and another stand for it where it is shown.

    Without a replacement, what says it goes on saying it until somebody changes that.
    Raises PermissionDenied, InvalidState, InvalidInput.
    """
    place, term = _lock_term(by, term_id)
    if term.retired_on:
        raise InvalidState(f"“{term}” was retired on {full_date(term.retired_on)}.")
    if term.children.filter(retired_on=None).exists():
        raise InvalidInput(
            f"Other terms are below “{term}”: move or retire those first."
        )
    term.replaced_by = _replacement(place, term, replacement_id)
    term.retired_on, term.plain_position = clock.today(), None
    term.save()
    _note("term_retired", place, term, by, after=str(term.replaced_by or ""))
    _route_by(place, term)
    announce(term.pk)
    return term


def _replacement(
    place: Partnership, term: TaxonomyTerm, replacement_id: Any
) -> TaxonomyTerm | None:
    """A term in use, for the same purpose, that may stand for this one.

    As it is in use, nothing stands for it, so no ring can come of this.
    """
    if not replacement_id:
        return None
    facet = Facet(term.taxonomy.facet)
    found = terms.terms_of(place, facet, retired=True).filter(pk=replacement_id).first()
    if found is None or found.pk == term.pk:
        raise InvalidInput(
            {"replacement": "Choose another term from a list for the same purpose."}
        )
    if found.retired_on:
        raise InvalidState(f"“{found}” was retired meanwhile: choose another.")
    return found


@transaction.atomic
def restore_term(*, by: User, term_id: Any) -> TaxonomyTerm:
    """Take back that a term was retired: it may be chosen, and stands for itself.

    Raises PermissionDenied, InvalidState, InvalidInput.
    """
    place, term = _lock_term(by, term_id)
    if term.retired_on is None:
        raise InvalidState(f"“{term}” is in use already.")
    if term.parent and term.parent.retired_on:
        raise InvalidInput(f"It is below “{term.parent}”: take that back first.")
    before = str(term.replaced_by or "")
    term.retired_on, term.replaced_by = None, None
    _save(term)
    _note("term_restored", place, term, by, before=before)
    _route_by(place, term)
    announce(term.pk)
    return term


# --- what leads where -----------------------------------------------------------------


@transaction.atomic
def set_mapping(
    *, by: User, term_id: Any, was: Collection[Any], type_ids: Collection[Any]
) -> TaxonomyTerm:
    """Say to which service types a need or a circumstance leads.

    ``was`` are the ids that were ticked on the page; what is so already stays. Raises
    PermissionDenied, InvalidState, InvalidInput.
    """
    place, term = _lock_term(by, term_id)
    if term.taxonomy.facet not in LEADING:
        raise InvalidInput("Only needs and circumstances lead to kinds of service.")
    known = {str(pk): name for pk, name in term.leads_to.values_list("pk", "name")}
    wanted = {str(key) for key in map(as_uuid, type_ids) if key}
    if wanted == set(known):
        return term
    if set(known) != {str(key) for key in was}:
        raise InvalidState(
            f"Somebody changed what “{term}” leads to just now. Look again."
        )
    types = terms.terms_of(place, Facet.SERVICE_TYPE).filter(pk__in=wanted - set(known))
    new = {str(row.pk): row for row in types}
    if wanted - set(known) - set(new):
        raise InvalidInput({"types": "Choose from the kinds of service in use."})
    term.mappings.exclude(to_term__in=[uuid.UUID(key) for key in wanted]).delete()
    TermMapping.objects.bulk_create(
        TermMapping(from_term=term, to_term=row) for row in new.values()
    )
    kept = [name for key, name in known.items() if key in wanted]
    _note(
        "mapping_set", place, term, by, before=sorted(known.values()),
        after=sorted([*kept, *(row.name for row in new.values())]),
    )  # fmt: skip
    return term


@transaction.atomic
def set_plain_needs(
    *, by: User, place: Partnership, was: Sequence[Any], term_ids: Sequence[Any]
) -> None:
    """Choose the needs that the public front page begins with, in this order.

    ``was`` are those it began with on the page; what is so already stays. Raises
    PermissionDenied, InvalidState, InvalidInput.
    """
    place = lock_place(by, place.pk)
    before = [need.term for need in terms.plain_needs(place)]
    wanted, stands = [str(key) for key in term_ids], [str(term.pk) for term in before]
    if wanted == stands:
        return
    if stands != [str(key) for key in was]:
        raise InvalidState("Somebody chose other needs just now. Look again.")
    if len(set(wanted)) < len(wanted) or len(wanted) > MOST_PLAIN_NEEDS:
        raise InvalidInput(f"Choose each once, and {MOST_PLAIN_NEEDS} at most.")
    own = terms.terms_of(place, Facet.NEED).filter(taxonomy__partnership=place)
    chosen = {str(term.pk): term for term in own.filter(pk__in=wanted)}
    if set(wanted) - set(chosen):
        raise InvalidInput("Choose from the needs of your own lists.")
    TaxonomyTerm.objects.filter(pk__in=[term.pk for term in before]).update(
        plain_position=None
    )
    for position, key in enumerate(wanted, 1):
        chosen[key].plain_position = position
        chosen[key].save(update_fields=["plain_position"])
    audit.record(
        "plain_needs_set", place, actor=by, partnership_id=place.pk,
        before=[str(term) for term in before],
        after=[str(chosen[key]) for key in wanted],
    )  # fmt: skip


# --- whole lists ----------------------------------------------------------------------


@transaction.atomic
def add_starter_lists(*, by: User, place: Partnership) -> list[Taxonomy]:
    """Give a place that has none of its own the lists that we begin with.

    Raises PermissionDenied, InvalidState.
    """
    place = lock_place(by, place.pk)
    names = Q(name__in=[name for _, name, _ in LISTS])
    renamed = Q(pk__in=[starter_id(place, facet) for facet, _, _ in LISTS])
    taken = place.taxonomies.filter(names | renamed).first()
    if taken:
        raise InvalidState(f"{place} has a list called “{taken}” already.")
    lists = write_starter_lists(place)
    audit.record("starter_lists_added", place, actor=by, partnership_id=place.pk)
    return lists


@transaction.atomic
def use_list(*, by: User, place: Partnership, taxonomy_id: Any, use: bool) -> Taxonomy:
    """Use a shared list in a place from now on, or no more.

    What carries its terms keeps them. Raises PermissionDenied, InvalidState.
    """
    place = lock_place(by, place.pk)
    taxonomy = Taxonomy.objects.get(pk=taxonomy_id, partnership=None)
    if taxonomy.used_by.filter(pk=place.pk).exists() == use:
        raise InvalidState(
            f"{place} uses “{taxonomy}” already."
            if use
            else f"{place} does not use “{taxonomy}” any more."
        )
    if use:
        taxonomy.used_by.add(place)
    else:
        taxonomy.used_by.remove(place)
    audit.record(
        "list_taken_up" if use else "list_left", taxonomy, actor=by,
        partnership_id=place.pk,
    )  # fmt: skip
    return taxonomy
