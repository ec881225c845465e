"""One child's findings over the nights: first seen, changed, gone and why, returned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from auditcheck.ledger import whys
from auditcheck.ledger.nights import FORGOTTEN, NIGHTS
from auditcheck.ledger.states import AGAIN, CHANGED, GONE, NEW, RETURNED
from auditcheck.ledger.store import LedgerRefused, reading

#: The columns of ``history --format csv``.
COLUMNS = (
    "stream", "finding_id", "rule_id", "title", "table", "record_id", "as_of", "event", "why", "severity", "outcome", "due_at",
    "happened_at",
)  # fmt: skip
_SELECT = f"""
SELECT {", ".join("f.tab" if name == "table" else name for name in COLUMNS)} FROM events JOIN findings f USING (finding_id)
WHERE child_id = ? ORDER BY stream, rule_id, record_id, finding_id, as_of
"""
_WORDS = {NEW: "first seen", CHANGED: "changed", AGAIN: "seen again", RETURNED: "returned", GONE: "gone"}

Row = dict[str, str]


def history(child: str, ledger: Path) -> list[Row]:
    """What the ledger knows of a child, a row a finding and night on which something was new. Raises LedgerRefused."""
    with reading(ledger, NIGHTS) as db:
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in db.execute(_SELECT, (child,))]
        if not rows:
            runs, days = db.execute("SELECT count(*), coalesce(min(as_of) || ' to ' || max(as_of), '') FROM runs").fetchone()
            what = f"The ledger holds no finding of a child {child}"
            raise LedgerRefused(f"{what} ({runs} runs, {days})." if runs else f"{what}: it holds no run yet.")
    return rows


def forgotten(ledger: Path) -> list[str]:
    """A sentence for each stream of which the ledger was asked to forget what lies behind. Raises LedgerRefused."""
    with reading(ledger, FORGOTTEN) as db:
        held = db.execute("SELECT stream, before FROM forgotten ORDER BY stream").fetchall()
    return [f"Of {stream} the ledger has forgotten what was over before {before}, as it was asked to." for stream, before in held]


def as_text(child: str, rows: list[Row]) -> str:
    """The same for a terminal."""
    return "\n".join([f"Child {child}", *_lines(rows)])


def _lines(rows: list[Row]) -> Iterator[str]:
    several = len({row["stream"] for row in rows}) > 1
    for stream, mine in groupby(rows, key=lambda row: row["stream"]):
        yield from ("", f"Runs of {stream}") if several else ()
        for name, nights in groupby(mine, key=lambda row: row["finding_id"]):
            first, *rest = nights
            yield from ("", f"{first['rule_id']}  {first['title']}", f"  {name}, {first['table'].replace('_', ' ')} {first['record_id']}")
            yield from (f"  {row['as_of']}  {_WORDS[row['event']]}: {_what(row)}" for row in (first, *rest))


def _what(row: Row) -> str:
    if row["why"]:
        return whys.WHYS[row["why"]].says[:1].lower() + whys.WHYS[row["why"]].says[1:]
    due, happened = (f", {word} {row[name]}" if row[name] else "" for word, name in (("due", "due_at"), ("recorded", "happened_at")))
    return f"{row['outcome'].replace('_', ' ')}, {row['severity']}{due}{happened}"
