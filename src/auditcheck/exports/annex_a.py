"""Ofsted's ILACS Annex A workbook: lists of six months' work, read by annex_a.yaml.

Names of workers stand in these lists. They are not read: a hash stands for each (`recipes.worker`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditcheck.exports import recipes
from auditcheck.exports.keys import Record, first_date
from auditcheck.exports.manifest import is_day
from auditcheck.exports.recipes import Look, Part, Recipe, plain
from auditcheck.exports.records import Records
from auditcheck.exports.workbook import Sheet, sheets
from auditcheck.raw import BadExport, Export, InputFile, Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS

_LIST = re.compile(r"list0*(\d+)")
#: Some authorities put a title above the header.
_HEADER_WITHIN = 10


@dataclass
class _Reading:
    """What has been gathered so far. ``facts``: child -> field -> the different texts; ``seen``: child -> row of first mention."""

    file: str
    mapping: dict[str, Any]
    words: recipes.Words
    records: Records = field(default_factory=Records)
    problems: list[Problem] = field(default_factory=list)
    came_from: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    since: dict[str, list[str]] = field(default_factory=dict)
    rows: int = 0


def read_workbook(path: Path) -> Export:
    """The tables that an Annex A workbook carries. Raises `BadExport` where no sheet is an Annex A list; `OSError`."""
    mapping = recipes.load("annex_a.yaml")
    reading = _Reading(path.name, mapping, recipes.words(mapping["words"]))
    done: dict[int, str] = {}
    names = []
    for sheet in sheets(path):
        names.append(sheet.name)
        number = _number(sheet.name, mapping["lists"])
        if number is None:
            reading.problems.append(Problem(_where(reading, sheet), 0, "", "", "not an Annex A list: the sheet is not read"))
        elif number in done:
            what = f"list {number} was already read from sheet {done[number]}: this sheet is not read"
            reading.problems.append(Problem(_where(reading, sheet), 0, "", "", what, stopped=True))
        else:
            done[number] = sheet.name
            _read_list(reading, sheet, mapping["lists"][number])
    _say_what_is_missing(reading, done)
    if not done:
        raise BadExport(
            f"{path.name} is an Excel workbook without any Annex A list (its sheets: {', '.join(names[:8])}). "
            "Expected sheets named List 1 to List 11, or Contacts, Referrals, Child Protection, ..."
        )
    return _export(path, reading)


def _say_what_is_missing(reading: _Reading, done: Mapping[int, str]) -> None:
    for number, about in reading.mapping["lists"].items():
        if number not in done and "not_read" not in about:
            what = f"no sheet for list {number} ({about['sheets'][0]}): nothing is known of it"
            reading.problems.append(Problem(reading.file, 0, "", "", what))


def _where(reading: _Reading, sheet: Sheet) -> str:
    return f"{reading.file}, {sheet.name}"


def _number(name: str, lists: Mapping[int, Any]) -> int | None:
    """Which list a sheet is, by number or by title."""
    bare = plain(name)
    numbered = _LIST.match(bare)
    if numbered:
        return int(numbered[1]) if int(numbered[1]) in lists else None
    return next((number for number, about in lists.items() if bare in {plain(title) for title in about["sheets"]}), None)


def _read_list(reading: _Reading, sheet: Sheet, about: Mapping[str, Any]) -> None:
    where = _where(reading, sheet)
    if "not_read" in about:
        count = max(0, sum(any(row) for row in sheet.rows) - 1)
        reading.problems.append(Problem(where, 0, "", "", f"{count} rows not read: {about['not_read']}"))
        return
    spellings = {plain(written): names[0] for names in [*reading.mapping["common"], *about["columns"]] for written in names}
    at = _header_row(sheet, spellings)
    if at is None:
        if any(any(row) for row in sheet.rows):
            reading.problems.append(Problem(where, 0, "", "", "no row has the headers of this list: it is set aside", stopped=True))
        else:
            reading.problems.append(Problem(where, 0, "", "", "an empty sheet, without even a header: the list is missing", stopped=True))
        return
    places = _columns(reading, where, sheet, at, spellings)
    if reading.mapping["child"] not in places:
        what = "no column for the child's id: the list is set aside"
        reading.problems.append(Problem(where, at + 1, reading.mapping["child"], "", what, stopped=True))
        return
    _read_rows(reading, sheet, at, about, places)


def _header_row(sheet: Sheet, spellings: Mapping[str, str]) -> int | None:
    """The first row with at least three known headers."""
    rows = enumerate(sheet.rows[:_HEADER_WITHIN])
    return next((at for at, row in rows if sum(plain(cell) in spellings for cell in row) >= 3), None)


def _columns(reading: _Reading, where: str, sheet: Sheet, at: int, spellings: Mapping[str, str]) -> dict[str, int]:
    """Ofsted's header -> position of its column. A header that stands twice over different content is not used."""
    places: dict[str, list[int]] = {}
    for position, written in enumerate(sheet.rows[at]):
        if plain(written) in spellings:
            places.setdefault(spellings[plain(written)], []).append(position)
        elif written:
            reading.problems.append(Problem(where, at + 1, shorten(written), "", "not a header of this list: the column is ignored"))
    for name, positions in list(places.items()):
        if len(positions) == 1:
            continue
        same = all(len({_cell(row, position) for position in positions}) == 1 for row in sheet.rows[at + 1 :])
        what = "with the same content: read once" if same else "with different content: none of them is used"
        reading.problems.append(Problem(where, at + 1, name, "", f"the header stands more than once {what}"))
        if not same:
            del places[name]
    return {name: positions[0] for name, positions in places.items()}


