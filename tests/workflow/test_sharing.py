"""Agreements between places: who may, in which state, and what is left of it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Message, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.choices import Visibility
from tests import world
from tests.workflow.leading import listing
from tests.workflow.threads import together
from workflow import neighbours
from workflow.actions import sharing
from workflow.choices import Ending, Stage
from workflow.letters import page
from workflow.models import OutboxEvent, SharingAgreement


@pytest.fixture
def neighbour(db: None) -> world.Place:
    return world.make_place("Nextford")


def propose(
    by: world.Place, home: world.Place, shown_by: world.Place, words: str = ""
) -> SharingAgreement:
    return sharing.propose_sharing(
        by=by.lead, place=by.partnership, home=home.partnership,
        shown_by=shown_by.partnership, words=words,
    )  # fmt: skip


def agreed(place: world.Place, neighbour: world.Place) -> SharingAgreement:
    made = propose(place, place, neighbour)
    return sharing.accept_sharing(by=neighbour.lead, agreement_id=made.pk)


def last_mail() -> Message:
    return Message.objects.latest("created_at")


def verbs() -> list[tuple[str, Any]]:
    """The audit rows about agreements, in order: what, in whose trail."""
    rows = AuditEvent.objects.filter(verb__startswith="sharing_").order_by("id")
    return list(rows.values_list("verb", "partnership_id"))


# --- proposing ------------------------------------------------------------------------


def test_proposal_waits_for_the_other_side(
    place: world.Place, neighbour: world.Place
) -> None:
    made = propose(place, place, neighbour, " We border on you. ")

    assert (made.asked, made.is_open, made.is_in_force) == (
        neighbour.partnership, True, False,
    )  # fmt: skip
    assert made.words == "We border on you."
    assert OutboxEvent.objects.count() == 0
    assert list(neighbours.in_force()) == []
    assert verbs() == [
        ("sharing_proposed", place.partnership.pk),
        ("sharing_proposed", neighbour.partnership.pk),
    ]
    mail = Message.objects.get()
    assert (mail.to, mail.kind) == (neighbour.lead.email, "sharing_proposed")
    assert mail.text.splitlines() == [
        "Hello,", "",
        "Lena Lead of Testham proposes that Nextford shows what Testham keeps.",
        "“We border on you.”", "", "See what it means, and answer:",
        f"  {page(neighbour.partnership, 'neighbours')}", "",
        "The directory of Nextford",
    ]  # fmt: skip


def test_each_direction_is_proposed_once_and_apart(
    place: world.Place, neighbour: world.Place
) -> None:
    propose(place, place, neighbour)
    propose(place, neighbour, place)
    for by in (place, neighbour):
        with pytest.raises(InvalidState, match="Testham has proposed this already"):
            propose(by, place, neighbour)

    assert SharingAgreement.objects.count() == 2


def test_what_is_agreed_is_not_proposed_again(
    place: world.Place, neighbour: world.Place
) -> None:
    agreed(place, neighbour)

    with pytest.raises(InvalidState, match="agreed already"):
        propose(neighbour, place, neighbour)


def test_agreement_is_between_ones_own_place_and_another(
    place: world.Place, neighbour: world.Place
) -> None:
    third = world.make_place("Farwell")
    for home, shown_by in ((place, place), (neighbour, third)):
        with pytest.raises(InvalidInput, match="between your place"):
            propose(place, home, shown_by)

    assert (SharingAgreement.objects.count(), verbs()) == (0, [])


# --- answering ------------------------------------------------------------------------


def test_accepted_it_is_in_force_and_published(
    place: world.Place, neighbour: world.Place
) -> None:
    made = agreed(place, neighbour)
    made.refresh_from_db()

    assert made.is_in_force
    assert made.accepted_by == neighbour.lead
    assert [e.record_id for e in OutboxEvent.objects.all()] == [place.partnership.pk]
    assert verbs()[2:] == [
        ("sharing_accepted", place.partnership.pk),
        ("sharing_accepted", neighbour.partnership.pk),
    ]
    assert last_mail().to == place.lead.email


def answers(by: User, made: SharingAgreement) -> list[Callable[[], Any]]:
    key: dict[str, Any] = {"by": by, "agreement_id": made.pk}
    return [
        lambda: sharing.accept_sharing(**key),
        lambda: sharing.decline_sharing(**key, reason="No."),
    ]


def test_proposers_side_cannot_answer(
    place: world.Place, neighbour: world.Place
) -> None:
    made = propose(place, place, neighbour)
    colleague = world.give(world.person("Lou"), Role.LEAD, place.partnership)
    both = world.give(world.person("Bo"), Role.LEAD, place.partnership)
    world.give(both, Role.LEAD, neighbour.partnership)
    for by in (place.lead, colleague, both):
        for answer in answers(by, made):
            with pytest.raises(PermissionDenied):
                answer()

    assert OutboxEvent.objects.count() == 0
    assert verbs()[2:] == []


def test_proposer_who_changed_sides_cannot_answer(
    place: world.Place, neighbour: world.Place
) -> None:
    made = propose(place, place, neighbour)
    world.give(place.lead, Role.LEAD, neighbour.partnership)
    place.lead.partnershipgrant_set.filter(content_object=place.partnership).delete()

    for answer in answers(place.lead, made):
        with pytest.raises(PermissionDenied):
            answer()


def test_declined_it_is_over_with_a_reason(
    place: world.Place, neighbour: world.Place
) -> None:
    made = propose(place, place, neighbour)
    key: dict[str, Any] = {"by": neighbour.lead, "agreement_id": made.pk}
    with pytest.raises(InvalidInput) as refused:
        sharing.decline_sharing(**key, reason=" ")
    sharing.decline_sharing(**key, reason="Not before the elections.")
    made.refresh_from_db()

    assert refused.value.errors == {
        "reason": "Give a reason; the other place will read it."
    }
    assert (made.ending, made.ended_for, made.reason) == (
        Ending.DECLINED, neighbour.partnership, "Not before the elections.",
    )  # fmt: skip
    assert OutboxEvent.objects.count() == 0
    assert (last_mail().to, last_mail().text.splitlines()[3]) == (
        place.lead.email, "“Not before the elections.”",
    )  # fmt: skip
    propose(place, place, neighbour)


def test_taken_back_it_cannot_be_answered_any_more(
    place: world.Place, neighbour: world.Place
) -> None:
    made = propose(place, place, neighbour)
    with pytest.raises(PermissionDenied):
        sharing.withdraw_sharing(by=neighbour.lead, agreement_id=made.pk)
    sharing.withdraw_sharing(by=place.lead, agreement_id=made.pk)

    for answer in answers(neighbour.lead, made):
        with pytest.raises(InvalidState, match="Testham has taken this back already"):
            answer()
    made.refresh_from_db()
    assert (made.ending, made.ended_by) == (Ending.WITHDRAWN, place.lead)


# --- ending ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["home", "shown_by"])
def test_either_side_ends_it(
    place: world.Place, neighbour: world.Place, who: str
) -> None:
    made = agreed(place, neighbour)
    by, other = (place, neighbour) if who == "home" else (neighbour, place)
    OutboxEvent.objects.all().delete()

    sharing.end_sharing(
        by=by.lead, place=by.partnership, agreement_id=made.pk, reason=" Enough. "
    )

    made.refresh_from_db()
    assert (made.ending, made.ended_for, made.ended_by, made.reason) == (
        Ending.ENDED, by.partnership, by.lead, "Enough.",
    )  # fmt: skip
    assert [e.record_id for e in OutboxEvent.objects.all()] == [place.partnership.pk]
    assert verbs()[-2:] == [
        ("sharing_ended", place.partnership.pk),
        ("sharing_ended", neighbour.partnership.pk),
    ]
    assert (last_mail().to, last_mail().kind) == (other.lead.email, "sharing_ended")


def test_only_what_is_in_force_ends_and_only_once(
    place: world.Place, neighbour: world.Place
) -> None:
    made = propose(place, place, neighbour)

    def end(reason: str = "Enough.") -> Any:
        return sharing.end_sharing(
            by=place.lead, place=place.partnership, agreement_id=made.pk, reason=reason
        )

    with pytest.raises(InvalidState, match="not been accepted yet"):
        end()
    sharing.accept_sharing(by=neighbour.lead, agreement_id=made.pk)
    with pytest.raises(InvalidInput, match="Give a reason"):
        end(" ")
    end()
    with pytest.raises(InvalidState, match="Testham has ended this already"):
        end()
    with pytest.raises(InvalidState, match="Testham has ended this already"):
        sharing.accept_sharing(by=neighbour.lead, agreement_id=made.pk)


def test_nobody_ends_it_for_a_place_they_do_not_lead(
    place: world.Place, neighbour: world.Place
) -> None:
    made = agreed(place, neighbour)
    third = world.make_place("Farwell")
    for by, for_place in ((place, neighbour), (third, third), (third, place)):
        with pytest.raises(PermissionDenied):
            sharing.end_sharing(
                by=by.lead, place=for_place.partnership, agreement_id=made.pk,
                reason="Enough.",
            )  # fmt: skip


# --- what the database keeps ----------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"ended_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"ending": Ending.ENDED},
        {"accepted_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"reason": "Because."},
    ],
)
def test_half_an_answer_cannot_be_stored(
    place: world.Place, neighbour: world.Place, values: dict[str, Any]
) -> None:
    made = propose(place, place, neighbour)

    with pytest.raises(IntegrityError), transaction.atomic():
        SharingAgreement.objects.filter(pk=made.pk).update(**values)


def test_acceptance_by_the_proposer_cannot_be_stored(
    place: world.Place, neighbour: world.Place
) -> None:
    made = propose(place, place, neighbour)

    with pytest.raises(IntegrityError), transaction.atomic():
        SharingAgreement.objects.filter(pk=made.pk).update(
            accepted_at=clock.now(), accepted_by=place.lead
        )


def test_what_would_be_shown_is_what_the_home_shows(place: world.Place) -> None:
    shown = listing(place, stage=Stage.PUBLISHED)
    listing(place, stage=Stage.PUBLISHED, visibility=Visibility.PARTNERS)
    listing(place, stage=Stage.ASSURED)

    assert list(neighbours.shared_listings(place.partnership)) == [shown]


# --- at the same time -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_both_ending_at_once_end_it_once() -> None:
    place, neighbour = world.make_place(), world.make_place("Nextford")
    made = agreed(place, neighbour)

    def end(by: world.Place) -> Any:
        return sharing.end_sharing(
            by=by.lead, place=by.partnership, agreement_id=made.pk, reason="Enough."
        )

    results = together(lambda: end(place), lambda: end(neighbour))

    kinds = sorted(type(r).__name__ for r in results)
    assert kinds == ["InvalidState", "SharingAgreement"]
    assert len([v for v, _ in verbs() if v == "sharing_ended"]) == 2


@pytest.mark.django_db(transaction=True)
def test_both_proposing_the_same_at_once_make_one_proposal() -> None:
    place, neighbour = world.make_place(), world.make_place("Nextford")

    results = together(
        lambda: propose(place, place, neighbour),
        lambda: propose(neighbour, place, neighbour),
    )

    kinds = sorted(type(r).__name__ for r in results)
    assert kinds == ["InvalidState", "SharingAgreement"]
    assert SharingAgreement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_acceptance_and_withdrawal_at_once_leave_one_of_them() -> None:
    place, neighbour = world.make_place(), world.make_place("Nextford")
    made = propose(place, place, neighbour)

    results = together(
        lambda: sharing.accept_sharing(by=neighbour.lead, agreement_id=made.pk),
        lambda: sharing.withdraw_sharing(by=place.lead, agreement_id=made.pk),
    )

    kinds = sorted(type(r).__name__ for r in results)
    assert kinds == ["InvalidState", "SharingAgreement"]
