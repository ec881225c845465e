"""Every check of a child, by what came of it: each observation is counted in exactly one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditcheck.reports import words
from auditcheck.reports.cases.events import named
from auditcheck.reports.cases.journey import area
from auditcheck.rulebook.model import Rule

#: In the order of the sheet: how each outcome is headed, and how it reads in a sentence.
OUTCOMES = {
    "not_met": ("Not met: late, or no record", "not met"),
    "justified": ("Late, with a reason recorded", "late with a reason"),
    "cannot_tell": ("Cannot tell", "can't be told"),
    "met": ("Met", "met"),
    "not_yet_due": ("Not yet due", "not yet due"),
    "not_applicable": ("Does not apply", "not applicable"),
}
_NAMED = 3
_WANTED = ("not_met", "cannot_tell")  # of these every record is named: somebody has to find them


@dataclass
class Check:
    """What one rule found with one outcome: how often, why, and on which records."""

    rule: Rule
    outcome: str
    times: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    records: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def standard(self) -> str:
        """Whose standard it is."""
        return words.FORCE.get(self.rule.force, self.rule.force)

    @property
    def shows(self) -> str:
        """What the record shows, the commonest first."""
        if len(self.reasons) == 1:
            return next(iter(self.reasons))
        commonest = sorted(self.reasons.items(), key=lambda reason: -reason[1])[:_NAMED]
        told = [f"{reason} ({times})" for reason, times in commonest]
        more = len(self.reasons) - len(told)
        return "; ".join([*told, *([f"and {words.count(more, 'other reason')}"] if more else [])])

    @property
    def evidence(self) -> str:
        """Which records, table by table: some of them, and all where somebody has to find them."""
        most = self.times if self.outcome in _WANTED else _NAMED
        return "; ".join(_named(table, rows, most) for table, rows in self.records.items())


def _named(table: str, rows: Sequence[Mapping[str, Any]], most: int) -> str:
    more = f" and {len(rows) - most:,} more" if len(rows) > most else ""
    return f"{table.replace('_', ' ')} {', '.join(map(named, rows[-most:]))}{more}"


def checks(observations: Iterable[Mapping[str, Any]], rules: Mapping[str, Rule]) -> list[Check]:
    """The checks of one child in the order of the child's journey: a rule has one for each outcome it had."""
    found: dict[tuple[str, str], Check] = {}
    for row in observations:
        key = row["rule_id"], row["outcome"]
        check = found.get(key)
        if check is None:
            check = found[key] = Check(rules[key[0]], key[1])
        check.times += 1
        check.reasons[row["reason"]] = check.reasons.get(row["reason"], 0) + 1
        check.records.setdefault(row["table"], []).append(row)
    return sorted(found.values(), key=lambda check: (area(check.rule.area).place, check.rule.id))


def of(checks: Sequence[Check], outcome: str) -> list[Check]:
    """The checks with one outcome."""
    return [check for check in checks if check.outcome == outcome]


def counts(checks: Sequence[Check]) -> dict[str, int]:
    """How many observations have each outcome."""
    found = Counter(dict.fromkeys(OUTCOMES, 0))
    for check in checks:
        found[check.outcome] += check.times
    return dict(found)


@dataclass(frozen=True)
class Strength:
    """What is in place in one area: the checks met every time, and those met more often than not, with ``3 of 4``.

    Not among them: what is composed of other checks, which finds only what is wrong. That the record agrees with itself is counted.
    """

    heading: str
    always: list[str]
    mostly: list[tuple[str, str]]


def strengths(checks: Sequence[Check]) -> Iterator[Strength]:
    """What the record shows to be in place, area by area."""
    headings: dict[str, Strength] = {}
    by_rule: dict[str, dict[str, Check]] = {}
    for check in checks:
        by_rule.setdefault(check.rule.id, {})[check.outcome] = check
    agrees = 0
    for outcomes in by_rule.values():
        if "met" in outcomes and outcomes["met"].rule.force == "DQ":
            agrees += set(outcomes) <= {"met", "not_yet_due", "not_applicable"}
        elif "met" in outcomes and outcomes["met"].rule.kind != "composed":
            _put(headings, outcomes)
    yield from (one for one in headings.values() if one.always or one.mostly)
    if agrees:
        yield Strength(area("data_quality").heading, [f"{words.count(agrees, 'check')} of dates and records against each other"], [])


def _put(headings: dict[str, Strength], outcomes: Mapping[str, Check]) -> None:
    met = outcomes["met"]
    judged = sum(outcomes[name].times for name in ("met", "justified", "not_met") if name in outcomes)
    heading = area(met.rule.area).heading
    place = headings.setdefault(heading, Strength(heading, [], []))
    if judged == met.times and "cannot_tell" not in outcomes:
        place.always.append(met.rule.title)
    elif met.times * 2 > judged:
        place.mostly.append((met.rule.title, f"{met.times} of {judged}"))
