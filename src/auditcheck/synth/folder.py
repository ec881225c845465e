"""Case records as a folder: one CSV or Parquet file a table, written a few thousand children at a time."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from auditcheck import contract
from auditcheck.synth.almanac import AS_OF
from auditcheck.synth.authority import Row, Team, staff
from auditcheck.synth.life import Life

_ROWS_AT_ONCE = 200_000


def text(value: object) -> str:
    """A value as an export writes it: dates in ISO layout, nothing as nothing."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


class TableFiles:
    """One file a table, ``columns`` wide. Rows wait in memory until there are many of them."""

    def __init__(self, place: Path, columns: dict[str, list[str]], parquet: bool) -> None:
        self._place, self._columns, self._parquet = place, columns, parquet
        self._waiting: dict[str, list[Row]] = defaultdict(list)
        self._count = 0
        self._files: dict[str, Any] = {}
        place.mkdir(parents=True)
        for table in columns:
            self._files[table] = self._open(table)

    def add(self, table: str, rows: Iterable[Row]) -> None:
        waiting = self._waiting[table]
        before = len(waiting)
        waiting.extend(rows)
        self._count += len(waiting) - before
        if self._count >= _ROWS_AT_ONCE:
            self._flush()

    def close(self) -> None:
        self._flush()
        for file in self._files.values():
            file.close()

    def _open(self, table: str) -> Any:
        if self._parquet:
            import pyarrow as pa
            import pyarrow.parquet as pq

            schema = pa.schema([(name, pa.string()) for name in self._columns[table]])
            return pq.ParquetWriter(self._place / f"{table}.parquet", schema, compression="zstd")
        file = (self._place / f"{table}.csv").open("w", encoding="utf-8", newline="")
        csv.writer(file, lineterminator="\n").writerow(self._columns[table])
        return file

    def _flush(self) -> None:
        for table, rows in self._waiting.items():
            columns = self._columns[table]
            if self._parquet:
                import pyarrow as pa

                made = {name: pa.array([text(row.get(name)) for row in rows], pa.string()) for name in columns}
                self._files[table].write_table(pa.table(made))
            else:
                csv.writer(self._files[table], lineterminator="\n").writerows([text(row.get(name)) for name in columns] for row in rows)
        self._waiting.clear()
        self._count = 0


class Folder:
    """The writer of case records."""

    def __init__(self, place: Path, teams: list[Team], parquet: bool) -> None:
        self.export = place / "case-records"
        columns = {table: [name for name in contract.tables()[table] if name != "recorded_at"] for table in contract.supplied()}
        self._files = TableFiles(self.export, columns, parquet)
        self._files.add("workers", staff(teams))
        (self.export / "manifest.yml").write_text(f"as_of: {AS_OF}\n", encoding="utf-8")

    def add(self, life: Life) -> None:
        for table, rows in life.rows.items():
            self._files.add(table, rows)

    def close(self) -> None:
        self._files.close()

    def record_id(self, life: Life, table: str, row: Row) -> str:
        return str(next(iter(row.values())))
