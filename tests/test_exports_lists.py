"""Folders of CSV or Parquet files in the regulator's and the sector's formats, through the public door."""

# ruff: noqa: E501 (a line of a file is a line here)

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from auditcheck.exports import read
from auditcheck.raw import BadExport, Export

ANNEX = {
    "list_1.csv": "Child Unique ID,Gender,Ethnicity,Date of Birth,Age,Date of Contact,Contact Source\n7,b) Female,a) WBRI,25/01/2015,6,16/09/2020,g) Police\n",
    "anything.csv": (
        "ChildUniqueID,Gender,DateOfBirth,ChildProtectionPlanStartDate,InitialCategoryOfAbuse,DateOfLastStatutoryVisit,ChildSeenAlone,"
        "DateOfLatestReviewConf,ChildProtectionPlanEndDate,AllocatedTeam,AllocatedWorker\n"
        "7,b) Female,25/01/2015,27/04/2020,b) Physical Abuse,30/12/2020,a) Yes,04/01/2021,,T,W1\n"
    ),
}
SSD = {
    "ssd_person.csv": "pers_person_id,pers_forename,pers_sex,pers_dob,pers_death_date\n1,Nobody,F,2015-01-25 00:00:00,NULL\n2,Nobody,M,2016-02-03 00:00:00,NULL\n",
    "ssd_cin_episodes.csv": (
        "cine_referral_id,cine_person_id,cine_referral_date,cine_referral_nfa,cine_close_date,cine_referral_worker_id\n"
        "10,1,2023-01-02 00:00:00,N,NULL,W1\n"
    ),
    "ssd_cp_plans.csv": (
        "cppl_cp_plan_id,cppl_referral_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,cppl_cp_plan_initial_category\n"
        "5,10,1,2023-02-01 00:00:00,NULL,Neglect\n"
    ),
    "ssd_cin_plans.csv": (
        "cinp_cin_plan_id,cinp_referral_id,cinp_person_id,cinp_cin_plan_start_date,cinp_cin_plan_end_date\n5,10,1,2023-01-20 00:00:00,2023-02-01 00:00:00\n"
    ),
    "ssd_initial_cp_conference.csv": (
        "icpc_icpc_id,icpc_s47_enquiry_id,icpc_person_id,icpc_cp_plan_id,icpc_icpc_transfer_in,icpc_icpc_date,icpc_icpc_outcome_cp_flag\n"
        "3,,1,5,N,2023-02-01 14:30:00,Y\n4,,2,,Y,2023-03-01 00:00:00,N\n"
    ),
    "ssd_cp_reviews.csv": (
        "cppr_cp_review_id,cppr_person_id,cppr_cp_plan_id,cppr_cp_review_due,cppr_cp_review_date,cppr_cp_review_outcome_continue_cp,cppr_cp_review_quorate\n"
        "3,1,5,2023-04-30 00:00:00,2023-04-28 00:00:00,Y,PLACEHOLDER_DATA\n"
    ),
    "ssd_cla_episodes.csv": (
        "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_ceased_date,clae_cla_episode_ceased_reason,clae_cla_id,"
        "clae_entered_care_date\n"
        "e1,2,2023-03-05 00:00:00,2023-05-01 00:00:00,X1,L9,2023-03-05 00:00:00\n"
        "e2,2,2023-05-01 00:00:00,NULL,NULL,L9,2023-03-05 00:00:00\n"
    ),
    "ssd_cla_reviews.csv": "clar_cla_review_id,clar_cla_id,clar_cla_review_date,clar_cla_review_cancelled\nr1,L9,2023-03-30 00:00:00,N\n",
    "ssd_cla_health.csv": (
        "clah_health_check_id,clah_person_id,clah_health_check_type,clah_health_check_date,clah_health_check_status\n"
        "h1,2,Dental Check,2023-04-01 00:00:00,Completed\nh2,2,Dental Check,2023-08-01 00:00:00,Refused\n"
    ),
    "ssd_involvements.csv": (
        "invo_involvements_id,invo_professional_id,invo_professional_role_id,invo_professional_team,invo_involvement_start_date,invo_person_id\n"
        "i1,W1,Allocated Case Worker,East,2023-01-02 00:00:00,1\ni2,W2,Health visitor,East,2023-01-02 00:00:00,1\n"
    ),
    "ssd_address.csv": "addr_table_id,addr_person_id\n1,1\n",
}
CARE = {
    "header_2024.csv": "\ufeffCHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,2,27/03/2008,WBRI,U,,\n2,M,01/02/2010,WBRI,U,,\n",
    "episodes.csv": (
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
        "1,05/05/2023,S,C1,N1,U4,PR1,01/07/2023,X1,,,,\n"
        "1,01/07/2023,L,C2,N1,U4,PR1,01/09/2023,X1,,,,\n"
        "1,01/09/2023,P,C2,N1,K2,PR1,01/12/2023,E4A,,,,\n"
        "1,01/02/2024,S,V2,N1,K2,PR1,,,,,,\n"
        "2,01/10/2023,L,C2,N1,U4,PR1,,,,,,\n"
    ),
    "reviews.csv": "CHILD,DOB,REVIEW,REVIEW_CODE\n1,27/03/2008,30/05/2023,PN1\n2,01/02/2010,30/10/2023,PN1\n",
    "missing.csv": "CHILD,DOB,MISSING,MIS_START,MIS_END\n1,27/03/2008,M,01/08/2023,02/08/2023\n1,27/03/2008,A,01/08/2023,02/08/2023\n",
    "sw_episodes.csv": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\n1,27/03/2008,SW1,05/05/2023,,\n",
    "oc2.csv": "CHILD,DOB,SDQ_SCORE,HEALTH_CHECK\n1,27/03/2008,12,1\n",
}
CENSUS = {
    "ChildIdentifiers.csv": ",LAchildID,UPN,PersonBirthDate,GenderCurrent\n0,C1,U,27/03/2015,2\n",
    "CINdetails.csv": ",LAchildID,CINdetailsID,CINreferralDate,CINclosureDate,ReasonForClosure,ReferralNFA\n0,C1,1,06/10/2022,,,FALSE\n1,C1,2,01/01/2023,30/03/2023,RC7,TRUE\n",
    "ChildProtectionPlans.csv": "LAchildID,CINdetailsID,CPPID,CPPstartDate,CPPendDate,InitialCategoryOfAbuse\nC1,1,1,06/12/2022,,PHY\n",
    "CINplanDates.csv": "LAchildID,CINdetailsID,CINPlanStartDate,CINPlanEndDate\nC1,1,01/11/2022,06/12/2022\n",
    "Reviews.csv": "LAchildID,CINdetailsID,CPPID,CPPreviewDate\nC1,1,1,01/02/2023\nC1,1,1,01/03/2023\n",
}


