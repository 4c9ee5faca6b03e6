"""Which lapsed records a run hides, and when it stops to ask: rules and what they need.

A record that a person marked as critical, and the last of its kind in a postcode
district, is left to a person. Where one run would hide more of the place, of a type of
service or of a ward than the policy allows, nothing is hidden until the lead has
answered (PRODUCT.md section 5, docs/adr/0032-what-the-policy-decides.md).

Everything takes a policy and a column with the due date, so that a policy which nobody
has saved yet can be asked as well (``workflow/previewing.py``).
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, QuerySet, UUIDField

from common import clock
from directory import terms
from directory.choices import Facet
from directory.models import TaxonomyTerm
from workflow import areas
from workflow.choices import AreaKind, Stage, WhenLapsed
from workflow.models import HidingStop, Listing, Policy

KEPT_FOR = dt.timedelta(days=14)
"""How long a lead's “do not hide these” holds before it is asked again."""


@dataclass(frozen=True)
class Late:
    """A published record that has lapsed. ``types`` are its types of service,
    ``wards`` where its places lie: without a map, the district."""

    listing_id: uuid.UUID
    due_on: dt.date
    critical: bool
    types: frozenset[uuid.UUID]
    district: str
    wards: frozenset[str]

    @property
    def kinds(self) -> list[tuple[uuid.UUID, str]]:
        """What it is one of: each of its types, in its district."""
        return [(each, self.district) for each in self.types]


@dataclass(frozen=True)
class Shown:
    """How many published records there are: of each kind, type and ward. ``ward`` is
    what one is called: without a map it is a postcode district."""

    number: int
    kinds: Mapping[tuple[uuid.UUID, str], int]
    types: Mapping[uuid.UUID, int]
    wards: Mapping[str, int]
    ward: str = "a ward"


# --- rules ----------------------------------------------------------------------------


def less_the_last_of_a_kind(shown: Shown, late: Iterable[Late]) -> list[Late]:
    """Those of the lapsed after whose hiding one of each kind is left in each district.

    Where all of a kind have lapsed, the one checked last stays.
    """
    left = Counter(shown.kinds)
    hide = []
    for one in sorted(late, key=lambda x: (x.due_on, str(x.listing_id))):
        if any(left[kind] <= 1 for kind in one.kinds):
            continue
        left.subtract(one.kinds)
        hide.append(one)
    return hide


def too_much(shown: Shown, hide: list[Late], percent: int) -> str:
    """Of what more than ``percent`` would be hidden at once; ``""`` if of nothing.

    Of the place as a whole, a service type or a ward. In a type or a ward one
    single record is never “too much”: otherwise none of fewer than 20 could lapse.
    """
    if len(hide) * 100 > percent * shown.number:
        return "the whole place"
    parts: tuple[tuple[str, Mapping[Any, int], Counter[Any]], ...] = (
        ("a service type", shown.types, Counter(k for x in hide for k in x.types)),
        (shown.ward, shown.wards, Counter(k for x in hide for k in x.wards)),
    )
    for name, totals, gone in parts:
        if any(n > 1 and n * 100 > percent * totals.get(k, 0) for k, n in gone.items()):
            return name
    return ""


@dataclass(frozen=True)
class Verdict:
    """What a run does: hide these, leave those to a person; or stop, because it would
    be too much of ``scope``."""

    hide: list[Late]
    left: list[Late]
    scope: str
    out_of: int


def judge(shown: Shown, late: list[Late], percent: int) -> Verdict:
    """What a run does with what has lapsed."""
    hide = less_the_last_of_a_kind(shown, [x for x in late if not x.critical])
    hidden = {one.listing_id for one in hide}
    left = [one for one in late if one.listing_id not in hidden]
    return Verdict(hide, left, too_much(shown, hide, percent), shown.number)


# --- what they need -------------------------------------------------------------------


