"""What a provider is told of a report about its service, and what it is not told."""

import datetime as dt
import secrets
from typing import Any

import pytest
from django.urls import reverse

from common import clock
from tests import world
from tests.workflow.deciding import edit, page, report, signed_in
from tests.workflow.pages import text
from workflow import duties, told_wrong
from workflow.actions import checking, decisions, proposals, public_reports
from workflow.actions.public_reports import NOT_SURE, Told
from workflow.choices import WhatIsWrong
from workflow.models import Listing, PublicReport

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 9, 14, 12, tzinfo=dt.UTC)
WORDS = "Bert at the door was rude."


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    with clock.at(NOW):
        return world.stocked()


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def tell(listing: Listing, what: str, hours: int = 2, **more: Any) -> PublicReport:
    told = {"once": secrets.token_hex(8), "sender": "192.0.2.7", "words": WORDS,
            "answer_to": "neighbour@mail.example", **more}  # fmt: skip
    with clock.at(NOW + dt.timedelta(hours=hours)):
        return public_reports.report_publicly(
            listing_id=listing.pk, told=Told(what=what, **told)
        )


@pytest.mark.parametrize(
    ("what", "part"),
    [("times", "times"), ("reach", "contact"), ("moved", "where"), ("cost", "cost")],
)
def test_provider_sees_what_is_said_to_be_wrong_and_can_put_it_right(
    place: world.Place, listing: Listing, what: str, part: str
) -> None:
    editor = world.make_editor(listing)
    tell(listing, what)

    own = page(editor, "listing", listing.pk)
    mine = page(editor, "my-services")

    section = reverse(
        "workflow:section", args=[listing.pk, "service", listing.record_id, part]
    )
    said = (
        f"Somebody told us on 14 September 2026: “{WhatIsWrong(what).label}.” "
        "Testham Council looks into it."
    )
    [card] = mine.context["cards"]
    assert said in text(own)
    assert (card["next_label"], card["next_url"]) == ("Put it right", section)
    assert card["text"].endswith(said)
    assert signed_in(editor).get(section).status_code == 200
    assert "1 service asks something of you." in text(mine)
    for answer in (own, mine):
        assert "Bert" not in text(answer)
        assert "neighbour@" not in text(answer)


@pytest.mark.parametrize("closed", ["for_good", NOT_SURE])
def test_provider_is_asked_whether_it_has_closed(listing: Listing, closed: str) -> None:
    editor = world.make_editor(listing)
    tell(listing, WhatIsWrong.CLOSED, closed=closed)

    [told] = page(editor, "listing", listing.pk).context["told_wrong"]

    assert told.url == reverse("workflow:closed", args=[listing.pk])
    assert "“It has closed.”" in told.text


@pytest.mark.parametrize("what", [WhatIsWrong.HARM, WhatIsWrong.ELSE])
def test_provider_is_not_told_of_harm_or_of_what_has_words_alone(
    place: world.Place, listing: Listing, what: str
) -> None:
    editor = world.make_editor(listing)
    tell(listing, what)
    report(place, listing)
    report(place, listing, harm=True)

    own = page(editor, "listing", listing.pk)

    assert own.context["told_wrong"] == []
    assert "is wrong" not in text(own)
    assert not duties.services_that_ask(editor).exists()


def test_only_who_runs_it_is_told(place: world.Place, listing: Listing) -> None:
    tell(listing, WhatIsWrong.TIMES)
    other = world.make_editor(
        world.published(place, name="Bees", body=world.organization(name="Beehive"))
    )

    assert not told_wrong.unanswered(other).exists()
    assert page(other, "listing", listing.pk).status_code == 404


