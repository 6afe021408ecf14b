"""CSV files: what is kept, out for a spreadsheet, and companies in."""

from __future__ import annotations

import asyncio
import base64
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from ivr.account_keeping import AccountKeeping, Office
from ivr.commands.running import (
    CONFIG_DIR,
    asked,
    explained,
    look_at,
    me,
    store_of,
)
from ivr.config.accounts import MOST_BYTES, write_accounts
from ivr.config.check import load, load_settings
from ivr.config.problems import ConfigRefused
from ivr.domain.client.company import Directory
from ivr.domain.client.learned import Learned
from ivr.ports import Bookmark, CallsWanted, PromisesWanted
from ivr.reports.records_csv import written
from ivr.store.looking import StoreLook
from ivr.store.store import SqlStore
from ivr.views import View
from ivr.views.calls import CallView, call_view
from ivr.views.promises import CallbackView, EscalationView, callback_view, escalation_view

PAGE = 500
"""Rows that are read at once."""

Row = TypeVar("Row")

_config = click.option(
    "-c", "--config", "config_dir", type=CONFIG_DIR, default=Path("config"), show_default=True
)
_days = click.option("--days", type=click.IntRange(min=1), default=30, show_default=True)


@click.group()
def export() -> None:
    """Write what is kept as CSV for a spreadsheet, to standard output."""


@export.command()
@_config
def accounts(config_dir: Path) -> None:
    """All companies, of the file and kept here; `ivr import accounts` reads this again."""
    with explained(), look_at(config_dir) as look:
        sys.stdout.buffer.write(write_accounts(_directory(config_dir, look).accounts))


@export.command()
@_config
@_days
def calls(config_dir: Path, days: int) -> None:
    """Calls of the last days, newest first."""
    wanted = CallsWanted(since=time.time() - days * 86400)
    with explained(), look_at(config_dir) as look:
        _write(config_dir, CallView, _calls(look, wanted))


@export.command()
@_config
@_days
def escalations(config_dir: Path, days: int) -> None:
    """Promises to sales made in the last days, newest first."""
    wanted = PromisesWanted(since=time.time() - days * 86400)
    with explained(), look_at(config_dir) as look:

        def page(after: Bookmark | None) -> Sequence[Any]:
            return look.promises.escalations(wanted, after, PAGE)

        _write(config_dir, EscalationView, map(escalation_view, _all(page)))


@export.command()
@_config
@_days
def callbacks(config_dir: Path, days: int) -> None:
    """Calls that were owed in the last days: by sales, and to who talked with nobody."""
    wanted = PromisesWanted(since=time.time() - days * 86400)
    with explained(), look_at(config_dir) as look:

        def page(after: Bookmark | None) -> Sequence[Any]:
            return look.promises.callbacks(wanted, after, PAGE)

        _write(config_dir, CallbackView, map(callback_view, _all(page)))


@click.group("import")
def import_() -> None:
    """Read CSV files into what is kept."""


@import_.command("accounts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_config
@click.option("--try", "try_only", is_flag=True, help="Say what would be done, and do nothing.")
def import_accounts(file: Path, config_dir: Path, try_only: bool) -> None:
    """Take in all companies of FILE, or none of them: the next call knows of them.

    0 taken in, 2 refused with every problem and its line.
    """
    with explained():
        data = _data(file)
        answer = asked(
            config_dir,
            {
                "do": "import_accounts",
                "data": base64.b64encode(data).decode(),
                "file": file.name,
                "by": me(),
                "try_only": try_only,
            },
        )
        done = answer or _alone(config_dir, data, file.name, try_only=try_only)
    counts = [f"{len(done[name])} {name}" for name in ("added", "changed")]
    click.echo(f"{', '.join(counts)}, {len(done['same'])} as they were")


def _data(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _alone(config_dir: Path, data: bytes, name: str, *, try_only: bool) -> dict[str, Any]:
    """Do it where no service runs."""
    company = load(config_dir, need_secrets=False)
    with look_at(config_dir) as look:
        directory = _directory(config_dir, look)
    with store_of(config_dir) as store:
        keeping = _keeping(
            store, directory, Office(company.people, company.settings.company.region)
        )
        done = asyncio.run(keeping.take_in(me(), data, name, try_only=try_only))
    if done.problems:
        raise ConfigRefused(done.problems)
    return {"added": done.added, "changed": done.changed, "same": done.same}


def _keeping(store: SqlStore, directory: Directory, office: Office) -> AccountKeeping:
    return AccountKeeping(
        lambda: directory, lambda: office, store.accounts, lambda _event: None, time.time
    )


def _directory(config_dir: Path, look: StoreLook) -> Directory:
    """All companies as a running service knows them."""
    learned = Learned()
    learned.restore(look.kept_accounts(), look.account_numbers())
    return learned.over(load(config_dir, need_secrets=False).directory)


def _calls(look: StoreLook, wanted: CallsWanted) -> Iterator[CallView]:
    after: Bookmark | None = None
    while True:
        page = look.past_calls.page(wanted, after, PAGE)
        yield from (call_view(past.call) for past in page.calls)
        if page.last is None:
            return
        after = page.last


def _all(page: Callable[[Bookmark | None], Sequence[Any]]) -> Iterator[Any]:
    after: Bookmark | None = None
    while rows := page(after):
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1]
        after = Bookmark(getattr(last, "made_at", None) or last.first_missed_at, last.id)


def _write(config_dir: Path, kind: type[View], views: Iterable[View]) -> None:
    zone = ZoneInfo(load_settings(config_dir).company.time_zone)
    for piece in written(kind, views, zone):
        sys.stdout.buffer.write(piece)


COMMANDS: tuple[click.Command, ...] = (export, import_)
