"""Nothing is claimed that a format cannot show: how far a return reaches, the kinds of record it holds, what no list asks for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from commands import Run, audit
from test_exports_annex_a import DAY, ENQUIRIES, IN_NEED, PERSON, PROTECTION, WHO
from test_exports_cin import IDS, message
from test_exports_lists import SSD, folder

from auditcheck.exports import read

HEADER = "<Header><CollectionDetails><ReferenceDate>2023-03-31</ReferenceDate></CollectionDetails></Header>"
FIRST = "CPC-RCPC1-11"


def episode(plan: str, more: str = "") -> str:
    referral = "<CINreferralDate>2022-09-01</CINreferralDate><ReferralSource>1A</ReferralSource><ReferralNFA>0</ReferralNFA>"
    return f"<CINdetails>{referral}{more}<ChildProtectionPlans><CPPstartDate>{plan}</CPPstartDate></ChildProtectionPlans></CINdetails>"


def census(tmp_path: Path, *episodes: str, as_of: str) -> Run:
    review = "<CPPreviewDate>2022-04-04</CPPreviewDate>"  # somebody's, so that the file has conferences
    other = IDS.replace("C1", "C9") + episode("2022-02-02").replace("</ChildProtectionPlans>", f"{review}</ChildProtectionPlans>")
    children = [IDS.replace("C1", f"C{n}") + one for n, one in enumerate(episodes, start=1)]
    (tmp_path / "cin.xml").write_text(message(*children, other, header=HEADER), encoding="utf-8")
    return audit(tmp_path / "cin.xml", tmp_path / f"out-{as_of}", "--fail-on", "never", as_of=as_of)


def outcome(run: Run, rule: str, child: str) -> str:
    return next(outcome for (name, record), outcome in run.outcomes.items() if name == rule and f":{child}:" in record)


@pytest.mark.parametrize(("plan", "before", "after"), [("2023-01-10", "not_yet_due", "cannot_tell"), ("2022-11-01", "not_met", "not_met")])
def test_what_fell_due_after_the_return_was_closed_cannot_be_told(tmp_path: Path, plan: str, before: str, after: str) -> None:
    assert outcome(census(tmp_path, episode(plan), as_of="2023-03-31"), FIRST, "C1") == before
    assert outcome(census(tmp_path, episode(plan), as_of="2023-06-30"), FIRST, "C1") == after


def test_due_on_the_reference_date_is_the_boundary(tmp_path: Path) -> None:
    run = census(tmp_path, episode("2022-12-31"), episode("2022-12-30"), as_of="2023-06-30")
    assert (outcome(run, FIRST, "C1"), outcome(run, FIRST, "C2")) == ("cannot_tell", "not_met"), "the reference date is not yet over"


def test_another_source_that_goes_on_shows_what_came_later(tmp_path: Path) -> None:
    run = census(tmp_path, episode("2023-01-10"), as_of="2023-06-30")
    local = folder(tmp_path / "local", {"conferences.csv": "conference_id,child_id,kind,held_at\nK,C9,review,2023-05-01\n"})
    both = audit(tmp_path / "cin.xml", tmp_path / "both", local, "--fail-on", "never", as_of="2023-06-30")
    assert (outcome(run, FIRST, "C1"), outcome(both, FIRST, "C1")) == ("cannot_tell", "not_met")


def test_an_unfinished_enquiry_is_not_claimed_where_no_outcome_has_a_column(tmp_path: Path) -> None:
    enquiry = "<Section47><S47ActualStartDate>2022-10-10</S47ActualStartDate><ICPCnotRequired>1</ICPCnotRequired></Section47>"
    assessment = "<Assessments><AssessmentActualStartDate>2022-09-02</AssessmentActualStartDate>{}</Assessments>"
    done = assessment.format("<AssessmentAuthorisationDate>2022-10-01</AssessmentAuthorisationDate>")
    closed = "<CINclosureDate>2023-02-01</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>"
    run = census(tmp_path, *(episode("2022-11-01", closed + enquiry + one) for one in (done, assessment.format(""))), as_of="2023-03-31")
    assert (outcome(run, "CLS-CEN-10", "C1"), outcome(run, "CLS-CEN-10", "C2")) == ("cannot_tell", "not_met")


def test_a_kind_that_the_format_does_not_hold_is_not_missing_from_the_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "List 6"
    book.active.append(IN_NEED)
    book.active.append([*WHO, DAY(2019, 1, 1), DAY(2021, 1, 1), None, "c) Child in need plan", "T", "W1"])
    care = book.create_sheet("List 8")
    care.append([*PERSON, "Does the Child have a Disability", "Date Started to be Looked After", "Date of Latest Statutory Review"])
    care.append([1, *WHO[1:], "b) No", DAY(2019, 8, 6), DAY(2021, 1, 12)])
    book.save(tmp_path / "annex.xlsx")
    export = read(tmp_path / "annex.xlsx")
    assert export.kinds["reviews"] == {"looked_after"}
    assert export.kinds["plans"] == {"child_in_need"}
    run = audit(tmp_path / "annex.xlsx", tmp_path / "out", "--profile", "local-example", "--fail-on", "never", as_of="2021-03-31")
    assert (run.rules["CIN-REV-04"]["status"], run.rules["CIN-REV-04"]["why"]) == ("not_evaluated", "kind missing: reviews (child_in_need)")
    assert run.rules["PRM-2REV-01"]["why"] == "kind missing: plans (permanence)"


def test_a_late_first_conference_is_told_beside_a_list_of_latest_reviews(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "List 5"
    book.active.append(ENQUIRIES)
    for child, held in ((1, DAY(2020, 10, 2)), (2, DAY(2020, 10, 5)), (3, None)):  # the fifteenth working day is 2 October
        book.active.append([child, *WHO[1:], "b) No", DAY(2020, 9, 11), "No", held, "Yes" if held else None, "T", "W1"])
    plans = book.create_sheet("List 7")
    plans.append(PROTECTION)
    reviewed = [DAY(2020, 12, 30), "Yes", DAY(2021, 1, 20), None, 0, "T", "W1"]
    plans.append([2, *WHO[1:], DAY(2020, 10, 5), "Neglect", "Neglect", *reviewed])
    book.save(tmp_path / "annex.xlsx")
    run = audit(tmp_path / "annex.xlsx", tmp_path / "out", "--fail-on", "never", as_of="2021-01-31")
    assert [outcome(run, "CPC-ICPC-01", child) for child in "123"] == ["met", "not_met", "not_met"]
    assert (outcome(run, FIRST, "2")) == "cannot_tell", "of reviews the latest only is there"


def test_the_kinds_of_several_sources_count_together(tmp_path: Path) -> None:
    ssd = folder(tmp_path / "ssd", SSD)
    local = folder(tmp_path / "local", {"plans.csv": "plan_id,child_id,kind,started_on\nP,2,permanence,2023-04-01\n"})
    assert read(ssd).kinds["plans"] == {"child_in_need", "child_protection"}
    run = audit(ssd, tmp_path / "one", "--fail-on", "never", as_of="2024-03-31")
    both = audit(ssd, tmp_path / "two", local, "--fail-on", "never", as_of="2024-03-31")
    assert (run.rules["PRM-2REV-01"]["status"], both.rules["PRM-2REV-01"]["status"]) == ("not_evaluated", "evaluated")


@pytest.mark.parametrize(
    ("nfa", "json", "required"),
    [
        ("N", '{""CP_CONFERENCE_FLAG"": ""Y""}', "yes"),
        ("N", '{""CP_CONFERENCE_FLAG"": ""N""}', "no"),
        ("Y", "", "no"),
        ("N", "{oops", "?differs"),
    ],
)
def test_whether_the_ssd_says_that_a_conference_was_needed(tmp_path: Path, nfa: str, json: str, required: str) -> None:
    head = "s47e_s47_enquiry_id,s47e_person_id,s47e_s47_start_date,s47e_s47_nfa,s47e_s47_outcome_json"
    place = folder(tmp_path / "ssd", SSD | {"ssd_s47_enquiry.csv": f'{head}\nE1,1,2023-01-20 00:00:00,{nfa},"{json}"\n'})
    assert read(place).tables["section_47_enquiries"].columns["conference_required"].to_pylist() == [required]
