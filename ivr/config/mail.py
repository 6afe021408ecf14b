"""Where e-mail goes out, as `ivr.yaml` says; the password is in the environment or a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ivr.config.outside import names_loopback
from ivr.config.shape import Like, Line, Shape, wrong

TARGET = "mail"
"""Under what the outbox keeps e-mail."""

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}")


def is_address(text: str) -> bool:
    """Whether this is one plain address: no name beside it, no second one, nothing of a header."""
    return _ADDRESS.fullmatch(text) is not None


def _address(value: str) -> str:
    if not is_address(value):
        raise wrong(f'"{value}" is no e-mail address', "write one such as desk@example.com")
    return value


Address = Annotated[Line, AfterValidator(_address)]


class Mail(Shape):
    """The server that takes our e-mail. Without TLS only this machine itself may be one."""

    host: Annotated[Line, Like(r"^[A-Za-z0-9.:_-]+$", "write a host, such as mail.example.com")]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Address
    user: Line | None = None
    secret_file: Line | None = None
    timeout_seconds: Annotated[int, Field(ge=1, le=60)] = 15

    @model_validator(mode="before")
    @classmethod
    def _no_secret(cls, value: object) -> object:
        if isinstance(value, dict) and ("secret" in value or "password" in value):
            raise wrong(
                "a password does not belong into this file",
                "put it into a file of mode 0600 and name that by `secret_file`",
            )
        return value

    @model_validator(mode="after")
    def _guarded(self) -> Mail:
        if self.security == "none" and not names_loopback(self.host):
            raise wrong(f"e-mail to {self.host} without TLS is read on the way", "write starttls")
        return self


@dataclass(frozen=True, slots=True)
class Post:
    """The way for e-mail, ready to be used; `user` "" signs in nowhere. Times in seconds."""

    host: str
    port: int
    security: str
    sender: str
    user: str
    secret: str = field(repr=False)
    timeout: float
    in_flight: int = 2

    @property
    def target(self) -> str:
        """Under what the outbox keeps e-mail."""
        return TARGET


def post(mail: Mail, secret: str) -> Post:
    """The way that this part of the file describes."""
    return Post(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        sender=mail.sender,
        user=mail.user or "",
        secret=secret,
        timeout=float(mail.timeout_seconds),
    )
