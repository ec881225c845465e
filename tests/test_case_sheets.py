"""Case sheets: what one says of a child is what the run found, counted once, and nobody reads it who may not."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import lxml.html
import pyarrow.parquet as pq
import pytest
from commands import GOOD, LATER, NORTHSHIRE, audit, folder, invoke, small_book

from auditcheck.counting import counted
from auditcheck.reports.slugs import case_file

AS_OF = date(2015, 6, 30)


@pytest.fixture(scope="module")
def northshire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the invented authority."""
    words = ("--profile", "local-example", "--without", "workbook", "--without", "pages", "--without", "board")
    return audit(NORTHSHIRE, tmp_path_factory.mktemp("sheets") / "run", *words).out


def path(run: Path, child: str) -> Path:
    return run / case_file(child)


def sheet(run: Path, child: str) -> Any:
    return lxml.html.fromstring(path(run, child).read_text("utf-8"))


def text(page: Any) -> str:
    return " ".join(page.text_content().split())


def of_class(page: Any, name: str, inside: str = "") -> list[Any]:
    """The elements of a class, or what an XPath finds inside them."""
    return list(page.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]{inside}"))


def observed(run: Path, **wanted: str) -> list[dict[str, Any]]:
    return pq.read_table(run / "observations.parquet", filters=[(name, "=", value) for name, value in wanted.items()]).to_pylist()


def item(page: Any, rule: str) -> str:
    """The item of one rule under what needs doing."""
    (found,) = [one for one in of_class(page, "item") if f"{rule}." in text(one)]
    return text(found)


def test_every_child_with_something_open_has_a_sheet_and_nobody_else(northshire: Path) -> None:
    findings = pq.read_table(northshire / "findings.parquet").to_pylist()
    wanted = {row["child_id"] for row in findings if row["outcome"] == "not_met" and row["standing"] == "open"} - {"C56"}
    everybody = {case_file(child) for child in wanted - {"C58"}}
    assert {str(file.relative_to(northshire)) for file in northshire.glob("cases/*")} == everybody
    assert [file.name for file in (northshire / "restricted" / "cases").iterdir()] == [Path(case_file("C58")).name]
    assert {oct(file.stat().st_mode & 0o777) for file in northshire.rglob("cases/*")} == {"0o600"}


def test_the_counting_names_weekdays_and_the_bank_holidays_it_skipped(northshire: Path) -> None:
    (row,) = observed(northshire, child_id="C12", rule_id="VIS-CP-01", outcome="not_met")
    assert (row["trigger_at"][:10], row["due_at"], row["over"]) == ("2015-05-05", "2015-05-19", 29)
    said = item(sheet(northshire, "C12"), "VIS-CP-01")
    assert "From Tue 5 May 2015 at 15:30, 10 working days, to Tue 19 May 2015." in said
    assert "29 working days past the limit" in said and "bank holidays in England: none in that time" in said


def test_bank_holidays_between_are_named_by_date() -> None:
    said = " ".join(counted("15 working days", "2014-12-18", "2015-01-13", None, 3, "working days"))
    assert "From Thu 18 December 2014, 15 working days, to Tue 13 January 2015." in said
    assert "Thu 25 December 2014, Fri 26 December 2014, Thu 1 January 2015" in said


def test_a_limit_that_runs_from_the_latest_record_says_so(northshire: Path) -> None:
    said = item(sheet(northshire, "C04"), "ASM-UPD-12")
    assert "From Mon 30 December 2013, 12 months, to Tue 30 December 2014." in said
    assert "Nothing later is recorded by the audit's date: 182 days past the limit." in said


