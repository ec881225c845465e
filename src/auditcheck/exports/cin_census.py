"""The children in need census (XML), read child by child by cin_census.yaml."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from auditcheck.exports import expect, idle, levels, reach, recipes
from auditcheck.exports.elements import Elements
from auditcheck.exports.manifest import is_day
from auditcheck.exports.noted import Noted
from auditcheck.exports.recipes import Recipe
from auditcheck.exports.records import Records
from auditcheck.raw import BadExport, Export, InputFile, Problem, RawTable, Rows
from auditcheck.tidy import shorten

_TOP = ("{*}Child", "{*}child", "{*}CHILD", "{*}ReferenceDate", "{*}referencedate", "{*}REFERENCEDATE")


class _Census:
    """What has been gathered so far, and the mapping in the form that reading needs."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.said = recipes.load("cin_census.yaml")
        self.recipes: dict[str, list[Recipe]] = {name: [recipes.recipe(one) for one in made] for name, made in self.said["groups"].items()}
        asked = {name: _asked(made) for name, made in self.recipes.items()}
        asked["Child"] = (*asked["Child"], self.said["child"])
        for name, more in self.said["looked_at"].items():
            asked[name] = tuple(dict.fromkeys([*asked[name], *more]))
        self.elements = Elements(file, asked, _names(self.said, asked), self.said["repeated"], self.said["holds"])
        self.noted = Noted(self.said["noted"])
        self.ids: list[str] = []
        self.as_of: str | None = None
        self.dropped = 0

    @property
    def problems(self) -> list[Problem]:
        return self.elements.problems

    def child(self, element: etree._Element) -> None:
        """Keep all records of one Child element; an element without an id of the child's is not one of a census."""
        line = element.sourceline or 0
        row, inner = self.elements.read("Child", element, len(self.ids))
        held = row.get(self.said["child"], "")
        if not held and not inner:
            self.elements.drop_last("Child")
            what = "a Child with neither an LAchildID nor any CINdetails: ignored"
            self.problems.append(Problem(self.file, line, "Child", "", what, rows=1))
            self.dropped += 1
            return
        several = held.startswith("?")
        self.ids.append("" if several else held)
        if not held or several:
            what = "more than one LAchildID" if several else "no LAchildID"
            self.problems.append(Problem(self.file, line, "LAchildID", "", f"{what}: these records belong to nobody"))

    def records(self) -> tuple[Records, Rows]:
        """Everything that was gathered, as case records, and what became of the elements."""
        grids = self.elements.grids(pa.array(self.ids, pa.string()))
        self.noted.look_at_elements(self.elements, grids)
        records = Records(recipes.words(self.said["words"]))
        for grid in grids.values():
            self.elements.problems += expect.unexpected(grid, self._expected(), records.words)
        for one in self.said["at_one_level"]:
            self.elements.problems += levels.at_both(one, [grids[one["outer"]]], [grids[one["inner"]]], records.words)
        for name in _outer_first(self.elements.parents, list(grids)):
            inner = {other: [grid] for other, grid in grids.items() if other != name}
            records.add(grids[name], self.recipes[name], inner)
        rows, untold = idle.told(records, grids.values(), self.elements.count - self.dropped)
        self.elements.problems += untold
        return records, rows + Rows(self.dropped, 0, self.dropped, 0)

    def _expected(self) -> dict[str, Mapping[str, Any]]:
        """What elements may hold. Where one has the name of an earlier year, the codes of that year are no news either."""
        former = {name for written, name in self.said["former"].items() if written in self.elements.drifted}
        return {
            name: {word: value for word, value in test.items() if word != "written" or name not in former}
            for name, test in self.said["expect"].items()
        }


def _outer_first(parents: Mapping[str, str], names: list[str]) -> list[str]:
    def depth(name: str) -> int:
        return 1 + depth(parents[name]) if name in parents else 0

    return sorted(names, key=depth)


def _asked(made: list[Recipe]) -> tuple[str, ...]:
    """The elements within a group whose text its records are made of."""
    parts = [part.column for one in made for many in one.fields.values() for part in many if part.column]
    return tuple(dict.fromkeys([*parts, *(column for one in made for column in one.decided_by())]))


