"""What a provider is told of a report about one of its services: which of the questions
that everybody is asked was answered, and when. Never who said it, nor their words.

That somebody could come to harm there is not told, nor what has words alone: it may be
about the provider itself. Who looks into it asks the provider when it helps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from common import clock
from directory.choices import Kind
from directory.freshness import full_date
from workflow import access, standing
from workflow.choices import (
    Gravity,
    ProposalKind,
    ProposalState,
    SaidBy,
    Stage,
    WhatIsWrong,
)
from workflow.models import Confirmation, Decision, Listing, Proposal, PublicReport

_PARTS = {
    WhatIsWrong.REACH: "contact",
    WhatIsWrong.TIMES: "times",
    WhatIsWrong.MOVED: "where",
    WhatIsWrong.COST: "cost",
}
"""What a provider is told of, and the section in which it puts that right; beside these
that a service has closed."""
_TOLD = (*_PARTS, WhatIsWrong.CLOSED)


@dataclass(frozen=True)
class ToldWrong:
    """What was said is wrong with a service, since when, and who looks into it."""

    listing: Listing
    what: WhatIsWrong
    day: str

    @property
    def text(self) -> str:
        """All of it in two sentences."""
        return (
            f"Somebody told us on {self.day}: “{self.what.label}.” "
            f"{standing.waits_for(self.listing)} looks into it."
        )

    @property
    def url(self) -> str:
        """Where the provider puts it right."""
        found = self.listing
        if self.what == WhatIsWrong.CLOSED:
            return reverse("workflow:closed", args=[found.pk])
        part = _PARTS[self.what]
        return reverse(
            "workflow:section",
            args=[found.pk, Kind.SERVICE.value, found.record_id, part],
        )

    @property
    def label(self) -> str:
        """What the way there is called."""
        if self.what == WhatIsWrong.CLOSED:
            return "Say whether it has closed"
        return "Put it right"


def _reports() -> QuerySet[Proposal]:
    """Open reports that the provider of the service is told of, the oldest first."""
    asked = PublicReport.objects.filter(proposal=OuterRef("pk"), what__in=_TOLD)
    return (
        Proposal.objects.filter(
            Q(kind=ProposalKind.CLOSURE)
            | Q(kind=ProposalKind.REPORT) & Exists(asked),
            state=ProposalState.OPEN, by_provider=False,
            listing__stage=Stage.PUBLISHED,
        )
        .exclude(gravity=Gravity.HARM)
        .order_by("created_at", "pk")
    )  # fmt: skip


def of(listings: Iterable[Listing]) -> dict[Any, list[ToldWrong]]:
    """By listing, what was said is wrong and nobody has decided on; each thing once,
    since it was said first."""
    by_key: dict[Any, Listing] = {one.pk: one for one in listings}
    found = _reports().filter(listing__in=list(by_key))
    told: dict[Any, dict[WhatIsWrong, ToldWrong]] = {}
    for report in found.prefetch_related("public_reports"):
        whats = [WhatIsWrong(one.what) for one in report.public_reports.all()]
        day = full_date(report.created_at.astimezone(clock.LONDON))
        what = (whats or [WhatIsWrong.CLOSED])[0]
        one = ToldWrong(by_key[report.listing_id], what, day)
        told.setdefault(report.listing_id, {}).setdefault(what, one)
    return {key: list(some.values()) for key, some in told.items()}


def answers(**since: Any) -> tuple[QuerySet[Proposal], QuerySet[Confirmation]]:
    """What providers have said themselves, as ``since`` narrows it: changes that they
    stand by, and that nothing has changed."""
    undone = Decision.objects.filter(proposal=OuterRef("pk"), undone_at__isnull=False)
    changes = Proposal.objects.filter(~Exists(undone), by_provider=True, **since)
    return (
        changes.exclude(state=ProposalState.WITHDRAWN),
        Confirmation.objects.filter(source=SaidBy.PROVIDER, **since),
    )


def unanswered(user: User) -> QuerySet[Listing]:
    """Those of a person's services of which something was said that their provider has
    said nothing to since: no change that they stand by, and not that nothing has
    changed."""
    changes, same = answers(
        listing=OuterRef("listing"), created_at__gt=OuterRef("created_at")
    )
    waiting = _reports().filter(
        ~Exists(changes),
        ~Exists(same),
        listing__in=access.own_by(user),
    )
    return Listing.objects.filter(pk__in=waiting.order_by().values("listing"))
