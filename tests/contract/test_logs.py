"""What a line of the log may hold of a caller, and by which names its level goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from ivr import logs
from ivr.asterisk.agi_request import AgiRefused, parse_request
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_protocol import AmiProtocol
from ivr.asterisk.ami_state import AmiCounters
from ivr.cli import main

ROOT = Path(__file__).parents[2]


def hidden(value: object) -> object:
    return logs.mask_numbers(None, "info", {"detail": value})["detail"]


@pytest.mark.parametrize(
    ("written", "logged"),
    [
        ("+79161234567", "+7916•••••67"),
        ("8 calls of 79161234567", "8 calls of 79161••••67"),
        ("TransferToSales(number='+79161234567', queue='sales')", None),
        ("PJSIP/79161234567@trunk", None),
        ("PJSIP/79161234567-0000002a", None),
        ("KeyError: '9161234567'", None),
        ("79161234567, 79161234567.", None),
        ("from 1234567", "from •••••67"),
    ],
)
def test_a_phone_number_is_hidden_wherever_it_stands(written: str, logged: str | None) -> None:
    shown = hidden(written)
    assert "1234567" not in str(shown)
    assert logged in (None, shown)


@pytest.mark.parametrize(
    "written",
    [
        "+7 916 123-45-67",
        "+7 (916) 123-45-67",
        "8 (916) 123-45-67",
        "8 916 123 45 67",
        "8-916-123-45-67",
        "+7\u00a0916\u00a0123-45-67",
    ],
)
def test_a_number_as_people_write_it_is_hidden_too(written: str) -> None:
    shown = str(hidden(f'"{written}" is no full number'))
    assert "123" not in shown
    assert shown.endswith('67" is no full number')


@pytest.mark.parametrize(
    "text",
    [
        "1795590589.18",
        "asterisk-1795590589.18",
        "came at 1795590589",
        "ivr-keep-3-1795590589123",
        "cb-12345678-1234-4abc-8def-123456789012",
        "12345678-1234-4abc-8def-1234567890ab",
        "PJSIP/trunk-00000012",
        "2026-11-25T08:16:32.123456Z",
        "127.0.0.1:5038",
        "2026-11-30 04:10:14 and 8 calls in 12 minutes of 30",
        "8 of 12 lines, 3 of 8",
        "1:49, 1:02:05",
        "a1234567",
        "123456",
    ],
)
def test_ids_and_times_stay_as_they_are(text: str) -> None:
    assert hidden(text) == text


def test_numbers_within_lists_and_tables_are_hidden_too() -> None:
    assert hidden({"+79161234567": ["+79161234567", 79.5]}) == {
        "+7916•••••67": ["+7916•••••67", 79.5]
    }


def test_a_written_line_has_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        logs.set_up("INFO", people=False)
        try:
            raise KeyError("+79161234567")
        except KeyError:
            structlog.get_logger().exception("broke", linkedid="1795590589.18")
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    assert "79161234567" not in line
    assert json.loads(line)["linkedid"] == "1795590589.18"


def test_an_unknown_level_is_refused_by_name() -> None:
    told = CliRunner().invoke(main, ["serve", str(ROOT / "config")], env={"IVR_LOG": "verbose"})
    assert told.exit_code == 2
    assert 'IVR_LOG: "verbose" is no level' in told.output
    assert "WARNING" in told.output


def test_malformed_words_of_the_dialplan_are_measured_and_not_told() -> None:
    with pytest.raises(AgiRefused) as refused:
        parse_request(b"agi_network: yes\n79161234567 and a name", most_lines=100)
    assert "9161234567" not in str(refused.value)
    assert "22 characters" in str(refused.value)


async def test_a_malformed_block_of_asterisk_is_measured_and_not_told() -> None:
    protocol = AmiProtocol(frozenset(), list[AmiEvent]().append, AmiCounters())
    with structlog.testing.capture_logs() as lines:
        protocol.data_received(b"Asterisk Call Manager/9.0.0\r\nCaller: Anna 9161234567\r\n\r\n")
    (line,) = [line for line in lines if line["event"] == "ami_block_malformed"]
    assert "Anna" not in str(line)
    assert line["size"] > 0
