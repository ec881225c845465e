"""Several sources made into one: records that are the same become one, and what the sources disagree on is unreadable.

Two records of different sources are the same where they bear the same id (and belong to the same child), or else the same natural key:
table, child, day of the first date and kind. The order in which the sources are given makes no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from auditcheck import contract, values
from auditcheck.exports import keys, together
from auditcheck.exports.manifest import is_day
from auditcheck.exports.silent import filler
from auditcheck.raw import Export, Problem, RawTable, Rows
from auditcheck.tidy import row_numbers, shorten, tidy
from auditcheck.values import DIFFERS

_LISTED = 1_000
#: These are told by their id alone.
_BY_ID = {"children", "workers", "posts"}


@dataclass(eq=False)
class _Source:
    """One export: its tables, tidied, as lists of text; ``renamed``: table -> its own id -> the id of the joined record."""

    export: Export
    rank: int
    tables: dict[str, RawTable] = field(default_factory=dict)
    cells: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    renamed: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def name(self) -> str:
        return self.export.inputs[0].name if self.export.inputs else self.export.kind


#: A record of the joined table: (number of the source, row there), one or more.
_Members = list[tuple[int, int]]


def join(exports: Sequence[Export], ranks: Sequence[str] = ()) -> Export:
    """The sources as one export. ``ranks``: kinds of export, the most trusted first; it decides where two of them disagree."""
    if len(exports) == 1:
        return exports[0]
    order = {kind: place for place, kind in enumerate(ranks)}
    sources = [_Source(export, order.get(export.kind, len(order))) for export in exports]
    sources.sort(key=lambda s: (s.rank, s.export.kind, [(i.name, i.sha256) for i in s.export.inputs]))
    problems = [problem for source in sources for problem in source.export.problems]
    shared = {table for table in contract.supplied() if sum(table in s.export.tables for s in sources) > 1}
    for source in sources:
        for name, held in source.export.tables.items():
            if name in shared:
                source.tables[name], found = tidy(held)
                source.cells[name] = {column: texts.to_pylist() for column, texts in source.tables[name].columns.items()}
                problems += found
            else:
                source.tables[name] = held
    matched = {table: _matched(table, sources) for table in contract.supplied() if table in shared}
    tables: dict[str, RawTable] = {}
    for table in contract.supplied():
        if table in shared:
            tables[table], found = _merged(table, sources, matched[table])
            problems += found
        else:
            for source in (one for one in sources if table in one.tables):
                tables[table] = _followed(source.tables[table], source)
    days = sorted({s.export.as_of for s in sources if s.export.as_of})
    if len(days) > 1:
        what = f"the sources speak of different days ({', '.join(days)}): the earliest is the run's, unless it is given another"
        problems.append(Problem(" + ".join(s.name for s in sources), 0, "as_of", "", what))
    return Export(
        " + ".join(dict.fromkeys(s.export.kind for s in sorted(sources, key=lambda s: s.export.kind))),
        tables,
        together.coverage(exports, shared),
        problems,
        sorted((i for s in sources for i in s.export.inputs), key=lambda i: (i.name, i.sha256)),
        days[0] if days else None,
        min((s.export.extracted_at for s in sources if s.export.extracted_at), default=None),
        together.until(exports),
        together.kinds(exports),
        sum(export.met_again for export in exports) + sum(len(group) - 1 for groups in matched.values() for group in groups),
        sum((export.accounted() for export in exports), Rows(0, 0, 0, 0)),
    )


# ---- Which records are the same


def _matched(table: str, sources: Sequence[_Source]) -> list[_Members]:
    """The records of the joined table, each with its members; tells every source what its own ids have become."""
    key = contract.key_of(table)
    groups: list[_Members] = []
    by_id: dict[str, _Members] = {}
    by_stem: dict[str, list[_Members]] = defaultdict(list)
    for number, source in enumerate(sources):
        if table not in source.cells:
            continue
        cells = source.cells[table]
        stems = _stems(table, source.tables[table])
        rest: dict[str, list[int]] = defaultdict(list)
        fresh: list[tuple[_Members, int]] = []
        for row, name in enumerate(cells[key]):
            group = by_id.get(name)
            if group is not None and _same_child(table, sources, group, cells, row):
                group.append((number, row))
            elif stems[row] and stems[row] in by_stem:
                rest[stems[row]].append(row)
            else:
                fresh.append(([(number, row)], row))
        for stem, rows in rest.items():
            free = [group for group in by_stem[stem] if all(member[0] != number for member in group)]
            for row, group in _pairs(table, sources, number, rows, free):
                if group is None:
                    fresh.append(([(number, row)], row))
                else:
                    group.append((number, row))
        for group, row in sorted(fresh, key=lambda one: one[1]):
            groups.append(group)
            by_id.setdefault(cells[key][row], group)
            if stems[row]:
                by_stem[stems[row]].append(group)
    _name(table, sources, groups)
    return groups


def _stems(table: str, held: RawTable) -> list[str]:
    """The natural key of each row without its ordinal; blank where it has no child or no readable day, so that nothing is taken for it."""
    dated = keys.first_date(table)
    if dated is None or dated not in held.columns or "child_id" not in held.columns or table in _BY_ID:
        return [""] * len(held)
    day, child = held.columns[dated].to_pylist(), held.columns["child_id"].to_pylist()
    stems = keys.stems(table, held.columns).to_pylist()
    return [stem if who and is_day(when[:10]) else "" for stem, who, when in zip(stems, child, day, strict=True)]


def _same_child(table: str, sources: Sequence[_Source], group: _Members, cells: Mapping[str, list[str]], row: int) -> bool:
    """Two systems may have counted to the same number: the same id is the same record only where it is the same child's."""
    number, other = group[0]
    mine, theirs = cells.get("child_id"), sources[number].cells[table].get("child_id")
    return mine is None or theirs is None or not mine[row] or not theirs[other] or mine[row] == theirs[other]


