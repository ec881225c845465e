"""Annex A workbooks through the public door."""

from __future__ import annotations

import datetime
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditcheck.exports import read
from auditcheck.raw import BadExport, Export, Problem

DAY = datetime.datetime
PERSON = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age"]
STAFF = ["Allocated Team", "Allocated Worker"]
CONTACTS = [*PERSON, "Date of Contact", "Contact Source"]
REFERRALS = [*PERSON, "Date of Referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months", *STAFF]
ENQUIRIES = [
    *PERSON,
    "Does the Child have a Disability",
    "Strategy discussion initiating Section 47 Enquiry Start Date",
    "Was an Initial Child Protection Conference deemed unnecessary?",
    "Date of Initial Child Protection Conference",
    "Did the Initial Child Protection Conference Result in a Child Protection Plan",
    *STAFF,
]
IN_NEED = [*PERSON, "CIN Start Date", "Date Child Was Last Seen", "CIN Closure Date", "Case Status", *STAFF]
PROTECTION = [
    *PERSON,
    "Child Protection Plan Start Date",
    "Initial Category of Abuse",
    "Latest Category of Abuse",
    "Date of the Last Statutory Visit",
    "Was the Child Seen Alone?",
    "Date of latest review conference",
    "Child Protection Plan End Date",
    "Number of Previous Child Protection Plans",
    *STAFF,
]
BORN = DAY(2015, 1, 25)
WHO = [9212044, "b) Female", "a) WBRI", BORN, 6.138]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Export]:
    def make(**sheets: list[list[Any]]) -> Export:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name.replace("__", " "))
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "annex.xlsx")
        return read(tmp_path / "annex.xlsx")

    return make


