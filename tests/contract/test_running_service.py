"""The command line beside a running service: reload, publish, go back, passwords, or refusals."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result
from example_folder import example_folder

from ivr.app import Service
from ivr.asterisk.agi_errors import AgiPortTaken
from ivr.cli import main
from ivr.config.check import load
from ivr.config.company import Company
from ivr.control.client import ControlRefused, ask
from ivr.control.place import ControlUntrusted, address, trusted
from ivr.control.server import ControlServer
from ivr.domain.events import AgentAnswered, CallerQueued, MemberSeen, MemberStatus
from ivr.store.looking import StoreLook
from ivr.web.server import WebPortTaken

ROOT = Path(__file__).parents[2]
DEADLINE = 30.0
SECRET = {"IVR_AMI_SECRET": "a secret for tests only"}


@dataclass
class Office:
    """A running service with a folder of its own; nothing of Asterisk is there."""

    folder: Path
    service: Service

    async def run(self, *words: str, stdin: str | None = None) -> Result:
        """A command of `ivr`, in a thread, as the service runs on this loop."""
        return await asyncio.to_thread(
            CliRunner().invoke, main, list(words), input=stdin, env=SECRET
        )

    def change(self, file: str, old: str, new: str) -> None:
        change(self.folder / file, old, new)

    @property
    def version(self) -> int:
        """The version that new calls walk."""
        return self.service.reception.floor.rules.trees["internet"].version


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setenv(*next(iter(SECRET.items())))
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=False)
    folder = example_folder(tmp_path)
    change(folder / "ivr.yaml", "# proxies: [127.0.0.1]", "proxies: [127.0.0.1]")
    made = Office(folder, Service(folder))
    await made.service.start()
    yield made
    await made.service.stop()
    structlog.reset_defaults()


async def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact, in vain for 30 s at most."""
    async with asyncio.timeout(DEADLINE):
        while not fact():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


SPLIT = ("{to: 49, then: branch}", "{to: 29, then: branch}")


async def test_a_published_draft_is_walked_by_the_next_call_at_once(office: Office) -> None:
    office.change("trees/internet.yaml", *SPLIT)
    done = await office.run("tree", "publish", "internet", str(office.folder))
    assert done.exit_code == 0, done.output
    assert done.output == "internet: version 2 is published, in force for new calls\n"
    assert office.version == 2
    again = await office.run("tree", "publish", str(office.folder))
    assert "nothing new, version 2 is the same" in again.output


async def test_one_command_goes_back(office: Office) -> None:
    office.change("trees/internet.yaml", *SPLIT)
    await office.run("tree", "publish", "internet", str(office.folder))
    done = await office.run("tree", "back", "internet", "1", str(office.folder))
    assert done.exit_code == 0, done.output
    assert office.version == 3
    look = StoreLook(office.service.company.settings.store.url)
    first, _, third = reversed(look.trees.versions("internet"))
    look.close()
    assert first.sha256 == third.sha256
    listed = await office.run("tree", "versions", str(office.folder))
    assert [line.split()[1] for line in listed.output.splitlines()] == ["3", "2", "1"]
    gone = await office.run("tree", "back", "internet", "9", str(office.folder))
    assert (gone.exit_code, "name one from 1 to 3" in gone.output) == (2, True)


async def test_a_faulty_draft_is_not_published_and_nothing_changes(office: Office) -> None:
    office.change("trees/internet.yaml", "first: who", "first: whu")
    done = await office.run("tree", "publish", "internet", str(office.folder))
    assert done.exit_code == 2
    assert "trees/internet.yaml:6:8" in done.output
    assert 'did you mean "who"' in done.output
    assert office.version == 1


async def test_a_tree_with_offers_that_are_not_in_force_yet_is_not_published(
    office: Office,
) -> None:
    office.change(
        "ivr.yaml", "  sla:\n", "  wifi: {title: {ru: В, en: W}, detail: {ru: В, en: W}}\n  sla:\n"
    )
    office.change("trees/internet.yaml", "offer: [office-100]", "offer: [office-100, wifi]")
    done = await office.run("tree", "publish", "internet", str(office.folder))
    assert done.exit_code == 2
    assert 'offer "wifi" is not in the catalogue of the configuration in use' in done.output
    assert (await office.run("reload", str(office.folder))).exit_code == 0
    done = await office.run("tree", "publish", "internet", str(office.folder))
    assert (done.exit_code, office.version) == (0, 2)


