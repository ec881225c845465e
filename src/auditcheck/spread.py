"""The same function over each portion: in this process, in several, or on the machines of a Dask cluster. Results come in order."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from auditcheck.raw import BadExport

One = TypeVar("One")
Result = TypeVar("Result")

#: What a process needs for a portion, generously (bytes): no more processes than the machine has memory for.
_NEEDED = 2 << 30
_WORK, _MADE = "work", "made-"


def processes(jobs: int | None, portions: int) -> int:
    """How many processes work on so many portions. ``jobs``: as asked; None: as many as the machine has processors and memory for."""
    if jobs is not None:
        return max(1, min(jobs, portions))
    try:
        processors, memory = len(os.sched_getaffinity(0)), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not every system tells
        processors, memory = os.cpu_count() or 1, _NEEDED * 2
    return max(1, min(processors, portions, memory // _NEEDED))


def each(function: Callable[[One], Result], portions: Sequence[One], jobs: int, folder: Path, cluster: str = "") -> Iterator[Result]:
    """What ``function`` makes of each portion, in order, as soon as all before it are done. ``cluster``: the address of a Dask scheduler.

    ``folder``: an existing one, the owner's alone, where processes find their work and leave what they made of it.
    Raises BadExport where the cluster or its library is not there; whatever ``function`` raises.
    """
    if cluster:
        return _on_cluster(function, portions, cluster)
    if jobs > 1:
        return _in_pool(function, portions, jobs, folder)
    return map(function, portions)


def _in_pool(function: Callable[[One], Result], portions: Sequence[One], jobs: int, folder: Path) -> Iterator[Result]:
    """In fresh processes: nothing of this one's memory or threads goes with them. A portion whose process dies is done once more, here.

    Work and results go through files. Through the pool's pipes go their numbers alone: a process that dies halfway through a longer
    message would leave whoever is at the other end waiting for the rest for ever.
    """
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    (folder / _WORK).write_bytes(pickle.dumps((function, list(portions))))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures: list[Future[None]] = []
        with suppress(BrokenProcessPool):  # one may die before all is handed out
            futures.extend(pool.submit(_work, folder, number) for number in range(len(portions)))
        try:
            for number, portion in enumerate(portions):
                try:
                    futures[number].result()
                except (BrokenProcessPool, IndexError):
                    yield function(portion)
                else:
                    yield _taken(folder / f"{_MADE}{number}")
        finally:
            pool.shutdown(cancel_futures=True)


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
