"""Tables that cross in a ring (team by age, age by category, category by team) tell more together than their shared totals do."""

from __future__ import annotations

from collections.abc import Iterable

Dimensions = frozenset[str]


def ring(tables: Iterable[Dimensions]) -> frozenset[Dimensions]:
    """The tables that no order of joining them two by two can take apart; none for tables that only share what one of them holds whole.

    The reduction of Graham, Yu and Ozsoyoglu (from memory): a dimension of one table alone, and a table within another, tell nothing
    about the rest and can be left out. What can't be left out is a ring.
    """
    left = {table: table for table in tables}
    while True:
        seen = [name for rest in left.values() for name in rest]
        fewer = {table: frozenset(name for name in rest if seen.count(name) > 1) for table, rest in left.items()}
        for table, rest in sorted(fewer.items(), key=lambda pair: sorted(pair[0])):
            if any(rest <= other for name, other in fewer.items() if name != table):
                del fewer[table]
                break
        if len(fewer) <= 1:
            return frozenset()
        if fewer == left:
            return frozenset(left)
        left = fewer
