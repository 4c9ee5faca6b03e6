"""The metrics dictionary: every number that a lead is shown, defined once.

Nothing is written here: each entry is made from the declaration that the number itself
is counted by, so that what is said and what is counted cannot differ.
"""

from dataclasses import asdict, dataclass

from workflow import figures, hours, statements
from workflow.figures_of_work import PROPOSALS
from workflow.measuring import Began, Figure, Unit

COLUMNS = {
    "name": "Name",
    "group": "Where it stands",
    "label": "Label",
    "definition": "Definition",
    "unit": "Unit",
    "counts": "What its list holds",
    "known": "From when it is known",
    "source": "What it is worked out from",
}
LISTINGS = "Records of services, as they are stored"
STATEMENT = "Statement of a partner"
STATEMENT_OF_SERVICES = "Statement of a commissioner"


@dataclass(frozen=True)
class Entry:
    """One figure in words."""

    name: str
    group: str
    label: str
    definition: str
    unit: str
    counts: str
    known: str
    source: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def entries() -> list[Entry]:
    """Every figure once, in the order of the lead's page."""
    of_page = [_entry(figure) for figure in figures.FIGURES]
    of_remits = [_entry(figure) for figure in hours.DECLARED]
    return [*of_page, *of_remits, *_of_statements(), *_of_services()]


def _entry(figure: Figure) -> Entry:
    return Entry(
        name=figure.slug,
        group=figure.group,
        label=figure.label,
        definition=figure.definition,
        unit=figure.unit.kept,
        counts=figure.noun.partition(",")[2] or f"{figure.noun}s",
        known=figure.began.value,
        source=_source(figure),
    )


def _source(figure: Figure) -> str:
    if figure.derived:
        names = (figures.BY_SLUG[slug].label for slug in figure.derived.needs)
        return f"Made from: {'; '.join(names)}"
    return figure.source.name if figure.source else LISTINGS


def _of_services() -> list[Entry]:
    """What a commissioner is told of each service, and how many are in date."""
    return [
        Entry(
            name=f"commissioned-{name.replace('_', '-')}",
            group=STATEMENT_OF_SERVICES,
            label=label,
            definition=definition,
            unit="days" if name == "stood" else Unit.COUNT.kept,
            counts="records" if name == "in_date" else "suggestions",
            known=Began.PLACE.value,
            source=LISTINGS if name == "in_date" else PROPOSALS.name,
        )
        for name, (label, definition) in statements.OF_SERVICES.items()
    ]


def _of_statements() -> list[Entry]:
    """The numbers of a partner's quarter; their own page has the records."""
    units = {"minutes": Unit.WORK, "cost": Unit.MONEY}
    return [
        Entry(
            name=f"statement-{name.replace('_', '-')}",
            group=STATEMENT,
            label=statements.LABELS[name],
            definition=definition,
            unit=units.get(name, Unit.COUNT).kept,
            counts="pieces of work" if name in units else "records",
            known=Began.PLACE.value,
            source="Pieces of work of the partners" if name in units
            else "Checks of whole records",
        )
        for name, definition in statements.DEFINITIONS.items()
    ]  # fmt: skip
