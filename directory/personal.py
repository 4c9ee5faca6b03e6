"""What looks like personal data: the first, plain rules (finer ones follow)."""

import re
from dataclasses import dataclass

from directory import phones

FREE_MAIL = {"gmail.com", "outlook.com", "hotmail.com", "yahoo.co.uk", "icloud.com"}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
_PERSON = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\.? [A-Z][a-z]+(?: [A-Z][a-z]+)?")


@dataclass(frozen=True)
class Finding:
    """A span of text that looks personal."""

    kind: str
    start: int
    end: int
    text: str
    certainty: str


def looks_personal_email(
    email: str,
    *,
    organization_names: tuple[str, ...] = (),
    organization_domains: tuple[str, ...] = (),
) -> str | None:
    """How sure it is that an address is a person's; None if it is not."""
    local, _, domain = email.lower().partition("@")
    if re.fullmatch(r"[a-z]+\.[a-z]+", local) or domain in FREE_MAIL:
        return "suspected"
    return None


def is_person_name(text: str, *, organization_names: tuple[str, ...] = ()) -> bool:
    """Whether a contact's name looks like a person's."""
    return bool(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", text))


def find_in_text(
    text: str, *, organization_names: tuple[str, ...] = ()
) -> list[Finding]:
    """Everything in a text that looks personal, in order."""
    found = [
        Finding("personal_email", m.start(), m.end(), m.group(), "suspected")
        for m in _MAIL.finditer(text)
        if looks_personal_email(m.group())
    ]
    found += [
        Finding("mobile", a, b, raw, "suspected")
        for a, b, raw in phones.find_in_text(text)
        if phones.is_mobile(raw)
    ]
    found += [
        Finding("person_name", m.start(), m.end(), m.group(), "suspected")
        for m in _PERSON.finditer(text)
    ]
    return sorted(found, key=lambda f: f.start)
