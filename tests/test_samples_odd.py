"""What is odd in real export files, one by one, and the line of the quality report that says so.

The files are found through AUDITCHECK_SAMPLES; they are not part of the project. The same table, in words, is in docs/exports.md.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from auditcheck import nightly
from auditcheck.cli import main
from auditcheck.raw import NOTED, BadExport
from auditcheck.reports import OPTIONAL

SAMPLES = Path(os.environ.get("AUDITCHECK_SAMPLES", ""))
DOCS = Path(__file__).parents[1] / "docs" / "exports.md"
needs_samples = pytest.mark.skipif("AUDITCHECK_SAMPLES" not in os.environ, reason="AUDITCHECK_SAMPLES is not set")

ANNEX = "annex_a/Annex_A_2024_Jan.xlsx"
CIN_2021, CIN_2024, CIN_2026 = (f"cin_census/CIN_Census_{year}.xml" for year in (2021, 2024, 2026))
NO_FACTORS, NOTHING_ELSE = "cin_census/CIN_Census_2021_no_assessment_factors.xml", "cin_census/fake_CIN_data.xml"
RANDOM, RANDOM_TABLES, TABLES, CARE = "cin_generated/CIN_output.xml", "cin_generated", "cin_tables", "ssda903"

#: (file, column, value, problem): a part of each. ``noted`` at the beginning of a problem: nothing is to do.
Line = tuple[str, str, str, str]
ODD: dict[str, dict[str, list[Line]]] = {
    # Annex A
    "`Age` for `Age of Child (Years)`": {
        ANNEX: [("List 1", "Age of Child (Years)", "Age", "noted: a header in another spelling that is known")]
    },
    "an age with a fraction": {ANNEX: [("List 1", "Age of Child (Years)", "6.138", "noted: an age with a fraction (49 times in 9 lists")]},
    "`Date of Referral` for `Date of referral`": {ANNEX: [("List 3", "Date of Referral", "", "taken for Date of referral")]},
    "a header with a bracket too many": {ANNEX: [("List 8", "Unaccompanied Asylum", "", "taken for Unaccompanied Asylum Seeking Child")]},
    "curly quotation marks in a header": {
        ANNEX: [("List 8", "Number of Episodes", "", "'Missing'"), ("List 8", "Number of Episodes", "", "'Absent'")]
    },
    "a child's id that is a number in Excel": {
        ANNEX: [("List 1", "Child Unique ID", "9212044", "noted: an id in figures alone (54 times")]
    },
    "letters of Ofsted's lists before answers": {
        ANNEX: [("List 1", "Gender", "b) Female", "noted: an answer with the letter of Ofsted's list")]
    },
    "answers without the letter beside those with it": {
        ANNEX: [("List 1", "Gender", "Female", "noted: an answer without the letter of Ofsted's list (34 times in 5 lists")]
    },
    "a code with its label": {ANNEX: [("List 1", "Contact Source", "q) 6: Police", "noted: a code with its label (46 times in 5 lists")]},
    "`#N/A`, a look-up that failed": {
        ANNEX: [("List 6", "Allocated Team", "", "#N/A: a failed look-up"), ("List 6", "Allocated Worker", "", "#N/A: a failed look-up")]
    },
    "formulas in place of dates": {ANNEX: [("List 10", "Date of Decision", "", "noted: a formula (21 times, first here)")]},
    "non-breaking spaces in names": {ANNEX: [("List 3", "Allocated Worker", "", "noted: a text with spaces that nobody sees")]},
    "a postcode that is none": {ANNEX: [("List 8", "Placement postcode", "nope", "not what this column may hold")]},
    "free text where an answer should be": {
        ANNEX: [("List 4", "Was the child assessed", "CS Assessment Updated", "not one of the answers")]
    },
    "free text in place of a code of need": {ANNEX: [("List 6", "Primary Need Code", "PSRMEM", "not one of the answers")]},
    "a plan that began before the birth": {
        ANNEX: [("List 7", "Child Protection Plan Start Date", "2020-11-23", "before the child's date of birth")]
    },
    "young people of 21 among the children in need": {ANNEX: [("List 6", "CIN Start Date", "2010-06-09", "already 18")]},
    "a plan that ends on the day of its last review": {
        ANNEX: [("List 7", "Child Protection Plan End Date", "2021-02-16", "noted: a plan that ends on the day of its latest review")]
    },
    "lists that name different children": {
        ANNEX: [
            ("List 1", "", "", "noted: a child whom one list alone names (42 times"),
            ("List 3", "", "", "noted: a child whom several lists name (6 times"),
        ]
    },
    "lists that say different things of a child": {ANNEX: [("List 9", "date_of_birth", "", "sources disagree")]},
    "no day of the inspection": {ANNEX: [("Annex_A_2024_Jan.xlsx", "", "", "noted: no cell says the day of the inspection")]},
    "a list that is not about children": {ANNEX: [("List 11", "", "", "5 rows not read")]},
    # The children in need census
    "the pre-proceedings block, which is in no schema": {CIN_2026: [("", "PreProceedingsandFGDM", "", "noted: a block that no schema")]},
    "several reviews in one `Reviews`": {RANDOM: [("", "CPPreviewDate", "", "noted: a review after the first of its plan (62 times")]},
    "`true` and `false` for `1` and `0`": {
        CIN_2026: [
            ("", "ICPCnotRequired", "false", "noted: not written as 0, 1"),
            ("", "ReferralNFA", "false", "noted: not written as 0, 1"),
        ],
        NOTHING_ELSE: [("", "ReferralNFA", "true", "noted: not written as 0, 1")],
        TABLES: [("CINdetails.csv", "ReferralNFA", "FALSE", "noted: not written as 0, 1")],
    },
    "`DateOfInitialCPC` in two places": {
        CIN_2024: [("", "DateOfInitialCPC", "2022-12-06 / 2022-06-17", "with another date")],
        CIN_2026: [("", "DateOfInitialCPC", "2022-12-06 / 2022-06-17", "with another date")],
        RANDOM_TABLES: [("CINdetails.csv", "DateOfInitialCPC", "2020-01-03 / 2021-12-01", "with another date")],
        TABLES: [("CINdetails.csv", "DateOfInitialCPC", "2020-09-29", "at no section 47 enquiry")],
    },
    "`Sex` with the old code": {CIN_2026: [("", "Sex", "1", "noted: not written as M, F, U")]},
    "text between elements": {CIN_2021: [("", "UPNunknown", "PersonBirthDate", "text between elements")]},
    "a factor that is in no list": {CIN_2026: [("", "AssessmentFactors", "RB", "not one of the answers")]},
    "an element for factors with nothing in it": {
        CIN_2024: [("", "FactorsIdentifiedAtAssessment", "", "noted: an element that should hold others and is empty (once)")]
    },
    "no header": {RANDOM: [("", "ReferenceDate", "", "no reference date")], CARE: [("", "ReferenceDate", "", "no reference date")]},
    "another name for the whole": {RANDOM: [("", "CINdetailsCollection", "", "noted: the file is no Message")]},
    "names of elements that drifted": {
        RANDOM: [("", "CINClosureDate", "", "taken for CINclosureDate"), ("", "DateofInitialICPC", "", "taken for DateOfInitialCPC")]
    },
    "no assessments, plans or enquiries": {
        NOTHING_ELSE: [("", name, "", "counts as not supplied") for name in ("Assessments", "ChildProtectionPlans", "Section47")]
    },
    "dates in an impossible order": {
        RANDOM: [("", "", "", "The dates contradict each other"), ("", "CINPlanStartDate", "", "before the child's date of birth")]
    },
    "dates that have not come": {CIN_2026: [("", "AssessmentActualStartDate", "2028-04-28", "future")]},
    "a year that can't be": {CIN_2021: [("", "ExpectedPersonBirthDate", "1066-04-13", "not a date that can be read")]},
    "dates in the tables as day/month/year": {
        TABLES: [("CINdetails.csv", "CINreferralDate", "13/07/2020", "noted: a date as day/month/year")]
    },
    "headers of the tables by other names": {
        TABLES: [("ChildIdentifiers.csv", "Sex", "GenderCurrent", "noted: a header in another spelling")],
        RANDOM_TABLES: [("CINdetails.csv", "CINClosureDate", "", "not written as it should be")],
    },
    "a column without a name": {TABLES: [("CINdetails.csv", "column 1", "", "without a name")]},
    # SSDA903
    "a byte order mark": {CARE: [("sw_episodes.csv", "", "", "noted: a byte order mark (BOM) before the header (once)")]},
    "the date of birth in every file": {
        CARE: [("", "", "", "noted: a child whom several files name (2,677 times"), ("", "date_of_birth", "", "sources disagree")]
    },
    "ids in figures, and with letters": {
        CARE: [
            ("", "CHILD", "", "noted: an id in figures alone"),
            ("sw_episodes.csv", "CHILD", "CHILD10", "noted: an id with letters (once)"),
        ]
    },
    "`SEX` as 1 and 2": {CARE: [("header.csv", "SEX", "1 / 2", "noted: not written as M, F, U, which are the codes (2,675 times")]},
    "absences that are no missing episodes": {CARE: [("missing.csv", "MISSING", "A", "noted: an absence (A, away without authorisation)")]},
    "a column that nobody knows": {CARE: [("SSDA903_2020_episodes.csv", "TEST_COLUMN", "", "not a header of this list")]},
    "codes that are in no list": {
        CARE: [("sw_episodes.csv", "SW_REASON", "SWLAZY", "not one of the answers"), ("", "RNE", "*DUMMY*", "not one of the answers")]
    },
    "meetings that are still to come": {CARE: [("reviews.csv", "REVIEW", "2030-", "planned")]},
    "the same row twice": {CARE: [("placed_for_adoption_errors.csv", "adoption_id", "", "identical copy")]},
    "episodes that end and go on, with nothing after them": {CARE: [("episodes.csv", "REC", "X1", "nothing follows")]},
    "children whose year the episodes do not show": {
        CARE: [("episodes.csv", name, "", "552 of 2,677 children") for name in ("looked_after_twelve_months", "short_breaks_only")]
    },
    "files that nothing is made of": {CARE: [(name, "", "", "not read") for name in ("DoLo", "oc3", "previous_permanence", "uasc")]},
}
#: What is odd only in that it is not there: told by how full each field is.
BLANK = {
    "dates and texts that are blank": {ANNEX: ("care_episodes", "ended_on")},
    "assessments without factors": {NO_FACTORS: ("assessments", "factors")},
}
REFUSED = "tables of the SSD described, not filled"

Told = list[dict[str, str]]


def rows(path: Path) -> Told:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a run over a sample, once a sample."""

    @cache
    def of(name: str) -> Path:
        out = tmp_path_factory.mktemp("sample") / "out"
        done = nightly.run(nightly.Order(SAMPLES / name, out, date(2024, 3, 31), fail_on="never", without=frozenset(OPTIONAL)))
        assert done.status == 0, "nothing that is odd stops a run"
        return out

    return of


