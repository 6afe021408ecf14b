"""One webhook on its way: signed as Standard Webhooks says, posted once, its answer judged."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from errno import EACCES
from ipaddress import ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from standardwebhooks.webhooks import Webhook

from ivr.config.outside import Receiver
from ivr.outside.courier import Answer, Refused, Silent, Taken
from ivr.ports import OutboxEntry

LONGEST_WAIT = 3600.0
"""Seconds that a receiver may ask us to wait, by Retry-After."""

MOST_READ = 200
"""Bytes of a refusal that are read and kept, for the person who looks into it."""


class OnlyWhereMeant(AbstractResolver):
    """Resolves a receiver's name, and hides the addresses that the receiver may not be at.

    A name that leads to this machine or into a private network is how a request is turned against
    what is not meant to be reached; the check is on the address that is then connected to. A name
    server that does not answer holds up this receiver's own thread, and nobody else's work.
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._threads = ThreadPoolExecutor(1, f"names of {receiver.name}")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses that may be connected to. Raises OSError when there is none."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _addresses, host, port, family)
        allowed = [one for one in found if self._receiver.may_reach(ip_address(one["host"]))]
        if found and not allowed:
            raise OSError(EACCES, f"{host} leads to an address where this receiver may not be")
        return allowed

    async def close(self) -> None:
        """Begin nothing more; a name server that does not answer is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    """Where a name leads; waits for the name server. Raises OSError."""
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=port,
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, address in found
    ]


class WebhookCarrier:
    """Posts the messages of one receiver. Redirects are not followed, cookies not kept."""

    def __init__(self, receiver: Receiver, now: Callable[[], float]) -> None:
        self._receiver = receiver
        self._now = now
        self._signers = [Webhook(secret) for secret in receiver.secrets]
        self._http: aiohttp.ClientSession | None = None

    async def carry(self, entry: OutboxEntry) -> Answer:
        """Post it once."""
        try:
            async with self._session().post(
                self._receiver.url,
                data=entry.notice.body.encode(),
                headers=self._headers(entry),
                allow_redirects=False,
            ) as response:
                said = "" if response.ok else await _beginning(response)
                return _judged(response.status, response.headers.get("Retry-After", ""), said)
        except TimeoutError:
            return Silent(f"no answer within {self._receiver.timeout:g} seconds")
        except (aiohttp.ClientError, OSError, UnicodeError) as fault:
            return Silent(f"not reached: {fault}"[:MOST_READ])

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            http, self._http = self._http, None
            await http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=OnlyWhereMeant(self._receiver), limit=self._receiver.in_flight
                ),
                timeout=aiohttp.ClientTimeout(total=self._receiver.timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._http

    def _headers(self, entry: OutboxEntry) -> dict[str, str]:
        """Every secret signs, so that a receiver may change from one to the next."""
        at = datetime.fromtimestamp(int(self._now()), UTC)
        message = entry.notice.id
        signatures = [signer.sign(message, at, entry.notice.body) for signer in self._signers]
        return {
            "Content-Type": "application/json",
            "User-Agent": "linetree",
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def _judged(status: int, retry_after: str, said: str) -> Answer:
    """2xx has it; 408, 425, 429 and 5xx mean later; 410 never; all else is this message's fault."""
    why = f"{status} {said}".strip()
    if 200 <= status < 300:
        return Taken()
    if status in (408, 425, 429) or status >= 500:
        asked = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
        return Silent(why, min(asked, LONGEST_WAIT))
    return Refused(why, for_good=status == 410)


async def _beginning(response: aiohttp.ClientResponse) -> str:
    said = (await response.content.read(MOST_READ)).decode("utf-8", "replace")
    return " ".join("".join(ch if ch.isprintable() else " " for ch in said).split())
