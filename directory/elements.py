"""What hangs on records of every kind: phones, contacts, languages, terms and the like.

Each is declared once, with the question a form asks, plain help and an example.
"""

from directory.choices import LinkType, LocationType, Visibility
from directory.declare import Choices, Entity, Field, List, Type

NATIONS: Choices = tuple(
    (n, n) for n in ("England", "Wales", "Scotland", "Northern Ireland")
)

LANGUAGE = Entity(
    "language",
    "Language",
    (
        Field(
            "name",
            "Language",
            required=True,
            profile=False,
            help="By the name people use for it.",
            example="Polish, or British Sign Language",
        ),
        Field(
            "code",
            "Code",
            profile=False,
            most=10,
            folded=True,
            help="Its ISO 639 code, if you know it.",
            example="pl",
        ),
        Field(
            "note",
            "Note",
            profile=False,
            help="When or how far it is spoken.",
            example="on Tuesdays only",
        ),
    ),
)

PHONE = Entity(
    "phone",
    "Phone number",
    (
        Field(
            "number",
            "Number",
            Type.PHONE,
            required=True,
            help="The number people should ring.",
            example="01632 960123",
        ),
        Field(
            "extension",
            "Extension",
            most=20,
            profile=False,
            folded=True,
            help="What to ask or press for behind the number.",
            example="204",
        ),
        Field(
            "type",
            "Kind",
            Type.CHOICE,
            profile=False,
            folded=True,
            help="What the number is made for, if not for ringing.",
            example="Textphone",
            choices=(
                ("voice", "Voice"),
                ("text", "Text message"),
                ("textphone", "Textphone"),
                ("fax", "Fax"),
            ),
        ),
        Field(
            "description",
            "What it is for",
            help="Only if there are several, or it is answered at some times.",
            example="bookings, weekday mornings",
        ),
    ),
    (
        List(
            "languages",
            "Languages spoken on this number",
            LANGUAGE,
            folded=True,
            help="Only languages other than English.",
        ),
    ),
)

ATTRIBUTE = Entity(
    "attribute",
    "Term",
    (
        Field(
            "taxonomy_term_id",
            "Term",
            Type.REFERENCE,
            required=True,
            refers_to="taxonomy_term",
            help="Chosen from the lists that the place keeps.",
            example="Coffee mornings",
        ),
        Field(
            "link_type",
            "What it says",
            Type.CHOICE,
            choices=tuple(LinkType.choices),
            help="Whether it says what the service is, or who it is for.",
            example="What kind of service it is",
        ),
    ),
)
TERMS = List(
    "attributes",
    "Terms",
    ATTRIBUTE,
    is_set=True,
    key=("taxonomy_term_id",),
    weight=2,
    why="People who look by kind or by need find it only under its terms.",
    help="What it is found under.",
)

PROGRAM = Entity(
    "program",
    "Programme",
    (
        Field(
            "name",
            "Name",
            required=True,
            help="What the programme is called.",
            example="Warm Spaces",
        ),
        Field(
            "alternate_name",
            "Also known as",
            help="Another name people know it by.",
            example="Winter Warmers",
        ),
        Field(
            "description",
            "What it is",
            Type.TEXT,
            help="In a sentence or two.",
            example="Halls that open on cold days, with a hot drink",
        ),
    ),
)

FUNDING = Entity(
    "funding",
    "Funder",
    (
        Field(
            "source",
            "Funded by",
            required=True,
            help="Where the money comes from.",
            example="the council, the National Lottery, donations",
        ),
    ),
)

CONTACT = Entity(
    "contact",
    "Person or team to ask",
    (
        Field(
            "name",
            "Name",
            help="A team or a role is best. A person's name is held back from the "
            "public.",
            example="Bookings team",
        ),
        Field(
            "title",
            "Job or role",
            help="What they do there.",
            example="group leader",
        ),
        Field(
            "department",
            "Team",
            profile=False,
            folded=True,
            help="The part of the organisation they are in.",
            example="Community Wellbeing",
        ),
        Field(
            "email",
            "E-mail",
            Type.EMAIL,
            profile=False,
            help="A shared address is best: a person's is held back from the public.",
            example="bookings@example.org",
        ),
    ),
    (
        List(
            "phones",
            "Phone numbers",
            PHONE,
            profile=False,
            help="The numbers at which they answer.",
        ),
    ),
)

