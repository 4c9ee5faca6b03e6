"""The service: every field and list of it, declared once.

The weights are those of the first version of the standard (digest 5), put right: what
has moved to opening times and words counts there, and phone, cost, terms and access do.
"""

from directory.choices import ServiceStatus, Visibility
from directory.declare import Entity, Field, List, Section, Type
from directory.elements import (
    CONTACT,
    FUNDING,
    INTERNAL_NOTES,
    LANGUAGE,
    MAINTAINERS,
    PARTNER_NOTES,
    PHONES,
    TERMS,
)
from directory.service_elements import (
    COST_OPTION,
    HOLIDAYS,
    PLACE_LINK,
    REQUIRED_DOCUMENT,
    SCHEDULE,
    SERVICE_AREA,
)

FIELDS = (
    Field(
        "organization_id",
        "Run by",
        Type.REFERENCE,
        required=True,
        refers_to="organization",
        help="The organisation that answers for it.",
        example="Wexcombe Carers",
    ),
    Field(
        "name",
        "Name",
        required=True,
        help="What people call it.",
        example="Tuesday coffee morning",
        weight=10,
        why="Nobody can be sent to something without a name.",
    ),
    Field(
        "alternate_name",
        "Also known as",
        profile=False,
        help="Another name under which people look for it.",
        example="Tea at Two",
    ),
    Field(
        "description",
        "What it is",
        Type.TEXT,
        help="What happens, who it is for and what to expect, in a few plain "
        "sentences.",
        example="Tea, cake and company for anybody who looks after somebody. Drop in "
        "and stay as long as you like",
        weight=5,
        why="People want to know what to expect before they come.",
    ),
    Field(
        "in_own_words",
        "What kind of help it is, and for whom",
        Type.TEXT,
        visibility=Visibility.PARTNERS,
        profile=False,
        help="In your own words. We choose the terms under which it is found from "
        "this; it is not published.",
        example="lunch and company for people over seventy who live alone",
    ),
    Field(
        "url",
        "Web page",
        Type.URL,
        help="The page about this service, rather than the front page.",
        example="https://www.example.org/coffee-morning",
        weight=2,
        why="People read more on a web page before they make up their minds.",
    ),
    Field(
        "email",
        "E-mail",
        Type.EMAIL,
        help="A shared address is best: a person's is held back from the public.",
        example="info@example.org",
        weight=2,
        why="Some people cannot ring, and write instead.",
    ),
    Field(
        "status",
        "Is it running?",
        Type.CHOICE,
        required=True,
        choices=tuple(ServiceStatus.choices),
        help="About the service itself, as it is today.",
        example="Running",
    ),
    Field(
        "alert",
        "Notice",
        help="Something people must know now. Take it away when it is over.",
        example="no session on 24 December",
    ),
    Field(
        "minimum_age",
        "Youngest age",
        Type.INTEGER,
        help="In years. Leave empty if there is no limit.",
        example="5",
    ),
    Field(
        "maximum_age",
        "Oldest age",
        Type.INTEGER,
        help="In years. Leave empty if there is no limit.",
        example="17",
    ),
    Field(
        "eligibility_description",
        "Who can come",
        Type.TEXT,
        profile=False,
        help="Who it is for, and who it is not for.",
        example="anybody who looks after a relative",
        weight=2,
        why="People ask first whether it is for somebody like them.",
    ),
    Field(
        "fees",
        "Cost in words",
        also_as="fees_description",
        help="Say so if it is free.",
        example="free, or £2 a session",
    ),
    Field(
        "application_process",
        "How to get in",
        Type.TEXT,
        profile=False,
        help="Whether people simply come, book, or are referred, and by whom.",
        example="just turn up; or ask your GP to refer you",
        weight=2,
        why="People do not come if they are unsure whether they may simply turn up.",
    ),
    Field(
        "wait_time",
        "How long people wait",
        profile=False,
        help="As it is at present.",
        example="about three weeks",
    ),
    Field(
        "interpretation_services",
        "Interpreters",
        profile=False,
        help="What is offered to people who need one, and how to ask.",
        example="BSL interpreter if you tell us a week before",
    ),
    Field(
        "accreditations",
        "Accreditations",
        help="Marks of quality, with who gave them.",
        example="Carers' Quality Mark, 2025",
    ),
    Field(
        "licenses",
        "Licences",
        profile=False,
        help="What it has to be licensed or registered for.",
        example="registered with Ofsted",
    ),
    PARTNER_NOTES,
    INTERNAL_NOTES,
)

LISTS = (
    PHONES,
    List(
        "contacts",
        "People or teams to ask",
        CONTACT,
        help="Shown to the public. A team or a role rather than a person.",
        weight=2,
        why="It is easier to ring when one knows whom to ask for.",
    ),
    List(
        "schedules",
        "Opening times",
        SCHEDULE,
        help="One for each pattern of days and times.",
        weight=2,
        why="People do not set out unless they know that it is open.",
    ),
    HOLIDAYS,
    List(
        "service_at_locations",
        "Where it happens",
        PLACE_LINK,
        key=("location_id",),
        help="Every place that people come to.",
        weight=9,
        why="People look for what is near them, and find nothing without a place.",
    ),
    List(
        "service_areas",
        "Areas it covers",
        SERVICE_AREA,
        help="Where people have to live, or where it comes to them.",
        weight=5,
        why="People look for what is there for where they live, wherever the office "
        "is.",
    ),
    List(
        "cost_options",
        "Prices",
        COST_OPTION,
        help="Each price by itself, if there are several.",
        weight=2,
        why="People who count every pound stay away if they do not know the cost.",
    ),
    List(
        "languages",
        "Languages",
        LANGUAGE,
        help="Those in which it is offered, besides English.",
    ),
    List("funding", "Who pays for it", FUNDING, help="If that should be known."),
    List(
        "required_documents",
        "What to bring",
        REQUIRED_DOCUMENT,
        profile=False,
        help="What people are turned away without.",
    ),
    TERMS,
    MAINTAINERS,
)

SECTIONS = (
    Section(
        "about",
        "What it is",
        ("name", "alternate_name", "description", "in_own_words", "status", "alert"),
    ),
    Section(
        "contact",
        "How to get in touch",
        ("url", "email", "phones", "contacts"),
        "What people use to reach the service.",
    ),
    Section("times", "When", ("schedules", "holiday_schedules")),
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
)

SERVICE = Entity("service", "Service", FIELDS, LISTS, SECTIONS)
