"""The pack for external validation: all that is needed to check the checks, and nobody's id."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import NORTHSHIRE, TABLES_ALONE, audit, invoke, rows

from auditcheck.rulebook.load import load

CHILDREN = ("C08", "C12", "C18")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    lists = [word for name in ("workbook", "pages", "cases", "board") for word in ("--without", name)]
    assert audit(NORTHSHIRE, out, "--profile", "local-example", "--fail-on", "never", *lists).status == 0
    return out


def pack(run: Path, place: Path, *more: str | Path, children: tuple[str, ...] = CHILDREN) -> tuple[int, str, Path]:
    place.mkdir(exist_ok=True)
    (place / "sample.csv").write_text("child_id\n" + "\n".join(children) + "\n", encoding="utf-8")
    words = ["--sample", place / "sample.csv", "--key-file", place / "review.key", "--out", place / "pack", *more]
    status, _, said = invoke("review-pack", "--run", run, *words)
    return status, said, place / "pack"


def test_every_judgement_on_the_sample_is_there_with_its_dates(run: Path, tmp_path: Path) -> None:
    status, _, made = pack(run, tmp_path)
    assert status == 0
    kept = ("rule_id", "outcome", "table", "class", "trigger_at", "due_at", "happened_at", "unit", "standing")
    seen = [row for row in pq.read_table(run / "observations.parquet").to_pylist() if row["child_id"] in CHILDREN]
    theirs = sorted(tuple(row[name] or "" for name in kept) for row in seen)
    assert sorted(tuple(row[name] for name in kept) for row in rows(made / "results.csv")) == theirs and theirs
    assert sum(int(row["results"]) for row in rows(made / "cases.csv")) == len(theirs)
    assert {row["rule_id"] for row in rows(made / "results.csv")} <= {row["rule_id"] for row in rows(made / "rules.csv")}


def test_every_limit_is_told_that_the_rules_know(run: Path, tmp_path: Path) -> None:
    """Of findings as findings.csv has it; of all in days, it leads from what started the clock to the day on which it was due."""
    _, _, made = pack(run, tmp_path)
    results = rows(made / "results.csv")
    found = sorted((row["rule_id"], row["due_at"], row["limit"]) for row in rows(run / "findings.csv") if row["child_id"] in CHILDREN)
    broken = [row for row in results if row["outcome"] in ("not_met", "justified")]
    assert sorted((row["rule_id"], row["due_at"], row["limit"]) for row in broken) == found and any(limit for *_, limit in found)
    kinds = {rule.id: rule.check for rule in load(examples=False).rules.values()}
    counted = [
        (row, int(row["limit"].split()[0]))
        for row in results
        if row["outcome"] == "met" and row["due_at"] and row["limit"].endswith(" days") and "working" not in row["limit"]
        if kinds[row["rule_id"]] == "recurs"
    ]
    assert len(counted) > 20
    for row, number in counted:
        assert date.fromisoformat(row["trigger_at"][:10]) + timedelta(number) == date.fromisoformat(row["due_at"][:10]), row
    assert {row["limit"] for row in results if row["rule_id"] == "ASM-45-03" and row["trigger_at"]} == {"45 working days"}


def test_a_rule_says_what_it_asks_its_limits_and_its_law(run: Path, tmp_path: Path) -> None:
    _, _, made = pack(run, tmp_path)
    rules = {row["rule_id"]: row for row in rows(made / "rules.csv")}
    assert all(row["asks"] and row["law"] for row in rules.values())
    assert "45 working days" in rules["ASM-45-03"]["limit"]
    assert rules["MGT-OVS-01"]["limit"].startswith("by ") and "days" in rules["MGT-OVS-01"]["limit"], "as the profile of the run sets it"


def test_a_restricted_child_is_left_out_and_only_counted(run: Path, tmp_path: Path) -> None:
    status, said, made = pack(run, tmp_path, children=("C08", "C58"))
    assert status == 0 and "Left out: 1 restricted child of the sample." in said and "1 case," in said and "C58" not in said
    assert "1 restricted child" in (made / "README.txt").read_text("utf-8")
    (name,) = {row["child"] for row in rows(made / "cases.csv")} | {row["child"] for row in rows(made / "results.csv")}
    assert invoke("review-pack", "--run", run, "--key-file", tmp_path / "review.key", "--look-up", name)[1].strip() == "C08"
    status, said, made = pack(run, tmp_path / "alone", children=("C58",))
    assert status == 2 and "Every child of the sample is restricted" in said and not made.exists()


def test_it_says_how_the_cases_were_chosen(run: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn"
    assert invoke("sample", "--run", run, "--n", "9", "--seed", "2015Q2", "--strata", "team", "--out", drawn)[0] == 0
    words = ["--sample", drawn / "sample.csv", "--key-file", tmp_path / "k", "--out", tmp_path / "pack"]
    assert invoke("review-pack", "--run", run, *words)[0] == 0
    text = " ".join((tmp_path / "pack" / "README.txt").read_text("utf-8").split())
    told = json.loads((drawn / "sample.json").read_text("utf-8"))
    assert f"9 cases were drawn of {told['frame']['children']} children" in text and "Seed: 2015Q2. Spread over: team." in text
    assert "hashed together with the seed" in text and "1 because the child is restricted" in text
    weights = sorted(row["weight"] for row in rows(drawn / "sample.csv"))
    assert sorted(row["weight"] for row in rows(tmp_path / "pack" / "cases.csv")) == weights
    kept = json.loads((tmp_path / "pack" / "sample.json").read_text("utf-8"))
    assert kept["frame"] == told["frame"] and "allocation" not in kept
    teams = {row["team"] for row in rows(drawn / "sample.csv")} - {"not recorded"}
    assert teams and not [team for team in teams for path in (tmp_path / "pack").iterdir() if team in path.read_text("utf-8")]
    _, _, by_hand = pack(run, tmp_path / "by-hand")
    assert "How the cases were chosen is not recorded" in (by_hand / "README.txt").read_text("utf-8")
    (tmp_path / "by-hand" / "sample.json").write_text("no", encoding="utf-8")
    status, said, _ = pack(run, tmp_path / "by-hand", "--replace")
    assert status == 2 and "sample.json beside the sample can't be read" in said


def test_limits_of_another_profile_than_the_run_s_are_refused(run: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "id: mine\ntitle: Mine\nrules: [ASM-*]\nlimits: {ASM-45-03: {limit: 40 working days, agreed_by: us, agreed_on: 2012-01-01}}\n"
    )
    assert audit(NORTHSHIRE, tmp_path / "out", "--profile", mine, "--fail-on", "never", *TABLES_ALONE).status == 0
    status, said, made = pack(tmp_path / "out", tmp_path / "pack")
    assert status == 2 and "other rules or limits" in said and "its profile is mine" in said and not made.exists()
    status, said, made = pack(tmp_path / "out", tmp_path / "pack", "--profile", mine)
    assert status == 0, said
    limits = {row["limit"] for row in rows(made / "results.csv") if row["rule_id"] == "ASM-45-03" and row["trigger_at"]}
    assert (
        limits <= {"40 working days"}
        and "40 working days" in {row["rule_id"]: row for row in rows(made / "rules.csv")}["ASM-45-03"]["limit"]
    )


def test_no_id_of_anybody_or_anything_is_in_it(run: Path, tmp_path: Path) -> None:
    _, _, made = pack(run, tmp_path)
    held = {value for path in made.glob("*.csv") for row in rows(path) for value in row.values()}
    text = (made / "README.txt").read_text("utf-8") + (made / "run.json").read_text("utf-8")
    seen, about = pq.read_table(run / "observations.parquet"), pq.read_table(run / "children.parquet")
    columns = (seen["child_id"], seen["record_id"], seen["worker_id"], about["team"], about["worker_id"], about["manager_id"])
    ids = {value for column in columns for value in column.to_pylist() if value}
    assert len(ids) > 1000 and not held & ids and not [one for one in ids if len(one) > 3 and one in text]
    assert not any(" " in value and "C08" in value for value in held)


def test_the_service_finds_a_record_again_and_nobody_without_the_key(run: Path, tmp_path: Path) -> None:
    _, _, made = pack(run, tmp_path)
    names = {name for row in rows(made / "results.csv") for name in (row["child"], row["record"])} | {
        r["team"] for r in rows(made / "cases.csv")
    }
    ids = set()
    for name in sorted(names)[:3] + [next(name for name in names if name.startswith(kind)) for kind in ("child", "team")]:
        status, out, _ = invoke("review-pack", "--run", run, "--key-file", tmp_path / "review.key", "--look-up", name)
        assert status == 0
        ids.add(out.strip())
    assert ids & {"C08", "C12", "C18"}
    status, _, said = invoke("review-pack", "--run", run, "--key-file", tmp_path / "other.key", "--look-up", sorted(names)[0])
    assert status == 2 and "stands for nothing" in said


def test_the_same_key_gives_the_same_pack_and_another_key_another(run: Path, tmp_path: Path) -> None:
    _, _, one = pack(run, tmp_path / "one")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "review.key").write_bytes((tmp_path / "one" / "review.key").read_bytes())
    (tmp_path / "two" / "review.key").chmod(0o600)
    _, _, two = pack(run, tmp_path / "two")
    _, _, other = pack(run, tmp_path / "other")
    assert (one / "results.csv").read_bytes() == (two / "results.csv").read_bytes()
    assert not {row["child"] for row in rows(one / "results.csv")} & {row["child"] for row in rows(other / "results.csv")}


def test_the_key_is_a_secret(run: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert pack(run, tmp_path)[0] == 0
    finally:
        os.umask(before)
    key = tmp_path / "review.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text().strip().encode() not in b"".join(p.read_bytes() for p in (tmp_path / "pack").iterdir())
    key.chmod(0o644)
    status, said, _ = pack(run, tmp_path, "--replace")
    assert status == 2 and "can be read by others" in said
    status, _, said = invoke(
        "review-pack", "--run", run, "--sample", tmp_path / "sample.csv", "--key-file", tmp_path / "new" / "k", "--out", tmp_path / "new"
    )
    assert status == 2 and "would lie in the pack" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id\nC08\n", "with a column child_id"),
        ("child_id\n", "names no child"),
        ("child_id\nC08\nC999\n", "1 of the sampled children are not in this run"),
    ],
)
def test_a_sample_that_can_not_be_used(run: Path, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    words = ["--sample", tmp_path / "s.csv", "--key-file", tmp_path / "k", "--out", tmp_path / "pack"]
    status, _, said = invoke("review-pack", "--run", run, *words)
    assert status == 2 and says in said and not (tmp_path / "pack").exists()
