"""The API described: an OpenAPI 3.1 document of exactly what is served.

Made from the field declarations, so it cannot say anything else than the documents do.
Self-contained: it refers to nothing outside itself.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from rest_framework.serializers import ChoiceField, ListField, Serializer

from accounts.models import Partnership
from publishing.api import parameters
from publishing.api.schemas import UUID, Schema, Schemas, ref


def document(
    *, base: str, version: str, place: Partnership | None, strict: bool
) -> Schema:
    """The document for the API of a place at this base address."""
    schemas = Schemas(strict=strict)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Open Referral UK: services of {place.name}"
            if place
            else "Open Referral UK",
            "version": version,
            "description": (
                "Information about local services, each vouched for by a responsible "
                "body on its assured_date. Checked means that the information was "
                "checked, not the service. Reading only, by GET or HEAD, and OPTIONS "
                "(204) says so; no key is needed. Unknown parameters are ignored, and "
                "one without a value counts as not given."
            ),
            **_licence(place),
        },
        "servers": [{"url": base}],
        "paths": _paths(),
        "components": {"schemas": schemas.all()},
    }


def _licence(place: Partnership | None) -> Schema:
    if place is None:
        return {}
    return {"license": {"name": place.licence.name, "url": place.licence.url}}


# --- paths ----------------------------------------------------------------------------


def _paths() -> Schema:
    paths = {
        "/": _reading(
            "getAPIMetaInformation", "About this API", "About", "Which standard it is."
        ),
        "/openapi.json": _reading(
            "getOpenAPIDocument", "This document", "OpenAPI", "An OpenAPI 3.1 document."
        ),
    }
    for each in _RESOURCES:
        paths[f"/{each.path}"] = _reading(
            f"getPaginatedListOf{each.names}",
            f"{each.title}, a page at a time",
            f"{each.page}Page",
            f"A page of them. {each.order}",
            asked=each.asked,
            conditional=True,
            lines=True,
        )
        faults = [HTTPStatus.NOT_FOUND]
        if each.path == "services":
            faults.append(HTTPStatus.GONE)
        paths[f"/{each.path}/{{id}}"] = _reading(
            f"get{each.page}ById",
            f"One of them by its id: {each.title.lower()}",
            each.page,
            "It, with everything that hangs on it.",
            asked=each.asked_of_one,
            by_id=True,
            faults=tuple(faults),
            conditional=True,
        )
    return paths


@dataclass(frozen=True)
class _Resource:
    path: str
    names: str
    page: str
    title: str
    order: str
    asked: type[Serializer[Any]]
    asked_of_one: type[Serializer[Any]] | None = None


_BY_NAME = (
    "In the order of their names; with words the best first, with a distance the "
    "nearest first. After the last page come empty ones."
)
_RESOURCES = (
    _Resource(
        "services", "Services", "Service", "Services", _BY_NAME,
        parameters.ServiceParameters,
    ),
    _Resource(
        "service_at_locations", "ServicesAtLocations", "ServiceAtLocation",
        "Services at each of their places", _BY_NAME, parameters.ServiceParameters,
    ),
    _Resource(
        "organizations", "Organizations", "Organization", "Organisations", _BY_NAME,
        parameters.OrganizationParameters, parameters.OneOrganizationParameters,
    ),
    _Resource(
        "taxonomies", "Taxonomies", "Taxonomy", "Lists of terms",
        "In the order of their names.", parameters.SearchParameters,
    ),
    _Resource(
        "taxonomy_terms", "TaxonomyTerms", "TaxonomyTerm", "Terms in use",
        "In the order of their lists, then names.", parameters.TermParameters,
    ),
)  # fmt: skip


def _reading(
    name: str,
    summary: str,
    schema: str,
    description: str,
    *,
    asked: type[Serializer[Any]] | None = None,
    by_id: bool = False,
    faults: tuple[HTTPStatus, ...] = (),
    conditional: bool = False,
    lines: bool = False,
) -> Schema:
    good = _response(description, schema)
    if lines:
        good["content"]["application/x-ndjson"] = {"schema": {"type": "string"}}
    responses: Schema = {"200": good}
    if conditional:
        responses["304"] = {
            "description": "Nothing has changed since the ETag or date that was sent."
        }
        faults = (*faults, HTTPStatus.PRECONDITION_FAILED)
    for status in sorted({*faults, *_ALWAYS}):
        responses[str(status.value)] = _response(_FAULTS[status], "Fault")
        if status in _WITH_HEADER:
            responses[str(status.value)]["headers"] = _WITH_HEADER[status]
    operation: Schema = {
        "operationId": name,
        "summary": summary,
        "responses": responses,
    }
    given = [_ID] if by_id else []
    given += (
        [_asked(name, item) for name, item in asked().fields.items()] if asked else []
    )
    if given:
        operation["parameters"] = given
    return {"get": operation}


_FAULTS = {
    HTTPStatus.BAD_REQUEST: (
        "A parameter has a value that cannot be used; which. Or the request itself "
        "could not be read."
    ),
    HTTPStatus.NOT_FOUND: "There is and was nothing with this id, or it is no UUID.",
    HTTPStatus.METHOD_NOT_ALLOWED: "To any method but GET, HEAD and OPTIONS.",
    HTTPStatus.GONE: "It was public and is no longer; why and since when.",
    HTTPStatus.PRECONDITION_FAILED: (
        "It is no longer, or never was, what If-Match or If-Unmodified-Since says."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault of ours, which has been noted.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Ask again after Retry-After seconds.",
}
_ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""What any address may answer, whatever it is about."""
_WITH_HEADER: dict[HTTPStatus, Schema] = {
    HTTPStatus.METHOD_NOT_ALLOWED: {
        "Allow": {
            "description": "The methods there are.", "schema": {"type": "string"},
        }
    },
    HTTPStatus.SERVICE_UNAVAILABLE: {
        "Retry-After": {
            "description": "Seconds to wait.", "schema": {"type": "integer"},
        }
    },
}  # fmt: skip
_ID: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "Its id.",
    "schema": UUID,
}


def _response(description: str, schema: str) -> Schema:
    content = {"application/json": {"schema": ref(schema)}}
    return {"description": description, "content": content}


def _asked(name: str, item: Any) -> Schema:
    """A parameter as its field declares it."""
    return {
        "name": name,
        "in": "query",
        "description": str(item.help_text),
        "schema": _asked_schema(item),
    }


def _asked_schema(item: Any) -> Schema:
    if isinstance(item, ListField):
        return {"type": "array", "items": UUID}
    if isinstance(item, parameters.WholeNumber):
        schema: Schema = {"type": "integer", "minimum": 1}
        if item.max_value:
            schema["maximum"] = item.max_value
        return schema
    if isinstance(item, parameters.Number):
        return {"type": "number", "minimum": 0, "maximum": item.max_value}
    if isinstance(item, parameters.YesOrNo):
        return {"type": "boolean", "default": False}
    if isinstance(item, ChoiceField):
        return {"type": "string", "enum": list(item.choices)}
    if isinstance(item, parameters.Id):
        return UUID
    if isinstance(item, parameters.Search):
        return {
            "type": "string",
            "maxLength": parameters.LONGEST_SEARCH,
            "pattern": r"^[^\u0000]*$",
        }
    if isinstance(item, parameters.Minutes):
        return {"type": "string", "pattern": f"^(?:{parameters.TIME.pattern})$"}
    if isinstance(item, parameters.Moment):
        forms = [{"type": "string", "format": f} for f in ("date-time", "date")]
        return {"anyOf": forms}
    return {"type": "string"}
