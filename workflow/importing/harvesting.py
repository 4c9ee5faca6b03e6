"""One run over a source, from its first page to what has vanished from it."""

import contextlib
import hashlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import DatabaseError, connection

from accounts.models import Partner, User
from common.errors import InvalidState
from directory import blanking
from directory.choices import Kind
from workflow import erased
from workflow.actions import harvesting as actions
from workflow.actions.harvesting import Outcome
from workflow.bundles import Bundle, Key
from workflow.importing import oruk1, oruk3, reading
from workflow.importing.fetching import Limits
from workflow.importing.identities import Identities
from workflow.importing.noting import Notes, Problem, What
from workflow.importing.reading import Feed, Item
from workflow.importing.settling import Settler
from workflow.importing.taking import Found, Reading, external_id, text_of
from workflow.importing.terms import Terms
from workflow.models import Harvest, HarvestProblem, Source, SourceRecord

logger = logging.getLogger(__name__)

UNUSABLE = "unusable"
FAILED = "failed"
VANISHED = "vanished"
READ = "read"

_READERS = {reading.ORUK_1: oruk1.read, reading.ORUK_3: oruk3.read}


@dataclass
class Summary:
    """What a run found and did. ``shortfall`` says why it may not have seen all."""

    harvest: Harvest
    standard: str
    counts: Counter[str] = field(default_factory=Counter)
    shortfall: str = ""
    problems: list[Problem] = field(default_factory=list)
    problem_counts: dict[str, int] = field(default_factory=dict)


