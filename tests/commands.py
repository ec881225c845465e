"""Runs the command line as a person would, over a small export that a test spoils in one place."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
from click.testing import CliRunner

from auditcheck.cli import main

ROOT = Path(__file__).parents[1]
NORTHSHIRE = ROOT / "fixtures" / "northshire"

#: For a run of which a test reads the tables alone: making the lists takes longer than all the rest.
TABLES_ALONE = ("--without", "workbook", "--without", "pages", "--without", "cases", "--without", "board")
#: C1 has a review overdue (high), C2 is not due, C3 is sealed and has neither a review (high) nor a written plan (medium).
GOOD = {
    "children.csv": "child_id,restricted\nC1,\nC2,\nC3,yes\n",
    "plans.csv": (
        "plan_id,child_id,kind,started_on,document_on\n"
        "P1,C1,child_protection,2014-01-10,2014-01-15\n"
        "P2,C2,child_protection,2015-06-20,\n"
        "P3,C3,child_protection,2014-01-10,\n"
    ),
    "conferences.csv": (
        "conference_id,child_id,plan_id,kind,held_at\n"
        "K1,C1,P1,initial,2014-01-10T10:00\n"
        "K2,C1,P1,review,2014-03-20T10:00\n"
        "K3,C2,P2,initial,2015-06-20T10:00\n"
    ),
}
FIRST, LATER, WRITTEN = "CPC-RCPC1-11", "CPC-RCPC2-12", "CPP-EXIST-01"
OUTCOMES = {
    (FIRST, "P1"): "met",
    (FIRST, "P2"): "not_yet_due",
    (FIRST, "P3"): "not_met",
    (LATER, "K2"): "not_met",
    (WRITTEN, "P1"): "met",
    (WRITTEN, "P2"): "not_yet_due",
    (WRITTEN, "P3"): "not_met",
}


@dataclass(frozen=True)
class Run:
    """One run: its exit code, what it said on standard error, and the folder it was to fill."""

    status: int
    said: str
    out: Path

    @cached_property
    def quality(self) -> list[dict[str, str]]:
        return rows(self.out / "quality.csv")

    @cached_property
    def findings(self) -> set[tuple[str, str]]:
        return {(row["rule_id"], row["record_id"]) for row in rows(self.out / "findings.csv")}

    @cached_property
    def rules(self) -> dict[str, dict[str, str]]:
        return {row["rule_id"]: row for row in rows(self.out / "rules.csv")}

    @cached_property
    def outcomes(self) -> dict[tuple[str, str], str]:
        held = pq.read_table(self.out / "observations.parquet", columns=["rule_id", "record_id", "outcome"]).to_pylist()
        return {(row["rule_id"], row["record_id"]): row["outcome"] for row in held}

    @cached_property
    def info(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.out / "run.json").read_text("utf-8"))
        return read

    def told(self, file: str) -> list[tuple[str, str, str, str]]:
        """(row, column, value, problem) of every line of quality.csv about a file."""
        return [(q["row"], q["column"], q["value"], q["problem"]) for q in self.quality if q["file"] == file]


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file, as mappings."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def invoke(*words: str | Path) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of a command, which may end but never break."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    assert "A fault in auditcheck itself" not in result.output
    return result.exit_code, result.stdout, result.stderr


def process(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own, its output in pipes."""
    ours = {"PYTHONPATH": os.pathsep.join([environment.pop("blocker", ""), str(ROOT / "src")]).strip(os.pathsep)}
    return subprocess.run(
        [sys.executable, "-m", "auditcheck", *map(str, words)], capture_output=True, text=True, env=os.environ | ours | environment
    )


def control_characters(text: str) -> set[str]:
    """What a text holds besides plain characters and line feeds."""
    return {c for c in text if not c.isprintable() and c != "\n"}


def audit(export: Path, out: Path, *more: str | Path, as_of: str | None = "2015-06-30") -> Run:
    """`auditcheck run` over an export."""
    day = ["--as-of", as_of] if as_of else []
    status, _, said = invoke("run", export, *day, "--out", out, *more)
    return Run(status, said, out)


def marked(out: Path) -> dict[str, bool]:
    """Every page and workbook of a run but the board's, and whether each (a workbook: each of its sheets) says INCOMPLETE."""
    ours = [path for path in out.rglob("*") if path.parent.name != "board"]
    pages = {str(p.relative_to(out)): "INCOMPLETE" in p.read_text("utf-8") for p in ours if p.suffix == ".html"}
    for path in (path for path in ours if path.suffix == ".xlsx"):
        sheets = openpyxl.load_workbook(path).worksheets
        texts = [
            str([list(row) for row in sheet.values]) + str(sheet.oddHeader.left.text) + str(sheet.oddFooter.left.text) for sheet in sheets
        ]
        pages[str(path.relative_to(out))] = all("INCOMPLETE" in text for text in texts)
    return pages


def folder(place: Path, changed: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The small export with some of its files changed (None: left out)."""
    place.mkdir(parents=True)
    for name, data in (GOOD | dict(changed or {})).items():
        if data is not None:
            (place / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return place


def small_book(place: Path, *more: str) -> Path:
    """A folder with three of the shipped rules (and ``more``): reading all of them for each bad export would only take time."""
    for name in ("editions.yaml", f"conference/{FIRST}.yaml", f"conference/{LATER}.yaml", f"plan/{WRITTEN}.yaml", *more):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "rules" / name, place / name)
    return place
