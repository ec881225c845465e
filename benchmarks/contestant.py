"""One contestant in a process of its own: ``contestant.py MODULE FOLDER OUT [--children N] [--seconds S] [--gigabytes G]``.

Reads the tables into memory, lets the module make ready and calls `found` on a few children, for starting up (processes, calendars, late
imports) is not checking; then measures a call on all. Writes processor seconds of both and the findings to OUT as JSON. What needs more
seconds or memory than it may have is killed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import time
from contextlib import suppress
from pathlib import Path

import pyarrow.compute as pc
from rules12 import Tables, tables_of

#: So many children are enough to start up with.
FIRST = 50


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("module")
    ask.add_argument("folder", type=Path)
    ask.add_argument("out", type=Path)
    ask.add_argument("--call", default="found")
    ask.add_argument("--cold", action="store_true", help="without the call before")
    ask.add_argument("--children", type=int)
    ask.add_argument("--seconds", type=int, default=600)
    ask.add_argument("--gigabytes", type=int, default=8)
    given = ask.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (given.gigabytes << 30, given.gigabytes << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (given.seconds, given.seconds))
    tables = some(tables_of(given.folder), given.children)
    module = importlib.import_module(given.module)
    prepared = module.ready()
    more = [prepared] if prepared is not None else []
    call, began = getattr(module, given.call), spent()
    if not given.cold:
        call(some(tables, FIRST), *more)
    started, found = spent(), call(tables, *more)
    said = {"start": started - began, "seconds": spent() - started, "findings": sorted(found)}
    given.out.write_text(json.dumps(said))


def spent() -> float:
    """Processor seconds of this process and of those that it started and that still run (auditcheck's engine lives in one)."""
    ticks = 0
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended meanwhile
            for pid in (task / "children").read_text().split():
                ticks += sum(int(ticks) for ticks in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def some(tables: Tables, children: int | None) -> Tables:
    """The records of the first so many children."""
    if children is None:
        return tables
    who = tables["children"]["child_id"].slice(0, children).combine_chunks()
    return {name: table.filter(pc.is_in(table["child_id"], who)) for name, table in tables.items()}


if __name__ == "__main__":
    main()
