"""Thirty nights over an authority that changes from day to day: every state right on every night, and nothing lost between them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import invented_nights as plan
import pytest
from commands import Run, audit, invoke, rows, small_book

#: What is left out on all nights, and on all but the last.
BOARD = ["--without", "board"]
QUICK = [*BOARD, "--without", "workbook", "--without", "pages"]
WRITTEN = {"findings.csv", "findings.parquet", "observations.parquet", "resolved.csv", "backdated.csv", "waivers.csv"}
KEPT = {"not_evaluated", "rule_error", "cannot_tell"}


@dataclass(frozen=True)
class Nights:
    ledger: Path
    runs: dict[int, Run]


def _profile(place: Path, night: int) -> Path:
    left_out = f"exclude: [{plan.LEFT_OUT[night]}]\n" if night in plan.LEFT_OUT else ""
    place.mkdir()
    (place / "nights.yaml").write_text(f"id: nights\ntitle: For thirty nights\nrules: all\n{left_out}")
    return place / "nights.yaml"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    place = tmp_path_factory.mktemp("nights")
    book = small_book(place / "rules", f"plan/{plan.OWNER}.yaml", f"assessment/{plan.ASSESSED}.yaml")
    (place / "waivers.yml").write_text(plan.WAIVERS)
    authority, changes, runs = plan.Authority(), plan.changes(), {}
    for night in range(1, 31):
        changes.get(night, lambda _: None)(authority)
        words = ["--rules", book, "--profile", _profile(place / f"profile-{night}", night), "--ledger", place / "ledger.sqlite"]
        waivers = ["--waivers", place / "waivers.yml", *(BOARD if night == 30 else QUICK)]
        run = audit(authority.write(place / f"export-{night}"), place / f"run-{night}", *words, *waivers, as_of=f"2015-06-{night:02d}")
        assert run.status in (0, 1), run.said
        runs[night] = run
    return Nights(place / "ledger.sqlite", runs)


def _which(table: Path, **columns: str) -> set[tuple[str, str]]:
    return {(row["rule_id"], row["record_id"]) for row in rows(table) if all(row[name] == value for name, value in columns.items())}


def _each(nights: Nights) -> Iterator[tuple[int, Path]]:
    return ((night, run.out) for night, run in nights.runs.items())


def test_every_new_and_changed_finding_says_so_on_its_night_and_on_no_other(nights: Nights) -> None:
    for night, out in _each(nights):
        assert _which(out / "findings.csv", state="new") == plan.NEW.get(night, set()), night
        assert _which(out / "findings.csv", state="changed") == plan.CHANGED.get(night, set()), night
        assert {row["state"] for row in rows(out / "findings.csv")} <= {"new", "changed", "continuing"}


def test_every_finding_that_is_gone_says_why(nights: Nights) -> None:
    for night, out in _each(nights):
        gone = {(row["rule_id"], row["record_id"]): row["why"] for row in rows(out / "resolved.csv")}
        assert gone == plan.GONE.get(night, {}), night
        assert all(row["says"].endswith(".") and row["title"] for row in rows(out / "resolved.csv"))


def test_first_seen_is_the_first_night_whatever_came_between(nights: Nights) -> None:
    first: dict[tuple[str, str], str] = {}
    for night, out in _each(nights):
        for row in rows(out / "findings.csv"):
            assert row["first_seen"] == first.setdefault((row["rule_id"], row["record_id"]), f"2015-06-{night:02d}")
        returned = {which for which in _which(out / "findings.csv", state="new") if first[which] != f"2015-06-{night:02d}"}
        assert returned == plan.RETURNED.get(night, set())
        assert nights.runs[night].info["nights"]["returned"] == len(returned)


def test_every_finding_of_last_night_is_accounted_for(nights: Nights) -> None:
    expected: set[str] = set()
    for night, out in _each(nights):
        tonight = {row["finding_id"] for row in rows(out / "findings.csv")}
        gone = {row["finding_id"]: row["why"] for row in rows(out / "resolved.csv")}
        assert not tonight & set(gone)
        assert set(gone) == expected - tonight
        said = nights.runs[night].info["nights"]["accounted_for"]
        assert said == {"before": len(expected), "tonight": len(expected & tonight), "resolved": len(gone), "missing": 0}
        expected = tonight | {name for name, why in gone.items() if why in KEPT}


def test_dates_that_came_late_or_moved_are_noticed_and_no_others(nights: Nights) -> None:
    for night, out in _each(nights):
        late = {(r["what"], r["field"], r["record_id"], r["before"], r["after"], r["cleared"]) for r in rows(out / "backdated.csv")}
        assert late == plan.BACKDATED.get(night, set()), night


def test_a_waiver_waives_to_its_last_day_and_then_lapses(nights: Nights) -> None:
    for night, out in _each(nights):
        waived = _which(out / "findings.csv", waiver="W-1")
        listed = sum(nights.runs[night].info["summary"]["findings"].values())
        off = sum(row["outcome"] != "not_met" for row in rows(out / "findings.csv"))
        assert waived == ({(plan.LATER, "K2")} if night in plan.WAIVED else set()), night
        assert listed == len(rows(out / "findings.csv")) - off - len(waived)
        (said,) = rows(out / "waivers.csv")
        assert said["status"] == ("not_yet" if night < 19 else "applied" if night in plan.WAIVED else "lapsed"), night
        warned = [warning for warning in nights.runs[night].info["warnings"] if "W-1" in warning]
        assert bool(warned) == (night in plan.LAPSED)


def test_a_night_that_is_run_again_is_the_same_to_the_byte_and_leaves_the_ledger_as_it_was(nights: Nights, tmp_path: Path) -> None:
    before = _content(nights.ledger)
    for night in (30, 18):  # the newest, and one that later nights stand on
        again = _again(nights, night, tmp_path / f"again-{night}")
        first = nights.runs[night].out
        names = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file() and path.name != "run.json"]
        if night != 30:  # its sheets say that a later run is in the ledger
            names = [name for name in names if name.parts[0] != "cases"]
        assert WRITTEN | ({"index.html", "exceptions.xlsx"} if night == 30 else set()) <= {str(name) for name in names}
        assert [str(n) for n in names if (again.out / n).read_bytes() != (first / n).read_bytes()] == []
        assert any("is not kept in the ledger" in warning for warning in again.info["warnings"]) == (night != 30)
    assert _content(nights.ledger) == before


def _again(nights: Nights, night: int, out: Path) -> Run:
    place = nights.ledger.parent
    words = ["--rules", place / "rules", "--profile", place / f"profile-{night}" / "nights.yaml", "--ledger", nights.ledger]
    quick = BOARD if night == 30 else QUICK
    return audit(place / f"export-{night}", out, *words, "--waivers", place / "waivers.yml", *quick, as_of=f"2015-06-{night:02d}")


def _content(ledger: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(ledger) as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}")) for table in ("runs", "findings", "events", "memories", "parts")}


def test_a_ledger_made_anew_from_the_folders_is_the_same(nights: Nights, tmp_path: Path) -> None:
    folders = [run.out for run in nights.runs.values()]
    status, _, said = invoke("ledger", "rebuild", tmp_path / "anew.sqlite", *reversed(folders))
    assert (status, said.splitlines()[1]) == (0, "nights over case-records: 30 runs, 2015-06-01 to 2015-06-30")
    assert _content(tmp_path / "anew.sqlite") == _content(nights.ledger)
    status, _, said = invoke("ledger", "check", nights.ledger)
    assert (status, said.splitlines()[0]) == (0, f"Nothing is wrong with {nights.ledger}.")


def test_the_history_of_a_child(nights: Nights) -> None:
    status, said, _ = invoke("history", "C4", "--ledger", nights.ledger)
    assert status == 0
    told = [line.strip() for line in said.splitlines() if line.startswith("  2015")]
    assert told == [
        "2015-06-20  first seen: not met, medium, due 2015-05-18",
        "2015-06-21  gone: the record shows it as it should be",
        "2015-06-01  first seen: not met, medium",
        "2015-06-03  gone: the record shows it as it should be",
        "2015-06-06  returned: not met, medium",
        "2015-06-17  gone: no rule finds the record: it is no longer in the export, or can no longer be read",
        "2015-06-19  first seen: not met, medium",
        "2015-06-20  gone: a graver finding on the same record stands in its place",
        "2015-06-21  seen again: not met, medium",
        "2015-06-22  gone: the rule could not be evaluated tonight",
        "2015-06-24  seen again: not met, medium",
    ]


def test_two_runs_beside_each_other_say_what_the_ledger_said(nights: Nights) -> None:
    for night in (5, 9, 10, 17, 20):
        status, said, _ = invoke("diff", nights.runs[night - 1].out, nights.runs[night].out, "--format", "csv")
        assert status == 0
        (nights.ledger.parent / "diff.csv").write_text(said)
        differ = rows(nights.ledger.parent / "diff.csv")
        gone = {(row["rule_id"], row["record_id"]): row["why"] for row in differ if row["state"] == "gone"}
        assert gone == plan.GONE.get(night, {})
        if night not in (9, 17):  # what was not looked at last night is new to who sees only two nights
            for state, expected in (("new", plan.NEW), ("changed", plan.CHANGED)):
                assert {(row["rule_id"], row["record_id"]) for row in differ if row["state"] == state} == expected.get(night, set())
    status, said, _ = invoke("diff", nights.runs[4].out, nights.runs[5].out)
    assert said.splitlines()[0] == "From 2015-06-04 to 2015-06-05: 1 new, 0 changed, 5 continuing, 0 gone; 0 dates came late or moved"


def test_nothing_of_a_person_but_ids_is_in_the_ledger(nights: Nights) -> None:
    data = nights.ledger.read_bytes()
    for text in (b"Weekly sessions", b"Grandmother", b"paediatric", b"neighbouring", b"PM-4"):
        assert text not in data
    assert nights.ledger.stat().st_mode & 0o777 == 0o600
