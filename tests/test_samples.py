"""Real export files: each is read to the end, its counts are true, and no rule is claimed to have run on what it does not hold.

The files are found through AUDITCHECK_SAMPLES; they are not part of the project.
"""

from __future__ import annotations

import csv
import os
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from auditcheck import nightly

SAMPLES = os.environ.get("AUDITCHECK_SAMPLES", "")
pytestmark = pytest.mark.skipif(not SAMPLES, reason="AUDITCHECK_SAMPLES is not set")
FILES = sorted([*Path(SAMPLES).glob("annex_a/*.xlsx"), *Path(SAMPLES).glob("cin_*/*.xml")]) if SAMPLES else []
NEEDS_MORE = {"MGT-OVS-01", "SUP-REC-01", "CG-NEXT-02", "CPP-OWN-03", "CPC-REP24-04", "S47-ATT-02", "CHR-CURR-02"}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_real_file_runs_to_the_end(path: Path, tmp_path: Path) -> None:
    done = nightly.run(nightly.Order(path, tmp_path / "out", date(2024, 3, 31), "local-example", fail_on="never"))
    assert done.status == 0 and done.info["children"] > 0
    with (tmp_path / "out" / "rules.csv").open(encoding="utf-8", newline="") as file:
        status = {row["rule_id"]: (row["status"], row["why"]) for row in csv.DictReader(file)}
    assert {rule: status[rule][0] for rule in NEEDS_MORE} == dict.fromkeys(NEEDS_MORE, "not_evaluated")
    assert all(why for state, why in status.values() if state == "not_evaluated")
    assert {row["table"] for row in pq.read_table(tmp_path / "out" / "observations.parquet").to_pylist()} <= {*done.info["tables"], "cases"}


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".xml"], ids=[p.stem for p in FILES if p.suffix == ".xml"])
def test_children_and_plans_are_counted_as_the_file_holds_them(path: Path, tmp_path: Path) -> None:
    done = nightly.run(nightly.Order(path, tmp_path / "out", date(2024, 3, 31), fail_on="never"))
    root = ET.parse(path).getroot()
    children = {(e.text or "").strip() for e in root.iter("LAchildID")}
    plans = [p for name in ("ChildProtectionPlans", "CINPlanDates") for p in root.iter(name) if len(p)]
    assert done.info["children"] == len(children - {""})
    assert done.info["tables"].get("plans", 0) <= len(plans)
    with (tmp_path / "out" / "quality.csv").open(encoding="utf-8", newline="") as file:
        copies = [row for row in csv.DictReader(file) if "copy" in row["problem"]]
    assert done.info["tables"].get("plans", 0) >= len(plans) - len(copies) - sum(not p.findtext("CPPstartDate", "") for p in plans)
