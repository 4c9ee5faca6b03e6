"""Each kind of data goes at its time and not a day earlier; what is needed stays."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Invitation, Message
from common import clock
from config import beat
from tests import world
from tests.workflow.leading import decision, listing, proposal
from workflow import retention, tasks
from workflow.actions import checking, retaining
from workflow.actions.choosing import Informant
from workflow.choices import (
    Channel,
    Method,
    OfferState,
    ProposalKind,
    ProposalState,
    SaidBy,
    Stage,
)
from workflow.models import (
    Ask,
    AskedListing,
    Batch,
    Call,
    CalledListing,
    Change,
    CheckClaim,
    Confirmation,
    ContactPoint,
    Contract,
    Harvest,
    HarvestProblem,
    HarvestRequest,
    HomeOffer,
    JobRun,
    OrganizationReview,
    OutboxEvent,
    Proposal,
    PublicReport,
    Revision,
    Source,
    SourceRecord,
    TeamNote,
)
from workflow.retention import FORGOTTEN, NOBODY, RULES

pytestmark = pytest.mark.django_db

SINCE = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
MOMENT = dt.timedelta(seconds=1)
APPEND_ONLY = (AuditEvent, Revision)

Make = Callable[[world.Place], models.Model]


def retain() -> JobRun:
    tasks.retain()
    return JobRun.objects.filter(name="retain").latest("pk")


def source(place: world.Place) -> Source:
    return Source.objects.get_or_create(
        partner=place.council, name="A feed", address="https://feed.example/"
    )[0]


def service(place: world.Place) -> Any:
    return listing(place, stage=Stage.PUBLISHED)


def closed(place: world.Place, **values: Any) -> Proposal:
    return proposal(
        place, service(place), state=ProposalState.DECIDED, decided_at=SINCE, **values
    )


def reported(place: world.Place, **values: Any) -> PublicReport:
    told = {"what": "times", "reference": "BCDF-2345", "token_hash": "b" * 64}
    return PublicReport.objects.create(proposal=closed(place), **told, **values)


def job_run(place: world.Place) -> JobRun:
    made = JobRun.objects.create(name="freshen", started_at=SINCE)
    JobRun.objects.create(name="freshen", started_at=SINCE + MOMENT)
    return made


def mail(place: world.Place, **values: Any) -> Message:
    return Message.objects.create(
        to="jo@friends.example", subject="About Jo", text="Dear Jo", kind="outcome",
        created_at=SINCE, send_after=SINCE, **values,
    )  # fmt: skip


def invitation(place: world.Place, **values: Any) -> Invitation:
    return Invitation.objects.create(
        email="jo@friends.example", role="editor", target_label="Friends",
        invited_by_id=uuid.uuid4(), invited_by_label="Lena",
        token_hash=str(uuid.uuid4()), **values,
    )  # fmt: skip


def attempt(model: type[models.Model], **values: Any) -> Make:
    def make(place: world.Place) -> models.Model:
        made = model._default_manager.create(
            username="jo", ip_address="192.0.2.1", **values
        )
        model._default_manager.update(attempt_time=SINCE)
        return made

    return make


def change(place: world.Place) -> Change:
    made = decision(place, about := service(place), decided_at=SINCE)
    return Change.objects.create(
        proposal=made.proposal, record=about.record, path="fees", decision=made,
        verdict="accepted", informant="Jo, the caretaker", informed_on=SINCE.date(),
        informed_by=Method.CALL,
    )  # fmt: skip


def harvest(place: world.Place) -> Harvest:
    made = Harvest.objects.create(source=source(place), created_at=SINCE)
    HarvestProblem.objects.create(
        harvest=made, kind="service", external_id="1", label="A", field="name",
        sentence="It is empty.",
    )  # fmt: skip
    Harvest.objects.create(
        source=source(place), created_at=SINCE + MOMENT, complete=True
    )
    return made


def asked(place: world.Place, **values: Any) -> AskedListing:
    """A record that was asked about."""
    listing = service(place)
    contact = ContactPoint.objects.create(
        partnership=place.partnership, organization_id=uuid.uuid4()
    )
    ask = Ask.objects.create(
        partnership=place.partnership, contact=contact, channel=Channel.MAIL,
        asked_on=SINCE.date(), asked_by_label="Testham Council",
        to_label="office@friends.example", created_at=SINCE,
    )  # fmt: skip
    return AskedListing.objects.create(
        ask=ask, listing=listing, due_on=SINCE.date(), step=0, created_at=SINCE,
        **values,
    )  # fmt: skip


def note(place: world.Place, **values: Any) -> TeamNote:
    return TeamNote.objects.create(
        listing=service(place), partner=place.council, author=place.assurer,
        words="Ring Jo first.", **values,
    )  # fmt: skip


def called(place: world.Place) -> Call:
    row = asked(place)
    assert row.ask.contact is not None
    made = Call.objects.create(
        partnership=place.partnership, contact=row.ask.contact, outcome="no_answer",
        called_by=place.assurer, body_label="Testham Council", created_at=SINCE,
    )  # fmt: skip
    CalledListing.objects.create(call=made, asked=row)
    return made


def offered(place: world.Place) -> HomeOffer:
    other = world.make_place("Farwell").partnership
    return HomeOffer.objects.create(
        listing=service(place), home=place.partnership, to=other, made_by=place.lead,
        made_for=place.partnership, reason="Ask Jo.", state=OfferState.DECLINED,
        answered_at=SINCE, answered_by=place.lead, answer="Jo says no.",
    )  # fmt: skip


MAKE: dict[str, Make] = {
    "Calls that were tried": called,
    "Notes for one's own team": lambda place: note(place, created_at=SINCE),
    "Notes that were struck out": lambda place: note(
        place, created_at=SINCE, struck_at=SINCE, struck_by=place.assurer
    ),
    "Notes of quarterly reviews": lambda place: OrganizationReview.objects.create(
        partnership=place.partnership, organization_id=uuid.uuid4(),
        reviewed_by=place.assurer, body_label="Testham Council", note="Rang Jo.",
        reviewed_on=SINCE.date(), created_at=SINCE,
    ),
    "Words of offers to hand a record over to a neighbour": offered,
    "Contracts": lambda place: Contract.objects.create(
        partnership=place.partnership, commissioner=place.council, reference="C 1",
        review_months=3, starts_on=SINCE.date(), ended_at=SINCE,
        manager_mailbox="contracts@testham.example",
    ),
    "Outbox rows that are done": lambda place: OutboxEvent.objects.create(
        record_id=uuid.uuid4(), at=SINCE - MOMENT, done_at=SINCE
    ),
    "Runs of periodic jobs": job_run,
    "Addresses and words of mails": lambda place: mail(place, sent_at=SINCE),
    "Mails": mail,
    "Invitations": lambda place: invitation(place, expires_at=SINCE),
    "Sign-in sessions": lambda place: Session.objects.create(
        session_key="k", session_data="", expire_date=SINCE
    ),
    "Sign-ins that failed": attempt(AccessAttempt, failures_since_start=1),
    "Log of sign-ins that failed": attempt(AccessFailureLog),
    "Addresses for an answer": lambda place: closed(
        place, answer_to="jo@friends.example"
    ),
    "Addresses of the public for an answer": lambda place: reported(
        place, answer_to="jo@friends.example"
    ),
    "What tells senders of public reports apart": lambda place: reported(
        place, sender="a" * 64, created_at=SINCE
    ),
    "Private links to the answers of public reports": lambda place: reported(place),
    "Words of evidence": lambda place: closed(place, evidence_words="Jo told me."),
    "Words with “still right”": lambda place: Confirmation.objects.create(
        listing=service(place), source=SaidBy.OTHER, said_by=place.contributor,
        said_on=SINCE.date(), words="Jo told me.", created_at=SINCE,
    ),
    "Names of people who suggested without an account": lambda place: closed(
        place, proposer_label="Jo Bloggs"
    ),
    "Names of informants": change,
    "Names of people who answered what we asked": lambda place: asked(
        place, answer="same", answered_at=SINCE, answered_by="Jo Bloggs, secretary"
    ),
    "To whom we wrote to ask": lambda place: asked(place).ask,
    "What somebody did to several records in one go": lambda place: (
        Batch.objects.create(by=place.lead, act="check", created_at=SINCE)
    ),
    "Who was on the check of a record": lambda place: CheckClaim.objects.create(
        listing=service(place), by=place.assurer, until=SINCE
    ),
    "Requests to bring in a source": lambda place: HarvestRequest.objects.create(
        partner=place.council, asked_by=place.lead, address="https://feed.example/",
        finished_at=SINCE,
    ),
    "Readings of a source, with what could not be used": harvest,
    "Copies of records that a source no longer has": (
        lambda place: SourceRecord.objects.create(
            source=source(place), kind="service", external_id="1", fingerprint="f",
            record_id=uuid.uuid4(), payload={"name": "A"}, vanished_at=SINCE,
        )
    ),
}  # fmt: skip


def as_stored(row: models.Model) -> dict[str, Any] | None:
    """The row as it is in the database, None where it is gone."""
    return type(row)._default_manager.filter(pk=row.pk).values().first()


def test_every_rule_is_tried() -> None:
    kinds = [rule.kind for rule in RULES]

    assert kinds == list(dict.fromkeys(kinds))
    assert sorted(kinds) == sorted(MAKE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_each_kind_goes_at_its_time_and_no_sooner(
    place: world.Place, rule: retention.Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, so that no other rule is what takes it away."""
    monkeypatch.setattr(retaining, "RULES", (rule,))
    made = MAKE[rule.kind](place)
    before = as_stored(made)
    time = SINCE + dt.timedelta(days=rule.days)
    with clock.at(time - MOMENT):
        early = retain()
    too_soon = as_stored(made)
    with clock.at(time):
        due = retain()
        after = as_stored(made)
        again = retain()

    assert before is not None
    assert (early.done, too_soon) == (0, before)
    assert (due.done, due.failed, due.error) == (1, 0, "")
    assert after == ({**before, **rule.blank} if rule.blank else None)
    assert (again.done, as_stored(made)) == (0, after)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_no_rule_touches_what_is_append_only(rule: retention.Rule) -> None:
    assert rule.rows(clock.now()).model not in APPEND_ONLY


