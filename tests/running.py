"""Runs the real pipeline over rows given as text, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import pyarrow as pa

from auditcheck import clock
from auditcheck.nightly import audit
from auditcheck.raw import Export, RawTable
from auditcheck.results import Results
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rulebook
from auditcheck.rulebook.profile import apply

Rows = Sequence[Mapping[str, str]]
Key = tuple[str, str, str, str]


@cache
def book() -> Rulebook:
    """The shipped rulebook."""
    return load()


def export_of(tables: Mapping[str, Rows], coverage: Mapping[str, str] | None = None) -> Export:
    """Tables of text rows as an export; a column is there when any row has it."""
    raw = {}
    for name, rows in tables.items():
        columns = sorted({column for row in rows for column in row})
        raw[name] = RawTable(name, {c: pa.array([row.get(c, "") for row in rows], pa.string()) for c in columns}, f"{name}.csv")
    return Export("test", raw, dict(coverage or {}))


def results_of(
    tables: Mapping[str, Rows],
    as_of: date,
    coverage: Mapping[str, str] | None = None,
    profile: str | None = "local-example",
    rules: Rulebook | None = None,
) -> Results:
    """The audit of those tables."""
    rulebook = rules or book()
    return audit(export_of(tables, coverage), apply(rulebook, profile), rulebook, clock.day_number(as_of))


def outcomes(results: Results) -> dict[Key, str]:
    """(rule, table, record, class) -> outcome."""
    table = results.table().to_pydict()
    keys = zip(table["rule_id"], table["table"], table["record_id"], [c or "" for c in table["class"]], strict=True)
    return dict(zip(keys, table["outcome"], strict=True))
