"""How the matrix is tried: the place, its people, areas, lists and neighbours."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts import actions as people
from accounts.models import Partner, User
from accounts.roles import Role
from common import clock
from directory.choices import Facet
from directory.term_files.found import FoundList
from tests import world
from tests.workflow.rights.trial import BASE, Call, Trial
from workflow import homes, remit_previewing
from workflow.actions import (
    asking,
    contracts,
    covers,
    efforts,
    ending_partners,
    handing_over,
    harvesting,
    jobs,
    keeping_figures,
    ladders,
    levels,
    main_areas,
    naming_leaders,
    notes,
    offering,
    open_data,
    remits,
    setting_up,
    sharing,
    spreading,
    term_lists,
    terms,
)
from workflow.actions import place as places
from workflow.choices import EffortKind, Level
from workflow.matrix import Whose
from workflow.models import (
    AssuranceLevel,
    Cover,
    HomeOffer,
    Listing,
    Remit,
)

CALLS: dict[str, Call] = {}


def plan_first_check(trial: Trial) -> Any:
    """Plan the first check of something that was never checked."""
    unchecked = Listing.objects.filter(pk=trial.made.listings["published"].pk)
    unchecked.update(due_on=None, assurance=None)
    return spreading.spread_first_checks(by=trial.by, place=trial.place, per_week=5)


# --- the place and its people ---------------------------------------------------------


def _remit(t: Trial) -> None:
    place = t.made.place
    remits.create_remit(
        by=t.by, partner=place.council, name="A part", lead=place.assurer,
        parts=remits.Parts((t.made.organization.pk,)),
    )  # fmt: skip


def _change_remit(t: Trial) -> None:
    remit = t.made.place.remit
    remits.change_remit(
        by=t.by, remit_id=remit.pk, base=remits.state_of(remit), name="The rest",
        parts=remits.Parts(),
    )  # fmt: skip


def _name_leaders(t: Trial) -> None:
    place = t.made.place
    naming_leaders.name_leaders(
        by=t.by, remit_id=place.remit.pk, base=remits.state_of(place.remit),
        lead=place.second_assurer, deputy=place.assurer,
    )  # fmt: skip


def _hand_over_all(t: Trial) -> Any:
    remit = t.made.place.remit
    other = Remit.objects.create(
        partnership=remit.partnership, partner=remit.partner, lead=remit.lead,
        name=f"Other of {t.actor}",
    )  # fmt: skip
    return handing_over.hand_over_all(
        by=t.by, remit_id=remit.pk, to=other, reason="Better so.",
        base=handing_over.state_with_records(remit),
    )  # fmt: skip


def _end_remit(t: Trial) -> None:
    remit = t.made.place.remit
    remits.end_remit(
        by=t.by, remit_id=remit.pk, base=remits.state_of(remit), reason="Merged."
    )


def _arrange_cover(t: Trial) -> None:
    _lead_it(t)
    covers.arrange_cover(
        by=t.by, remit_id=t.made.place.remit.pk, user=t.made.place.second_assurer,
        begins_on=clock.today(), ends_on=clock.today(), reason="A holiday.",
    )  # fmt: skip


def _end_cover(t: Trial) -> None:
    _lead_it(t)
    cover = Cover.objects.create(
        remit=t.made.place.remit, user=t.made.place.second_assurer,
        begins_on=clock.today(), ends_on=clock.today(), reason="A holiday.",
        arranged_by=t.made.place.lead,
    )  # fmt: skip
    covers.end_cover(by=t.by, cover_id=cover.pk)


def _lead_it(t: Trial) -> None:
    """One's own area of work is the one that one leads."""
    if t.whose == Whose.OWN and isinstance(t.by, User):
        Remit.objects.filter(pk=t.made.place.remit.pk).update(lead=t.by)


