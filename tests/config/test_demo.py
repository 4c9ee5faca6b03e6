"""The demo places grown up: what they promise, counted. Everything is made once."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, QuerySet
from django.test import Client

from accounts.demo import ACCOUNTS
from accounts.models import AuditEvent, Message, Partner, Partnership, User
from common import clock
from config.demo import rows
from config.demo.grown import FATES, WEXCOMBE_GROWN
from config.demo.load import GROWN, load
from config.demo.stories import NEWCOMERS
from directory import freshness, personal
from directory.choices import Kind
from directory.models import Location, Organization, Service, TaxonomyTerm
from publishing.actions import consume_outbox
from publishing.models import PublishedService
from workflow import areas, phoning, queries, remits, statements
from workflow.asking_contacts import of_records
from workflow.choices import (
    AreaKind,
    EffortKind,
    Grade,
    Hidden,
    Level,
    ProposalState,
    Stage,
)
from workflow.models import (
    Ask,
    AskedListing,
    AssuranceLevel,
    Call,
    Change,
    Cover,
    Listing,
    Proposal,
    Record,
    Remit,
    SharingAgreement,
)

# One group, so that parallel test processes make the places once and not each.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Partnership]:
    """Wexcombe, with everything in both places, public where it is to be."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(clock.today(), lambda words: None, GROWN)
        while consume_outbox().done:
            pass
        yield Partnership.objects.get(slug="wexcombe")
        transaction.set_rollback(True)


# --- how much there is ----------------------------------------------------------------


def test_places_are_as_large_as_promised(demo: Partnership) -> None:
    here = Listing.objects.filter(partnership=demo)
    there = Listing.objects.exclude(partnership=demo)
    bodies = Record.objects.filter(kind="organization", home=demo)

    assert here.count() in range(380, 430)
    assert there.count() in range(55, 75)
    assert bodies.count() in range(190, 220)
    assert Partner.objects.filter(partnership=demo).count() in range(12, 15)


def test_a_third_of_the_organizations_stand_at_each_level(demo: Partnership) -> None:
    bodies = Organization.objects.filter(
        pk__in=Record.objects.filter(home=demo).values("pk")
    )
    levels = Counter(
        AssuranceLevel.objects.filter(
            partnership=demo, organization_id__in=bodies.values("pk")
        ).values_list("level", flat=True)
    )
    levels[Level.PROXY] = bodies.count() - levels.total()

    shares = {level: count / bodies.count() for level, count in levels.items()}

    assert {level for level, share in shares.items() if 0.26 < share < 0.41} == set(
        Level.values
    )


def test_half_of_the_groups_have_no_mailbox_of_their_own(demo: Partnership) -> None:
    """Of those that are not trusted; a person's own address is none."""
    trusted = AssuranceLevel.objects.filter(partnership=demo, level=Level.TRUSTED)
    groups = (
        Record.objects.filter(kind=Kind.ORGANIZATION, home=demo)
        .exclude(pk__in=trusted.values("organization_id"))
        .select_related("revision")
    )
    without = [
        group.label for group in groups
        if not of_records(queries.current(group), [])[0].email
    ]  # fmt: skip

    assert 0.5 <= len(without) / len(groups) <= 0.65


# --- the kinds of service there are ---------------------------------------------------


def public_services(demo: Partnership) -> QuerySet[Service]:
    public = Listing.objects.filter(partnership=demo, stage=Stage.PUBLISHED)
    return Service.objects.filter(pk__in=public.values("record_id"))


def places_of(services: QuerySet[Service]) -> QuerySet[Location]:
    return Location.objects.filter(service_at_locations__service__in=services)


def test_refuges_lie_in_secret_places(demo: Partnership) -> None:
    refuges = public_services(demo).filter(name__icontains="refuge")
    places = places_of(refuges).filter(addresses__isnull=False)

    assert list(places.values_list("sensitive", flat=True)) == [True, True]


