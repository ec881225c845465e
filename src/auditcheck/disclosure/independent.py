"""Which equations say something: the others follow from them, and would only have to be solved as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd

Row = Mapping[int, int]


def independent(relations: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    """The numbers of relations of which all the others are sums, as short ones as can be; exact, for it is done in whole numbers.

    A relation is a sum of coefficient x cell that is nought.
    """
    by_first: dict[int, Row] = {}
    kept = []
    for number in sorted(range(len(relations)), key=lambda number: (len(relations[number]), number)):
        row: Row = dict(relations[number])
        while row and (first := min(row)) in by_first:
            row = _without(row, by_first[first], first)
        if row:
            by_first[min(row)] = row
            kept.append(number)
    return sorted(kept)


def _without(row: Row, other: Row, cell: int) -> Row:
    """So many times the row less so many times the other that the cell is in it no more."""
    shared = gcd(row[cell], other[cell])
    mine, theirs = other[cell] // shared, row[cell] // shared
    found = {one: mine * times for one, times in row.items()}
    for one, times in other.items():
        found[one] = found.get(one, 0) - theirs * times
    found = {one: times for one, times in found.items() if times}
    common = gcd(*found.values()) if abs(mine) > 1 else 1
    return {one: times // common for one, times in found.items()} if common > 1 else found
