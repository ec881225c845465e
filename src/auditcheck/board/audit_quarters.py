"""The grades of the audit programme quarter by quarter: before anything is hidden, and as they may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from auditcheck.board.audits import Audit, Audits
from auditcheck.board.periods import Period, quarters, short
from auditcheck.board.shown import Figure
from auditcheck.board.tables import Cells, span
from auditcheck.disclosure import Part, Policy, Raw, Safe, everyone, joined, one
from auditcheck.grades import FEWEST, GRADES, ORDERED

#: Quarters that are looked back on.
MOST = 8
ALL = "All audits"
GOOD = ORDERED[:2]
#: Worst first, as the bars stand.
HALVES = {"Not yet good": ORDERED[2:], "Good or better": GOOD}
_UNDATED = "Some audits bear no day, so grades are not shown by quarter."


@dataclass(frozen=True)
class Quarters:
    """Stretches of whole quarters of the calendar, oldest first, and the audits of each. ``why``: why there are none, in words."""

    spans: tuple[Period, ...]
    cases: tuple[Sequence[Audit], ...]
    why: str = ""


def by_quarter(audits: Audits, until: date, policy: Policy) -> Quarters:
    """The quarters that had ended by a day, from the first in which something was audited.

    One that is too small to show is joined with those after it, the last with those before.
    """
    if not all(case.audited_on for case in audits.cases):
        return Quarters((), (), _UNDATED)
    found: list[tuple[Period, list[Audit]]] = []
    for when in quarters(until, MOST):
        some = [case for case in audits.cases if when.first.isoformat() <= case.audited_on <= when.last.isoformat()]
        if found and _small(found[-1][1], policy):
            found[-1] = _together(found[-1], (when, some))
        elif found or some:
            found.append((when, some))
    while len(found) > 1 and _small(found[-1][1], policy):
        found[-2:] = [_together(*found[-2:])]
    return Quarters(tuple(when for when, _ in found), tuple(some for _, some in found))


def _together(one: tuple[Period, list[Audit]], other: tuple[Period, list[Audit]]) -> tuple[Period, list[Audit]]:
    return Period(one[0].first, other[0].last), [*one[1], *other[1]]


def _small(cases: Sequence[Audit], policy: Policy) -> bool:
    """Whether so few have a grade in order, or one half of the grades, that there is nothing to draw."""
    counted = Counter(case.final() for case in cases)
    halves = [sum(counted[code] for code in codes) for codes in HALVES.values()]
    return sum(halves) < FEWEST or any(map(policy.small, halves))


def raw(found: Quarters, population: str, outcomes: frozenset[str], policy: Policy) -> Raw:
    """Grades by quarter; in two halves where a grade is small in one of them."""
    counted = [Counter(case.final() for case in some) for some in found.cases]
    rows: dict[Part, tuple[str, ...]] = (
        {joined(label, codes): codes for label, codes in HALVES.items()}
        if any(policy.small(one[code]) for one in counted for code in ORDERED)
        else {one(GRADES[code], code): (code,) for code in reversed(ORDERED)}
    )
    rows |= {one(name, code): (code,) for code, name in GRADES.items() if code not in ORDERED and any(some[code] for some in counted)}
    cells: Cells = {}
    for when, some in zip(found.spans, counted, strict=True):
        cells |= {(span(when), part): {"d": sum(some[code] for code in codes)} for part, codes in rows.items()}
        cells[span(when), everyone(ALL)] = {"d": some.total()}
    return Raw("Grades of audits by quarter", population, ("period", "grade"), cells, counts={"d": outcomes})


@dataclass(frozen=True)
class Quarter:
    """One quarter (or several together) as it may be shown. ``grades``: worst first, None where hidden; ``audits``: all of it.

    ``other``: grades outside the order.
    """

    name: str
    grades: tuple[tuple[str, int | None], ...]
    other: tuple[tuple[str, int | None], ...]
    audits: int | None

    @property
    def of(self) -> int | None:
        """How many have a grade in order; None where one of the counts is hidden."""
        counts = [count for _, count in self.grades]
        return None if None in counts else sum(count for count in counts if count is not None)

    @property
    def lacks(self) -> str:
        """Why it has no bar, in words; '' where it has one."""
        if self.of is None:
            return "hidden (c)"
        return "" if self.of >= FEWEST else f"fewer than {FEWEST} audits"

    @property
    def good(self) -> Figure:
        """Good or better, of those with a grade in order."""
        best = [count for name, count in self.grades if name in ("Good or better", *(GRADES[code] for code in GOOD))]
        return Figure(None if None in best or self.of is None else sum(count for count in best if count is not None), self.of)


def shown(found: Quarters, safe: Safe) -> tuple[Quarter, ...]:
    """What became of the table."""
    told = {row.labels: row.value("d") for row in safe.rows}
    order = [*HALVES, *(GRADES[code] for code in reversed(ORDERED))]
    others = [name for code, name in GRADES.items() if code not in ORDERED]

    def some(when: str, names: Sequence[str]) -> tuple[tuple[str, int | None], ...]:
        return tuple((name, told[when, name]) for name in names if (when, name) in told)

    return tuple(Quarter(short(one), some(str(one), order), some(str(one), others), told[str(one), ALL]) for one in found.spans)
