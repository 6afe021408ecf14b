"""The tables: a row a thing, with the few indices that the start and the pages live on.

Whole rows are written under their id and no row refers to another by a foreign key: a call may
be written after its interview, and one refused row must not hold up its neighbours.
"""

from __future__ import annotations

from ivr.store.tables.calls import agent_states, calls, interviews, missed_calls, stretches
from ivr.store.tables.columns import metadata
from ivr.store.tables.office import (
    account_numbers,
    accounts,
    api_tokens,
    audit,
    credentials,
    refused_rows,
    tree_versions,
)
from ivr.store.tables.outbox import outbox
from ivr.store.tables.promises import attempts, escalations, meetings, owners
