"""What people in Wexcombe have said about services, and what became of it."""

from config.demo.teller import Teller
from workflow import queries
from workflow.actions import checking, clocks, decisions, proposals, releases
from workflow.actions.choosing import Choice
from workflow.choices import Evidence, Method, RejectReason, Verdict
from workflow.models import Listing


def tell(t: Teller) -> None:
    """Suggestions, conflicts, reports, confirmations; then what waits this morning."""
    _accepted(t)
    _moved(t)
    _not_accepted(t)
    _conflicts(t)
    _undone(t)
    _reports(t)
    _by_its_own(t)
    _still_right(t)
    _waiting(t)


def _accepted(t: Teller) -> None:
    with t.at(19, 9):
        breakfast = t.record("Citadel breakfast")
        said = t.suggest(
            "contributor", "Citadel breakfast", "I had porridge there at half past "
            "seven.", t.elements(breakfast, "schedules", opens_at="07:30"),
        )  # fmt: skip
    with t.at(18, 10):
        t.decide("second", said, answer="Thank you. They open earlier since October.")
    with t.at(16, 14):
        said = t.suggest(
            "worker", "Sallowford repair evening", "It says so on the door.",
            {"fees": "Free; parts at cost, tea by donation"},
        )  # fmt: skip
    with t.at(15, 10):
        t.decide("assurer", said)
    with t.at(11, 9):
        said = t.suggest(
            "contributor", "Academy pool, public hours", "The boiler is being "
            "replaced; there is a notice.", {"status": "temporarily closed"},
        )  # fmt: skip
    with t.at(10, 9):
        t.decide("assurer", said, answer="Rang the school: until the end of term.")


def _moved(t: Teller) -> None:
    """A place that moved: one change, and everything that happens there says it."""
    citadel = t.place("army")
    with t.at(14, 9):
        said = t.suggest(
            "police", "Citadel breakfast",
            "They moved across the street, into the old bank. I went in.",
            {
                **t.elements(
                    citadel, "addresses", address_1="The Old Bank, Corn Street",
                    postal_code="WX1 1QP",
                ),
                "latitude": 51.2043, "longitude": -2.1775,
            },
            record=citadel,
        )  # fmt: skip
    with t.at(13, 9):
        t.decide("assurer", said, answer="Everything that happens there says so now.")


def _not_accepted(t: Teller) -> None:
    with t.at(21, 11):
        said = t.suggest(
            "contributor", "Winter night shelter", "Somebody told me that it is open "
            "all year.", {"description": "Camp beds all year round."},
            evidence=Evidence.USER,
        )  # fmt: skip
    with t.at(20, 9):
        t.decide(
            "second", said,
            Choice(Verdict.REJECTED, reason=RejectReason.NOT_SO,
                   words="We asked the warden: December to March, as it says."),
        )  # fmt: skip
    with t.at(17, 11):
        said = t.suggest(
            "police", "Street corner surgery", "My own number is quicker.",
            {"email": "pc.4471@wexcombe-police.example"}, evidence=Evidence.RUN_IT,
        )  # fmt: skip
    with t.at(16, 9):
        t.decide(
            "assurer", said,
            Choice(Verdict.REJECTED, reason=RejectReason.PERSONAL,
                   words="One officer’s mailbox would be public for ever."),
        )  # fmt: skip
    with t.at(15, 16):
        said = t.suggest(
            "worker", "Energy bills desk", "It is a long queue.",
            {"wait_time": "ages!!!"},
        )  # fmt: skip
    with t.at(14, 9):
        t.decide(
            "assurer", said,
            Choice(Verdict.CHANGED, value="About an hour; come early",
                   reason=RejectReason.LESS_CLEAR,
                   words="Said in a way that helps to plan."),
        )  # fmt: skip
    with t.at(9, 9):
        said = t.suggest(
            "contributor", "Baby bank", "I think they stopped taking prams.",
            {"description": "Cots and clothes, clean and checked."},
            evidence=Evidence.OTHER,
        )  # fmt: skip
    with t.at(9, 10):
        # A mistake: she had mixed it up with another one.
        proposals.withdraw_proposal(by=t.people["contributor"], proposal_id=said.pk)


def _conflicts(t: Teller) -> None:
    """Two say something else of one field; two say the same."""
    lunch = "Sallowford Wednesday lunch"
    meal = t.record(lunch)
    with t.at(13, 13):
        seven = t.suggest(
            "worker", lunch, "I paid seven pounds today.",
            t.elements(meal, "cost_options", amount=7),
        )  # fmt: skip
    with t.at(12, 18):
        t.suggest(
            "contributor", lunch, "A client says six eighty.",
            t.elements(meal, "cost_options", amount=6.8), evidence=Evidence.USER,
        )  # fmt: skip
    with t.at(11, 10):
        t.decide("second", seven, answer="The hall confirms seven pounds.")
    with t.at(8, 9):
        first = t.suggest(
            "contributor", "Rainbow tea", "They have a ramp now.",
            {"application_process": "Just come; there is a ramp at the side door."},
        )  # fmt: skip
    with t.at(8, 15):
        t.suggest(
            "police", "Rainbow tea", "Saw the new ramp on my round.",
            {"application_process": "Just come; there is a ramp at the side door."},
        )  # fmt: skip
    with t.at(7, 9):
        t.decide("assurer.voluntary", first)


