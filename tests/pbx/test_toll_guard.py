"""The dialplan's own toll guard: ten thousand hostile numbers, and not one INVITE."""

from __future__ import annotations

import asyncio
import itertools
import random
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import phonenumbers
import pytest
from pbx_company import comes_true, company
from phonenumbers import PhoneNumberType

from ivr.asterisk.private.processes import LOOPBACK
from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Trunk
from ivr.domain.commands import DialCallback, GrantClaim
from ivr.domain.events import ClaimAsked, ClientLegEnded, DialResult, Event

HOSTILE = 10_000
BATCH = 90  # their list must fit into one variable of Asterisk
GOOD = ("+74951234567", "+78121234567", "+79161234567", "+78001234567", "+73431234567")
FORBIDDEN = (
    "+78091234567",
    "+78031234567",
    "+79541234567",
    "+78402234567",
    "+79407712345",
    "+77011234567",
    "+76011234567",
    "+18761234567",
    "+881612345678",
    "+97912345678",
    "+74951234567;ext=9",
    "+7495123456",
    "+749512345678",
    "74951234567",
    "112",
    "+7112",
    "*21*+74951234567#",
    "+7495123456７",
    "+74951234567&PJSIP/x",
    "+7495123(4567",
    "${SHELL(id)}",
    "$[1/0]",
    "",
)
_KINDS = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE}
_serial = itertools.count(1)


def allowed_by_the_plan(number: str) -> bool:
    """What the numbering plan says: a valid Russian number of a kind that may be dialled."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    plain = number == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    russian = phonenumbers.region_code_for_number(parsed) == "RU"
    kind = phonenumbers.number_type(parsed)
    dearer = number.startswith(("+7954", "+7840", "+7940"))
    return plain and russian and kind in _KINDS and not dearer


def hostile(count: int, seed: int = 7) -> Iterator[str]:
    """Numbers that must not be dialled: foreign, premium, short, long, and spoilt ones."""
    dice = random.Random(seed)
    spoilers = (";ext=1", "&x", "#", "*", ",1", "w9", " ", "/s", "@x", "-", "p1", ")", "${X}")
    made = 0
    while made < count:
        digits = "".join(dice.choices("0123456789", k=dice.randint(2, 17)))
        kind = dice.randrange(4)
        number = (
            f"+{digits}",
            digits,
            f"+7{dice.choice(('803', '809', '954', '840', '940', '7', '6', '808', '112'))}{digits}",
            dice.choice(GOOD)[: dice.randint(3, 12)] + dice.choice(spoilers) + digits[:3],
        )[kind]
        if not allowed_by_the_plan(number):
            made += 1
            yield number


LISTED = """\
[{name}]
exten => s,1,Answer()
 same => n,Wait(300)
exten => check,1,Set(SAID=)
 same => n(next),GotoIf($["${{ASKED}}" = ""]?done)
 same => n,Set(IVR_DIAL=${{BASE64_DECODE(${{CUT(ASKED,-,1):1}})}})
 same => n,Set(ASKED=${{CUT(ASKED,-,2-)}})
 same => n,Gosub(ivr-toll,s,1)
 same => n,Set(SAID=${{SAID}}${{GOSUB_RETVAL:0:1}})
 same => n,Goto(next)
 same => n(done),Return()
"""
"""Asks the guard for each number of a list; in base64, so that nothing but the guard reads it."""


@dataclass
class Guard:
    """One channel of Asterisk that runs the dialplan's guard for each number asked."""

    context: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def verdict(self, number: str) -> tuple[str, str]:
        """What the guard returns and why."""
        quoted = number.replace("\\", "\\\\").replace('"', '\\"')
        await self._say(f'SET VARIABLE IVR_DIAL "{quoted}"')
        await self._say("GOSUB ivr-toll s 1")
        said = await self._say("GET VARIABLE GOSUB_RETVAL"), await self._say("GET VARIABLE IVR_WHY")
        return said[0], said[1]

    async def allowed(self, numbers: Sequence[str]) -> list[str]:
        """Those of the numbers that the guard lets through."""
        found: list[str] = []
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            asked = "-".join(f"x{b64encode(n.encode()).decode()}" for n in batch)
            assert len(asked) < 4000
            await self._say(f'SET VARIABLE ASKED "{asked}"')
            await self._say(f"GOSUB {self.context} check 1")
            said = await self._say("GET VARIABLE SAID")
            assert len(said) == len(batch), f"{said} of {batch}"
            found += [n for n, verdict in zip(batch, said, strict=True) if verdict != "r"]
        return found

    async def _say(self, command: str) -> str:
        self.writer.write(f"{command}\n".encode())
        answer = "100"
        while answer.startswith("100"):  # a subroutine has begun
            answer = (await self.reader.readline()).decode()
        assert answer.startswith("200"), f"{command}: {answer}"
        return answer.partition("(")[2].rpartition(")")[0]


