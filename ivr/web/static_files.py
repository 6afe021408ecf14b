"""The files of the pages, read once: what is not in the table does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).with_name("static")

_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent."""

    body: bytes
    content_type: str
    etag: str


def load(folder: Path = FOLDER) -> dict[str, StaticFile]:
    """All files by their path below `folder`; those of other kinds (licences) are not served."""
    return {
        file.relative_to(folder).as_posix(): _read(file)
        for file in sorted(folder.rglob("*"))
        if file.suffix in _TYPES
    }


def _read(file: Path) -> StaticFile:
    body = file.read_bytes()
    return StaticFile(body, _TYPES[file.suffix], sha256(body).hexdigest()[:32])


def answer(request: web.Request, file: StaticFile) -> web.Response:
    """The file, or 304 when the browser has it already. It is asked for at each visit."""
    headers = {"Cache-Control": "no-cache", "ETag": f'"{file.etag}"'}
    known = request.if_none_match or ()
    if any(tag.value == file.etag for tag in known):
        return web.Response(status=304, headers=headers)
    return web.Response(
        body=file.body, content_type=file.content_type, charset="utf-8", headers=headers
    )
