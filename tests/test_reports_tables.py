"""The files for other programs: whole, the same every time, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reports_view import HOSTILE, finding, quality, rules, view

from auditcheck.reports.tables import write_csv, write_tables

OBSERVATIONS = pa.table({"rule_id": ["CPC-ICPC-01"], "outcome": ["met"]})


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(tmp_path: Path, *texts: str) -> list[str]:
    write_csv(tmp_path / "x.csv", pd.DataFrame({"text": texts}, dtype="str"))
    return [row["text"] for row in read(tmp_path / "x.csv")]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "-1-1", "+1 2"])  # noqa: RUF001
def test_text_that_starts_like_a_formula_gets_an_apostrophe(tmp_path: Path, text: str) -> None:
    assert cells(tmp_path, text) == ["'" + text]


PLAIN = ["-5", "+5", "-5.25", "2015-04-03", "2015-04-03T10:00:00+01:00", "plain", "a=b", "'=1", "a\r=1", "a\r\n=1", 'say "no", or']


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_dates_and_plain_text_stay_as_they_are(tmp_path: Path, text: str) -> None:
    assert cells(tmp_path, "first", text)[1] == text


def test_a_number_below_zero_is_a_number(tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", pd.DataFrame({"over": pd.array([-3, None], dtype="Int64"), "text": ["a", None]}))
    assert (tmp_path / "x.csv").read_bytes() == b'"over","text"\n-3,"a"\n,\n'


def test_every_finding_is_written_once_restricted_or_not(tmp_path: Path) -> None:
    write_tables(tmp_path, view([finding(n) for n in range(5)], restricted=frozenset({"C00003"})), [OBSERVATIONS])
    assert [row["finding_id"] for row in read(tmp_path / "findings.csv")] == [f"f{n:05d}" for n in range(5)]
    assert pq.read_table(tmp_path / "findings.parquet")["child_id"].to_pylist() == [f"C{n:05d}" for n in range(5)]


def test_csv_and_parquet_hold_the_same(tmp_path: Path) -> None:
    write_tables(tmp_path, view([finding(n, message=text, over=None) for n, text in enumerate(HOSTILE)]), [OBSERVATIONS])
    written, exact = read(tmp_path / "findings.csv"), pq.read_table(tmp_path / "findings.parquet").to_pylist()
    assert [row["message"] for row in exact] == list(HOSTILE)
    assert [row["message"].removeprefix("'") for row in written] == list(HOSTILE)
    assert exact[0]["waiver"] is None and exact[0]["over"] is None and written[0]["over"] == ""
    assert list(exact[0]) == list(written[0])


def test_the_other_tables(tmp_path: Path) -> None:
    unchecked, unread = ("A-1", "not_evaluated", "The export has no table visits."), ("plans.csv", "started_on", "=1", "not a date")
    run = view(rules=rules(unchecked), quality=quality(unread))
    write_tables(tmp_path, run, [OBSERVATIONS])
    assert read(tmp_path / "rules.csv")[0]["why"] == "The export has no table visits."
    assert read(tmp_path / "quality.csv") == [
        {"file": "plans.csv", "row": "2", "column": "started_on", "value": "'=1", "problem": "not a date", "stopped": "no"}
    ]
    assert pq.read_table(tmp_path / "observations.parquet").equals(OBSERVATIONS)
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8")) == run.info


def test_a_second_writing_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_tables(tmp_path / name, view([finding(n, message=text) for n, text in enumerate(HOSTILE)]), [OBSERVATIONS])
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_no_findings_still_has_headings(tmp_path: Path) -> None:
    write_tables(tmp_path, view([]), [OBSERVATIONS])
    assert (tmp_path / "findings.csv").read_text(encoding="utf-8").startswith('"finding_id","rule_id","title",')
    assert pq.read_table(tmp_path / "findings.parquet").num_rows == 0
