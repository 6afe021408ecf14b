"""One promise to a client: sales takes over, by live transfer or by a callback, and nobody forgets.

The record is committed before anything is done for it. A move that the state does not allow
raises PromiseMoveRefused and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ivr.domain.errors import LinetreeError
from ivr.domain.events import DealingsKnown
from ivr.domain.promise.joining import NO_TIME, asked_by, calls_of, enquiries, joined, numbers_of
from ivr.domain.promise.uniting import united
from ivr.domain.records import (
    Agreed,
    AttemptRecord,
    EscalationRecord,
    EscalationState,
    Plain,
    Result,
)

KEPT_AFTER = 10.0
"""Seconds of talk between client and sales from which the promise counts as kept."""

_S = EscalationState
_MOVES: dict[EscalationState, frozenset[EscalationState]] = {
    _S.PROMISED: frozenset({_S.TRANSFERRING, _S.CALLBACK, _S.HUMAN, _S.CLOSED}),
    _S.TRANSFERRING: frozenset({_S.TALKED, _S.CALLBACK, _S.HUMAN, _S.CLOSED}),
    _S.CALLBACK: frozenset(
        {_S.CALLBACK, _S.TRANSFERRING, _S.DIALLING, _S.TALKED, _S.HUMAN, _S.CLOSED}
    ),
    _S.DIALLING: frozenset({_S.TRANSFERRING, _S.TALKED, _S.CALLBACK, _S.HUMAN, _S.CLOSED}),
    # Talked, and the result is owed: the client may ring again, or be called again.
    _S.TALKED: frozenset(
        {_S.PROMISED, _S.TRANSFERRING, _S.DIALLING, _S.CALLBACK, _S.HUMAN, _S.CLOSED}
    ),
    _S.HUMAN: frozenset(
        {_S.HUMAN, _S.PROMISED, _S.TRANSFERRING, _S.DIALLING, _S.CALLBACK, _S.TALKED, _S.CLOSED}
    ),
    _S.CLOSED: frozenset(),
}


class PromiseMoveRefused(LinetreeError):
    """A promise was asked to go where its state does not lead."""

    def __init__(self, escalation: str, state: EscalationState, wanted: EscalationState) -> None:
        super().__init__(
            f"escalation {escalation} is {state}, and from there it cannot become {wanted}"
        )


Watch = Callable[[EscalationRecord, EscalationRecord], None]
"""Told of each change: the record before and the record now."""


@dataclass(frozen=True, slots=True)
class Passing:
    """One caller who goes to sales once the enquiry is on the disk, and how."""

    call: str
    how: str
    kind: str = ""  # of a live transfer: straight or warm, "" as is usual


class Escalation:
    """The live promise around its record."""

    __slots__ = (
        "_record",
        "asked",
        "committed",
        "dealings",
        "passing",
        "restored",
        "talks",
        "tried",
        "watch",
    )

    def __init__(
        self, record: EscalationRecord, committed: bool = False, restored: bool = False
    ) -> None:
        self._record = record
        self.committed = committed  # on the disk: only then may anything be done for it
        self.restored = restored  # from before a restart: what happened meanwhile was not seen
        self.tried: list[AttemptRecord] = []  # attempts that have ended, the oldest first
        self.asked = False  # whether the database was asked for them
        self.dealings: DealingsKnown | None = None  # what there was with this client before
        # What each commit that is awaited is for, in the disk's order; None passes nobody.
        self.passing: tuple[Passing | None, ...] = ()
        self.talks: dict[str, float] = {}  # since when who talks with sales: a call, an attempt
        self.watch: Watch | None = None

    @property
    def record(self) -> EscalationRecord:
        """What the database keeps of it."""
        return self._record

    @record.setter
    def record(self, record: EscalationRecord) -> None:
        before, self._record = self._record, record
        if self.watch is not None:
            self.watch(before, record)

    @property
    def kept(self) -> bool:
        """Client and sales have talked long enough: only the result is still owed."""
        return self.state is EscalationState.TALKED and self.record.counted >= KEPT_AFTER

    @property
    def owed(self) -> bool:
        """Whether sales still has to reach this client."""
        return self.open and self.state is not EscalationState.TALKED

    @property
    def talk_since(self) -> float | None:
        """Since when somebody of the client talks with sales, None while nobody does."""
        return min(self.talks.values(), default=None)

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

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls out of which it came, the newest first."""
        return calls_of(self.record)

    @property
    def due_agreed_by(self) -> str:
        """Who has named the time at which the next try is due, "" for nobody."""
        record = self.record
        return record.agreed_by if record.due_at == record.promised_at else ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of all who asked, the newest first."""
        return numbers_of(self.record)

    def transfer(self) -> None:
        """The caller is on the way to the sales queue."""
        self._move(EscalationState.TRANSFERRING)

    def call_back(self, due_at: float) -> None:
        """Sales owes a call at `due_at`; a number that may not be dialled goes to a human."""
        if not self.record.number:
            self.hand_to_human()
            return
        promised = self.record.promised_at
        promised = due_at if promised is None else promised
        self._move(EscalationState.CALLBACK, due_at=due_at, promised_at=promised)

    def agree(self, at: float, due_at: float, by: Agreed) -> None:
        """The client agreed to this time: it counts anew, as do the tries and the talk."""
        self.wish(at, due_at, by)
        self.call_back(due_at)

    def wish(self, at: float, due_at: float, by: Agreed) -> None:
        """The client has named this time, whatever is being done just now."""
        self.record = replace(
            self.record,
            due_at=due_at,
            promised_at=due_at,
            agreed_by=by.value,
            agreed_at=at,
            attempts=0,
            counted=0.0,
            bridged_at=None,
        )

    def hand_to_human(self) -> None:
        """Machines have done what they may; the promise stays open with a person."""
        self._move(EscalationState.HUMAN)

    def dial(self) -> None:
        """An attempt is committed and about to ring the salesperson."""
        self._move(EscalationState.DIALLING)

    def dialled(self) -> None:
        """The client is being dialled, which is what the limit counts."""
        self.record = replace(self.record, attempts=self.record.attempts + 1)

    def bridged(self, at: float, person: str, by: str) -> bool:
        """Client and salesperson talk by this call or attempt; False if they did already."""
        self.talks.setdefault(by, at)
        if self.state is EscalationState.TALKED:
            return False
        first = self.record.bridged_at if self.record.bridged_at is not None else at
        owner = person or self.record.owner
        self._move(EscalationState.TALKED, bridged_at=first, owner=owner)
        return True

    def talk_ended(self, talked: float, by: str) -> bool:
        """Add seconds of talk; True if client and sales have talked long enough, or still talk."""
        self.talks.pop(by, None)
        counted = self.record.counted + talked
        self.record = replace(self.record, talked=self.record.talked + talked, counted=counted)
        return counted >= KEPT_AFTER or bool(self.talks)

    def was_no_talk(self, talked: float) -> None:
        """So many seconds of it were with a machine: they do not count, nor does it as heard."""
        counted = max(0.0, self.record.counted - talked)
        bridged_at = self.record.bridged_at if counted else None
        self.record = replace(self.record, counted=counted, bridged_at=bridged_at)

    @property
    def heard(self) -> bool:
        """Whether the client has talked with sales about this, however shortly."""
        return self.record.bridged_at is not None or self.record.counted > 0

    def may_end(self, at: float, result: Result) -> bool:
        """Whether the talks so far bear this result, one that is still on included.

        A refusal needs a human who was told, not ten seconds. Where a talk ended unseen, because
        the service was away, the word of who talked is all there is.
        """
        if result is Result.REFUSED:
            return self.heard
        unseen = self.state is EscalationState.HUMAN and self.record.counted == 0
        if unseen and self.record.bridged_at is not None:
            return True
        talking = at - self.talk_since if self.talk_since is not None else 0.0
        return self.record.counted + talking >= KEPT_AFTER

    def close(self, at: float, result: Result, by: str, **more: str) -> None:
        """The promise has ended with a result; `more` are fields of the record."""
        self._move(EscalationState.CLOSED, closed_at=at, result=result.value, closed_by=by, **more)

    def join(self, newer: EscalationRecord) -> None:
        """A later enquiry of the same client: it comes first, and what was known is kept.

        Where everything was done, it is to be done anew; a time that was promised and is not kept
        stays promised, unless another is wished for.
        """
        before = self.record
        if self.state is EscalationState.TALKED:
            self._move(EscalationState.PROMISED, **NO_TIME)
        if self.state is EscalationState.HUMAN:
            self._move(EscalationState.PROMISED)
        if self.state is not before.state:
            self.record = replace(self.record, counted=0.0, attempts=0, bridged_at=None)
            self.committed = False
        self.record = joined(self.record, newer, enquiries(before))
        if newer.due_at is not None:
            self.wish(newer.made_at, newer.due_at, Agreed.AGENT)

    def unite(self, later: Escalation) -> None:
        """A promise of the same company joins this one, with all that is under way for it.

        One whose enquiries are here already joined in a former life of the service.
        """
        if not set(later.calls) <= set(self.calls):
            self.record = united(self.record, later.record)
        self.passing += later.to_pass
        self.tried = sorted((*self.tried, *later.tried), key=lambda one: one.made_at)
        self.committed = self.committed and later.committed
        self.restored = self.restored or later.restored
        self.talks |= later.talks
        self.asked, self.dealings = False, None

    @property
    def to_pass(self) -> tuple[Passing, ...]:
        """Whose commit is awaited."""
        return tuple(one for one in self.passing if one is not None)

    def leave(self, call: str) -> None:
        """An enquiry that joined is none of this client's: the others stay as they were."""
        self.record = asked_by(self.record, _but(self.record, call))
        self.passing = tuple(one if one and one.call != call else None for one in self.passing)

    def stay_with(self, call: str, id: str) -> EscalationRecord:
        """Only this enquiry stays here; a promise for all the others, which is owed anew."""
        old = self.record
        mine = [one for one in enquiries(old) if one["call"] == call]
        self.record = asked_by(old, mine)
        self.passing = tuple(one if one and one.call == call else None for one in self.passing)
        return replace(
            asked_by(old, _but(old, call)),
            id=id,
            state=EscalationState.PROMISED,
            bridged_at=None,
            talked=0.0,
            counted=0.0,
            attempts=0,
            meeting="",
            result="",
            result_note="",
            next_step="",
            closed_at=None,
            closed_by="",
            close_reason="",
        )

    def _move(self, wanted: EscalationState, **changes: object) -> None:
        if wanted not in _MOVES[self.state]:
            raise PromiseMoveRefused(self.id, self.state, wanted)
        self.record = replace(self.record, state=wanted, **changes)  # type: ignore[arg-type]


def _but(record: EscalationRecord, call: str) -> list[dict[str, Plain]]:
    return [one for one in enquiries(record) if one["call"] != call]
