"""Every row, record and rule is accounted for in every run, and a run that loses one says so and exits with 2."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from commands import GOOD, Run, audit, folder
from oracle.random_cases import AS_OF, random_case_files
from running import results_of

from auditcheck import portions
from auditcheck.checks import within
from auditcheck.conservation import Account
from auditcheck.exports import case_records, elements, records

SPOILT = GOOD | {
    "visits.csv": (
        "visit_id,child_id,plan_id,visited_at\n"
        "V1,C1,P1,2014-02-01\nV1,C1,P1,2014-02-01\n"  # a copy
        "V2,C1,P1,2014-02-09\nV2,C1,P1,2014-02-19\n"  # the same id, another day
        "V3,C1,P1,2014-03-01,too,many\n"
        ",,,\n"
        "V4,,,2014-03-09\n"  # nobody's
        "V5,C9,,2014-03-09\n"  # of a child whom no other table knows
        "V6,C1,P1,2019-01-01\n"  # not yet
    ),
    "core_groups.csv": "held_on\n2014-02-01\n2014-03-01\n",  # set aside: leads to no child
}


def conservation(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = run.info["conservation"]
    return found


def test_every_row_is_a_record_or_told_of(tmp_path: Path) -> None:
    found = audit(folder(tmp_path / "export", SPOILT), tmp_path / "out", "--fail-on", "never")
    assert found.info["records"] == 3 + 1 + 3 + 3 + 5  # children and the one beside, plans, conferences, visits
    said = conservation(found)
    assert said["holds"] and said["lost"] == []
    assert sum(said["records"].values()) == found.info["records"] and said["records"]["quality"] == 2
    assert "Lost on the way" not in found.said


def test_a_whole_run_says_that_nothing_is_lost(tmp_path: Path) -> None:
    found = audit(folder(tmp_path / "export"), tmp_path / "out", "--fail-on", "never")
    assert found.status == 0 and conservation(found)["holds"]
    assert conservation(found)["rules"] == len([rule for rule in found.rules.values() if rule["status"] != "not_selected"])
    assert "Accounted for: every record and every rule" in found.said


@pytest.mark.parametrize("seed", [3, 4])
def test_random_case_files_are_accounted_for(seed: int) -> None:
    results = results_of(random_case_files(seed, 60), AS_OF)
    account = Account.of(results)
    assert account.missed == {}
    assert {name: fate.records for name, fate in account.fates.items()} == {
        name: len(table) for name, table in results.cf.tables.items() if name != "cases"
    }


def _fewer_observations(monkeypatch: pytest.MonkeyPatch) -> str:
    whole = within.observe

    def observe(*given: Any) -> Sequence[Any]:
        return [one.keep(one.rows > 0) for one in whole(*given)]

    monkeypatch.setattr(within, "observe", observe)
    return "did not look at 1 record(s) that it speaks of"


def _fewer_records(monkeypatch: pytest.MonkeyPatch) -> str:
    whole = portions.Whole.case_files

    def case_files(self: portions.Whole) -> Any:
        cf = whole(self)
        cf.tables["plans"] = cf.tables["plans"].take(portions.np.array([0, 1]))
        return cf

    monkeypatch.setattr(portions.Whole, "case_files", case_files)
    return "1 record(s) of plans are not accounted for"


def _fewer_rows(monkeypatch: pytest.MonkeyPatch) -> str:
    whole = case_records._read_table

    def read(*given: Any) -> Any:
        table, rows, problems = whole(*given)
        return table.take(portions.np.arange(len(table) - 1)) if table.name == "plans" else table, rows, problems

    monkeypatch.setattr(case_records, "_read_table", read)
    return "1 row(s) of the export are neither a record nor in quality.csv"


def _fewer_rules(monkeypatch: pytest.MonkeyPatch) -> str:
    from auditcheck import audited

    whole = audited._runs
    monkeypatch.setattr(audited, "_runs", lambda results: {name: run for name, run in whole(results).items() if name != "CPP-EXIST-01"})
    return "CPP-EXIST-01 was selected, and nothing is said of it"


@pytest.mark.parametrize("broken", [_fewer_observations, _fewer_records, _fewer_rows, _fewer_rules])
def test_what_is_lost_is_seen(broken: Callable[[pytest.MonkeyPatch], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = broken(monkeypatch)
    found = audit(folder(tmp_path / "export"), tmp_path / "out", "--fail-on", "never")
    assert found.status == 2 and "INCOMPLETE: Lost on the way: " in found.said and says in found.said
    assert not conservation(found)["holds"] and any(says in one for one in conservation(found)["lost"])
    assert "Accounted for" not in found.said


CENSUS = """<Message><Children>
  <Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers>
    <CINdetails><CINreferralDate>2014-05-01</CINreferralDate>
      <ChildProtectionPlans><CPPstartDate>2014-06-01</CPPstartDate>
        <Reviews><CPPreviewDate>2014-08-20</CPPreviewDate><CPPreviewDate/></Reviews>
      </ChildProtectionPlans>
    </CINdetails>
  </Child>
  <Child><ChildIdentifiers/></Child>
