"""A whole running service without Asterisk, with the example company and a month of interviews."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from example_folder import example_folder
from web.desk_stand import credential_of

from ivr.app import Service
from ivr.domain.records import CallEnd, CallRecord, InterviewRecord
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import decide
from ivr.ports import AuditEntry

SECRET = "a secret for tests only"
DAY = 86_400.0


@dataclass
class TreeOffice:
    """The service, its folder, and what a test looks up in its database."""

    folder: Path
    service: Service

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.service.web.port}"

    @property
    def draft(self) -> Path:
        return self.folder / "trees" / "internet.yaml"

    def audit(self) -> list[AuditEntry]:
        """All entries, oldest first."""
        return list(reversed(self.service.store.audit.entries(time.time() + DAY, 100)))

    async def audited(self, count: int) -> list[AuditEntry]:
        """All entries, once there are so many in the database."""
        await _until(lambda: len(self.audit()) >= count)
        return self.audit()

    def publish_often(self, text: str, times: int, by: str = "vera") -> None:
        """So many more versions in the database, unknown to the running service."""
        for n in range(times):
            self.service.store.trees.publish("internet", f"{text}# {n}\n", 1000.0 + n, by)

    @property
    def version(self) -> int:
        """The version that new calls walk."""
        return self.service.reception.floor.rules.trees["internet"].version

    async def kept(self, count: int) -> None:
        """Wait until so many interviews are in the database."""
        history, ahead = self.service.store.history, time.time() + DAY
        await _until(lambda: len(history.interviews("internet", 0, ahead)) >= count)

    def past(self, call: str, answers: Sequence[str | None], days_ago: float = 1.0) -> None:
        """Keep one interview as if a caller had given these answers; None is a skip."""
        tree = self.service.reception.floor.rules.trees["internet"]
        at = time.time() - days_ago * DAY
        walk = Interview.begin(tree.tree, tree.version, at)
        for given in answers:
            walk = walk.skip() if given is None else walk.answer(walk.at, given, at + 5)
        decision = decide(walk) if walk.outcome else None
        self.service.store.save(_call(call, at), confirm=False)
        self.service.store.save(
            InterviewRecord(
                id=call,
                call=call,
                tree="internet",
                version=tree.version,
                agent="anna",
                began_at=at,
                decided_at=at + 60 if decision else None,
                outcome=decision.outcome if decision else "",
                owner=decision.owner.value if decision else "",
                how=decision.how.value if decision and decision.how else "",
                aim=decision.aim.value if decision and decision.aim else "",
                why=decision.why.value if decision else "",
                reason="",
                offer="",
                walk=walk.to_record(),
                settled_at=at + 70 if decision else None,
            ),
            confirm=False,
        )


async def _until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(fact):  # noqa: ASYNC110 - a database has no event
            await asyncio.sleep(0.01)


def _call(call: str, at: float) -> CallRecord:
    return CallRecord(
        id=call,
        did="+74950000012",
        department="client",
        number="+74950000081",
        raw_number="+74950000081",
        name="",
        account="",
        company="",
        offered_at=at,
        answered_at=at + 3,
        ended_at=at + 90,
        agent="anna",
        talked=80.0,
        end=CallEnd.SERVED,
        refusal="",
        disposition="",
        not_enquiry="",
        note="",
    )


@asynccontextmanager
async def running(tmp_path: Path) -> AsyncIterator[TreeOffice]:
    """A started service with the passwords of the tests' people."""
    os.environ["IVR_AMI_SECRET"] = SECRET
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=False)
    made = example_folder(tmp_path)
    service = Service(made)
    await service.start()
    for person in ("anna", "boris", "vera"):
        credential = credential_of(person)
        assert credential
        service.store.credentials.keep_credential(credential)
    yield TreeOffice(made, service)
    await service.stop()
    structlog.reset_defaults()
    del os.environ["IVR_AMI_SECRET"]
