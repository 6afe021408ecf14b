"""The columns and indices that the tables are made of, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Double, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def json_type() -> JSON:
    """A JSON value."""
    return JSON().with_variant(JSONB(), "postgresql")


def text_column(name: str) -> Column[str]:
    """A text, "" for none."""
    return Column(name, Text, nullable=False)


def time_column(name: str) -> Column[float]:
    """Seconds since the epoch."""
    return Column(name, Double, nullable=False)


def later_column(name: str) -> Column[float]:
    """A time that has not come yet while it is null."""
    return Column(name, Double, nullable=True)


def count_column(name: str) -> Column[int]:
    """A whole number."""
    return Column(name, BigInteger, nullable=False)


def id_column() -> Column[str]:
    """The id under which the whole row is written."""
    return Column("id", Text, primary_key=True)


def partial_index(name: str, where: str, *columns: Column[Any]) -> Index:
    """An index of those rows only for which the condition holds."""
    condition = text(where)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)