def _names(said: Mapping[str, Any], asked: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Lower-case name of every element that is known -> the name that the mapping uses."""
    known = [*asked, *said["holds"], *said["known"], *(column for columns in asked.values() for column in columns)]
    others = {**said["aliases"], **said["former"]}
    return {name.lower(): name for name in known} | {other.lower(): name for other, name in others.items()}


def read_census(path: Path) -> Export:
    """The tables of a census. Raises `BadExport` where the XML is broken, has a DTD, or is no census; `OSError`."""
    census = _Census(path.name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        try:
            _read(file, census)
        except etree.XMLSyntaxError as error:
            what = error.msg.split(", line ")[0]
            raise BadExport(
                f"{path.name} breaks off or is not well-formed XML at line {error.lineno or 1} ({what}). Export it again: "
                "nothing of it was read."
            ) from error
    if not census.ids:
        raise BadExport(f"{path.name} is XML but holds no Child with ChildIdentifiers or CINdetails: it is not a CIN census.")
    records, rows = census.records()
    tables = records.tables(empty=False)
    _say_what_is_missing(census, tables)
    census.elements.problems += census.noted.problems(path.name)
    coverage, problems = reach.coverage(census.said, records, tables, path.name, census.as_of)
    inputs = [InputFile(path.name, digest, len(census.ids))]
    until = dict.fromkeys(tables, census.as_of) if census.as_of else {}
    return Export(
        "cin-census",
        tables,
        coverage,
        [*census.problems, *problems],
        inputs,
        census.as_of,
        until=until,
        kinds=records.kinds(codes_are_all=True),
        rows=rows,
    )


def _read(file: Any, census: _Census) -> None:
    reader = etree.iterparse(
        file, events=("start", "end"), tag=_TOP, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_blank_text=True,
    )  # fmt: skip
    for event, element in reader:
        if event == "start":
            _refuse_dtd(census.file, element)
            continue
        if etree.QName(element).localname.lower() == "referencedate":
            _note_reference_date(census, element)
            continue
        census.child(element)
        element.clear(keep_tail=True)
        while element.getprevious() is not None:
            del element.getparent()[0]
    if reader.root is not None:
        _refuse_dtd(census.file, reader.root)
        _note_the_frame(census, reader.root)


def _note_the_frame(census: _Census, root: etree._Element) -> None:
    """A census is a Message in no namespace; others are read all the same."""
    name = etree.QName(root).localname
    if name.lower() != "message":
        census.noted.add({"seen": "the file is no Message", "read": "its children are read all the same"}, census.file, 1, name)
    for space, line in census.elements.spaces.items():
        census.noted.add({"seen": "elements in a namespace", "read": "read as those without one"}, census.file, line, "", space)


def _refuse_dtd(file: str, element: etree._Element) -> None:
    """A census has no document type; one that does may define entities that grow without end or name files to read."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise BadExport(f"{file} carries a document type definition (DOCTYPE): it is refused. A CIN census has none.")


def _note_reference_date(census: _Census, element: etree._Element) -> None:
    text = (element.text or "").strip()
    if is_day(text):
        census.as_of = text
    elif text:
        census.problems.append(Problem(census.file, element.sourceline or 0, "ReferenceDate", shorten(text), "not a day: not used"))


def _say_what_is_missing(census: _Census, tables: Mapping[str, RawTable]) -> None:
    for name, lines in census.elements.unknown.items():
        times = f"{len(lines)} times" if len(lines) > 1 else "once"
        what = f"an element that is not known here ({times}, first in this line): ignored"
        census.problems.append(Problem(census.file, lines[0], name, "", what))
    for written, (name, line) in census.elements.drifted.items():
        if written not in census.said["former"]:
            what = f"not the name of an element of the census: taken for {name}"
            census.problems.append(Problem(census.file, line, written, "", what))
    groups: dict[str, list[str]] = {}
    for group, made in census.recipes.items():
        for recipe in made:
            groups.setdefault(recipe.table, []).append(group)
    for table, names in groups.items():
        if table not in tables and table not in census.said["optional"]:
            what = f"no such element in the whole file: {table} counts as not supplied, and its rules are not evaluated"
            census.problems.append(Problem(census.file, 0, ", ".join(names), "", what))
