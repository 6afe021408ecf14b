"""One event of Asterisk, decoded only where it is read, and dropped when it contradicts itself."""

from __future__ import annotations

from functools import lru_cache

_SAID_ONCE = tuple(
    b"\n%b: " % name
    for name in (
        b"Privilege",
        b"Channel",
        b"Uniqueid",
        b"Linkedid",
        b"DestChannel",
        b"DestUniqueid",
        b"Queue",
        b"Interface",
    )
)
"""Headers that say whose event it is: with two values, any reading ends somebody else's call."""

_NAMED_LIKE_EVENT = (b"UserEvent", b"SubEvent")


class AmiEvent:
    """An event's name, and its headers on demand; reading never raises.

    Bytes that are not UTF-8 come as escapes (`\\xd0`), so that no text holds half a surrogate.
    Of a header that is repeated, the first value counts.
    """

    __slots__ = ("_block", "name")

    def __init__(self, name: str, block: bytes) -> None:
        self.name = name
        self._block = block

    def get(self, header: str, default: str = "") -> str:
        """The value of a header, in whatever case its name is written; `default` without it."""
        block = self._block
        needle, in_lower_case = _needles(header)
        start = block.find(needle)
        if start < 0:
            start = block.lower().find(in_lower_case)
        if start < 0:
            return self.name if in_lower_case == b"\nevent:" else default
        start += len(needle)
        end = block.find(b"\n", start)
        return text_of(block[start:] if end < 0 else block[start:end])

    def headers(self) -> dict[str, str]:
        """All headers, as Asterisk writes their names."""
        known: dict[str, str] = {}
        for line in self._block.split(b"\n"):
            name, colon, value = line.partition(b":")
            if colon:
                known.setdefault(text_of(name), text_of(value))
        return known

    def __repr__(self) -> str:
        return f"AmiEvent({self.name}, {self.headers()})"


@lru_cache(maxsize=512)
def _needles(header: str) -> tuple[bytes, bytes]:
    needle = b"\n%b:" % header.encode()
    return needle, needle.lower()


def text_of(raw: bytes) -> str:
    """A line's value as text, without the blank before it and the CR at its end."""
    raw = raw.removeprefix(b" ").removesuffix(b"\r")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(errors="backslashreplace")


def is_sound(block: bytes) -> bool:
    """Whether a block that begins with an Event is one event, and agrees with itself."""
    if block.count(b"Event: ") > 1 and _hides_another(block):
        return False
    return not any(block.count(header) > 1 and _differ(block, header) for header in _SAID_ONCE)


def _hides_another(block: bytes) -> bool:
    """A torn event runs into the next one: `PrivEvent: Hangup`, or a second `Event:` line."""
    names = (line.partition(b": ")[0] for line in block.split(b"\n")[1:] if b"Event: " in line)
    return any(name.endswith(b"Event") and name not in _NAMED_LIKE_EVENT for name in names)


def _differ(block: bytes, header: bytes) -> bool:
    values = {part.partition(b"\n")[0].rstrip(b"\r") for part in block.split(header)[1:]}
    return len(values) > 1 or header == b"\nPrivilege: "
