"""Events become rows through the actions: each at its own instant, as its person."""

from collections.abc import Callable, Iterable
from functools import singledispatchmethod
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actions import write_grant
from accounts.roles import Role
from common import clock, request_id
from config.demo import events as e
from config.demo.founding import Standing, write_person
from directory.models import Organization
from directory.payload import Payload
from workflow import access, queries
from workflow.actions import checking, decisions, drafts, listings, proposals
from workflow.actions import place as places
from workflow.actions.decisions import Check, Choice
from workflow.actions.public import take_from_public
from workflow.actions.revising import lock_listing
from workflow.choices import Hidden, Verdict
from workflow.models import OwnBody, Proposal, Record


class Actor:
    """Performs events in one founded place."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.people = standing.people
        self.listings: dict[str, Any] = {}
        """The id of each service's listing, by the id of the service."""
        self.said: dict[str, Any] = {}
        """The id of the proposal that each key stands for."""

    def perform(self, events: Iterable[e.Event]) -> None:
        """Everything, in the order given."""
        for event in events:
            request_id.start()
            with clock.at(event.at):
                self._do(event)

    @singledispatchmethod
    def _do(self, event: e.Event) -> None:
        raise TypeError(f"Nobody knows how {type(event).__name__} is done.")

    # --- people and bodies ------------------------------------------------------------

    @_do.register
    def _join(self, event: e.Joined) -> None:
        self.people[event.person] = write_person(
            event.email, event.name, self.standing.password
        )

    @_do.register
    def _set_level(self, event: e.LevelSet) -> None:
        places.set_level(
            by=self.people[event.by], place=self.standing.place, level=event.level,
            organization=Organization.objects.get(pk=event.organization_id),
            reason=event.reason,
        )  # fmt: skip

    @_do.register
    def _appoint(self, event: e.Appointed) -> None:
        with transaction.atomic():
            write_grant(
                user=self.people[event.person], role=Role.ORGANIZATION_LEAD,
                on=Organization.objects.get(pk=event.organization_id), by="demo",
            )  # fmt: skip

    @_do.register
    def _one_body(self, event: e.OneBody) -> None:
        OwnBody.objects.create(
            partner=self.standing.partners[event.partner],
            organization_id=event.organization_id,
        )

    # --- on the way to the public -----------------------------------------------------

    @_do.register
    def _draft(self, event: e.Drafted) -> None:
        standing, by = self.standing, self.people.get(event.by)
        wanted = [event.organization, *event.locations]
        known = set(
            map(str, Record.objects.filter(
                pk__in=[p["id"] for p in wanted], revision__isnull=False
            ).values_list("pk", flat=True))
        )  # fmt: skip
        with transaction.atomic():
            listing = drafts.write_draft(
                place=standing.place, draft=draft_of(event, known), author=by,
                partner=standing.partners.get(event.partner),
                source=None if by else standing.old, by=by or "demo",
            )  # fmt: skip
        self.listings[event.service["id"]] = listing.pk

    @_do.register
    def _submit(self, event: e.Submitted) -> None:
        with transaction.atomic():
            listing = lock_listing(self.listings[event.service_id])
            listings.write_submission(
                listing, by=listing.author or self.standing.old,
                evidence=event.evidence, words=event.words,
            )  # fmt: skip

    @_do.register
    def _assure(self, event: e.Assured) -> None:
        proposal = Proposal.objects.get(
            listing=self.listings[event.service_id], state="open"
        )
        pending = proposal.changes.filter(verdict=Verdict.PENDING)
        decisions.decide(
            by=self.people[event.by], proposal_id=proposal.pk,
            choices={
                pk: Choice(Verdict.ACCEPTED)
                for pk in pending.values_list("pk", flat=True)
            },
            check=Check(event.method, event.note), override_reason=event.override,
        )  # fmt: skip

    @_do.register
    def _mark_critical(self, event: e.MarkedCritical) -> None:
        places.set_critical(
            by=self.people[event.by], listing_id=self.listings[event.service_id],
            critical=True, reason=event.reason,
        )  # fmt: skip

    @_do.register
    def _check(self, event: e.Checked) -> None:
        checking.check_listing(
            by=self.people[event.by], listing_id=self.listings[event.service_id],
            method=event.method, note=event.note,
        )  # fmt: skip

    @_do.register
    def _return(self, event: e.Returned) -> None:
        listings.return_listing(
            by=self.people[event.by], listing_id=self.listings[event.service_id],
            reason=event.reason,
        )  # fmt: skip

    @_do.register(e.Declined)
    @_do.register(e.TakenAway)
    def _end(self, event: e.Declined | e.TakenAway) -> None:
        declined = isinstance(event, e.Declined)
        end = listings.decline_listing if declined else listings.hide_listing
        end(
            by=self.people[event.by], listing_id=self.listings[event.service_id],
            because=event.because, reason=event.reason,
        )  # fmt: skip

    @_do.register
    def _lapse(self, event: e.Lapsed) -> None:
        with transaction.atomic():
            listing = lock_listing(self.listings[event.service_id])
            if not access.is_lapsed(listing, clock.today()):
                raise ValueError(f"“{listing}” has not lapsed on {event.at}.")
            take_from_public(
                listing, Hidden.LAPSED, by=audit.SYSTEM,
                reason="Nobody has checked it in time.",
            )  # fmt: skip

    @_do.register
    def _carry_over(self, event: e.CarriedOver) -> None:
        refused = listings.carry_over_listings(
            by=self.people[event.by], listing_ids=[self.listings[event.service_id]],
            until=event.until, reason=event.reason,
        )  # fmt: skip
        if refused:
            raise ValueError("; ".join(refused.values()))

    # --- what people say --------------------------------------------------------------

    def _say(self, event: Any, how: Callable[..., Any], **more: Any) -> None:
        proposal = how(
            by=self.people[event.by], listing_id=self.listings[event.service_id],
            evidence=event.evidence, words=event.words, **more,
        )  # fmt: skip
        if event.key:
            self.said[event.key] = proposal.pk

    @_do.register
    def _suggest(self, event: e.Suggested) -> None:
        found = queries.records(event.edits)
        bases = {key: r.revision.number for key, r in found.items() if r.revision}
        self._say(event, proposals.propose_edit, edits=event.edits, bases=bases)

    @_do.register
    def _say_closed(self, event: e.SaidClosed) -> None:
        self._say(event, proposals.report_closed, for_good=event.for_good)

    @_do.register
    def _say_wrong(self, event: e.SaidWrong) -> None:
        self._say(event, proposals.report_problem, harm=event.harm)

    @_do.register
    def _say_still_right(self, event: e.SaidStillRight) -> None:
        proposals.say_still_right(
            by=self.people[event.by], listing_id=self.listings[event.service_id],
            words=event.words,
        )  # fmt: skip

    @_do.register
    def _settle(self, event: e.Settled) -> None:
        proposal = Proposal.objects.get(pk=self.said[event.key])
        pending = proposal.changes.filter(verdict=Verdict.PENDING)
        rulings = {c.pk: event.rulings.get(c.path, e.Ruling()) for c in pending}
        decisions.decide(
            by=self.people[event.by], proposal_id=proposal.pk, answer=event.answer,
            choices={
                pk: Choice(r.verdict, value=r.value, reason=r.reason, words=r.words)
                for pk, r in rulings.items()
            },
        )  # fmt: skip


def draft_of(event: e.Drafted, known: set[str]) -> dict[str, Any]:
    """The draft that an event is, without what is in the directory (``known``)."""
    places: dict[str, Payload] = {p["id"]: p for p in event.locations}
    organization = event.organization
    return {
        "service": event.service,
        "organization": None if organization["id"] in known else organization,
        "locations": {key: p for key, p in places.items() if key not in known},
    }
