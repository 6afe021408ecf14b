"""Builds an AMI action that arrives in Asterisk exactly as it was meant, or refuses to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from panoramisk.actions import Action

from ivr.asterisk.ami_errors import (
    AmiHeaderRefused,
    AmiInjection,
    AmiLineTooLong,
    AmiVariableSplit,
)

Headers = Mapping[str, str | Sequence[str]]

LONGEST_LINE = 1024
"""Bytes of a line with its CRLF: Asterisk's session buffer (manager.c, `inbuf[1025]`) holds no
more, and a longer line spoils the whole action."""

MOST_LINES = 128
"""AST_MAX_MANHEADERS of manager.c."""

_NAME = re.compile(r"[A-Za-z0-9-]+")
_ENDS_LINE = re.compile(r"[\r\n\0]")
_VARIABLE = re.compile(r"[A-Za-z0-9_()./-]+")
_SPLITS = re.compile(r"""[,"\\()\[\]]""")
_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_ONE_VARIABLE = frozenset({"getvar", "setvar"})


def build(name: str, headers: Headers) -> Action:
    """An action that is safe to write.

    Raises AmiInjection, AmiLineTooLong, AmiVariableSplit or, for an Originate that would block,
    AmiHeaderRefused, before anything is written.
    An Originate always travels with `Async: true`: without it Asterisk answers nothing else on
    this link until the phone is picked up.
    """
    fields: Headers = {"Action": name, **headers}
    if len({key.lower() for key in fields}) != len(headers) + 1:
        raise AmiInjection(f"AMI action {name!r}: a header is given twice in {sorted(headers)}")
    if name.lower() == "originate":
        fields = _asynchronous(fields)
    action = Action(fields)
    check(action)
    return action


def check(action: Action) -> None:
    """Refuse an action of which a line would be cut, or would become two.

    Raises AmiInjection, AmiLineTooLong or AmiVariableSplit.
    """
    name = str(action["Action"])
    if not _NAME.fullmatch(name):
        raise AmiInjection(f"{name!r} is no name of an AMI action: only letters, digits and -")
    lines = list(_lines(action))
    for header, value in lines:
        _check_line(name, header, value)
        if header.lower() == "variable" and name.lower() not in _ONE_VARIABLE:
            _check_variable(name, value)
    if len(lines) > MOST_LINES:
        raise AmiLineTooLong(
            f"AMI action {name}: {len(lines)} lines, Asterisk takes {MOST_LINES}; send fewer"
        )


def _lines(action: Action) -> Iterator[tuple[str, str]]:
    for header, value in action.items():
        for one in value if isinstance(value, (list, tuple)) else (value,):
            yield header, str(one)


def _check_line(action: str, header: str, value: str) -> None:
    if not _NAME.fullmatch(header):
        raise AmiInjection(
            f"AMI action {action}: {header!r} is no header's name: only letters, digits and -"
        )
    if _ENDS_LINE.search(value):
        raise AmiInjection(
            f"AMI action {action}, header {header}: {value[:40]!r} holds a line break or NUL, "
            "which would begin a header or an action of its own; take it out"
        )
    try:
        size = len(f"{header}: {value}\r\n".encode())
    except UnicodeEncodeError:
        raise AmiInjection(
            f"AMI action {action}, header {header}: {value[:40]!r} is no valid text (half a "
            "surrogate); mend it where it came in"
        ) from None
    if size > LONGEST_LINE:
        raise AmiLineTooLong(
            f"AMI action {action}, header {header}: the line has {size} bytes, Asterisk reads "
            f"{LONGEST_LINE}; send an id and keep the text here"
        )


def _check_variable(action: str, assignment: str) -> None:
    """Asterisk splits a Variable as it splits the arguments of an application.

    A comma ends it and what follows is lost, a quote or backslash vanishes, and a bracket hides
    the commas after it (manager.c man_do_variable_value, app.c __ast_app_separate_args).
    """
    name, equals, value = assignment.partition("=")
    if not equals or not _VARIABLE.fullmatch(name):
        raise AmiVariableSplit(
            f"AMI action {action}: {assignment[:40]!r} is no variable: name=value, its name of "
            "letters, digits and _ ( ) . / -"
        )
    spoiled = _SPLITS.search(value)
    if spoiled:
        raise AmiVariableSplit(
            f"AMI action {action}, variable {name}: Asterisk would split or change a value with "
            f"{spoiled.group()!r}; send an id and keep the text here"
        )


def _asynchronous(fields: Headers) -> Headers:
    given = next((value for key, value in fields.items() if key.lower() == "async"), None)
    if given is None:
        return {**fields, "Async": "true"}
    if str(given).lower() not in _TRUE:
        raise AmiHeaderRefused(
            f"AMI action Originate, header Async: {given!r}; only true is sent, anything else "
            "would block the link until the phone is answered"
        )
    return fields
