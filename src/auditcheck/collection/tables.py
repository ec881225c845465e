"""The plain files: a header-only CSV a table, the data dictionary for people and for programs, and SQL to begin with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from auditcheck import contract
from auditcheck.collection.wanted import Wanted
from auditcheck.contract import Field

Tables = Mapping[str, Sequence[Wanted]]

#: How each type is written, in words.
LAYOUT = {
    "text": "text",
    "date": "a date, YYYY-MM-DD",
    "moment": "a date and time, YYYY-MM-DDTHH:MM, England's clock; the date alone where the time is not known",
    "yesno": "yes or no; blank where it is not recorded",
    "number": "a number",
    "list": "words separated by ;",
}
#: The types of a Frictionless table schema (specs.frictionlessdata.io/table-schema, seen in version 1).
_FRICTIONLESS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "date": {"type": "date"},
    "moment": {"type": "string", "constraints": {"pattern": "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?"}},
    "yesno": {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
    "number": {"type": "number"},
    "list": {"type": "string"},
}


def layout(field: Field) -> str:
    """How a field is written: its type, its codes, and whose record it names."""
    what = f"one of {', '.join(field.codes)}" if field.codes else LAYOUT[field.type]
    return f"{what}; the {contract.key_of(field.refers_to)} of a record in {field.refers_to}" if field.refers_to else what


def write_headers(folder: Path, tables: Tables) -> None:
    """``<table>.csv`` with its header row and nothing else."""
    for name, fields in tables.items():
        (folder / f"{name}.csv").write_text(",".join(w.field.name for w in fields) + "\n", encoding="utf-8", newline="\n")


def dictionary(tables: Tables) -> str:
    """The data dictionary as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "One CSV file a table, UTF-8, with these columns in any order. A column that you can't supply: leave it out.",
        "Leave a cell blank where nothing is recorded. No names and no addresses: ids only. A text is read for whether it says something.",
        "",
    ]
    for name, fields in tables.items():
        lines += [f"## {name}", "", "| field | how it is written | what for |", "| --- | --- | --- |"]
        lines += [f"| {w.field.name} | {layout(w.field)} | {w.of_use} |" for w in fields]
        lines.append("")
    return "\n".join(lines)


def datapackage(tables: Tables) -> str:
    """The same for programs: a Frictionless data package, as JSON text."""
    resources = [{"name": name, "path": f"{name}.csv", "schema": _schema(fields, tables)} for name, fields in tables.items()]
    return json.dumps({"name": "case-records", "profile": "tabular-data-package", "resources": resources}, indent=2) + "\n"


def _schema(fields: Sequence[Wanted], tables: Tables) -> dict[str, Any]:
    links = [w.field for w in fields if w.field.refers_to in tables and not w.field.key]
    return {
        "fields": [_described(w) for w in fields],
        "primaryKey": next(w.field.name for w in fields if w.field.key),
        "missingValues": [""],
        "foreignKeys": [
            {"fields": link.name, "reference": {"resource": link.refers_to, "fields": contract.key_of(str(link.refers_to))}}
            for link in links
        ],
    }


def _described(wanted: Wanted) -> dict[str, Any]:
    field = wanted.field
    described: dict[str, Any] = {"name": field.name, "description": wanted.of_use, **_FRICTIONLESS[field.type]}
    if field.codes:
        described["constraints"] = {"enum": list(field.codes)}
    return described


def sql(tables: Tables) -> str:
    """A SELECT for each table, to be filled in: in standard SQL, every column named and laid out as the contract asks."""
    lines = [
        "-- One query a table. Put your own table and column names in place of YOUR_...; give each column the name after AS.",
        "-- Dates: text as YYYY-MM-DD; times: YYYY-MM-DDTHH:MM. The words after `one of` are the only ones that are read.",
        "",
    ]
    for name, fields in tables.items():
        lines += [f"-- {name}.csv", "SELECT"]
        columns = [(f"  YOUR_{w.field.name} AS {w.field.name}", layout(w.field)) for w in fields]
        lines += [f"{column}{',' if at < len(columns) else ''}  -- {how}" for at, (column, how) in enumerate(columns, 1)]
        lines += [f"FROM YOUR_{name};", ""]
    return "\n".join(lines)
