"""Text over FastAGI: callers' bytes in, our values out, neither able to be more than text."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from agi_variables import set_variable
from contract.agi_peer import Place, opening
from hypothesis import given
from hypothesis import strategies as st

from ivr.asterisk.agi_errors import (
    AgiInjection,
    AgiLineTooLong,
)
from ivr.asterisk.agi_request import LONGEST_NAME, AgiRequest
from ivr.asterisk.agi_session import AgiSession
from ivr.asterisk.agi_text import LINE_BYTES, command_line, readable, variable_name


def words(line: str) -> list[str]:
    """A command's words by the rules of Asterisk's `parse_args`: quotes group, `\\` escapes."""
    found: list[str] = []
    quoted = escaped = inside = False
    for sign in line:
        if sign == '"' and not escaped:
            quoted = not quoted
            if quoted and not inside:
                found.append("")
                inside = True
        elif sign in " \t" and not quoted and not escaped:
            inside = False
        elif sign == "\\" and not escaped:
            escaped = True
        else:
            if not inside:
                found.append("")
                inside = True
            found[-1] += sign
            escaped = False
    return found


async def test_a_request_carries_what_asterisk_says_of_the_call(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        return session.request

    request = await place.call(handler)
    assert request.route == "intake"
    assert request.args == ("88005553535", "1764054000.42")
    assert request.channel == "PJSIP/trunk-0000002a"
    assert request.uniqueid == "1764054000.42"
    assert (request.caller_number, request.caller_name) == ("+74951234567", "Ivan")
    assert request.raw["agi_accountcode"] == ""
    assert request.raw["agi_network_script"] == "intake"


async def test_headers_may_arrive_byte_by_byte(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        await set_variable(session, "IVR_VERDICT", session.request.caller_name)

    await place.serve({"intake": route})
    peer = await place.peer()
    for byte in opening(name="Иван".encode()):
        peer.say(bytes([byte]))
        await asyncio.sleep(0)
    assert await peer.hears() == 'SET VARIABLE "IVR_VERDICT" "Иван"'.encode()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Иван Петров".encode(), "Иван Петров"),
        ("Иван Петров".encode("cp1251"), "Иван Петров"),
        ("ООО «Ромашка» №5".encode("cp1251"), "ООО «Ромашка» №5"),
        ("Müller".encode("latin-1"), "M\\xfcller"),
        ("Иван".encode("koi8-r"), "\\xe9\\xd7\\xc1\\xce"),
        ("Иван".encode()[:-1], "Ива"),
        (b"\xff\xfe\xfd\x98", "\\xff\\xfe\\xfd\\x98"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"a\0b\x1b[2J\r", "a\\x00b\\x1b[2J\\x0d"),
        ("a\u0085b\u2028c".encode(), "a\\x85b\\u2028c"),
        ("\u202ecba".encode(), "\u202ecba"),
        (b"", ""),
        (b"'; DROP TABLE calls; --", "'; DROP TABLE calls; --"),
        (b"<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        (b"${SHELL(id)} $[1/0] &PJSIP/x", "${SHELL(id)} $[1/0] &PJSIP/x"),
        (b"=cmd() : agi_arg_1: x", "=cmd() : agi_arg_1: x"),
    ],
)
async def test_a_callers_name_of_any_bytes_becomes_text(
    place: Place, name: bytes, text: str
) -> None:
    async def route(session: AgiSession) -> None:
        seen.append(session.request)

    seen: list[AgiRequest] = []
    await place.serve({"intake": route})
    peer = await place.peer(opening(name=name))
    assert await peer.is_closed()
    assert seen[0].caller_name == text
    assert seen[0].args == ("88005553535", "1764054000.42")


@given(st.binary(max_size=60))
def test_no_bytes_of_a_name_give_text_that_a_later_reader_refuses(raw: bytes) -> None:
    text = readable(raw)
    text.encode()
    assert len(text.splitlines()) <= 1
    assert not set(text) & set(map(chr, range(32)))


@given(st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_printable_text_is_left_as_it_is(text: str) -> None:
    assert readable(text.encode()) == text


async def test_a_name_of_4_kb_goes_on_cut_and_stays_whole_in_raw(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        seen.append(session.request)

    seen: list[AgiRequest] = []
    await place.serve({"intake": route})
    peer = await place.peer(opening(name=b"x" * 4096, number=b"7" * 4096))
    assert await peer.is_closed()
    assert seen[0].caller_name == "x" * LONGEST_NAME
    assert seen[0].caller_number == "7" * LONGEST_NAME
    assert seen[0].raw["agi_calleridname"] == "x" * 4096


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=60))
def test_any_value_reaches_asterisk_as_one_unchanged_word(value: str) -> None:
    line = command_line("SET VARIABLE", ("IVR_X", value))
    assert words(line) == ["SET", "VARIABLE", "IVR_X", value]
    assert "\n" not in line


@pytest.mark.parametrize("name", ["", "A B", 'A"', "SHELL(rm -rf /)", "A(${B})", "имя", "1A", "A="])
def test_a_name_that_is_none_of_a_variable_is_refused(name: str) -> None:
    with pytest.raises(AgiInjection, match="no name of a channel variable"):
        variable_name(name)


@pytest.mark.parametrize("name", ["IVR_VERDICT", "__IVR_X", "GROUP(lines)", "CALLERID(name)"])
def test_names_of_variables_and_of_functions_with_plain_arguments_pass(name: str) -> None:
    assert variable_name(name) == name


@pytest.mark.parametrize("value", ["x" * LINE_BYTES, "ы" * (LINE_BYTES // 2), '"' * 4090])
def test_a_command_longer_than_asterisks_buffer_is_refused(value: str) -> None:
    with pytest.raises(AgiLineTooLong, match=f"Asterisk takes {LINE_BYTES}"):
        command_line("SET VARIABLE", ("X", value))


def test_the_longest_command_fits_asterisks_buffer() -> None:
    frame = len('SET VARIABLE "X" ""')
    assert len(command_line("SET VARIABLE", ("X", "x" * (LINE_BYTES - frame)))) == LINE_BYTES
