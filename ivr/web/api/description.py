"""The API's own description, OpenAPI 3.1, made of the types by which requests are checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec

from ivr.views import View
from ivr.views.calls import CallView, OutcomeView
from ivr.views.meetings import MeetingView
from ivr.views.promises import AttemptView, EscalationView
from ivr.web.api.route import ApiRoute

JSON = "application/json"
EVERY_REFUSAL = (400, 401, 403, 429, 503)
WITH_BODY = (408, 413, 415)

WEBHOOKS: dict[str, type[View]] = {
    "call.ended": CallView,
    "outcome.decided": OutcomeView,
    "escalation.opened": EscalationView,
    "escalation.changed": EscalationView,
    "callback.result": AttemptView,
    "meeting.changed": MeetingView,
}


class Problem(View, frozen=True, kw_only=True):
    """Why a request was not done; `retry` is in seconds, 0 when trying again changes nothing."""

    problem: str
    detail: str
    retry: int


def described(root: str, rows: Sequence[ApiRoute]) -> dict[str, Any]:
    """The whole description as plain values."""
    kinds = [Problem, *WEBHOOKS.values(), *(kind for row in rows for kind in _kinds(row))]
    _, schemas = msgspec.json.schema_components(
        list(dict.fromkeys(kinds)), ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        paths.setdefault(root + row.path, {})[row.method.lower()] = _operation(row)
    return {
        "openapi": "3.1.0",
        "info": {"title": "linetree", "version": version("linetree")},
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": {name: _webhook(kind) for name, kind in WEBHOOKS.items()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _kinds(row: ApiRoute) -> Iterator[Any]:
    for kind in (row.gives, row.body):
        if kind is not None and kind is not bytes:
            yield kind


def _operation(row: ApiRoute) -> dict[str, Any]:
    words = [re.sub(r"\W", "_", part.strip("{}")) for part in row.path.split("/") if part]
    operation: dict[str, Any] = {
        "operationId": "_".join([row.method.lower(), *words]),
        "summary": row.summary,
        "description": f"Needs the scope `{row.scope}`.",
        "parameters": [*_path_parameters(row), *_query_parameters(row)],
        "responses": _responses(row),
    }
    if row.body is not None:
        schema = _schema(row.body)
        operation["requestBody"] = {"required": True, "content": {row.takes: {"schema": schema}}}
    return operation


def _path_parameters(row: ApiRoute) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", row.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(row: ApiRoute) -> Iterable[dict[str, Any]]:
    (shape,), inner = msgspec.json.schema_components([row.query])
    properties = inner[shape["$ref"].rsplit("/", 1)[-1]].get("properties", {})
    for name, schema in properties.items():
        yield {"name": name, "in": "query", "required": False, "schema": _inlined(schema, inner)}


def _inlined(schema: Any, inner: dict[str, Any]) -> Any:
    """A query's schema without references: what it names is its own and small."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(inner[schema["$ref"].rsplit("/", 1)[-1]], inner)
        return {name: _inlined(one, inner) for name, one in schema.items()}
    return [_inlined(one, inner) for one in schema] if isinstance(schema, list) else schema


def _responses(row: ApiRoute) -> dict[str, Any]:
    done: dict[str, Any] = {"description": HTTPStatus(row.status).phrase}
    if row.file:
        done["content"] = {row.file: {"schema": {"type": "string", "format": "binary"}}}
    elif row.gives is not None:
        done["content"] = {JSON: {"schema": _schema(row.gives)}}
    refusals = {*EVERY_REFUSAL, *row.refusals, *(WITH_BODY if row.body is not None else ())}
    return {str(row.status): done} | {str(code): _refusal(row, code) for code in sorted(refusals)}


def _refusal(row: ApiRoute, code: int) -> dict[str, Any]:
    imports = row.body is bytes and code == 422
    schema = _schema(row.gives) if imports else _schema(Problem)
    return {"description": HTTPStatus(code).phrase, "content": {JSON: {"schema": schema}}}


def _schema(kind: Any) -> dict[str, Any]:
    if kind is bytes:
        return {"type": "string", "format": "binary"}
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _webhook(kind: type[View]) -> dict[str, Any]:
    message = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string"},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": _schema(kind),
            "shortened": {"type": "boolean"},
        },
    }
    return {
        "post": {
            "security": [],
            "requestBody": {"content": {JSON: {"schema": message}}},
            "responses": {"204": {"description": "taken"}},
        }
    }
