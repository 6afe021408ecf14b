"""The one composition root: what is built, in which order it starts, and how it stops."""

from __future__ import annotations

import asyncio
import ssl
import time
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from ivr.account_keeping import AccountKeeping, Office
from ivr.asterisk.ami_state import AmiSettings
from ivr.asterisk.fallback import fallback_notes
from ivr.asterisk.pbx import AsteriskPbx
from ivr.asterisk.reach import phones_of
from ivr.clock import WallClock
from ivr.config.check import load
from ivr.config.company import Company
from ivr.control.acts import Acts
from ivr.control.place import address
from ivr.control.server import ControlServer
from ivr.domain.reception import Reception
from ivr.erasing import Erasing
from ivr.in_force import publish_first, rules_of
from ivr.metrics import Metrics
from ivr.outside.mail import invitations
from ivr.outside.post_office import Destination, PostOffice
from ivr.outside.telling import Invite, Telling
from ivr.ports import StoreState
from ivr.publishing import Publishing
from ivr.reckoning import Reckoning
from ivr.reload import Reloading
from ivr.retention import Ageing
from ivr.rooms import Parts, rooms
from ivr.store.address import folder_of
from ivr.store.store import SqlStore
from ivr.switchboard import Switchboard
from ivr.voice_files import VoiceFiles
from ivr.web.api.api import Api
from ivr.web.api.core import Core
from ivr.web.api.resources import Shared, api
from ivr.web.recordings import Recordings
from ivr.web.server import WebServer
from ivr.web.settings import WebSettings

TELL_EVERY = 3600.0
"""Seconds between two looks at what the dialplan should know for the time when we are down."""

log = structlog.get_logger()


