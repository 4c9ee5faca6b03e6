"""The pages of who says “this is really two services”."""

from typing import Any

import pytest
from django.urls import reverse

from common import clock
from common.forms import PlainForm
from tests import world
from tests.workflow.deciding import edit, page, query_count, signed_in, text
from workflow import queries
from workflow.actions import decisions, listings
from workflow.choices import Hidden, Stage
from workflow.models import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    return world.stocked(name="Coffee morning", fees="£2", alert="Ring first")


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return world.published(place)


def typed(listing: Listing, step: str, **more: str) -> dict[str, str]:
    """What the page sends with its own choices, but that the fee moves."""
    service = queries.current(world.fresh(listing).record)
    both = {
        f"{name}/{one['id']}": "both"
        for name in ("phones", "service_at_locations")
        for one in service.get(name, [])
    }
    said = {"name": "Friday chess", "seen": "1", "fees": "moves", "step": step}
    return {**said, "description": "both", **both, **more}


def vouching(**more: str) -> dict[str, str]:
    day = clock.today()
    when = {
        "informed_on_0": day.day,
        "informed_on_1": day.month,
        "informed_on_2": day.year,
    }
    return {
        "vouched": "on",
        "informant": "Jo, who pours the tea",
        "informed_by": "call",
        "reason": "Two groups.",
        **{key: str(value) for key, value in when.items()},
        **more,
    }


def post(user: Any, listing: Listing, data: dict[str, str]) -> Any:
    address = reverse("workflow:divide", args=[listing.pk])
    return signed_in(user).post(address, data)


def other(listing: Listing) -> Listing | None:
    return Listing.objects.filter(split_from=listing).first()


def errors(answer: Any) -> dict[str, list[str]]:
    names = ("form", "reason", "vouch")
    found = [answer.context.get(name) for name in names]
    forms = [form for form in found if isinstance(form, PlainForm)]
    return {
        key: [str(one) for one in said]
        for form in forms
        for key, said in form.errors.items()
    }


# --- choosing -------------------------------------------------------------------------


def test_record_page_leads_there_for_those_who_may(
    place: world.Place, listing: Listing
) -> None:
    address = reverse("workflow:divide", args=[listing.pk])

    def offered(user: Any) -> bool:
        return address in page(user, "record", listing.pk).content.decode()

    assert offered(place.assurer) is True
    assert offered(place.reader) is False
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=Hidden.WITHDRAWN, reason="No."
    )
    assert offered(place.assurer) is False


def test_every_line_of_the_record_is_asked_about(
    place: world.Place, listing: Listing
) -> None:
    answer = page(place.assurer, "divide", listing.pk)

    asked = {
        group["title"]: [(f.label, f.help_text, f.initial) for f in group["fields"]]
        for group in answer.context["groups"]
    }
    assert asked["What it costs"] == [("Cost in words", "£2", "stays")]
    assert asked["Where"] == [("Place it happens at", "Testham Hall", "both")]
    assert set(asked) == {"What it is", "How to get in touch", "Where", "What it costs"}


def test_nobody_else_opens_it(place: world.Place, listing: Listing) -> None:
    neighbour = world.make_place("Elseham")

    def status(user: Any) -> int:
        return int(page(user, "divide", listing.pk).status_code)

    assert [status(user) for user in (place.reader, place.lead)] == [403, 403]
    assert [status(user) for user in (neighbour.assurer, place.volunteer)] == [404, 404]
    assert status(world.make_editor(listing)) == 403


def test_what_cannot_be_is_said_and_the_choices_stay(
    place: world.Place, listing: Listing
) -> None:
    answer = post(
        place.assurer,
        listing,
        typed(listing, "look", name="", description="moves"),
    )

    form = answer.context["form"]
    assert errors(answer) == {"name": ["Give the new service a name."]}
    assert (form["fees"].value(), form["description"].value()) == ("moves", "moves")


# --- seeing both ----------------------------------------------------------------------


