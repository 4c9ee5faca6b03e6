"""What the stories of the demo are told with: people act, at their own instants."""

import datetime as dt
from contextlib import AbstractContextManager
from typing import Any

from accounts.models import User
from common import clock
from config.demo import papers
from config.demo.acting import Actor
from config.demo.founding import write_person
from config.demo.histories import moment
from config.demo.shapes import Body
from directory.payload import Payload
from workflow import queries
from workflow.actions import decisions, proposals
from workflow.actions.decisions import Choice
from workflow.choices import Evidence, Verdict
from workflow.models import Decision, Listing, Proposal, Record


class Teller:
    """One place, its people, and its services by name."""

    def __init__(self, actor: Actor, today: dt.date) -> None:
        self.actor = actor
        self.today = today
        self.standing = actor.standing
        self.people = actor.people
        found = Listing.objects.filter(partnership=self.standing.place)
        self.by_record = {
            str(record): pk for record, pk in found.values_list("record_id", "pk")
        }
        self.actor.listings = {**self.by_record, **self.actor.listings}

    def at(
        self, days_ago: int, hour: int, minute: int = 0
    ) -> AbstractContextManager[Any]:
        """Act at this instant."""
        return clock.at(
            moment(self.today, days_ago, hour) + dt.timedelta(minutes=minute)
        )

    def join(self, key: str, name: str) -> User:
        """A person who has an account, but is none of the demo's sign-ins."""
        email = f"{key}@{self.standing.town.slug}.example"
        self.people[key] = write_person(email, name, self.standing.password)
        return self.people[key]

    def record(self, name: str) -> str:
        """The id of the record of a service."""
        return papers.service_id(self.standing.town, name)

    def listing(self, name: str) -> Any:
        """The id of the listing of a service."""
        return self.actor.listings[self.record(name)]

    def organization(self, body: Body) -> str:
        """The id of the record of a body."""
        return papers.organization_id(self.standing.town, body)

    def place(self, key: str) -> str:
        """The id of the record of a place."""
        return papers.place_id(self.standing.town, key)

    def now(self, record_id: str) -> Payload:
        """What a record says at this point of the story."""
        return queries.current(
            Record.objects.select_related("revision").get(pk=record_id)
        )

    def bases(self, record_id: str) -> dict[str, int]:
        """The version of a record that somebody has before them."""
        revision = queries.records([record_id])[record_id].revision
        return {record_id: revision.number if revision else 0}

    def suggest(
        self,
        by: str,
        name: str,
        words: str,
        values: dict[str, Any],
        *,
        record: str = "",
        evidence: str = Evidence.VISITED,
    ) -> Proposal:
        """Somebody suggests other values for a service, or for a ``record`` of it."""
        record = record or self.record(name)
        return proposals.propose_edit(
            by=self.people[by], listing_id=self.listing(name), evidence=evidence,
            words=words, edits={record: values},
            bases=self.bases(record),
        )  # fmt: skip

    def decide(
        self,
        by: str,
        proposal: Proposal,
        choice: Choice | None = None,
        answer: str = "",
        **more: Any,
    ) -> Decision:
        """Every line of a suggestion is decided alike: accepted, unless said."""
        choice = choice or Choice(Verdict.ACCEPTED)
        pending = proposal.changes.filter(verdict=Verdict.PENDING)
        return decisions.decide(
            by=self.people[by], proposal_id=proposal.pk, answer=answer,
            choices=dict.fromkeys(pending.values_list("pk", flat=True), choice),
            **more,
        )  # fmt: skip

    def elements(self, record_id: str, path: str, **values: Any) -> dict[str, Any]:
        """The first element of a list on a record with other values, as a change."""
        element = self.now(record_id)[path][0]
        return {f"{path}/{element['id']}": {**element, **values}}
