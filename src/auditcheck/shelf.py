"""Where the columns of large tables lie while a run works: in a file, from which they are read as they are needed."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from auditcheck.raw import BadExport, RawTable

#: Tables of fewer rows stay in memory.
LARGE = 200_000


@dataclass
class Shelf:
    """A folder for large tables, made when it is first needed; called with a table it gives the same one back, off the memory.

    Raises BadExport where it can't be written.

    ``folder`` None: everything stays in memory.
    """

    folder: Path | None = None
    _files: int = 0

    def __call__(self, table: RawTable) -> RawTable:
        if self.folder is None or len(table) < LARGE:
            return table
        import pyarrow as pa

        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._files += 1
        file = self.folder / f"{self._files}-{table.name}.arrow"
        held = pa.table(table.columns)
        try:
            with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, held.schema) as writer:
                writer.write_table(held)
        except OSError as problem:  # of the results' disk, not of the export that is being read
            why = os.strerror(problem.errno) if problem.errno else problem
            raise BadExport(f"The table {table.name} can't be put down where the results go: {why}. Nothing was written.") from problem
        back = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
        with suppress(OSError):  # it lives on for as long as it is looked at; where the system does not let it, the folder goes later
            file.unlink()
        return replace(table, columns={name: back.column(name).chunk(0) for name in table.columns})
