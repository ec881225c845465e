"""How long things are kept: nights, exports, what the ledger remembers and the lines of the log. What is deleted here was asked for.

Nights and exports go by the day in their names, the ledger by the days of its runs, the log by its own: no clock is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from auditcheck.reports.folder import discard
from auditcheck.unattended.arrived import day_of
from auditcheck.whole_file import whole_file

_NIGHT = re.compile(r"\d{4}-\d\d-\d\d")


def nights(results: Path) -> list[Path]:
    """The folders of runs, the oldest first: those called after a day that hold the run.json of one."""
    if not results.is_dir():
        return []
    found = (entry for entry in results.iterdir() if _NIGHT.fullmatch(entry.name) and (entry / "run.json").is_file())
    return sorted(entry for entry in found if not entry.is_symlink())


def outdated(names: Iterable[str], keep_nights: int, keep_months: int) -> list[str]:
    """Which nights (YYYY-MM-DD) are no longer kept: not among the newest, nor the last of one of the newest months."""
    ordered = sorted(names)
    last_of_month = {name[:7]: name for name in ordered}
    kept = set(ordered[-keep_nights:]) | {last_of_month[month] for month in sorted(last_of_month)[len(last_of_month) - keep_months :]}
    return [name for name in ordered if name not in kept]


def tidy_up(results: Path, keep_nights: int, keep_months: int) -> list[str]:
    """Remove the nights that are no longer kept; their names."""
    folders = {folder.name: folder for folder in nights(results)}
    gone = outdated(folders, keep_nights, keep_months)
    for name in gone:
        discard(folders[name])
    return gone


def tidy_exports(folder: Path, patterns: Iterable[str], keep: int) -> list[str]:
    """Remove the exports that are not among the newest ``keep`` of any pattern; their names. One without a day in its name stays."""
    dated = [entry for entry in folder.iterdir() if day_of(entry.name) and not entry.name.startswith(".") and not entry.is_symlink()]
    ordered = sorted(dated, key=lambda entry: (day_of(entry.name), entry.name))
    each = [[entry for entry in ordered if fnmatchcase(entry.name, pattern)] for pattern in patterns]
    kept = {entry for found in each for entry in found[-keep:]}
    gone = sorted({entry for found in each for entry in found} - kept)
    for entry in gone:
        discard(entry) if entry.is_dir() else entry.unlink()
    return [entry.name for entry in gone]


def shorten(log: Path, months: int) -> int:
    """Keep the lines of the newest ``months`` in which there are any; how many went. One that can't be read goes with that before it."""
    if not log.is_file():  # a device
        return 0
    lines = log.read_bytes().splitlines(keepends=True)
    written = list[str]()
    for line in lines:
        written.append(_month(line) or (written[-1] if written else ""))
    newest = sorted({month for month in written if month})[-months:]
    kept = [line for line, month in zip(lines, written, strict=True) if month in newest or not month]
    if len(kept) < len(lines):
        with whole_file(log) as new:
            new.write_bytes(b"".join(kept))
    return len(lines) - len(kept)


def _month(line: bytes) -> str:
    """YYYY-MM of a line of the log; '' where it says none."""
    try:
        return str(json.loads(line)["at"])[:7]
    except (ValueError, KeyError, TypeError):
        return ""
