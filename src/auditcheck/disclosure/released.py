"""What has left the service: every table of every pack, so that the next one cannot be subtracted from it.

A file of JSON lines, one a table, readable by its owner only. It holds what was printed and what each row joined, never a hidden count.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

from auditcheck.disclosure.blocks import Part, days
from auditcheck.disclosure.raw import Frame
from auditcheck.disclosure.safe import Safe
from auditcheck.whole_file import whole_file

try:
    import fcntl
except ImportError:  # Windows
    CAN_LOCK = False
else:
    CAN_LOCK = True


class LedgerUnreadable(Exception):
    """The file of what was released can't be read; nothing may be released until it can."""


class NotReleased(Exception):
    """What is to be released can't be put down, so it may not leave. The message is a sentence; the file is as it was."""


_MEANWHILE = "Another pack was put down in {} while this one was made. Nothing was written. Make it again."


@dataclass(frozen=True)
class Published(Frame):
    """A table as it was printed. ``cells``: of each combination of parts its counts, None where hidden. ``between`` needs the rest."""

    cells: Mapping[tuple[Part, ...], Mapping[str, int | None]]
    round_to: int = 1
    least_hidden: int = 1

    def between(self, value: int | None) -> tuple[float, float]:
        """What a count may have been, given what was printed of it."""
        if value is None:
            return self.least_hidden, inf
        return (value - self.round_to // 2, value + (self.round_to - 1) // 2) if value else (0, 0)


@dataclass
class Released:
    """Everything that was released before. ``Released()`` is a service that has released nothing."""

    tables: list[Published] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Released:
        """What the file holds; nothing where there is no file yet. Raises `LedgerUnreadable`, naming the line."""
        if not path.exists():
            return cls()
        found = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found.append(_table(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as problem:
                raise LedgerUnreadable(
                    f"{path.name}, line {number}, is not a released table ({problem}). Restore the file from a copy: "
                    "without it, nobody can tell what a new figure would give away."
                ) from problem
        return cls(found)

    def add(self, tables: Sequence[Safe], path: Path | None = None) -> None:
        """Put down that these tables are released now; what was released in the same words before is not said twice. Raises NotReleased."""
        before, lines, known = len(self.tables), [], {json.dumps(_record(table), sort_keys=True) for table in self.tables}
        for table in map(published, tables):
            line = json.dumps(_record(table), sort_keys=True)
            if line not in known:
                known.add(line)
                lines.append(line)
                self.tables.append(table)
        if path is not None and lines:
            _put_down(path, self.tables[:before], lines)


def _put_down(path: Path, known: Sequence[Published], lines: Sequence[str]) -> None:
    """Add lines to a file that holds what is known: all of them or none. Half of one would stop every later release."""
    path = path.resolve()
    try:
        with _alone(path):
            if Released.read(path).tables != list(known):
                raise NotReleased(_MEANWHILE.format(path.name))
            held = path.read_text(encoding="utf-8") if path.exists() else ""
            gap = "\n" if held and not held.endswith("\n") else ""
            with whole_file(path) as new:
                new.write_text(held + gap + "".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    except OSError as problem:
        why = f"can't be put down in {path.name}: {problem.strerror}"
        raise NotReleased(f"What is to be released {why}. Nothing was written, and {path.name} is as it was.") from problem


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else puts anything down meanwhile, where the system can lock a folder. Raises NotReleased where somebody does."""
    if not CAN_LOCK:
        yield
        return
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network shares can't
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotReleased(_MEANWHILE.format(path.name)) from None
        yield
    finally:
        os.close(handle)


def published(table: Safe) -> Published:
    """What a table tells to somebody who reads it."""
    cells = {row.parts: dict(row.shown) for row in table.rows}
    known = (table.name, table.population, table.dimensions, cells, table.policy.round_to, table.policy.least_hidden)
    return Published(*known, counts=table.counts, fixed=table.fixed, overlapping=table.overlapping, alike=table.alike)


def _record(table: Published) -> dict[str, Any]:
    return {
        "name": table.name,
        "population": table.population,
        "dimensions": list(table.dimensions),
        "counts": {name: sorted(outcomes) for name, outcomes in table.counts.items()},
        "fixed": {name: _written(part) for name, part in table.fixed.items()},
        "cells": [{"parts": [_written(part) for part in key], "shown": dict(shown)} for key, shown in table.cells.items()],
        "overlapping": sorted(table.overlapping),
        **({"alike": sorted(table.alike)} if table.alike else {}),
        "round_to": table.round_to,
        "least_hidden": table.least_hidden,
    }


def _table(record: Mapping[str, Any]) -> Published:
    return Published(
        record["name"],
        record["population"],
        tuple(record["dimensions"]),
        {tuple(map(_read, cell["parts"])): dict(cell["shown"]) for cell in record["cells"]},
        int(record["round_to"]),
        int(record["least_hidden"]),
        counts={name: frozenset(outcomes) for name, outcomes in record["counts"].items()},
        fixed={name: _read(part) for name, part in record["fixed"].items()},
        overlapping=frozenset(record["overlapping"]),
        alike=frozenset(record.get("alike", ())),
    )


def _written(part: Part) -> dict[str, Any]:
    if part.members is None:
        return {"label": part.label}
    if all(isinstance(member, int) for member in part.members):
        ends = [date.fromordinal(int(end(part.members))).isoformat() for end in (min, max)]
        return {"label": part.label, "days": ends}
    return {"label": part.label, "of": sorted(map(str, part.members))}


def _read(part: Mapping[str, Any]) -> Part:
    if "days" in part:
        first, last = map(date.fromisoformat, part["days"])
        return days(part["label"], first, last)
    return Part(part["label"], frozenset(part["of"]) if "of" in part else None)
