"""Runs the benches one after another, prints one table and leaves the same in build/bench.json.

`ONLY=fastagi python -m bench` runs one; several are joined by commas. Each bench has a process of
its own, so that none inherits another's heap, event loop or threads. A bench that cannot run makes
the exit status 1, and its row is missing rather than old.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from bench.report import BenchFault, Row, checked, table, write

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "build" / "bench.json"

BENCHES: Mapping[str, tuple[str, ...]] = {
    "tree": ("tree_check", "tree_step"),
    "ami_decode": ("ami_decode", "ami_decode_all", "ami_burst"),
    "fastagi": ("fastagi",),
    "push": ("push", "push_500", "push_frozen_browser"),
    "store": ("store", "store_group_commit"),
    "next_due_callback": (
        "next_due_callback",
        "next_due_callback_postgresql",
        "next_due_callback_core",
    ),
    "store_history": ("store_10m_history",),
    "call_cpu": ("service_cpu_per_call",),
    "beside": ("calls_beside_asterisk_alone",),
    "memory": ("memory_1000_agents", "memory_after_events"),
    "latency": ("intake_verdict_p99", "connect_to_socket_p99"),
}
"""Each module of this package that measures, and the rows it gives."""

LONGEST = 900.0
"""Seconds after which a bench is held to hang."""

GRACE = 20.0
"""Seconds that it then has to clean up."""


def main() -> int:
    """Run what was asked for; the exit status."""
    RESULT.unlink(missing_ok=True)
    try:
        asked = chosen(os.environ.get("ONLY", ""))
    except BenchFault as unknown:
        tell(str(unknown))
        return 2
    rows, faults = measured(asked)
    if rows:
        print(table(rows), flush=True)
        write(rows, RESULT)
    for fault in faults:
        tell(f"FAILED {fault}")
    return 1 if faults else 0


def chosen(only: str) -> dict[str, tuple[str, ...]]:
    """The modules to run, with the rows wanted of each; raises BenchFault for an unknown name."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    if not names:
        return dict(BENCHES)
    known = {row: module for module, rows in BENCHES.items() for row in rows}
    asked: dict[str, tuple[str, ...]] = {}
    for name in names:
        if name not in known and name not in BENCHES:
            raise BenchFault(f"no bench is called {name}; there are {', '.join(known)}")
        module, rows = (known[name], (name,)) if name in known else (name, BENCHES[name])
        asked[module] = (*asked.get(module, ()), *rows)
    return asked


def measured(asked: Mapping[str, tuple[str, ...]]) -> tuple[list[Row], list[BenchFault]]:
    """The rows of all benches that ran, and what kept the others from it."""
    rows, faults = [], []
    for number, (module, names) in enumerate(asked.items(), 1):
        tell(f"[{number}/{len(asked)}] {module} ...")
        began = time.monotonic()
        try:
            rows += rows_of(module, names)
        except BenchFault as fault:
            faults.append(fault)
            continue
        tell(f"[{number}/{len(asked)}] {module}: {time.monotonic() - began:.0f} s")
    return rows, faults


def rows_of(module: str, names: tuple[str, ...]) -> list[Row]:
    """Run one bench by itself. Raises BenchFault with its reason."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench.") as folder:
        file = Path(folder, "rows.json")
        run_alone(module, file)
        given = {row.name: row for row in map(checked, json.loads(file.read_text()))}
    for name in names:
        if name not in given:
            raise BenchFault(f"{module} measured {', '.join(given)} but not {name}")
    return [given[name] for name in names]


def run_alone(module: str, file: Path) -> None:
    """One bench in its own process. Raises BenchFault when it ends badly, or not at all."""
    command = [sys.executable, "-m", "bench.alone", module, str(file)]
    began = time.monotonic()
    bench = subprocess.Popen(  # noqa: S603  our own interpreter and module
        command, cwd=ROOT, stdout=sys.stderr, stderr=subprocess.PIPE, text=True
    )
    # An interrupt first: it lets the bench stop what it started.
    ends = [
        threading.Timer(LONGEST, bench.send_signal, (signal.SIGINT,)),
        threading.Timer(LONGEST + GRACE, bench.kill),
    ]
    try:
        for end in ends:
            end.start()
        with bench:
            said = retold(bench)
    finally:
        for end in ends:
            end.cancel()
    if bench.returncode and time.monotonic() - began > LONGEST:
        said = f"no result after {LONGEST:.0f} s"
    if bench.returncode:
        raise BenchFault(f"{module} could not run: {said or 'it said nothing'}")


def retold(bench: subprocess.Popen[str]) -> str:
    """Show what a bench says while it runs, and give its last line."""
    last = ""
    for line in bench.stderr or ():
        tell(line.rstrip())
        last = line.strip() or last
    return last


def tell(line: str) -> None:
    """Progress and reasons, apart from the table."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
