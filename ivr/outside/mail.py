"""E-mail: a meeting as an invitation for the salesperson's calendar, and one message on its way."""

from __future__ import annotations

import asyncio
import hashlib
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from ivr.config.mail import TARGET, Post
from ivr.config.people import Person
from ivr.domain.records import MeetingRecord, MeetingState
from ivr.outside.courier import Answer, Refused, Silent, Taken
from ivr.ports import Notice, OutboxEntry
from ivr.views import moment
from ivr.views.meetings import Invitation, clean, described, ics, title

WHY_KEPT = 200
"""Characters that are kept of a server's refusal."""


def invitation(record: MeetingRecord, person: Person, sender: str) -> Notice | None:
    """The message that puts a meeting into a person's calendar, or takes it out again.

    One a state of the meeting: its id is made of the meeting's and of `sequence`.
    """
    if person.email is None:
        return None
    name = f"{TARGET}\n{record.id}\n{record.sequence}\n{person.id}"
    kind = "meeting.cancelled" if record.state is MeetingState.CANCELLED else "meeting.set"
    return Notice(
        id="msg_" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32],
        target=TARGET,
        kind=kind,
        subject=f"meeting/{record.id}",
        body=_letter(record, person, sender).as_bytes(policy=SMTP).decode("ascii"),
        made_at=record.changed_at,
    )


def invitations(
    people: Mapping[str, Person], route: Post | None
) -> Callable[[MeetingRecord], Sequence[Notice]]:
    """What a saved meeting sends out; nothing where no mail is configured."""

    def made(record: MeetingRecord) -> Sequence[Notice]:
        person = people.get(record.salesperson)
        found = invitation(record, person, route.sender) if route and person else None
        return [found] if found else []

    return made


def _letter(record: MeetingRecord, person: Person, sender: str) -> EmailMessage:
    language = person.languages[0] if person.languages else "ru"
    invited = Invitation(sender, person.email or "", person.name.in_(language))
    file = ics(record, language, invited)
    method = "CANCEL" if record.state is MeetingState.CANCELLED else "REQUEST"
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = person.email
    letter["Subject"] = " ".join(title(record, language).split())
    letter["Date"] = format_datetime(moment(record.changed_at))
    letter["Message-ID"] = f"<{_safe(record.id)}.{record.sequence}@{sender.partition('@')[2]}>"
    letter.set_content(_said(record, language), cte="base64")
    letter.add_alternative(file, maintype="text", subtype="calendar", params={"method": method})
    letter.add_attachment(
        file, maintype="application", subtype="ics", filename=f"{_safe(record.id)}.ics"
    )
    return letter


def _said(record: MeetingRecord, language: str) -> str:
    zone = _zone(record.zone)
    starts = moment(record.starts_at).astimezone(zone)
    lines = [
        title(record, language),
        f"{starts:%d.%m.%Y %H:%M} (UTC{starts:%z}, {zone.key})",
        *([clean(record.place)] if record.place else []),
        *described(record, language),
    ]
    return "\n".join(lines) + "\n"


def _zone(name: str) -> ZoneInfo:
    """The client's zone; one that this machine does not know is told in UTC."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _safe(id: str) -> str:
    return "".join(ch if ch.isascii() and ch.isalnum() else "-" for ch in id)


class MailCarrier:
    """Hands letters to the server, on threads of its own, each over a connection of its own."""

    def __init__(self, route: Post) -> None:
        self._route = route
        self._threads = ThreadPoolExecutor(route.in_flight, "mail")

    async def carry(self, entry: OutboxEntry) -> Answer:
        """Hand it over once."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._handed, entry.notice.body)

    async def close(self) -> None:
        """Begin nothing more; nothing stays open between two letters."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _handed(self, body: str) -> Answer:
        letter = message_from_string(body, policy=SMTP)
        try:
            with self._server() as server:
                if self._route.user:
                    server.login(self._route.user, self._route.secret)
                server.sendmail(str(letter["From"]), [str(letter["To"])], body.encode("ascii"))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refusal:
            return _refused(refusal)
        except (smtplib.SMTPException, OSError) as fault:
            return Silent(f"not handed over: {fault}"[:WHY_KEPT])
        return Taken()

    def _server(self) -> smtplib.SMTP:
        host, port, patience = self._route.host, self._route.port, self._route.timeout
        trusted = ssl.create_default_context()
        if self._route.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=patience, context=trusted)
        server = smtplib.SMTP(host, port, timeout=patience)
        if self._route.security == "starttls":
            try:
                server.starttls(context=trusted)
            except (smtplib.SMTPException, OSError):
                server.close()
                raise
        return server


def _refused(refusal: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> Answer:
    """A code of 5xx refuses this letter, one of 4xx asks to come again."""
    if isinstance(refusal, smtplib.SMTPDataError):
        answers = [(refusal.smtp_code, refusal.smtp_error)]
    else:
        answers = list(refusal.recipients.values())
    code, said = answers[0]
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    why = f"{code} {' '.join(words.split())}"[:WHY_KEPT]
    return Refused(why) if code >= 500 else Silent(why)
