"""Who may come in: people by a password, other programs by a token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Credential:
    """A person's password as its hash; made and checked elsewhere."""

    person: str
    hash: str
    changed_at: float


class Credentials(Protocol):
    """The people's passwords as hashes; all of these wait for the database."""

    def credential(self, person: str) -> Credential | None: ...

    def keep_credential(self, credential: Credential) -> None: ...


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A key of another program: only the hash of its secret is kept."""

    id: str
    name: str
    hash: str  # SHA-256 of the whole token, in hex: 256 random bits need no slow hash
    scopes: str  # words: read, write
    made_at: float
    made_by: str
    revoked_at: float | None


class Tokens(Protocol):
    """The keys of other programs; all of these wait for the database."""

    def token(self, id: str) -> ApiToken | None: ...

    def tokens(self) -> Sequence[ApiToken]:
        """All of them, the revoked too, newest first."""
        ...

    def keep_token(self, token: ApiToken) -> None: ...