def rows(export: Export, table: str) -> list[dict[str, str]]:
    columns = {name: column.to_pylist() for name, column in export.tables[table].columns.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def said(export: Export, row: int | None = None) -> list[str]:
    """What is wrong, without the note of lists that a small workbook leaves out and what is only noted."""
    return [p.problem for p in wrong(export) if row in (None, p.row)]


def wrong(export: Export) -> list[Problem]:
    return [p for p in export.problems if not p.noted and "no sheet for list" not in p.problem]


def test_a_contact(workbook: Callable[..., Export]) -> None:
    export = workbook(List__1=[CONTACTS, [*WHO, DAY(2020, 9, 16), "q) 6:\u00a0Police"]])
    assert export.kind == "annex-a"
    assert rows(export, "contacts") == [
        {"contact_id": "contacts:9212044:2020-09-16:1", "child_id": "9212044", "received_at": "2020-09-16", "source_agency": "6: Police"}
    ]
    assert rows(export, "children") == [{"child_id": "9212044", "date_of_birth": "2015-01-25", "sex": "F", "ethnicity": "WBRI"}]
    assert export.coverage["contacts"] == "since 2020-09-16"
    assert list(export.tables["contacts"].rows) == [2]
    assert export.tables["contacts"].file == "annex.xlsx, List 1"
    assert [(i.name, i.rows) for i in export.inputs] == [("annex.xlsx", 1)]
    assert said(export) == []


@pytest.mark.parametrize("name", ["List 1", "List_1", "LIST 01", "list1 - Contacts", "Contacts"])
def test_sheets_are_known_by_number_or_title(tmp_path: Path, name: str) -> None:
    book = openpyxl.Workbook()
    book.active.title = name
    book.active.append(CONTACTS)
    book.save(tmp_path / "a.xlsx")
    assert len(read(tmp_path / "a.xlsx").tables["contacts"]) == 0


def test_list_10_is_not_list_1(workbook: Callable[..., Export]) -> None:
    head = [*PERSON, "Date the Child Entered Care", "Date of Decision that Child Should be Placed for Adoption", "Date of Adoption Order "]
    export = workbook(List__10=[head, [*WHO, DAY(2019, 8, 6), DAY(2019, 8, 11), None]], List__11=[["Individual adopter identifier"], [1]])
    assert "contacts" not in export.tables
    adoption = rows(export, "adoptions")[0]
    assert (adoption["entered_care_on"], adoption["decided_on"], adoption["adopted_on"]) == ("2019-08-06", "2019-08-11", "")
    assert any("adopters are no children" in text for text in said(export))


def test_both_dialects_of_headers_and_any_case_and_punctuation(workbook: Callable[..., Export]) -> None:
    head = [
        "ChildUniqueID",
        "gender ",
        "ETHNICITY",
        "DateOfBirth",
        "Age",
        "REFERRAL  date",
        "ReferralSource",
        "Referral-NFA",
        "AllocatedTeam",
    ]
    export = workbook(Referrals=[head, [*WHO, DAY(2020, 9, 16), "a) Individual", "a) Yes", "MASH"]])
    referral = rows(export, "referrals")[0]
    assert (referral["received_at"], referral["no_further_action"], referral["team"]) == ("2020-09-16", "yes", "MASH")
    assert "worker_id" not in referral, "a header that is missing gives no column"
    assert [text for text in said(export) if "written" not in text] == ["no such header: what it would say counts as not supplied"]
    assert [p.column for p in export.problems if "not written as it should be" in p.problem] == [
        *("gender", "ETHNICITY", "REFERRAL date", "Referral-NFA")
    ]


def test_titles_above_the_header_and_unknown_headers_and_sheets(workbook: Callable[..., Export]) -> None:
    export = workbook(
        Notes=[["hello"]], List__1=[["Contacts of the last six months"], [], [*CONTACTS, "Shoe size"], [*WHO, DAY(2020, 9, 16), "i"]]
    )
    assert list(export.tables["contacts"].rows) == [4]
    assert [(p.file, p.row, p.column) for p in wrong(export)] == [
        ("annex.xlsx, Notes", 0, ""),
        ("annex.xlsx, List 1", 3, "Shoe size"),
    ]


def test_what_a_column_may_not_hold_is_told_though_no_record_is_made_of_it(workbook: Callable[..., Export]) -> None:
    head = [*PERSON, "Date Started to be Looked After", "Placement postcode", "Child's Category of Need"]
    body = [[*WHO, DAY(2019, 8, 6), "nope", "N1 - Abuse or Neglect"], [1, *WHO[1:], DAY(2019, 8, 6), "C25 1YT", "PSRMEM - Support"]]
    export = workbook(List__8=[head, *body])
    assert [(p.row, p.column, p.value) for p in export.problems if "this column may hold" in p.problem] == [
        (3, "Child's Category of Need", "PSRMEM - Support"),
        (2, "Placement postcode", "nope"),
    ]


def test_a_sheet_with_another_name_is_told_by_its_headers(workbook: Callable[..., Export]) -> None:
    export = workbook(Sheet1=[CONTACTS, [*WHO, DAY(2020, 9, 16), "i) Other"]], Sheet2=[REFERRALS], Sheet3=[["a", "b", "c", "d"]])
    assert len(export.tables["contacts"]) == 1 and "referrals" in export.tables
    assert [p.file for p in export.problems if "not an Annex A list" in p.problem] == ["annex.xlsx, Sheet3"]


def test_lists_that_are_missing_are_said(workbook: Callable[..., Export]) -> None:
    export = workbook(List__1=[CONTACTS])
    told = [p.problem for p in export.problems if not p.noted]
    assert told == [
        f"no sheet for list {n}" + text.removeprefix(f"no sheet for list {n}") for n, text in zip(range(2, 11), told, strict=True)
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (DAY(2020, 9, 16), "2020-09-16"),
        (DAY(2020, 9, 16, 14, 30), "2020-09-16T14:30:00"),
        ("16/09/2020", "2020-09-16"),
        (" 16/09/2020\u00a0", "2020-09-16"),
        ("16/09/2020 14:30", "2020-09-16T14:30:00"),
        ("31/02/2015", "31/02/2015"),
        ("09/16/2020", "09/16/2020"),
        ("16/09/20", "16/09/20"),
        ("2020-09-16", "2020-09-16"),
        ("last week", "last week"),
        (44090, "44090"),
    ],
)
def test_dates(workbook: Callable[..., Export], cell: object, text: str) -> None:
    export = workbook(List__1=[CONTACTS, [*WHO, cell, "i) Other"]])
    assert rows(export, "contacts")[0]["received_at"] == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        *(("a) Yes", "yes"), ("b) No", "no"), ("Yes", "yes"), ("NO", "no"), (True, "yes"), (False, "no"), ("False", "no"), (1, "yes")),
        *(("Unknown", ""), ("c) Unknown", ""), (None, ""), ("CS Assessment Updated", "CS Assessment Updated")),
    ],
)
def test_yes_and_no(workbook: Callable[..., Export], cell: object, text: str) -> None:
    export = workbook(List__3=[REFERRALS, [*WHO, DAY(2020, 9, 16), "", cell, 0, "T", "W1"]])
    assert rows(export, "referrals")[0]["no_further_action"] == text


