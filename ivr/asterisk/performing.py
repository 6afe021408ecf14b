"""Carries the core's orders out over AMI, each in a task of its own, never waited for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import assert_never

import structlog

from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_errors import AmiHeaderRefused, AmiLinkLost, AmiRefused, AmiTimeout
from ivr.asterisk.translate import (
    Action,
    BadAttempt,
    CallNote,
    LinkOrder,
    MemberOrder,
    Phones,
    TransferOrder,
    UnknownPerson,
    actions,
    call_note,
    own_actions,
)
from ivr.domain.commands import (
    AddMember,
    AnswerKnown,
    ConsultSales,
    DialCallback,
    EndWrapUp,
    ForgetNote,
    FreeLine,
    HangUpChannel,
    LetTalk,
    NoteOnCall,
    PauseMember,
    ProlongWrapUp,
    RemoveMember,
    TakeBack,
    TransferToSales,
)
from ivr.domain.events import MemberGone, SalesLegFailed, TransferFailed
from ivr.ports import Post

ALREADY_MEMBER = "Already there"
"""What Asterisk answers to a QueueAdd of somebody who is a member of that queue."""

NO_MEMBER = ("Not there", "No such queue", "Interface not found", "Invalid interface")
"""Words of its answers about somebody who is no member of that queue. Source: app_queue.c."""

log = structlog.get_logger()


class Performer:
    """Sends orders; those of one person, or for one channel, one after the other."""

    def __init__(self, link: AmiLink, phones: Phones, post: Post, now: Callable[[], float]) -> None:
        self._link = link
        self._phones = phones
        self._post = post
        self._now = now
        # Orders of an earlier run of the service may still have a timer in Asterisk.
        self._serial = int(now() * 1000)
        self._last: dict[str, asyncio.Task[None]] = {}
        self._swaps: Counter[tuple[str, str]] = Counter()
        self._half_swapped: dict[tuple[str, str], Action] = {}
        self.counts: Counter[str] = Counter()

    def perform(self, order: LinkOrder | CallNote) -> None:
        """Begin an order; its failure is logged, and posted where the core must know."""
        key = _key(order)
        task = asyncio.get_running_loop().create_task(self._after(self._last.get(key), order))
        self._last[key] = task
        task.add_done_callback(lambda done: self._done(key, done))

    async def send(self, action: Action) -> None:
        """Send one action; raises an AmiError."""
        await self._link.action(action.name, action.headers)

    def swapped(self, gone: MemberGone) -> bool:
        """Whether a member left only to be added again at once, which is no departure."""
        key = (gone.person, gone.queue)
        if self._swaps[key] <= 0:
            return False
        self._swaps[key] -= 1
        return True

    def forget_swaps(self) -> None:
        """After a break of the link no event of before is waited for."""
        self._swaps.clear()

    async def end_swaps(self) -> None:
        """Add the members again whose swap a break or a late answer left half done.

        Raises AmiTimeout and AmiLinkLost; who was not added then is added the next time.
        """
        for swap, again in list(self._half_swapped.items()):
            try:
                await self.send(again)
            except (AmiRefused, AmiHeaderRefused) as refused:
                if ALREADY_MEMBER not in str(refused):
                    log.warning("member_not_added_again", person=swap[0], why=str(refused))
            self._half_swapped.pop(swap, None)

    async def settled(self) -> None:
        """Wait until the orders given so far are sent or have failed."""
        if self._last:
            await asyncio.wait(list(self._last.values()))

    async def stop(self) -> None:
        """Leave nothing half begun behind."""
        tasks = list(self._last.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, key: str, task: asyncio.Task[None]) -> None:
        if self._last.get(key) is task:
            del self._last[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("order_broke", key=key, exc_info=error)

    async def _after(self, before: asyncio.Task[None] | None, order: LinkOrder | CallNote) -> None:
        if before is not None:
            await asyncio.wait({before})
        try:
            if isinstance(order, CallNote):
                await self._write_down(order)
            else:
                await self._send(order)
        except (UnknownPerson, BadAttempt, AmiHeaderRefused, AmiRefused) as refused:
            self._failed(order, str(refused), told=True)
        except AmiTimeout as late:
            # Asterisk may have done it all the same: only a transfer is given up by that, for
            # its caller still talks with the agent who must be told.
            self._failed(order, str(late), told=isinstance(order, TransferOrder))
        except AmiLinkLost as lost:
            # What was sent is found in Asterisk as soon as the link is back.
            self._failed(order, str(lost), told=not lost.sent)

    async def _write_down(self, order: CallNote) -> None:
        """A call may have ended since: what is written about it then is no loss."""
        for step in call_note(order, self._phones):
            try:
                await self.send(step)
            except AmiRefused as refused:
                self.counts["not_written_down"] += 1
                log.info("not_written_down", linkedid=order.call, why=str(refused))

    async def _send(self, order: LinkOrder) -> None:
        self._serial += 1
        steps = actions(order, self._phones, self._serial)
        match order:
            case (
                TransferToSales()
                | ConsultSales()
                | LetTalk()
                | TakeBack()
                | HangUpChannel()
                | DialCallback()
                | ForgetNote()
            ):
                for step in steps:
                    await self.send(step)
            case EndWrapUp():
                await self._swap(order, steps)
                await self._in_own_queue(order)
            case AddMember() | RemoveMember():
                self._half_swapped.pop((order.person, order.queue), None)
                await self._member_steps(order, steps)
                await self._in_own_queue(order)
            case _:
                await self._member_steps(order, steps)
                await self._in_own_queue(order)

    async def _in_own_queue(self, order: MemberOrder) -> None:
        """The same in the person's own queue; what it refuses is put right by the next reading."""
        for step in own_actions(order, self._phones):
            try:
                await self.send(step)
            except AmiRefused as refused:
                self.counts["own_queue_refused"] += 1
                log.info("own_queue_refused", person=order.person, why=str(refused))

    async def _swap(self, order: EndWrapUp, steps: Sequence[Action]) -> None:
        """Neither a break nor our own death between leaving and coming back signs anybody out.

        Both actions go out in one piece, so Asterisk has both or none.
        """
        swap = (order.person, order.queue)
        leave = next(n for n, step in enumerate(steps) if step.name == "QueueRemove")
        await self._member_steps(order, steps[:leave])
        self._half_swapped[swap] = steps[-1]
        both = (self._member_step(order, step) for step in steps[leave:])
        for problem in await asyncio.gather(*both, return_exceptions=True):
            if isinstance(problem, BaseException):
                if isinstance(problem, AmiLinkLost) and not problem.sent:
                    del self._half_swapped[swap]
                raise problem
        self._half_swapped.pop(swap, None)

    async def _member_steps(self, order: MemberOrder, steps: Sequence[Action]) -> None:
        for step in steps:
            await self._member_step(order, step)

    async def _member_step(self, order: MemberOrder, step: Action) -> None:
        swap = (order.person, order.queue)
        leaving = isinstance(order, EndWrapUp) and step.name == "QueueRemove"
        if leaving:
            self._swaps[swap] += 1
        try:
            await self.send(step)
        except (AmiHeaderRefused, AmiRefused) as refused:
            if leaving:
                self._swaps[swap] -= 1
            await self._member_refused(order, step, refused)

    async def _member_refused(
        self, order: MemberOrder, step: Action, refused: AmiHeaderRefused | AmiRefused
    ) -> None:
        """The member is there already, or is not there at all: the core hears what is true.

        Any other answer says nothing of the member. A note of the dialplan's is no reason to leave
        a phone as it is, except where that note is what ends the wrap-up: raises AmiRefused.
        """
        match step.name:
            case "QueueAdd" if ALREADY_MEMBER in str(refused):
                paused = isinstance(order, AddMember) and order.paused
                reason = order.reason if isinstance(order, AddMember) else ""
                again = PauseMember(order.person, order.queue, paused, reason)
                for change in actions(again, self._phones, self._serial):
                    await self.send(change)
            case "QueuePenalty" if isinstance(order, PauseMember):
                self.counts["was_no_member"] += 1
            case "QueueRemove" if isinstance(order, EndWrapUp):
                self.counts["was_no_member"] += 1
            case "Setvar" if isinstance(order, ProlongWrapUp):
                raise refused
            case _:
                self.counts["member_order_refused"] += 1
                log.warning("member_order_refused", order=str(order), why=str(refused))
                if any(answer in str(refused) for answer in NO_MEMBER):
                    self._post(MemberGone(self._now(), order.person, order.queue))

    def _failed(self, order: LinkOrder | CallNote, why: str, *, told: bool) -> None:
        self.counts["order_failed"] += 1
        call = order.call if isinstance(order, TransferOrder) else ""
        log.error("order_failed", linkedid=call, order=str(order), why=why)
        if not told:
            return
        match order:
            case TransferToSales() | ConsultSales() | LetTalk() | TakeBack():
                self._post(TransferFailed(self._now(), order.call, why, _step(order)))
            case DialCallback():
                self._post(SalesLegFailed(self._now(), order.attempt))
            case _:
                pass


def _step(order: TransferOrder) -> str:
    match order:
        case TransferToSales() | ConsultSales():
            return "transfer"
        case LetTalk():
            return "meet"
        case TakeBack():
            return "back"
        case _:
            assert_never(order)


def _key(order: LinkOrder | CallNote) -> str:
    match order:
        case TransferToSales() | ConsultSales() | LetTalk() | TakeBack() | HangUpChannel():
            return f"channel {order.channel}"
        case DialCallback():
            return f"attempt {order.attempt}"
        case NoteOnCall() | FreeLine() | AnswerKnown():
            return f"call {order.call}"
        case ForgetNote():
            return "notes"  # after a night alone there may be thousands: one after the other
        case _:
            return f"person {order.person}"
