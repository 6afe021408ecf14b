"""What a desk phone's own keys send, spoken in SIP within the talks that the phone has."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

from ivr.asterisk.private.processes import LOOPBACK

if TYPE_CHECKING:
    from ivr.asterisk.private.sip_log import SipMessage
    from ivr.asterisk.private.sipp import Caller, Phone


def attended_transfer(phone: Phone, second: Caller, asterisk: int) -> None:
    """Join the caller of the phone's first talk with whom its second line has rung.

    A REFER in the first talk whose Refer-To replaces the second one (RFC 3891, RFC 5589).
    """
    rung, answer = _talk(phone.messages, sent=True)
    _, theirs = _talk(second.messages, sent=False)
    replaced = _text(theirs.header("Call-ID")) + "".join(
        f";{name}={_tag(theirs, header)}"
        for name, header in (("to-tag", "To"), ("from-tag", "From"))
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((LOOPBACK, 0))
        own = f"{LOOPBACK}:{line.getsockname()[1]}"
        lines = [
            f"REFER {_address(rung.header('Contact'))} SIP/2.0",
            f"Via: SIP/2.0/UDP {own};branch=z9hG4bK{uuid4().hex}",
            f"From: {_text(answer.header('To'))}",
            f"To: {_text(rung.header('From'))}",
            f"Call-ID: {_text(rung.header('Call-ID'))}",
            "CSeq: 100 REFER",
            f"Contact: <sip:{LOOPBACK}:{phone.port}>",
            f"Refer-To: <sip:{_dialled(theirs)}@{LOOPBACK}:{asterisk}?Replaces={quote(replaced)}>",
            f"Referred-By: <sip:{LOOPBACK}:{phone.port}>",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        line.settimeout(30.0)
        line.sendto("\r\n".join([*lines, "", ""]).encode(), (LOOPBACK, asterisk))
        said = line.recv(65535).split(b"\r\n", 1)[0]
    assert said.startswith(b"SIP/2.0 202"), said


def _talk(messages: list[SipMessage], *, sent: bool) -> tuple[SipMessage, SipMessage]:
    """The INVITE that opened the newest call, and its 200, which this side sent or received."""
    invite = [m for m in messages if m.is_new_call][-1]
    call = invite.header("Call-ID")
    return invite, next(
        m
        for m in messages
        if m.sent is sent
        and m.status == 200
        and m.method == "INVITE"
        and m.header("Call-ID") == call
    )


def _dialled(answer: SipMessage) -> str:
    found = re.search(rb"sip:([^@;>]*)@", answer.header("To"))
    return _text(found[1]) if found else ""


def _address(header: bytes) -> str:
    found = re.search(rb"<([^>]*)>", header)
    return _text(found[1] if found else header)


def _tag(message: SipMessage, header: str) -> str:
    found = re.search(rb";tag=([^;>]*)", message.header(header))
    return _text(found[1]) if found else ""


def _text(raw: bytes) -> str:
    return raw.decode()
