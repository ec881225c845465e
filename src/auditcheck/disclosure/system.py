"""The figures of a pack, and of those before it, as one system of equations: what anybody can add up and subtract.

A cell is a count of one block: a part of every dimension, the outcome among them. Two cells that differ in one dimension alone lie on a
line. There the parts are sets, so the cells of a line are sums of the pieces that the sets cut each other into. A piece that no table
shows is a cell too: nobody printed it, but it can be subtracted out (d - n; the fortnight between two years to date; the one team that a
table leaves out), and it needs protecting like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from auditcheck.disclosure.blocks import Atom, Part, in_order
from auditcheck.disclosure.cell import Cell
from auditcheck.disclosure.condensing import Relation
from auditcheck.disclosure.layout import MOST, OUTCOME, PERIOD, Box, Layout, below, home, layouts, outcomes
from auditcheck.disclosure.raw import NotATable, Raw, margins
from auditcheck.disclosure.released import Published
from auditcheck.disclosure.restating import restated

Members = frozenset[Atom]
Block = frozenset[tuple[str, int]]
Key = tuple[str, Block]
Counted = Callable[[str, Mapping[str, Members]], int | None]


@dataclass
class System:
    """``cells`` and the ``relations`` among them: each a sum of coefficient x cell that is nought.

    ``complete``: what tables name of a dimension is all there is of it, as somebody knows who knows the service. ``too_large``: not
    every combination is in it. ``restated``: some earlier figures no longer fit, and are left out.
    """

    complete: bool
    too_large: bool = False
    restated: bool = False
    cells: list[Cell] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)
    _sets: dict[Members, int] = field(default_factory=dict)
    _members: list[Members] = field(default_factory=list)
    _complete: set[tuple[str, Block, str]] = field(default_factory=set)
    _as_cut: dict[tuple[str, Block, str], frozenset[int]] = field(default_factory=dict)
    _apart: set[tuple[str, str]] = field(default_factory=set)
    _alike: set[tuple[str, str]] = field(default_factory=set)
    _keys: dict[int, Key] = field(default_factory=dict)
    _seen: set[Relation] = field(default_factory=set)

    def at(self, table: Raw | Published, key: Sequence[Part], count: str) -> int:
        """The cell of a table that stands at a combination of parts."""
        return self.index[self._key(table, key, count)]

    def _key(self, table: Raw | Published, key: Sequence[Part], count: str) -> Key:
        where = {**table.fixed, **dict(zip(table.dimensions, key, strict=True))}
        block = [(name, self._set(part.members)) for name, part in where.items() if part.members is not None]
        return table.population, frozenset([*block, (OUTCOME, self._set(frozenset(table.counts[count])))])

    def _set(self, members: Members) -> int:
        if members not in self._sets:
            self._sets[members] = len(self._members)
            self._members.append(members)
        return self._sets[members]

    def _cell(self, key: Key, name: str) -> int:
        if key not in self.index:
            self.index[key] = len(self.cells)
            self.cells.append(Cell(name))
        return self.index[key]

    def add_current(self, table: Raw) -> None:
        """The cells of a table of the pack at hand."""
        self._apart |= {(table.population, name) for name in table.overlapping}
        self._alike |= {(table.population, name) for name in table.alike}
        for key, counts in table.cells.items():
            for count in table.counts:
                name = f"{table.name}: {', '.join(part.label for part in key)} ({count})"
                cell = self.cells[self._cell(self._key(table, key, count), name)]
                if cell.truth is not None and cell.truth != counts[count]:
                    raise NotATable(f"{name} differs from {cell.name}, which is the same figure")
                cell.truth, cell.current = counts[count], True
        self._add_margins(table)

    def add_released(self, table: Published) -> None:
        """The cells of a table released before. A figure restated since tells nothing exact about today's, and is left out."""
        self._apart |= {(table.population, name) for name in table.overlapping}
        self._alike |= {(table.population, name) for name in table.alike}
        stale = set()
        for key, counts in table.cells.items():
            for count, value in counts.items():
                at = self._cell(self._key(table, key, count), f"{table.name}: {', '.join(part.label for part in key)} ({count})")
                cell, (low, high) = self.cells[at], table.between(value)
                if cell.truth is not None and not low <= cell.truth <= high:
                    stale.add(at)
                    continue
                cell.known = max(low, cell.known[0]), min(high, cell.known[1])
                cell.hidden_before |= value is None
                if low == high and cell.truth is None:
                    cell.truth = value
        self._add_margins(table, stale)

    def _add_margins(self, table: Raw | Published, stale: Iterable[int] = ()) -> None:
        for at, total, rows in margins(list(table.cells)):
            if table.dimensions[at] in table.overlapping:
                continue
            for count in table.counts:
                cells = [self.at(table, key, count) for key in (total, *rows)]
                if not set(cells) & set(stale):
                    self._relate(cells[0], cells[1:])
            population, block = self._key(table, total, next(iter(table.counts)))
            self._complete.add((population, _without(block, OUTCOME), table.dimensions[at]))

    def _relate(self, whole: int, pieces: Iterable[int], *more: int) -> None:
        """Pieces add up to a whole, or to several of them."""
        relation = (*((one, -1) for one in (whole, *more)), *((piece, 1) for piece in sorted(pieces)))
        if relation not in self._seen:
            self._seen.add(relation)
            self.relations.append(relation)

    def close(self) -> None:
        """Cut every line into its pieces, until nothing new comes of it; what the total of a line holds beyond its parts, too."""
        self._cut()
        self._add_rests()
        self._add_alike()
        self._cut()

    def _cut(self) -> None:
        while self._cut_lines():
            pass

    def _lines(self) -> Mapping[tuple[str, Block, str], dict[int, int]]:
        lines: dict[tuple[str, Block, str], dict[int, int]] = defaultdict(dict)
        for (population, block), cell in self.index.items():
            for name, members in sorted(block):  # the same order each time: which of two cells as dear is hidden goes by their numbers
                lines[population, block - {(name, members)}, name][members] = cell
        return lines

    def _cut_lines(self) -> bool:
        before = len(self.cells)
        for line, sets in self._lines().items():
            population, others, name = line
            if (population, name) in self._apart or self._as_cut.get(line) == frozenset(sets):
                continue
            self._as_cut[line] = frozenset(sets)
            for whole, pieces in self._pieces(sets).items():
                cells = [
                    self._cell((population, others | {(name, piece)}), f"a part of {self.cells[sets[whole]].name}") for piece in pieces
                ]
                self._relate(sets[whole], cells)
        return len(self.cells) > before

    def _pieces(self, sets: Iterable[int]) -> dict[int, list[int]]:
        """Of each set that others cut into, its pieces."""
        members = {one: self._members[one] for one in sets}
        if sum(map(len, members.values())) == len(frozenset().union(*members.values())):
            return {}
        within: dict[Atom, list[int]] = defaultdict(list)
        for one, atoms in members.items():
            for atom in in_order(atoms):
                within[atom].append(one)
        pieces: dict[tuple[int, ...], list[Atom]] = defaultdict(list)
        for atom, ones in within.items():
            pieces[tuple(ones)].append(atom)
        found: dict[int, list[int]] = defaultdict(list)
        for ones_, piece in pieces.items():
            for one in ones_:
                found[one].append(self._set(frozenset(piece)))
        return {one: parts for one, parts in found.items() if parts != [one]}

    def _add_rests(self) -> None:
        """Where a total stands beside parts that are not known to add up to it, what is left is a count as well."""
        lines = self._lines()
        named: dict[tuple[str, str], Members] = defaultdict(frozenset)
        for (population, _, name), sets in lines.items():
            named[population, name] = named[population, name].union(*(self._members[one] for one in sets))
        for (population, others, name), sets in lines.items():
            total = self.index.get((population, others))
            if total is None or name == OUTCOME or (population, _without(others, OUTCOME), name) in self._complete:
                continue
            if (population, name) in self._apart:
                for members, cell in sets.items():
                    self._relate(total, [self._rest((population, others, name), total, [members]), cell])
                continue
            pieces = self._pieces(sets)
            whole = [one for one in sets if one not in pieces]
            left = named[population, name].difference(*(self._members[one] for one in whole))
            rest = [self._rest((population, others, name), total, whole, left)] if left or not self.complete else []
            self._relate(total, [*rest, *(sets[one] for one in whole)])

    def _rest(self, line: tuple[str, Block, str], total: int, sets: Sequence[int], left: Members = frozenset()) -> int:
        """What a total holds beyond these sets: the others that tables name, where those are all; else whatever it may be."""
        population, others, name = line
        beyond = left if self.complete and left else frozenset([f"not any of sets {sorted(sets)}"])
        return self._cell((population, others | {(name, self._set(beyond))}), f"the rest of {self.cells[total].name}")

    def _add_alike(self) -> None:
        """Where each value of a dimension has as many cases, all outcomes together: so many, once for each value that a row joins."""
        rows: dict[tuple[str, str, Block], list[tuple[int, dict[int, int]]]] = defaultdict(list)
        for (population, others, name), sets in self._lines().items():
            for dimension, members in sorted(others) if name == OUTCOME else ():
                if (population, dimension) in self._alike:
                    rows[population, dimension, others - {(dimension, members)}].append((members, sets))
        for (population, dimension, block), found in rows.items():
            told = frozenset[Atom]().union(*(self._members[one] for _, sets in found for one in sets))
            each: list[int] = []
            for members, sets in found:
                for _ in range(len(each), len(self._members[members])):
                    each.append(len(self.cells))
                    self.cells.append(Cell(f"as many as each {dimension} has"))
                    if len(each) > 1:
                        self._relate(each[0], each[-1:])
                cut = self._pieces(sets)
                pieces = [cell for one, cell in sets.items() if one not in cut]
                if left := told.difference(*(self._members[one] for one in sets)):
                    row = block | {(dimension, members), (OUTCOME, self._set(left))}
                    pieces.append(self._cell((population, row), f"the others of {self.cells[pieces[0]].name}"))
                self._relate(each[0], pieces, *each[1 : len(self._members[members])])

    def lay_out(self, population: str, tables: Sequence[Raw | Published]) -> None:
        """Add every combination of pieces of the dimensions that tables share, and each cell as a sum of them (`layout`)."""
        named = [(block, cell) for (of, block), cell in self.index.items() if of == population]
        boxes = [(self._box(block), cell) for block, cell in named]
        each = [(told, [(box, cell) for box, cell in boxes if box[OUTCOME] <= told]) for told in outcomes(tables)]
        found = [layouts(tables, self.complete, told, [box for box, _ in some]) for told, some in each]
        if sum(len(one) for several in found for one in several) > MOST:
            self.too_large = True
            return
        for (_, some), several in zip(each, found, strict=True):
            self._lay_out(population, several, some)

    def _lay_out(self, population: str, found: Sequence[Layout], boxes: Iterable[tuple[Box, int]]) -> None:
        for box, cell in boxes:
            if not any((population, name) in self._apart for name in box):
                one = home(frozenset(box) - {OUTCOME}, found)
                self._add_up(population, cell, one.series if one.series and not one.holds(box) else one, box)
        for at, larger in enumerate(found):
            smaller = below(larger.names, found[:at])
            for one, other in [*((one, larger) for one in smaller), *([(larger, larger.series)] if larger.series else [])]:
                for box in one.shared(other):
                    cell = self._laid_out(population, box)
                    self._add_up(population, cell, one, box)
                    self._add_up(population, cell, other, box)

    def _add_up(self, population: str, whole: int, layout: Layout, box: Box) -> None:
        """A cell as the sum of the combinations within its box; not one that holds what no table names."""
        if layout.holds(box):
            pieces = [self._laid_out(population, one) for one in layout.within(box)]
            if pieces != [whole]:
                self._relate(whole, pieces)

    def _laid_out(self, population: str, box: Box) -> int:
        before = len(self.cells)
        cell = self._cell((population, frozenset((name, self._set(members)) for name, members in box.items())), "a combination")
        if cell == before:
            self.cells[cell].laid_out = True
        return cell

    def ask(self, counted: Counted, now: Collection[Members | None]) -> None:
        """Of cells that nobody printed, what whoever made the tables knows; so that those that are large need no protecting.

        ``now``: the periods of the pack. Of other days earlier packs may have told something else, and that is what can be subtracted:
        what is counted of them today is not taken for what those figures mean.
        """
        for (population, block), at in self.index.items():
            cell = self.cells[at]
            low, high = cell.known
            if cell.truth is None and not (cell.hidden_before or cell.laid_out) and not low and high == inf:
                box = self._box(block)
                cell.counted = counted(population, box)
                if box.get(PERIOD) in now:
                    cell.truth = cell.counted

    def ask_of(self, counted: Counted, cell: int) -> int | None:
        """Of one combination, what whoever made the tables knows."""
        if not self._keys:
            self._keys.update((at, key) for key, at in self.index.items())
        population, block = self._keys[cell]
        return counted(population, self._box(block))

    def _box(self, block: Block) -> Box:
        return {name: self._members[members] for name, members in block}

    def leave_out_restated(self, whole: bool) -> None:
        """Earlier figures that no longer fit tell nothing exact about today's. ``whole``: as in `restated`."""
        for at in restated(self.cells, self.relations, whole):
            cell = self.cells[at]
            cell.known, cell.truth, self.restated = (0, inf), None, True

    def solve(self, relations: Sequence[Relation], sure: Collection[int] | None = None) -> None:
        """Work out the cells that follow from others. ``sure``: those whose count is no matter of doubt; None: all of them.

        Where figures contradict each other, what is not sure is no longer known. Where all is, they are refused.
        """
        doubtful: set[int] = set()
        changed = True
        while changed:
            changed = False
            for relation in relations:
                unknown = [(cell, times) for cell, times in relation if self.cells[cell].truth is None]
                if len(unknown) > 1 or any(cell in doubtful for cell, _ in unknown):
                    continue
                rest = sum(times * (self.cells[cell].truth or 0) for cell, times in relation)
                value = -rest * unknown[0][1] if unknown else rest
                if (unknown and value < 0) or (not unknown and value):
                    self._doubt(relation, doubtful, sure)
                elif unknown:
                    self.cells[unknown[0][0]].truth, changed = value, True

    def _doubt(self, relation: Relation, doubtful: set[int], sure: Collection[int] | None) -> None:
        """Forget what is not sure of figures that contradict each other: what can be worked out from the others still can."""
        more = {cell for cell, _ in relation if sure is not None and cell not in sure}
        if not more:
            raise NotATable(f"the figures contradict each other at {self.cells[relation[0][0]].name}: its parts do not add up")
        doubtful |= more
        for cell in more:
            self.cells[cell].truth = None


def _without(block: Block, name: str) -> Block:
    return frozenset(pair for pair in block if pair[0] != name)
