"""The policy, the levels of organisations and the areas of work, as pages."""

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from common import clock
from directory.freshness import full_date
from directory.models import Organization
from tests import world
from tests.workflow.leading import listing, signed_in
from tests.workflow.pages import filled_in, text
from workflow import periods
from workflow.actions.place import EDITABLE
from workflow.choices import Level, Stage
from workflow.models import AssuranceLevel, Cover, Listing, OwnBody, Policy, Remit
from workflow.periods import Row

pytestmark = pytest.mark.django_db

TAKEN = "“All of Testham” takes all the rest already. Say what this one takes."
NO_SUCH_FIELD = (
    "Choose one of the answers given for “What has to be there before a record is "
    "assured?”."
)

NO_SUCH_DAY = (
    "“Christmas” is no date. Write each on a line of its own, like 24 December 2026."
)
BACKWARDS = (
    "“2 January 2027 to 30 December 2026” does not go from a day to a later one, or is "
    "too long."
)


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def form_of(answer: Any, name: str = "form") -> Any:
    return answer.context[name]


# --- the policy -----------------------------------------------------------------------


def policy_with(place: world.Place, **typed: Any) -> Any:
    client = signed_in(place.lead)
    data = filled_in(client.get("/lead/policy/"), **typed)
    answer = client.post("/lead/policy/", data)
    if answer.status_code != 200 or "preview" not in answer.context:
        return answer
    return client.post("/lead/policy/", {**filled_in(answer), "step": "save"})


def values(place: world.Place) -> dict[str, Any]:
    policy = Policy.objects.get(partnership=place.partnership)
    return {name: getattr(policy, name) for name in EDITABLE}


def test_policy_page_has_every_part_with_label_and_help(place: world.Place) -> None:
    form = form_of(signed_in(place.lead).get("/lead/policy/"))

    apart = {
        "seen", "critical_period", "period_proxy", "period_monitored",
        "period_trusted", "type_1", "type_1_period", "type_2", "type_2_period",
    }  # fmt: skip
    assert set(form.fields) == {*EDITABLE, *apart}
    asked = {name: field for name, field in form.fields.items() if name != "seen"}
    assert [name for name, field in asked.items() if not field.label] == []
    assert [name for name, field in asked.items() if not field.help_text] == []


def test_policy_sent_as_it_stands_changes_nothing(place: world.Place) -> None:
    place.policy.always_checked = ["name", "legal_status", "latitude"]
    place.policy.save()
    before = values(place)

    answer = policy_with(
        place, publish_at_once="on", correct_and_check="on", trusted_assures_own="on"
    )

    assert (answer.status_code, answer["Location"]) == (302, "/lead/policy/")
    after = values(place)
    for name in ("mandatory", "always_checked"):
        assert sorted(after.pop(name)) == sorted(before.pop(name))
    assert after == before


def test_policy_is_saved(place: world.Place) -> None:
    food, music = world.term("Food"), world.term("Music")
    policy_with(
        place, period_months="2", due_soon_days="10", overdue_days="7",
        lapsed_days="21", when_lapsed="warn", stop_percent="8", report_days="3",
        publish_at_once=None, correct_and_check=None, trusted_assures_own=None,
        mandatory=["name", "way_to_reach"], always_checked=["phones"],
        grace_days="7", when_overdue="warn", working_days=["0", "1", "5"],
        nation="Scotland", amber_hours="8", pause_days="4", checks_per_week="120",
        closed_days="24 December 2026\n30 Dec 2026 to 2/1/2027\n24.12.2026",
        critical_period="2", period_trusted="3",
        type_1=str(food.pk), type_1_period="2", type_2=str(music.pk),
    )  # fmt: skip

    assert values(place) == {
        "period_months": 2, "due_soon_days": 10, "overdue_days": 7,
        "lapsed_days": 21, "when_lapsed": "warn", "stop_percent": 8,
        "report_days": 3, "publish_at_once": False, "correct_and_check": False,
        "mandatory": ["name", "way_to_reach"], "always_checked": ["phones"],
        "trusted_assures_own": False, "grace_days": 7, "when_overdue": "warn",
        "working_days": [0, 1, 5], "nation": "Scotland", "amber_hours": 8,
        "pause_days": 4, "checks_per_week": 120, "closed_days": [
            dt.date(2026, 12, 24), dt.date(2026, 12, 30), dt.date(2026, 12, 31),
            dt.date(2027, 1, 1), dt.date(2027, 1, 2),
        ],
    }  # fmt: skip
    policy = Policy.objects.get(partnership=place.partnership)
    assert set(periods.rows_of(policy)) == {
        Row(2, critical=True), Row(3, level=Level.TRUSTED), Row(2, term_id=food.pk),
    }  # fmt: skip
    assert AuditEvent.objects.get(verb="policy_changed").actor_id == place.lead.pk


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("lapsed_days", "14",
         "Write more than 14: a record is overdue before it lapses."),
        ("lapsed_days", "soon",
         "Write “How many days after has it “lapsed”?” as a number, like 12."),
        ("stop_percent", "0", "Write a number from 1 up."),
        ("due_soon_days", "61", "Write a number up to 60."),
        ("period_months", "7",
         "Choose one of the answers given for “How often is a record checked?”."),
        ("closed_days", "Christmas",
         NO_SUCH_DAY),
        ("closed_days", "2 January 2027 to 30 December 2026",
         BACKWARDS),
        ("mandatory", ["mood"],
         NO_SUCH_FIELD),
    ],
)  # fmt: skip
def test_policy_says_beside_the_field_what_is_wrong(
    place: world.Place, name: str, typed: Any, sentence: str
) -> None:
    before = values(place)

    answer = policy_with(place, **{name: typed}, report_days="9")

    form = form_of(answer)
    assert (answer.status_code, form.errors) == (200, {name: [sentence]})
    assert (form[name].value(), form["report_days"].value()) == (typed, "9")
    assert values(place) == before


