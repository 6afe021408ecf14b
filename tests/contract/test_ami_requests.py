"""Actions arrive in Asterisk exactly as they were meant, or are not sent at all."""

from __future__ import annotations

import pytest

from ivr.asterisk.ami_errors import AmiHeaderRefused, AmiInjection, AmiLineTooLong, AmiVariableSplit
from ivr.asterisk.ami_request import LONGEST_LINE, Headers, build


async def lines(name: str, headers: Headers) -> list[str]:
    return str(build(name, headers)).split("\r\n")


@pytest.mark.parametrize(
    "value",
    [
        "1\r\nAction: Originate",
        "1\nAction: Originate",
        "1\rAction: Originate",
        "101\r\n\r\nAction: Command\r\nCommand: core stop now",
        "cut\0off",
    ],
)
async def test_a_value_cannot_begin_a_line_of_its_own(value: str) -> None:
    with pytest.raises(AmiInjection, match="header Reason"):
        build("QueuePause", {"Queue": "client", "Reason": value})


@pytest.mark.parametrize("value", ["1\r\nAction: Originate", "x\0"])
async def test_neither_can_one_value_of_many(value: str) -> None:
    with pytest.raises(AmiInjection):
        build("Originate", {"Channel": "Local/1@a", "Variable": ["A=1", f"B={value}"]})


@pytest.mark.parametrize("header", ["Rea son", "Reason:", "Reason\r\nAction", "", "Причина"])
async def test_a_header_is_named_by_letters_digits_and_hyphens(header: str) -> None:
    with pytest.raises(AmiInjection, match="no header's name"):
        build("QueuePause", {header: "x"})


@pytest.mark.parametrize("name", ["Ping\r\nAction: Logoff", "", "Core Status", "Звонок"])
async def test_an_action_is_named_so_too(name: str) -> None:
    with pytest.raises(AmiInjection, match="no name of an AMI action"):
        build(name, {})


@pytest.mark.parametrize("headers", [{"Queue": "a", "queue": "b"}, {"Action": "Logoff"}])
async def test_no_header_replaces_another(headers: dict[str, str]) -> None:
    with pytest.raises(AmiInjection, match="twice"):
        build("QueuePause", headers)


async def test_half_a_surrogate_is_refused_by_name() -> None:
    with pytest.raises(AmiInjection, match="no valid text"):
        build("QueuePause", {"Reason": "\ud83d"})


async def test_a_line_is_as_long_as_asterisk_reads_and_no_longer() -> None:
    room = LONGEST_LINE - len(b"Reason: \r\n")
    longest = await lines("QueuePause", {"Reason": "x" * room})
    assert max(len(line) + 2 for line in longest) == LONGEST_LINE
    with pytest.raises(AmiLineTooLong, match="1025 bytes"):
        build("QueuePause", {"Reason": "x" * (room + 1)})


async def test_length_is_counted_in_bytes_and_not_in_letters() -> None:
    with pytest.raises(AmiLineTooLong):
        build("Originate", {"Channel": "Local/1@a", "Variable": "COMPANY=" + "Ж" * 600})


async def test_more_lines_than_asterisk_takes_are_refused() -> None:
    with pytest.raises(AmiLineTooLong, match="131 lines"):
        build("Originate", {"Variable": [f"A{n}=1" for n in range(128)]})


async def test_each_variable_has_a_line_of_its_own() -> None:
    sent = await lines(
        "Originate",
        {"Channel": "Local/cb-7@cb-out/n", "Variable": ["IVR_TASK=cb-7", "__CALLERID(num)=+7"]},
    )
    assert [line for line in sent if line.startswith("Variable")] == [
        "Variable: IVR_TASK=cb-7",
        "Variable: __CALLERID(num)=+7",
    ]


@pytest.mark.parametrize(
    "value",
    [
        "ООО «Вектор, Плюс» (Москва",
        "a,b",
        'say "no"',
        "back\\slash",
        "open (bracket",
        "[1]",
    ],
)
async def test_a_variable_that_asterisk_would_cut_is_not_sent(value: str) -> None:
    with pytest.raises(AmiVariableSplit, match="COMPANY"):
        build("Originate", {"Channel": "Local/1@a", "Variable": f"COMPANY={value}"})


@pytest.mark.parametrize("assignment", ["COMPANY", "=x", "A B=x", "A,B=x", "${X}=1", "Имя=x"])
async def test_a_variable_has_a_name_and_a_value(assignment: str) -> None:
    with pytest.raises(AmiVariableSplit, match="no variable"):
        build("Originate", {"Channel": "Local/1@a", "Variable": [assignment]})


async def test_the_one_variable_of_setvar_is_not_split_and_goes_as_it_is() -> None:
    sent = await lines(
        "Setvar", {"Channel": "PJSIP/1", "Variable": "GROUP(lines)", "Value": "a, (b"}
    )
    assert "Variable: GROUP(lines)" in sent
    assert "Value: a, (b" in sent


async def test_originate_never_holds_the_link_until_the_phone_is_answered() -> None:
    assert "Async: true" in await lines("Originate", {"Channel": "Local/1@a"})
    assert "async: yes" in await lines("Originate", {"Channel": "Local/1@a", "async": "yes"})
    with pytest.raises(AmiHeaderRefused, match="block the link"):
        build("Originate", {"Channel": "Local/1@a", "Async": "false"})
