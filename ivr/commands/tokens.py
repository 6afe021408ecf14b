"""Keys for other programs: made, listed, revoked."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ivr.commands.running import CONFIG_DIR, FAILED, by_service_or_store, explained, look_at, me
from ivr.ports import ApiToken, AuditEntry
from ivr.store.store import SqlStore
from ivr.web.api.keys import made
from ivr.web.api.route import Scope

_config = click.option(
    "-c", "--config", "config_dir", type=CONFIG_DIR, default=Path("config"), show_default=True
)


@click.group()
def token() -> None:
    """Make, list and revoke the tokens by which other programs use the API."""


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    default=[Scope.READ.value],
    show_default=True,
    help="Give it once for each; erase lets numbers be forgotten.",
)
@_config
def add(name: str, scopes: tuple[str, ...], config_dir: Path) -> None:
    """Make a token for the program NAME and print it: it is shown this once."""
    if not re.fullmatch(r"[\w .-]{1,60}", name):
        raise click.BadParameter("a name has 1 to 60 letters, digits, spaces, - and .")
    shown, kept = made(name, set(scopes), time.time(), me())
    with explained():
        _keep(config_dir, kept, "token_made")
    click.echo(shown)


@token.command("list")
@_config
def list_(config_dir: Path) -> None:
    """List all tokens, without their secrets."""
    with explained(), look_at(config_dir) as look:
        for one in look.tokens.tokens():
            at = datetime.fromtimestamp(one.made_at, UTC).strftime("%Y-%m-%dT%H:%MZ")
            state = "in force" if one.revoked_at is None else "revoked"
            click.echo(f"{one.id}  {at}  {one.scopes:<10}  {state:<8}  {one.name}")


@token.command()
@click.argument("id")
@_config
def revoke(id: str, config_dir: Path) -> None:
    """Revoke the token of this ID; the next request with it is refused."""
    with explained():
        with look_at(config_dir) as look:
            kept = look.tokens.token(id)
        if kept is None:
            click.echo(f"no token has the id {id}: `ivr token list` shows them", err=True)
            sys.exit(FAILED)
        if kept.revoked_at is None:
            _keep(config_dir, replace(kept, revoked_at=time.time()), "token_revoked")
    click.echo(f"{kept.name}: revoked")


def _keep(config_dir: Path, kept: ApiToken, action: str) -> None:
    values = {name: getattr(kept, name) for name in ApiToken.__dataclass_fields__}
    question = {"do": "token", "token": values, "action": action, "by": me()}
    by_service_or_store(config_dir, question, lambda store: _alone(store, kept, action))


def _alone(store: SqlStore, kept: ApiToken, action: str) -> dict[str, Any]:
    store.tokens.keep_token(kept)
    store.audit.record(
        AuditEntry.of(time.time(), me(), action, f"token:{kept.id}", {"name": kept.name})
    )
    return {}


COMMANDS: tuple[click.Command, ...] = (token,)
