"""Callers whom the department does not take: what each hears, leaves behind, and is counted as."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from caller_keys import presses
from pbx_company import Company, comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller, Phone
from ivr.asterisk.translate import KeptDepartment, KeptDid
from ivr.domain.commands import (
    AdmitCall,
    AnswerKnown,
    ForgetNote,
    Overflow,
    PbxCommand,
    Refusal,
    RefuseCall,
    RemoveMember,
    Treatment,
)
from ivr.domain.events import (
    AgentAnswered,
    CallEnded,
    CallerElsewhere,
    CallerQueued,
    CallerTurnedAway,
    CallOffered,
    Event,
    Resynced,
)

CALLER = "+74950000031"


def told(made: Company, **facts: str) -> KeptDid:
    """What the service would tell of the company's number."""
    named = tuple((name.replace("__", "-"), value) for name, value in facts.items())
    return KeptDid(made.did, made.lines, facts=named)


async def tell(made: Company, note: KeptDid, most: int | None = 1, *others: KeptDepartment) -> None:
    """Leave notes as the service does, of `most` lines, and let the service go."""
    service = await made.service()
    service.pbx.remember(KeptDepartment(made.lines, made.queue, most), *others, note)
    await comes_true(
        lambda: made.asterisk.cli(f"database get ivr-did {made.did}"),
        lambda answer: made.lines in str(answer),
        "the note",
    )
    await service.pbx.stop()


async def notes(made: Company) -> list[str]:
    """What the dialplan keeps for the service, of this company's callers."""
    kept = (await made.asterisk.cli("database show ivr-note")).splitlines()
    told = (line.split(":", 1)[1].strip() for line in kept if "&" in line)
    # By its field: the number of one test's caller may be the DID of another's company.
    return [note for note in told if note.split("&")[1] == made.did]


async def until_noted(made: Company, times: int) -> list[str]:
    """The notes of this company's callers, once there are so many."""
    await comes_true(lambda: notes(made), lambda kept: len(kept) == times, "notes kept")
    return await notes(made)


async def causes(made: Company, times: int) -> list[str]:
    """What each of so many notes is kept for."""
    return [note.split("&")[0] for note in await until_noted(made, times)]


