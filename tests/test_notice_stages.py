"""How far something has come: what people say of it, and what the tool takes only where a figure bears it out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from audit_results import results
from commands import NORTHSHIRE, TABLES_ALONE, audit, invoke

from auditcheck.board.asked import Evidence, Shows
from auditcheck.notice.progress import BadProgress, Written
from auditcheck.notice.stages import borne_out
from auditcheck.rulebook.notices import Reference

CE = "cheshire-east-2013"
KEY = ("A notice", "IN2", "")
BETTER = Evidence("CG-FIRST-01", "First core group held in time", figure="96.3%", n="52 of 54", trend="Better: real change")


def said(stage: str = "Making a difference", shown_by: str = "") -> dict[tuple[str, str, str], Written]:
    return {KEY: Written(stage=stage, shown_by=shown_by, where="progress.csv, row 3")}


def asked(*evidence: Evidence) -> list[Shows]:
    return [Shows(Reference("A notice", "IN2", "Core groups are held in time"), evidence)]


def test_a_measure_with_a_real_change_for_the_better_bears_a_difference_out() -> None:
    found = borne_out(asked(BETTER), said(shown_by="CG-FIRST-01"), None)
    assert found == {KEY: "First core group held in time: Better: real change"}


@pytest.mark.parametrize(
    "trend", ["No real change", "Worse: real change", "Higher (not good or bad)", "Too few points (6 of 12)", "The latest point is hidden"]
)
def test_nothing_less_does(trend: str) -> None:
    other = Evidence("CG-FIRST-01", "First core group held in time", figure="96.3%", n="52 of 54", trend=trend)
    with pytest.raises(BadProgress) as refused:
        borne_out(asked(other), said(shown_by="CG-FIRST-01"), None)
    assert str(refused.value).startswith("progress.csv, row 3, column stage: 'Making a difference' is not taken, as CG-FIRST-01 shows no")
    assert trend in str(refused.value) and "Say 'Being used', or name another measure" in str(refused.value)
    assert borne_out(asked(other), said("Being used", "CG-FIRST-01"), None) == {KEY: f"First core group held in time: {trend}"}


def test_a_difference_that_nothing_is_named_for_is_refused() -> None:
    with pytest.raises(BadProgress, match="as shown_by is empty"):
        borne_out(asked(BETTER), said(), None)
    assert borne_out(asked(BETTER), said("In place"), None) == {}


def test_what_is_no_evidence_of_it_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadProgress) as refused:
        borne_out(asked(BETTER), said("In place", "CG-FIRST-02"), None)
    assert "row 3, column shown_by: 'CG-FIRST-02' is no evidence of IN2, expected one of CG-FIRST-01" in str(refused.value)
    assert "did you mean 'CG-FIRST-01'?" in str(refused.value)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    assert audit(NORTHSHIRE, out, "--profile", CE, "--fail-on", "never", *TABLES_ALONE).status == 0
    return out


def notice(run: Path, place: Path, row: str, *more: str | Path) -> tuple[int, str]:
    place.mkdir(exist_ok=True)
    (file := place / "progress.csv").write_text(
        f"document,place,stage,confidence,shown_by\nCheshire East progress table,{row}\n", encoding="utf-8"
    )
    status, _, told = invoke("notice", run, "--profile", CE, "--out", place / "out", "--progress", file, *more)
    return status, told


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("IN2,Making a difference,strong,AGG-TIMELY-26", "'Making a difference' is not taken, as AGG-TIMELY-26 shows no real change"),
        ("IN2,Making a difference,strong,", "'Making a difference' is not taken, as shown_by is empty"),
        ("IN3,Making a difference,strong,voice", "column shown_by: 'voice' is a theme of audits, and none were given: say --audits DIR"),
        ("IN2,In the place,,", "column stage: 'In the place' is none, expected one of Not started, In place, Being used, Making a"),
        ("IN2,In place,sure,", "column confidence: 'sure' is none, expected one of strong, some, none"),
    ],
)
def test_the_tool_refuses(run: Path, tmp_path: Path, row: str, says: str) -> None:
    status, told = notice(run, tmp_path, row)
    assert status == 2 and "progress.csv, row 2, column " in told and says in told and not (tmp_path / "out").exists()


def test_a_theme_of_audits_bears_it_out_and_its_figures_are_put_down(run: Path, tmp_path: Path) -> None:
    audits, ledger = results(tmp_path / "audits", [("good", "")] * 40, 40), tmp_path / "released.jsonl"
    row = "IN3,making a difference,Some,voice"
    status, told = notice(run, tmp_path, row, "--audits", audits, "--released", ledger, "--release")
    assert status == 0, told
    page = (tmp_path / "out" / "progress.html").read_text("utf-8")
    assert "Making a difference" in page and "Confidence in evidence: some" in page
    assert "Shown by: Audits, The child&#39;s voice and lived experience: 20 of 40 good or better" in page
    tables = [json.loads(line) for line in ledger.read_text("utf-8").splitlines()]
    assert [len(one["cells"]) for one in tables if one["name"] == "Themes of audits: good or better"] == [1]


def test_a_theme_that_is_hidden_bears_nothing_out(run: Path, tmp_path: Path) -> None:
    audits = results(tmp_path / "audits", [("good", "")] * 8, 8)
    status, told = notice(run, tmp_path, "IN3,Making a difference,some,voice", "--audits", audits)
    assert status == 2 and "is not taken, as what audits found of it is hidden (c)" in told
    status, told = notice(run, tmp_path, "IN3,Being used,some,voice", "--audits", audits)
    assert status == 0 and "what audits found of it is hidden (c)" in (tmp_path / "out" / "progress.html").read_text("utf-8")
