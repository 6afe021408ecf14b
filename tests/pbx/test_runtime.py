"""The private Asterisk itself: real calls through it, faults upon it, and nothing left of it."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import shutil
import signal
import socket
import sys
from pathlib import Path

import pytest

from ivr.asterisk.private import processes
from ivr.asterisk.private.config import PhoneAccount, understands_filters
from ivr.asterisk.private.processes import LOOPBACK, ProcessFailed, free_port, until
from ivr.asterisk.private.programs import OLDEST_ASTERISK, AsteriskProgram, Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller, Phone, Trunk

QUEUES = """\
[desk]
timeout=5
retry=1
member=PJSIP/101
"""

DIALPLAN = """\
[from-trunk]
exten => 700,1,Goto(test,desk,1)
exten => 701,1,Goto(test,busy,1)
exten => 702,1,Goto(test,silent,1)
exten => 703,1,Goto(test,out,1)
[test]
exten => desk,1,Ringing()
 same => n,Queue(desk)
exten => busy,1,Hangup(17)
exten => silent,1,Dial(PJSIP/102,60)
exten => out,1,Dial(PJSIP/+74951112233@trunk)
 same => n,Hangup(${HANGUPCAUSE})
"""


class Office:
    """A private Asterisk with two phones and a trunk of its own ports."""

    def __init__(self, program: AsteriskProgram) -> None:
        self.desk_port, self.silent_port = free_port(), free_port()
        self.asterisk = PrivateAsterisk(
            program,
            agi_port=free_port(),
            trunk_port=free_port(),
            phones=[
                PhoneAccount("101", port=self.desk_port),
                PhoneAccount("102", port=self.silent_port),
            ],
            extra_dialplan=DIALPLAN,
            extra_queues=QUEUES,
        )


@pytest.fixture
def office(asterisk_program: AsteriskProgram) -> Office:
    return Office(asterisk_program)


def _owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def _command_lines() -> list[str]:
    return [
        file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        for file in Path("/proc").glob("[0-9]*/cmdline")
        if os.access(file, os.R_OK)
    ]


async def _talks(asterisk: PrivateAsterisk, sipp: Program) -> None:
    async with Caller(sipp, asterisk.sip_port, "700", talk_s=0.3) as caller:
        outcome = await caller.wait()
    assert (outcome.status, outcome.ending) == (200, "near")


async def test_asterisk_runs_as_an_ordinary_user(asterisk: PrivateAsterisk) -> None:
    assert _owner(asterisk.pid) == (
        pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    )


async def test_it_is_new_enough_and_boots_without_a_complaint(asterisk: PrivateAsterisk) -> None:
    assert asterisk.program.version >= OLDEST_ASTERISK
    told = asterisk.log_path.read_text(errors="replace")
    boot = told.split("Asterisk Ready")[0]
    assert "Asterisk Ready" in told
    assert [line for line in boot.splitlines() if " ERROR[" in line or " WARNING[" in line] == []


async def test_the_service_may_do_no_more_over_ami_than_the_dialplan_file_says(
    asterisk: PrivateAsterisk,
) -> None:
    user = await asterisk.cli("manager show user linetree")
    assert re.search(r"read perm: system,call,agent,user\n", user)
    assert re.search(r"write perm: call,agent,reporting,originate\n", user)


async def test_a_caller_reaches_a_phone_through_the_queue(office: Office, sipp: Program) -> None:
    async with office.asterisk as asterisk, Phone(sipp, port=office.desk_port) as phone:
        async with Caller(
            sipp,
            asterisk.sip_port,
            "700",
            from_name=b'"\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0" ',
            talk_s=0.5,
        ) as caller:
            outcome = await caller.wait()
            assert (outcome.status, outcome.ending) == (200, "near")
            assert outcome.talked is not None
            assert outcome.talked >= 0.4
        invite = await phone.rung()
        assert invite.caller == "+79161234567"
        assert "Анна".encode() in invite.header("From")
        await phone.ended("far")
        assert phone.outcomes[0].status == 200
        assert "CONNECT" in asterisk.queue_log_path.read_text()
        await until(
            lambda: asterisk.cdr_path.exists() and '"ANSWERED"' in asterisk.cdr_path.read_text(),
            seconds=30,
            otherwise="no CDR of the call",
        )


async def test_a_phone_takes_calls_at_once_and_one_after_another(
    office: Office, sipp: Program
) -> None:
    async with office.asterisk as asterisk, Phone(sipp, port=office.desk_port) as phone:
        async with Caller(sipp, asterisk.sip_port, "700", talk_s=0.5, calls=5, rate=20) as callers:
            await callers.wait()
            assert [o.status for o in callers.outcomes] == [200] * 5
        await _talks(asterisk, sipp)
        assert [o.status for o in phone.outcomes] == [200] * 6


async def test_a_refused_caller_learns_the_reason(office: Office, sipp: Program) -> None:
    async with office.asterisk as asterisk, Caller(sipp, asterisk.sip_port, "701") as caller:
        outcome = await caller.wait()
        assert (outcome.status, outcome.ending, outcome.talked) == (486, "refused", None)


async def test_a_caller_gives_up_while_a_silent_phone_rings(office: Office, sipp: Program) -> None:
    silent = Phone(sipp, port=office.silent_port, answer_s=None)
    async with office.asterisk as asterisk, silent as phone:
        async with Caller(sipp, asterisk.sip_port, "702", patience_s=0.3) as caller:
            assert (await caller.wait()).ending == "cancelled"
        async with Caller(sipp, asterisk.sip_port, "702") as caller:
            await phone.rung(2)
            await caller.hang_up()
            assert (await caller.wait()).ending == "cancelled"
        await phone.ended("cancelled", "cancelled")


async def test_a_phone_picks_up_and_hangs_up_when_told(office: Office, sipp: Program) -> None:
    silent = Phone(sipp, port=office.silent_port, answer_s=None)
    async with office.asterisk as asterisk, silent as phone:
        async with Caller(sipp, asterisk.sip_port, "702") as caller:
            await phone.pick_up()
            await caller.answered()
            await phone.hang_up()
            outcome = await caller.wait()
            assert (outcome.status, outcome.ending) == (200, "far")
        async with Caller(sipp, asterisk.sip_port, "702") as caller:
            await phone.rung(2)
            await phone.pick_up()
            await caller.answered()
            await caller.hang_up()
            assert (await caller.wait()).ending == "near"
        await phone.ended("near", "far")


@pytest.mark.parametrize("status", [486, 503])
async def test_the_trunk_refuses_a_call_that_goes_out(
    office: Office, sipp: Program, status: int
) -> None:
    world = Trunk(sipp, port=office.asterisk.trunk_port, refuse=status)
    async with office.asterisk as asterisk, world as trunk:
        async with Caller(sipp, asterisk.sip_port, "703") as caller:
            assert (await caller.wait()).status == status
        assert trunk.numbers == ["+74951112233"]


async def test_a_restart_keeps_ports_and_what_astdb_holds(office: Office, sipp: Program) -> None:
    async with office.asterisk as asterisk, Phone(sipp, port=office.desk_port):
        await asterisk.cli("database put ivr lines-client 7")
        before, ports, spent = asterisk.pid, asterisk.ports, asterisk.cpu_seconds()
        assert spent > 0
        await asterisk.restart()
        assert asterisk.pid != before
        assert asterisk.ports == ports
        assert "Value: 7" in await asterisk.cli("database get ivr lines-client")
        assert asterisk.cpu_seconds() > spent
        await _talks(asterisk, sipp)


async def test_a_killed_asterisk_comes_back(office: Office, sipp: Program) -> None:
    async with office.asterisk as asterisk, Phone(sipp, port=office.desk_port):
        await asterisk.kill()
        assert not asterisk.is_running
        with pytest.raises(ProcessFailed, match="does not run"):
            asterisk.freeze()
        await asterisk.start()
        await _talks(asterisk, sipp)


async def test_a_frozen_asterisk_is_silent_and_goes_on_when_thawed(office: Office) -> None:
    async with office.asterisk as asterisk:
        asterisk.freeze()
        reader, writer = await asyncio.open_connection(LOOPBACK, asterisk.ami_port)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readline(), 0.3)
        asterisk.thaw()
        assert b"Call Manager" in await asyncio.wait_for(reader.readline(), 30)
        writer.close()


async def test_a_frozen_asterisk_can_be_stopped(office: Office) -> None:
    async with office.asterisk as asterisk:
        folder = asterisk.folder
        asterisk.freeze()
    assert not folder.exists()


async def test_stopping_leaves_no_process_and_no_folder(office: Office, sipp: Program) -> None:
    async with office.asterisk as asterisk, Phone(sipp, port=office.desk_port) as phone:
        folders = (asterisk.folder, phone.folder)
        assert any(str(asterisk.folder) in line for line in _command_lines())
    assert not any(folder.exists() for folder in folders)
    assert not any(str(folders[0]) in line for line in _command_lines())
    assert not processes.udp_bound(office.desk_port)


async def test_two_live_side_by_side(asterisk_program: AsteriskProgram, sipp: Program) -> None:
    first, second = Office(asterisk_program), Office(asterisk_program)
    one, other = Phone(sipp, port=first.desk_port), Phone(sipp, port=second.desk_port)
    async with first.asterisk, second.asterisk, one, other:
        await _talks(first.asterisk, sipp)
        await _talks(second.asterisk, sipp)
        assert len(one.invites) == 1


async def test_it_takes_other_ports_when_somebody_was_faster(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((LOOPBACK, 0))
        offered = iter([taken.getsockname()[1]])
        monkeypatch.setattr(
            "ivr.asterisk.private.runtime.free_port",
            lambda count=1: next(offered, None) or free_port(count),
        )
        async with office.asterisk as asterisk:
            assert asterisk.sip_port != taken.getsockname()[1]


async def test_a_broken_configuration_is_an_error_that_names_the_folder(
    asterisk_program: AsteriskProgram, tmp_path: Path
) -> None:
    (tmp_path / "modules.conf").write_text("nonsense without a section\n")
    broken = PrivateAsterisk(asterisk_program, agi_port=free_port(), dialplan=tmp_path)
    with pytest.raises(ProcessFailed, match=str(broken.folder)):
        async with broken:
            pass
    assert not broken.is_running


async def test_it_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = tmp_path / "starts.py"
    script.write_text(
        "import asyncio\n"
        "from ivr.asterisk.private.programs import find_asterisk\n"
        "from ivr.asterisk.private.runtime import PrivateAsterisk\n"
        "async def main():\n"
        "    asterisk = PrivateAsterisk(find_asterisk(), agi_port=9)\n"
        "    await asterisk.start()\n"
        "    print(asterisk.folder, flush=True)\n"
        "    await asyncio.sleep(3600)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, str(script), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    folder = (await asyncio.wait_for(parent.stdout.readline(), 60)).decode().strip()
    assert any(folder in line for line in _command_lines())
    processes.send(parent, signal.SIGKILL)
    await parent.wait()
    await until(
        lambda: not any(folder in line for line in _command_lines()),
        seconds=30,
        otherwise="Asterisk outlived its parent",
    )
    shutil.rmtree(folder)


def test_filters_are_written_only_for_versions_that_read_them() -> None:
    old = [(20, 6, 0), (20, 10, 9), (21, 5, 0), (22, 0, 0)]
    new = [(20, 11, 0), (21, 6, 0), (22, 1, 0), (22, 10, 1), (23, 0, 0)]
    assert not any(map(understands_filters, old))
    assert all(map(understands_filters, new))
