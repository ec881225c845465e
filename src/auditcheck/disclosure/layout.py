"""Every combination of the pieces of the dimensions that tables share: what tables tell together that no line tells.

A table by team and age over two months, one by team of the first month and one by age of the second bind each other through the counts
by team, age and month, which none of them prints. These are laid out here as cells that nobody prints, and every other cell as their sum.

Dimensions that some table holds together are laid out together; where two such sets share dimensions, so are those, and both add up to
them. Outcomes that no table adds up with each other (what is met and is not; what can't be told) are laid out apart. Where no sets of
dimensions cross in a ring (`rings`), this is all that can be known. A dimension is cut no finer than it must be: what one smaller set
alone cuts finer (a table by rule, within one by theme and team) is laid out there, and the months of a trend of some rules are laid out
for those rules alone, beside every rule in the periods of all other tables: whatever the two say of the same block, some numbers by rule
and month add up to both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

from auditcheck.disclosure.blocks import Atom, in_order
from auditcheck.disclosure.raw import Raw
from auditcheck.disclosure.released import Published

OUTCOME, PERIOD = "outcome", "period"
OTHERS: Atom = -1
"""Whatever no table names: days are numbers above it, all else is named."""
MOST = 300_000
"""More combinations than these are too many to lay out."""

Members = frozenset[Atom]
Names = frozenset[str]
Box = Mapping[str, Members]
Table = Raw | Published


@dataclass(frozen=True)
class Layout:
    """Some dimensions, and the pieces into which each of them and the outcome are cut.

    ``series``: the same, cut finer in time and coarser in all else.
    """

    names: Names
    pieces: Mapping[str, Sequence[Members]]
    series: Layout | None = None

    def __len__(self) -> int:
        return prod(map(len, self.pieces.values())) + (len(self.series) if self.series else 0)

    def holds(self, box: Box) -> bool:
        """Whether a box is made up of its combinations."""
        return all(
            frozenset().union(*(piece for piece in self.pieces[name] if piece <= members)) == members for name, members in box.items()
        )

    def within(self, box: Box) -> list[dict[str, Members]]:
        """The combinations that lie within a box."""
        inside = {name: [piece for piece in pieces if piece <= box.get(name, piece)] for name, pieces in self.pieces.items()}
        return [dict(zip(inside, some, strict=True)) for some in product(*inside.values())]

    def shared(self, other: Layout) -> Iterator[dict[str, Members]]:
        """The combinations that both can add up to, of the dimensions that both have."""
        both = {name: _together([*pieces, *other.pieces[name]]) for name, pieces in self.pieces.items() if name in other.pieces}
        return (dict(zip(both, some, strict=True)) for some in product(*both.values()))


def outcomes(tables: Iterable[Table]) -> list[Members]:
    """The outcomes that tables speak of, in sets that no table adds up with each other."""
    return _together(frozenset[Atom](some) for table in tables for some in table.counts.values())


def layouts(every: Iterable[Table], complete: bool, told: Members, boxes: Iterable[Box] = ()) -> list[Layout]:
    """The layouts of the tables of one population, the smaller before those that hold them.

    ``complete``: what tables name of a dimension is all there is of it. ``told``: of these outcomes alone (`outcomes`). ``boxes``: all
    that is to be added up.
    """
    tables = [table for table in every if any(told.issuperset(some) for some in table.counts.values())]
    apart = frozenset(name for table in tables for name in table.overlapping)
    found = _layouts(tables, apart, complete, told, _series)
    if all(_held(box, found) for box in boxes if not apart & box.keys()):
        return found
    return _layouts(tables, apart, complete, told, lambda table: False)


def _layouts(tables: Sequence[Table], apart: Names, complete: bool, told: Members, series: Callable[[Table], bool]) -> list[Layout]:
    sets = {_names(table) - apart for table in tables}
    while more := {one & other for one, other in combinations(sets, 2)} - sets:
        sets |= more
    everything = {name: frozenset[Atom]().union(*parts(name, tables)) for name in frozenset[str]().union(*sets)} | {OUTCOME: told}
    found: list[Layout] = []
    for names in sorted(sets, key=lambda one: (len(one), sorted(one))):
        inside = [table for table in tables if _names(table) - apart <= names]
        own = [table for table in tables if _home(_names(table) - apart, sets) >= names]
        trends = [table for table in own if _names(table) - apart == names and series(table)]
        pieces, finer_in_time = {}, {}
        for name in sorted({*names, OUTCOME}):
            all_ = everything[name] if complete or name == OUTCOME else everything[name] | {OTHERS}
            # Trends hang on the periods of all other tables, whatever these are by.
            cutting, within = (
                [one for one in (tables if trends and name == PERIOD else some) if name != PERIOD or not series(one)]
                for some in (own, own + inside)
            )
            pieces[name] = _cut([all_, *_within(all_, parts(name, cutting))])
            finer = [one for one in below(names, found) if len(_cut([*pieces[name], *one.pieces.get(name, [])])) > len(pieces[name])]
            if len(finer) > 1:
                pieces[name] = _cut([all_, *_within(all_, parts(name, within))])
            coarse = pieces[name] if name in (PERIOD, OUTCOME) else [all_]
            finer_in_time[name] = _cut([*coarse, *_within(all_, parts(name, trends))])
        found.append(Layout(names, pieces, Layout(names, finer_in_time) if trends else None))
    return found


def _series(table: Table) -> bool:
    """Whether a table gives of one thing how it went, from time to time."""
    return table.dimensions == (PERIOD,) and len(_names(table)) > 1


def _held(box: Box, found: Sequence[Layout]) -> bool:
    """Whether a box is made up of combinations where it is laid out, or holds what nobody names and so never can be."""
    one = home(frozenset(box) - {OUTCOME}, found)
    named = all(members <= frozenset().union(*one.pieces[name]) for name, members in box.items())
    return not named or one.holds(box) or (one.series is not None and one.series.holds(box))


def home(names: Names, found: Iterable[Layout]) -> Layout:
    """The smallest layout that has these dimensions."""
    return min((one for one in found if one.names >= names), key=lambda one: len(one.names))


def below(names: Names, found: Sequence[Layout]) -> list[Layout]:
    """The largest layouts within some dimensions."""
    within = [one for one in found if one.names < names]
    return [one for one in within if not any(one.names < other.names for other in within)]


def _home(names: Names, sets: Iterable[Names]) -> Names:
    return min((one for one in sets if one >= names), key=len)


def _names(table: Table) -> Names:
    """The dimensions of which a table names a part: one that has nothing but its total is by no other."""
    named = (name for at, name in enumerate(table.dimensions) if any(key[at].members is not None for key in table.cells))
    return frozenset({*named, *(name for name, part in table.fixed.items() if part.members is not None)})


def _cut(sets: Iterable[Members]) -> list[Members]:
    """The pieces into which sets cut each other."""
    within: dict[Atom, list[int]] = defaultdict(list)
    for at, members in enumerate(dict.fromkeys(sets)):
        for atom in in_order(members):
            within[atom].append(at)
    pieces: dict[tuple[int, ...], list[Atom]] = defaultdict(list)
    for atom, of in within.items():
        pieces[tuple(of)].append(atom)
    return [frozenset(piece) for piece in pieces.values()]


def _together(sets: Iterable[Members]) -> list[Members]:
    """Sets that overlap joined, until none do."""
    joined: list[Members] = []
    for one in sets:
        apart = [other for other in joined if not one & other]
        joined = [*apart, one.union(*(other for other in joined if one & other))]
    return joined


def _within(whole: Members, sets: Iterable[Members]) -> list[Members]:
    return [one for one in sets if one <= whole]


def parts(name: str, tables: Iterable[Table]) -> Iterator[Members]:
    """The sets of a dimension's values that tables speak of."""
    for table in tables:
        if name == OUTCOME:
            yield from (frozenset(outcomes) for outcomes in table.counts.values())
        elif name in table.dimensions:
            at = table.dimensions.index(name)
            yield from (members for key in table.cells if (members := key[at].members) is not None)
        elif name in table.fixed and (members := table.fixed[name].members) is not None:
            yield members
