"""What a mapping of a service's own layout may say: its shape, its names, and what in it nobody has settled yet.

It is the language of the shipped mappings (exports/annex_a.yaml) with three words more: ``layout``, how one column writes its dates;
``undecided``, what a person must settle; and ``proposed``, what a person must confirm by deleting that line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from typing import Any

from jsonschema import Draft202012Validator

from auditcheck import contract
from auditcheck.exports.manifest import is_day
from auditcheck.mapping.ready import ready
from auditcheck.raw import BadExport, InputFile
from auditcheck.rulebook import schema
from auditcheck.rulebook.problems import wrong
from auditcheck.yaml_text import Document, Path, of_file, read

UNDECIDED, PROPOSED = "undecided", "proposed"

#: What is wrong or open at a place of the file: (path, whether the key there is meant, text).
Point = tuple[Path, bool, str]


@dataclass(frozen=True)
class Layout:
    """One service's layout, as its mapping file tells it.

    ``said``: as the readers take it (`exports.lists`); what is ``undecided`` and ``proposed``, a line of text each.
    """

    input: InputFile
    said: dict[str, Any]
    undecided: tuple[str, ...]
    proposed: tuple[str, ...]

    def settled(self) -> Layout:
        """The mapping, where a run may read with it. Raises `BadExport` that lists what is open."""
        if not self.undecided and not self.proposed:
            return self
        lines = [*self.undecided[:20], *self.proposed[:20]]
        more = len(self.undecided) + len(self.proposed) - len(lines)
        lines += [f"and {more} more; `auditcheck map check` lists them all"] if more else []
        head = f"{self.input.name} is not settled: nothing is read until a person has decided what is open in it."
        raise BadExport("\n  ".join([head, *lines]))


def load(path: File) -> Layout:
    """A mapping file. Raises `BadExport` that lists all that is wrong in it, each with its line."""
    try:
        data = of_file(path)
    except OSError as error:
        raise BadExport(f"{path.name}: the mapping cannot be read: {error.strerror}.") from None
    document = read(data)
    found = list(document.problems)
    if not found:
        points = schema.against(_validator(), document.value)
        points = points or list(_wrong_names(document.value))
        found = [(*document.place(where, of_key), text) for where, of_key, text in points]
    if found:
        raise BadExport("\n".join(f"{path.name}:{line}:{column}: {text}" for line, column, text in sorted(found)))
    return Layout(
        InputFile(path.name, hashlib.sha256(data).hexdigest(), 0),
        ready(document.value),
        _lines(path.name, document, _undecided(document.value)),
        _lines(path.name, document, _proposed(document.value)),
    )


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((File(__file__).parent / "mapping.schema.json").read_text("utf-8")))


def _lines(file: str, document: Document, points: Iterator[Point]) -> tuple[str, ...]:
    placed = sorted((document.place(where, of_key), text) for where, of_key, text in points)
    return tuple(f"{file}:{line}: {text}" for (line, _), text in placed)


# ---- Names


def _wrong_names(said: Mapping[str, Any]) -> Iterator[Point]:
    codes = said.get("words", {}).get("codes", {})
    for table, how in said.get("coverage", {}).items():
        if table not in contract.supplied():
            yield ("coverage", table), True, wrong(f"there is no table '{table}'", contract.supplied(), table)
        if how.startswith("since ") and not is_day(how[6:]):
            yield ("coverage", table), False, f"'{how[6:]}' is no day of the calendar"
    for name, about in said["lists"].items():
        place: Path = ("lists", name)
        if "records" not in about and "not_read" not in about:
            yield place, True, f"{name}: expected records (what is read of it) or not_read (why nothing is)"
        headers = [str(names[0] if isinstance(names, list) else names) for names in about["columns"]]
        yield from _header(about.get("child", headers[0]), headers, (*place, "child"))
        for at, record in enumerate(about.get("records", ())):
            yield from _record(record, about, headers, codes, (*place, "records", at))


def _record(
    record: Mapping[str, Any], about: Mapping[str, Any], headers: list[str], codes: Mapping[str, Any], place: Path
) -> Iterator[Point]:
    table = record["table"]
    if table not in contract.supplied():
        yield (*place, "table"), False, wrong(f"there is no table '{table}'", contract.supplied(), table)
        return
    for word in ("only_if", "when", "but"):
        if word in record:
            column = record[word] if word == "only_if" else record[word]["column"]
            yield from _header(column, headers, (*place, word))
    fields = contract.tables()[table]
    if table == "children" and "child" not in about:
        yield place, False, "the list does not say whose its rows are, expected `child: HEADER` beside its columns"
    for name, ways in record["fields"].items():
        here = (*place, "fields", name)
        if name == "child_id":
            yield here, True, "whose a row is stands once for the list, expected `child: HEADER` beside its columns"
        elif name not in fields:
            yield here, True, wrong(f"{table} has no field '{name}'", fields, name)
        else:
            for way in ways if isinstance(ways, list) else [ways]:
                yield from _way(way, fields[name], headers, codes, here)


def _way(way: Any, field: contract.Field, headers: list[str], codes: Mapping[str, Any], place: Path) -> Iterator[Point]:
    if not isinstance(way, dict):
        yield from _header(way, headers, place)
        return
    if len({"from", "always", "link"} & way.keys()) != 1:
        yield place, True, "expected one of from (a header), always (a fixed word) or link (a table)"
        return
    if "from" in way:
        yield from _header(way["from"], headers, (*place, "from"))
    if "layout" in way and field.type not in ("date", "moment"):
        yield (*place, "layout"), True, f"{field.name} is no date, expected a layout only where a date is read"
    if "link" in way and way["link"] != field.refers_to:
        yield (*place, "link"), False, wrong(f"{field.name} does not refer to '{way['link']}'", [field.refers_to or "no table"])
    if str(way.get("always", UNDECIDED)) not in (UNDECIDED, *(_allowed(field) or [str(way.get("always"))])):
        yield (*place, "always"), False, wrong(f"'{way['always']}' is no value of {field.name}", _allowed(field), way["always"])
    if "codes" in way:
        if way["codes"] not in codes:
            yield (*place, "codes"), False, wrong(f"there is no list of codes '{way['codes']}'", codes, way["codes"])
            return
        for code in codes[way["codes"]]:
            if _allowed(field) and code not in (*_allowed(field), "blank", PROPOSED, UNDECIDED):
                yield ("words", "codes", way["codes"], code), True, wrong(f"'{code}' is no value of {field.name}", _allowed(field), code)


def _allowed(field: contract.Field) -> tuple[str, ...]:
    return ("yes", "no") if field.type == "yesno" else field.codes


def _header(written: Any, headers: list[str], place: Path) -> Iterator[Point]:
    if str(written) not in headers:
        yield place, False, wrong(f"'{written}' is not among the columns of the list", headers, written)


# ---- What is open


def _undecided(said: Mapping[str, Any]) -> Iterator[Point]:
    for name, answers in said.get("words", {}).get("codes", {}).items():
        for text in answers.get(UNDECIDED, ()):
            yield ("words", "codes", name, UNDECIDED), True, f"{name}: what is {text!r}? Put it behind a code, or behind blank."
    for table, how in said.get("coverage", {}).items():
        if how == UNDECIDED:
            yield ("coverage", table), True, f"how far back {table} goes: complete, since YYYY-MM-DD or latest_only?"
    for name, about in said["lists"].items():
        if about.get("not_read") == UNDECIDED:
            yield ("lists", name, "not_read"), True, f"{name}: write why it is not read, or what its records are"
    for place, table, field, way in _ways(said):
        if isinstance(way, dict) and way.get("layout") == UNDECIDED:
            yield place, True, f"{table}.{field}: how does '{way.get('from')}' write its dates?"
        if isinstance(way, dict) and way.get("always") == UNDECIDED:
            yield place, True, f"{table}.{field}: no column says it; which is it always?"


def _proposed(said: Mapping[str, Any]) -> Iterator[Point]:
    for name, answers in said.get("words", {}).get("codes", {}).items():
        if answers.get(PROPOSED):
            what = ", ".join(map(str, answers[PROPOSED]))
            yield ("words", "codes", name, PROPOSED), True, f"{name}: {what} (delete this line when each is right)"
    for name, about in said["lists"].items():
        for at, record in enumerate(about.get("records", ())):
            if record.get(PROPOSED):
                what = ", ".join(record[PROPOSED])
                yield ("lists", name, "records", at, PROPOSED), True, f"{name}: {what} (delete this line when each is right)"


def _ways(said: Mapping[str, Any]) -> Iterator[tuple[Path, str, str, Any]]:
    for name, about in said["lists"].items():
        for at, record in enumerate(about.get("records", ())):
            for field, ways in record["fields"].items():
                for way in ways if isinstance(ways, list) else [ways]:
                    yield ("lists", name, "records", at, "fields", field), record["table"], field, way