@asynccontextmanager
async def guard(asterisk: PrivateAsterisk) -> AsyncIterator[Guard]:
    """A channel that runs no dialplan of its own and does what is said over FastAGI."""
    name = f"toll-{next(_serial)}"
    come: asyncio.Future[Guard] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (await reader.readline()).strip():
            pass
        come.set_result(Guard(name, reader, writer))
        await over.wait()
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    await asterisk.add_dialplan(name, LISTED.format(name=name))
    await asterisk.cli(
        f"channel originate Local/s@{name}/n application AGI agi://{LOOPBACK}:{port}/toll"
    )
    yield await asyncio.wait_for(come, 30)
    over.set()
    server.close()
    await server.wait_closed()


async def test_ten_thousand_hostile_numbers_are_refused_by_the_dialplan_alone(
    asterisk: PrivateAsterisk,
) -> None:
    async with guard(asterisk) as asked:
        assert await asked.allowed([*hostile(HOSTILE), *FORBIDDEN]) == []
        assert await asked.allowed([*GOOD, *FORBIDDEN]) == list(GOOD)


async def test_the_dialplan_lets_through_what_the_numbering_plan_of_russia_has(
    asterisk: PrivateAsterisk,
) -> None:
    dice = random.Random(11)
    async with guard(asterisk) as asked:
        areas = range(100, 1000)
        numbers = [f"+7{area}{dice.randrange(2_000_000, 9_999_999)}" for area in areas]
        expected = [number for number in numbers if allowed_by_the_plan(number)]
        assert await asked.allowed(numbers) == expected


async def test_a_switch_in_astdb_stops_every_callback(asterisk: PrivateAsterisk) -> None:
    async with guard(asterisk) as asked:
        await asterisk.cli("database put ivr callbacks off")
        assert await asked.verdict(GOOD[0]) == ("refused", "switched_off")
        await asterisk.cli("database del ivr callbacks")
        assert await asked.verdict(GOOD[0]) == ("allowed", "")


async def test_a_number_of_our_own_is_never_dialled(asterisk: PrivateAsterisk) -> None:
    async with guard(asterisk) as asked:
        await asterisk.cli(f"database put ivr-did {GOOD[1]} client")
        assert await asked.verdict(GOOD[1]) == ("refused", "own_number")
        await asterisk.cli(f"database del ivr-did {GOOD[1]}")


@pytest.mark.parametrize("number", FORBIDDEN[:-1])
async def test_no_invite_leaves_though_the_service_grants_the_number(
    asterisk: PrivateAsterisk, sipp: Program, number: str
) -> None:
    async with company(asterisk, sipp, people=("vera",)) as made:

        def grants(event: Event) -> list[GrantClaim]:
            return [GrantClaim(event.attempt, number)] if isinstance(event, ClaimAsked) else []

        service = await made.service(grants)
        trunk = await made.stack.enter_async_context(Trunk(sipp, port=asterisk.trunk_port))
        await made.answers("vera")
        attempt = f"cb-toll-{next(_serial)}"
        service.pbx.perform(DialCallback(attempt, "vera", 10))
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert ended.result is DialResult.REFUSED
        await comes_true(
            lambda: asterisk.cli("core show channels concise"),
            lambda shown: "ivr-callback" not in shown,
            "channels stay",
        )
        assert trunk.numbers == []
