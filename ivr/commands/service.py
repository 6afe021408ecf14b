"""Commands to a running service: a new configuration, and a person's password."""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path
from typing import Any

import click

from ivr.commands.running import (
    CONFIG_DIR,
    FAILED,
    asked,
    by_service_or_store,
    explained,
    me,
)
from ivr.config.check import load
from ivr.domain.errors import did_you_mean
from ivr.ports import AuditEntry, Credential
from ivr.store.store import SqlStore
from ivr.web.passwords import hashed

SHORTEST = 8
LONGEST = 1000
"""Characters of a password; the door takes no longer one."""

_config = click.argument("config_dir", type=CONFIG_DIR, default=Path("config"))


@click.command()
@_config
def reload(config_dir: Path) -> None:
    """Let the running service go on by CONFIG_DIR as it is now; trees are published apart.

    0 in force, 1 no service runs, 2 refused with every problem: the old one stays in force.
    """
    with explained():
        answer = asked(config_dir, {"do": "reload"})
    if answer is None:
        click.echo(f"no service runs with {config_dir}: `ivr serve` will read it", err=True)
        sys.exit(FAILED)
    click.echo("in force now: " + (", ".join(answer["changed"]) or "nothing has changed"))
    if answer["restart"]:
        click.echo("only after a restart of the service: " + ", ".join(answer["restart"]))


@click.command()
@click.argument("person")
@_config
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the password from one line.")
@click.option("--generate", is_flag=True, help="Make one up and print it.")
def passwd(person: str, config_dir: Path, from_stdin: bool, generate: bool) -> None:
    """Set PERSON's password; whoever is signed in by the old one has to sign in again."""
    with explained():
        people = load(config_dir, need_secrets=False).people
        if person not in people:
            raise click.BadParameter(
                f"{person} is not in people.yaml" + did_you_mean(person, people)
            )
        password = _password(from_stdin=from_stdin, generate=generate)
        kept = Credential(person, hashed(password), time.time())
        question = {"do": "password", "person": person, "hash": kept.hash, "by": me()}
        by_service_or_store(config_dir, question, lambda store: _keep(store, kept))
    click.echo(password if generate else f"{person}'s password is set")


def _password(*, from_stdin: bool, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(12)
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not SHORTEST <= len(password) <= LONGEST:
        raise click.BadParameter(f"a password has {SHORTEST} to {LONGEST} characters")
    return str(password)


def _keep(store: SqlStore, kept: Credential) -> dict[str, Any]:
    store.credentials.keep_credential(kept)
    at = time.time()
    store.audit.record(AuditEntry.of(at, me(), "password", f"person:{kept.person}", {}))
    return {}


COMMANDS: tuple[click.Command, ...] = (reload, passwd)
