"""Contracts: the list, writing one down, changing, reviewing and ending it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.postgres.aggregates import StringAgg
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.access import Person, partners_of
from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common import clock
from common.models import as_uuid
from common.posting import posted_from
from common.templatetags.vouch import counted
from common.words import one_line
from directory.freshness import full_date
from directory.models import Organization
from workflow import access, contracts
from workflow.actions.contracts import (
    Terms,
    add_contract,
    as_read,
    change_contract,
    end_contract,
    review_contract,
    reviews,
    terms_of,
)
from workflow.choices import ContractDue
from workflow.contract_forms import (
    ContractForm,
    ContractReviewForm,
    EndContractForm,
)
from workflow.contracts import Coming
from workflow.forms import Options
from workflow.models import Contract, Listing
from workflow.places import away
from workflow.views.asking import delivered
from workflow.views.deciding_history import happening
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import shared

ON_A_PAGE = 25
FOUND = 20
"""How many organizations, and services, one search offers."""
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])

NONE_YET = (
    "Write one down, and its manager is told when what is said of its services gets "
    "too old, and when a review or the end comes."
)
NONE_OF_YOURS = "What your organisation commissions will stand here."
COLUMNS = (
    {"label": "Reference"}, {"label": "Commissioned by"}, {"label": "For"},
    {"label": "Stands"}, {"label": "Next review"}, {"label": "Ends"},
)  # fmt: skip


def keeps_contracts(user: Person) -> bool:
    return contracts.keeping_places(user).exists()


def has_to_do_with_contracts(user: Person) -> bool:
    return contracts.sees_any(user)


KEEPS = permitted(keeps_contracts)


@permitted(has_to_do_with_contracts)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The contracts that the person keeps or commissions, and the statements."""
    user = person(request)
    seen = contracts.seen_by(user).exclude(partnership__in=away(request))
    page = Paginator(contracts.in_order(seen), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    names = _organization_names(page.object_list)
    kept = set(contracts.kept_by(user).filter(pk__in=[c.pk for c in page]).values_list(
        "pk", flat=True
    ))  # fmt: skip
    partners = (
        contracts.commissioners_by(user)
        .exclude(partnership__in=away(request))
        .order_by("name")
    )
    opened = {partner.pk for partner in partners}
    led = access.places_with(user, Permission.SET_LEVEL).exclude(pk__in=away(request))
    leads = led.first()
    may_add = keeps_contracts(user)
    held = set(seen.values_list("commissioner_id", flat=True).distinct())
    context = {
        "page": page,
        "columns": COLUMNS,
        "rows": [_row(one, names, one.pk in kept, opened) for one in page],
        **(shared(request, leads, "contracts") if leads else {}),
        "leads": leads is not None,
        "may_add": may_add,
        "none_text": NONE_YET if may_add else NONE_OF_YOURS,
        "statements": [
            {
                "name": partner.name,
                "contracts": partner.pk in held,
                "statement": reverse("workflow:statement", args=[partner.pk]),
                "effort": reverse("workflow:effort", args=[partner.pk]),
            }
            for partner in partners
        ],
    }
    return render(request, "workflow/contracts/list.html", context)


def _organization_names(rows: Any) -> dict[Any, str]:
    ids = [one.organization_id for one in rows if one.organization_id]
    return dict(Organization.objects.filter(pk__in=ids).values_list("pk", "name"))


def _row(
    one: Any, names: dict[Any, str], is_kept: bool, opened: set[UUID]
) -> list[dict[str, Any]]:
    """A contract in the list; ``opened`` are the partners whose statement the person
    may open."""
    today = clock.today()
    words, _ = contracts.standing(one, today)
    named = one.named_count
    parts = [names[one.organization_id]] if one.organization_id in names else []
    if named:
        parts.append(f"{named} {'service' if named == 1 else 'services'}")
    first: dict[str, Any] = {"text": one.reference}
    if is_kept:
        first["url"] = reverse("workflow:contract", args=[one.pk])
    partner = {"text": one.commissioner.name}
    if one.commissioner_id in opened:
        partner["url"] = reverse("workflow:statement", args=[one.commissioner_id])
    over = contracts.is_over(one, today)
    return [
        first,
        partner,
        {"text": " and ".join(parts)},
        {"text": words},
        {"text": "" if over else full_date(contracts.review_due(one))},
        {"text": full_date(one.ends_on) if one.ends_on else "Open"},
    ]


# --- writing one down -----------------------------------------------------------------


def _place(request: HttpRequest) -> Partnership:
    places = contracts.keeping_places(person(request)).exclude(pk__in=away(request))
    return places.select_related("policy").order_by("name")[0]


class _Offered(NamedTuple):
    """What can be chosen, and what is said of what was looked for."""

    organizations: Options
    listings: Options
    found: str


def _options(
    user: User,
    place: Partnership,
    words: str,
    organization_ids: Any,
    listing_ids: Any,
    said: Terms | None,
) -> _Offered:
    """What can be chosen: what was found of what the person reads, and what is chosen
    or ``said`` by the contract already."""
    read = access.one_of(access.read_by(user))
    run_by, named = (said.organization_id, said.listing_ids) if said else (None, ())
    every = Listing.objects.filter(partnership=place, organization_id__isnull=False)
    here = every.filter(read | Q(pk__in=named))
    bodies = Organization.objects.filter(
        Q(pk__in=here.values("organization_id")) | Q(pk=run_by)
    )
    chosen = bodies.filter(pk__in=[key for key in organization_ids if as_uuid(key)])
    listings = here.filter(pk__in=[key for key in listing_ids if as_uuid(key)])
    found, services = bodies.none(), here.none()
    if words.split():
        found, services = bodies, here
        for word in words.split():
            found = found.filter(name__icontains=word)
            services = services.filter(title__icontains=word)
    # One more than is offered, to tell whether there are more.
    names = list(found.order_by("name").values_list("pk", "name")[: FOUND + 1])
    titles = list(services.order_by("title").values_list("pk", "title")[: FOUND + 1])
    return _Offered(
        _once([*chosen.values_list("pk", "name"), *names[:FOUND]]),
        _once([*listings.values_list("pk", "title"), *titles[:FOUND]]),
        found_words(words, len(names), len(titles)),
    )


def _once(rows: list[tuple[UUID, str]]) -> Options:
    """As a list offers them: what is chosen and found stands there once."""
    return list({str(pk): name for pk, name in rows}.items())


def found_words(words: str, organizations: int, services: int) -> str:
    """What is said of what was looked for: a number above FOUND is of too many."""
    if not words:
        return "Write a word of the name, then find it."
    numbers = {"organisation": organizations, "service": services}
    said = [
        f"the first {FOUND} {noun}s" if number > FOUND else counted(number, noun)
        for noun, number in numbers.items()
        if number
    ]
    if not said:
        return f"We found nothing with “{words}” in its name. Try one word of it."
    more = (
        " If it is not among them, write more of its name."
        if max(numbers.values()) > FOUND
        else ""
    )
    return f"Found for “{words}”: {' and '.join(said)}. Choose below.{more}"


def _form(
    request: HttpRequest, place: Partnership, contract: Contract | None
) -> ContractForm:
    data = request.POST if request.method == "POST" else None
    said = terms_of(contract) if contract else None
    organizations = [str(said.organization_id or "")] if said else []
    listings = [str(key) for key in said.listing_ids] if said else []
    initial: dict[str, Any] = {"starts_on": clock.today(), "review_months": 12}
    if said and contract:
        initial = {
            "commissioner": said.commissioner_id, "reference": said.reference,
            "organization": organizations[0], "listings": list(listings),
            "review_months": said.review_months, "starts_on": said.starts_on,
            "ends_on": said.ends_on, "manager": said.manager_id,
            "manager_mailbox": said.manager_mailbox, "seen": as_read(said),
        }  # fmt: skip
    if data is not None:
        organizations.append(data.get("organization", ""))
        listings += data.getlist("listings")
    words = one_line(data.get("q", "")) if data is not None else ""
    user = person(request)
    offered = _options(user, place, words, organizations, listings, said)
    partners = partners_of(place)
    people = (
        User.objects.filter(
            partnergrant__content_object__partnership=place, is_active=True
        )
        .annotate(
            bodies=StringAgg(
                "partnergrant__content_object__name", delimiter=", ", distinct=True
            )
        )
        .order_by("name", "pk")
    )
    return ContractForm(
        data, initial=initial, partners=partners, people=people,
        organizations=offered.organizations, listings=offered.listings,
        found=offered.found if data is not None and "find" in data else "",
    )  # fmt: skip


@KEEPS
@GET_AND_POST
def add(request: HttpRequest) -> HttpResponse:
    """Write a contract down."""
    place = _place(request)
    form, status = _form(request, place, None), 200
    if form.is_bound and not form.found and form.is_valid():
        status = attempt(
            lambda: add_contract(by=person(request), place=place, terms=form.terms()),
            form,
        )
        if status == DONE:
            messages.success(request, "The contract is written down.")
            return redirect("workflow:contracts")
    return _page(request, place, None, form, status)


@KEEPS
@GET_AND_POST
def contract(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One contract: what it says, and changing that."""
    found = _kept(request, contract_id)
    form, status = _form(request, found.partnership, found), 200
    if form.is_bound and not form.found and form.is_valid():
        status = attempt(
            lambda: change_contract(
                by=person(request),
                contract_id=found.pk,
                terms=form.terms(),
                seen=form.cleaned_data["seen"],
            ),
            form,
        )
        if status == DONE:
            messages.success(request, "The contract is saved.")
            return redirect("workflow:contracts")
        if status == 409:
            return _refused(request, found, form)
    return _page(request, found.partnership, found, form, status)


def _refused(request: HttpRequest, found: Contract, form: ContractForm) -> HttpResponse:
    """What was typed, beside what the contract says by now: a save then takes its
    place, as the person has seen it."""
    found.refresh_from_db()
    said, typed = terms_of(found), request.POST.copy()
    typed["seen"] = as_read(said)
    form.data = typed
    return _page(
        request, found.partnership, found, form, 409, stands=_in_words(found, said)
    )


def _in_words(found: Contract, said: Terms) -> list[dict[str, Any]]:
    """What a contract says, as rows."""
    named = Listing.objects.filter(pk__in=said.listing_ids).order_by("title", "pk")
    titles = list(named.values_list("title", flat=True))
    body = _organization_names([found]).get(found.organization_id, "")
    return [
        {"label": "Commissioned by", "value": str(found.commissioner)},
        {"label": "Reference", "value": said.reference},
        {"label": "All services of", "value": body,
         "empty": "No whole organisation"},
        {"label": "These services", "lines": titles, "empty": "None by name"},
        {"label": "Reviewed every", "value": counted(said.review_months, "month")},
        {"label": "Begins on", "value": full_date(said.starts_on)},
        {"label": "Ends on", "value": full_date(said.ends_on) if said.ends_on else "",
         "empty": "No day is agreed"},
        {"label": "Managed by", "value": str(found.manager or said.manager_mailbox)},
    ]  # fmt: skip


def _kept(request: HttpRequest, contract_id: UUID) -> Contract:
    kept = contracts.kept_by(person(request)).select_related(
        "partnership", "commissioner"
    )
    return get_object_or_404(kept, pk=contract_id)


def _page(
    request: HttpRequest,
    place: Partnership,
    found: Contract | None,
    form: ContractForm,
    status: int,
    *,
    also: BaseForm | None = None,
    stands: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    today = clock.today()
    context: dict[str, Any] = {
        "place": place,
        "contract": found,
        "form": form,
        "said_now": stands,
        "refused": [one for one in (form, also) if one is not None],
        "review_form": also
        if isinstance(also, ContractReviewForm)
        else ContractReviewForm(),
        "end_form": also if isinstance(also, EndContractForm) else EndContractForm(),
        "back": reverse("workflow:contracts"),
    }
    if found:
        words, mark = contracts.standing(found, today)
        context |= {
            "stands": words,
            "mark": mark,
            "review_due": contracts.review_due(found),
            "is_over": contracts.is_over(found, today),
            "is_review_due": contracts.review_due(found) <= today,
            "is_review_late": contracts.review_due(found) < today,
            "happened": _happened(found),
            "may_open_statement": contracts.can_see_statement(
                person(request), found.commissioner
            ),
        }
    return render(request, "workflow/contracts/contract.html", context, status=status)


def _happened(found: Contract) -> list[dict[str, Any]]:
    """Its reviews, and what its manager was told of them and of its end, the newest
    first."""
    rows = found.reminders.select_related("message").order_by("-created_at", "about")
    told = [
        {
            "text": f"{Coming(ContractDue(row.about), row.day).words}: "
            f"{delivered(row.message)}",
            "at": row.created_at,
            "by": audit.SYSTEM,
            "detail": f"Mail to {row.message.to}" if row.message else "",
        }
        for row in rows
    ]
    reviewed = [
        happening(row, "Reviewed", keeps=True) for row in reviews(found).order_by("-id")
    ]
    return sorted([*reviewed, *told], key=lambda event: event["at"], reverse=True)


@KEEPS
@posted_from("workflow:contract", "contract_id")
def review(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Say that a contract was looked at."""
    found, form = _kept(request, contract_id), ContractReviewForm(request.POST)
    status = 200
    if form.is_valid():
        status = attempt(
            lambda: review_contract(
                by=person(request), contract_id=found.pk, **form.cleaned_data
            ),
            form,
        )
        if status == DONE:
            messages.success(request, f"“{found}” is reviewed.")
            return redirect("workflow:contracts")
    plain = _unbound(request, found)
    return _page(request, found.partnership, found, plain, status, also=form)


@KEEPS
@posted_from("workflow:contract", "contract_id")
def end(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """End a contract before its day."""
    found, form, status = (
        _kept(request, contract_id),
        EndContractForm(request.POST),
        200,
    )
    if form.is_valid():
        status = attempt(
            lambda: end_contract(
                by=person(request), contract_id=found.pk, **form.cleaned_data
            ),
            form,
        )
        if status == DONE:
            messages.success(request, f"“{found}” has ended.")
            return redirect("workflow:contracts")
    plain = _unbound(request, found)
    return _page(request, found.partnership, found, plain, status, also=form)


def _unbound(request: HttpRequest, found: Contract) -> ContractForm:
    """The form of what a contract says, when another form of its page was sent."""
    request.method = "GET"
    return _form(request, found.partnership, found)
