"""The stage table of PRODUCT.md section 3: every row, and nothing else."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidState
from tests import world
from tests.workflow.town import from_source
from workflow.actions import checking, decisions, listings
from workflow.actions import place as places
from workflow.actions.choosing import Check
from workflow.choices import Hidden, Method, Stage
from workflow.models import Listing, OutboxEvent
from workflow.stages import Stages, move

DRAFT, SUBMITTED, ASSURED = Stage.DRAFT, Stage.SUBMITTED, Stage.ASSURED
PUBLISHED, UNPUBLISHED = Stage.PUBLISHED, Stage.UNPUBLISHED

MACHINE: dict[str, dict[Stage, Stage]] = {
    "submit": {DRAFT: SUBMITTED},
    "send_back": {SUBMITTED: DRAFT},
    "assure": {SUBMITTED: ASSURED},
    "carry_over": {SUBMITTED: PUBLISHED},
    "reopen": {ASSURED: SUBMITTED},
    "publish": {ASSURED: PUBLISHED},
    "call_back": {PUBLISHED: ASSURED},
    "hide": {PUBLISHED: UNPUBLISHED},
    "decline": {
        DRAFT: UNPUBLISHED, SUBMITTED: UNPUBLISHED, ASSURED: UNPUBLISHED,
    },
    "put_back": {UNPUBLISHED: PUBLISHED},
    "appeal": {UNPUBLISHED: SUBMITTED},
}  # fmt: skip


def test_machine_has_exactly_these_transitions() -> None:
    named = {t.name for t in Listing().get_all_stage_transitions()}  # type: ignore[attr-defined]
    declared = {n for n, f in vars(Stages).items() if hasattr(f, "_django_fsm")}

    assert named == declared == set(MACHINE)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("name", MACHINE)
def test_machine_moves_only_along_the_table(name: str, stage: Stage) -> None:
    listing = Listing(title="Coffee morning", stage=stage)
    target = MACHINE[name].get(stage)

    if target is None:
        with pytest.raises(InvalidState) as refused:
            move(listing, name)
        assert refused.value.sentence == (
            f"“Coffee morning” is at the stage “{stage.label.lower()}” now, so this "
            "can no longer be done. Somebody else may have been faster."
        )
        assert listing.stage == stage
    else:
        move(listing, name)
        assert listing.stage == target


def test_stage_cannot_be_assigned() -> None:
    listing = Listing(stage=Stage.DRAFT)

    with pytest.raises(AttributeError):
        listing.stage = Stage.PUBLISHED


# --- through the actions --------------------------------------------------------------


@dataclass
class World:
    """One listing at each stage, and one that was declined before it was assured."""

    place: world.Place
    at: dict[str, Listing] = field(default_factory=dict)


def _assure(place: world.Place, listing: Listing, **more: Any) -> None:
    proposal = listing.proposals.order_by("-created_at", "pk").first()
    assert proposal is not None
    decisions.decide(
        by=place.second_assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal), check=Check(Method.CALL), **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def stages(shared_place: world.Place) -> World:
    place = shared_place
    out = World(place)
    places.save_policy(
        by=place.lead, place=place.partnership, values={"publish_at_once": False}
    )
    sent = world.submitted(place)
    listings.withdraw_submission(by=place.contributor, listing_id=sent.pk)
    out.at["draft"] = sent
    out.at["submitted"] = from_source(place)
    assured = world.submitted(place)
    _assure(place, assured)
    out.at["assured"] = assured
    public = world.submitted(place)
    _assure(place, public)
    listings.publish_listing(by=place.publisher, listing_id=public.pk)
    out.at["published"] = public
    hidden = world.submitted(place)
    _assure(place, hidden)
    listings.publish_listing(by=place.publisher, listing_id=hidden.pk)
    listings.hide_listing(
        by=place.assurer, listing_id=hidden.pk, because=Hidden.WITHDRAWN, reason="Asked"
    )
    out.at["unpublished"] = hidden
    declined = world.submitted(place)
    listings.decline_listing(
        by=place.assurer, listing_id=declined.pk, because=Hidden.REFUSED, reason="No."
    )
    out.at["declined"] = declined
    return out


@dataclass(frozen=True)
class Row:
    """An action, who does it, from where to where, and what it leaves behind."""

    call: Callable[[world.Place, Listing], Any]
    leads: dict[str, Stage]
    verbs: dict[str, list[str]]
    announced: int = 0


def _by(who: str, action: Callable[..., Any], **more: Any) -> Callable[..., Any]:
    def call(place: world.Place, listing: Listing) -> Any:
        return action(by=getattr(place, who), listing_id=listing.pk, **more)

    return call


def _carry_over(place: world.Place, listing: Listing) -> None:
    refused = listings.carry_over_listings(
        by=place.lead, listing_ids=[listing.pk], reason="Switched off.",
        until=clock.today() + dt.timedelta(days=60),
    )  # fmt: skip
    if refused:
        raise InvalidState(refused[str(listing.pk)])


def _submit(place: world.Place, listing: Listing) -> None:
    listings.submit_listing(by=place.contributor, listing_id=listing.pk)


NEW_REVISIONS = ["revision_made", "revision_made"]
ROWS: dict[str, Row] = {
    "submit": Row(
        _submit, {"draft": SUBMITTED}, {"draft": ["listing_submitted"]}
    ),
    "withdraw": Row(
        lambda place, listing: listings.withdraw_submission(
            by=place.contributor, listing_id=listing.pk
        ),
        {}, {},
    ),
    "return": Row(
        _by("second_assurer", listings.return_listing, reason="More, please."),
        {"submitted": DRAFT}, {"submitted": ["listing_returned"]},
    ),
    "decide": Row(
        _assure, {"submitted": ASSURED},
        {"submitted": [*NEW_REVISIONS, "listing_assured", "proposal_decided"]},
        announced=3,
    ),
    "carry over": Row(
        _carry_over, {"submitted": PUBLISHED},
        {"submitted": [*NEW_REVISIONS, "listing_published"]},
        announced=3,
    ),
    "reopen": Row(
        _by("assurer", listings.reopen_listing, reason="The hall has moved."),
        {"assured": SUBMITTED}, {"assured": ["listing_reopened"]},
    ),
    "publish": Row(
        _by("publisher", listings.publish_listing),
        {"assured": PUBLISHED}, {"assured": ["listing_published"]}, announced=1,
    ),
    "call back": Row(
        _by("publisher", listings.undo_publishing),
        {"published": ASSURED}, {"published": ["publishing_undone"]}, announced=1,
    ),
    "hide": Row(
        _by("assurer", listings.hide_listing, because=Hidden.CLOSED, reason="Shut."),
        {"published": UNPUBLISHED, "unpublished": UNPUBLISHED, "declined": UNPUBLISHED},
        {key: ["listing_hidden"] for key in ("published", "unpublished", "declined")},
        announced=1,
    ),
    "decline": Row(
        _by("second_assurer", listings.decline_listing, because=Hidden.OUT_OF_SCOPE,
            reason="Not a service."),
        dict.fromkeys(("draft", "submitted", "assured"), UNPUBLISHED),
        {key: ["listing_declined"] for key in ("draft", "submitted", "assured")},
    ),
    "restore": Row(
        _by("publisher", listings.restore_listing, reason="They are back."),
        {"unpublished": PUBLISHED},
        {"unpublished": ["reasons_lifted", "listing_published"]}, announced=1,
    ),
    "appeal": Row(
        _by("contributor", listings.appeal_listing, words="It is a service."),
        {"declined": SUBMITTED}, {"declined": ["listing_appealed"]},
    ),
    "check": Row(
        _by("assurer", checking.check_listing, method=Method.VISIT),
        {"assured": ASSURED, "published": PUBLISHED, "unpublished": UNPUBLISHED},
        {key: ["listing_assured"] for key in ("assured", "published", "unpublished")},
        announced=1,
    ),
}  # fmt: skip
# The listing at “submitted” came from a source, so that it can be carried over; taking
# back one's own submission has a test of its own.
STAGES = ("draft", "submitted", "assured", "published", "unpublished", "declined")


def _verbs(after: int) -> list[str]:
    rows = AuditEvent.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("verb", flat=True))


def _last(model: Any) -> int:
    row = model.objects.order_by("-pk").first()
    return row.pk if row else 0


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("action", ROWS)
def test_action_leads_where_the_table_says(
    stages: World, db: None, action: str, stage: str
) -> None:
    row = ROWS[action]
    listing = world.fresh(stages.at[stage])
    audited, announced = _last(AuditEvent), _last(OutboxEvent)

    if stage in row.leads:
        row.call(stages.place, listing)
        expected = row.leads[stage], row.verbs[stage], row.announced
    else:
        with pytest.raises((InvalidState, PermissionDenied)) as refused:
            row.call(stages.place, listing)
        # Never assured and sent in by somebody: not a matter of the stage.
        whose = (action, stage) in {("withdraw", "submitted")}
        assert refused.type is (PermissionDenied if whose else InvalidState)
        expected = Stage(listing.stage), [], 0

    new = OutboxEvent.objects.filter(pk__gt=announced).count()
    assert (world.fresh(listing).stage, _verbs(audited), new) == expected
