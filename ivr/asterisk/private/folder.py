"""The folder of a private Asterisk: its configuration, links to its data, places for its files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ivr.asterisk.private.config import Wishes, config_files
from ivr.asterisk.private.processes import hand_over
from ivr.asterisk.private.programs import AsteriskProgram

_FOLDERS = (
    "cache",
    "data/sounds",
    "etc/tests",
    "lib/agi",
    "lib/keys",
    "log/cdr-csv",
    "run",
    "spool",
)


def lay_out(folder: Path, program: AsteriskProgram, wishes: Wishes) -> None:
    """Make the folders, link the data, write `folder`/etc anew; all of it the private user's."""
    for part in _FOLDERS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    _link_data(folder / "data", program, wishes.prompts)
    for name, text in config_files(folder, program, wishes).items():
        (folder / "etc" / name).write_text(text)
    for file in wishes.own_files.glob("*.conf"):
        shutil.copyfile(file, folder / "etc" / file.name)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            hand_over(path)


def _link_data(data: Path, program: AsteriskProgram, prompts: Path | None) -> None:
    """Sounds by language code, as a package's installation would have linked them."""
    for part in program.data.iterdir():
        if part.name != "sounds":
            _link(data / part.name, part)
    if program.sounds.is_dir():
        for voice in sorted(program.sounds.iterdir()):
            _link(data / "sounds" / voice.name, voice)
            if voice.is_dir():
                _link_all(data / "sounds" / voice.name.split("_")[0], voice)
    for language in sorted(prompts.iterdir()) if prompts is not None else ():
        _link_all(data / "sounds" / language.name / "ivr", language)


def _link_all(folder: Path, source: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in source.iterdir():
        _link(folder / part.name, part)


def _link(place: Path, target: Path) -> None:
    if not os.path.lexists(place):
        place.symlink_to(target)
