"""How long nights are kept: the newest ones, and the last of each month for a while. Nothing but folders of runs is ever removed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from auditcheck.reports.folder import discard

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
