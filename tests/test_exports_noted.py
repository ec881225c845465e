"""What is odd in a source and read as it was meant: one line for each kind, which alarms nobody."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.html
import openpyxl
import pytest
from commands import audit

from auditcheck.exports import read
from auditcheck.raw import NOTED

PLAN = "<ChildProtectionPlans><CPPstartDate>2022-12-06</CPPstartDate>{}</ChildProtectionPlans>"
CENSUS = """<Message><Children><Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers>
<CINdetails><CINreferralDate>2022-10-06</CINreferralDate>{}</CINdetails></Child></Children></Message>"""


def reviews(*groups: str) -> str:
    """A plan with its reviews, the days of each group in one Reviews element."""
    days = ["".join(f"<CPPreviewDate>2023-0{month}-15</CPPreviewDate>" for month in group) for group in groups]
    return PLAN.format("".join(f"<Reviews>{some}</Reviews>" for some in days))


def noted(path: Path) -> list[tuple[str, str]]:
    """Column and words of what is noted, up to how often."""
    return [(p.column, p.problem.removeprefix(NOTED).split("):")[0]) for p in read(path).problems if p.noted]


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        (reviews("1"), []),
        (reviews("12"), [("CPPreviewDate", "a review after the first of its plan (once")]),
        (reviews("1") + reviews("2"), []),
        (
            reviews("1", "2"),
            [
                ("CPPreviewDate", "a review after the first of its plan (once"),
                ("Reviews", "an element that stands more than once in one place (once"),
            ],
        ),
        (reviews(""), [("Reviews", "an element that should hold others and is empty (once")]),
        (
            "<Assessments><FactorsIdentifiedAtAssessment/></Assessments><Assessments><FactorsIdentifiedAtAssessment>\n"
            "</FactorsIdentifiedAtAssessment></Assessments>",
            [("FactorsIdentifiedAtAssessment", "an element that should hold others and is empty (2 times, first here")],
        ),
        (
            "<PreProceedingsandFGDM><PPStartDate>2022-12-01</PPStartDate></PreProceedingsandFGDM>",
            [("PreProceedingsandFGDM", "a block that no schema of the census from 2017 to 2026 has (once")],
        ),
    ],
)
def test_elements_that_are_odd_are_noted_once(tmp_path: Path, inner: str, told: list[tuple[str, str]]) -> None:
    (tmp_path / "cin.xml").write_text(CENSUS.format(inner), encoding="utf-8")
    assert noted(tmp_path / "cin.xml") == told


def test_text_in_an_element_that_should_hold_others_is_no_silent_loss(tmp_path: Path) -> None:
    inner = "<Assessments><FactorsIdentifiedAtAssessment>2A</FactorsIdentifiedAtAssessment></Assessments>"
    (tmp_path / "cin.xml").write_text(CENSUS.format(inner), encoding="utf-8")
    assert [(p.column, p.value) for p in read(tmp_path / "cin.xml").problems if "ignored" in p.problem] == [
        ("FactorsIdentifiedAtAssessment", "2A")
    ]


def test_a_namespace_and_another_root_are_noted(tmp_path: Path) -> None:
    text = CENSUS.format("").replace("<Message>", '<Return xmlns="urn:cin">').replace("Message>", "Return>")
    (tmp_path / "cin.xml").write_text(text, encoding="utf-8")
    assert noted(tmp_path / "cin.xml") == [("Return", "the file is no Message (once"), ("", "elements in a namespace (once")]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def make(*rows: list[Any]) -> Path:
        book = openpyxl.Workbook()
        book.active.title = "List 1"
        for row in [["Child Unique ID", "Gender", "Age of Child (Years)", "Date of Contact", "Contact Source"], *rows]:
            book.active.append(row)
        book.save(tmp_path / "annex.xlsx")
        return tmp_path / "annex.xlsx"

    return make


ALWAYS = (
    "",
    "no cell says the day of the inspection: the run's day stands for it, and each list of six months begins with its earliest date",
)


def test_cells_that_are_odd_are_noted_once_a_kind(workbook: Callable[..., Path]) -> None:
    plain = ["C1", "Unknown", 6, "16/09/2020", "Individual"]
    assert noted(workbook(["C1", None, 6, "16/09/2020", "Individual"])) == [ALWAYS]
    rows = [plain, [12, "a) Male", 6.5, "16/09/2020", "6: Police"], [13, "b) Female", 7, "16/09/2020", "Mr\u00a0X"]]
    assert sorted(noted(workbook(*rows))) == sorted(
        [
            ALWAYS,
            ("Child Unique ID", "an id in figures alone (2 times, first here"),
            ("Gender", "an answer with the letter of Ofsted's list before it (2 times, first here"),
            ("Gender", "an answer without the letter of Ofsted's list (once"),
            ("Age of Child (Years)", "an age with a fraction (once"),
            ("Contact Source", "a code with its label (once"),
            ("Contact Source", "a text with spaces that nobody sees (non-breaking, or at its ends) (once"),
        ]
    )


def test_a_header_with_a_space_at_its_end_is_noted_and_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "List 1"
    book.active.append(["Child Unique ID", "Gender", "Date of Contact "])
    book.active.append(["C1", None, "16/09/2020"])
    book.save(tmp_path / "annex.xlsx")
    assert read(tmp_path / "annex.xlsx").tables["contacts"].columns["received_at"].to_pylist() == ["2020-09-16"]
    spaces = "a text with spaces that nobody sees (non-breaking, or at its ends) (once"
    assert sorted(noted(tmp_path / "annex.xlsx")) == sorted([ALWAYS, ("Date of Contact", spaces)])


def test_no_name_of_a_worker_is_among_what_is_noted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "List 3"
    book.active.append(["Child Unique ID", "Date of referral", "Allocated Worker"])
    book.active.append(["C1", "16/09/2020", "Invented\u00a0Person"])
    book.save(tmp_path / "annex.xlsx")
    assert "Invented" not in repr([p for p in read(tmp_path / "annex.xlsx").problems if p.noted])


def test_a_byte_order_mark_is_noted_and_the_first_header_read(tmp_path: Path) -> None:
    for name, mark in (("marked", "\ufeff"), ("plain", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "header.csv").write_text(f"{mark}CHILD,SEX,DOB,ETHNIC,UPN\n12,M,01/01/2010,WBRI,\n", encoding="utf-8")
        assert read(tmp_path / name).tables["children"].columns["child_id"].to_pylist() == ["12"]
    figures = ("CHILD", "an id in figures alone (once")
    assert noted(tmp_path / "plain") == [figures]
    assert noted(tmp_path / "marked") == [("", "a byte order mark (BOM) before the header (once"), figures]


def test_what_is_noted_alarms_nobody(workbook: Callable[..., Path], tmp_path: Path) -> None:
    path = workbook([12, "b) Female", 6.5, "16/09/2020", "6: Police"])
    run = audit(path, tmp_path / "out", "--as-of", "2020-09-30", "--without", "workbook", "--without", "board", "--without", "cases")
    assert run.status == 0
    said = {page: " ".join(lxml.html.parse(os.fspath(run.out / page)).getroot().text_content().split()) for page in PAGES}
    lists = sum(f"no sheet for list {n}" in said["index.html"] for n in range(2, 11))
    assert f"{lists} values or records could not be taken as they stood" in said["index.html"] and lists == 9
    assert "an age with a fraction" not in said["index.html"]
    before, _, after = said["quality.html"].partition("Nothing is to be done about these")
    assert "an age with a fraction" in after and "an age with a fraction" not in before and "no sheet for list 2" in before


PAGES = ("index.html", "quality.html")
