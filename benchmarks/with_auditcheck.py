"""The twelve rules by auditcheck: its checks alone, on tables that are in memory already, as anybody's program could call them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
from rules12 import AS_OF, PROFILE, RULES, Finding, Tables

from auditcheck import clock
from auditcheck.casefile import CaseFile
from auditcheck.checks.verdict import NOT_MET, Observations
from auditcheck.nightly import audit
from auditcheck.raw import Export, RawTable
from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rule, Rulebook
from auditcheck.rulebook.profile import apply, chosen


def ready() -> tuple[Rulebook, list[Rule]]:
    """The rules with the profile's figures; reading them is no part of the checks."""
    book = load(None, examples=False)
    return book, [rule for rule in apply(book, chosen(book, PROFILE)) if rule.id in RULES]


def found(tables: Tables, prepared: tuple[Rulebook, list[Rule]]) -> set[Finding]:
    """Every observation is made and judged, with outcome, due day and reason; those that are breaches are told."""
    book, rules = prepared
    results = audit(_export(tables), rules, book, clock.day_number(date.fromisoformat(AS_OF)))
    return {finding for observations in results.every for finding in _breaches(results.cf, observations)}


def _export(tables: Tables) -> Export:
    held = {
        name: RawTable(name, {column: table[column].combine_chunks() for column in table.column_names}, name)
        for name, table in tables.items()
    }
    return Export("case-records", held, [], [])


def _breaches(cf: CaseFile, o: Observations) -> list[Finding]:
    rows = o.rows[np.flatnonzero(o.verdict.outcome == NOT_MET)]
    records = cf.ids(o.table).take(pa.array(rows)).to_pylist()
    children = cf.ids("children").take(pa.array(cf.child(o.table)[rows])).to_pylist()
    behind = f"/{o.class_}" if o.class_ else ""
    return [(o.rule.id, child, record + behind) for child, record in zip(children, records, strict=True)]