def test_childminders_work_in_their_homes(demo: Partnership) -> None:
    minders = public_services(demo).filter(organization__name__endswith="(childminder)")

    assert minders.values("organization").distinct().count() >= 8
    assert set(places_of(minders).values_list("home", flat=True)) == {True}


def test_send_service_of_the_council_is_there(demo: Partnership) -> None:
    found = public_services(demo).filter(
        organization__name="Wexcombe SEND Service",
        attributes__taxonomy_term__name="Special educational needs",
    )

    assert found.count() >= 3


def test_national_services_have_no_place_of_their_own(demo: Partnership) -> None:
    national = public_services(demo).filter(
        service_areas__name__in=("United Kingdom", "England and Wales", "England")
    )
    kinds = set(places_of(national).values_list("location_type", flat=True))

    assert national.count() >= 8
    assert national.filter(service_at_locations=None).count() >= 3
    assert kinds == {"virtual"}


def test_online_services_meet_nowhere_else(demo: Partnership) -> None:
    online = public_services(demo).filter(schedules__attending_type="online")
    only = online.exclude(
        service_at_locations__location__in=Location.objects.exclude(
            location_type="virtual"
        )
    )

    assert only.distinct().count() >= 5


def test_halls_are_shared_by_services_of_several_bodies(demo: Partnership) -> None:
    shared = (
        places_of(public_services(demo))
        .filter(location_type="physical", home=False, sensitive=False)
        .annotate(
            services=Count("service_at_locations__service", distinct=True),
            bodies=Count("service_at_locations__service__organization", distinct=True),
        )
        .filter(services__gte=3, bodies__gte=2)
    )

    assert shared.count() >= 25


# --- every stage, grade and reason ----------------------------------------------------


def test_every_stage_and_reason_occurs(demo: Partnership) -> None:
    here = Listing.objects.filter(partnership=demo)
    reasons = {why for listing in here for why in listing.hidden_because}

    assert set(here.values_list("stage", flat=True)) == set(Stage.values)
    assert reasons == set(Hidden.values)


def test_every_row_of_the_stage_table_has_happened(demo: Partnership) -> None:
    verbs = set(
        AuditEvent.objects.filter(partnership_id=demo.pk).values_list("verb", flat=True)
    )

    assert {
        "listing_drafted", "listing_submitted", "listing_returned", "listing_declined",
        "listing_appealed", "listing_reopened",
        "listing_published", "listing_hidden", "reasons_lifted", "record_replaced",
        "listing_assured", "record_corrected", "decision_undone", "proposal_withdrawn",
        "listing_confirmed", "listing_seen", "listing_handed_over", "remit_created",
        "public_line_accepted", "areas_loaded", "main_area_declared", "cover_arranged",
    } - verbs == set()  # fmt: skip


def test_every_grade_is_public_and_a_critical_one_is_held(demo: Partnership) -> None:
    public = Listing.objects.filter(partnership=demo, stage=Stage.PUBLISHED)
    today = clock.today()
    grades = Counter(freshness.grade(x.due_on, today) for x in public)
    held = [
        x.title for x in public.filter(critical=True)
        if freshness.grade(x.due_on, today) == Grade.LAPSED
    ]  # fmt: skip

    assert set(grades) == set(Grade.values)
    assert grades[Grade.CURRENT] > public.count() * 0.7
    assert held == ["Community mental health duty desk"]


def test_suggestions_have_met_every_answer(demo: Partnership) -> None:
    verdicts = set(
        Change.objects.filter(proposal__partnership=demo).values_list(
            "verdict", flat=True
        )
    )

    assert {
        "pending", "accepted", "changed", "rejected", "overtaken", "same", "withdrawn",
    } - verdicts == set()  # fmt: skip
    assert Proposal.objects.filter(state=ProposalState.OPEN).count() > 20