def folder(place: Path, files: dict[str, str]) -> Path:
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def rows(export: Export, table: str) -> list[dict[str, str]]:
    columns = {name: column.to_pylist() for name, column in export.tables[table].columns.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def fields(export: Export, table: str, *names: str) -> list[tuple[str, ...]]:
    return sorted(tuple(row[name] for name in names) for row in rows(export, table))


def test_annex_a_as_a_csv_a_list_in_either_dialect(tmp_path: Path) -> None:
    export = read(folder(tmp_path / "a", ANNEX))
    assert export.kind == "annex-a"
    assert fields(export, "contacts", "child_id", "received_at", "source_agency") == [("7", "2020-09-16", "Police")]
    (plan,) = rows(export, "plans")
    assert (plan["started_on"], plan["category"], plan["team"]) == ("2020-04-27", "physical", "T")
    assert fields(export, "visits", "visited_at", "child_seen_alone", "plan_id") == [("2020-12-30", "yes", plan["plan_id"])]
    assert (export.coverage["visits"], export.coverage["contacts"]) == ("latest_only", "since 2020-09-16")
    assert fields(export, "children", "child_id", "sex", "date_of_birth") == [("7", "F", "2015-01-25")]
    assert sum("no file for list" in p.problem for p in export.problems) == 8


def test_an_ssd_extract(tmp_path: Path) -> None:
    export = read(folder(tmp_path / "ssd", SSD))
    assert export.kind == "ssd"
    assert fields(export, "children", "child_id", "date_of_birth", "died_on") == [("1", "2015-01-25", ""), ("2", "2016-02-03", "")]
    assert fields(export, "plans", "plan_id", "kind", "referral_id", "started_on", "ended_on") == [
        ("cin-5", "child_in_need", "10", "2023-01-20", "2023-02-01"),
        ("cp-5", "child_protection", "10", "2023-02-01", ""),
    ]
    assert fields(export, "conferences", "conference_id", "kind", "plan_id", "held_at", "outcome") == [
        ("icpc-3", "initial", "cp-5", "2023-02-01T14:30:00", "plan"),
        ("icpc-4", "transfer_in", "", "2023-03-01", "no_plan"),
        ("review-3", "review", "cp-5", "2023-04-28", "continue"),
    ]
    assert fields(export, "conferences", "kind", "quorate") == [
        ("initial", "?differs"),
        ("review", ""),
        ("transfer_in", "?differs"),
    ], "the dataset's placeholder says nothing; initial conferences have no such column, which is not the same as a blank"
    assert fields(export, "care_episodes", "care_episode_id", "started_on", "ended_on") == [("L9", "2023-03-05", "")]
    assert fields(export, "reviews", "care_episode_id", "held_on") == [("L9", "2023-03-30")]
    assert fields(export, "health_assessments", "health_id", "kind") == [("h1", "dental")], "a refused check was not carried out"
    assert fields(export, "involvements", "worker_id", "role") == [("W1", "lead"), ("W2", "other")]
    assert set(export.coverage.values()) == {"complete"}
    everything = repr([table.columns for table in export.tables.values()])
    assert "Nobody" not in everything
    assert [p.file for p in export.problems if "not named after a table" in p.problem] == ["ssd_address.csv"]


def test_an_ssd_extract_in_parquet_says_the_same(tmp_path: Path) -> None:
    place = tmp_path / "parquet"
    place.mkdir()
    for name, text in SSD.items():
        table = pyarrow.csv.read_csv(
            io.BytesIO(text.encode()),
            convert_options=pyarrow.csv.ConvertOptions(
                null_values=["NULL"], strings_can_be_null=True, timestamp_parsers=["%Y-%m-%d %H:%M:%S"]
            ),
        )
        pq.write_table(table, place / name.replace(".csv", ".parquet"))
    said, typed = read(folder(tmp_path / "ssd", SSD)), read(place)
    assert any(pa.types.is_timestamp(f.type) for f in pq.read_schema(place / "ssd_cp_plans.parquet"))
    assert {name: rows(typed, name) for name in typed.tables} == {name: rows(said, name) for name in said.tables}


def test_ssda903_episodes_make_periods_of_care_and_placements(tmp_path: Path) -> None:
    export = read(folder(tmp_path / "903", CARE))
    assert export.kind == "ssda903"
    assert fields(export, "care_episodes", "child_id", "started_on", "ended_on", "end_reason") == [
        ("1", "2023-05-05", "2023-12-01", "E4A"),
        ("1", "2024-02-01", "", ""),
        ("2", "", "", ""),
    ], "the last began before the year: its start is not in the file"
    assert fields(export, "placements", "child_id", "started_on", "ended_on", "kind") == [
        ("1", "2023-05-05", "2023-09-01", "foster"),
        ("1", "2023-09-01", "2023-12-01", "residential"),
        ("1", "2024-02-01", "", "residential"),
        ("2", "", "", "foster"),
    ]
    assert fields(export, "reviews", "child_id", "kind", "held_on") == [
        ("1", "looked_after", "2023-05-30"),
        ("2", "looked_after", "2023-10-30"),
    ]
    assert fields(export, "missing_episodes", "went_missing_at", "returned_at", "from_setting") == [("2023-08-01", "2023-08-02", "care")]
    assert fields(export, "involvements", "worker_id", "role", "started_on") == [("SW1", "lead", "2023-05-05")]
    assert fields(export, "children", "child_id", "sex", "date_of_birth") == [("1", "F", "2008-03-27"), ("2", "M", "2010-02-01")]
    assert (export.coverage["reviews"], export.as_of) == ("since 2023-04-01", None)
    assert fields(export, "yearly_returns", "child_id", "year_ended_on", "looked_after_twelve_months", "sdq_score") == [
        ("1", "2024-03-31", "no", "12"),
        ("2", "2024-03-31", "?differs", ""),
    ], "one without a row in oc2 is there all the same; whether its care began before the year is not in the file"


def test_care_that_goes_on_but_stops_in_the_file_has_no_end_that_can_be_read(tmp_path: Path) -> None:
    episodes = CARE["episodes.csv"].replace("E4A", "X1", 1).replace("1,01/02/2024,S", "3,01/02/2024,S")
    export = read(folder(tmp_path / "903", CARE | {"episodes.csv": episodes}))
    assert ("1", "2023-05-05", "?differs") in fields(export, "care_episodes", "child_id", "started_on", "ended_on")
    assert [(p.file, p.row, p.column) for p in export.problems if "goes on" in p.problem] == [("episodes.csv", 4, "REC")]


def test_an_initial_conference_at_the_episode_is_told_where_the_census_comes_as_tables(tmp_path: Path) -> None:
    details = "LAchildID,CINdetailsID,CINreferralDate,DateOfInitialCPC\nC1,1,06/10/2022,{}\nC1,2,01/01/2023,\n"
    enquiries = "LAchildID,CINdetailsID,S47ActualStartDate,DateOfInitialCPC\nC1,1,01/11/2022,20/11/2022\nC1,2,01/02/2023,20/02/2023\n"
    for number, (day, word) in enumerate(
        [("20/11/2022", "read as one"), ("20/02/2023", "read as one"), ("21/11/2022", "another date"), ("", "")]
    ):
        files = {"CINdetails.csv": details.format(day), "Section47.csv": enquiries}
        export = read(folder(tmp_path / str(number), CENSUS | files))
        told = [(p.file, p.row, f"{p.value} {p.problem}") for p in export.problems if p.column == "DateOfInitialCPC" and p.row > 1]
        assert [(file, row) for file, row, _ in told] == ([("CINdetails.csv", 2)] if day else [])
        assert all(word in problem for _, _, problem in told)
    export = read(folder(tmp_path / "alone", CENSUS | {"CINdetails.csv": details.format("20/11/2022")}))
    assert [p.row for p in export.problems if "at no section 47 enquiry" in p.problem] == [2]


def test_the_census_as_tables(tmp_path: Path) -> None:
    export = read(folder(tmp_path / "cin", CENSUS))
    assert export.kind == "cin-tables"
    assert fields(export, "referrals", "referral_id", "received_at", "closed_on", "no_further_action") == [
        ("C1:1", "2022-10-06", "", "no"),
        ("C1:2", "2023-01-01", "2023-03-30", "yes"),
    ]
    protection = next(row for row in rows(export, "plans") if row["kind"] == "child_protection")
    assert (protection["plan_id"], protection["referral_id"], protection["category"]) == ("cp:C1:1:1", "C1:1", "physical")
    assert fields(export, "conferences", "held_at", "plan_id") == [("2023-02-01", "cp:C1:1:1"), ("2023-03-01", "cp:C1:1:1")]
    assert len(export.tables["plans"]) == 2
    assert (export.coverage["plans"], export.coverage["conferences"]) == ("latest_only", "complete")


def test_a_folder_is_told_by_the_headers_not_by_the_names_of_its_files(tmp_path: Path) -> None:
    files = {f"x{n}.csv": text for n, text in enumerate(CARE.values())}
    export = read(folder(tmp_path / "x", files))
    assert export.kind == "ssda903"
    assert len(export.tables["reviews"]) == 2


def test_a_zip_of_such_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "care.zip", "w") as held:
        for name, text in CARE.items():
            held.writestr(f"care/{name}", text)
    export = read(tmp_path / "care.zip")
    assert (export.kind, [one.name for one in export.inputs]) == ("ssda903", ["care.zip"])
    assert len(export.tables["care_episodes"]) == 3