FOR_EVER = dt.timedelta(days=4000)


def test_what_is_still_needed_stays(place: world.Place) -> None:
    """Waiting work, open suggestions, the last of its kind, what never vanished."""
    kept: list[models.Model] = [
        OutboxEvent.objects.create(record_id=uuid.uuid4(), at=SINCE),
        JobRun.objects.create(name="freshen", started_at=SINCE),
        invitation(place, expires_at=SINCE + FOR_EVER * 2),
        Session.objects.create(
            session_key="k", session_data="", expire_date=SINCE + FOR_EVER * 2
        ),
        proposal(
            place, service(place), kind=ProposalKind.REPORT,
            evidence_words="Jo told me.", answer_to="jo@friends.example",
        ),
        closed(place, source=source(place), evidence_words="It is in the feed."),
        HarvestRequest.objects.create(
            partner=place.council, asked_by=place.lead, address="https://x.example/"
        ),
        SourceRecord.objects.create(
            source=source(place), kind="service", external_id="1", fingerprint="f",
            record_id=uuid.uuid4(), payload={}, seen_at=SINCE,
        ),
        *(
            Harvest.objects.create(
                source=source(place), complete=complete, created_at=SINCE + n * MOMENT
            )
            for n, complete in enumerate((True, False))
        ),
    ]  # fmt: skip
    before = [as_stored(row) for row in kept]
    with clock.at(SINCE + FOR_EVER):
        run = retain()

    assert [as_stored(row) for row in kept] == before
    assert (run.done, run.failed) == (0, 0)


