"""The columns of each sheet: heading, width, kind and where the values come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditcheck.reports import words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Column:
    """One column. ``kind``: text, number or date (ISO text that becomes an Excel date). ``read``: a rewording of each value.

    ``printed``: False for what is of use on the screen only; such columns stand last.
    """

    heading: str
    source: str
    width: int
    kind: str = "text"
    read: Callable[[str], str] | None = None
    printed: bool = True

    def values(self, rows: pd.DataFrame) -> list[Any]:
        """A value for each row; None or '' where there is none."""
        found = rows[self.source]
        if self.kind == "number":
            return [None if value is None else int(value) for value in found.astype("object").where(found.notna(), None)]
        cells: list[Any] = found.tolist()
        return [self.read(cell) for cell in cells] if self.read else cells


def _severity(code: str) -> str:
    return words.SEVERITY.get(code, code)


def _state(code: str) -> str:
    return words.STATE.get(code, code)


def _child(child_id: str) -> str:
    return child_id or words.NO_CHILD


def _team(team: str) -> str:
    return team.strip() or words.NO_TEAM


def _target(code: str) -> str:
    return words.TARGET.get(code, code)


_CHILD = Column("Child", "child_id", 13, read=_child)
_SEVERITY = Column("Severity", "severity", 11, read=_severity)
_TEAM = Column("Team", "team", 16, read=_team)
_WORKER = Column("Worker", "worker_id", 11)
_RULE = Column("Rule", "rule_id", 14)
_RECORD = Column("Record", "record", 20)

_EXCEPTIONS = (
    Column("When to act", "when", 11),
    _CHILD,
    Column("What the record shows", "message", 52),
    Column("Next step", "action", 38),
    Column("Due", "due_at", 13, "date"),
    Column("Over by", "over", 8, "number"),
    Column("Unit", "unit", 13),
    _SEVERITY,
    Column("Status", "status", 13),
    _TEAM,
    _WORKER,
    Column("Change", "state", 9, read=_state),
    _RULE,
    Column("Law or standard", "standard", 60, printed=False),
    Column("Record", "record", 24, printed=False),
    Column("Finding id", "finding_id", 19, printed=False),
)
DUE_SOON = (
    Column("Due", "due_at", 13, "date"),
    _CHILD,
    Column("What is due", "title", 46),
    Column("What the record shows", "message", 52),
    _SEVERITY,
    _TEAM,
    _WORKER,
    _RULE,
    _RECORD,
)
CANNOT_TELL = (
    _RULE,
    Column("What can't be told", "title", 46),
    _CHILD,
    Column("What is missing", "message", 52),
    _SEVERITY,
    _TEAM,
    _WORKER,
    _RECORD,
)
NOT_CHECKED = (_RULE, Column("What was not checked", "title", 60), Column("Why", "why", 70))
MEASURES = (
    Column("Measure", "title", 46),
    Column("Figure", "value", 9),
    Column("Unit", "unit", 10),
    Column("At least", "low", 9),
    Column("At most", "high", 9),
    Column("Counted", "numerator", 10),
    Column("Of", "denominator", 10),
    Column("Not known", "unknown", 10),
    Column("Target", "target", 26),
    Column("Status", "target_status", 12, read=_target),
    Column("In words", "says", 70),
    Column("Id", "measure_id", 24),
)


def exceptions(findings: pd.DataFrame, team: bool = True) -> tuple[Column, ...]:
    """The columns of a sheet of findings; Team where rows of several stand together, Change where the run remembers earlier ones."""
    remembers = bool((findings["state"] != "").any())
    left_out = {name for name, kept in (("team", team), ("state", remembers)) if not kept}
    return tuple(column for column in _EXCEPTIONS if column.source not in left_out)
