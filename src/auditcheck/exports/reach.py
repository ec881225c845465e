"""How far back the tables of a source go, as its mapping says (design: complete, latest_only or since a day)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.exports.keys import first_date
from auditcheck.exports.manifest import is_day
from auditcheck.exports.records import Records
from auditcheck.raw import Problem, RawTable


def coverage(
    mapping: Mapping[str, Any], records: Records, tables: Mapping[str, RawTable], file: str, as_of: str | None
) -> tuple[dict[str, str], list[Problem]]:
    """Table, or records of a table by a link (``conferences.enquiry_id``) -> its coverage.

    ``year`` in a mapping: since the start of the collection year; ``window``: since the earliest date in it, ``window of FIELD``: of
    that field; a table: as that.
    """
    said = {name: how for name, how in mapping["coverage"].items() if name.split(".")[0] in tables}
    problems: list[Problem] = []
    if "year" in said.values():
        since, problems = _year(mapping, tables, file, as_of)
        said = {name: since if how == "year" else how for name, how in said.items()}
    windows = {name: how.removeprefix("window").removeprefix(" of ") for name, how in said.items() if how.startswith("window")}
    said |= {name: _window(records, name, field or first_date(name)) for name, field in windows.items()}
    as_that = {name: said.get(how, how) for name, how in said.items()}
    return {name: how for name, how in as_that.items() if how not in contract.supplied()}, problems


def _year(mapping: Mapping[str, Any], tables: Mapping[str, RawTable], file: str, as_of: str | None) -> tuple[str, list[Problem]]:
    """Since 1 April of the year that the reference date ends; without one, of the year in which most records ended."""
    if as_of:
        return f"since {_began(as_of)}", []
    ended: Counter[str] = Counter()
    for table, name in mapping["year_shown_by"]:
        if table in tables and name in tables[table].columns:
            for pair in pc.value_counts(tables[table].columns[name]).to_pylist():
                if is_day(pair["values"][:10]):
                    ended[_began(pair["values"][:10])] += pair["counts"]
    if not ended:
        what = "no reference date, and nothing in it ended: how far back it goes is unknown"
        return "latest_only", [Problem(file, 0, "ReferenceDate", "", what)]
    began = max(ended, key=lambda day: (ended[day], day))
    what = f"no reference date: taken as the return of the year that began on {began}, in which most of its records ended"
    return f"since {began}", [Problem(file, 0, "ReferenceDate", "", what)]


def _began(day: str) -> str:
    """The first day of the collection year (1 April to 31 March) that holds a day."""
    held = date.fromisoformat(day)
    return date(held.year if held.month > 3 else held.year - 1, 4, 1).isoformat()


def _window(records: Records, table: str, dated: str | None) -> str:
    """Since the earliest date in it; where two lists make one table, the later of the two. No date at all: nothing is known."""
    columns = [block.columns[dated] for block in records.blocks[table] if dated in block.columns]
    days = [[day for day in pc.unique(pc.utf8_slice_codeunits(column, 0, 10)).to_pylist() if is_day(day)] for column in columns]
    earliest = [min(some) for some in days if some]
    return f"since {max(earliest)}" if earliest else "latest_only"
