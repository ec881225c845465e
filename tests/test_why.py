"""A finding explains itself: the dates counted, the holidays skipped, the limit and its law, what it stands on."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from auditcheck.cli import main
from auditcheck.why import NoSuchFinding, why

SAMPLE = Path(__file__).parents[1] / "reports" / "sample"


def finding(rule: str, **wanted: str) -> str:
    rows = pq.read_table(SAMPLE / "findings.parquet").to_pylist()
    return next(row["finding_id"] for row in rows if row["rule_id"] == rule and all(row[k] == v for k, v in wanted.items()))


def test_the_days_and_the_bank_holidays_are_named() -> None:
    text = " ".join(why(finding("CPC-ICPC-01"), SAMPLE).split())
    assert "15 working days, to" in text and "bank holidays in England:" in text and "Working Together" in text
    assert "How far that text was verified:" in text and "not in the source itself" in text


def test_a_composed_finding_names_the_observations_it_stands_on() -> None:
    text = why(finding("DRF-COMP-01"), SAMPLE)
    assert "What it stands on" in text and "DRF-15M-01 plans" in text


def test_every_finding_of_the_sample_can_be_explained() -> None:
    for row in pq.read_table(SAMPLE / "findings.parquet").to_pylist():
        assert row["message"].split()[0] in why(row["finding_id"], SAMPLE)


def test_the_beginning_of_an_id_is_enough_where_it_is_unique_and_refused_where_it_is_not() -> None:
    whole = finding("DRF-COMP-01")
    assert why(whole[:12], SAMPLE) == why(whole, SAMPLE)
    with pytest.raises(NoSuchFinding, match="findings begin with"):
        why(next(c for c in "0123456789abcdef" if many(c)), SAMPLE)


def many(start: str) -> bool:
    ids = pq.read_table(SAMPLE / "findings.parquet")["finding_id"].to_pylist()
    return sum(i.startswith(start) for i in ids) > 1


@pytest.mark.parametrize("words", [["why", "0000000000000000", "--run", str(SAMPLE)], ["why", "7c", "--run", "/nowhere"]])
def test_what_does_not_exist_is_said_in_a_sentence(words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2 and "Traceback" not in done.output and done.output.startswith("auditcheck: ")
