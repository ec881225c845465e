"""What a finished run hands to the reports: plain tables, nothing to work out but words and order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

    from auditcheck.completeness import Fill, Lateness, Spike
    from auditcheck.rulebook.model import Rulebook


class _LeftOut:
    """Stands for rows that nobody asked to see. A report that looks at them all the same must not take them for none."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("the rows of this run were not brought together, because every list was left out")


LEFT_OUT: Any = _LeftOut()


@dataclass(frozen=True)
class RecordsView:
    """How good the records are, for quality.html and completeness.csv.

    ``rules``: of each data-quality rule that was evaluated ``rule_id``, ``title`` and how many records ``differ``, are ``unknown`` or
    ``met``.
    """

    fills: Sequence[Fill]
    spikes: Sequence[Spike]
    lateness: Sequence[Lateness]
    rules: Sequence[Mapping[str, Any]]


def plain(observations: pa.Table) -> pa.Table:
    """Observations with their texts written out, as they read from observations.parquet; while a run works most are coded."""
    import pyarrow as pa

    columns = {name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
               for name, column in zip(observations.column_names, observations.columns, strict=True)}  # fmt: skip
    return pa.table(columns)


@dataclass(frozen=True)
class RunView:
    """One finished run. The first four are `LEFT_OUT` where every list was.

    All frames hold text ('' = none) except ``over`` (nullable Int64); moments are ISO text.

    ``findings``: the columns of findings.csv, one row a finding, sorted as for the file.
    ``listed``: one truth value a finding: does it belong on people's lists (open, or past within look-back; child living; not waived)?
    ``cannot_tell``: observations that are cannot_tell and open: rule_id, title, severity, child_id, table, record_id, class, team,
    worker_id, message.
    ``due_soon``: not_yet_due observations of the next working days: the same columns and due_at.
    ``rules``: rules.csv. Status ``not_evaluated`` and ``rule_error`` are shown with their ``why``; any other status is not.
    ``quality``: quality.csv: file, row, column, value, problem, stopped.
    ``info``: run.json. Read here: ``as_of`` (required, ``YYYY-MM-DD``); where present ``data_up_to``, ``children`` (a number),
    ``profile``, ``version``, ``rulebook``, ``incomplete`` (sentences that say why ``complete`` is False) and ``warnings`` (sentences about
    the export as a whole); ``nights`` (what the ledger says: with which run ``state`` compares).
    ``restricted``: child ids that may appear only under restricted/.
    ``records``: how good the records are; None: nothing is written about it.
    ``measures``: measures.csv; None or empty: no measure was selected.
    ``complete``: False: every page and sheet says INCOMPLETE and why.
    ``resolved``: resolved.csv: what was found last night and is not found tonight; None: there is no ledger.
    ``waivers``: the waivers that apply tonight, one row a finding waived; None: none were given.
    ``actions``: the register of actions, closed ones included, each with the team of its child and ``rule_id``, the rule that it is about
    ('' where it is about no finding); None: there is none.
    ``taking_part``: taking_part.parquet, one row a record and agency; None: it is not written.
    ``measured``: measured.parquet, one row a measure and record; None: it is not written.
    ``measured_months``: measured_months.parquet, one row a measure and month; None: it is not written.
    ``children``: children.parquet, one row a child (null = not recorded); None: it is not written.
    ``eligible``: of each evaluated rule how many children it could be judged of on an open record, and how many with those of whom it
    can't be told.
    ``book``: the rules of the run, for the case sheets; None: none are written.
    ``waiver_report``: waivers.csv: what every waiver of the file came to; None: none were given.
    ``backdated``: backdated.csv: dates that appeared late or moved since last night; None: there is no ledger.
    """

    findings: pd.DataFrame
    listed: npt.NDArray[np.bool_]
    cannot_tell: pd.DataFrame
    due_soon: pd.DataFrame
    rules: pd.DataFrame
    quality: pd.DataFrame
    info: dict[str, Any]
    restricted: frozenset[str]
    complete: bool
    measures: pd.DataFrame | None = None
    records: RecordsView | None = None
    resolved: pd.DataFrame | None = None
    waivers: pd.DataFrame | None = None
    actions: pd.DataFrame | None = None
    children: pa.Table | None = None
    taking_part: pa.Table | None = None
    measured: pa.Table | None = None
    measured_months: pa.Table | None = None
    eligible: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    book: Rulebook | None = None
    backdated: pd.DataFrame | None = None
    waiver_report: pd.DataFrame | None = None
