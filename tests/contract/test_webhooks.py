"""Webhooks: committed with what they tell of, signed, in order, at least once, never in the way."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from contract.store_backends import (
    DEADLINE,
    Inbox,
    SqlBackend,
    attempt,
    call,
    escalation,
    interview,
    meeting,
)
from contract.webhook_receiver import SECRET, Came, Peer, receiving
from standardwebhooks.webhooks import Webhook

from ivr.config.mail import Post
from ivr.config.outside import News, Receiver
from ivr.domain.records import CallEnd, EscalationState, Record, RecordKind
from ivr.outside.courier import DAY, SILENT_AT_MOST, Answer, Courier, Silent, Taken
from ivr.outside.mail import MailCarrier
from ivr.outside.post_office import PostOffice
from ivr.outside.telling import LARGEST, Telling
from ivr.outside.webhooks import WebhookCarrier
from ivr.ports import Notice, NoticeState, OutboxEntry
from ivr.store.store import SqlStore

AT = 1_800_000_000.0
ENDED = call(ended_at=1100.0, end=CallEnd.SERVED)


@asynccontextmanager
async def opened(
    database: SqlBackend, receivers: Sequence[Receiver], now: Callable[[], float] = time.time
) -> AsyncIterator[tuple[SqlStore, Inbox]]:
    """A store that makes messages for these receivers."""
    store, inbox = database.open(), Inbox()
    assert isinstance(store, SqlStore)
    store.tell = Telling(receivers, now)
    store.start(asyncio.get_running_loop(), inbox.post)
    yield store, inbox
    assert store.close(DEADLINE) == 0


async def kept(store: SqlStore, inbox: Inbox, *records: Record) -> None:
    """Save these and wait for the disk."""
    before = len(inbox.saved)
    for record in records:
        store.save(record, confirm=True)
    async with asyncio.timeout(DEADLINE):
        while len(inbox.saved) < before + len(records):  # noqa: ASYNC110 - what is counted is news
            await asyncio.sleep(0.001)


def states(store: SqlStore) -> list[str]:
    return [entry.state for entry in reversed(store.outbox.entries(None, None, 1000))]


@dataclass
class Clock:
    """Time as a test sets it."""

    at: float = AT

    def __call__(self) -> float:
        return self.at


def told(news: News) -> list[Record]:
    """A record that makes this news."""
    match news:
        case News.CALL_ENDED:
            return [ENDED]
        case News.OUTCOME_DECIDED:
            return [interview(outcome="office", owner="client", settled_at=1200.0)]
        case News.ESCALATION_OPENED:
            return [escalation()]
        case News.ESCALATION_CHANGED:
            return [escalation(state=EscalationState.CALLBACK)]
        case News.CALLBACK_RESULT:
            return [attempt(ended_at=1150.0, result="busy")]
        case News.MEETING_CHANGED:
            return [meeting()]


@pytest.mark.parametrize("news", News)
async def test_each_news_arrives_signed_with_its_data(database: SqlBackend, news: News) -> None:
    async with (
        receiving() as peer,
        opened(database, [peer.receiver(events=frozenset({news}))]) as (store, inbox),
    ):
        office = PostOffice(store.outbox, time.time)
        store.on_notices(office.wake)
        await office.start([peer.receiver()])
        await kept(store, inbox, *told(news))
        await peer.until(lambda: bool(peer.came))
        await office.stop()
    (one,) = peer.came
    assert one.type == news.value
    assert datetime.fromisoformat(one.body["timestamp"]).tzinfo == UTC
    assert one.headers["Content-Type"] == "application/json"
    assert one.body["data"]["number"] in ("+74951234567", "")


def test_the_signature_is_that_of_the_specification() -> None:
    """Secret, id, time, body and signature as the specification's own libraries are tested."""
    signed = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_two_secrets_sign_while_a_receiver_changes_over(sqlite: SqlBackend) -> None:
    new = "whsec_" + "bmV3IHNlY3JldCBuZXcgc2VjcmV0IG5ldyBzZWNyZXQh"
    async with receiving() as peer:
        carrier = WebhookCarrier(peer.receiver(secrets=(new, SECRET)), time.time)
        await carrier.carry(entry("m1", '{"type":"call.ended"}'))
        await carrier.close()
    (one,) = peer.came
    assert len(one.headers["webhook-signature"].split(" ")) == 2


def entry(id: str, body: str) -> OutboxEntry:
    notice = Notice(id, "webhook/crm", "call.ended", "call/c1", body, AT)
    return OutboxEntry(1, notice, NoticeState.WAITING, 0, None, AT, None, "")