def test_failed_look_ups_are_blank_and_other_errors_are_not(workbook: Callable[..., Export]) -> None:
    body = [[*WHO, DAY(2020, 9, 16), "", "No", 0, "#N/A", "#N/A"], [*WHO, "#REF!", "", "No", 0, "T", "W1"]]
    export = workbook(List__3=[REFERRALS, *body])
    one, two = rows(export, "referrals")
    assert (one["team"], one["worker_id"], two["received_at"]) == ("", "", "#REF!")
    assert [(p.row, p.column) for p in export.problems if "#" in p.problem] == [
        (2, "Allocated Team"),
        (2, "Allocated Worker"),
        (3, "Date of referral"),
    ]
    assert len(export.tables["involvements"]) == 1


def test_a_formula_without_its_result_is_neither_blank_nor_a_date(workbook: Callable[..., Export]) -> None:
    export = workbook(List__1=[CONTACTS, [*WHO, "=H2+5", "i) Other"], ["=A2", *WHO[1:], DAY(2020, 9, 17), "i) Other"]])
    one, two = rows(export, "contacts")
    assert one["received_at"] == "?formula"
    assert two["child_id"] == ""
    assert "formula saved without its result" in said(export, 2)[0]
    assert len(export.tables["children"]) == 1


def test_a_formula_with_its_result_is_read(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("List 1")
        sheet.write_row(0, 0, CONTACTS)
        sheet.write_row(1, 0, [*WHO[:3], "", 6])
        sheet.write_formula(1, 5, "=DATE(2020,9,16)", book.add_format({"num_format": "dd/mm/yyyy"}), 44090)
    export = read(tmp_path / "a.xlsx")
    assert rows(export, "contacts")[0]["received_at"] == "2020-09-16"
    assert said(export) == []


def test_names_of_workers_are_not_read(workbook: Callable[..., Export]) -> None:
    body = [[*WHO, DAY(2020, 9, 16), "", "No", 0, "MASH", name] for name in ("Ann\u00a0Other", "Ann  Other", "Other,Ann", "W123")]
    export = workbook(List__3=[REFERRALS, *body])
    first, second, third, fourth = [row["worker_id"] for row in rows(export, "referrals")]
    assert re.fullmatch(r"worker-[0-9a-f]{8}", first)
    assert first == second != third
    assert re.fullmatch(r"worker-[0-9a-f]{8}", third)
    assert fourth == "W123"
    everything = repr([column.to_pylist() for table in export.tables.values() for column in table.columns.values()]) + repr(export.problems)
    assert "Other" not in everything


def test_an_enquiry_its_discussion_and_its_conference(workbook: Callable[..., Export]) -> None:
    body = [
        [*WHO, "b) No", DAY(2020, 9, 16), "No", DAY(2020, 10, 5), "Yes", "T", "W1"],
        [1, *WHO[1:], "b) No", DAY(2020, 9, 10), "Yes", None, None, "T", "W1"],
    ]
    export = workbook(Sec47__and__ICPC=[ENQUIRIES, *body])
    enquiry, without = rows(export, "section_47_enquiries")
    (conference,) = rows(export, "conferences")
    assert (enquiry["started_on"], enquiry["conference_required"]) == ("2020-09-16", "yes")
    assert "strategy_id" not in enquiry and "strategy_discussions" not in export.tables
    assert without["conference_required"] == "no"
    assert (conference["kind"], conference["held_at"], conference["outcome"]) == ("initial", "2020-10-05", "plan")
    assert conference["enquiry_id"] == enquiry["enquiry_id"]
    assert "plan_id" not in conference
    assert export.coverage["conferences"] == "latest_only"
    assert export.coverage["conferences.enquiry_id"] == export.coverage["section_47_enquiries"] == "since 2020-09-10"


def test_a_child_protection_plan_with_its_latest_review_and_visit(workbook: Callable[..., Export]) -> None:
    body = [
        [*WHO, DAY(2020, 4, 27), "Physical abuse", "d) Emotional Abuse", DAY(2020, 12, 30), "a) Yes", DAY(2021, 1, 4), None, 2, "T", "W1"]
    ]
    export = workbook(List_7=[PROTECTION, *body])
    (plan,) = rows(export, "plans")
    (review,) = rows(export, "conferences")
    (visit,) = rows(export, "visits")
    assert plan == {
        "plan_id": "plans:9212044:2020-04-27:child_protection:1",
        "child_id": "9212044",
        "kind": "child_protection",
        "started_on": "2020-04-27",
        "ended_on": "",
        "category": "physical",
        "latest_category": "emotional",
        "team": "T",
        "previous_plans": "2",
    }
    assert (review["kind"], review["held_at"], review["plan_id"]) == ("review", "2021-01-04", plan["plan_id"])
    assert (visit["kind"], visit["visited_at"], visit["plan_id"]) == ("child_protection", "2020-12-30", plan["plan_id"])
    assert (visit["child_seen"], visit["child_seen_alone"]) == ("yes", "yes")
    assert {t: export.coverage[t] for t in ("plans", "visits", "conferences")} == {
        "plans": "latest_only",
        "visits": "latest_only",
        "conferences": "latest_only",
    }
    (lead,) = rows(export, "involvements")
    assert (lead["role"], lead["team"], lead["worker_id"], lead["started_on"]) == ("lead", "T", "W1", "2020-04-27")


def test_without_the_header_of_a_review_there_is_no_table_of_reviews(workbook: Callable[..., Export]) -> None:
    at = PROTECTION.index("Date of latest review conference")
    row = [*WHO, DAY(2020, 4, 27), "Neglect", "Neglect", DAY(2020, 12, 30), "Yes", None, None, 0, "T", "W"]
    export = workbook(List_7=[[*PROTECTION[:at], *PROTECTION[at + 1 :]], [*row[:at], *row[at + 1 :]]])
    assert "conferences" not in export.tables
    assert "plans" in export.tables


def test_what_a_list_does_not_ask_is_unreadable_not_blank(workbook: Callable[..., Export]) -> None:
    enquiry = [*WHO, "b) No", DAY(2020, 9, 16), "No", DAY(2020, 10, 5), None, "T", "W1"]
    plan = [*WHO, DAY(2020, 4, 27), "Neglect", "Neglect", DAY(2020, 12, 30), "Yes", DAY(2021, 1, 4), None, 2, "T", "W1"]
    contact = [77, *WHO[1:], DAY(2020, 9, 16), "i) Other"]
    export = workbook(List__1=[CONTACTS, contact], List__5=[ENQUIRIES, enquiry], List__7=[PROTECTION, plan])
    assert {row["kind"]: row["outcome"] for row in rows(export, "conferences")} == {"initial": "", "review": "?differs"}
    assert {row["child_id"]: row["disabled"] for row in rows(export, "children")} == {"77": "?differs", "9212044": "no"}


def test_only_children_on_a_child_in_need_plan_have_one(workbook: Callable[..., Export]) -> None:
    body = [
        [*WHO, DAY(2019, 1, 1), DAY(2021, 1, 1), DAY(2021, 2, 2), "c) Child in need plan", "T", "W1"],
        [1, *WHO[1:], DAY(2019, 1, 1), None, None, "b) Child Protection plan", "T", "W1"],
    ]
    export = workbook(List__6=[IN_NEED, *body])
    (plan,) = rows(export, "plans")
    assert (plan["child_id"], plan["kind"], plan["started_on"], plan["ended_on"]) == (
        "9212044",
        "child_in_need",
        "2019-01-01",
        "2021-02-02",
    )
    assert "visits" not in export.tables
    assert len(export.tables["involvements"]) == 2


def test_children_in_care_and_care_leavers(workbook: Callable[..., Export]) -> None:
    care = {
        "Date Started to be Looked After": DAY(2019, 8, 6),
        "Child's Legal Status": "C2: FCO",
        "Date of Latest Statutory Review": DAY(2021, 1, 12),
        "Date of Last Social Work Visit": DAY(2021, 1, 6),
        "Start Date of Most Recent Placement": DAY(2019, 11, 2),
        "Placement Type": "f) U6: Foster placement - not FFA",
        "Placement Location": "a) In",
        "Number of Episodes the Child has been \u2018Missing\u2019 from their Placement in the last 12 months": 3,
    }
    left = {
        "Allocated Personal Advisor": "Jo Bloggs",
        "LA in Touch": "a) Yes",
        "Latest Date of Contact": DAY(2021, 3, 1),
        "Type of Accommodation": "m) Bed and breakfast",
        "Suitability of Accommodation": "b) Not suitable",
        "Activity Status": "G5: Not in education, employment or training - other",
    }
    export = workbook(
        List__8=[[*PERSON, *care], [*WHO, *care.values()]],
        List__9=[[*PERSON, *STAFF, *left], [1, *WHO[1:], "Leaving care", "W2", *left.values()]],
    )
    (episode,), (placement,), (review,) = (rows(export, table) for table in ("care_episodes", "placements", "reviews"))
    (visit,), (leaver,) = rows(export, "visits"), rows(export, "care_leavers")
    assert (episode["started_on"], episode["legal_status"]) == ("2019-08-06", "C2: FCO")
    assert (placement["started_on"], placement["kind"], placement["in_area"]) == ("2019-11-02", "foster", "yes")
    assert (review["kind"], review["held_on"]) == ("looked_after", "2021-01-12")
    assert placement["care_episode_id"] == review["care_episode_id"] == episode["care_episode_id"]
    assert (visit["kind"], visit["visited_at"]) == ("looked_after", "2021-01-06")
    assert "child_seen" not in visit
    assert "missing_episodes" not in export.tables
    assert re.fullmatch(r"worker-[0-9a-f]{8}", leaver.pop("personal_adviser_id"))
    assert leaver == {
        "care_leaver_id": "care_leavers:1::1",
        "child_id": "1",
        "last_in_touch_on": "2021-03-01",
        "in_touch": "yes",
        "accommodation": "bed_and_breakfast",
        "accommodation_suitable": "no",
        "in_education_employment_training": "no",
    }


def test_lists_that_disagree_about_a_child_make_it_unreadable(workbook: Callable[..., Export]) -> None:
    contact = [*WHO, DAY(2020, 9, 16), "i) Other"]
    referral = [9212044, "a) Male", "", DAY(2015, 1, 26), 6, DAY(2020, 9, 16), "", "No", 0, "T", "W"]
    export = workbook(List__1=[CONTACTS, contact], List__3=[REFERRALS, referral])
    (child,) = rows(export, "children")
    assert (child["date_of_birth"], child["sex"]) == ("?differs", "?differs")
    told = {(p.column, p.value) for p in export.problems if p.problem.startswith("sources disagree")}
    assert told >= {("date_of_birth", "2015-01-25 / 2015-01-26")}, "what they say is a value, and no part of a sentence that pages show"
    assert child["ethnicity"] == "WBRI"
    assert [p.column for p in export.problems if "sources disagree" in p.problem] == ["date_of_birth", "sex"]


def test_a_child_not_stated_in_one_list_is_no_contradiction(workbook: Callable[..., Export]) -> None:
    referral = [9212044, "c) Not stated/recorded", "", None, 6, DAY(2020, 9, 16), "", "No", 0, "T", "W"]
    export = workbook(List__1=[CONTACTS, [*WHO, DAY(2020, 9, 16), ""]], List__3=[REFERRALS, referral])
    assert rows(export, "children")[0]["sex"] == "F"
    assert not any("disagree" in text for text in said(export))


def test_two_lists_of_one_table_count_from_the_later_window(workbook: Callable[..., Export]) -> None:
    early = [
        [*PERSON, "Assessment start date", "Assessment completion date"],
        [*WHO, DAY(2020, 3, 1), DAY(2020, 4, 1)],
        [*WHO, DAY(2020, 9, 1), None],
    ]
    single = [
        [*PERSON, "Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"],
        [*WHO, DAY(2020, 5, 1), DAY(2020, 6, 1)],
        [*WHO, DAY(2020, 6, 15), "31/02/2015"],
    ]
    export = workbook(Early__Help=early, Assessments=single)
    assert export.coverage["assessments"] == "since 2020-06-01"
    assert sorted(row["kind"] for row in rows(export, "assessments")) == ["early_help", "early_help", "single", "single"]


def test_an_assessment_that_began_before_the_window_does_not_widen_it(workbook: Callable[..., Export]) -> None:
    """Another that began on the same day and ended before the six months would not be listed: nothing is known of that time."""
    header = [*PERSON, "Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"]
    export = workbook(Assessments=[header, [*WHO, DAY(2020, 2, 3), DAY(2020, 4, 6)], [*WHO, DAY(2020, 1, 6), None]])
    assert export.coverage["assessments"] == "since 2020-04-06"
    still = workbook(Assessments=[header, [*WHO, DAY(2020, 2, 3), None]])
    assert still.coverage["assessments"] == "latest_only"


def test_a_row_without_a_child_and_a_list_without_ids(workbook: Callable[..., Export]) -> None:
    export = workbook(
        List__1=[CONTACTS, [None, "b) Female", "", BORN, 6, DAY(2020, 9, 16), ""]],
        List__3=[REFERRALS[1:], ["a) Male", "", BORN, 6, DAY(2020, 9, 16), "", "No", 0, "T", "W"]],
        List__4=[["nothing", "of", "the", "kind"]],
        List__5=[],
    )
    assert rows(export, "contacts")[0]["child_id"] == ""
    assert "referrals" not in export.tables
    assert [(p.file, p.stopped) for p in export.problems if p.stopped] == [
        ("annex.xlsx, List 3", True),
        ("annex.xlsx, List 4", True),
        ("annex.xlsx, List 5", True),
    ]


def test_a_list_twice_and_a_header_twice(workbook: Callable[..., Export]) -> None:
    row = [*WHO, DAY(2020, 9, 16), "i) Other", DAY(2020, 9, 17)]
    export = workbook(List__1=[[*CONTACTS, "DateOfContact"], row], Contacts=[CONTACTS, row])
    assert "received_at" not in rows(export, "contacts")[0]
    assert any(p.stopped and "already read" in p.problem for p in export.problems)
    assert any("more than once with different content" in text for text in said(export))


def test_a_workbook_without_lists_is_refused(workbook: Callable[..., Export]) -> None:
    with pytest.raises(BadExport, match=r"without any Annex A list \(its sheets: Budget\)"):
        workbook(Budget=[["a", "b"]])


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "List 1"
    book.active.append(CONTACTS)
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    with pytest.raises(BadExport, match="damaged workbook"):
        read(tmp_path / "bad.xlsx")


def test_counts_of_the_public_sample() -> None:
    if "AUDITCHECK_SAMPLES" not in os.environ:
        pytest.skip("AUDITCHECK_SAMPLES is not set")
    path = Path(os.environ["AUDITCHECK_SAMPLES"]) / "annex_a" / "Annex_A_2024_Jan.xlsx"
    book = openpyxl.load_workbook(path, data_only=True)

    def filled(name: str, header: str) -> list[object]:
        head, *body = book[name].iter_rows(values_only=True)
        return [row[head.index(header)] for row in body if row[head.index(header)] not in (None, "")]

    children = {str(child) for n in range(1, 11) for child in filled(f"List {n}", "Child Unique ID")}
    protection = len(filled("List 7", "Child Protection Plan Start Date"))
    in_need = filled("List 6", "Case Status").count("c) Child in need plan")
    export = read(path)
    assert set(export.tables["children"].columns["child_id"].to_pylist()) == children
    plans = [row["kind"] for row in rows(export, "plans")]
    assert (plans.count("child_protection"), plans.count("child_in_need")) == (protection, in_need)
    conferences = [row["kind"] for row in rows(export, "conferences")]
    assert conferences.count("review") == len(filled("List 7", "Date of latest review conference"))
    assert conferences.count("initial") == len(filled("List 5", "Date of Initial Child Protection Conference"))
    assert len(export.tables["reviews"]) == len(filled("List 8", "Date of Latest Statutory Review"))
    assert sum("#N/A" in p.problem for p in export.problems) == 10
    assert not any("not a header" in p.problem or "no such header" in p.problem or p.stopped for p in export.problems)
