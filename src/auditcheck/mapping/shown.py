"""What a mapping would read of some files, for the person who corrects it: source value -> what is read, and what can't be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from auditcheck import contract, quality
from auditcheck.casefile import CaseFile
from auditcheck.exports.lists import Lists
from auditcheck.exports.records import Block
from auditcheck.mapping.language import Layout
from auditcheck.mapping.look import Opened
from auditcheck.mapping.reading import KIND, taken
from auditcheck.raw import Export, Problem
from auditcheck.tidy import shorten

#: How many values of a column, and how many lines of one problem in one column, are shown.
_VALUES, _LINES = 3, 3


@dataclass(frozen=True)
class Check:
    """What was read, and the lines that show it. ``odd``: values and rows that could not be taken as they stood; ``stopped``: lists that
    are not there or not read."""

    export: Export
    lines: list[str]
    odd: int
    stopped: int


def check(layout: Layout, files: Sequence[Opened]) -> Check:
    """Read the files with a mapping that may still be open. Raises `BadExport` where none of them is a list of it."""
    lists = taken(layout, files)
    export = lists.export(KIND, [*(file.input for file in files), layout.input])
    cf = CaseFile.of(export)
    problems = [*cf.problems, *quality.unreadable(cf)]
    lines = [line for key in lists.lists for line in _of_list(lists, str(key))]
    lines += _open("Undecided: only a person can say", layout.undecided)
    lines += _open("Proposed: read it, correct it, then delete the line", layout.proposed)
    lines += _told(problems)
    return Check(export, lines, sum(not problem.noted for problem in problems), sum(problem.stopped for problem in problems))


def _of_list(lists: Lists, key: str) -> Iterator[str]:
    blocks = [block for some in lists.records.blocks.values() for block in some if block.grid.name == key]
    if key in lists.done:
        about = lists.lists[key]
        yield f"{lists.done[key]} (list {key})" + (f": not read, {about['not_read']}" if "not_read" in about else "")
    for block in blocks:
        rows = f"{len(block)} of {len(block.grid)} rows" if len(block) < len(block.grid) else f"{len(block)} rows"
        yield f"  {block.recipe.table}: {rows}"
        lines = [_of_field(block, name) for name in contract.tables()[block.recipe.table] if name in block.columns]
        wide = max((len(field) for field, *_ in lines), default=0)
        headers = max((len(header) for _, header, _ in lines), default=0)
        yield from (f"    {field:<{wide}}  {header:<{headers}}  {shown}".rstrip() for field, header, shown in lines)
    if blocks:
        used = {name for block in blocks for name in _sources(block)}
        left = [names[0] for names in lists.lists[key]["columns"] if names[0] not in used]
        yield from [f"  not read: {', '.join(left)}"] if left else []
    if key in lists.done:
        yield ""


def _sources(block: Block) -> Iterator[str]:
    """The columns that the fields of a block are filled from."""
    yield from (part.column for parts in block.recipe.fields.values() for part in parts if part.column)
    yield from block.recipe.decided_by()
    if block.grid.child is not None:
        yield from (name for name, column in block.grid.columns.items() if column is block.grid.child)


def _of_field(block: Block, name: str) -> tuple[str, str, str]:
    """The field, the header, and some source values with what is read of each."""
    parts = block.recipe.fields.get(name, ())
    columns = [part.column for part in parts if part.column in block.grid.columns]
    if name == "child_id" and block.grid.child is not None:
        columns = [header for header, column in block.grid.columns.items() if column is block.grid.child]
    if not columns:
        fixed = next((part.always for part in parts if part.always is not None), "")
        return name, "(always)", fixed
    source = block.grid.columns[columns[0]].take(pa.array(block.rows))
    pairs = dict.fromkeys(zip(source[:200].to_pylist(), block.columns[name][:200].to_pylist(), strict=True))
    shown = [f"{shorten(written)} -> {_read(read)}" for written, read in pairs if written][:_VALUES]
    return name, " / ".join(columns), "  |  ".join(shown) or "(blank)"


def _read(text: str) -> str:
    return shorten(text) if text else "(blank)"


def _open(title: str, points: Sequence[str]) -> list[str]:
    return ["", f"{title} ({len(points)})", *(f"  {point}" for point in points)] if points else []


def _told(problems: Sequence[Problem]) -> Iterator[str]:
    """Problems by file, column and kind, the first of each in full."""
    kinds: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.file, problem.column, problem.problem), []).append(problem)
    if kinds:
        yield ""
        yield f"Can't be read, or not as it stands ({len(problems)})"
    for (file, column, what), some in kinds.items():
        for problem in some[:_LINES]:
            place = f"{file}, row {problem.row}" if problem.row else file
            value = f" {problem.value!r}" if problem.value else ""
            yield f"  {place}{f', {column}' if column else ''}:{value} {what}"
        if len(some) > _LINES:
            yield f"  ... and {len(some) - _LINES} more of that in {file}{f', {column}' if column else ''}"