async def test_while_the_service_is_down_a_closed_department_is_busy_and_the_caller_noted(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        day = int(time.time() // 86400)
        closed = {f"hours__{n}": "closed" for n in (day, day + 1)}
        await tell(made, told(made, hours="told", over__closed="busy", **closed))
        await made.answers("anna")
        await made.adds("anna", made.queue)
        outcome = await (await made.calls(CALLER)).wait()
        assert (outcome.status, outcome.ending) == (486, "refused")
        (note,) = await notes(made)
        assert note.startswith(f"closed&{made.did}&{CALLER}&")


async def test_the_service_hears_of_those_who_were_turned_away_without_it_until_it_forgets_them(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made))
        assert (await (await made.calls(CALLER)).wait()).status == 486
        service = await made.service()
        heard = await service.hears(CallerTurnedAway, did=made.did)
        assert (heard.number, heard.cause, heard.refused) == (CALLER, "nobody", False)
        assert abs(heard.came_at - time.time()) < 60
        service.pbx.perform(ForgetNote(heard.note))
        await comes_true(lambda: notes(made), lambda kept: kept == [], "notes kept")


async def test_each_form_of_the_number_is_the_same_number(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        forms = (f"8{made.did[2:]}", made.did[2:], made.did[1:])
        await tell(made, replace(told(made), forms=forms))
        for form in forms:
            async with Caller(sipp, asterisk.sip_port, form, from_user=CALLER) as caller:
                assert (await caller.wait()).status == 486
        assert len(await notes(made)) == 3


async def test_a_caller_who_presses_one_is_promised_a_callback_at_the_time_of_choice(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(refuses(Refusal.NO_LINE, Overflow(Treatment.CALLBACK)))
        caller = await made.calls(CALLER)
        await caller.answered()
        await presses(made.asterisk, "offer-callback", "1")
        first = await service.hears(CallerTurnedAway, did=made.did, wish="asap")
        assert (first.number, first.cause, first.refused) == (CALLER, "no_line", True)
        await presses(made.asterisk, "confirm-number", "1")
        await presses(made.asterisk, "choose-time", "1430")
        later = await service.hears(CallerTurnedAway, did=made.did, wish="1430")
        assert later.note != first.note
        outcome = await caller.wait()
        assert (outcome.status, outcome.ending) == (200, "far")


async def test_a_caller_may_name_another_number(asterisk: PrivateAsterisk, sipp: Program) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(refuses(Refusal.NOBODY, Overflow(Treatment.CALLBACK)))
        caller = await made.calls(CALLER)
        await caller.answered()
        await presses(made.asterisk, "offer-callback", "1")
        await service.hears(CallerTurnedAway, did=made.did, wish="asap")
        await presses(made.asterisk, "confirm-number", "2")
        await presses(made.asterisk, "enter-number", "84950000032#")
        heard = await service.hears(CallerTurnedAway, did=made.did, call_to="84950000032")
        assert heard.wish == "asap"
        await caller.hang_up()


async def test_a_caller_who_presses_nothing_is_let_go(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(refuses(Refusal.NO_LINE, Overflow(Treatment.CALLBACK)))
        caller = await made.calls(CALLER)
        outcome = await caller.wait(60.0)
        assert (outcome.status, outcome.ending) == (200, "far")
        assert service.heard(CallerTurnedAway, did=made.did) == []


async def test_a_message_becomes_a_file_and_a_note_even_if_the_caller_hangs_up_in_it(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(refuses(Refusal.CLOSED, Overflow(Treatment.VOICEMAIL)))
        caller = await made.calls(CALLER)
        await caller.answered()
        folder = Path(asterisk.folder, "spool/ivr-voicemail")
        call = service.heard(CallOffered)[0].call
        file = folder / f"vm-{''.join(c for c in call if c.isdigit())}.wav"
        await comes_true(
            lambda: size(file), lambda n: int(str(n)) > 20_000, "a message of a second"
        )
        await caller.hang_up()
        heard = await service.hears(CallerTurnedAway, did=made.did)
        assert (heard.recording, heard.cause) == (file.name, "closed")


async def test_another_queue_takes_the_caller_unanswered_until_somebody_does(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        other = Overflow(Treatment.QUEUE, made.sales)
        service = await made.service(refuses(Refusal.NO_LINE, other))
        await made.answers("vera")
        await made.adds("vera", made.sales)
        outcome = await (await made.calls(CALLER, talk=0.3)).wait()
        assert (outcome.status, outcome.ending) == (200, "near")
        assert service.heard(CallerTurnedAway, did=made.did) == []


async def test_the_lines_of_another_department_hold_while_the_service_is_down(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    """It has no number of its own, and takes whom the first department has no line for."""
    async with company(asterisk, sipp) as made:
        evening = KeptDepartment(f"evening-{made.serial}", made.sales, 1)
        await tell(made, told(made, over__no_line=f"queue:{made.sales}"), 0, evening)
        for person in ("anna", "vera"):
            await made.answers(person)
            await made.adds(person, made.queue_of(person))
        first = await made.calls("+74950000041")
        await first.answered()
        assert (await (await made.calls("+74950000042")).wait()).status == 486
        await first.hang_up()
        await first.wait()
        assert (await (await made.calls("+74950000043", talk=0.2)).wait()).status == 200


async def test_who_gives_up_in_another_queue_was_missed(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        other = Overflow(Treatment.QUEUE, made.sales)
        service = await made.service(refuses(Refusal.NO_LINE, other))
        await made.answers("vera", after=None)
        await made.adds("vera", made.sales)
        caller = await made.calls(CALLER)
        await service.hears(CallerQueued, queue=made.sales)
        await caller.hang_up()
        heard = await service.hears(CallerTurnedAway, did=made.did)
        assert heard.refused


async def test_who_hangs_up_unanswered_while_the_service_is_down_is_noted_as_missed_not_the_served(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made), 2)
        phone = await made.answers("anna", after=1.0)
        await made.adds("anna", made.queue)
        caller = await made.calls(CALLER)
        await phone.rung()
        await caller.hang_up()
        (note,) = await until_noted(made, 1)
        assert note.startswith(f"abandoned&{made.did}&{CALLER}&")
        served = await (await made.calls("+74950000032", talk=0.2)).wait()
        assert (served.status, served.ending) == (200, "near")
        assert sorted(await causes(made, 2)) == ["abandoned", "talked"]


async def takes_the_line(made: Company) -> tuple[Phone, Caller]:
    """Anna's phone, and the caller with whom she talks on the department's only line."""
    phone = await made.answers("anna")
    await made.adds("anna", made.queue)
    first = await made.calls("+74950000041")
    await first.answered()
    await phone.rung(1)
    return phone, first


async def test_who_gives_up_the_wait_for_a_line_while_the_service_is_down_is_noted(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made, waiting="1", over__no_line="busy"))
        _, first = await takes_the_line(made)
        second = await made.calls(CALLER)
        await second.answered()
        await second.hang_up()
        (note,) = await until_noted(made, 1)
        assert note.startswith(f"abandoned&{made.did}&{CALLER}&")
        await first.hang_up()
        assert sorted(await causes(made, 2)) == ["abandoned", "talked"]


async def test_a_queue_that_everybody_has_left_sends_the_caller_on_and_the_service_hears_of_it(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made, over__nobody=f"queue:{made.sales}"))
        phone = await made.answers("anna", after=None)
        await made.answers("vera", after=None)
        await made.adds("vera", made.sales)
        service = await made.service()
        await made.signs_in(service, "anna")
        caller = await made.calls(CALLER)
        await phone.rung()
        service.pbx.perform(RemoveMember("anna", made.queue))
        gone = await service.hears(CallerElsewhere)
        assert (gone.call, gone.cause) == (service.heard(CallOffered)[0].call, "deserted")
        await service.hears(CallerQueued, queue=made.sales)
        await made.holds(0)
        await caller.hang_up()
        missed = await service.hears(CallerTurnedAway, did=made.did)
        assert not missed.refused


async def test_an_extension_of_the_admins_own_dialplan_takes_the_caller(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        context = f"own-{made.serial}"
        lines = (
            f"[{context}]\nexten => 600,1,Answer()\n same => n,Wait(0.3)\n same => n,Hangup(16)\n"
        )
        await asterisk.add_dialplan(context, lines)
        there = Overflow(Treatment.EXTENSION, f"600@{context}")
        await made.service(refuses(Refusal.CLOSED, there))
        outcome = await (await made.calls(CALLER)).wait()
        assert (outcome.status, outcome.ending) == (200, "far")


async def test_an_extension_that_is_not_there_is_busy(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.service(refuses(Refusal.CLOSED, Overflow(Treatment.EXTENSION, "600@nowhere")))
        assert (await (await made.calls(CALLER)).wait()).status == 486


async def test_beyond_the_lines_callers_wait_in_the_order_in_which_they_came(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    """One line, two places to wait: the fourth is busy, the second and third come in turn."""
    async with company(asterisk, sipp) as made:
        await tell(made, told(made, waiting="2", over__no_line="busy"))
        phone, first = await takes_the_line(made)
        second = await made.calls("+74950000042")
        await second.answered()
        third = await made.calls("+74950000043")
        await third.answered()
        assert (await (await made.calls("+74950000044")).wait()).status == 486
        assert await made.counted() == 3
        await first.hang_up()
        assert (await phone.rung(2)).caller == "+74950000042"
        await second.hang_up()
        assert (await phone.rung(3)).caller == "+74950000043"
        await third.hang_up()
        await made.holds(0)


async def test_a_waiting_caller_who_gives_up_lets_the_next_one_pass(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made, waiting="2"))
        phone, first = await takes_the_line(made)
        second = await made.calls("+74950000042")
        await second.answered()
        third = await made.calls("+74950000043")
        await third.answered()
        await second.hang_up()
        await second.wait()
        await first.hang_up()
        assert (await phone.rung(2)).caller == "+74950000043"


async def test_who_waits_for_a_line_is_sent_on_when_nobody_is_there_any_more(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    """Lines are those signed in: once there are none, no turn would ever come."""
    async with company(asterisk, sipp) as made:
        await tell(made, told(made, waiting="1", over__nobody="busy"), None)
        await made.answers("anna", after=None)
        await made.adds("anna", made.queue)
        first = await made.calls("+74950000044")
        await made.holds(1)
        second = await made.calls("+74950000045")
        await second.answered()
        await asterisk.cli(f"queue remove member PJSIP/{made.phone('anna')} from {made.queue}")
        assert (await first.wait()).status == 480
        assert (await second.wait()).ending == "far"
        assert await causes(made, 2) == ["deserted", "deserted"]


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_waiting_caller_hears_words_in_the_numbers_language(
    asterisk: PrivateAsterisk, sipp: Program, language: str
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made, waiting="2", language=language))
        await made.answers("anna")
        await made.adds("anna", made.queue)
        await (await made.calls("+74950000041")).answered()
        await made.calls("+74950000042")
        for prompt in ("please-wait", "your-place"):
            said = f"ivr/{prompt}."
            wanted = partial(tells, said, f"'{language}'")
            await comes_true(lambda: spoken(asterisk), wanted, prompt)


async def test_the_service_tells_the_pace_and_the_caller_hears_place_and_minutes(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:

        def admits(event: Event) -> Iterable[PbxCommand]:
            if isinstance(event, CallOffered):
                return (AdmitCall(event.call, made.queue, made.lines, 1, 2, 90),)
            return ()

        service = await made.service(admits)
        await made.answers("anna")
        await made.signs_in(service, "anna")
        await (await made.calls("+74950000041")).answered()
        second = await made.calls("+74950000042")
        await second.answered()
        channel = service.heard(CallOffered)[1].channel
        for said in ("ivr/your-place.", "digits/1.", "ivr/minutes-left.", "digits/2."):
            await comes_true(lambda: spoken(asterisk), partial(tells, f"<{channel}>", said), said)


async def test_lines_of_those_signed_in_are_counted_by_the_dialplan_itself(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made), None)
        await made.answers("anna")
        await made.answers("boris")
        for person in ("anna", "boris"):
            await made.adds(person, made.queue)
        await asterisk.cli(f"queue pause member PJSIP/{made.phone('boris')} queue {made.queue}")
        first = await made.calls("+74950000041")
        await first.answered()
        assert (await (await made.calls("+74950000042")).wait()).status == 486
        await asterisk.cli(f"queue unpause member PJSIP/{made.phone('boris')} queue {made.queue}")
        assert (await (await made.calls("+74950000043", talk=0.2)).wait()).status == 200


def refuses(cause: Refusal, overflow: Overflow) -> Callable[[Event], Iterable[PbxCommand]]:
    """A core that lets nobody in."""

    def decide(event: Event) -> Iterable[PbxCommand]:
        return (RefuseCall(event.call, cause, overflow),) if isinstance(event, CallOffered) else ()

    return decide


async def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0  # noqa: ASYNC240  nothing else runs here


async def spoken(asterisk: PrivateAsterisk) -> list[str]:
    """Asterisk's log lines about files that it plays."""
    log = asterisk.log_path.read_text(errors="replace")
    return [line for line in log.splitlines() if "Playing '" in line]


def tells(first: str, second: str, lines: object) -> bool:
    return isinstance(lines, list) and any(first in x and second in x for x in lines)


async def test_a_talk_is_kept_for_the_service_unless_it_has_said_that_it_knows_of_it(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await tell(made, told(made))
        await made.answers("anna")
        await made.adds("anna", made.queue)
        assert (await (await made.calls(CALLER, talk=0.5)).wait()).status == 200
        (note,) = await until_noted(made, 1)
        kind, did, number, since, until, phone = note.split("&")
        assert (kind, did, number) == ("talked", made.did, CALLER)
        assert phone == f"PJSIP/{made.phone('anna')}"
        assert 300 <= int(until) - int(since) <= 60_000

        service = await made.service()
        (read,) = [one for one in service.heard(Resynced)[0].served if one.did == made.did]
        assert (read.number, read.person, read.since) == (CALLER, "anna", int(since) / 1000)
        service.pbx.perform(ForgetNote(read.note))
        await until_noted(made, 0)

        caller = await made.calls(CALLER)
        answered = await service.hears(AgentAnswered)
        service.pbx.perform(AnswerKnown(answered.call, answered.caller_channel))
        await service.pbx._performer.settled()
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        assert await notes(made) == []