def test_both_are_seen_before_anything_happens(
    place: world.Place, listing: Listing
) -> None:
    edit(place, listing, fees="£3")

    answer = post(place.assurer, listing, typed(listing, "look"))

    rows = {
        row[0]["text"]: [c["text"] for c in row[1:]] for row in answer.context["rows"]
    }
    assert rows["Name"] == ["Coffee morning", "Friday chess"]
    assert rows["Cost in words"] == ["Nothing", "£2"]
    assert rows["Where it happens"] == ["Testham Hall", "Testham Hall"]
    keeps, hands, leaves, waits, queue, undo = answer.context["effects"]
    assert keeps == (
        "“Coffee morning” keeps its address, its history and the date of its last "
        "check."
    )
    assert hands == "Who answers for it answers for “Friday chess” too."
    assert leaves == "1 thing leaves “Coffee morning” at once."
    assert waits == "1 suggestion about “Coffee morning” waits and stays with it."
    assert queue == (
        "Unless you vouch for it below, it waits until a colleague has looked at it. "
        "Until then the public reads nothing of “Friday chess”."
    )
    assert undo == (
        "No button undoes it. If it was wrong, say that the new one is the same as the "
        "old one, and suggest back what moved."
    )
    assert other(listing) is None


def test_new_one_is_shown_as_the_public_would_see_it(place: world.Place) -> None:
    listing = world.published(place, phones=[{"number": "07700 900123"}])

    answer = post(place.assurer, listing, typed(listing, "look"))

    reasons = [
        row["reason"]
        for part in answer.context["as_public"]
        for row in part.rows
        if row["label"] == "Phones"
    ]
    assert reasons != [""]
    assert "07700 900123" in text(answer)


def test_place_that_is_kept_secret_is_not_in_what_the_public_would_see(
    place: world.Place,
) -> None:
    secret = world.hall(name="Rose House", sensitive=True)
    listing = world.published(place, in_hall=secret)

    answer = post(place.assurer, listing, typed(listing, "look"))

    shown = [
        (words, mark)
        for part in answer.context["as_public"]
        for row in part.rows
        for words, mark in row.get("segments", [])
        if "Rose" in words
    ]
    assert shown == [("Rose House", "held")]


def test_choices_come_back_with_what_was_typed_on_both_steps(
    place: world.Place, listing: Listing
) -> None:
    answer = post(
        place.assurer,
        listing,
        typed(listing, "again", **vouching(note="Rang Jo.")),
    )

    form, carried = answer.context["form"], dict(answer.context["carried"])
    assert (form["name"].value(), form["fees"].value()) == ("Friday chess", "moves")
    assert (carried["reason"], carried["note"], carried["vouched"]) == (
        "Two groups.",
        "Rang Jo.",
        "on",
    )
    assert carried["informed_on_2"] == str(clock.today().year)
    back = post(place.assurer, listing, typed(listing, "look", **carried))
    assert back.context["vouch"]["note"].value() == "Rang Jo."


def test_terms_of_both_are_seen_in_both(place: world.Place) -> None:
    term = world.term("Coffee mornings")
    listing = world.published(place, attributes=[{"taxonomy_term_id": str(term.pk)}])
    (given,) = queries.current(listing.record)["attributes"]

    chosen = typed(listing, "look", **{f"attributes/{given['id']}": "both"})
    answer = post(place.assurer, listing, chosen)

    rows = {
        row[0]["text"]: [c["text"] for c in row[1:]] for row in answer.context["rows"]
    }
    assert rows["Terms"] == ["Coffee mornings", "Coffee mornings"]


# --- doing it -------------------------------------------------------------------------


def test_it_is_two_services_and_the_new_one_waits(
    place: world.Place, listing: Listing
) -> None:
    answer = post(
        place.assurer,
        listing,
        typed(listing, "split", reason="Two groups."),
    )

    new = other(listing)
    assert new is not None
    assert answer["Location"] == reverse("workflow:record", args=[new.pk])
    assert new.stage == Stage.SUBMITTED
    day = f"{clock.today():%-d %B %Y}"
    told = page(place.assurer, "record", listing.pk).context["divided"]
    assert told == [
        {
            "text": f"“Friday chess” was a part of it until {day}.",
            "url": answer["Location"],
        }
    ]
    (back,) = page(place.assurer, "record", new.pk).context["divided"]
    assert back["text"] == f"It was a part of “Coffee morning” until {day}."


