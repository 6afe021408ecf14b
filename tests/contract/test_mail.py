"""Meetings by e-mail: in the same outbox as webhooks, once a state, never with a foreign header."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from contract.smtp_peer import SmtpPeer, smtp
from contract.store_backends import SqlBackend, meeting
from contract.test_config import SECRET, change, folder, refused
from contract.test_webhooks import kept, opened, states
from icalendar import Calendar

from ivr.asterisk.private.processes import free_port
from ivr.config.check import load
from ivr.config.mail import Post
from ivr.config.people import Person
from ivr.domain.records import MeetingState
from ivr.domain.tree.tree import Text
from ivr.outside.courier import Courier
from ivr.outside.mail import MailCarrier, invitations
from ivr.outside.telling import Telling
from ivr.ports import NoticeState
from ivr.store.store import SqlStore

__all__ = ["folder"]

OLGA = Person(
    "olga", Text("Ольга", "Olga"), "PJSIP/301", "sales", ("sales",), ("ru",), None, None, "o@x.test"
)


def route(port: int) -> Post:
    return Post("127.0.0.1", port, "none", "desk@example.com", "", "", 5.0)


def tell(store: SqlStore, port: int, people: Iterable[Person] = (OLGA,)) -> None:
    """Invite these people to their meetings."""
    by_id = {one.id: one for one in people}
    store.tell = Telling([], time.time, invitations(by_id, route(port)))


async def delivered(store: SqlStore, port: int) -> None:
    """One round of the courier of e-mail."""
    carrier = MailCarrier(route(port))
    await Courier("mail", store.outbox, carrier.carry, time.time, 2).round()


def calendar_of(letter: EmailMessage) -> Calendar:
    """The entry that a calendar program would take in from the letter."""
    (part,) = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return Calendar.from_ical(data)


async def test_a_meeting_set_moved_and_called_off_is_three_letters_of_one_entry(
    database: SqlBackend,
) -> None:
    async with smtp() as peer, opened(database, []) as (store, inbox):
        tell(store, peer.port)
        first = meeting(sequence=0)
        moved = meeting(sequence=1, starts_at=9000.0)
        off = meeting(sequence=2, state=MeetingState.CANCELLED)
        for one in (first, first, moved, off):
            await kept(store, inbox, one)
        for _ in range(3):
            await delivered(store, peer.port)
        assert states(store) == ["taken"] * 3
    methods = [str(calendar_of(one)["method"]) for one in peer.letters]
    assert methods == ["REQUEST", "REQUEST", "CANCEL"]
    entries = [calendar_of(one).walk("VEVENT")[0] for one in peer.letters]
    assert {entry["uid"] for entry in entries} == {"mt1@linetree"}
    assert [entry["sequence"] for entry in entries] == [0, 1, 2]
    assert len({one["Message-ID"] for one in peer.letters}) == 3
    assert peer.letters[0]["Subject"] == "Встреча: ООО «Ромашка»"
    assert peer.recipients == ["<o@x.test>"] * 3
    attached = list(peer.letters[0].iter_attachments())
    assert [one.get_filename() for one in attached] == ["mt1.ics"]


@pytest.mark.parametrize(
    "text", ["x\r\nBcc: evil@example.com", "<img src=x onerror=alert(1)>", "\x00\ud800я"]
)
async def test_what_a_caller_wrote_becomes_no_header(sqlite: SqlBackend, text: str) -> None:
    async with smtp() as peer, opened(sqlite, []) as (store, inbox):
        tell(store, peer.port)
        await kept(store, inbox, replace(meeting(), company=text, place=text, note=text))
        await delivered(store, peer.port)
    (letter,) = peer.letters
    assert letter["Bcc"] is None
    assert letter["To"] == "o@x.test"
    assert peer.recipients == ["<o@x.test>"]
    assert "text/html" not in [part.get_content_type() for part in letter.walk()]


async def test_a_mail_server_that_is_away_loses_no_letter(sqlite: SqlBackend) -> None:
    nobody = free_port()
    async with opened(sqlite, []) as (store, inbox):
        tell(store, nobody)
        await kept(store, inbox, meeting())
        await delivered(store, nobody)
        (entry,) = store.outbox.entries(NoticeState.WAITING, None, 9)
        assert "not handed over" in entry.last_error
        async with smtp() as peer:
            carrier = MailCarrier(route(peer.port))
            later = time.time() + 3600
            await Courier("mail", store.outbox, carrier.carry, lambda: later, 2).round()
            assert len(peer.letters) == 1
        assert states(store) == ["taken"]


@pytest.mark.parametrize(
    ("answer", "why"), [("550 no such user", "550 no such user"), ("451 later", "451 later")]
)
async def test_a_refused_letter_waits_with_the_servers_words(
    sqlite: SqlBackend, answer: str, why: str
) -> None:
    async with smtp() as peer, opened(sqlite, []) as (store, inbox):
        peer.recipient_refusal = answer
        tell(store, peer.port)
        await kept(store, inbox, meeting())
        await delivered(store, peer.port)
        (entry,) = store.outbox.entries(NoticeState.WAITING, None, 9)
        assert entry.last_error == why
    assert peer.letters == []


async def test_who_has_no_address_gets_no_letter(sqlite: SqlBackend) -> None:
    async with opened(sqlite, []) as (store, inbox):
        tell(store, 1, [replace(OLGA, email=None)])
        await kept(store, inbox, meeting(), meeting("mt2", salesperson="gone"))
        assert states(store) == []


def mail(folder: Path, **keys: str) -> None:
    keys = {"host": "mail.example.com", "sender": "desk@example.com", **keys}
    lines = "".join(f"  {name}: {value}\n" for name, value in keys.items())
    with (folder / "ivr.yaml").open("a", encoding="utf-8") as file:
        file.write(f"mail:\n{lines}")


def test_mail_is_configured_with_its_password_outside_the_file(folder: Path) -> None:
    mail(folder, user="desk")
    change(folder, "people.yaml", "phone: PJSIP/302\n", "phone: PJSIP/302\n    email: p@x.test\n")
    company = load(folder, environ={**SECRET, "IVR_MAIL_SECRET": "a password"})
    assert company.post is not None
    assert (company.post.user, company.post.security) == ("desk", "starttls")
    assert company.people["orlov"].email == "p@x.test"
    assert "a password" not in repr(company)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"security": "none"}, "without TLS"),
        ({"password": "x"}, "does not belong into this file"),
        ({"sender": '"a@b.c\\r\\nBcc: e@f.g"'}, "no e-mail address"),
        ({"sender": "desk"}, "no e-mail address"),
        ({"user": "desk"}, "password of the mail server's user is missing"),
        ({"port": "0"}, "port"),
    ],
)
def test_what_mail_may_not_say_is_refused(folder: Path, keys: dict[str, str], why: str) -> None:
    mail(folder, **keys)
    assert any(why in str(problem) for problem in refused(folder))


async def test_a_server_without_tls_is_not_spoken_to_where_tls_is_asked_for(
    sqlite: SqlBackend,
) -> None:
    async with smtp() as peer, opened(sqlite, []) as (store, inbox):
        tell(store, peer.port)
        await kept(store, inbox, meeting())
        carrier = MailCarrier(replace(route(peer.port), security="starttls"))
        await Courier("mail", store.outbox, carrier.carry, time.time, 2).round()
        assert states(store) == ["waiting"]
    assert isinstance(peer, SmtpPeer)
    assert peer.letters == []
