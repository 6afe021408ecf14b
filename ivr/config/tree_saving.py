"""Trees saved into their draft files by program: comments stay, and nobody's edit is lost.

The files are the same that people edit by hand. A save names the text that it was made from, and
is refused when the file holds another one by now.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from ivr.config.problems import ConfigRefused, Problem
from ivr.config.trees import Draft, draft_of, hash_of
from ivr.domain.errors import LinetreeError


class DraftChanged(LinetreeError):
    """Somebody else has changed the file since it was opened; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was changed by somebody else since you opened it: load it again, so that"
            " neither change is lost"
        )


class DraftNotWritable(LinetreeError):
    """The draft's file or folder does not take a save."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be saved: {why}; let the service's user write there, or edit the file"
            " by hand and run `ivr reload`"
        )


class DraftNotReadable(LinetreeError):
    """The draft's file is no text that can be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}; save it as UTF-8, readable by the service")


class DraftExists(LinetreeError):
    """A new tree would take the place of one that is there."""

    def __init__(self, tree: str) -> None:
        super().__init__(f'a tree or a file named "{tree}" is there already: choose another name')


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft's file as it was read: `hash` is what a save has to name; `saved_at` in s."""

    path: Path
    text: str
    hash: str
    saved_at: float


def opened(path: Path) -> Opened:
    """The draft as it stands in its file now. Raises DraftNotReadable."""
    try:
        with path.open("rb") as file:
            saved_at = os.fstat(file.fileno()).st_mtime
            text = file.read().decode("utf-8-sig")
    except OSError as error:
        raise DraftNotReadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise DraftNotReadable(path, str(error)) from error
    return Opened(path, text, hash_of(text), saved_at)


def save(path: Path, expected: str, text: str, offers: Collection[str] | None = None) -> Draft:
    """Write the tree's text over the file that has the hash `expected`, whole or not at all.

    Raises ConfigRefused when the tree is faulty, DraftChanged, DraftNotReadable, DraftNotWritable.
    """
    draft = _sound(path, text, offers)
    target = path.resolve()
    for place in (target, target.parent):
        if not os.access(place, os.W_OK):
            kind = "folder" if place.is_dir() else "file"
            raise DraftNotWritable(path, f"the {kind} {place} is read-only")
    with _alone(path, target.parent):
        if opened(target).hash != expected:
            raise DraftChanged(path)
        _replace(path, target, text)
    return draft


def create(path: Path, text: str, offers: Collection[str] | None = None) -> Draft:
    """Write the tree's text as a new file.

    Raises ConfigRefused when the tree is faulty, DraftExists, DraftNotWritable.
    """
    draft = _sound(path, text, offers)
    with _alone(path, path.parent):
        if path.exists():
            raise DraftExists(draft.tree.id)
        _write(path, path, text, 0o644)
    return draft


def rename(path: Path, expected: str, to: Path, text: str) -> None:
    """Write the text as the file `to` in place of `path`, which has the hash `expected`.

    A crash in between leaves both. Raises as `create` does, and DraftChanged.
    """
    _sound(to, text, None)
    with _alone(path, path.parent):
        if opened(path).hash != expected:
            raise DraftChanged(path)
        if to != path and to.exists():
            raise DraftExists(to.stem)
        _write(to, to, text, path.stat().st_mode & 0o777)
        if to != path:
            path.unlink(missing_ok=True)


def _sound(path: Path, text: str, offers: Collection[str] | None) -> Draft:
    """The tree that the text means. Raises ConfigRefused."""
    problems: list[Problem] = []
    draft = draft_of(text.encode(), str(path), offers, problems)
    if draft is None or problems:
        raise ConfigRefused(problems)
    return draft


@contextmanager
def _alone(path: Path, folder: Path) -> Iterator[None]:
    """No other save of ours in this folder at the same time."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise DraftNotWritable(path, f"{folder}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, target: Path, text: str) -> None:
    """A reader sees the old file or the new one, and a crash leaves one of them."""
    try:
        before = target.stat()
    except OSError as error:
        raise DraftNotWritable(path, error.strerror or str(error)) from error
    owner = (before.st_uid, before.st_gid) if os.geteuid() == 0 else None
    _write(path, target, text, before.st_mode & 0o777, owner)


def _write(
    path: Path, target: Path, text: str, mode: int, owner: tuple[int, int] | None = None
) -> None:
    part = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text.encode())
            out.flush()
            os.fchmod(out.fileno(), mode)
            if owner is not None:
                os.fchown(out.fileno(), *owner)
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DraftNotWritable(path, error.strerror or str(error)) from error
