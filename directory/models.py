"""The accepted record in ORUK/HSDS terms: a projection of the accepted revisions.

Only ``directory/payload.py`` writes these tables, and they can be rebuilt from the
revisions at any time. Columns come from ``directory/declarations.py``; what is written
here are keys, relations and constraints.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from guardian.models import UserObjectPermissionBase

from accounts.models import Partnership
from accounts.roles import Target, grants_for
from common.models import UUIDModel
from directory import declarations as d
from directory import elements, service_elements
from directory.choices import Facet, Kind, ServiceStatus
from directory.columns import Element, Record, declared


def _one_of(*names: str) -> Q:
    """Exactly one of these relations is set."""
    whole = Q()
    for name in names:
        others = {f"{other}__isnull": True for other in names if other != name}
        whole |= Q(**{f"{name}__isnull": False}, **others)
    return whole


class Taxonomy(UUIDModel):
    """A list of terms (ORUK ``taxonomy``), for one purpose.

    It is kept by the lead of one place; without a place it is a shared official list,
    which nobody edits and which the places in ``used_by`` have chosen to use.
    ``origin`` says which import wrote it last, ``""`` where people keep it.
    """

    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="taxonomies",
    )
    used_by = models.ManyToManyField(
        Partnership, blank=True, related_name="shared_taxonomies"
    )
    facet = models.CharField(max_length=20, choices=Facet, default=Facet.OTHER)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    uri = models.URLField(max_length=1000, blank=True)
    version = models.CharField(max_length=50, blank=True)
    licence = models.CharField(max_length=255, blank=True)
    attribution = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("partnership", "name"),
                name="taxonomy_name_once_in_a_place",
                nulls_distinct=False,
            ),
            CheckConstraint(condition=Q(facet__in=Facet.values), name="taxonomy_facet"),
        )

    def __str__(self) -> str:
        return self.name


class TaxonomyTerm(UUIDModel):
    """One term of a list (ORUK ``taxonomy_term``).

    A retired term may name the one that stands in for it wherever it is rendered or
    asked for (ADR 14). ``other_words`` are what people say instead, as texts: whoever
    looks for one of them finds what carries the term. ``plain_position`` is its place
    among the plain needs that the public front page begins with, from 1; None for all
    others. ``from_import`` says that a file brought it, ``ended_by_import`` that it was
    retired since the file has it no more: what a file did, the next one may undo.
    """

    taxonomy = models.ForeignKey(
        Taxonomy, on_delete=models.PROTECT, related_name="terms"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    other_words = models.JSONField(default=list, blank=True)
    code = models.CharField(max_length=100, blank=True)
    term_uri = models.URLField(max_length=1000, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    plain_position = models.PositiveSmallIntegerField(null=True, blank=True)
    from_import = models.BooleanField(default=False)
    ended_by_import = models.BooleanField(default=False)
    leads_to = models.ManyToManyField(
        "self", symmetrical=False, through="TermMapping", related_name="reached_from"
    )

    class Meta:
        constraints = (
            CheckConstraint(condition=~Q(parent=F("id")), name="term_not_own_parent"),
            CheckConstraint(
                condition=~Q(replaced_by=F("id")), name="term_not_own_replacement"
            ),
            CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(retired_on__isnull=False),
                name="term_replaced_is_retired",
            ),
            UniqueConstraint(
                fields=("taxonomy", "code"),
                condition=~Q(code=""),
                name="term_code_once_in_a_list",
            ),
            UniqueConstraint(
                fields=("taxonomy", "term_uri"),
                condition=~Q(term_uri=""),
                name="term_uri_once_in_a_list",
            ),
            UniqueConstraint(
                fields=("taxonomy", "plain_position"),
                name="plain_need_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return self.name


class TermMapping(models.Model):
    """A need or a circumstance leads to a service type of the same place."""

    from_term = models.ForeignKey(
        TaxonomyTerm, on_delete=models.CASCADE, related_name="mappings"
    )
    to_term = models.ForeignKey(
        TaxonomyTerm, on_delete=models.CASCADE, related_name="mapped_from"
    )

    class Meta:
        constraints = (
            UniqueConstraint(fields=("from_term", "to_term"), name="mapping_once"),
        )

    def __str__(self) -> str:
        return f"{self.from_term} → {self.to_term}"


class Postcode(models.Model):
    """Where a postcode is, from a list that is loaded (``directory/locating.py``).

    ``code`` has no space; the point is WGS84 in degrees; ``council`` is the ONS code
    of the lower tier local authority (E07…, S12…), ``""`` where none is known.
    """

    code = models.CharField(max_length=8, primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    council = models.CharField(max_length=9, blank=True)

    def __str__(self) -> str:
        return self.code


@declared(d.ORGANIZATION)
class Organization(Record):
    """A body that runs services (ORUK ``organization``); roles are held on it."""

    parent_organization = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True
    )

    class Meta:
        permissions = grants_for(Target.ORGANIZATION)
        indexes = (models.Index(fields=("name", "id"), name="organization_by_name"),)

    def __str__(self) -> str:
        return str(self.name)  # type: ignore[attr-defined]


class OrganizationGrant(UserObjectPermissionBase):
    """A role held by a person on an organization (a django-guardian direct table)."""

    content_object = models.ForeignKey(Organization, on_delete=models.CASCADE)


@declared(d.SERVICE)
class Service(Record):
    """Something people can go to or be sent to (ORUK ``service``)."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="services"
    )

    class Meta:
        constraints = (
            CheckConstraint(
                condition=Q(status__in=ServiceStatus.values), name="service_status"
            ),
            CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(minimum_age__lte=F("maximum_age")),
                name="service_ages_in_order",
            ),
        )

    def __str__(self) -> str:
        return str(self.name)  # type: ignore[attr-defined]


