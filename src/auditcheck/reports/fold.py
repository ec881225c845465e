"""One row is one child and one action: repeats, rules with the same remedy, and brothers and sisters share it.

A long list is not read. Each further reminder for the same child lowers the chance that any is acted on, so what one action clears
stands in one row, and each record behind it is named there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditcheck.reports import words

if TYPE_CHECKING:
    import pandas as pd

#: More children than this under one family id are no family but a placeholder (as in evidence.py).
LARGEST_FAMILY = 20
#: An observation in `because`: rule, table and record, then its outcome or what the premise says.
_OBSERVED = re.compile(r"([A-Z]\w*-\S+) (.+?)(?:: (.+))?")


@dataclass(frozen=True)
class People:
    """What the lists say of the children: whose brothers and sisters they are, and a few words (age and plan), by child id."""

    family: Mapping[str, str]
    about: Mapping[str, str]

    def unit(self, child: str) -> str:
        """Who shares a row: the family, else the child alone."""
        return f"family {self.family[child]}" if child in self.family else f"child {child}"


def people(children: pd.DataFrame) -> People:
    """From children.parquet as text (columns child_id, family_id, age, plan_kind, plan_ended)."""
    held = list(zip(children["child_id"], children["family_id"], strict=True))
    size = Counter(family for _, family in held)
    family = {child: name for child, name in held if name not in ("", "unreadable") and 1 < size[name] <= LARGEST_FAMILY}
    told = zip(children["child_id"], children["age"], children["plan_kind"].where(children["plan_ended"] == "", ""), strict=True)
    return People(family, {child: _about(age, plan) for child, age, plan in told})


def _about(age: str, plan: str) -> str:
    years = f"age {age}" if age.isdigit() else age
    return ", ".join(part for part in (years, f"{plan.replace('_', ' ')} plan" if plan not in ("", "unreadable") else "") if part)


@dataclass(frozen=True)
class Row:
    """One row of findings; its words are those of the finding that stands first in the fixed order.

    ``more``: each further record that the action is for, in words. ``late``: working days over, None where there are none to count.
    ``since``: the first day on which any of it was found, ISO; ``change``: New, Changed or Known; both '' without a ledger.
    """

    section: str
    when: str
    why: str
    team: str
    children: tuple[str, ...]
    workers: tuple[str, ...]
    says: str
    because: str
    record: str
    more: tuple[str, ...]
    due_at: str
    late: int | None
    severity: str
    status: str
    since: str
    change: str
    action: str
    rules: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Due:
    """What falls due on one day for one child, or for brothers and sisters together."""

    due_at: str
    team: str
    children: tuple[str, ...]
    workers: tuple[str, ...]
    title: str
    records: tuple[str, ...]
    severity: str
    rule_id: str


@dataclass(frozen=True)
class Gap:
    """What one rule can't tell for one reason, and whose records it is about: (child, worker, record) each."""

    rule_id: str
    title: str
    says: str
    severity: str
    where: tuple[tuple[str, str, str], ...]


def rows(findings: pd.DataFrame, who: People) -> list[Row]:
    """The rows of findings that are in their fixed order (`order.in_order`), in the order of their first finding."""
    held = {name: findings[name].tolist() for name in findings.columns}
    held["late"] = findings["late"].astype("object").where(findings["late"].notna(), None).tolist()
    units = map(who.unit, held["child_id"])
    keys = zip(held["child_id"], held["team"], units, held["action"], held["rule_id"], held["record_id"], strict=True)
    return [_row(held, members) for members in _grouped(_key(*key) for key in keys)]


def _key(child: str, team: str, unit: str, action: str, rule: str, record: str) -> tuple[str, ...]:
    """What shares a row. What concerns no single child shares none; without an action only the same rule is the same remedy."""
    return (team, unit, action or f"rule {rule}") if child else (team, rule, record)


def _grouped(keys: Iterable[tuple[str, ...]]) -> list[list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return list(groups.values())


def _row(held: Mapping[str, list[Any]], members: Sequence[int]) -> Row:
    first = members[0]

    def each(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(held[name][i] for i in members if held[name][i]))

    children = each("child_id")
    return Row(
        section=held["section"][first],
        when=held["when"][first],
        why=held["why"][first],
        team=held["team"][first],
        children=children,
        workers=each("worker_id"),
        says=held["message"][first],
        because=_because(held["because"][first]) if held["kind"][first] == "composed" else "",
        record=held["record"][first],
        more=tuple(_further(held, first, i, len(children) > 1) for i in members[1:]),
        due_at=held["due_at"][first],
        late=held["late"][first],
        severity=held["severity"][first],
        status=held["status"][first],
        since=min(each("first_seen"), default=""),
        change=_change(each("state")),
        action=held["action"][first],
        rules=each("rule_id"),
        findings=each("finding_id"),
    )


def _because(because: str) -> str:
    """What a composed finding stands on (`because` of findings.csv): what each premise says, then where; other observations by rule."""
    return "; ".join(_premise(part) for part in because.split("; "))


def _premise(part: str) -> str:
    found = _OBSERVED.fullmatch(part)
    if not found:
        return part
    rule, record, says = found.groups()
    return f"{says or rule} ({record.replace('_', ' ')})"


def _further(held: Mapping[str, list[Any]], first: int, i: int, named: bool) -> str:
    """A further record of a row: whose, which, when it was due, the rule where that is another one; of the same record what it shows."""
    if held["record"][i] == held["record"][first] and held["rule_id"][i] == held["rule_id"][first]:
        return str(held["message"][i]).rstrip(".")
    what = f"{held['child_id'][i]}: {held['record'][i]}" if named else held["record"][i]
    due = f"due {words.in_short(held['due_at'][i][:10])}" if held["due_at"][i] else ""
    rule = held["rule_id"][i] if held["rule_id"][i] != held["rule_id"][first] else ""
    said = ", ".join(part for part in (due, rule, held["status"][i].lower() if held["status"][i] != held["status"][first] else "") if part)
    return f"{what} ({said})" if said else what


def _change(states: Sequence[str]) -> str:
    return next((words.STATE[state] for state in ("new", "changed", "continuing") if state in states), "")


def due_rows(due_soon: pd.DataFrame, who: People) -> list[Due]:
    """What falls due, brothers and sisters together, in the order given."""
    held = {name: due_soon[name].tolist() for name in due_soon.columns}
    units = map(who.unit, held["child_id"])
    found = []
    for members in _grouped(zip(held["team"], units, held["rule_id"], held["due_at"], strict=True)):
        i = members[0]
        children, workers, records = (
            tuple(dict.fromkeys(held[name][m] for m in members if held[name][m])) for name in ("child_id", "worker_id", "record")
        )
        one = Due(held["due_at"][i], held["team"][i], children, workers, held["title"][i], records, held["severity"][i], held["rule_id"][i])
        found.append(one)
    return found


def gaps(cannot_tell: pd.DataFrame) -> list[Gap]:
    """What can't be told, one row a rule and reason: high severity first, then the most records."""
    found = []
    for (rule, says), group in cannot_tell.groupby(["rule_id", "message"], sort=True):
        where = tuple(zip(group["child_id"], group["worker_id"], group["record"], strict=True))
        found.append(Gap(str(rule), group["title"].iloc[0], str(says), group["severity"].iloc[0], where))
    rank = {"high": 0, "medium": 1, "low": 2}
    return sorted(found, key=lambda gap: (rank.get(gap.severity, 3), -len(gap.where), gap.rule_id, gap.says))
