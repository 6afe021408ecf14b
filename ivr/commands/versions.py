"""Versions of trees: publish a draft, list, go back, compare, and replay real interviews."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from ivr.commands.configuration import tree
from ivr.commands.running import (
    CONFIG_DIR,
    DAYS,
    VERSION,
    by_service_or_store,
    explained,
    look_at,
    me,
    tree_and_folder,
)
from ivr.config.check import load, load_settings
from ivr.config.tree_saving import opened
from ivr.config.trees import Draft, tree_from_text
from ivr.domain.tree.diff import difference
from ivr.domain.tree.replay import replay as replayed
from ivr.domain.tree.tree import Tree
from ivr.ports import Versions
from ivr.publishing import Publication, Publishing, UnknownTree, UnknownVersion
from ivr.reports.change_words import difference_lines, replay_lines
from ivr.reports.past import pasts, walks
from ivr.reports.shelf import Shelf
from ivr.store.store import SqlStore

DRAFT = "draft"
PUBLISHED = "published"
_NUMBER = re.compile(r"[0-9]{1,10}")

_config = click.argument("config_dir", type=CONFIG_DIR, default=Path("config"))
_language = click.option(
    "--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True
)
_config_option = click.option(
    "-c", "--config", "config_dir", type=CONFIG_DIR, default=Path("config"), show_default=True
)
_tree_option = click.option("-t", "--tree", "name", help="Which tree, when there are several.")


@tree.command()
@click.argument("name", metavar="[TREE]", required=False)
@_config
def publish(name: str | None, config_dir: Path) -> None:
    """Publish the draft of TREE (all drafts, if none is named): calls from now on walk it.

    Works while the service runs. 0 done or nothing new, 2 refused with every problem.
    """
    name, config_dir = tree_and_folder(name, config_dir)
    names = [name] if name else []
    question = {"do": "publish", "trees": names, "by": me()}

    def alone(store: SqlStore) -> dict[str, Any]:
        publishing = Publishing(config_dir, store.trees, time.time)
        return {"published": [asdict(one) for one in publishing.publish(names, me())]}

    with explained():
        answer, live = by_service_or_store(config_dir, question, alone)
    _tell(answer, live=live)


@tree.command()
@click.argument("name", metavar="TREE")
@click.argument("version", type=VERSION)
@_config
def back(name: str, version: int, config_dir: Path) -> None:
    """Make an old VERSION of TREE current again, under a new number; the draft stays as it is."""
    question = {"do": "back", "tree": name, "version": version, "by": me()}

    def alone(store: SqlStore) -> dict[str, Any]:
        publishing = Publishing(config_dir, store.trees, time.time)
        return {"published": [asdict(publishing.back(name, version, me()))]}

    with explained():
        answer, live = by_service_or_store(config_dir, question, alone)
    _tell(answer, live=live)


def _tell(answer: dict[str, Any], *, live: bool) -> None:
    when = "in force for new calls" if live else "in force when the service starts"
    for one in (Publication(**fields) for fields in answer["published"]):
        if one.changed:
            click.echo(f"{one.tree}: version {one.version} is published, {when}")
        else:
            click.echo(f"{one.tree}: nothing new, version {one.version} is the same")


@tree.command()
@click.argument("name", metavar="[TREE]", required=False)
@_config
def versions(name: str | None, config_dir: Path) -> None:
    """List the versions of TREE (of all trees), newest first: the first is the current one."""
    name, config_dir = tree_and_folder(name, config_dir)
    with explained(), look_at(config_dir) as look:
        zone = ZoneInfo(load_settings(config_dir).company.time_zone)
        known = [one.tree for one in look.trees.trees()]
        if name is not None and name not in known:
            raise UnknownTree(name, known)
        for one in [name] if name else known:
            for kept in look.trees.heads(one):
                at = datetime.fromtimestamp(kept.published_at, zone).strftime("%Y-%m-%d %H:%M")
                click.echo(
                    f"{one}  {kept.version:>4}  {at}  {kept.sha256[:12]}  {kept.published_by}"
                )


@click.command()
@click.argument("before", metavar="[A]", default=PUBLISHED)
@click.argument("after", metavar="[B]", default=DRAFT)
@_tree_option
@_config_option
@_language
def diff(before: str, after: str, name: str | None, config_dir: Path, language: str) -> None:
    """Say what B changes for clients against A: which answers end elsewhere, what is renamed.

    A and B are `published`, `draft`, the number of a version or a tree file. 0 the same,
    1 different, 2 refused.
    """
    with explained(), look_at(config_dir) as look:
        differs = False
        for one in _chosen(name, config_dir, look.trees):
            found = difference(
                _version(one, before, config_dir, look.trees),
                _version(one, after, config_dir, look.trees),
            )
            differs = differs or not found.same
            click.echo(f"{one}: {before} -> {after}")
            for line in difference_lines(found, language):
                click.echo(f"  {line}")
    sys.exit(int(differs))


@click.command()
@click.argument("version", metavar="[VERSION]", default=DRAFT)
@click.option("--days", type=DAYS, default=30, show_default=True)
@_tree_option
@_config_option
def replay(version: str, days: int, name: str | None, config_dir: Path) -> None:
    """Walk the interviews of the last days through VERSION (the draft, if none is named).

    0 nobody would be treated otherwise, 1 somebody would or might, 2 refused.
    """
    changes = False
    with explained(), look_at(config_dir) as look:
        now = time.time()
        for one in _chosen(name, config_dir, look.trees):
            other = _version(one, version, config_dir, look.trees)
            found = walks(look.history, Shelf(look.trees), one, now - days * 86400, now)
            result = replayed(pasts(found.walked), other)
            changes = changes or not result.same
            click.echo(f"{one}: the last {days} days by {version}")
            for line in replay_lines(result):
                click.echo(f"  {line}")
            if found.unreadable:
                click.echo(f"  {len(found.unreadable)} fit no version that is kept")
    sys.exit(int(changes))


def _chosen(name: str | None, config_dir: Path, kept: Versions) -> list[str]:
    """The tree that was named, else all that are published and have a draft."""
    published = [one.tree for one in kept.trees()]
    if name is not None:
        if name not in published:
            raise UnknownTree(name, published)
        return [name]
    drafts = load(config_dir, need_secrets=False).drafts
    return [one for one in published if one in drafts]


def _version(name: str, which: str, config_dir: Path, kept: Versions) -> Tree:
    if which == DRAFT:
        return _draft(name, config_dir).tree
    if which != PUBLISHED and not _NUMBER.fullmatch(which):
        return tree_from_text(_file(which), which).tree
    current = kept.current(name)
    found = current if which == PUBLISHED else kept.version(name, int(which))
    if found is None:
        raise UnknownVersion(name, int(which), current.version if current else 0)
    return tree_from_text(found.text, f"{name} version {found.version}").tree


def _file(which: str) -> str:
    path = Path(which)
    try:
        if path.is_file():
            return opened(path).text
    except OSError as error:
        raise click.BadParameter(f"{which}: {error.strerror}") from error
    raise click.BadParameter(f"{which} is no version, no file, nor {PUBLISHED} or {DRAFT}")


def _draft(name: str, config_dir: Path) -> Draft:
    drafts = load(config_dir, need_secrets=False).drafts
    if name not in drafts:
        raise UnknownTree(name, drafts)
    return drafts[name]


COMMANDS: tuple[click.Command, ...] = (diff, replay)
