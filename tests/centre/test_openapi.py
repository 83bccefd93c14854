"""The document is the contract's, and the sandbox centre is as the document says."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from requests.adapters import HTTPAdapter
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth

from terminal.centre import client as client_module
from terminal.centre import openapi, packing, signing
from terminal.centre.routes import REQUEST_ID, ROUTES, VISIT_TOKEN
from terminal.sandbox.people import Population
from tests.centre.support import Member, card_id_of, prove

COMMITTED = Path(__file__).parents[2] / "docs" / "centre-api.json"

# 413 is a refusal too; Schemathesis does not count it by itself.
REFUSALS = ["400", "401", "403", "404", "405", "413", "415"]
# The cases that Schemathesis derives from the schema itself are some hundred: they belong to ``./run prove``.
PROOF = "SSC_PROOF" in os.environ
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
        "phases": {"coverage": {"enabled": PROOF}},
    }
)

schema = schemathesis.openapi.from_dict(openapi.document(), config=CONFIG)


def test_the_committed_document_is_fresh() -> None:
    """Make it anew with ``python -m terminal.centre.openapi > docs/centre-api.json``."""
    assert COMMITTED.read_text("utf-8") == openapi.text()


def test_every_route_is_in_the_document() -> None:
    operations = {
        operation["operationId"]: (method.upper(), path)
        for path, methods in openapi.document()["paths"].items()
        for method, operation in methods.items()
    }
    assert operations == {route.name: (route.method, route.path) for route in ROUTES}


class Visit(NamedTuple):
    """A card and its token, so that the routes behind a visit are reached too."""

    card_id: str
    token: str


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]

    def cert_verify(self, conn: object, url: str, verify: object, cert: object) -> None:
        """The context decides."""


@pytest.fixture(scope="module")
def session(member: Member) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Adapter(client_module._context(member.identity, None)))
    return session


@pytest.fixture(scope="module")
def visit(member: Member, population: Population) -> Visit:
    person = population.find("farmer")
    return Visit(card_id_of(person), prove(member.client(), person).token)


def _keeps_to_the_document(operation: str) -> Callable[..., None]:
    """The test of one operation: Schemathesis gives all operations of one function the same id, and of tests with one
    id pytest-xdist runs one.
    """

    @schema.include(operation_id=operation).parametrize()
    @settings(max_examples=40 if PROOF else 15, deadline=None, suppress_health_check=list(HealthCheck))
    def keeps(case: schemathesis.Case[Any], member: Member, session: requests.Session, visit: Visit) -> None:
        if case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
            # Drawn at random no token would ever fit: half of the good cases get a real one.
            if VISIT_TOKEN in case.headers and int(str(case.headers[REQUEST_ID])[-1], 16) % 2:
                case.headers[VISIT_TOKEN] = visit.token
            ours = {"card_id": visit.card_id}
            if case.method == "GET":  # what is written has to be signed as well, which no schema says
                ours["terminal"] = member.identity.terminal
            case.path_parameters.update({name: ours[name] for name in ours.keys() & case.path_parameters.keys()})
        case.body = _whole(case.body)
        response = case.call(base_url=member.identity.url, session=session)
        # ``ignored_auth`` asks again without our TLS context; what needs a certificate or a token is in test_trust.
        case.validate_response(response, excluded_checks=[ignored_auth])
        assert response.status_code < 500
        _check_signature(member, response)

    made: Callable[..., None] = keeps
    return made


for _route in ROUTES:
    globals()[f"test_the_sandbox_keeps_to_the_document_{_route.name}"] = _keeps_to_the_document(_route.name)


def _whole(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Whole numbers written as such: to JSON Schema ``81.0`` is an integer, to this centre it is none."""
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_signature(member: Member, response: schemathesis.Response) -> None:
    """Good, refused or malformed: every answer to a request with an id is signed over that request."""
    request = response.request
    request_id = request.headers.get(REQUEST_ID)
    if request_id is not None:
        headers = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
        question = signing.Question(str(request.method), request.path_url, str(request_id))
        # The signature is over the bytes as sent, which requests has unpacked; the same bytes pack to the same bytes.
        sent = packing.packed(response.content)[0] if "content-encoding" in headers else response.content
        signing.verify(member.identity.keys(), question, signing.Reply(response.status_code, headers, sent))
