"""Messages to the outside: what waits, what was given up for the day, and sending it again."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from ivr.commands.running import CONFIG_DIR, by_service_or_store, explained, look_at
from ivr.ports import NoticeState

_config = click.option(
    "-c", "--config", "config_dir", type=CONFIG_DIR, default=Path("config"), show_default=True
)


@click.group()
def outbox() -> None:
    """Look after the messages to webhooks and by e-mail."""


@outbox.command("list")
@_config
@click.option(
    "--state",
    type=click.Choice([*(state.value for state in NoticeState), "all"]),
    default=NoticeState.PARKED.value,
    show_default=True,
)
@click.option("--most", type=click.IntRange(1, 10_000), default=100, show_default=True)
def list_(config_dir: Path, state: str, most: int) -> None:
    """List messages, newest first; a parked one was tried for a day in vain and is kept."""
    wanted = None if state == "all" else NoticeState(state)
    with explained(), look_at(config_dir) as look:
        for entry in look.outbox.entries(wanted, None, most):
            made = datetime.fromtimestamp(entry.notice.made_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            click.echo(
                f"{entry.notice.id}  {made}  {entry.state}  {entry.notice.target}"
                f"  {entry.notice.kind}  {entry.notice.subject}  tries {entry.tries}"
                f"  {entry.last_error}".rstrip()
            )


@outbox.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are parked.")
@_config
def send(ids: tuple[str, ...], everything: bool, config_dir: Path) -> None:
    """Send parked messages again, with a new day of tries."""
    if bool(ids) == everything:
        raise click.UsageError("name messages, or say --all")
    named = None if everything else list(ids)
    with explained():
        answer, _ = by_service_or_store(
            config_dir,
            {"do": "send_again", "ids": named},
            lambda store: {"count": store.outbox.send_again(named, time.time())},
        )
    click.echo(f"{answer['count']} messages wait to be sent")


COMMANDS: tuple[click.Command, ...] = (outbox,)
