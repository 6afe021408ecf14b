"""Why a store cannot be used, each fact under its own name."""

from __future__ import annotations

from ivr.domain.errors import LinetreeError


class StoreTaken(LinetreeError):
    """Another running instance holds this store; the text says which and since when."""


class StoreNewer(LinetreeError):
    """The database was made by a later release than this one."""


class StoreUnreachable(LinetreeError):
    """The database cannot be opened, read or written now, or its address is wrong."""
