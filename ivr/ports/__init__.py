"""The ports: what the core and the pages need of the world, as Protocols that adapters fulfil."""

from __future__ import annotations

from ivr.ports.access import ApiToken, Credential, Credentials, Tokens
from ivr.ports.changes import AccountChange, Accounts, Audit, AuditEntry
from ivr.ports.core import Clock, Desk, Pbx, Post, Store, StoreHealth, StoreState
from ivr.ports.erasure import COUNTED, ERASED, Erasure, Footprint
from ivr.ports.outbox import (
    LONGEST_PAUSE,
    Delivery,
    Notice,
    NoticeState,
    Outbox,
    OutboxEntry,
    Tell,
)
from ivr.ports.past import (
    Bookmark,
    CallsWanted,
    HourOfCalls,
    PastCall,
    PastCalls,
    PastPage,
    Promises,
    PromisesWanted,
    Traffic,
)
from ivr.ports.retention import Retention, Voices, Walked
from ivr.ports.trees import (
    History,
    PastInterview,
    Trees,
    TreeVersion,
    VersionHead,
    Versions,
)