def test_the_outcomes_of_a_sheet_are_the_observations_of_its_child(northshire: Path) -> None:
    headings = {"met": "Met", "not_met": "Not met: late, or no record", "justified": "Late, with a reason recorded"}
    headings |= {"cannot_tell": "Cannot tell", "not_yet_due": "Not yet due", "not_applicable": "Does not apply"}
    for child in ("C04", "C12", "C39", "C16"):
        found = Counter(row["outcome"] for row in observed(northshire, child_id=child))
        page = sheet(northshire, child)
        told = dict(h3.text_content().rsplit(": ", 1) for h3 in page.xpath("//h3[starts-with(@id, 'group-')]"))
        assert {outcome: int(told[heading]) for outcome, heading in headings.items()} == {o: found[o] for o in headings}
        rows = [int(cell.text_content()) for cell in of_class(page, "checks", "/tbody/tr/td[3]")]
        assert sum(rows) == sum(found.values())
        assert f"Single records were judged {sum(found.values())} times:" in text(page)


def test_the_first_line_says_how_many_checks_were_possible(northshire: Path) -> None:
    import csv

    with (northshire / "rules.csv").open(encoding="utf-8") as file:
        asked = [row for row in csv.DictReader(file) if row["kind"] not in ("auditor", "measure") and row["status"] != "not_selected"]
    possible = sum(row["status"] == "evaluated" for row in asked)
    concern = {row["rule_id"] for row in observed(northshire, child_id="C04") if row["outcome"] != "not_applicable"}
    (first,) = of_class(sheet(northshire, "C04"), "first")
    assert text(first).startswith(
        f"{possible} of {len(asked)} checks were possible with these records. {len(concern)} of those concern this"
    )


def test_every_mark_of_the_drawing_is_a_row_of_the_table(northshire: Path) -> None:
    shapes = {"in time": "dot", "late": "late", "no record when due": "missing", "not yet due": "awaited"}
    for child in ("C04", "C12", "C16", "C39"):
        page = sheet(northshire, child)
        (drawing,) = of_class(page, "timeline", "//svg[desc]")
        lanes = dict(re.findall(r"([A-Z][a-z ]+): ([^.]+)\.", drawing.find("desc").text))
        rows = [[text(cell) for cell in row] for row in of_class(page, "events", "/tbody/tr")]
        days = [date.fromisoformat(one.get("datetime")) for one in of_class(page, "events", "/tbody//time")]
        assert days == sorted(days, reverse=True)
        window = [row for row, day in zip(rows, days, strict=True) if AS_OF - timedelta(730) <= day <= AS_OF + timedelta(92)]
        for lane, told in lanes.items():
            assert sum(int(part.split()[0]) for part in told.split(", ")) == sum(row[1] == lane for row in window), (child, lane)
        for words, shape in shapes.items():
            drawn = sum(mark.get("d").count("M") for mark in of_class(drawing, shape))
            assert drawn == sum(int(n) for told in lanes.values() for n in re.findall(rf"(\d+) {words}(?:,|$)", told)), (child, shape)
        assert drawing.get("role") == "img" and drawing.get("aria-labelledby") == "drawn what"


def test_a_late_review_is_drawn_and_told_as_late(northshire: Path) -> None:
    def told(child: str) -> dict[str, str]:
        return {row.find(".//time").get("datetime"): text(row) for row in of_class(sheet(northshire, child), "events", "/tbody/tr")}

    assert (
        "Later review conferences held within six months of each other: late by 154 days (limit 23 July 2014)" in told("C06")["2014-12-24"]
    )
    assert "late by 14 days (limit 24 July 2014); a reason is recorded" in told("C16")["2014-08-07"]
    assert "Late, with a reason recorded Later review conferences" in text(sheet(northshire, "C16"))


def test_what_a_person_judges_is_left_empty(northshire: Path) -> None:
    page = sheet(northshire, "C04")
    (judged,) = [table for table in of_class(page, "write") if "lived experience" in text(table)]
    assert len(judged.findall("tbody/tr")) == 8
    assert {text(cell) for cell in judged.findall("tbody/tr/td")} == {"", "O G R I n/a"}
    assert "(CPP-CLEAR-11)" in text(page) and "(LAC-SIBS-31)" not in text(page)
    assert "(LAC-SIBS-31)" in text(sheet(northshire, "C39"))
    assert all("This sheet checks dates and records. It does not judge the quality of help." in text(one) for one in (page,))


