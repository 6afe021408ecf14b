"""What a run of the demo has to come to, by the script: the tally is held against it."""

from __future__ import annotations

from ivr.demo.script import Ending, cast
from ivr.demo.tally import Tally


def expected(calls: int) -> Tally:
    """The tally of a good run of so many calls."""
    endings = [part.ending for part in cast(calls)]
    gave_up, no_enquiry = endings.count(Ending.GIVES_UP), endings.count(Ending.NO_ENQUIRY)
    return Tally(
        calls=calls,
        answered=calls - gave_up,
        outcomes=calls - gave_up - no_enquiry,
        transferred=endings.count(Ending.TRANSFER),
        called_back=endings.count(Ending.CALLBACK),
        lost=0,
    )
