"""Text of callers on its way in, and arguments of commands on their way out."""

import re
from functools import cache

from ivr.asterisk.agi_errors import AgiInjection, AgiLineTooLong

LINE_BYTES = 8190
"""Bytes of the longest command. Asterisk (`AGI_BUF_LEN` in res_agi.c) reads 8,191 with the line
feed, and takes what is beyond for another command."""

_NAME = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*(\([A-Za-z0-9_@./-]*\))?", re.ASCII)
_VERB = re.compile(r"[A-Z]+( [A-Z]+)*", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9_.+@/-]*", re.ASCII)
_ENDS_A_LINE = re.compile(r"[\r\n\0]")
_FOREIGN_WORD = re.compile(r"[^\W\d_]+")
_RUSSIAN_WORD = re.compile(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+|[A-Za-z]+")
_RUSSIAN_SIGNS = frozenset("«»№–—\N{NO-BREAK SPACE}")
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_CONTROLS |= {code: f"\\u{code:04x}" for code in (0x2028, 0x2029)}


def readable(raw: bytes) -> str:
    """What a peer wrote, as text that every later reader can take.

    UTF-8 as it is; a last character that Asterisk cut in the middle is left out. Bytes that are
    no UTF-8 are read as Windows-1251 where that gives Russian words, which is what older PBXs
    around here send; all else keeps its ASCII, and its other bytes are written as `\\xNN`. So are
    control characters, NUL included. Neither line ends nor half surrogates can be left.
    """
    text = _decoded(raw)
    return text if text.isprintable() else text.translate(_CONTROLS)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as fault:
        whole = raw[: fault.start]
        if fault.reason == "unexpected end of data" and not whole.isascii():
            return whole.decode()
    return _windows_1251(raw) or raw.decode("ascii", "backslashreplace")


def _windows_1251(raw: bytes) -> str | None:
    """The text in Windows-1251 if each of its words could stand in a Russian letter."""
    try:
        text = raw.decode("cp1251")
    except UnicodeDecodeError:
        return None
    words = _FOREIGN_WORD.findall(text)
    russian = all(_RUSSIAN_WORD.fullmatch(word) for word in words)
    signs = {sign for sign in text if not sign.isascii() and not sign.isalpha()}
    return text if russian and signs <= _RUSSIAN_SIGNS and any(map(_is_long, words)) else None


def _is_long(word: str) -> bool:
    return len(word) > 1 and not word.isascii()


def command_line(verb: str, arguments: tuple[str, ...]) -> str:
    """The line of a command without its end, each argument quoted so that it arrives as one.

    Raises AgiInjection for a line end or NUL and for text that is no UTF-8, AgiLineTooLong.
    """
    line = " ".join([_verb(verb), *[_quoted(verb, argument) for argument in arguments]])
    size = len(line) if line.isascii() else _size(verb, line)
    if size > LINE_BYTES:
        raise AgiLineTooLong(
            f"the AGI command {verb} would have {size} bytes, and Asterisk takes {LINE_BYTES} in "
            "one line; shorten the value"
        )
    return line


@cache
def _verb(verb: str) -> str:
    if not _VERB.fullmatch(verb):
        raise AgiInjection(f'"{verb}" is no AGI command: words of capital letters, please')
    return verb


@cache
def variable_name(name: str) -> str:
    """The name, if it is one variable's or a function's with a plain argument: `GROUP(lines)`.

    Raises AgiInjection otherwise.
    """
    if not _NAME.fullmatch(name):
        raise AgiInjection(f"{name!r} is no name of a channel variable: letters, digits and _")
    return name


def _quoted(verb: str, argument: str) -> str:
    if _PLAIN.fullmatch(argument):
        return f'"{argument}"'
    if found := _ENDS_A_LINE.search(argument):
        raise AgiInjection(
            f"character {found.start()} of an argument of {verb} is {found.group()!r}, which would "
            "end the command; take it out of the value"
        )
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _size(verb: str, line: str) -> int:
    try:
        return len(line.encode())
    except UnicodeEncodeError as fault:
        raise AgiInjection(
            f"an argument of {verb} holds half a surrogate at character {fault.start} of the line, "
            "which is no text; mend the value"
        ) from None
