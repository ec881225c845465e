"""Restated figures: months of a measure that an earlier run counted differently, because records came late or were put right.

A change is a count as well: by how much is told only where neither the figure of then, nor that of now, nor the change is small, and the
door of `disclosure` lets the change through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditcheck.board.coded import count
from auditcheck.board.measures import Series
from auditcheck.board.monthly import Month, Monthly, of_records
from auditcheck.board.periods import Period, months, short
from auditcheck.board.shown import HIDDEN
from auditcheck.board.source import Run
from auditcheck.board.tables import Cells, span
from auditcheck.disclosure import RATE, Policy, Raw, Safe

#: Months named of a measure; the rest is in figures.csv.
_MOST = 6


@dataclass(frozen=True)
class Point:
    """One month (or quarter) that is counted differently. ``met``, ``not_met``: how many more now; less than nought: fewer."""

    period: Period
    met: int
    not_met: int
    tell: bool


@dataclass(frozen=True)
class Compared:
    """A measure beside the same measure of an earlier run. ``of``: how many months both have; ``changes``: those that may be told."""

    measure: str
    as_of: str
    of: int
    points: tuple[Point, ...]
    changes: Raw


@dataclass(frozen=True)
class Since:
    """One earlier run. ``measures``: all that were compared; ``apart``: those that can't be, as it has no months of them."""

    run: Run
    measures: tuple[Compared, ...]
    apart: tuple[str, ...]

    @property
    def raws(self) -> list[Raw]:
        """All that has to pass the door."""
        return [one.changes for one in self.measures]


def compared(run: Run, series: Mapping[str, Series], rules: Mapping[str, tuple[Collection[str], str]], then: Run, policy: Policy) -> Since:
    """The points of ``series``, as run counts them, beside those of ``then``. ``rules``: of each measure, and which day counts; none of
    one that counts records, whose months lie in the folder of ``then``, if it has them."""
    own = {name: one for name, one in series.items() if one.months}
    recorded = {name: some for name, some in of_records(then.measured_months).items() if name in own and not rules[name][0]}
    evaluated = set(then.evaluated)
    same = [name for name in own if name in recorded or (rules[name][0] and evaluated >= set(rules[name][0]))]
    wanted = {name: (tuple(rules[name][0]), rules[name][1]) for name in same if name not in recorded}
    spans = sorted({month.first: month for name in same for one in own[name].months for month in _months(one.period)}.items())
    monthly = Monthly(wanted, [month for _, month in spans])
    count(then.observations(), then.children["child_id"].combine_chunks(), [monthly])
    found = monthly.found() | recorded
    beside = [_compared(name, own[name].months, found[name], then, policy) for name in same]
    return Since(then, tuple(beside), tuple(name for name in own if name not in same))


def _months(period: Period) -> list[Period]:
    count = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    return months(period.last, count)


def _compared(name: str, now: Sequence[Month], before: Sequence[Month], then: Run, policy: Policy) -> Compared:
    """Of months that had ended when ``then`` was made, and to which its export reached back."""
    counted = {month.period.first for month in before}
    both = [month for month in now if month.period.last <= then.as_of and counted.issuperset(one.first for one in _months(month.period))]
    points = tuple(point for month in both if (point := _point(month, before, policy)) is not None)
    cells: Cells = {(span(one.period),): {"n": abs(one.met), "d": abs(one.met) + abs(one.not_met)} for one in points if one.tell}
    as_of = then.info["as_of"]
    changes = Raw(f"{name}, restated since {as_of}", f"restatements of {name} since {as_of}", ("period",), cells, counts=RATE)
    return Compared(name, as_of, len(both), points, changes)


def _point(now: Month, before: Iterable[Month], policy: Policy) -> Point | None:
    inside = [month for month in before if now.period.first <= month.period.first <= now.period.last]
    met, known = sum(month.met for month in inside), sum(month.known for month in inside)
    point = now.met - met, (now.known - now.met) - (known - met)
    if point == (0, 0):
        return None
    tell = not any(map(policy.small, (met, known - met, known, now.met, now.known - now.met, now.known, *map(abs, point))))
    return Point(now.period, *point, tell)


@dataclass(frozen=True)
class Restated:
    """What may be said of one measure. ``changes``: of each month how many more (-: fewer) are met and are not met now, c where hidden."""

    measure: str
    as_of: date
    of: int
    changes: tuple[tuple[str, str, str], ...]

    def says(self, title: str) -> str:
        """In a sentence, the first months named."""
        named = "; ".join(f"{when} ({_in_words(met, not_met)})" for when, met, not_met in self.changes[:_MOST])
        more = f"; and {len(self.changes) - _MOST} more" if len(self.changes) > _MOST else ""
        of = "1 point" if self.of == 1 else f"{self.of} points"
        verb = "is" if len(self.changes) == 1 else "are"
        return f"{title}: {len(self.changes)} of {of} {verb} counted differently now: {named}{more}."


@dataclass(frozen=True)
class Earlier:
    """An earlier run in what may be said of it. ``points`` of ``measures`` are counted differently now. ``same_rules``: its rulebook was
    this one; ``apart``: measures that it can't be compared in."""

    as_of: date
    same_rules: bool
    measures: int
    points: int
    apart: tuple[str, ...]


def earlier(since: Since, run: Run) -> Earlier:
    """An earlier run beside the one that the book is made of."""
    same = since.run.info.get("rulebook") == run.info.get("rulebook")
    changed = [one for one in since.measures if one.points]
    return Earlier(since.run.as_of, same, len(changed), sum(len(one.points) for one in changed), since.apart)


def shown(since: Since, safe: Callable[[Raw], Safe], trends: Mapping[str, Raw]) -> list[Restated]:
    """Every measure that was restated since an earlier run. ``trends``: of each measure its points, of which some may be hidden."""
    return [
        Restated(one.measure, since.run.as_of, one.of, _changes(one, safe(one.changes), safe(trends[one.measure])))
        for one in since.measures
        if one.points
    ]


def _changes(one: Compared, let_through: Safe, points: Safe) -> tuple[tuple[str, str, str], ...]:
    told = {row.labels[0]: (row.value("n"), row.value("d")) for row in let_through.rows}
    # Whoever has the earlier figure would add the change to it.
    hidden = {row.labels[0] for row in points.rows if None in row.shown.values()}
    changes = {point: (None, None) if short(point.period) in hidden else told.get(str(point.period), (None, None)) for point in one.points}
    return tuple((short(point.period), *_change(point, *change)) for point, change in changes.items())


def _change(point: Point, met: int | None, both: int | None) -> tuple[str, str]:
    """What the door let through of a change. Which way it goes is told with how far, or not at all."""
    if met is None or both is None:
        return HIDDEN, HIDDEN
    return f"{'-' if point.met < 0 else ''}{met}", f"{'-' if point.not_met < 0 else ''}{both - met}"


def _in_words(met: str, not_met: str) -> str:
    if HIDDEN in (met, not_met):
        return f"by how much is hidden, {HIDDEN}"
    told = ((met, "met"), (not_met, "not met"))
    return ", ".join(f"{int(n.lstrip('-')):,} {'fewer' if n[0] == '-' else 'more'} {what}" for n, what in told if n != "0")