async def test_a_message_is_on_the_disk_with_its_record_or_not_at_all(database: SqlBackend) -> None:
    async with opened(database, [Peer(1).receiver()]) as (store, inbox):
        store.save(ENDED, confirm=False)
        broken = call("c2", ended_at=1.0, did=None)
        store.save(broken, confirm=False)
        await kept(store, inbox, interview("c3"))
        assert [e.notice.subject for e in store.outbox.entries(None, None, 9)] == ["call/c1"]
        assert store.call("c2") is None


async def test_the_same_state_saved_again_makes_no_second_message(database: SqlBackend) -> None:
    async with opened(database, [Peer(1).receiver()]) as (store, inbox):
        await kept(store, inbox, ENDED, call(ended_at=1100.0, note="later"), escalation())
        await kept(store, inbox, escalation(note="x"), escalation(state=EscalationState.HUMAN))
        await kept(store, inbox, escalation(state=EscalationState.HUMAN, note="y"))
        kinds = [e.notice.kind for e in reversed(store.outbox.entries(None, None, 9))]
    assert kinds == ["call.ended", "escalation.opened", "escalation.changed"]


async def test_a_state_that_comes_back_is_told_again_once(database: SqlBackend) -> None:
    """Given to a colleague and back again: a receiver would have kept the colleague for ever."""
    owed = {"state": EscalationState.CALLBACK}
    owners = ["olga", "olga", "pavel", "olga", "olga", "pavel", "pavel"]
    outcomes = ["office", "home", "office", "office"]
    async with opened(database, [Peer(1).receiver()]) as (store, inbox):
        for owner in owners:
            await kept(store, inbox, escalation(owner=owner, **owed))
        for outcome in outcomes:
            await kept(store, inbox, interview(outcome=outcome, owner="client", settled_at=1200.0))
        entries = [*reversed(store.outbox.entries(None, None, 99))]
    told = [msgspec.json.decode(one.notice.body)["data"] for one in entries]
    assert [one["owner"] for one in told[:4]] == ["olga", "pavel", "olga", "pavel"]
    assert [one["outcome"] for one in told[4:]] == ["office", "home", "office"]
    assert len({one.notice.id for one in entries}) == 7


async def test_a_company_that_becomes_known_is_told(database: SqlBackend) -> None:
    owed = escalation(state=EscalationState.CALLBACK, company="", account="")
    typed, picked = replace(owed, company="Лютик"), replace(owed, company="Лютик", account="a")
    async with opened(database, [Peer(1).receiver()]) as (store, inbox):
        await kept(store, inbox, owed, owed, typed, typed, picked, owed)
        entries = store.outbox.entries(None, None, 9)
    told = [msgspec.json.decode(one.notice.body)["data"] for one in reversed(entries)]
    assert [(one["company"], one["account"]) for one in told] == [
        ("", ""),
        ("Лютик", ""),
        ("Лютик", "a"),
        ("", ""),
    ]


async def test_a_talk_that_was_with_a_machine_is_told_so_afterwards(database: SqlBackend) -> None:
    ended = attempt(ended_at=1150.0, result="answered")
    async with opened(database, [Peer(1).receiver()]) as (store, inbox):
        await kept(store, inbox, ended, replace(ended, result="voicemail"), ended)
        entries = store.outbox.entries(None, None, 9)
    told = [msgspec.json.decode(one.notice.body)["data"]["result"] for one in reversed(entries)]
    assert told == ["answered", "voicemail"]


async def test_what_joins_a_promise_is_told_and_so_is_the_promise_that_is_gone(
    database: SqlBackend,
) -> None:
    owed = escalation(state=EscalationState.CALLBACK)
    gone = {"state": EscalationState.CLOSED, "result": "joined", "joined_to": "e1"}
    more = escalation(state=EscalationState.CALLBACK, call="c2", joined=[JOINED])
    async with opened(database, [Peer(1).receiver()]) as (store, inbox):
        await kept(store, inbox, owed, more, escalation("e2", closed_at=1200.0, **gone))
        await kept(store, inbox, more)
        told = [
            msgspec.json.decode(e.notice.body)["data"] for e in store.outbox.entries(None, None, 9)
        ]
    assert [(one["id"], one["call"]) for one in reversed(told)] == [
        ("e1", "c1"),
        ("e1", "c2"),
        ("e2", "c1"),
    ]
    assert (told[0]["result"], told[0]["joined_to"]) == ("joined", "e1")
    assert [one["number"] for one in told[1]["joined"]] == ["+74950000021"]


