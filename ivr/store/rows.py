"""Records as rows and back: one mapping a kind, derived from the record's own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_origin, get_type_hints

import msgspec
from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MissedCallRecord,
    Record,
    RecordKind,
)
from ivr.ports import AuditEntry, Credential, TreeVersion
from ivr.store import tables
from ivr.store.mending import mended

RowT = TypeVar("RowT")
Row = dict[str, Any]
Writable = Record | AuditEntry


@dataclass(frozen=True, slots=True)
class Shape(Generic[RowT]):
    """How one dataclass lies in its table: texts to mend, tuples and enumerations to restore."""

    kind: type[RowT]
    table: Table
    texts: tuple[str, ...]
    enums: tuple[tuple[str, type[StrEnum]], ...]
    tuples: tuple[str, ...]

    @classmethod
    def of(cls, kind: type[RowT], table: Table) -> Shape[RowT]:
        """Read the shape from the dataclass's annotations."""
        hints = get_type_hints(kind)
        enums = {n: h for n, h in hints.items() if isinstance(h, type) and issubclass(h, StrEnum)}
        return cls(
            kind,
            table,
            texts=tuple(name for name, hint in hints.items() if hint is str),
            enums=tuple(enums.items()),
            tuples=tuple(name for name, hint in hints.items() if get_origin(hint) is tuple),
        )

    def row(self, value: RowT) -> Row:
        """The value as column values, its texts mended. Raises TypeError for what is no data."""
        row: Row = msgspec.to_builtins(value)
        for name in self.texts:
            text = row[name]
            if type(text) is not str:
                raise TypeError(f"{self.table.name}.{name} must be a text, not {text!r}")
            if not text.isascii() or "\0" in text:
                row[name] = mended(text)
        return row

    def value(self, kept: Row) -> RowT:
        """The value that this row keeps; the row is used up."""
        for name, enum in self.enums:
            kept[name] = enum(kept[name])
        for name in self.tuples:
            kept[name] = tuple(kept[name])
        return self.kind(**kept)


CALLS = Shape.of(CallRecord, tables.calls)
INTERVIEWS = Shape.of(InterviewRecord, tables.interviews)
ESCALATIONS = Shape.of(EscalationRecord, tables.escalations)
ATTEMPTS = Shape.of(AttemptRecord, tables.attempts)
MISSED_CALLS = Shape.of(MissedCallRecord, tables.missed_calls)
TREE_VERSIONS = Shape.of(TreeVersion, tables.tree_versions)
CREDENTIALS = Shape.of(Credential, tables.credentials)
AUDIT = Shape.of(AuditEntry, tables.audit)

SHAPES: dict[type[Any], Shape[Any]] = {
    shape.kind: shape for shape in (CALLS, INTERVIEWS, ESCALATIONS, ATTEMPTS, MISSED_CALLS, AUDIT)
}
AUDIT_KIND = "audit"


def kind_of(row: Writable, kinds: Mapping[type[Record], RecordKind]) -> str:
    """The row's kind as text, for logs and for what was set aside."""
    if isinstance(row, AuditEntry):
        return AUDIT_KIND
    return kinds.get(type(row), type(row).__name__)


def upsert(dialect: str, table: Table, keys: Sequence[str] = ("id",)) -> Insert:
    """The statement that keeps a whole row under its key: twice written is once kept.

    An audit row is only ever added: written again under its id, it changes nothing.
    """
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    if table is tables.audit:
        return insert.on_conflict_do_nothing(index_elements=list(keys))
    changed = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
    return insert.on_conflict_do_update(index_elements=list(keys), set_=changed)