def harvest(
    *,
    source: str,
    partner: Partner,
    by: User | None = None,
    name: str = "",
    standard: str = "",
    called: str = "",
    limits: Limits | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Read a source and bring in what is new or changed.

    ``source`` is an address or a file; ``called`` is the address that is written down
    for a file that somebody sent; ``standard`` ("1.0", "3.0") is worked out where it is
    empty. Raises CannotRead before anything is written; InvalidState while
    another run over the same source goes on; PermissionDenied.
    """
    actions.check_may_harvest(by, partner)
    address = called or address_of(source)
    with _alone(partner, address, name):
        feed = reading.read(source, limits=limits or Limits(), say=say)
        standard = standard or feed.standard
        begun = actions.begin_harvest(
            by=by, partner=partner, address=address, name=name, standard=standard
        )
        run = _Run(begun, feed, standard, say)
        run.take_all_in()
        run.flag_vanished()
        return run.finish()


def address_of(source: str) -> str:
    """The one way of writing the address of a source, or the whole path of a file."""
    if not reading.is_web_address(source):
        return str(Path(source).resolve())
    parts = urlsplit(source)
    path = parts.path.rstrip("/").removesuffix("/services")
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, parts.query, ""))


@contextlib.contextmanager
def _alone(partner: Partner, address: str, name: str) -> Iterator[None]:
    """Hold the source's lock: it ends with the process, however that ends."""
    known = actions.find_source(partner, address, name)
    what = str(known.pk) if known else f"{partner.pk}|{name or address}"
    digest = hashlib.sha256(f"harvest|{what}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if cursor.fetchone() != (True,):
            raise InvalidState(
                "This source is being harvested at this moment. Try again when that "
                "run has ended."
            )
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


class _Run:
    """One run over what was read of a source."""

    def __init__(
        self, begun: Harvest, feed: Feed, standard: str, say: Callable[[str], None]
    ) -> None:
        self.harvest = begun
        self.source: Source = begun.source
        self.feed = feed
        self.standard = standard
        self.say = say
        self.notes = Notes()
        self.memory = erased.memory()
        self.counts: Counter[str] = Counter()
        self.copies = _copies(self.source)
        self.seen: set[Key] = set()
        self.claims: dict[Key, Any] = {}

    def take_all_in(self) -> None:
        """Bring in each service by itself; one that fails stops no other."""
        bundles = self._bundles()
        for done, bundle in enumerate(bundles, start=1):
            self.counts[self._take_in(bundle)] += 1
            if done % 100 == 0:
                self.say(f"{done} of {len(bundles)} services taken in")

    def _take_in(self, bundle: Bundle) -> str:
        if bundle.is_unchanged(self.copies):
            return Outcome.UNCHANGED
        try:
            outcome = actions.take_in(source=self.source, bundle=bundle)
        except Exception as error:  # one bad record never stops the rest
            logger.exception("harvest_failed_record", extra={"id": bundle.service.id})
            self._tell_failed(bundle.service.external_id, bundle, type(error).__name__)
            return FAILED
        self.copies |= _copies(self.source, bundle)
        return outcome

    def _tell_failed(self, key: str, bundle: Bundle | None, reason: str) -> None:
        label = str(bundle.service.payload["name"])[:255] if bundle else key
        self.notes.about(Kind.SERVICE, key, label).say(
            What.FAILED, "", "",
            f"It could not be brought in ({reason}). The next run tries again.",
        )  # fmt: skip

    # --- what was read, made ours -----------------------------------------------------

    def _bundles(self) -> list[Bundle]:
        for key, sentence in self.feed.failed_ids.items():
            self.notes.about(Kind.SERVICE, key, key).say(
                What.FAILED, "", "", f"Its full record could not be read. {sentence}"
            )
            self.counts[FAILED] += 1
        readings = _one_each(self._readings(), self.notes)
        ids = Identities(self.source)
        for each in readings:
            for found in each.every:
                ids.of(found.kind, found.external_id)
        settler = Settler(ids, Terms.kept(self.source.partner.partnership), self.copies)
        bundles = []
        self.counts[READ] = len(readings) + self.counts[FAILED] + self.counts[UNUSABLE]
        for each in readings:
            bundle = self._settled(settler, each)
            if bundle:
                bundles.append(bundle)
        self._see(readings, bundles)
        return bundles

    def _readings(self) -> list[Reading]:
        out = []
        for number, item in enumerate(self.feed.items, start=1):
            read = self._reading(number, item)
            if read:
                out.append(read)
        return out

    def _reading(self, number: int, item: Item) -> Reading | None:
        key = external_id(reading.id_of(item.value))
        item = self._without_erased(key or f"Record {number}", item)
        if not isinstance(item.value, dict):
            self.notes.about(Kind.SERVICE, key, f"Record {number}").say(
                What.UNUSABLE, "", item.value, "This is not a record of a service."
            )
            self.counts[UNUSABLE] += 1
            return None
        try:
            return _READERS[self.standard](
                item.value, self.notes, is_short=item.is_short
            )
        except Exception as error:  # one bad record never stops the rest
            logger.exception("harvest_failed_reading", extra={"number": number})
            self._tell_failed(key or f"Record {number}", None, type(error).__name__)
            self.counts[FAILED] += 1
            return None

    def _without_erased(self, key: str, item: Item) -> Item:
        """An item as it came, less what was erased: before anything else sees it."""
        if self.memory is None:
            return item
        key = self.memory.without(key)
        value = item.value if isinstance(item.value, dict) else {"": item.value}
        for name, said in value.items():
            hits = list(self.memory.every(said))
            if hits:
                rows = [self.memory.known[hit.digest] for hit in hits]
                self.notes.about(Kind.SERVICE, key, key).say(
                    What.ERASED, name, "", erased.not_taken(rows)
                )
        return replace(item, value=blanking.erased(item.value, self.memory))

    def _settled(self, settler: Settler, read: Reading) -> Bundle | None:
        try:
            bundle = settler.bundle(read)
        except Exception as error:  # one bad record never stops the rest
            logger.exception("harvest_failed_settling")
            self._tell_failed(read.service.external_id, None, type(error).__name__)
            self.counts[FAILED] += 1
            return None
        if bundle is None:
            self.counts[UNUSABLE] += 1
        return bundle

    def _see(self, readings: list[Reading], bundles: list[Bundle]) -> None:
        """Remember what was in the source, also of what could not be used."""
        self.seen = {(Kind.SERVICE, external_id(i)) for i in self.feed.ids if i}
        for each in readings:
            self.seen |= {(found.kind, found.external_id) for found in each.every}
        for bundle in bundles:
            self.seen |= {part.key for part in bundle.parts}
            self.claims[bundle.service.key] = bundle.assured_on_claim

    # --- the end ----------------------------------------------------------------------

    def flag_vanished(self) -> None:
        """Mark what a whole reading did not find."""
        if not self.feed.whole:
            return
        missed = self.counts[FAILED] or self.counts[UNUSABLE]
        for key, copy in self.copies.items():
            is_service = copy.kind == Kind.SERVICE
            # A service that could not be used may still name the others.
            if key in self.seen or copy.vanished_at or (missed and not is_service):
                continue
            flagged = actions.flag_vanished(source=self.source, row_id=copy.pk)
            if flagged and is_service:
                self.counts[VANISHED] += 1

    def finish(self) -> Summary:
        """Keep what was seen, counted and could not be used."""
        copies = _copies(self.source)
        actions.note_sightings(
            source=self.source,
            claims={
                copy.pk: self.claims.get(key, copy.assured_on_claim)
                for key, copy in copies.items()
                if key in self.seen
            },
        )
        problems = list(self.notes.every())
        told = self.notes.counts()
        actions.finish_harvest(
            harvest=self.harvest,
            complete=self.feed.whole,
            counts={
                **self.counts, "problems": told, "shortfall": self.feed.shortfall,
                "standard": self.standard,
            },
            problems=[_row(self.harvest, problem) for problem in problems],
        )  # fmt: skip
        return Summary(
            self.harvest,
            self.standard,
            self.counts,
            self.feed.shortfall,
            problems,
            told,
        )


def _row(begun: Harvest, problem: Problem) -> HarvestProblem:
    return HarvestProblem(
        harvest=begun,
        what=problem.what.value,
        kind=problem.kind,
        external_id=problem.external_id,
        label=problem.label,
        field=problem.field,
        value=problem.value,
        sentence=problem.sentence,
    )


def _copies(source: Source, bundle: Bundle | None = None) -> dict[Key, SourceRecord]:
    """What a source said last, of a bundle or of everything, by kind and its id."""
    rows = SourceRecord.objects.filter(source=source)
    if bundle:
        rows = rows.filter(external_id__in=[p.external_id for p in bundle.parts])
    return {(row.kind, row.external_id): row for row in rows}


# --- one record for one id ------------------------------------------------------------


def _one_each(readings: list[Reading], notes: Notes) -> list[Reading]:
    """The readings with one content for each id, whatever the source repeated.

    Where it says different things about one id, that which says most is taken, so that
    the order of a feed decides nothing.
    """
    said: defaultdict[Key, dict[str, Found]] = defaultdict(dict)
    for each in readings:
        for found in filter(lambda f: f.external_id, each.every):
            content = json.dumps(found.payload, sort_keys=True, default=str)
            said[found.kind, found.external_id].setdefault(content, found)
    chosen: dict[Key, Found] = {}
    for key, variants in said.items():
        content = max(variants, key=lambda text: (len(text), text))
        chosen[key] = variants[content]
        if len(variants) > 1:
            _tell_conflict(chosen[key], list(variants.values()), notes)
    out: dict[Any, Reading] = {}
    for each in readings:
        own = each.service.external_id
        if not own:
            out[len(out)] = each  # neither id nor name: told one by one
        elif each.service is chosen[Kind.SERVICE, own]:
            out[own] = each
    return [_completed(each, chosen) for each in out.values()]


def _tell_conflict(kept: Found, variants: list[Found], notes: Notes) -> None:
    names = {name for found in variants for name in found.payload}
    differ = sorted(
        name
        for name in names
        if len({json.dumps(f.payload.get(name), default=str) for f in variants}) > 1
    )
    notes.about(kept.kind, kept.external_id, kept.label).say(
        What.CONFLICT, ", ".join(differ), "",
        f"The source says {len(variants)} different things about this id; the fullest "
        "was taken.",
    )  # fmt: skip


def _completed(read: Reading, chosen: dict[Key, Found]) -> Reading:
    """A reading with the one content of what it names, nested or by id alone."""
    key = text_of(read.service.payload.get("organization_id"))
    read.organization = chosen.get((Kind.ORGANIZATION, key))
    links = read.service.payload.get("service_at_locations", [])
    named = dict.fromkeys(link["location_id"] for link in links)
    places = [chosen.get((Kind.LOCATION, place)) for place in named]
    read.locations = [place for place in places if place]
    return read
