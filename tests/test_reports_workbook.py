"""exceptions.xlsx, read back with another library."""

from __future__ import annotations

import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from reports_view import HOSTILE, OBSERVATION, finding, frame, known, observation, rules, view

from auditcheck.reports import workbook
from auditcheck.reports.beside import workbook_beside
from auditcheck.reports.listing import listings
from auditcheck.reports.view import RunView
from auditcheck.reports.workbook import write_workbook

HEADINGS = 4  # the row of the headings, as a person counts


def written(tmp_path: Path, run: RunView) -> openpyxl.Workbook:
    write_workbook(tmp_path / "exceptions.xlsx", listings(run)[0])
    return openpyxl.load_workbook(tmp_path / "exceptions.xlsx")


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    headings, *found = sheet.iter_rows(min_row=HEADINGS, values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in found if any(value is not None for value in row)]


def words(sheet: Worksheet) -> str:
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def test_the_sheets_and_a_row_of_each(tmp_path: Path) -> None:
    book = written(
        tmp_path,
        view(
            [finding(1), finding(2, team="Crewe 2"), finding(3, team="")],
            due_soon=frame([observation(4)], OBSERVATION),
            cannot_tell=frame([observation(5)], OBSERVATION),
            rules=rules(
                ("A-1", "evaluated", ""),
                ("B-2", "not_evaluated", "No table."),
                ("C-3", "rule_error", "Broke."),
                ("D-4", "not_selected", ""),
            ),
        ),
    )
    assert book.sheetnames == ["Notes", "Act today", "Due soon", "Known", "Cannot tell", "Done late", "Not checked", "All findings"]
    assert [row["Finding id"] for row in rows(book["All findings"])] == ["f00001", "f00002", "f00003"]
    assert [(row["Team"], row["Finding id"]) for row in rows(book["Act today"])][1:] == [
        ("Crewe 2", "f00002"),
        ("No team recorded", "f00003"),
    ]
    shared = {
        "When to act": "Act today",
        "Child": "C00001",
        "What the record shows": "The record shows no initial conference for this enquiry. It was due by 3 April 2015.",
        "Next step": "Hold the conference, or record why none is needed and who agreed.",
        "Due": datetime(2015, 4, 3),
        "Severity": "▲ High",
        "Status": "Open",
        "Team": "Crewe 1",
        "Worker": "W7",
        "Rule": "CPC-ICPC-01",
        "Record": "section 47 enquiries E00001",
        "Finding id": "f00001",
    }
    assert rows(book["Act today"])[0] == {**shared, "Working days over": 45, "Further records": None}
    assert rows(book["All findings"])[0] == {
        **shared,
        "Over by": 3,
        "Unit": "working days",
        "Law or standard": "Statutory guidance: Working Together to Safeguard Children, chapter 1, WT2015. Limit: 15 working days.",
    }
    assert rows(book["Due soon"])[0]["Due"] == datetime(2015, 6, 15)
    assert rows(book["Cannot tell"])[0]["Child"] == "C00005"
    assert [(row["Rule"], row["Why"]) for row in rows(book["Not checked"])] == [
        ("C-3", "The rule failed while running: Broke."),
        ("B-2", "No table."),
    ]


def test_dates_are_dates_and_keep_their_time(tmp_path: Path) -> None:
    moments = ("2015-04-03", "2015-06-01T14:05:00+01:00", "1899-12-31", "")
    book = written(tmp_path, view([finding(n, due_at=due_at) for n, due_at in enumerate(moments)]))
    due = [(row[4].value, row[4].number_format) for row in book["All findings"].iter_rows(min_row=HEADINGS + 1)]
    assert due == [
        (datetime(2015, 4, 3), "d mmm yyyy"),
        (datetime(2015, 6, 1, 14, 5), "d mmm yyyy hh:mm"),
        ("1899-12-31", "General"),
        (None, "General"),
    ]


def test_the_fixed_order(tmp_path: Path) -> None:
    given = [
        finding(1, severity="low"),
        finding(2, severity="medium"),
        finding(3),
        finding(4, due_at="2015-03-03"),
        finding(5, due_at="2015-03-04T10:00:00+00:00"),
        finding(6, standing="past"),
        finding(7, outcome="justified", severity="medium"),
        finding(8, due_at=""),
        finding(9, child_id="C00000"),
    ]
    book = written(tmp_path, view(given))
    assert [(row["Finding id"][-1], row["When to act"], row["Status"]) for row in rows(book["All findings"])] == [
        ("4", "Act today", "Open"),
        ("5", "Act today", "Open"),
        ("9", "Act today", "Open"),
        ("3", "Act today", "Open"),
        ("8", "Act today", "Open"),
        ("2", "This week", "Open"),
        ("6", "Plan", "Record since closed"),
        ("7", "Plan", "Late, reason recorded"),
        ("1", "Plan", "Open"),
    ]


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    book = written(tmp_path, view([finding(n, message=text, team=text, child_id=text, worker_id=text) for n, text in enumerate(HOSTILE)]))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s", "n", "d"}
    assert not any(cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row)
    shown = {row["What the record shows"] for row in rows(book["All findings"])}
    assert {"=cmd|' /C calc'!A0", "@SUM(A1:A9)", "https://example.invalid/x", "\ufffdgnp.exe"} <= shown
    assert len(book.sheetnames) == 8
    with zipfile.ZipFile(tmp_path / "exceptions.xlsx") as parts:
        sheets = b"".join(parts.read(name) for name in parts.namelist() if "worksheets/" in name)
    assert b"<f>" not in sheets and b"<hyperlink" not in sheets


