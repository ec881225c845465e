"""Work that processes of their own can import (tests/test_spread.py), and which processes this one has."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path


class Stubborn(Exception):
    """Cannot be sent to another process."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__("stubborn")
        self.one, self.other = (lambda: one), other


def double(number: int) -> int:
    return 2 * number


def dies_once(case: tuple[int, Path, int]) -> int:
    """Twice the number; the first process that is given 3 dies. Never in the process of this number."""
    number, place, home = case
    assert os.getpid() != home, "not in the process that everything hangs on"
    if number == 3 and not (place / "died").exists():
        (place / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def dies_of_three(numbers: list[int]) -> list[int]:
    """Their doubles; whoever is given a 3 dies."""
    if 3 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return [2 * number for number in numbers]


def fills_the_memory(numbers: list[int]) -> list[int]:
    """Their doubles; each takes 100 MB, of 250 MB that there are."""
    have = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (have + (250 << 20), resource.RLIM_INFINITY))
    held = [bytearray(100 << 20) for _ in numbers]
    return [2 * number for number, _ in zip(numbers, held, strict=True)]


def halves(numbers: list[int], folder: Path) -> list[list[int]]:
    folder.mkdir()
    half = len(numbers) // 2
    return [numbers[:half], numbers[half:]] if half else []


def refuses(number: int) -> int:
    if number == 3:
        raise ValueError("not three")
    return number


def refuses_stubbornly(number: int) -> int:
    raise Stubborn(number, number)


def processes_started_here() -> list[int]:
    return [int(child) for thread in Path("/proc/self/task").glob("*/children") for child in thread.read_text("ascii").split()]