def _cell(row: list[str], position: int) -> str:
    return row[position] if position < len(row) else ""


def _read_rows(reading: _Reading, sheet: Sheet, at: int, about: Mapping[str, Any], places: Mapping[str, int]) -> None:
    where = _where(reading, sheet)
    people = Recipe("children", {name: (_part_of(said),) for name, said in reading.mapping["children"].items()})
    made = _recipes(reading, where, at, about, places)
    for one in [*made, people]:
        reading.records.declare(one.table, one.made_of(lambda column: "" if column in places else None).items())
        lists = reading.came_from.setdefault(one.table, [])
        if sheet.name not in lists:
            lists.append(sheet.name)
    by_position = {position: name for name, position in places.items()}
    earliest: dict[str, str] = {}
    for index in range(at + 1, len(sheet.rows)):
        row = sheet.rows[index]
        for position in range(len(row)):
            if position in by_position and (index, position) in sheet.doubts:
                doubt = sheet.doubts[index, position]
                reading.problems.append(Problem(where, index + 1, by_position[position], shorten(doubt.text), doubt.why))
        if not any(row):
            continue
        reading.rows += 1
        look = _look(row, places)
        doubtful = (index, places[reading.mapping["child"]]) in sheet.doubts
        child = "" if doubtful else look(reading.mapping["child"]) or ""
        if not child:
            reading.problems.append(Problem(where, index + 1, reading.mapping["child"], "", "no child's id: the row belongs to nobody"))
        for record in reading.records.row(index + 1, made, reading.words, look, child):
            _note_date(record, earliest)
        _note_child(reading, where, index + 1, people, look, child)
    for table, day in earliest.items():
        reading.since.setdefault(table, []).append(day)


def _recipes(reading: _Reading, where: str, at: int, about: Mapping[str, Any], places: Mapping[str, int]) -> list[Recipe]:
    """The records that this sheet can give. A column that tells whether there is such a record at all must be there."""
    made = [recipes.recipe(said) for said in about["records"]]
    if "involvement" in about:
        made.append(_involvement(about["involvement"]))
    asked = [part.column for one in made for parts in one.fields.values() for part in parts if part.column]
    asked += [one.when[0] for one in made if one.when]
    for column in dict.fromkeys(asked):
        if column not in places:
            reading.problems.append(Problem(where, at + 1, column, "", "no such header: what it would say counts as not supplied"))
    decided_by = [(one, one.only_if or (one.when[0] if one.when else "")) for one in made]
    return [one for one, column in decided_by if not column or column in places]


def _look(row: list[str], places: Mapping[str, int]) -> Look:
    def look(column: str) -> str | None:
        return _cell(row, places[column]) if column in places else None

    return look


def _part_of(said: str | Mapping[str, str]) -> Part:
    return Part(column=said) if isinstance(said, str) else Part(column=said["from"], codes=said["codes"])


def _involvement(started: str) -> Recipe:
    """The allocated team and worker of a row, from the list's own date on."""
    fields = {"role": (Part(always="lead"),), "team": (Part(column="Allocated Team"),), "worker_id": (Part(column="Allocated Worker"),)}
    if started:
        fields["started_on"] = (Part(column=started),)
    return Recipe("involvements", fields)


def _note_date(record: Record, earliest: dict[str, str]) -> None:
    if record.table == "involvements" and not (record.values.get("team") or record.values.get("worker_id")):
        record.kept = False
    day = record.values.get(first_date(record.table) or "", "")[:10]
    if is_day(day):
        earliest[record.table] = min(day, earliest.get(record.table, day))


def _note_child(reading: _Reading, where: str, row: int, people: Recipe, look: Look, child: str) -> None:
    if not child:
        return
    reading.seen.setdefault(child, (where, row))
    said = Record("children", row)
    reading.words.fill(said, people, look, {})
    facts = reading.facts.setdefault(child, {})
    for name, text in said.values.items():
        if text:
            facts.setdefault(name, {})[text] = None


def _add_children(reading: _Reading) -> None:
    for child, (where, row) in reading.seen.items():
        record = Record("children", row, {"child_id": child})
        for name, texts in reading.facts.get(child, {}).items():
            record.values[name] = next(iter(texts))
            if len(texts) > 1:
                record.values[name] = f"{DIFFERS}: {' / '.join(sorted(texts))}"
                what = f"sources disagree: the lists give {' / '.join(sorted(texts))}"
                reading.problems.append(Problem(where, row, name, shorten(child), what))
        reading.records.add(record)


def _export(path: Path, reading: _Reading) -> Export:
    _add_children(reading)
    files = {table: f"{path.name}, {', '.join(lists) if len(lists) < 4 else 'several lists'}" for table, lists in reading.came_from.items()}
    tables = reading.records.tables(files)
    coverage = {name: said for name, said in reading.mapping["coverage"].items() if name in tables}
    for name in reading.mapping["window"]:
        if name in tables:
            coverage[name] = f"since {max(reading.since[name])}" if name in reading.since else "latest_only"
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    return Export("annex-a", tables, coverage, reading.problems, [InputFile(path.name, digest, reading.rows)])
