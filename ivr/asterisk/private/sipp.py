"""Scripted callers, phones and a scripted trunk: real SIP, spoken by sipp on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ivr.asterisk.private import processes
from ivr.asterisk.private.config import TRUNK_HEADER
from ivr.asterisk.private.processes import LOOPBACK, until
from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.sip_log import CallOutcome, SipMessage, by_call
from ivr.asterisk.private.sipp_process import START_SECONDS, SippFailed, SippProcess
from ivr.asterisk.private.sipp_scenario import hold, refusal, timeout


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
            "patience": timeout(patience_s, "cancel"),
            "talk_timeout": timeout(talk_s, "near-bye"),
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
            "ring_timeout": timeout(after, "refuse" if refuse else "answer"),
            "talk_timeout": timeout(talk_s, "near-bye"),
            "hold": "" if hold_s is None else hold(hold_s),
            "bye": "1" if hold_s is None else "2",
            "refusal": refusal(refuse or 480),
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

        await until(listens, seconds=START_SECONDS, otherwise=f"deaf {self._wrong()}")

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


class Trunk(Phone):
    """The outside world for calls that go out: each client that is dialled behaves alike."""

    @property
    def numbers(self) -> list[str]:
        """The numbers that were dialled, in order."""
        return [invite.number for invite in self.invites]
