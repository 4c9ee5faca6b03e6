"""What the jobs of a morning have to do, worked out again in plain Python.

It reads rows and applies the sentences of PRODUCT.md section 5 and of the policy one
record at a time. It shares no query with the product; only the map is asked which ward
a place lies in.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Partnership
from directory.choices import Facet
from directory.models import TaxonomyTerm
from tests.year import plain
from workflow import areas
from workflow.choices import AreaKind
from workflow.models import (
    AskedListing,
    AssuranceLevel,
    Change,
    ContactPoint,
    Contract,
    ContractedListing,
    HidingStop,
    LadderStep,
    Listing,
    PeriodRule,
    Policy,
    Proposal,
)

FIRST, SECOND, PHONE, LEAD = "first", "second", "phone", "lead"
NEWS = dt.timedelta(days=30)
PULLED_IN = 15
BETWEEN_LATE_STEPS = 7
BY_HAND = 1000


def ladder_said(policy: Policy, *, contracted: bool) -> list[tuple[int, str]]:
    """Days and whom: what the place wrote down, or one ask 15 days before and one
    reminder on the day, then the second contact, the phone list, the lead at lapse."""
    rows = LadderStep.objects.filter(
        partnership=policy.partnership, contracted=contracted
    )
    if pairs := sorted(rows.values_list("days", "to")):
        return pairs
    plain = {-policy.due_soon_days: FIRST, 0: FIRST, 7: SECOND, 10: PHONE}
    plain[max(policy.lapsed_days, 11)] = LEAD
    longer = {-5: FIRST, 4: FIRST} if contracted else {}
    return sorted((longer | plain).items())


@dataclass
class Morning:
    """A place as its rows are before the jobs of a day run."""

    place: Partnership
    now: dt.datetime
    day: dt.date
    policy: Policy = field(init=False)
    listings: dict[Any, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.policy = Policy.objects.get(partnership=self.place)
        self.listings = {
            row["pk"]: dict(row)
            for row in Listing.objects.filter(partnership=self.place).values(
                "pk", "stage", "hidden_because", "due_on", "assured_on",
                "confirmed_on", "critical", "term_ids", "area", "location_ids",
                "organization_id", "carried_over_until", "record__replaced_by",
                "record__visibility",
            )
        }  # fmt: skip
        self._read_news()
        self._read_steps()
        self._read_providers()
        self._read_types()

    def _read_news(self) -> None:
        since = self.now - NEWS
        self.told: set[Any] = set()
        for listing, decided, undone in Change.objects.filter(
            verdict__in=("accepted", "changed"), proposal__listing__in=self.listings
        ).values_list(
            "proposal__listing", "decision__decided_at", "decision__undone_at"
        ):
            if decided is not None and decided >= since and undone is None:
                self.told.add(listing)
        for listing, made in Proposal.objects.filter(
            state="open", by_provider=True, listing__in=self.listings
        ).values_list("listing", "created_at"):
            if made >= since:
                self.told.add(listing)
        for listing, answered, answer in AskedListing.objects.filter(
            answered_at__isnull=False, listing__in=self.listings
        ).values_list("listing", "answered_at", "answer"):
            if answered is not None and answered >= since and answer != "not_us":
                self.told.add(listing)

    def _read_steps(self) -> None:
        self.last: dict[Any, int] = {}
        self.last_on: dict[Any, dt.date] = {}
        self.on_phone_list: set[Any] = set()
        for listing, due, step, on, channel in AskedListing.objects.filter(
            listing__in=self.listings
        ).values_list("listing", "due_on", "step", "ask__asked_on", "ask__channel"):
            if due != self.listings[listing]["due_on"]:
                continue
            if step < BY_HAND:
                self.last[listing] = max(step, self.last.get(listing, step))
            self.last_on[listing] = max(on, self.last_on.get(listing, on))
            if channel == "phone":
                self.on_phone_list.add(listing)

    def _read_providers(self) -> None:
        keeps = AssuranceLevel.objects.filter(
            partnership=self.place, level__in=("monitored", "trusted")
        )
        self.keep_their_own = set(keeps.values_list("organization_id", flat=True))
        bodies, named = set(), set()
        for contract in Contract.objects.filter(partnership=self.place):
            over = contract.ends_on is not None and contract.ends_on < self.day
            if contract.ended_at or over or contract.starts_on > self.day:
                continue
            bodies.add(contract.organization_id)
            rows = ContractedListing.objects.filter(contract=contract)
            named |= set(rows.values_list("listing", flat=True))
        self.contracted = {
            pk for pk, row in self.listings.items()
            if pk in named or row["organization_id"] in bodies - {None}
        }  # fmt: skip

    def _read_types(self) -> None:
        self.terms = {
            term.pk: term for term in TaxonomyTerm.objects.select_related("taxonomy")
        }

    # --- asking -----------------------------------------------------------------------

    @property
    def is_working_day(self) -> bool:
        """Whether anybody is asked today at all."""
        return plain.works_on(self.policy, self.day)

    def asked(self) -> set[tuple[Any, int, str]]:
        """Which record is asked about at which step and how: mail, phone or lead."""
        if not self.is_working_day:
            return set()
        # The run itself writes down where organizations can be asked.
        self.points = {
            (p.organization_id, p.position): bool(p.email and p.stopped_at is None)
            for p in ContactPoint.objects.filter(partnership=self.place)
        }
        ladders = {
            contracted: ladder_said(self.policy, contracted=contracted)
            for contracted in (False, True)
        }
        ladder_of = {
            pk: ladders[pk in self.contracted]
            for pk, row in self.listings.items()
            if self._may_be_asked(pk, row)
        }
        return self._asked_on(ladder_of)

    def _may_be_asked(self, pk: Any, row: dict[str, Any]) -> bool:
        return (
            self._is_askable(row)
            and pk not in self.told
            and not self._lately(row["assured_on"])
            and not self._lately(row["confirmed_on"])
        )

    @staticmethod
    def _is_askable(row: dict[str, Any]) -> bool:
        lapsed = row["stage"] == "unpublished" and row["hidden_because"] == ["lapsed"]
        return bool(
            (row["stage"] == "published" or lapsed)
            and row["due_on"]
            and row["organization_id"]
            and row["record__replaced_by"] is None
        )

    def _lately(self, day: dt.date | None) -> bool:
        return day is not None and day >= (self.now - NEWS).date()

    def _asked_on(
        self, ladder_of: dict[Any, list[tuple[int, str]]]
    ) -> set[tuple[Any, int, str]]:
        at = {pk: self._step(pk, ladder) for pk, ladder in ladder_of.items()}
        due = {pk: ladder_of[pk][n] for pk, n in at.items() if n is not None}
        found = {(pk, days, self._how(pk, to)) for pk, (days, to) in due.items()}
        # Soon-due records go along with a mail that is sent; they cause none.
        mailed_to = {
            (self.listings[pk]["organization_id"], to)
            for pk, (_, to) in due.items()
            if self._how(pk, to) == "mail"
        }
        for pk in set(ladder_of) - set(due):
            row, (days, to) = self.listings[pk], ladder_of[pk][0]
            last_day = self.day + dt.timedelta(days=PULLED_IN - days)
            if (
                row["due_on"] <= last_day
                and pk not in self.last
                and row["organization_id"] in self.keep_their_own
                and (row["organization_id"], to) in mailed_to
            ):
                found.add((pk, days, "mail"))
        return found

    def _step(self, pk: Any, ladder: list[tuple[int, str]]) -> int | None:
        """The number of the step that has come for a record; None where none has."""
        due, last = self.listings[pk]["due_on"], self.last.get(pk)
        since = self.last_on.get(pk)
        for number, (days, to) in enumerate(ladder):
            if due + dt.timedelta(days=days) > self.day:
                continue
            if number == 0:
                week = dt.timedelta(days=BETWEEN_LATE_STEPS)
                if last is None and (since is None or since + week <= self.day):
                    return 0
                continue
            gap = min(days - ladder[number - 1][0], BETWEEN_LATE_STEPS)
            if last is None or last >= days or since is None:
                continue
            if since + dt.timedelta(days=gap) > self.day:
                continue
            reached = last >= ladder[number - 1][0]
            listed = pk in self.on_phone_list
            if (reached or listed) if to == LEAD else (reached and not listed):
                return number
        return None

    def _how(self, pk: Any, to: str) -> str:
        if to == LEAD:
            return "lead"
        body = self.listings[pk]["organization_id"]
        position = {FIRST: 1, SECOND: 2}.get(to)
        reached = position is not None and self.points.get((body, position), False)
        return "mail" if reached and body in self.keep_their_own else "phone"

    # --- coming back ------------------------------------------------------------------

    def restored(self) -> set[Any]:
        """Which records come back: hidden for want of a check alone, and by the policy
        as it is now not lapsed, or not to be hidden for it."""
        return {
            pk
            for pk, row in self.listings.items()
            if row["stage"] == "unpublished"
            and row["hidden_because"] == ["lapsed"]
            and row["record__replaced_by"] is None
            and row["record__visibility"] == "open"
            and (
                self.policy.when_lapsed != "hide"
                or (row["due_on"] and row["due_on"] > self._hides_up_to())
            )
        }

    def _hides_up_to(self) -> dt.date:
        grace = self.policy.lapsed_days + self.policy.grace_days
        return self.day - dt.timedelta(days=grace)

    # --- hiding -----------------------------------------------------------------------

    def hidden(self) -> tuple[set[Any], bool]:
        """Which records lapse today, and whether the run stops to ask instead."""
        if self.policy.when_lapsed != "hide":
            return set(), False
        # What comes back, and what was carried over and never checked, goes first.
        back, over = self.restored(), self.ended()
        shown = {
            pk: row for pk, row in self.listings.items()
            if (row["stage"] == "published" or pk in back) and pk not in over
        }  # fmt: skip
        last_day = self._hides_up_to()
        kept = self._kept_by_the_lead()
        late = sorted(
            (
                pk for pk, row in shown.items()
                if row["due_on"] and row["due_on"] <= last_day
                and str(pk) not in kept and not row["critical"]
            ),
            key=lambda pk: (shown[pk]["due_on"], str(pk)),
        )  # fmt: skip
        kinds = Counter(kind for pk in shown for kind in self._kinds(pk))
        hide = []
        for pk in late:
            if all(kinds[kind] > 1 for kind in self._kinds(pk)):
                kinds.subtract(self._kinds(pk))
                hide.append(pk)
        if self._too_many(shown, hide):
            return set(), True
        return set(hide), False

    def _kept_by_the_lead(self) -> set[str]:
        since = self.now - dt.timedelta(days=14)
        stops = HidingStop.objects.filter(partnership=self.place, hide=False)
        return {
            listing
            for ids, at in stops.values_list("listing_ids", "decided_at")
            if at and at >= since
            for listing in ids
        }

    def _too_many(self, shown: dict[Any, Any], hide: list[Any]) -> bool:
        percent = self.policy.stop_percent
        if len(hide) * 100 > percent * len(shown):
            return True
        wards = self._wards(shown)
        parts = (
            lambda pk: self._types(pk),
            lambda pk: wards.get(pk, set()),
        )
        for of in parts:
            all_of = Counter(part for pk in shown for part in of(pk))
            gone = Counter(part for pk in hide for part in of(pk))
            for part, number in gone.items():
                if number > 1 and number * 100 > percent * all_of[part]:
                    return True
        return False

    def _wards(self, shown: dict[Any, Any]) -> dict[Any, set[Any]]:
        if not self.place.areas.filter(kind=AreaKind.WARD).exists():
            return {pk: {row["area"]} - {""} for pk, row in shown.items()}
        places = {place for row in shown.values() for place in row["location_ids"]}
        ward = areas.areas_of_locations(places, self.place)
        return {
            pk: {ward[place].pk for place in row["location_ids"] if place in ward}
            for pk, row in shown.items()
        }

    def _types(self, pk: Any) -> set[Any]:
        found = set()
        for key in self.listings[pk]["term_ids"]:
            term = self.terms.get(key)
            while term is not None and term.replaced_by_id:
                term = self.terms.get(term.replaced_by_id)
            if term is not None and term.taxonomy.facet == Facet.SERVICE_TYPE:
                found.add(term.pk)
        return found

    def _kinds(self, pk: Any) -> list[tuple[Any, str]]:
        return [(each, self.listings[pk]["area"]) for each in sorted(self._types(pk))]

    def ended(self) -> set[Any]:
        """What was carried over, and whose time without a check is over."""
        return {
            pk
            for pk, row in self.listings.items()
            if row["stage"] == "published"
            and row["carried_over_until"]
            and row["carried_over_until"] < self.day
            and not row["critical"]
        }


class Periods:
    """After how many months a record of a place is checked again: of the rows of its
    policy that hold for it the shortest, else the period of the place. Of its types the
    nearest row upwards from each holds."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.rows = list(PeriodRule.objects.filter(policy=policy))
        self.terms = {str(term.pk): term for term in TaxonomyTerm.objects.all()}

    def months(self, terms: Iterable[Any], level: str, *, critical: bool) -> int:
        named = {str(row.term_id): row.months for row in self.rows if row.term_id}
        found = []
        for key in map(str, terms):
            while key in self.terms and key not in named:
                term = self.terms[key]
                key = str(term.replaced_by_id or term.parent_id)
            found += [named[key]] if key in named else []
        found += [row.months for row in self.rows if row.level == level]
        found += [row.months for row in self.rows if row.critical and critical]
        return min(found, default=self.policy.period_months)

    def of_listing(self, listing: Listing) -> int:
        held = AssuranceLevel.objects.filter(
            partnership=self.policy.partnership,
            organization_id=str(listing.organization_id),
        ).first()
        level = held.level if held else "proxy"
        return self.months(listing.term_ids, level, critical=listing.critical)