</Children></Message>"""


def census(place: Path) -> Path:
    place.mkdir()
    (place / "census.xml").write_text(CENSUS, "utf-8")
    return place / "census.xml"


def test_every_element_of_a_census_is_in_a_record_or_told_of(tmp_path: Path) -> None:
    found = audit(census(tmp_path / "export"), tmp_path / "out", "--as-of", "2015-03-31", "--fail-on", "never")
    assert conservation(found)["holds"] and found.info["records"] == 4  # child, referral, plan, review
    lines = [(row["column"], row["row"], row["problem"]) for row in found.quality]
    assert ("CPPreviewDate", "5", "nothing that a record is made of: not in any record") in lines
    assert ("Child", "9", "a Child with neither an LAchildID nor any CINdetails: ignored") in lines


SSD = {
    "ssd_person.csv": "pers_person_id,pers_dob\nP1,01/02/2010\nP2,01/02/2011\n",
    "ssd_missing.csv": (
        "miss_table_id,miss_person_id,miss_missing_episode_start_date,miss_missing_episode_type\n"
        "M1,P1,01/02/2015,M\nM2,P1,03/02/2015,A\nM3,P2,04/02/2015,A\n"
    ),
}


def test_rows_of_a_list_that_hold_no_record_are_told_of_in_one_line(tmp_path: Path) -> None:
    place = folder(tmp_path / "export", dict.fromkeys(GOOD) | SSD)
    found = audit(place, tmp_path / "out", "--as-of", "2015-03-31", "--fail-on", "never")
    assert conservation(found)["holds"] and found.info["records"] == 3
    (line,) = (row for row in found.quality if "not in any record" in row["problem"])
    assert (line["file"], line["row"]) == ("ssd_missing.csv", "3")
    assert line["problem"] == "nothing that a record is made of (2 of 3 rows; the first is here): not in any record"


def test_a_zip_of_several_formats_is_accounted_for(tmp_path: Path) -> None:
    place = folder(tmp_path / "export", SSD)
    shutil.make_archive(str(tmp_path / "export"), "zip", place)
    found = audit(tmp_path / "export.zip", tmp_path / "out", "--as-of", "2015-03-31", "--fail-on", "never")
    assert conservation(found)["holds"] and found.info["records"] > 3, found.said


def _a_lost_pack(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(elements.Group, "pack", _loses_the_last(elements.Group.pack))
    return "1 row(s) of the export became no record, and quality.csv does not say so"


def _loses_the_last(whole: Callable[[elements.Group], None]) -> Callable[[elements.Group], None]:
    def pack(group: elements.Group) -> None:
        if group.name == "CPPreviewDate":
            group.waiting.pop()
            group.places.pop()
        whole(group)

    return pack


def _records_lost(monkeypatch: pytest.MonkeyPatch) -> str:
    whole = records.Records.tables

    def tables(self: records.Records, empty: bool = True) -> Any:
        made = whole(self, empty)
        return made | {"referrals": made["referrals"].take(portions.np.arange(0))}

    monkeypatch.setattr(records.Records, "tables", tables)
    return "1 row(s) of the export are neither a record nor in quality.csv"


@pytest.mark.parametrize("broken", [_a_lost_pack, _records_lost])
def test_what_is_lost_of_a_census_is_seen(
    broken: Callable[[pytest.MonkeyPatch], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = broken(monkeypatch)
    found = audit(census(tmp_path / "export"), tmp_path / "out", "--as-of", "2015-03-31", "--fail-on", "never")
    assert found.status == 2 and any(says in one for one in conservation(found)["lost"])


def test_what_two_sources_both_hold_is_one_record_and_not_lost(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "one", {"conferences.csv": None}), folder(tmp_path / "other", {"plans.csv": None})
    found = audit(one, tmp_path / "out", "--fail-on", "never", other)
    assert (found.status, conservation(found)["holds"]) == (0, True)
