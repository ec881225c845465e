"""What people say of the calendar: an obligation met, met late, passed or to come; and what can't be said of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from commands import NORTHSHIRE, TABLES_ALONE, audit, invoke, rows

from auditcheck.notice import days
from auditcheck.notice.dues import dues, summary
from auditcheck.notice.progress import CALENDAR, Written
from auditcheck.rulebook.notices import Occasion

CE, CW = "cheshire-east-2013", "cheshire-west-and-chester-2011"
COLUMNS = "document,place,progress,next_steps,owner,due,done\n"
BOARD = "Meeting of the improvement board"
CHAIR = "Initial report of the improvement board's chair"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = audit(
        NORTHSHIRE,
        tmp_path_factory.mktemp("run") / "out",
        *("--profile", CE, "--notice-start", "2015-01-05", "--fail-on", "never"),
        *TABLES_ALONE,
    )
    assert done.status == 0
    return done.out


def notice(run: Path, out: Path, lines: str = "", *more: str, profile: str = CE) -> tuple[int, str]:
    out.parent.mkdir(exist_ok=True)
    (file := out.parent / "progress.csv").write_text(COLUMNS + lines, encoding="utf-8")
    status, _, said = invoke("notice", run, "--profile", profile, "--out", out, "--progress", file, *more)
    return status, said


def stands(out: Path, what: str) -> dict[str, str]:
    return {row["day"]: row["stands"] for row in rows(out / "calendar.csv") if row["what"] == what}


def test_what_was_done_in_time_late_not_at_all_and_is_to_come(run: Path, tmp_path: Path) -> None:
    """The notice began on the day that the run was made with: nobody has to say it twice."""
    lines = (
        f"calendar,{CHAIR},Sent to the Minister <b>,,Chair,2015-03-05,10/03/2015\n"
        f"calendar,{BOARD},,,,2015-02-02,2015-02-02\ncalendar,{BOARD},,Dates for the autumn,,2015-06-22,2015-07-02\n"
    )
    assert notice(run, tmp_path / "out", lines)[0] == 0
    assert stands(tmp_path / "out", CHAIR) == {"2015-03-05": "Done late, on 10 March 2015 (due 5 March 2015)"}
    boards = stands(tmp_path / "out", BOARD)
    assert boards["2015-02-02"] == "Done on 2 February 2015"
    assert boards["2015-03-02"] == "Passed, and nothing says that it was done"
    assert boards["2015-06-22"] == "Done late, on 2 July 2015 (due 22 June 2015), after the day of this run"
    assert (boards["2015-07-20"], boards["2015-08-17"]) == ("Due on 20 July 2015", "To come")
    page = (tmp_path / "out" / "progress.html").read_text("utf-8")
    assert (
        "The notice began on 5 January 2015." in page and "Sent to the Minister &lt;b&gt;" in page and "Next: Dates for the autumn" in page
    )
    assert ">Mon 2 Feb 2015<" in page and "A day at a weekend is not moved." in page


@pytest.mark.parametrize(
    ("day", "done", "as_of", "state", "says"),
    [
        ("2015-06-30", "", "2015-06-30", "due_soon", "Due on 30 June 2015"),
        ("2015-06-30", "", "2015-07-01", "passed", "Passed, and nothing says that it was done"),
        ("2015-06-30", "2015-06-30", "2015-07-01", "done", "Done on 30 June 2015"),
        ("2015-06-30", "2015-07-01", "2015-07-01", "done_late", "Done late, on 1 July 2015 (due 30 June 2015)"),
        ("2015-07-28", "", "2015-06-30", "due_soon", "Due on 28 July 2015"),
        ("2015-07-29", "", "2015-06-30", "to_come", "To come"),
        ("2011-10", "", "2011-10-31", "due_soon", "Due in October 2011"),
        ("2011-10", "", "2011-11-01", "passed", "Passed, and nothing says that it was done"),
        ("2011-10", "2011-10-31", "2012-01-01", "done", "Done on 31 October 2011"),
        ("2011-10", "2011-11-01", "2012-01-01", "done_late", "Done late, on 1 November 2011 (due October 2011)"),
        ("2011-10", "", "2011-09-01", "to_come", "To come"),
        ("2011-10", "", "2011-09-03", "due_soon", "Due in October 2011"),
    ],
)
def test_how_a_day_and_a_month_stand(day: str, done: str, as_of: str, state: str, says: str) -> None:
    occasion = Occasion(day, "A report", "", "", "")
    (found,) = dues([occasion], {(CALENDAR, "A report", day): Written(done=done)}, date.fromisoformat(as_of))
    assert (found.state, found.stands) == (state, says)


def test_the_summary_counts_each_once() -> None:
    occasions = [Occasion(day, "A report", "", "", "") for day in ("2015-01-01", "2015-02-01", "2015-03-01", "2015-12-01", "")]
    written = {
        (CALENDAR, "A report", "2015-01-01"): Written(done="2015-01-01"),
        (CALENDAR, "A report", "2015-02-01"): Written(done="2015-02-02"),
    }
    said = summary(dues(occasions, written, date(2015, 6, 30)))
    assert said == "Of 5 obligations: 1 done in time, 1 done late, 1 passed with nothing that says it was done, 1 to come, 1 without a day."


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"calendar,{BOARD},,,,2015-02-03,", f"row 2, column due: '{BOARD}' does not fall due on '2015-02-03', expected one of 2015-02-02"),
        (f"calendar,{BOARD},,,,,2015-02-02", f"row 2, column due: which of the days of '{BOARD}' is not said, expected one of 2015-02-02"),
        (f"calendar,{BOARD},,,,2015-02-02,2015-13-02", "row 2, column done: '2015-13-02' is no date"),
        (f"calendar,{BOARD},,,,2015-02-02,2014-12-31", "row 2, column done: '2014-12-31' is before the notice began (5 January 2015)"),
        ("calendar,Meeting of the board,,,,2015-02-02,", "row 2, column place: the calendar has no 'Meeting of the board' with a day"),
        (f"calendar,{BOARD},,,,2015-02-02,\ncalendar,{BOARD},,,,02/02/2015,", f"row 3: '{BOARD} of 2015-02-02' has a row already"),
        ("Cheshire East progress table,IN2,,,,,2015-02-02", "row 2, column done: '2015-02-02' can't stand here: of what the notice asks"),
    ],
)
def test_what_is_wrong_is_said_with_file_row_column_and_value(run: Path, tmp_path: Path, line: str, says: str) -> None:
    status, said = notice(run, tmp_path / "out", line + "\n")
    assert status == 2 and f"progress.csv, {says}" in said and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("document,place,ownr\n", "progress.csv, row 1: there is no column 'ownr', expected one of document"),
        ("document,owner\n", "progress.csv, row 1: the column place is missing"),
        ("document,place,place\n", "progress.csv, row 1: a column is there twice"),
        ("", "progress.csv, row 1: the column document is missing"),
        ('document,place\n"a', "can't be read as CSV in UTF-8"),
    ],
)
def test_a_head_that_is_none_is_refused(run: Path, tmp_path: Path, head: str, says: str) -> None:
    (tmp_path / "progress.csv").write_text(head, encoding="utf-8")
    status, _, said = invoke("notice", run, "--profile", CE, "--out", tmp_path / "out", "--progress", tmp_path / "progress.csv")
    assert status == 2 and says in said


def test_a_stage_is_nothing_that_the_calendar_has(run: Path, tmp_path: Path) -> None:
    (tmp_path / "progress.csv").write_text(f"document,place,due,stage\ncalendar,{BOARD},2015-02-02,In place\n", encoding="utf-8")
    status, _, said = invoke("notice", run, "--profile", CE, "--out", tmp_path / "out", "--progress", tmp_path / "progress.csv")
    assert status == 2 and "row 2, column stage: 'In place' can't stand here: of an obligation of the calendar say when it was done" in said


def test_what_has_no_day_can_not_be_done_in_time(run: Path, tmp_path: Path) -> None:
    status, said = notice(run, tmp_path / "out", "calendar,Annual report,,,,2015-02-02,\n", profile=CW)
    assert status == 2 and "Days that count from the notice's start need --notice-start." in said


def test_a_month_is_named_as_a_month(run: Path, tmp_path: Path) -> None:
    line = "calendar,Review of progress by the Department for Education,,,,{},2011-10-20\n"
    for n, written in enumerate(("2011-10", "Oct-11")):
        assert notice(run, tmp_path / str(n) / "out", line.format(written), profile=CW)[0] == 0
        assert (
            stands(tmp_path / str(n) / "out", "Review of progress by the Department for Education")["2011-10"] == "Done on 20 October 2011"
        )


def test_another_start_than_the_run_s_is_told(run: Path, tmp_path: Path) -> None:
    status, said = notice(run, tmp_path / "out", "", "--notice-start", "2015-01-06")
    assert status == 0 and "The notice began on 6 January 2015." in said and "The run counted from 5 January 2015" in said
    status, said = notice(run, tmp_path / "far", "", "--notice-start", "2150-01-01")
    assert status == 2 and "--notice-start 2150-01-01 lies outside the calendar" in said


def test_the_file_to_fill_in_has_a_row_for_all_that_has_a_day(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "progress.csv"
    status, _, said = invoke("notice", run, "--profile", CE, "--out", tmp_path / "out", "--progress", file)
    assert status == 0 and "61 rows to fill in" in said and not (tmp_path / "out" / "rows-to-add.csv").exists()
    asked = [(row["place"], row["due"]) for row in rows(file)]
    assert asked[:25] == [(f"IN{n}", "") for n in range(1, 26)]
    due = [(row["what"], row["day"]) for row in rows(tmp_path / "out" / "calendar.csv")]
    assert sorted(asked[25:]) == sorted(due)


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2015-04-01", "2015-04-01"), ("01/04/2015", "2015-04-01"), ("2011-10", "2011-10"), ("Oct-11", "2011-10"), ("", "")],
)
def test_a_day_as_people_and_spreadsheets_write_it(text: str, iso: str) -> None:
    assert days.day_or_month(text) == iso


@pytest.mark.parametrize("text", ["04/31/2015", "2015-02-30", "1 April", "2011-10", "Oct-11"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        days.day(text)
