"""The fallback dialplan and the service say open and closed at the very same seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from pbx_company import Company, comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.translate import KeptDid
from ivr.domain.intake.hours import Hours, openings

DAYS = 14
BATCH = 100
"""Instants of one variable: Asterisk cuts a line at 4,096 characters."""

OFFICE = openings("09:00-13:00, 14:00-18:00")
NIGHT = openings("22:00-06:00")
COMPANIES = {
    "an office with a holiday": (
        "Europe/Moscow",
        "2026-11-20",
        Hours(ZoneInfo("Europe/Moscow"), (OFFICE,) * 5 + ((), ()), {date(2026, 11, 24): ()}),
    ),
    "nights over the hour that the clock repeats": (
        "Europe/Berlin",
        "2026-10-19",
        Hours(ZoneInfo("Europe/Berlin"), (NIGHT,) * 7),
    ),
    "nights over the hour that the clock skips": (
        "Europe/Berlin",
        "2027-03-22",
        Hours(
            ZoneInfo("Europe/Berlin"), (NIGHT,) * 7, {date(2027, 3, 25): openings("00:00-24:00")}
        ),
    ),
    "always closed": ("Asia/Kamchatka", "2026-11-20", Hours(ZoneInfo("UTC"), ((),) * 7)),
}


def instants(hours: Hours, since: float) -> list[int]:
    """Each change of the table and the seconds around it, and others by chance."""
    edges: set[int] = set()
    for spans in hours.table(since, DAYS).values():
        for span in spans.split("&") if spans != "closed" else ():
            edges |= {int(edge) + near for edge in span.split("-") for near in (-1, 0, 1)}
    first = int(since // 86400) * 86400
    chance = Random(11)
    edges |= {chance.randrange(first, first + DAYS * 86400) for _ in range(200)}
    return sorted(edge for edge in edges if first <= edge < first + DAYS * 86400)


def asking(made: Company, moments: Sequence[int]) -> str:
    """A context that asks [ivr-hours] for each moment and notes the answers in AstDB."""
    lines = [f"[hours-{made.serial}]", f"exten => s,1,Set(IVR_NUMBER={made.did})"]
    for begin in range(0, len(moments), BATCH):
        batch = "&".join(map(str, moments[begin : begin + BATCH]))
        lines += [f" same => n,Set(MOMENTS={batch})", " same => n,Gosub(batch,1)"]
    lines += [" same => n,Answer()", " same => n,Hangup()"]
    lines += [
        'exten => batch,1,GotoIf($["${MOMENTS}" = ""]?done)',
        " same => n,Set(ONE=${CUT(MOMENTS,&,1)})",
        " same => n,Set(MOMENTS=${CUT(MOMENTS,&,2-)})",
        " same => n,Gosub(ivr-hours,s,1(${ONE}))",
        f" same => n,Set(DB(hours-{made.serial}/${{ONE}})=${{GOSUB_RETVAL}})",
        " same => n,Goto(batch,1)",
        " same => n(done),Return()",
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", COMPANIES)
async def test_service_and_fallback_open_and_close_at_the_same_second(
    asterisk: PrivateAsterisk, sipp: Program, name: str
) -> None:
    zone, day, hours = COMPANIES[name]
    since = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).timestamp()
    moments = instants(hours, since)
    async with company(asterisk, sipp) as made:
        service = await made.service()
        told = tuple((f"hours-{d}", spans) for d, spans in hours.table(since, DAYS).items())
        facts = (("hours", "told"), *told)
        service.pbx.remember(KeptDid(made.did, made.lines, facts=facts))
        await comes_true(lambda: kept(made, "ivr-number"), lambda n: n >= DAYS, "hours told")
        await asterisk.add_dialplan(f"hours-{made.serial}", asking(made, moments))
        await asterisk.cli(f"channel originate Local/s@hours-{made.serial} application Wait 1")
        family = f"hours-{made.serial}"
        await comes_true(lambda: kept(made, family), lambda n: n == len(moments), "answers")
        answers = (await asterisk.cli(f"database show {family}")).splitlines()
        said = {
            int(line.split(":")[0].rsplit("/", 1)[1]): line.split(":")[1].strip()
            for line in answers
            if line.startswith("/")
        }
    assert said == {at: "open" if hours.open_at(at) else "closed" for at in moments}
    assert len(set(said.values())) == (1 if name == "always closed" else 2)


async def kept(made: Company, family: str) -> int:
    """How many keys of a family AstDB holds; of the numbers' facts, this company's hours."""
    lines = (await made.asterisk.cli(f"database show {family}")).splitlines()
    wanted = f"/{made.did}/hours-" if family == "ivr-number" else f"/{family}/"
    return sum(wanted in line for line in lines)
