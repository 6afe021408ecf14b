"""Accounts in CSV: as Excel of any country writes it in, and out so that it comes back the same."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ivr.config.encodings import decoded
from ivr.config.formulas import guarded, unguarded
from ivr.config.problems import Problem
from ivr.domain.client.company import Account, Directory, Scale
from ivr.domain.client.names import folded
from ivr.domain.client.phone import E164, Internal, Unusable, Withheld, normalise
from ivr.domain.errors import did_you_mean

MOST_BYTES = 20_000_000
MOST_CELL = 1_000

Refuse = Callable[[str, str, str], None]

_COLUMNS = {
    "company": ("company", "name", "компания", "название", "организация"),
    "phone": ("phone", "phones", "телефон", "телефоны", "номер"),
    "owner": ("owner", "ответственный", "владелец", "менеджер"),
    "key": ("key", "ключевой", "ключевой клиент"),
    "note": ("note", "notes", "примечание", "заметка"),
    "scale": ("scale", "масштаб"),
    "tax": ("tax", "tax number", "inn", "инн"),
    "id": ("id",),
}
_KNOWN = {word: column for column, words in _COLUMNS.items() for word in words}
_YES = {"yes", "y", "true", "1", "да", "+", "x", "х"}
_NO = {"", "no", "n", "false", "0", "нет", "-"}
_SCALES = {
    "": None,
    "private": Scale.PRIVATE,
    "small": Scale.SMALL,
    "large": Scale.LARGE,
    "частное лицо": Scale.PRIVATE,
    "малый": Scale.SMALL,
    "крупный": Scale.LARGE,
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds: accounts in its order, `lines` where each began, and what is wrong."""

    accounts: tuple[Account, ...]
    lines: Mapping[str, int]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """What an import does to the accounts that are there: ids added, changed and left alone."""

    directory: Directory
    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def read_accounts(data: bytes, file: str, region: str = "RU") -> Imported:
    """The accounts in a CSV file: UTF-8 (with or without BOM) or cp1251; comma, semicolon or tab.

    Several rows of one company are one account with several numbers. Never raises: a file that
    cannot be read gives no accounts and a problem that says why.
    """
    table = _Table(file, region)
    table.read(data)
    return Imported(tuple(table.accounts.values()), table.lines, tuple(table.problems))


def merged(directory: Directory, imported: Iterable[Account]) -> Merge:
    """The directory with imported accounts added or put in place of those of the same id."""
    accounts = {account.id: account for account in directory.accounts}
    added: list[str] = []
    changed: list[str] = []
    same: list[str] = []
    for account in imported:
        before = accounts.get(account.id)
        kind = added if before is None else same if before == account else changed
        kind.append(account.id)
        accounts[account.id] = account
    return Merge(Directory.of(accounts.values()), tuple(added), tuple(changed), tuple(same))


