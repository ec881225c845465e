"""Records that no process survives cost their own child and no other, and never the run."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import FIRST, LATER, NORTHSHIRE, TABLES_ALONE, WRITTEN, Run, audit, folder, marked, rows, small_book

#: Where portions are audited, a process ends itself the moment it has the records of one child before it, as C code may.
DIES = """
import sys
if "auditcheck.team" in sys.orig_argv[-1]:
    import os
    from auditcheck import nightly
    audit = nightly.audit
    def dies(records, *more):
        if "{child}" in records.ids("children").to_pylist():
            os.kill(os.getpid(), 9)
        return audit(records, *more)
    nightly.audit = dies
"""


def deadly(place: Path, child: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place.mkdir()
    (place / "sitecustomize.py").write_text(DIES.format(child=child), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(place))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return small_book(tmp_path / "book")


def test_a_child_whose_records_kill_is_named_and_all_others_are_audited(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly(tmp_path / "hook", "C1", monkeypatch)
    run = audit(folder(tmp_path / "export"), tmp_path / "out", "--rules", book, "--portions", "3", "--jobs", "1", *TABLES_ALONE)
    assert run.status == 2 and "1 case could not be audited" in run.said
    assert run.findings == {(FIRST, "P3"), (WRITTEN, "P3")}
    assert [(q["file"], q["row"], q["value"], q["problem"]) for q in run.quality if "survived" in q["problem"]] == [
        ("children.csv", "2", "C1", "No process survived the records of this case (SIGKILL), so no rule was held against them.")
    ]
    assert run.info["conservation"]["holds"] and run.info["conservation"]["records"]["quality"] == 4, "C1, P1, K1 and K2"


@pytest.mark.deep
def test_its_findings_of_last_night_are_accounted_for_and_still_stand_when_it_is_back(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, ledger = folder(tmp_path / "export"), tmp_path / "ledger.sqlite"

    def night(day: str) -> Run:
        return audit(export, tmp_path / day, "--rules", book, "--portions", "3", "--ledger", ledger, *TABLES_ALONE, as_of=day)

    assert (LATER, "K2") in night("2015-06-29").findings
    deadly(tmp_path / "hook", "C1", monkeypatch)
    second = night("2015-06-30")
    assert [(row["record_id"], row["why"]) for row in rows(second.out / "resolved.csv")] == [("K2", "child_gone")]
    assert second.info["nights"]["accounted_for"]["missing"] == 0
    monkeypatch.delenv("PYTHONPATH")
    third = {(row["rule_id"], row["record_id"]): row["state"] for row in rows(night("2015-07-01").out / "findings.csv")}
    assert third[LATER, "K2"] == "continuing"


def test_where_no_process_lives_nothing_is_written(tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deadly(tmp_path / "hook", "", monkeypatch)
    hook = tmp_path / "hook" / "sitecustomize.py"
    hook.write_text("import os, sys\nif 'auditcheck.team' in sys.orig_argv[-1]:\n    os.kill(os.getpid(), 9)\n", encoding="utf-8")
    run = audit(folder(tmp_path / "export"), tmp_path / "out", "--rules", book, "--portions", "2")
    assert run.status == 2 and "Nothing could be audited: every process that tried ended (SIGKILL)." in run.said
    assert not run.out.exists()


@pytest.mark.deep
@pytest.mark.parametrize("child", [row["child_id"] for row in rows(NORTHSHIRE / "children.csv")[::20]])
def test_in_northshire(tmp_path: Path, child: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--profile", "local-example", *TABLES_ALONE, "--jobs", "2")
    whole = audit(NORTHSHIRE, tmp_path / "whole", *words)
    deadly(tmp_path / "hook", child, monkeypatch)
    run = audit(NORTHSHIRE, tmp_path / "out", *words[:2], "--jobs", "2", "--portions", "3", "--without", "board")
    gone = {q["value"] for q in run.quality if "survived" in q["problem"]}
    family = {row["child_id"]: row["family_id"] for row in rows(NORTHSHIRE / "children.csv")}
    assert child in gone and {family[one] for one in gone} == {family[child]}
    assert run.status == 2 and run.info["conservation"]["holds"] and all(marked(run.out).values())
    left = pq.read_table(whole.out / "findings.parquet").to_pylist()
    assert pq.read_table(run.out / "findings.parquet").to_pylist() == [row for row in left if row["child_id"] not in gone]
