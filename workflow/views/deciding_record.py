"""What the template of the staff record page is given."""

from collections.abc import Sequence
from typing import Any

from django.forms import Form
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission
from common import clock
from directory.choices import Kind, Visibility
from directory.completeness import Missing
from directory.declarations import RECORDS
from directory.gate import HeldBack
from directory.templatetags.when import full_date
from workflow import (
    access,
    asking,
    bodies,
    completing,
    entries,
    homes,
    leaders,
    naming,
    queries,
    ringing,
    seeing,
    showing,
    standing,
    waiting_proposals,
)
from workflow.actions.records import seen_by
from workflow.choices import Hidden, Level, ProposalKind, ProposalState, Stage
from workflow.models import Listing, Proposal, Release
from workflow.queries import PublicParts, Whole
from workflow.views import deciding_acts, deciding_history
from workflow.views.deciding_acts import Act, make_form

Refused = tuple[Act, Form] | None
NEWEST = 5
ONLY_SEEN_BY = (
    "Only those who put it right see it now: who runs it, its assurers, the lead, the "
    "publisher and the data protection officer."
)


def whole_of(user: User, listing: Listing) -> Whole:
    """The record as it stands: accepted, or drafted where nothing was accepted yet."""
    if listing.draft and not listing.was_assured:
        return seeing.whole_for(user, listing)
    return queries.whole(listing)


def names_of(user: User, listing: Listing, whole: Whole) -> showing.Names:
    """Names of what a record refers to; what a draft names may be kept secret."""
    names = naming.names([whole.service, whole.organization, *whole.locations.values()])
    if listing.was_assured:
        return names
    return seeing.names_told(user, names, [whole.service])


def page(user: User, listing: Listing, refused: Refused) -> dict[str, Any]:
    """The context of ``workflow/records/record.html``."""
    keeps = access.can_see_internal(user, listing)
    whole = whole_of(user, listing)
    names = names_of(user, listing, whole)
    public = queries.public_parts(whole)
    if not keeps:
        whole, names = showing.discreet(whole, names)
    open_ones = waiting(user, listing)
    return {
        "listing": listing,
        "caption": whole.organization.get("name", ""),
        "grade": grade(listing),
        "reasons": standing.reasons(listing),
        "in_words": in_words(listing),
        "entry": entries.say(listing, whole.service, whole.organization),
        "keeping": _keeping(listing),
        "records": with_pages(user, records(whole, names, keeps)),
        "ring": ring(user, listing) if keeps else None,
        "not_theirs": not_theirs(listing) if keeps else "",
        "findings": _findings(user, listing, public, refused),
        "released": _released(user, listing, refused),
        "sees_findings": keeps or access.can_publish(user, listing),
        "stops": stops(listing, public),
        "waiting": open_ones,
        "acts": _acts(user, listing, refused),
        "useful": _useful(whole) if keeps else [],
        "thinnest_url": _thinnest_url(user, listing) if keeps else "",
        "replaced_by": replaced_by(user, listing),
        "may_replace": deciding_acts.may_replace(user, listing),
        "may_split": access.can_split(user, listing),
        "may_move": homes.may_begin(user, listing),
        "divided": divided(user, listing),
        "may_check": listing.record.replaced_by_id is None
        and access.can_check(user, listing),
        "may_correct": may_correct(user, listing),
        "may_propose": access.can_propose(user, listing),
        "may_decide": bool(open_ones and open_ones[0]["new"]),
        "rail": _rail(listing, open_ones, keeps),
        "method": listing.assurance.get_method_display() if listing.assurance else "",
    }


def _useful(whole: Whole) -> list[Missing]:
    """What the provider could best be asked for."""
    return completing.of_whole(whole)[: completing.MOST_SHOWN]


def _thinnest_url(user: User, listing: Listing) -> str:
    """Where the services of its organization stand with the least filled in first, if
    the person sees another one."""
    beside = seen_by(user).filter(organization_id=listing.organization_id)
    if not beside.exclude(pk=listing.pk).filter(assured_on__isnull=False).exists():
        return ""
    url = reverse("workflow:organization", args=[listing.organization_id])
    return f"{url}?order={completing.THIN}#services"


