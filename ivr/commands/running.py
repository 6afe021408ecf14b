"""Speaking to the service that runs with a configuration, and doing its part when none does."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ivr.config.check import load_settings
from ivr.config.problems import ConfigRefused
from ivr.control.client import PATIENCE, ask
from ivr.control.place import address, trusted
from ivr.domain.errors import LinetreeError
from ivr.store.address import file_of, parsed
from ivr.store.looking import StoreLook
from ivr.store.store import SqlStore

FAILED = 1
REFUSED = 2

CONFIG_DIR = click.Path(exists=True, file_okay=False, path_type=Path)

DAYS = click.IntRange(min=1, max=36_500)
"""How far back a report looks."""

VERSION = click.IntRange(min=1, max=2**31 - 1)
"""The number of a version."""


@contextmanager
def explained() -> Iterator[None]:
    """Turn what went wrong into words and the exit status of a refusal."""
    try:
        yield
    except ConfigRefused as refused:
        count = len(refused.problems)
        click.echo(str(refused), err=True)
        click.echo(f"{count} problem{'s' if count != 1 else ''}: refused", err=True)
        sys.exit(REFUSED)
    except LinetreeError as error:
        click.echo(str(error), err=True)
        sys.exit(REFUSED)


def tree_and_folder(name: str | None, config_dir: Path) -> tuple[str | None, Path]:
    """Both arguments may be left out: a configuration folder alone is no tree's name."""
    if name is not None and (Path(name) / "ivr.yaml").is_file():
        return None, Path(name)
    return name, config_dir


def me() -> str:
    """Who runs the command, for the audit log."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def asked(config_dir: Path, question: Mapping[str, Any], patience: float = PATIENCE) -> Any | None:
    """What the running service answers in so many seconds, or None when none runs."""
    return ask(address(config_dir), trusted(*_owned(config_dir)), question, patience)


def _owned(config_dir: Path) -> Iterator[Path]:
    """Files whose owner may be the service's user; a broken ivr.yaml is the service's to refuse."""
    yield config_dir
    try:
        url = parsed(load_settings(config_dir).store.url)
    except ConfigRefused:
        return
    if url.get_backend_name() == "sqlite":
        yield file_of(url)


@contextmanager
def store_of(config_dir: Path) -> Iterator[SqlStore]:
    """The store itself, for when no service runs; refused while one does elsewhere."""
    store = SqlStore.open(load_settings(config_dir).store.url, time.time)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def look_at(config_dir: Path) -> Iterator[StoreLook]:
    """What is kept, read beside a running service or without one."""
    look = StoreLook(load_settings(config_dir).store.url)
    try:
        yield look
    finally:
        look.close()


def by_service_or_store(
    config_dir: Path,
    question: Mapping[str, Any],
    alone: Callable[[SqlStore], Any],
) -> tuple[Any, bool]:
    """The answer, and whether the running service gave it."""
    answer = asked(config_dir, question)
    if answer is not None:
        return answer, True
    with store_of(config_dir) as store:
        return alone(store), False