def test_reading_that_a_request_names_stays_as_long_as_the_request(
    place: world.Place,
) -> None:
    made = harvest(place)
    HarvestRequest.objects.create(
        partner=place.council, asked_by=place.lead, address="https://feed.example/",
        harvest=made, finished_at=SINCE + dt.timedelta(days=300),
    )  # fmt: skip
    with clock.at(SINCE + dt.timedelta(days=200)):
        retain()
    between = as_stored(made)
    with clock.at(SINCE + dt.timedelta(days=400)):
        retain()

    assert between is not None
    assert (as_stored(made), HarvestRequest.objects.count()) == (None, 0)
    assert (Harvest.objects.count(), HarvestProblem.objects.count()) == (1, 0)


def test_mail_is_blanked_first_and_deleted_later(place: world.Place) -> None:
    sent = mail(place, sent_at=SINCE)
    with clock.at(SINCE + dt.timedelta(days=100)):
        retain()
    sent.refresh_from_db()
    words = (sent.to, sent.subject, sent.text, sent.kind)
    with clock.at(SINCE + dt.timedelta(days=366)):
        retain()

    assert words == (NOBODY, FORGOTTEN, FORGOTTEN, "outcome")
    assert as_stored(sent) is None


def test_informant_is_in_no_row_after_the_time(place: world.Place) -> None:
    """Nor in the audit trail, which nothing blanks."""
    made = world.published(place)
    informant = Informant("Zebedee Quillfeather, caretaker", Method.CALL, clock.today())
    checking.correct_and_check(
        by=place.assurer, listing_id=made.pk, informant=informant, method=Method.CALL,
        edits={str(made.record_id): {"fees": "£4"}},
    )  # fmt: skip
    with clock.at(clock.now() + dt.timedelta(days=366)):
        retain()
    tables = connection.introspection.table_names()
    left = []
    with connection.cursor() as cursor:
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT t::text FROM {name} t")  # noqa: S608 - our own name
            left += [table for (row,) in cursor if "Quillfeather" in row]

    assert left == []
    (told,) = Change.objects.exclude(informant="")
    assert (told.informant, told.informed_by) == (FORGOTTEN, Method.CALL)
    assert AuditEvent.objects.filter(verb="record_corrected").count() == 1


