"""Which action waits for which answer: each is answered, lost or given up exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from panoramisk.actions import Action
from panoramisk.message import Message

from ivr.asterisk.ami_errors import AmiActionIdInUse, AmiLinkLost
from ivr.asterisk.ami_event import AmiEvent, text_of

_ACTION_ID = b"\nActionID: "


@dataclass(frozen=True, slots=True)
class AmiResponse:
    """Asterisk's answer to one action; of a header that is repeated, the first value."""

    action_id: str
    message: str
    headers: Mapping[str, str]

    def get(self, header: str, default: str = "") -> str:
        """The value of a header, in whatever case its name is written."""
        wanted = header.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), default)

    @classmethod
    def of(cls, answer: Message) -> AmiResponse:
        # panoramisk adds a `content` of its own.
        headers = {name: first(value) for name, value in answer.items() if name != "content"}
        return cls(first(answer.actionid), first(answer.message), headers)


@dataclass(slots=True)
class Exchange:
    """One action under way; `events` is where the events of a list are gathered."""

    action: Action
    events: list[AmiEvent] | None
    answer: Message | None = field(default=None)

    def settle(self, answer: Message) -> None:
        if not self.action.future.done():
            self.action.future.set_result(answer)


class Exchanges:
    """The actions that wait, by ActionID."""

    __slots__ = ("_open", "lists")

    def __init__(self) -> None:
        self._open: dict[str, Exchange] = {}
        self.lists: dict[str, Exchange] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, action: Action, *, as_list: bool) -> Exchange:
        """Begin to wait. Raises AmiActionIdInUse."""
        if action.id in self._open:
            raise AmiActionIdInUse(
                f"AMI action {action['Action']}: ActionID {action.id!r} still waits for its "
                "answer; give each action its own"
            )
        exchange = Exchange(action, [] if as_list else None)
        self._open[action.id] = exchange
        if as_list:
            self.lists[action.id] = exchange
        return exchange

    def close(self, action: Action) -> None:
        """Wait no longer; an answer that still comes belongs to nobody."""
        exchange = self._open.get(action.id)
        if exchange is not None and exchange.action is action:
            del self._open[action.id]
            self.lists.pop(action.id, None)

    def answer(self, answer: Message) -> bool:
        """Give a response to its action; False if none waits for it."""
        exchange = self._open.get(first(answer.actionid))
        if exchange is None or exchange.answer is not None:
            return False
        exchange.answer = answer
        if exchange.events is None or not answer.success:
            self.close(exchange.action)
            exchange.settle(answer)
        return True

    def gather(self, name: str, block: bytes) -> bool:
        """Add an event to the list that asked for it; False if none did."""
        exchange = self.lists.get(_action_id(block))
        if exchange is None or exchange.events is None:
            return False
        event = AmiEvent(name, block)
        ending = event.get("EventList").lower()
        if ending.startswith(("complete", "cancel")) or name.endswith("Complete"):
            self.close(exchange.action)
            exchange.settle(exchange.answer or Message({"Response": "Success"}))
        else:
            exchange.events.append(event)
        return True

    def lose(self, reason: str) -> int:
        """Fail all that wait, once and for all; how many there were."""
        waiting, self._open, self.lists = self._open, {}, {}
        for exchange in waiting.values():
            if not exchange.action.future.done():
                exchange.action.future.set_exception(AmiLinkLost(reason, sent=True))
        return len(waiting)


def first(value: str | list[str]) -> str:
    """panoramisk gives a list where a header is repeated."""
    return value if isinstance(value, str) else value[0]


def _action_id(block: bytes) -> str:
    start = block.find(_ACTION_ID)
    if start < 0:
        return ""
    return text_of(block[start + len(_ACTION_ID) :].partition(b"\n")[0])
