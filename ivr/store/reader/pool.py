"""The readers' small pool: short reads, each over a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Select
from sqlalchemy.exc import SQLAlchemyError

from ivr.store.address import shown
from ivr.store.engines import reader_engine
from ivr.store.errors import StoreUnreachable
from ivr.store.faults import reason_of
from ivr.store.rows import Shape

RowT = TypeVar("RowT")


class Readers:
    """Connections that only read. Raises StoreUnreachable when the database does not answer."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._engine = reader_engine(url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look at the database."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as fault:
            raise StoreUnreachable(
                f"the database {shown(self.url)} cannot be read: {reason_of(fault)};"
                " see that it runs, then try again"
            ) from fault

    def all(self, shape: Shape[RowT], query: Select[Any]) -> tuple[RowT, ...]:
        """The values of all rows that the query finds."""
        with self.reading() as connection:
            return every(connection, shape, query)

    def one(self, shape: Shape[RowT], query: Select[Any]) -> RowT | None:
        """The value of the first row that the query finds."""
        found = self.all(shape, query.limit(1))
        return found[0] if found else None

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def every(connection: Connection, shape: Shape[RowT], query: Select[Any]) -> tuple[RowT, ...]:
    """The values of all rows that the query finds over this connection."""
    return tuple(shape.value(row) for row in connection.execute(query))
