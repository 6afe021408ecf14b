"""The command line's side: asks the running service, if there is one."""

from __future__ import annotations

import json
import socket
from collections.abc import Collection, Mapping
from typing import Any

from ivr.config.problems import ConfigRefused, Problem
from ivr.control.place import check
from ivr.domain.errors import LinetreeError

PATIENCE = 60.0
"""Seconds for the whole answer: a reload reads every file and waits for the database."""


class ControlSilent(LinetreeError):
    """The running service took the question and gave no answer."""


class ControlRefused(LinetreeError):
    """The running service did not do it, and says why."""


def ask(
    address: str,
    allowed: Collection[int],
    question: Mapping[str, Any],
    patience: float = PATIENCE,
) -> Any | None:
    """The service's answer, or None when none runs.

    Raises ConfigRefused with the problems it found, ControlRefused, ControlSilent,
    ControlUntrusted.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(patience)
        try:
            connection.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            return None
        check(connection, allowed)
        try:
            connection.sendall(json.dumps(question).encode() + b"\n")
            line = connection.makefile("rb").readline()
            answer = json.loads(line)
        except (OSError, ValueError) as error:
            raise ControlSilent(
                f"the running service gave no answer ({error}): look into its log, it may have"
                " done it all the same"
            ) from error
    if answer.get("ok"):
        return answer
    if "problems" in answer:
        raise ConfigRefused(Problem(**one) for one in answer["problems"])
    raise ControlRefused(str(answer.get("error")))
