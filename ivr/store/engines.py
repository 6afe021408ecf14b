"""SQLAlchemy engines: one connection for the writer, a small pool for the readers."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from ivr.store.address import EXPECTED, file_of, shown
from ivr.store.errors import StoreUnreachable
from ivr.store.lease import me
from ivr.store.mending import json_text

READERS = 4
"""Connections that pages and reports may use at once."""

READER_WAIT = 10.0
"""Seconds a page waits for a connection, or for a locked database, before it is told so."""

WRITER_WAIT = 1.0
"""Seconds the writer waits for somebody else's lock before it calls the store down."""

SNAPSHOT = "REPEATABLE READ"
"""All reads of one look at PostgreSQL see the same moment, as they do in SQLite's WAL."""

STATEMENT_SECONDS = 10
CONNECT_SECONDS = 3


def writer_engine(url: URL) -> Engine:
    """The engine of the one writer; its connection is opened and held by the writer's session."""
    engine = _created(url, poolclass=NullPool)
    if _is_sqlite(url):
        file_made(url)
        _sqlite(engine, wait=WRITER_WAIT, begin="BEGIN IMMEDIATE", only_reads=False)
    else:
        _postgresql(engine, lock_seconds=WRITER_WAIT)
    return engine


def reader_engine(url: URL) -> Engine:
    """The engine of pages and reports: it cannot write."""
    engine = _created(
        url,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=READER_WAIT,
        **({} if _is_sqlite(url) else {"pool_pre_ping": True, "isolation_level": SNAPSHOT}),
    )
    if _is_sqlite(url):
        _sqlite(engine, wait=READER_WAIT, begin="BEGIN", only_reads=True)
    else:
        _postgresql(engine, lock_seconds=READER_WAIT)
    return engine


def file_made(url: URL) -> None:
    """Make the database file for its owner's eyes only: it holds what callers said."""
    path = file_of(url)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise StoreUnreachable(
            f"cannot open the database {path} ({fault.strerror}): make the folder"
            f" {path.parent} and let the service's user write to it"
        ) from fault


def checkpointed(url: URL) -> None:
    """Empty SQLite's log, which holds pages as they were before they were changed.

    Raises StoreUnreachable, also while somebody reads an old state of the database.
    """
    if not _is_sqlite(url):
        return
    busy = _done_alone(url, "PRAGMA wal_checkpoint(TRUNCATE)")[0]
    if busy:
        raise StoreUnreachable(
            f"the log of the database {shown(url)} still holds what was erased, since somebody"
            " reads it just now: end reports and backups that run, then do it again"
        )


def rewritten(url: URL) -> None:
    """Write SQLite's file anew, without gaps in which old states of rows may be left.

    Raises StoreUnreachable: it needs as much room on the disk again.
    """
    if _is_sqlite(url):
        _done_alone(url, "VACUUM")


def _done_alone(url: URL, statement: str) -> tuple[Any, ...]:
    """What a statement gives that no transaction may hold."""
    try:
        with closing(sqlite3.connect(file_of(url), timeout=READER_WAIT)) as connection:
            return tuple(connection.execute(statement).fetchone() or ())
    except sqlite3.Error as fault:
        raise StoreUnreachable(
            f"{statement} of the database {shown(url)} failed ({fault}): see that its disk has room"
            " and that no other program holds it locked, then do it again"
        ) from fault


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _created(url: URL, **pool: Any) -> Engine:
    options: dict[str, Any] = {"json_serializer": json_text, **pool}
    if _is_sqlite(url):
        options["connect_args"] = {"check_same_thread": False}
    else:
        options["connect_args"] = {
            "connect_timeout": CONNECT_SECONDS,
            "application_name": f"linetree {me()}"[:63],
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        }
    try:
        return create_engine(url, **options)
    except ModuleNotFoundError as fault:
        raise StoreUnreachable(
            f"the store's address is {shown(url)}, but psycopg is not installed:"
            f" install linetree[postgres], or {EXPECTED}"
        ) from fault


def _sqlite(engine: Engine, wait: float, begin: str, only_reads: bool) -> None:
    """Transactions as we say them, WAL, and each commit on the disk before it is confirmed."""

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        connection.execute("PRAGMA synchronous = FULL")
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreUnreachable(
                f"the database {engine.url.database} cannot work in WAL mode (it stays {mode}):"
                " keep it on a local disk, not on a network share"
            )
        if only_reads:
            connection.execute("PRAGMA query_only = ON")
        else:  # what is erased, or written anew, is no longer there for whoever reads the file
            connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _postgresql(engine: Engine, lock_seconds: float) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        """Bound every wait, and let no server setting confirm what is not on its disk."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(lock_seconds * 1000)}")
            cursor.execute(f"SET statement_timeout = {STATEMENT_SECONDS * 1000}")
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()
