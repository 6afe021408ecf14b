"""Runs one bench in a process of its own: `python -m bench.alone MODULE FILE`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    """Measure, and leave the bench's rows in FILE; whatever goes wrong ends the process loudly."""
    module, file = sys.argv[1:]
    measured = importlib.import_module(f"bench.{module}").measure()
    rows = measured if isinstance(measured, list) else [measured]
    Path(file).write_text(json.dumps(rows))


# A bench may start processes of its own, which import this module once more.
if __name__ == "__main__":
    main()
