"""What the board reads of the action register: what is open, late and closed; and what rules showed before and after actions were closed.

Before and after are whole months: those before the month in which the first action about a rule was raised, and those after the month in
which the last was closed. That a figure changed does not say that an action changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.board.coded import count
from auditcheck.board.groups import Groups
from auditcheck.board.periods import Period, months_before, whole_months
from auditcheck.board.pooling import small_rate
from auditcheck.board.shown import Counts, Figure, counts
from auditcheck.board.tables import Basis, Cells, span
from auditcheck.board.tally import Number, Tally
from auditcheck.disclosure import COUNT, RATE, Part, Policy, Raw, Safe, one

#: Months on each side, where there are so many.
MONTHS = 3
OPEN, LATE, CLOSED = "Open, not yet due", "Open and late", "Closed in the period"


@dataclass(frozen=True)
class Acted:
    """An action of the register. ``rule``: the rule whose finding it is about, '' for none; days are ISO text, '' = none."""

    rule: str
    raised_on: str
    due: str
    closed_on: str


@dataclass(frozen=True)
class Stretch:
    """The months that are compared of a rule, as many on each side."""

    before: Period
    after: Period


@dataclass(frozen=True)
class ActionTables:
    """Before anything is hidden. ``early``: rules of which no whole month has passed since; ``still``: those that say what is on record,
    so that nothing falls in a month; ``small``: how many are too small to show."""

    stood: Raw
    closed: Raw
    rules: Mapping[str, Raw]
    stretches: Mapping[str, Stretch]
    early: tuple[str, ...]
    still: tuple[str, ...]
    small: int

    @property
    def raws(self) -> list[Raw]:
        """All that has to pass the door."""
        return [self.stood, self.closed, *self.rules.values()]


def tables(
    register: Iterable[Acted],
    as_of: date,
    period: Period,
    events: Basis,
    observations: Iterable[pa.Table],
    children: pa.Array,
    groups: Groups,
    policy: Policy,
) -> ActionTables:
    """Count the register as it stood on the day of the run, and what the rules of closed actions showed. ``events``: of what fell due."""
    day = as_of.isoformat()
    known = [action for action in register if action.raised_on <= day]
    waiting = [action for action in known if not action.closed_on or action.closed_on > day]
    closed = [action for action in known if period.first.isoformat() <= action.closed_on <= min(day, period.last.isoformat())]
    late = sum(action.due < day for action in waiting)
    stood = _counts({OPEN: len(waiting) - late, LATE: late}, one(f"on {day}"))
    acted = {rule: [action for action in closed if action.rule == rule] for rule in sorted({action.rule for action in closed} - {""})}
    stretches = {rule: stretch for rule, some in acted.items() if rule in events.rules and (stretch := _stretch(some, as_of))}
    numbers = _numbers(stretches, observations, children, groups)
    raws = {
        rule: _raw(rule, stretches[rule], events, both) for rule, both in numbers.items() if not any(small_rate(n, policy) for n in both)
    }
    still = tuple(rule for rule in acted if rule not in events.rules)
    early = tuple(rule for rule in acted if rule in events.rules and rule not in stretches)
    flow = _counts({CLOSED: len(closed)}, span(period))
    return ActionTables(stood, flow, raws, stretches, early, still, len(numbers) - len(raws))


def _counts(rows: Mapping[str, int], period: Part) -> Raw:
    cells: Cells = {(one(label),): {"d": number} for label, number in rows.items()}
    return Raw("Actions of the register", "actions of the register", ("status",), cells, counts=COUNT, fixed={"period": period})


def _stretch(actions: Sequence[Acted], as_of: date) -> Stretch | None:
    """As many whole months before the first was raised as there are after the last was closed; None where there is none."""
    raised = date.fromisoformat(min(action.raised_on for action in actions))
    after = whole_months(date.fromisoformat(max(action.closed_on for action in actions)), as_of)[:MONTHS]
    if not after:
        return None
    return Stretch(months_before(raised, len(after)), Period(after[0].first, after[-1].last))


def _numbers(
    stretches: Mapping[str, Stretch], observations: Iterable[pa.Table], children: pa.Array, groups: Groups
) -> dict[str, tuple[Number, Number]]:
    """Of each rule what was counted before and after."""
    if not stretches:
        return {}
    names = pa.array(stretches, pa.string())
    some = (batch.filter(pc.is_in(batch["rule_id"], value_set=names)) for batch in observations)
    both = {
        rule: [Tally.empty([rule], [rule], period, [groups], len(children)) for period in (stretch.before, stretch.after)]
        for rule, stretch in stretches.items()
    }
    count(some, children, [one for two in both.values() for one in two])
    return {rule: (before.of([rule]), after.of([rule])) for rule, (before, after) in both.items()}


def _raw(rule: str, stretch: Stretch, events: Basis, numbers: tuple[Number, Number]) -> Raw:
    periods = (span(stretch.before), span(stretch.after))
    cells: Cells = {(period,): {"n": number.met, "d": number.known} for period, number in zip(periods, numbers, strict=True)}
    return Raw(f"Before and after actions: {rule}", events.population, ("period",), cells, counts=RATE, fixed={"rule": one(rule)})


@dataclass(frozen=True)
class Difference:
    """What a rule showed before its actions were raised and after they were closed."""

    rule: str
    stretch: Stretch
    before: Figure
    after: Figure

    @property
    def says(self) -> str:
        """Whether it is more than chance."""
        if self.before.range is None or self.after.range is None:
            return "Hidden, or nothing to count"
        apart = self.before.range[0] > self.after.range[1] or self.before.range[1] < self.after.range[0]
        return "More than chance alone could explain" if apart else "No more than chance could explain"


@dataclass(frozen=True)
class ActionsShown:
    """What may be shown of the register."""

    counts: Counts
    differences: tuple[Difference, ...]
    early: tuple[str, ...]
    still: tuple[str, ...]
    small: int


def shown(raw: ActionTables, safe: Callable[[Raw], Safe]) -> ActionsShown:
    """What became of the tables."""
    stood, closed = (counts(safe(one), "", (OPEN, LATE)) for one in (raw.stood, raw.closed))
    both = Counts(stood.name, "", (*stood.lines, *closed.lines))
    return ActionsShown(both, tuple(_difference(raw, safe, rule) for rule in raw.rules), raw.early, raw.still, raw.small)


def _difference(raw: ActionTables, safe: Callable[[Raw], Safe], rule: str) -> Difference:
    stretch = raw.stretches[rule]
    rows = {row.labels[0]: Figure(row.value("n"), row.value("d")) for row in safe(raw.rules[rule]).rows}
    return Difference(rule, stretch, rows[str(stretch.before)], rows[str(stretch.after)])
