"""A private PostgreSQL for one bench: on a unix socket, by an ordinary user, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.report import BenchFault
from ivr.asterisk.programs import find_postgresql


@contextmanager
def private_postgres() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. Raises BenchFault when it does not start."""
    program = find_postgresql()
    folder = Path(tempfile.mkdtemp(prefix="ivr."))
    whose: dict[str, Any] = {}
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        whose = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(name: str, *words: object) -> None:
        done = subprocess.run(  # noqa: S603  a program that we have found ourselves
            [str(program.folder / name), *map(str, words)],
            env={**os.environ, **program.environment},
            cwd=folder,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **whose,
        )
        if done.returncode:
            raise BenchFault(f"{name} of PostgreSQL: {done.stderr.strip()}")

    data = folder / "data"
    try:
        run("initdb", "-D", data, "-U", "linetree", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-k {folder} -c listen_addresses="
        run("pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgresql://linetree@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
