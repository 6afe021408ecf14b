"""The writer's session: one connection that holds the lease, opened anew after a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import SQLAlchemyError

from ivr.store.address import file_of, shown
from ivr.store.engines import writer_engine
from ivr.store.errors import StoreUnreachable
from ivr.store.faults import is_about_the_row, reason_of
from ivr.store.lease import FileLease, claim_nothing, claim_postgresql

_MEND_FILE = (
    "see that the file is a sound SQLite database, that its disk has room and that no other"
    " program holds it locked"
)
_MEND_SERVER = "see that the server runs and that the service's user may use this database"


class Session:
    """One connection for all writes. Raises StoreTaken when another instance holds the store."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._sqlite = url.get_backend_name() == "sqlite"
        self._lease = FileLease(file_of(url)) if self._sqlite else None
        self._claim = claim_nothing if self._sqlite else claim_postgresql
        self._engine = writer_engine(url)
        self._connection: Connection | None = None

    def open(self, prepare: Callable[[Connection], None]) -> None:
        """Connect for the first time and run `prepare` in a transaction without time limits.

        Raises StoreUnreachable when there is no database to talk to.
        """
        try:
            with self.transaction() as connection:
                if not self._sqlite:
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                prepare(connection)
        except SQLAlchemyError as fault:
            raise StoreUnreachable(
                f"the database {shown(self.url)} cannot be used: {reason_of(fault)};"
                f" {_MEND_FILE if self._sqlite else _MEND_SERVER}, then start again"
            ) from fault

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, committed at the end; after a fault the next one connects anew."""
        connection = self._connected()
        try:
            with connection.begin():
                yield connection
        except SQLAlchemyError as fault:
            if not is_about_the_row(fault):
                self._disconnect()
            raise

    def close(self) -> None:
        """Close the connection and let the next instance in."""
        self._disconnect()
        self._engine.dispose()
        if self._lease is not None:
            self._lease.release()
            self._lease = None

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = self._engine.connect()
            try:
                with connection.begin():
                    self._claim(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.invalidate()
            connection.close()
