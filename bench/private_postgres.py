"""A private PostgreSQL for benches and tests: on a unix socket, by an ordinary user."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import psycopg

from bench.report import BenchFault
from ivr.asterisk.private.programs import find_postgresql


class PrivatePostgres:
    """Runs from its making to `remove`. Each call raises BenchFault when PostgreSQL refuses."""

    def __init__(self) -> None:
        self._program = find_postgresql()
        self.folder = Path(tempfile.mkdtemp(prefix="ivr."))
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._numbers = itertools.count(1)
        self._data = self.folder / "data"
        self._run("initdb", "-D", self._data, "-U", "linetree", "-A", "trust", "-E", "UTF8", "-N")
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def start(self) -> None:
        """Start it again after `stop`."""
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=50"
        log = self.folder / "log"
        # A crash is made good from its log first, and a busy disk takes longer than a minute.
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "-t", "180", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it as `pg_ctl` does in this mode; `immediate` is a crash."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def new_database(self) -> str:
        """The SQLAlchemy URL of one more empty database."""
        name = f"test_{next(self._numbers)}"
        address = f"host={self.folder} user=linetree dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://linetree@/{name}?host={self.folder}"

    def remove(self) -> None:
        """Stop it and delete everything."""
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *words: object) -> None:
        done = subprocess.run(  # noqa: S603 - a program that we have found ourselves
            [str(self._program.folder / program), *map(str, words)],
            env={**os.environ, **self._program.environment},
            cwd=self.folder,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **self._as,
        )
        if done.returncode:
            raise BenchFault(f"{program} of PostgreSQL: {done.stderr.strip()}")