def test_who_vouches_makes_it_public(place: world.Place, listing: Listing) -> None:
    post(place.assurer, listing, typed(listing, "split", **vouching()))

    new = other(listing)
    assert new is not None
    assert (new.stage, new.assured_on) == (Stage.PUBLISHED, clock.today())
    events = page(place.assurer, "history", listing.pk).context["happenings"]
    assert events[0]["text"] == (
        "Found to be two services: a part of it went its own way"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"reason": ""}, {"reason": ["Give a reason; others will read it."]}),
        (
            {"informed_by": "", "informant": ""},
            {
                "informant": ["Say who told you and what they do there."],
                "informed_by": ["Say how you found out."],
            },
        ),
    ],
)
def test_what_is_missing_stands_beside_its_field(
    place: world.Place,
    listing: Listing,
    more: dict[str, str],
    expected: dict[str, list[str]],
) -> None:
    answer = post(
        place.assurer,
        listing,
        typed(listing, "split", **vouching(**more)),
    )

    assert errors(answer) == expected
    assert dict(answer.context["carried"])["fees"] == "moves"
    assert other(listing) is None


def test_line_that_the_new_one_needs_is_said_beside_it(
    place: world.Place, listing: Listing
) -> None:
    answer = post(
        place.assurer,
        listing,
        typed(listing, "split", **vouching(), description="stays"),
    )

    assert errors(answer) == {"description": ["Still needed: what it is."]}
    assert dict(answer.context["carried"])["informant"] == "Jo, who pours the tea"


def test_vouching_is_not_offered_where_a_colleague_has_to_look(
    place: world.Place, listing: Listing
) -> None:
    world.own_body(place.council, listing)

    answer = post(place.assurer, listing, typed(listing, "look"))
    post(place.assurer, listing, typed(listing, "split", **vouching()))

    new = other(listing)
    assert answer.context["vouch"] is None
    assert new is not None
    assert new.stage == Stage.SUBMITTED


@pytest.mark.parametrize("step", ["look", "split"])
def test_somebody_was_faster_and_nothing_typed_is_lost(
    place: world.Place, listing: Listing, step: str
) -> None:
    proposal = edit(place, listing, alert="Shut on Monday")
    decisions.decide(
        by=place.second_assurer,
        proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
    )

    answer = post(place.assurer, listing, typed(listing, step, **vouching()))

    form = answer.context["form"]
    assert (answer.status_code, answer.context["number"]) == (409, 2)
    (sentence,) = form.non_field_errors()
    assert sentence == (
        "The record was changed by Bert Assurer while you were dividing it. Look at it "
        "again; your choices are below, nothing is lost."
    )
    assert (form["name"].value(), form["fees"].value()) == ("Friday chess", "moves")
    assert dict(answer.context["carried"])["reason"] == "Two groups."
    again = typed(listing, "split", **vouching(), seen="2")
    assert post(place.assurer, listing, again).status_code == 302


def test_hidden_meanwhile_nothing_typed_is_lost(
    place: world.Place, listing: Listing
) -> None:
    listings.hide_listing(
        by=place.assurer, listing_id=listing.pk, because=Hidden.WITHDRAWN, reason="No."
    )

    answer = post(place.assurer, listing, typed(listing, "split", **vouching()))

    form = answer.context["form"]
    assert answer.status_code == 409
    assert form.non_field_errors() == ["It was hidden meanwhile. Bring it back first."]
    assert form["name"].value() == "Friday chess"


@pytest.mark.parametrize("seen", ["", "nonsense", "-1", "9" * 30, "٣"])
def test_version_that_nobody_saw_is_answered(
    place: world.Place, listing: Listing, seen: str
) -> None:
    answer = post(place.assurer, listing, typed(listing, "look", seen=seen))

    assert answer.status_code == 409


# --- queries --------------------------------------------------------------------------


def test_record_page_costs_the_same_however_often_it_was_divided(
    place: world.Place, listing: Listing
) -> None:
    def divide(number: int) -> None:
        post(
            place.assurer,
            listing,
            typed(
                listing,
                "split",
                reason="Two groups.",
                fees="both",
                name=f"Chess {number}",
            ),
        )

    address = reverse("workflow:record", args=[listing.pk])
    divide(1)
    one = query_count(place.assurer, address)
    divide(2)
    divide(3)

    assert query_count(place.assurer, address) == one
    assert Listing.objects.filter(split_from=listing).count() == 3


def test_choosing_costs_the_same_however_much_there_is(place: world.Place) -> None:
    def cost(many: int) -> int:
        phones = [{"number": f"01632 96010{n}"} for n in range(many)]
        terms = [
            {"taxonomy_term_id": str(world.term(f"Term {many} {n}").pk)}
            for n in range(many)
        ]
        listing = world.published(place, phones=phones, attributes=terms)
        return query_count(place.assurer, reverse("workflow:divide", args=[listing.pk]))

    assert cost(3) == cost(1)
