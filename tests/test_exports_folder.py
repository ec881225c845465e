"""Folders of case-record tables through the public door."""

from __future__ import annotations

import datetime
import hashlib
import zipfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditcheck.exports import read
from auditcheck.raw import BadExport, Export, Problem

PLANS = "plan_id,child_id,started_on\nP1,C1,2024-01-01\n"


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    place = tmp_path / "export"
    place.mkdir(exist_ok=True)
    for name, data in files.items():
        path = place / name.replace("__", ".")
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return place


def cells(export: Export, table: str) -> dict[str, list[str]]:
    return {name: column.to_pylist() for name, column in export.tables[table].columns.items()}


def only(export: Export) -> Problem:
    assert len(export.problems) == 1, export.problems
    return export.problems[0]


def test_a_plain_folder(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv=PLANS))
    assert export.kind == "case-records"
    assert cells(export, "plans") == {"plan_id": ["P1"], "child_id": ["C1"], "started_on": ["2024-01-01"]}
    assert export.tables["plans"].rows is None
    assert export.problems == []
    assert [(i.name, i.sha256, i.rows) for i in export.inputs] == [("plans.csv", hashlib.sha256(PLANS.encode()).hexdigest(), 1)]


def test_values_stay_exactly_as_they_stand(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv='plan_id,child_id,needs\n007, C1 ,"NULL"\nNaN,1e5,"a, ""b""\nc"\ntrue,,N/A\n'))
    assert cells(export, "plans") == {
        "plan_id": ["007", "NaN", "true"],
        "child_id": [" C1 ", "1e5", ""],
        "needs": ["NULL", 'a, "b"\nc', "N/A"],
    }


def test_names_of_files_and_columns_in_any_case(tmp_path: Path) -> None:
    export = read(folder(tmp_path, Plans__CSV="\ufeff PLAN_ID ,Child_Id\r\nP1,C1\r\n"))
    assert cells(export, "plans") == {"plan_id": ["P1"], "child_id": ["C1"]}
    assert export.tables["plans"].source["plan_id"] == " PLAN_ID "
    assert export.problems == []


def test_unknown_columns_and_files_are_listed_and_known_companions_are_not(tmp_path: Path) -> None:
    files = {"plans__csv": "plan_id,child_id,shoe size\nP1,C1,9\n", "extras__csv": "a\n1\n", "readme__txt": "x", "notes__md": "x"}
    export = read(folder(tmp_path, **files, expected_findings__csv="x", datapackage__json="{}"))
    assert [(p.file, p.row, p.column, p.stopped) for p in export.problems] == [
        ("extras.csv", 0, "", False),
        ("plans.csv", 1, "shoe size", False),
    ]
    assert "shoe size" not in export.tables["plans"].columns


def test_a_folder_within_is_listed(tmp_path: Path) -> None:
    place = folder(tmp_path, plans__csv=PLANS)
    (place / "old").mkdir()
    assert only(read(place)).file == "old"


def test_rows_that_do_not_fit_are_set_aside_by_number(tmp_path: Path) -> None:
    text = 'plan_id,child_id,needs\nP1,C1,"one\ntwo"\nP2,C2\nP3,C3,x,y\n\nP4,C4,z\n'
    export = read(folder(tmp_path, plans__csv=text))
    assert cells(export, "plans")["plan_id"] == ["P1", "P4"]
    assert list(export.tables["plans"].rows) == [2, 6]
    assert [(p.row, p.stopped) for p in export.problems] == [(3, False), (4, False), (5, False)]
    assert "2 cells where the header has 3" in export.problems[0].problem
    assert "P3,C3,x,y" in export.problems[1].value
    assert "nothing in any known column" in export.problems[2].problem
    assert export.inputs[0].rows == 5


def test_a_quotation_mark_that_never_closes_stops_the_audit(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv='plan_id,child_id,needs\nP1,C1,"one\nP2,C2,two\nP3,C3,three\n'))
    assert [p.stopped for p in export.problems if "quotation mark" in p.problem] == [True]


def test_an_inch_mark_is_no_open_quotation(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv='plan_id,child_id,needs\nP1,C1,a 5" pipe\nP2,C2,two\n'))
    assert cells(export, "plans")["needs"] == ['a 5" pipe', "two"]
    assert export.problems == []


def test_windows_text_is_read_and_reported(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv="plan_id,child_id,needs\nP1,C1,ok\nP2,C2,Zo\xeb \x96 caf\xe9\n".encode("latin-1")))
    assert cells(export, "plans")["needs"] == ["ok", "Zo\xeb \u2013 caf\xe9"]
    assert "cp1252" in only(export).problem
    assert only(export).row == 3


def test_header_below_blank_lines_and_old_line_ends(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv="\n\nplan_id,child_id\nP1,C1\n", visits__csv="visit_id,child_id\rV1,C1\rV2,C2\r"))
    assert list(export.tables["plans"].rows) == [4]
    assert cells(export, "visits")["visit_id"] == ["V1", "V2"]


