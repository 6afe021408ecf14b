"""Promises of sales as a database holds them before the service starts, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from contract.store_backends import escalation
from soak import oracles
from soak.counting import Counts
from soak.evidence import until
from soak.works import Works

from ivr.domain.records import EscalationRecord, EscalationState
from ivr.store.store import SqlStore

AT_REST = frozenset({EscalationState.HUMAN, EscalationState.TALKED, EscalationState.CLOSED})
"""Where machines have nothing more to do for a promise."""


async def keep(
    works: Works, count: int, now: Callable[[], float], due_at: float, first: int = 0
) -> list[EscalationRecord]:
    """Promises of as many clients, made now and due at that time, for a service that is down.

    `first` is how many clients there were before: each has a number of its own.
    """
    made = [_promise(serial, now(), due_at) for serial in range(first, first + count)]

    def save() -> None:
        store = SqlStore.open(works.database, now)
        try:
            for promise in made:
                store.save(promise, confirm=False)
        finally:
            store.close()

    await asyncio.to_thread(save)
    return made


def _promise(serial: int, made_at: float, due_at: float) -> EscalationRecord:
    return escalation(
        f"promise-{serial}",
        call=f"call-{serial}",
        number=f"+7495{2_000_000 + serial}",
        company=f"Клиент {serial}",  # those of one company would be one promise
        how="callback",
        state=EscalationState.CALLBACK,
        made_at=made_at,
        due_at=due_at,
    )


async def rested(works: Works, since: float, seconds: float) -> None:
    """Wait until every promise is kept or with a human."""

    async def owed() -> list[str]:
        promises = await asyncio.to_thread(works.look.escalations_since, since)
        return [promise.id for promise in promises if promise.state not in AT_REST]

    await until(owed, lambda left: not left, "promises are neither kept nor with a human", seconds)


def counted(works: Works, since: float, promises: Iterable[EscalationRecord]) -> Counts:
    """Promises that rest nowhere, and INVITEs that no attempt accounts for."""
    kept = {promise.id: promise.state for promise in works.look.escalations_since(since)}
    return Counts(
        lost=sum(kept.get(promise.id) not in AT_REST for promise in promises),
        dup=oracles.dialled_again(dialled(works), works.look.attempts_since(since)),
    )


def dialled(works: Works) -> Sequence[tuple[str, float]]:
    """Each INVITE to a client: the number and when it came, by the machine's own clock."""
    return [(invite.number, invite.at) for invite in works.trunk.invites]
