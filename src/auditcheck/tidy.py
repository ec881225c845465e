"""One row a record: identical duplicates collapse, contradicting ones become unreadable, records without an id get a natural key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.raw import Problem, RawTable
from auditcheck.values import DIFFERS

Rows = npt.NDArray[np.intp]


def shorten(text: str) -> str:
    """A value as quality.csv shows it: one line, at most 40 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 40 else line[:37] + "..."


def row_numbers(table: RawTable) -> npt.NDArray[np.int64]:
    """The row in its file of every record (header = 1)."""
    return np.arange(2, len(table) + 2) if table.rows is None else np.asarray(table.rows, np.int64)


def tidy(table: RawTable) -> tuple[RawTable, list[Problem]]:
    """The table with one row a record and a filled-in key column, and what had to be done for that."""
    fields = contract.tables()[table.name]
    columns = {name: _plain(column, fields[name].key or fields[name].refers_to is not None) for name, column in table.columns.items()}
    table = replace(table, columns=columns, rows=row_numbers(table))
    key = contract.key_of(table.name)
    if _every_id_once(table, key):
        return table, []
    table, problems = _without_copies(table)
    if key not in table.columns:
        problems.append(Problem(table.file, 1, key, "", f"no column {key}: its records are named by child, date and kind instead"))
        table.columns[key] = pa.array([""] * len(table), pa.string())
    table, contradictions = _merge_same_key(table, key)
    named, nameless = _name_the_nameless(table, key)
    return named, problems + contradictions + nameless


def _plain(column: pa.Array | pa.ChunkedArray, trim: bool) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    whole = whole.cast(pa.string()) if whole.type != pa.string() else whole
    whole = whole.fill_null("") if whole.null_count else whole
    return pc.utf8_trim_whitespace(whole) if trim else whole


def _content(table: RawTable, rows: Rows | None = None) -> pa.Array:
    columns = [table.columns[name] for name in sorted(table.columns)]
    chosen = columns if rows is None else [column.take(pa.array(rows)) for column in columns]
    return pc.binary_join_element_wise(*chosen, "\x1f")


def _every_id_once(table: RawTable, key: str) -> bool:
    """Whether every row has an id that no other has: then each is a record as it stands."""
    if key not in table.columns:
        return False
    ids = table.columns[key].unique()
    return len(ids) == len(table) and not pc.any(pc.equal(ids, "")).as_py()


def _without_copies(table: RawTable) -> tuple[RawTable, list[Problem]]:
    key = contract.key_of(table.name)
    if not len(table):
        return table, []
    codes = np.asarray(_content(table).dictionary_encode().indices)
    _, first = np.unique(codes, return_index=True)
    if len(first) == len(table):
        return table, []
    assert table.rows is not None
    kept = np.zeros(len(table), bool)
    kept[first] = True
    copies = np.flatnonzero(~kept)
    names = table.columns[key].take(pa.array(copies)).to_pylist() if key in table.columns else [""] * len(copies)
    problems = [
        Problem(table.file_of(row), int(table.rows[row]), key, shorten(name), "an identical copy of another row; counted once", rows=1)
        for row, name in zip(copies, names, strict=True)
    ]
    return table.take(np.flatnonzero(kept)), problems


def _merge_same_key(table: RawTable, key: str) -> tuple[RawTable, list[Problem]]:
    """Rows that share an id but not their content become one row; what they disagree on is unreadable."""
    encoded = table.columns[key].dictionary_encode()
    codes = np.asarray(encoded.indices)
    counts = np.bincount(codes, minlength=len(encoded.dictionary))
    names = encoded.dictionary.to_pylist()
    shared = [code for code in np.flatnonzero(counts > 1) if names[code]]
    if not shared:
        return table, []
    assert table.rows is not None
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names)))
    problems, changed, dropped = [], {}, []
    for code in shared:
        rows = order[starts[code] : starts[code] + counts[code]]
        values = {name: [column[int(r)].as_py() for r in rows] for name, column in table.columns.items()}
        differing = [name for name, found in values.items() if len(set(found)) > 1]
        keep = min(int(r) for r in rows)
        for name in differing:
            changed[(name, keep)] = DIFFERS
        dropped += [int(r) for r in rows if r != keep]
        where = ", ".join(str(int(table.rows[r])) for r in sorted(rows))
        what = f"rows {where} share this id but differ in {', '.join(sorted(differing))}: those fields count as unreadable"
        problems.append(Problem(table.file_of(keep), int(table.rows[keep]), key, shorten(names[code]), what, rows=len(rows) - 1))
    for name in {name for name, _ in changed}:
        cells = table.columns[name].to_pylist()
        for (field, row), text in changed.items():
            if field == name:
                cells[row] = text
        table.columns[name] = pa.array(cells, pa.string())
    kept = np.ones(len(table), bool)
    kept[dropped] = False
    return table.take(np.flatnonzero(kept)), problems


def _name_the_nameless(table: RawTable, key: str) -> tuple[RawTable, list[Problem]]:
    """Give every record without an id its natural key ``table:child:first date:kind:ordinal`` (ordinal among equals, by content)."""
    nameless = np.flatnonzero(np.asarray(pc.equal(table.columns[key], "")))
    if not len(nameless):
        return table, []
    parts = [pa.array([table.name] * len(nameless), pa.string())]
    dates = [f.name for f in contract.tables()[table.name].values() if f.type in ("date", "moment") and f.name in table.columns]
    links = [name for name in ("child_id", *contract.PARENT_LINKS) if name in table.columns]
    for field in (links[0] if links else None, dates[0] if dates else None, "kind"):
        if field and field in table.columns:
            part = table.columns[field].take(pa.array(nameless))
            parts.append(pc.utf8_slice_codeunits(part, 0, 10) if field in dates else part)
    base = pc.binary_join_element_wise(*parts, ":")
    ordered = pa.table({"base": base, "content": _content(table, nameless), "row": pa.array(np.arange(len(nameless)))})
    ordered = ordered.sort_by([("base", "ascending"), ("content", "ascending")])
    codes = np.asarray(ordered["base"].combine_chunks().dictionary_encode().indices)
    starts = np.searchsorted(codes, codes)  # codes rise with the sorted order, so this is each group's first place
    ordinal = np.empty(len(nameless), np.int64)
    ordinal[np.asarray(ordered["row"])] = np.arange(len(nameless)) - starts + 1
    names = pc.binary_join_element_wise(base, pa.array(ordinal).cast(pa.string()), ":")
    cells = table.columns[key].to_pylist()
    for row, name in zip(nameless, names.to_pylist(), strict=True):
        cells[row] = name
    table.columns[key] = pa.array(cells, pa.string())
    if len(nameless) == len(table):
        return table, []
    assert table.rows is not None
    what = "no id: the record is named by child, date and kind instead"
    return table, [Problem(table.file_of(row), int(table.rows[row]), key, "", what) for row in nameless]
