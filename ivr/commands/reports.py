"""Reports on what is kept: what a tree earns, and why a call went where it went."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ivr.commands.running import (
    CONFIG_DIR,
    DAYS,
    FAILED,
    VERSION,
    explained,
    look_at,
    tree_and_folder,
)
from ivr.config.check import load_settings
from ivr.domain.tree.earnings import earnings
from ivr.domain.tree.tree import Tree
from ivr.publishing import UnknownTree
from ivr.reports.past import Walks, courses, walks
from ivr.reports.shelf import Shelf
from ivr.reports.tree_csv import Row, earned_rows, write_rows
from ivr.reports.tree_words import earnings_lines, why_lines
from ivr.reports.why import why as reasons

_config = click.argument("config_dir", type=CONFIG_DIR, default=Path("config"))
_language = click.option(
    "--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True
)


@click.group()
def report() -> None:
    """Report on what is kept."""


@report.command()
@click.argument("name", metavar="[TREE]", required=False)
@_config
@click.option("--days", type=DAYS, default=30, show_default=True)
@click.option("--version", "number", type=VERSION, help="One version alone.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV for a spreadsheet to stdout.")
@_language
def tree(
    name: str | None,
    config_dir: Path,
    days: int,
    number: int | None,
    as_csv: bool,
    language: str,
) -> None:
    """Say what each question and answer of TREE (of all trees) earned in the last days."""
    name, config_dir = tree_and_folder(name, config_dir)
    with explained(), look_at(config_dir) as look:
        known = [one.tree for one in look.trees.trees()]
        if name is not None and name not in known:
            raise UnknownTree(name, known)
        now, shelf = time.time(), Shelf(look.trees)
        rows: list[Row] = []
        for one in [name] if name else known:
            found = walks(look.history, shelf, one, now - days * 86400, now, number)
            rows += _report(one, found, language, as_csv=as_csv)
        if as_csv:
            sys.stdout.buffer.write(write_rows(rows))


def _report(name: str, found: Walks, language: str, *, as_csv: bool) -> list[Row]:
    """Say what one tree earned, or give its rows for the one table of all trees."""
    earned = earnings(courses(found.walked))
    versions: dict[int, Tree] = {one.walk.version: one.walk.tree for one in found.walked}
    if found.unreadable:
        click.echo(f"{len(found.unreadable)} interviews fit no version that is kept", err=True)
    if as_csv:
        return [*earned_rows(name, earned, versions, language)]
    for line in earnings_lines(name, earned, versions, language):
        click.echo(line)
    return []


@click.command()
@click.argument("call")
@_config
@_language
def why(call: str, config_dir: Path, language: str) -> None:
    """Say why CALL went where it went: rule, answers, version, account flag, who overrode it."""
    with explained(), look_at(config_dir) as look:
        kept = look.history.interview(call)
        if kept is None:
            click.echo(f"no interview is kept of call {call}", err=True)
            sys.exit(FAILED)
        zone = ZoneInfo(load_settings(config_dir).company.time_zone)
        for line in why_lines(reasons(kept, Shelf(look.trees)), zone, language):
            click.echo(line)


COMMANDS: tuple[click.Command, ...] = (report, why)