def replaced_by(user: User, listing: Listing) -> dict[str, str]:
    """The record that replaces this one, with a link for those who may open it."""
    other = listing.record.replaced_by
    if other is None:
        return {}
    found = seen_by(user).filter(record=other).first()
    url = reverse("workflow:record", args=[found.pk]) if found else ""
    return {"text": f"This is kept as “{other}” now.", "url": url}


def divided(user: User, listing: Listing) -> list[dict[str, str]]:
    """What it was split off from, and what was split off from it, with a link for those
    who may open it."""
    near = list(listing.split_off.values_list("pk", flat=True))
    seen = seen_by(user).filter(pk__in=[*near, listing.split_from_id])
    out = []
    for other in seen.order_by("created_at", "pk"):
        is_first = listing.split_from_id == other.pk
        made = listing if is_first else other
        day = full_date(made.created_at.astimezone(clock.LONDON))
        text = (
            f"It was a part of “{other}” until {day}."
            if is_first
            else f"“{other}” was a part of it until {day}."
        )
        url = reverse("workflow:record", args=[other.pk])
        out.append({"text": text, "url": url})
    return out


def grade(listing: Listing) -> str:
    """How fresh it is today; ``""`` while nothing has been accepted."""
    if listing.record.revision_id is None:
        return ""
    return standing.grade(listing, clock.today())


def may_correct(user: User, listing: Listing) -> bool:
    """Whether the person may correct and check in one act."""
    return (
        listing.record.replaced_by_id is None
        and listing.partnership.policy.correct_and_check
        and access.can_check(user, listing)
        and access.is_in_remit(user, listing)
    )


def in_words(listing: Listing) -> list[str]:
    """Why the public does not see it, or will not much longer, in sentences."""
    out = []
    if listing.record.visibility != Visibility.OPEN:
        out.append("This record is for partners only and is never published.")
    if Hidden.LAPSED in listing.hidden_because:
        since = full_date(listing.assured_on)
        out.append(f"Not checked since {since}, so the public does not see it: ring "
                   "before you send somebody.")  # fmt: skip
    others = [r for r in listing.hidden_because if r != Hidden.LAPSED]
    if others:
        out.append(f"The public does not see it: {_reasons(listing, others)}")
    if Hidden.PERSONAL_DATA in others:
        out.append(ONLY_SEEN_BY)
    if listing.carried_over_until:
        until = full_date(listing.carried_over_until)
        out.append(f"Carried over and never checked. Public until {until} at most.")
    elif (
        listing.stage == Stage.PUBLISHED
        and listing.due_on
        and access.is_lapsed(listing, clock.today())
    ):
        since = full_date(listing.assured_on)
        out.append(f"Not checked since {since}, but still public: ring first.")
    if listing.stage == Stage.ASSURED:
        out.append("Assured, and waiting for a publisher to let it out.")
    if listing.stage == Stage.DRAFT:
        out.append(
            f"A draft: it went back with the words “{listing.returned_because}”."
            if listing.returned_because
            else "A draft: nobody has sent it in yet."
        )
    return out


def _reasons(listing: Listing, of: Sequence[str]) -> str:
    words = f" “{listing.hidden_words}”" if listing.hidden_words else ""
    return f"{', '.join(Hidden(r).label.lower() for r in of)}.{words}"


def why_hidden(listing: Listing) -> str:
    """For the preview of a hidden record: why, and what the preview then is."""
    if not listing.hidden_because:
        return ""
    seen_by = ""
    if Hidden.PERSONAL_DATA in listing.hidden_because:
        seen_by = f" {ONLY_SEEN_BY}"
    return (
        f"Why: {_reasons(listing, listing.hidden_because)}{seen_by} What stands "
        "here is what would be shown if it came back."
    )


