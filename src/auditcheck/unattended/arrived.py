"""Which of the exports that lie in a folder is tonight's: the newest by the date in its name. Times of files decide nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from auditcheck.links import leads_out

_DAY = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")


class NoExport(Exception):
    """There is nothing to read tonight, or it can't be told what. The message is a sentence."""


@dataclass(frozen=True)
class Arrived:
    """One source of tonight's export. ``day``: the date in its name, None where it bears none."""

    path: Path
    day: date | None


def arrived(folder: Path, patterns: tuple[str, ...]) -> list[Arrived]:
    """The newest source of each pattern, in the order of the patterns. Raises NoExport."""
    try:
        names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as problem:
        raise NoExport(f"The folder of exports, {folder}, can't be read: {problem.strerror}.") from problem
    found = [_newest(folder, names, pattern) for pattern in patterns]
    for one in found:
        # To pass it by would give an older export for the newest.
        if leads_out(one.path, folder):
            raise NoExport(
                f"{one.path.name} in {folder} is a link that leads out of that folder, so it was not read. Put the export itself there."
            )
    return found


def _newest(folder: Path, names: list[str], pattern: str) -> Arrived:
    found = [Arrived(folder / name, day_of(name)) for name in names if fnmatchcase(name, pattern)]
    if not found:
        missing = f"{folder} is empty" if pattern == "*" else f"nothing in {folder} is called {pattern}"
        raise NoExport(f"No export has arrived: {missing}.")
    if len(found) == 1:
        return found[0]
    nameless = [one.path.name for one in found if one.day is None]
    if nameless:
        raise NoExport(
            f"{len(found)} exports in {folder} are called {pattern}, and {nameless[0]} has no date in its name, so which is the newest "
            "can't be told. Put the day into the names (2026-01-31), or leave one."
        )
    newest = max(one.day for one in found if one.day)
    latest = [one for one in found if one.day == newest]
    if len(latest) > 1:
        raise NoExport(f"Two exports of {newest} are in {folder}: {latest[0].path.name} and {latest[1].path.name}. Leave one.")
    return latest[0]


def day_of(name: str) -> date | None:
    """The last date in a name: 2026-01-31, 20260131, 2026_01_31. The year stands first: nothing else can be told without a guess."""
    for found in reversed(list(_DAY.finditer(name))):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            continue
    return None
