"""A run and the ledger, together or not at all.

The ledger is locked, tonight is compared with the night before and written down, the run's folder is put in its place, and only then is
the change of the ledger final. What a killed process leaves between those two is a folder that the ledger does not know of: a note beside
the ledger names it, and whoever opens the ledger next adds it from there.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from auditcheck.ledger import actions, nights, whys
from auditcheck.ledger.action import Action
from auditcheck.ledger.actions import ACTIONS
from auditcheck.ledger.backdating import backdated, memory
from auditcheck.ledger.night import Night
from auditcheck.ledger.nights import FORGOTTEN, NIGHTS, Earlier
from auditcheck.ledger.states import Compared, Holders, Known, compared
from auditcheck.ledger.store import LedgerRefused, writing


@dataclass(frozen=True)
class Tonight:
    """A night beside the one before. ``earlier``: that one's day, '' where there is none; ``before``: what it left, by finding id.

    ``resolved`` and ``backdated``: rows in the columns of `states.RESOLVED` and `backdating.BACKDATED`. ``notes``: sentences about the
    comparison itself. ``register``: every action, with the rule that it is about. ``note``: where a run is announced.
    """

    note: Path
    earlier: str
    before: dict[str, Known]
    compared: Compared
    resolved: list[tuple[str, ...]]
    backdated: list[tuple[str, ...]]
    notes: list[str]
    register: list[tuple[Action, str]]

    def about_to_appear(self, written: Path, out: Path) -> None:
        """Say, where the next one to open the ledger finds it, that the run in ``written`` is about to be put at ``out``."""
        said = {"folder": os.fspath(out.resolve()), "run": _fingerprint(written)}
        self.note.touch(mode=0o600)
        with self.note.open("w", encoding="utf-8") as file:
            json.dump(said, file)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def tonight(path: Path, night: Night, holders: Holders) -> Iterator[Tonight]:
    """Tonight beside the night before; kept in the ledger once the block, which writes the run's folder, has ended well.

    ``holders``: team, worker and manager of these children. Raises LedgerRefused.
    """
    reported = False
    try:
        with writing(path, NIGHTS, ACTIONS, FORGOTTEN) as db:
            announced = f".{path.name}-night-"
            left = list(path.parent.glob(f"{escape(announced)}*"))
            _add_what_was_left(db, left)
            kept = _kept(db, path.with_name(f"{announced}{token_hex(8)}"), night, holders)
            yield kept
            reported = True
    except LedgerRefused as refused:
        if reported:  # the disk is full, say: what is kept is kept with the next run
            raise LedgerRefused(f"{refused} The results of this run stand; the next run adds them to the ledger.") from refused
        raise
    for note in (*left, kept.note):
        note.unlink(missing_ok=True)


def add(db: sqlite3.Connection, night: Night) -> None:
    """Keep a night that has been reported already: the newest of its stream."""
    before = nights.earlier(db, night)
    _keep(db, night, compared(nights.known(db, night, before), night))


def _keep(db: sqlite3.Connection, night: Night, found: Compared) -> None:
    """Write a night down, and close the actions whose findings it shows put right."""
    nights.write(db, night, found.events, memory(night))
    put_right = {gone.known.found.finding_id: gone.says for gone in found.gone if gone.why == whys.FIXED}
    actions.settle(db, night.stream, night.as_of, put_right)


def _kept(db: sqlite3.Connection, note: Path, night: Night, holders: Holders) -> Tonight:
    before = nights.earlier(db, night)
    known = nights.known(db, night, before)
    found = compared(known, night)
    notes = _notes(db, night, before)
    if night.as_of >= nights.newest(db, night.stream):
        _keep(db, night, found)
    late = backdated(before, night, found, holders) if before else []
    return Tonight(note, before.as_of if before else "", known, found, found.resolved(holders), late, notes, actions.about_rules(db))


def _notes(db: sqlite3.Connection, night: Night, before: Earlier | None) -> list[str]:
    newest, others = nights.newest(db, night.stream), [stream for stream in nights.streams(db) if stream != night.stream]
    notes = []
    if night.as_of < newest:
        beside = f"is compared with that of {before.as_of}" if before else "has none before it"
        notes.append(f"The ledger holds a later run, of {newest}: this one, of {night.as_of}, {beside} and is not kept in the ledger.")
    if not newest and others:
        notes.append(f"Every finding is new: the ledger holds no run of {night.stream}, only of {', '.join(others)}.")
    if before and before.observed is None:
        notes.append(f"Dates that were entered late or moved can't be told: what was open on {before.as_of} is kept no longer.")
    return notes


def _add_what_was_left(db: sqlite3.Connection, notes: Iterable[Path]) -> None:
    """Add the runs that were put in their places and then not kept, because their processes were killed between the two."""
    left = [night for note in notes for night in _announced(note)]
    for night in sorted(left, key=lambda night: night.as_of):
        if night.as_of >= nights.newest(db, night.stream):
            add(db, night)


def _announced(note: Path) -> Iterator[Night]:
    """The run that a note names; nothing where the note was cut short, or the run was never put in its place."""
    with suppress(OSError, ValueError, KeyError, TypeError, LedgerRefused):
        said = json.loads(note.read_text("utf-8"))
        folder = Path(said["folder"])
        if _fingerprint(folder) == said["run"]:
            yield Night.read(folder)


def _fingerprint(folder: Path) -> str:
    return sha256((folder / "run.json").read_bytes()).hexdigest()
