"""How an audit names the records of an export without ids: ``table:child:first date:kind:ordinal`` (docs/case-records.md)."""

from __future__ import annotations

from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life

#: The date that names a record, where the format carries one.
_FIRST = {
    "referrals": "received_at", "assessments": "started_on", "section_47_enquiries": "started_on", "conferences": "held_at",
    "plans": "started_on", "care_episodes": "started_on", "placements": "started_on", "visits": "visited_at", "reviews": "held_on",
    "adoptions": "entered_care_on", "contacts": "received_at", "care_leavers": "",
}  # fmt: skip


def natural(life: Life, table: str, row: Row, kind: str | None = None) -> str:
    """The key of a record that has no twin of its kind on its day; ``kind`` where the format calls it other than the life does."""
    dated = str(row[_FIRST[table]])[:10] if _FIRST[table] else ""
    parts = [table, life.child_id, dated]
    if "kind" in row:
        parts.append(str(kind or row["kind"]))
    return ":".join([*parts, "1"])
