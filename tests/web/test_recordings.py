"""Voice messages over HTTP: one of a task that the person may see, ranges, and nothing else."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from web.desk_stand import PEOPLE, Stand, settings_in
from web.visitor import Visitor, visitor
from yarl import URL

from ivr.config.people import Person
from ivr.domain.records import MissedCallRecord
from ivr.voice_files import VoiceFiles
from ivr.web.recordings import Recordings

SOUND = b"RIFF" + bytes(range(256)) * 64

TASK = MissedCallRecord(
    id="m-1-7",
    department="client",
    number="",
    first_missed_at=0.0,
    last_missed_at=0.0,
    count=1,
    calls=("1.7",),
    closed_at=None,
    closed_how="",
    recordings=("vm-17.wav", "vm-18.wav"),
)


@dataclass
class Archive:
    """A server, and the tasks whose messages it serves."""

    stand: Stand
    tasks: dict[str, MissedCallRecord]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Asterisk's folder: the first message is there, the second was taken away."""
    folder = tmp_path / "voicemail"
    folder.mkdir()
    (folder / "vm-17.wav").write_bytes(SOUND)
    (tmp_path / "secret.wav").write_bytes(b"not for you")
    return folder


@pytest.fixture
async def archive(tmp_path: Path, folder: Path) -> AsyncIterator[Archive]:
    """A started server with one task."""
    tasks = {TASK.id: TASK}
    stand = Stand(settings_in(tmp_path), beside=Recordings(VoiceFiles(folder), tasks.get).routes())
    await stand.server.start()
    yield Archive(stand, tasks)
    await stand.server.stop()


async def heard(one: Visitor, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    url = URL(one.stand.url + path, encoded=True)
    async with one.http.get(url, headers=headers, allow_redirects=False) as response:
        return response.status, await response.read(), dict(response.headers)


async def test_a_message_is_heard_whole_and_in_parts(archive: Archive) -> None:
    async with visitor(archive.stand, "anna") as anna:
        status, body, headers = await heard(anna, "/recordings/m-1-7/0")
        assert (status, body) == (200, SOUND)
        assert headers["Content-Type"] == "audio/wav"
        assert headers["Accept-Ranges"] == "bytes"
        assert headers["X-Content-Type-Options"] == "nosniff"
        status, body, headers = await heard(anna, "/recordings/m-1-7/0", Range="bytes=4-9")
        assert (status, body) == (206, SOUND[4:10])
        assert headers["Content-Range"] == f"bytes 4-9/{len(SOUND)}"
        status, body, _ = await heard(anna, "/recordings/m-1-7/0", Range="bytes=-3")
        assert (status, body) == (206, SOUND[-3:])
        status, _, _ = await heard(anna, "/recordings/m-1-7/0", Range="bytes=999999-")
        assert status == 416


@pytest.mark.parametrize(
    "path", ["/recordings/m-1-7/2", "/recordings/none/0", "/recordings/m-1-7/1"]
)
async def test_what_is_not_there_is_not_found(archive: Archive, path: str) -> None:
    async with visitor(archive.stand, "anna") as anna:
        assert (await heard(anna, f"/recordings/{path}"))[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/recordings/../secret.wav",
        "/recordings/%2e%2e%2fsecret.wav/0",
        "/recordings/m-1-7/..%2f..%2fsecret.wav",
        "/recordings/m-1-7/-1",
        "/recordings/m-1-7/0/../../secret.wav",
        "/recordings/m-1-7/0001",
        "/recordings/m-1-7/",
    ],
)
async def test_no_path_leads_out_of_the_folder(archive: Archive, path: str) -> None:
    async with visitor(archive.stand, "anna") as anna:
        status, body, _ = await heard(anna, path)
        assert status == 404
        assert b"not for you" not in body


@pytest.mark.parametrize(
    "name", ["../secret.wav", "/etc/passwd", "vm-17.wav\x00", "..", "", "vm-17.txt", "a/b.wav"]
)
async def test_a_name_that_a_channel_has_made_up_is_no_file(archive: Archive, name: str) -> None:
    archive.tasks["m-bad"] = replace(TASK, id="m-bad", recordings=(name,))
    async with visitor(archive.stand, "anna") as anna:
        assert (await heard(anna, "/recordings/m-bad/0"))[0] == 404


async def test_a_link_out_of_the_folder_is_no_message(archive: Archive, folder: Path) -> None:
    os.symlink(folder.parent / "secret.wav", folder / "vm-18.wav")
    async with visitor(archive.stand, "anna") as anna:
        assert (await heard(anna, "/recordings/m-1-7/1"))[0] == 404


async def test_another_department_s_message_is_not_found_and_an_admin_hears_all(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = archive.stand
    async with visitor(stand, "olga") as olga:
        assert (await heard(olga, "/recordings/m-1-7/0"))[0] == 404
    async with visitor(stand, "vera") as vera:
        assert (await heard(vera, "/recordings/m-1-7/0"))[0] == 200
    people: dict[str, Person] = {**PEOPLE, "olga": replace(PEOPLE["olga"], roles=("admin",))}
    stand.server.relearn(people)
    async with visitor(stand, "olga") as olga:
        assert (await heard(olga, "/recordings/m-1-7/0"))[0] == 200


async def test_who_is_not_signed_in_hears_nothing(archive: Archive) -> None:
    async with visitor(archive.stand, "anna") as anna:
        anna.http.cookie_jar.clear()
        assert (await heard(anna, "/recordings/m-1-7/0"))[0] == 401
