"""All resources of the API, put together over the store and what keeps the companies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.account_keeping import AccountKeeping
from ivr.config.people import Person
from ivr.erasing import Erasing
from ivr.metrics import Metrics
from ivr.ports import Audit, Outbox, Tokens
from ivr.web.api.account_files import AccountFiles
from ivr.web.api.accounts import AccountsResource
from ivr.web.api.api import Api
from ivr.web.api.calls import CallReads, Calls
from ivr.web.api.clients import ClientReads, Clients
from ivr.web.api.core import Core
from ivr.web.api.erasures import Erasures
from ivr.web.api.meetings import MeetingReads, Meetings
from ivr.web.api.metrics import MetricsResource
from ivr.web.api.outbox import OutboxResource
from ivr.web.api.promise_following import PromiseReads
from ivr.web.api.promise_results import PromiseResults
from ivr.web.api.promises import PromisesResource


class ApiStore(CallReads, PromiseReads, ClientReads, MeetingReads, Protocol):
    """What the API needs of the store; all of it may wait for the database."""

    @property
    def tokens(self) -> Tokens: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def outbox(self) -> Outbox: ...


@dataclass(frozen=True, slots=True)
class Shared:
    """What several resources use. `wake` lets messages go out that shall be sent again."""

    region: str
    people: Callable[[], Mapping[str, Person]]
    wake: Callable[[], None]
    now: Callable[[], float]
    proxies: tuple[str, ...] = ()


def api(
    store: ApiStore,
    keeping: AccountKeeping,
    core: Core,
    erasing: Erasing,
    metrics: Metrics,
    shared: Shared,
) -> Api:
    """The whole API."""
    region = shared.region
    resources = (
        Clients(store, keeping, region),
        AccountsResource(keeping, store.audit, store),
        AccountFiles(keeping),
        Calls(store, region),
        PromisesResource(store, region),
        PromiseResults(store, core, shared.people),
        Meetings(store),
        OutboxResource(store.outbox, shared.wake, shared.now),
        Erasures(erasing),
        MetricsResource(metrics),
    )
    return Api(resources, store.tokens, store.audit, shared.now, shared.proxies)