def test_the_command_writes_the_same_bytes_as_the_run(northshire: Path, tmp_path: Path) -> None:
    for child in ("C04", "C12"):
        status, said, _ = invoke("case", child, "--run", northshire, "--out", tmp_path / f"{child}.html")
        assert status == 0 and said.strip() == str(tmp_path / f"{child}.html")
        assert (tmp_path / f"{child}.html").read_bytes() == path(northshire, child).read_bytes()
        assert oct((tmp_path / f"{child}.html").stat().st_mode & 0o777) == "0o600"


def test_any_child_of_the_run_can_be_asked_for(northshire: Path, tmp_path: Path) -> None:
    for child in ("C28", "C53", "C55", "C57"):
        assert not path(northshire, child).exists()
        status, _, said = invoke("case", child, "--run", northshire, "--out", tmp_path / "one.html", "--replace")
        assert status == 0, said
    gone = invoke("case", "C56", "--run", northshire, "--out", tmp_path / "gone.html")
    assert gone[0] == 0 and "This child has died. Nothing here is to be acted on." in (tmp_path / "gone.html").read_text("utf-8")


def test_a_restricted_sheet_has_to_be_asked_for_and_is_the_same(northshire: Path, tmp_path: Path) -> None:
    status, _, said = invoke("case", "C58", "--run", northshire, "--out", tmp_path / "x.html")
    assert status == 2 and "restricted" in said and not (tmp_path / "x.html").exists()
    assert invoke("case", "C58", "--run", northshire, "--out", tmp_path / "x.html", "--restricted")[0] == 0
    (kept,) = (northshire / "restricted" / "cases").iterdir()
    assert (tmp_path / "x.html").read_bytes() == kept.read_bytes()
    assert not any("C58" in file.read_text("utf-8") for file in northshire.glob("cases/*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["C4"], "There is no child C4"),
        (["C05x"], "Did you mean C05?"),
        (["C58x"], "There is no child C58x"),
        (["C04"], "is there already"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(northshire: Path, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "there.html").write_text("mine", encoding="utf-8")
    status, _, error = invoke("case", *words, "--run", northshire, "--out", tmp_path / "there.html")
    assert status == 2 and said in error and "Did you mean C58" not in error
    assert (tmp_path / "there.html").read_text("utf-8") == "mine"


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    status, _, said = invoke("case", "C04", "--run", tmp_path)
    assert status == 2 and "holds no run.json" in said


def test_the_same_run_twice_gives_the_same_sheets(northshire: Path, tmp_path: Path) -> None:
    again = audit(
        NORTHSHIRE, tmp_path / "run", "--profile", "local-example", "--without", "workbook", "--without", "pages", "--without", "board"
    ).out
    for file in northshire.rglob("cases/*"):
        assert (again / file.relative_to(northshire)).read_bytes() == file.read_bytes()


def test_without_cases_writes_none(tmp_path: Path) -> None:
    run = audit(folder(tmp_path / "export"), tmp_path / "run", "--rules", small_book(tmp_path / "rules"), "--without", "cases").out
    assert not list(run.rglob("cases")) and (run / "index.html").exists()


HOSTILE = "<b>&\"'{{ 7 * 7 }}</title><script>x</script>\u202e"


def small(tmp_path: Path, changed: dict[str, str] | None = None, child: str = "C1") -> Any:
    """The sheet of a child of the small export."""
    rules = small_book(tmp_path / "rules")
    run = audit(folder(tmp_path / "export", changed), tmp_path / "run", "--rules", rules, "--without", "workbook").out
    status, _, said = invoke("case", child, "--run", run, "--rules", rules, "--out", tmp_path / "sheet.html", "--restricted")
    assert status == 0, said
    return lxml.html.fromstring((tmp_path / "sheet.html").read_text("utf-8"))


def test_an_unkind_id_is_text_and_its_file_has_a_safe_name(tmp_path: Path) -> None:
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    changed = {name: data.replace("C1,", f"{quoted},") for name, data in GOOD.items()}
    page = small(tmp_path, changed, HOSTILE)
    seen = HOSTILE.replace("\u202e", "\ufffd")
    assert f"Case sheet: child {seen}," in page.find(".//h1").text_content()
    assert not page.xpath("//script | //b") and len(page.xpath("//title")) == 2  # the page's own and the drawing's
    (kept,) = (tmp_path / "run" / "cases").iterdir()
    assert re.fullmatch(r"[0-9a-f]{16}\.html", kept.name) and kept.name == Path(case_file(HOSTILE)).name
    assert kept.read_bytes() == (tmp_path / "sheet.html").read_bytes()


def test_a_sheet_names_what_is_to_be_done_and_what_is_in_place(tmp_path: Path) -> None:
    page = small(tmp_path)
    assert "No review conference" in item(page, LATER) or "review" in item(page, LATER)
    assert "First review conference held within three months" in text(of_class(page, "areas")[0])


def test_each_emptiness_has_its_own_words(tmp_path: Path) -> None:
    def says(name: str, child: str, changed: dict[str, str] | None = None) -> str:
        return text(small(tmp_path / name, changed, child))

    assert "No late or missing items. 8 things need a person to judge." in says("fine", "C2")
    children = GOOD["children.csv"] + "C4,\n"
    nothing = says("nothing", "C4", {"children.csv": children})
    assert "No check looked at a record of this child." in nothing and "None of them concerns this child." in nothing
    assert "No check applies to a record of this child" in nothing and "There is nothing to draw: no check" in nothing
    late = GOOD["conferences.csv"] + "K4,C1,P1,review,2015-06-25T10:00\n"
    assert "Nothing is left to do. What was late has been done since" in says("late", "C1", {"conferences.csv": late})
    ended = GOOD["plans.csv"].replace("child_id,kind,started_on,document_on", "child_id,kind,started_on,document_on,ended_on")
    ended = ended.replace("2014-01-15\n", "2014-01-15,2015-05-01\n").replace("2015-06-20,\n", "2015-06-20,,\n").replace("10,\n", "10,,\n")
    assert "Nothing is open. What was late or missing is on records that have since closed" in says("past", "C1", {"plans.csv": ended})


def test_an_incomplete_run_says_so_on_every_sheet(tmp_path: Path) -> None:
    broken = GOOD | {"reviews.csv": ""}
    run = audit(folder(tmp_path / "export", broken), tmp_path / "run", "--rules", small_book(tmp_path / "rules")).out
    pages = list(run.rglob("cases/*"))
    assert pages and all("INCOMPLETE. Something may be missing from this sheet." in file.read_text("utf-8") for file in pages)


def test_rules_that_are_not_those_of_the_run_are_named_as_such(tmp_path: Path) -> None:
    small(tmp_path)
    status, _, said = invoke("case", "C1", "--run", tmp_path / "run", "--out", tmp_path / "shipped.html")
    assert status == 0, said
    assert "The rules have changed since this run." in (tmp_path / "shipped.html").read_text("utf-8")
    status, _, said = invoke(
        *("case", "C1", "--run", tmp_path / "run", "--rules", none_of_them(tmp_path / "other"), "--out", tmp_path / "other.html")
    )
    assert status == 2 and "--rules" in said and LATER in said


def none_of_them(place: Path) -> Path:
    """A folder of rules with one of those of the run."""
    small_book(place)
    for file in (place / "conference").iterdir():
        file.unlink()
    return place
