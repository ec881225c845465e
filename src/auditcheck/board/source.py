"""A run as the book reads it: from its folder, or handed over by the run itself."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.board import BoardRefused
from auditcheck.board.coded import READ

if TYPE_CHECKING:
    import pyarrow as pa

    from auditcheck.reports.view import RunView

NEEDED = ("run.json", "rules.csv", "measures.csv", "observations.parquet", "children.parquet")
#: Rows of observations held at once.
BATCH = 2_000_000


class NotARun(BoardRefused):
    """Not the folder of a run that a book can be made of. The message is a sentence for the person who asked; exit 2."""


@dataclass(frozen=True)
class Run:
    """One finished run. ``observations``: its rows in batches, read anew each time; ``rules`` and ``measures``: rows of rules.csv and
    measures.csv; ``taking_part``, ``measured``, ``measured_months``: None where the run has no such file."""

    name: str
    info: Mapping[str, Any]
    rules: list[dict[str, str]]
    measures: list[dict[str, str]]
    children: pa.Table
    observations: Callable[[], Iterable[pa.Table]]
    taking_part: pa.Table | None = None
    measured: pa.Table | None = None
    measured_months: pa.Table | None = None

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.info["as_of"])

    @property
    def evaluated(self) -> list[str]:
        """The rules that judged records."""
        return [row["rule_id"] for row in self.rules if row["status"] == "evaluated" and row["met"] != ""]


def of_folder(folder: Path) -> Run:
    """Read the folder of a run.

    Raises:
        NotARun: it is none, or one of an earlier version that lacks a file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    lacking = [name for name in NEEDED if not (folder / name).is_file()]
    if lacking:
        raise NotARun(f"{folder.name} holds no {lacking[0]}, so no book can be made of it. Name the folder of a run of this version.")
    try:
        info = json.loads((folder / "run.json").read_text("utf-8"))
        date.fromisoformat(info["as_of"])
        children = pq.read_table(folder / "children.parquet")
        others = [folder / name for name in ("taking_part.parquet", "measured.parquet", "measured_months.parquet")]
        with pq.ParquetFile(folder / "observations.parquet") as file:
            missing = set(READ) - set(file.schema_arrow.names)
        if missing:
            raise NotARun(f"{folder.name}/observations.parquet has no column {min(missing)}. Run the audit again.")
        return Run(
            folder.name,
            info,
            _rows(folder / "rules.csv"),
            _rows(folder / "measures.csv"),
            children,
            _observations(folder / "observations.parquet"),
            *(pq.read_table(file) if file.is_file() else None for file in others),
        )
    except (pa.ArrowException, OSError, ValueError, KeyError, csv.Error) as problem:
        raise NotARun(f"{folder.name} can't be read as the folder of a run ({problem}). Run the audit again.") from problem


def of_view(name: str, view: RunView, observations: Callable[[], Iterable[pa.Table]]) -> Run:
    """A run that is just being written. ``observations``: its rows in batches, given anew each time."""
    if view.children is None or view.measures is None:
        raise NotARun("The run holds no children or no measures, so no book can be made of it.")
    rules, measures = (list(frame.to_dict("records")) for frame in (view.rules, view.measures))
    return Run(
        name,
        view.info,
        rules,
        measures,
        view.children,
        lambda: (some.select(list(READ)) for some in observations()),
        view.taking_part,
        view.measured,
        view.measured_months,
    )


def _observations(path: Path) -> Callable[[], Iterable[pa.Table]]:
    """What few rows there are is read once; of many, a batch at a time, as often as it is asked for."""
    import pyarrow.parquet as pq

    if pq.read_metadata(path).num_rows > BATCH:
        return lambda: _batches(path)
    table = pq.read_table(path, columns=list(READ), read_dictionary=list(READ))
    return lambda: [table]


def _batches(path: Path) -> Iterable[pa.Table]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=list(READ)) as file:
        for batch in file.iter_batches(BATCH, columns=list(READ)):
            yield pa.Table.from_batches([batch])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def profile_of(run: Run) -> str | None:
    """The profile that a run was made with, by its name; None: every active rule."""
    name = str(run.info.get("profile", ""))
    return None if name in ("", "default") else name
