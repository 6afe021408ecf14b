"""Companies as others are shown them, with what was changed of each and by whom."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from ivr.domain.client.company import Account
from ivr.domain.records import OwnerRecord
from ivr.ports import AuditEntry
from ivr.views import View, moment, moment_or_none


class AccountView(View, frozen=True, kw_only=True):
    """One company with all its numbers. `version` changes with any of it; see If-Match."""

    id: str
    name: str
    phones: tuple[str, ...]
    scale: str
    key: bool
    owner: str
    tax: str
    note: str
    version: str


class ChangeView(View, frozen=True, kw_only=True):
    """One change: the company before and after, null where there was or is none."""

    at: datetime
    by: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class OwnerSpanView(View, frozen=True, kw_only=True):
    """Who of sales owned the client from when to when; the present one has no `until`."""

    department: str
    person: str
    since: datetime
    until: datetime | None
    by: str
    reason: str
    promise: str


def account_view(account: Account) -> AccountView:
    """The company as it is now."""
    plain = plain_account(account)
    return AccountView(**plain, version=version_of(account))


def plain_account(account: Account) -> dict[str, Any]:
    """What a company is, for the audit log."""
    return {
        "id": account.id,
        "name": account.name,
        "phones": list(account.phones),
        "scale": account.scale.value if account.scale else "",
        "key": account.key,
        "owner": account.owner or "",
        "tax": account.tax,
        "note": account.note,
    }


def version_of(account: Account) -> str:
    """Sixteen letters that tell one state of a company from another."""
    return hashlib.sha256(msgspec.json.encode(plain_account(account))).hexdigest()[:16]


def change_view(entry: AuditEntry) -> ChangeView:
    """The change that this entry of the audit log tells of."""
    before, after = entry.detail.get("before"), entry.detail.get("after")
    return ChangeView(
        at=moment(entry.at),
        by=entry.actor,
        action=entry.action,
        before=before if isinstance(before, dict) else None,
        after=after if isinstance(after, dict) else None,
    )


def owner_span_view(record: OwnerRecord) -> OwnerSpanView:
    """The span of this row."""
    return OwnerSpanView(
        department=record.department,
        person=record.person,
        since=moment(record.since),
        until=moment_or_none(record.until),
        by=record.by,
        reason=record.reason,
        promise=record.promise,
    )
