"""What a count is a count of: a part of every dimension (a team, a span of days, everyone).

Parts are sets, so that a service is the set of its teams, a year to date the set of its days and "all but Crewe" a set of teams like any
other. Only then can one table be subtracted from another as somebody outside would do it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

Atom = str | int


@dataclass(frozen=True)
class Part:
    """One value of a dimension. ``members``: the single values it joins (days are ordinal numbers); None: all there are, the total."""

    label: str
    members: frozenset[Atom] | None

    @property
    def total(self) -> bool:
        return self.members is None


def one(label: str, name: str | None = None) -> Part:
    """A single value; ``name`` where what is printed is not what tells it apart."""
    return Part(label, frozenset([name or label]))


def joined(label: str, names: Iterable[str]) -> Part:
    """Several values as one: a service of its teams, all but one, quarters of months given by name."""
    members = frozenset(names)
    if not members:
        raise ValueError(f"'{label}' joins nothing")
    return Part(label, members)


def days(label: str, first: date, last: date) -> Part:
    """A span of days, both ends included: for every dimension of time, so that a month is known to lie within its year to date."""
    if last < first:
        raise ValueError(f"'{label}' ends on {last}, before it starts on {first}")
    return Part(label, frozenset(range(first.toordinal(), last.toordinal() + 1)))


def in_order(members: Iterable[Atom]) -> list[Atom]:
    """Single values in the same order in every run, which a set does not keep."""
    return sorted(members, key=lambda one: (isinstance(one, str), one))


def everyone(label: str = "Total") -> Part:
    """The total of a dimension. The other rows of a table must add up to it: give those not recorded a row of their own."""
    return Part(label, None)