def lapsed_before(policy: Policy, today: dt.date) -> dt.date:
    """The due dates up to which records have lapsed."""
    return today - dt.timedelta(days=policy.lapsed_days)


def hides_before(policy: Policy, today: dt.date) -> dt.date:
    """The due dates up to which records are hidden: lapsed, and their grace over."""
    return lapsed_before(policy, today) - dt.timedelta(days=policy.grace_days)


def verdict(
    policy: Policy,
    today: dt.date,
    listings: QuerySet[Any] | None = None,
    due: str = "due_on",
) -> Verdict:
    """What a run of today does under a policy; nothing where it keeps what lapsed.

    ``listings`` are those of its place, ``due`` the column with their due date. A
    fixed number of queries, however many records there are.
    """
    rows = Listing.objects.all() if listings is None else listings
    public = rows.filter(
        partnership_id=policy.partnership_id, stage=Stage.PUBLISHED
    ).order_by()
    if policy.when_lapsed != WhenLapsed.HIDE:
        return Verdict([], [], "", 0)
    mapped = _is_mapped(policy)
    late = lapsed_of(policy, today, public, due, mapped=mapped)
    if not late:
        return Verdict([], [], "", 0)
    return judge(_shown(policy, late, mapped=mapped), late, policy.stop_percent)


def kept_by_the_lead(policy: Policy) -> set[str]:
    """Ids of listings that the lead said to keep, for a while."""
    stops = HidingStop.objects.filter(
        partnership_id=policy.partnership_id, hide=False,
        decided_at__gte=clock.now() - KEPT_FOR,
    )  # fmt: skip
    return {i for ids in stops.values_list("listing_ids", flat=True) for i in ids}


def lapsed_of(
    policy: Policy,
    today: dt.date,
    public: QuerySet[Any],
    due: str = "due_on",
    *,
    mapped: bool = False,
) -> list[Late]:
    """What of these public records has lapsed, less what the lead keeps for a while.

    Their wards are looked up where the place is ``mapped``; that takes longest.
    """
    lapsed = public.filter(**{f"{due}__lte": hides_before(policy, today)})
    return _late(policy, lapsed, due, mapped=mapped)


def hidden_together(policy: Policy, late: list[Late]) -> list[Late]:
    """Those of the lapsed that a machine may hide now, one after the other: not the
    critical, and of each kind in each district one public record stays.

    Whoever asks holds the policy's lock, or two could take the last two of a kind.
    """
    may = [one for one in late if not one.critical]
    return less_the_last_of_a_kind(Shown(0, _kinds_now(policy, may), {}, {}), may)


def _kinds_now(policy: Policy, late: list[Late]) -> Counter[tuple[uuid.UUID, str]]:
    """How many are public of each kind of these: themselves, and one more where there
    is any other. That is enough for the rule, and found without counting them all."""
    kinds = Counter(kind for one in late for kind in one.kinds)
    stands: defaultdict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for old, now in terms.replacements().items():
        stands[now].append(old)
    said = [(t, old) for t in {t for t, _ in kinds} for old in (t, *stands[t])]
    with connection.cursor() as cursor:
        cursor.execute(
            _OTHERS,
            {
                "types": [t for t, _ in kinds],
                "districts": [district for _, district in kinds],
                "said": [t for t, _ in said],
                "by": [old for _, old in said],
                "place": policy.partnership_id,
                "public": Stage.PUBLISHED,
                "late": [one.listing_id for one in late],
            },
        )
        kinds.update(cursor.fetchall())
    return kinds


# Each kind by itself, so that the search ends with the first that is found.
_OTHERS = """
WITH said (type, terms) AS (
    SELECT type, array_agg(term)
    FROM unnest(%(said)s::uuid[], %(by)s::uuid[]) AS pair (type, term) GROUP BY type
)
SELECT kind.type, kind.district
FROM unnest(%(types)s::uuid[], %(districts)s::text[]) AS kind (type, district)
JOIN said ON said.type = kind.type
CROSS JOIN LATERAL (
    SELECT FROM workflow_listing listing
    WHERE listing.partnership_id = %(place)s AND listing.stage = %(public)s
      AND listing.area = kind.district AND listing.term_ids && said.terms
      AND listing.id <> ALL (%(late)s::uuid[])
    LIMIT 1
) other
"""


