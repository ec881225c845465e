"""The ledger's file: private, whole or unchanged, one writer at a time, and nobody else's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from auditcheck.ledger.store import LedgerRefused, Part, damage, reading, usable, writing

NOTES = Part("notes", ("CREATE TABLE notes (name TEXT PRIMARY KEY) WITHOUT ROWID",))
OTHERS = Part("others", ("CREATE TABLE others (name TEXT PRIMARY KEY) WITHOUT ROWID",))


def _note(path: Path, name: str) -> None:
    with writing(path, NOTES) as db:
        db.execute("INSERT INTO notes VALUES (?)", (name,))


def _notes(path: Path) -> list[str]:
    with reading(path, NOTES) as db:
        return [name for (name,) in db.execute("SELECT name FROM notes ORDER BY name")]


def test_what_is_written_is_there_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger.sqlite"
    _note(path, "a")
    assert _notes(path) == ["a"]
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    _note(path, "b")
    assert path.stat().st_mode & 0o777 == 0o600
    assert damage(path) == []


def test_an_empty_ledger_that_its_owner_may_not_write_is_put_right(tmp_path: Path) -> None:
    """Under a umask of 0277 earlier versions left one such."""
    path = tmp_path / "ledger.sqlite"
    path.touch(mode=0o400)
    usable(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    _note(path, "a")
    with pytest.raises(ZeroDivisionError), writing(path, NOTES) as db:
        db.execute("INSERT INTO notes VALUES ('b')")
        raise ZeroDivisionError
    assert _notes(path) == ["a"]


def test_parts_come_one_by_one_and_leave_each_other_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    _note(path, "a")
    with writing(path, OTHERS, NOTES) as db:
        db.execute("INSERT INTO others VALUES ('x')")
    assert _notes(path) == ["a"]


def test_one_writes_while_others_read_and_wait(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    _note(path, "a")
    with writing(path, NOTES) as db:
        db.execute("INSERT INTO notes VALUES ('b')")
        assert _notes(path) == ["a"]
        with pytest.raises(LedgerRefused, match="in use by another run"), writing(path, NOTES, wait=0):
            pass
    assert _notes(path) == ["a", "b"]


def test_a_file_of_something_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    text, other, newer = (tmp_path / name for name in ("text", "other", "newer"))
    text.write_text("A text, and no database. " * 100)
    other.touch(mode=0o640)
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t (a)")
    _note(newer, "a")
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    for path, says in ((text, "damaged, or is not a ledger"), (other, "another program"), (newer, "newer auditcheck")):
        before = path.read_bytes(), path.stat().st_mode
        for door in (writing, reading):
            with pytest.raises(LedgerRefused, match=says), door(path, NOTES):
                pass
        assert (path.read_bytes(), path.stat().st_mode) == before


def test_a_damaged_page_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with writing(path, NOTES) as db:
        db.executemany("INSERT INTO notes VALUES (?)", [(f"{number:0100d}",) for number in range(300)])
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    with pytest.raises(LedgerRefused, match="damaged"):
        _notes(path)


def test_there_is_nothing_to_read_where_there_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerRefused, match="There is no ledger"), reading(tmp_path / "none.sqlite", NOTES):
        pass
