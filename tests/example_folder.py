"""The example company as a folder of a test's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from ivr.asterisk.private.processes import free_port

EXAMPLE = Path(__file__).parents[1] / "config"


def example_folder(tmp_path: Path) -> Path:
    """The example with a database of its own and ports that nobody holds."""
    made = Path(shutil.copytree(EXAMPLE, tmp_path / "config"))
    settings = made / "ivr.yaml"
    text = settings.read_text("utf-8")
    for port in (5038, 4573, 8080):
        text = text.replace(f"port: {port}", f"port: {free_port()}")
    text = text.replace("sqlite:///linetree.db", f"sqlite:///{tmp_path}/linetree.db")
    settings.write_text(text, "utf-8")
    return made
