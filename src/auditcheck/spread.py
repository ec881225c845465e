"""The same function over each portion: in this process, in several, or on the machines of a Dask cluster. Results come in order."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from auditcheck.helper_process import Died, HelperProcess, answer_with
from auditcheck.raw import BadExport

One = TypeVar("One")
Result = TypeVar("Result")

#: What a process needs for a portion, generously (bytes): no more processes than the machine has memory for.
_NEEDED = 2 << 30
_LIMITS = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")
_WORK, _MADE = "work", "made-"


def processes(jobs: int | None, portions: int) -> int:
    """How many processes work on so many portions. ``jobs``: as asked; None: as many as the machine has processors and memory for."""
    if jobs is not None:
        return max(1, min(jobs, portions))
    return as_many_as_fit(_processors(), portions, _memory(), _limits())


def as_many_as_fit(processors: int, portions: int, memory: int, limits: Sequence[str]) -> int:
    """How many processes there is room for. ``limits``: what a container says of its memory, in bytes; "max" where it has no limit."""
    least = min([memory, *(int(limit) for limit in limits if limit.strip().isdecimal())])
    return max(1, min(processors, portions, least // _NEEDED))


def _processors() -> int:
    """Those that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # not every system tells
        return os.cpu_count() or 1


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not every system tells
        return _NEEDED * 2


def _limits() -> list[str]:
    """What the system says of the container's memory: each file is there in one version of its control groups."""
    found = []
    for file in _LIMITS:
        with suppress(OSError):
            found.append(file.read_text("ascii"))
    return found


def each(function: Callable[[One], Result], portions: Sequence[One], jobs: int, folder: Path, cluster: str = "") -> Iterator[Result]:
    """What ``function`` makes of each portion, in order, as soon as all before it are done. ``cluster``: the address of a Dask scheduler.

    ``folder``: an existing one, the owner's alone, where processes find their work and leave what they made of it.
    Raises BadExport where the cluster or its library is not there; whatever ``function`` raises.
    """
    if cluster:
        return _on_cluster(function, portions, cluster)
    if jobs > 1:
        return _in_processes(function, portions, jobs, folder)
    return map(function, portions)


def _in_processes(function: Callable[[One], Result], portions: Sequence[One], jobs: int, folder: Path) -> Iterator[Result]:
    """In fresh processes: nothing of this one's memory or threads goes with them. A portion whose process dies is done once more, here.

    Work and results go through files, for a result may have to wait long until its turn; the pipes carry the portions' numbers.
    """
    (folder / _WORK).write_bytes(pickle.dumps((function, list(portions))))
    team = _Team(folder, jobs)
    with ThreadPoolExecutor(jobs) as threads:  # each waits for a process, and does nothing else
        try:
            for number, done in enumerate(threads.map(team.do, range(len(portions)))):
                yield _taken(folder / f"{_MADE}{number}") if done else function(portions[number])
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            team.end()


class _Team:
    """So many processes, each started when there is work for it; one that died is followed by another."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._idle: SimpleQueue[HelperProcess | None] = SimpleQueue()
        self._every: list[HelperProcess] = []
        for _ in range(size):
            self._idle.put(None)

    def do(self, number: int) -> bool:
        """Whether a portion was done; not, where its process died or could not be started. Raises whatever the work raises."""
        process = self._idle.get()
        try:
            if process is None or not process.alive:
                process = HelperProcess(__name__)
                self._every.append(process)
            process.ask((self._folder, number))
        except Died:
            return False
        finally:
            self._idle.put(process)
        return True

    def end(self) -> None:
        for process in self._every:
            process.end()


def serve() -> None:
    """A process's side."""
    answer_with(lambda asked: _work(*asked))


def _work(folder: Path, number: int) -> None:
    function, portions = _given(folder)
    (folder / f"{_MADE}{number}").write_bytes(pickle.dumps(function(portions[number])))


@cache
def _given(folder: Path) -> tuple[Callable[[Any], Any], list[Any]]:
    """The work that was left in the folder: read once a process."""
    found: tuple[Callable[[Any], Any], list[Any]] = pickle.loads((folder / _WORK).read_bytes())
    return found


def _taken(file: Path) -> Any:
    found = pickle.loads(file.read_bytes())
    file.unlink()
    return found


def _on_cluster(function: Callable[[One], Result], portions: Sequence[One], address: str) -> Iterator[Result]:
    """On a cluster whose machines see the output folder under the same path. It gives a portion whose worker dies to another."""
    try:
        from distributed import Client
    except ImportError as error:
        raise BadExport("--cluster needs Dask: pip install 'auditcheck[cluster]'.") from error
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise BadExport(f"The Dask scheduler at {address} does not answer. Look at its address, such as tcp://10.0.0.5:8786.") from error
    with client:
        for future in client.map(function, portions, pure=False):
            done: Result = future.result()
            future.release()
            yield done
