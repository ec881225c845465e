"""Case files cut into portions that have nothing to do with each other, so that each can be audited alone and nothing comes out otherwise.

Children stay together where a family id joins them or a record of one refers to a record of another. Tables that are no child's (workers)
go whole into every portion. The portions lie in a folder, one file a table, in order; a portion opens its own rows of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditcheck import contract
from auditcheck.casefile import CaseFile
from auditcheck.checks import measure
from auditcheck.measures import named
from auditcheck.raw import RawTable
from auditcheck.rulebook.model import Rule
from auditcheck.threads import in_threads
from auditcheck.tidy import row_numbers

#: More children than these under one family id are no family (checks/distinct.py). They need not all stay together: it is enough that
#: wherever some of them are there are more than these.
MOST = 20
#: An export of more records than `MANY` is audited in portions of about `RECORDS`: a smaller one is done sooner in one go.
MANY, RECORDS = 1_000_000, 800_000
_ROW, _WHICH = "#row", "#which"
_AT_ONCE = 250_000

Ints = npt.NDArray[np.int64]


class Portion(Protocol):
    """A set of children that can be audited alone."""

    @property
    def name(self) -> str: ...

    def case_files(self) -> CaseFile: ...


@dataclass(frozen=True)
class Whole:
    """All children in one portion."""

    held: CaseFile
    name: str = "0"

    def case_files(self) -> CaseFile:
        return self.held


@dataclass(frozen=True)
class Stored:
    """One portion of a folder of them: of each table (without its columns) the file and the rows there."""

    name: str
    tables: dict[str, tuple[RawTable, Path, int, int]]
    coverage: dict[str, str]
    kinds: dict[str, frozenset[str]]
    until: dict[str, str]

    def case_files(self) -> CaseFile:
        """Its case files; the columns are read where they lie, and no more of them than is looked at."""
        tables = {name: _opened(*where) for name, where in self.tables.items()}
        return CaseFile(tables, self.coverage, [], kinds=self.kinds, until=self.until)


def fitting(records: int) -> int:
    """How many portions suit an export of so many records."""
    return 1 if records <= MANY else -(-records // RECORDS)


def can_be_cut(rules: Iterable[Rule]) -> bool:
    """Whether what these rules say of a child can be told from a portion: not where one judges records that are no child's."""
    return all(map(_can_be_cut, rules))


def _can_be_cut(rule: Rule) -> bool:
    if rule.check == "measure":
        return all(measure.can_be_split(rule, one.spec) for one in named(rule))
    return measure.is_of_children(rule.subject)


def cut(cf: CaseFile, number: int, folder: Path) -> list[Portion]:
    """``number`` portions, of about as many records each, kept in a new ``folder``; fewer where the children hang together more closely.

    Every record is in exactly one portion but those that are no child's, which are in each. ``cf`` is emptied table by table.
    """
    return _stored(cf, _places(together(cf), number), folder) if number > 1 else [Whole(cf)]


def smaller(portion: Portion, folder: Path) -> list[Portion]:
    """A portion cut into two of about as many records, or a few where groups of children are unlike in size, kept in a new ``folder``.

    None where all of its children hang together.
    """
    cf = portion.case_files()
    group, number = together(cf), 1
    records, place = sum(map(len, group.values())), dict[str, Ints]()
    while number < 2 * records and not any(map(_last, place.values())):  # among few records the half can lie within a group
        number *= 2
        place = _places(group, number)
    return _stored(cf, place, folder, f"{portion.name}-") if any(map(_last, place.values())) else []


def _stored(cf: CaseFile, place: dict[str, Ints], folder: Path, called: str = "") -> list[Portion]:
    """The portions that each record's place says, in files. ``called``: what their names begin with."""
    cf.forget()
    folder.mkdir(mode=0o700)
    where: list[dict[str, tuple[RawTable, Path, int, int]]] = [{} for _ in range(int(max(map(_last, place.values()), default=0)) + 1)]
    names = list(cf.tables)
    stored = in_threads(lambda name: _store(cf.tables.pop(name), place.get(name), folder / f"{name}.arrow"), names)
    for name, (bare, rows) in zip(names, stored, strict=True):
        at = place.get(name)
        ends = [rows] if at is None else np.cumsum(np.bincount(at, minlength=len(where))).tolist()
        for portion in range(len(where)):
            low, high = (0, ends[0]) if at is None else (ends[portion - 1] if portion else 0, ends[portion])
            where[portion][name] = (bare, folder / f"{name}.arrow", low, high)
    return [Stored(f"{called}{n}", tables, cf.coverage, cf.kinds, cf.until) for n, tables in enumerate(where)]