def test_every_kind_of_area_of_work_takes_something(demo: Partnership) -> None:
    here = Remit.objects.filter(partnership=demo)
    kinds = {
        "wards": here.exclude(area_ids=[]),
        "districts": here.exclude(districts=[]),
        "drawn": here.filter(outlines__isnull=False),
        "types": here.exclude(term_ids=[]),
        "providers": here.exclude(organization_ids=[]),
        "by hand": here.filter(listings__remit_handed_over=True),
        "the rest": here.filter(is_default=True),
    }
    holding = {
        kind: found.filter(listings__stage=Stage.PUBLISHED).exists()
        for kind, found in kinds.items()
    }
    grouped = TaxonomyTerm.objects.filter(parent__name="Learning and work")
    learning = Listing.objects.filter(remit__name="Learning and work")
    tied = Listing.objects.filter(partnership=demo).exclude(tied_remit_ids=[])
    today = clock.today()

    assert holding == dict.fromkeys(kinds, True)
    assert learning.filter(
        term_ids__overlap=list(grouped.values_list("pk", flat=True))
    ).exists()
    assert {len(one.tied_remit_ids) for one in tied} == {2}
    assert set(tied.values_list("remit", flat=True)) == {None}
    assert sorted(c.begins_on > today for c in Cover.objects.all()) == [False, True]
    assert remits.work_out(demo.pk) == []


# --- the map and the border -----------------------------------------------------------


@pytest.mark.parametrize("kind", AreaKind.values)
def test_every_place_lies_in_an_area_of_each_kind(demo: Partnership, kind: str) -> None:
    here = Record.objects.filter(home=demo, kind="location")
    on_the_map = areas.located(demo, kind).filter(pk__in=here.values("pk"))

    assert list(on_the_map.filter(area_id=None).values_list("name", flat=True)) == []
    assert on_the_map.count() > 60


def test_every_ward_has_something_public(demo: Partnership) -> None:
    empty = [
        one.area.name for one in areas.counted(demo, areas.numbers(demo))
        if one.area.kind == AreaKind.WARD and not one.services
    ]  # fmt: skip

    assert empty == []


def test_agreement_across_the_border_is_in_force(demo: Partnership) -> None:
    agreement = SharingAgreement.objects.get(shown_by=demo)
    shown = PublishedService.objects.filter(
        endpoint__partnership=demo, kept_by__isnull=False
    )

    assert agreement.is_in_force
    assert shown.count() > 40


# --- what the public gets -------------------------------------------------------------


def documents(demo: Partnership) -> list[dict[str, Any]]:
    found = PublishedService.objects.filter(endpoint__partnership=demo)
    return [json.loads(bytes(row.full)) for row in found]