def test_a_header_twice_and_one_without_a_name(tmp_path: Path) -> None:
    text = "plan_id,child_id,ended_on,,Ended_On,kind,kind\nP1,C1,2024-01-01,x,2024-02-02,care,care\n"
    export = read(folder(tmp_path, plans__csv=text))
    assert "ended_on" not in export.tables["plans"].columns, "which of the two holds cannot be told"
    assert cells(export, "plans")["kind"] == ["care"]
    assert [(p.row, p.column) for p in export.problems] == [(1, "column 4"), (1, "ended_on"), (1, "kind")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_table_without_anything_stops_the_audit(tmp_path: Path, data: bytes) -> None:
    export = read(folder(tmp_path, plans__csv=data, children__csv="child_id\nC1\n"))
    assert list(export.tables) == ["children"]
    assert (only(export).file, only(export).stopped) == ("plans.csv", True)


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv="plan_id,child_id"))
    assert len(export.tables["plans"]) == 0
    assert export.problems == []


def test_a_table_that_leads_to_no_child_is_set_aside(tmp_path: Path) -> None:
    files = {
        "plans__csv": "plan_id,started_on\nP1,2024-01-01\n",
        "contacts__csv": "contact_id,decided_by\nK1,W1\n",
        "plan_actions__csv": "action_id,plan_id\nA1,P1\n",
        "workers__csv": "worker_id,team\nW1,T\n",
        "complaint_actions__csv": "complaint_action_id,owner\nX,Y\n",
    }
    export = read(folder(tmp_path, **files))
    assert sorted(export.tables) == ["complaint_actions", "plan_actions", "workers"]
    assert [(p.file, p.stopped) for p in export.problems] == [("contacts.csv", True), ("plans.csv", True)]


def test_a_table_with_no_known_column_is_set_aside(tmp_path: Path) -> None:
    export = read(folder(tmp_path, workers__csv="naam;team\nx;y\n"))
    assert export.tables == {}
    assert export.problems[-1].stopped


def test_a_missing_key_does_not_stop(tmp_path: Path) -> None:
    export = read(folder(tmp_path, plans__csv="child_id,started_on\nC1,2024-01-01\n"))
    assert len(export.tables["plans"]) == 1
    assert not any(p.stopped for p in export.problems)


def test_one_table_in_two_files_is_not_guessed(tmp_path: Path) -> None:
    place = folder(tmp_path, plans__csv=PLANS, children__csv="child_id\nC1\n")
    pq.write_table(pa.table({"plan_id": ["P9"], "child_id": ["C9"]}), place / "plans.parquet")
    export = read(place)
    assert list(export.tables) == ["children"]
    assert [(p.file, p.stopped) for p in export.problems] == [("plans.csv", True), ("plans.parquet", True)]


def test_a_row_longer_than_a_block(tmp_path: Path) -> None:
    long = "x" * (17 << 20)
    export = read(folder(tmp_path, plans__csv=f"plan_id,child_id,needs\nP1,C1,{long}\nP2,C2,y\n"))
    assert [len(text) for text in cells(export, "plans")["needs"]] == [17 << 20, 1]


@pytest.mark.parametrize(
    ("files", "says"), [({}, "empty folder"), ({"x__csv": "a"}, "none named after a table"), ({"a__xlsx": "x"}, "a.xlsx")]
)
def test_a_folder_without_tables_is_refused(tmp_path: Path, files: dict[str, str], says: str) -> None:
    with pytest.raises(BadExport, match=says):
        read(folder(tmp_path, **files))


def test_the_manifest(tmp_path: Path) -> None:
    text = "as_of: 2024-03-31\nextracted_at: 2024-04-01T02:00\ncoverage:\n  visits: latest_only\n  plans: since 2023-01-01\n"
    export = read(folder(tmp_path, plans__csv=PLANS, manifest__yml=text))
    assert (export.as_of, export.extracted_at) == ("2024-03-31", "2024-04-01T02:00")
    assert export.coverage == {"visits": "latest_only", "plans": "since 2023-01-01"}
    assert export.problems == []


@pytest.mark.parametrize(
    ("text", "column", "stopped"),
    [
        ("as_of: 2024-02-30\n", "as_of", False),
        ("as_of: last month\n", "as_of", False),
        ("extracted_at: 2024-04-01T25:00\n", "extracted_at", False),
        ("asof: 2024-03-31\n", "asof", False),
        ("coverage: {plan: complete}\n", "coverage.plan", False),
        ("coverage: {plans: since spring}\n", "coverage.plans", True),
        ("coverage: complete\n", "coverage", True),
        ("- as_of\n", "", True),
        ("as_of: [\n", "", True),
        ("as_of: 2024-03-31\nas_of: 2024-04-30\n", "", True),
    ],
)
def test_a_wrong_manifest_is_a_problem(tmp_path: Path, text: str, column: str, stopped: bool) -> None:
    export = read(folder(tmp_path, plans__csv=PLANS, manifest__yaml=text))
    assert (only(export).file, only(export).column, only(export).stopped) == ("manifest.yaml", column, stopped)
    assert export.as_of is None
    assert export.coverage == {}