# --- levels ---------------------------------------------------------------------------


def level_page(one: Listing, name: str = "level") -> str:
    return reverse(f"workflow:{name}", args=[one.organization_id])


def test_levels_list_each_organisation_once_with_its_level(place: world.Place) -> None:
    first = world.published(place)
    world.published(place, body=world.organization(name="Chess people"))
    world.submitted(place, body=world.organization(name="Not yet accepted"))
    world.trust(place, first)

    rows = signed_in(place.lead).get("/lead/organisations/").context["rows"]

    assert [(r["name"], r["level"], r["decided"], r["public"]) for r in rows] == [
        ("Chess people", "Kept for them", "", 1),
        (
            "Testham Friends", "Trusted",
            "“Two years without an error.”, Lena Lead", 1,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"q": "chess"}, ["Chess people"]),
        ({"show": "trusted"}, ["Testham Friends"]),
        ({"show": "proxy"}, ["Chess people"]),
        ({"q": "chess", "show": "trusted"}, []),
    ],
)
def test_levels_are_found_by_name_and_level(
    place: world.Place, asked: dict[str, str], names: list[str]
) -> None:
    world.trust(place, world.published(place))
    world.published(place, body=world.organization(name="Chess people"))

    rows = signed_in(place.lead).get("/lead/organisations/", asked).context["rows"]

    assert [row["name"] for row in rows] == names


