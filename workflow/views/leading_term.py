"""One term: its name, what it is below, whether it is retired, what it leads to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common.forms import PlainForm
from common.templatetags.vouch import counted
from directory import terms
from directory.choices import Facet
from directory.models import TaxonomyTerm
from workflow import term_uses
from workflow.actions import terms as acts
from workflow.term_forms import (
    CodeForm,
    MappingForm,
    MoveForm,
    OtherWordsForm,
    RenameForm,
    RetireForm,
)
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led
from workflow.views.leading_terms import Rows, changed_meanwhile, names_of, state

Forms = dict[str, PlainForm]


@permitted(holding(Permission.KEEP_TERMS))
@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, term_id: UUID) -> HttpResponse:
    """What a lead may do with one term, each act in a form of its own."""
    place = place_led(request, Permission.KEEP_TERMS)
    here = terms.terms_of(place, retired=True).select_related("parent", "replaced_by")
    found = get_object_or_404(here, pk=term_id)
    act = request.POST.get("act", "")
    forms, status, stands = _forms(request, place, found, act), 200, Rows()
    if act in forms and forms[act].is_valid():
        status = attempt(_deed(act, person(request), found, forms[act]), forms[act])
        if status == DONE:
            messages.success(request, _DONE[act])
            return redirect("workflow:term", term_id=found.pk)
        if status == 409:
            found.refresh_from_db()
            now = _forms(request, place, found, "").get(act)
            if now is not None:
                stands = _stands(act, place, found, forms[act])
                forms[act].data = _having_read(request.POST, now)
    uses = term_uses.of_term(place, found)
    crumbs = below(place, "terms")
    up = {
        "label": found.taxonomy.name,
        "url": reverse("workflow:term-list", args=[found.taxonomy_id]),
    }
    context = {
        **crumbs,
        "crumbs": [*crumbs["crumbs"], up],
        "back": up["url"],
        "term": found,
        "rows": _facts(found, uses),
        "uses": uses,
        "forms": forms,
        "stands": {act: stands},
        "refused": [form for form in forms.values() if form.is_bound],
    }
    return render(request, "workflow/leading/term.html", context, status=status)


def _stands(act: str, place: Partnership, found: TaxonomyTerm, late: PlainForm) -> Rows:
    """What somebody else has saved since a late form was read, and saving it would
    undo; of a name the refusal itself says it."""
    was = late.cleaned_data.get("was", ())
    if act == "mapping":
        now = [str(row) for row in found.leads_to.order_by("name")]
        return changed_meanwhile("It leads to", names_of(place, was), now)
    if act == "words":
        return changed_meanwhile("Other words", was, found.other_words)
    if act == "code":
        return [
            {"label": "Code", "value": found.code, "empty": "None"},
            {"label": "Web address", "value": found.term_uri, "empty": "None"},
        ]
    return [_place_on_list(found)] if act == "move" else []


def _place_on_list(found: TaxonomyTerm) -> dict[str, Any]:
    return {"label": "Below", "value": str(found.parent or "Nothing: it is at the top")}


def _having_read(typed: QueryDict, now: PlainForm) -> QueryDict:
    """What was typed, with what stands now in place of what stood on the page: who has
    read it may save."""
    data = typed.copy()
    for name, value in now.initial.items():
        if name.startswith("was"):
            data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


_DONE = {
    "rename": "The new name is shown everywhere in a moment.",
    "code": "Saved. It is published with the term in a moment.",
    "words": "Saved. People find it by these words from now on.",
    "move": "It is moved.",
    "retire": "It is retired. What says it is shown anew in a moment.",
    "restore": "It is in use again.",
    "mapping": "Saved. It holds from now on.",
}


def _facts(found: TaxonomyTerm, uses: int) -> Rows:
    rows = [
        {"label": "State", "value": state(found)},
        {"label": "Said by", "value": counted(uses, "record") if uses else "Nothing"},
        _place_on_list(found),
    ]
    if found.description:
        rows.append({"label": "What belongs to it", "value": found.description})
    if found.other_words:
        rows.append({"label": "Other words", "value": ", ".join(found.other_words)})
    if found.code:
        rows.append({"label": "Code", "value": found.code})
    if found.term_uri:
        rows.append({"label": "Web address", "value": found.term_uri})
    return rows


def _forms(
    request: HttpRequest, place: Partnership, found: TaxonomyTerm, act: str
) -> Forms:
    """The forms of what may be done with this term now, by act."""
    if found.taxonomy.partnership_id != place.pk:
        return {}
    if found.retired_on:
        return {"restore": PlainForm(request.POST if act == "restore" else None)}

    def sent(name: str) -> Any:
        return request.POST if act == name else None

    beside = [t for t in found.taxonomy.terms.filter(retired_on=None) if t != found]
    said = "\n".join(found.other_words)
    forms: Forms = {
        "rename": RenameForm(
            sent("rename"),
            initial={"was": acts.term_as_read(found), "name": found.name,
                     "description": found.description},
        ),
        "words": OtherWordsForm(
            sent("words"),
            initial={"was": said, "words": said},
        ),
        "code": CodeForm(
            sent("code"),
            initial={"was_code": found.code, "was_uri": found.term_uri,
                     "code": found.code, "term_uri": found.term_uri},
        ),
        "move": MoveForm(
            sent("move"), rows=beside,
            initial={"was": found.parent_id or "", "parent": found.parent_id or ""},
        ),
        "retire": RetireForm(sent("retire"), groups=_others(place, found)),
    }  # fmt: skip
    if found.taxonomy.facet in acts.LEADING:
        forms["mapping"] = _mapping(place, found, sent("mapping"))
    for name, form in forms.items():
        form.auto_id = f"{name}_%s"
    return forms


def _others(place: Partnership, found: TaxonomyTerm) -> list[tuple[str, Any]]:
    """The terms that may stand in for this one, in groups by list."""
    groups: dict[str, list[TaxonomyTerm]] = {}
    for each in terms.terms_of(place, Facet(found.taxonomy.facet)):
        if each != found:
            groups.setdefault(each.taxonomy.name, []).append(each)
    return [(name, term_uses.options(rows)) for name, rows in groups.items()]


def _mapping(place: Partnership, found: TaxonomyTerm, sent: Any) -> MappingForm:
    known = [str(pk) for pk in found.leads_to.values_list("pk", flat=True)]
    types = list(terms.terms_of(place, Facet.SERVICE_TYPE))
    kept = found.leads_to.exclude(pk__in=[row.pk for row in types])
    groups = term_uses.grouped(types)
    if kept:
        retired = [(str(row.pk), f"{row.name} ({state(row)})") for row in kept]
        groups.append(("No longer offered", retired))
    return MappingForm(sent, groups=groups, initial={"was": known, "types": known})


def _deed(
    act: str, by: User, found: TaxonomyTerm, form: PlainForm
) -> Callable[[], Any]:
    """The act that a form asks for."""
    typed = form.cleaned_data
    key = found.pk
    return {
        "rename": lambda: acts.rename_term(
            by=by, term_id=key, was=typed["was"], name=typed["name"],
            description=typed["description"],
        ),
        "words": lambda: acts.set_other_words(
            by=by, term_id=key, was=typed["was"], words=typed["words"].splitlines()
        ),
        "code": lambda: acts.set_term_code(
            by=by, term_id=key, was=(typed["was_code"], typed["was_uri"]),
            code=typed["code"], term_uri=typed["term_uri"],
        ),
        "move": lambda: acts.move_term(
            by=by, term_id=key, was=typed["was"], parent_id=typed["parent"]
        ),
        "retire": lambda: acts.retire_term(
            by=by, term_id=key, replacement_id=typed["replacement"]
        ),
        "restore": lambda: acts.restore_term(by=by, term_id=key),
        "mapping": lambda: acts.set_mapping(
            by=by, term_id=key, was=typed["was"], type_ids=typed["types"]
        ),
    }[act]  # fmt: skip
