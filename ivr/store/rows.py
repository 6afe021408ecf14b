"""Records as rows and back: one mapping a kind, derived from the record's own fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_origin, get_type_hints

from sqlalchemy import Connection, Insert, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from ivr.domain.records import (
    AccountNumberRecord,
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
    Record,
    RecordKind,
    StretchRecord,
)
from ivr.ports import ApiToken, AuditEntry, Credential, TreeVersion, VersionHead
from ivr.store import tables
from ivr.store.mending import is_storable, json_text, mended

RowT = TypeVar("RowT")
Writable = Record | AuditEntry


@dataclass(frozen=True, slots=True)
class Shape(Generic[RowT]):
    """How one dataclass lies in its table; fields are told by their place among the columns."""

    kind: type[RowT]
    table: Table
    names: tuple[str, ...]
    read: Callable[[RowT], tuple[Any, ...]]
    texts: tuple[int, ...]
    enums: tuple[tuple[int, type[StrEnum]], ...]
    tuples: tuple[int, ...]
    jsons: tuple[int, ...]

    @classmethod
    def of(cls, kind: type[RowT], table: Table) -> Shape[RowT]:
        """Read the shape from the dataclass's annotations."""
        hints = list(get_type_hints(kind).items())
        names = tuple(name for name, _ in hints)
        kinds = [(place, get_origin(hint) or hint) for place, (_, hint) in enumerate(hints)]
        return cls(
            kind,
            table,
            names,
            attrgetter(*names),
            texts=tuple(place for place, hint in kinds if hint is str),
            enums=tuple((p, h) for p, h in kinds if isinstance(h, type) and issubclass(h, StrEnum)),
            tuples=tuple(place for place, hint in kinds if hint is tuple),
            jsons=tuple(place for place, hint in kinds if hint in _JSON_KINDS),
        )

    def values(self, value: RowT) -> list[Any]:
        """The value as a driver takes it, in the order of `names`, its texts mended.

        Raises TypeError and its like for what is no plain data.
        """
        row = list(self.read(value))
        together = "\n".join([row[place] for place in self.texts])
        if not is_storable(together):
            for place in self.texts:
                row[place] = mended(row[place])
        for place, _ in self.enums:
            row[place] = row[place].value
        for place in self.jsons:
            row[place] = json_text(row[place])
        return row

    def value(self, row: Sequence[Any]) -> RowT:
        """The value that this row keeps, its columns in the order of `names`."""
        kept = list(row)
        for place, enum in self.enums:
            kept[place] = enum(kept[place])
        for place in self.tuples:
            kept[place] = tuple(kept[place])
        return self.kind(*kept)


_JSON_KINDS = (tuple, list, dict, Mapping)
CALLS = Shape.of(CallRecord, tables.calls)
INTERVIEWS = Shape.of(InterviewRecord, tables.interviews)
ESCALATIONS = Shape.of(EscalationRecord, tables.escalations)
ATTEMPTS = Shape.of(AttemptRecord, tables.attempts)
MISSED_CALLS = Shape.of(MissedCallRecord, tables.missed_calls)
AGENT_STATES = Shape.of(AgentStateRecord, tables.agent_states)
STRETCHES = Shape.of(StretchRecord, tables.stretches)
ACCOUNTS = Shape.of(AccountRecord, tables.accounts)
ACCOUNT_NUMBERS = Shape.of(AccountNumberRecord, tables.account_numbers)
MEETINGS = Shape.of(MeetingRecord, tables.meetings)
OWNERS = Shape.of(OwnerRecord, tables.owners)
TREE_VERSIONS = Shape.of(TreeVersion, tables.tree_versions)
VERSION_HEADS = Shape.of(VersionHead, tables.tree_versions)
CREDENTIALS = Shape.of(Credential, tables.credentials)
AUDIT = Shape.of(AuditEntry, tables.audit)
API_TOKENS = Shape.of(ApiToken, tables.api_tokens)

SHAPES: dict[type[Any], Shape[Any]] = {
    shape.kind: shape
    for shape in (
        CALLS,
        INTERVIEWS,
        ESCALATIONS,
        ATTEMPTS,
        MISSED_CALLS,
        AGENT_STATES,
        STRETCHES,
        ACCOUNTS,
        ACCOUNT_NUMBERS,
        MEETINGS,
        OWNERS,
        AUDIT,
    )
}
AUDIT_KIND = "audit"


def kind_of(row: Writable, kinds: Mapping[type[Record], RecordKind]) -> str:
    """The row's kind as text, for logs and for what was set aside."""
    if isinstance(row, AuditEntry):
        return AUDIT_KIND
    return kinds.get(type(row), type(row).__name__)


@dataclass(frozen=True, slots=True)
class Upsert:
    """A statement compiled once for one database, and how to hand it its rows."""

    sql: str
    names: tuple[str, ...]
    by_name: bool

    def run(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Keep all these rows, each as `Shape.values` gives it."""
        if self.by_name:
            connection.exec_driver_sql(
                self.sql, [dict(zip(self.names, r, strict=True)) for r in rows]
            )
        else:
            connection.exec_driver_sql(self.sql, [tuple(row) for row in rows])


_COMPILED: dict[tuple[str, str], Upsert] = {}


def upsert(connection: Connection, shape: Shape[Any], key: str = "id") -> Upsert:
    """The statement that keeps a whole row under its key: twice written is once kept.

    An audit row is only ever added: written again under its id, it changes nothing. Compiling
    is most of what SQLAlchemy costs on one row, so it is done once.
    """
    place = (connection.dialect.name, shape.table.name)
    if place not in _COMPILED:
        compiled = _upsert(connection, shape, key).compile(dialect=connection.dialect)
        _COMPILED[place] = Upsert(compiled.string, shape.names, not compiled.positional)
    return _COMPILED[place]


def _upsert(connection: Connection, shape: Shape[Any], key: str) -> Insert:
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    insert = make(shape.table).values({name: bindparam(name) for name in shape.names})
    if shape is AUDIT:
        return insert.on_conflict_do_nothing(index_elements=[key])
    changed = {name: insert.excluded[name] for name in shape.names if name != key}
    return insert.on_conflict_do_update(index_elements=[key], set_=changed)
