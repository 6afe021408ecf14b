"""Text that a database refuses, made storable: NUL and half surrogates become U+FFFD."""

from __future__ import annotations

import re
from typing import Any

import msgspec

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUL_IN_JSON = b"\\u0000"


def is_storable(text: str) -> bool:
    """Whether every database takes this text as it is."""
    return "\0" not in text if text.isascii() else _UNSTORABLE.search(text) is None


def mended(text: str) -> str:
    """The text with every character that PostgreSQL or UTF-8 cannot hold replaced."""
    return text if is_storable(text) else _UNSTORABLE.sub(REPLACEMENT, text)


def mended_deep(value: Any) -> Any:
    """Plain data with all its texts mended, the keys of its dicts too."""
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, dict):
        return {mended_deep(key): mended_deep(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mended_deep(item) for item in value]
    return value


def json_text(value: Any) -> str:
    """Plain data as JSON that any database takes. Raises TypeError for what is no plain data."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(mended_deep(value))
    if _NUL_IN_JSON in encoded:
        encoded = msgspec.json.encode(mended_deep(value))
    return encoded.decode()
