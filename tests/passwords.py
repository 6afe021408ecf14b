"""Hashes of passwords for tests: real ones, of the least work that argon2 does."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

_HASHER = PasswordHasher.from_parameters(CHEAPEST)


def quickly_hashed(password: str) -> str:
    """As `ivr.web.passwords.hashed`, whose fifth of a second of work each sign-in would repeat."""
    return _HASHER.hash(password)
