"""What a sample needs of a finished run: its children, findings and observations, read back from the run's folder."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.rulebook.load import load
from auditcheck.rulebook.model import Rule

_FILES = ("run.json", "children.parquet", "findings.parquet", "observations.parquet", "rules.csv")


class BadSample(Exception):
    """No sample can be drawn, or no form can be read. The message is a sentence for the person who asked."""


@dataclass(frozen=True)
class RunFolder:
    """A run's folder and the rules that it was made with. Frames hold text, '' where nothing is recorded."""

    place: Path
    info: dict[str, Any]
    book: dict[str, Rule]

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that the run selected, by id."""
        table = pd.read_csv(self.place / "rules.csv", dtype="str", keep_default_na=False)
        return [self.book[rule_id] for rule_id in table["rule_id"][table["status"] != "not_selected"]]

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title of every rule."""
        return {rule.id: rule.title for rule in self.book.values()}

    @cached_property
    def children(self) -> pd.DataFrame:
        """children.parquet, one row a child, by id."""
        return _frame(self.place / "children.parquet").sort_values("child_id", ignore_index=True)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """findings.parquet without what is not shown on forms."""
        wanted = ["finding_id", "rule_id", "title", "severity", "outcome", "standing", "child_id", "table", "record_id"]
        return _frame(self.place / "findings.parquet", [*wanted, "due_at", "happened_at", "message"])

    @cached_property
    def open_children(self) -> frozenset[str]:
        """Children of whom any record is open: those whose case is."""
        rows = pq.read_table(self.place / "observations.parquet", columns=["child_id"], filters=[("standing", "=", "open")])
        return frozenset(pc.unique(rows["child_id"]).to_pylist())

    @cached_property
    def untold(self) -> pd.DataFrame:
        """child_id and rule_id of every open check that could not be told."""
        wanted = [("outcome", "=", "cannot_tell"), ("standing", "=", "open")]
        return _frame(self.place / "observations.parquet", ["child_id", "rule_id"], wanted).drop_duplicates(ignore_index=True)

    def observations(self, children: Collection[str]) -> pd.DataFrame:
        """What was observed of some children."""
        wanted = ["child_id", "rule_id", "outcome", "table", "record_id", "class", "trigger_at", "due_at", "happened_at", "reason"]
        return _frame(self.place / "observations.parquet", wanted, [("child_id", "in", sorted(children))])


def run_folder(place: Path, rules: Path | None) -> RunFolder:
    """Open a run's folder. Raises BadSample where it is none, or was made with other rules; RulebookError where those can't be read."""
    for name in _FILES:
        if not (place / name).is_file():
            raise BadSample(
                f"{place} holds no {name}, so it is not the result of a run (or of an older version: run again). Name another --run."
            )
    info = json.loads((place / "run.json").read_text("utf-8"))
    book = load(rules, examples=False)
    if book.hash != info.get("rulebook"):
        raise BadSample(f"The run in {place} was made with other rules than these. Name them with --rules DIR, or run again.")
    return RunFolder(place, info, book.rules)


def _frame(path: Path, columns: list[str] | None = None, filters: list[tuple[str, str, Any]] | None = None) -> pd.DataFrame:
    return pq.read_table(path, columns=columns, filters=filters).to_pandas().fillna("")
