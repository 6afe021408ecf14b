"""The AMI link's settings, its state as others may know it, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from ssl import SSLContext
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class AmiSettings:
    """Where Asterisk's manager listens, and how patient the link is; all times in seconds.

    `boot_wait` is how long a FullyBooted that does not come is waited for; `refused_every` is
    the pace of further tries after a refused login.
    """

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    ping_every: float = 2.0
    action_timeout: float = 5.0
    reconnect_first: float = 0.2
    reconnect_most: float = 5.0
    refused_every: float = 30.0
    boot_wait: float = 5.0
    tls: SSLContext | None = None


class LinkKind(Enum):
    """CONNECTED: logged in and Asterisk fully booted. REFUSED: the login was turned away."""

    CONNECTED = "connected"
    LOST = "lost"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LinkState:
    """What became of the link; `LinkState.CONNECTED` is one object, the others carry a reason."""

    kind: LinkKind
    reason: str = ""

    CONNECTED: ClassVar[LinkState]

    @classmethod
    def lost(cls, reason: str) -> LinkState:
        return cls(LinkKind.LOST, reason)

    @classmethod
    def refused(cls, reason: str) -> LinkState:
        return cls(LinkKind.REFUSED, reason)

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.reason}" if self.reason else self.kind.value


LinkState.CONNECTED = LinkState(LinkKind.CONNECTED)


@dataclass(slots=True)
class AmiCounters:
    """How much was delivered, and how much was dropped, why; never reset."""

    delivered: int = 0
    dropped_unknown: int = 0
    dropped_malformed: int = 0
    dropped_too_large: int = 0
    handler_errors: int = 0
    responses_unclaimed: int = 0
    actions_sent: int = 0
    action_timeouts: int = 0
    actions_lost: int = 0
    pings_missed: int = 0
    connects_failed: int = 0
    logins_refused: int = 0
    reconnects: int = 0