CASES = [(oddity, sample) for oddity, samples in ODD.items() for sample in samples]


@needs_samples
@pytest.mark.parametrize(("oddity", "sample"), CASES, ids=[f"{oddity}: {sample.split('/')[-1]}" for oddity, sample in CASES])
def test_the_quality_report_names_it(oddity: str, sample: str, run_of: Callable[[str], Path]) -> None:
    told = rows(run_of(sample) / "quality.csv")
    for file, column, value, problem in ODD[oddity][sample]:
        lines = [row for row in told if (row["problem"].startswith if problem.startswith(NOTED) else row["problem"].__contains__)(problem)]
        there = [row for row in lines if file in row["file"] and column in row["column"] and value in row["value"]]
        assert there, (file, column, value, problem)
        assert all(row["stopped"] == "no" for row in there)


@needs_samples
@pytest.mark.parametrize("oddity", BLANK)
def test_how_full_each_field_is_shows_what_is_not_there(oddity: str, run_of: Callable[[str], Path]) -> None:
    for sample, (table, field) in BLANK[oddity].items():
        (fill,) = (r for r in rows(run_of(sample) / "completeness.csv") if (r["table"], r["field"]) == (table, field))
        assert int(fill["filled"]) < int(fill["records"]), sample


@needs_samples
def test_what_is_noted_is_one_line_for_each_kind(run_of: Callable[[str], Path]) -> None:
    for sample in dict.fromkeys(sample for _, sample in CASES):
        noted = [row for row in rows(run_of(sample) / "quality.csv") if row["problem"].startswith(NOTED)]
        kinds = [(row["file"], row["column"], re.sub(r" \(.*", "", row["problem"])) for row in noted]
        assert len(kinds) == len(set(kinds)) and len(kinds) < 15, sample


