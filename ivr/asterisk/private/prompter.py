"""Tells a running sipp script when to act, by a MESSAGE that looks like a part of its call."""

from __future__ import annotations

import asyncio
import re

from ivr.asterisk.private.processes import LOOPBACK, ProcessFailed
from ivr.asterisk.private.sip_log import SipMessage

Address = tuple[str, int]
_COPIED = ("Via", "From", "To", "Call-ID", "CSeq", "Contact")


class Prompter(asyncio.DatagramProtocol):
    """A port from which prompts are sent, and through which sipp then speaks with Asterisk.

    sipp answers to wherever the last message of a call came from: after a prompt that is here. So
    what comes from sipp goes on to Asterisk, and what Asterisk says to it goes back.
    """

    def __init__(self, script: int) -> None:
        """`script` is sipp's own port."""
        self._script = (LOOPBACK, script)
        self._far: Address | None = None
        self._said = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()

    async def open(self) -> None:
        """Take a port, once."""
        if self._transport is None:
            loop = asyncio.get_running_loop()
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: self, local_addr=(LOOPBACK, 0)
            )

    async def close(self) -> None:
        """Give the port back."""
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()
            self._transport = None

    def prompt(self, invite: SipMessage) -> None:
        """Tell the call that this INVITE opened to take its next step."""
        assert self._transport is not None
        self._far = (LOOPBACK, _far_port(invite))
        self._said += 1
        self._transport.sendto(_prompt(invite, self._said), self._script)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """The port is given back."""
        self._closed.set()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Pass on what either side says."""
        target = self._far if addr == self._script else self._script
        if self._transport is not None and target is not None:
            self._transport.sendto(data, target)


def _prompt(invite: SipMessage, number: int) -> bytes:
    """sipp knows a call by these headers, and copies them into what it sends next.

    The number keeps it from taking a second prompt for the first one, sent again.
    """
    lines = [b"MESSAGE sip:script@127.0.0.1 SIP/2.0"]
    lines += [name.encode() + b": " + value for name, value in invite.headers if name in _COPIED]
    lines.append(b"X-Prompt: %d" % number)
    return b"\r\n".join([*lines, b"Max-Forwards: 70", b"Content-Length: 0", b"", b""])


def _far_port(invite: SipMessage) -> int:
    """Asterisk's port: where the INVITE was sent to, or by its Via, where it came from."""
    said = invite.first if invite.sent else invite.header("Via")
    found = re.search(rb"127\.0\.0\.1:(\d+)", said)
    if found is None:
        raise ProcessFailed(f"no port of Asterisk in {said!r}: was it called on {LOOPBACK}?")
    return int(found[1])
