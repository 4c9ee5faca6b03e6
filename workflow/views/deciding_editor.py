"""Sections of a record that somebody puts right while deciding or checking.

Any number of sections stand open at once on one page; which ones is remembered by the
page itself, so that nothing needs a script and nothing that was typed goes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from accounts.models import Partnership
from directory import diff
from directory.declarations import RECORDS
from directory.forms import RecordForm, section_form
from directory.payload import Payload
from workflow.term_offers import offer

TERMS = "attributes"
OPENED = "sections"
"""The name of the hidden inputs that say which sections the page has."""
OPEN = "open"
"""The name of the buttons that open one more."""


@dataclass(frozen=True)
class Subject:
    """A record that may be put right here, as it is or would be."""

    record_id: str
    kind: str
    label: str
    payload: Payload


@dataclass
class OpenSection:
    """One section on the page. ``sentences`` are errors it had before it was open."""

    key: str
    title: str
    form: RecordForm
    sentences: list[str] = field(default_factory=list)


class Editor:
    """The open sections of some records, and what was typed into them."""

    def __init__(
        self,
        subjects: Iterable[Subject],
        options: Mapping[str, Any],
        *,
        data: QueryDict | None = None,
        wanted: Collection[str] = (),
        place: Partnership | None = None,
    ) -> None:
        """``place`` is the one whose terms are set here."""
        self.place = place
        self.subjects = {subject.record_id: subject for subject in subjects}
        self.options = options
        self.data = data
        sent = data.getlist(OPENED) if data else []
        asked = [str(data[OPEN])] if data and data.get(OPEN) else []
        self.sections: list[OpenSection] = []
        for key in dict.fromkeys([*sent, *wanted, *asked]):
            self.open(key, data if key in sent else None)

    def open(self, key: str, data: QueryDict | None = None) -> OpenSection | None:
        """Put a section on the page; nothing for one that is not there."""
        record_id, _, slug = key.rpartition(":")
        subject = self.subjects.get(record_id)
        if subject is None:
            return None
        entity = RECORDS[subject.kind]
        try:
            section = entity.section(slug)
        except KeyError:
            return None
        options = dict(self.options)
        if self.place and TERMS in section.names:
            options["terms"] = offer(self.place, subject.kind, subject.payload)
        form = section_form(
            entity, section, subject.payload, data,
            choices=options, prefix=f"s-{key.replace(':', '-')}",
        )  # fmt: skip
        opened = OpenSection(key, f"{subject.label}: {section.title}", form)
        self.sections.append(opened)
        return opened

    @property
    def closed(self) -> list[dict[str, Any]]:
        """Each record's ``label`` with its ``sections`` that can still be opened."""
        known = {opened.key for opened in self.sections}
        groups = []
        for subject in self.subjects.values():
            keys = {
                f"{subject.record_id}:{section.slug}": section.title
                for section in RECORDS[subject.kind].sections
            }
            left = [{"key": k, "title": t} for k, t in keys.items() if k not in known]
            groups.append({"label": subject.label, "sections": left})
        return [group for group in groups if group["sections"]]

    @property
    def forms(self) -> list[RecordForm]:
        """The forms that were sent."""
        return [opened.form for opened in self.sections if opened.form.is_bound]

    @property
    def wants_more(self) -> bool:
        """Whether the button pressed only asked for more room on the page."""
        asked = bool(self.data and self.data.get(OPEN))
        return asked or any(form.asked_for_more for form in self.forms)

    def is_valid(self) -> bool:
        """Whether nothing stands against what was typed."""
        return all(form.is_valid() for form in self.forms)

    def edits(self) -> dict[str, dict[str, Any]]:
        """Record id → path → value, for everything that was put right."""
        out: dict[str, dict[str, Any]] = {}
        for opened in self.sections:
            if opened.form.is_bound and opened.form.edits():
                record_id = opened.key.rpartition(":")[0]
                out.setdefault(record_id, {}).update(opened.form.edits())
        return out

    def key_of(self, record_id: str, path: str) -> str:
        """The key of the section that shows a field; ``""`` if none does."""
        subject = self.subjects.get(record_id)
        name = diff.split(path.split(".")[0])[0]
        if subject is None:
            return ""
        for section in RECORDS[subject.kind].sections:
            if name in section.names:
                return f"{record_id}:{section.slug}"
        return ""

    def add_error(self, record_id: str, path: str, sentence: str) -> bool:
        """Say what is wrong at its field, opening the section; False if it has none."""
        key = self.key_of(record_id, path)
        opened = next((s for s in self.sections if s.key == key), None)
        opened = opened or self.open(key)
        if opened is None:
            return False
        if opened.form.is_bound:
            opened.form.add_errors({path: sentence})
        else:
            opened.sentences.append(sentence)
        return True
