"""Row 11: nobody at sales takes the caller; each is tried, with music, and then a task is made."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from random import Random
from typing import Any

from soak import oracles
from soak.counting import Counts, Row
from soak.desks import Desks
from soak.row10 import called_later, passed_on, unpromised
from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome

AGENTS = 3
RING = 2
"""Seconds that each phone at sales may ring."""

PHONES: dict[str, dict[str, Any]] = {
    "silent": {"answer_s": None},
    "busy": {"refuse": 486},
    "rejecting": {"refuse": 503},
}
_MUSIC = re.compile(r"Started music on hold, class '[^']*', on channel '([^']+)'")


async def play(seed: int, calls: int, kinds: Collection[str] = tuple(PHONES)) -> Row:
    """So many callers to each kind of a sales department that takes nobody."""
    made, counts = 0, Counts()
    for kind in kinds:
        outcomes, bad = await _to(f"{seed} row 11 {kind}", PHONES[kind], calls)
        made += len(outcomes)
        counts += bad
    return Row("11", made, f"phones at sales {', '.join(kinds)}", counts)


async def _to(seed: str, phone: dict[str, Any], calls: int) -> tuple[list[CallOutcome], Counts]:
    outcomes: list[CallOutcome] = []
    async with (
        Works(
            AGENTS,
            _settings,
            sales=AGENTS,
            sales_phone=phone,
            queues=f"[sales](+)\ntimeout={RING}\n",
        ) as works,
        Desks(works, Random(seed), think=0.2) as desks,
    ):
        while len(outcomes) < calls:
            async with works.caller(number=passed_on(len(outcomes))) as caller:
                outcomes.append(await caller.wait(90.0))
            await works.drained()
            # The service has put them on a break, as it should: not so for the next caller.
            for name in works.sales:
                await works.asterisk.cli(f"queue unpause member PJSIP/{name} queue sales")
        counts = await works.counts(outcomes, works.over(AGENTS, outcomes), 0, desks.promised)
        # A caller who was told that sales will call is let go by us, and that is no loss.
        counts = replace(counts, dropped=abs(counts.dropped - _told(works)))
        counts += Counts(
            lost=await unpromised(works, outcomes),
            stuck=_without_music(works, outcomes),
            diff=_not_all_rung(works, outcomes),
        )
    return outcomes, counts


def _told(works: Works) -> int:
    """Callers to whom the dialplan said that sales will call."""
    return works.log().count("say,1(sales-will-call)")


def _without_music(works: Works, outcomes: list[CallOutcome]) -> int:
    """Callers beyond those to whom Asterisk's log says that music was played."""
    played = _MUSIC.findall(works.log())
    return max(0, len(outcomes) - len(set(played)))


def _not_all_rung(works: Works, outcomes: list[CallOutcome]) -> int:
    """Callers for whom somebody at sales was free and was not rung."""
    rung: dict[str, set[str]] = {}
    for invite in works.sales_phone.invites:
        rung.setdefault(oracles.digits(invite.caller), set()).add(invite.number)
    return sum(
        len(rung.get(oracles.digits(one.invite.caller), ())) < len(works.sales) for one in outcomes
    )


def _settings(settings: Any) -> None:
    called_later(settings)
    settings["transfer"]["ring_seconds"] = RING * (AGENTS + 2)
    settings["departments"]["sales"]["ring_seconds"] = RING