JOINED: dict[str, Any] = {
    "at": 1010.0,
    "call": "c1",
    "agent": "anna",
    "name": "",
    "number": "+74950000021",
    "offer": ["sla"],
    "answers": [],
    "note": "",
}
"""An enquiry that a newer one has moved out of the first place."""


async def test_no_receiver_no_messages(sqlite: SqlBackend) -> None:
    async with opened(sqlite, []) as (store, inbox):
        await kept(store, inbox, ENDED, escalation())
        assert states(store) == []


async def test_a_silent_receiver_is_tried_for_a_day_and_then_the_message_is_parked(
    database: SqlBackend,
) -> None:
    clock, nobody = Clock(), Peer()
    async with opened(database, [nobody.receiver()], clock) as (store, inbox):
        await kept(store, inbox, ENDED)
        carrier = WebhookCarrier(nobody.receiver(), time.time)
        courier = Courier("webhook/crm", store.outbox, carrier.carry, clock, 4)
        tries, longest = 0, 0.0
        while states(store) == ["waiting"]:
            wait = await courier.round()
            tries += wait == 0.0
            longest = max(longest, wait or 0.0)
            clock.at += wait or 0.0
        (one,) = store.outbox.entries(NoticeState.PARKED, None, 9)
        assert one.tries == tries
        assert 100 < tries < 200
        assert longest <= SILENT_AT_MOST
        assert DAY <= clock.at - AT < DAY + SILENT_AT_MOST
        assert "not reached" in one.last_error
        assert await courier.round() is None or states(store) == ["parked"]
        await nobody.start()
        assert store.outbox.send_again([one.notice.id], clock.at) == 1
        clock.at += SILENT_AT_MOST
        await courier.round()
        await carrier.close()
        await nobody.stop()
        assert states(store) == ["taken"]
    assert [came.id for came in nobody.came] == [one.notice.id]


async def test_all_that_waited_for_a_receiver_comes_in_order_once_it_is_back(
    database: SqlBackend,
) -> None:
    clock, peer = Clock(), Peer()
    history: list[Record] = [
        escalation(),
        escalation(state=EscalationState.CALLBACK),
        escalation(state=EscalationState.DIALLING, attempts=1),
        attempt(ended_at=AT, result="busy"),
        escalation(state=EscalationState.CALLBACK, attempts=1, due_at=1400.0),
    ]
    async with opened(database, [peer.receiver()], clock) as (store, inbox):
        await kept(store, inbox, *history, *(call(f"k{n}", ended_at=AT) for n in range(20)))
        carrier = WebhookCarrier(peer.receiver(), time.time)
        courier = Courier("webhook/crm", store.outbox, carrier.carry, clock, 4)
        until = clock.at + 3 * 3600
        while clock.at < until:
            clock.at += await courier.round() or 0.0
        assert set(states(store)) == {"waiting"}
        await peer.start()
        while (wait := await courier.round()) is not None:
            clock.at += wait
        await carrier.close()
        await peer.stop()
    assert len(peer.came) == 25
    seen = [
        (one.type, one.body["data"].get("state", ""), one.body["data"].get("attempts", ""))
        for one in peer.came
        if "promise" in one.body["data"] or "made_at" in one.body["data"]
    ]
    assert seen == [
        ("escalation.opened", "promised", 0),
        ("escalation.changed", "callback", 0),
        ("escalation.changed", "dialling", 1),
        ("callback.result", "", ""),
        ("escalation.changed", "callback", 1),
    ]


async def test_one_refused_message_holds_up_its_own_subject_alone(database: SqlBackend) -> None:
    clock = Clock()

    def decide(came: Came) -> int:
        return 422 if came.body["data"]["id"] == "bad" else 204

    async with (
        receiving(decide=decide) as peer,
        opened(database, [peer.receiver()], clock) as (store, inbox),
    ):
        await kept(store, inbox, call("bad", ended_at=AT), call("good", ended_at=AT))
        carrier = WebhookCarrier(peer.receiver(), time.time)
        courier = Courier("webhook/crm", store.outbox, carrier.carry, clock, 4)
        while (wait := await courier.round()) is not None and clock.at < AT + 2 * DAY:
            clock.at += wait
        await carrier.close()
        assert states(store) == ["parked", "taken"]
        (parked,) = store.outbox.entries(NoticeState.PARKED, None, 9)
        assert parked.last_error == "422 no"
        assert 24 <= parked.tries <= 48


