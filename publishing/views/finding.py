"""The front page: what there is, and a search over it."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import public
from accounts.models import Partnership
from common import clock
from directory import freshness, terms
from directory.choices import Facet
from publishing import (
    finding,
    narrowing,
    queries,
    reasons,
    shortlist,
    showing,
    some_words,
    sureness,
    tallies,
)
from publishing.facets import ALL
from publishing.forms import FindForm, Offered
from publishing.models import Endpoint, PublishedService
from publishing.narrowing import Asked
from publishing.reasons import Question

CARDS_ON_A_PAGE = 10
_MOST_HELPS = 2
KINDS = (Facet.SERVICE_TYPE, Facet.AUDIENCE, Facet.OTHER)


@public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What there is here, and a search over it."""
    today = clock.today()
    place = request.place  # type: ignore[attr-defined]
    endpoint = queries.endpoint_of(place)
    tally = tallies.read(endpoint)
    form = FindForm(request.GET, offered=_offered(place, tally), now=clock.now())
    asked = narrowing.with_other_words(form.asked(), place and place.pk)
    order = form.cleaned_data.get("sort", finding.BEST)
    found = finding.find(endpoint, today, asked, order)
    counts = tally if asked == Asked() else finding.counts(endpoint, asked)
    if counts is not None:
        form.show_numbers(counts)
    page = Paginator(found.keys, CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    question = Question(
        asked,
        place=place.name if place else "",
        part=request.GET.get("part", ""),
        need=form.need_ids,
    )
    mine = shortlist.read(request)
    also: dict[int, list[str]] = {}
    if asked.words and len(found.keys) < some_words.FEW:
        also = some_words.find(endpoint, asked, found.keys)
    shown = list(page.object_list)
    rows = finding.page_of(found, [*shown, *also])
    cards = [
        _card(row, today, _question_to(question, also.get(row.pk)), also.get(row.pk))
        | _for_my_list(request, row, mine)
        for row in rows
    ]
    full = sum(row.pk in shown for row in rows)
    applied = form.applied()
    context = {
        "form": form,
        "words": asked.words,
        "applied": [
            {"label": label, "url": _without(request, name)} for name, label in applied
        ],
        "near": asked.near,
        **({} if full and (asked.words or applied) else _ways(form)),
        "page": page,
        "total": (counts or {}).get(ALL, 0) if found.more else len(found.keys),
        "most": finding.MOST if found.more else None,
        "from_next_door": tallies.from_next_door(endpoint) if asked == Asked() else 0,
        "cards": cards[:full],
        "also": cards[full:],
        "helps": _helps(request, endpoint, form, asked),
        "several_words": len(narrowing.plain_words(asked.words)) > 1,
        "steps": [] if full else _steps(request, endpoint, form, asked, applied),
        "kinds": form.offered.kinds,
    }
    return render(request, "publishing/front.html", context)


def _offered(place: Partnership | None, tally: dict[str, int]) -> Offered:
    """What can be chosen: the place's plain needs, the others and the circumstances
    that lead to something here, and the terms of what is public.

    Terms that are called the same are one choice, and answer the same need.
    """
    found = [
        *queries.kinds(tally, *KINDS), *queries.kinds(tally, Facet.ACCESSIBILITY)
    ]  # fmt: skip
    ways = terms.ways(place) if place else []
    names = queries.term_names(key for way in ways for key in way.service_type_ids)
    called: defaultdict[str, set[uuid.UUID]] = defaultdict(set)
    for term, _ in found:
        called[term.name].add(term.pk)
    for key, name in names.items():
        called[name].add(key)
    first: dict[str, str] = {}
    access: dict[str, str] = {}
    for term, _ in found:
        chosen = access if term.taxonomy.facet == Facet.ACCESSIBILITY else first
        chosen.setdefault(term.name, str(term.pk))
    needs: dict[str, tuple[str, frozenset[uuid.UUID]]] = {}
    for way in ways:
        answer = {
            each for key in way.service_type_ids for each in called[names.get(key, "")]
        }
        if way.is_plain or any(str(key) in tally for key in answer):
            needs[str(way.term.pk)] = (way.term.name, frozenset(answer))
    return Offered(
        kinds=[(key, name) for name, key in first.items()],
        access=[(key, name) for name, key in access.items()],
        needs=needs,
        plain=frozenset(str(way.term.pk) for way in ways if way.is_plain),
        same={str(key): frozenset(keys) for keys in called.values() for key in keys},
    )


def _for_my_list(
    request: HttpRequest, row: PublishedService, mine: list[uuid.UUID]
) -> dict[str, Any]:
    """The button that puts a service on the list of this browser and comes back to what
    was found; where it is on it, the way to the list."""
    if row.service_id in mine:
        url = reverse("publishing:my-list")
        listed = {"label": "On my list", "url": url}
        return {"id": f"s-{row.service_id}", "more": [listed]}
    anchor = f"#s-{row.service_id}"
    back = urlencode({"back": f"{request.get_full_path()}{anchor}"})
    add = reverse("publishing:my-list-add", args=[row.service_id])
    return {
        "id": f"s-{row.service_id}",
        "next_url": f"{add}?{back}",
        "next_label": "Put it on my list",
        "next_method": "post",
        "next_keyless": True,
        "next_kind": "secondary",
    }


def _ways(form: FindForm) -> dict[str, list[dict[str, str]]]:
    """What to begin with: the plain needs, and below a fold what else is so."""
    front_page, offered = reverse("publishing:front"), form.offered
    out: dict[str, list[dict[str, str]]] = {"needs": [], "more_needs": []}
    for key, (name, _) in offered.needs.items():
        link = {"label": name, "url": f"{front_page}?need={key}"}
        out["needs" if key in offered.plain else "more_needs"].append(link)
    return out


def _without(request: HttpRequest, name: str) -> str:
    """The address of the same list without one of its questions."""
    return _address(request, _changed(request, **{name: None}))


def _helps(
    request: HttpRequest, endpoint: Endpoint | None, form: FindForm, asked: Asked
) -> list[dict[str, str]]:
    """The needs that have one of the words in their name, for who looks for “food”:
    what helps with one is often called otherwise. Each leads to something."""
    parts = narrowing.parts(asked)
    if not parts or form.need_ids:
        return []
    links = []
    for key, name in queries.terms_with(form.offered.needs, parts)[:_MOST_HELPS]:
        other = _changed(request, q=None, need=key)
        if _finds(request, endpoint, form, other):
            links.append({"label": name, "url": _address(request, other)})
    return links


def _changed(request: HttpRequest, **values: Any) -> QueryDict:
    """The same questions with another answer; None takes one away."""
    left = request.GET.copy()
    left.pop("page", None)
    for name, value in values.items():
        left.pop(name, None)
        if value is not None:
            left[name] = str(value)
    return left


def _address(request: HttpRequest, questions: QueryDict) -> str:
    return f"{request.path}?{questions.urlencode()}"


def _steps(
    request: HttpRequest,
    endpoint: Endpoint | None,
    form: FindForm,
    asked: Asked,
    applied: list[tuple[str, str]],
) -> list[dict[str, str]]:
    """What to try where nothing was found: other spelling, wider, fewer words, less.

    Each is asked for before it is offered: none of them leads to nothing again.
    """

    def step(label: str, **values: Any) -> list[dict[str, str]]:
        other = _changed(request, **values)
        if not _finds(request, endpoint, form, other):
            return []
        return [{"label": label, "url": _address(request, other)}]

    spelt = finding.suggestion(endpoint, asked.words) if asked.words else ""
    meant = step(f"Did you mean “{spelt}”?", q=spelt) if spelt else []
    steps = list(meant)
    for miles in form.wider:
        steps += (farther := step(f"Look within {miles} miles", within=miles))
        if farther:
            break
    words = (spelt or asked.words).split()
    if len(words) > 1 and not meant:
        for word in words[:3]:
            steps += step(f"Look for “{word}” alone", q=word)
    if len(applied) > 1 or asked.words:
        for name, label in applied:
            steps += step(f"Leave out: {label}", **{name: None})
    if not steps and applied and asked.words:
        rest = dict.fromkeys(name for name, _ in applied)
        steps += step(f"Look for “{spelt or asked.words}” and leave out all else",
                      **{**rest, "q": spelt or asked.words})  # fmt: skip
    return steps


def _finds(
    request: HttpRequest, endpoint: Endpoint | None, form: FindForm, other: QueryDict
) -> bool:
    """Whether these questions find anything here."""
    asked = FindForm(other, offered=form.offered, now=form.now).asked()
    place = request.place  # type: ignore[attr-defined]
    asked = narrowing.with_other_words(asked, place and place.pk)
    return finding.finds(endpoint, asked)


def _question_to(question: Question, words: list[str] | None) -> Question:
    """What is said to fit a service that has some of the words: not all of them, and
    nothing of how far it is."""
    if words is None:
        return question
    asked = replace(question.asked, words="", alike=(), near=None, around=None)
    return replace(question, asked=asked)


def _card(
    row: PublishedService,
    today: dt.date,
    question: Question,
    some: list[str] | None = None,
) -> dict[str, Any]:
    """A service in a list; how fresh it is stands out where it is not, and a doubt.

    ``some`` are those words of the question that it has, where it has not all.
    """
    grade = sureness.grade(row, today)
    document = orjson.loads(bytes(row.full))
    checked = {"date": row.assured_on} if row.assured_on else {"value": "not yet"}
    kept_by = row.kept_by.name if row.kept_by else ""
    metres = row.metres  # type: ignore[attr-defined]
    on, during = question.asked.on, question.asked.during
    has = ", ".join(f"“{word}”" for word in some or [])
    facts: list[dict[str, Any]] = [
        {"label": "When", "value": showing.when_in_short(document, today, on, during)},
        {"label": "Where", "value": showing.where_in_short(document)},
        {"label": "What fits", "value": reasons.why(document, question, metres)},
        {"label": "Has", "value": has},
        {"label": "Checked", **checked},
        {"label": "Kept by", "value": kept_by},
    ]
    return {
        "title": row.title,
        "url": reverse("publishing:service", args=[row.service_id]),
        "caption": document.get("organization", {}).get("name", ""),
        "grade": "" if grade == freshness.CURRENT else grade,
        "doubt": row.being_checked,
        "tags": showing.tags(document, row.entry),
        "text": showing.in_short(document),
        "facts": [f for f in facts if f.get("date") or f.get("value")],
    }
