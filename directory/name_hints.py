"""What in a text shows that a person's name stands before or after it."""

import re
from typing import Final

# What comes before the name of somebody to turn to.
_TO_TURN_TO: Final = (
    r"(?:call|phone|ring|telephone|contact|e-?mail|text|message|whatsapp|ask for"
    r"|speak (?:to|with)|talk to|in touch with|book (?:with|through)|reply to"
    r"|details from|tickets from|information from|enquiries to|for details see)"
)
_WHO_DOES_IT: Final = (
    r"(?:(?:my|his|her) name is|I am|I['’]m|with|by|to|from|via|through|meet|see|says"
    r"|give|yours,|mum|dad|carer|nurse|neighbour|resident|volunteer|volunteers|staff)"
)
_OFFICE: Final = (
    r"(?:contact(?: name| person| details)?|named contact|key ?holder"
    r"|organi[sz]er|co-?ordinator|secretary"
    r"|treasurer|chair(?:man|woman|person)?|manager|leader|instructor|teacher|tutor"
    r"|coach|caretaker|clerk|facilitator|therapist|counsellor|owner|director|trustee"
    r"|host|lead|warden|worker|adviser|advisor)"
)
#: How surely a name follows, from a hint that bodies have too to one that only people
#: have. After the last two even an unknown word with a capital is taken for a name.
WEAK: Final = 1
STRONG: Final = 2
ASKED_FOR: Final = 3
HOLDS_OFFICE: Final = 4
_HINTS: Final = tuple(
    (strength, re.compile(rf"\b{before}", re.IGNORECASE))
    for strength, before in (
        (WEAK, rf"{_WHO_DOES_IT}(?: our)?(?: {_OFFICE},?)?\s+"),
        (STRONG, rf"(?:{_OFFICE}(?: is)?\s?[:,(–-]\s*|{_OFFICE}(?: is)?\s+)"),
        (STRONG, rf"{_TO_TURN_TO}(?: our)?(?: {_OFFICE},?)?\s+"),
        (ASKED_FOR, r"(?:ask for|speak (?:to|with)|text|message|whatsapp)\s+"),
        (
            HOLDS_OFFICE,
            (
                r"(?:organi[sz]er|secretary|treasurer|chair(?:man|woman|person)"
                r"|co-?ordinator|leader|lead|instructor|teacher|tutor|founder|warden"
                r"|manager|director|caretaker|key ?holder|contact details)\s?[:–-]\s+"
            ),
        ),
    )
)
#: What follows a name that stands alone and may also be a word.
AFTER_LONE_NAME: Final = re.compile(
    r"\s*(?:[,(:.!?–-]|\b(?:on|at|by|if|for|to|or|and|about)\b|\Z)",
    re.IGNORECASE,
)
#: A phone number or an e-mail address right after a name.
THEN_A_NUMBER: Final = re.compile(
    r"\s*(?:\bon\b|:|[-–]|,|\()?\s*(?:tel\S*\s*)?(?:\+44|\(?0\d{2}|[\w.+-]+@)"
)
#: What people do or have.
THEN_A_DEED: Final = re.compile(
    r" (?:number|mobile|e-?mail|phone|runs|teaches|leads|hosts|organi[sz]es|makes"
    r"|welcomes|says|offers|will|can|has|and (?:I|his|her|their))\b"
)
#: Another name joined to one.
AND_ANOTHER: Final = re.compile(
    r"(?: \([^()\n]{1,40}\))? (?:and|&|or) (?P<name>[^\W\d_]+)"
)


def name_hints(text: str) -> dict[int, int]:
    """Where a name would stand that people are told to turn to, and how surely."""
    return {
        match.end(): strength
        for strength, pattern in _HINTS
        for match in pattern.finditer(text)
    }
