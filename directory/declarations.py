"""The record: every field of service, organization and location, declared once.

Names are those of ORUK 3.0 (spec of March 2026) and HSDS 3.0. ``RECORDS`` at the end is
what everything else reads.
"""

from directory.choices import Kind, LocationType, Visibility
from directory.declare import Entity, Field, List, Section, Type
from directory.declared_service import SERVICE
from directory.elements import (
    ACCESSIBILITY,
    ADDRESS,
    CONTACT,
    FUNDING,
    IDENTIFIER,
    INTERNAL_NOTES,
    LANGUAGE,
    MAINTAINERS,
    PARTNER_NOTES,
    PHONES,
    PROGRAM,
    TERMS,
)
from directory.service_elements import HOLIDAYS, SCHEDULE

__all__ = ["LOCATION", "ORGANIZATION", "RECORDS", "SERVICE"]

ORGANIZATION = Entity(
    "organization",
    "Organisation",
    (
        Field(
            "name",
            "Name",
            required=True,
            help="As it calls itself in public.",
            example="Wexcombe Carers",
        ),
        Field(
            "alternate_name",
            "Also known as",
            profile=False,
            help="Another name, or the letters people use for it.",
            example="WexCare",
        ),
        Field(
            "description",
            "What it does",
            Type.TEXT,
            help="What it is there for, in a few plain sentences.",
            example="We stand by people who look after somebody at home",
        ),
        Field(
            "email",
            "E-mail",
            Type.EMAIL,
            help="A shared address is best: a person's is held back from the public.",
            example="info@example.org",
        ),
        Field(
            "website",
            "Website",
            Type.URL,
            help="Its front page.",
            example="https://www.example.org",
        ),
        Field(
            "logo",
            "Address of its logo",
            Type.URL,
            folded=True,
            help="The web address of a picture.",
            example="https://www.example.org/logo.png",
        ),
        Field(
            "uri",
            "Official web address",
            Type.URL,
            folded=True,
            help="The web address that stands for it in official lists.",
            example="https://register.example.org/1234567",
        ),
        Field(
            "parent_organization_id",
            "Part of",
            Type.REFERENCE,
            refers_to="organization",
            help="The larger organisation that it belongs to, if it does.",
            example="Carers Federation",
        ),
        Field(
            "legal_status",
            "Legal form",
            profile=False,
            help="What it is in law.",
            example="charity, or community interest company",
        ),
        Field(
            "year_incorporated",
            "Founded in",
            Type.INTEGER,
            profile=False,
            help="The year.",
            example="1985",
        ),
        PARTNER_NOTES,
        INTERNAL_NOTES,
    ),
    (
        PHONES,
        List(
            "contacts",
            "People or teams to ask",
            CONTACT,
            profile=False,
            help="Shown to the public. A team or a role rather than a person.",
        ),
        List(
            "organization_identifiers",
            "Official numbers",
            IDENTIFIER,
            key=("identifier_scheme", "identifier"),
            help="Numbers in public registers, by which it is known everywhere.",
        ),
        List(
            "programs",
            "Programmes",
            PROGRAM,
            profile=False,
            help="What several of its services belong to.",
        ),
        List(
            "funding",
            "Who pays for it",
            FUNDING,
            profile=False,
            help="If that should be known.",
        ),
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
            help="Whether people go there.",
            example="A place people go to",
        ),
        Field(
            "name",
            "Name",
            help="What people call the building.",
            example="Wexcombe Town Hall",
        ),
        Field(
            "alternate_name",
            "Also known as",
            profile=False,
            help="Another name, or an old one that people still use.",
            example="the Corn Exchange",
        ),
        Field(
            "description",
            "About the place",
            Type.TEXT,
            help="What helps to find it or to feel at ease there.",
            example="The red brick building beside the library",
        ),
        Field(
            "transportation",
            "Getting there",
            Type.TEXT,
            profile=False,
            help="Buses, parking, the way from the station.",
            example="bus 12 stops outside; parking behind the hall",
            weight=1,
            why="People without a car look for how to get there.",
        ),
        Field(
            "url",
            "Web page",
            Type.URL,
            profile=False,
            help="The page of the building, rather than of a service.",
            example="https://www.example.org/town-hall",
        ),
        Field(
            "latitude",
            "Latitude",
            Type.DECIMAL,
            help="Where on the map, in degrees. The postcode is enough for most.",
            example="51.2",
        ),
        Field(
            "longitude",
            "Longitude",
            Type.DECIMAL,
            help="In degrees; west of Greenwich with a minus.",
            example="-2.1",
        ),
        Field(
            "external_identifier",
            "Official number of the building",
            help="The UPRN, if you know it.",
            example="100023336956",
        ),
        Field(
            "external_identifier_type",
            "Kind of number",
            help="What that number is called.",
            example="UPRN",
        ),
        Field(
            "sensitive",
            "Keep this place secret",
            Type.BOOLEAN,
            visibility=Visibility.INTERNAL,
            profile=False,
            help="Nothing about where it is ever becomes public.",
            example="a refuge",
        ),
        Field(
            "home",
            "Somebody lives here",
            Type.BOOLEAN,
            visibility=Visibility.INTERNAL,
            profile=False,
            help="Its address and point are held back.",
            example="a childminder's home",
        ),
        PARTNER_NOTES,
        INTERNAL_NOTES,
    ),
    (
        List(
            "addresses", "Address", ADDRESS, help="As one would write it on a letter."
        ),
        PHONES,
        List(
            "accessibility",
            "Access",
            ACCESSIBILITY,
            help="What somebody needs to know who walks, sees or hears less well.",
            weight=2,
            why="People who use a wheelchair or hear badly need to know beforehand.",
        ),
        List(
            "schedules",
            "When the building is open",
            SCHEDULE,
            profile=False,
            help="Only if that is not simply when the service is.",
        ),
        HOLIDAYS,
        List(
            "languages",
            "Languages",
            LANGUAGE,
            profile=False,
            help="Those spoken at the door, besides English.",
        ),
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
        Section(
            "access",
            "Access",
            ("accessibility", "languages", "schedules", "holiday_schedules"),
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

RECORDS: dict[str, Entity] = {
    Kind.SERVICE: SERVICE,
    Kind.ORGANIZATION: ORGANIZATION,
    Kind.LOCATION: LOCATION,
}