@needs_samples
@pytest.mark.parametrize("sample", [CIN_2021, NO_FACTORS, CIN_2024, CIN_2026, "cin_census/CIN_la_issues_2887Q.xml", NOTHING_ELSE, RANDOM])
def test_whatever_the_schema_finds_wrong_is_told(sample: str, run_of: Callable[[str], Path]) -> None:
    """By the newest schema that has the file's own element for the sex of a child, as libxml judges it: what it names has a line."""
    file = etree.parse(str(SAMPLES / sample))
    year = 2026 if file.find(".//Sex") is not None else 2024
    wrong = _errors(file, SAMPLES / "cin_census" / "xsd" / f"CIN_schema_{year}.xsd")
    assert wrong, "every one of these files fails every schema"
    told = rows(run_of(sample) / "quality.csv")
    for element, message in wrong:
        if "Character content" in message:
            assert any("text between elements" in row["problem"] for row in told), message
        else:
            assert any(row["column"] == element for row in told), message


@needs_samples
def test_the_invented_census_is_what_the_schema_asks_for(tmp_path: Path) -> None:
    """What is invented is in order: nothing in it is odd but what real returns hold as well."""
    made = CliRunner().invoke(main, ["synth", str(tmp_path / "made"), "--children", "200", "--seed", "3", "--format", "cin-xml"])
    assert made.exit_code == 0, made.output
    file = etree.parse(str(tmp_path / "made" / "cin-census.xml"))
    assert len(file.findall(".//CPPreviewDate")) > len(file.findall(".//Reviews")) > 0
    assert _errors(file, SAMPLES / "cin_census" / "xsd" / "CIN_schema_2026.xsd") == []


def _errors(file: etree._ElementTree, schema: Path) -> list[tuple[str, str]]:
    """What a schema finds wrong: the element that it names, and its message."""
    judge = etree.XMLSchema(etree.parse(str(schema)))
    judge.validate(file)
    named = ((re.match(r"Element '([^']+)'", error.message), error.message) for error in judge.error_log)
    return [(found[1], message) for found, message in named if found]


@needs_samples
def test_a_description_of_tables_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="none named after a table"):
        nightly.run(nightly.Order(SAMPLES / "ssds", tmp_path / "out", date(2024, 3, 31)))


def test_the_table_in_the_documents_is_this_one() -> None:
    part = DOCS.read_text("utf-8").split("## What real files hold, and what is said of it")[1].split("\n## ")[0]
    named = re.findall(r"^\| ([^|]+?) \| [^|]+ \| [^|]+ \|$", part, re.MULTILINE)
    assert [one for one in named if one not in ("odd", "---")] == [*ODD, *BLANK, REFUSED]
