"""The API described: an OpenAPI 3.1 document of exactly what is served.

Made from the field declarations, so it cannot say anything else than the documents do.
Self-contained: it refers to nothing outside itself.
"""

from http import HTTPStatus
from typing import Any

from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type
from publishing.api import parameters
from publishing.choices import GoneReason

Schema = dict[str, Any]

_UUID: Schema = {"type": "string", "format": "uuid"}
_DATE = "A date, YYYY-MM-DD."
_TIME = "HH:MM:SS by the clock on the wall in Europe/London."
_TYPES: dict[Type, Schema] = {
    Type.EMAIL: {"type": "string", "format": "email"},
    Type.URL: {"type": "string", "format": "uri"},
    Type.REFERENCE: _UUID,
    Type.INTEGER: {"type": "integer"},
    Type.DECIMAL: {"type": "number"},
}
_FORMS: dict[Type, str] = {
    Type.DATE: _DATE,
    Type.TIME: _TIME,
    Type.DAYS: "Days as in RFC 5545, for example MO,TH or 2TU.",
    Type.POSTCODE: "A UK postcode.",
}
# Declared as required, yet sent without it where it is not open to the public.
_NOT_PROMISED = {("service", "organization_id")}
# What is always there though nobody has to type it.
_ALWAYS = {
    "organization": ["description"],
    "address": ["country", "address_type"],
    "attribute": ["link_id", "taxonomy_term"],
    "service_at_location": ["service_id", "location"],
}
# The scheme of an identifier is left out where its register is none of org-id.guide's.
_NOT_SENT = {("organization_identifier", "identifier_scheme"): {"other"}}


def document(*, base: str, version: str, publisher: str, strict: bool) -> Schema:
    """The document for the API at this base address."""
    schemas = _Schemas(strict=strict)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Open Referral UK: services of {publisher}"
            if publisher
            else "Open Referral UK",
            "version": version,
            "description": (
                "Information about local services, each vouched for by a responsible "
                "body on its assured_date. Checked means that the information was "
                "checked, not the service. Reading only; no key is needed. Unknown "
                "parameters are ignored."
            ),
        },
        "servers": [{"url": base}],
        "paths": _paths(),
        "components": {"schemas": schemas.all()},
    }


# --- paths ----------------------------------------------------------------------------


def _paths() -> Schema:
    return {
        "/": _reading(
            "getAPIMetaInformation", "About this API", "About", "Which standard it is."
        ),
        "/openapi.json": _reading(
            "getOpenAPIDocument", "This document", "OpenAPI", "An OpenAPI 3.1 document."
        ),
        "/services": _reading(
            "getPaginatedListOfServices",
            "Services, a page at a time",
            "ServicePage",
            "A page of services, in the order of their names. After the last page come "
            "empty ones.",
            parameters=[_page(), _per_page()],
            faults=(HTTPStatus.BAD_REQUEST,),
            conditional=True,
        ),
        "/services/{id}": _reading(
            "getFullyNestedServiceById",
            "One service",
            "Service",
            "The service with everything that hangs on it.",
            parameters=[
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "description": "The id of a service.",
                    "schema": _UUID,
                }
            ],
            faults=(HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
            conditional=True,
        ),
    }


def _reading(
    name: str,
    summary: str,
    schema: str,
    description: str,
    *,
    parameters: list[Schema] | None = None,
    faults: tuple[HTTPStatus, ...] = (),
    conditional: bool = False,
) -> Schema:
    responses: Schema = {"200": _response(description, schema)}
    if conditional:
        responses["304"] = {
            "description": "Nothing has changed since the ETag or date that was sent."
        }
    for status in faults:
        responses[str(status.value)] = _response(_FAULTS[status], "Fault")
    responses["503"] = _response("Ask again after Retry-After seconds.", "Fault")
    operation: Schema = {
        "operationId": name,
        "summary": summary,
        "responses": responses,
    }
    if parameters:
        operation["parameters"] = parameters
    return {"get": operation}


_FAULTS = {
    HTTPStatus.BAD_REQUEST: "A parameter has a value that cannot be used; which.",
    HTTPStatus.NOT_FOUND: "There is and was no such service, or it is no UUID.",
    HTTPStatus.GONE: "It was public and is no longer; why and since when.",
}


def _response(description: str, schema: str) -> Schema:
    content = {"application/json": {"schema": _ref(schema)}}
    return {"description": description, "content": content}


def _page() -> Schema:
    return {
        "name": "page",
        "in": "query",
        "description": "Which page, from 1.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": parameters.LAST_PAGE,
            "default": 1,
        },
    }


def _per_page() -> Schema:
    most = parameters.MOST_PER_PAGE
    return {
        "name": "per_page",
        "in": "query",
        "description": f"How many on a page. More than {most} gives {most}.",
        "schema": {"type": "integer", "minimum": 1, "default": parameters.PER_PAGE},
    }


# --- schemas --------------------------------------------------------------------------


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _array(schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "minItems": 1}


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


def _name(entity: str) -> str:
    return "".join(part.title() for part in entity.split("_"))