def together(cf: CaseFile) -> dict[str, Ints]:
    """The group of every record of each table of children's, by which record of ``children`` comes first in it.

    A record without a child belongs to whatever it refers to or is referred to by; else it is a group of its own.
    """
    tables = [name for name in cf.tables if name not in contract.OF_NO_CHILD]
    cf.follow(tables)
    nodes, number = {}, cf.n("children")
    for name in tables:
        node = cf.child(name).astype(np.int64)
        lost = np.flatnonzero(node < 0)
        node[lost] = number + np.arange(len(lost))
        number += len(lost)
        nodes[name] = node
    edges = [_family_edges(cf), *(edge for name in tables for edge in _reference_edges(cf, name, nodes))]
    one, other = (np.concatenate(side) for side in zip(*edges, strict=True))
    label = _components(number, one, other)
    return {name: label[node] for name, node in nodes.items()}


def _reference_edges(cf: CaseFile, table: str, nodes: dict[str, Ints]) -> list[tuple[Ints, Ints]]:
    found = []
    for name, about in contract.tables()[table].items():
        if about.refers_to in nodes and about.refers_to is not None and cf.has(table, name):
            row = cf.link(table, name)
            there = np.flatnonzero(row >= 0)
            one, other = nodes[table][there], nodes[about.refers_to][row[there]]
            found.append((one[one != other], other[one != other]))
    return found


def _family_edges(cf: CaseFile) -> tuple[Ints, Ints]:
    """Each child and the one before it in the family; of too large a family, of a part that is itself too large."""
    none = np.zeros(0, np.int64)
    if not cf.n("children") or not cf.has("children", "family_id"):
        return none, none
    family = cf.codes("children", "family_id").code.astype(np.int64)
    known = np.flatnonzero(~cf.blank("children", "family_id"))
    order = known[np.argsort(family[known], kind="stable")]
    code = family[order]
    first = np.searchsorted(code, code)
    rank, size = np.arange(len(code)) - first, np.bincount(code, minlength=1)[code] if len(code) else none
    begins = (rank == 0) | ((size > MOST) & (rank % (MOST + 1) == 0) & (size - rank > MOST))
    after = np.flatnonzero(~begins)
    return order[after], order[after - 1]


def _components(number: int, one: Ints, other: Ints) -> Ints:
    """The least node that each of ``number`` nodes is joined to by edges, whatever the steps between."""
    label = np.arange(number)
    while True:
        least = np.minimum(label[one], label[other])
        before = label.copy()
        for side in (label[one], label[other], one, other):
            np.minimum.at(label, side, least)
        while not np.array_equal(label, label[label]):
            label = label[label]
        if np.array_equal(label, before):
            return label


def _places(group: dict[str, Ints], number: int) -> dict[str, Ints]:
    """The portion of every record: groups in order, cut where the records so far come to another part of the whole."""
    size = np.bincount(np.concatenate(list(group.values()))) if group else np.zeros(1, np.int64)
    before = np.cumsum(size) - size
    portion = before * number // max(int(size.sum()), 1)
    _, portion = np.unique(portion[size > 0], return_inverse=True)  # none is empty
    of_group = np.zeros(len(size), np.int64)
    of_group[size > 0] = portion
    return {name: of_group[one] for name, one in group.items()}


def _last(places: Ints) -> int:
    return int(places.max(initial=0))


def _store(table: RawTable, at: Ints | None, file: Path) -> tuple[RawTable, int]:
    """Write the rows of a table, those of the first portion first; the table without its columns, and how many rows it had."""
    columns: dict[str, Any] = {**table.columns, _ROW: pa.array(row_numbers(table))}
    if table.which is not None:
        columns[_WHICH] = pa.array(table.which)
    held = pa.table(columns)
    order = np.arange(len(held)) if at is None else np.argsort(at, kind="stable")
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, held.schema) as writer:
        for first in range(0, len(held), _AT_ONCE):
            writer.write_table(held.take(pa.array(order[first : first + _AT_ONCE])))
    file.chmod(0o600)
    return replace(table, columns={}, rows=None, which=None), len(held)


def _opened(bare: RawTable, file: Path, low: int, high: int) -> RawTable:
    held = pa.ipc.open_file(pa.memory_map(str(file))).read_all().slice(low, high - low)
    columns = {name: _one(held.column(name)) for name in held.column_names}
    rows, which = columns.pop(_ROW), columns.pop(_WHICH, None)
    return replace(bare, columns=columns, rows=np.asarray(rows), which=None if which is None else np.asarray(which))


def _one(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