def _roles(action: Callable[..., Any], **more: Any) -> None:
    """Rows for giving, taking or inviting to each role."""
    targets: dict[str, tuple[Role, Callable[[Trial], Any]]] = {
        "editor": (Role.EDITOR, lambda t: t.organization),
        "assurer": (Role.ASSURER, lambda t: t.made.place.council),
        "publisher": (Role.PUBLISHER, lambda t: t.place),
        "lead": (Role.LEAD, lambda t: t.place),
        "administrator": (Role.ADMINISTRATOR, lambda t: None),
    }

    def row(role: Role, on: Callable[[Trial], Any]) -> Call:
        def ask(t: Trial) -> None:
            user = t.user if isinstance(t.user, User) else t.made.person
            if action is people.invite:
                people.invite(by=t.by, email=t.email, role=role, on=on(t), **more)
                return
            if action is people.withdraw_invitation:
                invited = people.write_invitation(
                    by=t.made.person, email=t.email, role=role, on=on(t), base_url=BASE
                )
                t.written()
                action(by=t.by, invitation_id=invited.pk)
                return
            if action is people.take_role:
                with transaction.atomic():
                    people.write_grant(user=user, role=role, on=on(t), by="a test")
                t.written()
            action(by=t.by, user=user, role=role, on=on(t))

        return ask

    for case, (role, on) in targets.items():
        CALLS[f"{action.__name__} ({case})"] = row(role, on)


_roles(people.give_role)
_roles(people.take_role)
_roles(people.invite, base_url=BASE)
_roles(people.withdraw_invitation)


def _starter_lists(t: Trial) -> Any:
    """In a place that has no lists of its own."""
    for taxonomy in t.place.taxonomies.all():
        taxonomy.partnership, taxonomy.name = None, uuid.uuid4().hex
        taxonomy.save()
    return terms.add_starter_lists(by=t.by, place=t.place)


def _seen(offer: HomeOffer) -> str:
    """What a form carries of what would move."""
    listing = world.fresh(offer.listing)
    return homes.plan(listing, offer.to).fingerprint


def _terms_of_contract(t: Trial) -> contracts.Terms:
    return contracts.Terms(
        commissioner_id=t.made.place.council.pk, reference=f"C {uuid.uuid4().hex[:6]}",
        review_months=12, starts_on=clock.today(),
        listing_ids=(t.keeping("published").pk,),
        manager_mailbox="contracts@testham.example",
    )  # fmt: skip


def _contract(t: Trial) -> Any:
    made = contracts.add_contract(
        by=t.made.place.lead, place=t.place, terms=_terms_of_contract(t)
    )
    t.written()
    return made.pk


def _review(t: Trial) -> None:
    with transaction.atomic():
        AssuranceLevel.objects.update_or_create(
            partnership=t.place, organization_id=t.made.organization.pk,
            defaults={"level": Level.MONITORED, "reason": "Good."},
        )  # fmt: skip
    t.written()
    levels.review_organization(
        by=t.by, place=t.place, organization_id=t.made.organization.pk
    )


def _partner_without_work(t: Trial, **values: Any) -> Partner:
    partner, _ = Partner.objects.get_or_create(
        partnership=t.place, name="Fire", defaults={"kind": "fire", **values}
    )
    return partner