def test_a_manifest_says_the_day_and_how_far_back_an_extract_goes(tmp_path: Path) -> None:
    place = folder(
        tmp_path / "ssd", SSD | {"manifest.yml": "as_of: 2024-03-31\ncoverage:\n  visits: since 2020-01-01\n  plans: since 2018-04-01\n"}
    )
    export = read(place)
    assert export.as_of == "2024-03-31"
    assert export.coverage["plans"] == "since 2018-04-01"


@pytest.mark.parametrize(
    ("name", "text", "says", "stopped"),
    [
        ("episodes.csv", CARE["episodes.csv"].replace("CHILD,", "KIND,"), "", False),
        ("reviews.csv", "CHILD,DOB,REVIEW,REVIEW_CODE\n1,27/03/2008\n", "the row is set aside", False),
        ("reviews.csv", "CHILD,DOB,REVIEW,REVIEW_CODE\n,27/03/2008,30/05/2023,PN1\n", "belongs to nobody", False),
        ("reviews.csv", "CHILD,DOB,REVIEW_CODE\n1,27/03/2008,PN1\n", "no such header", False),
        (
            "reviews.csv",
            'CHILD,DOB,REVIEW,REVIEW_CODE\n1,27/03/2008,30/05/2023,"PN1\n2,01/02/2010,30/10/2023,PN1\n',
            "quotation mark",
            True,
        ),
        ("episodes.csv", "", "without even a header", True),
        ("odd.csv", "CHILD,DOB,SHOE\n1,27/03/2008,42\n", "not those of any list", False),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, text: str, says: str, stopped: bool) -> None:
    export = read(folder(tmp_path / "903", CARE | {name: text}))
    told = [p for p in export.problems if p.file == name]
    assert told and any(says in p.problem for p in told)
    assert any(p.stopped for p in told) == stopped


def test_windows_text_and_a_damaged_parquet_are_said(tmp_path: Path) -> None:
    place = folder(tmp_path / "ssd", SSD)
    (place / "ssd_cp_plans.csv").write_bytes(SSD["ssd_cp_plans.csv"].replace("Neglect", "N\u00e9glect").encode("cp1252"))
    (place / "ssd_cla_visits.parquet").write_bytes(b"PAR1....PAR1")
    export = read(place)
    assert any("cp1252" in p.problem for p in export.problems if p.file == "ssd_cp_plans.csv")
    assert [p.file for p in export.problems if p.stopped] == ["ssd_cla_visits.parquet"]


def test_a_table_twice_stops_the_audit(tmp_path: Path) -> None:
    export = read(folder(tmp_path / "ssd", SSD | {"ssd_cp_plans_old.csv": SSD["ssd_cp_plans.csv"]}))
    assert [p.file for p in export.problems if p.stopped] == ["ssd_cp_plans_old.csv"]


def test_a_list_without_its_child_column_is_set_aside(tmp_path: Path) -> None:
    export = read(folder(tmp_path / "ssd", SSD | {"ssd_cp_plans.csv": SSD["ssd_cp_plans.csv"].replace("cppl_person_id", "person")}))
    assert any(p.stopped and "no column for the child's id" in p.problem for p in export.problems)
    assert {row["kind"] for row in rows(export, "plans")} == {"child_in_need"}


def test_a_folder_without_any_known_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="none named after a table"):
        read(folder(tmp_path / "x", {"a.csv": "one,two\n1,2\n"}))


def test_a_missing_episode_that_does_not_say_what_it_is_is_told_not_lost(tmp_path: Path) -> None:
    """DfE's checks 565 and 566: a start or an end, but not whether the child was missing (M) or away (A)."""
    rows = ["1,27/03/2008,M,01/08/2023,", "1,27/03/2008,,03/08/2023,", "2,01/02/2010,,,05/08/2023", "3,01/02/2010,,,"]
    (tmp_path / "missing.csv").write_text("CHILD,DOB,MISSING,MIS_START,MIS_END\n" + "\n".join(rows) + "\n", encoding="utf-8")
    export = read(tmp_path)
    assert len(export.tables["missing_episodes"]) == 1
    blank = "blank, though MIS_START or MIS_END is filled in: nothing is made of the row"
    assert [(p.row, p.problem) for p in export.problems if p.column == "MISSING"] == [(3, blank), (4, blank)]
