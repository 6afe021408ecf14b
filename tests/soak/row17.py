"""Row 17: members whose phones cannot be reached; the next agent rings soon after each."""

from __future__ import annotations

import socket
from contextlib import closing
from random import Random
from typing import Any

from soak import asterisk_log
from soak.counting import Row
from soak.evidence import QUEUE
from soak.traffic import number_of
from soak.works import Works

from ivr.asterisk.private.processes import LOOPBACK, free_port
from ivr.asterisk.private.sip_log import CallOutcome

AGENTS = 1
RING = 2
"""Seconds that one phone is rung."""

NEXT_WITHIN = RING + 2.0
TALK = (0.2, 0.8)


async def play(seed: int, calls: int) -> Row:
    """One caller after the other; most members are gone, and are put back into the queue."""
    fate = Random(f"{seed} row 17")
    outcomes: list[CallOutcome] = []
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as mute:
        mute.bind((LOOPBACK, 0))
        # Takes everything and says nothing; a port where nobody listens; no address at all.
        gone = {"mute": mute.getsockname()[1], "closed": free_port(), "unknown": None}
        works = Works(AGENTS, _ring, gone=gone, queues=f"[{QUEUE}](+)\ntimeout={RING}\n")
        async with works:
            for name in gone:
                await works.sign_in(name)
            while len(outcomes) < calls:
                number = number_of(len(outcomes) + 1)
                async with works.caller(number=number, talk_s=fate.uniform(*TALK)) as caller:
                    await caller.wait()
                    outcomes += caller.outcomes
                await works.drained()
                # The service has put them on a break, as it should: not so for the next caller.
                for name in gone:
                    await works.asterisk.cli(f"queue unpause member PJSIP/{name} queue {QUEUE}")
            gaps = asterisk_log.gaps_after(works.log(), gone)
            late = sum(gap > NEXT_WITHIN for gap in gaps)
            counts = await works.counts(outcomes, works.over(AGENTS + 3, outcomes), late)
    return Row("17", len(outcomes), f"{len(gaps)} rings of phones that are gone", counts)


def _ring(settings: Any) -> None:
    settings["departments"]["client"]["ring_seconds"] = RING
