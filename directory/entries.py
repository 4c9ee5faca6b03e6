"""What kind of thing an entry is: a service, an organisation's card, or a signpost.

Directories that are put together hold both: the same name as the organisation and
nothing that anybody could go to, and a link to some other body's page. Neither is a
service that somebody can be sent to (digest section 9: “no signposting-only entries”).
Pure: this only says what an entry looks like, and why; a person decides what it is.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from directory.choices import EntryKind
from directory.payload import Payload

_PUBLIC_MAIL = frozenset(
    {
        "aol.com", "btinternet.com", "gmail.com", "googlemail.com", "hotmail.co.uk",
        "hotmail.com", "icloud.com", "live.co.uk", "live.com", "mail.com", "me.com",
        "msn.com", "outlook.com", "sky.com", "talktalk.net", "virginmedia.com",
        "yahoo.co.uk", "yahoo.com",
    }
)  # fmt: skip
"""Where anybody has a mailbox: such an address says nothing about a body's website."""
_SECOND_LEVEL = frozenset({"ac", "co", "gov", "ltd", "me", "net", "nhs", "org", "sch"})
_NATIONAL = re.compile(r"0(?:3|8)\d{2} ?|116 ?\d{3}$|1(?:01|05|11|19)$")
_LEGAL = frozenset(
    {"the", "ltd", "limited", "cic", "cio", "plc", "llp", "charity", "trust"}
)
_OWN = ("schedules", "service_at_locations", "cost_options", "fees", "contacts",
        "email", "application_process", "eligibility_description")  # fmt: skip
"""What only something that one can go to or take part in has."""


@dataclass(frozen=True)
class Looks:
    """What an entry looks like, and the reason in a sentence."""

    kind: EntryKind
    reason: str


def looks_like(service: Payload, organization: Payload) -> Looks | None:
    """What an entry looks like if not like a service; None for one that does."""
    if not service.get("name") or any(service.get(name) for name in _OWN):
        return None
    return _card(service, organization) or _signpost(service, organization)


def _card(service: Payload, organization: Payload) -> Looks | None:
    """Its name is the organisation's, and it says no more than that does."""
    names = [organization.get("name"), organization.get("alternate_name")]
    if _plain(service["name"]) not in {_plain(n) for n in names if n}:
        return None
    own = _plain(service.get("description"))
    if own and own != _plain(organization.get("description")):
        return None
    return Looks(
        EntryKind.BODY,
        "It has the name of the organisation, no times, no place and no description "
        "of its own.",
    )


def _signpost(service: Payload, organization: Payload) -> Looks | None:
    """It gives only a web page or a number, and that is of another body."""
    there = host(service.get("url"))
    numbers = [str(phone.get("number", "")) for phone in service.get("phones", [])]
    own_numbers = {str(p.get("number", "")) for p in organization.get("phones", [])}
    if not there and not numbers:
        return None
    if any(n in own_numbers or not _NATIONAL.match(n) for n in numbers):
        return None
    known = _hosts_of(organization)
    if there and (not known or there in known):
        return None
    if not there and not own_numbers:
        return None
    what = f"its web page, {there}, is" if there else f"its number, {numbers[0]}, is"
    who = organization.get("name") or "who is said to run it"
    return Looks(
        EntryKind.SIGNPOST,
        f"It has no times and no place, and {what} not that of {who}.",
    )


def host(url: object) -> str:
    """Whose a web page is: the domain that somebody registered, or ``""``.

    ``https://www.west.nhs.uk/help`` is ``west.nhs.uk``; ``""`` for no web page.
    """
    return _registered(urlsplit(str(url)).hostname or "") if url else ""


def _registered(name: str) -> str:
    labels = name.casefold().rstrip(".").removeprefix("www.").split(".")
    if len(labels) < 2:
        return ""
    size = 3 if labels[-1] == "uk" and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def _hosts_of(organization: Payload) -> set[str]:
    """The domains that are known to be an organisation's own."""
    mail = str(organization.get("email") or "").rpartition("@")[2].casefold()
    found = {host(organization.get("website"))}
    if mail and mail not in _PUBLIC_MAIL:
        found.add(_registered(mail))
    return found - {""}


def _plain(text: object) -> str:
    """Words without their spelling, and without what only says what body it is."""
    words = re.findall(r"\w+", str(text or "").casefold().replace("&", " and "))
    return " ".join(word for word in words if word not in _LEGAL)
