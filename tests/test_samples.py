"""Real export files: each is read to the end, its counts are true, its oddities are told, and nothing is claimed that it can't show.

The files are found through AUDITCHECK_SAMPLES; they are not part of the project.
"""

from __future__ import annotations

import csv
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from running import book

from auditcheck import nightly
from auditcheck.exports import read, recipes

SAMPLES = os.environ.get("AUDITCHECK_SAMPLES", "")
pytestmark = pytest.mark.skipif(not SAMPLES, reason="AUDITCHECK_SAMPLES is not set")
FOLDERS = ["ssda903", "cin_tables", "cin_generated"]
FILES = [*sorted([*Path(SAMPLES).glob("annex_a/*.xlsx"), *Path(SAMPLES).glob("cin_*/*.xml")]), *(Path(SAMPLES) / f for f in FOLDERS)]
FILES = FILES if SAMPLES else []
NAMES = [path.stem for path in FILES]
NEEDS_MORE = {"MGT-OVS-01", "SUP-REC-01", "CG-NEXT-02", "CPP-OWN-03", "CPC-REP24-04", "S47-ATT-02", "CHR-CURR-02"}
ANNEX = "annex_a/Annex_A_2024_Jan.xlsx"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The run of a sample, once a sample: the summary and the folder."""

    @cache
    def of(path: Path) -> tuple[Any, Path]:
        out = tmp_path_factory.mktemp("sample") / "out"
        return nightly.run(nightly.Order(path, out, date(2024, 3, 31), "local-example", fail_on="never")), out

    return of


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_real_file_runs_to_the_end(path: Path, run_of: Any) -> None:
    done, out = run_of(path)
    assert done.status == 0 and done.info["children"] > 0
    status = {row["rule_id"]: (row["status"], row["why"]) for row in rows(out / "rules.csv")}
    assert {rule: status[rule][0] for rule in NEEDS_MORE} == dict.fromkeys(NEEDS_MORE, "not_evaluated")
    assert all(why for state, why in status.values() if state == "not_evaluated")
    assert set(pd.read_parquet(out / "observations.parquet")["table"]) <= {*done.info["tables"], "cases"}


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".xml"], ids=[p.stem for p in FILES if p.suffix == ".xml"])
def test_children_and_plans_are_counted_as_the_file_holds_them(path: Path, run_of: Any) -> None:
    done, out = run_of(path)
    root = ET.parse(path).getroot()
    children = {(e.text or "").strip() for e in root.iter("LAchildID")}
    plans = [p for name in ("ChildProtectionPlans", "CINPlanDates") for p in root.iter(name) if len(p)]
    assert done.info["children"] == len(children - {""})
    assert done.info["tables"].get("plans", 0) <= len(plans)
    copies = [row for row in rows(out / "quality.csv") if "copy" in row["problem"]]
    assert done.info["tables"].get("plans", 0) >= len(plans) - len(copies) - sum(not p.findtext("CPPstartDate", "") for p in plans)


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".xml"], ids=[p.stem for p in FILES if p.suffix == ".xml"])
def test_every_review_of_a_plan_and_every_enquiry_of_a_census_is_read(path: Path) -> None:
    root, held = ET.parse(path).getroot(), read(path).tables
    kinds = held["conferences"].columns["kind"].to_pylist() if "conferences" in held else []
    assert kinds.count("review") == sum(bool((e.text or "").strip()) for e in root.iter("CPPreviewDate"))
    for name, start, table in (("Section47", "S47ActualStartDate", "section_47_enquiries"), ("CINdetails", "CINreferralDate", "referrals")):
        there = sum(len(one) > 0 and one.find(start) is not None for one in root.iter(name))
        assert len(held[table]) == there if there else table not in held or not len(held[table])


def test_annex_a_is_counted_as_the_workbook_holds_it(run_of: Any) -> None:
    done, _ = run_of(Path(SAMPLES) / ANNEX)
    book_ = openpyxl.load_workbook(Path(SAMPLES) / ANNEX, data_only=True)
    lists = {}
    for number in range(1, 12):
        header, *body = [list(row) for row in book_[f"List {number}"].iter_rows(values_only=True)]
        lists[number] = [dict(zip(map(str, header), row, strict=True)) for row in body if any(row)]

    def filled(number: int, column: str) -> int:
        return sum(row[column] not in (None, "") for row in lists[number])

    in_need = [row for row in lists[6] if "Child in need plan" in str(row["Case Status"])]
    assert done.info["tables"] == {
        "children": len({str(row["Child Unique ID"]) for number in range(1, 11) for row in lists[number]}),
        "contacts": len(lists[1]),
        "assessments": len(lists[2]) + len(lists[4]),
        "referrals": len(lists[3]),
        "section_47_enquiries": len(lists[5]),
        "conferences": filled(5, "Date of Initial Child Protection Conference") + filled(7, "Date of latest review conference"),
        "plans": len(lists[7]) + len(in_need),
        "visits": filled(7, "Date of the Last Statutory Visit") + filled(8, "Date of Last Social Work Visit"),
        "reviews": filled(8, "Date of Latest Statutory Review"),
        "care_episodes": len(lists[8]),
        "placements": filled(8, "Start Date of Most Recent Placement"),
        "care_leavers": len(lists[9]),
        "adoptions": len(lists[10]),
        "involvements": done.info["tables"]["involvements"],
    }
    # The dates of list 10 are formulas: what Excel last worked out is what is read.
    decided = read(Path(SAMPLES) / ANNEX).tables["adoptions"].columns["decided_on"].to_pylist()
    assert decided == [row["Date of Decision that Child Should be Placed for Adoption"].date().isoformat() for row in lists[10]]


def test_ssda903_is_counted_as_the_files_hold_it(run_of: Any) -> None:
    done, _ = run_of(Path(SAMPLES) / "ssda903")
    place = Path(SAMPLES) / "ssda903"
    named = ["header", "SSDA903_2020_header", "episodes", "SSDA903_2020_episodes", "reviews", "missing", "sw_episodes"]
    held = {name: rows(place / f"{name}.csv") for name in named}
    assert done.info["children"] == len({row["CHILD"] for name in named for row in held[name]})
    assert done.info["tables"]["reviews"] == len({(row["CHILD"], row["REVIEW"], row["REVIEW_CODE"]) for row in held["reviews"]})
    missing = {(row["CHILD"], row["MIS_START"], row["MIS_END"]) for row in held["missing"] if row["MISSING"] == "M"}
    assert done.info["tables"]["missing_episodes"] == len(missing)
    decided = {(row["CHILD"], row["DATE_INT"], row["DATE_MATCH"]) for row in rows(place / "ad1.csv")}
    for name in ("placed_for_adoption", "placed_for_adoption_errors"):
        decided |= {(row["CHILD"], row["DATE_PLACED"], f"until {row['DATE_PLACED_CEASED']}") for row in rows(place / f"{name}.csv")}
    assert done.info["tables"]["adoptions"] == len(decided)
    assert done.info["tables"]["care_episodes"] == sum(1 for _ in _spells([*held["episodes"], *held["SSDA903_2020_episodes"]]))
    assert {one["name"] for one in done.info["inputs"]} == {path.name for path in place.glob("*.csv")}, "every file is among the inputs"


def _spells(episodes: list[dict[str, str]]) -> Iterator[str]:
    """A child of each period of care, counted apart from the reader: it begins with S, or after an episode that ended but with X1."""
    before: dict[str, str] = {}
    day = {row["DECOM"]: datetime.strptime(row["DECOM"], "%d/%m/%Y") for row in episodes}
    end = {row["DEC"]: datetime.strptime(row["DEC"], "%d/%m/%Y") if row["DEC"] else datetime.max for row in episodes}
    for row in sorted(episodes, key=lambda one: (one["CHILD"], day[one["DECOM"]], end[one["DEC"]])):
        last = before.get(row["CHILD"])
        if last is None or row["RNE"] == "S" or last not in ("", "X1"):
            yield row["CHILD"]
        before[row["CHILD"]] = row["REC"] if row["DEC"] else ""


def test_the_yearly_facts_of_ssda903_are_those_that_its_files_hold(run_of: Any) -> None:
    """Worked out apart from the reader, by the rule that DfE's checks share: no short break, no start and no end within the year."""
    _, out = run_of(Path(SAMPLES) / "ssda903")
    place = Path(SAMPLES) / "ssda903"
    first, last = datetime(2017, 4, 1), datetime(2018, 3, 31)
    held: dict[str, list[dict[str, str]]] = {}
    for row in [*rows(place / "episodes.csv"), *rows(place / "SSDA903_2020_episodes.csv")]:
        held.setdefault(row["CHILD"], []).append(row)

    def day(text: str) -> datetime:
        return datetime.strptime(text, "%d/%m/%Y") if text else datetime.max

    def breaks(row: dict[str, str]) -> bool:
        within = day(row["DECOM"]) <= last and day(row["DEC"]) >= first
        began = row["RNE"] == "S" and first < day(row["DECOM"]) <= last
        return began or (within and (row["LS"] in ("V3", "V4") or (row["REC"] != "X1" and day(row["DEC"]) < last)))

    whole = {child for child, some in held.items() if any(day(r["DEC"]) >= first for r in some) and not any(map(breaks, some))}
    whole &= {child for child, some in held.items() if any(day(r["DECOM"]) <= last for r in some)}
    short = {child for child, some in held.items() if {row["LS"] for row in some} <= {"V3", "V4"}}
    reviewed = {row["CHILD"] for row in rows(place / "reviews.csv") if first <= day(row["REVIEW"]) <= last}
    seen = pd.read_parquet(out / "observations.parquet")
    found = {
        rule: some.groupby("outcome", observed=True)["child_id"].agg(set).to_dict() for rule, some in seen.groupby("rule_id", observed=True)
    }
    assert found["DQ-HLT-34"]["met"] == whole, "no answer is blank, and each child of twelve months has a row"
    assert len(whole) == 1021
    assert found["DQ-REV-39"]["not_met"] == short & reviewed
    assert len(short & reviewed) == 108
    without = {row["CHILD"] for row in rows(place / "oc2.csv")} - set(held)
    assert found["DQ-HLT-34"]["cannot_tell"] == found["DQ-REV-39"]["cannot_tell"] == without, "a child without episodes can't be told"
    for rule in ("DQ-SDQ-35", "DQ-SDQ-36", "DQ-SDQ-37", "DQ-SDQ-38", "DQ-ADO-22", "DQ-ADO-47"):
        assert "not_met" not in found[rule]
    wrong = seen[seen["outcome"] == "not_met"]["rule_id"].value_counts()
    held_reviews = {
        (r["CHILD"], r["REVIEW"], r["REVIEW_CODE"], r["DOB"])
        for r in rows(place / "reviews.csv")
        if day(r["REVIEW"]) <= datetime(2024, 3, 31)
    }

    def under_four(review: tuple[str, ...]) -> bool:
        born, on = day(review[3]), day(review[1])
        return (on.year - born.year, on.month, on.day) < (4, born.month, born.day)

    assert wrong["DQ-REV-41"] == sum(review[2] == "PN0" and not under_four(review) for review in held_reviews)
    assert wrong["DQ-REV-42"] == sum(review[2] != "PN0" and under_four(review) for review in held_reviews)


