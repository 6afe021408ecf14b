"""The files of voice messages, where Asterisk has recorded them, found and removed by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ivr.domain.errors import LinetreeError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,120}\.wav")


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
