"""Writes a group of rows in one transaction; with a bad row among them, row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection, insert
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.records import KIND_OF
from ivr.ports import AuditEntry
from ivr.store import tables
from ivr.store.faults import ROW_FAULTS, is_about_the_row, reason_of
from ivr.store.mending import mended
from ivr.store.notices import keep_notices
from ivr.store.pending import Queued
from ivr.store.rows import SHAPES, Writable, kind_of, upsert


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that the database will never take: kept aside, with the database's reason."""

    kind: str
    record: str
    error: str
    content: str  # JSON in ASCII, every other character escaped
    confirm: bool  # whether somebody waits for it

    @property
    def fields(self) -> list[str]:
        """What the row has, by name: its values are a caller's and belong into no log."""
        return list(json.loads(self.content))


def write_group(connection: Connection, group: Sequence[Queued]) -> None:
    """Write all rows of the group; of several rows of one id only the last is written.

    Of audit entries only the first, since they are never changed.
    """
    by_kind: dict[type[Writable], dict[str, Writable]] = {}
    for queued in group:
        row = queued.row
        rows = by_kind.setdefault(type(row), {})
        if type(row) is not AuditEntry or row.id not in rows:
            rows[row.id] = row
    for kind, rows in by_kind.items():
        shape = SHAPES[kind]
        upsert(connection, shape).run(connection, [shape.values(row) for row in rows.values()])
    keep_notices(connection, [notice for queued in group for notice in queued.notices])


def write_each(
    connection: Connection, group: Sequence[Queued], at: float
) -> tuple[list[Queued], list[RefusedRow]]:
    """Write the group row by row; returns the rows that are kept and those set aside.

    A fault of the database itself is raised and leaves everything to be tried again.
    """
    kept, refused = [], []
    for queued in group:
        try:
            with connection.begin_nested():
                write_group(connection, [queued])
        except (SQLAlchemyError, *ROW_FAULTS) as fault:
            if not is_about_the_row(fault):
                raise
            refused.append(_refused(queued, fault))
        else:
            kept.append(queued)
    if refused:
        aside = [
            {
                "refused_at": at,
                "kind": row.kind,
                "record": row.record,
                "error": row.error,
                "content": row.content,
            }
            for row in refused
        ]
        connection.execute(insert(tables.refused_rows), aside)
    return kept, refused


def _refused(queued: Queued, fault: BaseException) -> RefusedRow:
    row, error = queued.row, mended(reason_of(fault))
    return RefusedRow(
        kind_of(row, KIND_OF), mended(str(row.id)), error, _content(row), queued.confirm
    )


def _content(row: Writable) -> str:
    """The row as JSON in ASCII; fields nested too deep or in a ring are told apart by name."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    try:
        return _ascii(values)
    except (RecursionError, ValueError):
        return _ascii({name: _flat(value) for name, value in values.items()})


def _flat(value: object) -> object:
    return f"unreadable {type(value).__name__}" if isinstance(value, list | dict) else value


def _ascii(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=True, default=repr, skipkeys=True)
