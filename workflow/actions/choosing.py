"""What a decider says: a choice for each line, who told them, how they checked."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from common import clock
from common.errors import InvalidInput
from workflow import erased
from workflow.choices import Method, RejectReason, Verdict

NEWS_DAYS = 31
"""How old, in days, what an informant said may be."""


@dataclass(frozen=True)
class Choice:
    """What was chosen for one change."""

    verdict: str
    value: Any = None
    reason: str = ""
    words: str = ""


@dataclass(frozen=True)
class Informant:
    """The second pair of eyes of a value the decider put in: who said so, and how."""

    name_and_role: str
    method: str
    on: dt.date


@dataclass(frozen=True)
class Check:
    """The first assurance of a new listing: how it was checked."""

    method: str
    note: str = ""


def choice_problem(choice: Choice) -> str | None:
    """What a choice still lacks, in a sentence; None if nothing."""
    if choice.verdict not in (Verdict.ACCEPTED, Verdict.CHANGED, Verdict.REJECTED):
        return "Choose accept, change or reject."
    if choice.verdict == Verdict.REJECTED:
        if choice.reason not in RejectReason.values:
            return "Choose a reason; the person who suggested it reads it."
        if choice.reason == RejectReason.OTHER and not choice.words.strip():
            return "Say the reason in a few words."
    if choice.verdict == Verdict.CHANGED and not choice.words.strip():
        return "Say in a few words why you changed it."
    return None


def need_method(method: str) -> None:
    """Raise InvalidInput unless it says how a person checked something."""
    if method not in Method.values or method == Method.DECISION:
        raise InvalidInput({"method": "Say how you checked it."})


def need_informant(informant: Informant | None) -> Informant:
    """The informant; raises InvalidInput unless who, how and when are all there."""
    if informant is None:
        raise InvalidInput({"informant": "Say who told you: name or role, how, when."})
    errors = erased.faults({"informant": informant.name_and_role})
    if len(informant.name_and_role.strip()) < 3:
        errors["informant"] = "Say who told you and what they do there."
    if informant.method not in Method.values or informant.method == Method.DECISION:
        errors["informed_by"] = "Say how you found out."
    if informant.on > clock.today():
        errors["informed_on"] = "This day has not come yet."
    elif informant.on < clock.today() - dt.timedelta(days=NEWS_DAYS):
        errors["informed_on"] = "This is more than a month ago. Please ask again."
    if errors:
        raise InvalidInput(errors)
    return informant
