"""How doing one thing to several records is spoken of."""

from dataclasses import dataclass

from accounts.models import User
from workflow import batches
from workflow.choices import BatchAct
from workflow.sections import Section


@dataclass(frozen=True)
class Words:
    """How an act on several records is spoken of; ``{}`` is how many they are."""

    choose: str
    title: str
    will: str
    button: str
    done: str
    undone: str


WORDS = {
    BatchAct.CHECK: Words(
        "Check these", "Check {} together",
        "You vouch for each of them as it stands here. Each gets a check of its own, "
        "with the method and note that you give once.",
        "I checked these", "{} checked", "{} as if you had not checked them",
    ),
    BatchAct.REMIND: Words(
        "Ask the provider", "Ask about {}",
        "Each organisation gets one mail about all of its own. The mails go out in ten "
        "minutes at the earliest, and not before 9am.",
        "Ask them", "{} asked about", "{} not asked about; no mail goes out",
    ),
    BatchAct.ASSIGN: Words(
        "Give to another area of work", "Give {} to another area of work",
        "The area of work that you choose answers for them from now on.",
        "Give them away", "{} given away", "{} back where they were",
    ),
    BatchAct.PUBLISH: Words(
        "Publish these", "Publish {}",
        "The public sees each as its preview shows it, and it goes out as open data.",
        "Publish them", "{} public now", "{} waiting for a publisher again",
    ),
}  # fmt: skip


def buttons(user: User, section: Section, *, of_checks: bool) -> list[dict[str, str]]:
    """What may be done to several records of a section, as buttons."""
    acts = batches.offered(user, section.slug, of_checks=of_checks)
    return [{"act": act.value, "label": WORDS[act].choose} for act in acts]