async def test_gone_means_never(sqlite: SqlBackend) -> None:
    async with receiving(status=410) as peer, opened(sqlite, [peer.receiver()]) as (store, inbox):
        await kept(store, inbox, ENDED)
        carrier = WebhookCarrier(peer.receiver(), time.time)
        await Courier("webhook/crm", store.outbox, carrier.carry, time.time, 4).round()
        await carrier.close()
        assert states(store) == ["parked"]


async def test_what_was_taken_is_remembered_without_a_client_s_data(database: SqlBackend) -> None:
    async with receiving() as peer, opened(database, [peer.receiver()]) as (store, inbox):
        await kept(store, inbox, ENDED)
        (before,) = store.outbox.entries(None, None, 9)
        assert ENDED.number in before.notice.body
        carrier = WebhookCarrier(peer.receiver(), time.time)
        await Courier("webhook/crm", store.outbox, carrier.carry, time.time, 4).round()
        await carrier.close()
        (after,) = store.outbox.entries(NoticeState.TAKEN, None, 9)
        assert (after.notice.id, after.notice.body) == (before.notice.id, "")
        await kept(store, inbox, ENDED)
        assert states(store) == ["taken"], "and is not made anew"


async def test_a_redirect_is_not_followed(sqlite: SqlBackend) -> None:
    async with receiving() as aim, receiving(status=307) as peer:
        peer.headers["Location"] = aim.url
        async with opened(sqlite, [peer.receiver()]) as (store, inbox):
            await kept(store, inbox, ENDED)
            carrier = WebhookCarrier(peer.receiver(), time.time)
            await Courier("webhook/crm", store.outbox, carrier.carry, time.time, 4).round()
            await carrier.close()
            assert states(store) == ["waiting"]
        assert aim.came == []


async def test_a_receiver_that_asks_for_time_gets_it(sqlite: SqlBackend) -> None:
    clock = Clock()
    async with receiving(status=503) as peer, opened(sqlite, [peer.receiver()], clock) as opened_:
        store, inbox = opened_
        peer.headers["Retry-After"] = "120"
        await kept(store, inbox, ENDED)
        carrier = WebhookCarrier(peer.receiver(), time.time)
        courier = Courier("webhook/crm", store.outbox, carrier.carry, clock, 4)
        await courier.round()
        assert await courier.round() == 120.0
        await carrier.close()


async def test_a_defect_met_by_one_message_costs_that_message_alone(sqlite: SqlBackend) -> None:
    sent: asyncio.Queue[str] = asyncio.Queue()

    async def carry(entry: OutboxEntry) -> Answer:
        if entry.notice.subject == "call/bad":
            raise ZeroDivisionError("a defect")
        await sent.put(entry.notice.subject)
        return Taken()

    async with opened(sqlite, [Peer(1).receiver()]) as (store, inbox):
        await kept(store, inbox, call("bad", ended_at=1.0), call("good", ended_at=1.0))
        courier = Courier("webhook/crm", store.outbox, carry, time.time, 1)
        running = asyncio.create_task(courier.run())
        async with asyncio.timeout(DEADLINE):
            while states(store) != ["waiting", "taken"]:  # noqa: ASYNC110 - the disk has no event
                await asyncio.sleep(0.005)
        (waits,) = store.outbox.entries(NoticeState.WAITING, None, 9)
        assert (waits.tries, waits.last_error) == (1, "not sent: ZeroDivisionError: a defect")
        await kept(store, inbox, call("later", ended_at=1.0))
        courier.wake()
        async with asyncio.timeout(DEADLINE):
            assert [await sent.get(), await sent.get()] == ["call/good", "call/later"]
        running.cancel()
        await asyncio.wait([running])


