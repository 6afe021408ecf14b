"""Cells of a CSV file that no spreadsheet takes for a formula, and back."""

from __future__ import annotations

import re

_PHONE = re.compile(r"\+\d{7,15}")
# Where a formula may begin: in front, or behind what a spreadsheet of another country takes for
# the border of a cell. An apostrophe there stops it, one more than stands there already.
_FORMULA = r"'*[=+\-@＝＋－＠]"
_LIVE = re.compile(rf"""(\A(?='*[\t\r\n]|{_FORMULA})|[,;\t\r\n]"*(?={_FORMULA}))""")
_STOPPED = re.compile(rf"""(\A(?=''*[\t\r\n]|'{_FORMULA})|[,;\t\r\n]"*(?='{_FORMULA}))'""")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unguarded` gives it back unchanged.

    A phone number in E.164 cannot carry code and stays as it is.
    """
    return cell if _PHONE.fullmatch(cell) else _LIVE.sub(r"\1'", cell)


def unguarded(cell: str) -> str:
    """The cell before `guarded`."""
    return _STOPPED.sub(r"\1", cell)
