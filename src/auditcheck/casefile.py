"""The tables of an authority's case files: typed columns, references, children. It does not know where the data came from.

Every accessor is column-wise and remembered: ``when`` for dates and moments, ``codes`` for text that is compared, ``blank`` for whether
something is stated, ``link`` for references. Shapes are (n,) for the n records of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import contract, values
from auditcheck.raw import Export, Problem, RawTable
from auditcheck.shelf import Shelf
from auditcheck.threads import in_threads
from auditcheck.tidy import row_numbers, tidy
from auditcheck.values import DIFFERS, Mask, When

Links = npt.NDArray[np.int32]
NONE, LOST = -1, -2


@dataclass(frozen=True)
class Codes:
    """Text as it is compared: ``code`` (n,) into ``words`` (trimmed, lower case; yes/no fields in those words)."""

    code: npt.NDArray[np.int32]
    words: Sequence[str]


@dataclass
class CaseFile:
    """All records of a set of children. Tables that the export does not carry are absent, not empty."""

    tables: dict[str, RawTable]
    coverage: dict[str, str]
    problems: list[Problem]
    _memory: dict[tuple[str, ...], object] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    until: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, export: Export, shelf: Shelf | None = None) -> CaseFile:
        """The case files of an export. Nothing is dropped: what could not be taken as it stood is in ``problems``.

        With a ``shelf`` large tables go there, and are taken from the export.
        """
        tables, problems, shelf = {}, list(export.problems), shelf or Shelf()
        names = [name for name in contract.supplied() if name in export.tables]
        given = (export.tables[name] if shelf.folder is None else export.tables.pop(name) for name in names)
        for name, (table, found) in zip(names, in_threads(tidy, given), strict=True):
            tables[name] = shelf(table)
            problems += found
        return cls(_with_every_child(tables, problems), dict(export.coverage), problems, kinds=dict(export.kinds), until=dict(export.until))

    def has(self, table: str, field_name: str | None = None) -> bool:
        """Whether the export carries the table (and the field)."""
        return table in self.tables and (field_name is None or field_name in self.tables[table].columns)

    def n(self, table: str) -> int:
        """The number of records."""
        return len(self.tables[table]) if table in self.tables else 0

    def ids(self, table: str) -> pa.Array:
        """The id of every record (n,)."""
        return self.text(table, contract.key_of(table))

    def text(self, table: str, name: str) -> pa.Array:
        """The text as it stood (n,); blanks where the export has no such column."""
        held = self.tables[table].columns.get(name)
        return held if held is not None else pa.array([""] * self.n(table), pa.string())

    def when(self, table: str, name: str) -> When:
        """A date or moment column."""
        key = ("when", table, name)
        if key not in self._memory:
            held = self.tables[table]
            if name not in held.columns:
                read = values.never(len(held))
            else:
                read = values.moments(held.columns[name], held.midnight_is_real)
                if contract.tables()[table][name].type == "date":
                    read.second[:] = -1
            self._memory[key] = read
        return self._memory[key]  # type: ignore[return-value]

    def codes(self, table: str, name: str) -> Codes:
        """A text, code or yes/no column as it is compared."""
        key = ("codes", table, name)
        if key not in self._memory:
            about = contract.tables()[table][name]
            kind = "yesno" if about.type == "yesno" else "id" if about.key or about.refers_to else "text"
            encoded = self.text(table, name).dictionary_encode()
            words = [values.normal(word, kind) for word in encoded.dictionary.to_pylist()]
            self._memory[key] = Codes(np.asarray(encoded.indices, np.int32), words)
        return self._memory[key]  # type: ignore[return-value]

    def blank(self, table: str, name: str) -> Mask:
        """Where nothing is stated: blank or a placeholder (n,)."""
        key = ("blank", table, name)
        if key not in self._memory:
            self._memory[key] = values.placeholders(self.text(table, name))
        return self._memory[key]  # type: ignore[return-value]

    def link(self, table: str, name: str) -> Links:
        """The row that a reference leads to (n,): `NONE` where it is blank, `LOST` where nothing bears that id."""
        key = ("link", table, name)
        if key not in self._memory:
            target = contract.tables()[table][name].refers_to
            if name not in self.tables[table].columns or target is None:
                found = np.full(self.n(table), NONE, np.int32)
            else:
                text = self.text(table, name)
                ids = self.ids(target) if target in self.tables else pa.array([], pa.string())
                found = np.asarray(pc.index_in(text, value_set=ids).fill_null(LOST), np.int32)
                found = np.where(np.asarray(pc.equal(text, "")), NONE, found).astype(np.int32)
            self._memory[key] = found
        return self._memory[key]  # type: ignore[return-value]

    def follow(self, tables: Sequence[str]) -> None:
        """Work out where every reference of some tables leads: sooner done together than when each is asked for."""
        fields = ((table, name) for table in tables for name, about in contract.tables()[table].items() if about.refers_to)
        for _ in in_threads(lambda field: self.link(*field), fields):
            pass

    def child(self, table: str) -> Links:
        """The child (row of ``children``) of every record: its own ``child_id``, else its parent's; `NONE` where neither says."""
        key = ("child", table)
        if key not in self._memory:
            self._memory[key] = self._child(table)
        return self._memory[key]  # type: ignore[return-value]

    def _child(self, table: str) -> Links:
        if table == "children":
            return np.arange(self.n(table), dtype=np.int32)
        fields = contract.tables()[table]
        found = self.link(table, "child_id").copy() if "child_id" in fields else np.full(self.n(table), NONE, np.int32)
        for parent in contract.PARENT_LINKS:
            target = fields[parent].refers_to if parent in fields else None
            if target in self.tables and (found < 0).any() and target is not None:
                row = self.link(table, parent)
                open_ = (found < 0) & (row >= 0)
                found[open_] = self.child(target)[row[open_]]
        return found

    def row_in_file(self, table: str) -> npt.NDArray[np.int64]:
        """The row of every record in its file."""
        return row_numbers(self.tables[table])

    def forget(self) -> None:
        """Let go of everything that was worked out and remembered."""
        self._memory.clear()

    def add(self, table: RawTable) -> None:
        """Put in a table that was worked out (``cases``)."""
        self.tables[table.name] = table


