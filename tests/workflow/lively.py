"""A place with records, suggestions, decisions and checks of every kind."""

import random
import uuid

from common import clock
from directory.choices import Kind
from tests import world
from tests.workflow.leading import random_states
from workflow.models import Listing, Proposal, Record, Remit


def lively(place: world.Place) -> None:
    """Records, suggestions, decisions and checks of every kind, and where and what."""
    dice = random.Random(5)
    oracle = random_states(place, 5)
    terms = [world.term("Crafts"), world.term("Choirs"), world.term("Men", "Audiences")]
    terms.append(world.term("Making", retired_on=clock.today(), replaced_by=terms[0]))
    homes = Record.objects.create(
        kind=Kind.ORGANIZATION, home=place.partnership, label="Friends"
    )
    other = Remit.objects.create(
        partnership=place.partnership, partner=place.health, name="Health",
        lead=place.assurer,
    )  # fmt: skip
    for one in oracle.listings:
        Listing.objects.filter(pk=one.pk).update(
            area=dice.choice(["", "WX1", "WX2"]),
            term_ids=[term.pk for term in dice.sample(terms, dice.randint(0, 3))],
            organization_id=dice.choice([None, homes.pk, uuid.uuid4()]),
            remit=dice.choice([None, place.remit, other]),
        )
    Proposal.objects.filter(state="open").update(claimed_by=place.assurer)
    Proposal.objects.create(
        partnership=place.partnership, title="About no service", evidence="visited",
        kind="edit", proposer_label="Somebody",
        record=Record.objects.filter(kind=Kind.ORGANIZATION).first(),
    )  # fmt: skip
