"""panoramisk's Manager for the life of one connection: it connects, logs in and pings."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from panoramisk.actions import Action
from panoramisk.manager import Manager
from panoramisk.message import Message

from ivr.asterisk.ami_errors import AmiLinkLost, AmiLoginRefused, AmiTimeout
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_exchange import first
from ivr.asterisk.ami_protocol import AmiProtocol, OnEvent
from ivr.asterisk.ami_pulse import Pulse
from ivr.asterisk.ami_state import AmiCounters, AmiSettings

log = structlog.get_logger()


class AmiManager(Manager):
    """One connection and no more.

    The stock Manager reconnects by itself at one pace for ever, even after its end, tells nobody
    that a login was refused, and never looks whether its pings are answered. Here whoever owns
    it decides about the next connection, and a peer that answers no pings is given up.
    """

    def __init__(
        self,
        settings: AmiSettings,
        wanted: frozenset[str],
        on_event: OnEvent,
        counters: AmiCounters,
    ) -> None:
        super().__init__(
            loop=asyncio.get_running_loop(),
            host=settings.host,
            port=settings.port,
            ssl=settings.tls or False,
            username=settings.user,
            secret=settings.secret,
            protocol_factory=lambda: AmiProtocol(wanted, on_event, counters),
        )
        # The stock Manager cuts these to whole seconds.
        self.ping_delay = self.ping_interval = settings.ping_every
        self._settings = settings
        self._counters = counters
        self._pulse = Pulse(settings.ping_every)
        self._judgement: asyncio.TimerHandle | None = None
        self._over = False

    # --- one connection's life ----------------------------------------------------------------

    async def open(self) -> AmiProtocol:
        """Connect, log in, and wait until Asterisk is fully booted.

        Raises AmiLinkLost, or AmiLoginRefused with Asterisk's own words.
        """
        protocol = await self._reach()
        await self._log_in()
        await self._boot(protocol)
        return protocol

    async def end(self) -> None:
        """Close, and wait until nothing of the connection is left."""
        self._over = True
        self.close()
        if isinstance(self.protocol, AmiProtocol):
            await self.protocol.lost

    async def ask(
        self, action: Action, within: float | None, *, as_list: bool
    ) -> tuple[Message, list[AmiEvent]]:
        """One action's answer, with the events of its list. Raises AmiTimeout or AmiLinkLost."""
        assert isinstance(self.protocol, AmiProtocol)
        exchanges = self.protocol.exchanges
        limit = self._settings.action_timeout if within is None else within
        future = self.send_action(action, as_list=as_list)
        events = exchanges.lists[action.id].events if as_list else []
        try:
            async with asyncio.timeout(limit):
                return await future, events or []
        except TimeoutError:
            self._counters.action_timeouts += 1
            raise AmiTimeout(str(action["Action"]), limit) from None
        finally:
            exchanges.close(action)

    async def _reach(self) -> AmiProtocol:
        at = f"{self._settings.host}:{self._settings.port}"
        try:
            async with asyncio.timeout(self._settings.action_timeout):
                _, protocol = await self.connect()
        except OSError as error:
            self._counters.connects_failed += 1
            raise AmiLinkLost(
                f"cannot connect to {at}: {str(error) or 'no answer'}", sent=False
            ) from error
        assert isinstance(protocol, AmiProtocol)
        return protocol

    async def _log_in(self) -> None:
        settings = self._settings
        assert self.authenticated_future is not None
        try:
            async with asyncio.timeout(settings.action_timeout):
                answer = await self.authenticated_future
        except TimeoutError:
            late = f"no answer to the login within {settings.action_timeout:g} s"
            raise AmiLinkLost(late, sent=False) from None
        if not answer.success:
            reply = first(answer.message)
            raise AmiLoginRefused(settings.user, settings.host, settings.port, reply)

    async def _boot(self, protocol: AmiProtocol) -> None:
        """FullyBooted follows the login of a user who may read `system`, at once or when due."""
        wait = self._settings.boot_wait
        ends = (protocol.booted, protocol.lost)
        await asyncio.wait(ends, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        if protocol.lost.done():
            raise AmiLinkLost(protocol.lost.result(), sent=False)
        if not protocol.booted.done():
            log.warning(
                "ami_not_told_of_boot",
                waited=wait,
                mend="give the AMI user read=system, and let eventfilter pass FullyBooted",
            )

    # --- what panoramisk calls ----------------------------------------------------------------

    def connection_made(self, f: asyncio.Future[tuple[asyncio.Transport, Any]]) -> None:
        """Log in. A failed connect is told to whoever awaits `connect`, not tried again here."""
        if f.cancelled() or f.exception() is not None:
            return
        if self._over:
            f.result()[0].abort()
        else:
            super().connection_made(f)

    def login(self, future: asyncio.Future[Message]) -> bool:
        """The login's answer; its loss is told to whoever awaits it. Pings begin with it."""
        if future.cancelled() or future.exception() is not None or not super().login(future):
            return False
        if self.pinger is not None:
            self.pinger.cancel()
        self.ping()
        return True

    def ping(self) -> None:
        """One beat: ask again, and judge when the oldest question is overdue."""
        if not isinstance(self.protocol, AmiProtocol) or self.protocol.ending:
            return
        self._pulse.asked(self.loop.time())
        self._counters.pings_missed += self._pulse.waiting() > 1
        self.send_action({"Action": "Ping"}).add_done_callback(self._pong)
        self.pinger = self.loop.call_later(self.ping_interval, self.ping)
        due = self._pulse.due(self.protocol.heard)
        if due is not None:
            self._put_off_judgement()
            self._judgement = self.loop.call_at(due, self._judge)

    def close(self) -> None:
        """End the connection and its beat."""
        super().close()
        self._put_off_judgement()

    def _put_off_judgement(self) -> None:
        if self._judgement is not None:
            self._judgement.cancel()

    def _pong(self, answer: asyncio.Future[Message]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            self._pulse.answered()

    def _judge(self) -> None:
        if isinstance(self.protocol, AmiProtocol):
            verdict = self._pulse.verdict(self.loop.time(), self.protocol.heard)
            if verdict:
                self.protocol.fail(verdict)
