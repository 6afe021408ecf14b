"""The files of voice messages, where Asterisk has recorded them, found and removed by name."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from ivr.domain.errors import LinetreeError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,120}\.wav")
_MESSAGE = re.compile(r"vm-[0-9]{1,40}\.wav")
"""How the dialplan calls a message ([ivr-voicemail]); the folder may hold what is not ours."""


class VoiceFilesKept(LinetreeError):
    """Voice messages cannot be removed."""

    def __init__(self, what: Path, why: str) -> None:
        super().__init__(
            f"{what} cannot be removed ({why}): let the service's user write to the folder"
            " (asterisk.voicemail in ivr.yaml), or remove the file by hand"
        )


class VoiceFiles:
    """One folder of recordings; no name leads out of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> Path | None:
        """The file of this name; None for a link, for what is not there and for any other name."""
        file = self.folder / name
        there = _NAME.fullmatch(name) and not file.is_symlink() and file.is_file()
        return file if there else None

    def old(self, before: float) -> list[str]:
        """Messages into which nothing was written since that time, seconds since the epoch.

        One that is being recorded is none of them. Raises VoiceFilesKept.
        """
        try:
            with os.scandir(self.folder) as found:
                ours = [one for one in found if _MESSAGE.fullmatch(one.name)]
            states = [(one.name, one.stat(follow_symlinks=False)) for one in ours]
        except FileNotFoundError:
            return []  # no folder, or a file went meanwhile: the next day looks again
        except OSError as fault:
            raise VoiceFilesKept(self.folder / "vm-*.wav", fault.strerror or str(fault)) from fault
        return [n for n, s in states if stat.S_ISREG(s.st_mode) and s.st_mtime < before]

    def remove(self, names: Iterable[str]) -> None:
        """These files are gone afterwards. Raises VoiceFilesKept, also where the folder is not.

        A folder that is not mounted must not pass for one whose files are gone.
        """
        for name in names:
            if not self.folder.is_dir():
                raise VoiceFilesKept(self.folder, "the folder is not there")
            try:
                file = self.file(name)
                if file is not None:
                    file.unlink(missing_ok=True)
            except OSError as fault:
                raise VoiceFilesKept(self.folder / name, fault.strerror or str(fault)) from fault
