"""What is kept of what could not be used."""

import pytest

from workflow.importing import noting
from workflow.importing.noting import Notes, What


def test_only_so_many_problems_are_kept_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noting, "MOST_KEPT", 2)
    notes = Notes()

    for number in (1, 2, 1, 3, 4):
        about = notes.about("service", f"s{number}", f"Service {number}")
        about.say(What.UNUSABLE, "", "[]", "This is not a record of a service.")
    notes.about("service", "s5", "Service 5").say(What.FAILED, "", "", "It failed.")

    assert [(p.what, p.external_id, p.sentence) for p in notes.every()] == [
        (What.UNUSABLE, "s1", "This is not a record of a service."),
        (What.UNUSABLE, "s2", "This is not a record of a service."),
        (What.UNUSABLE, "", "2 more were found and not listed."),
        (What.FAILED, "", "1 more was found and not listed."),
    ]
    assert notes.counts() == {What.UNUSABLE.value: 4, What.FAILED.value: 1}
