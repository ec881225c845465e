"""The least that any checker must do: read the files and write the tables, with nothing between: ``floor.py EXPORT WRITTEN OUT``.

EXPORT: the tables that are read, every column. WRITTEN: what a run wrote of it; its tables are what is written again, into OUT. Prints
the processor seconds: of the process's start (Python and pyarrow), of reading, and of writing. Bringing WRITTEN into memory is left out.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

READ = {".csv": pc.read_csv, ".parquet": pq.read_table}
WRITE = {".csv": pc.write_csv, ".parquet": lambda table, out: pq.write_table(table, out, compression="zstd")}


def tables(folder: Path) -> dict[str, pa.Table]:
    """Every table of a folder, by the name of its file."""
    return {file.name: READ[file.suffix](file) for file in sorted(folder.iterdir()) if file.suffix in READ}


def main(export: Path, written: Path, out: Path) -> float:
    started = time.process_time()
    held = tables(written)
    out.mkdir()
    began = time.process_time()
    given = tables(export)
    for name, table in held.items():
        WRITE[Path(name).suffix](table, out / name)
    assert given
    return started + time.process_time() - began


if __name__ == "__main__":
    print(main(*map(Path, sys.argv[1:])))