def test_a_text_too_long_for_a_cell_is_cut_not_lost(tmp_path: Path) -> None:
    book = written(tmp_path, view([finding(1, message="x" * 40_000)]))
    assert set(rows(book["All findings"])[0]["What the record shows"]) == {"x"}


def test_every_sheet_of_an_incomplete_run_says_so_and_why(tmp_path: Path) -> None:
    run = view(complete=False, rules=rules(("A-1", "rule_error", "Broke.")))
    run.info["incomplete"] = ["plans.csv: two columns have the same name"]
    for sheet in written(tmp_path, run):
        assert "INCOMPLETE" in words(sheet) and "plans.csv: two columns have the same name" in words(sheet), sheet.title
        assert "INCOMPLETE" in str(sheet.oddHeader.left.text)


def test_a_complete_run_never_says_incomplete(tmp_path: Path) -> None:
    assert not any("INCOMPLETE" in words(sheet) + str(sheet.oddHeader.left.text) for sheet in written(tmp_path, view()))


def test_the_rows_past_the_most_are_counted_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    book = written(tmp_path, view([finding(n) for n in range(5)]))
    assert len(rows(book["All findings"])) == 3 and "2 more are in" in words(book["All findings"])


def test_a_limit_with_a_time_fits_its_column_and_figures_are_numbers(tmp_path: Path) -> None:
    figures = {"measure_id": "M", "title": "A measure", "value": "12.5", "unit": "%", "numerator": "1", "denominator": "8"}
    run = replace(view([finding(1, due_at="2015-03-02T14:00:00+00:00")]), measures=pd.DataFrame([figures], dtype="str"))
    book = written(tmp_path, run)
    assert book["All findings"].column_dimensions["E"].width > len("25 Jan 2015 14:00")
    row = rows(book["Measures"])[0]
    assert (row["Figure"], row["Counted"], row["Of"], row["At least"]) == (12.5, 1, 8, None)


def test_headings_stay_filter_and_repeat_in_print(tmp_path: Path) -> None:
    sheet = written(tmp_path, view([finding(1), finding(2)]))["All findings"]
    assert sheet.freeze_panes == "C5" and sheet.auto_filter.ref == "A4:O6" and sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0 and str(sheet.page_setup.paperSize) == "9"
    assert "10 June 2015" in sheet.oddHeader.left.text
    assert "Arrows in the headings filter" in sheet["A3"].value and "headings stay in view" in sheet["A3"].value


def test_change_is_a_column_only_where_the_run_remembers(tmp_path: Path) -> None:
    for sheet in ("Act today", "All findings"):
        assert "Change" not in rows(written(tmp_path, view())[sheet])[0]
        assert rows(written(tmp_path, known(view([finding(1, state="continuing")])))[sheet])[0]["Change"] == "Known"


def test_only_listed_findings_are_shown(tmp_path: Path) -> None:
    run = view([finding(1), finding(2)])
    run.listed[1] = False
    assert [row["Finding id"] for row in rows(written(tmp_path, run)["All findings"])] == ["f00001"]


def test_the_same_bytes_and_nothing_about_the_maker(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    for path in (first, second):
        write_workbook(path, listings(view([finding(n) for n in range(9)]))[0])
    assert first.read_bytes() == second.read_bytes()
    made = openpyxl.load_workbook(first).properties
    assert made.created == datetime(2015, 6, 10) and not made.creator and not made.lastModifiedBy


def test_written_beside_it_is_the_same_workbook(tmp_path: Path) -> None:
    listing = listings(view([finding(n) for n in range(9)]))[0]
    write_workbook(tmp_path / "alone.xlsx", listing)
    with workbook_beside(tmp_path / "beside.xlsx", listing, enough=1):
        pass
    assert (tmp_path / "beside.xlsx").read_bytes() == (tmp_path / "alone.xlsx").read_bytes()


@pytest.mark.parametrize("python", ["/nowhere/python", "/bin/false"], ids=["it can't be started", "it fails"])
def test_without_a_second_process_it_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    monkeypatch.setattr(sys, "executable", python)
    listing = listings(view([finding(n) for n in range(9)]))[0]
    with workbook_beside(tmp_path / "beside.xlsx", listing, enough=1):
        pass
    write_workbook(tmp_path / "alone.xlsx", listing)
    assert (tmp_path / "beside.xlsx").read_bytes() == (tmp_path / "alone.xlsx").read_bytes()


def children() -> set[str]:
    """The processes that this one has started and not yet waited for."""
    return {pid for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux says which processes this one has started")
def test_a_run_that_stops_takes_the_second_process_with_it(tmp_path: Path) -> None:
    listing, before = listings(view([finding(n) for n in range(9)]))[0], children()
    with pytest.raises(KeyError), workbook_beside(tmp_path / "beside.xlsx", listing, enough=1):
        assert children() > before
        raise KeyError
    assert children() == before
