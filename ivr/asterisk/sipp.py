"""Scripted callers, phones and a scripted trunk: real SIP, spoken by sipp on loopback."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ivr.asterisk import processes
from ivr.asterisk.private_config import TRUNK_HEADER
from ivr.asterisk.processes import LOOPBACK, ProcessFailed, free_port, until
from ivr.asterisk.programs import Program
from ivr.asterisk.prompter import Prompter
from ivr.asterisk.sip_log import CallOutcome, SipMessage, by_call, call_outcomes, read_messages

_SCENARIOS = Path(__file__).parent / "scenarios"
_TONE = "tone.al"
_RTP_PORTS = 40
_RTP_RANGES = (3, 7, 0)
"""Older versions know only where their RTP ports begin."""
_START_SECONDS = 15.0
_REASONS = {
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    503: "Service Unavailable",
    603: "Decline",
}


class SippFailed(ProcessFailed):
    """sipp could not run its scenario: something unexpected came, or nothing."""


class SippProcess:
    """One sipp in a folder of its own; its files tell what happened."""

    def __init__(self, program: Program, *, port: int | None = None) -> None:
        self.folder = processes.run_folder()
        self.port = port or free_port()
        self._program = program
        self._prompter = Prompter(self.port)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def messages(self) -> list[SipMessage]:
        """Every SIP message so far, oldest first."""
        return read_messages(self.folder / "messages.log")

    @property
    def outcomes(self) -> list[CallOutcome]:
        """What became of each call so far, in the order in which they began."""
        return call_outcomes(self.messages)

    @property
    def is_running(self) -> bool:
        """Whether this sipp still works."""
        return self._process is not None and self._process.returncode is None

    async def hang_up(self) -> None:
        """Hang up every open call now: BYE in a talk, CANCEL while this side still calls."""
        await self._prompt()

        def over() -> bool:
            return not self.is_running or all(o.ending != "open" for o in self.outcomes)

        await until(over, seconds=_START_SECONDS, otherwise=f"never ends: {self._wrong()}")

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

    def remove(self) -> None:
        """Delete what a stopped sipp wrote."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep_files(self, into: Path) -> None:
        """Copy messages, errors and the scenario, for whoever looks into a failure."""
        processes.keep_files(self.folder, into)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What a failure left behind stays for whoever looks into it."""
        await self.stop()
        if not isinstance(error, Exception):
            self.remove()

    async def _run(
        self, scenario: str, words: dict[str, str], arguments: Sequence[str | bytes], media: bool
    ) -> None:
        rtp = free_port(_RTP_PORTS)
        # The hold is filled in first, since it speaks of the media port itself.
        words |= {
            "media_port": "[rtpstream_audio_port]" if media else str(rtp),
            "media": _STREAM if media else "",
        }
        text = (_SCENARIOS / f"{scenario}.xml").read_text()
        for word, value in words.items():
            text = text.replace("{{" + word + "}}", value)
        (self.folder / "scenario.xml").write_text(text)
        (self.folder / _TONE).write_bytes(_tone())
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


class Caller(SippProcess):
    """Somebody who calls `number`, once or `calls` times, from the trunk or from a desk phone."""

    def __init__(
        self,
        program: Program,
        sip_port: int,
        number: str,
        *,
        from_user: str = "+79161234567",
        from_name: bytes = b"",
        from_host: str = "",
        headers: Sequence[tuple[str, str]] = (),
        trunk: bool = True,
        talk_s: float | None = None,
        patience_s: float | None = None,
        calls: int = 1,
        rate: float = 10.0,
        media: bool = True,
    ) -> None:
        """Hangs up `talk_s` seconds after the answer (None: waits for the other side).

        Gives up `patience_s` after the last sign of ringing. `from_name` are the raw bytes before
        the address in From, quotes included. `trunk` false: a desk phone's own call, `from_user`
        being the account. `rate` is calls a second where there are several.
        """
        super().__init__(program)
        self._target = f"{LOOPBACK}:{sip_port}"
        self._number = number
        self._from = (from_user, from_name)
        self._calls, self._rate, self._media = calls, rate, media
        extra = [(TRUNK_HEADER, "1"), *headers] if trunk else list(headers)
        self._words = {
            "from_host": from_host or "[local_ip]:[local_port]",
            "headers": "".join(f"\n      {name}: {value}" for name, value in extra),
            "patience": _timeout(patience_s, "cancel"),
            "talk_timeout": _timeout(talk_s, "near-bye"),
        }

    async def start(self) -> None:
        """Begin to call; returns at once."""
        user, name = self._from
        arguments: list[str | bytes] = [self._target, "-s", self._number, "-m", str(self._calls)]
        arguments += ["-r", f"{self._rate:g}", "-key", "from_user", user, "-key", "from_name", name]
        await self._run("caller", self._words, arguments, self._media)

    async def wait(self, deadline: float = 30.0) -> CallOutcome:
        """The outcome of the (first) call once all have ended. Raises SippFailed."""
        await self._ended(deadline)
        if not (outcomes := self.outcomes):
            raise SippFailed(f"no call was made by {self._wrong()}")
        return outcomes[0]

    async def ringing(self, deadline: float = 30.0) -> None:
        """Wait until the caller hears it ring (180 or 183)."""
        await self._until_status({180, 183}, deadline)

    async def answered(self, deadline: float = 30.0) -> None:
        """Wait until the call is answered (200)."""
        await self._until_status({200}, deadline)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def _until_status(self, wanted: set[int], deadline: float) -> None:
        def seen() -> bool:
            return not self.is_running or any(
                m.status in wanted and m.method == "INVITE" for m in self.messages
            )

        await until(seen, seconds=deadline, otherwise=f"no {wanted} for {self._wrong()}")

    async def _ended(self, deadline: float) -> None:
        if self._process is None:
            raise SippFailed("this caller was never started")
        try:
            code = await asyncio.wait_for(self._process.wait(), deadline)
        except TimeoutError:
            raise SippFailed(f"still calling after {deadline:g} s: {self._wrong()}") from None
        if code not in (0, 1, 99) or (code and not self.outcomes):
            raise SippFailed(f"exit code {code}, {self._wrong()}")


class Phone(SippProcess):
    """A phone on a port of its own that answers, refuses or rings on; any number of calls."""

    def __init__(
        self,
        program: Program,
        *,
        port: int | None = None,
        answer_s: float | None = 0.2,
        refuse: int | None = None,
        talk_s: float | None = None,
        hold_s: float | None = None,
        media: bool = True,
    ) -> None:
        """Answers after `answer_s` seconds; None rings for ever. `refuse`: that status instead.

        Hangs up `talk_s` seconds after the answer; None waits for the other side. After `hold_s`
        seconds of talk it puts the other side on hold by its own key, for good.
        """
        super().__init__(program, port=port)
        self._media = media
        after = answer_s if refuse is None else (answer_s or 0.0)
        self._words = {
            "ring_timeout": _timeout(after, "refuse" if refuse else "answer"),
            "talk_timeout": _timeout(talk_s, "near-bye"),
            "hold": "" if hold_s is None else _hold(hold_s),
            "bye": "1" if hold_s is None else "2",
            "refusal": f"{refuse} {_REASONS.get(refuse, 'Refused')}" if refuse else "480 Gone",
        }

    @property
    def invites(self) -> list[SipMessage]:
        """The INVITEs that opened a call, as received, each once however often it was sent."""
        calls = by_call([m for m in self.messages if m.is_new_call and not m.sent])
        return [call[0] for call in calls.values()]

    async def start(self) -> None:
        """Start and wait until it listens. Raises SippFailed."""
        await self._run("phone", self._words, [], self._media)

        def listens() -> bool:
            if not self.is_running:
                raise SippFailed(self._wrong())
            return processes.udp_bound(self.port)

        await until(listens, seconds=_START_SECONDS, otherwise=f"deaf {self._wrong()}")

    async def rung(self, times: int = 1, deadline: float = 30.0) -> SipMessage:
        """The INVITE of the `times`-th call, once it has come."""
        await until(
            lambda: len(self.invites) >= times,
            seconds=deadline,
            otherwise=f"rung {len(self.invites)} times instead of {times}, {self._wrong()}",
        )
        return self.invites[times - 1]

    async def ended(self, *endings: str, deadline: float = 30.0) -> None:
        """Wait until each of its calls has ended, in these ways (words of `sip_log.Ending`).

        A phone learns of an end a moment after whoever hung up has it.
        """
        await until(
            lambda: [one.ending for one in self.outcomes] == [*endings],
            seconds=deadline,
            otherwise=f"ended {[one.ending for one in self.outcomes]}, not {[*endings]}",
        )

    async def pick_up(self) -> None:
        """Answer what rings now, however long the phone would have rung."""
        await self.rung()
        await self._prompt()

    async def __aenter__(self) -> Self:
        await self.start()
        return self


class Trunk(Phone):
    """The outside world for calls that go out: each client that is dialled behaves alike."""

    @property
    def numbers(self) -> list[str]:
        """The numbers that were dialled, in order."""
        return [invite.number for invite in self.invites]


_STREAM = f"""  <nop>
    <action><exec rtp_stream="{_TONE},-1,8,PCMA/8000"/></action>
  </nop>"""


def _hold(after: float) -> str:
    """A re-INVITE that only sends, as the hold key of a phone does."""
    return f"""  <pause milliseconds="{round(after * 1000)}"/>
  <send retrans="500">
    <![CDATA[
{_request("INVITE", 1)}
      Contact: <sip:[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=- 1 2 IN IP4 [local_ip]
      s=-
      c=IN IP4 [local_ip]
      t=0 0
      m=audio {{{{media_port}}}} RTP/AVP 8
      a=rtpmap:8 PCMA/8000
      a=ptime:20
      a=sendonly
    ]]>
  </send>
  <recv response="100" optional="true"/>
  <recv response="200"/>
  <send>
    <![CDATA[
{_request("ACK", 1)}
      Content-Length: 0

    ]]>
  </send>"""


def _request(method: str, number: int) -> str:
    """The head of a request within the call that rang this phone."""
    return f"""      {method} [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      [routes]
      From: [$near];tag=[pid]p[call_number]
      To: [$far]
      Call-ID: [call_id]
      CSeq: {number} {method}
      Max-Forwards: 70"""


def _tone() -> bytes:
    """One second of a quiet square tone in A-law, to be repeated."""
    return (b"\xd5" * 10 + b"\xb5" * 10) * 400


def _timeout(seconds: float | None, label: str) -> str:
    if seconds is None:
        return ""
    return f' timeout="{max(1, round(seconds * 1000))}" ontimeout="{label}"'
