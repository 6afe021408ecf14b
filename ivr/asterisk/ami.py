"""The AMI link: it stays connected, delivers events in order, and answers each action once.

Under it works panoramisk's Manager with a protocol of our own. An action that was not answered
when the link broke is never sent again: whoever sent it learns that, and reads Asterisk's state.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from inspect import iscoroutinefunction
from typing import NoReturn

import structlog
from panoramisk.actions import Action
from panoramisk.message import Message

from ivr.asterisk.ami_errors import (
    AmiLinkLost,
    AmiLoginRefused,
    AmiRefused,
)
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_exchange import AmiResponse, first
from ivr.asterisk.ami_manager import AmiManager
from ivr.asterisk.ami_request import build, check
from ivr.asterisk.ami_state import AmiCounters, AmiSettings, LinkKind, LinkState

_NO_HEADERS: Mapping[str, str | Sequence[str]] = {}

log = structlog.get_logger()


class AmiLink:
    """A link to one Asterisk, kept up in the background.

    `on_event` gets each event of a name in `wanted`, one after the other, on the loop, from the
    accepted login on; the rest is dropped and counted. If it raises, that is logged with its
    traceback and counted, and the next event comes all the same. `on_link` gets CONNECTED after
    login and FullyBooted, LOST once a break (and once if there is no Asterisk at the start), and
    REFUSED for each login that Asterisk turns away.
    """

    def __init__(
        self,
        settings: AmiSettings,
        on_event: Callable[[AmiEvent], None],
        on_link: Callable[[LinkState], None],
        wanted: frozenset[str],
    ) -> None:
        """Raises TypeError for a coroutine function: events would be handled out of order."""
        if iscoroutinefunction(on_event) or iscoroutinefunction(on_link):
            raise TypeError("AmiLink: on_event and on_link are plain functions, not coroutines")
        self._settings = settings
        self._on_event = on_event
        self._on_link = on_link
        self._wanted = wanted
        self._up: AmiManager | None = None
        self._pace = _Pace(settings.reconnect_first, settings.reconnect_most)
        self._task: asyncio.Task[None] | None = None
        self._state: LinkState | None = None
        self._was_up = False
        self.counters = AmiCounters()

    @property
    def connected(self) -> bool:
        """Whether actions can be sent now."""
        return self._up is not None

    async def start(self) -> None:
        """Begin to connect, and return at once. Raises AmiHeaderRefused for user or secret."""
        settings = self._settings
        check(Action({"Action": "Login", "Username": settings.user, "Secret": settings.secret}))
        if self._task is None:
            self._task = asyncio.create_task(self._stay_connected(), name="ami link")
            self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Let go of Asterisk; what still waits for an answer fails with AmiLinkLost."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def action(
        self,
        name: str,
        headers: Mapping[str, str | Sequence[str]] = _NO_HEADERS,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - how long is the caller's to say
    ) -> AmiResponse:
        """Send one action, once, and give Asterisk's answer; `timeout` in seconds.

        A sequence becomes one line a value. Raises AmiRefused, AmiTimeout, AmiLinkLost, and,
        before anything is written, AmiInjection, AmiLineTooLong or AmiVariableSplit.
        """
        answer, _ = await self._ask(build(name, headers), timeout, as_list=False)
        return AmiResponse.of(answer)

    async def action_list(
        self,
        name: str,
        headers: Mapping[str, str | Sequence[str]] = _NO_HEADERS,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - how long is the caller's to say
    ) -> list[AmiEvent]:
        """Send one action that Asterisk answers by a list, and give its events, all of them.

        Raises as `action` does; `timeout` is that of the whole list.
        """
        _, events = await self._ask(build(name, headers), timeout, as_list=True)
        return events

    async def _ask(
        self, action: Action, within: float | None, *, as_list: bool
    ) -> tuple[Message, list[AmiEvent]]:
        if self._up is None:
            raise AmiLinkLost(str(self._state or "not connected yet"), sent=False)
        answer, events = await self._up.ask(action, within, as_list=as_list)
        if not answer.success:
            raise AmiRefused(str(action["Action"]), first(answer.message))
        return answer, events

    # --- staying connected --------------------------------------------------------------------

    async def _stay_connected(self) -> None:
        while True:
            try:
                await self._live()
            except AmiLoginRefused as refused:
                wait = self._settings.refused_every
                self.counters.logins_refused += 1
                log.error("ami_login_refused", why=str(refused), again_in=wait)
                self._tell(LinkState.refused(str(refused)))
            except AmiLinkLost as lost:
                wait = self._pace.wait()
                log.error("ami_link_down", why=lost.reason, again_in=wait)
                self._tell_lost(lost)
            await asyncio.sleep(wait)

    async def _live(self) -> NoReturn:
        """One connection from its beginning to its end. Raises AmiLinkLost or AmiLoginRefused."""
        manager = AmiManager(self._settings, self._wanted, self._on_event, self.counters)
        try:
            protocol = await manager.open()
            self._up = manager
            self._tell_connected(protocol.version)
            reason = await protocol.lost
            raise AmiLinkLost(reason, sent=True)
        finally:
            self._up = None
            await manager.end()

    def _tell_connected(self, version: str) -> None:
        self.counters.reconnects += self._was_up
        self._was_up = True
        self._pace.connected()
        log.info("ami_link_up", ami_version=version, reconnects=self.counters.reconnects)
        self._tell(LinkState.CONNECTED)

    def _tell_lost(self, lost: AmiLinkLost) -> None:
        """Once a break: tries that fail after it are logged and counted."""
        if self._state is None or self._state.kind is not LinkKind.LOST:
            self._tell(LinkState.lost(lost.reason))

    def _tell(self, state: LinkState) -> None:
        self._state = state
        try:
            self._on_link(state)
        except Exception:
            self.counters.handler_errors += 1
            log.exception("ami_link_handler_broke", link=str(state))

    def _ended(self, task: asyncio.Task[None]) -> None:
        """The task ends only when it is stopped; anything else is a defect that must be seen."""
        if not task.cancelled() and (defect := task.exception()) is not None:
            log.critical("ami_link_ended", exc_info=defect)
            self._tell(LinkState.lost(f"a defect ended the link: {defect!r}"))


class _Pace:
    """Seconds until the next try: doubled each time, short again after a link that lasted."""

    def __init__(self, first_wait: float, most: float) -> None:
        self._first = self._next = first_wait
        self._most = most
        self._since: float | None = None

    def connected(self) -> None:
        self._since = asyncio.get_running_loop().time()

    def wait(self) -> float:
        now, since = asyncio.get_running_loop().time(), self._since
        self._since = None
        if since is not None and now - since >= self._most:
            self._next = self._first
        wait, self._next = self._next, min(self._next * 2, self._most)
        return wait
