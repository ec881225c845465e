"""The voice of the child by stage of the child's journey, and of children under five beside older ones. Before anything is hidden.

There are two tables of each count: over all ages, and by age, which joins stages further where children of one age are few. Stages are
joined too where what another table does not show could be subtracted out of them, so that little has to be hidden there for their sake.

What is shown by age is made up of rows over all ages. What their sum would leave of a theme of these ages is looked at here too: the door
guards that, but by hiding what stands in other tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from auditcheck.board import themes
from auditcheck.board.groups import FIVE_AND_OVER, NO_CHILD, UNBORN, UNDER_FIVE, UNKNOWN_AGE
from auditcheck.board.pooling import pooled, small_rate
from auditcheck.board.tables import RATE, UNKNOWN, Basis, Cells, Line, Table, outcomes
from auditcheck.board.tally import Number, Tally
from auditcheck.board.themes import Group
from auditcheck.disclosure import Policy, Raw, joined
from auditcheck.rulebook.model import Rule

NAME = "The voice of the child by stage"
ALL_STAGES, ALL_AGES = "All stages", "All ages"
AGE = "age"
#: The ages that stand beside each other, and with which of them those go who are too few to stand apart.
_BESIDE = (Line("Under five", UNDER_FIVE), Line("Five and over", FIVE_AND_OVER))
_OTHERS = ((Line("Unborn", (UNBORN,)), 0), (Line("Age not known", (UNKNOWN_AGE, NO_CHILD)), 1))
_EVERY_AGE = (Line(ALL_AGES, ()),)
_COUNTS = {RATE: ("n", "d"), UNKNOWN: ("unknown",)}

Rules = frozenset[str]
#: Stages that are counted together, in the order of the journey.
Row = tuple[Group, ...]
#: What could be worked out of other rules, where the sum of some is shown.
Left = Callable[[Rules], Sequence[Rules]]


@dataclass(frozen=True)
class Stages:
    """The tables of one basis. ``stages``: all of which something is counted; ``left_out``: those in no row, as too little is counted.

    ``about``: what is counted; ``ages``: those that stand beside each other; ``raws``: of each count over all ages, and by age.
    """

    about: str
    stages: tuple[str, ...]
    left_out: tuple[str, ...]
    ages: tuple[str, ...]
    raws: Mapping[str, tuple[Raw, Raw]]


def by_stage(tally: Tally, rules: Sequence[Rule], basis: Basis, policy: Policy, by_rule: Table, by_theme_and_age: Raw) -> Stages:
    """The tables of what a basis counts. ``by_rule``, ``by_theme_and_age``: those of the same that they stand beside."""
    own = themes.stages(rule for rule in rules if rule.id in basis.rules)
    counted = _Counted(tally, basis, policy, tuple(one for one in own if _any(tally.of(one.rules))))
    ages, crossed = counted.ages(), _sets(by_theme_and_age)
    beside = {which: _sets(raw) for which, raw in by_rule.raws.items()}

    def beyond(some: Rules) -> list[Rules]:
        return [frozenset[str]().union(*(one for one in crossed if one & some)) - some]

    rates = counted.rows(RATE, [(stage,) for stage in counted.every], _EVERY_AGE, lambda some: _left(some, beside[RATE]))
    rates_by_age = counted.apart(RATE, counted.rows(RATE, rates, ages, beyond), ages, crossed)
    told = counted.rows(UNKNOWN, rates, _EVERY_AGE, lambda some: _left(some, beside[UNKNOWN]))
    told_by_age = counted.apart(UNKNOWN, counted.rows(UNKNOWN, told, ages, lambda some: ()), ages, ())
    shown, shown_by_age = counted.with_total(rates), counted.with_total(rates_by_age)
    # What can't be told stands beside rates: what is joined otherwise is in the total alone.
    told, told_by_age = (
        [row for row in counted.with_total(some) if row in of] for some, of in ((told, shown), (told_by_age, shown_by_age))
    )
    return Stages(
        basis.title,
        tuple(stage.title for stage in counted.every),
        tuple(stage.title for stage in counted.every if not any(stage in row for row in shown)),
        tuple(age.label for age in ages),
        {
            RATE: (counted.table(RATE, shown, _EVERY_AGE), counted.table(RATE, shown_by_age, ages)),
            UNKNOWN: (counted.table(UNKNOWN, told, _EVERY_AGE), counted.table(UNKNOWN, told_by_age, ages)),
        },
    )


@dataclass(frozen=True)
class _Counted:
    """What a basis counts, by sets of stages and of ages. ``every``: all stages of which something is counted."""

    tally: Tally
    basis: Basis
    policy: Policy
    every: Row

    def of(self, rules: Sequence[str], age: Line) -> Number:
        places = [place for place, name in enumerate(self.tally.names(AGE)) if name in age.members] if age.members else None
        return self.tally.of(rules, AGE, places)

    def small(self, which: str, number: Number) -> bool:
        return small_rate(number, self.policy) if which == RATE else self.policy.small(number.unknown)

    def ages(self) -> list[Line]:
        """Children under five and older ones. The unborn, and those of no known age, stand apart where they are not too few at any stage,
        so that no stage is joined for their sake; else they go with others, and the label says so."""
        found = list(_BESIDE)
        for age, beside in _OTHERS:
            numbers = [self.of(stage.rules, age) for stage in self.every]
            if any(self.small(which, number) for number in numbers for which in _COUNTS):
                whom = found[beside]
                found[beside] = Line(f"{whom.label}, or {age.label[:1].lower()}{age.label[1:]}", (*whom.members, *age.members))
            elif any(map(_any, numbers)):
                found.append(age)
        return found

    def rows(self, which: str, rows: Sequence[Row], ages: Sequence[Line], left: Left) -> list[Row]:
        """The rows that can stand alone at every age, and one of the others together; where that can't, only what can stand alone."""

        def small(some: Sequence[Row]) -> bool:
            rules = frozenset(_rules(self._together(some)))
            return any(self.small(which, self.of(sorted(each), age)) for each in (rules, *left(rules)) for age in ages)

        def size(row: Row) -> int:
            number = self.tally.of(_rules(row))
            return number.known if which == RATE else number.unknown

        split = pooled(rows, size, small)
        if not split.fits:
            return [row for row in rows if not small([row])]
        return [*split.alone, *([self._together(split.together)] if split.together else [])]

    def apart(self, which: str, rows: list[Row], ages: Sequence[Line], tables: Sequence[Rules]) -> list[Row]:
        """The rows, where nothing small is left when they are subtracted from what other tables show of these ages; else all in one row,
        where that is so of it. ``tables``: the sets of rules of which these show the sum, none: of all rules."""
        for some in (rows, [self._together(rows)]):
            if not any(self._small_left(which, some, age, tables or [self.basis.rules]) for age in ages):
                return some
        return []

    def _small_left(self, which: str, rows: Sequence[Row], age: Line, tables: Sequence[Rules]) -> bool:
        """Whether of some tables together something small is left beyond the rows that lie within them."""
        named = frozenset[str]().union(*tables)
        of_row = [(named & {*_rules(row)}, self._counts(which, _rules(row), age)) for row in rows]
        of_table = {table: self._counts(which, sorted(table), age) for table in tables}
        for some in (some for size in range(len(tables)) for some in combinations(tables, size + 1)):
            inside = [counts for rules, counts in of_row if rules <= frozenset().union(*some)]
            left = np.sum([of_table[table] for table in some], axis=0) - np.sum(inside, axis=0)
            if inside and any(map(self.policy.small, left)):
                return True
        return False

    def _counts(self, which: str, rules: Sequence[str], age: Line) -> npt.NDArray[np.int64]:
        number = self.of(rules, age)
        return np.array((number.met, number.known - number.met) if which == RATE else (number.unknown,))

    def _together(self, rows: Sequence[Row]) -> Row:
        return tuple(stage for stage in self.every if any(stage in row for row in rows))

    def with_total(self, rows: Sequence[Row]) -> list[Row]:
        """The rows, and their total where they hold all stages."""
        whole = rows and self._together(rows) == self.every and self.every not in rows
        return [*rows, *([self.every] if whole else [])]

    def table(self, which: str, rows: Sequence[Row], ages: Sequence[Line]) -> Raw:
        """One table before anything is hidden."""
        of = outcomes(self.basis.period)
        by_age = ages is not _EVERY_AGE
        cells: Cells = {}
        for row in rows:
            for age in ages:
                number = self.of(_rules(row), age)
                every = {"n": number.met, "d": number.known, "unknown": number.unknown}
                key = (joined(self._label(row), _rules(row)), *([joined(age.label, age.members)] if by_age else []))
                cells[key] = {name: every[name] for name in _COUNTS[which]}
        return Raw(
            f"{NAME}{' and age' if by_age else ''}, {which}: {self.basis.title}",
            self.basis.population,
            ("rule", AGE) if by_age else ("rule",),
            cells,
            counts={name: of[name] for name in _COUNTS[which]},
            fixed={"period": self.basis.period},
        )

    def _label(self, row: Row) -> str:
        return ALL_STAGES if row == self.every and len(row) > 1 else "; ".join(stage.title for stage in row)


def _any(number: Number) -> bool:
    return bool(number.known or number.unknown)


def _rules(row: Row) -> list[str]:
    return [rule for stage in row for rule in stage.rules]


def _sets(raw: Raw) -> list[Rules]:
    """The rules of each row that is not all of them."""
    return list(dict.fromkeys(frozenset(map(str, key[0].members)) for key in raw.cells if key[0].members is not None))


def _left(rules: Rules, rows: Sequence[Rules]) -> list[Rules]:
    """What is left of some rules when the rows within them are subtracted; and where that is a part of one row, the rest of the row."""
    rest = rules.difference(*(row for row in rows if row <= rules))
    return [rest, *(row - rest for row in rows if rest < row)] if rest else []
