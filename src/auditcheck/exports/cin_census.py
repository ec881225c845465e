"""The children in need census (XML), read child by child by cin_census.yaml, so that memory does not grow with the tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from auditcheck.exports import recipes
from auditcheck.exports.keys import Record
from auditcheck.exports.manifest import is_day
from auditcheck.exports.recipes import Recipe
from auditcheck.exports.records import Records
from auditcheck.raw import BadExport, Export, InputFile, Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS

_TOP = ("{*}Child", "{*}child", "{*}CHILD", "{*}ReferenceDate", "{*}referencedate", "{*}REFERENCEDATE")


@dataclass(eq=False)
class _Group:
    """An element that makes records: the texts inside it, its records by table, and the groups within it."""

    name: str
    above: _Group | None
    row: int
    texts: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    inner: list[_Group] = field(default_factory=list)

    def all_inner(self) -> Iterable[_Group]:
        for one in self.inner:
            yield one
            yield from one.all_inner()


class _Census:
    """What has been gathered so far, and the mapping in the form that reading needs."""

    def __init__(self, file: str) -> None:
        said = recipes.load("cin_census.yaml")
        self.file = file
        self.said = said
        self.words = recipes.words(said["words"])
        self.recipes: dict[str, list[Recipe]] = {name: [recipes.recipe(one) for one in made] for name, made in said["groups"].items()}
        self.names = _names(said, self.recipes)
        self.asked_for = _columns(self.recipes) | {said["child"]}
        self.records = Records()
        self.problems: list[Problem] = []
        self.unknown: dict[str, list[int]] = {}
        self.children = 0
        self.as_of: str | None = None

    def child(self, element: etree._Element) -> None:
        """Keep all records of one Child element; an element without an id of the child's is not one of a census."""
        group = self._group("Child", element, None)
        ids = group.texts.get(self.said["child"], [])
        if not ids and not group.inner:
            what = "a Child with neither an LAchildID nor any CINdetails: ignored"
            self.problems.append(Problem(self.file, group.row, "Child", "", what))
            return
        self.children += 1
        child = ids[0] if ids and len(set(ids)) == 1 else ""
        if not child:
            what = "no LAchildID" if not ids else "more than one LAchildID"
            self.problems.append(Problem(self.file, group.row, "LAchildID", "", f"{what}: these records belong to nobody"))
        self._keep(group, child)

    def _group(self, name: str, element: etree._Element, above: _Group | None) -> _Group:
        group = _Group(name, above, element.sourceline or 0)
        if above is not None:
            above.inner.append(group)
        group.records = {one.table: Record(one.table, group.row) for one in self.recipes[name]}
        self._walk(element, group)
        return group

    def _walk(self, element: etree._Element, group: _Group) -> None:
        """Gather the texts of an element into its group; elements that are groups of their own start one."""
        leaf = True
        for inner in element:
            if not isinstance(inner.tag, str):
                # Comments are nobody's data; an entity is something that the file does not spell out.
                if inner.tag is etree.Entity:
                    self._stray(inner, "an entity that is not resolved: the text is incomplete")
                self._stray_text(inner.tail, inner)
                continue
            leaf = False
            written = etree.QName(inner).localname
            name = self.names.get(written.lower())
            if name is None:
                self.unknown.setdefault(written, []).append(inner.sourceline or 0)
            elif name in self.recipes:
                self._group(name, inner, group)
            else:
                self._walk(inner, group)
            self._stray_text(inner.tail, inner)
        if leaf:
            own = self.names.get(etree.QName(element).localname.lower(), "")
            text = (element.text or "").strip()
            if text and own in self.asked_for:
                group.texts.setdefault(own, []).append(text)
        else:
            self._stray_text(element.text, element)

    def _stray_text(self, text: str | None, near: etree._Element) -> None:
        if text and text.strip():
            self._stray(near, "text between elements: ignored", text)

    def _stray(self, near: etree._Element, what: str, text: str = "") -> None:
        tag = near.tag if isinstance(near.tag, str) else ""
        name = etree.QName(tag).localname if tag else ""
        self.problems.append(Problem(self.file, near.sourceline or 0, name, shorten(text), what))

    def _keep(self, group: _Group, child: str) -> None:
        def look(column: str) -> str:
            texts = list(dict.fromkeys(group.texts.get(column, [])))
            if len(texts) > 1 and column not in self.said["repeated"]:
                return f"{DIFFERS}: {' / '.join(sorted(texts))}"
            return ";".join(texts)

        for name, texts in group.texts.items():
            if len(set(texts)) > 1 and name not in self.said["repeated"]:
                what = "given more than once with different content: unreadable"
                self.problems.append(Problem(self.file, group.row, name, shorten(" / ".join(sorted(set(texts)))), what))
        linked = _linked(group)
        for recipe in self.recipes[group.name]:
            record = group.records[recipe.table]
            record.values["child_id"] = child
            record.kept = recipe.applies(look) and not _told_within(recipe, group, look)
            if record.kept:
                self.words.fill(record, recipe, look, linked)
                if recipe.table not in self.records.held:
                    self.declare(recipe.table)
                self.records.add(record)
        for inner in group.inner:
            self._keep(inner, child)

    def declare(self, table: str) -> None:
        """Say which columns a table has: all that the census can carry."""
        for made in self.recipes.values():
            for recipe in made:
                if recipe.table == table:
                    self.records.declare(table, recipe.made_of(lambda column: "").items())


