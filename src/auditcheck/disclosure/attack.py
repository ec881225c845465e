"""What somebody outside could work out: the whole numbers that each hidden count could be, given all that is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

from auditcheck.disclosure.condensing import condensed
from auditcheck.disclosure.group import Group, Leak
from auditcheck.disclosure.independent import independent
from auditcheck.disclosure.policy import Policy
from auditcheck.disclosure.solver import Work
from auditcheck.disclosure.system import Counted, System

ENOUGH = 25_000_000_000
"""Beyond so much work (`Work`; some ten minutes) nothing is released."""


@dataclass
class Attack:
    """An attack on a system in which some cells are hidden. ``counted``: as in `protect`."""

    system: System
    policy: Policy
    counted: Counted | None = None
    work: Work = field(default_factory=lambda: Work(ENOUGH))
    touching: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _found: dict[tuple[frozenset[int], frozenset[int]], tuple[Leak, ...]] = field(default_factory=dict)
    _wide: dict[frozenset[int], set[int]] = field(default_factory=dict)
    _told_apart: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        between = {cell for cell in range(len(self.system.cells)) if self._only_between(cell)}
        self.relations = condensed(self.system.relations, between)
        for number, relation in enumerate(self.relations):
            for cell, _ in relation:
                self.touching[cell].append(number)
        self._left_out = between - self.touching.keys()
        self._told_apart = frozenset(cell for cell in self.touching if self.system.cells[cell].laid_out)
        self.independent = frozenset(independent(self.relations))
        self.far = 1000 + 4 * sum(one.most_told for one in self.system.cells)
        self._shown = [self._told(cell, False) for cell in range(len(self.system.cells))]
        self._hidden = [self._told(cell, True) for cell in range(len(self.system.cells))]

    def _told(self, cell: int, hide: bool) -> tuple[float, float]:
        """What is known of a cell by itself."""
        one = self.system.cells[cell]
        low, high = one.known
        if one.current and not hide and one.truth is not None:
            least, most = self.policy.between(one.truth)
            return max(low, least), min(high, most)
        return max(low, self.policy.least_hidden if one.current else 0), high

    def _all(self, hidden: Collection[int]) -> list[tuple[float, float]]:
        """What is known of each cell by itself when some are hidden."""
        told = self._shown.copy()
        for cell in hidden:
            told[cell] = self._hidden[cell]
        return told

    def leaks(self, hidden: Collection[int]) -> Iterator[Leak]:
        """Every cell that is not protected when these are hidden."""
        told = self._all(hidden)
        wide = self._wide.setdefault(frozenset(hidden), set())
        wide.update(*(cells for fewer, cells in self._wide.items() if fewer.issubset(hidden)))  # no less so when more is hidden
        for group in self._groups(told):
            case = group, group & frozenset(hidden)
            if case not in self._found:
                self._found[case] = tuple(Group(self, sorted(group), told, hidden).leaks(wide))
            yield from self._found[case]

    def narrow_before(self, cells: Collection[int], hidden: Collection[int]) -> frozenset[int]:
        """Those of the cells whose range was too narrow already, with nothing of this pack, and is no narrower with it."""
        told = [one.known for one in self.system.cells]
        groups = [Group(self, sorted(group), told, cells) for group in self._groups(told)]
        exact = frozenset(cell for cell in cells if told[cell][0] == told[cell][1])
        narrow = {leak.cell: group for group in groups for leak in group.leaks(set()) if leak.cell in cells}
        now = self._all(hidden)
        return exact | {cell for cell, group in narrow.items() if group.exactly(cell) == self._range(cell, now, hidden)}

    def _range(self, cell: int, told: Sequence[tuple[float, float]], hidden: Collection[int]) -> tuple[float, float]:
        group = next((group for group in self._groups(told) if cell in group), None)
        return told[cell] if group is None else Group(self, sorted(group), told, hidden).exactly(cell)

    def ranges(self, hidden: Collection[int]) -> dict[int, tuple[float, float]]:
        """The least and most that each cell can be, where that is not told already."""
        told = self._all(hidden)
        groups = (Group(self, sorted(group), told, hidden) for group in self._groups(told))
        return {cell: group.exactly(cell) for group in groups for cell in group.cells}

    def _groups(self, told: Sequence[tuple[float, float]]) -> Iterator[frozenset[int]]:
        """The cells that are not known, in groups that no relation joins."""
        free = {cell for cell, (low, high) in enumerate(told) if low < high} - self._left_out
        followed: set[int] = set()
        while free:
            group, edge = set(), {min(free)}
            while edge:
                group |= edge
                free -= edge
                touched = {at for cell in edge for at in self.touching[cell]} - followed
                followed |= touched
                edge = {cell for at in touched for cell, _ in self.relations[at] if cell in free}
            yield frozenset(group)

    def can_hide(self, cell: int) -> bool:
        """Whether hiding a cell would keep something from somebody: not what everybody knows, nor a zero where zeros are shown."""
        one = self.system.cells[cell]
        return one.current and (bool(one.truth) or self.policy.may_hide_zeros) and one.known[0] < one.known[1]

    def must_hide(self, cell: int) -> bool:
        """Whether a cell is hidden for its own sake: it is small, or an earlier pack hid it and shall not be undone by this one."""
        one = self.system.cells[cell]
        if not one.current or one.truth is None:
            return False
        return self.policy.small(one.truth) or (one.hidden_before and self.can_hide(cell))

    def known_otherwise(self, cell: int) -> bool:
        """Whether whoever made the tables knows that a combination is no small count. Asked of few: it may take a reading of everything."""
        if cell not in self._told_apart or self.counted is None:
            return False
        count = self.system.ask_of(self.counted, cell)
        return count is not None and not self.policy.small(count)

    def _only_between(self, cell: int) -> bool:
        """Whether a cell only stands between others, whatever is hidden: nobody printed it, and it needs no wide range."""
        one = self.system.cells[cell]
        low, high = one.known
        return not one.current and low == 0 and high == inf and not self.wanted(cell, ())

    def printed(self, cell: int) -> bool:
        """Whether a table prints this cell, or printed it as hidden."""
        one = self.system.cells[cell]
        return one.current or one.hidden_before

    def cost(self, cell: int) -> int:
        """What is lost by hiding a cell: its count; a zero is something, too."""
        return self.system.cells[cell].truth or 1

    def wanted(self, cell: int, hidden: Collection[int]) -> bool:
        """Whether a cell needs a wide range: it is hidden, was hidden, or is a small count (or may be one) that nobody prints.

        Of the combinations only those that are left: the others are told apart by no table.
        """
        one = self.system.cells[cell]
        if one.current or (one.laid_out and cell not in self._told_apart):
            return cell in hidden
        count = one.counted if one.truth is None else one.truth
        return one.hidden_before or count is None or self.policy.small(count)