def _pairs(table: str, sources: Sequence[_Source], number: int, rows: list[int], free: list[_Members]) -> list[tuple[int, _Members | None]]:
    """Which of the records with the same natural key is which: first those that contradict each other in nothing, then in order."""
    cells = sources[number].cells[table]
    own = [name for name, about in contract.tables()[table].items() if name in cells and not about.key and about.refers_to is None]
    found: dict[int, _Members] = {}
    if len(rows) > 1 or len(free) > 1:
        for row in rows:
            for group in free:
                other, place = group[0]
                theirs = sources[other].cells[table]
                if all(n not in theirs or _agree(table, n, cells[n][row], theirs[n][place]) is not None for n in own):
                    found[row] = group
                    free = [one for one in free if one is not group]
                    break
    for row in rows:
        if row not in found and free:
            found[row], free = free[0], free[1:]
    return [(row, found.get(row)) for row in rows]


def _name(table: str, sources: Sequence[_Source], groups: Sequence[_Members]) -> None:
    """The id of each joined record: the first that a source gave it, else its natural key; never one that another record has."""
    key = contract.key_of(table)
    taken: set[str] = set()
    for group in groups:
        names = [sources[number].cells[table][key][row] for number, row in group]
        name = next((one for one in names if not one.startswith(f"{table}:")), names[0])
        if name in taken:
            name = f"{name} ({sources[group[0][0]].export.kind})"
        while name in taken:
            name += "+"
        taken.add(name)
        for (number, _), own in zip(group, names, strict=True):
            sources[number].renamed[table][own] = name


# ---- What they say together


def _merged(table: str, sources: Sequence[_Source], groups: Sequence[_Members]) -> tuple[RawTable, list[Problem]]:
    parts = [source for source in sources if table in source.cells]
    names = [name for name in contract.tables()[table] if any(name in source.cells[table] for source in parts)]
    problems: list[Problem] = []
    columns = {}
    for name in names:
        texts, found = _field(table, name, sources, groups)
        columns[name] = pa.array(texts, pa.string())
        problems += found
    problems = problems[:_LISTED] + _many(table, problems[_LISTED:])
    files: dict[str, int] = {}
    which, rows = [], []
    for number, row in (group[0] for group in groups):
        held = sources[number].tables[table]
        which.append(files.setdefault(held.file_of(row), len(files)))
        rows.append(int(row_numbers(held)[row]))
    sourced = {n: "; ".join(dict.fromkeys(s.tables[table].source[n] for s in parts if n in s.tables[table].source)) for n in names}
    made = RawTable(
        table,
        columns,
        " + ".join(dict.fromkeys(source.tables[table].file for source in parts)),
        np.array(rows, np.int64),
        {name: text for name, text in sourced.items() if text},
        any(source.tables[table].midnight_is_real for source in parts),
        tuple(files),
        np.array(which, np.int64),
    )
    return made, problems + _not_supplied(table, names, sources, groups)