def write_accounts(accounts: Iterable[Account]) -> bytes:
    """Accounts as CSV for Excel: UTF-8 with BOM, semicolons, a row a number, no live formulas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for account in accounts:
        for phone in account.phones or ("",):
            writer.writerow(guarded(cell) for cell in _cells(account, phone))
    return out.getvalue().encode("utf-8-sig")


def _cells(account: Account, phone: str) -> tuple[str, ...]:
    return (
        account.name,
        phone,
        account.owner or "",
        "yes" if account.key else "no",
        account.note,
        account.scale.value if account.scale else "",
        account.tax,
        account.id,
    )


@dataclass(slots=True)
class _Table:
    """A CSV file being read."""

    file: str
    region: str
    accounts: dict[str, Account] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            self._refuse(0, 0, f"the file is larger than {MOST_BYTES:,} bytes", "split it")
        elif (text := decoded(data)) is None:
            self._refuse(
                0,
                0,
                "the encoding is neither UTF-8 nor windows-1251, names would become rubbish",
                "save the file as CSV UTF-8",
            )
        else:
            self._read(text)

    def _read(self, text: str) -> None:
        if "\n" not in text:
            # Excel's own "CSV (Macintosh)" ends its lines so.
            text = text.replace("\r", "\n")
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        try:
            header = next(rows, None)
            columns = self._columns(header or [])
            if columns is None:
                return
            for row in rows:
                if any(cell.strip() for cell in row):
                    self._row(rows.line_num, columns, row)
        except csv.Error as fault:
            self._refuse(rows.line_num, 1, f"not CSV: {fault}", "mend the quotes of this line")

    def _columns(self, header: list[str]) -> list[str] | None:
        """The column of each cell, "" for a nameless one."""
        named = [_KNOWN.get(cell.strip().casefold(), cell.strip()) for cell in header]
        for index, name in enumerate(named, start=1):
            if name and name not in _COLUMNS:
                self._refuse(
                    1, index, f'unknown column "{name}"' + did_you_mean(name, _KNOWN), _HEADER
                )
            if name and named.index(name) != index - 1:
                self._refuse(1, index, f'column "{name}" stands here twice', "remove one")
        missing = [name for name in ("company", "phone") if name not in named]
        if missing:
            self._refuse(1, 1, f"no column {' and no '.join(missing)}", _HEADER)
        return None if self.problems else named

    def _row(self, line: int, columns: list[str], row: list[str]) -> None:
        before = len(self.problems)
        for index, extra in enumerate(row[len(columns) :], start=len(columns) + 1):
            if extra.strip():
                self._refuse(line, index, f'"{extra[:40]}" stands under no column', "mend the row")
        cells = {
            name: unguarded(cell.strip()) for name, cell in zip(columns, row, strict=False) if name
        }
        account = self._account(line, columns, cells)
        if len(self.problems) == before:
            self._join(line, account)

    def _account(self, line: int, columns: list[str], cells: dict[str, str]) -> Account:
        def refuse(column: str, message: str, mend: str) -> None:
            self._refuse(line, columns.index(column) + 1, f"{column}: {message}", mend)

        for column, cell in cells.items():
            if len(cell) > MOST_CELL or any(ch < " " and ch not in "\t\r\n" for ch in cell):
                refuse(column, "too long, or with control characters", "shorten and clean it")
        name = " ".join(cells.get("company", "").split())
        if not name:
            refuse("company", "the company has no name", "write its name")
        key = cells.get("key", "").casefold()
        if key not in _YES | _NO:
            refuse("key", f'"{key}" is neither yes nor no', "write yes or no")
        scale = cells.get("scale", "").casefold()
        if scale not in _SCALES:
            refuse("scale", f'"{scale}" is not known', "write private, small, large or nothing")
        if key in _YES and _SCALES.get(scale) not in (None, Scale.LARGE):
            refuse("scale", f"a key account cannot be {scale}", "write large, or key: no")
        if not re.fullmatch(r"[A-Za-z0-9-]{0,40}", cells.get("id", "")):
            refuse("id", "an id is made of Latin letters, digits and -", "mend it or leave it out")
        return Account(
            id=cells.get("id") or account_id(name),
            name=name,
            phones=tuple(self._phones(cells.get("phone", ""), refuse)),
            scale=_SCALES.get(scale),
            key=key in _YES,
            owner=cells.get("owner") or None,
            tax=cells.get("tax", ""),
            note=cells.get("note", ""),
        )

    def _phones(self, cell: str, refuse: Refuse) -> Iterator[str]:
        for raw in re.split(r"[,;/\n]+", cell):
            if not raw.strip():
                continue
            match normalise(raw, self.region):
                case E164(number=number):
                    yield number
                case Unusable(why=why):
                    refuse("phone", f'"{raw.strip()}": {why}', "write it as +74950000012")
                case Internal() | Withheld():
                    refuse("phone", f'"{raw.strip()}" is no full number', "write +74950000012")

    def _join(self, line: int, account: Account) -> None:
        """Rows of one company add their numbers; what else they say has to be the same."""
        before = self.accounts.get(account.id)
        if before is None:
            self.accounts[account.id] = account
            self.lines[account.id] = line
            return
        phones = tuple(dict.fromkeys((*before.phones, *account.phones)))
        if replace(account, phones=(), name="") != replace(before, phones=(), name=""):
            self._refuse(
                line,
                1,
                f"{account.name} says something else in line {self.lines[account.id]}",
                "make the rows of one company agree in all but the number",
            )
        self.accounts[account.id] = replace(before, phones=phones)

    def _refuse(self, line: int, column: int, message: str, mend: str) -> None:
        self.problems.append(Problem(self.file, line, column, message, mend))


_HEADER = "the first line names the columns: company, phone, owner, key, note, scale, tax, id"


def account_id(name: str) -> str:
    """A stable id for a company that came without one: the same name gives the same id."""
    return "c-" + hashlib.sha256(folded(name).encode()).hexdigest()[:12]


def _delimiter(text: str) -> str:
    """The one under which the first line has the most known columns."""
    header = text.partition("\n")[0].rstrip("\r")

    def known(delimiter: str) -> int:
        try:
            cells = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:  # told when the table itself is read
            return 0
        return sum(cell.strip().casefold() in _KNOWN for cell in cells)

    return max((",", ";", "\t"), key=known)