def _columns(made: Mapping[str, list[Recipe]]) -> set[str]:
    every = (part for many in made.values() for one in many for parts in one.fields.values() for part in parts)
    return {part.column for part in every if part.column}


def _names(said: Mapping[str, Any], made: Mapping[str, list[Recipe]]) -> dict[str, str]:
    """Lower-case name of every element that is known -> the name that the mapping uses."""
    known = [*made, *said["known"], said["child"], *_columns(made)]
    return {name.lower(): name for name in known} | {other.lower(): name for other, name in said["aliases"].items()}


def _linked(group: _Group) -> dict[str, Record]:
    """The records that a group's own may refer to: its own and, for each table, the nearest one above it."""
    found: dict[str, Record] = {}
    at: _Group | None = group
    while at is not None:
        for table, record in at.records.items():
            found.setdefault(table, record)
        at = at.above
    return found


def _told_within(recipe: Recipe, group: _Group, look: recipes.Look) -> bool:
    if recipe.unless is None:
        return False
    name, column = recipe.unless
    return any(look(column) in inner.texts.get(column, []) for inner in group.all_inner() if inner.name == name)


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
    if not census.children:
        raise BadExport(f"{path.name} is XML but holds no Child with ChildIdentifiers or CINdetails: it is not a CIN census.")
    _say_what_is_missing(census)
    tables = census.records.tables(dict.fromkeys(census.records.held, path.name))
    coverage = {name: said for name, said in census.said["coverage"].items() if name in tables}
    inputs = [InputFile(path.name, digest, census.children)]
    return Export("cin-census", tables, coverage, census.problems, inputs, as_of=census.as_of)


def _read(file: Any, census: _Census) -> None:
    reader = etree.iterparse(
        file, events=("start", "end"), tag=_TOP, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
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


def _say_what_is_missing(census: _Census) -> None:
    for name, lines in census.unknown.items():
        times = f"{len(lines)} times" if len(lines) > 1 else "once"
        what = f"an element that is not known here ({times}, first in this line): ignored"
        census.problems.append(Problem(census.file, lines[0], name, "", what))
    groups: dict[str, list[str]] = {}
    for group, made in census.recipes.items():
        for recipe in made:
            groups.setdefault(recipe.table, []).append(group)
    for table, names in groups.items():
        if table not in census.records.held and table not in census.said["optional"]:
            what = f"no such element in the whole file: {table} counts as not supplied, and its rules are not evaluated"
            census.problems.append(Problem(census.file, 0, ", ".join(names), "", what))
