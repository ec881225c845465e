"""What one equation after another tells of its numbers: the quick way to what is nought, or large, whatever the rest may be.

Nothing is missed by it: the range of a number is never wider than this says, though it may be narrower (`solver`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from auditcheck.disclosure.solver import NEAR, Vector

ROUNDS = 60
"""Ranges that narrow by one each time are left after so many."""


def narrowed(rows: Sequence[Mapping[int, float]], right: Vector, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """Bounds of whole numbers, as narrow as each equation makes them given the bounds of the others in it.

    ``rows``: of each equation, column: coefficient, none of them nought; ``right``: what it comes to; ``low``, ``high``: bounds before.
    """
    row = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    column = np.array([at for one in rows for at in one], np.int64)
    times = np.array([times for one in rows for times in one.values()], float)
    for _ in range(ROUNDS):
        ends = times * low[column], times * high[column]
        least, most = np.minimum(*ends), np.maximum(*ends)
        rest_most = np.bincount(row, most, len(rows))[row] - most
        rest_least = np.bincount(row, least, len(rows))[row] - least
        ends = (right[row] - rest_most) / times, (right[row] - rest_least) / times
        tighter = low.copy(), high.copy()
        np.maximum.at(tighter[0], column, np.ceil(np.minimum(*ends) - NEAR))
        np.minimum.at(tighter[1], column, np.floor(np.maximum(*ends) + NEAR))
        if (tighter[0] == low).all() and (tighter[1] == high).all():
            break
        low, high = tighter
    return low, high
