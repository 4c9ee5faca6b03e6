"""Whose an organization or location is, for many of them at once.

``workflow/access/`` says which remit one of them goes to; here the same is said the
other way round, of remits: which ones go to these. What is asked so begins with the few
remits of a person and not with all records there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from common.lookups import Ids
from directory.choices import Kind
from workflow.models import Remit


@dataclass(frozen=True)
class Belonging:
    """What goes to some remits: their ids; by place, which organizations that one of
    them alone names; and of places whose default is among them, which organizations
    some other remit alone names there.

    ``own`` are the ids of the trusted organizations for which a person assures.
    """

    remits: Ids
    named: dict[Any, Ids]
    elsewhere: dict[Any, Ids]
    own: Sequence[Any] = ()

    def listings(self, listing: str = "") -> Q:
        """The condition for services; ``listing`` leads to one and ends in ``__``."""
        return Q(**{f"{listing}remit__any_of": self.remits})

    def homes(self, record: str = "") -> Q:
        """The condition for organizations and locations; ``record`` leads to one."""
        where = Q(pk__in=[])
        for place, ids in self.named.items():
            where |= Q(**{f"{record}home": place, f"{record}pk__any_of_unseen": ids})
        for place, ids in self.elsewhere.items():
            where |= Q(**{f"{record}home": place}) & ~Q(
                **{f"{record}pk__any_of_unseen": ids}
            )
        return ~Q(**{f"{record}kind": Kind.SERVICE}) & where

    def at_home(self, organization: str = "organization_id") -> Q:
        """The condition for naming, by id, an organization that may be one of these:
        no rule, it only keeps what is asked next from costing what there is."""
        where = Q(partnership__in=list(self.elsewhere))
        for place, ids in self.named.items():
            where |= Q(**{"partnership": place, f"{organization}__any_of_unseen": ids})
        return where

    def records(self, record: str = "") -> Q:
        """The condition for records of any kind."""
        of_services = self.listings(f"{record}listing__")
        return Q(**{f"{record}kind": Kind.SERVICE}) & of_services | self.homes(record)


def of_remits(
    remits: Sequence[tuple[Any, Any, bool]], own: Sequence[Any] = ()
) -> Belonging:
    """What goes to these remits, each an id, its place and whether it is the default
    there; in one query."""
    mine = {pk for pk, _, _ in remits}
    named: dict[Any, list[Any]] = {}
    elsewhere: dict[Any, list[Any]] = {
        place: [] for _, place, is_default in remits if is_default
    }
    for (place, organization), remit in _alone({place for _, place, _ in remits}):
        if remit in mine:
            named.setdefault(place, []).append(organization)
        elif place in elsewhere:
            elsewhere[place].append(organization)
    return Belonging(Ids.of(mine), _asked(named), _asked(elsewhere), own)


def _asked(found: dict[Any, list[Any]]) -> dict[Any, Ids]:
    return {place: Ids.of(keys) for place, keys in found.items()}


def _alone(places: set[Any]) -> list[tuple[tuple[Any, Any], Any]]:
    """Each place and organization that just one remit takes all services of, and that
    remit."""
    plain = Remit.objects.filter(
        partnership__in=places, term_ids=[], area_ids=[], districts=[], outlines=None
    ).exclude(organization_ids=[])
    takers: dict[tuple[Any, Any], set[Any]] = {}
    for remit, place, ids in plain.values_list(
        "pk", "partnership_id", "organization_ids"
    ):
        for organization in ids:
            takers.setdefault((place, organization), set()).add(remit)
    return [(key, next(iter(of))) for key, of in takers.items() if len(of) == 1]
