"""What was hidden because of personal data: only those see it who put it right."""

from typing import Any

import pytest

from accounts.models import Message
from accounts.roles import Role
from tests import world
from tests.workflow.deciding import edit, page, text
from tests.workflow.town import REJECT
from workflow import access
from workflow.actions import decisions, listings
from workflow.choices import Hidden
from workflow.models import Listing, Proposal

pytestmark = pytest.mark.django_db

SECRET = "Zqplanted words about Joan"
NAME = "Tuesday coffee morning"
KIND = (
    "This record is hidden because something personal stood in it. Until that is put "
    "right, only those who do so can see it. If somebody needs this service, ask "
    "Testham Council."
)


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place, description=SECRET)


def hide(place: world.Place, listing: Listing, because: str = "personal_data") -> None:
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=because, reason="She asked."
    )


def people(place: world.Place, listing: Listing) -> dict[str, Any]:
    """Everybody who could meet the record, by who they are."""
    neighbour = world.make_place("Elseham")
    return {
        "assurer": place.assurer,
        "lead": place.lead,
        "publisher": place.publisher,
        "officer": place.officer,
        "editor": world.make_editor(listing),
        "reader": place.reader,
        "contributor": place.contributor,
        "volunteer": place.volunteer,
        "neighbour's lead": neighbour.lead,
        "neighbour's contributor": neighbour.contributor,
    }


@pytest.mark.parametrize("also", ["", Hidden.WITHDRAWN])
def test_only_those_who_put_it_right_read_it(
    place: world.Place, listing: Listing, also: str
) -> None:
    everybody = people(place, listing)
    hide(place, listing)
    if also:
        hide(place, listing, also)

    read = {who for who, user in everybody.items() if access.can_read(user, listing)}
    propose = {w for w, user in everybody.items() if access.can_propose(user, listing)}
    search = {
        who
        for who, user in everybody.items()
        if NAME in text(page(user, "records", q="coffee"))
    }

    assert read == {"assurer", "lead", "publisher", "officer", "editor"}
    assert propose == {"assurer", "editor"}
    assert search == read


def test_hidden_for_another_reason_stays_with_the_partners(
    place: world.Place, listing: Listing
) -> None:
    hide(place, listing, Hidden.WITHDRAWN)

    assert access.can_read(place.reader, listing) is True
    assert access.withheld_from(place.reader).count() == 0


@pytest.mark.parametrize("name", ["record", "history", "preview"])
def test_others_meet_a_kind_sentence_and_nothing_of_it(
    place: world.Place, listing: Listing, name: str
) -> None:
    hide(place, listing)

    for user in (place.reader, place.contributor, place.volunteer):
        answer = page(user, name, listing.pk)
        said = text(answer)

        assert answer.status_code == 403
        assert KIND in said
        assert [w for w in (SECRET, NAME, "Joan", "She asked") if w in said] == []
    assert page(place.lead, name, listing.pk).status_code == 200
    assert page(place.assurer, name, listing.pk).status_code == 200


@pytest.mark.parametrize("name", ["suggest", "still-right", "closed", "problem"])
def test_suggesting_meets_the_same_sentence(
    place: world.Place, listing: Listing, name: str
) -> None:
    hide(place, listing)

    answer = page(place.contributor, name, listing.pk)

    assert (answer.status_code, KIND in text(answer)) == (403, True)


def test_it_is_no_secret_that_never_was_seen(
    place: world.Place, listing: Listing
) -> None:
    neighbour = world.make_place("Elseham")
    Listing.objects.filter(pk=listing.pk).update(published_at=None)
    hide(place, listing)

    assert page(neighbour.reader, "record", listing.pk).status_code == 404


def _suggestion(place: world.Place, listing: Listing) -> Proposal:
    return edit(place, listing, description="Tea and cake.")


def test_who_suggested_keeps_their_own_words_alone(
    place: world.Place, listing: Listing
) -> None:
    proposal = _suggestion(place, listing)
    assert SECRET in text(page(place.contributor, "suggestion", proposal.pk))
    hide(place, listing)

    said = text(page(place.contributor, "suggestion", proposal.pk))

    assert "Tea and cake." in said
    assert KIND in said
    assert SECRET not in said


def test_who_suggested_does_not_meet_its_name(
    place: world.Place, listing: Listing
) -> None:
    proposal = _suggestion(place, listing)

    def both() -> list[str]:
        return [
            text(page(place.contributor, "my-suggestions")),
            text(page(place.contributor, "suggestion", proposal.pk)),
        ]

    assert [NAME in said for said in both()] == [True, True]
    hide(place, listing)

    for said in both():
        assert (NAME in said, "A service that is being put right" in said) == (
            False, True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("because", "name"),
    [
        (Hidden.PERSONAL_DATA, "A service that is being put right"),
        (Hidden.WITHDRAWN, NAME),
    ],
)
def test_the_mail_to_who_suggested_does_not_name_it(
    place: world.Place, listing: Listing, because: str, name: str
) -> None:
    proposal = _suggestion(place, listing)
    hide(place, listing, because)

    decisions.decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={proposal.changes.get().pk: REJECT},
    )  # fmt: skip

    mail = Message.objects.get(kind="outcome", about_id=proposal.pk)
    assert mail.subject == f"What became of what you sent us about “{name}”"
    assert (NAME in mail.text) == (name == NAME)


def test_who_decided_about_it_once_cannot_open_it_any_more(
    place: world.Place, listing: Listing
) -> None:
    proposal = _suggestion(place, listing)
    decider = world.give(world.person("Otto Other"), Role.ASSURER, place.health)
    proposal.decisions.create(decided_by=decider, body_label="Testham Health")
    assert page(decider, "proposal", proposal.pk).status_code == 200

    hide(place, listing)

    assert page(decider, "proposal", proposal.pk).status_code == 404


def test_preview_says_that_it_is_hidden_and_why(
    place: world.Place, listing: Listing
) -> None:
    hide(place, listing)

    said = text(page(place.publisher, "preview", listing.pk))

    assert "This record is hidden from the public" in said
    assert (
        "Why: personal data. “She asked.” Only those who put it right see it now: who "
        "runs it, its assurers, the lead, the publisher and the data protection "
        "officer. What stands here is what would be shown if it came back."
    ) in said
    assert "As the public would see it" in said


def test_preview_of_what_is_public_says_nothing_of_hiding(
    place: world.Place, listing: Listing
) -> None:
    said = text(page(place.publisher, "preview", listing.pk))

    assert "hidden from the public" not in said
    assert "As the public sees it" in said
