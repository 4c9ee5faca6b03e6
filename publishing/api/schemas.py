"""The schemas of the OpenAPI document, made from the field declarations."""

from typing import Any

from directory.choices import Kind, Visibility
from directory.declarations import RECORDS
from directory.declare import Entity, Field, List, Type
from publishing.choices import GoneReason

Schema = dict[str, Any]

UUID: Schema = {"type": "string", "format": "uuid"}
_DATE = "A date, YYYY-MM-DD."
_TIME = "HH:MM:SS by the clock on the wall in Europe/London."
_TYPES: dict[Type, Schema] = {
    Type.EMAIL: {"type": "string", "format": "email"},
    Type.URL: {"type": "string", "format": "uri"},
    Type.REFERENCE: UUID,
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
    "program": ["description"],
}
# The scheme of an identifier is left out where its register is none of org-id.guide's.
_NOT_SENT = {("organization_identifier", "identifier_scheme"): {"other"}}


def ref(name: str) -> Schema:
    """A reference to a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _array(schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "minItems": 1}


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


def _name(entity: str) -> str:
    return "".join(part.title() for part in entity.split("_"))


class Schemas:
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
        self.found["LocationInList"] = self._flat(RECORDS[Kind.LOCATION])
        self.found["TaxonomyTerm"] = self._term()
        self.found["Taxonomy"] = _taxonomy()
        self._with_what_is_nested()
        for name, items in _ITEMS.items():
            self.found[f"{name}Page"] = _envelope(items)
        return self.found | _others()

    def _with_what_is_nested(self) -> None:
        """What else some documents hold, beside what hangs on them anyway."""
        place = self.found["ServiceAtLocation"]["properties"]
        service = self.found["Service"]
        inner = {
            k: v
            for k, v in service["properties"].items()
            if k != "service_at_locations"
        }
        place["service"] = _object(inner, service["required"])
        flat = {
            k: v
            for k, v in place.items()
            if v.get("type") != "array" and k not in ("location", "service")
        }
        nested = {"location": ref("LocationInList"), "service": ref("ServiceInList")}
        always = ["id", "service_id", "location_id", "location", "service"]
        self.found["ServiceAtLocationInList"] = _object({**flat, **nested}, always)
        self.found["Organization"]["properties"]["services"] = {
            "type": "array",
            "items": ref("Service"),
            "description": "With full_service.",
        }

    def _service_extras(self, organization: str) -> Schema:
        return {
            "organization": ref(organization),
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
                **_array(ref(_name(each.entity.name))),
                "description": each.label,
            }
            self._entity(each.entity, **_LINKED.get(each.entity.name, {}))
        if entity.name == "attribute" and not self.strict:
            flat["properties"]["link_entity"] = {"enum": list(RECORDS)}

    def _flat(self, entity: Entity, **extra: Schema) -> Schema:
        """Its values without its lists."""
        properties: Schema = {"id": UUID}
        required = ["id"]
        for item in filter(self._is_sent, entity.fields):
            properties[item.name] = _value(entity, item)
            if item.same_as:
                properties[item.same_as] = properties[item.name]
            if item.also_as and not self.strict:
                properties[item.also_as] = properties[item.name]
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
            "id": UUID,
            "name": text,
            "term": text,
            "description": text,
            "parent_id": UUID,
            "taxonomy": text,
            "taxonomy_id": UUID,
            "term_uri": {"type": "string", "format": "uri"},
        }
        if not self.strict:
            properties["code"] = text
        always = ["id", "name", "term", "description", "taxonomy", "taxonomy_id"]
        return _object(properties, always)


_LINKED: dict[str, Schema] = {
    "attribute": {"link_id": UUID, "taxonomy_term": ref("TaxonomyTerm")},
    "service_at_location": {"service_id": UUID, "location": ref("Location")},
}


def _value(entity: Entity, item: Field) -> Schema:
    schema = dict(_TYPES.get(item.type, {"type": "string"}))
    if item.type == Type.CHOICE:
        unsent = _NOT_SENT.get((entity.name, item.name), set())
        schema["enum"] = [key for key, _ in item.choices if key not in unsent]
    form = _FORMS.get(item.type, "")
    schema["description"] = f"{item.label}. {form}".strip()
    return schema


_MINIMAL: Schema = {
    "type": "object",
    "properties": {
        "id": UUID,
        "last_modified": {"type": "string", "format": "date-time"},
        "modified_date": {"type": "string", "format": "date-time"},
    },
    "required": ["id", "last_modified", "modified_date"],
}

# What may stand in a page of each list: as it comes, with full, with minimal.
_ITEMS: dict[str, list[Schema]] = {
    "Service": [ref("ServiceInList"), ref("Service"), _MINIMAL],
    "ServiceAtLocation": [
        ref("ServiceAtLocationInList"), ref("ServiceAtLocation"), _MINIMAL,
    ],
    "Organization": [ref("OrganizationInList"), ref("Organization")],
    "Taxonomy": [ref("Taxonomy")],
    "TaxonomyTerm": [ref("TaxonomyTerm")],
}  # fmt: skip


def _taxonomy() -> Schema:
    text: Schema = {"type": "string"}
    properties = {
        "id": UUID,
        "name": text,
        "description": text,
        "uri": {"type": "string", "format": "uri"},
        "version": text,
    }
    return _object(properties, ["id", "name", "description"])


def _envelope(items: list[Schema]) -> Schema:
    whole: Schema = {"type": "integer", "minimum": 0}
    yes_or_no: Schema = {"type": "boolean"}
    page = {
        "total_items": whole,
        "total_pages": whole,
        "page_number": {"type": "integer", "minimum": 1},
        "size": {**whole, "description": "How many are on this page."},
        "first_page": yes_or_no,
        "last_page": yes_or_no,
        "empty": yes_or_no,
        "contents": {
            "type": "array",
            "items": items[0] if len(items) == 1 else {"anyOf": items},
        },
    }
    return _object(page, list(page))


def _others() -> Schema:
    address: Schema = {"type": "string", "format": "uri"}
    about = {
        "version": {"type": "string"},
        "profile": address,
        "openapi_url": address,
    }
    return {
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
