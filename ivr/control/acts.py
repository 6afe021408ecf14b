"""What the command line may ask of the running service: reload, publish, back, password, outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from ivr.control.server import Act, Question
from ivr.domain.errors import LinetreeError
from ivr.ports import Audit, AuditEntry, Credential, Credentials, Outbox
from ivr.publishing import Publication, Publishing
from ivr.reload import Reloading


class QuestionMisread(LinetreeError):
    """A question lacks something or holds it in another shape."""


class Acts:
    """The acts of one running service."""

    def __init__(
        self,
        reloading: Reloading,
        publishing: Publishing,
        credentials: Credentials,
        sign_out: Callable[[str], Awaitable[None]],
        audit: Audit,
        outbox: Outbox,
        wake: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        self._reloading = reloading
        self._publishing = publishing
        self._credentials = credentials
        self._sign_out = sign_out
        self._audit = audit
        self._outbox = outbox
        self._wake = wake
        self._now = now

    def table(self) -> Mapping[str, Act]:
        """Each act under the word that asks for it."""
        return {
            "reload": self._reload,
            "publish": self._publish,
            "back": self._back,
            "password": self._password,
            "send_again": self._send_again,
        }

    async def publish(self, names: list[str], by: str) -> list[Publication]:
        """Publish drafts (none named: all), live at once. For pages too."""
        done = await asyncio.to_thread(self._publishing.publish, names, by)
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
        await asyncio.to_thread(self._credentials.keep_credential, kept)
        await self._sign_out(person)
        entry = AuditEntry(str(uuid4()), self._now(), by, "password", f"person:{person}", {})
        self._audit.record(entry)
        return {}

    async def _send_again(self, question: Question) -> dict[str, Any]:
        """Let parked messages go out once more."""
        ids = question.get("ids")
        named = [str(one) for one in ids] if isinstance(ids, list) else None
        count = await asyncio.to_thread(self._outbox.send_again, named, self._now())
        self._wake()
        return {"count": count}


def _word(question: Question, name: str) -> str:
    value = question.get(name)
    if not isinstance(value, str) or not value:
        raise QuestionMisread(f"`{name}` is missing")
    return value
