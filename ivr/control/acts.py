"""What the command line may ask of the running service, each act under the word that asks."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from ivr.account_keeping import AccountKeeping
from ivr.config.problems import ConfigRefused
from ivr.control.server import Act, Question
from ivr.domain.errors import LinetreeError
from ivr.domain.records import Plain
from ivr.erasing import Erasing
from ivr.ports import ApiToken, AuditEntry, Credential
from ivr.publishing import Publication, Publishing
from ivr.reload import Reloading
from ivr.store.store import SqlStore


class QuestionMisread(LinetreeError):
    """A question lacks something or holds it in another shape."""


class Acts:
    """The acts of one running service."""

    def __init__(
        self,
        reloading: Reloading,
        publishing: Publishing,
        store: SqlStore,
        sign_out: Callable[[str], Awaitable[None]],
        wake: Callable[[], None],
        accounts: AccountKeeping,
        erasing: Erasing,
        now: Callable[[], float],
    ) -> None:
        """`sign_out` ends a person's sessions; `wake` lets parked messages go out."""
        self._reloading = reloading
        self._publishing = publishing
        self._store = store
        self._sign_out = sign_out
        self._wake = wake
        self._accounts = accounts
        self._erasing = erasing
        self._now = now

    def table(self) -> Mapping[str, Act]:
        """Each act under the word that asks for it."""
        return {
            "reload": self._reload,
            "publish": self._publish,
            "back": self._back,
            "password": self._password,
            "send_again": self._send_again,
            "import_accounts": self._import_accounts,
            "token": self._token,
            "forget": self._forget,
        }

    async def publish(
        self, names: list[str], by: str, seen: Mapping[str, str] | None = None
    ) -> list[Publication]:
        """Publish drafts (none named: all) as they were `seen`, live at once. For pages too."""
        done = await asyncio.to_thread(self._publishing.publish, names, by, seen)
        await self._reloading.trees_changed()
        return done

    async def back(self, tree: str, version: int, by: str) -> Publication:
        """Make an old version current again, live at once. For pages too."""
        done = await asyncio.to_thread(self._publishing.back, tree, version, by)
        await self._reloading.trees_changed()
        return done

    async def _reload(self, _question: Question) -> dict[str, Any]:
        return asdict(await self._reloading.reload())

    async def _publish(self, question: Question) -> dict[str, Any]:
        names = [str(name) for name in question.get("trees", [])]
        done = await self.publish(names, _word(question, "by"))
        return {"published": [asdict(one) for one in done]}

    async def _back(self, question: Question) -> dict[str, Any]:
        version = question.get("version")
        if not isinstance(version, int):
            raise QuestionMisread("`version` is not a number")
        done = await self.back(_word(question, "tree"), version, _word(question, "by"))
        return {"published": [asdict(done)]}

    async def _password(self, question: Question) -> dict[str, Any]:
        """Keep a hash made at the command line; sessions of the old password end."""
        person, by = _word(question, "person"), _word(question, "by")
        kept = Credential(person, _word(question, "hash"), self._now())
        await asyncio.to_thread(self._store.credentials.keep_credential, kept)
        await self._sign_out(person)
        entry = AuditEntry.of(self._now(), by, "password", f"person:{person}", {})
        self._store.audit.record(entry)
        return {}

    async def _token(self, question: Question) -> dict[str, Any]:
        """Keep a token made or revoked at the command line; its secret is not in it."""
        try:
            kept = msgspec.convert(question.get("token"), ApiToken)
        except msgspec.ValidationError as error:
            raise QuestionMisread(f"`token` is none: {error}") from error
        by, action = _word(question, "by"), _word(question, "action")
        await asyncio.to_thread(self._store.tokens.keep_token, kept)
        detail: dict[str, Plain] = {"name": kept.name}
        entry = AuditEntry.of(self._now(), by, action, f"token:{kept.id}", detail)
        self._store.audit.record(entry)
        return {}

    async def _import_accounts(self, question: Question) -> dict[str, Any]:
        """Take in an accounts file, whole or not at all; the next call knows of it."""
        try:
            data = base64.b64decode(_word(question, "data"), validate=True)
        except ValueError as error:
            raise QuestionMisread("`data` is not base64") from error
        done = await self._accounts.take_in(
            _word(question, "by"),
            data,
            _word(question, "file"),
            try_only=question.get("try_only") is True,
        )
        if done.problems:
            raise ConfigRefused(done.problems)
        return {name: getattr(done, name) for name in ("added", "changed", "same")}

    async def _forget(self, question: Question) -> dict[str, Any]:
        """Erase a number, or only tell what that would erase."""
        number = _word(question, "number")
        if question.get("try_only") is True:
            return (await self._erasing.look(number)).plain()
        reason = str(question.get("reason") or "")
        return (await self._erasing.erase(_word(question, "by"), number, reason)).plain()

    async def _send_again(self, question: Question) -> dict[str, Any]:
        """Let parked messages go out once more."""
        ids = question.get("ids")
        named = [str(one) for one in ids] if isinstance(ids, list) else None
        count = await asyncio.to_thread(self._store.outbox.send_again, named, self._now())
        self._wake()
        return {"count": count}


def _word(question: Question, name: str) -> str:
    value = question.get(name)
    if not isinstance(value, str) or not value:
        raise QuestionMisread(f"`{name}` is missing")
    return value
