"""What the tree's page may change of the running service."""

from __future__ import annotations

from typing import Protocol

from ivr.publishing import Publication


class Reloaded(Protocol):
    """What a reload did."""

    @property
    def changed(self) -> tuple[str, ...]: ...

    @property
    def restart(self) -> tuple[str, ...]: ...


class Live(Protocol):
    """The running service. Raises UnknownTree, UnknownVersion, DraftChanged, ConfigRefused."""

    async def publish(self, tree: str, seen: str, by: str) -> list[Publication]: ...

    async def back(self, tree: str, version: int, by: str) -> Publication: ...

    async def reload(self, by: str) -> Reloaded: ...
