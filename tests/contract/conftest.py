"""Fixtures of the contract tests, each kept beside what it starts."""

from contract.agi_peer import place, said
from contract.store_backends import (
    backend,
    cluster,
    database,
    inbox,
    postgresql,
    sqlite,
    store,
)

__all__ = [
    "backend",
    "cluster",
    "database",
    "inbox",
    "place",
    "postgresql",
    "said",
    "sqlite",
    "store",
]
