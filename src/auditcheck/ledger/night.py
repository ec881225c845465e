"""One night as the ledger sees it: what a run says, taken from the run itself or from the folder that it left."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from auditcheck.ledger.observed import distinct, texts
from auditcheck.ledger.store import LedgerRefused

if TYPE_CHECKING:
    import pandas as pd


class Found(NamedTuple):
    """A finding as it stands in a run: what the ledger keeps of it. Text, '' = none; moments in ISO."""

    finding_id: str
    rule_id: str
    title: str
    child_id: str
    table: str
    record_id: str
    severity: str
    outcome: str
    standing: str
    due_at: str
    happened_at: str
    team: str
    worker_id: str
    manager_id: str


@dataclass(frozen=True)
class Night:
    """What one run says. ``found``: by finding id. ``rules``: of each rule id its status and why. ``info``: run.json.

    ``observations``: observations.parquet.
    """

    info: Mapping[str, Any]
    found: Mapping[str, Found]
    rules: Mapping[str, tuple[str, str]]
    observations: pa.Table

    @classmethod
    def of(cls, info: Mapping[str, Any], findings: pd.DataFrame, rules: pd.DataFrame, observations: pa.Table) -> Night:
        """From the tables of a run that has just been made ('' = none)."""
        rows = zip(*(findings[name].tolist() for name in Found._fields), strict=True)
        said = zip(rules["rule_id"], rules["status"], rules["why"], strict=True)
        return cls(info, {row[0]: Found(*row) for row in rows}, {rule: (status, why) for rule, status, why in said}, observations)

    @classmethod
    def read(cls, folder: Path) -> Night:
        """From the folder of a run. Raises LedgerRefused where it is none."""
        try:
            info = json.loads((folder / "run.json").read_text("utf-8"))
            table = pq.read_table(folder / "findings.parquet", columns=list(Found._fields))
            found = {row[0]: Found(*row) for row in texts(table, Found._fields)}
            with (folder / "rules.csv").open(encoding="utf-8", newline="") as text:
                rules = {row["rule_id"]: (row["status"], row["why"]) for row in csv.DictReader(text)}
            night = cls(info, found, rules, pq.read_table(folder / "observations.parquet"))
            _ = night.as_of, night.stream, night.standard
        except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
            what = f"{folder} is not the folder of a run, or not of this version"
            raise LedgerRefused(f"{what} (run.json, findings.parquet, observations.parquet and rules.csv are needed).") from error
        return night

    @property
    def as_of(self) -> str:
        """The day that it speaks of, ``YYYY-MM-DD``."""
        return str(self.info["as_of"])

    @property
    def stream(self) -> str:
        """Runs that are each other's earlier and later nights: of one profile, over one kind of export."""
        return f"{self.info['profile']} over {self.info['export']}"

    @property
    def standard(self) -> str:
        """A hash of the rules as they were applied: another one, and a due date may move without a record's having changed."""
        return str(self.info["standard"])

    @property
    def evaluated(self) -> frozenset[str]:
        """The rules that were evaluated."""
        return frozenset(rule for rule, (status, _) in self.rules.items() if status == "evaluated")

    @cached_property
    def children(self) -> frozenset[str]:
        """Children of whom any rule looked at a record."""
        return distinct(self.observations, "child_id")

    @cached_property
    def records(self) -> frozenset[str]:
        """Records that any rule looked at, as `record_key`."""
        return distinct(self.observations, "table", "record_id")


def record_key(table: str, record_id: str) -> str:
    """How a record is named in `Night.records`."""
    return f"{table}\x1f{record_id}"
