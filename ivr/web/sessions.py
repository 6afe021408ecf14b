"""Who is signed in: signed tokens that outlive a restart of the service."""

from __future__ import annotations

import binascii
import hmac
import os
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import msgspec

from ivr.domain.errors import LinetreeError


class SessionsFileUnusable(LinetreeError):
    """The file that keeps people signed in cannot be used as it is."""

    def __init__(self, file: Path, why: str, mend: str) -> None:
        super().__init__(f"{file}: {why}; {mend}")


class Session(msgspec.Struct, frozen=True, array_like=True):
    """One signed-in browser: `expires` in seconds since the epoch."""

    person: str
    id: str
    generation: int
    expires: float


class _Kept(msgspec.Struct):
    """What the file holds: the signing secret, and how often each person has signed out."""

    secret: str
    generations: dict[str, int]


class Sessions:
    """Makes and reads tokens; a person's sign-out makes all of that person's tokens void."""

    def __init__(self, file: Path | None, now: Callable[[], float], lasts: float) -> None:
        self._file = file
        self._now = now
        self._lasts = lasts
        self._kept = _load(file) if file else _fresh()
        self._secret = bytes.fromhex(self._kept.secret)
        self._turn = threading.Lock()

    def open(self, person: str) -> tuple[str, Session]:
        """A new session and its token. The caller has checked the password."""
        generation = self._kept.generations.get(person, 0)
        expires = self._now() + self._lasts
        session = Session(person, secrets.token_urlsafe(18), generation, expires)
        body = urlsafe_b64encode(msgspec.json.encode(session)).decode()
        return f"{body}.{self._sign('session', body)}", session

    def read(self, token: str) -> Session | None:
        """The session of a token, or None when it is forged, expired or signed out."""
        body, _, mark = token.partition(".")
        if not body.isascii() or not mark.isascii():
            return None
        if not hmac.compare_digest(mark, self._sign("session", body)):
            return None
        try:
            session = msgspec.json.decode(urlsafe_b64decode(body), type=Session)
        except (binascii.Error, msgspec.DecodeError):
            return None
        current = self._kept.generations.get(session.person, 0)
        fresh = session.expires > self._now() and session.generation == current
        return session if fresh else None

    def aging(self, session: Session) -> bool:
        """Whether more than half of the session has passed."""
        return session.expires - self._now() < self._lasts / 2

    def end(self, person: str) -> None:
        """Make all tokens of the person void, also after a restart. Waits for the disk.

        Raises SessionsFileUnusable; they are void then, too, but only until a restart.
        """
        with self._turn:
            self._kept.generations[person] = self._kept.generations.get(person, 0) + 1
            if self._file:
                _save(self._file, self._kept)

    def form_token(self, seed: str) -> str:
        """The token that a form of the page with this session or door id has to carry."""
        return self._sign("form", seed)

    def _sign(self, purpose: str, text: str) -> str:
        message = f"{purpose}:{text}".encode()
        return urlsafe_b64encode(hmac.digest(self._secret, message, "sha256")).decode().rstrip("=")


def _fresh() -> _Kept:
    return _Kept(secrets.token_hex(32), {})


def _load(file: Path) -> _Kept:
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise SessionsFileUnusable(file, "others may read it", f"run: chmod 600 {file}")
        kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
        if len(bytes.fromhex(kept.secret)) < 32:
            raise SessionsFileUnusable(file, "its secret is too short", "delete it")
    except FileNotFoundError:
        kept = _fresh()
        _save(file, kept)
    except (msgspec.DecodeError, ValueError) as error:
        raise SessionsFileUnusable(
            file, f"it is damaged ({error})", "delete it, and people sign in again"
        ) from error
    except OSError as error:
        raise SessionsFileUnusable(
            file, f"it cannot be read ({error.strerror})", "give the service its file back"
        ) from error
    return kept


def _save(file: Path, kept: _Kept) -> None:
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(msgspec.json.encode(kept))
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        raise SessionsFileUnusable(
            file, f"it cannot be written ({error.strerror})", "make its folder writable"
        ) from error
