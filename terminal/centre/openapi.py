"""The OpenAPI 3.1 document of the central API, made from the contract: ``python -m terminal.centre.openapi``."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from terminal.centre.contract import Problem, ProblemType
from terminal.centre.routes import (
    IDEMPOTENCY_KEY,
    IDEMPOTENCY_PATTERN,
    PATH_PARAMETERS,
    PRIORITY,
    REQUEST_ID,
    REQUEST_ID_PATTERN,
    ROUTES,
    URGENT,
    VISIT_TOKEN,
    Query,
    Route,
)

Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/{name}"
_SIGNATURE_HEADERS = ("Content-Digest", "Signature-Input", "Signature")
_DESCRIPTION = (
    "Every answer, problems included, is signed with HTTP Message Signatures (RFC 9421, label `centre`) over its "
    "status, content type and digest (RFC 9530) and over method, path, query and X-Request-Id of the request, with a "
    "key that the terminal pinned at enrolment. Bodies may be packed by gzip (`Content-Encoding`), answers where "
    "`Accept-Encoding` takes it; digest and signature are over the packed bytes. "
    "Errors are problem details (RFC 9457); a client acts on `type` alone. Types: "
)


def document() -> Json:
    """The whole document."""
    kinds: list[type] = [Problem]
    for route in ROUTES:
        kinds += [kind for kind in (route.body, route.answer) if kind is not None]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_SCHEMAS)
    paths: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Central API of the social security card terminal",
            "version": "1",
            "description": _DESCRIPTION + ", ".join(f"`{kind.value}`" for kind in ProblemType),
        },
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "headers": {name: {"schema": {"type": "string"}, "required": True} for name in _SIGNATURE_HEADERS},
            "securitySchemes": {
                "certificate": {"type": "mutualTLS", "description": "client certificate got by enrolment"},
                "visit": {"type": "apiKey", "in": "header", "name": VISIT_TOKEN},
            },
        },
    }


def text() -> str:
    """The document as it stands in ``docs/centre-api.json``."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [
            _request_id(),
            *([_idempotency_key()] if route.method == "POST" else []),
            *([_priority()] if route.may_be_urgent else []),
            *_path(route),
            *(_query(parameter) for parameter in route.query),
        ],
        "responses": {
            "200": _response("The answer", "application/json", route.answer),
            "default": _response("Refused, or failed", "application/problem+json", Problem),
        },
        "security": _security(route),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(route.body)}}}
    return operation


def _security(route: Route) -> list[Json]:
    needs: Json = {"certificate": []} if route.needs_certificate else {}
    if route.needs_visit:
        needs["visit"] = []
    return [needs]


def _request_id() -> Json:
    schema = {"type": "string", "pattern": REQUEST_ID_PATTERN}
    return {"name": REQUEST_ID, "in": "header", "required": True, "schema": schema}


def _idempotency_key() -> Json:
    schema = {"type": "string", "pattern": IDEMPOTENCY_PATTERN}
    return {"name": IDEMPOTENCY_KEY, "in": "header", "required": True, "schema": schema}


def _priority() -> Json:
    told = f"{URGENT} from a terminal whose log has a reversal in it; a hint, and ignored where it is not understood"
    return {"name": PRIORITY, "in": "header", "required": False, "description": told, "schema": {"type": "string"}}


def _path(route: Route) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}
        for name, pattern in PATH_PARAMETERS.items()
        if f"{{{name}}}" in route.path
    ]


def _query(query: Query) -> Json:
    schema: Json = (
        {"type": "integer", "minimum": query.least, "maximum": query.most}
        if query.pattern is None
        else {"type": "string", "pattern": query.pattern}
    )
    return {"name": query.name, "in": "query", "required": False, "description": query.description, "schema": schema}


def _response(description: str, media: str, kind: type) -> Json:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _SIGNATURE_HEADERS}
    return {"description": description, "headers": headers, "content": {media: {"schema": _ref(kind)}}}


def _ref(kind: type) -> Json:
    return {"$ref": _SCHEMAS.format(name=kind.__name__)}


if __name__ == "__main__":
    print(text(), end="")  # noqa: T201 - the document is the output
