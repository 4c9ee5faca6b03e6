"""Which terms the words of a record suggest."""

from directory.suggesting import Candidate, suggest

LUNCH = Candidate("1", "Lunch clubs", "Meals eaten together.")
DEBT = Candidate("2", "Debt advice", "Rent arrears, loans and bailiffs.")
DANCE = Candidate("3", "Gentle exercise and dance", "Yoga, tai chi and dancing.")
ALL = (LUNCH, DEBT, DANCE)


def found(*said: str) -> list[tuple[str, str]]:
    return [(s.name, s.why) for s in suggest(said, ALL)]


def test_words_of_a_name_suggest_it_whatever_their_endings() -> None:
    assert found("A lunch club on Mondays") == [
        ("Lunch clubs", "They say “lunch”, “club”.")
    ]


def test_several_words_of_a_description_are_enough() -> None:
    assert found("Help with loans", "and rent") == [
        ("Debt advice", "They say “rent”, “loans”.")
    ]


def test_one_word_of_several_is_not_enough() -> None:
    assert found("Good advice") == []


def test_small_words_and_nothing_suggest_nothing() -> None:
    assert found("", "the and who with services") == []


def test_likeliest_comes_first() -> None:
    names = [name for name, _ in found("Lunch club; debts, bailiffs and advice")]

    assert names == ["Debt advice", "Lunch clubs"]


def test_suggestions_are_few() -> None:
    many = [Candidate(str(n), "Lunch", "") for n in range(20)]

    assert len(suggest(["lunch"], many)) == 8
