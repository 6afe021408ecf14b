"""A mail server on loopback, as small as the protocol allows, that keeps what it takes."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP


@dataclass
class SmtpPeer:
    """Answers `refusal` to DATA's end, or takes the letter."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusal: str = ""
    recipient_refusal: str = ""

    async def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        await say("220 peer")
        while line := (await reader.readline()).decode().strip():
            match line[:4].upper():
                case "EHLO" | "HELO" | "MAIL" | "RSET":
                    await say("250 ok")
                case "RCPT":
                    self.recipients.append(line[8:])
                    await say(self.recipient_refusal or "250 ok")
                case "DATA":
                    await say("354 go on")
                    data = await reader.readuntil(b"\r\n.\r\n")
                    if not self.refusal:
                        letter = email.message_from_bytes(data[:-3], policy=SMTP)
                        assert isinstance(letter, EmailMessage)
                        self.letters.append(letter)
                    await say(self.refusal or "250 taken")
                case "QUIT":
                    await say("221 bye")
                    break
                case _:
                    await say("502 no such command")
        writer.close()


@asynccontextmanager
async def smtp() -> AsyncIterator[SmtpPeer]:
    """A server that listens until the end of the block."""
    peer = SmtpPeer()
    server = await asyncio.start_server(peer.met, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    async with server:
        yield peer