def sealed(cf: CaseFile) -> Mask:
    """The children (n,) who are on nobody's list. Anything but a clear "no" or a blank keeps a child off: a doubtful seal is a seal."""
    held = cf.codes("children", "restricted")
    return np.array([word not in ("no", "") for word in held.words] or [False])[held.code]


def _with_every_child(tables: dict[str, RawTable], problems: list[Problem]) -> dict[str, RawTable]:
    """A child whom only other tables name is audited all the same: it gets a row of its own, otherwise blank."""
    known = tables["children"].columns["child_id"] if "children" in tables else pa.array([], pa.string())
    extra: dict[str, None] = {}
    for name, table in tables.items():
        if name == "children" or "child_id" not in table.columns or "child_id" not in contract.tables()[name]:
            continue
        ids = table.columns["child_id"]
        rows = np.flatnonzero(~np.asarray(pc.is_in(ids, value_set=known)))
        strange = ids.take(pa.array(rows)).dictionary_encode()
        names = strange.dictionary.to_pylist()
        _, first = np.unique(np.asarray(strange.indices), return_index=True)
        for name_, place in zip(names, first.tolist(), strict=True):
            if name_ and name_ != DIFFERS and name_ not in extra:
                extra[name_] = None
                if "children" in tables:
                    where = int(row_numbers(table)[rows[place]])
                    file = table.file_of(rows[place])
                    problems.append(Problem(file, where, "child_id", name_, "no such child in children; audited all the same"))
    if not extra and "children" in tables:
        return tables
    held = tables.get("children") or RawTable("children", {"child_id": known}, "children", np.zeros(0, np.int64))
    added = sorted(extra)
    columns = {
        name: pa.concat_arrays([column, pa.array(added if name == "child_id" else [""] * len(added), pa.string())])
        for name, column in held.columns.items()
    }
    rows = np.concatenate([row_numbers(held), np.zeros(len(added), np.int64)])
    which = None if held.which is None else np.concatenate([held.which, np.zeros(len(added), np.int64)])
    return tables | {"children": replace(held, columns=columns, rows=rows, which=which)}
