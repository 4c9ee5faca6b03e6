"""The API's own description: valid, true, and about nothing else."""

from typing import Any, cast

import orjson
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.definitions import OPENAPI_31

from accounts.models import Partnership
from publishing import render
from publishing.api import openapi
from publishing.models import Endpoint, Gone
from tests import world
from tests.publishing import sample
from tests.publishing.test_render import maximal, whole


def document(*, strict: bool = False) -> dict[str, Any]:
    return openapi.document(
        base="https://testham.example/oruk/v3",
        version="HSDS-UK-3.0",
        place=Partnership(name="Testham"),
        strict=strict,
    )


def closed(node: Any) -> Any:
    """The same schema, in which no object may hold more than is described."""
    if isinstance(node, list):
        return [closed(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    out = {name: closed(inner) for name, inner in node.items()}
    if "properties" in out and out.get("type") == "object":
        out["additionalProperties"] = False
    return out


def faults(described: dict[str, Any], name: str, body: Any) -> list[str]:
    schema = closed(
        {
            "$ref": f"#/components/schemas/{name}",
            "components": described["components"],
        }
    )
    found = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{e.json_path}: {e.message}" for e in found.iter_errors(body)]


@pytest.mark.parametrize("strict", [True, False])
def test_document_is_valid_openapi(strict: bool) -> None:
    described = document(strict=strict)

    assert list(Draft202012Validator(OPENAPI_31).iter_errors(described)) == []
    assert described["openapi"] == "3.1.0"
    assert described["info"]["version"] == "HSDS-UK-3.0"
    for name, schema in described["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema), name


def test_document_refers_to_nothing_outside_itself() -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, list):
            return {r for inner in node for r in references(inner)}
        if not isinstance(node, dict):
            return set()
        own = {node["$ref"]} if "$ref" in node else set()
        return own | {r for inner in node.values() for r in references(inner)}

    described = document()
    found = {r.removeprefix("#/components/schemas/") for r in references(described)}

    assert found <= set(described["components"]["schemas"])


def test_document_describes_what_is_served_and_nothing_else() -> None:
    assert list(document()["paths"]) == [
        "/",
        "/openapi.json",
        "/services",
        "/services/{id}",
        "/service_at_locations",
        "/service_at_locations/{id}",
        "/organizations",
        "/organizations/{id}",
        "/taxonomies",
        "/taxonomies/{id}",
        "/taxonomy_terms",
        "/taxonomy_terms/{id}",
    ]


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("make", [maximal, whole])
def test_documents_are_what_is_described_and_hold_nothing_else(
    strict: bool, make: Any
) -> None:
    forms = render.documents(make())
    full, item = (
        (forms.strict_full, forms.strict_item) if strict else (forms.full, forms.item)
    )
    for body in (full, item):
        body["last_modified"] = "2026-09-12T10:00:00.000Z"
    described = document(strict=strict)
    moment = sample.instant("2026-09-12T10:00:00")
    at_place = render.with_places(render.dated(forms, moment))[0]
    body_forms = render.of_organization(forms)
    assert body_forms is not None
    for name, other in (("Organization", body_forms), ("ServiceAtLocation", at_place)):
        whole_form = other.strict_full if strict else other.full
        flat_form = other.strict_item if strict else other.item
        assert faults(described, name, whole_form) == []
        assert faults(described, f"{name}InList", flat_form) == []
    assert faults(described, "Service", full) == []
    assert faults(described, "ServiceInList", item) == []


def test_strict_document_has_no_name_beyond_the_profile() -> None:
    described = document(strict=True)
    service = described["components"]["schemas"]["Service"]["properties"]

    assert {"phones", "alternate_name", "eligibility_description"} & set(service) == (
        set()
    )
    assert "phones" in document()["components"]["schemas"]["Service"]["properties"]


@pytest.mark.django_db
@pytest.mark.parametrize("strict", [True, False])
def test_document_is_served_for_the_form_that_is_served(
    place: world.Place, client: Client, settings: Any, strict: bool
) -> None:
    settings.ORUK_STRICT_PROFILE = strict
    answer = client.get("/oruk/v3/openapi.json")
    expected = openapi.document(
        base="http://testserver/oruk/v3",
        version="HSDS-UK-3.0",
        place=place.partnership,
        strict=strict,
    )

    assert answer.status_code == 200
    assert answer.content == orjson.dumps(expected)


@pytest.mark.django_db
def test_faults_are_what_is_described(endpoint: Endpoint, client: Client) -> None:
    gone = Gone.objects.create(
        endpoint=endpoint,
        service_id=sample.shelve(endpoint, "Art").listing_id,
        reason="lapsed",
    )
    paths = ["?page=0", "/17", f"/{gone.service_id}"]
    answers = [client.get(f"/oruk/v3/services{path}") for path in paths]

    assert [a.status_code for a in answers] == [400, 404, 410]
    for answer in answers:
        assert faults(document(), "Fault", answer.json()) == []


@pytest.mark.django_db(transaction=True)
def test_api_answers_generated_questions_as_described(
    endpoint: Endpoint, live_server: Any
) -> None:
    for name in ("Art", "Chess", "Yoga"):
        sample.shelve(endpoint, name)
    schema = schemathesis.openapi.from_url(f"{live_server.url}/oruk/v3/openapi.json")
    asked = []
    for result in schema.get_all_operations():
        operation: Any = cast(Any, result).ok()

        @settings(
            max_examples=25,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            # No schema says which postcodes are known, or that a distance needs one.
            about_places = {"postcode", "proximity"} & set(case.query or {})
            untold = [positive_data_acceptance] if about_places else []
            case.call_and_validate(excluded_checks=untold)

        ask()
        asked.append(operation.path)

    assert set(document()["paths"]) - set(asked) == {"/openapi.json"}
