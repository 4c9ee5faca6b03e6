"""Two places with one record in every state, and one person for each role.

What an action is tried on is made here once; each trial is undone. A subject becomes
somebody's *own* by writing them into its rows.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission

from accounts.models import Partnership, User
from accounts.roles import Role
from common import clock
from directory.models import (
    Organization,
    OrganizationGrant,
    Taxonomy,
    TaxonomyTerm,
)
from tests import world
from workflow.actions import (
    bodies,
    checking,
    decisions,
    listings,
    offering,
    proposals,
    records,
    releases,
    sharing,
)
from workflow.actions import place as places
from workflow.actions.choosing import Check
from workflow.choices import Evidence, Hidden, Level, Method
from workflow.matrix import Actor, Whose
from workflow.models import (
    Assurance,
    AssuranceLevel,
    Change,
    Decision,
    HidingStop,
    HomeOffer,
    Listing,
    Proposal,
    Record,
    Release,
    Remit,
    SharingAgreement,
    Source,
    TeamNote,
)

MOBILE = "07700 900123"
PROVIDERS = {
    Actor.EDITOR: Role.EDITOR,
    Actor.ORGANIZATION_LEAD: Role.ORGANIZATION_LEAD,
    Actor.TRUSTED: Role.EDITOR,
}


@dataclass
class Subjects:
    """What there is in one place, all of it made by people without a part in a test."""

    place: world.Place
    listings: dict[str, Listing] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    decision: Decision = field(default=None)  # type: ignore[assignment]
    check: Assurance = field(default=None)  # type: ignore[assignment]
    release: Release = field(default=None)  # type: ignore[assignment]
    accepted_release: Release = field(default=None)  # type: ignore[assignment]
    # A note for the team of the second partner.
    note: TeamNote = field(default=None)  # type: ignore[assignment]
    stop: HidingStop = field(default=None)  # type: ignore[assignment]
    person: User = field(default=None)  # type: ignore[assignment]
    # What a third place proposed to this one, this one to it, and what is in force.
    asked: SharingAgreement = field(default=None)  # type: ignore[assignment]
    proposed: SharingAgreement = field(default=None)  # type: ignore[assignment]
    agreed: SharingAgreement = field(default=None)  # type: ignore[assignment]
    # A record that the third place wants to keep, and one that it is to keep.
    wanted: HomeOffer = field(default=None)  # type: ignore[assignment]
    offered: HomeOffer = field(default=None)  # type: ignore[assignment]
    # An organization that nobody edits, and its record.
    organization: Organization = field(default=None)  # type: ignore[assignment]

    # Terms in use and a retired one, and a need, on lists of the place.
    term: TaxonomyTerm = field(default=None)  # type: ignore[assignment]
    other_term: TaxonomyTerm = field(default=None)  # type: ignore[assignment]
    old_term: TaxonomyTerm = field(default=None)  # type: ignore[assignment]
    need: TaxonomyTerm = field(default=None)  # type: ignore[assignment]

    @property
    def partnership(self) -> Partnership:
        return self.place.partnership

    def record_of(self, organization: Organization) -> Record:
        return Record.objects.get(pk=organization.pk)


def make_subjects(name: str) -> Subjects:
    place = world.make_place(name)
    made = Subjects(place, person=world.person("Olga Other"))
    places.save_policy(
        by=place.lead, place=place.partnership, values={"always_checked": ["email"]}
    )
    _make_listings(made)
    _make_proposals(made)
    _make_releases(made)
    made.note = TeamNote.objects.create(
        listing=made.listings["published"], partner=place.health,
        author=place.contributor, words="They move in May.",
    )  # fmt: skip
    made.stop = HidingStop.objects.create(
        partnership=place.partnership, scope="the whole place", listing_ids=[], out_of=9
    )
    made.organization = world.organization_of(world.published(place))
    _make_terms(made)
    return made


def _make_terms(made: Subjects) -> None:
    of = made.partnership
    made.term, made.other_term = world.term(of=of), world.term("Company", of=of)
    made.old_term = world.term("Tea dances", of=of, retired_on=clock.today())
    made.need = world.term("Somebody to talk to", "Needs", of=of)


def _make_listings(made: Subjects) -> None:
    place, put = made.place, made.listings
    put["draft"] = world.draft(place)
    known = Record.objects.get(pk=str(world.published(place).organization_id))
    put["submitted"] = world.submitted(place, run_by=known)
    put["from source"] = world.submitted(place)
    source = Source.objects.create(
        partner=place.council, name="Old", address="https://old.example/"
    )
    Listing.objects.filter(pk=put["from source"].pk).update(source=source)
    put["published"] = world.published(place)
    put["neighbouring"] = world.published(place, at=hall_of(put["published"]))
    put["beyond"] = world.published(place)
    put["hidden"] = world.published(place)
    listings.hide_listing(
        by=place.assurer, listing_id=put["hidden"].pk, because=Hidden.WITHDRAWN,
        reason="They asked.",
    )  # fmt: skip
    put["declined"] = world.submitted(place)
    listings.decline_listing(
        by=place.second_assurer, listing_id=put["declined"].pk, reason="No.",
        because=Hidden.REFUSED,
    )  # fmt: skip
    put["replaced"] = world.published(place)
    records.replace_record(
        by=place.assurer, listing_id=put["replaced"].pk, reason="The same.",
        replaced_by_id=put["published"].record_id,
    )  # fmt: skip
    places.save_policy(
        by=place.lead, place=place.partnership, values={"publish_at_once": False}
    )
    put["assured"] = world.published(place)


def hall_of(listing: Listing) -> Record:
    return Record.objects.get(pk=listing.location_ids[0])


def _make_proposals(made: Subjects) -> None:
    place, listing = made.place, made.listings["published"]
    by: dict[str, Any] = {"by": place.contributor, "listing_id": listing.pk}
    said: dict[str, Any] = {"evidence": Evidence.VISITED, "words": "I was there."}
    service, hall = str(listing.record_id), str(listing.location_ids[0])

    def propose(record: str, **values: Any) -> Proposal:
        return proposals.propose_edit(
            **by, **said, edits={record: values}, bases={record: 1}
        )

    made.proposals = {
        "new service": made.listings["submitted"].proposals.get(),
        "service": propose(service, fees="Free"),
        "place": propose(hall, transportation="Bus 7"),
        "record": bodies.propose_record_edit(
            by=place.contributor,
            **said,
            record_id=hall,
            base=1,
            values={"url": "https://hall.example/"},
        ),
        "always checked": propose(service, email="tea@friends.example"),
        "closure": proposals.report_closed(**by, **said),
        "harm": proposals.report_problem(**by, **said, harm=True),
    }
    other = propose(service, alert="No tea on Monday")
    made.decision = decisions.decide(
        by=place.second_assurer, proposal_id=other.pk, choices=world.accept_all(other)
    )
    made.check = checking.check_listing(
        by=place.second_assurer, listing_id=listing.pk, method=Method.CALL
    )


def _make_releases(made: Subjects) -> None:
    place = made.place
    for name in ("mobile", "released"):
        listing = world.published(place, phones=[{"number": MOBILE}])
        editor = world.make_editor(listing)
        made.listings[name] = listing
        release = releases.state_public_line(
            by=editor, listing_id=listing.pk, key=mobile_key(), reason="It is ours."
        )
        if name == "released":
            releases.accept_public_line(by=place.assurer, release_id=release.pk)
            made.accepted_release = release
        else:
            made.release = release


def _make_agreements(made: Subjects, third: world.Place, fourth: world.Place) -> None:
    own = made.partnership

    def propose(by: world.Place, home: Partnership, at: Partnership) -> Any:
        return sharing.propose_sharing(
            by=by.lead, place=by.partnership, home=home, shown_by=at
        )

    made.asked = propose(third, third.partnership, own)
    made.proposed = propose(made.place, own, third.partnership)
    agreed = propose(fourth, fourth.partnership, own)
    made.agreed = sharing.accept_sharing(by=made.place.lead, agreement_id=agreed.pk)


def _make_offers(made: Subjects, third: world.Place) -> None:
    def offer(by: world.Place, name: str) -> HomeOffer:
        return offering.offer_home(
            by=by.lead, place=by.partnership, listing_id=made.listings[name].pk,
            to=third.partnership, reason="It is on that side of the river.",
        )  # fmt: skip

    made.wanted = offer(third, "published")
    made.offered = offer(made.place, "neighbouring")


def mobile_key() -> str:
    from directory.gate import release_key

    return release_key("mobile", MOBILE)


# --- the people -----------------------------------------------------------------------


@dataclass
class Scene:
    """Both places, and who asks."""

    here: Subjects
    elsewhere: Subjects
    actors: dict[Actor, Any]
    fourth: Partnership
    # The organization of those who keep listings, in the first place.
    home: Organization
    # A list of terms that no place uses yet.
    shared_list: Taxonomy

    def subjects(self, whose: Whose) -> Subjects:
        return self.elsewhere if whose == Whose.ELSEWHERE else self.here


def make_scene() -> Scene:
    here, elsewhere = make_subjects("Hereham"), make_subjects("Otherford")
    third, fourth = world.make_place("Thirdbury"), world.make_place("Fourthorpe")
    for made in (here, elsewhere):
        _make_agreements(made, third, fourth)
        _make_offers(made, third)
    place = here.place
    home = world.organization_of(world.published(place))
    named = world.organization_of(world.published(place))
    roles = {
        Actor.EDITOR: (Role.EDITOR, home),
        Actor.ORGANIZATION_LEAD: (Role.ORGANIZATION_LEAD, home),
        Actor.TRUSTED: (Role.EDITOR, home),
        Actor.READER: (Role.READER, place.health),
        Actor.CONTRIBUTOR: (Role.CONTRIBUTOR, place.health),
        Actor.VOLUNTEER: (Role.VOLUNTEER, place.partnership),
        Actor.ASSURER: (Role.ASSURER, place.council),
        Actor.OTHER_ASSURER: (Role.ASSURER, place.health),
        Actor.LEAD: (Role.LEAD, place.partnership),
        Actor.PUBLISHER: (Role.PUBLISHER, place.partnership),
        Actor.OFFICER: (Role.DATA_PROTECTION, place.partnership),
        Actor.ADMINISTRATOR: (Role.ADMINISTRATOR, None),
    }
    actors: dict[Actor, Any] = {
        actor: world.give(world.person(actor.value), role, on)
        for actor, (role, on) in roles.items()
    }
    actors[Actor.SUPERUSER] = world.person("Superuser", is_superuser=True)
    actors[Actor.ANONYMOUS] = AnonymousUser()
    closed = world.person("Closed")
    for role, on in roles.values():
        world.give(closed, role, on)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    actors[Actor.INACTIVE] = User.objects.get(pk=closed.pk)
    Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="One provider",
        organization_ids=[named.pk], lead=actors[Actor.OTHER_ASSURER],
    )  # fmt: skip
    return Scene(
        here,
        elsewhere,
        actors,
        fourth.partnership,
        home,
        Taxonomy.objects.create(name="National"),
    )


def make_own(scene: Scene, actor: Actor) -> None:
    """Write an actor into everything that was made in their place."""
    made, user = scene.here, scene.actors[actor]
    person = None if actor == Actor.ANONYMOUS else user
    source = Source.objects.get(partner=made.place.council)
    kept = [listing.pk for listing in made.listings.values()]
    if person is None:
        Listing.objects.filter(pk__in=kept).update(source=source)
    Listing.objects.filter(pk__in=kept).update(author=person)
    Proposal.objects.filter(listing__in=kept).update(proposer=person)
    Change.objects.filter(proposal__listing__in=kept).update(proposed_by=person)
    about = Proposal.objects.filter(record__isnull=False, partnership=made.partnership)
    about.update(proposer=person)
    Change.objects.filter(proposal__in=about).update(proposed_by=person)
    if person:
        Assurance.objects.filter(pk=made.check.pk).update(assured_by=person)
        TeamNote.objects.filter(pk=made.note.pk).update(author=person)
    rule = "" if person else "a rule"
    Decision.objects.filter(pk=made.decision.pk).update(decided_by=person, rule=rule)
    Release.objects.filter(listing__in=kept).update(stated_by=person)
    organizations = {str(x.organization_id) for x in made.listings.values()}
    role = PROVIDERS.get(actor)
    if actor == Actor.INACTIVE:
        role = Role.EDITOR
    if role is None:
        return
    known = Organization.objects.filter(pk__in=organizations).values_list(
        "pk", flat=True
    )
    name = Permission.objects.get(codename=role.value)
    OrganizationGrant.objects.bulk_create(
        OrganizationGrant(user=user, permission=name, content_object_id=key)
        for key in known
    )
    if actor in (Actor.TRUSTED, Actor.INACTIVE):
        AssuranceLevel.objects.bulk_create(
            AssuranceLevel(
                partnership=made.partnership, organization_id=key, reason="Good.",
                level=Level.TRUSTED, decided_by_label="A lead",
            )
            for key in known
        )  # fmt: skip


def late() -> dt.datetime:
    """When everything has lapsed."""
    return clock.now() + dt.timedelta(days=200)


def choices(proposal: Proposal) -> dict[str, Any]:
    """How to decide a proposal in favour."""
    return {
        "proposal_id": proposal.pk, "choices": world.accept_all(proposal),
        "check": Check(Method.CALL), "answer": "We have seen to it.",
    }  # fmt: skip