async def test_a_defect_in_reading_the_outbox_does_not_end_the_courier(
    sqlite: SqlBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.outside.courier.AFTER_STORE_FAULT", 0.001)
    async with receiving() as peer, opened(sqlite, [peer.receiver()]) as (store, inbox):
        await kept(store, inbox, ENDED)
        broken = [ValueError("a row that cannot be read")]
        heads = store.outbox.heads

        def reads(target: str, at: float, most: int) -> Sequence[OutboxEntry]:
            if broken:
                raise broken.pop()
            return heads(target, at, most)

        monkeypatch.setattr(store.outbox, "heads", reads)
        office = PostOffice(store.outbox, time.time)
        await office.start([peer.receiver()])
        await peer.until(lambda: bool(peer.came))
        await office.stop()


async def test_a_clock_that_was_ahead_and_is_put_right_holds_nothing_up(
    database: SqlBackend,
) -> None:
    clock, peer = Clock(AT + 365 * DAY), Peer()
    async with opened(database, [peer.receiver()], clock) as (store, inbox):
        await kept(store, inbox, call(ended_at=clock.at))
        carrier = WebhookCarrier(peer.receiver(), time.time)
        courier = Courier("webhook/crm", store.outbox, carrier.carry, clock, 4)
        assert await courier.round() == 0.0
        assert states(store) == ["waiting"]
        clock.at = AT
        await peer.start()
        assert await courier.round() == 0.0
        await carrier.close()
        await peer.stop()
        assert states(store) == ["taken"]


async def test_at_most_so_many_are_on_their_way(sqlite: SqlBackend) -> None:
    hold = asyncio.Event()
    async with receiving(hold=hold) as peer, opened(sqlite, [peer.receiver()]) as opened_:
        store, inbox = opened_
        await kept(store, inbox, *(call(f"k{n}", ended_at=1.0) for n in range(12)))
        office = PostOffice(store.outbox, time.time)
        await office.start([peer.receiver(in_flight=3)])
        await peer.until(lambda: peer.at_once == 3)
        hold.set()
        await peer.until(lambda: len(peer.came) == 12)
        await office.stop()
    assert peer.most_at_once == 3


async def test_a_receiver_that_never_answers_slows_neither_calls_nor_the_other_one(
    database: SqlBackend,
) -> None:
    async with receiving(hold=asyncio.Event()) as dead, receiving() as alive:
        receivers = [dead.receiver("dead"), alive.receiver("alive")]
        async with opened(database, receivers) as (store, inbox):
            office = PostOffice(store.outbox, time.time)
            store.on_notices(office.wake)
            await office.start(receivers)
            for n in range(200):
                store.save(call(f"k{n}", ended_at=1.0), confirm=True)
            await inbox.until_saved(RecordKind.CALL, "k199")
            await alive.until(lambda: len(alive.came) == 200)
            assert dead.came == []
            await office.stop()


@pytest.mark.parametrize("way", ["a name", "a mail server"])
async def test_who_does_not_answer_out_there_keeps_no_thread_from_others(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, asked, let_go = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    loop.set_default_executor(ThreadPoolExecutor(1))

    def hangs(*_: object, **__: object) -> None:
        loop.call_soon_threadsafe(asked.set)
        let_go.wait(DEADLINE)
        raise OSError("a test")

    carrier: WebhookCarrier | MailCarrier
    if way == "a name":
        monkeypatch.setattr("ivr.outside.webhooks.socket.getaddrinfo", hangs)
        named = Peer(1).receiver(url="https://crm.test/hook", timeout=DEADLINE)
        carrier = WebhookCarrier(named, time.time)
    else:
        monkeypatch.setattr("ivr.outside.mail.smtplib.SMTP", hangs)
        carrier = MailCarrier(Post("127.0.0.1", 25, "none", "d@x.test", "", "", DEADLINE))
    sending = asyncio.create_task(carrier.carry(entry("m1", "To: a@x.test\n\n")))
    async with asyncio.timeout(DEADLINE):
        await asked.wait()
        assert await asyncio.to_thread(int, "7") == 7
    assert not sending.done()
    let_go.set()
    assert isinstance(await sending, Silent)
    await carrier.close()


async def test_a_stop_in_the_middle_sends_again_under_the_same_id(database: SqlBackend) -> None:
    """The receiver has taken it, and we were gone before we could note that."""
    async with receiving(hold=asyncio.Event()) as peer:
        assert peer.hold is not None
        async with opened(database, [peer.receiver()]) as (store, inbox):
            office = PostOffice(store.outbox, time.time)
            await office.start([peer.receiver()])
            await kept(store, inbox, ENDED)
            office.wake()
            await peer.until(lambda: peer.at_once == 1)
            await office.stop()
        peer.hold.set()
        async with opened(database, [peer.receiver()]) as (store, _):
            office = PostOffice(store.outbox, time.time)
            await office.start([peer.receiver()])
            await peer.until(lambda: len(peer.came) == 2 or states(store) == ["taken"])
            await office.stop()
    assert len({one.id for one in peer.came}) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_public_name_that_leads_to_this_machine_is_not_connected_to(
    sqlite: SqlBackend, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving() as peer:
        named = peer.receiver(url=f"http://crm.test:{peer.port}/hook")
        carrier = WebhookCarrier(named, time.time)
        asked: list[str] = []

        def leads_here(*_: object, **__: object) -> list[tuple[Any, ...]]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", peer.port))]

        monkeypatch.setattr("ivr.outside.webhooks.socket.getaddrinfo", leads_here)
        answer = await carrier.carry(entry("m1", "{}"))
        await carrier.close()
    assert asked
    assert peer.came == []
    assert "where this receiver may not be" in str(answer)


async def test_a_message_that_is_too_large_goes_without_its_answers(sqlite: SqlBackend) -> None:
    answers: list[dict[str, Any]] = [{"question": "q", "text": {"ru": "я" * 1000}}] * 100
    async with opened(sqlite, [Peer(1).receiver()]) as (store, inbox):
        await kept(store, inbox, escalation(answers=answers, note="н" * 50_000))
        (one,) = store.outbox.entries(None, None, 9)
    assert len(one.notice.body.encode()) <= LARGEST
    assert '"shortened":true' in one.notice.body
    assert '"number":"+74951234567"' in one.notice.body


async def test_the_answers_that_were_withdrawn_are_in_no_message(sqlite: SqlBackend) -> None:
    step = {"question": "who", "key": "person", "value": None, "words": "", "at": 1.0, "took": 1.0}
    gone = {**step, "question": "seats", "key": "60"}
    walk = {"tree": "internet", "version": 1, "steps": [step], "withdrawn": [gone], "remarks": []}
    async with opened(sqlite, [Peer(1).receiver()]) as (store, inbox):
        settled = interview(outcome="home", owner="client", settled_at=9.0, walk=walk)
        await kept(store, inbox, call(), settled)
        (one,) = store.outbox.entries(None, None, 9)
    assert '"question":"who","answer":"person"' in one.notice.body
    assert "seats" not in one.notice.body
    assert '"number":"+74951234567"' in one.notice.body


async def test_what_was_taken_long_ago_is_forgotten(database: SqlBackend) -> None:
    async with receiving() as peer, opened(database, [peer.receiver()]) as (store, inbox):
        await kept(store, inbox, ENDED, escalation())
        carrier = WebhookCarrier(peer.receiver(), time.time)
        await Courier("webhook/crm", store.outbox, carrier.carry, time.time, 1).round()
        await carrier.close()
        assert sorted(states(store)) == ["taken", "waiting"]
        assert store.outbox.forget_taken(time.time() + 1, 100) == 1
        assert states(store) == ["waiting"]


async def test_a_process_killed_between_commit_and_send_loses_no_message(
    database: SqlBackend,
) -> None:
    confirmed: set[str] = set()
    async with receiving() as peer:
        for life in range(4):
            confirmed |= await killed_after(database.url, peer, life)
        async with opened(database, [peer.receiver()]) as (store, _):
            office = PostOffice(store.outbox, time.time)
            await office.start([peer.receiver()])
            await peer.until(lambda: store.outbox.next_at("webhook/crm") is None)
            await office.stop()
            assert set(states(store)) == {"taken"}
    ids: dict[str, set[str]] = {}
    for came in peer.came:
        ids.setdefault(came.body["data"]["id"], set()).add(came.id)
    assert len(confirmed) > 100
    assert confirmed <= ids.keys(), "a promise is on the disk and its receiver was never told"
    assert {len(each) for each in ids.values()} == {1}, "a message came again under another id"


async def killed_after(url: str, peer: Peer, life: int) -> set[str]:
    """What a process confirmed until it was killed, with some of its messages on their way."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("webhook_victim.py")),
        url,
        str(peer.port),
        str(life),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    seen: set[str] = set()
    before = len(peer.came)
    async with asyncio.timeout(DEADLINE):
        while len(seen) < 50 or len(peer.came) - before < 3:
            seen.add((await process.stdout.readline()).decode().strip())
    process.kill()
    left = await process.stdout.read()
    await process.wait()
    return seen | {line for line in left.decode().split("\n")[:-1] if line}


async def test_a_defect_in_telling_costs_no_record(sqlite: SqlBackend) -> None:
    def broken(_record: Record) -> Sequence[Notice]:
        raise ZeroDivisionError

    async with opened(sqlite, []) as (store, inbox):
        store.tell = broken
        await kept(store, inbox, ENDED)
        assert store.call("c1") == ENDED
