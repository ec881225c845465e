"""The elements of an XML file gathered into grids, child by child: memory grows with what is kept, not with the tree."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from lxml import etree

from auditcheck.exports.grid import Grid
from auditcheck.raw import Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS

#: Rows are turned into columns in packs of this many: text in Python takes ten times the room of text in a column.
_PACK = 10_000

Row = dict[str, str]


@dataclass(eq=False)
class Group:
    """The rows of one kind of element: those not packed yet, and the columns of those that are."""

    name: str
    columns: tuple[str, ...]
    waiting: list[Row] = field(default_factory=list)
    places: list[tuple[int, int, int]] = field(default_factory=list)  # line, number of the child, row of the element around it
    packed: list[tuple[dict[str, pa.Array], np.ndarray]] = field(default_factory=list)
    count: int = 0

    def add(self, row: Row, line: int, child: int, above: int) -> int:
        """Keep a row; its number."""
        if len(self.waiting) >= _PACK:
            self.pack()
        self.waiting.append(row)
        self.places.append((line, child, above))
        self.count += 1
        return self.count - 1

    def pack(self) -> None:
        """Turn the waiting rows into columns."""
        columns = {name: pa.array([row.get(name, "") for row in self.waiting], pa.string()) for name in self.columns}
        self.packed.append((columns, np.array(self.places, np.int64).reshape(-1, 3)))
        self.waiting, self.places = [], []


class Elements:
    """What has been gathered so far.

    ``around``: group -> the group that its elements lie in (None: the child itself). ``names``: lower-case name of an element -> the
    mapping's name. ``repeated``: those that may stand more than once; their texts are joined. ``holds``: those that hold others and are no
    group. ``again``, ``empty``: the lines of those of them that stand more than once in one place, that hold nothing.
    """

    def __init__(
        self, file: str, groups: Mapping[str, tuple[str, ...]], names: Mapping[str, str], repeated: Container[str], holds: Container[str]
    ) -> None:
        self.file = file
        self.names = names
        self.repeated = repeated
        self.holds = holds
        self.groups = {name: Group(name, columns) for name, columns in groups.items()}
        self.kept = {column for columns in groups.values() for column in columns}
        self.problems: list[Problem] = []
        self.unknown: dict[str, list[int]] = {}
        self.parents: dict[str, str] = {}
        self.drifted: dict[str, tuple[str, int]] = {}
        self.again: dict[str, list[int]] = {}
        self.empty: dict[str, list[int]] = {}
        self.spaces: dict[str, int] = {}
        self._known: dict[object, str | None] = {}
        self.count = 0

    def read(self, name: str, element: Any, number: int) -> tuple[Row, int]:
        """Keep one child's element and all within it. Its own texts, and how many groups lie within it."""
        before = self.count
        row = self._group(name, element, number, None, -1)
        return row, self.count - before - 1

    def drop_last(self, name: str) -> None:
        """Forget the element read last, in which nothing was found."""
        group = self.groups[name]
        group.waiting.pop()
        group.places.pop()
        group.count -= 1

    def _group(self, name: str, element: Any, child: int, around: Group | None, above: int) -> Row:
        group = self.groups[name]
        row: Row = {}
        if around is not None:
            self.parents.setdefault(name, around.name)
            if self.parents[name] != around.name:
                above = -1
        at = group.add(row, element.sourceline or 0, child, above)
        self.count += 1
        differing: dict[str, set[str]] = {}
        if len(element):
            self._walk(element, group, at, child, row, differing)
        else:
            self._note(name, element.text, row, differing)
        for column, texts in differing.items():
            row[column] = DIFFERS
            what = "given more than once with different content: unreadable"
            self.problems.append(Problem(self.file, element.sourceline or 0, column, shorten(" / ".join(sorted(texts))), what))
        return row

    def _walk(self, element: Any, group: Group, at: int, child: int, row: Row, differing: dict[str, set[str]]) -> None:
        """Gather the texts of an element into its group's row; elements that are groups of their own start one."""
        known = self._known
        within: set[str] = set()
        if element.text is not None:
            self._stray_text(element.text, element)
        for inner in element:
            tag = inner.tag
            name = known[tag] if tag in known else self._name(tag, inner.sourceline or 0)
            if inner.tail is not None:
                self._stray_text(inner.tail, inner)
            if name is None:
                self._unknown(inner)
            elif name in self.groups:
                self._group(name, inner, child, group, at)
            elif len(inner):
                if name in within:
                    self.again.setdefault(name, []).append(inner.sourceline or 0)
                within.add(name)
                self._walk(inner, group, at, child, row, differing)
            elif name in self.holds:
                self._hollow(name, inner)
            elif inner.text is not None:
                self._note(name, inner.text, row, differing)

    def _name(self, tag: object, line: int) -> str | None:
        """The mapping's name of an element, whatever its namespace and case; None where it is not known, or no element at all."""
        named = etree.QName(tag) if isinstance(tag, str) else None
        written = named.localname if named is not None else ""
        if named is not None and named.namespace:
            self.spaces.setdefault(named.namespace, line)
        name = self.names.get(written.lower())
        if name is not None and name != written:
            self.drifted.setdefault(written, (name, line))
        self._known[tag] = name
        return name

    def _note(self, name: str, text: str | None, row: Row, differing: dict[str, set[str]]) -> None:
        text = text.strip() if text else ""
        if not text or name not in self.kept:
            return
        held = row.get(name)
        if held is None:
            row[name] = text
        elif name in self.repeated:
            if text not in held.split(";"):
                row[name] = f"{held};{text}"
        elif text != held:
            differing.setdefault(name, {held}).add(text)

    def _hollow(self, name: str, inner: Any) -> None:
        """An element that should hold others and holds none."""
        if inner.text is not None and inner.text.strip():
            self._stray_text(inner.text, inner)
        else:
            self.empty.setdefault(name, []).append(inner.sourceline or 0)

    def _unknown(self, inner: Any) -> None:
        if isinstance(inner.tag, str):
            self.unknown.setdefault(etree.QName(inner).localname, []).append(inner.sourceline or 0)
        elif inner.tag is etree.Entity:
            # Comments are nobody's data; an entity is something that the file does not spell out.
            self.problems.append(
                Problem(self.file, inner.sourceline or 0, "", "", "an entity that is not resolved: the text is incomplete")
            )

    def _stray_text(self, text: str, near: Any) -> None:
        if text.strip():
            name = etree.QName(near).localname if isinstance(near.tag, str) else ""
            self.problems.append(Problem(self.file, near.sourceline or 0, name, shorten(text), "text between elements: ignored"))

    def grids(self, children: pa.Array) -> dict[str, Grid]:
        """A grid for each group, outer ones first; ``children``: the id of each child by its number."""
        made: dict[str, Grid] = {}
        for name in self.groups:
            self._grid(name, children, made)
        return made

    def _grid(self, name: str, children: pa.Array, made: dict[str, Grid]) -> Grid:
        if name not in made:
            group = self.groups[name]
            group.pack()
            columns = {c: pa.concat_arrays([columns[c] for columns, _ in group.packed]) for c in group.columns}
            places = np.concatenate([places for _, places in group.packed])
            around = self.parents.get(name)
            above = (self._grid(around, children, made), places[:, 2]) if around else None
            made[name] = Grid(name, self.file, columns, places[:, 0], children.take(pa.array(places[:, 1])), above)
            group.packed = []
        return made[name]
