"""The files for other programs: CSV that is safe to open in Excel, Parquet, and run.json. The same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    import pyarrow as pa

    from auditcheck.reports.view import RecordsView, RunView

#: What a spreadsheet would take for a formula: these first characters (their full-width twins too), unless the whole cell is a number.
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001
_NUMBER = r"^[+\-]?[0-9]+([.][0-9]+)?$"


def write_tables(folder: Path, view: RunView, observations: Iterable[pa.Table], findings: Iterable[pa.Table] | None = None) -> None:
    """Write findings as .csv and .parquet; observations, children as .parquet; rules, quality, completeness, measures as .csv; run.json.

    With a ledger also resolved.csv and backdated.csv, with waivers waivers.csv. ``findings``: in parts, where the view has none.
    """
    write_findings(folder, [as_arrow(view.findings)] if findings is None else map(blank_is_null, findings))
    write_csv(folder / "rules.csv", view.rules)
    write_csv(folder / "quality.csv", view.quality)
    if view.records is not None:
        write_csv(folder / "completeness.csv", _completeness(view.records))
    if view.measures is not None:
        write_csv(folder / "measures.csv", view.measures)
    for name, frame in (("resolved.csv", view.resolved), ("backdated.csv", view.backdated), ("waivers.csv", view.waiver_report)):
        if frame is not None:
            write_csv(folder / name, frame)
    write_parquet(folder / "observations.parquet", observations)
    if view.children is not None:
        write_parquet(folder / "children.parquet", [view.children])
    for name in ("taking_part", "measured", "measured_months"):
        if (table := getattr(view, name)) is not None:
            write_parquet(folder / f"{name}.parquet", [table])
    (folder / "run.json").write_text(json.dumps(view.info, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def write_findings(folder: Path, parts: Iterable[pa.Table]) -> None:
    """Write findings.csv and findings.parquet, a part at a time."""
    import pyarrow.csv as pa_csv

    def written() -> Iterator[pa.Table]:
        csv = None
        try:
            for part in parts:
                csv = csv or pa_csv.CSVWriter(folder / "findings.csv", part.schema)
                csv.write_table(inert(part))
                yield part
        finally:
            if csv:
                csv.close()

    write_parquet(folder / "findings.parquet", written())


def _completeness(records: RecordsView) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [vars(fill) for fill in records.fills], columns=["table", "field", "records", "filled", "placeholder", "unreadable"]
    )


def write_csv(path: Path | pa.NativeFile, frame: pd.DataFrame) -> None:
    """Write a frame as UTF-8 CSV, text quoted; a missing value is an empty cell and text that starts like a formula gets an apostrophe."""
    import pyarrow.csv as pa_csv

    pa_csv.write_csv(inert(as_arrow(frame)), path)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A few rows of text as CSV for standard output, as safe as in a file."""
    import pandas as pd
    import pyarrow as pa

    with pa.BufferOutputStream() as text:
        write_csv(text, pd.DataFrame(list(rows), columns=list(columns), dtype="str"))
        return str(text.getvalue().to_pybytes().decode())


def inert(table: pa.Table) -> pa.Table:
    """The table with an apostrophe before every text that starts like a formula."""
    return _each_text(table, _inert)


def _inert(texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    risky = pc.and_not(pc.match_substring_regex(texts, _FORMULA), pc.match_substring_regex(texts, _NUMBER))
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts) if pc.any(risky).as_py() else texts


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """The frame as an Arrow table: '' becomes null, and nothing about the library that made it is kept."""
    import pyarrow as pa

    return blank_is_null(pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None))


def blank_is_null(table: pa.Table) -> pa.Table:
    """The table with null for every ''."""
    return _each_text(table, _blank_is_null)


def _blank_is_null(texts: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = texts.cast(pa.string())
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _each_text(table: pa.Table, change: Callable[[pa.Array], pa.Array]) -> pa.Table:
    """The table with every text changed; where the same texts come again and again each is changed once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def changed(chunk: pa.Array) -> pa.Array:
        if pa.types.is_dictionary(chunk.type):
            words = change(chunk.dictionary)
            known = words.drop_null()
            return pa.DictionaryArray.from_arrays(pc.index_in(words, value_set=known).take(chunk.indices), known)
        return change(chunk)

    for place, field in enumerate(table.schema):
        words = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(words) or pa.types.is_large_string(words):
            chunks = [changed(chunk) for chunk in table.column(place).chunks]
            table = table.set_column(place, field.name, pa.chunked_array(chunks, None if chunks else field.type))
    return table


def write_parquet(path: Path, parts: Iterable[pa.Table]) -> None:
    """Write Arrow tables as one Parquet file; none where there is no table."""
    with parquet_file(path) as write:
        for part in parts:
            write(part)


@contextmanager
def parquet_file(path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """A Parquet file that takes one table after the other; it begins with the first. It is read as plain text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with ExitStack() as open_:
        writers: list[pq.ParquetWriter] = []

        def write(part: pa.Table) -> None:
            if not writers:
                # Least and greatest value only where a reader looks for one; no dictionary of what is nearly always another word.
                coded = [column.name for column in part.schema if pa.types.is_dictionary(column.type) and column.name != "child_id"]
                sought = [name for name in ("rule_id", "child_id") if name in part.schema.names]
                how = {"compression": "zstd", "store_schema": False, "use_dictionary": coded or True, "write_statistics": sought}
                writers.append(open_.enter_context(pq.ParquetWriter(path, part.schema, **how)))
            writers[0].write_table(part)

        yield write
