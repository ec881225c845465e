"""The ledger's file: one SQLite database a service, created, locked and checked here. What is kept in it is said by its parts.

A part is a name and the tables that it needs. Whoever opens the ledger names the parts that it uses, and finds their tables there:

    ACTIONS = Part("actions", ("CREATE TABLE actions (action_id TEXT PRIMARY KEY, ...) WITHOUT ROWID",))
    with writing(path, ACTIONS) as db:
        db.execute("INSERT INTO actions ...")

The rollback journal is left at SQLite's default: it needs no shared memory, so a ledger may lie on a file share.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

#: "aclg" in the file's header: whose file this is. And the layout of what is in it.
APPLICATION, LAYOUT = 0x61636C67, 1

#: How long (seconds) a command waits for another that is using the ledger, before it gives up.
PATIENCE = 120.0


class LedgerRefused(Exception):
    """The ledger can't be used as it stands, or not now. The message is a sentence for the person who ran the command; exit 2."""


@dataclass(frozen=True)
class Part:
    """Tables that belong together. ``tables``: one CREATE TABLE (or INDEX) statement each, without IF NOT EXISTS."""

    name: str
    tables: tuple[str, ...]


@contextmanager
def writing(path: Path, *parts: Part, wait: float = PATIENCE) -> Iterator[sqlite3.Connection]:
    """The ledger, made where there is none, for one change that is kept whole if the block ends well and not at all if it does not.

    Nobody else can write meanwhile: who tries waits up to ``wait`` seconds and is then refused. Reading goes on. Raises LedgerRefused.
    """
    _make(path)
    with _connected(path, parts, wait) as db:
        path.chmod(0o600)
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")


@contextmanager
def reading(path: Path, *parts: Part, wait: float = PATIENCE) -> Iterator[sqlite3.Connection]:
    """The ledger as it stands at one moment. Raises LedgerRefused, also where there is none."""
    if not path.is_file():
        raise LedgerRefused(f"There is no ledger {path}. It is made by the first run with --ledger.")
    with _connected(path, parts, wait) as db:
        db.execute("BEGIN")
        yield db


def usable(path: Path) -> None:
    """Raise LedgerRefused where the ledger can't be written or is none; make it where there is none: to know before the work begins."""
    _make(path)
    with _connected(path, (), PATIENCE):
        pass


def damage(path: Path) -> list[str]:
    """What SQLite itself finds wrong with the file; empty where all is well. Raises LedgerRefused where it can't be opened at all."""
    with reading(path) as db:
        return [text for (text,) in db.execute("PRAGMA integrity_check(20)") if text != "ok"]


@contextmanager
def _connected(path: Path, parts: tuple[Part, ...], wait: float) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, timeout=wait, isolation_level=None)) as db:
            db.execute("PRAGMA temp_store = MEMORY")  # what it sorts is not put into the system's folder for temporary files
            db.execute("PRAGMA secure_delete = ON")  # what is forgotten is not left in the file
            _greet(db, path)
            for part in parts:
                _prepare(db, part)
            yield db
    except sqlite3.IntegrityError:
        raise  # a fault of ours, not of the file
    except sqlite3.OperationalError as problem:
        raise LedgerRefused(_sentence(path, problem, wait)) from problem
    except sqlite3.DatabaseError as problem:
        what = f"{path} is damaged, or is not a ledger ({problem})"
        raise LedgerRefused(f"{what}. Move it away and make it anew: auditcheck ledger rebuild {path.name} RUN...") from problem


def _sentence(path: Path, problem: sqlite3.OperationalError, wait: float) -> str:
    if problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} is in use by another run, for more than {wait:.0f} seconds now. Try again when that has ended."
    return f"{path} can't be used: {problem}."


def _make(path: Path) -> None:
    """An empty file that only its owner can read, before SQLite writes a byte to it."""
    if path.is_dir():
        raise LedgerRefused(f"{path} is a folder. The ledger is one file: name it, as in {path / 'ledger.sqlite'}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        if not path.stat().st_size:  # what is in the file may be another program's: that stays as it is
            path.chmod(0o600)
    except OSError as problem:
        raise LedgerRefused(f"{path} can't be written: {problem.strerror}.") from problem


def _greet(db: sqlite3.Connection, path: Path) -> None:
    """Whether it is ours. An empty database is made so."""
    whose, layout = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if whose == 0 and not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        db.execute("BEGIN IMMEDIATE")
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {LAYOUT}")
        db.execute("CREATE TABLE IF NOT EXISTS parts (name TEXT PRIMARY KEY) WITHOUT ROWID")
        db.execute("COMMIT")
    elif whose != APPLICATION:
        raise LedgerRefused(f"{path} is a database of another program, not a ledger. Name another file.")
    elif layout > LAYOUT:
        raise LedgerRefused(f"{path} was written by a newer auditcheck (layout {layout}, this one knows {LAYOUT}). Use that one.")


def _prepare(db: sqlite3.Connection, part: Part) -> None:
    """The tables of a part, made where they are not there yet: two who find none wait for each other."""
    if _has(db, part):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if not _has(db, part):
            for statement in part.tables:
                db.execute(statement)
            db.execute("INSERT INTO parts VALUES (?)", (part.name,))
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _has(db: sqlite3.Connection, part: Part) -> bool:
    return db.execute("SELECT 1 FROM parts WHERE name = ?", (part.name,)).fetchone() is not None
