"""What was erased does not come back: not typed, not by a feed, not by an undo."""

import dataclasses
from typing import Any

import pytest

from common import clock
from common.errors import InvalidInput
from directory.blanking import ERASED
from directory.choices import Facet
from directory.term_files.found import FoundList, FoundTerm
from tests import world
from tests.workflow.town import ACCEPT, REJECT, Town, decide, now, suggest
from workflow.actions import decisions, drafts, proposals
from workflow.actions.checking import check_listing
from workflow.actions.choosing import Choice, Informant, need_informant
from workflow.actions.erasure import erase_value, let_in_again
from workflow.actions.notes import add_note
from workflow.actions.term_lists import import_lists
from workflow.actions.terms import rename_term, term_as_read
from workflow.choices import Method, Verdict
from workflow.models import Change, ErasedValue, OutboxEvent, Proposal

pytestmark = pytest.mark.django_db

VALUE = "07700 900456"


def erase(town: Town) -> str:
    place = town.place
    erase_value(by=place.officer, place=place.partnership, value=VALUE, reason="Asked.")
    row = ErasedValue.objects.get()
    day = f"{row.erased_at:%-d %B %Y}"
    return (
        f"Something here was erased on {day} because somebody asked for it, so it "
        "cannot be put in again. Leave it out. If it has to be here, ask the data "
        "protection officer of Sharedham."
    )


def test_the_value_itself_is_not_kept(town: Town) -> None:
    erase(town)

    row = ErasedValue.objects.get()
    kept = [str(getattr(row, field.name)) for field in row._meta.fields]
    assert [text for text in kept if "900456" in text.replace(" ", "")] == []


def test_nobody_suggests_it_again(town: Town) -> None:
    told = erase(town)

    with pytest.raises(InvalidInput) as refused:
        suggest(town, {"fees": "Ask +44 7700 900 456 first", "alert": "Ring first!"})

    assert refused.value.errors == {f"{town.listing.record_id}:fees": told}
    assert Proposal.objects.filter(state="open").count() == 0


def test_nobody_says_it_in_other_words(town: Town) -> None:
    told = erase(town)

    with pytest.raises(InvalidInput) as refused:
        proposals.report_problem(
            by=town.place.contributor, listing_id=town.listing.pk,
            words=f"Ring {VALUE}.", evidence="user",
        )  # fmt: skip

    assert refused.value.errors == {"words": told}


def test_nobody_notes_it_about_a_record(town: Town) -> None:
    told = erase(town)
    by, key = town.place.assurer, town.listing.pk

    with pytest.raises(InvalidInput) as noted:
        add_note(by=by, listing_id=key, words=f"Sheila is on {VALUE}")
    with pytest.raises(InvalidInput) as checked:
        check_listing(by=by, listing_id=key, method=Method.CALL, note=VALUE)

    assert noted.value.errors == {"words": told}
    assert checked.value.errors == {"note": told}


def test_nobody_gives_it_as_who_told_them_or_as_a_reason(town: Town) -> None:
    proposal = suggest(town, {"fees": "£1"})
    told = erase(town)
    refused = Choice(Verdict.REJECTED, reason=REJECT.reason, words=f"Ring {VALUE}")

    with pytest.raises(InvalidInput) as wrong:
        need_informant(Informant(f"Sheila, {VALUE}", Method.CALL, clock.today()))
    with pytest.raises(InvalidInput) as rejected:
        decide(town, proposal, choices={"fees": refused})

    assert wrong.value.errors == {"informant": told}
    assert list(rejected.value.errors.values()) == [told]


def test_it_goes_from_terms_and_does_not_come_back_to_them(town: Town) -> None:
    place, lead = town.place, town.place.lead
    term = world.term(f"Advice {VALUE}")
    term.taxonomy.description = f"Ask Sheila, {VALUE}"
    term.taxonomy.save()
    told = erase(town)

    term.refresh_from_db()
    assert (term.name, term.taxonomy.description) == (
        f"Advice {ERASED}", f"Ask Sheila, {ERASED}",
    )  # fmt: skip
    assert OutboxEvent.objects.filter(record_id=term.pk).count() == 1
    with pytest.raises(InvalidInput) as refused:
        rename_term(by=lead, term_id=term.pk, was=term_as_read(term), name=VALUE)
    assert refused.value.errors == {"name": told}

    found = FoundList("ours", "Toys", Facet.NEED)
    found.add(FoundTerm(2, "a", f"Ring {VALUE}"))
    found.add(FoundTerm(3, "b", "Kites", above="a"))
    (brought,) = import_lists(by=lead, place=place.partnership, lists=[found])
    rows = brought.taxonomy.terms.values_list("name", "parent")
    assert (list(rows), len(brought.problems)) == ([("Kites", None)], 1)


def test_nobody_drafts_it_again(town: Town) -> None:
    told = erase(town)
    draft = world.draft(town.place, name="Knitting")

    with pytest.raises(InvalidInput) as begun:
        world.draft(town.place, name="Knitting", fees=VALUE)
    with pytest.raises(InvalidInput) as saved:
        drafts.save_draft(
            by=town.place.contributor, listing_id=draft.pk,
            draft={**(draft.draft or {}), "service": world.service(fees=VALUE)},
        )  # fmt: skip

    assert (begun.value.errors, saved.value.errors) == ({"fees": told}, {"fees": told})


def test_nobody_changes_and_accepts_it(town: Town) -> None:
    told = erase(town)
    proposal = suggest(town, {"fees": "£2"})
    changed = Choice(Verdict.CHANGED, value=f"Ask {VALUE}", words="Clearer.")

    with pytest.raises(InvalidInput) as refused:
        decide(town, proposal, choices={"fees": changed})

    assert list(refused.value.errors.values()) == [told]


def test_undoing_what_took_it_away_does_not_bring_it_back(town: Town) -> None:
    put = suggest(town, {"fees": f"Ask {VALUE}"})
    decide(town, put, choices={"fees": ACCEPT})
    town = dataclasses.replace(town, listing=world.fresh(town.listing))
    gone = suggest(town, {"fees": "Free for all"})
    decision = decide(town, gone, choices={"fees": ACCEPT})
    erase(town)

    decisions.undo_decision(by=town.place.assurer, decision_id=decision.pk)

    assert now(town.listing.record)["fees"] == "Ask [erased]"
    values = Change.objects.values_list("was", "value", "accepted_value")
    assert [row for row in values if "900456" in str(row)] == []


def test_it_can_be_written_once_it_was_let_in(town: Town) -> None:
    erase(town)
    let_in_again(
        by=town.place.officer, place=town.place.partnership, value="07700900456",
        reason="She agreed.",
    )  # fmt: skip

    proposal = suggest(town, {"fees": VALUE})

    assert proposal.changes.get().value == VALUE


def test_another_place_does_not_let_it_in(town: Town) -> None:
    erase(town)
    elsewhere = world.make_place("Elseham")

    with pytest.raises(Exception, match="Elseham has not erased this"):
        let_in_again(
            by=elsewhere.officer, place=elsewhere.partnership, value=VALUE, reason="Y."
        )


def test_a_value_in_many_records_is_looked_at_first(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.actions.erasure.MANY", 1)
    asked: dict[str, Any] = {
        "by": town.place.officer, "place": town.place.partnership,
        "value": "01632 960101", "reason": "Asked.",
    }  # fmt: skip

    with pytest.raises(InvalidInput) as refused:
        erase_value(**asked)

    assert refused.value.errors == {
        "value": "It stands in 2 records. Look at them first."
    }
