"""Row 18: the trunk does not bring the client; each promise is tried so often, then a human's."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
from math import ceil
from typing import Any

from soak import promises
from soak.counting import Counts, Row
from soak.row03 import impatient
from soak.works import Works

from ivr.domain.records import EscalationState

SALES = 4
TRIES = 3
SLOWEST = 75.0
"""Seconds of an attempt whose client lets it ring."""

TRUNKS: dict[str, dict[str, Any]] = {
    "408": {"refuse": 408},
    "480": {"refuse": 480},
    "503": {"refuse": 503},
    "no answer": {"answer_s": None},
}


async def play(_seed: int, clients: int, kinds: Collection[str] = tuple(TRUNKS)) -> Row:
    """So many promises on each kind of bad trunk; nothing here hangs on the seed."""
    counts = Counts()
    for kind in kinds:
        counts += await _on(TRUNKS[kind], clients)
    return Row("18", clients * len(kinds), f"a trunk that says {', '.join(kinds)}", counts)


async def _on(trunk: dict[str, Any], clients: int) -> Counts:
    async with Works(1, _settings, sales=SALES, trunk=trunk) as works:
        await works.service.stop()
        made = await promises.keep(works, clients, time.time, time.time())
        await works.service.start()
        await promises.rested(works, works.began, 60.0 + SLOWEST * TRIES * ceil(clients / SALES))
        await works.drained()
        dials = Counter(number for number, _ in promises.dialled(works))
        states = {one.id: one.state for one in works.look.escalations_since(works.began)}
        counts = promises.counted(works, works.began, made)
    return counts + Counts(
        lost=sum(states[one.id] is not EscalationState.HUMAN for one in made),
        diff=sum(dials[one.number] != TRIES for one in made),
    )


def _settings(settings: Any) -> None:
    impatient(settings)
    settings["callbacks"]["attempts"] = TRIES
