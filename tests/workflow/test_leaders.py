"""Who leads an area of work once its lead's account is closed or the role taken."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import close_account, take_role
from accounts.models import Message, User
from accounts.roles import Role
from common import clock
from directory.freshness import full_date
from tests import world
from tests.workflow.leading import listing, proposal, signed_in
from tests.workflow.pages import text
from workflow import leaders
from workflow.actions import clocks
from workflow.actions.covers import arrange_cover
from workflow.choices import Stage
from workflow.models import JobRun, Remit

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


@pytest.fixture
def administrator() -> User:
    return world.give(world.person("Ada Admin"), Role.ADMINISTRATOR, None)


def close(by: User, user: User) -> None:
    close_account(by=by, user=user, reason="Left.")


def take(place: world.Place, user: User) -> None:
    take_role(
        by=place.lead, user=user, role=Role.ASSURER, on=place.council, reason="Moved."
    )


def of(place: world.Place) -> leaders.Leaders:
    return leaders.of_remit(Remit.objects.get(pk=place.remit.pk))


def with_deputy(place: world.Place) -> None:
    Remit.objects.filter(pk=place.remit.pk).update(deputy=place.second_assurer)


def test_who_is_named_leads_it(place: world.Place) -> None:
    with_deputy(place)

    led = of(place)

    assert (led.lead, led.deputy) == (place.assurer, place.second_assurer)
    assert (led.who, led.tail) == ("Asha Assurer", ", led by Asha Assurer")


def test_nobody_leads_it_once_the_account_is_closed(
    place: world.Place, administrator: User
) -> None:
    close(administrator, place.assurer)

    today = full_date(clock.today())
    assert of(place).who == f"Nobody since {today}"
    assert of(place).tail == f". Nobody leads it since {today}"


def test_deputy_leads_it_once_the_role_is_taken(place: world.Place) -> None:
    with_deputy(place)
    take(place, place.assurer)

    assert of(place).who == "Bert Assurer, the deputy"
    assert not leaders.unled(place.partnership).exists()


def test_role_that_was_given_again_does_not_say_since_when(
    place: world.Place, administrator: User
) -> None:
    take(place, place.assurer)
    world.give(place.assurer, Role.ASSURER, place.council)
    assert of(place).lead == place.assurer
    later = clock.now() + dt.timedelta(days=3)

    with clock.at(later):
        close(administrator, place.assurer)

    assert of(place).since == clock.london_day(later)


def test_nobody_leads_it_since_the_deputy_went_too(
    place: world.Place, administrator: User
) -> None:
    with_deputy(place)
    moment = clock.now()
    with clock.at(moment + dt.timedelta(days=10)):
        close(administrator, place.assurer)
    assert of(place).since is None

    with clock.at(moment + dt.timedelta(days=30)):
        take(place, place.second_assurer)

    assert of(place).since == clock.london_day(moment + dt.timedelta(days=30))


def test_assuring_for_another_partner_is_not_leading(place: world.Place) -> None:
    world.give(place.assurer, Role.ASSURER, place.health)
    take(place, place.assurer)

    assert not of(place).is_led
    assert list(leaders.unled(place.partnership)) == [place.remit]


def test_many_take_as_many_queries_as_one(
    place: world.Place, administrator: User
) -> None:
    for number in range(3):
        Remit.objects.create(
            partnership=place.partnership, partner=place.council,
            name=f"Area {number}", lead=place.assurer,
        )  # fmt: skip
    close(administrator, place.assurer)
    rows = list(leaders.unled(place.partnership))

    with CaptureQueriesContext(connection) as asked:
        found = leaders.of_remits(rows)

    assert (len(found), len(asked)) == (4, 2)


# --- before ---------------------------------------------------------------------------


def test_closing_page_says_what_would_have_no_lead(
    place: world.Place, administrator: User
) -> None:
    listing(place, stage=Stage.PUBLISHED)
    listing(place, stage=Stage.DRAFT)
    url = reverse("workflow:close-person", args=[place.assurer.pk])
    client = signed_in(administrator)

    page = text(client.get(url))
    answer = client.post(url, {"reason": "Left."})

    assert (
        "They lead “All of Testham” of Testham Council, with 2 records. Nobody leads "
        "it then."
    ) in page
    assert answer.status_code == 302
    assert not User.objects.get(pk=place.assurer.pk).is_active


def test_closing_page_of_somebody_who_leads_nothing_warns_of_nothing(
    place: world.Place, administrator: User
) -> None:
    url = reverse("workflow:close-person", args=[place.publisher.pk])

    assert "area of work" not in text(signed_in(administrator).get(url))


OTHERS = "Their partner’s other assurers still decide and check there."


def test_page_says_where_nobody_could_decide_any_more(
    place: world.Place, administrator: User
) -> None:
    close_url = reverse("workflow:close-person", args=[place.assurer.pk])
    where = [place.assurer.pk, Role.ASSURER.value, place.council.pk]
    take_url = reverse("workflow:take-role", args=where)
    Remit.objects.create(
        partnership=place.partnership, partner=place.council, name="Carers",
        lead=place.second_assurer,
    )  # fmt: skip

    def pages() -> list[str]:
        return [
            text(signed_in(administrator).get(close_url)),
            text(signed_in(place.lead).get(take_url)),
        ]

    said = (
        "Nobody else assures for Testham Council. Nobody could decide or check in "
        "“All of Testham”, “Carers” any more."
    )
    assert [(OTHERS in one, said in one) for one in pages()] == [(True, False)] * 2

    close(administrator, place.second_assurer)

    assert [(OTHERS in one, said in one) for one in pages()] == [(False, True)] * 2
    first = "Let the partnership lead first name another assurer for that partner"
    assert all(first in one for one in pages())
    world.give(place.contributor, Role.ASSURER, place.council)
    assert leaders.left_to_nobody(place.assurer) == []


def test_only_assurer_who_leads_nothing_is_missed_too(
    place: world.Place, administrator: User
) -> None:
    close(administrator, place.assurer)

    (said,) = leaders.left_to_nobody(place.second_assurer)

    assert leaders.would_be_without(place.second_assurer) == []
    assert "Nobody could decide or check in “All of Testham” any more." in said
    assert leaders.left_to_nobody(place.second_assurer, place.health) == []


def test_who_stands_in_from_another_partner_could_still_decide(
    place: world.Place, administrator: User
) -> None:
    other = world.give(world.person("Cara Cover"), Role.ASSURER, place.health)
    last = clock.today() + dt.timedelta(days=7)
    arrange_cover(
        by=place.assurer, remit_id=place.remit.pk, user=other,
        begins_on=clock.today(), ends_on=last, reason="Away.",
    )  # fmt: skip
    close(administrator, place.second_assurer)

    said = (
        "Only Cara Cover could decide and check in “All of Testham” of Testham "
        f"Council, standing in until {full_date(last)}."
    )
    assert leaders.left_to_nobody(place.assurer) == [said]
    take_role(
        by=place.lead, user=other, role=Role.ASSURER, on=place.health, reason="Moved."
    )
    assert len(leaders.left_to_nobody(place.assurer)) == 1
    assert "Nobody could decide" in leaders.left_to_nobody(place.assurer)[0]


def test_page_that_takes_the_role_says_who_leads_it_then(place: world.Place) -> None:
    with_deputy(place)
    client = signed_in(place.lead)

    def page(user: User) -> str:
        where = [user.pk, Role.ASSURER.value, place.council.pk]
        return text(client.get(reverse("workflow:take-role", args=where)))

    assert (
        "They lead “All of Testham” of Testham Council, with no records. Bert Assurer, "
        "the deputy, leads it then."
    ) in page(place.assurer)
    assert (
        "They are the deputy of “All of Testham” of Testham Council, with no records. "
        "Asha Assurer leads it then."
    ) in page(place.second_assurer)


def test_page_says_where_they_stand_in(place: world.Place, administrator: User) -> None:
    last = clock.today() + dt.timedelta(days=7)
    arrange_cover(
        by=place.assurer, remit_id=place.remit.pk, user=place.second_assurer,
        begins_on=clock.today(), ends_on=last, reason="Away.",
    )  # fmt: skip
    said = f"They stand in for “All of Testham” until {full_date(last)}."

    assert leaders.would_be_without(place.second_assurer) == [said]
    assert leaders.would_be_without(place.second_assurer, place.council) == [said]
    world.give(place.second_assurer, Role.ASSURER, place.health)
    assert leaders.would_be_without(place.second_assurer, place.council) == []


def test_closing_page_says_that_it_stays_closed(
    place: world.Place, administrator: User
) -> None:
    url = reverse("workflow:close-person", args=[place.assurer.pk])

    page = text(signed_in(administrator).get(url))

    assert (
        "A closed account stays closed: whoever comes back is invited at another "
        "address."
    ) in page


# --- afterwards -----------------------------------------------------------------------


def test_pages_say_that_nobody_leads_it(
    place: world.Place, administrator: User
) -> None:
    one = world.published(place)
    close(administrator, place.assurer)
    said = f"Nobody leads it since {full_date(clock.today())}"
    lead, team = signed_in(place.lead), signed_in(place.second_assurer)

    assert said in text(lead.get(f"/lead/areas/{place.remit.pk}/"))
    assert said in text(team.get(reverse("workflow:record", args=[one.pk])))
    assert said in text(lead.get(reverse("workflow:cover", args=[place.remit.pk])))
    for page in ("/lead/areas/", "/work/standing-in/", "/lead/"):
        shown = text((lead if "lead" in page else team).get(page))
        assert f"Nobody since {full_date(clock.today())}" in shown
        assert "Asha Assurer" not in shown


def test_what_needs_the_lead_has_areas_that_nobody_leads(
    place: world.Place, administrator: User
) -> None:
    client, words = signed_in(place.lead), "Areas of work that nobody leads"
    assert words not in text(client.get("/lead/"))
    close(administrator, place.assurer)

    answer = client.get("/lead/")

    assert words in text(answer)
    [[area, partner, _, records]] = answer.context["unled"]
    assert area["url"] == f"/lead/areas/{place.remit.pk}/who-leads-it/"
    assert (area["text"], partner["text"]) == ("All of Testham", "Testham Council")
    assert records["text"] == "0"


def test_report_that_waits_goes_to_the_lead_of_the_place(
    place: world.Place, administrator: User
) -> None:
    one = world.published(place)
    proposal(place, one, answer_by=clock.now() + dt.timedelta(minutes=5))
    close(administrator, place.assurer)

    clocks.run_clocks(JobRun(), place.policy)

    to = Message.objects.filter(kind__startswith="report_").values_list("to", flat=True)
    assert list(to) == [place.lead.email]


@pytest.mark.parametrize("how", ["closed", "taken", "elsewhere"])
def test_who_can_no_longer_act_is_not_shown_as_standing_in(
    place: world.Place, administrator: User, how: str
) -> None:
    person, first = place.second_assurer, clock.today()
    arrange_cover(
        by=place.assurer, remit_id=place.remit.pk, user=person, begins_on=first,
        ends_on=first + dt.timedelta(days=7), reason="Away.",
    )  # fmt: skip
    client, remit = signed_in(place.lead), [place.remit.pk]
    lists = (
        "/lead/areas/", reverse("workflow:remit-leaders", args=remit),
        reverse("workflow:covers"),
    )  # fmt: skip
    said = f"{person} until {full_date(first + dt.timedelta(days=7))}"
    assert [said in text(client.get(url)) for url in lists] == [True] * 3
    sentence = "They can no longer act in Testham, so they do not stand in."
    page = reverse("workflow:cover", args=remit)
    assert sentence not in text(client.get(page))

    if how == "closed":
        close(administrator, person)
    else:
        take(place, person)
    if how == "elsewhere":
        world.give(person, Role.ASSURER, world.make_place("Farham").council)

    assert [said in text(client.get(url)) for url in lists] == [False] * 3
    assert sentence in text(client.get(page))


def test_who_assures_for_another_partner_of_the_place_still_stands_in(
    place: world.Place,
) -> None:
    person, today = place.second_assurer, clock.today()
    arrange_cover(
        by=place.assurer, remit_id=place.remit.pk, user=person, begins_on=today,
        ends_on=today, reason="Away.",
    )  # fmt: skip
    world.give(person, Role.ASSURER, place.health)
    take(place, person)

    shown = text(signed_in(place.lead).get("/lead/areas/"))

    assert f"{person} until {full_date(today)}" in shown
