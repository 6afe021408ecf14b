"""What is written on a call: into Asterisk's own records of it, and on the caller's channel."""

from __future__ import annotations

import re
from typing import assert_never

from ivr.asterisk.translate.action import Action, set_variables
from ivr.asterisk.translate.phones import Phones
from ivr.domain.commands import AnswerKnown, FreeLine, NoteOnCall

CallNote = NoteOnCall | FreeLine | AnswerKnown

_ODD = re.compile(r"[^0-9A-Za-z._=:@+-]")
"""Whatever is no id would part fields of queue_log or of a CDR."""

LOG_EVENT = "INFO"
"""The verb in queue_log: readers that do not know what follows it pass it over."""


def call_note(order: CallNote, phones: Phones) -> tuple[Action, ...]:
    """What is to be written; a call that has ended meanwhile has no channel for it."""
    match order:
        case NoteOnCall():
            return note_on_call(order, phones)
        case FreeLine():
            # Out of the group by which the dialplan counts lines.
            return set_variables(order.channel, {"GROUP(lines)": ""})
        case AnswerKnown():
            # Without a channel it would be said of every call there is.
            return set_variables(order.channel, {"IVR_KNOWN": "1"}) if order.channel else ()
        case _:
            assert_never(order)


def note_on_call(order: NoteOnCall, phones: Phones) -> tuple[Action, ...]:
    """The CDR's userfield, the call's id and then the words, and one line in queue_log.

    The CDR comes first: it can only be written while the call is on.
    """
    words = [_ODD.sub("", word) for word in order.words]
    line = Action(
        "QueueLog",
        {
            "Queue": order.queue,
            "Event": LOG_EVENT,
            "Uniqueid": order.call,
            "Interface": phones.of(order.person) if order.person else "NONE",
            "Message": "|".join(("linetree", *words)),
        },
    )
    if not order.channel:
        # Without a channel Asterisk would set a global variable.
        return (line,)
    field = {"Channel": order.channel, "Variable": "CDR(userfield)"}
    return Action("Setvar", field | {"Value": ";".join((order.call, *words))}), line
