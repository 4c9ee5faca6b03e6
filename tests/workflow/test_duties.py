"""What a provider or contributor is told waits: counts, their change, the button."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from tests import world
from tests.workflow.pages import filled_in, text
from workflow import duties, standing
from workflow.actions import decisions, listings, proposals
from workflow.actions import place as places
from workflow.choices import Evidence, Hidden
from workflow.models import Confirmation, Listing, Proposal, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def edit(listing: Listing, by: User, **values: Any) -> Proposal:
    key = str(listing.record_id)
    return proposals.propose_edit(
        by=by, listing_id=listing.pk, edits={key: values or {"fees": "£2"}},
        bases={key: 1}, evidence=Evidence.RUN_IT,
    )  # fmt: skip


def count(response: Any, label: str) -> int:
    nav = response.context["nav"]
    return next(item["count"] for item in nav if item["label"] == label)


# --- counts ---------------------------------------------------------------------------


def test_my_services_says_what_the_menu_counts(place: world.Place) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    world.draft(place, by=editor)  # of an organisation nobody has accepted yet
    gone = world.published(
        place, run_by=Record.objects.get(pk=str(listing.organization_id)), name="Lunch"
    )
    listings.hide_listing(
        by=editor, listing_id=gone.pk, because=Hidden.WITHDRAWN, reason="Summer."
    )
    with clock.at(clock.now() + dt.timedelta(days=80)):
        page = signed_in(editor).get("/my-services/")

    assert count(page, "My services") == 2
    assert "2 services ask something of you." in text(page)


def test_a_service_asks_no_more_once_its_provider_said_it_is_right(
    place: world.Place,
) -> None:
    listing = world.published(place)
    client = signed_in(world.make_editor(listing))
    with clock.at(clock.now() + dt.timedelta(days=80)):
        before = client.get("/my-services/")
        client.post(reverse("workflow:confirm", args=[listing.pk]), {})
        after = client.get("/my-services/")

    assert (count(before, "My services"), count(after, "My services")) == (1, 0)
    [was], [now] = before.context["cards"], after.context["cards"]
    assert (was["next_label"], now["next_label"]) == (
        "Nothing has changed", "Look at it",
    )  # fmt: skip
    assert now["text"].endswith(f"{standing.waits_for(listing)} checks it next.")


def test_a_service_asks_no_more_while_its_providers_change_waits(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    with clock.at(clock.now() + dt.timedelta(days=80)):
        edit(listing, editor)

        assert list(duties.services_that_ask(editor)) == []


def test_having_said_it_is_right_before_it_was_due_does_not_answer_for_it(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    signed_in(editor).post(reverse("workflow:confirm", args=[listing.pk]), {})

    with clock.at(clock.now() + dt.timedelta(days=80)):
        assert list(duties.services_that_ask(editor)) == [listing]


def test_my_suggestions_says_what_the_menu_counts(place: world.Place) -> None:
    with clock.at(clock.now() - dt.timedelta(hours=1)):
        listing = world.published(place)
    first = edit(listing, place.contributor)
    edit(listing, place.contributor, alert="Bring a mug.")
    client = signed_in(place.contributor)
    decisions.decide(
        by=place.assurer, proposal_id=first.pk, choices=world.accept_all(first)
    )

    lately = client.get("/my-suggestions/")
    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        later = client.get("/my-suggestions/")

    assert (count(lately, "My suggestions"), count(later, "My suggestions")) == (2, 1)
    assert "2 suggestions wait for an answer." in text(lately)
    assert "1 suggestion waits for an answer." in text(later)


def test_records_offer_the_places_in_which_something_is_seen(
    place: world.Place,
) -> None:
    other = world.make_place("Otherham")
    world.published(place)

    alone = signed_in(place.contributor).get("/records/")
    world.published(other)
    both = signed_in(place.contributor).get("/records/")

    assert "place" not in alone.context["form"].fields
    assert [words for _, words in both.context["form"].fields["place"].choices] == [
        "All places", "Otherham", "Testham",
    ]  # fmt: skip


# --- while the provider's own change waits --------------------------------------------


def test_provider_reads_what_waits_instead_of_nothing_has_changed(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    client = signed_in(editor)
    waiting = edit(listing, editor)
    day = dt.datetime(2026, 6, 1, 10, tzinfo=clock.LONDON)
    Proposal.objects.filter(pk=waiting.pk).update(created_at=day)
    confirm = reverse("workflow:confirm", args=[listing.pk])

    page = client.get(reverse("workflow:listing", args=[listing.pk]))
    asked = client.get(confirm)
    (card,) = client.get("/my-services/").context["cards"]
    sent = client.post(confirm, {"words": ""})

    for shown in (page, asked):
        assert "You told us on 1 June 2026 what is different" in text(shown)
        assert f"/my-suggestions/{waiting.pk}/" in shown.content.decode()
    assert f'href="{confirm}"' not in page.content.decode()
    assert ">Nothing has changed<" not in asked.content.decode()
    assert (card["next_label"], sent["Location"]) == ("See what waits", confirm)
    assert "You sent a change in on 1 June 2026." in card["text"]
    assert not Confirmation.objects.exists()


def test_provider_is_led_to_each_of_several_changes_that_wait(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor, colleague = (world.make_editor(listing, name=n) for n in ("Ed", "Kim"))
    days = [dt.datetime(2026, 6, n, 10, tzinfo=clock.LONDON) for n in (1, 3, 4)]
    sent = [
        edit(listing, editor, fees="£2"),
        edit(listing, editor, wait_time="None"),
        edit(listing, colleague, alert="Closed in May"),
    ]
    for one, day in zip(sent, days, strict=True):
        Proposal.objects.filter(pk=one.pk).update(created_at=day)
    client = signed_in(editor)

    page = client.get(reverse("workflow:listing", args=[listing.pk]))
    asked = client.get(reverse("workflow:confirm", args=[listing.pk]))
    (card,) = client.get("/my-services/").context["cards"]

    for shown in (page, asked):
        said, html = text(shown), shown.content.decode()
        assert "Three changes are waiting" in said
        assert "Cost in words: you told us on 1 June 2026, and Testham Council" in said
        assert "you told us on 3 June 2026" in said
        assert "Notice: Kim told us on 4 June 2026" in said
        assert [f"/my-suggestions/{one.pk}/" in html for one in sent] == [
            True, True, False
        ]  # fmt: skip
    assert card["text"].endswith(
        "You sent three changes in, the first on 1 June 2026. Testham Council decides "
        "on them."
    )


def test_provider_may_say_nothing_has_changed_once_it_is_decided(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    waiting = edit(listing, editor)
    decisions.decide(
        by=place.assurer, proposal_id=waiting.pk, choices=world.accept_all(waiting)
    )

    page = signed_in(editor).get(reverse("workflow:listing", args=[listing.pk]))

    assert reverse("workflow:confirm", args=[listing.pk]) in page.content.decode()


def test_anothers_suggestion_does_not_stop_the_provider(place: world.Place) -> None:
    listing = world.published(place)
    edit(listing, place.contributor)

    assert duties.providers_changes([listing]) == {}


# --- what saving does -----------------------------------------------------------------


def section_of(listing: Listing, slug: str) -> str:
    where = [listing.pk, "service", listing.record_id, slug]
    return reverse("workflow:section", args=where)


def test_button_tells_a_trusted_provider_that_saving_publishes(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    client = signed_in(editor)

    before = client.get(section_of(listing, "cost"))
    world.trust(place, listing)
    after = client.get(section_of(listing, "cost"))
    client.post(section_of(listing, "cost"), filled_in(after, fees="£2"))

    assert "Testham Council looks at what you save before it counts." in text(before)
    assert before.context["button"] == "Save"
    assert "what you save here is public at once" in text(after)
    assert after.context["button"] == "Save and publish"
    record = Record.objects.get(pk=listing.record_id)
    assert record.revision is not None
    assert record.revision.payload["fees"] == "£2"


def test_button_names_what_a_trusted_provider_cannot_publish(
    place: world.Place,
) -> None:
    listing = world.published(place)
    editor = world.make_editor(listing)
    world.trust(place, listing)
    places.save_policy(
        by=place.lead, place=place.partnership, values={"always_checked": ["fees"]}
    )

    page = signed_in(editor).get(section_of(listing, "cost"))

    assert (
        "Only Cost in words: Testham Council decides on that before it counts."
        in text(page)
    )
