"""Making the demo places: through the same actions, with a history that explains them.

Deterministic for a given day: ids follow from names, dates from ``today``. Each step
happens at its own instant (``clock.at``), oldest first, so the audit trail reads as a
year of work would.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions import write_grant
from accounts.demo import ACCOUNTS, PASSWORD
from accounts.models import Partner, Partnership, User
from accounts.roles import Role
from common import clock
from config.demo.border import share
from config.demo.hartmoor import HARTMOOR
from config.demo.shapes import Body, Place, Service, Town, key_id
from config.demo.wexcombe import WEXCOMBE
from directory import locating
from directory.models import Organization, Taxonomy, TaxonomyTerm
from workflow.actions import checking, decisions, drafts, listings, proposals
from workflow.actions import place as places
from workflow.actions.decisions import Check, Choice
from workflow.choices import Evidence, Hidden, Level, Method, Verdict
from workflow.models import (
    Listing,
    OwnBody,
    Policy,
    Proposal,
    Record,
    Remit,
    Revision,
    Source,
)

SERVICE_TYPES = (
    "Carers", "Company", "Disability", "Families and children", "Food", "Housing",
    "Keeping active", "Libraries and learning", "Living at home", "Mental wellbeing",
    "Money and debt", "Safety at home", "Transport", "Young people",
)  # fmt: skip

CYCLE = 90
"""Days between two checks in the made-up past; records older than this have been
checked before."""


def load(today: dt.date, say: Callable[[str], None]) -> None:
    """Make both places as they stand on ``today``. Nothing may be there yet."""
    terms = _terms()
    password = make_password(PASSWORD)
    sides = []
    for town in (WEXCOMBE, HARTMOOR):
        maker = Maker(town, today, terms, password)
        maker.make()
        locating.write_postcodes(_postcodes(town))
        sides.append((maker.place, maker.people["lead"]))
        say(f"{town.name}: {Listing.objects.filter(partnership=maker.place).count()} "
            "services")  # fmt: skip
    share(today, *sides)


def _postcodes(town: Town) -> Iterator[locating.Row]:
    """Where the town's invented postcodes are, as if they were in the real list."""
    for place in town.places:
        if place.point and place.postcode:
            yield (place.postcode.replace(" ", ""), *place.point, "")


def _terms() -> dict[str, str]:
    taxonomy = Taxonomy.objects.create(
        pk=key_id("taxonomy"),
        name="Service types",
        description="A small list of our own, to start with.",
    )
    TaxonomyTerm.objects.bulk_create(
        TaxonomyTerm(pk=key_id("term", name), taxonomy=taxonomy, name=name)
        for name in SERVICE_TYPES
    )
    return {name: key_id("term", name) for name in SERVICE_TYPES}