@pytest.mark.parametrize("name", ["cin_tables", "cin_generated"])
def test_the_census_as_tables_is_counted_as_the_files_hold_it(name: str, run_of: Any) -> None:
    done, _ = run_of(Path(SAMPLES) / name)
    held = {path.stem: rows(path) for path in (Path(SAMPLES) / name).glob("*.csv")}
    assert done.info["children"] == len({row["LAchildID"] for row in held["ChildIdentifiers"]})
    assert done.info["tables"]["referrals"] == len(held["CINdetails"])
    plans = {tuple(row.items()) for table in ("CINPlanDates", "ChildProtectionPlans") for row in held.get(table, [])}
    assert done.info["tables"].get("plans", 0) == len(plans)
    reviews = {tuple(row.items()) for row in held.get("Reviews", [])}
    conferences = {tuple(row.items()) for row in held.get("Section47", []) if row["DateOfInitialCPC"]}
    assert done.info["tables"].get("conferences", 0) == len(reviews) + len(conferences)


def test_the_census_says_the_same_as_xml_and_as_tables() -> None:
    xml, tables = read(Path(SAMPLES) / "cin_generated" / "CIN_output.xml"), read(Path(SAMPLES) / "cin_generated")
    for table, names in {
        "referrals": ["child_id", "received_at", "closed_on", "closure_reason"],
        "assessments": ["child_id", "started_on", "authorised_on"],
        "plans": ["child_id", "kind", "started_on", "ended_on"],
        "section_47_enquiries": ["child_id", "started_on", "conference_required"],
    }.items():
        both = [sorted(zip(*(e.tables[table].columns[n].to_pylist() for n in names), strict=True)) for e in (xml, tables)]
        assert both[0] == both[1], table


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_breach_is_claimed_that_the_window_cannot_show(path: Path, run_of: Any) -> None:
    done, out = run_of(path)
    seen = pd.read_parquet(out / "observations.parquet")
    breaches = seen[seen["outcome"].isin(["not_met", "justified"])].astype(object).fillna("")
    coverage, rules = done.info["coverage"], book().rules
    closed = read(path).until
    for row in breaches.to_dict("records"):
        tables = set(_tables(rules[row["rule_id"]].body))
        # `exists` looks for something recent before the as-of day (or an end), where the latest record tells, not from the trigger on.
        for table in tables - {row["table"]} if rules[row["rule_id"]].check != "exists" else ():
            said = coverage.get(table, "complete")
            if said.startswith("since ") and row["trigger_at"]:
                assert row["trigger_at"][:10] >= said.removeprefix("since "), row
            # `absent` and `apart` find a record that is in the file; the others miss one that an earlier one may have been.
            if said == "latest_only" and rules[row["rule_id"]].check in ("within", "recurs", "before"):
                assert not row["happened_at"], f"what came before the latest record is not in the export: {row}"
        if row["due_at"] and not row["happened_at"] and closed:
            assert all(row["due_at"][:10] < day for day in {closed.get(table, "9999") for table in tables or {row["table"]}}), row


def _tables(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["table"]] if isinstance(value.get("table"), str) else [])
        for inner in value.values():
            yield from _tables(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _tables(inner)


def test_the_mapping_of_the_ssd_names_its_real_tables_and_columns() -> None:
    """No public file holds SSD records; its list of tables and columns is public."""
    found = {(row["table_name"], row["field_name"]) for row in rows(Path(SAMPLES) / "ssds" / "ssd_ddl_reference_all.csv")}
    for name, about in recipes.load("ssd.yaml")["lists"].items():
        assert any(table == name for table, _ in found), name
        unknown = [written[0] for written in about["columns"] if not any((name, column) in found for column in written)]
        assert len(unknown) <= len(about["columns"]) // 4, (name, unknown)
        used = set(re.findall(r"[a-z0-9]{4}_[a-z0-9_]+", str(about.get("records", "")) + str(about.get("spells", ""))))
        spelt = {written[0]: written for written in about["columns"]}
        assert all(any((name, column) in found for column in spelt[one]) for one in used if one in spelt), name