def _field(table: str, name: str, sources: Sequence[_Source], groups: Sequence[_Members]) -> tuple[list[str], list[Problem]]:
    """One field of every joined record, and where the sources disagree on it."""
    about = contract.tables()[table][name]
    columns = {number: source.cells[table].get(name) for number, source in enumerate(sources) if table in source.cells}
    unknown = filler(table, name)
    target = table if about.key else about.refers_to
    texts, problems = [], []
    for group in groups:
        said = []
        for number, row in group:
            column = columns[number]
            if column is not None:
                text = column[row]
                said.append((number, row, sources[number].renamed[target].get(text, text) if target and target != "children" else text))
        if not said:
            texts.append(unknown)
            continue
        text = said[0][2]
        for number, row, other in said[1:]:
            agreed = _agree(table, name, text, other)
            if agreed is None:
                first, at = said[0][:2]
                ranked = sources[first].rank < sources[number].rank
                problems.append(_disagreement(table, name, sources[first], at, sources[number], row, text, other, ranked))
                agreed = text if ranked else DIFFERS
            text = agreed
        texts.append(text)
    return texts, problems


def _agree(table: str, name: str, one: str, other: str) -> str | None:
    """What two texts of a field say together (a blank says nothing, a time says more than its day); None where they contradict."""
    if one == other or not other.strip():
        return one
    if not one.strip():
        return other
    about = contract.tables()[table][name]
    if about.type in ("date", "moment") and is_day(one[:10]) and one[:10] == other[:10] and 10 in (len(one), len(other)):
        return max(one, other, key=len)
    kind = "yesno" if about.type == "yesno" else "id" if about.key or about.refers_to else "text"
    if values.normal(one, kind) == values.normal(other, kind):
        return min(one, other)
    return None


def _disagreement(table: str, name: str, one: _Source, row: int, two: _Source, other: int, text: str, theirs: str, ranked: bool) -> Problem:
    held, against = one.tables[table], two.tables[table]
    places = f"{against.file_of(other)}, row {int(row_numbers(against)[other])}"
    what = f"sources disagree (the other: {places}): {f'{one.export.kind} is used, as the profile ranks it' if ranked else 'unreadable'}"
    return Problem(held.file_of(row), int(row_numbers(held)[row]), name, shorten(f"{text} / {theirs}"), what)


def _many(table: str, rest: Sequence[Problem]) -> list[Problem]:
    return [Problem(rest[0].file, 0, "", "", f"sources disagree on {len(rest)} more values of {table}")] if rest else []


def _not_supplied(table: str, names: Sequence[str], sources: Sequence[_Source], groups: Sequence[_Members]) -> list[Problem]:
    """A line for each source with records that no other has, and without some of the columns that others have."""
    alone: dict[int, int] = defaultdict(int)
    for group in groups:
        if len(group) == 1:
            alone[group[0][0]] += 1
    problems = []
    for number, count in sorted(alone.items()):
        missing = [name for name in names if name not in sources[number].cells[table] and filler(table, name)]
        if missing:
            what = f"{count} {table} are in this source alone, which does not supply {', '.join(missing)}: unreadable for them, not blank"
            problems.append(Problem(sources[number].tables[table].file, 0, "", "", what))
    return problems


def _followed(table: RawTable, source: _Source) -> RawTable:
    """A table that one source alone has, its references led to the joined records."""
    columns = dict(table.columns)
    for name, about in contract.tables()[table.name].items():
        renamed = source.renamed.get(about.refers_to or "", {})
        changed = {own: new for own, new in renamed.items() if own != new}
        if name in columns and changed and about.refers_to not in ("children", "workers"):
            columns[name] = pa.array([changed.get(text.strip(), text) for text in columns[name].to_pylist()], pa.string())
    return replace(table, columns=columns)
