"""What the tests of the lead's pages share: many states at little cost."""

import datetime as dt
import itertools
import random
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import User
from common import clock
from directory import freshness
from directory.choices import Kind, Visibility
from tests import world
from workflow.choices import Hidden, ProposalKind, ProposalState, Stage
from workflow.models import (
    Assurance,
    Decision,
    Listing,
    Proposal,
    Record,
    Revision,
    Source,
)

_numbers = itertools.count(1)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def listing(place: world.Place, *, stage: str, **values: Any) -> Listing:
    """A listing that stands as said, without the history that would lead there."""
    number = next(_numbers)
    record = Record.objects.create(
        kind=Kind.SERVICE,
        home=place.partnership,
        label=f"Service {number}",
        visibility=values.pop("visibility", Visibility.OPEN),
    )
    made = Listing.objects.create(
        record=record,
        partnership=place.partnership,
        title=record.label,
        author=place.contributor,
        **{"remit": place.remit, **values, "hidden_because": []},
    )
    Listing.objects.filter(pk=made.pk).update(
        stage=stage, hidden_because=values.get("hidden_because", [])
    )
    return world.fresh(made)


def lapsed(place: world.Place, **values: Any) -> Listing:
    """A public listing that nobody checked in time."""
    due = clock.today() - dt.timedelta(days=place.policy.lapsed_days)
    return listing(place, stage=Stage.PUBLISHED, due_on=due, **values)


def source(place: world.Place, name: str = "The old directory") -> Source:
    return Source.objects.create(
        partner=place.council, name=name, address=f"https://{next(_numbers)}.example/"
    )


def from_source(place: world.Place, origin: Source, **values: Any) -> Listing:
    """A listing that waits for a decision and came from a source."""
    made = world.submitted(place, **values)
    Listing.objects.filter(pk=made.pk).update(source=origin)
    return world.fresh(made)


def proposal(place: world.Place, about: Listing, **values: Any) -> Proposal:
    given = {"kind": ProposalKind.REPORT, "proposer_label": "Somebody", **values}
    return Proposal.objects.create(
        partnership=place.partnership, listing=about, title=about.title,
        evidence="visited", **given,
    )  # fmt: skip


def decision(place: world.Place, about: Listing, **values: Any) -> Decision:
    """A decision on a proposal that is closed."""
    closed = proposal(place, about, state=ProposalState.DECIDED, decided_at=clock.now())
    return Decision.objects.create(
        proposal=closed, decided_by=place.assurer, body_label="Council", **values
    )


def check(place: world.Place, about: Listing, **values: Any) -> Assurance:
    revision = Revision.objects.create(
        record=about.record, number=next(_numbers), payload={}, method="call",
        made_by_label="Asha",
    )  # fmt: skip
    return Assurance.objects.create(
        listing=about, revision=revision, assured_by=place.assurer, method="call",
        body_label="Council", assured_on=clock.today(), due_on=clock.today(), **values,
    )  # fmt: skip


@dataclass
class Oracle:
    """The states that were made, counted here by hand and not by a query."""

    place: world.Place
    listings: list[Listing]
    numbers: dict[str, int]

    def knows(self, slug: str) -> bool:
        """Whether this was counted by hand."""
        stands = (
            "published", "in-date", "behind", "not-due", "due-soon", "due", "overdue",
            "lapsed", "carried-over", "slipping", "critical", "first-to-plan",
            "first-late", "to-publish", "partners-only", "unowned", "unclaimed",
        )  # fmt: skip
        return slug in self.numbers or slug in stands or slug.startswith("hidden-")

    def count(self, slug: str) -> int:
        if slug in self.numbers:
            return self.numbers[slug]
        return sum(1 for one in self.listings if self.holds(slug, one))

    def holds(self, slug: str, one: Listing) -> bool:
        public = one.stage == Stage.PUBLISHED
        is_open = one.record.visibility == Visibility.OPEN
        if slug.startswith("hidden-"):
            reason = slug.removeprefix("hidden-").replace("-", "_")
            return one.stage == Stage.UNPUBLISHED and reason in one.hidden_because
        if slug == "to-publish":
            return one.stage == Stage.ASSURED
        if slug == "partners-only":
            return public and not is_open
        if slug == "unowned":
            moving = one.stage in (Stage.SUBMITTED, Stage.ASSURED, Stage.PUBLISHED)
            return moving and one.remit_id is None
        grade = freshness.grade(one.due_on, clock.today())
        if slug == "behind" and one.stage == Stage.UNPUBLISHED:
            return is_open and Hidden.LAPSED in one.hidden_because
        if not (public and is_open):
            return False
        if slug == "behind":
            return grade in ("overdue", "lapsed")
        if slug == "in-date":
            return grade in ("current", "due_soon")
        if slug == "slipping":
            ago = (clock.today() - one.due_on).days if one.due_on else None
            return ago is not None and 14 <= ago < 28
        wanted = {"not-due": "current", "carried-over": "never"}
        if slug == "critical":
            return one.critical and grade == "lapsed"
        if slug in ("published", "unclaimed"):
            return True
        if slug == "first-to-plan":
            return one.due_on is None and one.first_due_on is None
        if slug == "first-late":
            planned = one.first_due_on or clock.today()
            return one.due_on is None and planned < clock.today()
        return grade == wanted.get(slug, slug.replace("-", "_"))


def random_states(place: world.Place, seed: int) -> Oracle:
    """Listings, suggestions, decisions and checks of every kind, by chance."""
    dice = random.Random(seed)
    today, now = clock.today(), clock.now()
    edges = [None, -40, -28, -27, -14, -13, -1, 0, 1, 15, 16, 60]
    made = []
    for _ in range(24):
        stage = dice.choice([*Stage.values, Stage.PUBLISHED, Stage.PUBLISHED])
        days = dice.choice(edges)
        reasons = dice.sample(Hidden.values, dice.choice([1, 2]))
        made.append(
            listing(
                place,
                stage=stage,
                due_on=None if days is None else today + dt.timedelta(days=days),
                first_due_on=dice.choice([None, today - dt.timedelta(days=1), today]),
                critical=dice.random() < 0.3,
                remit=dice.choice([place.remit, None]),
                visibility=dice.choice([Visibility.OPEN] * 3 + [Visibility.PARTNERS]),
                hidden_because=reasons if stage == Stage.UNPUBLISHED else [],
            )
        )
    numbers = {"waiting": 0, "late": 0, "single-handed": 0, "single-handed-checks": 0}
    numbers["checks"] = 0
    for _ in range(12):
        one, kind = dice.choice(made), dice.choice(["edit", "report", "closure"])
        ends = now + dt.timedelta(days=dice.choice([-1, 1]))
        proposal(place, one, kind=kind, answer_by=None if kind == "edit" else ends)
        numbers["waiting"] += 1
        numbers["late"] += kind != "edit" and ends < now
        alone, undone = dice.random() < 0.5, dice.random() < 0.3
        ago = dice.choice([1, 89, 91])
        at = now - dt.timedelta(days=ago)
        decision(
            place, one, single_handed=alone, decided_at=at,
            undone_at=now if undone else None,
        )  # fmt: skip
        numbers["single-handed"] += alone and not undone and ago < 90
        check(place, one, single_handed=alone, created_at=at)
        numbers["single-handed-checks"] += alone and ago < 90
        numbers["checks"] += ago < 30
    return Oracle(place, made, numbers)
