"""Voice messages: one recording of one task, to whoever may see the task, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from ivr.config.people import Person
from ivr.domain.records import MissedCallRecord
from ivr.voice_files import VoiceFiles
from ivr.web.room import Asked, Refused, RoomRoute

Tasks = Callable[[str], MissedCallRecord | None]
"""The task of an id, open or closed; waits for the database."""


class Recordings:
    """Serves the files that Asterisk has recorded, by task and number, never by a name."""

    def __init__(self, files: VoiceFiles, tasks: Tasks) -> None:
        self._files = files
        self._tasks = tasks

    def routes(self) -> tuple[RoomRoute, ...]:
        """Anyone signed in may ask; which task is whose is looked up at each request."""
        return (RoomRoute("GET", "recordings/{task}/{n:[0-9]{1,3}}", self.play, frozenset()),)

    async def play(self, asked: Asked) -> web.StreamResponse:
        """The `n`-th message of the task, whole or the range that was asked for."""
        name = await asyncio.to_thread(self._name, asked)
        file = await asyncio.to_thread(self._file, name)
        # A file's own size and time make ranges and half-loaded files safe.
        response = web.FileResponse(file)
        response.content_type = "audio/wav"
        response.headers["Content-Disposition"] = "inline"
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _name(self, asked: Asked) -> str:
        task = self._tasks(asked.part("task"))
        if task is None or not _may_hear(asked.person, task):
            raise Refused(404, "not_found")
        n = int(asked.part("n"))
        if n >= len(task.recordings):
            raise Refused(404, "not_found")
        return task.recordings[n]

    def _file(self, name: str) -> Path:
        """The file of this name in our folder. Raises Refused where there is none."""
        file = self._files.file(name)
        if file is None:
            raise Refused(404, "not_found")
        return file


def _may_hear(person: Person, task: MissedCallRecord) -> bool:
    """The people of the task's department hear its clients, and an admin hears all."""
    return person.department == task.department or "admin" in person.roles
