"""Whom linetree tells what happens: receivers of webhooks, as `ivr.yaml` names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from ivr.config.shape import Line, Shape, wrong

Address = IPv4Address | IPv6Address


class News(StrEnum):
    """What receivers may ask to be told."""

    CALL_ENDED = "call.ended"
    OUTCOME_DECIDED = "outcome.decided"
    ESCALATION_OPENED = "escalation.opened"
    ESCALATION_CHANGED = "escalation.changed"
    CALLBACK_RESULT = "callback.result"
    MEETING_CHANGED = "meeting.changed"


class Reach(StrEnum):
    """How far from this machine an address is."""

    LOOPBACK = "loopback"
    PRIVATE = "private"
    PUBLIC = "public"
    NOWHERE = "nowhere"  # link-local (a cloud's metadata), multicast, unspecified, reserved


def reach_of(address: Address) -> Reach:
    """Where the address leads; one of IPv4 inside IPv6 is judged as what it carries."""
    if isinstance(address, IPv6Address) and (carried := _carried(address)) is not None:
        return reach_of(carried)
    if isinstance(address, IPv6Address) and (address.is_site_local or address in _OUR_GATEWAY):
        return Reach.PRIVATE
    if address.is_loopback:
        return Reach.LOOPBACK
    if (
        address.is_link_local
        or getattr(address, "is_site_local", False)
        or address.is_multicast
        or address.is_unspecified
    ):
        return Reach.NOWHERE
    if address.is_global:
        return Reach.PUBLIC
    return Reach.PRIVATE if address.is_private else Reach.NOWHERE


_CARRIERS = tuple(IPv6Network(one) for one in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
"""Where the last four bytes are an address of IPv4 that a gateway goes on to."""

_OUR_GATEWAY = IPv6Network("64:ff9b:1::/48")
"""What a network's own gateway of that kind serves (RFC 8215)."""


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 to which this one may lead."""
    plain = address.ipv4_mapped or address.sixtofour
    if plain is not None or address.is_loopback or address.is_unspecified:
        return plain
    if any(address in net for net in _CARRIERS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def literal(host: str) -> Address | None:
    """The address that a host is written as, None when it is a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def names_loopback(host: str) -> bool:
    """Whether the host is this machine, by its name or address alone."""
    address = literal(host)
    return host == "localhost" if address is None else reach_of(address) is Reach.LOOPBACK


def _url(value: str) -> str:
    mend = "write one such as https://crm.example.com/linetree"
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError as fault:
        raise wrong(f'"{value}" is no address ({fault})', mend) from None
    if not host or not value.isascii() or any(ch.isspace() or ch in '\\"<>' for ch in value):
        raise wrong(f'"{value}" is no address', mend)
    if parts.username is not None or parts.fragment:
        raise wrong("a name, a password or a # does not belong into the address", mend)
    if parts.scheme != "https" and not (parts.scheme == "http" and names_loopback(host)):
        raise wrong(f"{host} without TLS would get clients' data in the clear", "write https://")
    return value


class Webhook(Shape):
    """One receiver. Its secret is in the environment or in `secret_file`, never here.

    `private` says that the receiver is meant to be in a private network; without it only a public
    address, or this machine where the address says so, is ever connected to.
    """

    url: Annotated[Line, AfterValidator(_url)]
    events: Annotated[tuple[News, ...], Field(min_length=1)] = tuple(News)
    secret_file: Line | None = None
    private: bool = False
    in_flight: Annotated[int, Field(ge=1, le=16)] = 4
    timeout_seconds: Annotated[int, Field(ge=1, le=60)] = 10

    @model_validator(mode="before")
    @classmethod
    def _no_secret(cls, value: object) -> object:
        if isinstance(value, dict) and "secret" in value:
            raise wrong(
                "a secret does not belong into this file",
                "put it into a file of mode 0600 and name that by `secret_file`",
            )
        return value

    @model_validator(mode="after")
    def _reachable(self) -> Webhook:
        host = urlsplit(self.url).hostname or ""
        address = literal(host)
        reach = reach_of(address) if address is not None else Reach.PUBLIC
        if reach is Reach.NOWHERE:
            raise wrong(f"{host} is no address of a receiver", "name the receiver's own host")
        if reach is Reach.PRIVATE and not self.private:
            raise wrong(f"{host} is in a private network", "write `private: yes` if that is meant")
        return self


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver ready to be told: `secrets` sign, the newest first; times in seconds."""

    name: str
    url: str
    events: frozenset[News]
    secrets: tuple[str, ...] = field(repr=False)
    private: bool
    in_flight: int
    timeout: float

    @property
    def target(self) -> str:
        """Under what the outbox keeps this receiver's messages."""
        return f"webhook/{self.name}"

    def may_reach(self, address: Address) -> bool:
        """Whether this address may be connected to, whatever a name resolved to."""
        host = urlsplit(self.url).hostname or ""
        match reach_of(address):
            case Reach.LOOPBACK:
                return names_loopback(host)
            case Reach.PRIVATE:
                return self.private
            case Reach.PUBLIC:
                return not names_loopback(host)
            case Reach.NOWHERE:
                return False


def receiver(name: str, hook: Webhook, secrets: tuple[str, ...]) -> Receiver:
    """The receiver that this part of the file describes."""
    return Receiver(
        name=name,
        url=hook.url,
        events=frozenset(hook.events),
        secrets=secrets,
        private=hook.private,
        in_flight=hook.in_flight,
        timeout=float(hook.timeout_seconds),
    )
