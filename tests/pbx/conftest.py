"""One Asterisk a test session, sipp, and what they wrote whenever a test fails."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from ivr.asterisk.private import processes
from ivr.asterisk.private.processes import free_port
from ivr.asterisk.private.programs import AsteriskProgram, Program, find_asterisk, find_sipp
from ivr.asterisk.private.runtime import PrivateAsterisk

FAILURES = Path("build/failures")
_folders: list[Path] = []
"""The run folders of this session's Asterisks and sipps."""


@pytest.fixture(scope="session", autouse=True)
def _folders_are_noted() -> Iterator[None]:
    """Note each run folder as it is made, and delete at the end those that a failure left."""
    made = processes.run_folder

    def noted() -> Path:
        folder = made()
        _folders.append(folder)
        return folder

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "run_folder", noted)
        yield
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep Asterisk's log and sipp's files of a failed test, and say where."""
    report = yield
    if report.failed:
        into = FAILURES / re.sub(r"[^\w.-]+", "_", item.nodeid)
        shutil.rmtree(into, ignore_errors=True)
        for folder in filter(Path.is_dir, _folders):
            for part in ("log", "etc", "."):
                if (folder / "etc").is_dir() != (part == "."):
                    processes.keep_files(folder / part, into / folder.name / part)
        report.sections.append(("what Asterisk and sipp wrote", str(into.resolve())))
    return report


@pytest.fixture(scope="session")
def asterisk_program() -> AsteriskProgram:
    """The Asterisk to start, unpacked already by `make test`."""
    return find_asterisk(print)


@pytest.fixture(scope="session")
def sipp() -> Program:
    """The sipp to start."""
    return find_sipp(print)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asterisk(asterisk_program: AsteriskProgram) -> AsyncIterator[PrivateAsterisk]:
    """The one Asterisk that tests share; each has its own number, queues and phones in it.

    Nobody listens on its `agi_port` and `trunk_port`, unless a test does.
    """
    made = PrivateAsterisk(
        asterisk_program, agi_port=free_port(keep=True), trunk_port=free_port(keep=True)
    )
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
