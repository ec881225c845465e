"""measured.parquet: each record that a measure counted by itself, and what it counted as: the list behind the figure.

What a measure only adds up of what rules observed is in observations.parquet.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from auditcheck.casefile import CaseFile
from auditcheck.checks.gathered import Counted, Gathered, Records
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET

#: measured.parquet, in order.
MEASURED = ("measure_id", "table", "record_id", "child_id", "counted")
#: Whether a record is one of those that the measure looks for: a measure asks for late ones as well as for those in time.
COUNTED = {MET: "yes", NOT_MET: "no", CANNOT_TELL: "cannot_tell"}


def measured_table(cf: CaseFile, counted: Mapping[str, Gathered | str]) -> pa.Table:
    """One row in `MEASURED` a measure and record of one case file; ``counted``: of each measure what it counted, or why it did not."""
    parts = [
        _table(cf, name, records)
        for name, found in counted.items()
        if isinstance(found, Counted)
        for records in found.records
        if len(records.rows)
    ]
    return in_order(pa.concat_tables(parts)) if parts else pa.schema([(name, pa.string()) for name in MEASURED]).empty_table()


def in_order(table: pa.Table) -> pa.Table:
    """By measure, table and record, so that the rows of several sets of children are those of all of them."""
    return table.sort_by([(name, "ascending") for name in MEASURED])


def _table(cf: CaseFile, measure: str, records: Records) -> pa.Table:
    n, child = len(records.rows), cf.child(records.table)[records.rows]
    columns = {
        "measure_id": pa.repeat(measure, n),
        "table": pa.repeat(records.table, n),
        "record_id": cf.ids(records.table).take(pa.array(records.rows)),
        "child_id": cf.ids("children").take(pa.array(child, mask=child < 0)),
        "counted": pa.array([COUNTED.get(code, "") for code in range(max(COUNTED) + 1)]).take(pa.array(records.outcome)),
    }
    return pa.table({name: columns[name] for name in MEASURED})
