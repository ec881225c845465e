"""The files for other programs: CSV that is safe to open in Excel, Parquet, and run.json. The same input gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    import pyarrow as pa

    from auditcheck.reports.view import RecordsView, RunView

#: What a spreadsheet would take for a formula: these first characters (their full-width twins too), unless the whole cell is a number.
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001
_NUMBER = r"^[+\-]?[0-9]+([.][0-9]+)?$"


def write_tables(folder: Path, view: RunView, observations: pa.Table) -> None:
    """Write findings as .csv and .parquet; observations, children as .parquet; rules, quality, completeness, measures as .csv; run.json.

    With a ledger also resolved.csv and backdated.csv, with waivers waivers.csv.
    """
    write_csv(folder / "findings.csv", view.findings)
    write_csv(folder / "rules.csv", view.rules)
    write_csv(folder / "quality.csv", view.quality)
    if view.records is not None:
        write_csv(folder / "completeness.csv", _completeness(view.records))
    if view.measures is not None:
        write_csv(folder / "measures.csv", view.measures)
    for name, frame in (("resolved.csv", view.resolved), ("backdated.csv", view.backdated), ("waivers.csv", view.waiver_report)):
        if frame is not None:
            write_csv(folder / name, frame)
    write_parquet(folder / "findings.parquet", as_arrow(view.findings))
    write_parquet(folder / "observations.parquet", observations)
    if view.children is not None:
        write_parquet(folder / "children.parquet", view.children)
    if view.taking_part is not None:
        write_parquet(folder / "taking_part.parquet", view.taking_part)
    (folder / "run.json").write_text(json.dumps(view.info, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _completeness(records: RecordsView) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [vars(fill) for fill in records.fills], columns=["table", "field", "records", "filled", "placeholder", "unreadable"]
    )


def write_csv(path: Path | pa.NativeFile, frame: pd.DataFrame) -> None:
    """Write a frame as UTF-8 CSV, text quoted; a missing value is an empty cell and text that starts like a formula gets an apostrophe."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    table = as_arrow(frame)
    for place, name in enumerate(table.column_names):
        if pa.types.is_string(table.field(place).type):
            table = table.set_column(place, name, _inert(table.column(place)))
    pa_csv.write_csv(table, path)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A few rows of text as CSV for standard output, as safe as in a file."""
    import pandas as pd
    import pyarrow as pa

    with pa.BufferOutputStream() as text:
        write_csv(text, pd.DataFrame(list(rows), columns=list(columns), dtype="str"))
        return str(text.getvalue().to_pybytes().decode())


def _inert(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    risky = pc.and_not(pc.match_substring_regex(texts, _FORMULA), pc.match_substring_regex(texts, _NUMBER))
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts) if pc.any(risky).as_py() else texts


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """The frame as an Arrow table: '' becomes null, and nothing about the library that made it is kept."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    for place, name in enumerate(table.column_names):
        values = table.column(place)
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            values = values.cast(pa.string())
            values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
        table = table.set_column(place, name, values)
    return table


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write an Arrow table as Parquet."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")
