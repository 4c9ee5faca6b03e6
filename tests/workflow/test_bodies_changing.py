"""Suggesting, editing and correcting an organization or a place by itself."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AuditEvent, Message
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from tests import world
from tests.workflow.deciding import (
    choice,
    edit,
    later,
    page,
    query_count,
    seen,
    send,
    signed_in,
    text,
)
from tests.workflow.pages import filled_in
from tests.workflow.town import ACCEPT, REJECT, Town, now
from workflow import access, waiting_proposals
from workflow.actions import bodies as actions
from workflow.actions import decisions
from workflow.actions.choosing import Informant
from workflow.choices import Method, Verdict
from workflow.models import Decision, OutboxEvent, Proposal, Record, Remit
from workflow.narrowed import Filters
from workflow.sections import CHANGES

pytestmark = pytest.mark.django_db

BUS = {"transportation": "Bus 7 stops outside."}


def organization(town: Town) -> Record:
    return Record.objects.get(pk=str(town.listing.organization_id))


def suggest(town: Town, record: Record, by: Any = None, **values: Any) -> Proposal:
    return actions.propose_record_edit(
        by=by or town.place.contributor, record_id=record.pk, values=values or BUS,
        base=1, evidence="visited", words="I was there.",
    )  # fmt: skip


def decide(
    town: Town, proposal: Proposal, how: Any = ACCEPT, by: Any = None
) -> Decision:
    return decisions.decide(
        by=by or town.place.assurer, proposal_id=proposal.pk,
        choices={change.pk: how for change in proposal.changes.all()},
    )  # fmt: skip


def informant() -> Informant:
    return Informant("Jo, the caretaker", Method.CALL, clock.today())


# --- a suggestion ---------------------------------------------------------------------


def test_suggestion_stands_on_the_record_and_waits_for_its_home(town: Town) -> None:
    proposal = suggest(town, town.hall)

    assert (proposal.listing, proposal.record_id) == (None, town.hall.pk)
    assert proposal.partnership == town.place.partnership
    assert (
        waiting_proposals.proposals(
            town.place.assurer, CHANGES, Filters(), clock.now()
        ).get()
        == proposal
    )
    assert AuditEvent.objects.filter(
        verb="change_proposed", object_id=proposal.pk
    ).count() == 1  # fmt: skip


def test_accepted_suggestion_is_the_next_version_and_tells_every_service(
    town: Town,
) -> None:
    proposal = suggest(town, town.hall)
    OutboxEvent.objects.all().delete()

    decision = decide(town, proposal)

    assert now(town.hall)["transportation"] == BUS["transportation"]
    assert decision.body_label == "Sharedham Council"
    assert decision.single_handed is False
    assert list(OutboxEvent.objects.values_list("record_id", flat=True)) == [
        town.hall.pk
    ]
    to = town.place.contributor.email
    told = Message.objects.filter(to=to, kind="outcome").latest("created_at")
    assert told.subject == "What became of what you sent us about “Testham Hall”"


def test_accepting_never_moves_the_date_of_a_check(town: Town) -> None:
    with later(days=5):
        decide(town, suggest(town, town.hall))

    fresh = world.fresh(town.listing)
    assert fresh.assured_on == town.listing.assured_on


def test_suggestion_goes_to_the_home_though_another_remit_keeps_the_service(
    town: Town,
) -> None:
    place = town.place
    other = world.give(world.person("Otto Other"), Role.ASSURER, place.health)
    Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="One provider",
        organization_ids=[town.listing.organization_id], lead=other,
    )  # fmt: skip
    of_body = suggest(town, organization(town), description="Friends of tea.")
    of_hall = suggest(town, town.hall)

    assert set(access.decidable_at_once(other)) == {of_body}
    assert set(access.decidable_at_once(place.assurer)) == {of_hall}
    mine = Filters(remit="mine", remits=frozenset([place.remit.pk]))
    assert list(
        waiting_proposals.proposals(place.assurer, CHANGES, mine, clock.now())
    ) == [of_hall]


def test_nobody_accepts_what_they_suggested(town: Town) -> None:
    proposal = suggest(town, town.hall, by=town.place.assurer)

    with pytest.raises(PermissionDenied):
        decide(town, proposal)
    decide(town, proposal, by=town.place.second_assurer)


def test_same_suggestion_again_is_the_one_that_waits(town: Town) -> None:
    first = suggest(town, town.hall)
    again = suggest(town, town.hall)

    assert (again.pk, again.repeats) == (first.pk, "same")


def test_same_value_through_a_service_is_thanked(town: Town) -> None:
    through = edit(town.place, town.listing, by=town.place.volunteer,
                   record=str(town.hall.pk), **BUS)  # fmt: skip

    decide(town, suggest(town, town.hall))

    assert through.changes.get().verdict == Verdict.SAME


def test_stale_base_shows_that_the_field_moved_on(town: Town) -> None:
    proposal = suggest(town, town.hall)
    decide(town, suggest(town, town.hall, by=town.place.volunteer,
                         transportation="Bus 9"))  # fmt: skip

    answer = page(town.place.assurer, "proposal", proposal.pk)

    assert answer.context["rows"][0].seen is not None


def test_undo_puts_it_into_the_queue_again(town: Town) -> None:
    decision = decide(town, suggest(town, town.hall))

    again = decisions.undo_decision(by=town.place.assurer, decision_id=decision.pk)

    assert "transportation" not in now(town.hall)
    assert (again.record_id, again.state) == (town.hall.pk, "open")


def test_service_is_no_record_to_suggest_to_in_this_way(town: Town) -> None:
    with pytest.raises(PermissionDenied):
        suggest(town, town.listing.record, fees="Free")


def test_nothing_different_is_refused(town: Town) -> None:
    with pytest.raises(InvalidInput):
        suggest(town, town.hall, name="Testham Hall")


def test_secret_place_is_for_who_keeps_it(town: Town) -> None:
    values: dict[str, Any] = {"sensitive": True}
    waiting = suggest(town, town.hall)
    decide(town, suggest(town, town.hall, by=town.place.second_assurer, **values))

    with pytest.raises(PermissionDenied):
        suggest(town, town.hall, by=town.place.volunteer)
    suggestion = page(town.place.contributor, "suggestion", waiting.pk)
    mine = page(town.place.contributor, "my-suggestions")
    for answer in (suggestion, mine):
        assert "Testham Hall" not in text(answer)
        assert "A place that is kept secret" in text(answer)
    lead = signed_in(town.place.lead).get("/lead/waiting/")
    assert "Testham Hall" not in text(lead)
    decide(town, waiting, REJECT)
    to = town.place.contributor.email
    told = Message.objects.filter(to=to, kind="outcome").latest("created_at")
    assert told.subject.endswith("“A place that is kept secret”")


# --- one's own organization -----------------------------------------------------------


def test_own_edit_waits_and_says_whose_it_is(town: Town) -> None:
    editor = world.make_editor(town.listing)
    proposal = actions.edit_own_organization(
        by=editor, record_id=organization(town).pk, base=1,
        values={"description": "Friends of tea."},
    )  # fmt: skip

    assert (proposal.by_provider, proposal.state) == (True, "open")


def test_trusted_edit_counts_at_once_and_single_handed(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)
    body = organization(town)
    proposal = actions.edit_own_organization(
        by=editor, record_id=body.pk, base=1, values={"description": "Friends of tea."}
    )

    decision = Decision.objects.get(proposal=proposal)
    assert now(body)["description"] == "Friends of tea."
    assert (decision.single_handed, decision.body_label) == (True, "Testham Friends")


def test_place_is_nobodys_own(town: Town) -> None:
    editor = world.make_editor(town.listing)
    with pytest.raises(PermissionDenied):
        actions.edit_own_organization(
            by=editor, record_id=town.hall.pk, base=1, values=BUS
        )
    assert suggest(town, town.hall, by=editor).by_provider is False


def test_organization_without_a_service_left_keeps_its_page(town: Town) -> None:
    editor = world.make_editor(town.neighbour)
    body = Record.objects.get(pk=str(town.neighbour.organization_id))
    suggested = edit(
        town.place, town.neighbour, organization_id=str(town.listing.organization_id)
    )
    decide(town, suggested)

    answer = page(editor, "organization", body.pk)

    assert answer.status_code == 200
    assert answer.context["services"] == []


# --- correcting at once ---------------------------------------------------------------


def test_correction_counts_at_once_with_its_informant(town: Town) -> None:
    proposal = actions.correct_record(
        by=town.place.assurer, record_id=town.hall.pk, values=BUS, informant=informant()
    )

    change = proposal.changes.get()
    assert now(town.hall)["transportation"] == BUS["transportation"]
    assert (change.informant, change.verdict) == ("Jo, the caretaker", Verdict.ACCEPTED)
    assert (proposal.state, proposal.decisions.get().single_handed) == ("decided", True)
    assert world.fresh(town.listing).assurance_id == town.listing.assurance_id


def test_correction_is_refused_where_it_may_not_be(town: Town) -> None:
    how: dict[str, Any] = {
        "record_id": town.hall.pk, "values": BUS, "informant": informant()
    }  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.correct_record(by=town.place.contributor, **how)
    with pytest.raises(InvalidState):
        actions.correct_record(by=town.place.assurer, **how, seen=7)
    town.place.policy.correct_and_check = False
    town.place.policy.save()
    with pytest.raises(PermissionDenied):
        actions.correct_record(by=town.place.assurer, **how)


# --- the pages ------------------------------------------------------------------------


def test_page_leads_a_contributor_to_a_suggestion(town: Town) -> None:
    contributor = town.place.contributor
    url = page(contributor, "location", town.hall.pk).context["sections"][1].url
    form = signed_in(contributor).get(url)
    assert form.context["also"] == ["Chess club", "Tuesday coffee morning"]

    typed = filled_in(form, transportation="Bus 7", evidence="visited")
    answer = signed_in(contributor).post(url, typed)

    made = Proposal.objects.get(record=town.hall)
    assert answer["Location"] == reverse("workflow:suggestion", args=[made.pk])
    assert made.changes.get().value == "Bus 7"


def test_suggestion_without_evidence_comes_back_as_typed(town: Town) -> None:
    url = reverse("workflow:location-change", args=[town.hall.pk, "address"])
    form = signed_in(town.place.contributor).get(url)

    answer = signed_in(town.place.contributor).post(
        url, filled_in(form, transportation="Bus 7")
    )

    assert (answer.status_code, Proposal.objects.filter(record=town.hall).count()) == (
        200, 0,
    )  # fmt: skip
    assert "Bus 7" in text(answer)


def test_reader_sees_no_way_to_change_and_is_refused(town: Town) -> None:
    answer = page(town.place.reader, "location", town.hall.pk)

    assert {section.url for section in answer.context["sections"]} == {""}
    assert (
        page(town.place.reader, "location-change", town.hall.pk, "address").status_code
        == 403
    )


def test_assurer_corrects_on_the_page(town: Town) -> None:
    assurer = town.place.assurer
    url = reverse("workflow:location-correct", args=[town.hall.pk])
    form = signed_in(assurer).get(f"{url}?section=address")
    name = next(n for n in filled_in(form) if n.endswith("transportation"))
    today = clock.today()

    answer = signed_in(assurer).post(
        url,
        filled_in(
            form, **{name: "Bus 7"}, informant="Jo, the caretaker", informed_by="call",
            informed_on_0=str(today.day), informed_on_1=str(today.month),
            informed_on_2=str(today.year),
        ),
    )  # fmt: skip

    assert answer["Location"] == reverse("workflow:location", args=[town.hall.pk])
    assert now(town.hall)["transportation"] == "Bus 7"


def test_contributor_does_not_correct(town: Town) -> None:
    assert (
        page(town.place.contributor, "location-correct", town.hall.pk).status_code
        == 403
    )


def test_decision_page_tells_what_else_changes_and_decides(town: Town) -> None:
    proposal = suggest(town, town.hall)
    answer = page(town.place.assurer, "proposal", proposal.pk)

    row = answer.context["rows"][0]
    assert [one["label"] for one in row.others] == [
        "Chess club",
        "Tuesday coffee morning",
    ]
    assert answer.context["proposal"]["about"] == "Place"
    assert answer.context["as_public"] != []
    change = proposal.changes.get()
    done = send(
        town.place.assurer, "proposal", proposal.pk,
        **choice(change, "accept"), **seen(answer),
    )  # fmt: skip
    assert done.status_code == 302
    assert now(town.hall)["transportation"] == BUS["transportation"]


def test_gate_speaks_at_the_line_of_a_record_by_itself(town: Town) -> None:
    proposal = suggest(
        town, organization(town),
        description="Ring Zebedee Quillfeather on 07700 900123.",
    )  # fmt: skip

    row = page(town.place.assurer, "proposal", proposal.pk).context["rows"][0]

    assert any("The public will not see it." in finding for finding in row.findings)


def test_queue_card_says_what_kind_of_record_it_is(town: Town) -> None:
    suggest(town, town.hall)

    card = page(town.place.assurer, "queue").context["groups"][0]["cards"][0]

    assert (card["title"], card["caption"]) == ("Testham Hall", "Place")


def test_lead_counts_it_in_the_remit_of_the_home(town: Town) -> None:
    suggest(town, town.hall)

    answer = signed_in(town.place.lead).get(
        f"/lead/areas/{town.place.remit.pk}/waiting/"
    )

    assert [row[0]["text"] for row in answer.context["rows"]] == ["Testham Hall"]


def test_pages_ask_no_more_for_three_than_for_one(place: world.Place) -> None:
    first = world.published(place)
    hall = Record.objects.get(pk=first.location_ids[0])
    town = Town(place, first, first, hall)
    proposal = suggest(town, hall)
    hall_page = reverse("workflow:location", args=[hall.pk])
    suggest(town, hall, by=place.volunteer, transportation="Bus 6")
    addresses = [
        (place.assurer, reverse("workflow:queue")),
        (place.assurer, reverse("workflow:proposal", args=[proposal.pk])),
        (place.contributor, reverse("workflow:my-suggestions")),
        (place.contributor, f"{hall_page}change/about/"),
        (place.lead, "/lead/waiting/"),
    ]
    one = [query_count(user, address) for user, address in addresses]

    for number in range(2):
        other = world.published(place, at=hall, name=f"Club {number}")
        somebody = world.give(
            world.person(f"Cleo {number}"), Role.CONTRIBUTOR, place.council
        )
        suggest(town, hall, by=somebody, transportation=f"Bus {number}")
        suggest(town, Record.objects.get(pk=str(other.organization_id)),
                description=f"Club {number}.")  # fmt: skip
    three = [query_count(user, address) for user, address in addresses]

    assert three == one
