"""One AMI connection under panoramisk's Manager: bytes in, events and answers out, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, cast

import structlog
from panoramisk.actions import Action
from panoramisk.manager import Manager
from panoramisk.message import Message

from ivr.asterisk.ami_errors import AmiLinkLost
from ivr.asterisk.ami_event import AmiEvent, is_sound, text_of
from ivr.asterisk.ami_exchange import Exchanges, first
from ivr.asterisk.ami_request import check
from ivr.asterisk.ami_state import AmiCounters
from ivr.asterisk.ami_stream import LARGEST_BLOCK, AmiStream
from ivr.logs import rare

OnEvent = Callable[[AmiEvent], None]

_GREETING = b"Asterisk Call Manager/"
_LONGEST_GREETING = 256
_BOOTED = "FullyBooted"
_SHUTDOWN = "Shutdown"

log = structlog.get_logger()


class AmiProtocol(asyncio.Protocol):
    """Takes the place of panoramisk's own protocol, which its Manager drives by the same names.

    It searches each block's bytes for the event's name and looks no further at what nobody
    wants. `lost` gets the reason once the connection has ended, `booted` its result once Asterisk
    has said that it is.
    """

    factory: Manager | None = None
    responses: dict[str, Any]

    def __init__(self, wanted: Iterable[str], on_event: OnEvent, counters: AmiCounters) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._now = loop.time
        self._on_event = on_event
        self._wanted = frozenset(wanted)
        self._names = _by_bytes(self._wanted | {_BOOTED, _SHUTDOWN})
        self._counters = counters
        self._stream = AmiStream()
        self._banner = b""
        self._transport: asyncio.Transport | None = None
        self._unsent: list[bytes] = []
        self._reason = ""
        self.exchanges = Exchanges()
        self.version = ""
        self.heard = loop.time()
        self.booted: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[str] = loop.create_future()

    # --- what asyncio calls -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.heard = self._now()
        if not self.version:
            data = self._greet(data)
        names, lists, unknown = self._names, self.exchanges.lists, 0
        for block in self._stream.feed(data):
            if block.startswith(b"Event: "):
                name = names.get(block[7 : block.find(b"\n", 7)])
                if name is not None or lists:
                    self._take_event(name, block)
                else:
                    unknown += 1
            else:
                self._take_other(block)
        self._counters.dropped_unknown += unknown
        self._counters.dropped_too_large += self._stream.oversized
        self._stream.oversized = 0

    def connection_lost(self, exc: Exception | None) -> None:
        if self._stream.rest().strip():
            self._counters.dropped_malformed += 1
        reason = self._reason or (str(exc) if exc else "Asterisk closed the connection")
        self._counters.actions_lost += self.exchanges.lose(reason)
        if not self.lost.done():
            self.lost.set_result(reason)

    # --- what panoramisk's Manager calls ------------------------------------------------------

    def send(
        self, data: Action | dict[str, Any], as_list: bool | None = None
    ) -> asyncio.Future[Message]:
        """Write an action and give the future of its answer.

        What is sent in one turn of the loop goes out in one piece: all of it, or nothing.
        Raises AmiHeaderRefused if it is not safe to write, AmiLinkLost if the connection is at
        its end; nothing is written then.
        """
        action = data if isinstance(data, Action) else Action(data)
        check(action)
        if self.ending or self._transport is None:
            raise AmiLinkLost(self._reason or "the connection is at its end", sent=False)
        self.exchanges.open(action, as_list=bool(as_list))
        self._counters.actions_sent += 1
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(str(action).encode())
        return action.future

    @property
    def ending(self) -> bool:
        """Whether nothing can be sent any more."""
        return self.lost.done() or self._transport is None or self._transport.is_closing()

    def close(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    # --- our own ------------------------------------------------------------------------------

    def _flush(self) -> None:
        data, self._unsent = b"".join(self._unsent), []
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def fail(self, reason: str) -> None:
        """End the connection for a reason of ours, which is the one that is told."""
        self._reason = self._reason or reason
        self.close()

    def _greet(self, data: bytes) -> bytes:
        """Asterisk's first line, which no empty line follows."""
        line, newline, rest = (self._banner + data).partition(b"\n")
        head = line[: len(_GREETING)]
        if not _GREETING.startswith(head) or len(line) > _LONGEST_GREETING:
            self.fail(f"the peer is no AMI: it greets with {text_of(line[:40])!r}")
            return b""
        if not newline:
            self._banner = line
            return b""
        self.version = text_of(line[len(_GREETING) :])
        return rest

    def _take_event(self, name: str | None, block: bytes) -> None:
        if len(block) > LARGEST_BLOCK:
            self._counters.dropped_too_large += 1
        elif not is_sound(block):
            self._malformed(block)
        elif self.exchanges.lists and self.exchanges.gather(_name(block), block):
            pass
        elif name is None:
            self._counters.dropped_unknown += 1
        else:
            self._live(name)
            if name in self._wanted:
                self._deliver(AmiEvent(name, block))

    def _live(self, name: str) -> None:
        if name == _BOOTED and not self.booted.done():
            self.booted.set_result(None)
        elif name == _SHUTDOWN:
            # What still ends before Asterisk does is heard; its end of the connection follows.
            self._reason = self._reason or "Asterisk shut down"
            log.warning("ami_shutdown_announced")

    def _deliver(self, event: AmiEvent) -> None:
        """A handler's defect costs one event, told with its traceback, and never the link."""
        try:
            self._on_event(event)
        except Exception:
            self._counters.handler_errors += 1
            log.exception("ami_event_handler_broke", ami_event=event.name)
        else:
            self._counters.delivered += 1

    def _take_other(self, block: bytes) -> None:
        block = block.lstrip(b"\r\n")
        if block.startswith(b"Event: "):
            self._take_event(self._names.get(block[7:].partition(b"\n")[0]), block)
        elif len(block) > LARGEST_BLOCK:
            self._counters.dropped_too_large += 1
        elif block.startswith(b"Response: "):
            self._take_response(block)
        elif block:
            self._malformed(block)

    def _take_response(self, block: bytes) -> None:
        lines = [text_of(line) for line in block.split(b"\n")]
        message = Message.from_line("\r\n".join(lines))
        if message is None or isinstance(message.actionid, list):
            self._malformed(block)
        elif not self.exchanges.answer(message):
            self._counters.responses_unclaimed += 1
            if rare(self._counters.responses_unclaimed):
                log.info(
                    "ami_response_unclaimed",
                    response=first(message.response),
                    message=first(message.message),
                    so_far=self._counters.responses_unclaimed,
                )

    def _malformed(self, block: bytes) -> None:
        self._counters.dropped_malformed += 1
        if rare(self._counters.dropped_malformed):
            log.warning(
                "ami_block_malformed",
                size=len(block),
                so_far=self._counters.dropped_malformed,
            )


def _by_bytes(names: Iterable[str]) -> dict[bytes, str]:
    """Names as they stand in a block, whose lines end by CRLF or by LF alone."""
    return {name.encode() + end: name for name in names for end in (b"\r", b"")}


def _name(block: bytes) -> str:
    return text_of(block[7:].partition(b"\n")[0])
