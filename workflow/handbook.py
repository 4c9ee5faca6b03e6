"""Pages of the documentation that are written from the code: states, rights, retention.

``manage.py write_docs`` writes them; a test says when they are out of date.
"""

from collections.abc import Iterable

from accounts.roles import ROLES
from common.templatetags.vouch import counted
from workflow.choices import Stage
from workflow.matrix import RULES, Actor, Rule, Whose
from workflow.models import Listing
from workflow.retention import RULES as RETENTION
from workflow.stages import Stages

NOTICE = "<!-- Written by `manage.py write_docs`. Do not edit. -->\n"

_WORDS = {
    frozenset(Whose): "all",
    frozenset({Whose.OWN, Whose.HERE}): "own, here",
    frozenset({Whose.HERE, Whose.ELSEWHERE}): "others'",
    frozenset({Whose.OWN}): "own",
    frozenset({Whose.HERE}): "here",
}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def states() -> str:
    """The stages of a listing, and what leads from one to the other."""
    transitions = sorted(
        Listing().get_all_stage_transitions(),  # type: ignore[attr-defined]
        key=lambda t: (list(Stage).index(t.source), list(Stage).index(t.target)),
    )
    rows = [
        (
            f"`{t.source}`",
            f"`{t.target}`",
            f"`{t.name}`",
            str(getattr(Stages, t.name).__doc__),
        )
        for t in transitions
    ]
    arrows = "\n".join(f"    {t.source} --> {t.target}: {t.name}" for t in transitions)
    stages = [(f"`{stage.value}`", str(stage.label)) for stage in Stage]
    return (
        f"{NOTICE}# The stages of a listing\n\n"
        "A stage says how far a service is on its way to the public. It is not the "
        "service's `status` (active, inactive, defunct, temporarily closed), which is "
        "data. What is not in the table is refused.\n\n"
        f"{_table(('stage', 'in words'), stages)}\n"
        f"```mermaid\nstateDiagram-v2\n    [*] --> draft\n{arrows}\n```\n\n"
        f"{_table(('from', 'to', 'transition', 'what happens'), rows)}"
    )


def permission_matrix() -> str:
    """Who may do what to whose record, and who should hold which role."""
    actors = [actor for actor in Actor if any(actor in rule.who for rule in RULES)]
    nobody = [actor.value for actor in Actor if actor not in actors]
    roles = [(spec.title, spec.target.value, spec.sentence) for spec in ROLES.values()]
    return (
        f"{NOTICE}# Who may do what\n\n"
        "Each cell says whose records: **own** (they wrote, sent in, suggested or "
        "decided it, it is their organisation's, or it is about themselves), **here** "
        "(somebody else's in their place), **others'** (somebody else's, also in "
        "another place), **all**. An empty cell is refused. Every cell is tried by "
        "the tests. Nothing at all is open to: "
        f"{'; '.join(word.lower() for word in nobody)}.\n\n"
        f"{_table(('action', *actors), [_row(rule, actors) for rule in RULES])}\n"
        "## Who should hold a role\n\n"
        f"{_table(('role', 'held on', 'who should hold it'), roles)}"
    )


def _row(rule: Rule, actors: list[Actor]) -> list[str]:
    cells = [_WORDS[rule.who[a]] if a in rule.who else "" for a in actors]
    return [f"{rule.words} (`{rule.action}`)", *cells]


def retention() -> str:
    """How long each kind of data is kept, why, and what happens then."""
    rows = [
        (
            rule.kind,
            f"{counted(rule.days, 'day')} after {rule.since}",
            rule.happens,
            rule.why,
        )
        for rule in RETENTION
    ]
    return (
        f"{NOTICE}# How long data is kept\n\n"
        "An hourly job lets go of what is past its time, in small batches. What is "
        "not in the table stays. Revisions and audit rows always stay: a trigger "
        "refuses to change or delete them, and only erasure, by the data protection "
        "officer of a place, blanks a value in them.\n\n"
        f"{_table(('what', 'kept until', 'then', 'why'), rows)}"
    )


PAGES = {
    "states.md": states,
    "permission-matrix.md": permission_matrix,
    "retention.md": retention,
}