def test_large_backlog_goes_in_batches(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "BATCH", 3)
    OutboxEvent.objects.bulk_create(
        OutboxEvent(record_id=uuid.uuid4(), done_at=SINCE) for _ in range(8)
    )
    with CaptureQueriesContext(connection) as asked:
        run = retain()
    deletes = [q for q in asked.captured_queries if q["sql"].startswith("DELETE")]

    assert (run.done, OutboxEvent.objects.count()) == (8, 0)
    assert len([q for q in deletes if "outboxevent" in q["sql"]]) == 3


def test_rule_that_fails_stops_no_other(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(before: dt.datetime) -> Any:
        raise ValueError("Jo Bloggs")

    bad = retention.Rule("Bad", 1, "ever", "Because.", broken)
    monkeypatch.setattr(retaining, "RULES", (bad, *RULES))
    OutboxEvent.objects.create(record_id=uuid.uuid4(), done_at=SINCE)
    run = retain()

    assert (run.done, run.failed, run.error) == (1, 1, "ValueError")


def test_run_that_has_no_time_left_leaves_the_rest_for_the_next(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    OutboxEvent.objects.create(record_id=uuid.uuid4(), done_at=SINCE)
    with monkeypatch.context() as patch:
        patch.setattr(retaining, "TIME_FOR_ONE_RUN", 0.0)
        first = retain()
    second = retain()

    assert (first.done, second.done) == (0, 1)


def test_beat_runs_it_every_hour() -> None:
    assert beat.PERIODIC["retain"] == ("workflow.retain", 3600)
