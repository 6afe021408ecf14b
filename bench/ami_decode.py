"""AMI decoding beside stock panoramisk: the same bytes, the same headers read, CPU time only."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from panoramisk.message import Message

from bench.report import BenchFault, compared, within
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_protocol import AmiProtocol
from ivr.asterisk.ami_state import AmiCounters

ROUNDS = 7
READ = 65_536
"""Bytes that one read of the socket gives under load."""

FILTERED_CALLS = 400
ALL_CALLS = 110
"""Some 5,000 events of the filtered stream a round, and 10,000 of everything."""

BURST = 10_000
BURST_MILLISECONDS = 100.0

GREETING = b"Asterisk Call Manager/9.0.0\r\n"

READS = {
    "QueueCallerJoin": ("Linkedid", "Channel", "Queue", "CallerIDNum", "CallerIDName"),
    "AgentCalled": ("Linkedid", "Queue", "Interface", "MemberName", "DestChannel"),
    "AgentConnect": ("Linkedid", "Queue", "Interface", "MemberName", "DestChannel", "Channel"),
    "QueueMemberStatus": ("Queue", "Interface", "MemberName", "Paused", "Status"),
    "BridgeEnter": ("Linkedid", "Channel", "Uniqueid", "BridgeUniqueid"),
    "BridgeLeave": ("Linkedid", "Channel", "Uniqueid", "BridgeUniqueid"),
    "Hangup": ("Linkedid", "Channel", "Uniqueid", "Cause"),
}
"""The events that a queue call needs, with the headers that are read of each."""


def measure() -> list[dict[str, Any]]:
    """`ami_decode`: events a CPU-second of the filtered stream; `ami_decode_all`: of `read=all`.

    `ami_burst`: milliseconds of CPU for 10,000 events of `read=all`.
    """
    return asyncio.run(_measure())


async def _measure() -> list[dict[str, Any]]:
    logging.getLogger("panoramisk").setLevel(logging.CRITICAL)
    filtered = list(tape(FILTERED_CALLS, everything=False))
    everything = list(tape(ALL_CALLS, everything=True))
    ours, peer = rates(filtered, "filtered")
    ours_all, peer_all = rates(everything, "read=all")
    burst = [BURST / rate * 1000 for rate in ours_all]
    return [
        compared("ami_decode", "events/CPU-s", ours, peer, 1.6, "more"),
        compared("ami_decode_all", "events/CPU-s", ours_all, peer_all, 6.0, "more"),
        within("ami_burst", "ms CPU", burst, BURST_MILLISECONDS),
    ]


def rates(events: list[bytes], what: str) -> tuple[list[float], list[float]]:
    """Events a CPU-second of ours and of stock panoramisk, in interleaved rounds."""
    data = b"".join(events)
    reads = [data[at : at + READ] for at in range(0, len(data), READ)]
    expected = sum(event.split(b"\r\n", 1)[0][7:].decode() in READS for event in events)
    sides: dict[str, list[float]] = {"ours": [], "peer": []}
    for number in range(ROUNDS):
        for side in ("ours", "peer") if number % 2 else ("peer", "ours"):
            heard, feed = linetree() if side == "ours" else panoramisk()
            began = time.process_time()
            for read in reads:
                feed(read)
            sides[side].append(len(events) / (time.process_time() - began))
            if len(heard) != expected:
                raise BenchFault(f"{side} heard {len(heard)} of {expected} events ({what})")
        print(
            f"ami, {what}, round {number + 1} of {ROUNDS}: {len(events)} events,"
            f" {sides['ours'][-1]:,.0f} ours, {sides['peer'][-1]:,.0f} panoramisk",
            file=sys.stderr,
        )
    return sides["ours"], sides["peer"]


Feed = Callable[[bytes], None]


def linetree() -> tuple[list[str], Feed]:
    """Our protocol, with a handler that reads what the product reads."""
    heard: list[str] = []

    def handle(event: AmiEvent) -> None:
        heard.append("".join([event.get(header) for header in READS[event.name]]))

    protocol = AmiProtocol(READS, handle, AmiCounters())
    protocol.data_received(GREETING)
    return heard, protocol.data_received


def panoramisk() -> tuple[list[str], Feed]:
    """Stock panoramisk, with callbacks for the same events that read the same."""
    heard: list[str] = []

    def handle(_: Manager, event: Message) -> None:
        heard.append("".join([event[header] for header in READS[event["Event"]]]))

    manager = Manager(loop=asyncio.get_running_loop())
    for name in READS:
        manager.register_event(name, handle)
    protocol = AMIProtocol()
    protocol.connection_made(asyncio.Transport())
    protocol.factory = manager
    protocol.encoding = "utf8"
    protocol.data_received(GREETING)
    protocol.queue.clear()
    return heard, protocol.data_received


def tape(calls: int, *, everything: bool) -> Iterator[bytes]:
    """The events of queue calls, in kind, number and size as Asterisk 22 sends them.

    One call: 13 events and 6 KB where they are filtered, about 90 and 38 KB with `read=all`.
    """
    for number in range(calls):
        caller, agent = Leg("trunk", number, 1), Leg("101", number, 2)
        yield from _arrival(caller, everything)
        yield from _ringing(caller, agent, everything)
        yield from _talk(caller, agent, everything)
        yield from _end(caller, agent, everything)


class Leg:
    """One channel, with the fifteen headers that Asterisk writes of it in each event."""

    def __init__(self, endpoint: str, call: int, leg: int) -> None:
        self.channel = f"PJSIP/{endpoint}-{call * 2 + leg:08x}"
        self.uniqueid = f"179000{call:04d}.{call * 2 + leg}"
        self.linkedid = f"179000{call:04d}.{call * 2 + 1}"

    def headers(self, prefix: str = "") -> list[str]:
        given = {
            "Channel": self.channel,
            "ChannelState": "6",
            "ChannelStateDesc": "Up",
            "CallerIDNum": "+74950000051",
            "CallerIDName": "ООО «Вектор»",
            "ConnectedLineNum": "<unknown>",
            "ConnectedLineName": "<unknown>",
            "Language": "ru",
            "AccountCode": "",
            "Context": "ivr-entry",
            "Exten": "74950000001",
            "Priority": "12",
            "Uniqueid": self.uniqueid,
            "Linkedid": self.linkedid,
        }
        return [f"{prefix}{name}: {value}" for name, value in given.items()]


def line(name: str, privilege: str, *headers: str) -> bytes:
    text = "\r\n".join([f"Event: {name}", f"Privilege: {privilege},all", *headers])
    return f"{text}\r\n\r\n".encode()


def _member(status: str) -> bytes:
    return line(
        "QueueMemberStatus",
        "agent",
        "Queue: client",
        "MemberName: anna",
        "Interface: PJSIP/101",
        "StateInterface: PJSIP/101",
        "Membership: dynamic",
        "Penalty: 0",
        "CallsTaken: 17",
        "LastCall: 1790000000",
        "LastPause: 0",
        "LoginTime: 1789990000",
        f"InCall: {int(status == '2')}",
        f"Status: {status}",
        "Paused: 0",
        "PausedReason: ",
        "Ringinuse: 0",
        "Wrapuptime: 30",
    )


def _variables(leg: Leg, first: int, count: int) -> Iterator[bytes]:
    for number in range(first, first + count):
        name, value = f"Variable: IVR_STEP_{number}", f"Value: {number * 7919}"
        yield line("VarSet", "dialplan", *leg.headers(), name, value)


def _steps(leg: Leg, count: int) -> Iterator[bytes]:
    for number in range(count):
        data = f"AppData: IVR_STEP_{number}=1"
        yield line("Newexten", "dialplan", *leg.headers(), "Extension: s", "Application: Set", data)


def _arrival(caller: Leg, everything: bool) -> Iterator[bytes]:
    if everything:
        yield line("Newchannel", "call", *caller.headers())
        yield from _steps(caller, 8)
        yield from _variables(caller, 0, 26)
        yield line("Newstate", "call", *caller.headers())
        yield from (
            line("TestEvent", "reporting", "Type: StateChange", "State: X") for _ in "12345"
        )
    yield line(
        "QueueCallerJoin", "agent", *caller.headers(), "Queue: client", "Position: 1", "Count: 1"
    )


def _ringing(caller: Leg, agent: Leg, everything: bool) -> Iterator[bytes]:
    both = [*caller.headers(), *agent.headers("Dest")]
    member = ["Queue: client", "Interface: PJSIP/101", "MemberName: anna"]
    if everything:
        yield line("Newchannel", "call", *agent.headers())
        yield from _variables(agent, 26, 8)
        yield line("DialBegin", "call", *both, "DialString: 101")
        yield line("DeviceStateChange", "call", "Device: PJSIP/101", "State: RINGING")
    yield _member("6")
    yield line("AgentCalled", "agent", *both, *member)
    if everything:
        yield line("DialEnd", "call", *both, "DialStatus: ANSWER")
        yield line("DeviceStateChange", "call", "Device: PJSIP/101", "State: INUSE")
        yield line("QueueCallerLeave", "agent", *caller.headers(), "Queue: client", "Position: 1")
    yield _member("2")
    yield line("AgentConnect", "agent", *both, *member, "HoldTime: 2", "RingTime: 2")


def _talk(caller: Leg, agent: Leg, everything: bool) -> Iterator[bytes]:
    bridge = [
        "BridgeUniqueid: 00000000-0000-4000-8000-000000000001",
        "BridgeType: basic",
        "BridgeTechnology: simple_bridge",
        "BridgeCreator: <unknown>",
        "BridgeName: <unknown>",
        "BridgeNumChannels: 2",
        "BridgeVideoSourceMode: none",
    ]
    if everything:
        yield line("BridgeCreate", "call", *bridge)
        yield from _variables(caller, 34, 6)
        yield from (line("TestEvent", "reporting", "Type: StateChange", "State: Y") for _ in "1234")
    for leg in (caller, agent):
        yield line("BridgeEnter", "call", *bridge, *leg.headers())
    for leg in (agent, caller):
        yield line("BridgeLeave", "call", *bridge, *leg.headers())
    if everything:
        yield line("BridgeDestroy", "call", *bridge)


def _end(caller: Leg, agent: Leg, everything: bool) -> Iterator[bytes]:
    if everything:
        yield from _variables(caller, 40, 6)
        yield line("AgentComplete", "agent", *caller.headers(), "Queue: client", "TalkTime: 180")
        yield line("HangupRequest", "call", *caller.headers(), "Cause: 16")
        yield line("SoftHangupRequest", "call", *agent.headers(), "Cause: 16")
    for leg in (agent, caller):
        yield line("Hangup", "call", *leg.headers(), "Cause: 16", "Cause-txt: Normal Clearing")
        yield _member("1")
