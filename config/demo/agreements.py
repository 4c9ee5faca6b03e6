"""What Wexcombe has agreed: what is commissioned, and how far some trust goes.

One contract is near its end and one has a service that is overdue; one organisation is
ready for more trust, and of another too much turned out to be wrong.
"""

import datetime as dt
from decimal import Decimal

from config.demo.teller import Teller
from workflow.actions import contracts, efforts, proposals
from workflow.actions.contracts import Terms
from workflow.choices import EffortKind, Level
from workflow.effort import PLAIN
from workflow.models import Listing
from workflow.readiness import work_out

_ANSWERS = (
    (296, "Community fridge"), (296, "Food parcels to your door"),
    (296, "Pantry at St Aldhelm’s"),
    (122, "Community fridge"), (100, "Food parcels to your door"),
    (85, "Pantry at St Aldhelm’s"), (38, "Community fridge"),
    (16, "Food parcels to your door"),
)  # fmt: skip
_GOOD_CHANGES = (
    (110, "Community fridge", "Just come; ring the bell after four."),
    (72, "Pantry at St Aldhelm’s", ("Join at the door; a letter with your address is "
     "enough.")),
    (31, "Food parcels to your door", ("Ask your GP, school or adviser; we ring you "
     "the same day.")),
)  # fmt: skip
_FOUND_WRONG = (
    (70, "contributor", "It is two pounds now.", {"fees": "£2 an evening"}),
    (45, "police", "The door is round the back since the autumn.",
     {"application_process": "Come to the back door; no need to book."}),
    (20, "contributor", "There is a waiting list.", {"wait_time": "About a month"}),
)  # fmt: skip


def tell(t: Teller) -> None:
    """Everything; what the year says is counted at the end."""
    _what_work_takes(t)
    _ready(t)
    _to_step_down(t)
    _contracts(t)
    work_out(t.standing.place.policy)


def _what_work_takes(t: Teller) -> None:
    with t.at(350, 9):
        efforts.save_effort_defaults(
            by=t.people["lead"], place=t.standing.place, rate=Decimal("24.50"),
            minutes={(EffortKind.CHECK, level): PLAIN[EffortKind.CHECK][level]
                     for level in Level},
        )  # fmt: skip


def _ready(t: Teller) -> None:
    """It answers, and what it sends is good."""
    for ago, name in _ANSWERS:
        with t.at(ago, 11):
            proposals.say_still_right(
                by=t.people["provider"], listing_id=t.listing(name)
            )
    for ago, name, words in _GOOD_CHANGES:
        with t.at(ago, 9):
            said = t.suggest(
                "provider", name, "So that people find their way in.",
                {"application_process": words},
            )  # fmt: skip
        with t.at(ago - 1, 15):
            t.decide("second", said, minutes=3)


def _to_step_down(t: Teller) -> None:
    """Others keep finding what its own people should have."""
    for ago, by, words, values in _FOUND_WRONG:
        with t.at(ago, 13):
            said = t.suggest(by, "Friday youth club", words, values)
        with t.at(ago - 1, 10):
            t.decide("assurer", said, minutes=12, answer="Thank you; they agree.")


def _contracts(t: Teller) -> None:
    place, lead, today = t.standing.place, t.people["lead"], t.today
    health, council = t.standing.partners["health"], t.standing.partners["council"]
    share = Listing.objects.get(pk=t.listing("Community fridge")).organization_id
    with t.at(320, 10):
        contracts.add_contract(
            by=lead, place=place, terms=Terms(
                commissioner_id=health.pk, reference="WHP/24/031", review_months=12,
                starts_on=today - dt.timedelta(days=690),
                ends_on=today + dt.timedelta(days=40), organization_id=share,
                manager_mailbox="contracts@wexcombe-health.example",
            ),
        )  # fmt: skip
    late = Listing.objects.filter(
        partnership=place, stage="published", critical=False,
        due_on__lte=today - dt.timedelta(days=place.policy.overdue_days),
    ).order_by("due_on", "title")[:1]  # fmt: skip
    current = Listing.objects.filter(
        partnership=place, stage="published", due_on__gt=today
    ).order_by("title")[:4]
    with t.at(300, 10):
        contracts.add_contract(
            by=lead, place=place, terms=Terms(
                commissioner_id=council.pk, reference="WC/2025/012", review_months=6,
                starts_on=today - dt.timedelta(days=290),
                manager_id=t.people["second"].pk,
                listing_ids=tuple(one.pk for one in (*late, *current)),
            ),
        )  # fmt: skip