CALLS |= {
    "add_note": lambda t: notes.add_note(
        **t.listing("published"), words="They ring back after ten."
    ),
    "add_record_note": lambda t: notes.add_record_note(
        by=t.by, record_id=t.keeping("published").organization_id,
        words="They ring back after ten.",
    ),
    "strike_note": lambda t: notes.strike_note(by=t.by, note_id=t.made.note.pk),
    "spread_first_checks": plan_first_check,
    "take_baseline": lambda t: keeping_figures.take_baseline(by=t.by, place=t.place),
    "save_ladder": lambda t: ladders.save_ladder(
        by=t.by, place=t.place, contracted=False, steps=[(-10, "first")]
    ),
    "save_policy": lambda t: places.save_policy(
        by=t.by, place=t.place, values={"report_days": 3}
    ),
    "set_licence": lambda t: open_data.set_licence(
        by=t.by, place=t.place, licence="CC-BY-4.0"
    ),
    "save_effort_defaults": lambda t: efforts.save_effort_defaults(
        by=t.by, place=t.place, rate=None,
        minutes={(EffortKind.CHECK, Level.PROXY): 12},
    ),
    "set_level": lambda t: places.set_level(
        by=t.by, place=t.place, organization=t.made.organization, reason="Good.",
        level=Level.MONITORED,
    ),
    "add_contract": lambda t: contracts.add_contract(
        by=t.by, place=t.place, terms=_terms_of_contract(t)
    ),
    "change_contract": lambda t: contracts.change_contract(
        by=t.by, contract_id=_contract(t), terms=_terms_of_contract(t)
    ),
    "review_contract": lambda t: contracts.review_contract(
        by=t.by, contract_id=_contract(t)
    ),
    "end_contract": lambda t: contracts.end_contract(
        by=t.by, contract_id=_contract(t), reason="It was merged."
    ),
    "review_organization": lambda t: _review(t),
    "hand_over": lambda t: places.hand_over(
        **t.listing("published"), remit=t.made.place.remit, reason="Better so."
    ),
    "set_critical": lambda t: places.set_critical(
        **t.listing("published"), critical=True, reason="Statutory."
    ),
    "decide_stop": lambda t: places.decide_stop(
        by=t.by, stop_id=t.made.stop.pk, hide=False, reason="We ring them."
    ),
    "create_remit": _remit,
    "declare_main": lambda t: main_areas.declare_main(**t.listing("published")),
    "hand_over_all": _hand_over_all,
    "give_all_nobodys": lambda t: handing_over.give_all_nobodys(
        by=t.by, place=t.place, remit=t.made.place.remit, reason="Nobody had them.",
        seen=remit_previewing.nobodys(t.place.pk).count(),
    ),
    "change_remit": _change_remit,
    "name_leaders": _name_leaders,
    "end_remit": _end_remit,
    "arrange_cover": _arrange_cover,
    "end_cover": _end_cover,
    "link_own_body": lambda t: setting_up.link_own_body(
        by=t.by, partner=t.made.place.council, organization=t.made.organization
    ),
    "begin_harvest": lambda t: harvesting.begin_harvest(
        by=t.by, partner=t.made.place.council, address="https://feed.example/",
        name="A feed", standard="3.0",
    ),
    "ask_for_harvest": lambda t: asking.ask_for_harvest(
        by=t.by, partner=t.made.place.council, address="https://feed.example/"
    ),
    "propose_sharing": lambda t: sharing.propose_sharing(
        by=t.by, place=t.place, home=t.place, shown_by=t.scene.fourth
    ),
    "accept_sharing": lambda t: sharing.accept_sharing(
        by=t.by, agreement_id=t.made.asked.pk
    ),
    "decline_sharing": lambda t: sharing.decline_sharing(
        by=t.by, agreement_id=t.made.asked.pk, reason="Not now."
    ),
    "withdraw_sharing": lambda t: sharing.withdraw_sharing(
        by=t.by, agreement_id=t.made.proposed.pk
    ),
    "end_sharing": lambda t: sharing.end_sharing(
        by=t.by, place=t.place, agreement_id=t.made.agreed.pk, reason="Enough."
    ),
    "offer_home": lambda t: offering.offer_home(
        by=t.by, place=t.place, listing_id=t.made.listings["beyond"].pk,
        to=t.scene.fourth, reason="It is on their side.",
    ),
    "accept_home": lambda t: offering.accept_home(
        by=t.by, offer_id=t.made.wanted.pk, seen=_seen(t.made.wanted)
    ),
    "decline_home": lambda t: offering.decline_home(
        by=t.by, offer_id=t.made.wanted.pk, reason="It is ours."
    ),
    "withdraw_home": lambda t: offering.withdraw_home(
        by=t.by, offer_id=t.made.offered.pk
    ),
    "add_term": lambda t: terms.add_term(
        by=t.by, taxonomy_id=t.made.term.taxonomy_id, name="Choirs"
    ),
    "rename_term": lambda t: terms.rename_term(
        by=t.by, term_id=t.made.term.pk, was=terms.term_as_read(t.made.term),
        name="Coffee",
    ),
    "set_term_code": lambda t: terms.set_term_code(
        by=t.by, term_id=t.made.term.pk, was=("", ""), code="7", term_uri=""
    ),
    "change_list": lambda t: term_lists.change_list(
        by=t.by, taxonomy_id=t.made.term.taxonomy_id, name="Kinds of service",
        was=term_lists.list_as_read(t.made.term.taxonomy), uri="", version="2",
    ),
    "set_other_words": lambda t: terms.set_other_words(
        by=t.by, term_id=t.made.term.pk, was=[], words=["Another word"]
    ),
    "move_term": lambda t: terms.move_term(
        by=t.by, term_id=t.made.term.pk, parent_id=t.made.other_term.pk
    ),
    "retire_term": lambda t: terms.retire_term(by=t.by, term_id=t.made.term.pk),
    "restore_term": lambda t: terms.restore_term(by=t.by, term_id=t.made.old_term.pk),
    "set_mapping": lambda t: terms.set_mapping(
        by=t.by, term_id=t.made.need.pk, was=[], type_ids=[t.made.term.pk]
    ),
    "set_plain_needs": lambda t: terms.set_plain_needs(
        by=t.by, place=t.place, was=[], term_ids=[t.made.need.pk]
    ),
    "add_starter_lists": _starter_lists,
    "use_list": lambda t: terms.use_list(
        by=t.by, place=t.place, taxonomy_id=t.scene.shared_list.pk, use=True
    ),
    "import_lists (of a place)": lambda t: term_lists.import_lists(
        by=t.by, place=t.place, lists=[FoundList("a", "A list", Facet.OTHER)]
    ),
    "import_lists (shared)": lambda t: term_lists.import_lists(
        by=t.by, place=None, lists=[FoundList("a", "A list", Facet.OTHER)]
    ),
    "run_job_now": lambda t: jobs.run_job_now(by=t.by, name="freshen"),
    "create_place": lambda t: setting_up.create_place(
        by=t.by, name="Newham", role_mailbox="directory@new.example"
    ),
    "create_partner": lambda t: setting_up.create_partner(
        by=t.by, place=t.place, name="Fire", kind="fire",
        role_mailbox="fire@new.example",
    ),
    "update_place": lambda t: setting_up.update_place(
        by=t.by, place_id=t.place.pk, base=setting_up.state_of(t.place),
        name="Newham", role_mailbox="directory@new.example", host_names=[],
        accent="moss",
    ),
    "end_partner": lambda t: ending_partners.end_partner(
        by=t.by, partner_id=_partner_without_work(t).pk, reason="They left."
    ),
    "restart_partner": lambda t: ending_partners.restart_partner(
        by=t.by, partner_id=_partner_without_work(t, ended_at=clock.now()).pk
    ),
    "update_partner": lambda t: setting_up.update_partner(
        by=t.by, partner_id=t.made.place.council.pk,
        base=setting_up.state_of(t.made.place.council), name="Newham Council",
        kind="council", role_mailbox="council@new.example",
    ),
    "invite_first_editor": lambda t: places.invite_first_editor(
        by=t.by, record=t.made.record_of(t.made.organization), email=t.email,
        base_url=BASE,
    ),
    "appoint_first_editor": lambda t: places.appoint_first_editor(
        by=t.by, record=t.made.record_of(t.made.organization), user=t.user
    ),
    "close_account": lambda t: people.close_account(
        by=t.by, user=t.user, reason="Left."
    ),
}  # fmt: skip
