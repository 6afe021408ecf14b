"""Keys that a caller presses when the dialplan asks for them."""

from __future__ import annotations

import asyncio

from pbx_company import comes_true

from ivr.asterisk.private.runtime import PrivateAsterisk


async def presses(asterisk: PrivateAsterisk, prompt: str, keys: str) -> None:
    """Wait until a caller is asked this, then press the keys as the caller's phone would."""
    shown = await comes_true(
        lambda: asterisk.cli("core show channels concise"),
        lambda shown: f"ivr/{prompt}," in shown,
        f"nobody is asked {prompt}",
    )
    asked = next(line for line in shown.splitlines() if f"ivr/{prompt}," in line)
    reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.ami_port)
    login = {"Username": asterisk.witness_user, "Secret": asterisk.witness_secret}
    writer.write(_action("Login", login | {"Events": "off"}))
    for key in keys:
        pressed = {"Channel": asked.split("!")[0], "Digit": key, "Receive": "true"}
        writer.write(_action("PlayDTMF", pressed | {"Duration": "80", "ActionID": f"key {key}"}))
        await reader.readuntil(f"ActionID: key {key}".encode())
    writer.close()


def _action(name: str, headers: dict[str, str]) -> bytes:
    lines = [f"Action: {name}", *(f"{header}: {value}" for header, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()
