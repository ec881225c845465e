"""The columns of each sheet: heading, width, kind and where the values come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from auditcheck.reports import words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Column:
    """One column. ``kind``: text, number (whole), figure (held as text, one decimal), count (held as text), date (ISO text that becomes an
    Excel date) or day (a date with its weekday). ``read``: a rewording of each value.

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
        if self.kind in ("figure", "count"):
            return [_figure(value) for value in found.tolist()]
        cells: list[Any] = found.tolist()
        return [self.read(cell) for cell in cells] if self.read else cells


def _figure(text: str) -> float | str:
    """The number that a text holds; the text itself where it is none."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if isfinite(number) else text


def _severity(code: str) -> str:
    return words.SEVERITY.get(code, code)


def _state(code: str) -> str:
    return words.STATE.get(code, code)


def _child(child_id: str) -> str:
    return child_id or words.NO_CHILD


def _team(team: str) -> str:
    return team.strip() or words.NO_TEAM


def _settled(settled: str) -> str:
    return "Cleared" if settled == "yes" else "Not known"


def _target(code: str) -> str:
    return words.TARGET.get(code, code)


_CHILD = Column("Child", "child_id", 13, read=_child)
_SEVERITY = Column("Severity", "severity", 11, read=_severity)
_TEAM = Column("Team", "team", 16, read=_team)
_WORKER = Column("Worker", "worker_id", 11)
_RULE = Column("Rule", "rule_id", 14)
_RECORD = Column("Record", "record", 20)
_FINDING = Column("Finding id", "finding_id", 19, printed=False)

_ROWS = (
    Column("When to act", "when", 12),
    _CHILD,
    Column("What the record shows", "message", 48),
    Column("Due", "due_at", 13, "date"),
    Column("Working days over", "late", 9, "number"),
    _WORKER,
    Column("On list since", "first_seen", 13, "date"),
    Column("Change", "change", 9),
    Column("Next step", "action", 38),
    _TEAM,
    Column("Record", "record", 22),
    # Sixteen columns across one sheet of paper would be too small to read.
    replace(_SEVERITY, printed=False),
    Column("Status", "status", 13, printed=False),
    replace(_RULE, printed=False),
    Column("Further records", "more", 40, printed=False),
    _FINDING,
)
CAUSE = Column("Cause", "cause", 30)
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
    _FINDING,
)
DUE_SOON = (
    Column("Due", "due_at", 17, "day"),
    _CHILD,
    Column("What is due", "title", 52),
    _WORKER,
    _TEAM,
    _SEVERITY,
    _RULE,
    Column("Record", "record", 30),
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
EXPLAINED = (
    _CHILD,
    Column("What was found", "title", 42),
    Column("Why it is accepted", "reason", 46),
    Column("Owner", "owner", 14),
    Column("Approver", "approver", 14),
    Column("Granted", "granted", 13, "date"),
    Column("Until (included)", "expires", 13, "date"),
    _TEAM,
    _WORKER,
    _RULE,
    _RECORD,
    _FINDING,
)
CLEARED = (
    Column("Put right", "settled", 11, read=_settled),
    _CHILD,
    Column("What was found", "title", 42),
    Column("Why it is off the list", "says", 52),
    Column("On list since", "first_seen", 13, "date"),
    _TEAM,
    _WORKER,
    _RULE,
    _RECORD,
    _FINDING,
)
ACTIONS = (
    Column("Due", "due", 13, "date"),
    _CHILD,
    Column("What was agreed", "what", 60),
    Column("Owner", "owner", 16),
    _TEAM,
    Column("Action", "action_id", 14),
    _FINDING,
)
NOT_CHECKED = (_RULE, Column("What was not checked", "title", 60), Column("Why", "why", 70))
MEASURES = (
    Column("Measure", "title", 46),
    Column("Figure", "value", 9, "figure"),
    Column("Unit", "unit", 10),
    Column("At least", "low", 9, "figure"),
    Column("At most", "high", 9, "figure"),
    Column("Counted", "numerator", 10, "count"),
    Column("Of", "denominator", 10, "count"),
    Column("Not known", "unknown", 10, "count"),
    Column("Target", "target", 26),
    Column("Status", "target_status", 12, read=_target),
    Column("In words", "says", 70),
    Column("Id", "measure_id", 24),
)


def rows(remembers: bool) -> tuple[Column, ...]:
    """The columns of a sheet of folded rows; since when and what changed where the run knows an earlier one."""
    return tuple(column for column in _ROWS if remembers or column.source not in ("first_seen", "change"))


def exceptions(remembers: bool) -> tuple[Column, ...]:
    """The columns of the sheet of single findings; what changed where the run knows an earlier one."""
    return tuple(column for column in _EXCEPTIONS if remembers or column.source != "state")
