"""The action register in the ledger. An action closes with evidence, or when a run shows its finding put right; nothing is deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from auditcheck.ledger.action import CLOSED, LONGEST, OPEN, Action
from auditcheck.ledger.store import Part

ACTIONS = Part(
    "actions",
    (f"CREATE TABLE actions ({' TEXT NOT NULL, '.join(Action._fields)} TEXT NOT NULL, PRIMARY KEY (action_id)) WITHOUT ROWID",),
)


def every(db: sqlite3.Connection) -> list[Action]:
    """All actions, by id."""
    rows = db.execute(f"SELECT {', '.join(Action._fields)} FROM actions ORDER BY length(action_id), action_id")
    return [Action(*row) for row in rows]


def about_rules(db: sqlite3.Connection) -> list[tuple[Action, str]]:
    """All actions, each with the rule whose finding it is about; '' where it is about none that a run kept here.

    Needs the part `nights.NIGHTS` too.
    """
    rules = dict(db.execute("SELECT finding_id, rule_id FROM findings WHERE finding_id IN (SELECT finding_id FROM actions)"))
    return [(action, rules.get(action.finding_id, "")) for action in every(db)]


def put(db: sqlite3.Connection, action: Action) -> Action:
    """Keep an action, in place of what was kept of it; one without an id gets the next."""
    if not action.action_id:
        numbers = [int(one.action_id[1:]) for one in every(db)]
        action = action._replace(action_id=f"A{max(numbers, default=0) + 1:04d}")
    db.execute(f"INSERT OR REPLACE INTO actions VALUES ({', '.join('?' * len(action))})", action)
    return action


def settle(db: sqlite3.Connection, stream: str, as_of: str, put_right: Mapping[str, str]) -> None:
    """Close the actions whose findings a run shows put right. ``put_right``: finding -> what the run says of it.

    A run made again for the same day first opens what its earlier self closed.
    """
    for action in every(db):
        if action.closed_by == stream and action.closed_on >= as_of:
            action = put(db, action._replace(status=OPEN, evidence="", closed_on="", closed_by=""))
        if action.status == OPEN and action.finding_id in put_right and action.raised_on <= as_of:
            evidence = f"The run as at {as_of}: {put_right[action.finding_id]}"
            put(db, action._replace(status=CLOSED, evidence=evidence[: LONGEST["evidence"]], closed_on=as_of, closed_by=stream))