async def test_a_reload_takes_everything_but_trees_at_once(office: Office) -> None:
    office.change("ivr.yaml", "lines: roster               #", "lines: {fixed: 2}           #")
    office.change(
        "people.yaml",
        "  boris:\n",
        "  galina:\n    name: Галина\n    phone: PJSIP/109\n"
        "    department: client\n    roles: [agent]\n  boris:\n",
    )
    office.change("trees/internet.yaml", *SPLIT)
    done = await office.run("reload", str(office.folder))
    assert done.exit_code == 0, done.output
    assert done.output == "in force now: departments, people\n"
    floor = office.service.reception.floor
    assert floor.groups["client"].lines == 2
    assert "galina" in floor.agents
    assert office.version == 1
    assert office.service.company.people["galina"].extension == "109"


async def test_a_reload_says_what_waits_for_a_restart_each_time(office: Office) -> None:
    office.change("ivr.yaml", "  origins: []", "  origins: [https://desk.example.com]")
    for _ in range(2):
        done = await office.run("reload", str(office.folder))
        assert "only after a restart of the service: web" in done.output


async def test_a_bad_configuration_is_refused_whole_with_every_problem(office: Office) -> None:
    before = office.service.company
    office.change("ivr.yaml", "lines: roster               #", "lines: {fixed: -1}          #")
    office.change("people.yaml", "phone: PJSIP/103", "phone: PJSIP/102")
    office.change("trees/internet.yaml", "first: who", "first: whu")
    done = await office.run("reload", str(office.folder))
    assert done.exit_code == 2
    assert "-1 lines are fewer than none" in done.output
    assert "phone PJSIP/102 is also boris's" in done.output
    assert 'the first question "whu" is not among the questions' in done.output
    assert len(office.service.reloading.refused) >= 3
    assert office.service.company is before
    assert office.service.reception.floor.groups["client"].lines == 5


async def test_a_number_whose_tree_was_never_published_is_refused(office: Office) -> None:
    text = (office.folder / "trees" / "internet.yaml").read_text("utf-8")
    other = text.replace("tree: internet", "tree: phones")
    (office.folder / "trees" / "phones.yaml").write_text(other, "utf-8")
    office.change("ivr.yaml", "    tree: internet", "    tree: phones")
    refused = await office.run("reload", str(office.folder))
    assert refused.exit_code == 2
    assert "run `ivr tree publish phones` first" in refused.output
    assert (await office.run("tree", "publish", "phones", str(office.folder))).exit_code == 0
    assert (await office.run("reload", str(office.folder))).exit_code == 0


async def test_an_offer_that_a_published_tree_needs_cannot_be_taken_away(office: Office) -> None:
    office.change("trees/internet.yaml", "[dedicated-line, sla]", "[dedicated-line]")
    path = office.folder / "scenarios" / "internet.yaml"
    path.write_text(path.read_text("utf-8").replace("[dedicated-line, sla]", "[dedicated-line]"))
    text = (office.folder / "ivr.yaml").read_text("utf-8")
    gone = text[text.index("  sla:") : text.index("transfer:")]
    office.change("ivr.yaml", gone, "\n")
    refused = await office.run("reload", str(office.folder))
    assert refused.exit_code == 2
    assert 'internet version 1: offer "sla" is not in the catalogue' in refused.output


async def test_a_signal_reloads_and_a_bad_folder_is_only_logged(office: Office) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, office.service.reloading.ask)
    office.change("ivr.yaml", "lines: roster               #", "lines: {fixed: 3}           #")
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: office.service.reception.floor.groups["client"].lines == 3)
    office.change("ivr.yaml", "lines: {fixed: 3}", "lines: {fixed: x}")
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: bool(office.service.reloading.refused))
    assert office.service.reception.floor.groups["client"].lines == 3


async def test_a_signal_that_comes_while_the_folder_is_read_has_it_read_once_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go_on = threading.Event(), threading.Event()

    def slowly(folder: Path) -> Company:
        company = load(folder)
        read.set()
        assert go_on.wait(DEADLINE)
        return company

    monkeypatch.setattr("ivr.reload.load", slowly)
    office.service.reloading.ask()
    assert await asyncio.to_thread(read.wait, DEADLINE)
    office.change("ivr.yaml", "lines: roster               #", "lines: {fixed: 3}           #")
    office.service.reloading.ask()
    go_on.set()
    await until(lambda: office.service.reception.floor.groups["client"].lines == 3)


