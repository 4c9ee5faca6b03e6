"""One cell of the permission matrix, tried by calling the action."""

from collections.abc import Callable
from typing import Any

from accounts import audit
from accounts.models import User
from tests.workflow.rights.scene import PROVIDERS, Scene, Subjects
from workflow.matrix import Actor, Whose

BASE = "https://vouch.example"


class Trial:
    """One cell: who asks, and what they ask it of."""

    def __init__(self, scene: Scene, actor: Actor, whose: Whose) -> None:
        self.scene, self.actor, self.whose = scene, actor, whose
        self.by = scene.actors[actor]
        self.made: Subjects = scene.subjects(whose)
        self.place = self.made.partnership
        self.written: Callable[[], None] = lambda: None

    def listing(self, name: str) -> dict[str, Any]:
        return {"by": self.by, "listing_id": self.made.listings[name].pk}

    def keeping(self, name: str) -> Any:
        return self.made.listings[name]

    @property
    def hall(self) -> Any:
        """Where the public service is."""
        return self.keeping("published").location_ids[0]

    @property
    def user(self) -> Any:
        """Who gets or loses a role: oneself, where it is about one's own."""
        return self.by if self.whose == Whose.OWN else self.made.person

    @property
    def organization(self) -> Any:
        """The actor's organization, where they have one; else any."""
        own = self.actor in (*PROVIDERS, Actor.INACTIVE)
        return self.scene.home if own and self.whose != Whose.ELSEWHERE else (
            self.made.organization
        )  # fmt: skip

    @property
    def email(self) -> str:
        return str(getattr(self.user, "email", "nobody@friends.example"))


Call = Callable[[Trial], Any]


def before_by(t: Trial) -> User:
    """Who did something before: oneself, or a colleague."""
    own = t.whose == Whose.OWN and isinstance(t.by, User)
    return t.by if own else t.made.place.second_assurer


def said_before(t: Trial, verb: str, about: Any) -> None:
    audit.record(verb, about, actor=before_by(t))
    t.written()


def into(calls: dict[str, Call]) -> Callable[[str], Callable[[Call], Call]]:
    """Puts a function under the key of its row."""

    def call(key: str) -> Callable[[Call], Call]:
        def put(function: Call) -> Call:
            calls[key] = function
            return function

        return put

    return call
