"""What waits for a provider or contributor, and what of theirs waits for others.

Counted in the menu, and said on the pages that it leads to.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, Q, QuerySet, Value

from accounts.models import User
from common import clock
from directory.choices import Kind
from workflow import access, told_wrong
from workflow.actions.telling import UNDO
from workflow.choices import Hidden, ProposalKind, ProposalState, Stage
from workflow.models import Listing, Policy, Proposal, Record
from workflow.seeing import Side

_OPEN_OF_PROVIDER = Q(
    by_provider=True,
    state=ProposalState.OPEN,
    kind__in=(ProposalKind.EDIT, ProposalKind.CLOSURE),
)


def services_that_ask(user: User) -> QuerySet[Listing]:
    """Those of a person's services that ask for something: drafts, what is soon due,
    and what somebody said is wrong.

    What was taken from the public for a reason asks for nothing, nor does what the
    person cannot check and has answered for: they said lately that it is right, or a
    change of its provider's waits.
    """
    soon = ExpressionWrapper(
        Value(clock.today()) + F("partnership__policy__due_soon_days"),
        output_field=DateField(),
    )
    due = Q(stage=Stage.PUBLISHED) | Q(
        stage=Stage.UNPUBLISHED, hidden_because__contained_by=[Hidden.LAPSED]
    )
    mine = Q(pk__in=access.own_by(user).values("pk")) | Q(
        pk__in=access.begun_by(user).values("pk")
    )
    said_lately = Q(
        confirmed_on__gte=F("due_on") - F("partnership__policy__due_soon_days")
    )
    changed = Q(pk__in=Proposal.objects.filter(_OPEN_OF_PROVIDER).values("listing_id"))
    answered = (said_lately | changed) & ~access.one_of(access.checkable_by(user))
    asks = due & Q(due_on__lte=soon) & ~answered
    wrong = Q(pk__in=told_wrong.unanswered(user).values("pk"))
    return Listing.objects.filter(mine, Q(stage=Stage.DRAFT) | asks | wrong)


def waits_for_a_word(user: User) -> QuerySet[Listing]:
    """Those of which “nothing has changed” can be said together: not what is a draft,
    nor what somebody said is wrong, which is looked at by itself."""
    return (
        services_that_ask(user)
        .filter(pk__in=access.own_by(user).values("pk"), record__revision__isnull=False)
        .exclude(stage=Stage.DRAFT)
        .exclude(pk__in=told_wrong.unanswered(user).values("pk"))
    )


def unanswered(user: User) -> QuerySet[Proposal]:
    """What a person suggested and has no answer to: it is open, or was decided so
    lately by somebody else that this can still be undone."""
    lately = Q(
        state=ProposalState.DECIDED, decided_at__gt=clock.now() - UNDO,
        decisions__undone_at=None, decisions__rule="",
    ) & ~Q(decisions__decided_by=user)  # fmt: skip
    ids = Proposal.objects.filter(
        Q(state=ProposalState.OPEN) | lately, proposer=user
    ).values("pk")
    return Proposal.objects.filter(pk__in=ids)


def providers_changes(listings: Iterable[Listing]) -> dict[Any, list[Proposal]]:
    """By listing, what of its provider's nobody has decided on, the oldest first."""
    waiting = Proposal.objects.filter(
        _OPEN_OF_PROVIDER, listing__in=[listing.pk for listing in listings]
    )
    waiting = waiting.select_related(
        "listing__remit__partner", "listing__partnership"
    ).order_by("created_at", "pk")
    found: dict[Any, list[Proposal]] = {}
    for proposal in waiting:
        found.setdefault(proposal.listing_id, []).append(proposal)
    return found


def waits_for_others(
    user: User, listing: Listing | None, side: Side, names: Iterable[str]
) -> list[str]:
    """Those of these fields of a record that somebody else decides after the person
    saves them; what the others say is on the record at once (``access``). The
    ``listing`` is that of a service, and matters for no other record.

    Raises Record.DoesNotExist for a record that was never stored.
    """
    wanted = list(names)
    record = Record.objects.get(pk=side.record_id)
    trusted = access.trusted_own_by(user)
    if side.kind == Kind.SERVICE and listing:
        is_trusted = trusted.filter(pk=listing.pk).exists()
    elif side.kind == Kind.ORGANIZATION:
        is_trusted = trusted.filter(
            organization_id=record.pk, partnership_id=record.home_id
        ).exists()
    else:
        is_trusted = False
    if not is_trusted:
        return wanted
    policy = Policy.objects.filter(partnership_id=record.home_id).first()
    always = {"organization_id", *(policy.always_checked if policy else ())}
    return [name for name in wanted if name in always]
