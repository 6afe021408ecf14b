"""Who takes calls: members come, pause, wrap up and go as the core orders, and Asterisk tells."""

from __future__ import annotations

from collections.abc import Iterable

from pbx_company import comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.domain.commands import (
    AddMember,
    AdmitCall,
    EndWrapUp,
    PauseMember,
    PbxCommand,
    ProlongWrapUp,
    RemoveMember,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallerQueued,
    CallOffered,
    Event,
    LegEnded,
    MemberGone,
    MemberSeen,
)


async def test_who_signs_in_paused_is_not_rung_though_callers_wait(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        boris = await made.answers("boris", after=None)
        anna = await made.answers("anna")
        await made.signs_in(service, "boris")
        await made.calls()
        await made.calls("+74950000032")
        await service.hears(CallerQueued, times=2)
        await boris.rung()
        service.pbx.perform(AddMember("anna", made.queue, True, "Обед", 30))
        paused = await service.hears(MemberSeen, person="anna")
        assert (paused.paused, paused.reason) == (True, "Обед")
        # Two full rounds of ringing pass the paused member by.
        await service.hears(AgentRang, times=3, person="boris")
        assert not service.heard(AgentRang, person="anna")
        assert not anna.invites
        service.pbx.perform(PauseMember("anna", made.queue, False, ""))
        await service.hears(AgentAnswered, person="anna")


async def test_a_second_sign_in_takes_the_pause_of_the_last_order(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        service.pbx.perform(AddMember("anna", made.queue, False, "", 0))
        await service.hears(MemberSeen, person="anna", paused=False)
        service.pbx.perform(AddMember("anna", made.queue, True, "Обучение", 0))
        await service.hears(MemberSeen, person="anna", paused=True, reason="Обучение")


async def test_orders_for_one_person_are_carried_out_in_their_order(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        for _ in range(10):
            service.pbx.perform(AddMember("anna", made.queue, False, "", 0))
            service.pbx.perform(PauseMember("anna", made.queue, True, "a"))
            service.pbx.perform(PauseMember("anna", made.queue, False, ""))
            service.pbx.perform(RemoveMember("anna", made.queue))
        service.pbx.perform(AddMember("anna", made.queue, True, "last", 0))
        await service.hears(MemberSeen, reason="last")
        assert len(service.heard(MemberGone)) == 10
        assert "paused:last" in await made.members()


async def test_who_is_no_member_is_told_as_gone(asterisk: PrivateAsterisk, sipp: Program) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        service.pbx.perform(RemoveMember("anna", made.queue))
        await service.hears(MemberGone, person="anna", queue=made.queue)
        service.pbx.perform(PauseMember("anna", made.queue, True, "x"))
        await service.hears(MemberGone, times=2, person="anna")


async def test_a_reason_that_would_corrupt_the_members_record_is_cleaned(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        service.pbx.perform(AddMember("anna", made.queue, True, "a;b|c", 30))
        await service.hears(MemberSeen, reason="abc")
        record = await asterisk.cli(f"database get Queue/PersistentMembers {made.queue}")
        assert record.count(";") == 6


async def test_wrap_up_keeps_calls_away_until_it_is_ended(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        anna = await made.answers("anna")
        boris = await made.answers("boris", after=None)
        await made.signs_in(service, "anna", "boris", wrap_up=600)
        service.pbx.perform(PauseMember("boris", made.queue, True, "first the talk"))
        await service.hears(MemberSeen, person="boris", paused=True)
        await (await made.calls(talk=0.3)).wait()
        service.pbx.perform(PauseMember("boris", made.queue, False, ""))
        await made.calls("+74950000032")
        await boris.rung(2)
        assert len(anna.invites) == 1
        service.pbx.perform(EndWrapUp("anna", made.queue, 600))
        await service.hears(AgentAnswered, times=2, person="anna")
        assert not service.heard(MemberGone)


async def test_wrap_up_holds_in_another_departments_queue_too_over_a_reload(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    """Two numbers, two queues, one agent in both: the agent's time is one, whatever the queue."""
    async with company(asterisk, sipp, people=("anna",)) as made:
        other = made.did.replace("+7495", "+7812")

        def decide(event: Event) -> Iterable[PbxCommand]:
            if isinstance(event, CallOffered):
                queue = made.sales if event.did == other else made.queue
                yield AdmitCall(event.call, queue, queue, most=5)

        service = await made.service(decide)
        await made.answers("anna")
        for queue in (made.queue, made.sales):
            service.pbx.perform(AddMember("anna", queue, False, "", 6))
            await service.hears(MemberSeen, person="anna", queue=queue)
        first = await made.calls(talk=0.2)
        await first.wait()
        await service.hears(LegEnded)
        second = await made.calls("+74950000032", did=other)
        await service.hears(CallerQueued, queue=made.sales)
        await asterisk.cli("queue reload all")
        await asterisk.cli("module reload app_queue.so")
        await service.hears(AgentAnswered, times=2, person="anna")
        await second.answered()
        done = at_which(asterisk, made.queue, "COMPLETE")
        taken = at_which(asterisk, made.sales, "CONNECT")
        assert taken - done >= 5, "rung inside wrap-up"


def at_which(asterisk: PrivateAsterisk, queue: str, what: str) -> int:
    """The second, by Asterisk's own clock, of the queue's last such line of queue_log."""
    rows = (line.split("|") for line in asterisk.queue_log_path.read_text().splitlines())
    return max(int(row[0]) for row in rows if row[2] == queue and row[4].startswith(what))


async def test_a_prolonged_wrap_up_ends_by_itself_though_the_service_is_gone(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.signs_in(service, "anna")
        service.pbx.perform(ProlongWrapUp("anna", made.queue, 60))
        await comes_true(made.members, lambda shown: "penalty 1000" in shown, "not prolonged")
        service.pbx.perform(ProlongWrapUp("anna", made.queue, 1))
        await comes_true(
            lambda: asterisk.cli("core show channels concise"),
            lambda shown: "!Ring!Wait!1!" in shown,
            "no timer of a second",
        )
        await service.pbx.stop()
        await comes_true(made.members, lambda shown: "penalty" not in shown, "still prolonged")


async def test_a_prolonged_wrap_up_keeps_calls_away_and_keeps_the_caller_who_waits(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        anna = await made.answers("anna")
        await made.signs_in(service, "anna")
        service.pbx.perform(ProlongWrapUp("anna", made.queue, 2))
        await comes_true(made.members, lambda shown: "penalty 1000" in shown, "not prolonged")
        caller = await made.calls()
        await service.hears(CallerQueued)
        assert not service.heard(AgentRang)
        await service.hears(AgentAnswered, person="anna")
        assert "penalty" not in await made.members()
        assert len(anna.invites) == 1
        await caller.hang_up()


async def test_an_order_after_a_prolonged_wrap_up_is_not_undone_by_its_timer(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.signs_in(service, "anna")
        service.pbx.perform(ProlongWrapUp("anna", made.queue, 1))
        service.pbx.perform(PauseMember("anna", made.queue, True, "Обед"))
        service.pbx.perform(PauseMember("anna", made.queue, False, ""))
        service.pbx.perform(ProlongWrapUp("anna", made.queue, 600))
        await comes_true(
            lambda: asterisk.cli("core show channels concise"),
            lambda shown: len(shown.splitlines()) == 2,
            "the first timer never ends",
        )
        assert "penalty 1000" in await made.members()
        service.pbx.perform(PauseMember("anna", made.queue, True, "Обед"))
        await comes_true(made.members, lambda shown: "penalty" not in shown, "still prolonged")
        assert "paused:Обед" in await made.members()


async def test_a_prolonged_wrap_up_whose_timer_is_lost_is_ended_by_the_next_start(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        phone = f"PJSIP/{made.phone('anna')}"
        await asterisk.cli(f"queue add member {phone} to {made.queue} penalty 1000 as anna")
        await made.service()
        await comes_true(made.members, lambda shown: "penalty" not in shown, "still prolonged")
