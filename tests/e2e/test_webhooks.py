"""A real call, from its ring to its end, as another program is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.webhook_receiver import SECRET, receiving
from e2e.conftest import until

if TYPE_CHECKING:
    from contract.webhook_receiver import Peer
    from e2e.conftest import House

NUMBER = "+74950000078"


async def tell(house: House, peer: Peer) -> None:
    """Name the receiver in the configuration and start with it."""
    secret = house.stage.config / "crm.secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    with (house.stage.config / "ivr.yaml").open("a", encoding="utf-8") as file:
        file.write(f"webhooks:\n  crm:\n    url: {peer.url}\n    secret_file: crm.secret\n")
    await house.stage.stop_service()
    await house.stage.start_service()


async def test_a_call_that_ends_and_its_promise_arrive_signed_and_in_order(house: House) -> None:
    async with receiving() as peer:
        await tell(house, peer)
        desk = await house.desk("anna")
        await house.caller(NUMBER)
        await house.answer("anna", who="organisation", staff="120", seats="60")
        await house.sees("anna", lambda s: s.stage == "outcome")
        call = house.call_id("anna")
        await desk.send("confirm", call=call, offer="")
        await peer.until(lambda: "escalation.opened" in [one.type for one in peer.came])
        await desk.send("hang_up", call=call)
        await peer.until(lambda: {"call.ended", "outcome.decided"} <= {o.type for o in peer.came})
        ended = next(one for one in peer.came if one.type == "call.ended")
        assert (ended.body["data"]["id"], ended.body["data"]["number"]) == (call, NUMBER)
        outcome = next(one for one in peer.came if one.type == "outcome.decided")
        assert outcome.body["data"]["owner"] == "sales"
        assert outcome.body["data"]["number"] == NUMBER
        promises = [one for one in peer.came if one.type.startswith("escalation.")]
        assert promises[0].type == "escalation.opened"
        assert {one.body["data"]["call"] for one in promises} == {call}
        ids = [one.id for one in peer.came]
        assert len(ids) == len(set(ids))


async def test_what_happened_while_the_receiver_was_down_arrives_after_a_crash_of_ours(
    house: House,
) -> None:
    async with receiving() as peer:
        await tell(house, peer)
        await peer.stop()
        desk = await house.desk("anna")
        await house.caller(NUMBER)
        await house.sees("anna", lambda s: s.stage == "asking")
        call = house.call_id("anna")
        await desk.send("hang_up", call=call)
        await until(
            lambda: any(
                one.notice.subject == f"call/{call}"
                for one in house.look.outbox.entries(None, None, 50)
            ),
            lambda: "the end of the call is not in the outbox",
        )
        await house.stage.kill_service()
        await peer.start()
        await house.stage.start_service()
        await peer.until(lambda: call in [one.body["data"].get("id") for one in peer.came])
