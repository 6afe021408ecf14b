"""One sipp that plays a scenario on loopback: its files tell what happened."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from ivr.asterisk.private import processes, sipp_scenario
from ivr.asterisk.private.process import PrivateProcess
from ivr.asterisk.private.processes import LOOPBACK, ProcessFailed, free_port, until
from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.prompter import Prompter
from ivr.asterisk.private.sip_log import CallOutcome, SipMessage, call_outcomes, read_messages

START_SECONDS = 15.0
"""Seconds that a sipp may take to start, or to end what it was told to end."""

_RTP_PORTS = 40
_RTP_RANGES = (3, 7, 0)
"""Older versions know only where their RTP ports begin."""


class SippFailed(ProcessFailed):
    """sipp could not run its scenario: something unexpected came, or nothing."""


class SippProcess(PrivateProcess):
    """One sipp in a folder of its own; its files tell what happened."""

    def __init__(self, program: Program, *, port: int | None = None) -> None:
        super().__init__()
        self.port = port or free_port()
        self._program = program
        self._prompter = Prompter(self.port)

    @property
    def messages(self) -> list[SipMessage]:
        """Every SIP message so far, oldest first."""
        return read_messages(self.folder / "messages.log")

    @property
    def outcomes(self) -> list[CallOutcome]:
        """What became of each call so far, in the order in which they began."""
        return call_outcomes(self.messages)

    async def hang_up(self) -> None:
        """Hang up every open call now: BYE in a talk, CANCEL while this side still calls."""
        await self._prompt()

        def over() -> bool:
            return not self.is_running or all(o.ending != "open" for o in self.outcomes)

        await until(over, seconds=START_SECONDS, otherwise=f"never ends: {self._wrong()}")

    async def _prompt(self) -> None:
        await self._prompter.open()
        for outcome in self.outcomes:
            if outcome.ending == "open":
                self._prompter.prompt(outcome.invite)

    async def stop(self) -> None:
        """End it; calls in progress are cut off without a word. The files stay until `remove`."""
        await self._prompter.close()
        if self._process is not None:
            await processes.end(self._process, signal.SIGKILL)

    def keep_files(self, into: Path) -> None:
        """Copy messages, errors and the scenario, for whoever looks into a failure."""
        processes.keep_files(self.folder, into)

    async def _run(
        self, scenario: str, words: Mapping[str, str], arguments: Sequence[str | bytes], media: bool
    ) -> None:
        rtp = free_port(_RTP_PORTS)
        text = sipp_scenario.filled(scenario, words, None if media else rtp)
        (self.folder / "scenario.xml").write_text(text)
        (self.folder / sipp_scenario.TONE).write_bytes(sipp_scenario.tone())
        command = [*self._program.command, *arguments]
        command += ["-sf", "scenario.xml", "-i", LOOPBACK, "-mi", LOOPBACK, "-p", str(self.port)]
        command += ["-mp", str(rtp)]
        if self._program.version >= _RTP_RANGES:
            command += ["-max_rtp_port", str(rtp + _RTP_PORTS - 1)]
        command += ["-cp", str(free_port()), "-nostdin", "-aa", "-default_behaviors", "all"]
        command += ["-trace_msg", "-message_file", "messages.log"]
        command += ["-trace_err", "-error_file", "errors.log"]
        self._process = await processes.spawn(
            command, folder=self.folder, output=self.folder / "screen.log"
        )

    def _wrong(self) -> str:
        errors = self.folder / "errors.log"
        text = errors.read_text(errors="replace") if errors.exists() else ""
        if not text:
            text = (self.folder / "screen.log").read_text(errors="replace")[-800:]
        return f"sipp in {self.folder}: {' '.join(text[:1200].split()) or 'it said nothing'}"
