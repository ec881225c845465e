"""`auditcheck sample`: the draw can be made again, says whom it leaves out, and writes forms that a person can fill in."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from commands import NORTHSHIRE, TABLES_ALONE, audit, invoke, rows, small_book
from forms import Pen


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "night"
    assert audit(NORTHSHIRE, out, "--profile", "local-example", *TABLES_ALONE).status in (0, 1)
    return out


def drawn(night: Path, out: Path, *more: str, n: int = 6, seed: str = "7") -> list[dict[str, str]]:
    status, _, said = invoke("sample", "--run", night, "--n", str(n), "--seed", seed, "--out", out, *more)
    assert status == 0, said
    return rows(out / "sample.csv")


def test_the_same_seed_draws_the_same_cases_whatever_the_order_of_the_children(night: Path, tmp_path: Path) -> None:
    first = drawn(night, tmp_path / "a")
    mixed = tmp_path / "mixed"
    shutil.copytree(night, mixed)
    for name in ("children", "findings", "observations"):
        table = pq.read_table(mixed / f"{name}.parquet")
        backwards = list(range(table.num_rows - 1, -1, -1))
        pq.write_table(table.take(backwards), mixed / f"{name}.parquet")
    assert drawn(mixed, tmp_path / "b") == first
    assert drawn(night, tmp_path / "c", seed="8") != first
    forms = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.xlsx"))
    assert all((tmp_path / "a" / form).read_bytes() == (tmp_path / "b" / form).read_bytes() for form in forms)
    assert json.loads((tmp_path / "a" / "sample.json").read_text()) == json.loads((tmp_path / "b" / "sample.json").read_text())


def test_what_the_sample_is_of_is_recorded(night: Path, tmp_path: Path) -> None:
    cases = drawn(night, tmp_path / "out", "--strata", "team,plan_kind", "--high-risk", "0.5")
    record = json.loads((tmp_path / "out" / "sample.json").read_text())
    children = pq.read_table(night / "children.parquet").to_pylist()
    left_out = record["frame"]["excluded"]
    assert sum(left_out.values()) + record["frame"]["children"] == len(children)
    assert left_out["the child has died"] == 1 and left_out["the child is restricted"] == 1
    assert (record["seed"], record["asked"], record["drawn"]) == ("7", 6, 6)
    assert sum(case["risk"] == "high" for case in cases) == record["high_risk_drawn"] >= 3
    by_stratum = Counter(case["stratum"] for case in cases)
    for stratum in record["allocation"]:
        assert by_stratum[stratum["stratum"]] == stratum["drawn"]
    # Weights stand for everybody in the strata that were drawn from.
    reached = sum(stratum["children"] for stratum in record["allocation"] if stratum["drawn"])
    assert sum(float(case["weight"]) for case in cases) == pytest.approx(reached, abs=0.01)


def test_a_closed_case_and_a_restricted_child_are_drawn_only_on_request(night: Path, tmp_path: Path) -> None:
    everybody = ("--with-restricted", "--with-closed")
    sealed = {row["child_id"] for row in pq.read_table(night / "children.parquet").to_pylist() if row["restricted"] == "yes"}
    assert not sealed & {case["child_id"] for case in drawn(night, tmp_path / "all", *everybody, n=99)}
    apart = rows(tmp_path / "all" / "restricted" / "sample.csv")
    assert {case["child_id"] for case in apart} == sealed
    assert [path.name for path in (tmp_path / "all" / "restricted" / "audit").iterdir()] == [f"{apart[0]['case']}-audit.xlsx"]
    held = "".join(path.read_text() for path in (tmp_path / "all").glob("*.*"))
    assert not any(child in held for child in sealed)


def test_an_audit_form_holds_what_the_run_found_and_asks_for_the_rest(night: Path, tmp_path: Path) -> None:
    case = next(case for case in drawn(night, tmp_path / "out") if case["risk"] == "high")
    pen = Pen(tmp_path / "out" / "audit" / f"{case['case']}-audit.xlsx")
    assert pen.fact("Child") == case["child_id"]
    found = {row["finding_id"]: row for row in rows(night / "findings.csv") if row["child_id"] == case["child_id"]}
    shown = {ref.partition(":")[2] for ref in pen.refs("Results", "found")}
    assert shown <= set(found) and {name for name, row in found.items() if row["standing"] == "open"} <= shown
    assert len(list(pen.refs("Results", "check"))) == 5
    questions = {row[0].value for row in pen.book["Questions"].iter_rows(min_row=5) if row[0].value}
    asked = {rule["rule_id"] for rule in rows(night / "rules.csv") if rule["kind"] == "auditor" and rule["status"] != "not_selected"}
    assert questions == {rule for rule in asked if not rule.startswith("QA-")}
    for sheet, ref, heading, first in (("Case", "grade", "Answer", "Outstanding"), ("Themes", "voice", "Grade", "Outstanding")):
        cell = pen.cell(sheet, ref, heading)
        check = next(one for one in pen.book[sheet].data_validations.dataValidation if cell.coordinate in one.sqref)
        assert first in str(check.formula1)


@pytest.mark.parametrize("kind", ["audit", "moderation"])
def test_a_form_is_locked_but_where_it_is_filled_in_and_holds_no_formula(night: Path, tmp_path: Path, kind: str) -> None:
    case = drawn(night, tmp_path / "out", n=1)[0]["case"]
    book = openpyxl.load_workbook(tmp_path / "out" / kind / f"{case}-{kind}.xlsx")
    for page in book.worksheets:
        cells = [cell for row in page.iter_rows() for cell in row]
        assert not any(cell.data_type == "f" for cell in cells)
        assert all(cell.protection.locked for cell in cells if cell.value is not None)
        assert page.page_setup.paperSize == 9 and page.page_setup.fitToHeight == 0
        assert page.protection.sheet or all(cell.protection.locked for cell in cells)


def test_a_moderator_sees_nothing_of_the_audit(night: Path, tmp_path: Path) -> None:
    case = drawn(night, tmp_path / "out", n=1)[0]["case"]
    book = openpyxl.load_workbook(tmp_path / "out" / "moderation" / f"{case}-moderation.xlsx")
    assert [page.title for page in book.worksheets] == ["Case", "Results", "Themes", "After both grades"]
    assert "Auditor" not in [cell.value for cell in book["Results"][4]]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--strata", "teem"), "Children can't be stratified by 'teem', did you mean 'team'? They can by team, plan_kind"),
        (("--strata", "team,team"), "names one twice"),
        (("--run", "."), "holds no run.json"),
        (("--rules", "{rules}"), "made with other rules"),
        (("--seed", " "), "--seed is blank"),
    ],
)
def test_what_can_not_be_drawn_is_a_sentence(night: Path, tmp_path: Path, more: tuple[str, ...], says: str) -> None:
    rules = small_book(tmp_path / "rules")
    words = [word.format(rules=rules) for word in more]
    status, _, said = invoke("sample", "--run", night, "--n", "3", "--seed", "7", "--out", tmp_path / "out", *words)
    assert status == 2 and says in said and not (tmp_path / "out").exists()


def test_too_few_cases_for_the_strata_is_said(night: Path, tmp_path: Path) -> None:
    words = ("sample", "--run", night, "--n", "4", "--seed", "7", "--strata", "team,plan_kind,risk", "--at-least", "5")
    status, _, said = invoke(*words, "--out", tmp_path / "out")
    assert status == 0
    assert "4 cases are too few for 5 from each of" in said and "Nobody was drawn from" in said
