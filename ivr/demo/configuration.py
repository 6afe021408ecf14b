"""The example company's configuration, joined to a private Asterisk and to free ports."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import ivr

EXAMPLE = Path(ivr.__file__).resolve().parent.parent / "config"
"""The example company of this checkout."""


@dataclass(frozen=True, slots=True)
class Joints:
    """Where the parts of one demo meet; ports of 127.0.0.1."""

    ami: int
    agi: int
    web: int
    database: Path
    voicemail: Path


def write_configuration(folder: Path, joints: Joints, source: Path = EXAMPLE) -> Path:
    """Copy the company to `folder` and join it; its people, trees and offers stay as they are.

    Callbacks become due at once and at any hour: nobody watches a demo for a quarter of an hour.
    """
    shutil.copytree(source, folder, dirs_exist_ok=True)
    file = folder / "ivr.yaml"
    yaml = YAML()
    settings: Any = yaml.load(file.read_text())
    settings["asterisk"]["ami"]["port"] = joints.ami
    settings["asterisk"]["agi"]["port"] = joints.agi
    settings["asterisk"]["voicemail"] = str(joints.voicemail)
    settings["web"]["port"] = joints.web
    settings["store"]["url"] = f"sqlite:///{joints.database}"
    settings["callbacks"]["backoff"]["first"] = 0
    settings["callbacks"]["hours"] = "00:00-24:00"
    with file.open("w") as out:
        yaml.dump(settings, out)
    return folder
