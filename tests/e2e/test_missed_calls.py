"""Missed calls on a real Asterisk: a task for the number, one key, the tree on the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.conftest import until

from ivr.domain.records import CallEnd

if TYPE_CHECKING:
    from e2e.conftest import House

    from ivr.domain.records import CallRecord, MissedCallRecord

NUMBER = "+74950000081"


def tasks(house: House) -> list[MissedCallRecord]:
    return list(house.look.missed_since(0.0))


def calls(house: House) -> list[CallRecord]:
    return list(house.look.calls_since(0.0))


async def miss(house: House, number: str = NUMBER) -> None:
    """A caller who gives up while the phone rings."""
    before = sum(task.count for task in tasks(house))
    caller = await house.caller(number, patience_s=0.2)
    await caller.wait()
    await until(
        lambda: sum(task.count for task in tasks(house)) == before + 1,
        lambda: f"no task: {tasks(house)}",
    )


async def test_a_missed_call_is_returned_by_one_key_and_the_tree_opens_on_the_answer(
    house: House,
) -> None:
    desk = await house.desk("anna")
    await miss(house)
    screen = await house.sees("anna", lambda s: s.task is not None)
    assert screen.task is not None
    assert (screen.task.number, screen.task.count) == ("+7 495 000-00-81", 1)
    await desk.send("call_back", task=screen.task.id)
    await house.answer("anna", who="organisation", staff="20", seats="5")
    await house.sees("anna", lambda s: s.stage == "outcome")
    assert house.stage.trunk.numbers == [NUMBER]
    call = house.call_id("anna")
    await desk.send("confirm", call=call, offer="")
    await desk.send("hang_up", call=call)
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    await until(lambda: tasks(house)[0].closed_how == "called", lambda: str(tasks(house)))
    returned = next(c for c in calls(house) if c.task)
    assert (returned.number, returned.agent, returned.task) == (NUMBER, "anna", tasks(house)[0].id)
    assert returned.ended_at is not None
    await desk.send("ready")
    await house.sees("anna", lambda s: s.stage == "ready" and s.task is None)


async def test_a_returned_client_is_passed_to_sales(house: House) -> None:
    desk = await house.desk("anna")
    await house.desk("smirnova")
    await miss(house)
    screen = await house.sees("anna", lambda s: s.task is not None)
    assert screen.task is not None
    await desk.send("call_back", task=screen.task.id)
    await house.answer("anna", who="organisation", staff="20", seats="60")
    await house.sees("anna", lambda s: s.stage == "outcome")
    await desk.send("confirm", call=house.call_id("anna"), offer="")
    await house.sees("smirnova", lambda s: s.stage == "talking")
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    promise = house.look.escalations_since(0.0)[0]
    assert promise.number == NUMBER
    await until(
        lambda: house.look.escalations_since(0.0)[0].bridged_at is not None,
        lambda: str(house.look.escalations_since(0.0)),
    )
    channels = await house.stage.asterisk.cli("core show channels concise")
    assert "PJSIP/301" in channels
    assert "PJSIP/101" not in channels


async def test_the_task_is_dropped_when_the_caller_rings_again_and_is_served(
    house: House,
) -> None:
    await house.desk("anna")
    await miss(house)
    await house.sees("anna", lambda s: s.task is not None)
    caller = await house.caller(NUMBER)
    await house.sees("anna", lambda s: s.stage == "asking")
    await until(lambda: tasks(house)[0].closed_how == "served", lambda: str(tasks(house)))
    await caller.hang_up()
    assert house.stage.trunk.numbers == []


async def test_who_talked_with_a_member_of_the_admins_own_is_served_and_owed_nothing(
    house: House,
) -> None:
    """The queue may be one that the admin already has, with members that no people.yaml names."""
    await house.desk("anna")
    await miss(house)
    await house.desks["anna"].send("pause", reason="lunch")
    await house.sees("anna", lambda s: s.stage == "paused")
    theirs = "[own]\nexten => 600,1,Answer()\n same => n,Wait(30)\n"
    await house.stage.asterisk.add_dialplan("own", theirs)
    await house.stage.asterisk.cli("queue add member Local/600@own/n to client")
    caller = await house.caller(NUMBER, talk_s=0.5)
    assert (await caller.wait()).status == 200
    await until(
        lambda: [call.end for call in calls(house)][-1] is CallEnd.SERVED,
        lambda: str(calls(house)),
    )
    await until(lambda: tasks(house)[0].closed_how == "served", lambda: str(tasks(house)))
    assert len(tasks(house)) == 1


async def test_each_known_caller_has_a_task_after_asterisk_went_down_under_the_calls(
    house: House,
) -> None:
    await house.desk("anna")
    await house.desk("boris")
    numbers = [f"+7495000008{n}" for n in range(3)]
    for number, person in zip(numbers[:2], ("anna", "boris"), strict=True):
        await house.caller(number)
        await house.sees(person, lambda s: s.stage == "asking")
    waiting = await house.caller(numbers[2])
    await waiting.ringing()
    await house.caller("")
    await until(lambda: len(calls(house)) == 4, lambda: f"{calls(house)}")
    await house.stage.asterisk.restart()
    await until(
        lambda: sorted(t.number for t in tasks(house)) == numbers,
        lambda: f"tasks: {tasks(house)}",
    )
    await until(
        lambda: all(c.ended_at is not None for c in calls(house)), lambda: str(calls(house))
    )
    await house.sees("anna", lambda s: s.stage == "wrap_up" and s.stale_since is None)
    await house.desks["anna"].send("ready")
    screen = await house.sees("anna", lambda s: s.task is not None)
    assert screen.task is not None
    assert screen.task.more == 2
