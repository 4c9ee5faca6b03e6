"""Erasing exactly what was meant, and what becomes of what waits."""

import datetime as dt
import uuid

import pytest

from accounts.models import Invitation, Message
from common import clock
from common.errors import InvalidInput
from directory import payload as payloads
from tests import world
from tests.workflow.town import ACCEPT, Town, decide, now, suggest
from workflow import queries
from workflow.actions import proposals, releases
from workflow.actions.choosing import Informant
from workflow.actions.erasure import NOBODY, erase_value
from workflow.choices import Method, Verdict
from workflow.models import Listing, Proposal, Revision

VALUE = "margaret.hargreaves@friends.example"


def _plant(place: world.Place) -> None:
    """The value as an address to which something waits to go out."""
    Invitation.objects.create(
        email=VALUE, role="editor", target_label=f"Friends of {VALUE}",
        invited_by_id=uuid.uuid4(), invited_by_label="Lena", token_hash="x",
        expires_at=clock.now() + dt.timedelta(days=5),
    )  # fmt: skip
    Message.objects.create(to=VALUE, subject=f"To {VALUE}", text=VALUE, kind="outcome")


# --- exactly --------------------------------------------------------------------------


def test_nothing_else_is_touched(town: Town) -> None:
    kept = (now(town.neighbour.record), now(town.hall))
    decide(town, suggest(town, {"fees": "Ask 07700 900456"}), choices={"fees": ACCEPT})
    unrelated = Revision.objects.exclude(record=town.listing.record).values("payload")
    before = list(unrelated.order_by("pk"))

    rows = erase_value(
        by=town.place.officer, place=town.place.partnership, value="07700 900456",
        reason="Asked.",
    )  # fmt: skip

    assert rows == 3  # the revision, the change, the audit row
    assert (now(town.neighbour.record), now(town.hall)) == kept
    assert list(unrelated.order_by("pk")) == before


@pytest.mark.parametrize(
    "written",
    [
        "07700 900123", "07700900123", "+44 7700 900123", "0044 7700 900 123",
        "(07700) 900123", "07700-900-123", "07700.900.123", "+44 (0)7700 900123",
        "07700\n900123",
    ],
)  # fmt: skip
@pytest.mark.parametrize("asked", ["07700 900123", "+447700900123"])
def test_a_number_goes_in_whatever_grouping(
    town: Town, written: str, asked: str
) -> None:
    text = f"Ring {written} or 01632 960123 between 07700 and 900123."
    said = proposals.report_problem(
        by=town.place.contributor, listing_id=town.listing.pk, words=text,
        evidence="user",
    )  # fmt: skip

    erase_value(
        by=town.place.officer,
        place=town.place.partnership,
        value=asked,
        reason="Asked.",
    )

    said.refresh_from_db()
    assert said.evidence_words == (
        "Ring [erased] or 01632 960123 between 07700 and 900123."
    )


def test_a_name_goes_across_line_ends_and_quotes_but_only_as_whole_words(
    town: Town,
) -> None:
    decide(
        town,
        suggest(town, {"description": 'Ann "Nan"\nJones-Smith leads. Joann "Nan" Jones'
                       "-Smithers does not. ANN  \"nan\" jones-smith!"}),
        choices={"description": ACCEPT},
    )  # fmt: skip

    erase_value(
        by=town.place.officer, place=town.place.partnership,
        value='Ann "Nan" Jones-Smith', reason="Asked.",
    )  # fmt: skip

    assert now(town.listing.record)["description"] == (
        '[erased] leads. Joann "Nan" Jones-Smithers does not. [erased]!'
    )


def test_signs_of_a_pattern_are_just_signs(town: Town) -> None:
    decide(
        town, suggest(town, {"fees": "A+B (100%_off) now", "alert": "AAB 100 off"}),
        choices={"fees": ACCEPT, "alert": ACCEPT},
    )  # fmt: skip

    erase_value(
        by=town.place.officer, place=town.place.partnership, value="(100%_off)",
        reason="Asked.",
    )  # fmt: skip

    service = now(town.listing.record)
    assert (service["fees"], service["alert"]) == ("A+B [erased] now", "AAB 100 off")


