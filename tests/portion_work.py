"""Work that processes of their own can import (tests/test_spread.py), and which processes this one has."""

from __future__ import annotations

import os
from pathlib import Path


class Stubborn(Exception):
    """Cannot be sent to another process."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__("stubborn")
        self.one, self.other = (lambda: one), other


def double(number: int) -> int:
    return 2 * number


def dies_elsewhere(case: tuple[int, int]) -> int:
    """Twice the number; of 3, any process but the one given dies."""
    number, home = case
    if number == 3 and os.getpid() != home:
        os.abort()
    return 2 * number


def refuses(number: int) -> int:
    if number == 3:
        raise ValueError("not three")
    return number


def refuses_stubbornly(number: int) -> int:
    raise Stubborn(number, number)


def processes_started_here() -> list[int]:
    return [int(child) for thread in Path("/proc/self/task").glob("*/children") for child in thread.read_text("ascii").split()]
