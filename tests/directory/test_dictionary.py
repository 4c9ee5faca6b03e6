"""The data dictionary says of every field what the declarations say."""

from directory.declarations import RECORDS
from directory.dictionary import COLUMNS, Entry, entries

BY_PATH = {entry.path: entry for entry in entries()}


def test_every_declared_field_is_there_once() -> None:
    declared = [
        f"{kind}.{path}"
        for kind, entity in RECORDS.items()
        for path, _ in entity.walk()
    ]
    listed = [e.path for e in entries() if not e.path.endswith("[]")]

    assert len(listed) == len(set(listed))
    assert set(declared) <= set(listed)


def test_field_is_described_in_full() -> None:
    assert BY_PATH["service.phones[].number"] == Entry(
        record="service",
        path="service.phones[].number",
        label="Number",
        meaning="The number people should ring.",
        type="Phone number",
        choices=[],
        most=60,
        mandatory=True,
        seen_by="Everybody",
        standard="HSDS 3.0, beside the UK profile",
        example="01632 960123",
        weight=0,
    )
    assert list(BY_PATH["service.name"].as_dict()) == list(COLUMNS)


def test_field_inside_what_is_internal_is_internal() -> None:
    email = BY_PATH["service.maintainers[].email"]

    assert (email.seen_by, email.standard) == (
        "Only those who keep the record",
        "Not published",
    )


def test_field_of_the_profile_inside_a_list_that_is_none_of_it() -> None:
    assert BY_PATH["service.required_documents[].document"].standard == (
        "HSDS 3.0, beside the UK profile"
    )
    assert BY_PATH["service.schedules[].byday"].standard == "ORUK 3.0"


def test_second_names_are_told() -> None:
    assert BY_PATH["service.fees"].meaning == (
        "Say so if it is free. Also published as service.fees_description."
    )


def test_every_question_has_help_and_an_example() -> None:
    """Beside each question a provider is asked (issue: plain help and an example)."""
    bare = [
        (kind, path)
        for kind, entity in RECORDS.items()
        for path, item in entity.walk()
        if not (item.help and item.example)
    ]
    lists = [e.path for e in entries() if e.path.endswith("[]") and not e.meaning]

    assert (bare, lists) == ([], [])
