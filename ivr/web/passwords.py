"""Passwords: checked by argon2id in a thread, with the same work for names that do not exist."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.domain.errors import LinetreeError
from ivr.ports import Credentials

NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$rOhCWfR0vsG4oJ8wLKz4zw"
    "$BIBR/aN6Mk6np+54i1ahAobBJEbF7I8EFqzq0zTfbQ0"
)
"""Of a password that was thrown away: a wrong name costs as much work as a wrong password."""
AT_ONCE = 2
WAITING = 16


class TooManySignIns(LinetreeError):
    """More passwords wait to be checked than the machine should work on."""

    def __init__(self) -> None:
        super().__init__(f"{WAITING} sign-ins are being checked already: try again in a moment")


def hashed(password: str) -> str:
    """The argon2id hash to keep of a password."""
    return PasswordHasher().hash(password)


class Passwords:
    """Checks a name and a password. The event loop never waits: the work is done in threads."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._hasher = PasswordHasher()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def fits(self, person: str, password: str) -> bool:
        """Whether this is the person's password. Raises TooManySignIns, StoreUnreachable."""
        if self._waiting >= WAITING:
            raise TooManySignIns
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(self._check, person, password)
        finally:
            self._waiting -= 1

    def _check(self, person: str, password: str) -> bool:
        credential = self._credentials.credential(person)
        try:
            self._hasher.verify(credential.hash if credential else NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
        return credential is not None
