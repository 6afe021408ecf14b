"""`ivr forget` killed by SIGKILL between any two transactions: known, and finished by a start."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from contract.store_backends import DEADLINE, Inbox, SqlBackend, account, call, missed
from contract.test_forget_command import NUMBER, OTHER, REASON, WRITTEN, named, owed, past
from contract.test_running_service import SECRET, change, until
from example_folder import example_folder

from ivr.app import Service
from ivr.cli import main
from ivr.domain.records import MissedState
from ivr.ports import ERASED
from ivr.store.store import SqlStore

VICTIM = str(Path(__file__).with_name("erasure_victim.py"))
WORDS = ("forget", NUMBER, "--yes", "--close-promises", REASON)


@pytest.fixture
def folder(tmp_path: Path, database: SqlBackend, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's folder over each database; the work folder is the test's own."""
    made = example_folder(tmp_path)
    change(made / "ivr.yaml", f"sqlite:///{tmp_path}/linetree.db", database.url)
    change(made / "ivr.yaml", "  ami:\n", f"  voicemail: {tmp_path}/voices\n  ami:\n")
    (tmp_path / "voices").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(*next(iter(SECRET.items())))
    return made


async def fill(database: SqlBackend, inbox: Inbox, voices: Path) -> None:
    """A client's past, what is owed to the client, files, and others who name the number."""
    store = SqlStore.open(database.url, time.time)
    store.start(asyncio.get_running_loop(), inbox.post)
    spoken = {"number": NUMBER, "department": "client"}
    for record in (
        *past(),
        *owed()[:1],
        owed()[2],
        missed("m3", recordings=("vm-3.wav",), **spoken),
        call("c2", number=OTHER, ended_at=1100.0, note=f"коллега {WRITTEN}"),
        missed("m4", number=OTHER, state=MissedState.CLOSED, closed_at=1.0, note=NUMBER),
        account(note=f"звонить на {WRITTEN}"),
    ):
        store.save(record, confirm=False)
    assert store.close(DEADLINE) == 0
    for name in ("vm-1.wav", "vm-3.wav", "vm-9.wav"):
        (voices / name).write_bytes(b"voice")


async def killed(folder: Path, transactions: int) -> bool:
    """An erasure that is killed after so many transactions; False if it ended before that."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        VICTIM,
        *(*WORDS[:2], str(folder), *WORDS[2:]),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE):
        for done in range(transactions + 1):
            if (said := await process.stdout.readline()) != b"transaction\n":
                assert (said, await process.wait()) == (b"erased\n", 0)
                return False
            if done < transactions:
                process.stdin.write(b"\n")
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
    return True


def entries(database: SqlBackend) -> list[tuple[str, str]]:
    """What the audit log says of erasures: whose, while it is unfinished, and the reason."""
    found = database.sql("SELECT object, detail FROM audit WHERE action = :a ORDER BY at", a=ERASED)
    return [(whose, _plain(detail)["reason"]) for whose, detail in found]


def _plain(detail: Any) -> Any:
    return json.loads(detail) if isinstance(detail, str) else detail


AFTER = (1, 4, 9)
"""Transactions after which it is killed: its entry is there, and files, promises, rows are gone."""


@pytest.mark.parametrize("transactions", AFTER)
async def test_a_start_finishes_what_a_kill_broke_off(
    database: SqlBackend, inbox: Inbox, folder: Path, tmp_path: Path, transactions: int
) -> None:
    await fill(database, inbox, tmp_path / "voices")
    assert await killed(folder, transactions)
    assert entries(database) == [(NUMBER, REASON)], "it is known, and whose"
    assert ("audit", "object", json.dumps(NUMBER)) in named(database.url)
    service = Service(folder)
    await service.start()
    await until(lambda: entries(database) == [("", REASON)])
    assert named(database.url) == []
    assert os.listdir(tmp_path / "voices") == ["vm-9.wav"]
    assert dict(service.reception.floor.escalations) == {}
    task = service.store.missed_call("m3")
    assert task is not None
    assert (task.state, task.recordings) == (MissedState.CLOSED, ())
    await service.stop()


async def test_the_command_itself_finishes_it_too_and_one_that_ends_leaves_no_name(
    database: SqlBackend, inbox: Inbox, folder: Path, tmp_path: Path
) -> None:
    """Killed ever later on the same database, until it comes to its end."""
    await fill(database, inbox, tmp_path / "voices")
    kills = 0
    while await killed(folder, kills * 5):
        kills += 1
        assert {whose for whose, _ in entries(database)} <= {NUMBER}
    assert kills > 2
    assert {whose for whose, _ in entries(database)} == {""}
    assert named(database.url) == []
    assert os.listdir(tmp_path / "voices") == ["vm-9.wav"]
    done = await asyncio.to_thread(
        CliRunner().invoke, main, ["forget", NUMBER, str(folder), "--try"], env=SECRET
    )
    assert done.output == "nothing is kept of this number\n"
