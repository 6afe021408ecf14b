"""The text of a file as a spreadsheet saves it: UTF-8 or windows-1251, or neither."""

from __future__ import annotations

import re

_MOJIBAKE = re.compile(r"[ÐÑ][\u0080-\u00bf\u2013-\u2122]|\ufffd|\x00")
_WORD = re.compile(r"[А-Яа-яЁё]{2,}")


def decoded(data: bytes) -> str | None:
    """The text, None where names would become rubbish."""
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _rubbish(text, russian=encoding == "cp1251") else text
    return None


def spoilt(text: str) -> bool:
    """Whether the text has lost letters on its way, as no file of accounts may hold it."""
    return _MOJIBAKE.search(text) is not None


def _rubbish(text: str, *, russian: bool) -> bool:
    """Whether decoding went wrong: twice encoded, or another Russian table than cp1251.

    Other tables betray themselves by few Russian letters, or by words like вЕЛРНП whose case
    is turned inside out.
    """
    if spoilt(text):
        return True
    foreign = [ch for ch in text if ch.isalpha() and not ch.isascii()]
    if not russian or not foreign:
        return False
    cyrillic = sum(bool(re.match(r"[А-Яа-яЁё]", ch)) for ch in foreign)
    words = _WORD.findall(text)
    turned = sum(word[0].islower() and word[1:].isupper() for word in words)
    return cyrillic < 0.8 * len(foreign) or turned > len(words) / 3
