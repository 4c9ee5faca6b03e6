"""The record: every field of service, organization and location, declared once.

Names are those of ORUK 3.0 (spec of March 2026) and HSDS 3.0. ``RECORDS`` at the end is
what everything else reads.
"""

from directory.choices import (
    AttendingType,
    Frequency,
    Kind,
    LinkType,
    LocationType,
    ServiceStatus,
    Visibility,
)
from directory.declare import Choices, Entity, Field, List, Section, Type

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
            help="For example: Polish, British Sign Language.",
        ),
        Field(
            "code",
            "Code",
            profile=False,
            most=10,
            folded=True,
            help="For example: pl, bfi.",
        ),
        Field("note", "Note", profile=False, help="For example: on Tuesdays only."),
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
            help="The number people should ring, for example 01632 960123.",
        ),
        Field("extension", "Extension", most=20, profile=False, folded=True),
        Field(
            "type",
            "Kind",
            Type.CHOICE,
            profile=False,
            folded=True,
            choices=(
                ("voice", "Voice"),
                ("text", "Text message"),
                ("textphone", "Textphone"),
                ("fax", "Fax"),
            ),
        ),
        Field(
            "description", "What it is for", help="For example: bookings, out of hours."
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
        ),
        Field(
            "link_type", "What it says", Type.CHOICE, choices=tuple(LinkType.choices)
        ),
    ),
)
TERMS = List(
    "attributes", "Terms", ATTRIBUTE, is_set=True, key=("taxonomy_term_id",), weight=2
)

SCHEDULE = Entity(
    "schedule",
    "Opening time",
    (
        Field("freq", "Repeats", Type.CHOICE, choices=tuple(Frequency.choices)),
        Field(
            "interval",
            "Every how many weeks or months",
            Type.INTEGER,
            folded=True,
            help="1 for every week, 2 for every second week. It then needs a first "
            "date.",
        ),
        Field(
            "byday",
            "Days",
            Type.DAYS,
            help="For example: Monday and Thursday; by the month: second Monday.",
        ),
        Field(
            "bymonthday",
            "Days of the month",
            most=100,
            folded=True,
            help="For example: 1, 15; -1 is the last day.",
        ),
        Field("opens_at", "Opens at", Type.TIME, help="For example: 10am or 6.30pm."),
        Field(
            "closes_at",
            "Closes at",
            Type.TIME,
            help="Earlier than it opens means the next day.",
        ),
        Field("dtstart", "First date", Type.DATE, folded=True),
        Field(
            "valid_from",
            "From",
            Type.DATE,
            folded=True,
            help="Leave empty if it runs already.",
        ),
        Field(
            "valid_to",
            "Until",
            Type.DATE,
            folded=True,
            help="Leave empty if it goes on.",
        ),
        Field(
            "attending_type",
            "How people take part",
            Type.CHOICE,
            folded=True,
            choices=tuple(AttendingType.choices),
        ),
        Field(
            "description",
            "In words",
            help="Anything the times above do not say, for example: term time only.",
        ),
        Field("notes", "Notes", folded=True),
        Field("schedule_link", "Web page with the dates", Type.URL, folded=True),
        Field(
            "service_at_location_id",
            "At which place",
            Type.REFERENCE,
            folded=True,
            refers_to="service_at_location",
        ),
    ),
)

SERVICE_AREA = Entity(
    "service_area",
    "Area it covers",
    (
        Field(
            "name",
            "Area",
            required=True,
            same_as="service_area",
            help="For example: Wexcombe and the villages around it.",
        ),
        Field("extent", "Outline", Type.TEXT, folded=True),
        Field(
            "extent_type",
            "Kind of outline",
            Type.CHOICE,
            folded=True,
            choices=(
                ("geojson", "GeoJSON"),
                ("topojson", "TopoJSON"),
                ("kml", "KML"),
                ("text", "In words"),
            ),
        ),
        Field("uri", "Official address of the area", Type.URL, folded=True),
    ),
)

PROGRAM = Entity(
    "program",
    "Programme",
    (
        Field("name", "Name", required=True, help="For example: Warm Spaces."),
        Field("alternate_name", "Also known as"),
        Field("description", "What it is", Type.TEXT),
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
            help="For example: the council, the National Lottery, donations.",
        ),
    ),
)

COST_OPTION = Entity(
    "cost_option",
    "Price",
    (
        Field("option", "For whom or what", help="For example: adults, under 5s."),
        Field("amount", "Amount in pounds", Type.DECIMAL, help="0 if it is free."),
        Field("currency", "Currency", most=3, profile=False, folded=True),
        Field(
            "amount_description",
            "In words",
            help="For example: £3 a session including tea.",
        ),
        Field("valid_from", "From", Type.DATE, folded=True),
        Field("valid_to", "Until", Type.DATE, folded=True),
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
        ),
        Field("title", "Job or role", help="For example: group leader."),
        Field("department", "Team", profile=False, folded=True),
        Field("email", "E-mail", Type.EMAIL, profile=False),
    ),
    (List("phones", "Phone numbers", PHONE, profile=False),),
)

