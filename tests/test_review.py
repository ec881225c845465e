"""The pack for external validation: all that is needed to check the checks, and nobody's id."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import NORTHSHIRE, audit, invoke, rows


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    lists = [word for name in ("workbook", "pages", "cases", "board") for word in ("--without", name)]
    assert audit(NORTHSHIRE, out, "--profile", "local-example", "--fail-on", "never", *lists).status == 0
    return out


def pack(run: Path, place: Path, *more: str | Path, children: tuple[str, ...] = ("C08", "C12", "C18")) -> tuple[int, str, Path]:
    place.mkdir(exist_ok=True)
    (place / "sample.csv").write_text("child_id\n" + "\n".join(children) + "\n", encoding="utf-8")
    words = ["--sample", place / "sample.csv", "--key-file", place / "review.key", "--out", place / "pack", *more]
    status, _, said = invoke("review-pack", "--run", run, *words)
    return status, said, place / "pack"


def test_every_judgement_on_the_sample_is_there_with_its_dates(run: Path, tmp_path: Path) -> None:
    status, _, made = pack(run, tmp_path)
    assert status == 0
    kept = ("rule_id", "outcome", "table", "class", "trigger_at", "due_at", "happened_at", "unit", "standing")
    seen = [row for row in pq.read_table(run / "observations.parquet").to_pylist() if row["child_id"] in ("C08", "C12", "C18")]
    theirs = sorted(tuple(row[name] or "" for name in kept) for row in seen)
    assert sorted(tuple(row[name] for name in kept) for row in rows(made / "results.csv")) == theirs and theirs
    assert sum(int(row["results"]) for row in rows(made / "cases.csv")) == len(theirs)
    assert {row["rule_id"] for row in rows(made / "results.csv")} <= {row["rule_id"] for row in rows(made / "rules.csv")}


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
