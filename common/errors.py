"""What an action may refuse with. Each carries a sentence for a person.

*Not allowed* is ``django.core.exceptions.PermissionDenied`` (403); a wrong state is
:class:`InvalidState` (409); bad input is :class:`InvalidInput`, shown beside its
field.
"""

from collections.abc import Mapping


class InvalidState(Exception):
    """The thing is no longer in a state that allows this (somebody was faster)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InvalidInput(Exception):
    """What was given cannot be used: a sentence for each field path.

    The path ``""`` is for what concerns the whole.
    """

    def __init__(self, errors: Mapping[str, str] | str) -> None:
        self.errors = {"": errors} if isinstance(errors, str) else dict(errors)
        super().__init__("; ".join(self.errors.values()))
