"""Nights in the ledger's tables: runs, findings, what happened to each on which night, and what each night's open observations were."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from auditcheck.ledger import whys
from auditcheck.ledger.night import Found, Night
from auditcheck.ledger.states import Event, Known
from auditcheck.ledger.store import Part

#: A night's ``events`` say only what differs from the night before, so that a year costs little more than a night.
NIGHTS = Part(
    "nights",
    (
        """CREATE TABLE runs (stream TEXT, as_of TEXT, version TEXT, rulebook TEXT, standard TEXT, evaluated TEXT, findings INTEGER,
        complete INTEGER, PRIMARY KEY (stream, as_of)) WITHOUT ROWID""",
        """CREATE TABLE findings (finding_id TEXT PRIMARY KEY, rule_id TEXT, title TEXT, child_id TEXT, tab TEXT, record_id TEXT)
        WITHOUT ROWID""",
        """CREATE TABLE events (stream TEXT, finding_id TEXT, as_of TEXT, event TEXT, why TEXT, last_seen TEXT, severity TEXT,
        outcome TEXT, standing TEXT, due_at TEXT, happened_at TEXT, team TEXT, worker_id TEXT, manager_id TEXT,
        PRIMARY KEY (stream, finding_id, as_of)) WITHOUT ROWID""",
        "CREATE TABLE memories (stream TEXT, as_of TEXT, observed BLOB, PRIMARY KEY (stream, as_of))",
    ),
)
#: ``before``: the first night of a stream that is kept whole, where `forgetting` was asked to forget what lay before it.
FORGOTTEN = Part("forgotten", ("CREATE TABLE forgotten (stream TEXT PRIMARY KEY, before TEXT) WITHOUT ROWID",))
#: For how many nights back the open observations are kept.
REMEMBERED = 31

_LATEST = """
SELECT f.*, e.severity, e.outcome, e.standing, e.due_at, e.happened_at, e.team, e.worker_id, e.manager_id, m.first_seen, e.last_seen, e.why
FROM (SELECT finding_id, min(as_of) AS first_seen, max(as_of) AS latest FROM events WHERE stream = :stream AND as_of < :as_of
      GROUP BY finding_id) m
JOIN events e ON e.stream = :stream AND e.finding_id = m.finding_id AND e.as_of = m.latest
JOIN findings f ON f.finding_id = m.finding_id
WHERE e.why IN (SELECT value FROM json_each(:expected)) OR m.finding_id IN (SELECT value FROM json_each(:tonight))
"""


@dataclass(frozen=True)
class Earlier:
    """The run before: its day, the hash of its rules as applied, the rules that it evaluated, and its open observations (None: kept no
    longer), as `backdating.memory` packed them."""

    as_of: str
    standard: str
    evaluated: frozenset[str]
    observed: bytes | None


def streams(db: sqlite3.Connection) -> list[str]:
    """The streams of which there is a run."""
    return [stream for (stream,) in db.execute("SELECT DISTINCT stream FROM runs ORDER BY stream")]


def newest(db: sqlite3.Connection, stream: str) -> str:
    """The newest day of a stream; '' where it has none."""
    return db.execute("SELECT max(as_of) FROM runs WHERE stream = ?", (stream,)).fetchone()[0] or ""


def earlier(db: sqlite3.Connection, night: Night) -> Earlier | None:
    """The latest run of the stream before a night."""
    row = db.execute(
        "SELECT as_of, standard, evaluated, observed FROM runs LEFT JOIN memories USING (stream, as_of)"
        " WHERE stream = ? AND as_of < ? ORDER BY as_of DESC LIMIT 1",
        (night.stream, night.as_of),
    ).fetchone()
    return Earlier(row[0], row[1], frozenset(row[2].split()), row[3]) if row else None


def known(db: sqlite3.Connection, night: Night, before: Earlier | None) -> dict[str, Known]:
    """What the nights before left for a night to account for, and what they knew of its findings, by finding id."""
    if before is None:
        return {}
    expected = ["", *(why for why, about in whys.WHYS.items() if about.kept)]
    asked = {"stream": night.stream, "as_of": night.as_of, "expected": json.dumps(expected), "tonight": json.dumps(list(night.found))}
    found = {}
    for row in db.execute(_LATEST, asked):
        *kept, first_seen, last_seen, why = row
        found[row[0]] = Known(Found(*kept), first_seen, last_seen or before.as_of, why)
    return found


def write(db: sqlite3.Connection, night: Night, events: list[Event], observed: bytes) -> None:
    """Keep a night, the newest of its stream, in place of what was kept of the same day."""
    day = (night.stream, night.as_of)
    for table in ("runs", "memories", "events"):
        again = db.execute(f"DELETE FROM {table} WHERE stream = ? AND as_of = ?", day).rowcount
    info = night.info
    db.execute(
        "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*day, info["version"], info["rulebook"], night.standard, " ".join(sorted(night.evaluated)), len(night.found), info["complete"]),
    )
    db.executemany("INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?, ?)", (event.found[:6] for event in events))
    db.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((day[0], e.found.finding_id, day[1], e.event, e.why, e.last_seen, *e.found[6:]) for e in events),
    )
    db.execute("INSERT INTO memories VALUES (?, ?, ?)", (*day, observed))
    if again:  # findings that only the same night's earlier run had
        db.execute("DELETE FROM findings WHERE finding_id NOT IN (SELECT finding_id FROM events)")
    db.execute(
        "DELETE FROM memories WHERE stream = ? AND as_of NOT IN (SELECT as_of FROM memories WHERE stream = ? ORDER BY as_of DESC LIMIT ?)",
        (night.stream, night.stream, REMEMBERED),
    )


def clear(db: sqlite3.Connection) -> None:
    """Forget every night; other parts of the ledger stay."""
    for table in ("runs", "events", "memories", "findings", "forgotten"):
        db.execute(f"DELETE FROM {table}")
