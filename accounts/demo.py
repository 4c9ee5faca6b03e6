"""The sign-ins of the demo places. Shown in demo mode only, never in production."""

from dataclasses import dataclass

POSTCODE = "WX1 1AA"
"""In the middle of the demo's town, and known to nobody else."""

PASSWORD = "a quiet word in Wexcombe"  # noqa: S105 - printed on the demo's own page


@dataclass(frozen=True)
class DemoAccount:
    """One of the people of the demo, and what they are there for."""

    email: str
    name: str
    does: str


ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount(
        "provider@wexcombe.example",
        "Priya Provider",
        "keeps the services of Wexcombe Food Share right",
    ),
    DemoAccount(
        "trusted@wexcombe.example",
        "Tomas Trusted",
        "keeps and assures those of Wexcombe Citizens’ Desk, a trusted body",
    ),
    DemoAccount(
        "contributor@wexcombe.example",
        "Carys Contributor",
        "a social prescriber who says what is wrong",
    ),
    DemoAccount(
        "assurer@wexcombe.example",
        "Amir Assurer",
        "decides on changes and checks records for Wexcombe Council",
    ),
    DemoAccount(
        "lead@wexcombe.example",
        "Leonie Lead",
        "answers for Wexcombe’s data and decides what is published",
    ),
    DemoAccount(
        "reader@wexcombe.example",
        "Rhys Reader",
        "a fire officer who reads what partners may see",
    ),
    DemoAccount(
        "admin@wexcombe.example",
        "Ada Administrator",
        "sets up places, partners, people and jobs",
    ),
    DemoAccount(
        "villages@wexcombe.example",
        "Vera Villages",
        "keeps the listings of four village councils, halls and groups",
    ),
    DemoAccount(
        "police@wexcombe.example",
        "Pat Police",
        "a neighbourhood officer who hears what has changed",
    ),
    DemoAccount(
        "nhs@wexcombe.example",
        "Nadia Nurse",
        "checks the records of Wexcombe and Moorland NHS Trust, a remit of its own",
    ),
    DemoAccount(
        "assurer@hartmoor.example",
        "Hana Assurer",
        "decides on changes and checks records in Hartmoor",
    ),
    DemoAccount(
        "lead@hartmoor.example",
        "Hugo Lead",
        "answers for Hartmoor’s data",
    ),
)
