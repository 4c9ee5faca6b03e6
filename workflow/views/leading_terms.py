"""The lists of terms of a place, for its lead."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common.errors import InvalidInput, InvalidState
from common.forms import PlainForm
from common.models import as_uuid
from common.templatetags.vouch import counted
from directory import terms
from directory.choices import TAGGED, Facet
from directory.models import Taxonomy, TaxonomyTerm
from directory.term_files.found import NotAList
from directory.term_files.reading import MOST_BYTES, read_lists
from workflow import term_uses
from workflow.actions.term_lists import (
    Brought,
    change_list,
    import_lists,
    list_as_read,
)
from workflow.actions.terms import (
    add_starter_lists,
    add_term,
    set_plain_needs,
    use_list,
)
from workflow.term_forms import (
    AddTermForm,
    FindTermForm,
    ImportForm,
    ListForm,
    PlainNeedsForm,
)
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led, shared

ON_A_PAGE = 100
Rows = list[dict[str, Any]]
"""Of a summary list."""
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
COLUMNS = [
    {"label": "Term", "number": False},
    {"label": "What belongs to it", "number": False},
    {"label": "Records", "number": True},
    {"label": "State", "number": False},
]


# --- every list -----------------------------------------------------------------------


@permitted(holding(Permission.KEEP_TERMS))
@GET_AND_POST
def lists(request: HttpRequest) -> HttpResponse:
    """Every list by what it is for; a term is found on all of them at once."""
    place = place_led(request, Permission.KEEP_TERMS)
    act, brought = request.POST.get("act", ""), list[Brought]()
    if act in _BUTTONS:
        _act(request, place, act)
        return redirect("workflow:terms")
    upload = ImportForm(*((request.POST, request.FILES) if act == "import" else ()))
    if upload.is_bound and upload.is_valid():
        brought = _bring_in(request, place, upload)
    form, status, stands = _plain_form(request, place), 200, Rows()
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: set_plain_needs(
                by=person(request), place=place, term_ids=form.chosen,
                was=form.cleaned_data["was"].split(),
            ),
            form,
        )  # fmt: skip
        if status == DONE:
            messages.success(request, "The front page begins with these from now on.")
            return redirect("workflow:terms")
        if status == 409:  # who has read what stands may save theirs
            now = [need.term for need in terms.plain_needs(place)]
            was = names_of(place, form.cleaned_data["was"].split())
            stands = changed_meanwhile("It begins with", was, map(str, now))
            keys = " ".join(str(term.pk) for term in now)
            form.data = request.POST.dict() | {"was": keys}
    find = FindTermForm(request.GET)
    asked = find.cleaned_data["q"] if find.is_valid() else ""
    context = {
        **shared(request, place, "terms"),
        "find": find,
        "asked": asked,
        "found": _found(place, asked) if asked else None,
        "columns": [{"label": "Term"}, {"label": "List"}, {"label": "State"}],
        "facets": _facets(place),
        "unused": _unused(place),
        "has_own": place.taxonomies.exists(),
        "form": form,
        "stands": stands,
        "upload": upload,
        "refused": [one for one in (form, upload) if one.is_bound],
        "brought": brought,
    }
    return render(request, "workflow/leading/terms.html", context, status=status)


_BUTTONS = ("starter", "use", "leave")


def _bring_in(
    request: HttpRequest, place: Partnership, form: ImportForm
) -> list[Brought]:
    """Read what was sent; what came of each list, or why nothing did, at the field."""
    sent = form.cleaned_data["file"]
    try:
        lists = read_lists(sent.read(MOST_BYTES + 1))
        return import_lists(by=person(request), place=place, lists=lists)
    except NotAList as error:
        form.add_error("file", error.sentence)
    except InvalidInput as error:
        form.add_error("file", str(error))
    return []


def _act(request: HttpRequest, place: Partnership, act: str) -> None:
    """What a single button does, told on the page it leads back to."""
    user = person(request)
    try:
        if act == "starter":
            add_starter_lists(by=user, place=place)
            messages.success(request, "Your lists are there. Change them as you like.")
        else:
            key = as_uuid(request.POST.get("list"))
            found = get_object_or_404(Taxonomy, pk=key, partnership=None)
            use_list(by=user, place=place, taxonomy_id=found.pk, use=act == "use")
            said = "can be chosen from now on" if act == "use" else "is left"
            messages.success(request, f"“{found}” {said}.")
    except InvalidState as error:
        messages.warning(request, error.sentence)


def _plain_form(request: HttpRequest, place: Partnership) -> PlainNeedsForm:
    chosen = [str(need.term.pk) for need in terms.plain_needs(place)]
    own = terms.terms_of(place, Facet.NEED).filter(taxonomy__partnership=place)
    initial = {f"need_{n}": key for n, key in enumerate(chosen, 1)}
    return PlainNeedsForm(
        None if request.POST.get("act") else request.POST or None,
        initial=initial | {"was": " ".join(chosen)},
        needs=term_uses.options(own),
    )


def _facets(place: Partnership) -> list[dict[str, Any]]:
    """The lists in groups by what they are for, each with its numbers."""
    rows = terms.lists_of(place).annotate(
        in_use=Count("terms", filter=Q(terms__retired_on=None), distinct=True)
    )
    said = term_uses.by_list(place)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(Facet(row.facet).label, []).append(_card(row, said))
    return [{"title": title, "cards": cards} for title, cards in groups.items()]


def _card(row: Any, said: dict[UUID, int]) -> dict[str, Any]:
    facts = [{"label": "Terms", "value": f"{row.in_use:,}"}]
    if row.facet in TAGGED:
        uses = said.get(row.pk, 0)
        times = counted(uses, "time") if uses else "Never yet"
        facts.append({"label": "Said by records", "value": times})
    if row.licence:
        facts.append({"label": "Licence", "value": row.licence})
    return {
        "title": row.name,
        "url": reverse("workflow:term-list", args=[row.pk]),
        "caption": row.description,
        "tags": [] if row.partnership_id else [SHARED],
        "facts": facts,
    }


SHARED = {"text": "Shared, not ours to change", "icon": "info", "kind": ""}


def _unused(place: Partnership) -> QuerySet[Taxonomy]:
    """Shared lists that the place could use."""
    rows = Taxonomy.objects.filter(partnership=None).exclude(used_by=place)
    return rows.order_by("facet", "name", "pk")


def matching(rows: QuerySet[TaxonomyTerm], words: str) -> QuerySet[TaxonomyTerm]:
    """Terms in whose name, description or code all the words stand."""
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(code__iexact=word)
        )
    return rows


def _found(place: Partnership, words: str) -> list[list[dict[str, str]]]:
    rows = matching(terms.terms_of(place, retired=True), words)[:ON_A_PAGE]
    return [
        [
            {"text": row.name, "url": reverse("workflow:term", args=[row.pk])},
            {"text": row.taxonomy.name},
            {"text": "Retired" if row.retired_on else "In use"},
        ]
        for row in rows
    ]


# --- one list -------------------------------------------------------------------------


@permitted(holding(Permission.KEEP_TERMS))
@GET_AND_POST
def one_list(request: HttpRequest, taxonomy_id: UUID) -> HttpResponse:
    """The terms of a list, with how many records say each; a new one is added here, and
    the list itself given another name, address or version."""
    place = place_led(request, Permission.KEEP_TERMS)
    taxonomy = get_object_or_404(terms.lists_of(place), pk=taxonomy_id)
    every = list(taxonomy.terms.select_related("replaced_by"))
    in_use = [term for term in every if term.retired_on is None]
    changes = request.POST.get("act") == "change"
    form = AddTermForm(None if changes else request.POST or None, rows=in_use)
    about = _about_form(taxonomy, request.POST if changes else None)
    sent, status = about if changes else form, 200
    if sent.is_bound and sent.is_valid():
        deed, done = (_change if changes else _add)(person(request), taxonomy, sent)
        status = attempt(deed, sent)
        if status == DONE:
            messages.success(request, done)
            return redirect("workflow:term-list", taxonomy_id=taxonomy.pk)
        if status == 409 and changes:  # who has read what stands may save theirs
            taxonomy.refresh_from_db()
            about.data = request.POST.dict() | {"was": list_as_read(taxonomy)}
    find = FindTermForm(request.GET)
    asked = find.cleaned_data["q"] if find.is_valid() else ""
    shown = matching(taxonomy.terms.all(), asked) if asked else None
    keys = None if shown is None else set(shown.values_list("pk", flat=True))
    tree = [
        (depth, term)
        for depth, term in term_uses.in_order(every)
        if keys is None or term.pk in keys
    ]
    page = Paginator(tree, ON_A_PAGE).get_page(request.GET.get("page"))
    said = term_uses.by_term(place, taxonomy)
    context = {
        **below(place, "terms"),
        "taxonomy": taxonomy,
        "facet": Facet(taxonomy.facet).label,
        "is_ours": taxonomy.partnership_id == place.pk,
        "about": about,
        "find": find,
        "asked": asked,
        "page": page,
        "columns": COLUMNS,
        "rows": [_row(depth, term, said) for depth, term in page],
        "form": form,
        "refused": sent,
    }
    return render(request, "workflow/leading/term_list.html", context, status=status)


def _about_form(taxonomy: Taxonomy, sent: Any) -> ListForm:
    names = ("name", "uri", "version")
    said = {name: getattr(taxonomy, name) for name in names}
    return ListForm(
        sent, auto_id="list_%s", initial={"was": list_as_read(taxonomy), **said}
    )


Deed = tuple[Callable[[], Any], str]


def _add(by: User, taxonomy: Taxonomy, form: PlainForm) -> Deed:
    typed = form.cleaned_data
    return lambda: add_term(
        by=by, taxonomy_id=taxonomy.pk, name=typed["name"],
        description=typed["description"], parent_id=typed["parent"] or None,
    ), f"“{typed['name']}” is on the list."  # fmt: skip


def _change(by: User, taxonomy: Taxonomy, form: PlainForm) -> Deed:
    typed = form.cleaned_data
    return lambda: change_list(
        by=by, taxonomy_id=taxonomy.pk, was=typed["was"], name=typed["name"],
        uri=typed["uri"], version=typed["version"],
    ), "Saved. It is published with the list in a moment."  # fmt: skip


def _row(depth: int, term: TaxonomyTerm, said: dict[UUID, int]) -> list[dict[str, str]]:
    return [
        {
            "text": f"{'– ' * depth}{term.name}",
            "url": reverse("workflow:term", args=[term.pk]),
        },
        {"text": term.description},
        {"text": f"{said.get(term.pk, 0):,}"},
        {"text": state(term)},
    ]


def state(term: TaxonomyTerm) -> str:
    """Whether a term is in use, and else what stands for it."""
    if term.retired_on is None:
        return "In use"
    if term.replaced_by:
        return f"Retired; “{term.replaced_by}” stands for it"
    return "Retired"


# --- what somebody else has saved -----------------------------------------------------


def names_of(place: Partnership, keys: Iterable[Any]) -> list[str]:
    """What terms are called, by name, also those that can be chosen no more."""
    ours = Q(taxonomy__partnership=place) | Q(taxonomy__partnership=None)
    known = TaxonomyTerm.objects.filter(ours, pk__in=filter(None, map(as_uuid, keys)))
    return [str(term) for term in known.order_by("name")]


def changed_meanwhile(label: str, was: Iterable[str], now: Iterable[str]) -> Rows:
    """What a late form did not know: how it stands now, and what of it somebody else
    added or took away."""
    before, stands = list(was), list(now)
    rows = {
        label: stands,
        "Somebody else added": [one for one in stands if one not in before],
        "Somebody else took away": [one for one in before if one not in stands],
    }
    return [
        {"label": what, "lines": several, "empty": "Nothing"}
        for what, several in rows.items()
        if several or what == label
    ]
