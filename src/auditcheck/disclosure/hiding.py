"""Which counts to hide, so that none of them can be worked out, and as little as possible is lost.

An implicit hitting set: an attack on what is hidden so far names, for each count it narrows down, the shown counts of which one at least
must be hidden too (as long as that count itself is). The cheapest choice that meets every such demand is attacked again, until an attack
finds nothing. With so many cells that choosing the cheapest would take too long, each demand takes its own cheapest, and what proves
needless is shown again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from auditcheck.disclosure.attack import Attack, Leak

ROUNDS, CELLS = 60, 400
"""Beyond so many attacks, or so many cells to choose among, the choice is good but perhaps not the cheapest."""


class CannotRelease(Exception):
    """These tables would give a small count away whatever is hidden in them, because of what was released before."""


@dataclass(frozen=True)
class Choice:
    """``hidden``: every cell to hide. ``cheapest``: whether no other choice hides a smaller total."""

    hidden: frozenset[int]
    cheapest: bool


def choose(attack: Attack) -> Choice:
    """The cells to hide. Raises `CannotRelease`, naming a figure, where an attack succeeds whatever is hidden."""
    first = frozenset(cell for cell in range(len(attack.system.cells)) if attack.must_hide(cell))
    demands: list[Leak] = []
    hidden = first
    for _ in range(ROUNDS):
        new = _demands(attack, hidden)
        if not new:
            return Choice(hidden, True)
        demands += new
        if len(_cells(demands)) > CELLS:
            break
        hidden = first | _cheapest(demands, first, attack)
    return Choice(_quickly(attack, first, hidden), False)


def _demands(attack: Attack, hidden: frozenset[int]) -> list[Leak]:
    """What an attack on these cells demands; and then, with all of that hidden, what it still does: demands that share no cell."""
    found: list[Leak] = []
    while True:
        taken: set[int] = set()
        for leak in attack.leaks(hidden):
            if not leak.mend:
                _given_away(attack, leak.cell)
            elif not leak.mend & taken:
                found.append(leak)
                taken |= leak.mend
        if not taken:
            return found
        hidden |= taken


def _cells(demands: Sequence[Leak]) -> list[int]:
    return sorted(frozenset().union(*(leak.mend for leak in demands)))


def _given_away(attack: Attack, cell: int) -> None:
    """Nothing of this pack could protect the cell: earlier packs alone give it away, unless a zero of this one does."""
    if attack.zero_beside(cell):
        raise CannotRelease(
            f"'{attack.system.cells[cell].name}' could be worked out from this pack and an earlier one, whatever else is hidden. "
            "Leave that table out, or join its rows."
        )


def _cheapest(demands: Sequence[Leak], first: frozenset[int], attack: Attack) -> frozenset[int]:
    """The cells of least total that meet every demand, exactly. The demand of a cell that need not be hidden holds only if it is."""
    cells = sorted({*_cells(demands), *(leak.cell for leak in demands)})
    place = {cell: at for at, cell in enumerate(cells)}
    entries = [(row, place[cell], 1.0) for row, leak in enumerate(demands) for cell in sorted(leak.mend)]
    least = np.ones(len(demands))
    for row, leak in enumerate(demands):
        if leak.cell not in first and attack.can_hide(leak.cell):
            entries.append((row, place[leak.cell], -1.0))
            least[row] = 0
    rows, columns, times = zip(*entries, strict=True)
    matrix = coo_array((times, (rows, columns)), shape=(len(demands), len(cells))).tocsr()
    most = [float(cell not in first and attack.can_hide(cell)) for cell in cells]
    cost = np.array([attack.cost(cell) for cell in cells], float)
    found = milp(
        cost,
        integrality=np.ones(len(cells)),
        bounds=Bounds(0, most),
        constraints=[LinearConstraint(matrix, least, np.inf)],
        options={"mip_rel_gap": 0},
    )
    return frozenset(cell for cell, taken in zip(cells, found.x, strict=True) if taken > 0.5)


def _quickly(attack: Attack, first: frozenset[int], hidden: frozenset[int]) -> frozenset[int]:
    """Each demand takes its cheapest cell, until none is left; then each cell, dearest first, is shown again if it can be."""
    while leaks := [leak for leak in attack.leaks(hidden) if leak.mend]:
        taken: Collection[int] = {min(leak.mend, key=lambda cell: (attack.cost(cell), cell)) for leak in leaks}
        hidden = hidden.union(taken)
    for cell in sorted(hidden - first, key=lambda cell: (-attack.cost(cell), cell)):
        fewer = hidden - {cell}
        if not any(leak.mend for leak in attack.leaks(fewer)):
            hidden = fewer
    return hidden
