"""Hidden counts that hang together: how far each of them can be narrowed down, and what holds it there.

Linear programs find the ends of each range; whole-number solutions found on the way are kept as witnesses that a range is wide enough,
so that most counts need no program of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, nan
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from auditcheck.disclosure.narrowing import narrowed
from auditcheck.disclosure.solver import NEAR, Program, Vector

if TYPE_CHECKING:
    from auditcheck.disclosure.attack import Attack

Places = npt.NDArray[np.int64]

TRIES, WORTH = 30, 10
"""So often, at most, all that is not known to be wide is moved at once, before each has programs of its own.

WORTH: fewer ranges cost less one by one.
"""


@dataclass(frozen=True)
class Leak:
    """A cell whose range is too narrow, and the shown cells of which at least one must be hidden to widen it."""

    cell: int
    mend: frozenset[int]


class Group:
    """Cells that hang together."""

    def __init__(self, attack: Attack, cells: Sequence[int], told: Sequence[tuple[float, float]], hidden: Collection[int]) -> None:
        self.cells, self.attack, self.hidden = cells, attack, hidden
        self.place = {cell: at for at, cell in enumerate(cells)}
        system, touching = attack.system, attack.touching
        numbers = sorted({at for cell in cells for at in touching[cell]})
        every = [attack.relations[at] for at in numbers]
        rows = [{self.place[c]: float(times) for c, times in relation if c in self.place} for relation in every]
        right = np.array([float(-sum(times * told[c][0] for c, times in relation if c not in self.place)) for relation in every])
        self.low = np.array([told[cell][0] for cell in cells], float)
        self.high = np.array([min(told[cell][1], attack.far) for cell in cells], float)
        solved = [place for place, at in enumerate(numbers) if at in attack.independent]
        self.relations = [every[place] for place in solved]
        self.program = Program([rows[place] for place in solved], right[solved], right[solved], self.low, self.high, attack.work)
        self.narrow = narrowed(rows, right, self.low, self.high)
        self.least, self.most = np.full(len(cells), inf), np.full(len(cells), -inf)
        self.base: Vector | None = None
        truth = np.array([nan if (one := system.cells[cell].truth) is None else one for cell in cells])
        sums = (sum(times * truth[at] for at, times in row.items()) for row in rows)
        if not np.isnan(truth).any() and all(found == much for found, much in zip(sums, right, strict=True)):  # no cell stands for several
            self._witness(truth)

    def leaks(self, wide: set[int]) -> Iterator[Leak]:
        """Every cell that is not protected. ``wide``: those whose range is known to be wide enough; others are added as they are found."""
        wanted = [cell for cell in self.cells if self.attack.wanted(cell, self.hidden) and cell not in wide]
        if not wanted:
            return
        self._move_all(np.array([self.place[cell] for cell in wanted]))
        for cell in wanted:
            at = self.place[cell]
            if self._seen_wide(at):
                wide.add(cell)
            elif not self._no_secret(cell, self.narrow[0][at], self.narrow[1][at]) and (leak := self._tried(cell, wide)):
                if self.attack.known_otherwise(cell):
                    wide.add(cell)  # as good as wide, whatever is hidden
                else:
                    yield leak

    def _tried(self, cell: int, wide: set[int]) -> Leak | None:
        """The leak of one cell, if it is one."""
        at, policy = self.place[cell], self.attack.policy
        high, why_high = self._end(at, -1.0)
        if 0 < high < min(policy.reach, policy.smallest) and not self._seen_wide(at):
            return self._leak(cell, why_high)
        if not self._seen_wide(at):
            low, why_low = self._end(at, 1.0)
        if self._seen_wide(at):
            wide.add(cell)
            return None
        if self._no_secret(cell, low, high):
            return None
        if not self._wide(low, high):
            return self._leak(cell, why_high if high < self.attack.policy.reach else why_low | why_high)
        self._move(np.array([at]), -1.0)
        if not self._seen_wide(at):
            low, high = self.exactly(cell)
        if self._wide(low, high):
            wide.add(cell)
            return None
        every = {c for relation in self.relations for c, _ in relation}
        return None if self._no_secret(cell, low, high) else self._leak(cell, every)

    def _seen_wide(self, at: int) -> bool:
        """Whether witnesses show a range to be wide enough."""
        return self._wide(self.least[at], self.most[at])

    def _move_all(self, wanted: Places) -> None:
        """Look for witnesses of many ranges at once: all up, all down; then those not yet wide, as far as is enough, this way or that."""
        left = self._not_wide(wanted)
        if self.base is None or len(left) >= WORTH:
            for sign in (-1.0, 1.0):
                self._witness(self.program.least_afresh(self._aims(wanted, sign), self.high))
            left = self._not_wide(wanted)
        lot = np.random.default_rng(len(wanted))
        for _ in range(TRIES):
            if len(left) < WORTH:
                return
            self._move(left, lot.choice([-1.0, -1.0, 1.0], len(left)))
            before, left = len(left), self._not_wide(left)
            if before - len(left) < WORTH:
                return

    def _move(self, places: Places, signs: Vector | float) -> None:
        """Look for one witness: these, each as far as is enough."""
        if self.base is not None:
            high = self.high.copy()
            enough = np.maximum(self.base[places] + self.attack.policy.width, self.attack.policy.reach)
            high[places] = np.minimum(high[places], enough)
            self._witness(self.program.least_afresh(self._aims(places, signs), high))

    def _not_wide(self, places: Places) -> Places:
        return places[[not self._seen_wide(at) for at in places]]

    def _wide(self, low: float, high: float) -> bool:
        """Whether a range is wide enough; so is any that holds it, and what witnesses tell is enough."""
        return high - low >= self.attack.policy.width and high >= self.attack.policy.reach

    def _no_secret(self, cell: int, low: float, high: float) -> bool:
        """Whether a count that nobody printed, and nobody knows here, is large or nought: of its whole range, not of some witnesses."""
        policy, one = self.attack.policy, self.attack.system.cells[cell]
        nought = high <= 0 and (one.laid_out or not policy.hide_zeros)
        return one.truth is None and not one.hidden_before and (low >= policy.smallest or nought)

    def _leak(self, cell: int, holding: Collection[int]) -> Leak:
        """A leak, given the cells that hold the range narrow."""
        return Leak(cell, frozenset(c for c in holding if c not in self.hidden and self.attack.can_hide(c)))

    def _end(self, at: int, sign: float) -> tuple[float, set[int]]:
        """One end of the range of a cell, the last whole number within it, and the cells that hold it there."""
        point, prices = self.program.least(self._aim(at, sign))
        self._witness(point)
        weight: dict[int, float] = defaultdict(float)
        for at_ in np.flatnonzero(prices):
            for cell, times in self.relations[at_]:
                weight[cell] += times * prices[at_]
        end = floor(point[at] + NEAR) if sign < 0 else ceil(point[at] - NEAR)
        return float(end), {cell for cell, held in weight.items() if abs(held) > NEAR}

    def exactly(self, cell: int) -> tuple[float, float]:
        """Both ends of the range of a cell, in whole numbers."""
        at = self.place[cell]
        low, high = (self.program.least_whole(self._aim(at, sign)) for sign in (1.0, -1.0))
        self._witness(low)
        self._witness(high)
        return float(low[at]), float(high[at])

    def _aim(self, at: int, sign: float) -> Vector:
        return self._aims(np.array([at]), sign)

    def _aims(self, places: Places, signs: Vector | float) -> Vector:
        aim = np.zeros(len(self.cells))
        aim[places] = signs
        return aim

    def _witness(self, point: Vector) -> None:
        """Keep a solution that is in whole numbers, and those as far as its line with the first leads in both directions."""
        whole = np.round(point)
        if np.abs(whole - point).max() > NEAR or (whole < self.low).any() or (whole > self.high).any():
            return
        if self.base is None:
            self.base = self.least = self.most = whole
            return
        move = whole - self.base
        move /= max(1, np.gcd.reduce(move.astype(np.int64)))
        steps = [_steps(self.base, sign * move, self.low, self.high) * sign for sign in (-1, 1)]
        points = [self.base + step * move for step in steps]
        self.least, self.most = np.minimum.reduce([self.least, *points]), np.maximum.reduce([self.most, *points])


def _steps(base: Vector, move: Vector, low: Vector, high: Vector) -> float:
    """How often a move can be made from a point within the bounds."""
    up, down = move > 0, move < 0
    room = [*((high - base)[up] // move[up]), *((base - low)[down] // -move[down])]
    return min(room, default=0.0)