@declared(d.LOCATION)
class Location(Record):
    """Where services happen (ORUK ``location``)."""

    class Meta:
        constraints = (
            CheckConstraint(
                condition=Q(latitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="location_point_on_earth",
            ),
        )

    def __str__(self) -> str:
        return str(self.name or "Unnamed place")  # type: ignore[attr-defined]


def _parent(model: Any, name: str) -> Any:
    return models.ForeignKey(
        model, on_delete=models.CASCADE, null=True, blank=True, related_name=name
    )


@declared(service_elements.PLACE_LINK)
class ServiceAtLocation(Element):
    """A service happens at a location."""

    service = _parent(Service, "service_at_locations")
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="service_at_locations"
    )

    class Meta:
        constraints = (
            UniqueConstraint(fields=("service", "location"), name="place_link_once"),
        )


@declared(elements.CONTACT)
class Contact(Element):
    """A person or team, for the public or (``list_name`` maintainers) for us alone."""

    service = _parent(Service, "contacts")
    organization = _parent(Organization, "contacts")
    location = _parent(Location, "contacts")
    list_name = models.CharField(max_length=20, default="contacts")

    class Meta:
        constraints = (
            CheckConstraint(
                condition=_one_of("service", "organization", "location"),
                name="contact_has_one_record",
            ),
        )


@declared(elements.PHONE)
class Phone(Element):
    """A phone number of a record or of a contact."""

    service = _parent(Service, "phones")
    organization = _parent(Organization, "phones")
    location = _parent(Location, "phones")
    contact = _parent(Contact, "phones")

    class Meta:
        constraints = (
            CheckConstraint(
                condition=_one_of("service", "organization", "location", "contact"),
                name="phone_has_one_record",
            ),
        )


@declared(service_elements.SCHEDULE)
class Schedule(Element):
    """A rule for when something is open (RFC 5545 subset, in fields)."""

    service = _parent(Service, "schedules")
    location = _parent(Location, "schedules")
    service_at_location_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = (
            CheckConstraint(
                condition=_one_of("service", "location"),
                name="schedule_has_one_record",
            ),
            CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="schedule_dates_in_order",
            ),
            CheckConstraint(
                condition=Q(interval__isnull=True) | Q(interval__gte=1),
                name="schedule_interval_positive",
            ),
        )


