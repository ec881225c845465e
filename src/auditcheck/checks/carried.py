"""Whether an export can hold the records that a rule looks for at all: their table, their date, their kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditcheck.casefile import CaseFile


def not_carried(cf: CaseFile, source: Mapping[str, Any]) -> str:
    """Why records as ``{table:, at:, where:}`` means them can't be in this export; empty where they can."""
    table = source["table"]
    if not cf.has(table):
        return f"table missing: {table}"
    if "at" in source and not cf.has(table, source["at"]):
        return f"field missing: {table}.{source['at']}"
    where = source.get("where") or {}
    if isinstance(where.get("kind"), str | list) and not cf.has(table, "kind"):
        return f"field missing: {table}.kind"
    return kind_not_carried(cf, source)


def kind_not_carried(cf: CaseFile, source: Mapping[str, Any]) -> str:
    """Why none of the wanted kinds can be among the records of a table that is there; empty where one can."""
    table, where = source.get("table", ""), source.get("where") or {}
    if not isinstance(where, Mapping) or "kind" not in where or table not in cf.kinds or not cf.has(table):
        return ""
    test, carried = where["kind"], cf.kinds[table]
    if isinstance(test, Mapping):
        wanted = carried - set(test["not"]) if "not" in test else carried
    else:
        wanted = carried & ({test} if isinstance(test, str) else set(test))
    asked = " or ".join([test] if isinstance(test, str) else [] if isinstance(test, Mapping) else sorted(test))
    return "" if wanted else f"kind missing: {table}{f' ({asked})' if asked else ''}"
