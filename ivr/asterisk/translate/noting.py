"""What is written into Asterisk's own records of a call, for the reports that an admin has."""

from __future__ import annotations

import re

from ivr.asterisk.translate.action import Action
from ivr.asterisk.translate.phones import Phones
from ivr.domain.commands import FreeLine, NoteOnCall

_ODD = re.compile(r"[^0-9A-Za-z._=:@+-]")
"""Whatever is no id would part fields of queue_log or of a CDR."""

LOG_EVENT = "INFO"
"""The verb in queue_log: readers that do not know what follows it pass it over."""


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


def free_line(order: FreeLine) -> Action:
    """Take the caller's channel out of the group by which the dialplan counts lines."""
    return Action("Setvar", {"Channel": order.channel, "Variable": "GROUP(lines)", "Value": ""})
