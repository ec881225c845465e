"""A book that can't be written is named, and costs the night nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_results import results
from commands import Run, audit, folder, small_book

LISTS = ("findings.csv", "findings.parquet", "rules.csv", "measures.csv", "resolved.csv")


def night(place: Path, name: str, *more: str | Path) -> Run:
    """A small run with a ledger of its own."""
    if not (place / "rules").is_dir():
        folder(place / "export")
        small_book(place / "rules")
    ledger = place / f"{name}.sqlite"
    return audit(place / "export", place / name, "--rules", place / "rules", "--ledger", ledger, "--fail-on", "never", *more)


def test_a_fault_in_the_book_is_named_and_the_lists_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = night(tmp_path, "whole")
    assert whole.status == 0 and (whole.out / "board" / "book.html").is_file()

    def fault(*_: object) -> None:
        raise KeyError("a table that is not there")

    monkeypatch.setattr("auditcheck.board.write.write_files", fault)  # once the page is written: half a book lies there
    short = night(tmp_path, "short")
    assert short.status == short.info["exit_status"] == 2
    (named,) = (warning for warning in short.info["warnings"] if "board/" in warning)
    assert "holds no book" in named and "KeyError" in named and "WARNING: board/" in short.said
    assert "holds no book" in (short.out / "index.html").read_text("utf-8")
    assert list((short.out / "board").iterdir()) == []
    for name in LISTS:
        assert (short.out / name).read_bytes() == (whole.out / name).read_bytes(), name


def test_commentary_that_can_not_be_used_costs_the_book_and_is_kept(tmp_path: Path) -> None:
    first = night(tmp_path, "out")
    written = first.out / "board" / "commentary.md"
    written.write_text("## views\nWe asked C1.\n", encoding="utf-8")
    again = night(tmp_path, "out", "--replace")
    assert again.status == 2 and any("names the child 'C1'" in warning for warning in again.info["warnings"])
    assert written.read_text("utf-8") == "## views\nWe asked C1.\n"
    assert sorted(path.name for path in written.parent.iterdir()) == ["commentary.md"]
    assert (again.out / "findings.csv").is_file() and again.info["complete"]


def test_a_run_reads_the_audits_and_one_that_can_not_be_read_costs_the_book_alone(tmp_path: Path) -> None:
    audits = results(tmp_path / "audits", [("good", "")] * 30, 30, on="2015-05-20")
    read = night(tmp_path, "read", "--audits", audits)
    assert read.status == 0 and "30 cases were planned. 30 were audited" in (read.out / "board" / "book.html").read_text("utf-8")
    short = night(tmp_path, "short", "--audits", tmp_path / "export")
    (named,) = (warning for warning in short.info["warnings"] if "board/" in warning)
    assert short.status == 2 and "holds no grades.csv" in named and (short.out / "findings.csv").is_file()
