"""What is said with a closure: until when, and what else there is to know."""

import datetime as dt

from common import clock
from common.errors import InvalidInput
from directory.freshness import full_date


def closed_words(until: dt.date | None, words: str) -> str:
    """“Closed until 27 March 2027. The roof is being mended.”

    Raises InvalidInput for a day that is not to come.
    """
    if until is not None and until <= clock.today():
        when = "today" if until == clock.today() else "in the past"
        raise InvalidInput(
            {
                "until": f"{full_date(until)} is {when}. Give a later day, on which it "
                "opens again."
            }
        )
    said = f"Closed until {full_date(until)}." if until else ""
    return " ".join(part for part in (said, words.strip()) if part)