IDENTIFIER = Entity(
    "organization_identifier",
    "Official number",
    (
        Field(
            "identifier_scheme",
            "Register",
            Type.CHOICE,
            help="The register that the number is in.",
            example="Charity Commission",
            choices=(
                ("GB-COH", "Companies House"),
                ("GB-CHC", "Charity Commission"),
                ("GB-SC", "Scottish charity register"),
                ("GB-NIC", "Northern Ireland charity register"),
                ("GB-NHS", "NHS organisation code"),
                ("GB-EDU", "School register"),
                ("GB-CQC", "Care Quality Commission"),
                ("GB-OFS", "Ofsted"),
                ("other", "Another register"),
            ),
        ),
        Field(
            "identifier_type",
            "Kind of number",
            required=True,
            help="What the register calls it.",
            example="charity number",
        ),
        Field(
            "identifier",
            "Number",
            required=True,
            help="Exactly as it stands in the register.",
            example="1234567",
        ),
    ),
)

ADDRESS = Entity(
    "address",
    "Address",
    (
        Field(
            "attention",
            "For the attention of",
            folded=True,
            help="Who opens the letters, for an address to write to.",
            example="The secretary",
        ),
        Field(
            "address_1",
            "Building and street",
            required=True,
            help="Where one would knock.",
            example="Town Hall, 1 Market Place",
        ),
        Field(
            "address_2",
            "More of the address",
            profile=False,
            help="A floor, a second street or an estate, if it has one.",
            example="Riverside Estate",
        ),
        Field(
            "city",
            "Town or city",
            required=True,
            help="The town that post is sent to.",
            example="Wexcombe",
        ),
        Field(
            "region",
            "Village or district",
            help="The smaller place, where it is not in the town itself.",
            example="Nether Wexcombe",
        ),
        Field(
            "state_province",
            "County or nation",
            required=True,
            help="The standard wants one of them in every address.",
            example="Wiltshire, or England",
        ),
        Field(
            "postal_code",
            "Postcode",
            Type.POSTCODE,
            required=True,
            help="With or without the space.",
            example="SW1A 1AA",
        ),
        Field(
            "country",
            "Country",
            most=2,
            folded=True,
            help="Two letters; GB unless it says otherwise.",
            example="GB",
        ),
        Field(
            "address_type",
            "Kind of address",
            Type.CHOICE,
            folded=True,
            choices=tuple(LocationType.choices),
            help="Whether people go there or only write.",
            example="For post only",
        ),
    ),
)

ACCESSIBILITY = Entity(
    "accessibility",
    "Access feature",
    (
        Field(
            "description",
            "What there is",
            required=True,
            same_as="accessibility",
            help="One thing at a time; what is missing helps as much.",
            example="step-free entrance, or no lift to the first floor",
        ),
        Field(
            "details",
            "Details",
            Type.TEXT,
            help="What somebody has to know who relies on it.",
            example="Ring the bell at the side door for the ramp",
        ),
        Field(
            "url",
            "Web page about access",
            Type.URL,
            help="A page with pictures or an access guide.",
            example="https://www.example.org/access",
        ),
    ),
)

PHONES = List(
    "phones",
    "Phone numbers",
    PHONE,
    profile=False,
    weight=2,
    help="Numbers that the public may ring.",
    why="Many people would rather ring than write.",
)
MAINTAINERS = List(
    "maintainers",
    "Who keeps this up to date",
    CONTACT,
    visibility=Visibility.INTERNAL,
    profile=False,
    help="Whom we ask when it is time to check. Never published.",
)
PARTNER_NOTES = Field(
    "partner_notes",
    "For partners only",
    Type.TEXT,
    visibility=Visibility.PARTNERS,
    profile=False,
    help="What colleagues at partner organisations should know and the public may not.",
    example="Referrals go to the duty desk first",
)
INTERNAL_NOTES = Field(
    "internal_notes",
    "For those who keep the record",
    Type.TEXT,
    visibility=Visibility.INTERNAL,
    profile=False,
    help="Never published, and not shown to other partners.",
    example="Moves to the new hall in spring; ask again in March",
)
