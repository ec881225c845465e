"""Somebody who reads a pack, and those before it, and works out what it hides. Knows nothing of how the product decides.

Every case falls into one atom: a value of each dimension, a stretch of days, an outcome. Each printed count is a sum of atoms, which are
whole numbers from 0 up; each `c` is a sum of atoms too, of at least 1 where zeros are printed as 0. Integer programs (scipy) say what
the least and the most is that any sum of atoms can be. This is the strongest reader of the tables: one who uses all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Sets = Mapping[str, frozenset[object] | None]  # dimension: values (None: all of them)


@dataclass(frozen=True)
class Print:
    """A printed count: of which values of each dimension (the outcome among them), and the least and most it can be as printed."""

    of: Sets
    low: float
    high: float

    @property
    def hidden(self) -> bool:
        return self.low < self.high


def read(tables: Iterable[object], spread: int = 0, least: int = 1) -> list[Print]:
    """What tables print: the text of each figure, `c` or a number. ``spread``: how far rounding may have moved it."""
    found = []
    for table in tables:
        for row in table.rows:  # type: ignore[attr-defined]
            where = {name: part.members for name, part in table.fixed.items()}  # type: ignore[attr-defined]
            where |= {name: part.members for name, part in zip(table.dimensions, row.parts, strict=True)}  # type: ignore[attr-defined]
            for count, outcomes in table.counts.items():  # type: ignore[attr-defined]
                text = row.csv(count)
                ends = (least, np.inf) if text == "c" else (max(int(text) - spread, 0), int(text) + spread) if int(text) else (0, 0)
                found.append(Print({**where, "outcome": frozenset(outcomes)}, *ends))
    return found


@dataclass
class Attacker:
    """All that was printed of one population. ``complete``: dimensions whose values are all named somewhere in the tables."""

    prints: Sequence[Print]
    complete: frozenset[str]
    _names: list[str] = field(default_factory=list)
    _atoms: list[tuple[int, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._names = sorted({name for one in self.prints for name in one.of})
        self._pieces = {name: self._cut(name) for name in self._names}
        self._atoms = list(product(*(range(len(self._pieces[name])) for name in self._names)))
        rows = np.array([self._row(one.of) for one in self.prints])
        self._limit = LinearConstraint(rows, [one.low for one in self.prints], [one.high for one in self.prints])

    def _cut(self, name: str) -> list[frozenset[object]]:
        """The pieces that the printed sets of a dimension cut each other into; and, where some may be unnamed, one for the others."""
        sets = sorted({one.of[name] for one in self.prints if one.of.get(name) is not None}, key=lambda s: sorted(map(str, s or ())))
        pieces: dict[tuple[bool, ...], set[object]] = {}
        for value in set().union(*(s or () for s in sets)):
            pieces.setdefault(tuple(value in (s or ()) for s in sets), set()).add(value)
        found = [frozenset(piece) for _, piece in sorted(pieces.items())]
        return found if name in self.complete else [*found, frozenset()]

    def _row(self, of: Sets) -> list[float]:
        def inside(atom: tuple[int, ...]) -> bool:
            for name, at in zip(self._names, atom, strict=True):
                values, piece = of.get(name), self._pieces[name][at]
                if values is not None and not (piece and piece <= values):
                    return False
            return True

        return [float(inside(atom)) for atom in self._atoms]

    def blocks(self) -> Iterator[Sets]:
        """Everything that the tables tell apart: of each dimension a piece, or several together."""
        sets = (
            [frozenset().union(*some) for size in range(1, len(pieces) + 1) for some in combinations(pieces, size)]
            for pieces in self._pieces.values()
        )
        yield from (dict(zip(self._pieces, some, strict=True)) for some in product(*sets))

    def possible(self, *plus: Sets, minus: Sequence[Sets] = ()) -> tuple[float, float]:
        """The least and most that a sum of counts, less other counts, can be."""
        aim = np.sum([self._row(of) for of in plus], axis=0) - sum((np.array(self._row(of)) for of in minus), np.zeros(len(self._atoms)))
        ends = []
        for sign in (1, -1):
            found = milp(sign * aim, constraints=[self._limit], integrality=np.ones(len(aim)), bounds=Bounds(0, np.inf))
            if found.status == 3 or (found.x is None and "unbounded" in found.message.lower()):
                ends.append(-sign * np.inf)
            else:
                assert found.x is not None, found.message
                ends.append(float(np.round(aim @ np.round(found.x))))
        return ends[0], ends[1]
