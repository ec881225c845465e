"""Where the figures of a run's measures stand, and which of them are left out, as too little lies between two that stand side by side.

What rules observed stands with the tables that show the same checks. A measure and the figures beside it that add up rules stand together,
all with those tables or all apart: visits and core groups are parts of a whole, and what is left of it can be subtracted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from auditcheck.board import measures as measured
from auditcheck.board.measures import Within
from auditcheck.board.source import Run
from auditcheck.board.tally import Number
from auditcheck.disclosure import Policy, Raw
from auditcheck.rulebook.model import Rule

Row = Mapping[str, str]


@dataclass(frozen=True)
class Beside:
    """What is known of every measure. ``rests_on``: as in `measures.rests_on`; ``tables``: where a row stands with tables, if it does."""

    rules: Mapping[str, Rule]
    rests_on: Mapping[str, tuple[Sequence[str], str]]
    tables: Callable[[Row], Within | None]
    policy: Policy

    def raws(self, run: Run, observed: Mapping[str, Number]) -> tuple[dict[str, Raw], frozenset[str]]:
        """The measures of a run, and those that are left out. ``observed``: of those that count some of what rules observed, all of it; one
        that it lacks is left out, as nobody knows what lies between."""
        as_of, within = run.info["as_of"], self._within(run)
        held: dict[str, Raw] = {}
        for row in run.measures:
            name = row["measure_id"]
            raw = measured.of_row(row, as_of, within.get(name), self._adds_up(name))
            if raw is not None:
                held.setdefault(name, raw)
        some = {name for name in held if measured.counts_some_of(self.rules, name)[0]}
        too_near = {name for name in some if name not in observed or self._all_but_few(held[name], observed[name])}
        for main, rows in self._families(run):
            if not self._fit(main, rows):
                too_near |= {row["measure_id"] for row in rows} - {main}
        for name in (name for name in held if name not in too_near and self._adds_up(name)):
            others = [other for other in held if other not in too_near and self._side_by_side(name, other)]
            if any(measured.too_near(held[name], held[other], self.policy) for other in others):
                too_near.add(name)
        return {name: raw for name, raw in held.items() if name not in too_near}, frozenset(too_near)

    def _within(self, run: Run) -> dict[str, Within]:
        """Of each measure that adds up rules where it stands, if not by itself."""
        found: dict[str, Within] = {}
        for main, rows in self._families(run):
            each = {row["measure_id"]: within for row in rows if (within := self.tables(row)) is not None}
            found |= each if len(rows) < 2 else self._together(f"{main} on {run.info['as_of']}", rows, each)
        return found

    def _together(self, name: str, rows: Sequence[Row], each: Mapping[str, Within]) -> dict[str, Within]:
        """Some that stand together: with tables, if all do, and all with the same ones. ``name``: of the measure."""
        if len(each) < len(rows) or len({(one.population, one.period.members) for one in each.values()}) > 1:
            each = {row["measure_id"]: measured.apart(name, row, self.rests_on[row["measure_id"]][0]) for row in rows}
        if all(one.unknown for one in each.values()):
            return dict(each)
        return {one: replace(within, unknown=frozenset({f"cannot tell, {name}"})) for one, within in each.items()}

    def _families(self, run: Run) -> Iterator[tuple[str, list[Row]]]:
        """Each measure with the figures beside it, of those that add up rules; a row of each."""
        rows = {row["measure_id"]: row for row in reversed(run.measures) if self.rests_on.get(row["measure_id"], ((), ""))[0]}
        for main in sorted({name.partition(".")[0] for name in rows}):
            yield main, [row for name, row in sorted(rows.items()) if name.partition(".")[0] == main and row["denominator"]]

    def _fit(self, main: str, rows: Sequence[Row]) -> bool:
        """Whether the parts of a measure can be parts of it, by the rules of now: those of the run may have been others."""
        parts = [row for row in rows if row["measure_id"] != main]
        rules = [rule for row in parts for rule in self.rests_on[row["measure_id"]][0]]
        whole = next((row for row in rows if row["measure_id"] == main), None)
        if whole is None or len(set(rules)) < len(rules):
            return True
        less = [int(whole[count]) - sum(int(row[count]) for row in parts) for count in ("numerator", "denominator", "unknown")]
        return min(*less, less[1] - less[0]) >= 0 and (not any(less) or set(rules) < set(self.rests_on[main][0]))

    def _adds_up(self, name: str) -> bool:
        main, _, own = name.partition(".")
        return measured.adds_up(self.rules.get(main), own)

    def _all_but_few(self, raw: Raw, observed: Number) -> bool:
        """Whether a measure counts all but a few of what its rules observed, which a table of the rules tells."""
        (cell,) = raw.cells.values()
        return measured.little_between(cell, {"n": observed.met, "d": observed.known, "unknown": observed.unknown}, self.policy)

    def _side_by_side(self, name: str, other: str) -> bool:
        """Whether a figure stands beside a measure, or with another beside the same; not where both add up rules and share none, so that
        neither can be a part of the other."""
        main, _, own = name.partition(".")
        (mine, _), (yours, _) = (self.rests_on.get(one, ((), "")) for one in (name, other))
        apart = bool(mine and yours) and not set(mine) & set(yours)
        return bool(own) and name != other and other.partition(".")[0] == main and self._adds_up(other) and not apart