class Service:
    """A whole linetree: built by `start`, and gone without a trace in Asterisk after `stop`.

    The order matters. The store is first, since a second instance must refuse before it touches
    anything; then the core takes up what was open; then the pages; Asterisk last, so that no
    caller meets a service that does not know yet who is signed in.
    """

    def __init__(self, config_dir: Path) -> None:
        self.config_dir = config_dir
        self._stopping = asyncio.Event()
        self._opened = AsyncExitStack()

    async def start(self) -> None:
        """Start everything, or leave nothing open behind.

        Raises ConfigRefused, StoreTaken, WebPortTaken, AgiPortTaken.
        """
        async with AsyncExitStack() as opened:
            await self._start(opened)
            self._opened = opened.pop_all()
        log.info("serving", desk=self.web.port)

    async def _start(self, opened: AsyncExitStack) -> None:
        """What is opened first is closed last: no new news, then the last rows to the disk."""
        company = load(self.config_dir)
        self.store = SqlStore.open(company.settings.store.url, time.time)
        opened.push_async_callback(self._close_store)
        self.telling = Telling(company.receivers, time.time, _letters(company))
        self.store.tell = self.telling
        self.post_office = PostOffice(self.store.outbox, time.time)
        taken = publish_first(company, self.store.trees, time.time())
        if taken:
            log.info("trees_published", trees=taken, version=1)
        self.reception = Reception(rules_of(company, self.store.trees))
        self.switchboard = Switchboard(self.reception)
        self.clock = WallClock(self.switchboard.post)
        opened.callback(self.clock.stop)
        self.voice_files = VoiceFiles(Path(company.settings.asterisk.voicemail))
        self.web = self._web(company)
        self.web.on_refusal = self.core.refused
        self.pbx = self._pbx(company)
        self.store.start(asyncio.get_running_loop(), self.switchboard.post)
        self.switchboard.connect(self.pbx, self.web, self.store, self.clock)
        restored = self.store.restore(time.time())
        self.telling.remember(restored.calls)
        self.switchboard.post(restored)
        await self._tell_outside(opened, company)
        self.reloading = Reloading(
            self.config_dir,
            company,
            self.store.trees,
            self.switchboard,
            self.pbx,
            self.web,
            self._tell_others,
            time.time,
        )
        opened.push_async_callback(self.web.stop)
        await self.web.start()
        opened.push_async_callback(self.pbx.stop)
        await self.pbx.start()
        opened.push_async_callback(self.reloading.stop)
        await self._take_orders(opened)
        for name, work in (
            ("fallback notes", self._keep_telling()),
            ("retention", self._age().keep_on()),
            ("erasures", self.erasing.keep_on()),
        ):
            opened.push_async_callback(_stopped, asyncio.create_task(work, name=name))

    async def _tell_outside(self, opened: AsyncExitStack, company: Company) -> None:
        """Receivers are told what is on the disk, that of before this start first."""
        opened.push_async_callback(self.post_office.stop)
        self.store.on_notices(self.post_office.wake)
        await self.post_office.start(_destinations(company))

    async def _tell_others(self, company: Company) -> None:
        """A new configuration may name other receivers."""
        self.telling.relearn(company.receivers, _letters(company))
        await self.post_office.relearn(_destinations(company))

    @property
    def company(self) -> Company:
        """The configuration in force."""
        return self.reloading.company

    async def _take_orders(self, opened: AsyncExitStack) -> None:
        """From now on the command line is answered."""
        publishing = Publishing(
            self.config_dir,
            self.store.trees,
            time.time,
            lambda: self.company.offers,
        )
        self.acts = Acts(
            self.reloading,
            publishing,
            self.store,
            self.web.sign_out,
            self.post_office.wake,
            self.accounts,
            self.erasing,
            time.time,
        )
        self.control = ControlServer(address(self.config_dir), self.acts.table())
        opened.push_async_callback(self.control.stop)
        await self.control.start()

    async def serve(self) -> None:
        """Serve until `ask_to_stop`."""
        await self._stopping.wait()

    def ask_to_stop(self) -> None:
        """End `serve`; calls in progress go on in Asterisk."""
        self._stopping.set()

    async def stop(self) -> None:
        """Close everything, in the order that loses nothing; one that cannot be is told last."""
        await self._opened.aclose()

    def _age(self) -> Ageing:
        return Ageing(
            self.store.retention,
            self.voice_files,
            self.store.audit,
            lambda: self.company.settings.retention,
            time.time,
        )

    async def _close_store(self) -> None:
        left = await asyncio.to_thread(self.store.close)
        log.info("stopped", rows_left=left)

    async def _keep_telling(self) -> None:
        """Tell the dialplan the hours of the days that have come nearer."""
        while True:
            await asyncio.sleep(TELL_EVERY)
            self.pbx.remember(*fallback_notes(self.company, time.time()))

    def _web(self, company: Company) -> WebServer:
        web = company.settings.web
        number = company.settings.numbers[0].did
        return WebServer(
            WebSettings(
                host=web.host,
                port=web.port,
                origins=web.origins,
                proxies=web.proxies,
                language=company.settings.company.languages[0],
                sessions=folder_of(company.settings.store.url) / "sessions.key",
                number=number,
                company=company.settings.company.name.text().words(),
            ),
            people=company.people,
            credentials=self.store.credentials,
            post=self.switchboard.post,
            now=time.time,
            ready=self._missing,
            rooms=rooms(self._parts(company)),
            api=self._api(company).routes(),
            beside=Recordings(self.voice_files, self.store.missed_call).routes(),
        )

    def _api(self, company: Company) -> Api:
        region = company.settings.company.region
        self.accounts = AccountKeeping(
            lambda: self.reception.floor.directory,
            lambda: Office(self.company.people, region),
            self.store.accounts,
            self.switchboard.post,
            time.time,
        )
        self.erasing = Erasing(
            lambda: self.reception.floor,
            self.switchboard.post,
            self.store,
            self.accounts,
            self.voice_files,
            lambda: self.company,
            self.telling.forget,
            time.time,
        )
        self.core = Core(self.switchboard.post, self.store.settle, time.time)
        return api(
            self.store,
            self.accounts,
            self.core,
            self.erasing,
            Metrics(
                lambda: self.reception.floor,
                self.store.health,
                lambda: self.web.pages,
                lambda: {**self.pbx.counted(), "core": self.switchboard.reports},
            ),
            Shared(
                region,
                lambda: self.company.people,
                self.post_office.wake,
                time.time,
                company.settings.web.proxies,
            ),
        )

    def _parts(self, company: Company) -> Parts:
        return Parts(
            self.config_dir,
            self.store,
            company=lambda: self.company,
            reloading=lambda: self.reloading,
            acts=lambda: self.acts,
            directory=lambda: self.reception.floor.directory,
            erasing=lambda: self.erasing,
            reckoning=Reckoning(company.settings.store.url),
            floor=lambda: self.reception.floor,
            now=time.time,
        )

    def _missing(self) -> dict[str, str]:
        """What keeps the service from taking calls, by the part that is missing."""
        missing = {}
        if self.reception.floor.link_lost_at is not None:
            missing["asterisk"] = "no AMI link, or Asterisk is still being read"
        health = self.store.health()
        if health.state is StoreState.DOWN:
            missing["database"] = health.last_error
        return missing

    def _pbx(self, company: Company) -> AsteriskPbx:
        asterisk = company.settings.asterisk
        departments = company.settings.departments
        pbx = AsteriskPbx(
            ami=AmiSettings(
                host=asterisk.ami.host,
                port=asterisk.ami.port,
                user=asterisk.ami.user,
                secret=company.ami_secret,
                tls=ssl.create_default_context() if asterisk.ami.tls else None,
            ),
            agi=(asterisk.agi.host, asterisk.agi.port),
            phones=phones_of(company),
            queues=[department.queue for department in departments.values()],
            post=self.switchboard.post,
            now=time.time,
        )
        pbx.remember(*fallback_notes(company, time.time()))
        return pbx


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _letters(company: Company) -> Invite:
    return invitations(company.people, company.post)


def _destinations(company: Company) -> tuple[Destination, ...]:
    """To whom messages go out: receivers of webhooks, and the mail server."""
    return (*company.receivers, *([company.post] if company.post else []))
