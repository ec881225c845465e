"""The same function over several things at the same time, in this process: for work that pyarrow and numpy do outside Python's lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

One = TypeVar("One")
Result = TypeVar("Result")

#: No more than these at the same time, whatever the machine has: what each works on is in memory.
_AT_ONCE = 2


def in_threads(function: Callable[[One], Result], several: Iterable[One]) -> Iterator[Result]:
    """What ``function`` makes of each, in order. None is begun before there is room for it: no more than a few results are waiting.

    Raises what ``function`` raises, of the first in order of which it does.
    """
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        waiting: deque[Future[Result]] = deque()
        for one in several:
            if len(waiting) == _AT_ONCE:
                yield waiting.popleft().result()
            waiting.append(threads.submit(function, one))
        while waiting:
            yield waiting.popleft().result()
