"""The tokens of other programs: made once and shown once, kept as hashes, checked on each request.

A token is `lt_ID_SECRET`. Its secret is 256 random bits, which nobody guesses however fast the hash
is, so that SHA-256 is enough and a check costs microseconds.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from hmac import compare_digest

from ivr.ports import ApiToken

_FORM = re.compile(r"lt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


def made(name: str, scopes: Collection[str], at: float, by: str) -> tuple[str, ApiToken]:
    """A new token as it is shown, once, and as it is kept."""
    id = secrets.token_hex(6)
    shown = f"lt_{id}_{secrets.token_urlsafe(32)}"
    kept = ApiToken(id, name, _hash(shown), " ".join(sorted(scopes)), at, by, None)
    return shown, kept


def id_of(shown: str) -> str:
    """The id in a token, "" when it has not the form of one."""
    found = _FORM.fullmatch(shown)
    return found[1] if found else ""


def opens(shown: str, kept: ApiToken) -> bool:
    """Whether this is that token, and it is not revoked."""
    return compare_digest(_hash(shown), kept.hash) and kept.revoked_at is None


def _hash(shown: str) -> str:
    return hashlib.sha256(shown.encode()).hexdigest()
