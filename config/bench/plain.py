"""The other yardstick: the same answers by plain ModelSerializers over the records.

What somebody would write first with Django REST framework: nested serializers, related
rows prefetched, pages by number, filters on the tables. No gate, no stored bytes and no
middleware; it says what it finds.
"""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import path
from rest_framework import generics, pagination, serializers

from directory import models as m


def plain(of: Any, **nested: Any) -> Any:
    """A ModelSerializer of all columns, with these serializers for its relations."""

    class Meta:
        model = of
        exclude = tuple(
            name for name in ("service", "organization", "location", "contact")
            if name not in nested and any(f.name == name for f in of._meta.fields)
        )  # fmt: skip

    return type(
        f"{of.__name__}Serializer",
        (serializers.ModelSerializer,),
        {"Meta": Meta, **nested},
    )


def many(of: Any, **nested: Any) -> Any:
    """The same for a list."""
    return plain(of, **nested)(many=True)


def _term() -> Any:
    return plain(m.TaxonomyTerm, taxonomy=plain(m.Taxonomy)())()


OrganizationItem = plain(m.Organization)
Organization = plain(
    m.Organization,
    phones=many(m.Phone),
    contacts=many(m.Contact, phones=many(m.Phone)),
    organization_identifiers=many(m.OrganizationIdentifier),
    attributes=many(m.Attribute, taxonomy_term=_term()),
)
Location = plain(
    m.Location,
    addresses=many(m.Address),
    accessibility=many(m.Accessibility),
    phones=many(m.Phone),
)
ServiceItem = plain(m.Service, organization=OrganizationItem())
Service = plain(
    m.Service,
    organization=Organization(),
    phones=many(m.Phone),
    contacts=many(m.Contact, phones=many(m.Phone)),
    schedules=many(m.Schedule),
    service_areas=many(m.ServiceArea),
    cost_options=many(m.CostOption),
    languages=many(m.Language),
    funding=many(m.Funding),
    required_documents=many(m.RequiredDocument),
    attributes=many(m.Attribute, taxonomy_term=_term()),
    service_at_locations=many(m.ServiceAtLocation, location=Location()),
)
ALL_OF_IT = (
    "phones", "contacts__phones", "schedules", "service_areas", "cost_options",
    "languages", "funding", "required_documents", "attributes__taxonomy_term__taxonomy",
    "service_at_locations__location__addresses",
    "service_at_locations__location__accessibility",
    "service_at_locations__location__phones",
    "organization__phones", "organization__contacts__phones",
    "organization__organization_identifiers",
    "organization__attributes__taxonomy_term__taxonomy",
)  # fmt: skip


class Pages(pagination.PageNumberPagination):
    """Pages by number, of the size that our API has unless asked otherwise."""

    page_size = 50


def asked(request: HttpRequest) -> QuerySet[m.Service]:
    """The services that answer to a keyword and a term."""
    rows = m.Service.objects.order_by("name", "pk")
    if words := request.GET.get("search"):
        rows = rows.filter(Q(name__icontains=words) | Q(description__icontains=words))
    if term := request.GET.get("taxonomy_term_id"):
        rows = rows.filter(attributes__taxonomy_term=uuid.UUID(term))
    return rows


class ServiceList(generics.ListAPIView[m.Service]):
    """Services with their organisation, a page at a time."""

    serializer_class = ServiceItem
    pagination_class = Pages
    permission_classes = ()
    authentication_classes = ()

    def get_queryset(self) -> QuerySet[m.Service]:
        """Those that are asked for."""
        return asked(self.request).select_related("organization")


class OneService(generics.RetrieveAPIView[m.Service]):
    """One service with everything that hangs on it."""

    serializer_class = Service
    permission_classes = ()
    authentication_classes = ()
    queryset = m.Service.objects.select_related("organization").prefetch_related(
        *ALL_OF_IT
    )


urlpatterns = [
    path("services", ServiceList.as_view()),
    path("services/<uuid:pk>", OneService.as_view()),
]