async def test_a_call_keeps_its_version_while_others_are_published(office: Office) -> None:
    """The whole of it on a running service: only Asterisk is played by events."""
    floor, post = office.service.reception.floor, office.service.switchboard.post
    floor.link_lost_at = None
    now = time.time()
    post(MemberSeen(now, "anna", "client", False, "", MemberStatus.IDLE))
    post(CallerQueued(now, "1", "PJSIP/t-1", "client", "+74950000081", ""))
    post(AgentAnswered(now, "1", "anna", "client", "PJSIP/anna-1", "PJSIP/t-1"))
    path = office.folder / "trees" / "internet.yaml"
    for number in range(2, 6):
        border = f"{{to: {49 - number}, then: branch}}"
        text = re.sub(r"\{to: \d\d, then: branch\}", border, path.read_text("utf-8"))
        path.write_text(text, "utf-8")
        done = await office.run("tree", "publish", "internet", str(office.folder))
        assert done.exit_code == 0, done.output
        assert office.version == number
        assert floor.enquiries["1"].interview.version == 1


async def test_a_password_is_set_while_the_service_runs(office: Office) -> None:
    done = await office.run("passwd", "anna", str(office.folder), "--stdin", stdin="rather long\n")
    assert done.exit_code == 0, done.output
    kept = office.service.store.credentials.credential("anna")
    assert kept is not None
    assert kept.hash.startswith("$argon2id$")
    made = await office.run("passwd", "anna", str(office.folder), "--generate")
    assert len(made.output.strip()) >= 12
    assert office.service.store.credentials.credential("anna") != kept
    for words, told in ((["anan"], 'did you mean "anna"'), (["anna", str(office.folder)], "8 to")):
        folder = [] if len(words) > 1 else [str(office.folder)]
        refused = await office.run("passwd", *words, *folder, "--stdin", stdin="short\n")
        assert refused.exit_code == 2
        assert told in refused.output


async def test_asking_twice_and_a_wrong_repetition_sets_nothing(office: Office) -> None:
    done = await office.run(
        "passwd", "boris", str(office.folder), stdin="one password\nanother one\n"
    )
    assert done.exit_code != 0
    assert office.service.store.credentials.credential("boris") is None
    done = await office.run(
        "passwd", "boris", str(office.folder), stdin="one password\none password\n"
    )
    assert done.exit_code == 0
    assert office.service.store.credentials.credential("boris") is not None


async def test_who_did_what_is_in_the_audit_log(office: Office) -> None:
    office.change("trees/internet.yaml", *SPLIT)
    await office.run("tree", "publish", str(office.folder))
    await office.run("tree", "back", "internet", "1", str(office.folder))
    await office.run("passwd", "anna", str(office.folder), "--generate")
    audit = office.service.store.audit
    await until(lambda: len(audit.entries(time.time() + 1, 10)) == 3)
    found = office.service.store.audit.entries(time.time() + 1, 10)
    assert [(one.action, one.object) for one in found] == [
        ("password", "person:anna"),
        ("publish", "tree:internet"),
        ("publish", "tree:internet"),
    ]
    assert [one.detail.get("how") for one in found[1:]] == ["back to 1", "publish"]


# --- without a service --------------------------------------------------------------------------


def alone(folder: Path, *words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [*words, str(folder)], input=stdin, env=SECRET)


def test_without_a_service_the_store_itself_is_used(tmp_path: Path) -> None:
    made = example_folder(tmp_path)
    assert alone(made, "passwd", "--generate", "anna").exit_code == 0
    done = alone(made, "tree", "publish", "internet")
    assert done.output == "internet: version 1 is published, in force when the service starts\n"
    assert alone(made, "tree", "versions").exit_code == 0
    reloaded = alone(made, "reload")
    assert (reloaded.exit_code, "no service runs" in reloaded.output) == (1, True)


def test_without_a_database_nothing_is_made_by_reading(tmp_path: Path) -> None:
    made = example_folder(tmp_path)
    for words in (["tree", "versions"], ["why", "1"], ["report", "tree"]):
        done = alone(made, *words)
        assert done.exit_code == 2
        assert "there is no database" in done.output
    assert not (tmp_path / "linetree.db").exists()


