"""Processes of our own that do portions of work. One that dies takes nothing with it but time.

Its portion is done again in a fresh process. When that dies too the portion is cut smaller, and so on down to one that can't be cut: so a
portion that is too large for the memory is done in parts, and of one that holds something no process survives only that is left undone.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any

from auditcheck.freed_memory import share_freed_memory
from auditcheck.helper_process import Died, HelperProcess, answer_with

#: How often a portion is tried in processes that die of it, before it is cut and again where it can't be: others may have taken the memory.
_TRIES = 2
#: After so many deaths nothing is cut any more: something else is wrong than a few portions.
_DEATHS = 200
_WORK, _ASKED, _MADE, _CUT = "work", "asked-", "made-", "cut-"

Function = Callable[[Any], Any]
#: Cuts a portion into several, kept in a new folder, or into none.
Smaller = Callable[[Any, Path], Sequence[Any]]


def uncut(portion: Any, folder: Path) -> Sequence[Any]:
    """For portions that can't be cut."""
    return ()


@dataclass(frozen=True)
class Undone:
    """A portion that ended every process that tried it, and can't be cut smaller. ``how``: what the last one died of."""

    portion: Any
    how: str


class Team:
    """So many processes, each started when there is work for it; one that died is followed by another. Made by `team`.

    Work and results go through files in a folder, for a result may have to wait long until its turn; the pipes carry names.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._idle: SimpleQueue[HelperProcess | None] = SimpleQueue()
        self._every: list[HelperProcess] = []
        self._deaths: list[str] = []
        self._over, self._lock = False, Lock()
        for _ in range(size):
            self._idle.put(None)

    def do(self, name: str, portion: object) -> list[str]:
        """Have a portion done: what its results, or those of its parts, are called. Raises whatever the work raises."""
        (self._folder / f"{_ASKED}{name}").write_bytes(pickle.dumps(portion))
        return self._done(name)

    def take(self, name: str) -> Any:
        """A result, once; `Undone` where there is none."""
        file = self._folder / f"{_MADE}{name}"
        found = pickle.loads(file.read_bytes())
        file.unlink()
        return found

    def end(self) -> None:
        """End all processes, whatever they do; no other is started."""
        with self._lock:
            self._over = True
        for process in self._every:
            process.end()

    def _done(self, name: str) -> list[str]:
        try:
            self._ask(_make, name)
            return [name]
        except Died:
            parts = self._cut(name)
        if parts:
            return [one for part in parts for one in self._done(part)]
        try:
            self._ask(_make, name)
        except Died as death:
            portion = pickle.loads((self._folder / f"{_ASKED}{name}").read_bytes())
            (self._folder / f"{_MADE}{name}").write_bytes(pickle.dumps(Undone(portion, str(death))))
        return [name]

    def _cut(self, name: str) -> list[str]:
        """The names of the parts of a portion; none where it can't be cut."""
        if len(self._deaths) > _DEATHS:
            return []
        try:
            return [f"{name}-{part}" for part in range(self._ask(_cut, name))]
        except Died:
            return []

    def _ask(self, what: Callable[[Path, str], object], name: str) -> Any:
        """The answer of a process; when it dies, of another, that has done nothing before. Raises Died where none survives it."""
        for number in range(_TRIES):
            try:
                return self._asked(what, name, fresh=number > 0)
            except Died as death:
                last = death
                self._deaths.append(name)
        raise last

    def _asked(self, what: Callable[[Path, str], object], name: str, fresh: bool) -> Any:
        process = self._idle.get()
        try:
            process = self._ready(process, fresh)
            return process.ask((what, self._folder, name))
        except MemoryError:  # told by a process that found none, and may still hold what there is
            raise Died("out of memory") from None
        except Died:
            if self._over:
                raise _Over from None
            raise
        finally:
            self._idle.put(process)

    def _ready(self, process: HelperProcess | None, fresh: bool) -> HelperProcess:
        if process is not None and fresh:
            process.end()
        with self._lock:
            if self._over:
                raise _Over
            if process is None or not process.alive:
                process = HelperProcess(__name__)
                self._every.append(process)
        return process


class _Over(Exception):
    """Nobody waits for the work any more."""


@contextmanager
def team(function: Function, smaller: Smaller, folder: Path, size: int) -> Iterator[Team]:
    """``size`` processes for ``function``, as long as the block lasts. ``folder``: an existing one, the owner's alone."""
    (folder / _WORK).write_bytes(pickle.dumps((function, smaller)))
    made = Team(folder, size)
    try:
        yield made
    finally:
        made.end()


def serve() -> None:
    """A process's side."""
    share_freed_memory()
    answer_with(lambda asked: asked[0](*asked[1:]))


def _make(folder: Path, name: str) -> None:
    function, _ = _given(folder)
    portion = pickle.loads((folder / f"{_ASKED}{name}").read_bytes())
    (folder / f"{_MADE}{name}").write_bytes(pickle.dumps(function(portion)))


def _cut(folder: Path, name: str) -> int:
    """Cut a portion and leave the parts to be asked for, ``name-0`` and so on; how many they are."""
    _, smaller = _given(folder)
    rest = folder / f"{_CUT}{name}"
    shutil.rmtree(rest, ignore_errors=True)  # whoever died of it may have begun
    parts = smaller(pickle.loads((folder / f"{_ASKED}{name}").read_bytes()), rest)
    for number, part in enumerate(parts):
        (folder / f"{_ASKED}{name}-{number}").write_bytes(pickle.dumps(part))
    return len(parts)


@cache
def _given(folder: Path) -> tuple[Function, Smaller]:
    """What is done with portions, and how they are cut: read once a process."""
    found: tuple[Function, Smaller] = pickle.loads((folder / _WORK).read_bytes())
    return found
