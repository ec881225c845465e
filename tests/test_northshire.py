"""The invented authority of Northshire: its generator still writes what is committed, and the audit finds what was planted, exactly."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from running import book

from auditcheck import clock, exports, nightly
from auditcheck.checks.verdict import NOT_MET
from auditcheck.judgement import bridge
from auditcheck.judgement.process import EngineProcess
from auditcheck.results import Results
from auditcheck.rulebook.profile import apply

FIXTURES = Path(__file__).parents[1] / "fixtures"


def test_generator_writes_the_committed_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(FIXTURES / "make_northshire.py"), str(tmp_path)], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in (FIXTURES / "northshire").iterdir()}
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "northshire" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("northshire") / "out"
    done = nightly.run(nightly.Order(FIXTURES / "northshire", out, date(2015, 6, 30), "local-example", fail_on="never"))
    assert done.status == 0
    return out


def observed(run: Path) -> list[dict[str, str]]:
    return [{k: "" if v is None else str(v) for k, v in row.items()} for row in pq.read_table(run / "observations.parquet").to_pylist()]


def test_every_planted_breach_is_found_and_nothing_that_was_not_planted(run: Path) -> None:
    key = ("rule_id", "table", "record_id", "class", "outcome")
    telling = ("not_met", "justified", "cannot_tell")
    planned = {row["rule_id"] for row in rows("expected.csv")}
    found = {tuple(row[k] for k in key) for row in observed(run) if row["outcome"] in telling and row["rule_id"] in planned}
    assert len(planned) == 45
    assert found == {tuple(row[k] for k in key) for row in rows("expected.csv")}


def test_every_rule_is_both_met_and_broken(run: Path) -> None:
    outcomes: dict[str, set[str]] = {}
    for row in observed(run):
        outcomes.setdefault(row["rule_id"], set()).add(row["outcome"])
    planned = {row["rule_id"] for row in rows("expected.csv")}
    assert [rule for rule in sorted(planned) if not {"met", "not_met"} <= outcomes[rule]] == []


def test_the_oddities_are_listed(run: Path) -> None:
    with (run / "quality.csv").open(encoding="utf-8", newline="") as file:
        listed = {(row["file"], row["column"], row["value"]) for row in csv.DictReader(file)}
    assert {(row["file"], row["column"], row["value"]) for row in rows("expected_quality.csv")} <= listed


def test_the_committed_sample_is_what_a_fresh_run_leaves(run: Path) -> None:
    sample = FIXTURES.parent / "reports" / "sample"
    names = sorted(str(path.relative_to(sample)) for path in sample.rglob("*") if path.is_file())
    assert names == sorted(str(path.relative_to(run)) for path in run.rglob("*") if path.is_file())
    for name in names:
        if name.endswith((".csv", ".html", ".md")) or name.startswith("board/figures"):
            assert (run / name).read_bytes() == (sample / name).read_bytes(), name
        elif name.endswith(".parquet"):
            assert pq.read_table(run / name).equals(pq.read_table(sample / name)), name
        elif name.endswith(".xlsx"):
            assert cells(run / name) == cells(sample / name), name
        else:
            fresh, committed = (json.loads((folder / name).read_text("utf-8")) | {"durations": {}} for folder in (run, sample))
            assert fresh == committed


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path)}


def test_a_composed_finding_names_what_it_stands_on(run: Path) -> None:
    findings = pq.read_table(run / "findings.parquet").to_pylist()
    stands_on = {row["rule_id"]: row["because"] for row in findings if row["kind"] == "composed"}
    assert {"CLS-PREM-03", "CPP-DRIVE-01", "DRF-COMP-01", "VIS-UNSEEN-01"} <= set(stands_on)
    assert "DRF-15M-01 plans" in stands_on["DRF-COMP-01"] and "CPP-DONE-20 plan_actions" in stands_on["CPP-DRIVE-01"]


def test_without_the_joins_in_durable_rules_the_composed_findings_cannot_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum((o.verdict.outcome == NOT_MET).sum() for o in audited().judged.composed) > 0
    bridge._judge.cache_clear()  # it remembers what the engine said of these cases
    monkeypatch.setattr(EngineProcess, "conclude", lambda self, facts: [])
    assert sum((o.verdict.outcome == NOT_MET).sum() for o in audited().judged.composed) == 0
    bridge._judge.cache_clear()


def audited() -> Results:
    rules = apply(book(), "local-example")
    return nightly.audit(exports.read(FIXTURES / "northshire"), rules, book(), clock.day_number(date(2015, 6, 30)))
