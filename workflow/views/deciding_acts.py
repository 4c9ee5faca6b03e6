"""What may be done to a record besides deciding and checking: each a plain form.

An act is declared once: who may, which form, which action, what is said afterwards. The
record page draws those that the person may do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.forms import Form

from accounts.models import User
from accounts.permissions import Permission
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.models import Organization
from workflow import access
from workflow.actions import listings, place, records, releases
from workflow.actions.main_areas import declare_main, keeps_a_secret
from workflow.choices import Hidden, Stage
from workflow.forms import (
    DeclineForm,
    EditorForm,
    EntryForm,
    HandOverForm,
    HideForm,
    LineForm,
    PublishForm,
    ReasonForm,
    ReleaseForm,
    ReturnForm,
    RevokeForm,
    SplitForm,
    VisibilityForm,
)
from workflow.keeping_forms import OWN_ADDRESS
from workflow.models import Listing, Record
from workflow.remit_forms import MainAreaForm

Data = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """One act on a listing. ``may`` decides whether its form is shown; the action
    itself asks again on the locked row. ``about`` says what will happen."""

    slug: str
    title: str
    about: str
    button: str
    form: type[Form]
    may: Callable[[User, Listing], bool]
    run: Callable[[User, Listing, Data], Any]
    done: str
    is_warning: bool = False


def _is_lapsed_only(listing: Listing) -> bool:
    return listing.hidden_because == [Hidden.LAPSED]


def _may_return(user: User, listing: Listing) -> bool:
    return listing.stage == Stage.SUBMITTED and access.can_decline(user, listing)


def _may_decline(user: User, listing: Listing) -> bool:
    return access.can_decline(user, listing) and listing.declined_by_id != user.pk


def _may_reopen(user: User, listing: Listing) -> bool:
    return listing.stage == Stage.ASSURED and access.can_decline(user, listing)


def _may_publish(user: User, listing: Listing) -> bool:
    return listing.stage == Stage.ASSURED and access.can_publish(user, listing)


def _may_hide(user: User, listing: Listing) -> bool:
    return listing.stage == Stage.PUBLISHED and access.can_hide(user, listing)


def _may_restore(user: User, listing: Listing) -> bool:
    return (
        listing.was_assured
        and listing.record.replaced_by_id is None
        and not _is_lapsed_only(listing)
        and access.can_restore(user, listing)
    )


def _organization(listing: Listing) -> Record | None:
    """The accepted record of the organization that runs a service."""
    if listing.organization_id is None:
        return None
    return Record.objects.filter(
        pk=listing.organization_id, revision__isnull=False
    ).first()


def _may_invite_editor(user: User, listing: Listing) -> bool:
    record = _organization(listing)
    if record is None or not access.can_appoint_first_editor(user, record):
        return False
    return not access.has_editors(Organization.objects.get(pk=record.pk))


def _may_declare_main(user: User, listing: Listing) -> bool:
    return access.can_declare_main(user, listing) and not keeps_a_secret(listing)


def _invite_editor(by: User, listing: Listing, data: Data) -> None:
    record = _organization(listing)
    if record is None:
        raise InvalidState("The organisation has to be accepted first.")
    if data["email"].strip().lower() == by.email:
        raise InvalidInput({"email": OWN_ADDRESS})
    place.invite_first_editor(
        by=by, record=record, email=data["email"], base_url=settings.PUBLIC_URL
    )


def _may_set_visibility(user: User, listing: Listing) -> bool:
    return listing.was_assured and access.can_correct(user, listing.record)


def shared_places(listing: Listing) -> list[tuple[str, str]]:
    """The places of a listing that other services happen at too, with their names."""
    others = Listing.objects.filter(location_ids__overlap=listing.location_ids)
    shared = {
        key
        for ids in others.exclude(pk=listing.pk).values_list("location_ids", flat=True)
        for key in ids
    }
    rows = Record.objects.filter(pk__in=shared & set(listing.location_ids))
    return [(str(pk), label) for pk, label in rows.values_list("pk", "label")]


def _may_split(user: User, listing: Listing) -> bool:
    assured = listing.stage not in (Stage.DRAFT, Stage.SUBMITTED)
    return (
        assured and access.is_in_remit(user, listing) and bool(shared_places(listing))
    )


def may_replace(user: User, listing: Listing) -> bool:
    """Whether the person may say that another record is the same as this one."""
    return (
        listing.record.replaced_by_id is None
        and access.is_in_remit(user, listing)
        and not listing.record.replaces.exists()
    )


def _may_keep_apart(user: User, listing: Listing) -> bool:
    return listing.record.replaced_by_id is not None and access.is_in_remit(
        user, listing
    )


def _leads(permission: Permission) -> Callable[[User, Listing], bool]:
    def may(user: User, listing: Listing) -> bool:
        return access.can_in_place(user, permission, listing.partnership)

    return may


def _may_set_critical(user: User, listing: Listing) -> bool:
    return not listing.critical and _leads(Permission.SET_POLICY)(user, listing)


def _may_unset_critical(user: User, listing: Listing) -> bool:
    return listing.critical and _leads(Permission.SET_POLICY)(user, listing)


def _may_hide_lapsed(user: User, listing: Listing) -> bool:
    return (
        listing.stage == Stage.PUBLISHED
        and access.is_lapsed(listing, clock.today())
        and _leads(Permission.DECIDE_HIDING)(user, listing)
    )


ACTS = (
    Act(
        "publish",
        "Publish it",
        "The public sees it as the preview shows it, and it goes out as open data.",
        "Publish",
        PublishForm,
        _may_publish,
        lambda by, x, data: listings.publish_listing(by=by, listing_id=x.pk),
        "“{}” is public now.",
    ),
    Act(
        "return",
        "Return it to its author",
        "It becomes a draft again, and its author is told what you write.",
        "Return it",
        ReturnForm,
        _may_return,
        lambda by, x, data: listings.return_listing(by=by, listing_id=x.pk, **data),
        "“{}” went back to its author.",
    ),
    Act(
        "decline",
        "Decline it",
        "It does not become public. Its author is told why and may appeal once.",
        "Decline it",
        DeclineForm,
        _may_decline,
        lambda by, x, data: listings.decline_listing(by=by, listing_id=x.pk, **data),
        "“{}” was declined, and its author is told.",
        is_warning=True,
    ),
    Act(
        "reopen",
        "Look at it again",
        "It goes back to waiting for a decision.",
        "Send it back to be decided",
        ReasonForm,
        _may_reopen,
        lambda by, x, data: listings.reopen_listing(by=by, listing_id=x.pk, **data),
        "“{}” waits for a decision again.",
    ),
    Act(
        "hide",
        "Hide it from the public",
        "It is taken off every page and feed within seconds. Partners still see it.",
        "Hide it",
        HideForm,
        _may_hide,
        lambda by, x, data: listings.hide_listing(by=by, listing_id=x.pk, **data),
        "“{}” is hidden from the public.",
        is_warning=True,
    ),
    Act(
        "restore",
        "Bring it back",
        "Lifts every reason against it but “not checked in time”, which only a check "
        "lifts.",
        "Bring it back",
        ReasonForm,
        _may_restore,
        lambda by, x, data: listings.restore_listing(by=by, listing_id=x.pk, **data),
        "What stood against “{}” is lifted.",
    ),
    Act(
        "keep-apart",
        "They are two services after all",
        "This record is one of its own again. It stays hidden until somebody brings "
        "it back.",
        "Keep them apart",
        ReasonForm,
        _may_keep_apart,
        lambda by, x, data: records.keep_apart(by=by, listing_id=x.pk, **data),
        "“{}” is a record of its own again. Bring it back when it may be public.",
    ),
    Act(
        "hand-over",
        "Hand it over",
        "Another area of work answers for it from now on.",
        "Hand it over",
        HandOverForm,
        _leads(Permission.HAND_OVER),
        lambda by, x, data: place.hand_over(by=by, listing_id=x.pk, **data),
        "“{}” was handed over.",
    ),
    Act(
        "main-area",
        "Say where most of it happens",
        "An area of work that takes a part of the place takes it by this.",
        "Save where it happens",
        MainAreaForm,
        _may_declare_main,
        lambda by, x, data: declare_main(by=by, listing_id=x.pk, **data),
        "It is saved where most of “{}” happens.",
    ),
    Act(
        "invite-editor",
        "Invite somebody who runs it",
        "Nobody at the organisation keeps its listings yet. Whoever you invite does "
        "from then on, and invites the others.",
        "Invite them",
        EditorForm,
        _may_invite_editor,
        _invite_editor,
        "An invitation to keep “{}” is on its way.",
    ),
    Act(
        "visibility",
        "Say who may see it",
        "The whole record, not single fields: everybody, only partners, or only those "
        "who keep it.",
        "Save who may see it",
        VisibilityForm,
        _may_set_visibility,
        lambda by, x, data: records.set_visibility(
            by=by, record_id=x.record_id, **data
        ),
        "It is saved who may see “{}”.",
    ),
    Act(
        "entry",
        "Say what kind of entry it is",
        "Some entries are only an organisation’s card, or only point to somebody "
        "else. The public is told so, and you are not asked again.",
        "Save what it is",
        EntryForm,
        access.is_in_remit,
        lambda by, x, data: records.mark_entry(by=by, listing_id=x.pk, **data),
        "It is saved what kind of entry “{}” is.",
    ),
    Act(
        "split",
        "Give it a place of its own",
        "Other services happen at the same place, and a change of it changes them "
        "all. This service gets its own copy, which is changed for it alone.",
        "Make its own copy",
        SplitForm,
        _may_split,
        lambda by, x, data: records.split_location(
            by=by, listing_id=x.pk, location_id=data["location"]
        ),
        "“{}” has a place of its own now.",
    ),
    Act(
        "critical",
        "Mark it as critical",
        "No machine ever hides it; when it lapses, you are asked.",
        "Mark it as critical",
        ReasonForm,
        _may_set_critical,
        lambda by, x, data: place.set_critical(
            by=by, listing_id=x.pk, critical=True, **data
        ),
        "“{}” is marked as critical.",
    ),
    Act(
        "not-critical",
        "Take the mark “critical” away",
        "It lapses and is hidden like any other record.",
        "Take the mark away",
        ReasonForm,
        _may_unset_critical,
        lambda by, x, data: place.set_critical(
            by=by, listing_id=x.pk, critical=False, **data
        ),
        "“{}” is not marked as critical any more.",
    ),
    Act(
        "hide-lapsed",
        "Hide it because it lapsed",
        "Nobody checked it in time and no machine may hide it, so you decide.",
        "Hide it",
        ReasonForm,
        _may_hide_lapsed,
        lambda by, x, data: place.hide_lapsed(by=by, listing_id=x.pk, **data),
        "“{}” is hidden until somebody checks it.",
        is_warning=True,
    ),
)

# What is done to one finding of the gate, drawn beside it.
_FINDING_ACTS = (
    Act(
        "accept-line", "", "", "Accept it as a public line", LineForm,
        access.is_in_remit,
        lambda by, x, data: releases.accept_public_line(
            by=by, release_id=data["release"]
        ),
        "Accepted. The public sees the number wherever the record is public.",
    ),
    Act(
        "release", "", "", "Let it out", ReleaseForm,
        _leads(Permission.RELEASE_FINDINGS),
        lambda by, x, data: releases.release_finding(by=by, listing_id=x.pk, **data),
        "It is let out. The public sees it wherever the record is public.",
    ),
    Act(
        "revoke", "", "", "Hold it back again", RevokeForm,
        lambda by, x: True,
        lambda by, x, data: releases.revoke_release(
            by=by, release_id=data["release"], reason=data["reason"]
        ),
        "It is held back again.",
    ),
)  # fmt: skip
BY_SLUG = {act.slug: act for act in (*ACTS, *_FINDING_ACTS)}


def make_form(act: Act, listing: Listing, data: Any = None, **more: Any) -> Form:
    """The form of an act, with what it offers."""
    if act.form is HandOverForm:
        more["place_id"] = listing.partnership_id
        more["initial"] = {"remit": listing.remit_id}
    if act.form is MainAreaForm:
        more["listing"] = listing
    if act.form is SplitForm:
        more["places"] = shared_places(listing)
    if act.form is VisibilityForm:
        more["initial"] = {"visibility": listing.record.visibility}
    return act.form(data, auto_id=f"{act.slug}_%s", **more)


def possible(user: User, listing: Listing) -> list[Act]:
    """The acts that this person may do to this listing as it is now."""
    return [act for act in ACTS if act.may(user, listing)]
