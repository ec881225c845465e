"""The ledger made anew from the folders of runs, and looked over."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from auditcheck.ledger import nights
from auditcheck.ledger.actions import ACTIONS
from auditcheck.ledger.night import Night
from auditcheck.ledger.nights import FORGOTTEN, NIGHTS
from auditcheck.ledger.states import GONE
from auditcheck.ledger.store import damage, reading, writing
from auditcheck.ledger.tonight import add


def rebuild(path: Path, folders: Sequence[Path]) -> int:
    """Forget the nights that the ledger holds, and keep those of these folders, the oldest first; returns how many.

    What else it holds stays. Of two runs of the same day and kind the one that is named last counts. Raises LedgerRefused: then the ledger
    is as it was.
    """
    days = {(night.as_of, night.stream): folder for folder in folders for night in [Night.read(folder)]}
    with writing(path, NIGHTS, ACTIONS, FORGOTTEN) as db:
        nights.clear(db)
        for _, folder in sorted(days.items()):
            add(db, Night.read(folder))
    return len(days)


def faults(path: Path) -> list[str]:
    """What is wrong with a ledger, in sentences; empty where all is well. Raises LedgerRefused where it can't be read at all."""
    found = [f"SQLite says: {text}." for text in damage(path)]
    with reading(path, NIGHTS, FORGOTTEN) as db:
        for says, query in _WRONG.items():
            number = db.execute(f"SELECT count(*) FROM ({query})").fetchone()[0]
            found += [f"{number:,} {says}."] if number else []
        found += _miscounted(db)
    return found


def summary(path: Path) -> list[str]:
    """A line a stream: how many runs, of which days. Raises LedgerRefused."""
    with reading(path, NIGHTS) as db:
        found = db.execute("SELECT stream, count(*), min(as_of), max(as_of) FROM runs GROUP BY stream ORDER BY stream").fetchall()
    return [f"{stream}: {number:,} runs, {first} to {last}" for stream, number, first, last in found]


_WRONG = {
    "events of a day on which there was no run": """SELECT 1 FROM events LEFT JOIN runs r USING (stream, as_of)
        LEFT JOIN forgotten f USING (stream) WHERE r.as_of IS NULL AND as_of >= coalesce(f.before, '')""",
    "events of a finding that is not among the findings": """SELECT 1 FROM events LEFT JOIN findings f USING (finding_id)
        WHERE f.rule_id IS NULL""",
    "findings that were changed, gone or back before they were first seen": """SELECT min(as_of), event FROM events
        GROUP BY stream, finding_id HAVING event <> 'new'""",
    "findings that were first seen twice": "SELECT 1 FROM events WHERE event = 'new' GROUP BY stream, finding_id HAVING count(*) > 1",
}


#: What is left of nights that were forgotten came before the first that is kept.
_HAPPENED = """SELECT stream, max(as_of, coalesce(f.before, '')), finding_id, as_of, event
FROM events LEFT JOIN forgotten f USING (stream)"""


def _miscounted(db: sqlite3.Connection) -> Iterator[str]:
    """Whether the events up to each run come to as many findings as it said that it had."""
    happened = db.execute(_HAPPENED).fetchall()
    by_day = {day: list(some) for day, some in groupby(sorted(happened), key=lambda row: row[:2])}
    for stream, runs in groupby(db.execute("SELECT stream, as_of, findings FROM runs ORDER BY stream, as_of"), key=lambda row: row[0]):
        here: set[str] = set()
        for _, as_of, said in runs:
            for *_, finding, _, event in by_day.get((stream, as_of), ()):
                (here.discard if event == GONE else here.add)(finding)
            if len(here) != said:
                yield f"The run of {as_of} ({stream}) had {said:,} findings, and by its events there are {len(here):,}."