@declared(service_elements.HOLIDAY)
class HolidaySchedule(Element):
    """Days on which something is closed or open at other times (ORUK 1.0)."""

    service = _parent(Service, "holiday_schedules")
    location = _parent(Location, "holiday_schedules")

    class Meta:
        constraints = (
            CheckConstraint(
                condition=_one_of("service", "location"),
                name="holiday_has_one_record",
            ),
            CheckConstraint(
                condition=Q(start_date__isnull=True)
                | Q(end_date__isnull=True)
                | Q(start_date__lte=F("end_date")),
                name="holiday_dates_in_order",
            ),
        )


@declared(service_elements.SERVICE_AREA)
class ServiceArea(Element):
    """An area that a service covers."""

    service = _parent(Service, "service_areas")


@declared(service_elements.COST_OPTION)
class CostOption(Element):
    """What it costs, for whom."""

    service = _parent(Service, "cost_options")

    class Meta:
        constraints = (
            CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="cost_not_negative",
            ),
        )


@declared(elements.PROGRAM)
class Program(Element):
    """What several services of an organization belong to (HSDS ``program``)."""

    organization = _parent(Organization, "programs")


@declared(elements.FUNDING)
class Funding(Element):
    """Who pays for it."""

    service = _parent(Service, "funding")
    organization = _parent(Organization, "funding")

    class Meta:
        constraints = (
            CheckConstraint(
                condition=_one_of("service", "organization"),
                name="funding_has_one_record",
            ),
        )


@declared(elements.LANGUAGE)
class Language(Element):
    """A language in which it is offered, or that is spoken on a number."""

    service = _parent(Service, "languages")
    location = _parent(Location, "languages")
    phone = _parent(Phone, "languages")

    class Meta:
        constraints = (
            CheckConstraint(
                condition=_one_of("service", "location", "phone"),
                name="language_has_one_record",
            ),
        )


@declared(service_elements.REQUIRED_DOCUMENT)
class RequiredDocument(Element):
    """What people have to bring."""

    service = _parent(Service, "required_documents")


@declared(elements.IDENTIFIER)
class OrganizationIdentifier(Element):
    """An official number of an organization (org-id.guide schemes)."""

    organization = _parent(Organization, "organization_identifiers")


@declared(elements.ADDRESS)
class Address(Element):
    """The address of a location."""

    location = _parent(Location, "addresses")


@declared(elements.ACCESSIBILITY)
class Accessibility(Element):
    """How a location can be used by everybody."""

    location = _parent(Location, "accessibility")


@declared(elements.ATTRIBUTE)
class Attribute(Element):
    """A term on a record."""

    service = _parent(Service, "attributes")
    organization = _parent(Organization, "attributes")
    location = _parent(Location, "attributes")
    taxonomy_term = models.ForeignKey(
        TaxonomyTerm, on_delete=models.PROTECT, related_name="attributes"
    )

    class Meta:
        constraints = (
            CheckConstraint(
                condition=_one_of("service", "organization", "location"),
                name="attribute_has_one_record",
            ),
            UniqueConstraint(
                fields=("service", "taxonomy_term"), name="service_term_once"
            ),
            UniqueConstraint(
                fields=("organization", "taxonomy_term"), name="organization_term_once"
            ),
            UniqueConstraint(
                fields=("location", "taxonomy_term"), name="location_term_once"
            ),
        )


class ExternalReference(UUIDModel):
    """Another system's name for a record; many references may mean one record."""

    kind = models.CharField(max_length=20, choices=Kind)
    record_id = models.UUIDField(db_index=True)
    system = models.CharField(max_length=100)
    value = models.CharField(max_length=255)
    history = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("system", "kind", "value"), name="external_reference_once"
            ),
        )


RECORD_MODELS: dict[str, type[Record]] = {
    Kind.SERVICE: Service,
    Kind.ORGANIZATION: Organization,
    Kind.LOCATION: Location,
}

ELEMENT_MODELS: dict[str, type[Element]] = {
    model.entity.name: model
    for model in (
        ServiceAtLocation, Contact, Phone, Schedule, HolidaySchedule, ServiceArea,
        CostOption, Funding,
        Language, RequiredDocument, OrganizationIdentifier, Program, Address,
        Accessibility, Attribute,
    )
}  # fmt: skip