def stops(listing: Listing, public: PublicParts) -> list[str]:
    """What stands between this record and the public, in sentences."""
    out = list(public.stops)
    if listing.record.visibility != Visibility.OPEN:
        out.append("This record is for partners only.")
    return out


def held_count(public: PublicParts) -> int:
    """How many words or values are held back."""
    return sum(len(found) for found in public.held_back.values())


def _keeping(listing: Listing) -> list[dict[str, Any]]:
    remit = listing.remit
    level = Level(queries.level_of(listing)).label
    work = "Nobody's yet: the lead hands it over."
    if remit:
        work = f"{remit.name}, {remit.partner}{leaders.of_remit(remit).tail}."
    rows = [
        {"label": "Area of work", "value": work},
        {"label": "Who keeps it", "value": f"{level}."},
        {"label": "Place", "value": str(listing.partnership)},
    ]  # fmt: skip
    if listing.critical:
        words = "Critical: no machine ever hides it."
        rows.append({"label": "Marked as", "value": words})
    return rows


def not_theirs(listing: Listing) -> str:
    """That those who were asked say that it is not them any more, or nothing."""
    return asking.not_theirs([listing]).get(listing.pk, "")


def ring(user: User, listing: Listing) -> dict[str, Any] | None:
    """Whom to ring about it; None without a number, and for those who run it."""
    if access.is_own(user, listing):
        return None
    return ringing.of_listings([listing]).get(listing.pk)


def records(whole: Whole, names: showing.Names, keeps: bool) -> list[dict[str, Any]]:
    see = showing.EVERYTHING if keeps else showing.FOR_PARTNERS
    sides: list[tuple[str, str, dict[str, Any]]] = [
        (Kind.SERVICE, "The service", whole.service)
    ]
    for place in whole.locations.values():
        sides.append((Kind.LOCATION, f"Place: {place.get('name') or 'unnamed'}", place))
    if whole.organization:
        sides.append((Kind.ORGANIZATION, "Who runs it", whole.organization))
    return [
        {
            "id": str(payload.get("id", "")),
            "label": label,
            "parts": showing.parts(RECORDS[kind], payload, names, see),
        }
        for kind, label, payload in sides
    ]


