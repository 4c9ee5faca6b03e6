"""Closed lists of the standard (ORUK 3.0, March 2026) and of Vouch."""

from django.db import models


class Kind(models.TextChoices):
    """The three kinds of record; each is versioned by itself."""

    SERVICE = "service", "Service"
    ORGANIZATION = "organization", "Organisation"
    LOCATION = "location", "Place"


class Visibility(models.TextChoices):
    """Who may see a field or a record (PRODUCT.md section 2)."""

    OPEN = "open", "Everybody"
    PARTNERS = "partners", "Signed-in workers of partners"
    INTERNAL = "internal", "Only those who keep the record"


class ServiceStatus(models.TextChoices):
    """ORUK ``service.status``: about the service, never the stage of its listing."""

    ACTIVE = "active", "Running"
    INACTIVE = "inactive", "Not running at the moment"
    DEFUNCT = "defunct", "Closed for good"
    TEMPORARILY_CLOSED = "temporarily closed", "Closed for now"


class LocationType(models.TextChoices):
    PHYSICAL = "physical", "A place people go to"
    POSTAL = "postal", "For post only"
    VIRTUAL = "virtual", "Online or by phone"


class Frequency(models.TextChoices):
    WEEKLY = "WEEKLY", "By the week"
    MONTHLY = "MONTHLY", "By the month"


class WhichDays(models.TextChoices):
    """Which days are different from an ordinary week."""

    DATES = "dates", "On these dates"
    BANK_HOLIDAYS = "bank_holidays", "On bank holidays"


class OnThoseDays(models.TextChoices):
    """What is different about them."""

    CLOSED = "closed", "Closed"
    TIMES = "times", "Open at other times"
    USUAL = "usual", "Open as usual"


class AttendingType(models.TextChoices):
    """Code list carried over from ORUK 1.0; in 3.0 free text on a schedule."""

    VENUE = "venue", "In person"
    PHONE = "phone", "By phone"
    ONLINE = "online", "Online"
    HOME_VISIT = "home visit", "At people's homes"


class LinkType(models.TextChoices):
    """What a term says about a record (ORUK ``attribute.link_type``, open list)."""

    SERVICE_TYPE = "service_type", "What kind of service it is"
    AUDIENCE = "audience", "Who it is meant for"
    ELIGIBILITY = "eligibility", "Who can use it"
    ACCESSIBILITY = "accessibility", "Access"
    OTHER = "other", "Other"


class EntryKind(models.TextChoices):
    """What an entry is, by a person's word; ``""`` while nobody has said."""

    OWN = "own", "A service of its own"
    BODY = "body", "Only an organisation's card"
    SIGNPOST = "signpost", "Only points elsewhere"


class Facet(models.TextChoices):
    """What a list of terms is for."""

    SERVICE_TYPE = "service_type", "Kinds of service"
    NEED = "need", "Needs"
    CIRCUMSTANCE = "circumstance", "Circumstances"
    AUDIENCE = "audience", "Who it is for"
    ACCESSIBILITY = "accessibility", "Access"
    OTHER = "other", "Other"


TAGGED = (Facet.SERVICE_TYPE, Facet.AUDIENCE, Facet.ACCESSIBILITY, Facet.OTHER)
"""What records carry. Needs and circumstances are what people come with; they lead to
service types by the mapping and are on no record (digest 7.1)."""
