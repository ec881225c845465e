"""How far two people who graded the same cases agree: plain shares first, coefficients corrected for chance beside them.

Sources. Cohen's kappa and its large-sample variance: Fleiss, Cohen and Everitt, Psychological Bulletin 72 (1969) 323. Weighted kappa:
Cohen, Psychological Bulletin 70 (1968) 213. AC1: Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008) 29; AC2 is AC1
with weights: Gwet, Handbook of Inter-Rater Reliability, 2014. The formulas were compared with published tables and with other programs'
figures (tests/test_moderation.py), not read in these papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from auditcheck.disclosure.intervals import Z95

#: Cases graded twice: entry (i, j) counts those that the first person gave grade i and the second grade j; k by k, grades in order.
Table = Sequence[Sequence[int]]
#: How far grades i and j of k agree: 1 where they are equal, down to 0.
Weight = Callable[[int, int, int], float]


def identity(i: int, j: int, k: int) -> float:
    """Equal or not."""
    return float(i == j)


def linear(i: int, j: int, k: int) -> float:
    """One grade apart agrees less than none, two grades apart less again, in equal steps."""
    return 1 - abs(i - j) / (k - 1)


def quadratic(i: int, j: int, k: int) -> float:
    """As `linear`, but being far apart weighs more."""
    return 1 - ((i - j) / (k - 1)) ** 2


@dataclass(frozen=True)
class Moderation:
    """Of cases graded twice: how many ``same``, ``within_one``, ``lowered`` and ``raised`` by the second person, of ``n``.

    Grades run from best to worst, so a later one is lower.
    """

    n: int
    same: int
    within_one: int
    lowered: int
    raised: int


def moderation(table: Table) -> Moderation:
    """The plain counts of a table of double grades."""
    cells = [(i, j, count) for i, row in enumerate(table) for j, count in enumerate(row)]

    def total(counts: Callable[[int, int], bool]) -> int:
        return sum(count for i, j, count in cells if counts(i, j))

    return Moderation(
        total(lambda i, j: True),
        total(lambda i, j: i == j),
        total(lambda i, j: abs(i - j) <= 1),
        total(lambda i, j: j > i),
        total(lambda i, j: j < i),
    )


def kappa(table: Table, weight: Weight = identity) -> float | None:
    """Cohen's kappa, weighted if asked; None where it is not defined: no cases, or chance alone would agree on all of them."""
    n, rows, columns = _margins(table)
    if not n:
        return None
    k = len(table)
    expected = sum(weight(i, j, k) * rows[i] * columns[j] for i in range(k) for j in range(k))
    return _beyond_chance(_observed(table, weight), expected)


def kappa_interval(table: Table) -> tuple[float, float] | None:
    """The 95% interval of unweighted kappa, from its large-sample variance; None where kappa is not defined."""
    value = kappa(table)
    if value is None:
        return None
    n, rows, columns = _margins(table)
    k = len(table)
    share = [[count / n for count in row] for row in table]
    expected = sum(rows[i] * columns[i] for i in range(k))
    same = sum(share[i][i] * (1 - (rows[i] + columns[i]) * (1 - value)) ** 2 for i in range(k))
    other = sum(share[i][j] * (columns[i] + rows[j]) ** 2 for i in range(k) for j in range(k) if i != j)
    spread = same + (1 - value) ** 2 * other - (value - expected * (1 - value)) ** 2
    reach = Z95 * sqrt(max(spread, 0.0) / n) / (1 - expected)
    return value - reach, value + reach


def gwet(table: Table, weight: Weight = identity) -> float | None:
    """Gwet's AC1, with weights AC2; None where there are no cases. It stays near the plain agreement where nearly all grades are alike."""
    n, rows, columns = _margins(table)
    if not n:
        return None
    k = len(table)
    weights = sum(weight(i, j, k) for i in range(k) for j in range(k))
    share = [(row + column) / 2 for row, column in zip(rows, columns, strict=True)]
    expected = weights / (k * (k - 1)) * sum(q * (1 - q) for q in share)
    return _beyond_chance(_observed(table, weight), expected)


def _margins(table: Table) -> tuple[int, list[float], list[float]]:
    """How many cases, and the share of each grade by the first and by the second person."""
    n = sum(map(sum, table))
    return n, [sum(row) / max(n, 1) for row in table], [sum(column) / max(n, 1) for column in zip(*table, strict=True)]


def _observed(table: Table, weight: Weight) -> float:
    k, n = len(table), sum(map(sum, table))
    return sum(weight(i, j, k) * count for i, row in enumerate(table) for j, count in enumerate(row)) / n


def _beyond_chance(observed: float, expected: float) -> float | None:
    return None if expected >= 1 - 1e-12 else (observed - expected) / (1 - expected)