def _undone(t: Teller) -> None:
    """Accepted by mistake, and taken back four minutes later."""
    with t.at(3, 9):
        said = t.suggest(
            "worker", "Furniture for first homes", "They collect on Wednesdays too, I "
            "think.", {"fees": "Free on Wednesdays only"}, evidence=Evidence.OTHER,
        )  # fmt: skip
    with t.at(2, 10):
        decision = t.decide("assurer", said)
    with t.at(2, 10, 4):
        decisions.undo_decision(by=t.people["assurer"], decision_id=decision.pk)


def _reports(t: Teller) -> None:
    """Something is wrong; it has closed; somebody could come to harm."""
    with t.at(24, 9):
        harm = proposals.report_problem(
            by=t.people["contributor"], listing_id=t.listing("Needle exchange"),
            evidence=Evidence.VISITED, harm=True,
            words="A sharps bin stood open in the corridor.",
        )  # fmt: skip
    with t.at(24, 11):
        t.decide("assurer", harm, answer="Told the centre at once; it is locked now.")
    with t.at(22, 9):
        wrong = proposals.report_problem(
            by=t.people["police"], listing_id=t.listing("Jobs on the Corner drop-in"),
            evidence=Evidence.RANG, words="The number rings out every afternoon.",
        )  # fmt: skip
    with t.at(21, 15):
        t.decide("assurer", wrong, answer="They are there until three; it says so now.")
    with t.at(20, 9):
        closed = proposals.report_closed(
            by=t.people["police"], listing_id=t.listing("Southgate sewing bee"),
            evidence=Evidence.VISITED, words="The room is a bicycle workshop now.",
        )  # fmt: skip
    with t.at(19, 15):
        t.decide("second", closed, answer="They have stopped for good. Thank you.")


def _by_its_own(t: Teller) -> None:
    """A trusted body changes its own record; a mobile is a group's public line."""
    line = "Housing rights line"
    record = t.record(line)
    with t.at(9, 14):
        checking.edit_own(
            by=t.people["trusted"], listing_id=t.listing(line),
            edits={record: {"wait_time": "We ring back within two working days"}},
            bases=t.bases(record),
            words="We have more advisers since this month.",
        )  # fmt: skip
    with t.at(7, 14):
        stated = releases.state_public_line(
            by=t.people["villages"], listing_id=t.listing("Marlcross tablet tea"),
            key=_mobile_of(t, "Marlcross tablet tea"),
            reason="It is the club’s telephone and goes from hand to hand.",
        )  # fmt: skip
    with t.at(6, 9):
        releases.accept_public_line(by=t.people["assurer"], release_id=stated.pk)


def _mobile_of(t: Teller, name: str) -> str:
    """The key of the mobile that is held back on a service."""
    listing = Listing.objects.get(pk=t.listing(name))
    held = queries.public_parts(queries.whole(listing)).held_back
    return next(f.key for fs in held.values() for f in fs if f.kind == "mobile")


def _still_right(t: Teller) -> None:
    """“Nothing has changed”, from providers and from people who passed by."""
    for ago, by, name in (
        (30, "villages", "Norton winter warm room"),
        (28, "villages", "Norton Parva lunch club"),
        (26, "contributor", "Wexcombe crisis café"),
        (23, "police", "Street soup"),
        (18, "contributor", "Welcome lunch"),
        (17, "police", "Scout troop, Starcott"),
        (12, "worker", "Bramble stay and play"),
        (10, "contributor", "Foodbank at Trinity"),
        (9, "villages", "Ashenbury parish grant"),
        (6, "worker", "Stop smoking at the pharmacy"),
        (4, "police", "Bike marking"),
        (3, "contributor", "Library warm corner"),
    ):
        with t.at(ago, 16):
            proposals.say_still_right(by=t.people[by], listing_id=t.listing(name))


def _waiting(t: Teller) -> None:
    """On top of what waits in the small place too."""
    with t.at(5, 17):
        t.suggest(
            "villages", "Norton community minibus", "The driver asks for more notice.",
            {"application_process": "Ring by Monday noon."}, evidence=Evidence.RUN_IT,
        )  # fmt: skip
    with t.at(4, 8):
        proposals.report_problem(
            by=t.people["police"], listing_id=t.listing("Missing person form for "
            "dementia"), evidence=Evidence.RUN_IT,
            words="The form is online now; the phone goes to a machine.",
        )  # fmt: skip
    with t.at(3, 10):
        t.suggest(
            "contributor", "Hearing aid mornings", "There are tickets at the door now.",
            {"application_process": "Take a ticket; the last one is given at eleven."},
        )  # fmt: skip
    with t.at(2, 13):
        t.suggest(
            "worker", "Minor injuries unit", "The sign at the hospital says nine.",
            t.elements(t.record("Minor injuries unit"), "schedules", closes_at="21:00"),
        )  # fmt: skip
    with t.at(1, 10):
        proposals.report_closed(
            by=t.people["worker"], listing_id=t.listing("Toy library stops"),
            evidence=Evidence.RANG, for_good=False,
            words="The van is being repaired until the new year.",
        )  # fmt: skip
    with t.at(1, 11):
        asked = proposals.report_problem(
            by=t.people["worker"], listing_id=t.listing("School uniform exchange"),
            evidence=Evidence.USER, words="A mother found nobody there on Friday.",
        )  # fmt: skip
    with t.at(1, 12):
        clocks.pause_clock(
            by=t.people["assurer"], proposal_id=asked.pk, how=Method.EMAIL
        )
    with t.at(1, 15):
        t.suggest(
            "contributor", "Southgate Hub café", "Prices are up.",
            t.elements(t.record("Southgate Hub café"), "cost_options", amount=3.5),
        )  # fmt: skip
