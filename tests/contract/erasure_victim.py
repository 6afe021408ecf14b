"""`ivr forget` that tells before each transaction and waits for a word; made to be killed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from ivr.cli import main
from ivr.store.writer import Writer

Done = TypeVar("Done")
run = Writer.run


def told(self: Writer, work: Callable[[Connection], Done]) -> Done:
    """The transaction, once whoever watches has let it go on."""
    print("transaction", flush=True)
    sys.stdin.readline()
    return run(self, work)


Writer.run = told  # type: ignore[method-assign]  # the barrier that this program is for
main(sys.argv[1:])
