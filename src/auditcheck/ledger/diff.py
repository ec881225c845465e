"""Two runs beside each other, from their folders alone: new, changed and continuing findings, and those that are gone and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from auditcheck.ledger.backdating import backdated, memory
from auditcheck.ledger.night import Night
from auditcheck.ledger.nights import Earlier
from auditcheck.ledger.states import CHANGED, CONTINUING, GONE, NEW, Compared, Known, compared

#: The columns of ``diff --format csv``.
COLUMNS = ("state", "finding_id", "rule_id", "title", "severity", "child_id", "table", "record_id", "due_at", "happened_at", "why", "says")


@dataclass(frozen=True)
class Difference:
    """``rows``: in `COLUMNS`, what differs first (new, changed, gone, then continuing), each by rule and child. ``late``: how many dates
    came late or moved. ``notes``: sentences on what makes the two runs unlike each other."""

    before: str
    after: str
    counts: dict[str, int]
    gone: dict[str, int]
    rows: list[tuple[str, ...]]
    late: int
    notes: list[str]


def difference(old: Path, new: Path) -> Difference:
    """``new`` beside ``old``, both folders of runs. Raises LedgerRefused."""
    then, now = Night.read(old), Night.read(new)
    found = compared({name: Known(one, then.as_of, then.as_of) for name, one in then.found.items()}, now)
    earlier = Earlier(then.as_of, then.standard, then.evaluated, memory(then))
    late = backdated(earlier, now, found, lambda _: {})
    counts = found.counts() | {GONE: len(found.gone)}
    gone = dict(sorted(Counter(one.why for one in found.gone).items()))
    return Difference(then.as_of, now.as_of, counts, gone, _rows(found, now), len(late), list(_notes(then, now)))


def as_text(found: Difference, most: int = 40) -> str:
    """The difference for a terminal: counts, then at most ``most`` rows that differ."""
    differ = [dict(zip(COLUMNS, row, strict=True)) for row in found.rows if row[0] != CONTINUING]
    counts = found.counts
    lines = [
        f"From {found.before} to {found.after}: {counts[NEW]:,} new, {counts[CHANGED]:,} changed, {counts[CONTINUING]:,} continuing, "
        f"{counts[GONE]:,} gone; {found.late:,} dates came late or moved",
        *found.notes,
        *(["Gone: " + ", ".join(f"{n:,} {why.replace('_', ' ')}" for why, n in found.gone.items())] if found.gone else []),
        *[""] * bool(differ),
        *map(_line, differ[:most]),
    ]
    if len(differ) > most:
        lines.append(f"... and {len(differ) - most:,} more; --format csv has them all.")
    return "\n".join(lines)


def _line(row: dict[str, str]) -> str:
    which = f"{row['rule_id']}  {row['child_id']}  {row['table']} {row['record_id']}"
    return f"{row['state']:<8}{row['finding_id']}  {which}: {_what(row)}"


def _what(row: dict[str, str]) -> str:
    due, happened = (f", {word} {row[name]}" if row[name] else "" for word, name in (("due", "due_at"), ("recorded", "happened_at")))
    return row["says"] or f"{row['severity']}{due}{happened}"


def _rows(found: Compared, now: Night) -> list[tuple[str, ...]]:
    rows = [
        (state, name, f.rule_id, f.title, f.severity, f.child_id, f.table, f.record_id, f.due_at, f.happened_at, "", "")
        for name, state in found.state.items()
        for f in [now.found[name]]
    ]
    for one in found.gone:
        f = one.known.found
        gone = (f.rule_id, f.title, f.severity, f.child_id, f.table, f.record_id, f.due_at, f.happened_at, one.why, one.says)
        rows.append((GONE, f.finding_id, *gone))
    order = (NEW, CHANGED, GONE, CONTINUING)
    return sorted(rows, key=lambda row: (order.index(row[0]), row[2], row[5], row[1]))


def _notes(then: Night, now: Night) -> list[str]:
    notes = []
    if now.as_of < then.as_of:
        notes.append("The second run speaks of an earlier day than the first.")
    if then.stream != now.stream:
        notes.append(f"The first is a run of {then.stream}, the second of {now.stream}: rules that only one of them evaluates say so.")
    elif then.standard != now.standard:
        notes.append("The rules or their limits are not the same: some of this comes from them and not from the records.")
    return notes