def _late(
    policy: Policy, lapsed: QuerySet[Any], due: str, *, mapped: bool
) -> list[Late]:
    kept = kept_by_the_lead(policy)
    names = ("pk", due, "critical", "term_ids", "location_ids", "area")
    rows = [row for row in lapsed.values_list(*names) if str(row[0]) not in kept]
    now = terms.resolve(term for row in rows for term in row[3])
    types = types_among(now.values())
    places = {place for row in rows for place in row[4]}
    wards = _wards_of(policy, places) if mapped else {}
    return [
        Late(
            key, day, critical, frozenset(types & {now[t] for t in of}), area,
            frozenset(
                {wards[place] for place in places if place in wards}
                if mapped else {area} - {""}
            ),
        )
        for key, day, critical, of, places, area in rows
    ]  # fmt: skip


def types_among(term_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some terms that are types of service. One query."""
    rows = TaxonomyTerm.objects.filter(
        pk__in=list(term_ids), taxonomy__facet=Facet.SERVICE_TYPE
    )
    return set(rows.values_list("pk", flat=True))


def _is_mapped(policy: Policy) -> bool:
    return policy.partnership.areas.filter(kind=AreaKind.WARD).exists()


def _wards_of(policy: Policy, places: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    lies = areas.inside(policy.partnership, AreaKind.WARD).filter(
        location_id__in=places
    )
    return {key: str(ward) for key, ward in lies.values_list("location_id", "area_id")}


def _shown(policy: Policy, late: list[Late], *, mapped: bool) -> Shown:
    """What is published, counted for what the lapsed are of."""
    public = Listing.objects.filter(
        partnership_id=policy.partnership_id, stage=Stage.PUBLISHED
    ).order_by()
    types = {each for one in late for each in one.types}
    kinds, totals = _counted(public, types, {one.district for one in late})
    if not mapped:
        districts = dict(public.values_list("area").annotate(n=Count("pk")))
        return Shown(public.count(), kinds, totals, districts, "an area")
    found = areas.services_by_area(policy.partnership, AreaKind.WARD)
    wards = {str(key): n for key, n in found.items()}
    return Shown(public.count(), kinds, totals, wards)


def _counted(
    public: QuerySet[Any], types: set[uuid.UUID], districts: set[str]
) -> tuple[Counter[tuple[uuid.UUID, str]], Counter[uuid.UUID]]:
    """How many are of each of these types in each district, and in all.

    A term that was replaced counts as what replaced it. The few records that still
    have one are looked at one by one, so that none counts twice.
    """
    replaced = TaxonomyTerm.objects.filter(replaced_by__isnull=False)
    now = terms.resolve(replaced.values_list("pk", flat=True))
    old = [key for key, stands in now.items() if stands in types]
    kinds: Counter[tuple[uuid.UUID, str]] = Counter()
    totals: Counter[uuid.UUID] = Counter()
    each = Func(F("term_ids"), function="unnest", output_field=UUIDField())
    plain = public.filter(term_ids__overlap=list(types))
    if old:
        plain = plain.exclude(term_ids__overlap=old)
        rows = public.filter(term_ids__overlap=old).values_list("term_ids", "area")
        for of, area in rows:
            for kind in types & {now.get(term, term) for term in of}:
                totals[kind] += 1
                kinds[kind, area] += 1
    counted = plain.annotate(each=each).values_list("each", "area")
    for kind, area, number in counted.annotate(n=Count("pk", distinct=True)):
        if kind in types:
            totals[kind] += number
            if area in districts:
                kinds[kind, area] += number
    return kinds, totals
