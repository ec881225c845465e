"""`auditcheck sample read`: what auditors and moderators filled in comes back as grades, agreement and the tool's own precision."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from browser import SMALL_PHONE, opened, sideways, violations
from commands import NORTHSHIRE, TABLES_ALONE, audit, folder, invoke, rows, small_book
from forms import Pen, graded

WORDS = ("Outstanding", "Good", "Requires improvement to be good", "Inadequate")
RULE = "Rule, where one should have found it"
#: Auditor by row, moderator by column: forty cases (tests/test_moderation.py).
TWICE = [[1, 1, 0, 0], [0, 9, 5, 0], [0, 2, 15, 3], [0, 0, 1, 3]]

SENTENCE = (
    "40 audits were graded twice. 28 grades matched; 12 differed by one grade. 9 of the 12 were graded lower by the moderator, 3 higher."
)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("read") / "night"
    assert audit(NORTHSHIRE, out, "--profile", "local-example", *TABLES_ALONE).status in (0, 1)
    return out


@pytest.fixture(scope="module")
def blank(night: Path) -> Path:
    """Forms as they are handed out."""
    out = night.parent / "forms"
    assert invoke("sample", "--run", night, "--n", "4", "--seed", "2015Q2", "--out", out)[0] == 0
    return out


@pytest.fixture
def one(blank: Path, tmp_path: Path) -> Path:
    """The two forms of one case of high risk, audited as good and moderated as requiring improvement."""
    case = next(row["case"] for row in rows(blank / "sample.csv") if row["risk"] == "high")
    place = tmp_path / "one"
    place.mkdir()
    for kind, grade, by in (("audit", WORDS[1], "W11"), ("moderation", WORDS[2], "W12")):
        shutil.copyfile(blank / kind / f"{case}-{kind}.xlsx", place / f"{kind}.xlsx")
        graded(place / f"{kind}.xlsx", grade, by)
    return place


def back(night: Path, forms: Path, out: Path) -> tuple[int, str]:
    status, _, said = invoke("sample", "read", forms, "--run", night, "--out", out)
    return status, said


def test_forty_cases_graded_twice(tmp_path: Path) -> None:
    night, rules, filled = tmp_path / "night", small_book(tmp_path / "rules"), tmp_path / "forms"
    plans = "plan_id,child_id,kind,started_on,document_on\n" + "".join(f"P{i},C{i},child_protection,2014-01-10,\n" for i in range(40))
    export = folder(tmp_path / "export", {"children.csv": None, "conferences.csv": None, "plans.csv": plans})
    assert audit(export, night, "--rules", rules, "--without", "pages", "--without", "workbook").status < 2
    assert invoke("sample", "--run", night, "--rules", rules, "--n", "40", "--seed", "7", "--out", filled)[0] == 0
    pairs = [(i, j) for i, row in enumerate(TWICE) for j, count in enumerate(row) for _ in range(count)]
    for case, (first, second) in zip(rows(filled / "sample.csv"), pairs, strict=True):
        graded(filled / "audit" / f"{case['case']}-audit.xlsx", WORDS[first], "W11")
        graded(filled / "moderation" / f"{case['case']}-moderation.xlsx", WORDS[second], "W12")
    status, _, said = invoke("sample", "read", filled, "--run", night, "--rules", rules, "--out", tmp_path / "out")
    assert status == 0, said
    assert "40 cases planned, 40 audited with a grade, 40 of them moderated." in said and SENTENCE in said
    overall, voice = rows(tmp_path / "out" / "agreement.csv")[:2]
    shares = {"same_percent": 70, "within_one_percent": 100, "lowered_percent": 22.5, "raised_percent": 7.5}
    assert {name: float(overall[name]) for name in shares} == shares
    assert float(overall["ac2_linear"]) == pytest.approx(0.8084, abs=5e-5)
    assert voice["graded_twice"] == "0" and voice["ac2_linear"] == "" and "under 20" in voice["says"]
    (annex,) = rows(tmp_path / "out" / "agreement-annex.csv")
    figures = {"kappa": 0.5132, "kappa_linear": 0.6040, "kappa_quadratic": 0.7170, "ac1": 0.6227, "ac2_quadratic": 0.9183}
    assert {name: float(annex[name]) for name in figures} == pytest.approx(figures, abs=5e-5)
    spread = {row["grade"]: row for row in rows(tmp_path / "out" / "spread.csv") if row["theme"] == "Overall grade"}
    assert [spread[word]["cases"] for word in WORDS] == ["2", "14", "20", "4"] and spread["Good"]["percent"] == "35.0"
    sheets = openpyxl.load_workbook(tmp_path / "out" / "audits.xlsx")
    assert SENTENCE in [row[0].value for row in sheets["Start here"].iter_rows()]
    with opened(tmp_path / "out" / "audits.html", SMALL_PHONE) as page:
        assert violations(page) == [] and sideways(page) == 0
        told = page.locator("main").inner_text()
    assert (
        "14 (35.0%, weighted 35.0%)" in told and "28 (70.0%)" in told and "0.8084" in told and "Fewer than 20 cases: not worked out" in told
    )


def test_under_twenty_there_is_no_figure(night: Path, one: Path, tmp_path: Path) -> None:
    status, said = back(night, one, tmp_path / "out")
    assert status == 0 and "1 case graded twice: under 20, agreement is not worked out." in said
    assert rows(tmp_path / "out" / "agreement-annex.csv") == []
    assert {row["percent"] for row in rows(tmp_path / "out" / "spread.csv")} == {""}
    (grade,) = rows(tmp_path / "out" / "grades.csv")
    assert (grade["auditor"], grade["moderator"], grade["agreed"]) == ("good", "requires_improvement", "")
    (kept,) = rows(tmp_path / "out" / "audits.csv")
    expected = {"audited_on": "2015-07-10", "grade": "good", "moderated_by": "W12", "moderated_grade": "requires_improvement"}
    assert expected.items() <= kept.items()


def test_where_auditor_and_tool_differ_is_the_tools_precision(night: Path, one: Path, tmp_path: Path) -> None:
    pen = Pen(one / "audit.xlsx")
    found, checks = list(pen.refs("Results", "found")), list(pen.refs("Results", "check"))
    pen.put("Results", found[0], "Agree", "Auditor")
    pen.put("Results", found[1], "Disagree", "Auditor")
    pen.put("Results", checks[0], "Disagree", "Auditor")
    pen.put("Results", checks[1], "Agree", "Auditor")
    pen.put("Results", next(pen.refs("Results", "met")), "Disagree", "Auditor")
    pen.put("Not found", "1", "VIS-CP-01", RULE)
    pen.save()
    status, said = back(night, one, tmp_path / "out")
    assert status == 0, said
    table = {row["rule_id"]: row for row in rows(tmp_path / "out" / "precision.csv")}
    every = table["all rules"]
    expected = {"found_right": 1, "found_wrong": 1, "precision_percent": 50, "precision_low": 9.5, "precision_high": 90.5}
    expected |= {"met_checked_right": 1, "met_checked_wrong": 1, "missed_percent": 50, "missed_elsewhere": 2}
    assert {name: float(every[name]) for name in expected} == expected
    assert int(every["findings_not_judged"]) == len(found) - 2
    assert table["VIS-CP-01"]["missed_elsewhere"] >= "1"
    judged = rows(tmp_path / "out" / "judged.csv")
    assert {row["finding_id"] for row in judged if row["what"] == "found"} == {ref.partition(":")[2] for ref in found[:2]}


def test_what_people_write_stays_with_the_service(night: Path, one: Path, tmp_path: Path) -> None:
    pen = Pen(one / "audit.xlsx")
    secret = "Zebedee said that he feels safe"
    pen.put("Case", "why", secret)
    pen.put("Themes", "voice", secret, "What shows it")
    pen.put("Questions", "REC-KEY-02", secret, "What shows it")
    pen.put("Questions", "REC-KEY-02", "Partly")
    pen.save()
    status, said = back(night, one, tmp_path / "out")
    assert status == 0 and secret not in said
    assert [row["text"] for row in rows(tmp_path / "out" / "own-use" / "comments.csv")] == [secret] * 3
    assert [row["answer"] for row in rows(tmp_path / "out" / "answers.csv")] == ["partly"]
    assert rows(tmp_path / "out" / "questions.csv")[0]["partly"] == "1"
    for path in (tmp_path / "out").iterdir():
        if path.suffix == ".csv":
            assert "Zebedee" not in path.read_text()
    sheets = openpyxl.load_workbook(tmp_path / "out" / "audits.xlsx")
    assert not any("Zebedee" in str(cell) for page in sheets for row in page.values for cell in row)


def put(sheet: str, ref: str, value: str, heading: str = "Answer") -> Callable[[Pen], str]:
    return lambda pen: pen.put(sheet, ref, value, heading)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (put("Case", "grade", "Godo"), ("Case", "'Godo' is not in the list. Did you mean 'Good'? Choose Outstanding, Good")),
        (put("Case", "on", "July"), ("Case", "'July' is not a date that can be read. Type one such as 30/06/2015.")),
        (put("Case", "by", "word-" * 9), ("Case", "'word-word-word-word-word-word-word-word-...' is too long for a role")),
        (put("Themes", "risk", "Very good", "Grade"), ("Themes", "'Very good' is not in the list.")),
        (put("Not found", "1", "VIS-CP-99", RULE), ("Not found", "'VIS-CP-99' is not in the list. Did you mean 'VIS-CP-0")),
        (put("Case", "why", "=1+1"), ("Case", "a formula saved without its result")),
    ],
)  # fmt: skip
def test_an_entry_that_can_not_be_taken_is_named_and_the_rest_is_kept(
    night: Path, one: Path, tmp_path: Path, spoil: Callable[[Pen], str], says: tuple[str, str]
) -> None:
    pen = Pen(one / "audit.xlsx")
    pen.put("Themes", "plan", WORDS[0], "Grade")
    cell = spoil(pen)
    pen.save()
    status, said = back(night, one, tmp_path / "out")
    assert status == 2 and f"audit.xlsx, sheet '{says[0]}', cell {cell}: {says[1]}" in said
    assert len(rows(tmp_path / "out" / "own-use" / "problems.csv")) == 1
    assert ("plan", "outstanding") in {(row["theme"], row["auditor"]) for row in rows(tmp_path / "out" / "grades.csv")}


def test_a_row_that_was_added_is_not_lost_silently(night: Path, one: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(one / "audit.xlsx")
    book["Actions"].cell(30, 1).value = "Visit again"
    book["Results"].cell(5, 20).value = "see my note"
    book.save(one / "audit.xlsx")
    status, said = back(night, one, tmp_path / "out")
    assert status == 2
    assert (
        "sheet 'Actions', cell A30: 'Visit again' stands outside" in said
        and "sheet 'Results', cell T5: 'see my note' stands outside" in said
    )


def test_files_that_are_no_forms_of_this_run(night: Path, one: Path, blank: Path, tmp_path: Path) -> None:
    (one / "notes.xlsx").write_text("not a workbook")
    openpyxl.Workbook().save(one / "empty.xlsx")
    shutil.copyfile(one / "audit.xlsx", one / "again.xlsx")
    (one / "~$audit.xlsx").write_text("left by Excel")
    status, said = back(night, one, tmp_path / "out")
    assert status == 2
    assert "notes.xlsx: " in said and "empty.xlsx: is no audit or moderation form" in said
    assert "has 2 audit forms (again.xlsx and audit.xlsx); none of them is counted. Give one." in said
    assert "~$" not in said
    later = tmp_path / "later"
    assert audit(NORTHSHIRE, later, "--profile", "local-example", *TABLES_ALONE, as_of="2015-07-01").status < 2
    status, said = back(later, one / "moderation.xlsx", tmp_path / "other")
    assert status == 2 and "moderation.xlsx: is of a run as at 2015-06-30, and this run is as at 2015-07-01." in said


def test_the_auditor_is_no_moderator_of_the_same_case(night: Path, one: Path, tmp_path: Path) -> None:
    graded(one / "moderation.xlsx", WORDS[1], "w11", on=date(2015, 7, 11))
    status, said = back(night, one, tmp_path / "out")
    assert status == 2 and "'w11' audited this case too" in said and "1 audited with a grade, 0 of them moderated" in said


def test_a_restricted_childs_rows_are_apart(tmp_path: Path) -> None:
    night, rules, forms, out = (tmp_path / name for name in ("night", "rules", "forms", "out"))
    small_book(rules)
    assert audit(folder(tmp_path / "export"), night, "--rules", rules).status in (0, 1)
    words = ("sample", "--run", night, "--rules", rules, "--n", "3", "--seed", "7", "--with-restricted", "--out", forms)
    assert invoke(*words)[0] == 0
    for form in forms.rglob("*-audit.xlsx"):
        pen = Pen(form)
        pen.put("Case", "grade", WORDS[1])
        pen.put("Case", "why", "A reason")
        pen.save()
    status, _, said = invoke("sample", "read", forms, "--run", night, "--rules", rules, "--out", out)
    assert status == 0 and "3 audited with a grade" in said
    assert {row["child_id"] for row in rows(out / "grades.csv")} == {"C1", "C2"}
    assert {row["child_id"] for row in rows(out / "restricted" / "grades.csv")} == {"C3"}
    assert {row["child_id"] for row in rows(out / "own-use" / "comments.csv")} == {"C1", "C2"}
    spread = rows(out / "spread.csv")
    assert next(row["cases"] for row in spread if row["grade"] == "Good") == "3"


def test_what_a_form_was_given_must_be_as_it_was(night: Path, one: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(one / "audit.xlsx")
    cell = next(row[1] for row in book["Case"].iter_rows() if row[0].value == "Cases in all")
    cell.value = "many"
    book.save(one / "audit.xlsx")
    status, said = back(night, one, tmp_path / "out")
    assert status == 2 and "audit.xlsx: is no audit or moderation form of auditcheck, or its first rows were changed." in said


def test_a_file_that_is_not_there_is_named(night: Path, tmp_path: Path) -> None:
    status, said = back(night, tmp_path / "nothing.xlsx", tmp_path / "out")
    assert status == 2 and "nothing.xlsx: can't be read: No such file or directory." in said
    empty = tmp_path / "empty"
    empty.mkdir()
    assert back(night, empty, tmp_path / "other") == (
        2,
        "auditcheck: There is no form to read: give workbooks (.xlsx), or folders that hold them.\n",
    )
