"""Which figures of earlier packs no longer fit: they were restated since, as records came late or were put right."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from auditcheck.disclosure.cell import Cell
from auditcheck.disclosure.condensing import Relation, condensed
from auditcheck.disclosure.independent import independent
from auditcheck.disclosure.solver import NEAR, Program

_RATHER = 0.999
"""What it counts that a hidden count is off by one, where one that was printed counts as 1."""


def restated(cells: Sequence[Cell], relations: Sequence[Relation], whole: bool = False) -> list[int]:
    """The earlier figures that have to give way for all others to hold together with those of the pack at hand.

    Of the ways in which they could, the one in which figures are off by least in all; of two, that in which what was printed stands, and
    not that some hidden count was no nought. ``whole``: they have to hold in whole numbers, which takes longer to find; rarely do they
    hold in fractions alone. Raises `NoSolution` where the pack's own figures contradict each other, and `Undecided`.
    """
    told = [at for at, cell in enumerate(cells) if not cell.current and cell.known != (0, inf)]
    every = condensed(relations, {at for at, cell in enumerate(cells) if not cell.current} - {*told})
    relations = [every[number] for number in independent(every)]
    more, less = ([len(cells) + 2 * place + which for place in range(len(told))] for which in (0, 1))
    rows = [{cell: float(times) for cell, times in relation} for relation in relations]
    rows += [{at: 1.0, above: -1.0, below: 1.0} for at, above, below in zip(told, more, less, strict=True)]
    least, most = (np.array([0.0] * len(relations) + [cells[at].known[end] for at in told]) for end in (0, 1))
    fixed = [cell.truth if cell.current else None for cell in cells] + [None] * 2 * len(told)
    low, high = (np.array([free if count is None else count for count in fixed], float) for free in (0.0, inf))
    aim = np.zeros(len(low))
    aim[more + less] = 2 * [1.0 if cells[at].known[1] < inf else _RATHER for at in told]
    program = Program(rows, least, most, low, high)
    point = program.least_whole(aim) if whole else program.least_afresh(aim, high)
    return [at for at, above, below in zip(told, more, less, strict=True) if point[above] > NEAR or point[below] > NEAR]
