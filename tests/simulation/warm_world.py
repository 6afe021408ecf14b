"""Warm transfers in the world: a caller on hold while the agent's phone rings sales and talks.

Asterisk brings everybody on by itself, whoever hangs up, and nobody is on hold for ever. What the
agent does is fate: lets them talk, takes the caller back, hangs up, passes once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulation.world import Caller, World

from ivr.domain.commands import Command, ConsultSales, LetTalk, TakeBack
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallerQueued,
    LegBridged,
    LegEnded,
    LegSeen,
    LegUnbridged,
    LetTalkPressed,
    OutcomeConfirmed,
    PassPressed,
    RingEnd,
    RingStopped,
    TakeBackPressed,
    TransferFailed,
)

LONGEST_HOLD = 120.0
AGAIN = 7.0
"""Seconds after which an agent whose key did nothing tries another."""


@dataclass
class Held:
    """A caller on hold: who consults, and who of sales is rung or talks."""

    agent: str
    sales: str = ""
    talks: bool = False


class WarmWorld(World):
    """The world, with agents who have a word with sales first."""

    def __post_init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.consulted = self.met = self.taken_back = 0
        super().__post_init__()

    def enter(self, person: str, request: str, call: str) -> None:
        kind = self.random.choice(("", "warm", "warm"))
        self.give(OutcomeConfirmed(self.now, person, request, call, "", kind))

    def perform(self, command: Command) -> None:
        match command:
            case ConsultSales(call=call, ring_seconds=ring):
                self.after(0.01, lambda: self.hold(call, ring))
            case LetTalk(call=call):
                self.after(0.01, lambda: self.meet(call))
            case TakeBack(call=call) if call in self.held:
                self.after(0.01, lambda: self.back(call))
            case _:
                super().perform(command)

    # --- what Asterisk does ------------------------------------------------------------------

    def hold(self, call: str, ring: float) -> None:
        """The two do not hear each other any more; the agent's own phone rings sales."""
        caller = self.callers.get(call)
        if caller is None or not caller.alive or not caller.with_person or call in self.held:
            self.give(TransferFailed(self.now, call, "no such channel", "transfer"))
            return
        agent, caller.with_person = caller.with_person, ""
        held = self.held[call] = Held(agent)
        self.consulted += 1
        for leg in (f"t-{call}", f"{agent}-{call}"):
            self.tell(LegUnbridged(self.now, call, leg, f"b-{agent}-{call}"))
        self.after(0.1, lambda: self.ring_for(call, held, ring))
        self.after(LONGEST_HOLD, lambda: self.back(call) if self.still(call, held) else None)
        if self.random.random() < 0.1:
            self.after(self.random.uniform(1, 20), lambda: self.leave(caller, held))

    def still(self, call: str, held: Held) -> bool:
        return self.held.get(call) is held

    def ring_for(self, call: str, held: Held, left: float) -> None:
        """Sales is rung for the agent; the caller is back when nobody takes it."""
        if not self.still(call, held):
            return
        free = [
            p
            for p, one in self.rules.people.items()
            if one.department == "sales" and p not in self.busy
        ]
        if left <= 0 or not free:
            self.back(call)
            return
        held.sales = person = self.random.choice(free)
        self.busy[person] = call
        self.tell(AgentRang(self.now, call, person, "sales", f"{person}-{call}"))
        if self.random.random() < 0.7:
            self.after(1.5, lambda: self.word(call, held))
        else:
            self.after(3.0, lambda: self.silent(call, held, left - 3.0))

    def silent(self, call: str, held: Held, left: float) -> None:
        if self.still(call, held):
            self.stop_ring(call, held)
            self.after(0.1, lambda: self.ring_for(call, held, left))

    def stop_ring(self, call: str, held: Held) -> None:
        person, held.sales = held.sales, ""
        self.busy.pop(person, None)
        self.tell(RingStopped(self.now, call, person, "sales", RingEnd.SILENT))

    def word(self, call: str, held: Held) -> None:
        """Agent and salesperson talk, and the agent will decide."""
        if not self.still(call, held):
            return
        held.talks = True
        theirs, own = f"{held.sales}-{call}", f"{held.agent}-{call}"
        self.tell(AgentAnswered(self.now, call, held.sales, "sales", theirs, own))
        self.tell(LegBridged(self.now, call, theirs, f"c-{call}", held.sales))
        self.tell(LegBridged(self.now, call, own, f"c-{call}", held.agent))
        self.after(self.random.uniform(2, 12), lambda: self.decide(call, held))

    def meet(self, call: str) -> None:
        """Client and salesperson talk, and the agent's phone has left."""
        held = self.held.get(call)
        if held is None or not held.talks:
            self.give(TransferFailed(self.now, call, "no such channel", "meet"))
            return
        del self.held[call]
        self.met += 1
        caller, person = self.callers[call], held.sales
        caller.with_person, caller.with_sales, caller.line = person, True, False
        self.bridge(call, person)
        self.let_go(call, held.agent)
        self.after(self.random.uniform(15, 40), lambda: self.part(caller, person))

    def back(self, call: str) -> None:
        """The caller talks with the agent again; whoever of sales was there is not any more."""
        held = self.held.pop(call, None)
        if held is None:
            self.give(TransferFailed(self.now, call, "no such channel", "back"))
            return
        self.taken_back += 1
        self.let_sales_go(call, held)
        caller, agent = self.callers[call], held.agent
        caller.with_person = agent
        self.bridge(call, agent)
        if self.random.random() < 0.3:
            self.after(2.0, lambda: self.pass_again(caller, agent))
        self.after(self.random.uniform(15, 40), lambda: self.part(caller, agent))

    def bridge(self, call: str, person: str) -> None:
        name = f"d{self.serial}-{call}"
        self.tell(LegBridged(self.now, call, f"{person}-{call}", name, person))
        self.tell(LegBridged(self.now, call, f"t-{call}", name))

    def let_go(self, call: str, person: str) -> None:
        self.busy.pop(person, None)
        self.tell(LegEnded(self.now, call, f"{person}-{call}", 16))

    def let_sales_go(self, call: str, held: Held) -> None:
        if held.talks:
            self.let_go(call, held.sales)
        elif held.sales:
            self.stop_ring(call, held)

    def leave(self, caller: Caller, held: Held) -> None:
        """The caller hangs up on hold: the ring ends, and colleagues who talk part, too."""
        if self.still(caller.id, held):
            self.gone(caller)

    def gone(self, caller: Caller) -> None:
        held = self.held.pop(caller.id, None)
        super().gone(caller)
        if held is not None:
            self.let_sales_go(caller.id, held)
            self.let_go(caller.id, held.agent)

    def see(self, caller: Caller, legs: list[LegSeen], waiting: list[CallerQueued]) -> None:
        held = self.held.get(caller.id)
        if held is None:
            super().see(caller, legs, waiting)
            return
        bridge = f"c-{caller.id}" if held.talks else ""
        shown = [(f"t-{caller.id}", None, ""), (f"{held.agent}-{caller.id}", held.agent, bridge)]
        if held.talks:
            shown.append((f"{held.sales}-{caller.id}", held.sales, bridge))
        for channel, person, of in shown:
            number = "" if person else caller.number
            leg = LegSeen(caller.id, channel, person is None, person, of, number, "", "", "", 1.0)
            legs.append(replace(leg, consults=person is None or person == held.agent))

    # --- what the agent does -----------------------------------------------------------------

    def decide(self, call: str, held: Held) -> None:
        """A key, or somebody hangs up; a key that did nothing is followed by another."""
        if not self.still(call, held):
            return
        request, fate = f"d-{self.serial}", self.random.random()
        if fate < 0.15:
            self.meet(call)  # the agent hangs up: the two of them talk
        elif fate < 0.3:
            self.let_go(call, held.sales)  # sales does: the caller comes back
            held.sales, held.talks = "", False
            self.back(call)
        elif self.linked and fate < 0.75:
            self.give(LetTalkPressed(self.now, held.agent, request, call))
        elif self.linked:
            self.give(TakeBackPressed(self.now, held.agent, request, call))
        self.after(AGAIN, lambda: self.decide(call, held))

    def pass_again(self, caller: Caller, agent: str) -> None:
        if self.linked and caller.with_person == agent:
            kind = self.random.choice(("warm", "straight"))
            self.give(PassPressed(self.now, agent, f"p-{self.serial}", caller.id, kind))
