"""One running instance a store: a second one refuses to start and says who is there."""

from __future__ import annotations

import fcntl
import os
import socket
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from ivr.store.errors import StoreTaken, StoreUnreachable

ADVISORY_KEY = int.from_bytes(b"linetree")
"""PostgreSQL's advisory lock that stands for "a linetree runs on this database"."""

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_HOLDER = text(
    "SELECT a.pid, a.application_name, a.client_addr, a.backend_start"
    " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.classid = CAST(:high AS bigint)::oid AND l.objid = CAST(:low AS bigint)::oid"
)


class FileLease:
    """An OS lock on a file beside the SQLite database; it ends with the process, however."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._handle = self._opened()
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            holder = os.pread(self._handle, 500, 0).decode(errors="replace").strip()
            os.close(self._handle)
            raise StoreTaken(
                f"another linetree already runs on {database}: {holder or 'it gave no name'};"
                " stop that one first, or give this one a store of its own"
            ) from fault
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, me().encode(), 0)

    def release(self) -> None:
        """Let the next instance in."""
        os.close(self._handle)

    def _opened(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise StoreUnreachable(
                f"cannot open {self._path} ({fault.strerror}): make the folder"
                f" {self._path.parent} and let the service's user write to it"
            ) from fault


def me() -> str:
    """This instance as the other one shall read it."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    return f"pid {os.getpid()} on {socket.gethostname()} since {since}"


def claim_postgresql(connection: Connection) -> None:
    """Take the advisory lock for this session's life. Raises StoreTaken when another holds it.

    The lock lives on the writer's own session: whoever lost the one has lost the other, so an
    instance that was replaced during a break cannot write behind its successor's back.
    """
    if connection.scalar(_TRY, {"key": ADVISORY_KEY}):
        return
    halves = {"high": ADVISORY_KEY >> 32, "low": ADVISORY_KEY & 0xFFFFFFFF}
    holder = connection.execute(_HOLDER, halves).first()
    who = "it has just gone, try again"
    if holder is not None:
        who = (
            f"{holder.application_name or 'unnamed'}, database session {holder.pid}"
            f" from {holder.client_addr or 'this machine'} since {holder.backend_start:%F %T%z}"
        )
    raise StoreTaken(
        f"another linetree already runs on this database: {who};"
        " stop that one first, or give this one a database of its own"
    )


def claim_nothing(_connection: Connection) -> None:
    """SQLite's lease is a file lock, held already."""