def test_it_asks_no_more_once_the_provider_said_something(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    tell(listing, WhatIsWrong.TIMES)
    with clock.at(NOW + dt.timedelta(hours=3)):
        asked = list(told_wrong.unanswered(editor))
        proposals.say_still_right(by=editor, listing_id=listing.pk)
    after_word = list(told_wrong.unanswered(editor))
    tell(listing, WhatIsWrong.COST, hours=4)
    with clock.at(NOW + dt.timedelta(hours=5)):
        asked_again = list(told_wrong.unanswered(editor))
        edit(place, listing, by=editor, fees="£4")

    assert (asked, after_word) == ([listing], [])
    assert (asked_again, list(told_wrong.unanswered(editor))) == ([listing], [])


def test_nothing_has_changed_is_not_said_for_it_among_others(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    tell(listing, WhatIsWrong.TIMES)
    with clock.at(NOW + dt.timedelta(days=80)):
        assert list(duties.services_that_ask(editor)) == [listing]
        assert list(duties.waits_for_a_word(editor)) == []


def test_change_that_was_taken_back_answers_nothing(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    tell(listing, "times")
    with clock.at(NOW + dt.timedelta(hours=3)):
        suggested = edit(place, listing, by=editor, fees="£4")
        answered = list(told_wrong.unanswered(editor))
        proposals.withdraw_proposal(by=editor, proposal_id=suggested.pk)

        assert (answered, list(told_wrong.unanswered(editor))) == ([], [listing])


def test_change_that_was_undone_answers_nothing(
    place: world.Place, listing: Listing
) -> None:
    world.trust(place, listing)
    editor = world.make_editor(listing)
    tell(listing, "times")
    with clock.at(NOW + dt.timedelta(hours=3)):
        record = world.fresh(listing).record
        changed = checking.edit_own(
            by=editor, listing_id=listing.pk, edits={str(record.pk): {"fees": "£4"}},
            bases={str(record.pk): 1},
        )  # fmt: skip
        answered = list(told_wrong.unanswered(editor))
        decisions.undo_decision(by=editor, decision_id=changed.decisions.get().pk)

        assert (answered, list(told_wrong.unanswered(editor))) == ([], [listing])


def test_the_same_said_again_is_told_once(place: world.Place, listing: Listing) -> None:
    editor = world.make_editor(listing)
    for number, closed in enumerate(("for_good", "for_now", NOT_SURE)):
        tell(listing, "closed", closed=closed, sender=f"192.0.2.{number}")
    tell(listing, "times")

    told = text(page(editor, "listing", listing.pk))

    assert told.count("“It has closed.”") == 1
    assert told.count("Somebody told us on") == 2


def test_who_is_asked_whether_all_is_right_sees_what_was_said_to_be_wrong(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    tell(listing, "times")

    told = text(page(editor, "confirm", listing.pk))

    assert "Somebody told us on 14 September 2026: “" in told
    assert "Put it right" in told
    assert WORDS not in told


def test_colleagues_are_warned_as_the_public_is(
    place: world.Place, listing: Listing
) -> None:
    reader = place.contributor

    def read() -> list[str]:
        return [
            text(page(reader, "records")), text(page(reader, "record", listing.pk)),
        ]  # fmt: skip

    before = read()
    tell(listing, "closed", closed="for_good")
    after = read()

    assert ["Being checked" in one for one in (*before, *after)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert "ring before you go" in after[1]


def test_assurer_sees_what_the_provider_said_since_and_whom_to_ring(
    place: world.Place, listing: Listing
) -> None:
    editor = world.make_editor(listing)
    with clock.at(NOW + dt.timedelta(hours=1)):
        proposals.say_still_right(by=editor, listing_id=listing.pk)
    told = tell(listing, WhatIsWrong.TIMES)
    with clock.at(NOW + dt.timedelta(hours=3)):
        before = page(place.assurer, "proposal", told.proposal_id)
        sent = edit(place, listing, by=editor, fees="£2")
        own = text(page(editor, "listing", listing.pk))
    with clock.at(NOW + dt.timedelta(days=1)):
        proposals.say_still_right(by=editor, listing_id=listing.pk)
        after = page(place.assurer, "proposal", told.proposal_id)

    assert before.context["report"]["since"] == []
    assert [one["text"] for one in after.context["report"]["since"]] == [
        "The provider said that nothing has changed (today at 1pm).",
        (
            "The provider sent in a change (yesterday, 14 September 2026, at 4pm): "
            "waiting."
        ),
    ]
    assert reverse("workflow:proposal", args=[sent.pk]) in after.content.decode()
    assert after.context["report"]["ring"]["uri"]
    assert "Ring" in text(after)
    assert "Somebody told us on 14 September 2026" in own
    assert "Put it right" not in own, "it has just told us what is different"
