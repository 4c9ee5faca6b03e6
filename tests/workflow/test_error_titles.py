"""Every page that says what is wrong says so in its tab too, whichever form it was."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import Role
from tests import world
from workflow.actions import proposals
from workflow.choices import Evidence
from workflow.models import Listing

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SUMMARY = '<div class="govuk-error-summary"'
FORMS = {
    "workflow": {
        "new", "submit", "take-away", "run-by", "new-place", "section",
        "suggest-section", "closed", "problem", "invite-person", "places",
        "partners", "change-place", "change-partner", "close-person", "proposal",
        "check", "correct", "people", "carry-over", "erase",
    },
    "accounts": {"sign-in", "password-reset"},
}  # fmt: skip
"""Forms that cannot be sent empty. One that is missing here is tried all the same."""


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def named(
    patterns: list[Any], namespace: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The full name of every address with its converters."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from named(one.url_patterns, inner)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{namespace}{one.name}", one.pattern.converters


def addresses(listings: list[Listing], **ids: Any) -> Iterator[tuple[str, str]]:
    """Every address of ours about each of these listings."""
    for name, converters in named(get_resolver().url_patterns):
        if not name.startswith(("workflow:", "accounts:")):
            continue
        for listing in listings:
            known = {
                "listing_id": listing.pk, "record_id": listing.record_id,
                "kind": "service",
                "slug": "about", "organization_id": listing.organization_id, **ids,
            }  # fmt: skip
            if set(converters) <= set(known):
                args = {key: known[key] for key in converters}
                yield name, reverse(name, kwargs=args)


def test_tab_says_error_wherever_the_page_does(place: world.Place) -> None:
    public = world.published(place)
    draft = world.draft(place, name="Choir")
    waiting = proposals.report_problem(
        by=place.volunteer, listing_id=public.pk, words="Shut.",
        evidence=Evidence.VISITED,
    )  # fmt: skip
    editor = world.make_editor(public)
    administrator = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)
    people = [
        editor, place.contributor, place.assurer, place.lead, place.officer,
        administrator,
    ]  # fmt: skip
    every = set(
        addresses(
            [public, draft], proposal_id=waiting.pk, user_id=place.reader.pk,
            place_id=place.partnership.pk, partner_id=place.council.pk,
            token="never-was", decision_id=uuid.uuid4(), stop_id=uuid.uuid4(),
        )
    )  # fmt: skip
    told: set[str] = set()
    # Addresses that take nothing that is sent: there is no form for anybody.
    never: set[str] = set()

    for person in [*people, None]:
        client = Client(raise_request_exception=False)
        if person:
            client.force_login(person)
        for name, address in every:
            # Where one signs in is for those who are not. A form that has been seen
            # to say it is the same template for the next person.
            is_account = name.startswith("accounts")
            if name == "accounts:sign-out" or is_account == bool(person):
                continue
            if name in told or name in never:
                continue
            with transaction.atomic():
                answer = client.post(address, {"sent": "yes"})
                transaction.set_rollback(True)
            if answer.status_code == 405:
                never.add(name)
                continue
            page = answer.content.decode()
            wrong, said = SUMMARY in page, "<title>Error: " in page
            assert (address, wrong) == (address, said)
            if wrong:
                told.add(name)

    wanted = {f"{app}:{name}" for app, names in FORMS.items() for name in names}
    assert wanted - told == set()


def test_tab_of_a_page_without_faults_says_nothing(place: world.Place) -> None:
    listing = world.published(place, description=f"Tea and cake for all. {SUMMARY}>")
    client = Client()
    client.force_login(place.contributor)

    page = client.get(reverse("workflow:suggest", args=[listing.pk])).content.decode()

    assert "<title>Error" not in page
