"""What plain HTTP answers: JSON, a file to keep, or a problem by its code."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from aiohttp import web

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def answer(value: object) -> web.Response:
    """Dataclasses, Structs and plain values as JSON."""
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def download(name: str, text: str, content_type: str = "text/csv") -> web.Response:
    """A file for the person's own disk; of `name` only what is safe in a header stays."""
    safe = _NOT_IN_A_NAME.sub("-", name) or "file"
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return web.Response(text=text, content_type=content_type, charset="utf-8", headers=headers)


def problem(
    status: int,
    code: str,
    detail: str = "",
    retry: int = 0,
    more: Mapping[str, object] | None = None,
) -> web.Response:
    """A refusal as JSON; `retry` is in seconds, `more` is what else the page needs to know."""
    body = msgspec.json.encode({**(more or {}), "problem": code, "detail": detail, "retry": retry})
    headers = {"Retry-After": str(retry)} if retry else {}
    kind = "application/json"
    return web.Response(body=body, status=status, headers=headers, content_type=kind)
