"""measured_months.parquet: of each measure that counts records by a day of their own, what it counted in each of the last months.

Counted as the figure itself is, only further back, and small numbers are not hidden: it stays in the service. The board's book charts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from auditcheck.checks.gathered import Counted
from auditcheck.checks.measure import is_of_children
from auditcheck.checks.scope import Scope
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET
from auditcheck.clock import Length
from auditcheck.duties import Duties
from auditcheck.rulebook.model import Rule

#: The counts of measured_months.parquet, after its measure_id and month.
COUNTS = {"met": MET, "not_met": NOT_MET, "cannot_tell": CANNOT_TELL}
KEYS = ("measure_id", "month")
#: The months that are counted, and a time up to a day that holds so many whole months, whatever the day.
MONTHS = 36
FAR_BACK = Length(MONTHS + 1, "months")


def day_of(rule: Rule, spec: Mapping[str, Any]) -> str:
    """Where the day stands that puts a record in a month; '' where a measure has no months: no share of children's records by their day."""
    said = spec.get("share", {})
    return str(said.get("day", "")) if "each" not in said and is_of_children(rule.subject) else ""


def measured_months(duties: Duties, counted: Mapping[str, tuple[str, Counted]]) -> pa.Table:
    """One row a measure and whole month that had ended; ``counted``: the path of the day, and what was counted so `FAR_BACK`."""
    ended = np.datetime64(duties.as_of + 1, "D").astype("datetime64[M]")
    months = np.arange(ended - MONTHS, ended)
    return added([_empty(), *(_table(duties, months, name, *one) for name, one in counted.items())])


def added(several: Sequence[pa.Table]) -> pa.Table:
    """What several sets of children have in each month together, by measure and month."""
    total = pa.concat_tables(several).group_by(KEYS).aggregate([(name, "sum") for name in COUNTS])
    columns = {name: total[name if name in KEYS else f"{name}_sum"] for name in (*KEYS, *COUNTS)}
    return pa.table(columns).sort_by([(name, "ascending") for name in KEYS])


def _empty() -> pa.Table:
    return pa.schema([*((name, pa.string()) for name in KEYS), *((name, pa.int64()) for name in COUNTS)]).empty_table()


def _table(duties: Duties, months: np.ndarray, measure: str, path: str, counted: Counted) -> pa.Table:
    """Months that the export does not reach back to in full are left out: they would look like months in which little happened."""
    (records,) = counted.records
    when = Scope(duties, records.table, records.rows.astype(np.int32), {}).when(path)
    place = (when.day.astype("datetime64[D]").astype("datetime64[M]") - months[0]).astype(np.int64)
    inside = when.known & (place >= 0) & (place < len(months))
    counts = {name: np.bincount(place[inside & (records.outcome == code)], minlength=len(months)) for name, code in COUNTS.items()}
    every = {
        "measure_id": pa.repeat(measure, len(months)),
        "month": pa.array(np.datetime_as_string(months).tolist(), pa.string()),
        **counts,
    }
    return pa.table(every).filter(pa.array(months.astype("datetime64[D]").astype(np.int64) >= counted.from_))
