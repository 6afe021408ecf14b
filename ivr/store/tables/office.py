"""What people keep: companies, trees, passwords, tokens, the audit log, rows set aside."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from ivr.store.tables.columns import (
    count_column,
    id_column,
    json_type,
    later_column,
    metadata,
    text_column,
    time_column,
)

accounts = Table(
    "accounts",
    metadata,
    id_column(),
    text_column("name"),
    Column("phones", json_type(), nullable=False),
    text_column("scale"),
    Column("key", Boolean, nullable=False),
    text_column("owner"),
    text_column("tax"),
    text_column("note"),
    time_column("made_at"),
    text_column("made_by"),
    later_column("gone_at"),
)

account_numbers = Table(
    "account_numbers",
    metadata,
    id_column(),
    text_column("account"),
    text_column("number"),
    text_column("call"),
    text_column("person"),
    time_column("learned_at"),
)

tree_versions = Table(
    "tree_versions",
    metadata,
    text_column("tree"),
    count_column("version"),
    text_column("text"),
    text_column("sha256"),
    time_column("published_at"),
    text_column("published_by"),
    PrimaryKeyConstraint("tree", "version"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("person", Text, primary_key=True),
    text_column("hash"),
    time_column("changed_at"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    id_column(),
    text_column("name"),
    text_column("hash"),
    text_column("scopes"),
    time_column("made_at"),
    text_column("made_by"),
    later_column("revoked_at"),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    time_column("at"),
    text_column("actor"),
    text_column("action"),
    text_column("object"),
    Column("detail", json_type(), nullable=False),
)
Index("audit_by_time", audit.c.at)
Index("audit_by_object", audit.c.object, audit.c.at)

refused_rows = Table(
    "refused_rows",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    time_column("refused_at"),
    text_column("kind"),
    text_column("record"),
    text_column("error"),
    text_column("content"),
)
