"""Calls, promises and owed calls as CSV for Excel: UTF-8 with BOM, semicolons, no live formulas.

A cell that was guarded comes back unchanged by `read_rows`. Times are told by the company's clock,
with their offset.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from ivr.config.formulas import guarded, unguarded
from ivr.views import View

BOM = "\ufeff".encode()


def written(kind: type[View], views: Iterable[View], zone: tzinfo) -> Iterator[bytes]:
    """The file piece by piece: the names of the fields, then a row a value."""
    names = kind.__struct_fields__
    yield BOM + _line(names)
    for view in views:
        yield _line([guarded(_cell(getattr(view, name), zone)) for name in names])


def read_rows(data: bytes) -> list[dict[str, str]]:
    """The rows that `written` wrote, by the names of the fields."""
    table = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    names = next(table, [])
    return [{name: unguarded(cell) for name, cell in zip(names, row, strict=True)} for row in table]


def _line(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any, zone: tzinfo) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(zone).isoformat(timespec="seconds")
        case str() | int() | float():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode() if value else ""
