"""The ledger beside real processes: two at once, one that is killed, a file that is none; and what a run says of it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from commands import GOOD, LATER, ROOT, WRITTEN, audit, folder, invoke, rows, small_book

QUICK = ("--without", "workbook", "--without", "pages", "--without", "board")
#: C1's review is held late, and C3's plan is written: one finding changes and one stays changed.
NEXT = {
    "plans.csv": GOOD["plans.csv"].replace("P3,C3,child_protection,2014-01-10,", "P3,C3,child_protection,2014-01-10,2015-07-01"),
    "conferences.csv": GOOD["conferences.csv"] + "K4,C1,P1,review,2015-07-01T10:00\n",
}
#: Where a run is killed: before its folder is put in its place, between that and the ledger's change, and right after that.
KILLED = {
    "before the folder": "import auditcheck.reports.folder as it\nit._put = lambda new, out: die()",
    "before the ledger": "import auditcheck.reports.folder as it\nput = it._put\nit._put = lambda new, out: (put(new, out), die())",
    "after the ledger": """
import contextlib, auditcheck.ledger.tonight as it
writing = it.writing
@contextlib.contextmanager
def until_written(*words):
    with writing(*words) as db:
        yield db
    die()
it.writing = until_written
""",
}
_KILL = "import os, signal\ndef die(): os.kill(os.getpid(), signal.SIGKILL)\n{}\nfrom auditcheck.cli import program\nprogram()\n"


def _content(ledger: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(ledger) as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}")) for table in ("runs", "findings", "events", "memories")}


def _words(export: Path, out: Path, place: Path, day: str, ledger: Path) -> list[str]:
    words = ["run", export, "--as-of", day, "--out", out, "--rules", place / "rules", "--ledger", ledger, "--fail-on", "never", *QUICK]
    return [str(word) for word in words]


def _start(words: Sequence[str], code: str = "from auditcheck.cli import program\nprogram()") -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen([sys.executable, "-c", code, *words], stderr=subprocess.PIPE, text=True, env=environment)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_book(tmp_path / "rules")
    folder(tmp_path / "first")
    folder(tmp_path / "second", NEXT)
    return tmp_path


def _night(place: Path, ledger: Path, export: str, day: str, *more: str) -> Path:
    out = place / f"{ledger.stem}-{day}"
    status, _, said = invoke(*_words(place / export, out, place, day, ledger), *more)
    assert status == 0, said
    return out


@pytest.mark.parametrize("where", KILLED)
def test_a_run_that_is_killed_leaves_a_folder_and_a_ledger_that_agree(place: Path, where: str) -> None:
    whole, cut = place / "whole.sqlite", place / "cut.sqlite"
    for ledger in (whole, cut):
        _night(place, ledger, "first", "2015-06-30")
    out = place / "cut-2015-07-01"
    killed = _start(_words(place / "second", out, place, "2015-07-01", cut), _KILL.format(KILLED[where]))
    assert killed.wait() == -signal.SIGKILL
    killed.stderr.close()  # type: ignore[union-attr]
    assert out.exists() == (where != "before the folder")
    if out.exists():
        _night(place, whole, "second", "2015-07-01")
        assert (out / "findings.csv").read_bytes() == (place / "whole-2015-07-01" / "findings.csv").read_bytes()
    tonight = [_night(place, ledger, "second", "2015-07-02") for ledger in (whole, cut)]
    for name in ("findings.csv", "resolved.csv", "backdated.csv"):
        assert (tonight[0] / name).read_bytes() == (tonight[1] / name).read_bytes()
    assert _content(cut) == _content(whole)
    assert not list(place.glob("*-night-*")) and not list(place.glob("*-journal"))
    assert invoke("ledger", "check", cut)[0] == 0


def test_a_folder_that_is_replaced_and_killed_is_added_as_it_stands(place: Path) -> None:
    ledger, out = place / "ledger.sqlite", place / "latest"
    words = [*_words(place / "first", out, place, "2015-06-30", ledger), "--replace"]
    assert invoke(*words)[0] == 0
    words = [*_words(place / "second", out, place, "2015-07-01", ledger), "--replace"]
    assert _start(words, _KILL.format(KILLED["before the ledger"])).wait() == -signal.SIGKILL
    assert rows(out / "resolved.csv") == []
    _night(place, ledger, "second", "2015-07-02")
    assert [as_of for _, as_of, *_ in _content(ledger)["runs"]] == ["2015-06-30", "2015-07-01", "2015-07-02"]


def test_another_run_in_the_place_of_one_that_was_killed_is_not_taken_for_it(place: Path) -> None:
    ledger, out = place / "ledger.sqlite", place / "latest"
    _night(place, ledger, "first", "2015-06-30")
    killed = _start(_words(place / "second", out, place, "2015-07-01", ledger), _KILL.format(KILLED["before the folder"]))
    assert killed.wait() == -signal.SIGKILL
    assert audit(place / "second", out, "--rules", place / "rules", *QUICK, as_of="2015-07-01").status in (0, 1)
    tonight = _night(place, ledger, "first", "2015-07-02")
    assert [as_of for _, as_of, *_ in _content(ledger)["runs"]] == ["2015-06-30", "2015-07-02"]
    assert {row["state"] for row in rows(tonight / "findings.csv")} == {"continuing"}


def test_two_runs_at_once_wait_for_each_other(place: Path) -> None:
    alone, shared = place / "alone.sqlite", place / "shared.sqlite"
    for ledger in (alone, shared):
        _night(place, ledger, "first", "2015-06-30")
    expected = _night(place, alone, "second", "2015-07-01")
    outs = [place / f"at-once-{number}" for number in range(3)]
    running = [_start(_words(place / "second", out, place, "2015-07-01", shared)) for out in outs]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert all((out / "findings.csv").read_bytes() == (expected / "findings.csv").read_bytes() for out in outs)
    assert _content(shared) == _content(alone)


def test_a_ledger_that_is_none_stops_the_run_before_anything_is_written(place: Path) -> None:
    text, elsewhere = place / "text.sqlite", place / "first" / "children.csv" / "ledger.sqlite"
    text.write_text("This is no database, though it is long enough to be taken for one. " * 40)
    for ledger, says in ((text, "is damaged, or is not a ledger"), (elsewhere, "can't be written"), (place, "is a folder")):
        status, _, said = invoke(*_words(place / "first", place / "out", place, "2015-06-30", ledger))
        assert status == 2 and says in said and len(said.strip().splitlines()) == 1
        assert not (place / "out").exists()
    for command in (["ledger", "check", text], ["history", "C1", "--ledger", text], ["ledger", "rebuild", text, place / "first"]):
        status, _, said = invoke(*command)
        assert status == 2 and len(said.strip().splitlines()) == 1


def test_a_ledger_whose_events_were_tampered_with_is_found_out(place: Path) -> None:
    ledger = place / "ledger.sqlite"
    out = [_night(place, ledger, "first", "2015-06-30"), _night(place, ledger, "second", "2015-07-02")]
    assert invoke("ledger", "check", ledger)[0] == 0
    with sqlite3.connect(ledger) as db:
        db.execute("DELETE FROM events WHERE finding_id IN (SELECT finding_id FROM findings WHERE rule_id = ?)", (WRITTEN,))
    status, _, said = invoke("ledger", "check", ledger)
    assert status == 2 and "had 3 findings, and by its events there are 2" in said
    assert invoke("ledger", "rebuild", ledger, *out)[0] == 0
    assert invoke("ledger", "check", ledger)[0] == 0


def test_another_profile_or_kind_of_export_is_another_row_of_nights(place: Path) -> None:
    ledger = place / "ledger.sqlite"
    _night(place, ledger, "first", "2015-06-30")
    (place / "local.yaml").write_text(f"id: local\ntitle: One rule\nrules: [{LATER}]\n")
    out = place / "local"
    run = audit(place / "first", out, "--rules", place / "rules", "--profile", place / "local.yaml", "--ledger", ledger, as_of="2015-07-01")
    assert run.info["warnings"] == [
        "Every finding is new: the ledger holds no run of local over case-records, only of default over case-records."
    ]
    assert {row["state"] for row in rows(out / "findings.csv")} == {"new"} and rows(out / "resolved.csv") == []
    again = _night(place, ledger, "first", "2015-07-02")
    assert {row["state"] for row in rows(again / "findings.csv")} == {"continuing"}
    assert {row["first_seen"] for row in rows(again / "findings.csv")} == {"2015-06-30"}


def test_a_run_of_an_earlier_day_is_compared_with_the_one_before_it_and_not_kept(place: Path) -> None:
    ledger = place / "ledger.sqlite"
    _night(place, ledger, "first", "2015-06-28")
    _night(place, ledger, "second", "2015-07-02")
    before = _content(ledger)
    out = _night(place, ledger, "first", "2015-06-29")
    assert {row["state"] for row in rows(out / "findings.csv")} == {"continuing"}
    out = _night(place, ledger, "first", "2015-06-27")
    assert {row["state"] for row in rows(out / "findings.csv")} == {"new"} and rows(out / "resolved.csv") == []
    assert _content(ledger) == before


def test_a_night_that_is_run_again_with_other_records_takes_the_place_of_the_first(place: Path) -> None:
    ledger, other = place / "ledger.sqlite", place / "other.sqlite"
    for one in (ledger, other):
        _night(place, one, "first", "2015-06-30")
    folder(place / "mistaken", {"plans.csv": GOOD["plans.csv"] + "P7,C2,child_protection,2014-02-10,\n"})
    out = _night(place, ledger, "mistaken", "2015-07-01")
    assert "new" in {row["state"] for row in rows(out / "findings.csv")}
    shutil.rmtree(out)
    for one in (ledger, other):
        _night(place, one, "second", "2015-07-01")
    assert _content(ledger) == _content(other)


def test_without_a_ledger_nothing_is_said_of_other_nights(place: Path) -> None:
    run = audit(place / "first", place / "out", "--rules", place / "rules")
    assert {(row["state"], row["first_seen"], row["waiver"]) for row in rows(run.out / "findings.csv")} == {("", "", "")}
    assert not {"resolved.csv", "backdated.csv", "waivers.csv"} & {path.name for path in run.out.iterdir()}
    assert "nights" not in run.info


def test_what_is_no_run_is_said(place: Path) -> None:
    status, _, said = invoke("diff", place / "first", place / "second")
    assert status == 2 and "is not the folder of a run" in said
    ledger = place / "ledger.sqlite"
    _night(place, ledger, "first", "2015-06-30")
    status, _, said = invoke("history", "C99", "--ledger", ledger)
    assert status == 2 and "holds no finding of a child C99 (1 runs, 2015-06-30 to 2015-06-30)" in said
    status, _, said = invoke("history", "C1", "--ledger", place / "none.sqlite")
    assert status == 2 and "There is no ledger" in said and not (place / "none.sqlite").exists()
