"""What needs doing for a child: one item an action, with how its days were counted; what is late but done, and what is past, in brief."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditcheck.counting import counted
from auditcheck.findings import finding_id
from auditcheck.reports import words
from auditcheck.reports.cases.events import record
from auditcheck.reports.cases.journey import area
from auditcheck.rulebook.model import Rule

Row = Mapping[str, Any]
_MOST, _FEW = 12, 4


@dataclass(frozen=True)
class Item:
    """One thing to do: its ``first`` finding, the most pressing, in full; ``others`` of the rule in a line each, ``more`` than those.

    ``caveat``: how it was settled, where something could not be looked at.
    """

    first: Row
    counting: list[str]
    why: str
    caveat: str
    standard: str
    seen: str
    because: list[str]
    others: list[str]
    more: int

    @property
    def record(self) -> str:
        """The record that the first is about, as a person looks for it."""
        return record(self.first)


@dataclass(frozen=True)
class Open:
    """The findings of one child: ``todo`` and ``waived`` as items; ``done`` since but late, ``reasoned`` and ``past`` in a line each."""

    todo: list[Item]
    waived: list[Item]
    done: list[str]
    reasoned: list[str]
    past: list[str]


def opened(findings: Sequence[Row], observed: Iterable[Row], rules: Mapping[str, Rule]) -> Open:
    """The findings of one child (sorted as on every list) by what is to be done about them. Of the same rule they are one item."""
    seen = {_identity(row): row for row in observed if row["outcome"] == "not_met"}
    unmet = [row for row in findings if row["outcome"] == "not_met"]
    present = [row for row in unmet if row["standing"] == "open"]
    pressing = [row for row in present if not _done_since(row)]
    groups: dict[tuple[str, bool], list[Row]] = {}
    for row in pressing:
        groups.setdefault((row["rule_id"], bool(row["waiver"])), []).append(row)
    items = {key: _item(rows, rules[key[0]], seen.get(rows[0]["finding_id"], {})) for key, rows in groups.items()}
    return Open(
        [item for (_, waived), item in items.items() if not waived],
        [item for (_, waived), item in items.items() if waived],
        _briefly(row for row in present if _done_since(row)),
        _briefly(row for row in findings if row["outcome"] == "justified"),
        _briefly(row for row in unmet if row["standing"] != "open"),
    )


def _briefly(findings: Iterable[Row]) -> list[str]:
    """A line for each rule: what it asks, then its records."""
    titles: dict[str, list[Row]] = {}
    for row in findings:
        titles.setdefault(row["title"], []).append(row)
    return [f"{title}: {_several(rows, _FEW)}" for title, rows in titles.items()]


def _several(rows: Sequence[Row], most: int) -> str:
    more = f"; and {len(rows) - most} more" if len(rows) > most else ""
    return "; ".join(map(_line, rows[:most])) + more


def _identity(row: Row) -> str:
    return finding_id(row["rule_id"], row["child_id"], row["table"], row["record_id"], row["class"])


def _done_since(row: Row) -> bool:
    """As `reports.order.done_since`, of one finding."""
    return bool(row["happened_at"] and row["due_at"] and row["happened_at"] > row["due_at"])


def _item(rows: Sequence[Row], rule: Rule, seen: Row) -> Item:
    """The findings of one rule as an item; ``seen``: the observation of the first."""
    first, start, reason = rows[0], seen.get("trigger_at"), seen.get("reason", "")
    return Item(
        first,
        counted(first["limit"], start, first["due_at"], first["happened_at"], first["over"], first["unit"]),
        area(rule.area).why,
        reason if "(" in reason else "",
        words.standard(first["force"], first["law"], first["edition"], first["limit"]),
        words.VERIFIED.get(first["verified"], str(first["verified"])),
        first["because"].split("; ") if first["because"] else [],
        [_line(row) for row in rows[1:_MOST]],
        max(len(rows) - _MOST, 0),
    )


def _line(row: Row) -> str:
    """A finding in a line: which record, when it was due, by how much it is over."""
    due = f"due {words.in_words(row['due_at'])}" if row["due_at"] else ""
    over = words.over_in_words(row["over"], row["unit"])
    told = ", ".join(part for part in (due, f"{over} over" if over else "") if part)
    return f"{record(row)}{' (' + told + ')' if told else ''}"
