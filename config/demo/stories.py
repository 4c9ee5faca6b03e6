"""What else has happened in Wexcombe: how the work is shared out, and how services
came to stand where they stand. Told through the actions, after what every service has
in common.
"""

import datetime as dt

from accounts import audit
from accounts.actions import give_role
from accounts.roles import Role
from config.demo import agreements, asked, histories, tales, work
from config.demo.acting import Actor
from config.demo.grown import SMALL_GROUPS
from config.demo.rows import body, one
from config.demo.teller import Teller
from config.demo.villages_north import NORTH
from directory.choices import EntryKind
from directory.models import Organization
from workflow.actions import checking, listings, records
from workflow.actions import place as places
from workflow.actions.choosing import Check, Informant
from workflow.actions.public import take_from_public
from workflow.actions.remits import Parts, create_remit
from workflow.actions.revising import lock_listing
from workflow.choices import Hidden, Method, ProposalState
from workflow.models import Proposal

_SOLE_TRADER = body(
    "Streamside (childminder)", "Registered childminding in a family home.", "P",
    "m290", "",
    one("Maria Holloway Childminding", "Two places for babies, and a garden with a "
        "stream behind a fence.", "", "weekdays 8-17", "m290",
        "Childcare and holiday clubs", "An hour: £6", "0-8", history="assured", ago=6,
        area="Wexcombe district"),
    legal="sole trader",
)  # fmt: skip
_OTHER_TRADER = body(
    "Hair at Home Wexcombe", "A hairdresser who comes to you.", "P", "m291",
    "",
    one("Mrs Carter’s Hairdressing", "Cuts and sets at home, for people who "
        "cannot get out any more.", "", "weekdays 9-16 home", "m291", "Care at home",
        "A cut: £14", history="assured", ago=9, area="Wexcombe district"),
    legal="sole trader",
)  # fmt: skip
_SINGLE_EVENT = body(
    "Weir Festival Committee", "They fill the river with lanterns once a year.", "P",
    "292", "",
    one("Lantern parade", "Make a lantern, carry it along the weir, eat a hot dog.",
        "river", "3SA 17-20", "292", "Clubs and groups", history="assured", ago=12),
)  # fmt: skip
_OLD_CLASS = body(
    "Corn Street Keep Fit", "A class that met for thirty years.", "P", "293", "",
    one("Corn Street keep fit", "Stretching and gossip on Thursdays.", "va",
        "TH 10-11", "293", "Gentle exercise and dance", "A class: £2",
        history="carried", ago=150),
)  # fmt: skip
_TWICE = body(
    "Trinity Foodbank Volunteers", "Some of the volunteers of the foodbank.", "P",
    "475", "",
    one("Food parcels at Trinity", "Three days’ food in bags, at the side door of "
        "the Methodist church.", "methodist", "MO,WE,FR 11-13", "475",
        "Food banks and parcels", history="assured", ago=50),
)  # fmt: skip
_GUITAR = body(
    "Weir Guitar Teaching", "A guitar teacher.", "P", "m293", "",
    one("Robert Ashworth Guitar Lessons", "Lessons at home, folk and flamenco, for "
        "beginners of any age.", "", "weekdays 15-20 home", "m293", "Clubs and groups",
        "A lesson: £24", history="assured", ago=15, area="Wexcombe district"),
    legal="sole trader",
)  # fmt: skip
NEWCOMERS = (_GUITAR, _SOLE_TRADER, _OTHER_TRADER, _SINGLE_EVENT, _OLD_CLASS, _TWICE)


def tell(actor: Actor, today: dt.date) -> None:
    """Everything, roughly in the order in which it happened."""
    t = Teller(actor, today)
    _share_the_work(t)
    _newcomers(t)
    _endings(t)
    _second_thoughts(t)
    _only_entries(t)
    tales.tell(t)
    agreements.tell(t)
    asked.tell(t)
    work.tell(t)


# --- who does what --------------------------------------------------------------------


def _share_the_work(t: Teller) -> None:
    """Three partners check their own part; the council the rest."""
    lead, partners = t.people["lead"], t.standing.partners
    nhs = partners["Wexcombe and Moorland NHS Trust"]
    for key, partner, name, of in (
        ("nhs", nhs, "The NHS Trust’s own services", nhs.name),
        ("assurer.homes", partners["housing"], "Homes and neighbourhoods",
         "Wexcombe Homes Neighbourhoods"),
        ("assurer.voluntary", partners["voluntary"], "Small groups",
         "Wexcombe Voluntary Action"),
    ):  # fmt: skip
        with t.at(279, 10):
            made = create_remit(
                by=lead, partner=partner, name=name, lead=t.people[key],
                parts=Parts((Organization.objects.get(name=of).pk,)),
            )  # fmt: skip
    with t.at(200, 10):
        for group in SMALL_GROUPS:
            for service in group.services:
                if service.history == "checked":
                    places.hand_over(
                        by=lead, listing_id=t.listing(service.name), remit=made,
                        reason="Voluntary Action knows the small groups best.",
                    )  # fmt: skip
    with t.at(150, 12):
        ashenbury = next(b for b in NORTH if b.name == "Ashenbury Parish Council")
        give_role(
            by=t.people["villages"], role=Role.EDITOR,
            user=t.join("editor.ashenbury", "Edda Editor"),
            on=Organization.objects.get(pk=t.organization(ashenbury)),
        )  # fmt: skip


# --- services with a way of their own -------------------------------------------------


