"""Recipes applied to grids, column by column: the tables of an export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.exports import keys
from auditcheck.exports.grid import Grid, Ints
from auditcheck.exports.recipes import Part, Recipe, Words
from auditcheck.exports.silent import filler
from auditcheck.raw import RawTable
from auditcheck.values import Mask


@dataclass(eq=False)
class Block:
    """The records that one recipe makes of one grid: ``rows`` are the grid's rows that hold one, ``place`` finds them again."""

    grid: Grid
    recipe: Recipe
    rows: Ints
    place: Ints
    columns: dict[str, pa.Array]
    made_of: dict[str, str]
    links: dict[str, tuple[Block, Ints]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


class Records:
    """The records of an export while it is read. A field that no part of the source carries is absent from its table, not blank."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.blocks: dict[str, list[Block]] = {}
        self._made: dict[tuple[Grid, str], Block] = {}
        self._used: dict[Grid, Mask] = {}

    def add(self, grid: Grid, recipes: Iterable[Recipe], inner: Mapping[str, list[Grid]] | None = None) -> None:
        """Keep every record that the rows of a grid hold, linked to those of the same row and of the rows around it.

        ``inner``: the grids within this one by name, for recipes that look into them.
        """
        blocks = [self._block(grid, recipe, inner or {}) for recipe in recipes]
        used = self._used.setdefault(grid, np.zeros(len(grid), bool))
        for block in blocks:
            used[block.rows] = True
            self._made.setdefault((grid, block.recipe.table), block)
            self.blocks.setdefault(block.recipe.table, []).append(block)
        for block in blocks:
            for name, parts in block.recipe.fields.items():
                for part in parts:
                    if part.link:
                        self._link(block, name, part.link)

    def idle(self, grid: Grid) -> Ints:
        """The rows of a grid of which no record was made."""
        return np.flatnonzero(~self._used.get(grid, np.zeros(len(grid), bool)))

    def use(self, grid: Grid) -> None:
        """Every row of a grid is in a record that was made of several of them."""
        self._used[grid] = np.ones(len(grid), bool)

    def __len__(self) -> int:
        return sum(len(block) for blocks in self.blocks.values() for block in blocks)

    def _block(self, grid: Grid, recipe: Recipe, inner: Mapping[str, list[Grid]]) -> Block:
        rows = recipe.kept(grid)
        if recipe.unless is not None:
            rows = rows[~_told_within(grid, rows, recipe.unless[1], inner.get(recipe.unless[0], []))]
        place = np.full(len(grid), -1, np.int64)
        place[rows] = np.arange(len(rows))
        made_of = recipe.made_of(grid.columns)
        columns = {name: self.words.field(recipe, name, grid, rows) for name in made_of if not any(p.link for p in recipe.fields[name])}
        if grid.child is not None and "child_id" in contract.tables()[recipe.table]:
            columns["child_id"] = grid.child.take(pa.array(rows))
        return Block(grid, recipe, rows, place, columns, made_of)

    def _link(self, block: Block, name: str, table: str) -> None:
        for grid, rows in block.grid.upward():
            target = self._made.get((grid, table))
            if target is not None:
                block.links[name] = (target, target.place[rows[block.rows]])
                return

    def tables(self, empty: bool = True) -> dict[str, RawTable]:
        """The tables, in the contract's order; those without a record only where ``empty`` says so."""
        done: dict[str, RawTable] = {}
        for table in self.blocks:
            self._build(table, done)
        return {name: done[name] for name in contract.supplied() if name in done and (empty or len(done[name]))}

    def kinds(self, codes_are_all: bool) -> dict[str, frozenset[str]]:
        """Table -> the kinds of record that its recipes can make; tables whose kind is anything, or nothing, are left out.

        ``codes_are_all``: a list of codes holds every code of the format, not only those that were seen so far.
        """
        made = {}
        for table, blocks in self.blocks.items():
            parts = [part for block in blocks for part in block.recipe.fields.get("kind", (Part(),))]
            if "kind" in contract.tables()[table] and all(
                part.always or (codes_are_all and part.codes and part.otherwise is None) for part in parts
            ):
                codes = [[part.always] if part.always else self.words.codes[part.codes].values() for part in parts]
                made[table] = frozenset(code for some in codes for code in some if code)
        return made

    def _build(self, table: str, done: dict[str, RawTable]) -> None:
        if table in done:
            return
        blocks = self.blocks[table]
        # What a record refers to is part of what it says, so those get their keys first.
        for target in dict.fromkeys(linked.recipe.table for block in blocks for linked, _ in block.links.values()):
            if target != table:
                self._build(target, done)
        key = contract.key_of(table)
        carried = {name for block in blocks for name in (*block.made_of, *block.columns)}
        columns = {}
        for name in contract.tables()[table]:
            if name in carried:
                parts = [self._column(block, name, done) for block in blocks]
                columns[name] = parts[0] if len(parts) == 1 else pa.concat_arrays(parts)
        if not all(key in block.columns for block in blocks):
            # Some of the records (or all) come without an id of their own.
            own = columns.pop(key, None)
            made = keys.names(table, columns)
            columns = {key: made if own is None else pc.if_else(pc.equal(own, ""), made, own), **columns}
        files = list(dict.fromkeys(block.grid.file for block in blocks))
        which = np.concatenate([np.full(len(block), files.index(block.grid.file), np.int64) for block in blocks])
        rows = np.concatenate([block.grid.rows[block.rows] for block in blocks])
        several = len(files) > 1
        file = files[0] if not several else " + ".join(files) if len(files) < 4 else f"{files[0]} + {len(files) - 1} more"
        done[table] = RawTable(table, columns, file, rows, _sources(blocks), files=tuple(files), which=which if several else None)

    def _column(self, block: Block, name: str, done: Mapping[str, RawTable]) -> pa.Array:
        if name in block.links:
            target, rows = block.links[name]
            key = done[target.recipe.table].columns[contract.key_of(target.recipe.table)]
            blocks = self.blocks[target.recipe.table]
            before = sum(len(one) for one in blocks[: blocks.index(target)])
            return key.take(pa.array(np.where(rows < 0, 0, rows + before), mask=rows < 0)).fill_null("")
        if name in block.columns:
            return block.columns[name]
        return pa.repeat(pa.scalar(filler(block.recipe.table, name), pa.string()), len(block))


def _sources(blocks: list[Block]) -> dict[str, str]:
    """Field -> the source's own names for it."""
    found: dict[str, dict[str, None]] = {}
    for block in blocks:
        for name, made_of in block.made_of.items():
            if made_of:
                found.setdefault(name, {})[made_of] = None
    return {name: "; ".join(made_of) for name, made_of in found.items()}


def _told_within(grid: Grid, rows: Ints, column: str, inner: list[Grid]) -> Mask:
    """Where a row's text also stands in a grid within it."""
    told: set[tuple[int, str]] = set()
    for one in inner:
        up = next((up for around, up in one.upward() if around is grid), None)
        if up is not None and column in one.columns:
            told.update((row, text) for row, text in zip(up.tolist(), one.columns[column].to_pylist(), strict=True) if text)
    own = grid.columns[column].take(pa.array(rows)).to_pylist()
    return np.array([(row, text) in told for row, text in zip(rows.tolist(), own, strict=True)], bool)
