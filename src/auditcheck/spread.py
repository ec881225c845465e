"""The same function over each portion: in processes of their own, or on the machines of a Dask cluster. Results come in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from auditcheck.raw import BadExport
from auditcheck.team import Smaller, Team, Undone, team, uncut

One = TypeVar("One")
Result = TypeVar("Result")

#: What a process needs for a portion, generously (bytes): no more processes than the machine has memory for.
_NEEDED = 2 << 30
_LIMITS = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")


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


def each(
    function: Callable[[One], Result],
    portions: Sequence[One],
    jobs: int,
    folder: Path,
    cluster: str = "",
    smaller: Smaller = uncut,
) -> Iterator[Result | Undone]:
    """What ``function`` makes of each portion, in order, as soon as all before it are done. ``cluster``: the address of a Dask scheduler.

    ``folder``: an existing one, the owner's alone, where processes find their work and leave what they made of it. ``smaller`` cuts a
    portion of which processes die; each of its parts then has a result of its own, and what can't be done is `Undone`.
    Raises BadExport where the cluster or its library is not there; whatever ``function`` raises.
    """
    with team(function, smaller, folder, jobs) as helpers:
        yield from _on_cluster(function, portions, cluster, helpers) if cluster else _in_processes(portions, jobs, helpers)


def _in_processes(portions: Sequence[One], jobs: int, helpers: Team) -> Iterator[Any]:
    """In fresh processes: nothing of this one's memory or threads goes with them."""
    with ThreadPoolExecutor(jobs) as threads:  # each waits for a process, and does nothing else
        try:
            for names in threads.map(helpers.do, map(str, range(len(portions))), portions):
                yield from map(helpers.take, names)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            helpers.end()


def _on_cluster(function: Callable[[One], Result], portions: Sequence[One], address: str, helpers: Team) -> Iterator[Any]:
    """On a cluster whose machines see the output folder under the same path. It gives a portion whose worker dies to another; one of
    which several workers died is done by processes of this machine."""
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise BadExport("--cluster needs Dask: pip install 'auditcheck[cluster]'.") from error
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise BadExport(f"The Dask scheduler at {address} does not answer. Look at its address, such as tcp://10.0.0.5:8786.") from error
    with client:
        for number, future in enumerate(client.map(function, portions, pure=False)):
            try:
                done = [future.result()]
            except KilledWorker:
                done = [*map(helpers.take, helpers.do(str(number), portions[number]))]
            future.release()
            yield from done
