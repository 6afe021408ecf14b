"""Row 15: the configuration is read anew each second; a call keeps its tree's version."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

from soak import oracles
from soak.counting import Counts, Row
from soak.desks import Desks
from soak.evidence import QUEUE, until
from soak.traffic import Traffic
from soak.works import Works

AGENTS = 8
AT_A_TIME = 5
LINES = (6, 7, 8)
"""What the good configurations say, in turn; enough for everybody who calls."""

FORBIDDEN = 1
"""The lines in every bad configuration: nobody may ever be told of them."""

PUBLISH_EVERY = 4
SAID_LINES = re.compile(r"lines: (roster|\{fixed: \d+\}|\n\s+fixed: \d+)")
ASKED = re.compile(r"ru: (\(\d+\) )?Подключение")

Change = tuple[str, str, str]
BAD: tuple[Change, ...] = (
    ("ivr.yaml", r"^company:", "kompany: {}\ncompany:"),
    ("ivr.yaml", r"Europe/Moscow", "Europe/Moskva"),
    ("ivr.yaml", r"^numbers:", "numbers: {"),
    ("ivr.yaml", r"attempts: \d+", "attempts: five"),
    ("people.yaml", r"department: client", "department: clients"),
    ("trees/internet.yaml", r"first: who", "first: whu"),
    ("trees/internet.yaml", r"then: home", "then: hoem"),
)


async def play(
    seed: int, calls: int, *, every: float = 1.0, talk: tuple[float, float] = (4.0, 10.0)
) -> Row:
    """Good and bad by turns, with a signal each; now and then a new version of the tree."""
    fate = Random(f"{seed} row 15")
    async with Works(AGENTS, sales=AGENTS) as works, Desks(works, fate, think=1.5) as desks:
        traffic = Traffic(works, fate, calls, AT_A_TIME, talk)
        flowing = asyncio.create_task(traffic.flow())
        folder = _Folder(works)
        while not (await asyncio.wait([flowing], timeout=every))[0]:
            await folder.turn()
        await flowing
        await folder.settle()
        await works.drained()
        over = works.over(max(LINES), traffic.outcomes)
        counts = await works.counts(traffic.outcomes, over, works.stuck(), desks.promised)
        mixed = oracles.mixed(person.versions for person in desks.people.values())
    counts += Counts(diff=mixed + folder.taken)
    faults = f"{folder.signals} signals, {folder.version} versions"
    refused = sum(outcome.status != 200 for outcome in traffic.outcomes)
    return Row("15", len(traffic.outcomes), faults, counts, refused)


class _Folder:
    """The configuration's folder, written again and again."""

    def __init__(self, works: Works) -> None:
        self.signals, self.taken, self.version = 0, 0, 1
        self._works = works
        self._refusals = 0
        self._good = _texts(works.config)

    async def turn(self) -> None:
        """One new configuration and its signal; `taken` counts the bad ones that came in force."""
        self.signals += 1
        if self.signals % 2:
            self._write_good()
        else:
            await self._write_bad()
            if self.signals % PUBLISH_EVERY == 0:
                await self._publish()

    async def _write_bad(self) -> None:
        name, old, new = BAD[self.signals // 2 % len(BAD)]
        self._write({**self._with_lines(FORBIDDEN), name: self._spoilt(name, old, new)})
        self._refusals += 1
        self._works.service.ask_to_reload()
        await until(self._refused, lambda n: n >= self._refusals, "a bad configuration was taken")
        told = await self._works.asterisk.cli(f"database get ivr lines-{QUEUE}")
        self.taken += told.split()[-1:] == [str(FORBIDDEN)]
        self._write(self._good)

    async def settle(self) -> None:
        """The last one is good, and in force."""
        self.signals += 1
        self._write_good()
        await self._works.told(self._lines())

    def _write_good(self) -> None:
        self._good = self._with_lines(self._lines())
        self._write(self._good)
        self._works.service.ask_to_reload()

    def _lines(self) -> int:
        return LINES[self.signals % len(LINES)]

    def _with_lines(self, lines: int) -> dict[str, str]:
        said = SAID_LINES.sub(f"lines: {{fixed: {lines}}}", self._good["ivr.yaml"], count=1)
        return {**self._good, "ivr.yaml": said}

    def _spoilt(self, name: str, old: str, new: str) -> str:
        text = self._with_lines(FORBIDDEN)[name]
        spoilt = re.sub(old, new, text, count=1, flags=re.MULTILINE)
        assert spoilt != text, f"{name} has no {old}"
        return spoilt

    def _write(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            path = self._works.config / name
            part = path.with_suffix(".part")
            part.write_text(text, "utf-8")
            part.rename(path)

    async def _refused(self) -> int:
        return self._works.service.log.read_text("utf-8").count("config_refused")

    async def _publish(self) -> None:
        """A new version of the tree, for calls that begin from now on."""
        self.version += 1
        name = "trees/internet.yaml"
        marked = ASKED.sub(f"ru: ({self.version}) Подключение", self._good[name], count=1)
        self._good = {**self._good, name: marked}
        self._write(self._good)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ivr", "tree", "publish", "internet"),
            str(self._works.config),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"version {self.version} was not published: {said.decode()}")


def _texts(folder: Path) -> dict[str, str]:
    names = ("ivr.yaml", "people.yaml", "trees/internet.yaml")
    return {name: (folder / name).read_text("utf-8") for name in names}
