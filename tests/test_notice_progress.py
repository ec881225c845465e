"""auditcheck notice: a table of progress like a council's own, of protected figures, and the calendar of what falls due."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from browser import opened, sideways, violations
from commands import NORTHSHIRE, TABLES_ALONE, audit, invoke, rows

PROFILES = ("cheshire-east-2013", "cheshire-west-and-chester-2011", "cambridgeshire-2013")
CE = PROFILES[0]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("runs")
    for name in PROFILES:
        done = audit(NORTHSHIRE, place / name, "--profile", name, "--fail-on", "never", *TABLES_ALONE)
        assert done.status == 0
    return {name: place / name for name in PROFILES}


def notice(run: Path, out: Path, *more: str | Path, profile: str = CE) -> tuple[int, str]:
    status, _, said = invoke("notice", run, "--profile", profile, "--out", out, *more)
    return status, said


@pytest.mark.parametrize("name", PROFILES)
def test_every_reference_is_there_with_its_evidence_or_why_there_is_none(runs: dict[str, Path], tmp_path: Path, name: str) -> None:
    assert notice(runs[name], tmp_path / "out", profile=name)[0] == 0
    told = rows(tmp_path / "out" / "evidence.csv")
    assert told and all((row["figure"] and row["trend"]) or row["why"] for row in told), "nothing is blank"
    if name == CE:
        assert list(dict.fromkeys(row["place"] for row in told)) == [f"IN{n}" for n in range(1, 26)]
        assert {row["place"]: row["why"] for row in told}["IN6"] == "No evidence: a survey of staff is no record of a child."


def test_figures_are_those_of_the_board_s_book(runs: dict[str, Path], tmp_path: Path) -> None:
    """Hidden or not, a rule's count is the same in both."""
    assert invoke("board", runs[CE], "--profile", CE, "--out", tmp_path / "book")[0] == 0
    assert notice(runs[CE], tmp_path / "out")[0] == 0
    told = {row["id"]: row["count"].replace(",", "") for row in rows(tmp_path / "out" / "evidence.csv") if row["count"]}
    figures = [row for row in rows(tmp_path / "book" / "figures.csv") if row["table"] == "By rule"]
    book = {row["line"]: f"{row['numerator']} of {row['denominator']}" for row in reversed(figures)}
    both = told.keys() & book.keys()
    assert both and {name: told[name] for name in both} == {name: book[name] for name in both}


def test_no_child_is_named_and_no_small_count_is_shown(runs: dict[str, Path], tmp_path: Path) -> None:
    assert notice(runs[CE], tmp_path / "out")[0] == 0
    text = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir() if path.suffix != ".xlsx").decode()
    children = [row["child_id"] for row in rows(NORTHSHIRE / "children.csv")]
    assert len(children) > 50 and not [child for child in children if child in text]
    counts = [row["count"].split(" of ") for row in rows(tmp_path / "out" / "evidence.csv") if row["count"]]
    for n, d in counts:
        assert not (n.isdigit() and 1 <= int(n) <= 5) and not (d.isdigit() and 1 <= int(d) <= 5)
        assert not (n.isdigit() and d.isdigit() and 1 <= int(d) - int(n) <= 5)


def test_what_a_released_pack_shows_is_put_down_and_nothing_else(runs: dict[str, Path], tmp_path: Path) -> None:
    ledger = tmp_path / "released.jsonl"
    assert notice(runs[CE], tmp_path / "draft")[0] == 0 and not ledger.exists()
    status, said = notice(runs[CE], tmp_path / "out", "--released", ledger, "--release")
    assert status == 0 and f"A new ledger was begun: {ledger}" in said
    cells = [cell for line in ledger.read_text("utf-8").splitlines() for cell in json.loads(line)["cells"]]
    put_down = {(cell["parts"][0]["label"], str(cell["shown"]["n"]), str(cell["shown"]["d"])) for cell in cells if "n" in cell["shown"]}
    told = {(row["id"], *row["count"].replace(",", "").split(" of ")) for row in rows(tmp_path / "out" / "evidence.csv") if row["count"]}
    assert {one for one in told if "c" not in one[1:]} == {one for one in put_down if "None" not in one[1:]} != set()
    assert {name for name, *_ in put_down} <= {name for name, *_ in told}, "no rule that the page does not show"
    before = ledger.read_bytes()
    status, said = notice(runs[CE], tmp_path / "again", "--released", ledger, "--release")
    assert status == 0 and "begun" not in said and ledger.read_bytes() == before, "the same figures are not put down twice"


@pytest.mark.parametrize("command", ["notice", "board"])
def test_a_ledger_that_is_not_there_is_not_taken_for_an_empty_one(runs: dict[str, Path], tmp_path: Path, command: str) -> None:
    words = [command, runs[CE], "--profile", CE, "--out", tmp_path / "out"]
    status, _, said = invoke(*words, "--released", tmp_path / "relaesed.jsonl")
    assert status == 2 and "There is no ledger" in said and "relaesed.jsonl" in said
    status, _, said = invoke(*words, "--release")
    assert status == 2 and "say --released FILE" in said
    status, _, said = invoke(*words, "--release", "--released", tmp_path / "no" / "released.jsonl")
    assert status == 2 and "there is no folder" in said
    assert list(tmp_path.iterdir()) == []


