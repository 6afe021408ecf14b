"""Tells a fault of the database, which passes, from a row that it will never take."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, StatementError

_ROW_CODES_SQLITE = ("SQLITE_CONSTRAINT", "SQLITE_TOOBIG", "SQLITE_MISMATCH", "SQLITE_RANGE")
ROW_FAULTS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What Python raises of a value that no column can hold, before the database sees it."""

_ROW_CLASSES_POSTGRESQL = frozenset({"22", "23", "54"})
"""SQLSTATE classes data exception, integrity violation, program limit (an index row too large)."""

_DATATYPE_MISMATCH = "42804"


def is_about_the_row(fault: BaseException) -> bool:
    """Whether the same row would be refused again by a database in the best of health."""
    if not isinstance(fault, StatementError):
        return isinstance(fault, ROW_FAULTS)
    if not isinstance(fault, DBAPIError):
        return True
    if fault.connection_invalidated:
        return False
    return _refused_by_driver(fault.orig)


def _refused_by_driver(orig: BaseException | None) -> bool:
    if isinstance(orig, sqlite3.Error):
        code = getattr(orig, "sqlite_errorname", None)
        if code is not None:
            return str(code).startswith(_ROW_CODES_SQLITE)
        return isinstance(orig, sqlite3.ProgrammingError | sqlite3.InterfaceError)
    state = getattr(orig, "sqlstate", None)
    if state is not None:
        return str(state)[:2] in _ROW_CLASSES_POSTGRESQL or state == _DATATYPE_MISMATCH
    return type(orig).__name__ in ("ProgrammingError", "DataError", "NotSupportedError")


def reason_of(fault: BaseException) -> str:
    """The database's own words, on one line, without the statement and its values."""
    orig = fault.orig if isinstance(fault, DBAPIError) and fault.orig is not None else fault
    code = getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None)
    words = " ".join(str(orig).split()) or type(orig).__name__
    return f"{words} ({code})" if code else words