REQUIRED_DOCUMENT = Entity(
    "required_document",
    "Document to bring",
    (
        Field(
            "document", "Document", required=True, help="For example: proof of address."
        ),
        Field("uri", "Web page about it", Type.URL),
    ),
)

PLACE_LINK = Entity(
    "service_at_location",
    "Place it happens at",
    (
        Field(
            "location_id", "Place", Type.REFERENCE, required=True, refers_to="location"
        ),
        Field(
            "description",
            "Where in the building",
            profile=False,
            help="For example: upstairs, in the Green Room.",
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
            help="For example: charity number.",
        ),
        Field("identifier", "Number", required=True),
    ),
)

ADDRESS = Entity(
    "address",
    "Address",
    (
        Field("attention", "For the attention of", folded=True),
        Field("address_1", "Building and street", required=True),
        Field("address_2", "More of the address", profile=False),
        Field("city", "Town or city", required=True),
        Field("region", "Village or district"),
        Field("state_province", "County or nation", required=True),
        Field(
            "postal_code",
            "Postcode",
            Type.POSTCODE,
            required=True,
            help="For example: SW1A 1AA.",
        ),
        Field("country", "Country", most=2, folded=True),
        Field(
            "address_type",
            "Kind of address",
            Type.CHOICE,
            folded=True,
            choices=tuple(LocationType.choices),
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
            help="For example: step-free entrance, hearing loop.",
        ),
        Field("details", "Details", Type.TEXT),
        Field("url", "Web page about access", Type.URL),
    ),
)

PHONES = List(
    "phones",
    "Phone numbers",
    PHONE,
    profile=False,
    weight=2,
    help="Numbers that the public may ring.",
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
)
INTERNAL_NOTES = Field(
    "internal_notes",
    "For those who keep the record",
    Type.TEXT,
    visibility=Visibility.INTERNAL,
    profile=False,
)

SERVICE = Entity(
    "service",
    "Service",
    (
        Field(
            "organization_id",
            "Run by",
            Type.REFERENCE,
            required=True,
            refers_to="organization",
        ),
        Field(
            "name",
            "Name",
            required=True,
            weight=10,
            help="What people call it, for example: Tuesday coffee morning.",
        ),
        Field("alternate_name", "Also known as", profile=False),
        Field(
            "description",
            "What it is",
            Type.TEXT,
            weight=5,
            help="What happens, who it is for and what to expect, in a few plain "
            "sentences.",
        ),
        Field("url", "Web page", Type.URL, weight=2),
        Field(
            "email",
            "E-mail",
            Type.EMAIL,
            weight=2,
            help="A shared address is best, for example info@example.org.",
        ),
        Field(
            "status",
            "Is it running?",
            Type.CHOICE,
            required=True,
            choices=tuple(ServiceStatus.choices),
        ),
        Field(
            "alert",
            "Notice",
            help="Something people must know now, for example: "
            "no session on 24 December.",
        ),
        Field("minimum_age", "Youngest age", Type.INTEGER, weight=1),
        Field("maximum_age", "Oldest age", Type.INTEGER, weight=1),
        Field(
            "eligibility_description",
            "Who can come",
            Type.TEXT,
            profile=False,
            help="For example: anybody who looks after a relative.",
        ),
        Field("fees", "Cost in words", help="For example: free, or £2 a session."),
        Field(
            "application_process",
            "How to get in",
            Type.TEXT,
            profile=False,
            help="For example: just turn up; ask your GP to refer you.",
        ),
        Field("wait_time", "How long people wait", profile=False),
        Field("interpretation_services", "Interpreters", profile=False),
        Field("accreditations", "Accreditations"),
        Field("licenses", "Licences", profile=False),
        PARTNER_NOTES,
        INTERNAL_NOTES,
    ),
    (
        PHONES,
        List(
            "contacts",
            "People or teams to ask",
            CONTACT,
            weight=2,
            help="Shown to the public. A team or a role rather than a person.",
        ),
        List("schedules", "Opening times", SCHEDULE, weight=2),
        List(
            "service_at_locations",
            "Where it happens",
            PLACE_LINK,
            weight=9,
            key=("location_id",),
        ),
        List("service_areas", "Areas it covers", SERVICE_AREA, weight=5),
        List("cost_options", "Prices", COST_OPTION, weight=2),
        List("languages", "Languages", LANGUAGE),
        List("funding", "Who pays for it", FUNDING),
        List("required_documents", "What to bring", REQUIRED_DOCUMENT, profile=False),
        TERMS,
        MAINTAINERS,
    ),
    (
        Section(
            "about",
            "What it is",
            ("name", "alternate_name", "description", "status", "alert"),
        ),
        Section(
            "contact",
            "How to get in touch",
            ("url", "email", "phones", "contacts"),
            "What people use to reach the service.",
        ),
        Section("times", "When", ("schedules",)),
        Section("where", "Where", ("service_at_locations", "service_areas")),
        Section(
            "who",
            "Who it is for",
            (
                "eligibility_description",
                "minimum_age",
                "maximum_age",
                "languages",
                "interpretation_services",
            ),
        ),
        Section("cost", "What it costs", ("fees", "cost_options", "funding")),
        Section(
            "joining",
            "How to get in",
            (
                "application_process",
                "wait_time",
                "required_documents",
                "accreditations",
                "licenses",
            ),
        ),
        Section("terms", "Terms", ("attributes",)),
        Section(
            "keeping",
            "Keeping it right",
            ("maintainers", "partner_notes", "internal_notes"),
            "Never published.",
        ),
    ),
)