def test_a_difference_has_an_exit_status_of_its_own(tmp_path: Path) -> None:
    made = example_folder(tmp_path)
    alone(made, "tree", "publish", "internet")
    assert alone(made, "diff", "-c").exit_code == 0
    assert alone(made, "replay", "-c").exit_code == 0
    path = made / "trees" / "internet.yaml"
    path.write_text(path.read_text("utf-8").replace(*SPLIT), "utf-8")
    changed = alone(made, "diff", "-c")
    assert changed.exit_code == 1
    assert "seats: 30-to-49" in changed.output
    files = CliRunner().invoke(main, ["diff", str(path), str(path), "-c", str(made)], env=SECRET)
    assert (files.exit_code, "no difference" in files.output) == (0, True)
    path.write_text("tree: [", "utf-8")
    assert alone(made, "diff", "-c").exit_code == 2


def test_the_service_of_another_machine_is_not_written_around(tmp_path: Path) -> None:
    """The store is held, but nobody listens: the command refuses and names who holds it."""
    made = example_folder(tmp_path)
    program = (
        "import sys, time\nfrom ivr.store.store import SqlStore\n"
        "SqlStore.open(sys.argv[1], time.time)\nprint('open', flush=True)\ntime.sleep(60)\n"
    )
    words = [sys.executable, "-c", program, f"sqlite:///{tmp_path}/linetree.db"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        done = alone(made, "tree", "publish", "internet")
        holder.kill()
    assert done.exit_code == 2
    assert "another linetree already runs" in done.output


# --- the socket ---------------------------------------------------------------------------------


async def test_nonsense_is_answered_and_the_next_question_too(office: Office) -> None:
    place, users = address(office.folder), trusted()
    for question, told in (
        (b"\n", "not JSON"),
        (b"[" * 50_000 + b"\n", "not JSON"),
        (b'"word"\n', "does not know this command"),
        (b'{"do": "fly"}\n', "does not know this command"),
        (b'{"do": "publish"}\n', "`by` is missing"),
        (b'{"do": "back", "by": "me", "tree": "internet", "version": "1"}\n', "not a number"),
    ):
        answer = await asyncio.to_thread(raw, place, question)
        assert told in json.loads(answer)["error"]
    assert await asyncio.to_thread(raw, place, b"x" * 2_000_000) == b""
    assert await asyncio.to_thread(ask, place, users, {"do": "reload"})


def raw(place: str, question: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(DEADLINE)
        connection.connect(place)
        try:
            connection.sendall(question)
            return connection.makefile("rb").readline()
        except ConnectionError:
            return b""


async def test_a_stranger_behind_the_name_is_not_asked() -> None:
    server = ControlServer("\0linetree-test-" + os.urandom(8).hex(), {})
    await server.start()
    with pytest.raises(ControlUntrusted, match="neither this user nor the service's"):
        await asyncio.to_thread(ask, server.address, frozenset({-1}), {"do": "reload"})
    with pytest.raises(ControlRefused, match="does not know this command"):
        await asyncio.to_thread(ask, server.address, trusted(), {"do": "reload"})
    await server.stop()
    assert await asyncio.to_thread(ask, server.address, trusted(), {"do": "reload"}) is None


async def test_a_stranger_is_not_answered() -> None:
    server = ControlServer("\0linetree-test-" + os.urandom(8).hex(), {}, frozenset({-1}))
    await server.start()
    assert await asyncio.to_thread(raw, server.address, b'{"do": "reload"}\n') == b""
    await server.stop()


def port_of(folder: Path, part: str) -> int:
    settings = load(folder).settings
    return settings.web.port if part == "web" else settings.asterisk.agi.port


@pytest.mark.parametrize(("part", "error"), [("web", WebPortTaken), ("agi", AgiPortTaken)])
async def test_a_start_that_fails_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, error: type[Exception]
) -> None:
    monkeypatch.setenv(*next(iter(SECRET.items())))
    made = example_folder(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port_of(made, part)))
        other.listen()
        with pytest.raises(error):
            await Service(made).start()
    again = Service(made)
    await again.start()
    await again.stop()


async def test_ami_speaks_tls_where_the_configuration_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*next(iter(SECRET.items())))
    made = example_folder(tmp_path)
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = await reader.read(3)
        if not heard.done():
            heard.set_result(greeting)
        writer.close()

    port = load(made).settings.asterisk.ami.port
    text = (made / "ivr.yaml").read_text("utf-8")
    (made / "ivr.yaml").write_text(text.replace(f"port: {port}", f"port: {port}\n    tls: true"))
    peer = await asyncio.start_server(met, "127.0.0.1", port)
    service = Service(made)
    await service.start()
    try:
        handshake, version = (await asyncio.wait_for(heard, DEADLINE))[:2]
        assert (handshake, version) == (22, 3)
    finally:
        await service.stop()
        peer.close()
