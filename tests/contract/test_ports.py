"""Ports for private processes: two of ours that look for free ones never find the same."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import ExitStack, closing, suppress

from ivr.asterisk.private.processes import LOOPBACK, PortCounter, free_port

FEW = 100
TAKES = f"""
import sys
from ivr.asterisk.private.processes import free_port
print(*(free_port(10) for _ in range({FEW})), flush=True)
sys.stdin.read()
"""


async def test_two_processes_that_live_at_once_take_no_port_in_common() -> None:
    """Even before anything listens there: that comes later, and then it would be too late."""
    pipe = asyncio.subprocess.PIPE
    others = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", TAKES, stdin=pipe, stdout=pipe)
        for _ in range(2)
    ]
    taken = []
    for other in others:
        assert other.stdout
        taken.append({int(port) for port in (await other.stdout.readline()).split()})
    for other in others:
        await other.communicate(b"")
    one, two = taken
    assert not one & two
    assert len(one) > FEW // 2, "the same few again and again"


def test_a_port_that_somebody_holds_is_passed_over() -> None:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as held:
            held.bind((LOOPBACK, free_port() + 1))
            assert free_port(3) > held.getsockname()[1]


def test_a_kept_port_is_nobody_elses_once_all_have_been_given_out() -> None:
    """An Asterisk's trunk rings a port where somebody listens in some tests only."""
    kept, other = free_port(keep=True), free_port()
    until_there_again = []
    while other not in until_there_again:
        until_there_again.append(free_port())
    assert kept not in until_there_again


def test_a_share_with_no_room_for_an_asterisk_is_not_the_end() -> None:
    """A few that live long, each with a port here and there, leave no four hundred neighbours."""
    with closing(PortCounter()) as counter, ExitStack() as living:
        counter.take()
        share = counter._share
        for port in share[::350]:
            held = living.enter_context(socket.socket(socket.AF_INET))
            with suppress(OSError):  # somebody else's is as good
                held.bind((LOOPBACK, port))
        assert counter.take(401) not in share
