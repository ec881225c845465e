"""What the ledger forgets when a service asks for it: the nights before so many months, and what was over by then. What is open stays.

Of a finding that is open, or that a later night or an action names, two events of those nights are left: when it was first seen, and how it
then stood. That is what tonight is compared with, so every later night comes to the same as if nothing had been forgotten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from auditcheck.ledger import nights, whys
from auditcheck.ledger.actions import ACTIONS
from auditcheck.ledger.nights import FORGOTTEN, NIGHTS
from auditcheck.ledger.store import LedgerRefused, writing

#: Events of a stream before the first night that stays: all but the first and the latest of each finding ...
_BETWEEN = """
DELETE FROM events WHERE stream = :stream AND as_of < :first
AND EXISTS (SELECT 1 FROM events e WHERE e.stream = :stream AND e.finding_id = events.finding_id AND e.as_of < events.as_of)
AND EXISTS (SELECT 1 FROM events e WHERE e.stream = :stream AND e.finding_id = events.finding_id
            AND e.as_of > events.as_of AND e.as_of < :first)
"""
#: ... and of a finding that was over by then, and that no action names, every event.
_OVER = """
DELETE FROM events WHERE stream = :stream AND finding_id NOT IN (SELECT finding_id FROM actions) AND finding_id IN (
    SELECT finding_id FROM (SELECT finding_id, max(as_of) AS latest, why FROM events WHERE stream = :stream GROUP BY finding_id)
    WHERE latest < :first AND why IN (SELECT value FROM json_each(:over)))
"""


@dataclass(frozen=True)
class Forgotten:
    """How many runs and findings the ledger holds no longer."""

    runs: int
    findings: int


def forget(path: Path, months: int) -> Forgotten:
    """Keep the nights of the newest so many months in which there was a run, and forget those before: all of it or nothing.

    The two newest nights of each stream stay in any case, so that the last can be done again. No calendar and no clock is asked: a run of
    a wrong, far day counts as one month and no more. Raises LedgerRefused.
    """
    if not path.is_file():
        raise LedgerRefused(f"There is no ledger {path}, so nothing was forgotten.")
    over = json.dumps([why for why, about in whys.WHYS.items() if not about.kept])
    with writing(path, NIGHTS, ACTIONS, FORGOTTEN) as db:
        kept = [month for (month,) in db.execute("SELECT DISTINCT substr(as_of, 1, 7) FROM runs ORDER BY 1 DESC LIMIT ?", (months,))]
        runs = 0
        for stream in nights.streams(db) if kept else ():
            days = [day for (day,) in db.execute("SELECT as_of FROM runs WHERE stream = ? ORDER BY as_of", (stream,))]
            first = next(day for at, day in enumerate(days) if day >= kept[-1] or at >= len(days) - 2)
            asked = {"stream": stream, "first": first, "over": over}
            gone = db.execute("DELETE FROM runs WHERE stream = :stream AND as_of < :first", asked).rowcount
            for statement in (_BETWEEN, _OVER, "DELETE FROM memories WHERE stream = :stream AND as_of < :first"):
                db.execute(statement, asked)
            if gone:
                db.execute("INSERT OR REPLACE INTO forgotten VALUES (:stream, :first)", asked)
            runs += gone
        findings = db.execute("DELETE FROM findings WHERE finding_id NOT IN (SELECT finding_id FROM events)").rowcount
    return Forgotten(runs, findings)