def test_parquet_in_the_text_forms_of_the_contract(tmp_path: Path) -> None:
    place = folder(tmp_path)
    at = datetime.datetime
    table = pa.table(
        {
            "Visit_ID": pa.array([1.0, None, 9007199254740991.0]),
            "child_id": pa.array(["C1", "C2", None]).dictionary_encode(),
            "visited_at": pa.array([at(2024, 1, 1, 9, 30, 5, 123), at(2024, 1, 2), None], pa.timestamp("us")),
            "recorded_on": pa.array([datetime.date(2024, 1, 3), None, None]),
            "child_seen": pa.array([True, False, None]),
            "odd": [1, 2, 3],
        }
    )
    pq.write_table(table, place / "visits.PARQUET")
    export = read(place)
    assert cells(export, "visits") == {
        "visit_id": ["1", "", "9007199254740991"],
        "child_id": ["C1", "C2", ""],
        "visited_at": ["2024-01-01T09:30:05", "2024-01-02", ""],
        "recorded_on": ["2024-01-03", "", ""],
        "child_seen": ["yes", "no", ""],
    }
    assert (only(export).row, only(export).column) == (1, "odd")
    assert export.inputs[0].rows == 3


def test_parquet_moments_with_a_zone_become_local_and_lists_are_joined(tmp_path: Path) -> None:
    place = folder(tmp_path)
    summer = pa.array([datetime.datetime(2024, 7, 1, 9, 0, tzinfo=datetime.UTC)], pa.timestamp("ms", "UTC"))
    table = pa.table({"strategy_id": ["S"], "child_id": pa.array([Decimal("12")]), "held_at": summer, "agencies": [["police", "health"]]})
    pq.write_table(table, place / "strategy_discussions.parquet")
    assert cells(read(place), "strategy_discussions") == {
        "strategy_id": ["S"],
        "child_id": ["12"],
        "held_at": ["2024-07-01T10:00:00"],
        "agencies": ["police;health"],
    }


def test_parquet_as_pandas_writes_it(tmp_path: Path) -> None:
    place = folder(tmp_path)
    table = pa.table({"plan_id": [1.5, float("nan")], "child_id": ["C1", "C2"], "previous_plans": pa.array([2, None], pa.int64())})
    pq.write_table(table, place / "plans.parquet")
    assert cells(read(place), "plans") == {"plan_id": ["1.5", ""], "child_id": ["C1", "C2"], "previous_plans": ["2", ""]}


def test_parquet_column_without_a_text_form(tmp_path: Path) -> None:
    place = folder(tmp_path)
    pq.write_table(pa.table({"plan_id": ["P"], "child_id": ["C"], "needs": [{"a": 1}]}), place / "plans.parquet")
    export = read(place)
    assert "needs" not in export.tables["plans"].columns
    assert (only(export).column, only(export).stopped) == ("needs", True)


@pytest.mark.parametrize("data", [b"PAR1 nonsense PAR1", b"plan_id,child_id\n", b"\0" * 100])
def test_damaged_parquet_is_set_aside(tmp_path: Path, data: bytes) -> None:
    export = read(folder(tmp_path, plans__parquet=data, children__csv="child_id\nC1\n"))
    assert list(export.tables) == ["children"]
    assert (only(export).file, only(export).stopped) == ("plans.parquet", True)


def test_parquet_cut_short(tmp_path: Path) -> None:
    place = folder(tmp_path, children__csv="child_id\nC1\n")
    pq.write_table(pa.table({"plan_id": ["P"] * 9, "child_id": ["C"] * 9}), place / "plans.parquet")
    data = bytearray((place / "plans.parquet").read_bytes())
    data[4:40] = b"\xff" * 36
    (place / "plans.parquet").write_bytes(data)
    assert only(read(place)).stopped


@pytest.mark.parametrize("prefix", ["", "northshire/"])
def test_a_zipped_folder_reads_like_the_folder(tmp_path: Path, prefix: str) -> None:
    text = "plan_id,child_id\nP1,C1\nP2\n"
    place = folder(tmp_path, plans__csv=text, manifest__yml="as_of: 2024-03-31\n", children__csv="child_id\nC1\n")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as held:
        for path in sorted(place.iterdir()):
            held.write(path, prefix + path.name)
        held.writestr("__MACOSX/._plans.csv", "x")
    unzipped, zipped = read(place), read(tmp_path / "export.zip")
    assert {name: cells(zipped, name) for name in zipped.tables} == {name: cells(unzipped, name) for name in unzipped.tables}
    assert (zipped.as_of, zipped.problems) == (unzipped.as_of, unzipped.problems)
    digest = hashlib.sha256((tmp_path / "export.zip").read_bytes()).hexdigest()
    assert [(i.name, i.sha256, i.rows) for i in zipped.inputs] == [("export.zip", digest, 3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export", "export.zip"], "nothing is unpacked to disk"
