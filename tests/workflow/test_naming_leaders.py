"""Naming who leads an area of work: by the page of the place's lead, with mails."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.actions import close_account
from accounts.models import AuditEvent, Message, User
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.freshness import full_date
from tests import world
from tests.workflow.leading import proposal, signed_in
from tests.workflow.pages import filled_in, text
from workflow import access, leaders
from workflow.actions import clocks
from workflow.actions.covers import arrange_cover
from workflow.actions.naming_leaders import name_leaders
from workflow.actions.remits import change_remit, parts_of, state_of
from workflow.models import Cover, JobRun, Remit

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def administrator() -> User:
    return world.give(world.person("Ada Admin"), Role.ADMINISTRATOR, None)


@pytest.fixture
def carl(place: world.Place) -> User:
    """One more assurer of the partner."""
    return world.give(world.person("Carl Assurer"), Role.ASSURER, place.council)


def now(place: world.Place) -> Remit:
    return Remit.objects.select_related("lead", "deputy").get(pk=place.remit.pk)


def name(place: world.Place, lead: User, **more: Any) -> Remit:
    values: dict[str, Any] = {
        "by": place.lead, "remit_id": place.remit.pk, "base": state_of(now(place)),
        "lead": lead, **more,
    }  # fmt: skip
    return name_leaders(**values)


def page_of(place: world.Place) -> str:
    return reverse("workflow:remit-leaders", args=[place.remit.pk])


def mails() -> dict[str, tuple[str, str]]:
    """Subject and text of what was written, by whom it goes to."""
    told = Message.objects.filter(kind__startswith="leader_")
    return {one.to: (one.subject, one.text) for one in told}


def fields(client: Client, url: str) -> dict[str, list[str]]:
    """Whom each list offers, by name, and in brackets who is chosen."""
    form = client.get(url).context["form"]
    return {
        key: [
            f"({said})"
            if value and str(value) == str(form[key].value() or "")
            else said
            for value, said in form.fields[key].choices
        ]
        for key in ("lead", "deputy")
    }


# --- what it does ---------------------------------------------------------------------


def test_new_lead_and_deputy_are_named_and_written_down(
    place: world.Place, carl: User
) -> None:
    before = parts_of(place.remit)

    name(place, carl, deputy=place.second_assurer, reason=" Asha moves on. ")

    after = now(place)
    assert (after.lead, after.deputy) == (carl, place.second_assurer)
    assert (after.name, parts_of(after)) == (place.remit.name, before)
    event = AuditEvent.objects.get(verb="leaders_named")
    assert event.before == {"lead": str(place.assurer.pk), "deputy": ""}
    assert event.after == {
        "lead": str(carl.pk), "deputy": str(place.second_assurer.pk),
    }  # fmt: skip
    assert (event.actor_id, event.reason) == (place.lead.pk, "Asha moves on.")
    assert event.partnership_id == place.partnership.pk


def test_late_report_goes_to_who_is_newly_named(
    place: world.Place, administrator: User, carl: User
) -> None:
    one = world.published(place)
    close_account(by=administrator, user=place.assurer, reason="Left.")
    name(place, carl)
    proposal(place, one, answer_by=clock.now() + dt.timedelta(minutes=5))

    clocks.run_clocks(JobRun(), place.policy)

    to = Message.objects.filter(kind__startswith="report_").values_list("to", flat=True)
    assert list(to) == [carl.email]


def test_who_stands_in_is_said_by_who_leads_it_now(
    place: world.Place, carl: User
) -> None:
    name(place, carl)

    assert access.can_arrange_cover(carl, now(place))
    assert not access.can_arrange_cover(place.assurer, now(place))


def test_since_when_nobody_leads_it_follows_who_was_named_last(
    place: world.Place, administrator: User, carl: User
) -> None:
    close_account(by=administrator, user=place.assurer, reason="Left.")
    name(place, carl)
    led = leaders.of_remit(now(place))
    assert (led.who, led.since) == ("Carl Assurer", None)
    assert not leaders.unled(place.partnership).exists()
    later = clock.now() + dt.timedelta(days=40)

    with clock.at(later):
        close_account(by=administrator, user=carl, reason="Left too.")

    assert leaders.of_remit(now(place)).since == clock.london_day(later)


def test_new_lead_stands_in_for_nobody_there_and_others_still_do(
    place: world.Place, carl: User
) -> None:
    today, bert = clock.today(), place.second_assurer
    later = today + dt.timedelta(days=9)
    for person, first in ((carl, today), (carl, later), (bert, today)):
        arrange_cover(
            by=place.lead, remit_id=place.remit.pk, user=person, begins_on=first,
            ends_on=first + dt.timedelta(days=3), reason="Asha is away.",
        )  # fmt: skip

    name(place, carl)

    assert [one.user for one in Cover.objects.all()] == [bert]
    assert AuditEvent.objects.filter(verb="cover_ended").count() == 2


# --- whom it tells --------------------------------------------------------------------


def test_who_is_named_and_who_no_longer_is_are_told(
    place: world.Place, carl: User
) -> None:
    name(place, carl, deputy=place.second_assurer, reason="Asha moves on.")

    told = mails()

    assert set(told) == {carl.email, place.assurer.email, place.second_assurer.email}
    what = "the area of work “All of Testham” of Testham Council"
    subject, words = told[carl.email]
    assert subject == "You lead “All of Testham” now"
    assert f"Lena Lead has named you to lead {what}." in words
    assert "“Asha moves on.”" in words
    assert "Bert Assurer is the deputy, and is told of reports" in words
    assert reverse("workflow:cover", args=[place.remit.pk]) in words
    subject, words = told[place.second_assurer.email]
    assert subject == "You are the deputy of “All of Testham” now"
    assert f"has named you the deputy of {what}, which Carl Assurer leads." in words
    assert "You are told when a report there is nearly late." in words
    subject, words = told[place.assurer.email]
    assert subject == "You no longer lead “All of Testham”"
    assert f"Lena Lead has named Carl Assurer to lead {what}, so you no longer" in words
    assert not Message.objects.filter(
        kind__startswith="leader_", send_after__gt=clock.now()
    )


def test_who_stays_is_told_nothing(place: world.Place, carl: User) -> None:
    name(place, place.assurer, deputy=carl)

    assert set(mails()) == {carl.email}
    Message.objects.all().delete()

    name(place, place.assurer)

    ((subject, words),) = mails().values()
    assert subject == "You are no longer the deputy of “All of Testham”"
    assert "and you are no longer its deputy." in words


def test_lead_and_deputy_who_change_places_are_told_what_they_are_now(
    place: world.Place, carl: User
) -> None:
    name(place, place.assurer, deputy=carl)
    Message.objects.all().delete()

    name(place, carl, deputy=place.assurer)

    assert {to: subject for to, (subject, _) in mails().items()} == {
        carl.email: "You lead “All of Testham” now",
        place.assurer.email: "You are the deputy of “All of Testham” now",
    }


def test_closed_account_is_told_nothing_and_nobody_of_what_they_did_themselves(
    place: world.Place, administrator: User
) -> None:
    world.give(place.lead, Role.ASSURER, place.council)
    close_account(by=administrator, user=place.assurer, reason="Left.")

    name(place, place.lead)

    assert now(place).lead == place.lead
    assert mails() == {}


# --- what it refuses ------------------------------------------------------------------


def test_nobody_but_who_gives_out_the_work_names_a_lead(
    place: world.Place, carl: User
) -> None:
    for person in (place.assurer, carl, place.publisher, place.contributor):
        with pytest.raises(PermissionDenied):
            name(place, carl, by=person)
        assert signed_in(person).get(page_of(place)).status_code == 403
    other = world.make_place("Farham")
    assert signed_in(other.lead).get(page_of(place)).status_code in (403, 404)
    assert now(place).lead == place.assurer


def test_people_who_cannot_act_for_the_partner_are_refused(
    place: world.Place, administrator: User, carl: User
) -> None:
    health = world.give(world.person("Hal"), Role.ASSURER, place.health)
    gone = world.give(world.person("Gus"), Role.ASSURER, place.council)
    close_account(by=administrator, user=gone, reason="Left.")

    for person in (health, User.objects.get(pk=gone.pk), place.contributor):
        with pytest.raises(InvalidInput) as refused:
            name(place, person)
        assert refused.value.errors == {
            "lead": f"{person} is no assurer of Testham Council."
        }
        with pytest.raises(InvalidInput) as refused:
            name(place, carl, deputy=person)
        assert set(refused.value.errors) == {"deputy"}
    with pytest.raises(InvalidInput) as refused:
        name(place, carl, deputy=carl)
    assert refused.value.errors == {"deputy": "Choose somebody else than who leads it."}
    assert now(place).lead == place.assurer
    assert mails() == {}


def test_late_save_is_refused(place: world.Place, carl: User) -> None:
    base = state_of(place.remit)
    change_remit(
        by=place.lead, remit_id=place.remit.pk, base=base, name="The rest",
        parts=parts_of(place.remit),
    )  # fmt: skip

    with pytest.raises(InvalidState, match="Somebody changed “The rest” just now"):
        name(place, carl, base=base)

    assert now(place).lead == place.assurer


# --- the page -------------------------------------------------------------------------


def test_page_offers_who_can_lead_it_with_who_does_now(
    place: world.Place, carl: User
) -> None:
    world.give(world.person("Hal"), Role.ASSURER, place.health)
    name(place, carl, deputy=place.second_assurer)

    assert fields(signed_in(place.lead), page_of(place)) == {
        "lead": [
            "Choose a person", "Asha Assurer", "Bert Assurer", "(Carl Assurer)",
        ],
        "deputy": ["Nobody", "Asha Assurer", "(Bert Assurer)", "Carl Assurer"],
    }  # fmt: skip


def test_page_chooses_nobody_where_who_was_named_is_gone(
    place: world.Place, administrator: User
) -> None:
    close_account(by=administrator, user=place.assurer, reason="Left.")
    client = signed_in(place.lead)

    assert fields(client, page_of(place))["lead"] == ["Choose a person", "Bert Assurer"]
    said = f"Nobody leads it since {full_date(clock.today())}."
    assert said in text(client.get(page_of(place)))


def test_lead_comes_from_what_needs_them_and_names_somebody(
    place: world.Place, administrator: User, carl: User
) -> None:
    close_account(by=administrator, user=place.assurer, reason="Left.")
    client = signed_in(place.lead)
    [[area, *_]] = client.get("/lead/").context["unled"]
    for other in ("remit", "cover"):
        shown = client.get(reverse(f"workflow:{other}", args=[place.remit.pk]))
        assert f'href="{page_of(place)}"' in shown.content.decode()

    sent = filled_in(client.get(area["url"]), lead=str(carl.pk), reason="Asha left.")
    answer = client.post(area["url"], sent, follow=True)

    assert answer.redirect_chain == [("/lead/areas/", 302)]
    assert "Carl Assurer leads “All of Testham”." in text(answer)
    assert client.get("/lead/").context["unled"] == []
    assert AuditEvent.objects.get(verb="leaders_named").reason == "Asha left."


def test_only_who_names_the_lead_is_led_to_it(place: world.Place) -> None:
    shown = signed_in(place.assurer).get(
        reverse("workflow:cover", args=[place.remit.pk])
    )

    assert page_of(place) not in shown.content.decode()


def test_form_sent_twice_is_taken_for_what_it_is(
    place: world.Place, carl: User
) -> None:
    client = signed_in(place.lead)
    sent = filled_in(client.get(page_of(place)), lead=str(carl.pk))

    answers = [client.post(page_of(place), sent).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert AuditEvent.objects.filter(verb="leaders_named").count() == 1
    assert len(mails()) == 2


def test_late_form_is_refused_and_can_be_sent_as_an_answer_to_what_stands(
    place: world.Place, carl: User
) -> None:
    client = signed_in(place.lead)
    sent = filled_in(client.get(page_of(place)), lead=str(carl.pk))
    name(place, place.second_assurer)

    late = client.post(page_of(place), sent)

    assert late.status_code == 409
    assert late.context["form"].errors == {
        "__all__": ["Somebody changed “All of Testham” just now. Look again."]
    }
    assert "Led by Bert Assurer." in text(late)
    assert now(place).lead == place.second_assurer

    assert client.post(page_of(place), filled_in(late)).status_code == 302
    assert now(place).lead == carl


def test_errors_stand_beside_the_fields(place: world.Place, carl: User) -> None:
    client = signed_in(place.lead)
    sent = filled_in(client.get(page_of(place)))

    none = client.post(page_of(place), {**sent, "lead": ""})
    twice = client.post(
        page_of(place), {**sent, "lead": str(carl.pk), "deputy": str(carl.pk)}
    )

    assert none.context["form"].errors == {"lead": ["Choose who leads it."]}
    assert twice.context["form"].errors == {
        "deputy": ["Choose somebody else than who leads it."]
    }
    assert (none.status_code, twice.status_code) == (200, 200)


def test_page_says_so_where_nobody_can_lead_it(
    place: world.Place, administrator: User
) -> None:
    for person in (place.assurer, place.second_assurer):
        close_account(by=administrator, user=person, reason="Left.")

    answer = signed_in(place.lead).get(page_of(place))

    said = "Nobody assures for Testham Council at the moment, so nobody can lead it."
    assert said in text(answer)
    for url in (
        reverse("workflow:people"),
        reverse("workflow:remit-hand-over", args=[place.remit.pk]),
    ):
        assert f'href="{url}"' in answer.content.decode()


def test_page_says_who_stands_in(place: world.Place) -> None:
    last = clock.today() + dt.timedelta(days=3)
    arrange_cover(
        by=place.lead, remit_id=place.remit.pk, user=place.second_assurer,
        begins_on=clock.today(), ends_on=last, reason="Away.",
    )  # fmt: skip

    shown = text(signed_in(place.lead).get(page_of(place)))

    assert f"On cover: Bert Assurer until {full_date(last)}." in shown