class _Schemas:
    """Every schema of the document, with or without the HSDS 3.0 names."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.found: Schema = {}

    def all(self) -> Schema:
        """Them all, by name."""
        service, organization = RECORDS[Kind.SERVICE], RECORDS[Kind.ORGANIZATION]
        self._entity(service, **self._service_extras("Organization"))
        self._entity(organization)
        self._entity(RECORDS[Kind.LOCATION])
        item = self._service_extras("OrganizationInList")
        self.found["ServiceInList"] = self._flat(service, **item)
        self.found["OrganizationInList"] = self._flat(organization)
        self.found["TaxonomyTerm"] = self._term()
        return self.found | _envelopes()

    def _service_extras(self, organization: str) -> Schema:
        return {
            "organization": _ref(organization),
            "assured_date": {
                "type": "string",
                "description": f"When the information was last checked. {_DATE}",
            },
            "assurer_email": {
                "type": "string",
                "format": "email",
                "description": "The shared mailbox of the body that checked it.",
            },
            "last_modified": {
                "type": "string",
                "format": "date-time",
                "description": "When anything in this document last changed.",
            },
        }

    def _entity(self, entity: Entity, **extra: Schema) -> None:
        """The schema of a record or element, and of all that hangs on it."""
        if _name(entity.name) in self.found:
            return
        flat = self._flat(entity, **extra)
        self.found[_name(entity.name)] = flat
        for each in filter(self._is_sent, entity.lists):
            flat["properties"][each.name] = {
                **_array(_ref(_name(each.entity.name))),
                "description": each.label,
            }
            self._entity(each.entity, **_LINKED.get(each.entity.name, {}))
        if entity.name == "attribute" and not self.strict:
            flat["properties"]["link_entity"] = {"enum": list(RECORDS)}

    def _flat(self, entity: Entity, **extra: Schema) -> Schema:
        """Its values without its lists."""
        properties: Schema = {"id": _UUID}
        required = ["id"]
        for item in filter(self._is_sent, entity.fields):
            properties[item.name] = _value(entity, item)
            if item.same_as:
                properties[item.same_as] = properties[item.name]
            if item.required and (entity.name, item.name) not in _NOT_PROMISED:
                required.append(item.name)
        required += _ALWAYS.get(entity.name, [])
        if "last_modified" in extra:
            required.append("last_modified")
        return _object({**properties, **extra}, required)

    def _is_sent(self, item: Field | List) -> bool:
        return item.visibility == Visibility.OPEN and (item.profile or not self.strict)

    def _term(self) -> Schema:
        text: Schema = {"type": "string"}
        properties = {
            "id": _UUID,
            "name": text,
            "term": text,
            "description": text,
            "parent_id": _UUID,
            "taxonomy": text,
            "taxonomy_id": _UUID,
            "term_uri": {"type": "string", "format": "uri"},
        }
        if not self.strict:
            properties["code"] = text
        always = ["id", "name", "term", "description", "taxonomy", "taxonomy_id"]
        return _object(properties, always)


_LINKED: dict[str, Schema] = {
    "attribute": {"link_id": _UUID, "taxonomy_term": _ref("TaxonomyTerm")},
    "service_at_location": {"service_id": _UUID, "location": _ref("Location")},
}


def _value(entity: Entity, item: Field) -> Schema:
    schema = dict(_TYPES.get(item.type, {"type": "string"}))
    if item.type == Type.CHOICE:
        unsent = _NOT_SENT.get((entity.name, item.name), set())
        schema["enum"] = [key for key, _ in item.choices if key not in unsent]
    form = _FORMS.get(item.type, "")
    schema["description"] = f"{item.label}. {form}".strip()
    return schema


def _envelopes() -> Schema:
    whole: Schema = {"type": "integer", "minimum": 0}
    yes_or_no: Schema = {"type": "boolean"}
    page = {
        "total_items": whole,
        "total_pages": whole,
        "page_number": {"type": "integer", "minimum": 1},
        "size": {
            "type": "integer",
            "minimum": 0,
            "maximum": parameters.MOST_PER_PAGE,
            "description": "How many are on this page.",
        },
        "first_page": yes_or_no,
        "last_page": yes_or_no,
        "empty": yes_or_no,
        "contents": {"type": "array", "items": _ref("ServiceInList")},
    }
    address: Schema = {"type": "string", "format": "uri"}
    about = {
        "version": {"type": "string"},
        "profile": address,
        "openapi_url": address,
    }
    return {
        "ServicePage": _object(page, list(page)),
        "About": _object(about, list(about)),
        "OpenAPI": {"type": "object"},
        "Fault": _object(_fault(), ["status", "error", "message"]),
    }


def _fault() -> Schema:
    text: Schema = {"type": "string"}
    return {
        "status": {"type": "integer"},
        "error": {**text, "description": "The phrase of the status."},
        "message": {**text, "description": "What is the matter, in a sentence."},
        "parameters": {
            "type": "object",
            "additionalProperties": text,
            "description": "A sentence for each parameter that cannot be used (400).",
        },
        "reason": {
            **text,
            "enum": list(GoneReason.values),
            "description": "Why it is no longer public (410).",
        },
        "since": {**text, "format": "date-time", "description": "Since when (410)."},
    }
