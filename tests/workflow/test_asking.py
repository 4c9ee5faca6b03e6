"""The run that asks: what is due at which step, of whom, and nothing twice."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Message, Partner
from common import clock
from directory import bank_holidays
from tests import world
from tests.workflow.asking_scene import (
    MONDAY,
    at,
    due,
    falls_due,
    mails,
    run,
)
from workflow import asking, asking_words
from workflow.actions import asking_run
from workflow.actions.contracts import Terms, add_contract
from workflow.actions.decisions import Choice, decide
from workflow.actions.place import save_policy
from workflow.actions.proposals import propose_edit, say_still_right
from workflow.choices import AskTo, Channel, Evidence, Hidden, Level, Stage, Verdict
from workflow.letters import page
from workflow.models import (
    Ask,
    AskedListing,
    AssuranceLevel,
    ContactPoint,
    JobRun,
    LadderStep,
    Listing,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
DUE = MONDAY + 15 * DAY


@pytest.fixture
def place(old_place: world.Place) -> world.Place:
    return old_place


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return falls_due(place, DUE)


def asked() -> list[tuple[str, int, str]]:
    """What was asked so far: title, step, channel, in order."""
    rows = AskedListing.objects.order_by("ask__asked_on", "listing__title")
    return list(rows.values_list("listing__title", "step", "ask__channel"))


def second(listing: Listing, email: str = "chair@friends.example") -> ContactPoint:
    return ContactPoint.objects.create(
        partnership=listing.partnership, organization_id=str(listing.organization_id),
        position=2, email=email, by_hand=True,
    )  # fmt: skip


def test_contact_point_is_asked_fifteen_days_before(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY - 3 * DAY)
    early = asked()
    run(MONDAY)

    (message,) = mails()
    assert early == []
    assert asked() == [("Tuesday coffee morning", -15, "mail")]
    assert (message.to, message.reply_to, message.subject) == (
        "info@friends.example", "services@testham.example",
        "Is this still right? Tuesday coffee morning",
    )  # fmt: skip


def test_ladder_is_climbed_to_the_lead(place: world.Place, listing: Listing) -> None:
    second(listing)
    day = MONDAY
    while day <= DUE + 40 * DAY:
        run(day)
        day += DAY

    rows = AskedListing.objects.order_by("step")
    assert [(r.step, r.ask.channel, r.ask.asked_on - DUE) for r in rows] == [
        (-15, "mail", -15 * DAY),
        (0, "mail", 0 * DAY),
        (7, "mail", 7 * DAY),
        (10, "phone", 10 * DAY),
        (28, "lead", 28 * DAY),
    ]
    assert [message.to for message in mails()] == [
        "info@friends.example", "info@friends.example", "chair@friends.example",
    ]  # fmt: skip
    (told,) = Message.objects.filter(kind="unanswered")
    assert (told.to, told.subject) == (
        place.lead.email, "Testham: 1 record without an answer",
    )  # fmt: skip
    assert told.text.splitlines() == [
        "Hello,", "", "Nobody who was asked about 1 record of Testham has answered:",
        "",
        ("  - Tuesday coffee morning: last checked on 16 March 2026; it was to be "
         "checked again by 16 June 2026"),
        "", "See how they stand:", f"  {page(place.partnership, 'home')}", "",
        "The directory of Testham",
    ]  # fmt: skip


def test_without_a_second_contact_it_is_rung_about_at_once(listing: Listing) -> None:
    for day in range(30):
        run(MONDAY + day * DAY)

    assert [(step, channel) for _, step, channel in asked()] == [
        (-15, "mail"), (0, "mail"), (7, "phone"),
    ]  # fmt: skip


def test_run_again_asks_nothing_twice(listing: Listing) -> None:
    for _ in range(3):
        run(MONDAY)
    run(MONDAY + DAY)

    assert (Ask.objects.count(), len(mails())) == (1, 1)


def test_a_changed_period_asks_nobody_again(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    with at(MONDAY):
        values = {"period_months": 2}
        save_policy(by=place.lead, place=place.partnership, values=values)
    run(MONDAY)
    at_once = asked()
    for day in range(1, 8):
        run(MONDAY + day * DAY)

    assert world.fresh(listing).due_on == MONDAY - 16 * DAY
    assert at_once == [("Tuesday coffee morning", -15, "mail")]
    assert asked() == [*at_once, ("Tuesday coffee morning", 0, "mail")]


def test_what_is_long_overdue_is_asked_first_and_not_reported_at_once(
    place: world.Place,
    listing: Listing,
) -> None:
    falls_due(place, MONDAY - 200 * DAY)
    for day in range(40):
        run(MONDAY + day * DAY)

    rows = AskedListing.objects.order_by("step")
    assert [(r.step, r.ask.channel, (r.ask.asked_on - MONDAY).days) for r in rows] == [
        (-15, "mail", 0), (0, "mail", 7), (7, "phone", 14), (28, "lead", 21),
    ]  # fmt: skip


def test_one_mail_takes_along_what_is_soon_due(
    place: world.Place, listing: Listing
) -> None:
    run_by = world.organization_of(listing)
    record = listing.record.__class__.objects.get(pk=run_by.pk)
    due(place, DUE + 15 * DAY, name="Soon", run_by=record)
    due(place, DUE + 16 * DAY, name="Later", run_by=record)

    run(MONDAY)
    run(MONDAY + DAY)

    assert asked() == [
        ("Soon", -15, "mail"), ("Tuesday coffee morning", -15, "mail"),
        ("Later", -15, "mail"),
    ][:2]  # fmt: skip
    (message,) = mails()
    assert message.subject == "Is this still right? Tuesday coffee morning and 1 more"


def test_what_is_soon_due_goes_along_whichever_ladder_it_has(
    place: world.Place, listing: Listing
) -> None:
    """Of two records of one organization the one under contract has a ladder of its
    own; the mail is the same."""
    record = listing.record.__class__.objects.get(pk=world.organization_of(listing).pk)
    soon = due(place, DUE + 3 * DAY, name="Under contract", run_by=record)
    with at(MONDAY - DAY):
        add_contract(
            by=place.lead, place=place.partnership, terms=Terms(
                commissioner_id=place.health.pk, reference="H 1", review_months=6,
                starts_on=clock.today(), listing_ids=(soon.pk,),
                manager_mailbox="manager@testham.example",
            ),
        )  # fmt: skip

    run(MONDAY)

    assert asked() == [
        ("Tuesday coffee morning", -15, "mail"), ("Under contract", -15, "mail"),
    ]  # fmt: skip
    assert len(mails()) == 1


def test_what_is_soon_due_alone_makes_no_mail(
    place: world.Place, listing: Listing
) -> None:
    falls_due(place, DUE + DAY)

    run(MONDAY)

    assert asked() == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 5, 30), dt.date(2026, 6, 1)),  # a Saturday
        (dt.date(2026, 5, 25), dt.date(2026, 5, 26)),  # the spring bank holiday
        (dt.date(2026, 12, 25), dt.date(2026, 12, 29)),  # Boxing Day moves to Monday
        (dt.date(2026, 4, 3), dt.date(2026, 4, 7)),  # Good Friday to after Easter
    ],
)
def test_quiet_days_put_it_off_to_the_next_working_day(
    place: world.Place, listing: Listing, day: dt.date, expected: dt.date
) -> None:
    falls_due(place, day + 15 * DAY)
    while not asked():
        run(day)
        day += DAY

    assert Ask.objects.get().asked_on == expected


def test_place_has_quiet_days_of_its_own(place: world.Place, listing: Listing) -> None:
    place.partnership.policy.closed_days = [MONDAY]
    place.partnership.policy.save()

    run(MONDAY)
    quiet = asked()
    run(MONDAY + DAY)

    assert (quiet, len(asked())) == ([], 1)


def test_bank_holidays_are_those_of_the_place(
    place: world.Place, listing: Listing
) -> None:
    day = dt.date(2026, 1, 2)  # one in Scotland alone
    falls_due(place, day + 15 * DAY)
    policy = place.partnership.policy
    policy.nation = "Scotland"
    policy.save()
    run(day)
    quiet = asked()
    policy.nation = "England"
    policy.save()
    run(day)

    assert bank_holidays.is_one("Scotland", day)
    assert (quiet, len(asked())) == ([], 1)


@pytest.mark.parametrize(
    "at_due",
    [
        dt.date(2026, 3, 31),
        dt.date(2028, 2, 29),
        dt.date(2026, 10, 26),
        dt.date(2027, 3, 30),
    ],
)
def test_month_ends_leap_days_and_clock_changes_move_nothing(
    place: world.Place, listing: Listing, at_due: dt.date
) -> None:
    """The days are those of the calendar, not of 24 hours each.

    Tried at both ends of the days around each step; the ladder's own test has them all.
    """
    falls_due(place, at_due)
    for before in (17, 16, 15, 14, 2, 1, 0):
        for hour in (0, 23):
            with at(at_due - before * DAY, hour):
                asking_run.ask_place(_no_run(), place.partnership)

    rows = AskedListing.objects.order_by("step")
    assert [(r.step, r.ask.asked_on) for r in rows] == [
        (-15, at_due - 15 * DAY), (0, at_due),
    ]  # fmt: skip


def _no_run() -> Any:
    return JobRun(name="ask")


# --- who is asked ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "channel"),
    [(Level.PROXY, "phone"), (Level.MONITORED, "mail"), (Level.TRUSTED, "mail")],
)
def test_records_kept_for_the_provider_go_to_the_assurer(
    place: world.Place, listing: Listing, level: str, channel: str
) -> None:
    AssuranceLevel.objects.update(level=level)

    run(MONDAY)

    assert [how for _, _, how in asked()] == [channel]


def test_contact_without_a_mailbox_is_rung(place: world.Place) -> None:
    due(place, DUE, body=world.organization(email=""), phones=[])

    run(MONDAY)

    assert [how for _, _, how in asked()] == ["phone"]


def test_personal_address_is_no_contact_point(place: world.Place) -> None:
    due(place, DUE, body=world.organization(email="margaret.smith@friends.example"))

    run(MONDAY)

    assert ContactPoint.objects.get().email == ""
    assert mails() == []


@pytest.mark.parametrize(
    ("stage", "why", "number"),
    [
        (Stage.UNPUBLISHED, [Hidden.LAPSED], 1),
        (Stage.UNPUBLISHED, [Hidden.CLOSED], 0),
        (Stage.UNPUBLISHED, [Hidden.WITHDRAWN, Hidden.LAPSED], 0),
        (Stage.DRAFT, [], 0),
        (Stage.SUBMITTED, [], 0),
    ],
)
def test_hidden_records_are_asked_about_only_where_they_lapsed(
    listing: Listing, stage: str, why: list[str], number: int
) -> None:
    Listing.objects.filter(pk=listing.pk).update(stage=stage, hidden_because=why)

    run(MONDAY)

    assert len(asked()) == number


# --- what cancels an ask --------------------------------------------------------------


def confirmed(place: world.Place, listing: Listing) -> None:
    say_still_right(by=world.make_editor(listing), listing_id=listing.pk)


def visited(place: world.Place, listing: Listing) -> None:
    Listing.objects.filter(pk=listing.pk).update(assured_on=MONDAY - 29 * DAY)


def changed(place: world.Place, listing: Listing) -> None:
    proposal = propose_edit(
        by=place.contributor, listing_id=listing.pk, evidence=Evidence.RANG,
        edits={str(listing.record_id): {"fees": "£2"}},
        bases={str(listing.record_id): 1},
    )  # fmt: skip
    choice = Choice(Verdict.ACCEPTED)
    decide(
        by=place.assurer, proposal_id=proposal.pk,
        choices={change.pk: choice for change in proposal.changes.all()},
    )  # fmt: skip


def sent_in(place: world.Place, listing: Listing) -> None:
    propose_edit(
        by=world.make_editor(listing), listing_id=listing.pk, evidence=Evidence.RUN_IT,
        edits={str(listing.record_id): {"fees": "£2"}},
        bases={str(listing.record_id): 1},
    )  # fmt: skip


@pytest.mark.parametrize("news", [confirmed, visited, changed, sent_in])
def test_news_of_the_last_thirty_days_cancels_the_ask(
    place: world.Place, listing: Listing, news: Any
) -> None:
    with at(MONDAY - 29 * DAY):
        news(place, listing)
    run(MONDAY)
    lately = asked()
    run(MONDAY + 3 * DAY)

    assert (lately, len(asked())) == ([], 1)


# --- several at once, and a crash -----------------------------------------------------


def test_bad_row_stops_no_other(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(place, DUE, name="Other", body=world.organization(email="a@other.example"))
    write = asking_run.mail_of

    def fail_once(ask: Ask, *args: Any, **more: Any) -> Message:
        if ask.contact and ask.contact.email == "info@friends.example":
            raise ZeroDivisionError
        return write(ask, *args, **more)

    monkeypatch.setattr(asking_run, "mail_of", fail_once)
    done = run(MONDAY)
    monkeypatch.undo()
    run(MONDAY)

    assert (done.done, done.failed, done.error) == (1, 1, "ZeroDivisionError")
    assert {message.to for message in mails()} == {
        "a@other.example", "info@friends.example",
    }  # fmt: skip


def test_death_between_digest_and_commit_leaves_nothing_behind(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*args: Any, **more: Any) -> None:
        raise Killed

    monkeypatch.setattr("workflow.actions.asking_run.audit.unsaved", die)
    with pytest.raises(Killed):
        run(MONDAY)
    monkeypatch.undo()
    left = (Ask.objects.count(), Message.objects.filter(kind="ask").count())
    run(MONDAY)

    assert left == (0, 0)
    assert (Ask.objects.count(), len(mails())) == (1, 1)


def test_number_of_queries_to_plan_grows_with_nothing(
    place: world.Place,
    listing: Listing,
) -> None:
    def queries() -> int:
        with at(MONDAY), CaptureQueriesContext(connection) as seen:
            asking_run.plan_of(place.partnership)
        return len(seen)

    queries()
    one = queries()
    for number in range(3):
        due(place, DUE, name=f"Service {number}", body=world.organization(
            name=f"Body {number}", email=f"a@b{number}.example"))  # fmt: skip
    queries()

    assert queries() == one


def test_plan_of_a_day_on_which_nothing_is_due_tries_no_step(
    place: world.Place,
) -> None:
    """Per ladder its steps and whether it has begun, then the contact points."""
    falls_due(place, DUE + DAY)
    with at(MONDAY), CaptureQueriesContext(connection) as seen:
        asking_run.plan_of(place.partnership)

    assert len(seen) == 5


@pytest.mark.parametrize("first", [-20, -10, -3])
def test_who_was_asked_before_the_first_step_was_moved_is_asked_on(
    place: world.Place, listing: Listing, first: int
) -> None:
    """Nobody falls between two ladders: what was asked counts as the first step."""
    run(MONDAY)
    rest = [(0, AskTo.FIRST), (7, AskTo.SECOND), (10, AskTo.PHONE), (28, AskTo.LEAD)]
    LadderStep.objects.bulk_create(
        LadderStep(partnership=place.partnership, days=days, to=to)
        for days, to in [(first, AskTo.FIRST), *rest]
    )
    for days in (-10, -3, 0, 7, 8, 10, 28, 30):
        run(DUE + days * DAY)

    assert [step for _, step, _ in asked()] == [-15, 0, 7, 28]


def test_ladder_of_a_place_takes_the_place_of_the_default(
    place: world.Place, listing: Listing
) -> None:
    LadderStep.objects.create(partnership=place.partnership, days=-20, to=AskTo.FIRST)
    with transaction.atomic():
        steps = asking.ladder_of(place.partnership)
    run(DUE - 20 * DAY + DAY)

    assert [(step.days, step.to) for step in steps] == [(-20, "first")]
    assert asked() == [("Tuesday coffee morning", -20, "mail")]


def test_phone_list_holds_what_no_mail_reached(
    place: world.Place, listing: Listing
) -> None:
    second(listing)
    before = ring(place)
    for day in range(26):
        run(MONDAY + day * DAY)

    assert before == []
    assert ring(place, MONDAY + 25 * DAY) == ["Tuesday coffee morning"]
    with at(MONDAY + 25 * DAY):
        confirmed(place, listing)
    assert ring(place, MONDAY + 25 * DAY) == []


def ring(place: world.Place, day: dt.date = MONDAY) -> list[str]:
    with at(day):
        rows = asking.to_ring(place.assurer, clock.now())
        return [row.listing.title for row in rows]


def test_stopped_contact_is_on_the_phone_list_at_once(
    place: world.Place, listing: Listing
) -> None:
    run(MONDAY)
    before = ring(place)
    with at(MONDAY):
        ContactPoint.objects.update(stopped_because="bounced", stopped_at=clock.now())

    assert (before, ring(place)) == ([], ["Tuesday coffee morning"])
    assert Channel.PHONE not in {how for _, _, how in asked()}


def test_only_assurers_of_the_remit_ring(place: world.Place, listing: Listing) -> None:
    AssuranceLevel.objects.update(level=Level.PROXY)
    run(MONDAY)
    with at(MONDAY):
        seen = [
            asking.to_ring(who, clock.now()).count()
            for who in (place.assurer, place.lead, place.contributor)
        ]

    assert seen == [1, 0, 0]


@pytest.mark.parametrize(
    ("answers_there", "expected"),
    [(True, "https://vouch.example"), (False, "https://testham.example")],
)
def test_link_leads_to_where_the_place_answers(
    place: world.Place, settings: Any, answers_there: bool, expected: str
) -> None:
    settings.PUBLIC_URL = "https://vouch.example"
    settings.DEFAULT_PLACE = place.partnership.slug if answers_there else ""
    place.partnership.host_names = ["testham.example"]

    assert asking_words.base_url(place.partnership) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Testham Council", "Testham Council helps to keep the directory"),
        ("Testham", "We keep the directory"),
    ],
)
def test_mail_says_who_asks(
    place: world.Place, listing: Listing, body: str, expected: str
) -> None:
    Partner.objects.filter(pk=place.council.pk).update(name=body)
    run(MONDAY)

    assert mails()[0].text.splitlines()[2] == (
        f"{expected} of local services for Testham right. The directory lists 1 "
        f"service of {asking_words.name_of(listing)}. Is what we say still right?"
    )


def test_mail_says_of_how_many_services_it_is(
    place: world.Place, listing: Listing
) -> None:
    """One is due of three that are public; a draft is no service that is listed."""
    record = listing.record.__class__.objects.get(pk=world.organization_of(listing).pk)
    for name in ("Later", "Much later"):
        due(place, DUE + 100 * DAY, name=name, run_by=record)
    Listing.objects.filter(title="Much later").update(due_on=None)
    hidden = due(place, DUE, name="Gone", run_by=record)
    Listing.objects.filter(pk=hidden.pk).update(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.CLOSED]
    )
    run(MONDAY)

    (message,) = mails()
    name = asking_words.name_of(listing)
    assert (
        f"The directory lists 3 services of {name}; this is about one of them. Is what "
        "we say"
    ) in message.text
    assert (
        f"lists 3 services of {name}; this mail is about one of them. This is what it "
        "says of it today:"
    ) in message.html
