"""The same equations with fewer numbers: what only stands between others is written as short as can be.

Of the combinations that tables are laid out in, most are told apart by no table at all: so many rules in a month of which only their sum
was printed. Two ways lose nothing, in whole numbers either, as what is left out is no less than nought and otherwise free:

- a number that is the sum of others is written out as these wherever it stands;
- numbers that stand in the same equations, each as often, are one: whatever they come to together, one of them can be all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

Relation = tuple[tuple[int, int], ...]
FILL = 50
"""A number is written out where the equations grow by no more terms than this; those that then stand together make up for it."""


def condensed(relations: Sequence[Relation], between: Collection[int]) -> list[Relation]:
    """The relations among the other cells, with as few as can be of those ``between`` them.

    A relation is a sum of coefficient x cell that is nought. ``between``: cells that are any whole number from nought, and of which
    nobody asks what they are.
    """
    equations = _Equations(relations)
    left = sorted(between)
    while True:
        fewer = equations.written_out(equations.joined(left))
        if len(fewer) == len(left):
            return equations.relations()
        left = fewer


class _Equations:
    """Relations by their number, and of each cell in which it stands how often."""

    def __init__(self, relations: Sequence[Relation]) -> None:
        self._rows: dict[int, dict[int, int]] = {number: dict(relation) for number, relation in enumerate(relations)}
        self._of: dict[int, dict[int, int]] = defaultdict(dict)
        for number, row in self._rows.items():
            for cell, times in row.items():
                self._of[cell][number] = times

    def relations(self) -> list[Relation]:
        return [tuple(row.items()) for row in self._rows.values() if row]

    def joined(self, cells: Sequence[int]) -> list[int]:
        """The cells that are left where those that stand in the same relations are one."""
        first: dict[frozenset[tuple[int, int]], int] = {}
        for cell in cells:
            if first.setdefault(frozenset(self._of[cell].items()), cell) != cell:
                for number in self._of.pop(cell):
                    del self._rows[number][cell]
        return list(first.values())

    def written_out(self, cells: Sequence[int]) -> list[int]:
        """The cells that are left where each that is the sum of others is written as these."""
        return [cell for cell in cells if not self._write_out(cell)]

    def _write_out(self, cell: int) -> bool:
        sums = [number for number in self._of[cell] if self._is_sum(self._rows[number], cell)]
        if not sums:
            return False
        number = min(sums, key=lambda number: (len(self._rows[number]), number))
        others = len(self._of[cell]) - 1, len(self._rows[number]) - 1
        if others[0] * others[1] - sum(others) > FILL:
            return False
        row = self._rows.pop(number)
        for one in row:
            del self._of[one][number]
        sign = -row.pop(cell)
        for other, times in self._of.pop(cell).items():
            del self._rows[other][cell]
            self._add(other, row, times * sign)
        return True

    def _is_sum(self, row: Mapping[int, int], cell: int) -> bool:
        """Whether a relation says that the cell is the sum of others; as these are no less than nought, it is not either."""
        return abs(row[cell]) == 1 and len(row) > 1 and all(times == -row[cell] for one, times in row.items() if one != cell)

    def _add(self, number: int, row: Mapping[int, int], times: int) -> None:
        """Add a row so many times to a relation."""
        for cell, once in row.items():
            total = self._rows[number].get(cell, 0) + times * once
            if total:
                self._rows[number][cell] = self._of[cell][number] = total
            else:
                del self._rows[number][cell], self._of[cell][number]
