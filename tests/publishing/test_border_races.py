"""Agreements that begin and end while services are published, and workers that die."""

from typing import Any

import pytest

from publishing import actions, border, render
from publishing.models import Gone, PublishedService
from tests import world
from tests.publishing.test_border import agree, gone_at, row_at
from tests.publishing.test_races import PATIENCE, Killed, Pause, beside
from tests.workflow.threads import while_holding
from workflow.actions import listings
from workflow.actions.sharing import end_sharing
from workflow.choices import Hidden
from workflow.models import OutboxEvent, SharingAgreement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(place: world.Place) -> world.Place:
    """The neighbour; both places have published before, so end-points are there."""
    made = world.make_place("Nextford")
    for one in (place, made):
        border.endpoint_of(one.partnership)
    return made


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Pause:
    stopped = Pause()
    monkeypatch.setattr(render, "documents", stopped)
    return stopped


def end(agreement: SharingAgreement, home: world.Place) -> None:
    end_sharing(
        by=home.lead, place=home.partnership, agreement_id=agreement.pk, reason="It is."
    )


def waiting() -> int:
    return OutboxEvent.objects.filter(done_at=None).count()


def test_end_that_meets_a_publish_leaves_nothing_there(
    place: world.Place, home: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The publish has read that it is agreed, and writes after all has been cleared."""
    agreement = agree(home, place)
    listing = world.published(home)
    agreed, paused = border._agreed, Pause()
    paused.real = lambda found: found  # type: ignore[assignment,return-value]
    monkeypatch.setattr(border, "_agreed", lambda key: paused(agreed(key)))  # type: ignore[arg-type]
    with beside(lambda: actions.publish_service(listing.record_id)):
        assert paused.reached.wait(PATIENCE)
        end(agreement, home)
        ended = OutboxEvent.objects.filter(record_id=home.partnership.pk).latest("id")
        actions._see_to(ended)  # cleared, and shared out
        paused.go_on.set()
    late = row_at(place, listing)
    actions.consume_outbox()

    assert late is not None, "the publish came last"
    assert row_at(place, listing) is None
    assert row_at(home, listing) is not None
    gone = gone_at(place, listing)
    assert gone is not None
    assert (gone.reason, waiting()) == ("not_shared", 0)


def test_hide_that_meets_an_acceptance_shows_nothing(
    place: world.Place, home: world.Place, pause: Pause
) -> None:
    listing = world.published(home)
    with beside(actions.consume_outbox):
        assert pause.reached.wait(PATIENCE)
        agree(home, place)
        listings.hide_listing(
            by=home.assurer, listing_id=listing.pk, because=Hidden.CLOSED,
            reason="Shut.",
        )  # fmt: skip
        pause.go_on.set()
    actions.consume_outbox()

    assert list(PublishedService.objects.all()) == []
    assert waiting() == 0


def test_end_waits_for_a_row_that_is_being_written(
    place: world.Place, home: world.Place
) -> None:
    agreement = agree(home, place)
    listing = world.published(home)
    actions.consume_outbox()
    end(agreement, home)

    def write() -> None:
        row = PublishedService.objects.get(endpoint__partnership=place.partnership)
        row.save()

    _, cleared = while_holding(write, lambda: border.clear(home.partnership.pk))

    assert cleared is None
    assert row_at(place, listing) is None


@pytest.mark.parametrize("at", ["clear", "services_showing", "_mark_done"])
def test_worker_that_dies_while_all_leaves_loses_nothing(
    place: world.Place, home: world.Place, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    agreement = agree(home, place)
    listing = world.published(home)
    actions.consume_outbox()
    end(agreement, home)
    module = border if at == "clear" else actions
    real = getattr(module, at)

    def dies(*args: Any) -> None:
        real(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, at, dies)
        with pytest.raises(Killed):
            actions.consume_outbox()
    untouched = row_at(place, listing)
    actions.consume_outbox()

    assert untouched is not None
    assert row_at(place, listing) is None
    assert (Gone.objects.count(), waiting()) == (1, 0)
