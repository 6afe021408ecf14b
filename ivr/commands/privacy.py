"""Personal data: one number is forgotten."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ivr.account_keeping import AccountKeeping, Office
from ivr.commands.running import CONFIG_DIR, FAILED, REFUSED, asked, explained, me, store_of
from ivr.config.check import load
from ivr.domain.commands import Save
from ivr.domain.events import Event
from ivr.domain.reception import Reception
from ivr.erasing import Erasing
from ivr.in_force import rules_of
from ivr.outside.mail import invitations
from ivr.outside.telling import Telling
from ivr.ports import COUNTED
from ivr.store.store import SqlStore
from ivr.voice_files import VoiceFiles

PATIENCE = 900.0
"""Seconds for an erasure: every text of a long history is looked through."""


@click.command()
@click.argument("number")
@click.argument("config_dir", type=CONFIG_DIR, default=Path("config"))
@click.option("--yes", is_flag=True, help="Erase without asking.")
@click.option("--try", "try_only", is_flag=True, help="Say what would be erased, and do nothing.")
@click.option("--close-promises", "reason", default="", metavar="REASON", help="A supervisor's.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON; needs --yes or --try.")
def forget(
    number: str, config_dir: Path, yes: bool, try_only: bool, reason: str, as_json: bool
) -> None:
    """Erase NUMBER for good, in any form: from calls, promises, texts, voice messages, logs.

    Figures of reports stay. Refused while a call of the number is on, or while a promise, a task
    or a meeting of it is open, which --close-promises closes with a reason.

    0 erased, 1 something is left that others work on, 2 refused: nothing is erased.
    """
    if as_json and not (yes or try_only):
        raise click.UsageError("--json asks nothing: say --yes or --try, too")
    question = {"do": "forget", "number": number, "by": me(), "reason": reason}
    with explained():
        if not yes:
            found = _answer(config_dir, {**question, "try_only": True})
            _tell(found, as_json=as_json)
            if try_only:
                return
            _confirm()
        left = _answer(config_dir, question)
    if as_json:
        click.echo(json.dumps(left, ensure_ascii=False))
    else:
        _tell_left(left, config_dir)
    if _is_kept(left):
        sys.exit(FAILED)


def _confirm() -> None:
    if not sys.stdin.isatty():
        click.echo("nothing is erased: say --yes where nobody can be asked", err=True)
        sys.exit(REFUSED)
    click.confirm("Erase all of this for good?", abort=True)


def _tell(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, told in COUNTED.items():
        if count := found["kept"][name]:
            click.echo(f"{count:>7}  {told}")
    for company in found["companies"]:
        click.echo(f"         account {company} holds the number")
    if not _is_kept(found) and not found["companies"]:
        click.echo("nothing is kept of this number")
    if found["owed"]:
        click.echo(f"still owed: {', '.join(found['owed'])}")


def _tell_left(left: Mapping[str, Any], config_dir: Path) -> None:
    click.echo("erased")
    for file in left["files"]:
        click.echo(f"{config_dir / file} still names the number: take it out there, too")
    if _is_kept(left):
        ids = ", ".join(left["kept"]["live"]) or "what came meanwhile"
        click.echo(f"somebody still works on {ids}: run this again once that is over")


def _is_kept(found: Mapping[str, Any]) -> bool:
    return any(found["kept"][name] for name in COUNTED)


def _answer(config_dir: Path, question: Mapping[str, Any]) -> Mapping[str, Any]:
    """By the running service, which has the number in its memory, or without one."""
    answer = asked(config_dir, question, PATIENCE)
    if answer is not None:
        return dict(answer)
    with store_of(config_dir) as store:
        return asyncio.run(_alone(config_dir, store, question))


async def _alone(config_dir: Path, store: SqlStore, question: Mapping[str, Any]) -> dict[str, Any]:
    """The core itself decides, though nothing but the database hears of it."""
    company = load(config_dir, need_secrets=False)
    reception = Reception(rules_of(company, store.trees))
    reception.receive(store.restore(time.time()))
    store.tell = Telling(company.receivers, time.time, invitations(company.people, company.post))

    def post(event: Event) -> None:
        for command in reception.receive(event):
            if isinstance(command, Save):
                store.save(command.record, command.confirm)

    office = Office(company.people, company.settings.company.region)
    accounts = AccountKeeping(
        lambda: reception.floor.directory, lambda: office, store.accounts, post, time.time
    )
    files = VoiceFiles(Path(company.settings.asterisk.voicemail))
    erasing = Erasing(
        lambda: reception.floor,
        post,
        store,
        accounts,
        files,
        lambda: company,
        lambda _number: None,
        time.time,
    )
    number = str(question["number"])
    if question.get("try_only"):
        return (await erasing.look(number)).plain()
    done = await erasing.erase(str(question["by"]), number, str(question["reason"]))
    await asyncio.to_thread(store.erasure.compact)
    return done.plain()


COMMANDS: tuple[click.Command, ...] = (forget,)
