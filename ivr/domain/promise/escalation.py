"""One promise to a client: sales takes over, by live transfer or by a callback, and nobody forgets.

The record is committed before anything is done for it. A move that the state does not allow
raises PromiseMoveRefused and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ivr.domain.errors import LinetreeError
from ivr.domain.records import EscalationRecord, EscalationState

KEPT_AFTER = 10.0
"""Seconds of talk between client and sales from which the promise counts as kept."""

_MOVES: dict[EscalationState, frozenset[EscalationState]] = {
    EscalationState.PROMISED: frozenset(
        {
            EscalationState.TRANSFERRING,
            EscalationState.CALLBACK,
            EscalationState.HUMAN,
            EscalationState.CLOSED,
        }
    ),
    EscalationState.TRANSFERRING: frozenset(
        {
            EscalationState.TALKED,
            EscalationState.CALLBACK,
            EscalationState.HUMAN,
            EscalationState.CLOSED,
        }
    ),
    EscalationState.CALLBACK: frozenset(
        {
            EscalationState.DIALLING,
            EscalationState.TALKED,
            EscalationState.HUMAN,
            EscalationState.CLOSED,
        }
    ),
    EscalationState.DIALLING: frozenset(
        {
            EscalationState.TALKED,
            EscalationState.CALLBACK,
            EscalationState.HUMAN,
            EscalationState.CLOSED,
        }
    ),
    EscalationState.TALKED: frozenset(
        {EscalationState.CALLBACK, EscalationState.HUMAN, EscalationState.CLOSED}
    ),
    EscalationState.HUMAN: frozenset({EscalationState.DIALLING, EscalationState.CLOSED}),
    EscalationState.CLOSED: frozenset(),
}


class PromiseMoveRefused(LinetreeError):
    """A promise was asked to go where its state does not lead."""

    def __init__(self, escalation: str, state: EscalationState, wanted: EscalationState) -> None:
        super().__init__(
            f"escalation {escalation} is {state}, and from there it cannot become {wanted}"
        )


@dataclass(slots=True)
class Escalation:
    """The live promise around its record."""

    record: EscalationRecord
    committed: bool = False  # on the disk: only then may anything be done for it
    restored: bool = False  # from before a restart: what happened meanwhile was not seen

    @property
    def kept(self) -> bool:
        """Client and sales have talked long enough: nothing is to be dialled any more."""
        return self.state is EscalationState.TALKED and self.record.talked >= KEPT_AFTER

    @property
    def owed(self) -> bool:
        """Whether sales still has to reach this client."""
        return self.open and self.state is not EscalationState.TALKED

    @property
    def id(self) -> str:
        """The promise's id."""
        return self.record.id

    @property
    def state(self) -> EscalationState:
        """Where the promise stands."""
        return self.record.state

    @property
    def open(self) -> bool:
        """Whether somebody still owes this client something."""
        return self.state is not EscalationState.CLOSED

    def transfer(self) -> None:
        """The caller is on the way to the sales queue."""
        self._move(EscalationState.TRANSFERRING)

    def call_back(self, due_at: float) -> None:
        """Sales owes a call at `due_at`; a number that may not be dialled goes to a human."""
        if not self.record.number:
            self.hand_to_human()
            return
        self._move(EscalationState.CALLBACK, due_at=due_at)

    def hand_to_human(self) -> None:
        """Machines have done what they may; the promise stays open with a person."""
        self._move(EscalationState.HUMAN)

    def dial(self) -> None:
        """An attempt is committed and about to ring the salesperson."""
        self._move(EscalationState.DIALLING, attempts=self.record.attempts + 1)

    def bridged(self, at: float, person: str) -> bool:
        """Client and salesperson talk; False if that was known already."""
        if self.state is EscalationState.TALKED:
            return False
        first = self.record.bridged_at if self.record.bridged_at is not None else at
        owner = self.record.owner or person
        self._move(EscalationState.TALKED, bridged_at=first, owner=owner)
        return True

    def talk_ended(self, talked: float) -> bool:
        """Add seconds of talk; True if client and sales have now talked long enough."""
        total = self.record.talked + talked
        self.record = replace(self.record, talked=total)
        return total >= KEPT_AFTER

    def close(self, at: float, result: str) -> None:
        """The promise has ended with a result."""
        self._move(EscalationState.CLOSED, closed_at=at, result=result)

    def _move(self, wanted: EscalationState, **changes: object) -> None:
        if wanted not in _MOVES[self.state]:
            raise PromiseMoveRefused(self.id, self.state, wanted)
        self.record = replace(self.record, state=wanted, **changes)  # type: ignore[arg-type]
