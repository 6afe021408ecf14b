"""`python dying.py POINT NTH CONFIG`: the service, which ends as a crash would at a given point.

It is the service's own code, run as `ivr serve` runs it; only what happens at the point is added:
SIGKILL to itself the NTH time that it comes by, so that nothing is flushed, said or closed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from ivr.asterisk.ami_protocol import AmiProtocol
from ivr.asterisk.performing import Performer
from ivr.asterisk.verdicts import Verdicts
from ivr.cli import main
from ivr.domain.commands import DialCallback, GrantClaim
from ivr.domain.records import AttemptRecord
from ivr.store import writer

Killer = Callable[[], None]


def _attempts(group: Any) -> bool:
    return any(isinstance(queued.row, AttemptRecord) for queued in group)


def _claims(group: Any) -> bool:
    return any(isinstance(q.row, AttemptRecord) and q.row.claimed_at for q in group)


def _before(home: Any, name: str, about: Callable[..., bool], die: Killer) -> None:
    """Die just before `home.name` is called with arguments that it is about."""
    inner = getattr(home, name)

    @wraps(inner)
    def dies(*args: Any, **named: Any) -> Any:
        if about(*args):
            die()
        return inner(*args, **named)

    setattr(home, name, dies)


def _after(home: Any, name: str, about: Callable[..., bool], die: Killer) -> None:
    """Die once `home.name` has returned."""
    inner = getattr(home, name)

    @wraps(inner)
    def dies(*args: Any, **named: Any) -> Any:
        result = inner(*args, **named)
        if about(*args):
            die()
        return result

    setattr(home, name, dies)


def _after_answer(home: Any, name: str, about: Callable[..., bool], die: Killer) -> None:
    """Die once what `home.name` awaits has come."""
    inner = getattr(home, name)

    @wraps(inner)
    async def dies(*args: Any, **named: Any) -> Any:
        result = await inner(*args, **named)
        if about(*args):
            die()
        return result

    setattr(home, name, dies)


def _originates(_self: Any, action: Any) -> bool:
    return bool(action.name == "Originate")


def _written(_self: Any, action: Any, *_: Any) -> bool:
    return bool(action["Action"] == "Originate")


def _dials(_self: Any, order: Any) -> bool:
    return isinstance(order, DialCallback)


def _grants(_self: Any, order: Any) -> bool:
    return isinstance(order, GrantClaim)


def _writes_attempt(_connection: Any, group: Any) -> bool:
    return _attempts(group)


def _group_of_attempt(_self: Any, group: Any) -> bool:
    return _attempts(group)


def _group_of_claim(_self: Any, group: Any) -> bool:
    return _claims(group)


def _any(*_: Any) -> bool:
    return True


POINTS: dict[str, Callable[[Killer], None]] = {
    # The attempt: before its transaction, inside it, after it but before anybody is told.
    "attempt_not_written": lambda die: _before(writer.Writer, "_commit", _group_of_attempt, die),
    "attempt_in_transaction": lambda die: _after(writer, "write_group", _writes_attempt, die),
    "attempt_committed": lambda die: _after(writer.Writer, "_kept", _group_of_attempt, die),
    # The order: given, on the wire, answered.
    "order_given": lambda die: _before(Performer, "perform", _dials, die),
    "originate_not_sent": lambda die: _before(AmiProtocol, "send", _written, die),
    "originate_sent": lambda die: _after(AmiProtocol, "send", _written, die),
    "originate_answered": lambda die: _after_answer(Performer, "send", _originates, die),
    # The claim: asked, granted but not said, said, on the disk.
    "claim_asked": lambda die: _before(Verdicts, "claim", _any, die),
    "claim_granted": lambda die: _before(Verdicts, "give", _grants, die),
    "claim_handed_over": lambda die: _after(Verdicts, "give", _grants, die),
    "claim_said": lambda die: _after_answer(Verdicts, "claim", _any, die),
    "claim_committed": lambda die: _after(writer.Writer, "_kept", _group_of_claim, die),
}
"""Where the service may end, in the order in which an attempt comes by."""


def _die_the(nth: int) -> Killer:
    left = nth

    def die() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


if __name__ == "__main__":
    point, nth, config = sys.argv[1:]
    POINTS[point](_die_the(int(nth)))
    main(["serve", config])
