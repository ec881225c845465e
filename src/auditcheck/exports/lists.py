"""Sources made of lists with headers (sheets of a workbook, a CSV or Parquet file each), read by a mapping file into case records.

What a mapping file may say is described at the top of annex_a.yaml; the other mappings use the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.exports import expect, idle, levels, reach, recipes, spells
from auditcheck.exports.care_year import TABLE as YEARLY
from auditcheck.exports.care_year import care_year
from auditcheck.exports.facts import one_row_each
from auditcheck.exports.grid import Grid, Ints
from auditcheck.exports.noted import Noted
from auditcheck.exports.recipes import Part, Recipe, plain
from auditcheck.exports.records import Records
from auditcheck.raw import Export, InputFile, Problem, RawTable, Rows
from auditcheck.tidy import shorten

Name = str | int

_SPELT = {"seen": "a header in another spelling that is known for it", "read": "read as the usual one"}
_NUMBERED = re.compile(r"(?:annexa)?list0*([1-9]\d?)(?!\d)")


@dataclass(frozen=True)
class Sheet:
    """One list as it stands: ``header`` in row ``header_row`` of ``file``; position -> text (n,) and the row of each in the file."""

    file: str
    header: Sequence[str]
    header_row: int
    columns: Mapping[int, pa.Array]
    rows: Ints


class Lists:
    """What has been read so far by one mapping.

    ``exact``: it was written for these very files, so a header that they lack stops the audit.
    """

    def __init__(self, mapping: Mapping[str, Any], exact: bool = False) -> None:
        self.mapping = mapping
        self.exact = exact
        self.lists: dict[Name, Mapping[str, Any]] = mapping["lists"]
        self.records = Records(recipes.words(mapping["words"]))
        self.problems: list[Problem] = []
        self.noted = Noted(mapping.get("noted", ()))
        self.kept: dict[Name, list[Grid]] = {name: [] for name in _looked_at_together(mapping)}
        self.done: dict[Name, str] = {}
        self.rows = 0
        self.grids: list[Grid] = []

    # ---- Which list is it?

    def named(self, name: str) -> Name | None:
        """The list that a sheet or file is called after."""
        bare = plain(name)
        numbered = _NUMBERED.match(bare)
        if numbered and int(numbered[1]) in self.lists:
            return int(numbered[1])
        return next((key for key, about in self.lists.items() if bare in {plain(str(title)) for title in about["titles"]}), None)

    def by_header(self, header: Sequence[str]) -> Name | None:
        """The list whose own columns a header has, most of them first; None where no list's fit, or two fit as well."""
        found = {plain(written) for written in header}
        common = {plain(written) for names in self.mapping.get("common", ()) for written in names}
        fits: dict[Name, int] = {}
        for key, about in self.lists.items():
            own = [{plain(written) for written in names} - common for names in about["columns"]]
            fits[key] = sum(not found.isdisjoint(names) for names in own if names)
        best = max(fits.values(), default=0)
        winners = [key for key, fit in fits.items() if fit == best]
        return winners[0] if best > 0 and len(winners) == 1 else None

    def spellings(self, list_: Name) -> dict[str, str]:
        """Every header that the list may have, as it is compared -> the mapping's name for it."""
        about = self.lists[list_]
        return {plain(written): names[0] for names in [*self.mapping.get("common", ()), *about["columns"]] for written in names}

    def _written(self, list_: Name) -> set[str]:
        """Every header that the list may have, as it is written."""
        return {written for names in [*self.mapping.get("common", ()), *self.lists[list_]["columns"]] for written in names}

    def children_in(self, list_: Name) -> str:
        """The column that holds the child's id; empty where the list has none."""
        return str(self.lists[list_].get("child", self.mapping.get("child", "")))

    # ---- Reading one

    def read(self, list_: Name, sheet: Sheet) -> None:
        """Keep what a sheet holds of a list; whatever is odd is among the problems."""
        about = self.lists[list_]
        places = self._places(list_, sheet)
        child = self.children_in(list_)
        if child and child not in places:
            what = "no column for the child's id: the list is set aside"
            self.problems.append(Problem(sheet.file, sheet.header_row, child, "", what, stopped=True, rows=len(sheet.rows)))
            return
        self.rows += len(sheet.rows)
        columns = {name: sheet.columns[position] for name, position in places.items()}
        grid = Grid(str(list_), sheet.file, columns, sheet.rows, columns[child] if child else None)
        self.grids.append(grid)
        self._say_whose(grid, child)
        self.noted.look_at(grid)
        made = self._recipes(about, sheet, places)
        self.problems += expect.unexpected(grid, self.mapping.get("expect", {}) | about.get("expect", {}), self.records.words)
        for one in about.get("spells", ()):
            self._read_spells(one, grid)
        if list_ in self.kept:
            self.kept[list_].append(grid)
        self.records.add(grid, made)
        if child and self.mapping.get("children"):
            self.records.add(grid, [self._people(child)])

    def _places(self, list_: Name, sheet: Sheet) -> dict[str, int]:
        """The mapping's name of a column -> its position. A header that stands twice over different content is not used."""
        spellings = self.spellings(list_)
        places: dict[str, list[int]] = {}
        for position, written in enumerate(sheet.header):
            if plain(written) in spellings and position in sheet.columns:
                name = spellings[plain(written)]
                places.setdefault(name, []).append(position)
                if written.strip() not in self._written(list_):
                    what = f"the header is not written as it should be: taken for {name}"
                    self.problems.append(Problem(sheet.file, sheet.header_row, shorten(written), "", what))
                elif plain(written) != plain(name) and not self.exact:
                    self.noted.add(_SPELT, sheet.file, sheet.header_row, name, written)
            elif not written.strip():
                if position not in sheet.columns or pc.any(pc.not_equal(sheet.columns[position], "")).as_py():
                    what = "a column without a name: ignored"
                    self.problems.append(Problem(sheet.file, sheet.header_row, f"column {position + 1}", "", what))
            else:
                what = "not a header of this list: the column is ignored"
                self.problems.append(Problem(sheet.file, sheet.header_row, shorten(written), "", what))
        for name, positions in list(places.items()):
            if len(positions) == 1:
                continue
            same = all(sheet.columns[position].equals(sheet.columns[positions[0]]) for position in positions)
            what = "with the same content: read once" if same else "with different content: none of them is used"
            self.problems.append(Problem(sheet.file, sheet.header_row, name, "", f"the header stands more than once {what}"))
            if not same:
                del places[name]
        return {name: positions[0] for name, positions in places.items()}

    def _say_whose(self, grid: Grid, child: str) -> None:
        if grid.child is not None:
            what = "no child's id: the row belongs to nobody"
            for row in np.flatnonzero(np.asarray(pc.equal(grid.child, ""))).tolist():
                self.problems.append(Problem(grid.file, int(grid.rows[row]), child, "", what))

    def _recipes(self, about: Mapping[str, Any], sheet: Sheet, places: Mapping[str, int]) -> list[Recipe]:
        """The records that this list can give. A column that tells whether there is such a record at all must be there."""
        made = [recipes.recipe(said) for said in about.get("records", ())]
        if "involvement" in about:
            made.append(self._involvement(about["involvement"]))
        # Where a field can be filled in several ways, one is enough.
        wanting = [parts for one in made for parts in one.fields.values() if not any(part.carried(places) for part in parts)]
        asked = [part.column or "+".join(part.joined) for parts in wanting for part in parts[:1]]
        asked += [column for one in made for column in one.decided_by()]
        for column in dict.fromkeys(asked):
            if column not in places:
                what = "no such header: what it would say counts as not supplied"
                self.problems.append(Problem(sheet.file, sheet.header_row, column, "", what, stopped=self.exact))
        return [one for one in made if all(column in places for column in one.decided_by())]

    def _involvement(self, started: str) -> Recipe:
        """The allocated team and worker of a row, from the list's own date on; none where the row names neither."""
        fields = {"role": (Part(always="lead"),)}
        fields |= {name: (Part(column=column),) for name, column in self.mapping["involvement"].items()}
        if started:
            fields["started_on"] = (Part(column=started),)
        return Recipe("involvements", fields, any_of=tuple(self.mapping["involvement"].values()))

    def _people(self, child: str) -> Recipe:
        parts = {name: (recipes.part(said),) for name, said in self.mapping["children"].items()}
        return Recipe("children", parts, only_if=child)

    def _read_spells(self, said: Mapping[str, Any], grid: Grid) -> None:
        made, problems = spells.spells(grid, said, self.records.words)
        self.problems += problems
        self.records.add(made, [recipes.recipe(one) for one in said["records"]])
        if not len(self.records.idle(made)):
            self.records.use(grid)

    # ---- All of it

    def export(self, kind: str, inputs: list[InputFile], as_of: str | None = None) -> Export:
        """Everything that was read, as an export."""
        tables = self.records.tables()
        unread = sum(problem.rows for problem in self.problems)
        rows, untold = idle.told(self.records, self.grids, self.rows)
        self.problems += untold
        met_again = 0
        if (self.mapping.get("children") or self.exact) and "children" in tables:
            self.noted.look_at_children(tables["children"])
            mentioned = len(tables["children"])
            tables["children"], problems = one_row_each(tables["children"])
            met_again = mentioned - len(tables["children"])
            self.problems += problems
        source = inputs[0].name if len(inputs) == 1 else kind
        coverage, problems = reach.coverage(self.mapping, self.records, tables, source, as_of)
        self.problems += problems + self.noted.problems(source)
        for one in self.mapping.get("at_one_level", ()):
            self.problems += levels.at_both(one, self.kept[one["outer"]], self.kept[one["inner"]], self.records.words)
        added = self._add_care_year(tables, coverage) if "care_year" in self.mapping else 0
        return Export(
            kind,
            tables,
            coverage,
            self.problems,
            inputs,
            as_of,
            kinds=self.records.kinds(codes_are_all=not self.exact),
            met_again=met_again,
            rows=rows + Rows(unread, 0, unread, added),
        )

    def _add_care_year(self, tables: dict[str, RawTable], coverage: dict[str, str]) -> int:
        """So many records that are made of no row of their own."""
        since = coverage.get("care_episodes", "")
        said = self.mapping["care_year"]
        made, problems = care_year(said, self.kept[said["list"]], self.records.words, tables.get(YEARLY), since)
        self.problems += problems
        if made is None:
            return 0
        of_rows = len(tables.get(YEARLY, ()))
        tables[YEARLY] = made
        coverage[YEARLY] = since or "latest_only"
        return len(made) - of_rows

    def say_what_is_missing(self, file: str, word: str) -> None:
        """A note for each list that was not there (``word``: sheet or file)."""
        for key, about in self.lists.items():
            if key not in self.done and "not_read" not in about:
                what = f"no {word} for list {key} ({about['titles'][0]}): nothing is known of it"
                self.problems.append(Problem(file, 0, "", "", what))


def _looked_at_together(mapping: Mapping[str, Any]) -> set[Name]:
    """The lists whose rows are looked at once more when all are read."""
    pairs = [one[level] for one in mapping.get("at_one_level", ()) for level in ("outer", "inner")]
    return {*pairs, *([mapping["care_year"]["list"]] if "care_year" in mapping else [])}


def sheet_of(file: str, header: Sequence[str], header_row: int, rows: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    """A sheet from rows of text, each with its number; blank rows are left out."""
    kept = [(number, row) for number, row in rows if any(row)]
    columns = {at: pa.array([row[at] if at < len(row) else "" for _, row in kept], pa.string()) for at in range(len(header))}
    return Sheet(file, header, header_row, columns, np.array([number for number, _ in kept], np.int64))