def words_of(value: Any) -> Iterator[str]:
    """Every text in a document, addresses of web pages and ids apart."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in ("id", "url", "website", "uri") and not key.endswith("_id"):
                yield from words_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from words_of(part)
    elif isinstance(value, str):
        yield value


def test_nothing_personal_is_public(demo: Partnership) -> None:
    texts = {text for one in documents(demo) for text in words_of(one)}
    found = {
        (finding.kind, finding.text)
        for text in texts
        for finding in personal.find_in_text(text)
    }

    # A mobile that its group stated to be its public line, and an assurer accepted.
    assert found == {("mobile", "07700 900214")}


def test_no_secret_or_home_address_is_public(demo: Partnership) -> None:
    said = json.dumps(documents(demo))
    hidden = [p for p in WEXCOMBE_GROWN.places if p.kind in ("secret", "home")]
    secret = [p.name for p in hidden if p.kind == "secret"]

    assert len(hidden) == 13
    assert [p.postcode for p in hidden if p.postcode in said] == []
    assert [name for name in secret if name in said] == []


def test_open_data_names_nothing_that_is_not_there(demo: Partnership) -> None:
    for one in documents(demo):
        assert one["organization_id"] == one["organization"]["id"]
        for link in one.get("service_at_locations", []):
            assert link["service_id"] == one["id"]
            assert link["location_id"] == link["location"]["id"]


# --- its pages ------------------------------------------------------------------------


@pytest.mark.parametrize("email", [account.email for account in ACCOUNTS])
def test_home_of_everybody_opens(demo: Partnership, email: str) -> None:
    client = Client()
    client.force_login(User.objects.get(email=email))

    answers = [client.get(a, follow=True).status_code for a in ("/home/", "/records/")]

    assert answers == [200, 200]


def test_public_pages_open(demo: Partnership, settings: Any) -> None:
    settings.DEFAULT_PLACE = demo.slug
    public = PublishedService.objects.filter(endpoint__partnership=demo)
    some = [f"/services/{row.service_id}/" for row in public.order_by("sort_key")[::16]]

    answers = {address: Client().get(address).status_code for address in some}

    assert len(answers) > 20
    assert {a: status for a, status in answers.items() if status != 200} == {}


# --- the short forms ------------------------------------------------------------------


def test_times_are_read_as_they_are_written() -> None:
    one, two = rows.times("MO,TH 9-12:30; -1FR 14:15-16 online")

    assert (one["freq"], one["byday"], one["opens_at"], one["closes_at"]) == (
        "WEEKLY", "MO,TH", "09:00", "12:30",
    )  # fmt: skip
    assert (two["freq"], two["byday"], two["opens_at"], two["attending_type"]) == (
        "MONTHLY", "-1FR", "14:15", "online",
    )  # fmt: skip


def test_times_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(ValueError, match="These are no times: Mondays"):
        rows.times("Mondays")


def test_names_are_there_once_and_fates_have_a_service() -> None:
    bodies = [*WEXCOMBE_GROWN.bodies, *NEWCOMERS]
    services = [service.name for body in bodies for service in body.services]

    assert [name for name, n in Counter(services).items() if n > 1] == []
    assert set(FATES) - set(services) == set()


# --- asked and answered ---------------------------------------------------------------


def test_phone_list_has_calls_to_make_and_some_that_were_tried(
    demo: Partnership,
) -> None:
    assurer = User.objects.get(email="assurer@wexcombe.example")
    turns = [one["whose"] for one in phoning.contacts(assurer, clock.now())]

    assert turns.count(phoning.NOW) >= 3
    assert sorted(Call.objects.values_list("outcome", flat=True)) == [
        "later", "no_answer", "wrong_number",
    ]  # fmt: skip


def test_providers_were_asked_and_some_have_answered(demo: Partnership) -> None:
    asks = Ask.objects.filter(partnership=demo)
    channels = set(asks.values_list("channel", flat=True))
    answers = AskedListing.objects.filter(ask__partnership=demo).exclude(answer="")

    assert {"mail", "phone"} <= channels
    assert asks.filter(channel="mail").count() >= 20
    assert set(answers.values_list("answer", flat=True)) == {"same", "not_us"}
    assert asks.filter(bounced_at__isnull=False).count() == 1
    assert Message.objects.filter(kind="ask", sent_at=None).count() == 0


def test_whoever_checked_in_time_has_the_time_for_it(demo: Partnership) -> None:
    """A partner that answers for records has worked on them."""
    quarter = statements.quarter_of(clock.today()).before
    accounts = {
        str(partner): statements.account(partner, quarter, clock.today())
        for partner in Partner.objects.filter(
            name__in=("Wexcombe Council", "Wexcombe Voluntary Action"),
            partnership=demo,
        )
    }

    assert len(accounts) == 2
    for name, found in accounts.items():
        checks = [row for row in found.by_kind if row["kind"] == EffortKind.CHECK]
        assert found.numbers["in_time"] > 0, name
        assert [row for row in checks if row["minutes"] < 5 * row["number"]] == []
        assert len(checks) == 1, name
