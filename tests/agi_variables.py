"""A channel's variables over AGI, one command each, as a session's commands are tried with them."""

from __future__ import annotations

from ivr.asterisk.agi_session import AgiSession
from ivr.asterisk.agi_text import variable_name


async def get_variable(session: AgiSession, name: str) -> str:
    """A variable's value, or nothing where it is not set."""
    return await session.command("GET VARIABLE", variable_name(name))


async def set_variable(session: AgiSession, name: str, value: str) -> None:
    """Set a variable; Asterisk takes the value literally, whatever is in it."""
    await session.command("SET VARIABLE", variable_name(name), value)
