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

from auditcheck.disclosure.attack import Attack
from auditcheck.disclosure.group import Leak
from auditcheck.disclosure.solver import Program

WAVES, ROUNDS, CELLS = 3, 60, 400
"""An attack is followed by so many on what it demands before the choice is made anew.

Beyond so many rounds, or so many cells to choose among, the choice is good but perhaps not the cheapest.
"""
SEARCH, BETTER = 1_000_000_000, 2_000_000_000
"""So much work (`Work`) is put into the cheapest choice; so much until what proves needless is no longer looked for.

A thousand million is about ten seconds.
"""


@dataclass(frozen=True)
class Choice:
    """``hidden``: every cell to hide.

    ``betrayed``: cells that can be worked out all the same, from this pack and an earlier one: by a zero, which is shown, or because what
    is hidden is known to be no zero. ``given_away``: those that were printed as hidden, and that earlier packs gave away by themselves.
    """

    hidden: frozenset[int]
    betrayed: frozenset[int]
    given_away: frozenset[int]


def choose(attack: Attack) -> Choice:
    """The cells to hide."""
    first = frozenset(cell for cell in range(len(attack.system.cells)) if attack.must_hide(cell))
    demands: list[Leak] = []
    hidden = first
    for _ in range(ROUNDS):
        new = _demands(attack, hidden)
        if not new:
            return _choice(attack, hidden)
        demands += new
        if len(_cells(demands)) > CELLS or attack.work.done > SEARCH:
            break
        hidden = first | _cheapest(demands, first, attack)
    return _choice(attack, _quickly(attack, first, hidden))


def _choice(attack: Attack, hidden: frozenset[int]) -> Choice:
    left = frozenset(leak.cell for leak in attack.leaks(hidden))
    before = attack.narrow_before(left, hidden) if left else frozenset()
    return Choice(hidden, left - before, frozenset(cell for cell in before if attack.printed(cell)))


def _demands(attack: Attack, hidden: frozenset[int]) -> list[Leak]:
    """What an attack on these cells demands; and then, with all of that hidden, what it still does: demands that share no cell."""
    found: list[Leak] = []
    for _ in range(WAVES):
        taken: set[int] = set()
        for leak in attack.leaks(hidden):
            if leak.mend and not leak.mend & taken:
                found.append(leak)
                taken |= leak.mend
        if not taken:
            break
        hidden |= taken
    return found


def _cells(demands: Sequence[Leak]) -> list[int]:
    return sorted(frozenset().union(*(leak.mend for leak in demands)))


def _cheapest(demands: Sequence[Leak], first: frozenset[int], attack: Attack) -> frozenset[int]:
    """The cells of least total that meet every demand, exactly. The demand of a cell that need not be hidden holds only if it is."""
    cells = sorted({*_cells(demands), *(leak.cell for leak in demands)})
    place = {cell: at for at, cell in enumerate(cells)}
    rows = [dict.fromkeys((place[cell] for cell in sorted(leak.mend)), 1.0) for leak in demands]
    least = np.ones(len(demands))
    for number, leak in enumerate(demands):
        if leak.cell not in first and attack.can_hide(leak.cell):
            rows[number][place[leak.cell]] = -1.0
            least[number] = 0
    most = np.array([float(cell not in first and attack.can_hide(cell)) for cell in cells])
    program = Program(rows, least, np.full(len(demands), np.inf), np.zeros(len(cells)), most, attack.work)
    found = program.least_whole(np.array([float(attack.cost(cell)) for cell in cells]))
    return frozenset(cell for cell, taken in zip(cells, found, strict=True) if taken)


def _quickly(attack: Attack, first: frozenset[int], hidden: frozenset[int]) -> frozenset[int]:
    """Each demand takes its cheapest cell, until none is left; then each cell, dearest first, is shown again if it can be."""
    while leaks := [leak for leak in attack.leaks(hidden) if leak.mend]:
        taken: Collection[int] = {min(leak.mend, key=lambda cell: (attack.cost(cell), cell)) for leak in leaks}
        hidden = hidden.union(taken)
    for cell in sorted(hidden - first, key=lambda cell: (-attack.cost(cell), cell)):
        if attack.work.done > BETTER:
            break
        fewer = hidden - {cell}
        if not any(leak.mend for leak in attack.leaks(fewer)):
            hidden = fewer
    return hidden
