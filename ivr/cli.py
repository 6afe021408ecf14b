"""The command line: serve, and everything that an admin asks before and beside it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from ivr import logs
from ivr.app import Service
from ivr.commands import (
    configuration,
    csv_files,
    outbox,
    plan,
    privacy,
    reports,
    service,
    tokens,
    versions,
)
from ivr.demo import live, played
from ivr.demo.expected import expected
from ivr.domain.errors import LinetreeError

T = TypeVar("T")

SWITCH = 0.0005
"""Seconds for which a thread of the store may hold the interpreter while a caller waits for it."""

COLLECT = (10_000, 20, 50)
"""Garbage is looked for after so many new objects, and in older ones each so many times."""

CONFIG = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="linetree")
def main() -> None:
    """linetree: call intake for Asterisk."""


for module in (configuration, plan, versions, reports, service, outbox, tokens, csv_files, privacy):
    for command in module.COMMANDS:
        main.add_command(command)


@main.command()
@click.argument("config_dir", type=CONFIG, default=Path("config"))
def serve(config_dir: Path) -> None:
    """Serve the company of CONFIG_DIR until Ctrl-C or SIGTERM."""
    try:
        logs.set_up(os.environ.get("IVR_LOG", "INFO"))
        _run(_serve(config_dir))
    except LinetreeError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


@main.command()
@click.option(
    "--calls",
    type=click.IntRange(0, 1000),
    envvar="CALLS",
    default=0,
    show_envvar=True,
    help="Play so many scripted calls without a person, and count what came of them.",
)
def demo(calls: int) -> None:
    """Show the example company at work on a private Asterisk; Ctrl-C ends it."""
    logs.set_up("WARNING")
    try:
        if calls:
            _played(calls)
        else:
            _stoppable(live.run(click.echo))
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("stopped")
        sys.exit(130 if calls else 0)
    except LinetreeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Run the demo; a closed terminal or a plain `kill` ends it as Ctrl-C does, leaving nothing."""

    async def run() -> T:
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await work

    return asyncio.run(run())


def _played(calls: int) -> None:
    """Exit with 0 only if nothing was lost and everything that the script played came about."""
    tally = _stoppable(played.play(calls, click.echo))
    click.echo(str(tally))
    sys.exit(0 if tally == expected(calls) else 1)


async def _serve(config_dir: Path) -> None:
    running = Service(config_dir)
    loop = asyncio.get_running_loop()
    # A reload that is asked for too early must not end the process, as the signal does by default.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.ask_to_stop)
    await _started(running)
    loop.add_signal_handler(signal.SIGHUP, running.reloading.ask)
    try:
        await running.serve()
    finally:
        await running.stop()


async def _started(running: Service) -> None:
    """Start; what is built by then stays, and is never looked through for garbage again."""
    sys.setswitchinterval(SWITCH)
    gc.disable()
    try:
        await running.start()
    finally:
        gc.enable()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def _run(main_task: Coroutine[None, None, None]) -> None:
    """Run on uvloop where it is installed: about half the CPU of a FastAGI session."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main_task)
    else:
        uvloop.run(main_task)
