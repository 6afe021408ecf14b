"""The parts of `ivr.yaml` that say where the service meets Asterisk, browsers and its database."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from ivr.config.shape import Like, Line, Shape, wrong

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[Line, Like(r"^[A-Za-z0-9.:_-]+$", "write a host, such as 127.0.0.1")]


class Ami(Shape):
    """Asterisk's manager. The secret is never here: a file of mode 0600, or IVR_AMI_SECRET."""

    host: Host = "127.0.0.1"
    port: Port = 5038
    tls: bool = False
    user: Line = "linetree"
    secret_file: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_secret(cls, value: object) -> object:
        if isinstance(value, dict) and "secret" in value:
            raise wrong(
                "a secret does not belong into this file",
                "put it into a file of mode 0600 and name that by `secret_file`,"
                " or into the environment variable IVR_AMI_SECRET",
            )
        return value

    @model_validator(mode="after")
    def _guarded(self) -> Ami:
        if self.host not in LOOPBACK and not self.host.startswith("127.") and not self.tls:
            raise wrong(
                f"AMI to {self.host} without TLS sends the secret in the clear",
                "write `tls: true`, or use a tunnel to 127.0.0.1",
            )
        return self


class Agi(Shape):
    """Where FastAGI listens. It has no password: loopback or a tunnel only."""

    host: Host = "127.0.0.1"
    port: Port = 4573


class Asterisk(Shape):
    """The PBX beside the service.

    `voicemail` is where it keeps voice messages (IVR_VOICEMAIL of its dialplan), as this machine
    sees that folder.
    """

    ami: Ami = Ami()
    agi: Agi = Agi()
    voicemail: Annotated[Line, Like(r"^/", "write the whole path, from /")] = (
        "/var/spool/asterisk/ivr-voicemail"
    )


def _address(value: object) -> object:
    try:
        return str(ip_address(str(value)))
    except ValueError:
        raise wrong(f'"{value}" is no IP address', "write one such as 127.0.0.1") from None


class Web(Shape):
    """Where the desk is served, and from which origins its sockets are accepted.

    `proxies` are the addresses of reverse proxies: only what they send in X-Forwarded-For counts.
    """

    host: Host = "127.0.0.1"
    port: Port = 8080
    origins: tuple[
        Annotated[Line, Like(r"^https?://[^/\s]+$", "write it as https://desk.example.com")], ...
    ] = ()
    proxies: tuple[Annotated[Line, BeforeValidator(_address)], ...] = ()


class Store(Shape):
    """The database, as an SQLAlchemy URL; a relative SQLite path is relative to the work folder."""

    url: Annotated[
        Line,
        Like(
            r"^(sqlite|postgresql)(\+\w+)?://",
            "write sqlite:///linetree.db, or postgresql+psycopg://…",
        ),
    ] = "sqlite:///linetree.db"
