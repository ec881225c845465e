"""The finding and its stable identity: the same breach has the same id every night, whatever else changes."""

from __future__ import annotations

from hashlib import blake2b

#: findings.csv, in order (the contract that others read).
COLUMNS = (
    "finding_id", "rule_id", "title", "kind", "force", "severity", "outcome", "standing", "child_id", "table", "record_id", "due_at",
    "happened_at", "over", "unit", "team", "worker_id", "manager_id", "message", "action", "law", "edition", "limit", "verified", "state",
    "first_seen", "waiver", "because",
)  # fmt: skip

#: observations.parquet, in order.
OBSERVED = (
    "rule_id", "outcome", "child_id", "worker_id", "table", "record_id", "class", "trigger_at", "due_at", "happened_at", "over", "unit",
    "standing", "reason",
)  # fmt: skip

SEVERITIES = ("high", "medium", "low")


def finding_id(rule_id: str, person: str, table: str, record_id: str, class_: str) -> str:
    """16 hex digits that name a breach for good: rule, child (or worker), table, record and class; nothing that changes with time."""
    text = "\x1f".join((rule_id, person, table, record_id, class_))
    return blake2b(text.encode(), digest_size=8).hexdigest()