def _newcomers(t: Teller) -> None:
    """Brought, and assured or carried over; what came of them is told below."""
    for newcomer in NEWCOMERS:
        service = newcomer.services[0]
        t.actor.perform(
            histories.brought(
                t.standing.town, newcomer, service, t.today, t.standing.terms
            )
        )
        if service.history == "assured":
            with t.at(service.days_ago - 1, 11):
                t.decide(
                    "assurer", _waiting(t, service.name),
                    check=Check(Method.CALL, "Rang and went through it."),
                )  # fmt: skip


def _waiting(t: Teller, name: str) -> Proposal:
    return Proposal.objects.get(listing=t.listing(name), state=ProposalState.OPEN)


def _endings(t: Teller) -> None:
    """A row of the stage table each."""
    people = t.people
    with t.at(148, 9):
        listings.carry_over_listings(
            by=people["lead"], listing_ids=[t.listing("Corn Street keep fit")],
            until=t.today - dt.timedelta(days=60),
            reason="Taken over from the old directory.",
        )  # fmt: skip
    with t.at(59, 4):
        _by_itself(
            t, "Corn Street keep fit", Hidden.CARRIED_OVER_ENDED,
            "It was taken over from another directory and never checked here.",
        )  # fmt: skip
    with t.at(33, 12):
        t.suggest(
            "contributor", "Food parcels at Trinity", "They asked me for a voucher.",
            {"application_process": "With a voucher."},
        )  # fmt: skip
    with t.at(30, 15):
        records.replace_record(
            by=people["second"], listing_id=t.listing("Food parcels at Trinity"),
            replaced_by_id=t.record("Foodbank at Trinity"),
            reason="The volunteers and the foodbank described the same table.",
        )  # fmt: skip
    with t.at(10, 16):
        listings.hide_listing(
            by=people["second"], listing_id=t.listing("Lantern parade"),
            because=Hidden.WITHDRAWN, reason="The parade has been moved to spring.",
        )  # fmt: skip
    with t.at(8, 9):
        listings.reopen_listing(
            by=people["second"],
            listing_id=t.listing("Mrs Carter’s Hairdressing"),
            reason="She works under her own name: ask her for a name of the business.",
        )  # fmt: skip
    with t.at(4, 14):
        listings.decline_listing(
            by=people["assurer"], listing_id=t.listing("Coders’ den"),
            because=Hidden.ABANDONED,
            reason="The two volunteers have moved away; nobody has taken it on.",
        )  # fmt: skip
    with t.at(11, 9):
        listings.decline_listing(
            by=people["second"],
            listing_id=t.listing("Robert Ashworth Guitar Lessons"),
            because=Hidden.REFUSED,
            reason="Private lessons are a business; this directory lists services.",
        )  # fmt: skip
    with t.at(5, 9):
        listings.hide_listing(
            by=people["villages"], listing_id=t.listing("Ashenbury recycling bus"),
            because=Hidden.WITHDRAWN, reason="The bus is off the road until spring.",
        )  # fmt: skip
    with t.at(7, 17):
        listings.hide_listing(
            by=people["lead"], listing_id=t.listing("Write your life"),
            because=Hidden.PERSONAL_DATA,
            reason="A member’s story stood in the description; it is being reworded.",
        )  # fmt: skip


def _only_entries(t: Teller) -> None:
    """Somebody said of some entries that they are no services; of others nobody has."""
    for name, kind in (
        ("Where to find a dentist", EntryKind.SIGNPOST),
        ("Where to report a power cut", EntryKind.SIGNPOST),
        ("Weir Model Railway Club", EntryKind.BODY),
    ):
        with t.at(1, 9):
            records.mark_entry(
                by=t.people["second"], listing_id=t.listing(name), kind=kind,
                reason="Nothing happens under this name that one could go to.",
            )  # fmt: skip


def _by_itself(t: Teller, name: str, because: Hidden, reason: str) -> None:
    """What the nightly run did."""
    listing = lock_listing(t.listing(name))
    take_from_public(listing, because, by=audit.SYSTEM, reason=reason)


def _second_thoughts(t: Teller) -> None:
    """Appeals, a reopening, a restoring: what was decided was not the last word."""
    worker, second = t.people["worker"], t.people["second"]
    with t.at(6, 10):
        listings.appeal_listing(
            by=worker, listing_id=t.listing("Hollin harvest concerts"),
            words="They go on every month from March to November, not once.",
        )  # fmt: skip
    with t.at(9, 10):
        appeal = listings.appeal_listing(
            by=worker, listing_id=t.listing("Norton bereavement walk"),
            words="It is every third Sunday, and has been for four years.",
        )  # fmt: skip
    with t.at(7, 11):
        t.decide(
            "second", appeal, check=Check(Method.VISIT, "Walked along."),
            answer="You were right, and we were too quick. It is public now.",
        )  # fmt: skip
    with t.at(12, 12):
        listings.restore_listing(
            by=second, listing_id=t.listing("Twins and triplets morning"),
            reason="Two new parents run it since half-term.",
        )  # fmt: skip
    with t.at(3, 11):
        _ring_and_put_right(t, "Slow spin", "Twelve miles, two cafés, one long hill.")
    with t.at(2, 15):
        checking.check_listing(
            by=t.people["assurer"], listing_id=t.listing("Beginners’ bridge"),
            method=Method.CALL, note="They had been away, and meet again.",
        )  # fmt: skip


def _ring_and_put_right(t: Teller, name: str, description: str) -> None:
    """A lapsed one is found again by telephone, put right, and public the same day."""
    service = t.record(name)
    checking.correct_and_check(
        by=t.people["assurer"], listing_id=t.listing(name),
        edits={service: {"description": description}},
        informant=Informant("The ride leader", Method.CALL, t.today - _days(3)),
        method=Method.CALL, note="Rang three times before somebody was in.",
    )  # fmt: skip


def _days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)
