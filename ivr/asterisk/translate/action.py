"""One AMI action, and the kinds of it that several orders are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """One AMI action to send."""

    name: str
    headers: Mapping[str, str | Sequence[str]]


def set_variables(channel: str, variables: Mapping[str, str]) -> tuple[Action, ...]:
    """Set variables of one channel; the dialplan reads them where it is sent next."""
    return tuple(
        Action("Setvar", {"Channel": channel, "Variable": name, "Value": value})
        for name, value in variables.items()
    )


_NOTHING = {"Application": "Set", "Data": "CDR_PROP(disable)=1"}


def originate(
    channel: str,
    unique: str,
    seconds: int,
    variables: Mapping[str, str],
    then: Mapping[str, str] | None = None,
) -> Action:
    """Begin a call of our own, told of by events: both channels get ids made of `unique`.

    Where nothing else comes `then`, it is no call of anybody's and stays out of the CDR.
    """
    headers: dict[str, str | Sequence[str]] = {
        "Channel": channel,
        "Timeout": str(seconds * 1000),
        "Async": "true",
        "ChannelId": f"{unique}.1",
        "OtherChannelId": f"{unique}.2",
        # One header a variable: Asterisk cuts a value at its commas.
        "Variable": [f"{name}={value}" for name, value in variables.items()],
    }
    return Action("Originate", headers | dict(then or _NOTHING))
