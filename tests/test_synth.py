"""The invented authority: what was planted is found exactly, through the command line, in every format."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from commands import TABLES_ALONE

from auditcheck import clock
from auditcheck.cli import main
from auditcheck.synth import almanac
from auditcheck.synth.answers import answers
from auditcheck.synth.planting import FORMATS
from auditcheck.synth.plants import plants

Key = tuple[str, str, str, str]
TELLING = ("not_met", "justified", "cannot_tell")


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def invent(out: Path, children: int, seed: int, *more: object) -> Path:
    """The export of an invented authority; its expectations lie beside it."""
    done = call("synth", out, "--children", children, "--seed", seed, *more)
    assert done.exit_code == 0, done.output
    return next(path for path in out.iterdir() if path.name not in ("expected.csv", "planted.csv"))


def audited(export: Path, out: Path) -> dict[Key, str]:
    words = ["--as-of", almanac.AS_OF, "--profile", "local-example", "--fail-on", "never", "--out", out, *TABLES_ALONE]
    done = call("run", export, *words)
    assert done.exit_code == 0, done.output
    found = pq.read_table(out / "observations.parquet").to_pylist()
    return {(row["rule_id"], row["table"], row["record_id"], row["class"] or ""): row["outcome"] for row in found}


def expected(out: Path) -> dict[Key, str]:
    return {(row["rule_id"], row["table"], row["record_id"], row["class"]): row["outcome"] for row in rows(out / "expected.csv")}


def readable(format_: str) -> bool:
    """Whether this version has a reader for the format."""
    return format_ != "ssd" or files("auditcheck.exports").joinpath("ssd.yaml").is_file()


def check(tmp_path: Path, format_: str, children: int, seed: int, *more: object) -> dict[Key, str]:
    """No planted breach missed, nothing found that was not planted, every near miss judged as what it is."""
    if not readable(format_):
        pytest.skip(f"no reader for {format_} here")
    found = audited(invent(tmp_path / "made", children, seed, "--format", format_, *more), tmp_path / "audit")
    planned = expected(tmp_path / "made")
    assert {key: found.get(key) for key in planned} == planned
    telling = {key: outcome for key, outcome in found.items() if outcome in TELLING and answers(format_, key[0])}
    assert {key: outcome for key, outcome in telling.items() if key not in planned} == {}
    return planned


@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("format_", FORMATS)
def test_what_was_planted_is_found_exactly(tmp_path: Path, format_: str, seed: int) -> None:
    planned = check(tmp_path, format_, 300, seed)
    assert "not_met" in planned.values()


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 21))
@pytest.mark.parametrize("format_", FORMATS)
def test_what_was_planted_is_found_exactly_among_many(tmp_path: Path, format_: str, seed: int) -> None:
    check(tmp_path, format_, 2000, seed)


#: Rules that one life in some hundreds could break, and that others usually come before.
RARE = ("DQ-ADO-", "CON-END-05", "DQ-MIS-", "DQ-SDQ-36", "DRF-AGAIN-06", "DRF-ANSWER-08", "MIS-DQ-08", "PF-REP-05", "PLO-TRACK-03")


@pytest.mark.deep
def test_what_few_lives_can_carry_is_found_wherever_it_can_be_planted(tmp_path: Path) -> None:
    rare = sorted({plant.rule for plant in plants() if plant.rule.startswith(RARE)})
    order = tmp_path / "breaches.yaml"
    order.write_text("".join(f"{rule}: 100%\n" for rule in rare), encoding="utf-8")
    planned = check(tmp_path, "case-records", 8000, 1, "--breaches", order)
    assert {rule for (rule, *_), outcome in planned.items() if outcome == "not_met"} >= set(rare)


@pytest.mark.deep
def test_every_way_to_break_a_rule_and_every_near_miss_occurs(tmp_path: Path) -> None:
    invent(tmp_path / "made", 20_000, 1)
    assert [row["what"] for row in rows(tmp_path / "made" / "planted.csv") if row["planted"] == "0"] == []
    assert {rule for (rule, *_), outcome in expected(tmp_path / "made").items() if outcome == "not_met"} == judging_records()


#: Rules that no plant sets out to break: what breaks others breaks them too.
FOLLOWING = {"ASM-45R-04", "CLS-BACK-11", "CPC-LATE-02", "DRF-CHAIR-05", "MGT-SEN-04", "VOI-PAR-04"}


def judging_records() -> set[str]:
    """Every rule of the library that is neither a question for a person nor a measure of many records."""
    listed = json.loads(call("rules", "list", "--format", "json").output)
    return {rule["id"] for rule in listed if rule["kind"] not in ("auditor", "measure")}


def test_every_rule_that_judges_records_can_be_broken() -> None:
    broken = {plant.rule for plant in plants() if not plant.trap}
    assert broken == judging_records() - FOLLOWING
    assert sum(plant.trap for plant in plants()) >= 190


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_authority(tmp_path: Path, format_: str) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        invent(tmp_path / name, 60, seed, "--format", format_)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert content(tmp_path / "one") != content(tmp_path / "other")


def test_parquet_holds_what_csv_holds(tmp_path: Path) -> None:
    text, columns = (invent(tmp_path / kind, 80, 3, "--tables", kind) for kind in ("csv", "parquet"))
    for path in sorted(columns.glob("*.parquet")):
        assert pq.read_table(path).to_pylist() == rows(text / f"{path.stem}.csv"), path.stem
    assert (tmp_path / "csv" / "expected.csv").read_bytes() == (tmp_path / "parquet" / "expected.csv").read_bytes()


def test_only_what_a_file_of_breaches_asks_for_is_planted(tmp_path: Path) -> None:
    order = tmp_path / "breaches.yaml"
    order.write_text("CPP-CONT-06: 4\nVIS-CP-01: 20%\n", encoding="utf-8")
    invent(tmp_path / "made", 400, 4, "--breaches", order)
    wrong = Counter(rule for (rule, *_), outcome in expected(tmp_path / "made").items() if outcome == "not_met")
    planted = {row["rule_id"] for row in rows(tmp_path / "made" / "planted.csv") if row["near_miss"] == "no"}
    assert planted == {"CPP-CONT-06", "VIS-CP-01"}
    assert wrong["CPP-CONT-06"] == 4
    assert wrong["VIS-CP-01"] > 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CPP-CONT-6: 4", "Did you mean CPP-CONT-06?"),
        ("CPP-CONT-06: many", "neither a whole number"),
        ("CPP-CONT-06: 120%", "neither a whole number"),
        ("- CPP-CONT-06", "should hold lines"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_file_of_breaches_that_cannot_be_followed_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    order = tmp_path / "breaches.yaml"
    order.write_text(text, encoding="utf-8")
    done = call("synth", tmp_path / "made", "--children", 10, "--breaches", order)
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "made").exists()


def test_more_breaches_than_lives_can_carry_is_said(tmp_path: Path) -> None:
    order = tmp_path / "breaches.yaml"
    order.write_text("CPP-CONT-06: 500\n", encoding="utf-8")
    done = call("synth", tmp_path / "made", "--children", 50, "--breaches", order)
    assert done.exit_code == 2
    assert "Too few children could carry it" in done.output


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = call("synth", tmp_path, "--children", 10)
    assert done.exit_code == 2
    assert "is not empty" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_people_are_ids(tmp_path: Path) -> None:
    export = invent(tmp_path / "made", 100, 1)
    for row in rows(export / "workers.csv"):
        assert re.fullmatch(r"[A-Z]+\d+", row["worker_id"])
    assert all(re.fullmatch(r"C\d{7}", row["child_id"]) for row in rows(export / "children.csv"))


def test_the_authority_has_the_shape_of_the_inspection_report(tmp_path: Path) -> None:
    """Table 3 of the requirements catalogue: neglect in 49% of plans, 38% placed out of area, domestic abuse in 22% of assessments."""
    export = invent(tmp_path / "made", 3000, 1)
    plans = [row for row in rows(export / "plans.csv") if row["kind"] == "child_protection"]
    assert 0.42 < sum(row["category"] == "neglect" for row in plans) / len(plans) < 0.56
    away = [row["in_area"] == "no" for row in rows(export / "placements.csv") if row["kind"] in ("foster", "residential")]
    assert 0.28 < sum(away) / len(away) < 0.48
    named = [row["adult_factors"] for row in rows(export / "assessments.csv") if row["adult_factors"]]
    assert 0.17 < sum("domestic_abuse" in text for text in named) / len(named) < 0.27
    health = [outcome for (rule, *_), outcome in expected(tmp_path / "made").items() if rule == "LAC-IHA-16"]
    assert health.count("not_met") > len(rows(export / "care_episodes.csv")) * 0.35


def test_the_almanac_agrees_with_the_clock_of_the_audit() -> None:
    """Two calendars worked out apart: every working day of the years that lives span, and every corresponding date."""
    days = [date(2010, 1, 1) + timedelta(number) for number in range(7 * 365)]
    numbers = np.array([clock.day_number(day) for day in days], np.int32)
    for count, unit in ((1, "working days"), (10, "working days"), (45, "working days"), (3, "months"), (15, "months")):
        own = almanac.working if unit == "working days" else almanac.months
        theirs = clock.add(numbers, clock.Length(count, unit))
        assert [own(day, count) for day in days] == [clock.as_date(int(number)) for number in theirs]


def test_a_census_does_not_show_enquiries_left_open(tmp_path: Path) -> None:
    """It has no day of an enquiry's outcome: whether one was left open at a closure can't be told, and is never claimed (CLS-CEN-10)."""
    found = audited(invent(tmp_path / "made", 300, 1, "--format", "cin-xml"), tmp_path / "audit")
    assert [key for key, outcome in found.items() if key[0] == "CLS-CEN-10" and outcome in ("not_met", "justified")] == []
