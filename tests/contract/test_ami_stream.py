"""Bytes into events: however they are cut, torn, mixed up or blown up."""

from __future__ import annotations

import asyncio
import gc
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from contract.ami_peer import BANNER, WANTED, event
from hypothesis import given
from hypothesis import strategies as st

from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_protocol import AmiProtocol
from ivr.asterisk.ami_state import AmiCounters
from ivr.asterisk.ami_stream import LARGEST_BLOCK, AmiStream

TORN = Path(__file__).parent / "cases" / "ami_torn.bin"

HANGUP = event("Hangup", "Channel: PJSIP/trunk-00000041", "Uniqueid: 1790000005.41", "Cause: 16")


class Wire:
    """A connection of which the test writes the bytes."""

    def __init__(self, wanted: frozenset[str] = WANTED) -> None:
        self.events: list[AmiEvent] = []
        self.counters = AmiCounters()
        self.protocol = AmiProtocol(wanted, self.events.append, self.counters)
        self.protocol.data_received(BANNER)

    def feed(self, *reads: bytes) -> None:
        for read in reads:
            self.protocol.data_received(read)

    def heard(self) -> list[str]:
        return [one.get("Uniqueid") for one in self.events]


@pytest.fixture
async def wire() -> Wire:
    return Wire()


class Pipe(asyncio.Transport):
    """Keeps each piece that is written."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def is_closing(self) -> bool:
        return False


async def test_what_is_sent_in_one_turn_goes_out_in_one_piece(wire: Wire) -> None:
    pipe = Pipe()
    wire.protocol.connection_made(pipe)
    wire.protocol.send({"Action": "QueueRemove", "ActionID": "1"})
    wire.protocol.send({"Action": "QueueAdd", "ActionID": "2"})
    await asyncio.sleep(0)
    wire.protocol.send({"Action": "Ping", "ActionID": "3"})
    await asyncio.sleep(0)
    first, second = pipe.pieces
    assert [first.count(b"Action: QueueRemove"), first.count(b"Action: QueueAdd")] == [1, 1]
    assert b"Action: Ping" in second


async def test_torn_and_merged_blocks_end_no_call_of_somebody_else(wire: Wire) -> None:
    wire.feed(TORN.read_bytes())
    assert [one.name for one in wire.events] == ["BridgeEnter", "Hangup"]
    assert wire.heard() == ["1790000001.11", "1790000004.31"]
    assert wire.counters.dropped_malformed == 2
    assert wire.counters.dropped_unknown == 1


async def test_torn_blocks_read_one_byte_at_a_time_give_the_same(wire: Wire) -> None:
    wire.feed(*(bytes([byte]) for byte in TORN.read_bytes()))
    assert wire.heard() == ["1790000001.11", "1790000004.31"]
    assert wire.counters.dropped_malformed == 2


async def test_utf8_cut_in_the_middle_of_a_letter_arrives_whole(wire: Wire) -> None:
    data = event("AgentConnect", "CallerIDName: ООО «Вектор»", "Uniqueid: 1.1")
    cut = data.index("«".encode()) + 1
    wire.feed(data[:cut], data[cut:])
    assert wire.events[0].get("CallerIDName") == "ООО «Вектор»"


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\r\n\n", b"\n\r\n", b"\r\n\r\n\r\n"])
async def test_events_with_mixed_line_ends_do_not_merge(wire: Wire, end: bytes) -> None:
    first, second = (HANGUP.replace(b".41", b".%d" % n).removesuffix(b"\r\n\r\n") for n in (1, 2))
    wire.feed(first + end + second + end + HANGUP)
    assert wire.heard() == ["1790000005.1", "1790000005.2", "1790000005.41"]
    assert wire.counters.dropped_malformed == 0


async def test_a_header_before_a_bare_line_feed_keeps_its_value(wire: Wire) -> None:
    wire.feed(b"Event: Hangup\nChannel: PJSIP/1\nUniqueid: 1.1\n\n")
    assert wire.events[0].headers() == {
        "Event": "Hangup",
        "Channel": "PJSIP/1",
        "Uniqueid": "1.1",
    }


@pytest.mark.parametrize(
    "block",
    [
        b"Event: Hangup\r\nUniqueid: 1.1\r\nEvent: Newexten\r\nUniqueid: 1.1",
        b"Event: Hangup\r\nPrivEvent: Newexten\r\nPrivilege: dialplan,all\r\nUniqueid: 1.1",
        b"Event: Hangup\r\nPrivilege: caEvent: X\r\nPrivilege: call,all\r\nUniqueid: 1.1",
        b"Event: Hangup\r\nUniqueid: 1.1\r\nUniqueid: 1.2",
        b"Event: Hangup\r\nLinkedid: 1.1\r\nLinkedid: 1.2",
        b"Event: UserEvent\r\nChannel: PJSIP/1\r\nUserEvent: Ivr\r\nChannel: PJSIP/2",
        b"Response: Success\r\nActionID: a\r\nActionID: b",
        b"a line without a colon",
        b"ail of something: x\r\nEvent: Hangup\r\nUniqueid: 1.1",
    ],
)
async def test_a_block_that_contradicts_itself_is_dropped_and_counted(
    wire: Wire, block: bytes
) -> None:
    wire.feed(block + b"\r\n\r\n" + HANGUP)
    assert wire.heard() == ["1790000005.41"]
    assert wire.counters.dropped_malformed == 1


async def test_a_header_repeated_with_the_same_value_is_no_contradiction(wire: Wire) -> None:
    wire.feed(b"Event: Hangup\r\nUniqueid: 1.1\r\nUniqueid: 1.1\r\n\r\n")
    assert wire.heard() == ["1.1"]


async def test_a_user_event_is_not_taken_for_a_torn_one(wire: Wire) -> None:
    wire.feed(event("UserEvent", "Uniqueid: 1.1", "UserEvent: IvrTalked", "Talked: 1"))
    assert wire.events[0].get("UserEvent") == "IvrTalked"


async def test_unwanted_events_are_dropped_and_counted(wire: Wire) -> None:
    wire.feed(event("VarSet", "Variable: X", "Value: 1") * 3 + HANGUP)
    assert wire.heard() == ["1790000005.41"]
    assert wire.counters.dropped_unknown == 3


async def test_a_name_that_only_begins_like_a_wanted_one_is_unknown(wire: Wire) -> None:
    wire.feed(event("HangupRequest", "Uniqueid: 1.1") + b"Event: Hangu\r\n\r\nEvent: \r\n\r\n")
    assert wire.events == []
    assert wire.counters.dropped_unknown == 3


async def test_a_megabyte_of_event_costs_that_event_only(wire: Wire) -> None:
    huge = event("Hangup", "Uniqueid: 9.9", "Reason: " + "x" * 1_000_000)
    reads = [huge[at : at + 65_536] for at in range(0, len(huge), 65_536)]
    wire.feed(HANGUP, *reads, HANGUP)
    assert wire.heard() == ["1790000005.41"] * 2
    assert wire.counters.dropped_too_large == 1


async def test_a_large_block_in_one_read_is_dropped_too(wire: Wire) -> None:
    wire.feed(event("Hangup", "Reason: " + "x" * LARGEST_BLOCK) + HANGUP)
    assert wire.heard() == ["1790000005.41"]
    assert wire.counters.dropped_too_large == 1


async def test_a_line_without_end_is_held_in_bounded_memory() -> None:
    stream = AmiStream()
    for _ in range(200):
        assert stream.feed(b"x" * 65_536) == []
        assert len(stream.rest()) <= LARGEST_BLOCK
    assert stream.oversized == 1
    assert stream.feed(b"end\r\n\r") == []
    assert stream.feed(b"\n" + HANGUP) == [HANGUP.removesuffix(b"\n\r\n")]


async def test_a_hundred_thousand_events_leave_memory_flat() -> None:
    protocol = AmiProtocol(WANTED, lambda heard: None, AmiCounters())
    protocol.data_received(BANNER)
    read = (event("VarSet", "Variable: X", "Value: 1") * 9 + HANGUP) * 100
    protocol.data_received(read)
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(100):
        protocol.data_received(read)
    gc.collect()
    assert sys.getallocatedblocks() - before < 500


async def test_an_event_cut_off_by_the_end_is_counted(wire: Wire) -> None:
    wire.feed(HANGUP + HANGUP[:-9])
    wire.protocol.connection_lost(None)
    assert len(wire.events) == 1
    assert wire.counters.dropped_malformed == 1


async def test_a_defect_in_a_handler_costs_one_event() -> None:
    heard: list[AmiEvent] = []

    def broken(one: AmiEvent) -> None:
        heard.append(one)
        raise ValueError(one.name)

    counters = AmiCounters()
    protocol = AmiProtocol(WANTED, broken, counters)
    protocol.data_received(BANNER + HANGUP * 3)
    assert len(heard) == 3
    assert counters.handler_errors == 3
    assert counters.delivered == 0


@pytest.mark.parametrize("raw", [b"\xd0\x9e\xd0", b"\xff\xfe", b"\xed\xa0\x80", b"\xcf\xe2"])
async def test_bytes_that_are_no_text_are_read_as_escapes(wire: Wire, raw: bytes) -> None:
    wire.feed(b"Event: Hangup\r\nCallerIDName: " + raw + b"\r\nUniqueid: 1.1\r\n\r\n")
    name = wire.events[0].get("CallerIDName")
    assert "\\x" in name
    assert "�" not in name
    assert name.encode().decode() == name


async def test_reading_a_header_minds_no_case_and_never_raises(wire: Wire) -> None:
    wire.feed(b"Event: Hangup\r\nUniqueid: 1.1\r\nno colon here\r\nEmpty: \r\nBare:\r\n\r\n")
    heard = wire.events[0]
    assert heard.get("uniqueID") == "1.1"
    assert heard.get("Empty") == heard.get("bare") == heard.get("Absent") == ""
    assert heard.get("Absent", "-") == "-"
    assert heard.get("no colon here", "-") == "-"
    assert heard.get("Ключ", "-") == "-"


@given(cuts=st.lists(st.integers(min_value=0, max_value=2000), max_size=40))
def test_where_the_reads_end_changes_nothing(cuts: list[int]) -> None:
    data = TORN.read_bytes() + b"\n" + HANGUP.replace(b"\r\n", b"\n") + HANGUP
    whole, pieces = AmiStream(), AmiStream()
    ends = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    blocks: list[bytes] = []
    for start, end in pairwise(ends):
        blocks += pieces.feed(data[start:end])
    assert blocks == whole.feed(data)
    assert pieces.rest() == whole.rest()
