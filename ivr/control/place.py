"""Where a running service listens for its command line, and whom both sides trust.

A name in Linux's abstract socket namespace needs no writable folder, is seen through a private
/tmp, has no file that a crash could leave behind, and ends with the process. Nothing guards such
a name, so each side looks at the other's user, as the kernel tells it.
"""

from __future__ import annotations

import hashlib
import os
import socket
import struct
from collections.abc import Collection
from pathlib import Path

from ivr.domain.errors import LinetreeError

LARGEST = 32_000_000
"""Bytes of the longest question or answer: an accounts file of the largest size, in base64."""

_CREDENTIALS = struct.Struct("3i")


class ControlUntrusted(LinetreeError):
    """Who listens under the service's name, or asks it, is not who it should be."""


def address(config_dir: Path) -> str:
    """The name under which the service of this folder listens; the same for links to it."""
    folder = os.fsencode(config_dir.resolve())
    return "\0linetree-" + hashlib.sha256(folder).hexdigest()[:32]


def peer(connection: socket.socket) -> int:
    """The user id of the process at the other end."""
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(found)[1])


def trusted(*files: Path) -> frozenset[int]:
    """The users who may be asked: this one, root, and the owners of these files."""
    owners = {file.stat().st_uid for file in files if file.exists()}
    return frozenset({os.getuid(), 0} | owners)


def check(connection: socket.socket, allowed: Collection[int]) -> None:
    """Raises ControlUntrusted when the other end is none of the allowed users."""
    user = peer(connection)
    if user not in allowed:
        raise ControlUntrusted(
            f"the process at the other end runs as user {user}, which is neither this user nor"
            " the service's: run the command as the service's user"
        )