class Maker:
    """Makes one town: its people, then its records in the order they came to be."""

    def __init__(
        self, town: Town, today: dt.date, terms: dict[str, str], password: str
    ) -> None:
        self.town = town
        self.today = today
        self.terms = terms
        self.password = password
        self.people: dict[str, User] = {}
        self.listings: dict[str, Listing] = {}

    def make(self) -> None:
        """Everything, oldest first."""
        with self._at(400, 8):
            self._found()
        order = [(b, s) for b in self.town.bodies for s in b.services]
        for body, service in order:
            self._bring(body, service)
        with self._at(300, 8):
            self._trust_and_appoint()
        for _, service in sorted(order, key=lambda pair: -pair[1].days_ago):
            if service.history in ("checked", "closed"):
                self._check(service)
        self._endings(order)
        if self.town is WEXCOMBE:
            self._suggestions()

    def _at(self, days_ago: int, hour: int) -> Any:
        day = self.today - dt.timedelta(days=days_ago)
        return clock.at(dt.datetime.combine(day, dt.time(hour), tzinfo=clock.LONDON))

    # --- people and bodies ------------------------------------------------------------

    @transaction.atomic
    def _found(self) -> None:
        town = self.town
        self.place = Partnership.objects.create(
            pk=key_id(town.slug), name=town.name, slug=town.slug, accent=town.accent,
            host_names=[f"{town.slug}.localhost"],
            role_mailbox=f"directory@{town.slug}.example",
        )  # fmt: skip
        Policy.objects.create(partnership=self.place)
        self.partners = {
            kind: Partner.objects.create(
                pk=key_id(town.slug, name), partnership=self.place, name=name,
                kind=kind, role_mailbox=mailbox,
            )
            for name, kind, mailbox in town.partners
        }  # fmt: skip
        for account in ACCOUNTS:
            who, _, host = account.email.partition("@")
            if host == f"{town.slug}.example":
                self._person(who, account.email, account.name)
        self._person("second", f"second.assurer@{town.slug}.example", "Bryn Second")
        self._person("worker", f"worker@{town.slug}.example", "Wanda Worker")
        for who, role, on in self._roles():
            if who in self.people:
                write_grant(user=self.people[who], role=role, on=on, by="demo")
        self.remit = Remit.objects.create(
            partnership=self.place, partner=self.partners["council"],
            name=f"All of {town.name}", is_default=True, lead=self.people["assurer"],
            deputy=self.people["second"],
        )  # fmt: skip
        self.old = Source.objects.create(
            partner=self.partners["council"], name="The old directory",
            address=f"https://old-directory.{town.slug}.example/", standard="1.0",
        )  # fmt: skip

    def _roles(self) -> list[tuple[str, Role, Any]]:
        council, health = self.partners["council"], self.partners["health"]
        reader = self.partners.get("fire", health)
        return [
            ("assurer", Role.ASSURER, council),
            ("second", Role.ASSURER, council),
            ("worker", Role.CONTRIBUTOR, health),
            ("contributor", Role.CONTRIBUTOR, health),
            ("reader", Role.READER, reader),
            ("lead", Role.LEAD, self.place),
            ("lead", Role.PUBLISHER, self.place),
            ("lead", Role.DATA_PROTECTION, self.place),
            ("admin", Role.ADMINISTRATOR, None),
        ]

    def _person(self, who: str, email: str, name: str) -> None:
        self.people[who] = User.objects.create(
            pk=key_id("person", email), email=email, name=name, password=self.password
        )

    @transaction.atomic
    def _trust_and_appoint(self) -> None:
        for body in self.town.bodies:
            organization = Organization.objects.filter(
                pk=self._organization_id(body)
            ).first()
            if organization is None:
                continue
            if body.level != Level.PROXY:
                places.set_level(
                    by=self.people["lead"], place=self.place, level=body.level,
                    organization=organization,
                    reason="Agreed at the partnership’s first meeting.",
                )  # fmt: skip
            if body.keeper:
                write_grant(
                    user=self.people[body.keeper], role=Role.ORGANIZATION_LEAD,
                    on=organization, by="demo",
                )  # fmt: skip
            for partner in self.partners.values():
                if partner.name == body.name:
                    OwnBody.objects.create(
                        partner=partner, organization_id=organization.pk
                    )

    # --- records ----------------------------------------------------------------------

    def _organization_id(self, body: Body) -> str:
        return key_id(self.town.slug, "body", body.name)

    def _organization(self, body: Body) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "id": self._organization_id(body), "name": body.name,
            "description": body.description, "email": body.email,
            "website": body.website, "legal_status": body.legal,
            "internal_notes": "" if body.email else "No mailbox of their own: ring.",
        }  # fmt: skip
        if body.phone:
            payload["phones"] = [{"number": body.phone}]
        if body.number:
            scheme, kind, number = body.number
            payload["organization_identifiers"] = [
                {"identifier_scheme": scheme, "identifier_type": kind,
                 "identifier": number}
            ]  # fmt: skip
        return payload

    def _location(self, place: Place) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "name": place.name, "transportation": place.bus,
            "location_type": "virtual" if place.kind == "virtual" else "physical",
            "sensitive": place.kind == "secret", "home": place.kind == "home",
            "accessibility": [{"description": words} for words in place.access],
        }  # fmt: skip
        if place.point:
            payload["latitude"], payload["longitude"] = place.point
        if place.street:
            payload["addresses"] = [
                {
                    "address_1": place.street, "region": place.village,
                    "city": self.town.name, "state_province": self.town.county,
                    "postal_code": place.postcode, "country": "GB",
                    "address_type": "physical",
                }
            ]  # fmt: skip
        return payload

    def _service(self, body: Body, service: Service) -> dict[str, Any]:
        lowest, highest = service.ages
        return {
            "id": key_id(self.town.slug, "service", service.name),
            "organization_id": self._organization_id(body),
            "name": service.name, "description": service.description,
            "url": service.url or body.website, "email": service.email,
            "status": "active", "fees": service.fees,
            "minimum_age": lowest, "maximum_age": highest,
            "eligibility_description": service.who,
            "application_process": service.joining,
            "phones": [{"number": service.phone}] if service.phone else [],
            "schedules": list(service.times),
            "service_at_locations": [
                {"location_id": key_id(self.town.slug, "place", key)}
                for key in service.at
            ],
            "service_areas": [{"name": service.area}] if service.area else [],
            "cost_options": [
                {"option": option, "amount": amount, "currency": "GBP"}
                for option, amount in service.prices
            ],
            "attributes": [
                {"taxonomy_term_id": self.terms[name], "link_type": "service_type"}
                for name in service.terms
            ],
            "maintainers": [
                {"name": f"Contact of {body.name}", "title": "Coordinator",
                 "email": f"keeper@{self.town.slug}.example"}
            ],
            **service.more,
        }  # fmt: skip

    def _draft(self, body: Body, service: Service) -> dict[str, Any]:
        keys = {key_id(self.town.slug, "place", key): key for key in service.at}
        known = set(
            map(str, Record.objects.filter(pk__in=keys, revision__isnull=False)
                .values_list("pk", flat=True))
        )  # fmt: skip
        by_key = {p.key: p for p in self.town.places}
        accepted = Record.objects.filter(
            pk=self._organization_id(body), revision__isnull=False
        ).exists()
        return {
            "service": self._service(body, service),
            "organization": None if accepted else self._organization(body),
            "locations": {
                pk: self._location(by_key[key])
                for pk, key in keys.items()
                if pk not in known
            },
        }

    def _bring(self, body: Body, service: Service) -> None:
        """A worker or the old directory brings it; most are assured the week after."""
        began = service.days_ago if service.history != "checked" else 0
        began = began if service.history in ("new", "returned", "draft") else 390
        began = 13 if service.history == "declined" else began
        carried = service.history == "carried"
        with self._at(service.days_ago if carried else began, 9):
            listing = drafts.write_draft(
                place=self.place, draft=self._draft(body, service),
                author=None if carried else self.people["worker"],
                partner=None if carried else self.partners["health"],
                source=self.old if carried else None, by="demo",
            )  # fmt: skip
            self.listings[service.name] = listing
            if service.history == "draft":
                return
            with transaction.atomic():
                listings.write_submission(
                    Listing.objects.select_for_update(of=("self",))
                    .select_related("partnership")
                    .get(pk=listing.pk),
                    by=self.old if carried else self.people["worker"],
                    evidence=Evidence.SOURCE if carried else Evidence.VISITED,
                    words="",
                )
        if service.history in ("checked", "closed"):
            with self._at(385, 11):
                self._assure(service)

    def _assure(self, service: Service) -> None:
        proposal = Proposal.objects.get(
            listing=self.listings[service.name], state="open"
        )
        choices = {
            pk: Choice(Verdict.ACCEPTED)
            for pk in proposal.changes.filter(verdict=Verdict.PENDING).values_list(
                "pk", flat=True
            )
        }
        decisions.decide(
            by=self.people["assurer"], proposal_id=proposal.pk, choices=choices,
            check=Check(Method.CALL, "Went through the record with them."),
            override_reason="" if service.description[20:] else "It says enough.",
        )  # fmt: skip
        if service.critical:
            places.set_critical(
                by=self.people["lead"], listing_id=self.listings[service.name].pk,
                critical=True, reason="People in danger rely on it.",
            )  # fmt: skip

    def _check(self, service: Service) -> None:
        """The checks of the past year, the last of them ``days_ago``."""
        for number in range(2, -1, -1):
            ago = service.days_ago + number * CYCLE
            with self._at(ago, 14):
                checking.check_listing(
                    by=self.people["second" if number % 2 else "assurer"],
                    listing_id=self.listings[service.name].pk,
                    method=Method.CALL if number else Method.EMAIL,
                )

    # --- how the others ended up ------------------------------------------------------

    def _endings(self, order: list[tuple[Body, Service]]) -> None:
        assurer = self.people["assurer"]
        for _, service in order:
            listing = self.listings[service.name]
            with self._at(max(service.days_ago - 2, 1), 10):
                if service.history == "returned":
                    listings.return_listing(
                        by=assurer, listing_id=listing.pk,
                        reason="Please say how people join: is there a link?",
                    )  # fmt: skip
                elif service.history == "declined":
                    listings.decline_listing(
                        by=assurer, listing_id=listing.pk, because=Hidden.OUT_OF_SCOPE,
                        reason="It is a single event; this directory lists services "
                        "that go on.",
                    )  # fmt: skip
                elif service.history == "closed":
                    listings.hide_listing(
                        by=assurer, listing_id=listing.pk, because=Hidden.CLOSED,
                        reason="The volunteers have stopped for now.",
                    )  # fmt: skip
                elif service.history == "carried":
                    listings.carry_over_listings(
                        by=self.people["lead"], listing_ids=[listing.pk],
                        until=self.today + dt.timedelta(days=45),
                        reason="Taken over from the old directory.",
                    )  # fmt: skip

    def _suggestions(self) -> None:
        """What waits in Wexcombe's queue this morning."""
        cora, worker = self.people["contributor"], self.people["worker"]
        with self._at(6, 15):
            self._suggest(cora, "Tuesday coffee morning", Evidence.VISITED,
                          "I took somebody there last week.",
                          alert="No session on 29 December")  # fmt: skip
        with self._at(4, 12):
            self._suggest_hall(cora)
        with self._at(3, 9):
            proposals.report_closed(
                by=cora, listing_id=self.listings["Health walks"].pk,
                evidence=Evidence.RANG,
                words="Nobody answers and the notice has gone from the board.",
            )  # fmt: skip
        with self._at(2, 16):
            proposals.report_problem(
                by=worker, listing_id=self.listings["Falls clinic"].pk,
                evidence=Evidence.USER, words="A patient says the room has moved.",
            )  # fmt: skip
        with self._at(1, 11):
            self._suggest(self.people["provider"], "Community fridge",
                          Evidence.RUN_IT, "New hours from this month.",
                          fees="Free; tins are welcome")  # fmt: skip
        with self._at(1, 12):
            proposals.say_still_right(
                by=self.people["provider"],
                listing_id=self.listings["Food parcels to your door"].pk,
            )

    def _suggest(
        self, by: User, name: str, evidence: str, words: str, **values: Any
    ) -> None:
        listing = self.listings[name]
        key = str(listing.record_id)
        proposals.propose_edit(
            by=by, listing_id=listing.pk, evidence=evidence, words=words,
            edits={key: values}, bases={key: _number(key)},
        )  # fmt: skip

    def _suggest_hall(self, by: User) -> None:
        hall = key_id(self.town.slug, "place", "church")
        proposals.propose_edit(
            by=by, listing_id=self.listings["Pantry at St Aldhelm’s"].pk,
            evidence=Evidence.VISITED, words="The ramp has moved to the front.",
            edits={hall: {"transportation": "Bus 12 stops at the lychgate."}},
            bases={hall: _number(hall)},
        )  # fmt: skip


def _number(record_id: str) -> int:
    """The number of a record's current version."""
    return Revision.objects.get(current_for__id=record_id).number