def test_the_calendar(runs: dict[str, Path], tmp_path: Path) -> None:
    assert notice(runs[CE], tmp_path / "out", "--notice-start", "2014-01-05")[0] == 0
    found = rows(tmp_path / "out" / "calendar.csv")
    reviews = {row["day"]: row["stands"] for row in found if row["what"].startswith("Review of progress")}
    passed = "Passed, and nothing says that it was done"
    assert reviews == {"2014-07-05": passed, "2015-01-05": passed, "2015-07-05": "Due on 5 July 2015"}
    assert notice(runs[CE], tmp_path / "undated")[0] == 0
    undated = rows(tmp_path / "undated" / "calendar.csv")
    assert {(row["day"], row["state"], row["stands"]) for row in undated} == {("", "no_day", "Can't be told without a day")}


def test_what_people_write_is_asked_for_kept_and_shown(runs: dict[str, Path], tmp_path: Path) -> None:
    mine = tmp_path / "progress.csv"
    status, said = notice(runs[CE], tmp_path / "out", "--progress", mine)
    assert status == 0 and "it is written now" in said
    said_of_it = 'IN2,Being used,some,AGG-TIMELY-26,"Standards, launched <b>","Audit them",Head of service,01/09/2015,,2015-06-20'
    written = mine.read_text("utf-8").replace("IN2,,,,,,,,,", said_of_it)
    mine.write_text(written, encoding="utf-8")
    assert notice(runs[CE], tmp_path / "out", "--progress", mine, "--replace")[0] == 0
    assert mine.read_text("utf-8") == written, "not a word is changed"
    page = (tmp_path / "out" / "progress.html").read_text("utf-8")
    assert "Standards, launched &lt;b&gt;" in page and "1 September 2015" in page and "Last changed on 20 June 2015" in page
    sheet = openpyxl.load_workbook(tmp_path / "out" / "progress.xlsx")["Progress"]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "IN2")
    assert row[3:5] == ("Being used", "some") and row[5].startswith("Visits, child in need reviews and core groups in time: ")
    assert row[6:] == ("Standards, launched <b>", "Audit them", "Head of service", "1 September 2015", "20 June 2015")


def test_a_file_of_fewer_columns_in_any_order_is_read(runs: dict[str, Path], tmp_path: Path) -> None:
    mine = tmp_path / "progress.csv"
    mine.write_text("owner,place,document\nChair,IN2,Cheshire East progress table\n", encoding="utf-8")
    status, said = notice(runs[CE], tmp_path / "out", "--progress", mine)
    assert status == 0 and "has no row for 24 references and obligations" in said
    lacking = rows(tmp_path / "out" / "rows-to-add.csv")
    assert [row["place"] for row in lacking] == ["IN1", *(f"IN{n}" for n in range(3, 26))]
    mine.write_text((tmp_path / "out" / "rows-to-add.csv").read_text("utf-8"), encoding="utf-8")
    status, said = notice(runs[CE], tmp_path / "again", "--progress", mine)
    assert status == 0 and "has no row for 1 reference or obligation" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Cheshire East progress table,IN26,,,,", "progress.csv, row 2: the profile's notice has no place 'IN26'"),
        ("Cheshire East progress table,IN2,a,b,c,soon", "progress.csv, row 2, column due: 'soon' is no date, expected a date such as"),
        ("Cheshire East progress table,IN2,a,b,c", "row 2: 5 cells, expected 6"),
        ("Cheshire East progress table,IN2,{child} was seen.,,,", "row 2, column progress, names the child"),
        ("Cheshire East progress table,IN2,,,,\nCheshire East progress table,IN2,,,,", "row 3: 'IN2' has a row already"),
    ],
)
def test_what_is_wrong_with_it_is_said_with_its_row(runs: dict[str, Path], tmp_path: Path, line: str, says: str) -> None:
    child = rows(NORTHSHIRE / "children.csv")[0]["child_id"]
    mine = tmp_path / "progress.csv"
    mine.write_text("document,place,progress,next_steps,owner,due\n" + line.format(child=child) + "\n", encoding="utf-8")
    status, said = notice(runs[CE], tmp_path / "out", "--progress", mine)
    assert status == 2 and says in said and not (tmp_path / "out").exists()


def test_a_profile_without_a_notice_is_refused(runs: dict[str, Path], tmp_path: Path) -> None:
    status, said = notice(runs[CE], tmp_path / "out", profile="working-together")
    assert status == 2 and "writes down no notice" in said


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_reads_well(runs: dict[str, Path], tmp_path: Path, width: int) -> None:
    assert notice(runs[CE], tmp_path / "out", "--notice-start", "2014-01-05")[0] == 0
    with opened(tmp_path / "out" / "progress.html", width) as page:
        assert violations(page) == [] and sideways(page) == 0


def test_no_cell_is_a_formula(runs: dict[str, Path], tmp_path: Path) -> None:
    mine = tmp_path / "progress.csv"
    with mine.open("w", encoding="utf-8", newline="") as file:
        file.write("document,place,progress,next_steps,owner,due\n")
        csv.writer(file, lineterminator="\n").writerow(["Cheshire East progress table", "IN2", "=1+1", "@SUM(1)", "+1", ""])
    assert notice(runs[CE], tmp_path / "out", "--progress", mine)[0] == 0
    book = openpyxl.load_workbook(tmp_path / "out" / "progress.xlsx")
    assert not [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