def test_a_point_goes_as_a_whole(town: Town) -> None:
    assert now(town.hall)["latitude"] == 51.2

    erase_value(
        by=town.place.officer, place=town.place.partnership, value="51.200", reason="A."
    )
    assert now(town.hall)["latitude"] == 51.2
    decide(
        town, suggest(town, {"latitude": 51.23456}, record=town.hall),
        choices={"latitude": ACCEPT},
    )  # fmt: skip
    erase_value(
        by=town.place.officer, place=town.place.partnership, value="51.23456",
        reason="It is her home.",
    )  # fmt: skip

    hall = now(town.hall)
    assert {"latitude", "longitude"} & set(hall) == set()
    assert payloads.read("location", town.hall.pk) == hall


# --- what waits -----------------------------------------------------------------------


def test_a_waiting_line_is_taken_back_and_can_be_filled_in_again(town: Town) -> None:
    proposal = suggest(town, {"fees": VALUE, "alert": "Closed"})

    erase_value(
        by=town.place.officer, place=town.place.partnership, value=VALUE, reason="Asked"
    )

    change = proposal.changes.get(path="fees")
    assert (change.verdict, change.value) == (Verdict.WITHDRAWN, None)
    decide(
        town, proposal, choices={"alert": ACCEPT},
        fill={str(town.listing.record_id): {"fees": "£2"}},
        informant=Informant("Jo, treasurer", Method.CALL, clock.today()),
    )  # fmt: skip
    assert now(town.listing.record)["fees"] == "£2"


def test_mail_and_invitations_to_an_erased_address_do_not_go_out(
    place: world.Place,
) -> None:
    _plant(place)

    erase_value(by=place.officer, place=place.partnership, value=VALUE, reason="Asked.")

    message = Message.objects.get(subject="To [erased]")
    invitation = Invitation.objects.get(invited_by_label="Lena")
    assert (message.to, message.cancelled_at is not None) == (NOBODY, True)
    assert (invitation.email, invitation.expires_at <= clock.now()) == (NOBODY, True)


def test_a_released_value_that_is_erased_is_released_no_more(town: Town) -> None:
    decide(town, suggest(town, {"email": VALUE}), choices={"email": ACCEPT})
    listing = world.fresh(town.listing)
    (found,) = queries.public_parts(queries.whole(listing)).held_back[
        str(listing.record_id)
    ]
    release = releases.release_finding(
        by=town.place.publisher, listing_id=listing.pk, key=found.key, reason="Fine."
    )

    erase_value(
        by=town.place.officer, place=town.place.partnership, value=VALUE, reason="Asked"
    )

    release.refresh_from_db()
    assert (release.key, release.value) == (f"erased:{release.pk}", "[erased]")
    assert release.revoked_at is not None


@pytest.mark.parametrize(
    "written",
    [
        "E\u0301lodie A\u030angstro\u0308m",
        "\u00c9\u200blodie \u00c5ng\u00adstr\u00f6m",
        "\u00c9lodie_\u00c5ngstr\u00f6m",
    ],
)
def test_a_name_goes_however_its_letters_are_written(town: Town, written: str) -> None:
    said = proposals.report_problem(
        by=town.place.contributor, listing_id=town.listing.pk, words="Wrong.",
        evidence="user",
    )  # fmt: skip
    Proposal.objects.filter(pk=said.pk).update(evidence_words=f"Ask {written}.")
    Listing.objects.filter(pk=town.listing.pk).update(
        draft={"service": {"id": str(uuid.uuid4()), "fees": f"Ask\n{written}"}}
    )

    rows = erase_value(
        by=town.place.officer, place=town.place.partnership, value="Élodie Ångström",
        reason="Asked.",
    )  # fmt: skip

    said.refresh_from_db()
    listing = Listing.objects.get(pk=town.listing.pk)
    assert (rows, said.evidence_words) == (2, "Ask [erased].")
    assert listing.draft is not None
    assert listing.draft["service"]["fees"] == "Ask\n[erased]"
    with pytest.raises(InvalidInput) as refused:
        proposals.report_problem(
            by=town.place.contributor, listing_id=town.listing.pk, evidence="user",
            words=f"Ask {written}.",
        )  # fmt: skip
    assert list(refused.value.errors) == ["words"]