ORGANIZATION = Entity(
    "organization",
    "Organisation",
    (
        Field("name", "Name", required=True),
        Field("alternate_name", "Also known as", profile=False),
        Field("description", "What it does", Type.TEXT),
        Field("email", "E-mail", Type.EMAIL),
        Field("website", "Website", Type.URL),
        Field("logo", "Address of its logo", Type.URL, folded=True),
        Field("uri", "Official web address", Type.URL, folded=True),
        Field(
            "parent_organization_id",
            "Part of",
            Type.REFERENCE,
            refers_to="organization",
        ),
        Field(
            "legal_status",
            "Legal form",
            profile=False,
            help="For example: charity, community interest company.",
        ),
        Field("year_incorporated", "Founded in", Type.INTEGER, profile=False),
        PARTNER_NOTES,
        INTERNAL_NOTES,
    ),
    (
        PHONES,
        List("contacts", "People or teams to ask", CONTACT, profile=False),
        List(
            "organization_identifiers",
            "Official numbers",
            IDENTIFIER,
            key=("identifier_scheme", "identifier"),
        ),
        List("programs", "Programmes", PROGRAM, profile=False),
        List("funding", "Who pays for it", FUNDING, profile=False),
        TERMS,
        MAINTAINERS,
    ),
    (
        Section(
            "about",
            "About the organisation",
            (
                "name",
                "alternate_name",
                "description",
                "legal_status",
                "year_incorporated",
                "parent_organization_id",
            ),
        ),
        Section(
            "contact",
            "How to get in touch",
            ("website", "email", "phones", "contacts", "logo", "uri"),
        ),
        Section("numbers", "Official numbers", ("organization_identifiers", "funding")),
        Section(
            "programs",
            "Programmes",
            ("programs",),
            "What several of its services belong to, if there is such a thing.",
        ),
        Section("terms", "Terms", ("attributes",)),
        Section(
            "keeping",
            "Keeping it right",
            ("maintainers", "partner_notes", "internal_notes"),
            "Never published.",
        ),
    ),
)

LOCATION = Entity(
    "location",
    "Place",
    (
        Field(
            "location_type",
            "Kind of place",
            Type.CHOICE,
            required=True,
            choices=tuple(LocationType.choices),
        ),
        Field("name", "Name", help="For example: Wexcombe Town Hall."),
        Field("alternate_name", "Also known as", profile=False),
        Field("description", "About the place", Type.TEXT),
        Field(
            "transportation",
            "Getting there",
            Type.TEXT,
            profile=False,
            help="For example: bus 12 stops outside.",
        ),
        Field("url", "Web page", Type.URL, profile=False),
        Field("latitude", "Latitude", Type.DECIMAL, help="For example 51.2."),
        Field("longitude", "Longitude", Type.DECIMAL),
        Field(
            "external_identifier",
            "Official number of the building",
            help="The UPRN, if you know it.",
        ),
        Field("external_identifier_type", "Kind of number", help="For example: UPRN."),
        Field(
            "sensitive",
            "Keep this place secret",
            Type.BOOLEAN,
            visibility=Visibility.INTERNAL,
            profile=False,
            help="For a refuge: nothing about where it is ever becomes public.",
        ),
        Field(
            "home",
            "Somebody lives here",
            Type.BOOLEAN,
            visibility=Visibility.INTERNAL,
            profile=False,
            help="For example a childminder's home: its address and point are held "
            "back.",
        ),
        PARTNER_NOTES,
        INTERNAL_NOTES,
    ),
    (
        List("addresses", "Address", ADDRESS),
        PHONES,
        List("accessibility", "Access", ACCESSIBILITY, weight=2),
        List("schedules", "When the building is open", SCHEDULE, profile=False),
        List("languages", "Languages", LANGUAGE, profile=False),
        TERMS,
        MAINTAINERS,
    ),
    (
        Section(
            "about",
            "About the place",
            (
                "name",
                "alternate_name",
                "location_type",
                "description",
                "url",
                "phones",
                "sensitive",
                "home",
            ),
        ),
        Section(
            "address",
            "Address",
            (
                "addresses",
                "latitude",
                "longitude",
                "external_identifier",
                "external_identifier_type",
                "transportation",
            ),
        ),
        Section("access", "Access", ("accessibility", "languages", "schedules")),
        Section("terms", "Terms", ("attributes",)),
        Section(
            "keeping",
            "Keeping it right",
            ("maintainers", "partner_notes", "internal_notes"),
            "Never published.",
        ),
    ),
)

RECORDS: dict[str, Entity] = {
    Kind.SERVICE: SERVICE,
    Kind.ORGANIZATION: ORGANIZATION,
    Kind.LOCATION: LOCATION,
}
