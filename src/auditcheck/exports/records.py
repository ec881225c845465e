"""Records gathered one by one, turned into the tables of an export."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from auditcheck import contract
from auditcheck.exports import keys
from auditcheck.exports.keys import Record
from auditcheck.exports.recipes import Look, Recipe, Words
from auditcheck.raw import RawTable


class Records:
    """The records of an export while it is read. A field that no part of the source carries is absent from its table, not blank."""

    def __init__(self) -> None:
        self.held: dict[str, list[Record]] = {}
        self._fields: dict[str, dict[str, dict[str, None]]] = {}

    def declare(self, table: str, made_of: Iterable[tuple[str, str]]) -> None:
        """Say that the source carries these fields of a table: (field, the source's own name for it)."""
        self.held.setdefault(table, [])
        known = self._fields.setdefault(table, {})
        for name, source in made_of:
            known.setdefault(name, {})[source] = None

    def add(self, record: Record) -> None:
        """Keep a record of a declared table."""
        self.held[record.table].append(record)

    def row(self, row: int, recipes: Iterable[Recipe], words: Words, look: Look, child: str) -> list[Record]:
        """Keep every record that one row of a source holds, linked to each other."""
        made: dict[str, Record] = {}
        for recipe in recipes:
            if recipe.applies(look):
                record = Record(recipe.table, row, {"child_id": child})
                words.fill(record, recipe, look, made)
                made[recipe.table] = record
                self.add(record)
        return list(made.values())

    def tables(self, file: dict[str, str]) -> dict[str, RawTable]:
        """The tables, in the contract's order; ``file`` says where each came from."""
        kept = {name: [record for record in held if record.kept] for name, held in self.held.items()}
        keys.assign(kept)
        return {name: self._table(name, kept[name], file[name]) for name in contract.supplied() if name in kept}

    def _table(self, name: str, records: list[Record], file: str) -> RawTable:
        sources = self._fields[name]
        carried = [f for f in contract.tables()[name] if f in sources or f in ("child_id", contract.key_of(name))]
        columns = {f: pa.array([record.values.get(f, "") for record in records], pa.string()) for f in carried}
        source = {f: "; ".join(s for s in sources[f] if s) for f in carried if any(sources.get(f, ()))}
        return RawTable(name, columns, file, np.array([record.row for record in records], np.int64), source)
