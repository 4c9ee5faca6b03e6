"""The API's own description: valid, true, and about nothing else."""

from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
import schemathesis
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis import GenerationMode
from schemathesis.engine import events, from_schema
from schemathesis.specs.openapi.definitions import OPENAPI_31

from accounts.models import Partnership
from publishing import render
from publishing.api import openapi
from publishing.models import Endpoint, Gone, PublishedPlace
from tests import world
from tests.publishing import sample
from tests.publishing.test_lists import hall
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


FAULTS_OF_OURS = {500: RuntimeError, 503: OperationalError}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "method", "headers"),
    [
        (400, "GET", {"HTTP_HOST": "not a host"}),
        (405, "POST", {}),
        (405, "DELETE", {}),
        (412, "GET", {"HTTP_IF_MATCH": '"other"'}),
        (500, "GET", {}),
        (503, "GET", {}),
    ],
)
def test_every_refusal_is_described_at_every_address(
    endpoint: Endpoint,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    method: str,
    headers: dict[str, str],
) -> None:
    term = world.term("Art")
    row = sample.shelve(endpoint, "Art", places=[hall(51.2, -2.2)], terms=[term])
    ids = {
        "services": row.service_id,
        "service_at_locations": PublishedPlace.objects.get().link_id,
        "organizations": row.organization_id,
        "taxonomies": term.taxonomy_id,
        "taxonomy_terms": term.pk,
    }
    client.raise_request_exception = False
    if status in FAULTS_OF_OURS:

        def broken(request: HttpRequest) -> str:
            raise FAULTS_OF_OURS[status]

        monkeypatch.setattr(HttpRequest, "get_host", broken)

    for path, operations in document()["paths"].items():
        described = operations["get"]["responses"]
        address = path.format(id=ids.get(path.split("/")[1]))
        answer = client.generic(method, f"/oruk/v3{address}", **cast(Any, headers))

        if status == 412 and "304" not in described:
            assert answer.status_code == 200, path
            continue
        assert answer.status_code == status, path
        assert answer.headers["Content-Type"] == "application/json"
        assert faults(document(), "Fault", answer.json()) == []
        assert answer.json()["status"] == status
        for name in described[str(status)].get("headers", {}):
            assert answer.headers[name]


def leniently_taken(check: str, address: str) -> bool:
    """Whether a check does not know what the description says in words alone: a
    parameter without a value counts as not given; not every postcode is known, and a
    distance needs one."""
    query = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    if check == "negative_data_rejection":
        return "" in query.values()
    return check == "positive_data_acceptance" and bool(
        {"postcode", "proximity"} & set(query)
    )


@pytest.mark.django_db(transaction=True)
def test_api_answers_good_and_bad_questions_as_described(
    endpoint: Endpoint, live_server: Any
) -> None:
    for name in ("Art", "Chess", "Yoga"):
        sample.shelve(endpoint, name)
    schema = schemathesis.openapi.from_url(f"{live_server.url}/oruk/v3/openapi.json")
    schema.config.seed = 1
    asking = schema.config.generation
    asking.max_examples, asking.deterministic, asking.no_shrink = 10, True, True
    asked, statuses, wrong = set(), set(), []

    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        recorded = event.recorder
        for key, exchange in recorded.interactions.items():
            case = recorded.cases[key].value
            asked.add((case.operation.path, case.meta and case.meta.generation.mode))
            assert exchange.response is not None
            statuses.add(exchange.response.status_code)
            wrong += [
                f"{check.name}: {case.method} {exchange.request.uri}"
                f" → {exchange.response.status_code}"
                for check in recorded.checks.get(key, [])
                if check.failure_info
                and not leniently_taken(check.name, exchange.request.uri)
            ]

    assert wrong == []
    assert {200, 204, 400, 404, 405} == statuses
    assert set(document()["paths"]) - {path for path, _ in asked} == {"/openapi.json"}
    assert {mode for _, mode in asked} >= set(GenerationMode)