def with_pages(user: User, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same with the page of each organization and place that the person sees."""
    pages = bodies.pages_of(user, [one["id"] for one in found])
    return [{**one, "url": pages.get(one["id"], "")} for one in found]


# --- held back, released --------------------------------------------------------------


def _findings(
    user: User, listing: Listing, public: PublicParts, refused: Refused
) -> list[dict[str, Any]]:
    """What the gate holds back, each value once, with what this person may do."""
    unique: dict[str, HeldBack] = {}
    for found in public.held_back.values():
        for finding in found:
            unique.setdefault(finding.key, finding)
    if not unique or listing.organization_id is None:
        return []
    rows = Release.objects.filter(
        organization_id=listing.organization_id, revoked_at=None, accepted_at=None
    ).select_related("stated_by")
    stated = {row.key: row for row in rows}
    own = access.is_own(user, listing)
    remit = access.is_in_remit(user, listing)
    releases = access.can_in_place(
        user, Permission.RELEASE_FINDINGS, listing.partnership
    )
    out = []
    for key, finding in unique.items():
        row = stated.get(key)
        slugs = []
        if row and remit and row.stated_by_id != user.pk:
            slugs.append("accept-line")
        if releases and finding.kind != "secret_place":
            slugs.append("release")
        forms = [_finding_form(slug, listing, finding, row, refused) for slug in slugs]
        state_url = ""
        if own and finding.kind == "mobile" and row is None:
            state_url = reverse("workflow:listing", args=[listing.pk])
        out.append(
            {"finding": finding, "stated": row, "forms": forms, "state_url": state_url}
        )
    return out


def _finding_form(
    slug: str,
    listing: Listing,
    finding: HeldBack,
    row: Release | None,
    refused: Refused,
) -> dict[str, Any]:
    act = deciding_acts.BY_SLUG[slug]
    initial = {"key": finding.key, "release": row.pk if row else None}
    if refused and refused[0] is act and _is_about(refused[1], initial):
        form = refused[1]
    else:
        form = act.form(initial=initial, auto_id=f"{slug}-{finding.key[-12:]}_%s")
    if finding.kind != "personal_email" and "use_mailbox" in form.fields:
        del form.fields["use_mailbox"]
    return {"act": act, "form": form, "url": _url(act, listing)}


def _is_about(form: Form, initial: dict[str, Any]) -> bool:
    return all(
        str(form[name].value()) == str(initial[name])
        for name in ("key", "release")
        if name in form.fields
    )


def _released(user: User, listing: Listing, refused: Refused) -> list[dict[str, Any]]:
    if listing.organization_id is None:
        return []
    rows = list(
        Release.objects.filter(
            organization_id=listing.organization_id,
            revoked_at=None,
            accepted_at__isnull=False,
        ).order_by("accepted_at")
    )
    may = rows and (
        access.is_in_remit(user, listing)
        or access.is_own(user, listing)
        or access.can_in_place(user, Permission.RELEASE_FINDINGS, listing.partnership)
    )
    act = deciding_acts.BY_SLUG["revoke"]
    out = []
    for row in rows:
        form = act.form(initial={"release": row.pk}, auto_id=f"revoke-{row.pk}_%s")
        if refused and refused[0] is act and _is_about(refused[1], {"release": row.pk}):
            form = refused[1]
        entry = {"act": act, "form": form, "url": _url(act, listing)}
        out.append({"release": row, "form": entry if may else None})
    return out


def _url(act: Act, listing: Listing) -> str:
    return reverse(f"workflow:{act.slug}", args=[listing.pk])


def _acts(user: User, listing: Listing, refused: Refused) -> list[dict[str, Any]]:
    possible = deciding_acts.possible(user, listing)
    if refused and refused[0] in deciding_acts.ACTS and refused[0] not in possible:
        possible.append(refused[0])  # too late, but what was typed stays
    out = []
    for act in possible:
        mine = refused is not None and refused[0] is act
        form = refused[1] if refused and mine else make_form(act, listing)
        out.append({"act": act, "form": form, "url": _url(act, listing), "open": mine})
    return out


# --- what waits, and the rail ---------------------------------------------------------


def waiting(user: User, listing: Listing) -> list[dict[str, Any]]:
    """Open suggestions about this service; a link for those who may open them."""
    rows = list(
        Proposal.objects.filter(listing=listing, state=ProposalState.OPEN).order_by(
            "created_at"
        )
    )
    mine = set(
        waiting_proposals.visible_by(user)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    return [
        {
            "text": f"{ProposalKind(row.kind).label}, from {row.proposer_label}"
            if row.pk in mine
            else ProposalKind(row.kind).label,
            "at": row.created_at,
            "url": reverse("workflow:proposal", args=[row.pk])
            if row.pk in mine
            else "",
            "link": "Open it",
            "new": row.kind == ProposalKind.NEW and row.pk in mine,
        }
        for row in rows
    ]


def _rail(
    listing: Listing, open_ones: list[dict[str, Any]], keeps: bool
) -> list[dict[str, Any]]:
    happened = deciding_history.happenings(listing, keeps=keeps)
    changed = deciding_history.changes(listing, NEWEST, keeps=keeps)
    several = deciding_history.later_versions(listing, keeps=keeps).count()
    newest = sorted([*happened, *changed], key=lambda one: one["at"], reverse=True)
    url = reverse("workflow:history", args=[listing.pk])
    return [
        {"id": "waiting", "title": "Waiting", "count": len(open_ones),
         "open": bool(open_ones), "events": open_ones,
         "empty": "Nobody has suggested anything that is not decided."},
        {"id": "history", "title": "What happened", "count": len(happened) + several,
         "open": True, "events": newest[:NEWEST],
         "empty": "Nothing has happened to it yet.",
         "url": url, "link": "The whole history"},
    ]  # fmt: skip