def test_level_is_set_with_a_reason(place: world.Place) -> None:
    one = world.published(place)

    answer = signed_in(place.lead).post(
        level_page(one), {"level": "monitored", "reason": "They send good updates."}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/lead/organisations/")
    row = AssuranceLevel.objects.get()
    assert (row.level, row.reason, row.decided_by_label) == (
        "monitored", "They send good updates.", "Lena Lead",
    )  # fmt: skip
    shown = text(signed_in(place.lead).get(level_page(one)))
    assert "“They send good updates.”, Lena Lead" in shown


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"level": "trusted", "reason": ""},
         {"reason": ["Give a reason; others will read it."]}),
        ({"level": "", "reason": "Good people."}, {"level": ["Choose a level."]}),
    ],
)  # fmt: skip
def test_level_says_beside_the_field_what_is_missing(
    place: world.Place, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = signed_in(place.lead).post(level_page(world.published(place)), typed)

    form = form_of(answer)
    assert (answer.status_code, form.errors) == (200, errors)
    assert {name: form[name].value() for name in typed} == typed
    assert not AssuranceLevel.objects.exists()


def test_level_is_the_leads_of_the_place(place: world.Place) -> None:
    other, one = world.make_place("Elsewhere"), world.published(place)
    typed = {"level": "trusted", "reason": "Mine."}

    answers = [
        signed_in(who).post(level_page(one), typed).status_code
        for who in (other.lead, place.assurer)
    ]

    assert (answers, AssuranceLevel.objects.count()) == ([404, 403], 0)


def test_organisation_and_partner_become_one_body(place: world.Place) -> None:
    one = world.published(place)
    client = signed_in(place.lead)

    client.post(level_page(one, "own-body"), {"partner": place.council.pk})

    link = OwnBody.objects.get()
    assert (link.partner, link.organization_id) == (place.council, one.organization_id)
    page = client.get(level_page(one))
    (bodies,) = [x for x in page.context["facts"] if x["label"] == "Same body as"]
    assert bodies["lines"] == ["Testham Council"]
    offered = form_of(page, "own_form").fields["partner"].queryset
    assert list(offered) == [place.health]


def test_own_body_of_another_place_is_refused(place: world.Place) -> None:
    other, one = world.make_place("Elsewhere"), world.published(place)
    client = signed_in(place.lead)

    foreign = client.post(level_page(one, "own-body"), {"partner": other.council.pk})
    none = client.post(level_page(one, "own-body"), {})

    assert form_of(foreign, "own_form").errors == {
        "partner": ["Choose one of the answers given for “Which partner is it?”."]
    }
    assert form_of(none, "own_form").errors == {
        "partner": ["Choose the partner that is the same body."]
    }
    assert not OwnBody.objects.exists()
    assert client.get(level_page(one, "own-body"))["Location"] == level_page(one)


# --- areas of work --------------------------------------------------------------------


def add(place: world.Place, **typed: Any) -> HttpResponse:
    data = {
        "name": "Friends", "partner": place.council.pk, "lead": place.assurer.pk,
        "deputy": "", "is_default": "", "step": "save", **typed,
    }  # fmt: skip
    return signed_in(place.lead).post("/lead/areas/new/", data)  # type: ignore[return-value]


def test_areas_of_work_say_who_answers(place: world.Place) -> None:
    listing(place, stage=Stage.PUBLISHED)
    listing(place, stage=Stage.SUBMITTED)
    listing(place, stage=Stage.SUBMITTED, remit=None)

    context = signed_in(place.lead).get("/lead/areas/").context

    (card,) = context["cards"]
    assert (card["title"], card["caption"], card["text"]) == (
        "All of Testham", "Testham Council", "All that no other area of work takes",
    )  # fmt: skip
    assert [fact["value"] for fact in card["facts"]] == [
        "Asha Assurer", "Nobody", "2, 1 published",
    ]  # fmt: skip
    assert context["unowned"] == 1
    assert context["ties"] == 0


def test_each_area_of_work_says_what_it_holds(place: world.Place) -> None:
    other, empty = (
        Remit.objects.create(
            partnership=place.partnership, partner=place.council, name=name,
            lead=place.assurer,
        )
        for name in ("Lunch clubs", "Walks")
    )  # fmt: skip
    for remit, stage in (
        (place.remit, Stage.PUBLISHED), (other, Stage.PUBLISHED),
        (other, Stage.PUBLISHED), (other, Stage.DRAFT),
    ):  # fmt: skip
        listing(place, stage=stage, remit=remit)
    tied = [place.remit.pk, other.pk]
    listing(place, stage=Stage.SUBMITTED, remit=None, tied_remit_ids=tied)
    listing(place, stage=Stage.DRAFT, remit=None)

    context = signed_in(place.lead).get("/lead/areas/").context

    assert {card["title"]: card["facts"][-1]["value"] for card in context["cards"]} == {
        "All of Testham": "1, 1 published",
        "Lunch clubs": "3, 2 published",
        empty.name: "0, 0 published",
    }
    assert (context["unowned"], context["ties"]) == (1, 1)


def test_area_of_work_says_who_is_on_cover_today_and_later(
    place: world.Place,
) -> None:
    today = clock.today()
    for begins, ends in ((-9, -5), (-2, 3), (10, 12)):
        Cover.objects.create(
            remit=place.remit, user=place.second_assurer, reason="Leave.",
            begins_on=today + dt.timedelta(days=begins),
            ends_on=today + dt.timedelta(days=ends), arranged_by=place.lead,
        )  # fmt: skip

    (card,) = signed_in(place.lead).get("/lead/areas/").context["cards"]

    now, first, last = (full_date(today + dt.timedelta(days=n)) for n in (3, 10, 12))
    assert [f["value"] for f in card["facts"] if f["label"] == "On cover"] == [
        f"Bert Assurer until {now}", f"Bert Assurer from {first} until {last}",
    ]  # fmt: skip


def test_area_of_work_takes_its_services(place: world.Place) -> None:
    one = world.published(place)
    nurse = world.give(world.person("Nina Nurse"), Role.ASSURER, place.health)

    answer = add(place, partner=place.health.pk, lead=nurse.pk, organizations=runs(one))

    assert (answer.status_code, answer["Location"]) == (302, "/lead/areas/")
    remit = Remit.objects.get(name="Friends")
    assert (remit.lead, remit.deputy, remit.is_default) == (nurse, None, False)
    assert world.fresh(one).remit == remit


def runs(listing: Listing) -> str:
    """The name of the organization that runs it."""
    return str(Organization.objects.get(pk=str(listing.organization_id)))


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"is_default": "on"}, "is_default", TAKEN),
        ({"name": ""}, "name", "Fill in “What is it called?”."),
        ({"lead": ""}, "lead", "Choose who leads it."),
        ({"partner": ""}, "partner", "Choose the partner that answers for it."),
    ],
)
def test_area_of_work_says_beside_the_field_what_is_wrong(
    place: world.Place, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = add(place, **typed)

    form = form_of(answer)
    assert (answer.status_code, form.errors) == (200, {field: [sentence]})
    assert form["name"].value() == typed.get("name", "Friends")
    assert Remit.objects.count() == 1


def test_area_of_work_is_led_by_an_assurer_of_its_partner(place: world.Place) -> None:
    one = world.published(place)

    answer = add(place, partner=place.health.pk, organizations=runs(one))

    assert form_of(answer).errors == {
        "lead": ["Asha Assurer is no assurer of Testham Health."]
    }


def test_area_of_work_keeps_to_its_place(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    foreign = world.published(other)

    answer = add(
        place, partner=other.council.pk, lead=other.assurer.pk,
        organizations=runs(foreign),
    )  # fmt: skip

    assert set(form_of(answer).errors) == {"partner", "lead", "organizations"}
    assert Remit.objects.filter(name="Friends").count() == 0
